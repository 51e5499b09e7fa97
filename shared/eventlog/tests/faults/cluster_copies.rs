//! A log moves from its file into a cluster and back, also through interruptions: event by event the same.
//!
//! Must never be here: what holds for a copy into any log; that is the contract.

use std::time::Duration;

use eventlog::{CopyError, EventLog, Expected, Outage, Positioned, Revision};

use crate::kurrent::{Cluster, Fault, Shape};
use crate::support::{at, events, everything, name};
use crate::{hasty, join, open, room};

/// Some streams in a file, written in turns.
async fn file(path: &std::path::Path) -> EventLog {
    let log = open(path).await;
    for n in 0..60_u64 {
        let stream = name(&format!("clue-{}", n % 7));
        let there = log.read(&stream, Revision::FIRST).await.unwrap();
        let expected = Expected::after(there.last().map(|event| event.revision));
        log.append(&stream, expected, events(1 + usize::try_from(n % 4).unwrap())).await.unwrap();
    }
    log
}

async fn same(log: &EventLog, all: &[Positioned]) {
    assert_eq!(everything(log).await, all);
    let report = log.check().await.unwrap();
    assert!(report.ok, "{report:?}");
}

#[tokio::test]
async fn a_file_is_copied_into_a_cluster_and_back() {
    let (_room, path) = room();
    let (_other, back) = room();
    let all = everything(&file(&path).await).await;
    let cluster = Cluster::start(Shape::three()).await;
    let log = join(&cluster).await;
    for page in all.chunks(50) {
        log.copy_in(page).await.unwrap();
    }
    same(&log, &all).await;
    let again = open(&back).await;
    again.copy_in(&everything(&join(&cluster).await).await).await.unwrap();
    same(&again, &all).await;
    again.close().await;
    same(&open(&back).await, &all).await;
}

#[tokio::test]
async fn an_interrupted_copy_is_made_again() {
    let (_room, path) = room();
    let all = everything(&file(&path).await).await;
    let cluster = Cluster::start(Shape::three()).await;
    let mut options = hasty(&cluster);
    options.deadline = Duration::from_millis(150);
    for (served, fault) in [
        (3, Fault::Failed),
        (9, Fault::CommittedThenDropped),
        (20, Fault::Dropped),
        (5, Fault::CommittedThenFailed),
    ] {
        // Each try is another process that dies in the middle, with the feed still behind.
        cluster.appends(&vec![Fault::Served; served]);
        cluster.appends(&[fault]);
        cluster.pause_projection();
        let log = EventLog::open_kurrent(options.clone()).await.unwrap();
        let stopped = log.copy_in(&all).await;
        let Err(CopyError::Unavailable { reason }) = &stopped else { panic!("{stopped:?}") };
        assert!(matches!(reason, Outage::Slow { .. } | Outage::Unreachable { .. }), "{reason}");
        cluster.resume_projection();
        log.close().await;
    }
    let log = join(&cluster).await;
    log.copy_in(&all).await.unwrap();
    same(&log, &all).await;
}

#[tokio::test]
async fn another_writer_in_between_is_noticed() {
    let (_room, path) = room();
    let all = everything(&file(&path).await).await;
    let cluster = Cluster::start(Shape::quick()).await;
    let (log, other) = (join(&cluster).await, join(&cluster).await);
    log.copy_in(&all[..10]).await.unwrap();
    other.append(&name("foreign-1"), Expected::NoStream, events(1)).await.unwrap();
    let noticed = CopyError::Differs { position: all[10].position };
    assert_eq!(log.copy_in(&all).await, Err(noticed));
    assert_eq!(other.head().await, Ok(Some(all[10].position)), "nothing was added");
    other.append(&name("foreign-1"), at(0), events(1)).await.unwrap();
}
