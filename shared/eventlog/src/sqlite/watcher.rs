//! Notices what other processes append to the file, so that subscriptions here are told.
//!
//! Must never be here: reading events; it only learns how far the log reaches.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::reader;
use crate::subscription::{self, Reach};

/// How often it looks: a read of one number in shared memory.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) struct Watcher {
    /// Dropping the sender ends the thread; the receiver is told that its connection is closed.
    running: Mutex<Option<(mpsc::Sender<()>, oneshot::Receiver<()>)>>,
}

impl Watcher {
    pub(super) fn start(conn: Connection, reach: watch::Sender<Reach>) -> io::Result<Self> {
        let (running, stopped) = mpsc::channel();
        let (ended, has_ended) = oneshot::channel();
        thread::Builder::new().name("eventlog-watcher".to_owned()).spawn(move || {
            run(&conn, &stopped, &reach);
            drop(conn);
            ended.send(()).ok();
        })?;
        Ok(Self { running: Mutex::new(Some((running, has_ended))) })
    }

    pub(super) async fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((running, has_ended)) = running {
            drop(running);
            has_ended.await.ok();
        }
    }
}

fn run(conn: &Connection, stopped: &mpsc::Receiver<()>, reach: &watch::Sender<Reach>) {
    let mut seen = None;
    while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
        match look(conn, seen, reach) {
            Ok(stamp) => seen = Some(stamp),
            // Forgetting what was seen makes the next look read the head again.
            Err(error) => {
                tracing::debug!(%error, "could not look for appends of other processes");
                seen = None;
            }
        }
    }
}

/// SQLite's `data_version` changes when another connection has committed. It is read before the
/// head: a commit in between is then seen twice, never missed.
fn look(conn: &Connection, seen: Option<i64>, reach: &watch::Sender<Reach>) -> rusqlite::Result<i64> {
    let mut select = conn.prepare_cached("PRAGMA data_version")?;
    let stamp = select.query_row((), |row| row.get(0))?;
    if seen != Some(stamp) {
        subscription::grow(reach, reader::head(conn)?);
    }
    Ok(stamp)
}
