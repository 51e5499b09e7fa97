//! The way back to a lost password, on the data directory: while the hub runs and while it is stopped.

use std::path::Path;
use std::process::Output;

use crate::program::{County, Hub, PASSWORD, Person, complained, json, program, said};

fn reset(data: &Path, arguments: &[&str]) -> Output {
    program().args(["password", "reset", "--data"]).arg(data).args(arguments).output().unwrap()
}

#[test]
fn a_lost_password_is_reset_while_the_hub_runs_and_ends_the_older_session() {
    let county = County::open();
    let set = reset(&county.data(), &["OF-ADMIN"]);
    assert!(set.status.success(), "{}", complained(&set));
    let password = said(&set).trim_end().to_owned();
    assert_eq!(password.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4], "one line, nothing else");

    // The running hub reads what another process wrote within moments, and then the older token opens nothing.
    let ended = (0..1_000).any(|_| county.admin.run(&["who"]).status.code() == Some(2));
    assert!(ended, "the session of the lost password goes on");
    let back = Person::new(county.folder.path(), "back", &county.hub);
    let old = back.type_in(&["sign-in", "OF-ADMIN", "--password-stdin"], PASSWORD);
    assert_eq!(old.status.code(), Some(2));
    back.settle("OF-ADMIN", &password);
    assert!(back.run(&["unit", "list"]).status.success());

    let last = program()
        .args(["--json", "log", "tail", "--kind", "officer.credential-set", "--last", "2", "--data"])
        .arg(county.data())
        .output()
        .unwrap();
    let lines = said(&last);
    assert!(lines.contains("OF-ADMIN") && lines.contains("OF-HUB") && !lines.contains(&password), "{lines}");
}

#[test]
fn a_lost_password_is_reset_while_the_hub_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    let mut first = Hub::start(&data);
    let lost = first.password();
    let _ = first.stop();
    let set = json(&reset(&data, &["--json", "OF-ADMIN"]));
    let password = set["one_time_password"].as_str().unwrap();
    assert_ne!(password, lost);
    let hub = Hub::start(&data);
    let admin = Person::new(folder.path(), "admin", &hub);
    admin.settle("OF-ADMIN", password);
    assert!(admin.run(&["unit", "list"]).status.success());
}

#[test]
fn who_cannot_be_helped_is_told_why_and_nothing_is_made() {
    let county = County::open();
    for (lang, wanted) in [("zh", "未登记"), ("en", "not registered")] {
        let unknown = reset(&county.data(), &["--lang", lang, "OF-NOBODY"]);
        assert_eq!(unknown.status.code(), Some(1));
        assert!(complained(&unknown).contains(wanted), "{}", complained(&unknown));
    }
    let elsewhere = county.folder.path().join("elsewhere");
    let missing = reset(&elsewhere, &["--lang", "en", "OF-ADMIN"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(!elsewhere.join("log.db").exists() && !elsewhere.join("keys.db").exists());
}
