//! What a log tells of its own work to whoever measures it. Must never be here: what becomes of the figures.

use std::sync::Arc;
use std::time::Duration;

/// One commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    /// How many appends shared it.
    pub appends: usize,
    /// How long it took, flush included.
    pub took: Duration,
}

/// Who is told.
pub type Observer = Arc<dyn Fn(&Commit) + Send + Sync>;
