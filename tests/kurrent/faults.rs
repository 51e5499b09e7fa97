//! What goes wrong on purpose: a script for the next appends and one for the next reads, and lasting modes.
//! Must never be here: how an answer looks.

use std::collections::VecDeque;
use std::time::Duration;

/// What the old leader does with the append in whose middle the lead changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldLeader {
    /// Nothing is committed; the connection ends.
    CommitsNothing,
    /// The write is replicated, then the node dies before it can answer.
    CommitsAndDies,
}

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: the request is served.
    Served,
    /// 503; with `Retry-After: 5` as while the users are loaded.
    Refused { retry_after: bool },
    /// Silence for ten seconds, then 408; nothing is written.
    TimedOut,
    /// 500 "Write timeout"; nothing is written.
    Failed,
    /// The connection ends without an answer; nothing is written.
    Dropped,
    /// 307 to an authority, whoever it is.
    SentTo(String),
    /// It is written, and the answer is 500.
    CommittedThenFailed,
    /// It is written, and the connection ends.
    CommittedThenDropped,
    /// It is written, and the answer is 408 after ten seconds.
    CommittedThenTimedOut,
    /// It is written, and an empty 200 comes back.
    CommittedThenEmpty,
    /// The lead goes to another node in the middle of it.
    Succession { to: usize, old: OldLeader },
}

/// The script and the lasting modes of a cluster.
#[derive(Debug)]
pub struct Faults {
    pub appends: VecDeque<Fault>,
    /// For reads that do not wait.
    pub reads: VecDeque<Fault>,
    /// For long polls.
    pub polls: VecDeque<Fault>,
    /// How long a page keeps its reader waiting.
    pub slow: Duration,
    /// Long polls are not woken and never expire: they end in 408.
    pub poisoned: bool,
    pub atom_pub: bool,
    /// Whether the projection subsystem runs.
    pub projections: bool,
    /// Whether `$by_category` runs.
    pub by_category: bool,
    /// How `$by_category` tells categories; `None` is told to no account.
    pub separation: Option<String>,
    /// The projection says it runs and writes nothing.
    pub paused: bool,
    /// Reason phrases are left out, as over HTTP/2.
    pub silent: bool,
    /// The scheme and host that links bear instead of the one asked.
    pub foreign: Option<String>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            appends: VecDeque::new(),
            reads: VecDeque::new(),
            polls: VecDeque::new(),
            slow: Duration::ZERO,
            poisoned: false,
            atom_pub: true,
            projections: true,
            by_category: true,
            separation: Some("first\n-".to_owned()),
            paused: false,
            silent: false,
            foreign: None,
        }
    }
}

impl Faults {
    /// What happens to the next append.
    pub fn next_append(&mut self) -> Fault {
        self.appends.pop_front().unwrap_or(Fault::Served)
    }

    /// What happens to the next read.
    pub fn next_read(&mut self) -> Fault {
        self.reads.pop_front().unwrap_or(Fault::Served)
    }

    /// What happens to the next long poll.
    pub fn next_poll(&mut self) -> Fault {
        self.polls.pop_front().unwrap_or(Fault::Served)
    }

    pub fn projecting(&self) -> bool {
        self.projections && self.by_category && !self.paused
    }
}
