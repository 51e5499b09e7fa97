//! Copying recorded events into the cluster, to the very positions they had elsewhere.
//!
//! Consecutive events of one stream go in one request, and the next request follows only its
//! acknowledgement; the category stream links in the order of writing, so the order is kept. What came of
//! it is read at the end and compared.
//!
//! Crash story: each request is an append like any other, with its own ids at its own expected number. A
//! copy that stops anywhere is made again: what stands is recognised and written no second time. Nothing
//! keeps another writer out meanwhile; if one was there, the comparison says at which position.
//!
//! Must never be here: an event that is not copied exactly.

use super::append::Batch;
use super::feed::Feed;
use super::stored;
use crate::copy::{renewed, standing};
use crate::error::{AppendError, CopyError, Outage};
use crate::event::{MAX_APPEND_BYTES, MAX_EVENTS_PER_APPEND, Positioned};
use crate::stream::{Expected, Position, Revision};

impl Feed {
    pub(super) async fn copy_in(&self, events: &[Positioned]) -> Result<(), CopyError> {
        let same = self.compare(events).await?;
        let mut rest = events.get(same..).unwrap_or_default();
        while let Some(first) = rest.first() {
            let (run, others) = rest.split_at(run(first, rest));
            self.copy_run(first, run).await?;
            rest = others;
        }
        // Everything stands now, or somebody else wrote in between.
        let missing = events.get(self.compare(events).await?);
        missing.map_or(Ok(()), |missing| Err(CopyError::Differs { position: missing.position }))
    }

    /// How many of the events stand at their positions already.
    async fn compare(&self, events: &[Positioned]) -> Result<usize, CopyError> {
        let until = self.client.deadline();
        self.own_shown(self.own.acknowledged(), until).await.map_err(stopped)?;
        let Some(first) = events.first() else { return Ok(0) };
        let before = first.position.get().saturating_sub(1);
        let mut same = 0;
        let mut from = before;
        loop {
            let part = self.part(from, events.len() - same, self.client.deadline()).await.map_err(stopped)?;
            same += standing(events.get(same..).unwrap_or_default(), &part.events)?;
            if part.at_end || same == events.len() || part.next <= from {
                break;
            }
            from = part.next;
        }
        if same == 0 {
            let end = self.end(until).await.map_err(stopped)?;
            if end.next != before {
                return Err(CopyError::NotNext { head: end.head() });
            }
        }
        Ok(same)
    }

    async fn copy_run(&self, first: &Positioned, run: &[Positioned]) -> Result<(), CopyError> {
        let position = first.position;
        let events: Vec<_> = run.iter().map(|copied| renewed(&copied.event)).collect();
        stored::check(&events).map_err(|error| refused(position, &error))?;
        let times: Vec<_> = run.iter().map(|copied| copied.event.recorded_at).collect();
        let body = stored::body(&events, &times)
            .map_err(|error| CopyError::Refused { position, why: error.to_string() })?;
        let stream = &first.event.stream;
        let before = first.event.revision.get().checked_sub(1).map(Revision::new);
        let batch = Batch {
            stream,
            expected: Expected::after(before),
            ids: events.iter().map(|event| event.id).collect(),
            body: body.into(),
        };
        let last = self.client.append(&batch).await.map_err(|error| failed(position, error))?;
        self.own.acknowledge(stream, last);
        Ok(())
    }
}

/// How many events from the first on go in one request.
fn run(first: &Positioned, events: &[Positioned]) -> usize {
    let mut bytes = 0;
    let follows = |(next, copied): &(u64, &Positioned)| {
        bytes += copied.event.data.as_str().len() + copied.event.metadata.as_str().len();
        copied.event.stream == first.event.stream
            && copied.event.revision.get() == *next
            && (bytes <= MAX_APPEND_BYTES || *next == first.event.revision.get())
    };
    (first.event.revision.get()..).zip(events).take(MAX_EVENTS_PER_APPEND).take_while(follows).count().max(1)
}

fn failed(position: Position, error: AppendError) -> CopyError {
    match error {
        AppendError::WrongRevision { .. } => CopyError::Differs { position },
        AppendError::Unavailable { reason } => stopped(reason),
        other @ (AppendError::TooLarge { .. }
        | AppendError::TooMany { .. }
        | AppendError::Empty
        | AppendError::Invalid { .. }) => refused(position, &other),
    }
}

fn refused(position: Position, error: &AppendError) -> CopyError {
    CopyError::Refused { position, why: error.to_string() }
}

const fn stopped(reason: Outage) -> CopyError {
    CopyError::Unavailable { reason }
}
