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
#[path = "faults/opening.rs"]
mod opening;
#[path = "faults/outages.rs"]
mod outages;
#[path = "faults/processes.rs"]
mod processes;
#[path = "support/events.rs"]
mod support;

use std::path::PathBuf;

use eventlog::{EventLog, SqliteOptions};

/// A directory that is removed at the end, and the place of a log in it.
fn room() -> (tempfile::TempDir, PathBuf) {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("log.sqlite");
    (room, path)
}

async fn open(path: &std::path::Path) -> EventLog {
    EventLog::open_sqlite(path, SqliteOptions::default()).await.unwrap()
}
