//! Operators' commands: the log, backup and restore, views, erasure.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::program::{County, Hub, PASSWORD, Person, complained, json, program, said};

/// An operator's command on a data directory.
pub fn operate(arguments: &[&str], data: &Path) -> Output {
    program().args(arguments).arg("--data").arg(data).output().unwrap()
}

#[test]
fn the_log_is_checked_counted_shown_and_exported_while_the_hub_runs() {
    let county = County::open();
    county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
    let data = county.data();
    let check = json(&operate(&["--json", "log", "check"], &data));
    assert_eq!(check["ok"], true);
    let events = check["events"].as_u64().unwrap();
    assert!(events >= 5 && check["streams"].as_u64().unwrap() >= 3, "{check}");
    assert_eq!(check["head"].as_u64(), Some(events), "the embedded log counts positions without gaps");
    let statistics = json(&operate(&["--json", "log", "statistics"], &data));
    assert_eq!(statistics["events"].as_u64(), Some(events));
    assert!(said(&operate(&["log", "check"], &data)).contains("完好"));

    let to = county.folder.path().join("events.jsonl");
    let to = to.to_str().unwrap();
    assert!(operate(&["log", "export", to], &data).status.success());
    let text = std::fs::read_to_string(to).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len() as u64, events);
    assert!(lines.iter().any(|line| line["kind"] == "unit.registered" && line["data"].is_object()));
    assert!(!text.contains(PASSWORD));
    let again = operate(&["--lang", "en", "log", "export", to], &data);
    assert_eq!(again.status.code(), Some(1));
    assert!(complained(&again).contains("choose another name"), "{}", complained(&again));

    let tail = said(&operate(&["--json", "log", "tail", "--kind", "unit.*", "--last", "1"], &data));
    let last: Value = serde_json::from_str(tail.trim()).unwrap();
    assert_eq!(last["stream"], "UN-EDU-430421");
}

#[test]
fn views_are_rebuilt_when_the_hub_is_stopped_and_refused_while_it_runs() {
    let county = County::open();
    let data = county.data();
    let busy = operate(&["--lang", "en", "view", "rebuild"], &data);
    assert_eq!(busy.status.code(), Some(1));
    assert!(complained(&busy).contains("stop it first"), "{}", complained(&busy));
    let County { folder, hub, admin } = county;
    let _ = hub.stop();
    let rebuilt = operate(&["--json", "view", "rebuild"], &data);
    let names: Vec<Value> = said(&rebuilt).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(names.len(), 10, "{names:?} {}", complained(&rebuilt));
    let hub = Hub::start(&data);
    let back = Person::new(folder.path(), "back", &hub);
    let signed = back.type_in(&["sign-in", "OF-ADMIN", "--password-stdin"], PASSWORD);
    assert!(signed.status.success(), "the rebuilt roster knows the administrator: {}", complained(&signed));
    drop(admin);
}

#[test]
fn a_backup_taken_while_the_hub_runs_restores_to_a_hub_that_serves() {
    let county = County::open();
    county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
    let data = county.data();
    let (backup, restored) = (county.folder.path().join("backup"), county.folder.path().join("restored"));
    let made = json(
        &program().args(["--json", "backup", "--data"]).arg(&data).arg("--to").arg(&backup).output().unwrap(),
    );
    assert!(made["manifest"]["head"].as_u64().unwrap() >= 5);
    assert!(backup.join("keys/keys.db").exists() && !backup.join("keys/master.key").exists());
    let twice = program()
        .args(["--lang", "en", "backup", "--data"])
        .arg(&data)
        .arg("--to")
        .arg(&backup)
        .output()
        .unwrap();
    assert!(complained(&twice).contains("nothing is overwritten"), "{}", complained(&twice));

    let done = restore(&backup, &restored, &["--master-key", data.join("master.key").to_str().unwrap()]);
    let done = json(&done);
    assert_eq!((&done["ok"], &done["events"]), (&true.into(), &made["manifest"]["events"]));
    assert_eq!(done["groups_put_back"], 0, "groups are copied before the log");
    let twice = restore(&backup, &restored, &[]);
    assert!(complained(&twice).contains("nothing is overwritten"), "{}", complained(&twice));
    let hub = Hub::start(&restored);
    let back = Person::new(county.folder.path(), "back", &hub);
    assert!(back.type_in(&["sign-in", "OF-ADMIN", "--password-stdin"], PASSWORD).status.success());
    assert_eq!(back.ask(&["unit", "show", "UN-EDU-430421"])["unit"]["name"], "衡阳县教育局");
}

/// Restores a backup.
pub fn restore(from: &Path, to: &Path, more: &[&str]) -> Output {
    let mut command = program();
    let _ = command.args(["--json", "--lang", "en", "restore", "--from"]).arg(from).arg("--to").arg(to);
    command.args(more).output().unwrap()
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing_behind() {
    let county = County::open();
    let (backup, restored) = (county.folder.path().join("backup"), county.folder.path().join("restored"));
    let made =
        program().args(["backup", "--data"]).arg(county.data()).arg("--to").arg(&backup).output().unwrap();
    assert!(made.status.success(), "{}", complained(&made));
    let mut bytes = std::fs::read(backup.join("log.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(backup.join("log.db"), bytes).unwrap();
    let refused = restore(&backup, &restored, &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("Use another backup"), "{}", complained(&refused));
    assert!(!restored.exists());
}

#[test]
fn a_directory_without_a_log_is_named_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, wanted) in [("zh", "检查 --data"), ("en", "check the path")] {
        let missing = operate(&["--lang", lang, "log", "check"], folder.path());
        assert_eq!(missing.status.code(), Some(1));
        assert!(complained(&missing).contains(wanted), "{}", complained(&missing));
    }
}

#[test]
fn health_tells_supervisors_whether_a_process_serves() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start(folder.path());
    let address = hub.address.clone();
    let ask = |arguments: &[&str]| {
        let health = ["--lang", "en", "--server", &address, "health"];
        program().args(health).args(arguments).env_remove("HOME").output().unwrap()
    };
    assert_eq!(said(&ask(&[])).trim_end(), "serving", "without a session or a place for one");
    assert!(ask(&["--service", "safeguard.v1.PoliceService"]).status.success());
    let unknown = ask(&["--service", "nobody"]);
    assert_eq!(unknown.status.code(), Some(1), "{}", complained(&unknown));
    drop(hub);
    let gone = ask(&[]);
    assert_eq!(gone.status.code(), Some(3), "{}", complained(&gone));
}
