//! The read log: who read sensitive or restricted values, when, by which way and on which legal basis (MNP 2023
//! art. 36; handbook 1.4). It is in the log, as events of streams of readings, so that whichever instance is asked knows
//! what every other one has shown. Never here: what was read; deciding who may.
//!
//! Crash story. A reading is told to a queue and the answer goes out; one task appends what has gathered. After a pause
//! it appends at once; under load the readings of [`ship::GATHER`] go together, so that commands hardly notice. A kill or
//! power cut loses the readings that are not in the log by then, those of a quarter of a second while the log takes
//! appends at once, and no other. An append whose answer was lost is repeated with the same ids at the same place, which
//! the log takes once. When the log takes nothing for a second, what gathers goes to this machine's disk ([`spool`]) every
//! quarter of a second, and to the log when that is back, or at the next start. While the disk takes nothing either,
//! nothing sensitive is shown: a reading that nobody can note must not be made. So a kill never loses more than the
//! readings of two seconds, or as many as the queue holds. In an orderly stop they are in the log, or on the disk.

mod earlier;
mod ship;
mod spool;
mod table;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use domain::actor::{Actor, Agency};
pub use domain::break_glass::event::Way;
use domain::ids::{OfficerId, UnitId};
use eventlog::{EventLog, StreamName};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};

use crate::read_model::Progress;
use crate::time::Time;
use crate::token::Token;

pub(crate) use earlier::bring_in;
pub use table::{Asked, Page, Read, ReadLog, ReadTables};

/// Readings that may gather while the task is busy: those of a tenth of a second of the fastest catching up.
const WAITING: usize = 16_384;

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
    /// The classes and facets shown, e.g. `P3` and `reporter`.
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

/// Why a reading was not noted.
#[derive(Debug, thiserror::Error)]
pub enum ReadsError {
    /// The process is stopping: nothing may be shown any more.
    #[error("the hub is stopping")]
    Stopping,
    /// Neither the log nor the disk takes readings: nothing may be shown meanwhile.
    #[error("neither the log nor the disk takes readings")]
    Nowhere,
    /// The log did not take what was noted before in time.
    #[error("the log has not taken the readings in time")]
    Late,
}

/// What the task is told.
enum Told {
    Read(Box<Reading>),
    /// Append all that was told before, and answer with the last event appended, if there is any.
    Flush(oneshot::Sender<Option<Token>>),
    /// Take no more, and answer when all that was told before is in the log or on the disk.
    Stop(oneshot::Sender<()>),
}

/// How it stands with what was told.
#[derive(Default)]
struct Standing {
    /// Readings of this run that are not in the log.
    waiting: AtomicU64,
    /// Nothing takes them.
    shut: AtomicBool,
}

/// Where readings are noted; cheap to clone.
#[derive(Clone)]
pub struct Reads {
    tell: mpsc::Sender<Told>,
    standing: Arc<Standing>,
    health: watch::Receiver<Progress>,
}

impl Reads {
    /// Starts the task that appends readings to a log, in the hub's own name; what the log does not take stands in this
    /// folder meanwhile, also what an earlier run left there.
    #[must_use]
    pub fn start(folder: &Path, log: &EventLog, time: &Time, by: Actor) -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        let (say, health) = watch::channel(Progress::default());
        let standing = Arc::<Standing>::default();
        let (outlet, spool) = (ship::Outlet::new(log, time, by), spool::Spool::of(folder));
        tokio::spawn(ship::run(ship::Ship::new(outlet, spool, Arc::clone(&standing), say), told));
        Self { tell, standing, health }
    }

    /// Notes a reading. Waits only while [`WAITING`] readings wait for the task.
    ///
    /// # Errors
    /// `Stopping` and `Nowhere`: nothing may be shown then.
    pub async fn note(&self, reading: Reading) -> Result<(), ReadsError> {
        if self.standing.shut.load(Ordering::Relaxed) {
            return Err(ReadsError::Nowhere);
        }
        self.standing.waiting.fetch_add(1, Ordering::Relaxed);
        let told = self.tell.send(Told::Read(Box::new(reading))).await;
        told.map_err(|_| {
            self.standing.waiting.fetch_sub(1, Ordering::Relaxed);
            ReadsError::Stopping
        })
    }

    /// How many readings of this run are not in the log yet.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.standing.waiting.load(Ordering::Relaxed)
    }

    /// Resolves when all that was noted here before is in the log: with the last event of them, if there is any.
    ///
    /// # Errors
    /// [`ReadsError`]; `Late` after `patience`.
    pub async fn flush(&self, patience: Duration) -> Result<Option<Token>, ReadsError> {
        self.ask(Told::Flush, patience).await
    }

    /// Resolves when all that was noted here before is in the log or on the disk, and from now on nothing is noted any more:
    /// before the log closes.
    ///
    /// # Errors
    /// [`ReadsError`]; `Late` after `patience`: what still waits then is lost.
    pub async fn stop(&self, patience: Duration) -> Result<(), ReadsError> {
        self.ask(Told::Stop, patience).await
    }

    async fn ask<T>(
        &self,
        what: impl FnOnce(oneshot::Sender<T>) -> Told,
        patience: Duration,
    ) -> Result<T, ReadsError> {
        let (done, written) = oneshot::channel();
        let asked = async {
            self.tell.send(what(done)).await.map_err(|_| ReadsError::Stopping)?;
            written.await.map_err(|_| ReadsError::Stopping)
        };
        tokio::time::timeout(patience, asked).await.unwrap_or(Err(ReadsError::Late))
    }

    /// Why readings cannot be appended, while they cannot, for its health.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Progress> {
        self.health.clone()
    }
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
