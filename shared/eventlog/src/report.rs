//! What the log can say about itself: counts for operators, and the faults a check found.
//!
//! Must never be here: how they are found; each backend knows that.

use crate::stream::{Position, Revision, StreamName};

/// How much the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    /// Events.
    pub events: u64,
    /// Streams with at least one event.
    pub streams: u64,
    /// The last position, if there is an event.
    pub head: Option<Position>,
    /// Bytes on disk including what awaits its checkpoint; for a memory log, bytes of payload.
    pub bytes: u64,
}

/// What a full check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// True when there is no fault.
    pub ok: bool,
    /// Events looked at.
    pub events: u64,
    /// Streams looked at.
    pub streams: u64,
    /// The faults, at most [`CheckReport::MOST_FAULTS`] of them.
    pub faults: Vec<Fault>,
}

impl CheckReport {
    /// How many faults are listed before the check stops listing.
    pub const MOST_FAULTS: usize = 100;

    pub(crate) fn new(events: u64, streams: u64, mut faults: Vec<Fault>) -> Self {
        faults.truncate(Self::MOST_FAULTS);
        Self { ok: faults.is_empty(), events, streams, faults }
    }
}

/// One thing that must not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The storage engine contradicts itself.
    #[error("storage: {detail}")]
    Storage {
        /// What it says.
        detail: String,
    },
    /// Positions do not count 1, 2, 3 ...
    #[error("positions have a gap: {events} events, first {first}, last {last}")]
    PositionGap {
        /// Events counted.
        events: u64,
        /// The first position.
        first: Position,
        /// The last position.
        last: Position,
    },
    /// A stream's revisions do not count 0, 1, 2 ...
    #[error("stream {stream} has a gap: {events} events, first {first}, last {last}")]
    RevisionGap {
        /// The stream.
        stream: StreamName,
        /// Events counted.
        events: u64,
        /// The first revision.
        first: Revision,
        /// The last revision.
        last: Revision,
    },
    /// A stream's events stand in the log in another order than in the stream.
    #[error("stream {stream} is out of order in the log at revision {revision}")]
    OutOfOrder {
        /// The stream.
        stream: StreamName,
        /// The event that stands before its predecessor.
        revision: Revision,
    },
    /// An event that append would have refused.
    #[error("the event at position {position} is malformed: {detail}")]
    Malformed {
        /// The event.
        position: Position,
        /// What is wrong with it.
        detail: String,
    },
}
