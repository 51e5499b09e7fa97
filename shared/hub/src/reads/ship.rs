//! The task that carries readings into the log, many in one event, and to the disk while the log takes none. Never here: what
//! a reading is, or who asks for them.
//!
//! Each run of a process has a stream of its own, so that instances never contend for a revision, and this task is its
//! only writer, so that it knows the place of what comes next without asking.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::actor::Actor;
use domain::event::{CodecError, Metadata, Stored as _, encode};
use domain::ids::{OfficerId, UnitId};
use domain::reading::{Event, PREFIX, Reading as Line};
use eventlog::{
    AppendError, BadStreamName, EventLog, Expected, JsonObject, NewEvent, NotAnObject, Outage, Revision,
    StreamName,
};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::spool::{Parcel, SHAPE, Spool, SpoolError};
use super::{Reading, Standing, Told, Way, merge};
use crate::mint;
use crate::read_model::Progress;
use crate::time::Time;
use crate::token::Token;

/// Under load, the shortest time between two appends.
pub(super) const GATHER: Duration = Duration::from_millis(250);
/// Most readings of one append: they must not hold up the commands that share its commit.
const TOGETHER: usize = 2_000;
/// Most lines of one event: a few hundred bytes each, a fraction of what a log takes.
pub(super) const LINES: usize = 500;
/// How long the log may take over one append before its readings go to the disk.
const LATE: Duration = Duration::from_secs(1);
/// How long the task waits before it tries again after a failure.
pub(super) const AGAIN: Duration = Duration::from_millis(500);

/// Why readings did not get into the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShipError {
    /// The log did not take them.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The stream has no name, which a number always gives it.
    #[error(transparent)]
    Name(#[from] BadStreamName),
    /// They cannot be written as an event.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// They are no JSON object.
    #[error(transparent)]
    Json(#[from] NotAnObject),
}

impl ShipError {
    /// Whether the log is closed: the process is ending.
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Append(AppendError::Unavailable { reason: Outage::Closed }))
    }
}

/// The log, as readings are written to it, in the hub's own name.
pub(super) struct Outlet {
    log: EventLog,
    time: Time,
    by: Actor,
}

impl Outlet {
    pub(super) fn new(log: &EventLog, time: &Time, by: Actor) -> Self {
        Self { log: log.clone(), time: time.clone(), by }
    }

    /// Appends a parcel at its place: it is there once, however often this is asked. One whose place is somebody else's, as
    /// after the log was restored from a backup, gets a stream of its own.
    async fn put(&self, parcel: &Parcel) -> Result<Token, ShipError> {
        match self.append((parcel.run, parcel.first), &parcel.lines).await {
            Err(ShipError::Append(AppendError::WrongRevision { .. })) => {
                let alone = Uuid::new_v5(&parcel.run, &parcel.first.to_be_bytes());
                self.append((alone, 0), &parcel.lines).await
            }
            done => done,
        }
    }

    async fn append(&self, (run, first): (Uuid, u64), lines: &[Line]) -> Result<Token, ShipError> {
        let stream = stream(run)?;
        let places = usize::try_from(first).unwrap_or(usize::MAX)..;
        let events = lines.chunks(LINES).zip(places);
        let events: Result<_, _> = events
            .map(|(lines, place)| event(&self.by, self.time.now(), mint::event_id(run, place), lines))
            .collect();
        let revision = self.log.append(&stream, behind(first), events?).await?;
        Ok(Token { stream, revision })
    }
}

/// What is expected of a stream whose next event is to have this place.
pub(super) fn behind(place: u64) -> Expected {
    Expected::after(place.checked_sub(1).map(Revision::new))
}

/// What the task knows between two appends.
pub(super) struct Ship {
    outlet: Outlet,
    spool: Spool,
    standing: Arc<Standing>,
    say: watch::Sender<Progress>,
    /// The number of this run of the process.
    run: Uuid,
    /// Events that have a place in its stream.
    events: u64,
    /// Its parcels on the disk.
    kept: u64,
    /// The last event in the log.
    end: Option<Token>,
    /// The log is not tried before.
    again: Instant,
    /// The log is closed: the process is ending.
    closed: bool,
}

