//! What can go wrong, one enum per question, each with a text that says what to do.
//!
//! Must never be here: a payload in an error's text.

use std::path::PathBuf;

use crate::stream::{Expected, Position, Revision};

/// Why the storage beneath does not answer as it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// No space is left. Appends work again when space returns; nothing need be restarted.
    #[error("no space is left for the log; free space on its disk")]
    Full,
    /// The storage may not be written.
    #[error(
        "the log is read-only; open it for writing, or give its file and directory back their permissions"
    )]
    ReadOnly,
    /// Another process held the log for too long.
    #[error(
        "another process held the log too long; try again, and look for a backup or a shell that keeps it locked"
    )]
    Busy,
    /// The storage contradicts itself.
    #[error(
        "the log's file is damaged ({detail}); stop writing, keep a copy of all its files, restore the newest good backup"
    )]
    Damaged {
        /// What the storage engine says.
        detail: String,
    },
    /// Input or output failed otherwise.
    #[error("the log's storage fails: {detail}")]
    Failing {
        /// What the storage engine says.
        detail: String,
    },
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// A test told the log to fail here.
    #[error("the log was told to fail here")]
    Told,
}

/// Why an append gave no revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The stream is not where the caller saw it: read it and decide again.
    #[error("the stream was expected at {expected}, but is at {}", place(*actual))]
    WrongRevision {
        /// What the caller expected.
        expected: Expected,
        /// The stream's last revision, if it has events.
        actual: Option<Revision>,
    },
    /// No answer, and the outcome is unknown: retry with the same events at the same expected
    /// revision. If the first attempt was written after all, the retry answers as it would have.
    #[error("not acknowledged: {reason}")]
    Unavailable {
        /// Why.
        reason: Outage,
    },
    /// An event, or all together, are too large; nothing was written.
    #[error("{bytes} bytes of data and metadata; at most {limit} are taken")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed: [`crate::MAX_EVENT_BYTES`] or [`crate::MAX_APPEND_BYTES`].
        limit: usize,
    },
    /// Too many events for one append; nothing was written.
    #[error("{events} events in one append; at most {limit} are taken")]
    TooMany {
        /// Events given.
        events: usize,
        /// Events allowed.
        limit: usize,
    },
    /// An append without events; nothing was written.
    #[error("an append needs at least one event")]
    Empty,
    /// An event no backend would take; nothing was written.
    #[error("event {place} of the append was refused: {why}")]
    Invalid {
        /// Which event, from 0.
        place: usize,
        /// What to change.
        why: &'static str,
    },
}

fn place(actual: Option<Revision>) -> String {
    actual.map_or_else(|| "no stream".to_owned(), |revision| format!("revision {revision}"))
}

/// Why a read gave no events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The storage did not answer: try again.
    #[error("the log could not be read: {reason}")]
    Unavailable {
        /// Why.
        reason: Outage,
    },
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// The caller has seen more than the log holds, so the log was replaced by an older one.
    #[error("asked for events after position {after}, but the log ends at {}: it was replaced by an older one; forget the view and its checkpoint, and rebuild", end(*head))]
    AheadOfLog {
        /// Where the caller wants to continue.
        after: Position,
        /// Where the log ends.
        head: Option<Position>,
    },
}

fn end(head: Option<Position>) -> String {
    head.map_or_else(|| "nothing".to_owned(), |position| position.to_string())
}

/// Why a log file was not opened. Nothing was changed in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The file is something else.
    #[error("{} is not a Safeguard log ({found}); give another path, or move that file away", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// The file is a log, but damaged.
    #[error("the log {} is damaged ({detail}); keep a copy of it with its -wal and -shm files, then restore the newest good backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the storage engine says.
        detail: String,
    },
    /// A newer release wrote the file.
    #[error("the log {} has schema {found}, this release knows {known}; run the newer release", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The schema found.
        found: u32,
        /// The schema this release writes.
        known: u32,
    },
    /// It should be opened read-only, and there is none.
    #[error("there is no log at {}; check the path", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The storage does not let it be opened.
    #[error("the log {} cannot be opened: {reason}", path.display())]
    Unavailable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Outage,
    },
}

/// Why a backup was not made. No file is left at the place asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// There is a file already.
    #[error("{} exists; a backup never overwrites, so choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// This backend keeps no file: a memory log has nothing to copy, a cluster log has its own way.
    #[error("this log keeps no file of its own, so there is nothing to copy")]
    NoFile,
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// Reading the log or writing the copy failed.
    #[error("the backup to {} failed: {reason}", path.display())]
    Unavailable {
        /// Where the copy was to be.
        path: PathBuf,
        /// Why.
        reason: Outage,
    },
}
