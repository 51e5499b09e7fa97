//! The newest committed events, kept in memory for those who follow closely: every view reads every
//! commit, and reading it back from the file for each of them costs more than writing it.
//!
//! Must never be here: an event before its commit, or a gap. What another process appended in between
//! empties the memory, and readers go to the file until they have passed it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::Positioned;
use crate::stream::Position;

/// Most events kept.
const EVENTS: usize = 4_096;
/// Most payload bytes kept, unless the newest event alone is larger.
const BYTES: usize = 4 * 1024 * 1024;
/// A page ends with the event that reaches this many payload bytes, as one from the file does.
const PAGE_BYTES: usize = 1024 * 1024;

/// Consecutive events that end with the newest this process has committed.
#[derive(Default)]
pub(super) struct Recent {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    events: VecDeque<Positioned>,
    bytes: usize,
}

impl Recent {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what was just committed, in order and without gaps among themselves.
    pub(super) fn push(&self, committed: Vec<Positioned>) {
        let mut kept = self.kept();
        let follows = match (kept.events.back(), committed.first()) {
            (Some(last), Some(first)) => last.position.get() + 1 == first.position.get(),
            (None, _) | (_, None) => true,
        };
        if !follows {
            *kept = Kept::default();
        }
        for event in committed {
            kept.bytes += bytes(&event);
            kept.events.push_back(event);
        }
        while kept.events.len() > EVENTS || (kept.bytes > BYTES && kept.events.len() > 1) {
            if let Some(gone) = kept.events.pop_front() {
                kept.bytes -= bytes(&gone);
            }
        }
    }

    /// At most `limit` events after a position, or none when the memory does not reach back to it or has
    /// nothing after it: then the file must be asked.
    pub(super) fn page(&self, after: Option<Position>, limit: usize) -> Option<Vec<Positioned>> {
        let next = after.map_or(0, Position::get) + 1;
        let kept = self.kept();
        let first = kept.events.front()?.position.get();
        let skip = usize::try_from(next.checked_sub(first)?).ok()?;
        let mut size = 0;
        let mut page = Vec::new();
        for event in kept.events.range(skip.min(kept.events.len())..).take(limit) {
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