impl Ship {
    pub(super) fn new(
        outlet: Outlet,
        spool: Spool,
        standing: Arc<Standing>,
        say: watch::Sender<Progress>,
    ) -> Self {
        let (run, again) = (Uuid::now_v7(), Instant::now());
        Self { outlet, spool, standing, say, run, events: 0, kept: 0, end: None, again, closed: false }
    }

    /// Takes lines to the log, or to the disk while the log takes none. While neither does, it tries again, and nothing more
    /// may be read. `false`: the log is closed, and the disk took nothing either.
    async fn take(&mut self, lines: Vec<Line>) -> bool {
        let parcel = Parcel { run: self.run, first: self.events, lines };
        self.events += parcel.events();
        loop {
            // A stream has no gaps: what stands on the disk goes first.
            if self.kept == 0 && self.bring(&parcel).await {
                self.done(&parcel);
                return true;
            }
            match self.spool.keep(&parcel).await {
                Ok(()) => {
                    self.kept += 1;
                    self.standing.shut.store(false, Ordering::Relaxed);
                    return true;
                }
                Err(error) => {
                    self.standing.shut.store(true, Ordering::Relaxed);
                    tracing::error!(%error, "neither the log nor the disk takes readings; nothing sensitive is shown");
                }
            }
            if self.closed {
                return false;
            }
            tokio::time::sleep(AGAIN).await;
            self.drain().await;
        }
    }

    /// Brings what stands on the disk to the log, the oldest first, while the log takes it, and not for long at a time.
    async fn drain(&mut self) {
        let until = Instant::now() + GATHER;
        while !self.spool.is_empty() && self.again <= Instant::now() && Instant::now() < until {
            if let Err(error) = self.bring_oldest().await {
                self.failed(&error);
            }
        }
    }

    async fn bring_oldest(&mut self) -> Result<(), SpoolError> {
        let Some((number, parcel)) = self.spool.oldest().await? else {
            self.kept = 0;
            self.well();
            return Ok(());
        };
        if self.bring(&parcel).await {
            self.kept = self.kept.saturating_sub(u64::from(parcel.run == self.run));
            self.done(&parcel);
            // A disk that is full may not even take that; the log has it all the same.
            self.spool.take_out(number).await?;
        }
        Ok(())
    }

    /// Tries the log once, for [`LATE`] at most: whether it has the parcel. What comes of a try that was given up is found
    /// there by the next.
    async fn bring(&mut self, parcel: &Parcel) -> bool {
        match tokio::time::timeout(LATE, self.outlet.put(parcel)).await {
            Ok(Ok(end)) => {
                self.end = Some(end);
                return true;
            }
            Ok(Err(error)) => {
                self.closed = self.closed || error.is_end();
                self.failed(&error);
            }
            Err(_) => self.failed(&"the log does not answer"),
        }
        false
    }

    /// The log has a parcel.
    fn done(&self, parcel: &Parcel) {
        if parcel.run == self.run {
            let waiting = &self.standing.waiting;
            // Others only add to it, or take back what they added.
            waiting.fetch_sub(parcel.readings().min(waiting.load(Ordering::Relaxed)), Ordering::Relaxed);
        }
        self.standing.shut.store(false, Ordering::Relaxed);
        self.well();
    }

    /// All that was told is in the log, or is on its way there.
    fn well(&self) {
        if self.spool.is_empty() {
            self.say.send_if_modified(|now| now.stopped.take().is_some());
        }
    }

    fn failed(&mut self, error: &dyn std::fmt::Display) {
        self.again = Instant::now() + AGAIN;
        if !self.closed {
            tracing::error!(%error, "the read log cannot be written");
            self.say.send_modify(|now| now.stopped = Some(error.to_string()));
        }
    }
}

/// The stream with a number.
pub(super) fn stream(number: Uuid) -> Result<StreamName, ShipError> {
    Ok(StreamName::parse(&format!("{PREFIX}-{}", number.simple()))?)
}

/// An event of lines, in the hub's own name.
pub(super) fn event(by: &Actor, now: Timestamp, id: Uuid, lines: &[Line]) -> Result<NewEvent, ShipError> {
    let beside = Metadata {
        by: by.clone(),
        at: now,
        recorded: now,
        late: false,
        command: id,
        causation: None,
        correlation: id,
        trace: None,
    };
    let noted = Event::Noted { readings: lines.to_vec() };
    Ok(NewEvent {
        id,
        kind: noted.kind().to_owned(),
        data: JsonObject::serialised(&encode(&noted)?)?,
        metadata: JsonObject::of(&beside)?,
    })
}

