//! What the nodes of a cluster share, and what each has of its own. Must never be here: sockets, HTTP.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use tokio::sync::watch;
use uuid::Uuid;

use super::expected::Remembered;
use super::faults::Faults;
use super::identity::Users;
use super::shape::Shape;
use super::store::Store;

/// A body that is there at once.
pub type Whole = Full<Bytes>;

/// One request that was served, for tests that ask what a client did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The node it came to.
    pub node: usize,
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The expected version it bore, as text.
    pub expected: Option<String>,
    /// The seconds of its long poll.
    pub long_poll: Option<String>,
    /// Whether only the leader was to serve it.
    pub require_leader: bool,
    /// The forms that were taken.
    pub accept: Option<String>,
    /// Whether credentials came with it.
    pub credentials: bool,
}

/// A node as its peers know it.
#[derive(Debug)]
pub struct Member {
    pub id: Uuid,
    pub port: u16,
    pub alive: bool,
    /// It has not heard that it leads no more.
    pub claims: bool,
    /// The ids it wrote since it started.
    pub remembered: Remembered,
}

/// Who leads, and since when.
#[derive(Debug, Default)]
pub struct Members {
    pub all: Vec<Member>,
    pub leader: Option<usize>,
    pub epoch: i64,
}

impl Members {
    /// The leader, when it is alive.
    pub fn living_leader(&self) -> Option<usize> {
        self.leader.filter(|leader| self.all[*leader].alive)
    }

    pub fn lead(&mut self, next: Option<usize>) {
        self.leader = next;
        self.epoch += i64::from(next.is_some());
    }
}

/// A cluster's one state. Locks are held for moments and never across an await; whoever needs two takes the
/// members first, then the store, then the faults.
pub struct State {
    pub shape: Shape,
    pub members: Mutex<Members>,
    pub store: Mutex<Store>,
    pub faults: Mutex<Faults>,
    pub users: Mutex<Users>,
    pub heard: Mutex<Vec<Heard>>,
    /// Grows with everything a waiting reader may want to see.
    pub changes: watch::Sender<u64>,
}

impl State {
    pub fn new(shape: Shape) -> Self {
        Self {
            shape,
            members: Mutex::default(),
            store: Mutex::default(),
            faults: Mutex::default(),
            users: Mutex::default(),
            heard: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    pub fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap()
    }

    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }

    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap()
    }

    /// Wakes the projection and every long poll.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// That many of the server's seconds.
    pub fn seconds(&self, count: u32) -> Duration {
        self.shape.second * count
    }

    /// Lets time pass, as a server does that does not answer.
    pub async fn pass(&self, time: Duration) {
        // It cannot end before its time: nothing is awaited.
        let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
    }
}
