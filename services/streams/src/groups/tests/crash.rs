//! A power cut at any moment: the file as the disk has it is opened again. What was acknowledged and answered never
//! comes again; everything else does.

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;

use super::super::engine;
use super::super::error::GroupError;
use super::super::ledger::{Ledger, file_in};
use super::*;

/// What the disk has now: the file and its write-ahead log, as they are, without asking whoever writes them.
fn image(of: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for ending in ["", "-wal"] {
        let mut name = file_in(of).into_os_string();
        name.push(ending);
        let mut to = file_in(copy.path()).into_os_string();
        to.push(ending);
        std::fs::copy(&name, &to).unwrap();
    }
    copy
}

/// Everything that comes out of a file that is opened again, in the order of its streams.
async fn drained(folder: &Path) -> Vec<u64> {
    let ledger = Ledger::open(&file_in(folder), OPENING).unwrap();
    let group =
        ledger.read(|tables| definition::find(tables, "UN-PSB-430405", "cases")).await.unwrap().unwrap();
    let seat = Seat { group: group.id, member: 1 };
    let mut all = Vec::new();
    loop {
        let now = OPENING + 1_000_000 * SECOND;
        let taken = ledger.change(move |tables| engine::take(tables, seat, 50, now)).await.unwrap();
        let Taken::Some(due) = taken else { return all };
        for Due { id, .. } in due {
            let outcome = ledger.change(move |tables| engine::acknowledge(tables, seat, id)).await.unwrap();
            assert_eq!(outcome, super::super::Outcome::Acknowledged);
            all.push(id.position);
        }
    }
}

#[tokio::test]
async fn what_was_answered_survives_a_power_cut_at_every_step() {
    let folder = TempDir::new().unwrap();
    let ledger = Ledger::open(&file_in(folder.path()), OPENING).unwrap();
    let group = ledger
        .change(|tables| definition::create(tables, &definition("cases"), OPENING))
        .await
        .unwrap()
        .unwrap()
        .id;
    let streams = ["A", "B", "A", "C", "B", "A", "C", "D"];
    let fits: Vec<(u64, String)> = (1..).zip(streams.map(str::to_owned)).collect();
    let stretch = Stretch { after: None, to: 8, fits };
    assert!(ledger.change(move |tables| engine::feed(tables, group, &stretch)).await.unwrap());
    let seat = Seat { group, member: 1 };
    let mut acknowledged = BTreeSet::new();
    loop {
        let taken = ledger.change(move |tables| engine::take(tables, seat, 3, OPENING)).await.unwrap();
        let Taken::Some(due) = taken else { break };
        // One of the handful is dealt with; the others are cut off in flight.
        let first = due[0].id;
        for Due { id, .. } in due.into_iter().skip(1) {
            let refused = move |tables: &Connection| engine::refuse(tables, seat, id, ("x", false), OPENING);
            ledger.change(refused).await.unwrap();
        }
        ledger.change(move |tables| engine::acknowledge(tables, seat, first)).await.unwrap();
        acknowledged.insert(first.position);
        let after = image(folder.path());
        let rest: BTreeSet<u64> = drained(after.path()).await.into_iter().collect();
        assert!(rest.is_disjoint(&acknowledged), "{rest:?} comes again after {acknowledged:?}");
        assert_eq!(rest.len() + acknowledged.len(), streams.len(), "nothing is lost");
    }
    assert!(!acknowledged.is_empty());
}

#[tokio::test]
async fn a_change_that_fails_takes_nothing_of_its_neighbours_with_it() {
    let folder = TempDir::new().unwrap();
    let ledger = Ledger::open(&file_in(folder.path()), OPENING).unwrap();
    let make = |name: &'static str| {
        ledger.change(move |tables| definition::create(tables, &definition(name), OPENING))
    };
    let fail = ledger
        .change(|tables| tables.execute("INSERT INTO consumer_group (unit, name) VALUES ('x', 'y')", []));
    let (one, failed, two) = futures::join!(make("one"), fail, make("two"));
    assert!(one.unwrap().is_ok() && two.unwrap().is_ok());
    assert!(matches!(failed, Err(GroupError::Store(_))));
    let known = ledger.read(|tables| definition::list(tables, None, true)).await.unwrap();
    assert_eq!(known.into_iter().map(|group| group.name).collect::<Vec<_>>(), ["one", "two"]);
}

#[tokio::test]
async fn a_file_of_another_release_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let newer = Connection::open(file_in(folder.path())).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let refused = Ledger::open(&file_in(folder.path()), OPENING).err().unwrap();
    assert!(refused.to_string().contains("shape 99"), "{refused}");
}