/// Carries what is told into the log until nobody can tell anything more, or the log closes.
pub(super) async fn run(mut ship: Ship, mut told: mpsc::Receiver<Told>) {
    let (mut due, mut asked) = (Instant::now(), Vec::new());
    loop {
        let mut gathered = Vec::new();
        // While something stands on the disk, the log is tried again whether or not more is read.
        if ship.spool.is_empty() && told.recv_many(&mut gathered, TOGETHER).await == 0 {
            return;
        }
        let mut open = gather(&mut told, &mut gathered, due).await;
        if gathered.iter().any(|one| matches!(one, Told::Stop(_))) {
            // What was told before this is still received, and nothing is told any more.
            told.close();
            while told.recv_many(&mut gathered, TOGETHER).await > 0 {}
            open = false;
        }
        let (mut lines, mut waits, stops) = lines(gathered);
        asked.append(&mut waits);
        let waited = !lines.is_empty() || !ship.spool.is_empty();
        while !lines.is_empty() {
            let later = lines.split_off(lines.len().min(TOGETHER));
            if !ship.take(std::mem::replace(&mut lines, later)).await {
                return;
            }
        }
        ship.drain().await;
        asked.retain(|done: &oneshot::Sender<Option<Token>>| !done.is_closed());
        if ship.spool.is_empty() {
            for done in asked.drain(..) {
                // Whoever asked may have gone.
                let _ = done.send(ship.end.clone());
            }
        }
        if !open || ship.closed {
            if !ship.spool.is_empty() {
                tracing::warn!(file = SHAPE.name, "readings wait on the disk for the next start");
            }
            for done in stops {
                let _ = done.send(());
            }
            return;
        }
        if waited {
            due = Instant::now() + GATHER;
        }
    }
}

/// Waits for more until it is due, or there is enough, or somebody waits. `false`: nobody can tell anything more.
async fn gather(told: &mut mpsc::Receiver<Told>, gathered: &mut Vec<Told>, due: Instant) -> bool {
    let mut looked = 0;
    loop {
        let urgent = |one: &Told| !matches!(one, Told::Read(_));
        if gathered.get(looked..).unwrap_or_default().iter().any(urgent) || gathered.len() >= TOGETHER {
            return true;
        }
        looked = gathered.len();
        match timeout_at(due, told.recv_many(gathered, TOGETHER - looked)).await {
            Ok(0) => return false,
            Ok(_) => {}
            Err(_) => return true,
        }
    }
}

/// One line of an append: equal readings are one line with their number.
type Same = (OfficerId, UnitId, Way, StreamName, &'static str);

/// Who waits until what was told before is in the log.
type Waits = Vec<oneshot::Sender<Option<Token>>>;

/// The lines of what was told, who waits until they are in the log, and who until they are safe.
pub(super) fn lines(told: Vec<Told>) -> (Vec<Line>, Waits, Vec<oneshot::Sender<()>>) {
    let (mut places, mut lines) = (HashMap::<Same, usize>::new(), Vec::<Line>::new());
    let (mut asked, mut stops) = (Vec::new(), Vec::new());
    for one in told {
        let reading = match one {
            Told::Flush(done) => {
                asked.push(done);
                continue;
            }
            Told::Stop(done) => {
                stops.push(done);
                continue;
            }
            Told::Read(reading) => *reading,
        };
        let same = (
            reading.officer.clone(),
            reading.unit.clone(),
            reading.way,
            reading.matter.clone(),
            reading.what,
        );
        match places.get(&same).and_then(|place| lines.get_mut(*place)) {
            None => {
                places.insert(same, lines.len());
                lines.push(line(reading));
            }
            Some(known) => {
                known.count += 1;
                merge(&mut known.shown, reading.classes.into_iter().map(str::to_owned));
                merge(&mut known.policies, reading.policies);
            }
        }
    }
    (lines, asked, stops)
}

fn line(reading: Reading) -> Line {
    Line {
        officer: reading.officer,
        unit: reading.unit,
        agency: reading.agency,
        way: reading.way,
        matter: reading.matter.to_string(),
        owner: reading.owner,
        what: reading.what.to_owned(),
        shown: reading.classes.into_iter().map(str::to_owned).collect(),
        policies: reading.policies,
        at: reading.at,
        count: 1,
    }
}
