//! What the log does when things fail: lost answers, full disks, foreign and damaged files, other
//! processes, and being killed between any two steps.
//!
//! Must never be here: what holds in good times for every backend; that is the contract.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "faults/backups.rs"]
mod backups;
#[path = "faults/children.rs"]
mod children;
#[path = "faults/cluster.rs"]
mod cluster;
#[path = "faults/cluster_copies.rs"]
mod cluster_copies;
#[path = "faults/cluster_feed.rs"]
mod cluster_feed;
#[path = "faults/cluster_opening.rs"]
mod cluster_opening;
#[path = "faults/cluster_processes.rs"]
mod cluster_processes;
#[path = "../../../tests/kurrent/server.rs"]
mod kurrent;
#[path = "faults/opening.rs"]
mod opening;
#[path = "faults/outages.rs"]
mod outages;
#[path = "faults/processes.rs"]
mod processes;
#[path = "support/events.rs"]
mod support;

use std::path::PathBuf;
use std::time::Duration;

use eventlog::{EventLog, KurrentOptions, SqliteOptions};
use kurrent::Cluster;

/// A directory that is removed at the end, and the place of a log in it.
fn room() -> (tempfile::TempDir, PathBuf) {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("log.sqlite");
    (room, path)
}

async fn open(path: &std::path::Path) -> EventLog {
    EventLog::open_sqlite(path, SqliteOptions::default()).await.unwrap()
}

/// How a test asks a cluster: with less patience than an operator has.
fn hasty(cluster: &Cluster) -> KurrentOptions {
    let mut options = KurrentOptions::parse(&cluster.address("safeguard")).unwrap();
    options.deadline = Duration::from_secs(20);
    options.request_timeout = Duration::from_secs(2);
    options
}

async fn join(cluster: &Cluster) -> EventLog {
    EventLog::open_kurrent(hasty(cluster)).await.unwrap()
}
