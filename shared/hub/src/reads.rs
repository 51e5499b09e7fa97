//! The read log: who read sensitive or restricted values, when, by which way and on which legal basis (MNP 2023
//! art. 36; handbook 1.4). It is in the log, as events of streams of readings, so that whichever instance is asked knows
//! what every other one has shown. Never here: what was read; deciding who may.
//!
//! Crash story. A reading is told to a queue and the answer goes out; one task appends what has gathered. After a pause
//! it appends at once; under load the readings of [`ship::GATHER`] go together, so that commands hardly notice. A kill or
//! power cut loses the readings that are not in the log by then, those of a quarter of a second while the log takes
//! appends at once, and no other. An append whose answer was lost is repeated with the same ids at the same place, which
//! the log takes once. While the log takes nothing, readings gather until the queue is full; then reading sensitive values
//! waits, so that nothing is read in secret for long. In an orderly stop the readings are in the log before it closes.

mod earlier;
mod ship;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// Readings that may wait to be written.
const WAITING: usize = 65_536;

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
    /// The log did not take what was noted before in time.
    #[error("the log has not taken the readings in time")]
    Late,
}

/// What the task is told.
enum Told {
    Read(Box<Reading>),
    /// Append all that was told before, and answer with the last event appended, if there is any.
    Flush(oneshot::Sender<Option<Token>>),
    /// The same, and take no more.
    Stop(oneshot::Sender<Option<Token>>),
}

/// Where readings are noted; cheap to clone.
#[derive(Clone)]
pub struct Reads {
    tell: mpsc::Sender<Told>,
    waiting: Arc<AtomicU64>,
    health: watch::Receiver<Progress>,
}

impl Reads {
    /// Starts the task that appends readings to a log, in the hub's own name.
    #[must_use]
    pub fn start(log: &EventLog, time: &Time, by: Actor) -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        let (say, health) = watch::channel(Progress::default());
        let waiting = Arc::new(AtomicU64::new(0));
        let outlet = ship::Outlet::new(log, time, by);
        tokio::spawn(ship::run(outlet, told, say, Arc::clone(&waiting)));
        Self { tell, waiting, health }
    }

    /// Notes a reading. Waits only while [`WAITING`] readings wait to be written.
    ///
    /// # Errors
    /// `Stopping`: nothing may be shown then.
    pub async fn note(&self, reading: Reading) -> Result<(), ReadsError> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let told = self.tell.send(Told::Read(Box::new(reading))).await;
        told.map_err(|_| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            ReadsError::Stopping
        })
    }

    /// How many readings are not in the log yet.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Resolves when all that was noted here before is in the log: with the last event of them, if there is any.
    ///
    /// # Errors
    /// [`ReadsError`]; `Late` after `patience`.
    pub async fn flush(&self, patience: Duration) -> Result<Option<Token>, ReadsError> {
        self.ask(Told::Flush, patience).await
    }

    /// The same, and from now on nothing is noted any more: before the log closes.
    ///
    /// # Errors
    /// [`ReadsError`]; `Late` after `patience`: what still waits then is lost.
    pub async fn stop(&self, patience: Duration) -> Result<(), ReadsError> {
        self.ask(Told::Stop, patience).await.map(drop)
    }

    async fn ask(
        &self,
        what: impl FnOnce(oneshot::Sender<Option<Token>>) -> Told,
        patience: Duration,
    ) -> Result<Option<Token>, ReadsError> {
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
