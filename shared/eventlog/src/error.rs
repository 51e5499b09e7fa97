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
    /// No node of the cluster could be used until the deadline.
    #[error(
        "no node of the log's cluster can be used ({detail}); look at its health and at the network, and try again: nothing need be restarted here"
    )]
    Unreachable {
        /// What the last try met with.
        detail: String,
    },
    /// The cluster refuses the account.
    #[error(
        "the log's cluster refuses this account; check its password, and its rights on the log's streams and on its category stream"
    )]
    Denied,
    /// The cluster answers, but what was asked for did not come about until the deadline.
    #[error(
        "the log's cluster is too slow ({detail}); try again, and look at its load and at its projection $by_category"
    )]
    Slow {
        /// What did not come about.
        detail: String,
    },
    /// The log goes on at another place.
    #[error("the log has moved to {to}; set log to that and start again")]
    Moved {
        /// Its address.
        to: String,
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
        /// Bytes allowed: [`crate::MAX_EVENT_BYTES`] or [`crate::MAX_APPEND_BYTES`], or what a
        /// cluster takes when it has indented the event.
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

impl From<ReadError> for Outage {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable { reason } => reason,
            ReadError::Closed => Outage::Closed,
            ahead @ ReadError::AheadOfLog { .. } => Outage::Failing { detail: ahead.to_string() },
        }
    }
}

fn end(head: Option<Position>) -> String {
    head.map_or_else(|| "nothing".to_owned(), |position| position.to_string())
}

/// Why a log was not opened. Nothing was changed in it.
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
    /// The cluster cannot be used as it is.
    #[error("the log {address} cannot be opened: {fault}")]
    Cluster {
        /// The address, which holds no credentials.
        address: String,
        /// Why.
        fault: ClusterFault,
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

/// What is wrong with a cluster that should keep the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClusterFault {
    /// A file or variable that the address asks for cannot be used.
    #[error("{setting} cannot be used ({why}); correct it, or leave it out of the address")]
    Setting {
        /// The file's path or the variable's name.
        setting: String,
        /// Why, without what it holds.
        why: String,
    },
    /// No node answers.
    #[error("no node answers ({detail}); check the hosts, the ports, the network, and whether tls is right")]
    Unreachable {
        /// What the last try met with.
        detail: String,
    },
    /// Something answers, but it is no KurrentDB.
    #[error("what answers at {node} is no KurrentDB or EventStoreDB server; check the host and the port")]
    Foreign {
        /// The node.
        node: String,
    },
    /// The HTTP interface for streams is switched off.
    #[error(
        "{node} runs without AtomPub; start every node with --enable-atom-pub-over-http (EnableAtomPubOverHttp: true)"
    )]
    AtomPubOff {
        /// The node.
        node: String,
    },
    /// The nodes have no leader.
    #[error("the cluster has no leader ({detail}); start enough of its nodes for a majority")]
    NoLeader {
        /// What the nodes say.
        detail: String,
    },
    /// The account is unknown, or its password is wrong.
    #[error("the cluster does not know this account and password; correct the credentials")]
    WrongCredentials,
    /// The account may not read the category stream.
    #[error(
        "this account may not read {stream}; let it, by the $systemStreamAcl of the cluster's $settings or by that stream's own $acl"
    )]
    Forbidden {
        /// The stream.
        stream: String,
    },
    /// The cluster runs no projections.
    #[error(
        "the cluster runs no projections; start every node with --run-projections=System and --start-standard-projections"
    )]
    ProjectionsOff,
    /// The projection that orders the log's events does not run.
    #[error(
        "the projection $by_category is {status}, not running; enable it (POST /projection/%24by_category/command/enable)"
    )]
    ProjectionStopped {
        /// Its status, in the cluster's words.
        status: String,
    },
    /// The projection that orders the log's events tells categories in another way than the log names its streams.
    #[error(
        "the projection $by_category is set to {found:?}, so it links no event of this log where the log is read; set it to \"first\\n-\" (PUT /projection/%24by_category/query), or give the log a cluster of its own"
    )]
    ProjectionSeparates {
        /// What it is set to, in the cluster's words.
        found: String,
    },
    /// Something else failed.
    #[error("{reason}")]
    Unavailable {
        /// What.
        reason: Outage,
    },
}

/// Why recorded events were not copied into a log. What was copied before stays, and the same copy
/// may be made again: it passes over what stands already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// The events do not continue the log.
    #[error("the events do not follow the log's end ({}) position by position; copy from there on, or into an empty log", end(*head))]
    NotNext {
        /// Where the log ends.
        head: Option<Position>,
    },
    /// At this position the log holds another event, or would give the event another place.
    #[error(
        "at position {position} the log differs from what is copied; copy into an empty log that nobody else writes"
    )]
    Differs {
        /// The first such position.
        position: Position,
    },
    /// The log takes no such event.
    #[error("the event at position {position} cannot be copied: {why}")]
    Refused {
        /// The event.
        position: Position,
        /// Why.
        why: String,
    },
    /// The storage failed: make the same copy again.
    #[error("the copy was interrupted: {reason}; make it again")]
    Unavailable {
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
