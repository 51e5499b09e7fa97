//! Appending: one request, one stream, one expected number, all or none.
//!
//! Crash story: the ids are made by the caller and the expected number is always given, so a request may
//! be sent any number of times. Acknowledged means 201: written on a majority of the nodes and indexed. What
//! had no answer is sent again unchanged; when time is over, the place is read, and only when nothing can
//! be found there the caller hears that the outcome is unknown, and may come back with the same events.
//!
//! Must never be here: an expected number that means "any"; the server would recognise a replay only from
//! a bounded memory that a new leader does not have.

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;

use super::answer::Settled;
use super::client::{Ask, Client};
use super::reading::{Stream, refused};
use crate::error::{AppendError, Outage};
use crate::stream::{Expected, Revision, StreamName};

/// One append, ready to be sent as often as needed.
pub(super) struct Batch<'a> {
    pub(super) stream: &'a StreamName,
    pub(super) expected: Expected,
    pub(super) ids: Vec<Uuid>,
    pub(super) body: Bytes,
}

/// What stands where a batch belongs.
enum Standing {
    /// Exactly its events.
    Same,
    /// Others.
    Other,
    /// Nothing.
    Free,
}

impl Batch<'_> {
    fn last(&self, first: Revision) -> Revision {
        Revision::new(first.get() + self.ids.len() as u64 - 1)
    }

    fn wrong(&self, actual: Option<Revision>) -> AppendError {
        AppendError::WrongRevision { expected: self.expected, actual }
    }
}

impl Client {
    /// Appends, and answers with the last event's revision.
    pub(super) async fn append(&self, batch: &Batch<'_>) -> Result<Revision, AppendError> {
        let until = self.deadline();
        let number = match batch.expected {
            Expected::NoStream => -1,
            Expected::At(revision) => match i64::try_from(revision.get()) {
                Ok(number) => number,
                // No stream reaches so far.
                Err(_) => return Err(batch.wrong(self.last(batch.stream, until).await.map_err(lost)?)),
            },
        };
        let ask = Ask::Append { path: self.path(batch.stream), expected: number, events: batch.body.clone() };
        match self.ask(&ask, until).await {
            Ok(Settled::Written { first }) => {
                if first != batch.expected.first_new() {
                    tracing::warn!(stream = %batch.stream, %first, "the stream was deleted before; it goes on behind its former end");
                }
                Ok(batch.last(first))
            }
            Ok(Settled::Conflict { actual }) => self.conflicting(batch, actual, until).await,
            Ok(
                other @ (Settled::Body(_)
                | Settled::TooMuch
                | Settled::Refused { .. }
                | Settled::Missing
                | Settled::Gone),
            ) => Err(lost(refused(&other))),
            Err(outage) => self.without_answer(batch, outage).await,
        }
    }

    /// Refused for its place. When the very events stand there, they were written before, whatever the
    /// server remembers of them.
    async fn conflicting(
        &self,
        batch: &Batch<'_>,
        actual: Option<Revision>,
        until: Instant,
    ) -> Result<Revision, AppendError> {
        let last = batch.last(batch.expected.first_new());
        if actual < Some(last) {
            return Err(batch.wrong(actual));
        }
        match self.standing(batch, until).await.map_err(lost)? {
            Standing::Same => Ok(last),
            Standing::Other | Standing::Free => Err(batch.wrong(actual)),
        }
    }

    /// No answer until the deadline: one look at what stands there decides, if it can.
    async fn without_answer(&self, batch: &Batch<'_>, outage: Outage) -> Result<Revision, AppendError> {
        let until = Instant::now() + self.options().request_timeout;
        match self.standing(batch, until).await {
            Ok(Standing::Same) => Ok(batch.last(batch.expected.first_new())),
            Ok(Standing::Other) => {
                let actual = self.last(batch.stream, until).await.map_err(lost)?;
                Err(batch.wrong(actual))
            }
            // It may still be under way inside the cluster.
            Ok(Standing::Free) | Err(_) => Err(lost(outage)),
        }
    }

    async fn standing(&self, batch: &Batch<'_>, until: Instant) -> Result<Standing, Outage> {
        let first = batch.expected.first_new().get();
        let (path, wanted) = (self.path(batch.stream), batch.ids.len());
        let mut there = Vec::new();
        while there.len() < wanted {
            let from = first + there.len() as u64;
            let Stream::Here(page) = self.forward(&path, from, wanted - there.len(), until).await? else {
                break;
            };
            let before = there.len();
            for entry in page.entries {
                // Were one missing in between, the place would not be the batch's.
                let place = first + there.len() as u64;
                there.push(entry.id().filter(|_| entry.revision() == Some(place)));
            }
            if there.len() == before {
                break;
            }
        }
        let same = there.iter().zip(&batch.ids).all(|(there, id)| *there == Some(*id));
        Ok(match there.len() {
            0 => Standing::Free,
            found if found >= wanted && same => Standing::Same,
            _ => Standing::Other,
        })
    }
}

pub(super) const fn lost(reason: Outage) -> AppendError {
    AppendError::Unavailable { reason }
}
