//! The read log: who read sensitive or restricted values, when, by which way and on which legal basis (MNP 2023
//! art. 36; handbook 1.4). Kept in `reads.db` beside the log, apart from it, so that writing it never makes a
//! reading wait. Never here: what was read; deciding who may.
//!
//! Crash story. A reading is told to a queue and the answer goes out; one thread writes what has gathered, in
//! one commit, within some milliseconds. A kill or power cut in between loses the readings of these
//! milliseconds and no other. While the file cannot be written, for example on a full disk, readings gather until the
//! queue is full; then reading sensitive values waits, so that nothing is read in secret for long.

mod table;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::actor::{Actor, Agency};
pub use domain::break_glass::event::Way;
use domain::ids::{OfficerId, UnitId};
use eventlog::StreamName;
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::kept::{self, Durable, KeptError};
use crate::read_model::Progress;

pub use table::{Asked, Read};

/// Readings that may wait to be written.
const WAITING: usize = 65_536;
/// Readings of one commit.
const COMMIT: usize = 8_192;
/// How long the thread waits before it tries again after a failure.
const AGAIN: Duration = Duration::from_millis(500);

/// One reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Who read.
    pub officer: OfficerId,
    /// In whose name.
    pub unit: UnitId,
    /// Of which agency.
    pub agency: Agency,
    /// How.
    pub way: Way,
    /// The matter.
    pub matter: StreamName,
    /// The unit that answers for the matter.
    pub owner: Option<UnitId>,
    /// What was asked: the name of the query, or `event`.
    pub what: &'static str,
    /// The classes and facets shown, e.g. `P3 P3:reporter`.
    pub classes: Vec<&'static str>,
    /// The policies that allowed it.
    pub policies: Vec<String>,
    /// When.
    pub at: Timestamp,
}

impl Reading {
    /// A reading by an officer, with nothing shown yet.
    #[must_use]
    pub fn new(actor: &Actor, way: Way, what: &'static str, matter: &StreamName, at: Timestamp) -> Self {
        Self {
            officer: actor.officer.clone(),
            unit: actor.unit.id.clone(),
            agency: actor.unit.agency,
            way,
            matter: matter.clone(),
            owner: None,
            what,
            classes: Vec::new(),
            policies: Vec::new(),
            at,
        }
    }
}

/// Why the read log did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadsError {
    /// Its file.
    #[error("read log: {0}")]
    Kept(#[from] KeptError),
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

enum Told {
    Read(Box<Reading>),
    Flush(oneshot::Sender<()>),
}

/// The read log; cheap to clone.
#[derive(Clone)]
pub struct Reads {
    tell: mpsc::Sender<Told>,
    waiting: Arc<AtomicU64>,
    file: Arc<Path>,
    health: watch::Receiver<Progress>,
}

impl Reads {
    /// Opens or makes `reads.db` in a folder and starts the thread that writes it.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn start(folder: &Path) -> Result<Self, ReadsError> {
        let file: Arc<Path> = folder.join(table::SHAPE.name).into();
        let tables = kept::open(&file, &table::SHAPE, Durable::Soon)?;
        let (tell, told) = mpsc::channel(WAITING);
        let (say, health) = watch::channel(Progress::default());
        let waiting = Arc::new(AtomicU64::new(0));
        let left = Arc::clone(&waiting);
        // A thread of its own, not of the pool for blocking work: it lives as long as the hub.
        std::thread::spawn(move || write(tables, told, (&say, &left)));
        Ok(Self { tell, waiting, file, health })
    }

    /// Notes a reading. Waits only while [`WAITING`] readings wait to be written.
    ///
    /// # Errors
    /// `Stopping`: nothing may be shown then.
    pub async fn note(&self, reading: Reading) -> Result<(), ReadsError> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.tell.send(Told::Read(Box::new(reading))).await.map_err(|_| ReadsError::Stopping)
    }

    /// How many readings are not on disk yet.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Resolves when all that was noted before is on disk.
    ///
    /// # Errors
    /// `Stopping`.
    pub async fn flush(&self) -> Result<(), ReadsError> {
        let (done, written) = oneshot::channel();
        self.tell.send(Told::Flush(done)).await.map_err(|_| ReadsError::Stopping)?;
        written.await.map_err(|_| ReadsError::Stopping)
    }

    /// Why it cannot be written, while it cannot, for its health.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Progress> {
        self.health.clone()
    }

    /// Readings, newest first, including all noted before the call.
    ///
    /// # Errors
    /// [`ReadsError`].
    pub async fn list(&self, asked: Asked) -> Result<Vec<Read>, ReadsError> {
        self.flush().await?;
        let file = Arc::clone(&self.file);
        let found = tokio::task::spawn_blocking(move || table::list(&file, &asked)).await;
        let found = found.map_err(|_| ReadsError::Stopping)?;
        Ok(found.map_err(KeptError::from)?)
    }
}

/// One line of a commit: equal readings of one commit are one line with their number.
type Line = (OfficerId, UnitId, Way, StreamName, &'static str);

fn write(
    mut tables: Connection,
    mut told: mpsc::Receiver<Told>,
    (say, waiting): (&watch::Sender<Progress>, &AtomicU64),
) {
    let mut gathered = Vec::new();
    while let Some(first) = told.blocking_recv() {
        gathered.push(first);
        while gathered.len() < COMMIT {
            let Ok(next) = told.try_recv() else { break };
            gathered.push(next);
        }
        let (lines, flushes) = lines(std::mem::take(&mut gathered));
        while let Err(error) = table::insert(&mut tables, &lines) {
            tracing::error!(%error, "the read log cannot be written");
            say.send_modify(|now| now.stopped = Some(error.to_string()));
            std::thread::sleep(AGAIN);
        }
        say.send_if_modified(|now| now.stopped.take().is_some());
        waiting.fetch_sub(lines.iter().map(|(_, readings)| u64::from(*readings)).sum(), Ordering::Relaxed);
        for done in flushes {
            // Whoever asked may have gone.
            let _ = done.send(());
        }
    }
}

fn lines(told: Vec<Told>) -> (Vec<(Reading, u32)>, Vec<oneshot::Sender<()>>) {
    let (mut places, mut lines, mut flushes): (HashMap<Line, usize>, Vec<(Reading, u32)>, _) =
        (HashMap::new(), Vec::new(), Vec::new());
    for one in told {
        let reading = match one {
            Told::Flush(done) => {
                flushes.push(done);
                continue;
            }
            Told::Read(reading) => *reading,
        };
        let line = (
            reading.officer.clone(),
            reading.unit.clone(),
            reading.way,
            reading.matter.clone(),
            reading.what,
        );
        match places.get(&line).and_then(|place| lines.get_mut(*place)) {
            None => {
                places.insert(line, lines.len());
                lines.push((reading, 1));
            }
            Some((known, count)) => {
                *count += 1;
                merge(&mut known.classes, reading.classes);
                merge(&mut known.policies, reading.policies);
            }
        }
    }
    (lines, flushes)
}

/// Adds what is not there yet.
pub(crate) fn merge<T: PartialEq>(into: &mut Vec<T>, from: impl IntoIterator<Item = T>) {
    for one in from {
        if !into.contains(&one) {
            into.push(one);
        }
    }
}

#[cfg(test)]
mod tests;
