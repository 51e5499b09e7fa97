//! What a log tells of its own work to whoever measures it. Must never be here: what becomes of the figures.

use std::sync::Arc;
use std::time::Duration;

/// One commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    /// How many appends shared it; none over a cluster, which groups what it is sent and tells nobody.
    pub appends: Option<usize>,
    /// How long it took: of a file, flush included; over a cluster, from asking for one append until a majority had
    /// written it, asking again included.
    pub took: Duration,
}

/// Who is told.
pub type Observer = Arc<dyn Fn(&Commit) + Send + Sync>;
