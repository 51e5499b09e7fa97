//! What stands beside the log in a backup: where subscribers are, who has read what, and who was erased since.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::operator::{operate, restore};
use crate::program::{County, Hub, PASSWORD, Person, complained, json, program};

/// A county whose bureau has an account for another system, with a consumer group.
struct Scene {
    county: County,
    clerk: Person,
    system: Person,
}

impl Scene {
    fn open() -> Self {
        let county = County::open();
        county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
        county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
        let clerk = county.officer("OF-EDU-1", "UN-EDU-430421", &["triage", "handler", "head"]);
        let system = county.officer("OF-EDU-SYSTEM", "UN-EDU-430421", &["service"]);
        let _ = system.ask(&["group", "create", "inbox", "--from", "beginning", "--kind", "clue.reported"]);
        Self { county, clerk, system }
    }

    /// Backs up while the hub runs; answers with what was told and where it is.
    fn backup(&self, name: &str) -> (Value, PathBuf) {
        let to = self.county.folder.path().join(name);
        let mut backup = program();
        let _ = backup.args(["--json", "backup", "--data"]).arg(self.county.data()).arg("--to").arg(&to);
        (json(&backup.output().unwrap()), to)
    }

    /// Restores; answers with what was told and where it is.
    fn restored(&self, backup: &Path, more: &[&str]) -> (Value, PathBuf) {
        let to = backup.with_extension("restored");
        let master = self.county.data().join("master.key");
        let more = [&["--master-key", master.to_str().unwrap()], more].concat();
        (json(&restore(backup, &to, &more)), to)
    }

    /// Signs an officer in at another hub.
    fn at(&self, hub: &Hub, officer: &str) -> Person {
        let person = Person::new(self.county.folder.path(), &format!("{officer}.back"), hub);
        let signed = person.type_in(&["sign-in", officer, "--password-stdin"], PASSWORD);
        assert!(signed.status.success(), "{}", complained(&signed));
        person
    }
}

/// Reports that a child was hurt; the clue.
fn report(clerk: &Person) -> String {
    let mut all =
        vec!["clue", "report", "--channel", "school", "--category", "minor-abuse", "--situation", "2"];
    all.extend(["--urgency", "U1", "--minor", "under14", "--division", "430421"]);
    all.extend(["--narrative", "学生手臂有多处新旧伤痕"]);
    clerk.ask(&all)["clue_id"].as_str().unwrap().to_owned()
}

/// The next event of the group, acknowledged: the matter.
fn next(system: &Person) -> String {
    let event = system.ask(&["group", "consume", "inbox", "--count", "1"]);
    event["subject"].as_str().unwrap().to_owned()
}

/// The same, passing over what comes once more: places in the log may be seconds old.
fn next_but(system: &Person, known: &str) -> String {
    let came = next(system);
    if came == known { next(system) } else { came }
}

/// Changes the manifest of a backup, as somebody would who puts one together by hand.
fn rewrite(backup: &Path, change: impl FnOnce(&mut Value)) {
    let file = backup.join("manifest.json");
    let mut manifest = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(file, manifest.to_string()).unwrap();
}

#[test]
fn a_restored_hub_knows_who_read_what_and_delivers_again_what_was_acknowledged_since() {
    let scene = Scene::open();
    let (first, second) = (report(&scene.clerk), report(&scene.clerk));
    assert!(scene.clerk.run(&["clue", "show", &first]).status.success());
    assert_eq!(next(&scene.system), first);
    assert!(!scene.clerk.ask(&["reads"])["reads"].as_array().unwrap().is_empty(), "it is in the log");
    let (made, backup) = scene.backup("backup");
    let beside: Vec<&String> = made["manifest"]["beside"].as_object().unwrap().keys().collect();
    assert_eq!(beside, ["groups.db", "webhooks.db"], "the readings are in the log");
    assert_eq!(next(&scene.system), second);

    let (done, data) = scene.restored(&backup, &[]);
    assert_eq!(done["groups_put_back"], 0, "groups are copied before the log");
    let hub = Hub::start(&data);
    let system = scene.at(&hub, "OF-EDU-SYSTEM");
    let came = next_but(&system, &first);
    assert_eq!(came, second, "nothing is missing; what was acknowledged since comes once more");
    let reads = scene.at(&hub, "OF-EDU-1").ask(&["reads", "--matter", &first, "--officer", "OF-EDU-1"]);
    assert_eq!(reads["reads"][0]["what"], "GetClue", "{reads}");
}

