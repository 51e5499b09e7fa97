//! The log in memory: for tests and trials. It fails on demand, so that callers can prove what
//! they do when an answer is lost.
//!
//! Must never be here: durability, or a rule the other backends do not have.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::copy::{follows, standing};
use crate::error::{AppendError, CopyError, Outage, ReadError};
use crate::event::{NewEvent, Positioned, Recorded};
use crate::moving::{PLACES, moved};
use crate::report::{CheckReport, Statistics};
use crate::stream::{Expected, Place, Position, Revision, StreamName};
use crate::subscription::{self, Reach};

/// Which appends fail, counted from 1 over all appends that are not refused for their shape.
///
/// Both kinds answer [`AppendError::Unavailable`]: the caller cannot tell them apart, as with a
/// real log whose answer was lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    before: HashSet<u64>,
    after: HashSet<u64>,
}

impl Faults {
    /// No append fails.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The nth append fails and nothing is persisted.
    #[must_use]
    pub fn before(mut self, nth: u64) -> Self {
        self.before.insert(nth);
        self
    }

    /// The nth append is persisted, but its answer is lost.
    #[must_use]
    pub fn after(mut self, nth: u64) -> Self {
        self.after.insert(nth);
        self
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Memory {
    held: Arc<Mutex<Held>>,
    reach: watch::Sender<Reach>,
}

#[derive(Debug, Default)]
struct Held {
    all: Vec<Positioned>,
    /// Places in `all` of each stream's events.
    streams: HashMap<StreamName, Vec<usize>>,
    faults: Faults,
    appends: u64,
}

impl Memory {
    pub(crate) fn new(faults: Faults) -> Self {
        let held = Held { faults, ..Held::default() };
        Self { held: Arc::new(Mutex::new(held)), reach: watch::Sender::new(Reach::default()) }
    }

    pub(crate) fn reach(&self) -> watch::Receiver<Reach> {
        self.reach.subscribe()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<MutexGuard<'_, Held>, ReadError> {
        if self.reach.borrow().closed {
            return Err(ReadError::Closed);
        }
        Ok(self.held())
    }

    pub(crate) fn append(
        &self,
        stream: &StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Result<Revision, AppendError> {
        let lost = |reason| AppendError::Unavailable { reason };
        let mut held = self.open().map_err(|_| lost(Outage::Closed))?;
        held.appends += 1;
        let nth = held.appends;
        if held.faults.before.contains(&nth) {
            return Err(lost(Outage::Told));
        }
        let last = held.place(stream, expected, events)?;
        // Told under the lock, so that the head never runs behind an answer.
        subscription::grow(&self.reach, held.head());
        if held.faults.after.contains(&nth) {
            return Err(lost(Outage::Told));
        }
        Ok(last)
    }

    pub(crate) fn copy_in(&self, events: &[Positioned]) -> Result<(), CopyError> {
        let closed = |_| CopyError::Unavailable { reason: Outage::Closed };
        let mut held = self.open().map_err(closed)?;
        let before = events.first().map_or(0, |first| first.position.get().saturating_sub(1));
        let there = usize::try_from(before).ok().and_then(|before| held.all.get(before..));
        let same = standing(events, there.unwrap_or_default())?;
        let rest = events.get(same..).unwrap_or_default();
        held.follow(rest)?;
        subscription::grow(&self.reach, held.head());
        Ok(())
    }

    pub(crate) fn read(&self, stream: &StreamName, from: Revision) -> Result<Vec<Recorded>, ReadError> {
        let held = self.open()?;
        let skipped = usize::try_from(from.get()).unwrap_or(usize::MAX);
        Ok(held.of(stream).skip(skipped).map(|positioned| positioned.event.clone()).collect())
    }

    pub(crate) fn read_all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Positioned>, ReadError> {
        let held = self.open()?;
        let head = held.head();
        match after {
            Some(after) if Some(after) > head => Err(ReadError::AheadOfLog { after, head }),
            Some(_) | None => {
                let skipped = after.map_or(0, Position::get);
                let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
                Ok(held.all.iter().skip(skipped).take(limit).cloned().collect())
            }
        }
    }

    pub(crate) fn head(&self) -> Result<Option<Position>, ReadError> {
        Ok(self.open()?.head())
    }

    pub(crate) fn statistics(&self) -> Result<Statistics, ReadError> {
        let held = self.open()?;
        let bytes = |kept: &Positioned| kept.event.data.as_str().len() + kept.event.metadata.as_str().len();
        Ok(Statistics {
            events: held.all.len() as u64,
            streams: held.streams.len() as u64,
            head: held.head(),
            bytes: held.all.iter().map(bytes).sum::<usize>() as u64,
        })
    }

    /// Nothing can damage it but a fault in this file, and the contract suite looks for those.
    pub(crate) fn check(&self) -> Result<CheckReport, ReadError> {
        let held = self.open()?;
        let (events, streams) = (held.all.len() as u64, held.streams.len() as u64);
        Ok(CheckReport::new(events, streams, Vec::new()))
    }

    pub(crate) fn close(&self) {
        subscription::close(&self.reach);
    }
}

impl Held {
    fn head(&self) -> Option<Position> {
        self.all.last().map(|last| last.position)
    }

    fn of(&self, stream: &StreamName) -> impl DoubleEndedIterator<Item = &Positioned> {
        let places = self.streams.get(stream).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&place| self.all.get(place))
    }

    /// Where the log went, for all but what it says of itself.
    fn moved(&self, stream: &StreamName) -> Option<String> {
        let places = StreamName::trusted(PLACES);
        let last = self.of(&places).next_back().filter(|_| *stream != places)?;
        moved(&last.event.kind, &last.event.data)
    }

    fn place(
        &mut self,
        stream: &StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Result<Revision, AppendError> {
        let actual = self.of(stream).next_back().map(|last| last.event.revision);
        let refused = AppendError::WrongRevision { expected, actual };
        match Place::find(expected, actual) {
            Place::Free(first) => match self.moved(stream) {
                Some(to) => Err(AppendError::Unavailable { reason: Outage::Moved { to } }),
                None => Ok(self.write(stream, first, events)),
            },
            Place::Taken(first) => {
                let skipped = usize::try_from(first.get()).unwrap_or(usize::MAX);
                let mut last = first;
                let mut found = self.of(stream).skip(skipped);
                for event in &events {
                    match found.next() {
                        Some(there) if there.event.id == event.id => last = there.event.revision,
                        Some(_) | None => return Err(refused),
                    }
                }
                Ok(last)
            }
            Place::Beyond => Err(refused),
        }
    }

    /// Keeps recorded events at the end, all or none.
    fn follow(&mut self, events: &[Positioned]) -> Result<(), CopyError> {
        let before = self.all.len();
        for event in events {
            let last = self.of(&event.event.stream).next_back().map(|last| last.event.revision);
            if let Err(refused) = follows(event, self.head(), last) {
                self.all.truncate(before);
                self.streams.values_mut().for_each(|places| places.retain(|&place| place < before));
                return Err(refused);
            }
            self.streams.entry(event.event.stream.clone()).or_default().push(self.all.len());
            self.all.push(event.clone());
        }
        Ok(())
    }

    fn write(&mut self, stream: &StreamName, first: Revision, events: Vec<NewEvent>) -> Revision {
        let recorded_at = crate::event::now();
        let places = self.streams.entry(stream.clone()).or_default();
        let (mut revision, mut last) = (first, first);
        for event in events {
            places.push(self.all.len());
            let position = Position::new(self.all.len() as u64 + 1);
            let event = Recorded {
                stream: stream.clone(),
                revision,
                id: event.id,
                kind: event.kind,
                data: event.data,
                metadata: event.metadata,
                recorded_at,
            };
            self.all.push(Positioned { position, event });
            last = revision;
            revision = revision.next();
        }
        last
    }
}
