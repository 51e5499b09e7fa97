//! The newest events, kept in memory for those who follow closely: every view reads every commit, and
//! fetching it again from the storage for each of them costs more than writing it.
//!
//! Must never be here: an event before it is durable, or a gap. What came in between without being told
//! here empties the memory, and readers go to the storage until they have passed it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::Positioned;
use crate::stream::Position;

/// Most events kept.
const EVENTS: usize = 4_096;
/// Most payload bytes kept, unless the newest event alone is larger.
const BYTES: usize = 4 * 1024 * 1024;
/// A page ends with the event that reaches this many payload bytes, as one from the storage does.
const PAGE_BYTES: usize = 1024 * 1024;

/// All events between two positions, the later being the newest this process knows.
#[derive(Default)]
pub(crate) struct Recent {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    events: VecDeque<Positioned>,
    bytes: usize,
    /// What is kept begins behind this position.
    after: u64,
    /// What is kept ends with this position, also when no event stands there.
    upto: u64,
}

impl Recent {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in all events there are behind `after`, up to `upto`.
    pub(crate) fn push(&self, after: u64, events: Vec<Positioned>, upto: u64) {
        let mut kept = self.kept();
        if kept.upto != after {
            *kept = Kept { after, ..Kept::default() };
        }
        kept.upto = upto;
        for event in events {
            kept.bytes += bytes(&event);
            kept.events.push_back(event);
        }
        while kept.events.len() > EVENTS || (kept.bytes > BYTES && kept.events.len() > 1) {
            if let Some(gone) = kept.events.pop_front() {
                kept.bytes -= bytes(&gone);
                kept.after = gone.position.get();
            }
        }
    }

    /// At most `limit` events after a position, or none when the memory does not reach back to it or has
    /// nothing after it: then the storage must be asked.
    pub(crate) fn page(&self, after: Option<Position>, limit: usize) -> Option<Vec<Positioned>> {
        let after = after.map_or(0, Position::get);
        let kept = self.kept();
        if after < kept.after {
            return None;
        }
        let skip = kept.events.partition_point(|event| event.position.get() <= after);
        let mut size = 0;
        let mut page = Vec::new();
        for event in kept.events.range(skip..).take(limit) {
            size += bytes(event);
            page.push(event.clone());
            if size >= PAGE_BYTES {
                break;
            }
        }
        (!page.is_empty()).then_some(page)
    }
}

fn bytes(event: &Positioned) -> usize {
    event.event.data.as_str().len() + event.event.metadata.as_str().len()
}
