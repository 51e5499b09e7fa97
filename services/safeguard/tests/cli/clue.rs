//! A mandatory report from the school's side to the police's receipt, typed in by people at both ends.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::program::{County, Hub, Person, complained, said};

const REPORT: [&str; 17] = [
    "clue",
    "report",
    "--channel",
    "school",
    "--category",
    "minor-abuse",
    "--situation",
    "2",
    "--urgency",
    "U3",
    "--minor",
    "under14",
    "--division",
    "430421",
    "--narrative",
    "学生手臂有多处新旧伤痕",
    "--person=victim:某甲:under14",
];

fn county() -> (County, Person, Person, Person) {
    let county = County::open();
    county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    let teacher = county.officer("OF-EDU-1", "UN-EDU-430421", &["triage", "handler"]);
    let first = county.officer("OF-PSB-1", "UN-PSB-430421", &["duty", "handler"]);
    let second = county.officer("OF-PSB-2", "UN-PSB-430421", &["duty", "handler"]);
    (county, teacher, first, second)
}

#[test]
fn a_mandatory_report_reaches_the_queue_is_claimed_by_one_and_signed_for() {
    let (_county, teacher, first, second) = county();
    let id = "0198a000-0000-7000-8000-000000000001";
    let mut report = REPORT.to_vec();
    report.extend(["--request-id", id]);
    let answer = teacher.ask(&report);
    assert_eq!((&answer["urgency"], &answer["call_110"]), (&"URGENCY_U1".into(), &true.into()));
    let clue = answer["clue_id"].as_str().unwrap();
    assert!(clue.starts_with("CL-430421-"), "{clue}");
    let again = teacher.ask(&report);
    assert_eq!((&again["clue_id"], &again["receipt"]["repeated"]), (&clue.into(), &true.into()));

    assert_eq!(teacher.ask(&["clue", "list"])["clues"][0]["id"], clue, "a query waits for one's own command");
    let queue = until(&first, clue);
    assert_eq!(queue["entries"][0]["kind"], "MATTER_KIND_MANDATORY_REPORT");
    let table = said(&first.run(&["queue", "list"]));
    assert!(table.contains(clue) && table.contains("强制报告") && table.contains("还有 "), "{table}");
    let table = said(&first.run(&["--lang", "en", "queue", "list"]));
    assert!(table.contains("mandatory report") && table.contains(" left"), "{table}");

    assert!(first.run(&["queue", "claim", clue]).status.success());
    let late = second.run(&["--json", "queue", "claim", clue]);
    assert_eq!(late.status.code(), Some(2));
    let refusal: Value = serde_json::from_str(&complained(&late)).unwrap();
    assert_eq!(refusal["error"]["reason"], "ALREADY_CLAIMED");
    assert_eq!(refusal["error"]["facts"]["by"], "OF-PSB-1");

    let done = first.run(&["--lang", "en", "queue", "receipt", clue, "--number", "R-2026-1"]);
    assert!(said(&done).starts_with("done: CL-"), "{} {}", said(&done), complained(&done));
    let shown = said(&first.run(&["queue", "show", clue]));
    assert!(shown.contains("R-2026-1") && shown.contains("学生手臂有多处新旧伤痕"), "{shown}");
}

/// The queue once it shows the clue: a watch tells when.
fn until(person: &Person, clue: &str) -> Value {
    let mut watch = person.command(&["--json", "queue", "watch"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let shows = |line: String| serde_json::from_str::<Value>(&line).unwrap()["changed"]["matter"] == clue;
    assert!(lines.any(|line| shows(line.unwrap())), "the queue shows {clue}");
    watch.kill().unwrap();
    let _ = watch.wait().unwrap();
    person.ask(&["queue", "list"])
}

#[test]
fn a_watcher_is_shown_the_queue_and_then_every_change() {
    let (_county, teacher, first, second) = county();
    let mut watch =
        first.command(&["--lang", "en", "queue", "watch"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "(none)");
    let clue = teacher.ask(&REPORT)["clue_id"].as_str().unwrap().to_owned();
    let news = lines.next().unwrap();
    assert!(news.contains(&clue) && news.contains(" U1 ") && news.contains("left"), "{news}");
    assert!(second.run(&["queue", "claim", &clue]).status.success());
    let news = lines.find(|line| line.contains("left the queue")).unwrap();
    assert!(news.contains("OF-PSB-2"), "{news}");
    watch.kill().unwrap();
    let _ = watch.wait().unwrap();
}

#[test]
fn a_watcher_says_that_the_hub_went_away_and_goes_on_when_it_is_back() {
    let (county, _, first, _) = county();
    let mut watch = first.command(&["--lang", "en", "queue", "watch"]);
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut table = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut notices = BufReader::new(watch.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(table.next().unwrap(), "(none)");
    let (data, address) = (county.data(), county.hub.address.clone());
    let County { folder, hub, admin } = county;
    assert_eq!(hub.stop().0.code(), Some(0), "a watcher does not keep the hub from stopping");
    assert!(notices.any(|line| line.contains("connecting again in")));
    let _back = Hub::start_at(&data, &address);
    assert_eq!(table.next().unwrap(), "(none)", "the table is shown anew");
    watch.kill().unwrap();
    let _ = watch.wait().unwrap();
    drop((folder, admin));
}

#[test]
fn another_agencys_officer_is_told_nothing_about_a_clue() {
    let (county, teacher, _, _) = county();
    county.unit("UN-FIRE-430421", "衡阳县消防救援大队", "FIRE");
    let fire = county.officer("OF-FIRE-1", "UN-FIRE-430421", &["handler"]);
    let clue = teacher.ask(&REPORT)["clue_id"].as_str().unwrap().to_owned();
    let other = fire.run(&["--lang", "en", "clue", "show", &clue]);
    let nothing = fire.run(&["--lang", "en", "clue", "show", "CL-430421-20261120-0009-X"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(complained(&other).contains("safeguard who"), "{}", complained(&other));
    assert!(!said(&other).contains("伤痕") && !complained(&other).contains("伤痕"));
    assert_eq!(nothing.status.code(), Some(2));
}
