//! `safeguard demo --once --json` as a newcomer's machine runs it: the stories come in order, and nothing that they tell
//! about people stands in the open in any file of the hub.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_safeguard");

fn demo(data: &Path) -> Output {
    let mut command = Command::new(PROGRAM);
    let _ = command.args(["demo", "--once", "--json", "--data"]).arg(data);
    command.output().unwrap()
}

fn steps(output: &Output) -> Vec<Value> {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {told}", output.status);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

fn word<'a>(step: &'a Value, member: &str) -> &'a str {
    step.get(member).and_then(Value::as_str).unwrap_or_else(|| panic!("no {member} in {step}"))
}

/// Step and state of everything that happened to one matter, in order.
fn course<'a>(steps: &'a [Value], matter: &str) -> Vec<(&'a str, &'a str)> {
    let of_it = steps.iter().filter(|step| word(step, "stream") == matter);
    of_it.map(|step| (word(step, "step"), word(step, "state"))).collect()
}

/// The matters in the order in which they first appear.
fn matters(steps: &[Value]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for matter in steps.iter().map(|step| word(step, "stream")).filter(|matter| !matter.is_empty()) {
        if !found.contains(&matter) {
            found.push(matter);
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn holds(bytes: &[u8], value: &str) -> bool {
    bytes.windows(value.len()).any(|window| window == value.as_bytes())
}

#[test]
fn the_stories_come_in_order_and_no_personal_value_is_in_the_open() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    let steps = steps(&demo(&data));
    for step in &steps {
        for member in ["step", "at", "agency", "stream", "state"] {
            let _ = word(step, member);
        }
        assert!(word(step, "at").ends_with("+08:00"), "{step}");
    }
    assert_eq!(word(steps.first().unwrap(), "step"), "world.loaded");
    assert_eq!(word(steps.last().unwrap(), "step"), "story.ended");
    let matters = matters(&steps);
    assert_eq!(matters.len(), 4, "{matters:?}");
    report(&course(&steps, matters[0]));
    referral(&course(&steps, matters[1]), &course(&steps, matters[2]));
    complaint(&course(&steps, matters[3]));
    let visible = steps.iter().find(|step| word(step, "step") == "queue.offered").unwrap();
    assert!(visible["latency_ms"].as_f64().unwrap() < 2_000.0, "{visible}");
    sealed(&data);
}

fn report(course: &[(&str, &str)]) {
    let wanted = [
        ("clue.reported", "received"),
        ("queue.offered", "offered"),
        ("call.recorded", "received"),
        ("downgrade.refused", "received"),
        ("clue.triaged", "triaged"),
        ("clue.police-transferred", "transferred-police"),
        ("transfer.confirmed", "transferred-police"),
        ("clock.warned-50", "transferred-police"),
        ("queue.escalated", "offered"),
        ("clock.warned-80", "transferred-police"),
        ("queue.escalated", "offered"),
        ("clock.breached", "transferred-police"),
        ("queue.escalated", "offered"),
        ("entry.claimed", "transferred-police"),
        ("claim.refused", "transferred-police"),
        ("queue.claimed", "claimed"),
        ("receipt.signed", "transferred-police"),
        ("transfer.accepted", "transferred-police"),
        ("feedback.given", "awaiting-feedback"),
        ("reporter.informed", "closed"),
    ];
    assert_eq!(course, wanted);
}

fn referral(clue: &[(&str, &str)], referral: &[(&str, &str)]) {
    let wanted = [
        ("clue.reported", "received"),
        ("clue.triaged", "triaged"),
        ("clue.assigned", "assigned"),
        ("verification.started", "verifying"),
        ("clue.concluded", "substantiated"),
        ("admin-case.opened", "admin-handling"),
        ("fine.refused", "referral-opened"),
        ("clue.referral-ended", "referral-opened"),
        ("clue.closed", "closed"),
    ];
    assert_eq!(clue, wanted);
    let wanted = [
        ("referral.drafted", "drafting"),
        ("referral.submitted", "pending-head"),
        ("approval.refused", "pending-head"),
        ("referral.approved", "approved"),
        ("referral.delivered", "delivered"),
        ("queue.offered", "offered"),
        ("entry.claimed", "delivered"),
        ("receipt.signed", "receipted"),
        ("supplement.requested", "supplement-requested"),
        ("referral.supplemented", "receipted"),
        ("referral.filed", "filed"),
        ("referral.handed-over", "handed-over"),
        ("referral.concluded", "concluded"),
    ];
    assert_eq!(referral, wanted);
}

fn complaint(course: &[(&str, &str)]) {
    let states: Vec<&str> = course.iter().map(|(_, state)| *state).collect();
    let handed = ["transferred-other"; 4];
    let wanted = [["received", "triaged"].as_slice(), &handed, &["awaiting-feedback", "closed"]].concat();
    assert_eq!(states, wanted);
}

/// Every file of the data directory, byte by byte.
fn sealed(data: &Path) {
    let files = files(data);
    for name in ["log.db", "demo.json", "queue.view.db"] {
        assert!(files.iter().any(|file| file.ends_with(name)), "no {name}");
    }
    assert!(
        files.iter().filter(|file| file.starts_with(data.join("attachments"))).count() >= 8,
        "papers are missing"
    );
    let values = safeguard::demo::personal_values();
    assert!(values.len() >= 15);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for value in &values {
            assert!(!holds(&bytes, value), "{value} stands in the open in {}", file.display());
        }
    }
}

#[test]
fn a_second_run_on_the_same_directory_plays_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = steps(&demo(folder.path()));
    let second = steps(&demo(folder.path()));
    let told = |steps: &[Value]| -> Vec<(String, String)> {
        let of_matters = steps.iter().filter(|step| !word(step, "stream").is_empty());
        of_matters.map(|step| (word(step, "step").to_owned(), word(step, "state").to_owned())).collect()
    };
    assert_eq!(told(&first), told(&second));
    assert!(matters(&first).iter().all(|matter| !matters(&second).contains(matter)));
}

#[test]
fn a_directory_with_other_things_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "mine").unwrap();
    let output = demo(folder.path());
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("not empty"));
    assert_eq!(files(folder.path()).len(), 1);
}
