//! The read log: what is noted is found, equal readings are one line, and a file that cannot be written loses
//! nothing.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::actor::{Level, Unit};

use super::*;

fn reading(officer: &str, matter: &str, what: &'static str) -> Reading {
    let unit = Unit {
        id: "UN-EDU-430405".parse().unwrap(),
        agency: Agency::Education,
        level: Level::County,
        division: "430405".parse().unwrap(),
    };
    let actor = Actor { officer: officer.parse().unwrap(), unit, roles: Vec::new() };
    let matter = StreamName::parse(matter).unwrap();
    let at = "2026-11-21T08:00:00Z".parse().unwrap();
    let new = Reading::new(&actor, Way::Query, what, &matter, at);
    Reading { owner: Some("UN-EDU-430405".parse().unwrap()), classes: vec!["P3"], ..new }
}

fn all() -> Asked {
    Asked { limit: 100, ..Asked::default() }
}

#[tokio::test]
async fn what_was_noted_before_the_question_is_in_the_answer_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let reads = Reads::start(folder.path()).unwrap();
    reads.note(reading("OF-1", "CL-1", "GetClue")).await.unwrap();
    reads.flush().await.unwrap();
    reads.note(reading("OF-2", "CL-2", "GetClue")).await.unwrap();
    let found = reads.list(all()).await.unwrap();
    let who: Vec<_> = found.iter().map(|read| (read.officer.as_str(), read.matter.as_str())).collect();
    assert_eq!(who, [("OF-2", "CL-2"), ("OF-1", "CL-1")]);
    let asked = Asked { matter: Some("CL-1".to_owned()), ..all() };
    assert_eq!(reads.list(asked).await.unwrap().len(), 1);
    let asked = Asked { owner: Some("UN-PSB-430405".to_owned()), ..all() };
    assert_eq!(reads.list(asked).await.unwrap(), []);
}

#[tokio::test]
async fn it_outlives_the_process_that_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    let reads = Reads::start(folder.path()).unwrap();
    reads.note(reading("OF-1", "CL-1", "GetClue")).await.unwrap();
    reads.flush().await.unwrap();
    drop(reads);
    let reads = Reads::start(folder.path()).unwrap();
    assert_eq!(reads.list(all()).await.unwrap().len(), 1);
}

#[test]
fn equal_readings_of_one_commit_are_one_line_with_their_number_and_all_classes() {
    let close = Reading { classes: vec!["P3", "P3:reporter"], ..reading("OF-1", "CL-1", "event") };
    let told = [reading("OF-1", "CL-1", "event"), reading("OF-1", "CL-2", "event"), close];
    let (lines, flushes) = lines(told.into_iter().map(|one| Told::Read(Box::new(one))).collect());
    assert!(flushes.is_empty());
    let counts: Vec<_> = lines.iter().map(|(read, count)| (read.matter.as_str(), *count)).collect();
    assert_eq!(counts, [("CL-1", 2), ("CL-2", 1)]);
    assert_eq!(lines.first().unwrap().0.classes, ["P3", "P3:reporter"]);
}

#[tokio::test]
async fn while_another_holds_the_file_readings_wait_and_none_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let reads = Reads::start(folder.path()).unwrap();
    let file = folder.path().join("reads.db");
    let mut health = reads.health();
    // A file without its table cannot be written, like a full disk.
    let other = Connection::open(&file).unwrap();
    other.execute_batch("ALTER TABLE reading RENAME TO away").unwrap();
    reads.note(reading("OF-1", "CL-1", "GetClue")).await.unwrap();
    health.wait_for(|now| now.stopped.is_some()).await.unwrap();
    other.execute_batch("ALTER TABLE away RENAME TO reading").unwrap();
    health.wait_for(|now| now.stopped.is_none()).await.unwrap();
    assert_eq!(reads.list(all()).await.unwrap().len(), 1);
}
