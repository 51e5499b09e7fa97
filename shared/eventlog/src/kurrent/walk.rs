//! Walking the whole log: what it counts, and whether every event stands where it must.
//!
//! Must never be here: a repair.

use std::collections::{HashMap, HashSet};

use super::feed::{Feed, Part};
use crate::error::Outage;
use crate::event::Positioned;
use crate::report::{CheckReport, Fault, Statistics};
use crate::stream::{Position, Revision, StreamName};

/// What was seen of a stream.
struct Seen {
    events: u64,
    first: Revision,
    last: Revision,
}

/// What was seen of the log.
#[derive(Default)]
struct Walked {
    events: u64,
    first: Option<Position>,
    last: Option<Position>,
    streams: HashMap<StreamName, Seen>,
    faults: Vec<Fault>,
}

impl Walked {
    fn visit(&mut self, part: Part) {
        for (number, detail) in part.foreign {
            let position = Position::new(number.map_or(0, |number| number + 1));
            self.fault(Fault::Malformed { position, detail });
        }
        for Positioned { position, event } in part.events {
            self.events += 1;
            self.first = self.first.or(Some(position));
            self.last = Some(position);
            let (stream, revision) = (event.stream, event.revision);
            let fresh = Seen { events: 0, first: revision, last: revision };
            let seen = self.streams.entry(stream.clone()).or_insert(fresh);
            let behind = revision < seen.last;
            seen.events += 1;
            seen.first = seen.first.min(revision);
            seen.last = seen.last.max(revision);
            if behind {
                self.fault(Fault::OutOfOrder { stream, revision });
            }
        }
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < CheckReport::MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    fn report(mut self) -> CheckReport {
        let (events, streams) = (self.events, self.streams.len() as u64);
        if let (Some(first), Some(last)) = (self.first, self.last)
            && (first.get() != 1 || last.get() != events)
        {
            self.fault(Fault::PositionGap { events, first, last });
        }
        for (stream, Seen { events, first, last }) in std::mem::take(&mut self.streams) {
            if first != Revision::FIRST || last.get() + 1 != events {
                self.fault(Fault::RevisionGap { stream, events, first, last });
            }
        }
        CheckReport::new(events, streams, self.faults)
    }
}

impl Feed {
    /// The log's counts. Streams and bytes are known only to who reads everything.
    pub(super) async fn statistics(&self) -> Result<Statistics, Outage> {
        let (mut bytes, mut streams, mut head) = (0, HashSet::new(), None);
        self.walk(|part| {
            for kept in part.events {
                bytes += (kept.event.data.as_str().len() + kept.event.metadata.as_str().len()) as u64;
                streams.insert(kept.event.stream);
                head = Some(kept.position);
            }
        })
        .await?;
        let events = head.map_or(0, Position::get);
        Ok(Statistics { events, streams: streams.len() as u64, head, bytes })
    }

    /// Every event: does each stream count without gaps, and is there nothing that is none of ours?
    pub(super) async fn check(&self) -> Result<CheckReport, Outage> {
        let mut walked = Walked::default();
        self.walk(|part| walked.visit(part)).await?;
        Ok(walked.report())
    }

    async fn walk(&self, mut visit: impl FnMut(Part)) -> Result<(), Outage> {
        self.own_shown(self.own.acknowledged(), self.client.deadline()).await?;
        let mut from = 0;
        loop {
            let part = self.part(from, super::reading::PAGE, self.client.deadline()).await?;
            let (at_end, next) = (part.at_end, part.next);
            visit(part);
            if at_end || next <= from {
                return Ok(());
            }
            from = next;
        }
    }
}
