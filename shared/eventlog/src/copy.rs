//! Copying recorded events into a log: what holds on every backend.
//!
//! Must never be here: how a backend writes them.

use crate::error::CopyError;
use crate::event::{self, MAX_EVENT_BYTES, NewEvent, Positioned, Recorded};
use crate::stream::{Position, Revision};

/// Refuses events no log has recorded, before any storage is touched: positions count on one by one, and
/// each event is one that an append would take.
pub(crate) fn check(events: &[Positioned]) -> Result<(), CopyError> {
    let first = events.first().map_or(0, |first| first.position.get());
    for (expected, Positioned { position, event }) in (first..).zip(events) {
        let refused = |why: &str| CopyError::Refused { position: *position, why: why.to_owned() };
        if position.get() != expected || expected == 0 {
            return Err(refused("positions must start at 1 or later and follow one another without gaps"));
        }
        let new = renewed(event);
        if let Some(why) = event::fault_of(&new) {
            return Err(refused(why));
        }
        if new.bytes() > MAX_EVENT_BYTES {
            return Err(refused("it is larger than any log takes"));
        }
    }
    Ok(())
}

/// The event as one appends it.
pub(crate) fn renewed(event: &Recorded) -> NewEvent {
    NewEvent {
        id: event.id,
        kind: event.kind.clone(),
        data: event.data.clone(),
        metadata: event.metadata.clone(),
    }
}

/// How many of the events stand already, when these stand from the first one's position on.
pub(crate) fn standing(events: &[Positioned], there: &[Positioned]) -> Result<usize, CopyError> {
    for (event, there) in events.iter().zip(there) {
        if event != there {
            return Err(CopyError::Differs { position: event.position });
        }
    }
    Ok(there.len().min(events.len()))
}

/// Whether the log may be continued with this event: it must be the next of all, and the next of its stream.
pub(crate) fn follows(
    next: &Positioned,
    head: Option<Position>,
    last: Option<Revision>,
) -> Result<(), CopyError> {
    if next.position.get() != head.map_or(0, Position::get) + 1 {
        return Err(CopyError::NotNext { head });
    }
    if next.event.revision != last.map_or(Revision::FIRST, Revision::next) {
        return Err(CopyError::Differs { position: next.position });
    }
    Ok(())
}