#[test]
fn a_group_that_is_ahead_of_a_restored_log_is_put_back_to_its_end() {
    let scene = Scene::open();
    let first = report(&scene.clerk);
    assert_eq!(next(&scene.system), first);
    let (_, older) = scene.backup("older");
    let second = report(&scene.clerk);
    assert_eq!(next(&scene.system), second);
    let (made, newer) = scene.backup("newer");
    let _ = fs::copy(newer.join("groups.db"), older.join("groups.db")).unwrap();
    let refused = restore(&older, &older.with_extension("restored"), &[]);
    assert!(complained(&refused).contains("groups.db is not as the backup wrote it"));
    rewrite(&older, |manifest| manifest["beside"] = made["manifest"]["beside"].clone());
    // The other file is of the older backup still.
    let _ = fs::copy(newer.join("webhooks.db"), older.join("webhooks.db")).unwrap();

    let (done, data) = scene.restored(&older, &[]);
    assert_eq!(done["groups_put_back"], 1);
    let hub = Hub::start(&data);
    let after = report(&scene.at(&hub, "OF-EDU-1"));
    let system = scene.at(&hub, "OF-EDU-SYSTEM");
    let came = next_but(&system, &first);
    assert_eq!(came, after, "what the restored hub writes is not taken for delivered");
}

#[test]
fn a_backup_of_the_first_form_has_nothing_beside_the_log_and_restores() {
    let scene = Scene::open();
    let (made, backup) = scene.backup("backup");
    for name in ["groups.db", "webhooks.db"] {
        fs::remove_file(backup.join(name)).unwrap();
    }
    let missing = restore(&backup, &backup.with_extension("restored"), &[]);
    assert_eq!(missing.status.code(), Some(1), "the manifest names what there was");
    rewrite(&backup, |manifest| {
        manifest["form"] = 1.into();
        let _ = manifest.as_object_mut().unwrap().remove("beside");
    });
    let (done, data) = scene.restored(&backup, &[]);
    assert_eq!(done["events"], made["manifest"]["events"]);
    let hub = Hub::start(&data);
    let groups = &scene.at(&hub, "OF-EDU-SYSTEM").ask(&["group", "list"])["groups"];
    assert_eq!(
        (&groups[0]["name"], &groups[1]),
        (&Value::from("inbox"), &Value::Null),
        "the log has the group"
    );

    rewrite(&backup, |manifest| manifest["form"] = 3.into());
    let newer = restore(&backup, &backup.with_extension("newer"), &[]);
    assert!(complained(&newer).contains("use the release that wrote it"), "{}", complained(&newer));
}

#[test]
fn who_was_erased_after_a_backup_stays_erased_and_certified_when_it_is_restored_with_the_deletion_list() {
    let scene = Scene::open();
    let (made, backup) = scene.backup("backup");
    let erase =
        ["erase", "--subject", "SU-OF-EDU-1", "--basis", "retention-over", "--yes", "--reason", "离职满两年"];
    let erased = scene.county.admin.ask(&erase);
    let keys: u64 = erased["keys"].as_str().unwrap().parse().unwrap();
    assert!(keys > 0, "{erased}");
    let list = scene.county.folder.path().join("deletions.jsonl");
    let written = operate(&["--json", "deletions", list.to_str().unwrap()], &scene.county.data());
    assert_eq!(json(&written)["erasures"], 1);

    let (done, data) = scene.restored(&backup, &["--deletions", list.to_str().unwrap()]);
    assert_eq!((done["keys_erased"].as_u64(), &done["certificates"]), (Some(keys), &1.into()), "{done}");
    assert_eq!(done["uncertified"], Value::Array(Vec::new()));
    assert_eq!(done["events"].as_u64(), made["manifest"]["events"].as_u64().map(|events| events + 1));
    let kept = |data: &Path| json(&operate(&["--json", "log", "tail", "--kind", "erasure.*"], data));
    let (original, again) = (kept(&scene.county.data()), kept(&data));
    for field in ["id", "stream", "data", "metadata"] {
        assert_eq!(original[field], again[field], "{field}");
    }

    // A list of an earlier release has no certificates: the restore says whom to certify, and asking again does it.
    let text = fs::read_to_string(&list).unwrap();
    let bare = scene.county.folder.path().join("bare.jsonl");
    fs::write(&bare, text.lines().next().unwrap()).unwrap();
    let renamed = backup.with_file_name("renamed");
    fs::rename(&backup, &renamed).unwrap();
    let (done, data) = scene.restored(&renamed, &["--deletions", bare.to_str().unwrap()]);
    assert_eq!(done["uncertified"], serde_json::json!(["SU-OF-EDU-1"]));
    let hub = Hub::start(&data);
    let certified = scene.at(&hub, "OF-ADMIN").ask(&erase);
    assert_eq!((&certified["keys"], &certified["certificate"]), (&"0".into(), &"ER-OF-EDU-1".into()));
    assert_eq!(kept(&data)["data"]["keys"].as_u64(), Some(keys));
}

#[test]
fn a_deletion_list_takes_nothing_else_into_a_log() {
    let scene = Scene::open();
    let (_, backup) = scene.backup("backup");
    let list = scene.county.folder.path().join("forged.jsonl");
    let forged = r#"{"certificate":"0198a000-0000-7000-8000-000000000001","stream":"OF-ADMIN","data":{},"metadata":{}}"#;
    fs::write(&list, forged).unwrap();
    let refused = restore(&backup, &backup.with_extension("x"), &["--deletions", list.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("line 1 of"), "{}", complained(&refused));
}
