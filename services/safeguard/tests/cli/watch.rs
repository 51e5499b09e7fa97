//! A watch outlives its token: it renews the session, and ends with what to do when the hub does not allow that.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::program::{County, PASSWORD, complained};

#[test]
fn a_watch_renews_its_session_before_it_ends_and_shows_the_queue_anew() {
    let county = County::open();
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    let duty = county.officer("OF-PSB-1", "UN-PSB-430421", &["duty"]);
    let mut session: Value = serde_json::from_slice(&std::fs::read(duty.session()).unwrap()).unwrap();
    let former = session["token"].clone();
    // The watch believes that its token ends in a moment.
    session["expires_at"] = "2026-01-01T00:00:00Z".into();
    std::fs::write(duty.session(), session.to_string()).unwrap();
    let mut watch = duty.command(&["--json", "queue", "watch"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("snapshot_done")));
    let kept: Value = serde_json::from_slice(&std::fs::read(duty.session()).unwrap()).unwrap();
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert_ne!(kept["token"], former, "the session file has the new token");
    assert!(kept["expires_at"].as_str().unwrap() > "2026-01-01T01");
    assert!(duty.run(&["queue", "list"]).status.success());
}

#[test]
fn a_watch_that_may_not_go_on_says_to_sign_in_again() {
    let county = County::open();
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    let duty = county.officer("OF-PSB-1", "UN-PSB-430421", &["duty"]);
    // Signed out everywhere: a new password ends the older tokens.
    let session = std::fs::read(duty.session()).unwrap();
    let change = format!("{PASSWORD}\n{PASSWORD}-2\n");
    assert!(duty.type_in(&["change-password", "--password-stdin"], &change).status.success());
    std::fs::write(duty.session(), session).unwrap();
    let ended = duty.run(&["queue", "watch"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(complained(&ended).contains("safeguard sign-in"), "{}", complained(&ended));
}
