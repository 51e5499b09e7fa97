//! The task that carries readings into the log, many in one event. Never here: what a reading is, or who asks for them.
//!
//! Each run of a process has a stream of its own, so that instances never contend for a revision, and this task is its
//! only writer, so that it knows the stream's end without asking.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::actor::Actor;
use domain::event::{CodecError, Metadata, Stored as _, encode};
use domain::ids::{OfficerId, UnitId};
use domain::reading::{Event, PREFIX, Reading as Line};
use eventlog::{
    AppendError, BadStreamName, EventLog, Expected, JsonObject, NewEvent, NotAnObject, Outage, ReadError,
    StreamName,
};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{Reading, Told, Way, merge};
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
/// How long the task waits before it tries again after a failure.
pub(super) const AGAIN: Duration = Duration::from_millis(500);

/// Why readings did not get into the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShipError {
    /// The log did not take them.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The log cannot tell what it has of them.
    #[error(transparent)]
    Read(#[from] ReadError),
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
        matches!(
            self,
            Self::Append(AppendError::Unavailable { reason: Outage::Closed }) | Self::Read(ReadError::Closed)
        )
    }
}

/// Where readings go: the stream of this run of the process.
pub(super) struct Outlet {
    log: EventLog,
    time: Time,
    by: Actor,
    run: Uuid,
    end: Option<Token>,
}

impl Outlet {
    pub(super) fn new(log: &EventLog, time: &Time, by: Actor) -> Self {
        Self { log: log.clone(), time: time.clone(), by, run: Uuid::now_v7(), end: None }
    }

    /// Appends lines, again and again until the log takes them: under the same ids at the same place, so that they are
    /// there once. `false` when the log is closed.
    async fn append(&mut self, lines: &[Line], say: &watch::Sender<Progress>) -> bool {
        loop {
            let failed = match self.try_append(lines).await {
                Ok(end) => {
                    self.end = Some(end);
                    say.send_if_modified(|now| now.stopped.take().is_some());
                    return true;
                }
                Err(failed) if failed.is_end() => return false,
                Err(failed) => failed,
            };
            if matches!(failed, ShipError::Append(AppendError::WrongRevision { .. })) {
                // Somebody has the same number, which nobody should: take another one.
                (self.run, self.end) = (Uuid::now_v7(), None);
            }
            tracing::error!(error = %failed, "the read log cannot be written");
            say.send_modify(|now| now.stopped = Some(failed.to_string()));
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn try_append(&self, lines: &[Line]) -> Result<Token, ShipError> {
        let stream = stream(self.run)?;
        let expected = Expected::after(self.end.as_ref().map(|end| end.revision));
        let first = usize::try_from(expected.first_new().get()).unwrap_or(usize::MAX);
        let events = lines.chunks(LINES).zip(first..);
        let events: Result<_, _> = events
            .map(|(lines, place)| event(&self.by, self.time.now(), mint::event_id(self.run, place), lines))
            .collect();
        let revision = self.log.append(&stream, expected, events?).await?;
        Ok(Token { stream, revision })
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
        data: JsonObject::parse(&encode(&noted)?)?,
        metadata: JsonObject::of(&beside)?,
    })
}

/// Carries what is told into the log until nobody can tell anything more, or the log closes.
pub(super) async fn run(
    mut outlet: Outlet,
    mut told: mpsc::Receiver<Told>,
    say: watch::Sender<Progress>,
    waiting: Arc<AtomicU64>,
) {
    let mut last: Option<Instant> = None;
    loop {
        let mut gathered = Vec::new();
        let due = last.map_or_else(Instant::now, |last| last + GATHER);
        if told.recv_many(&mut gathered, TOGETHER).await == 0 {
            return;
        }
        gather(&mut told, &mut gathered, due).await;
        if gathered.iter().any(|one| matches!(one, Told::Stop(_))) {
            // What was told before this is still received, and nothing is told any more.
            told.close();
            while told.recv_many(&mut gathered, TOGETHER).await > 0 {}
        }
        let (lines, asked) = lines(gathered);
        for lines in lines.chunks(TOGETHER) {
            if !outlet.append(lines, &say).await {
                return;
            }
            let readings = lines.iter().map(|line| u64::from(line.count)).sum();
            waiting.fetch_sub(readings, Ordering::Relaxed);
            last = Some(Instant::now());
        }
        for done in asked {
            // Whoever asked may have gone.
            let _ = done.send(outlet.end.clone());
        }
    }
}

/// Waits for more until it is due, or there is enough, or somebody waits.
async fn gather(told: &mut mpsc::Receiver<Told>, gathered: &mut Vec<Told>, due: Instant) {
    let mut looked = 0;
    loop {
        let urgent = |one: &Told| !matches!(one, Told::Read(_));
        if gathered.get(looked..).unwrap_or_default().iter().any(urgent) || gathered.len() >= TOGETHER {
            return;
        }
        looked = gathered.len();
        match timeout_at(due, told.recv_many(gathered, TOGETHER - looked)).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// One line of an append: equal readings are one line with their number.
type Same = (OfficerId, UnitId, Way, StreamName, &'static str);

/// The lines of what was told, and who waits for them.
pub(super) fn lines(told: Vec<Told>) -> (Vec<Line>, Vec<oneshot::Sender<Option<Token>>>) {
    let (mut places, mut lines, mut asked): (HashMap<Same, usize>, Vec<Line>, _) =
        (HashMap::new(), Vec::new(), Vec::new());
    for one in told {
        let reading = match one {
            Told::Flush(done) | Told::Stop(done) => {
                asked.push(done);
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
    (lines, asked)
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
