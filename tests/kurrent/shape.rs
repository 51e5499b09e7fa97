//! How a cluster is made: what does not change while it runs. Must never be here: faults.

use std::time::Duration;

/// Which names of headers and media types the servers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// `ES-*` and `vnd.eventstore.*`, as before version 25.
    LegacyOnly,
    /// `Kurrent-*` and `vnd.kurrent.*` as well.
    Both,
}

/// How an entry looks whose link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// Without any rich field, up to 26.1.0.
    Bare,
    /// With its position, the nil id, no type and no stream, since 26.1.1.
    Positioned,
}

/// A cluster to start.
#[derive(Debug, Clone)]
pub struct Shape {
    /// 1 or 3.
    pub nodes: usize,
    /// How long the servers' second takes: they wait in seconds, tests do not.
    pub second: Duration,
    pub spelling: Spelling,
    pub unresolved: Unresolved,
    /// Whether the servers speak TLS, by a certificate for 127.0.0.1 from an own authority.
    pub tls: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            nodes: 1,
            second: Duration::from_secs(1),
            spelling: Spelling::Both,
            unresolved: Unresolved::Bare,
            tls: false,
        }
    }
}

impl Shape {
    /// One node whose second takes 10 ms.
    pub fn quick() -> Self {
        Self { second: Duration::from_millis(10), ..Self::default() }
    }

    /// Three nodes whose second takes 10 ms.
    pub fn three() -> Self {
        Self { nodes: 3, ..Self::quick() }
    }
}
