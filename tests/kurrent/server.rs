//! A KurrentDB cluster for tests: real sockets, the AtomPub interface with its traps, and faults on demand.
//! It keeps to `kurrentdb-http.md`; where that is silent, to the source of the server. What a client does not
//! need is missing: filtered `$all`, persistent subscriptions, XML, compression.
//!
//! Worth knowing: an entry that a link led to (each one in `$ce-...`) bears the time of the *link* in
//! `updated`, not that of the event; the projection writes links a moment after the append was answered.
//!
//! Must never be here: what one test wants; sleeping.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test crate uses a part of it, and a test fails by panicking"
)]

mod all;
mod ask;
mod certificate;
mod expected;
mod faults;
mod feed;
mod gossip;
mod identity;
mod json;
mod posting;
mod reading;
mod reply;
mod route;
mod seat;
mod shape;
mod single;
mod socket;
mod state;
mod store;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub use certificate::Authority;
pub use faults::{Fault, OldLeader};
pub use shape::{Shape, Spelling, Unresolved};
pub use state::Heard;

use seat::Seat;
use state::{Member, State};

/// A running cluster. Every change takes effect with the next request.
pub struct Cluster {
    state: Arc<State>,
    seats: Mutex<Vec<Running>>,
    projection: JoinHandle<()>,
    authority: Option<Authority>,
}

/// A node and its accepting task, until that is awaited.
type Running = (Arc<Seat>, Option<JoinHandle<()>>);

/// Where a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `127.0.0.1:port`.
    pub authority: String,
    /// Scheme and authority.
    pub url: String,
}

impl Cluster {
    /// Starts the nodes on ports of the system; the first one leads.
    pub async fn start(shape: Shape) -> Self {
        let authority = shape.tls.then(Authority::new);
        let state = Arc::new(State::new(shape.clone()));
        let projection = tokio::spawn(project(Arc::clone(&state)));
        let cluster = Self { state, seats: Mutex::default(), projection, authority };
        for index in 0..shape.nodes {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let member = Member {
                id: Uuid::now_v7(),
                port,
                alive: true,
                claims: false,
                remembered: Default::default(),
            };
            cluster.state.members().all.push(member);
            let seat = cluster.seat(index, port, listener);
            cluster.seats.lock().unwrap().push(seat);
        }
        cluster.lead(0);
        cluster
    }

    fn seat(&self, index: usize, port: u16, listener: TcpListener) -> Running {
        let living = tokio::sync::watch::Sender::new(true);
        let seat = Arc::new(Seat { index, port, state: Arc::clone(&self.state), living });
        let tls = self.authority.as_ref().map(Authority::acceptor);
        let task = tokio::spawn(socket::accept(listener, Arc::clone(&seat), tls));
        (seat, Some(task))
    }

    /// The address of a log: every node, the name, and how to connect.
    pub fn address(&self, name: &str) -> String {
        let nodes: Vec<String> =
            self.state.members().all.iter().map(|member| format!("127.0.0.1:{}", member.port)).collect();
        format!("kurrentdb://{}/{name}?tls={}", nodes.join(","), self.state.shape.tls)
    }

    pub fn node(&self, index: usize) -> Node {
        let authority = format!("127.0.0.1:{}", self.state.members().all[index].port);
        let scheme = if self.state.shape.tls { "https" } else { "http" };
        Node { url: format!("{scheme}://{authority}"), authority }
    }

    /// The certificate of the authority that signed the nodes' own, as PEM; `None` without TLS.
    pub fn authority_pem(&self) -> Option<String> {
        self.authority.as_ref().map(Authority::pem)
    }

    /// Every request so far, in the order in which they came.
    pub fn heard(&self) -> Vec<Heard> {
        self.state.heard.lock().unwrap().clone()
    }

    // Who leads.

    /// Another node leads from now on.
    pub fn lead(&self, index: usize) {
        self.state.members().lead(Some(index));
    }

    /// Nobody leads.
    pub fn leaderless(&self) {
        self.state.members().lead(None);
    }

    /// The lead goes to `index` in the middle of the `nth` append from now; 1 is the next.
    pub fn lead_in_the_middle_of(&self, nth: usize, index: usize, old: OldLeader) {
        self.appends(&vec![Fault::Served; nth - 1]);
        self.appends(&[Fault::Succession { to: index, old }]);
    }

    /// The node says of itself in gossip that it leads, with an older epoch than the one that does.
    pub fn claims(&self, index: usize, claims: bool) {
        self.state.members().all[index].claims = claims;
    }

    /// The node ends: its port is closed, its connections are cut. A leader is not replaced by itself.
    pub async fn stop(&self, index: usize) {
        let task = {
            let mut seats = self.seats.lock().unwrap();
            seats[index].0.die();
            seats[index].1.take()
        };
        if let Some(task) = task {
            task.await.unwrap();
        }
    }

    /// The node comes back at its old port, remembering no ids.
    pub async fn restart(&self, index: usize) {
        self.stop(index).await;
        let port = self.state.members().all[index].port;
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let seat = self.seat(index, port, listener);
        self.seats.lock().unwrap()[index] = seat;
        self.state.members().all[index].alive = true;
    }

    // What happens to the next requests, in the order of the calls.

    /// What happens to the next appends that reach a node which may serve them.
    pub fn appends(&self, script: &[Fault]) {
        self.state.faults().appends.extend(script.iter().cloned());
    }

    /// What happens to the next reads of streams that do not wait.
    pub fn reads(&self, script: &[Fault]) {
        self.state.faults().reads.extend(script.iter().cloned());
    }

    /// What happens to the next long polls.
    pub fn polls(&self, script: &[Fault]) {
        self.state.faults().polls.extend(script.iter().cloned());
    }

    /// The next appends are written and answered with 500.
    pub fn commit_then_500(&self, count: usize) {
        self.appends(&vec![Fault::CommittedThenFailed; count]);
    }

    /// The next appends are written, and their connections end.
    pub fn commit_then_drop(&self, count: usize) {
        self.appends(&vec![Fault::CommittedThenDropped; count]);
    }

    /// The next appends are refused with 503.
    pub fn refuse_503(&self, count: usize) {
        self.appends(&vec![Fault::Refused { retry_after: false }; count]);
    }

    /// The next appends are answered with 408 after ten seconds of the shape; nothing is written.
    pub fn time_out_408(&self, count: usize) {
        self.appends(&vec![Fault::TimedOut; count]);
    }

    // Lasting modes.

    /// Every page takes this long; zero ends it.
    pub fn slow_pages(&self, time: Duration) {
        self.state.faults().slow = time;
    }

    /// Long polls are neither woken nor do they expire: they end in 408.
    pub fn poison_long_polls(&self) {
        self.state.faults().poisoned = true;
    }

    /// Long polls are as they should be.
    pub fn heal_long_polls(&self) {
        self.state.faults().poisoned = false;
    }

    /// Whether AtomPub is on; `/streams` answers 404 when it is not.
    pub fn atom_pub(&self, on: bool) {
        self.state.faults().atom_pub = on;
    }

    /// Whether the projection subsystem runs.
    pub fn projections(&self, on: bool) {
        self.state.faults().projections = on;
        self.state.changed();
    }

    /// Whether `$by_category` runs; the subsystem tells its status in any case.
    pub fn by_category(&self, on: bool) {
        self.state.faults().by_category = on;
        self.state.changed();
    }

    /// What `$by_category` says of how it tells categories; it goes on as before. `None` is told to no account.
    pub fn separation(&self, said: Option<&str>) {
        self.state.faults().separation = said.map(str::to_owned);
    }

    /// The projection says that it runs and writes nothing: the feeds stay behind the appends.
    pub fn pause_projection(&self) {
        self.state.faults().paused = true;
    }

    /// The projection catches up.
    pub fn resume_projection(&self) {
        self.state.faults().paused = false;
        self.state.changed();
    }

    /// The cluster becomes secure; this is an administrator.
    pub fn credentials(&self, user: &str, password: &str) {
        self.state.users.lock().unwrap().add(user, password, true);
    }

    /// The cluster becomes secure; this user may not read system streams, `$ce-...` among them.
    pub fn plain_user(&self, user: &str, password: &str) {
        self.state.users.lock().unwrap().add(user, password, false);
    }

    /// Links and `Location` bear this scheme and authority; `None` is the one that was asked.
    pub fn foreign_links(&self, base: Option<&str>) {
        self.state.faults().foreign = base.map(str::to_owned);
    }

    /// Reason phrases are left out, as over HTTP/2.
    pub fn silent_reasons(&self, silent: bool) {
        self.state.faults().silent = silent;
    }

    // What an operator does to streams.

    /// Events before this number are not read any more.
    pub fn truncate(&self, stream: &str, before: u64) {
        self.state.store().truncate(stream, before);
        self.state.changed();
    }

    /// Deletes softly: 404, and the numbers go on when it is written again.
    pub fn delete(&self, stream: &str) {
        self.state.store().delete_softly(stream);
        self.state.changed();
    }

    /// Deletes for ever: 410.
    pub fn tombstone(&self, stream: &str) {
        self.state.store().delete_for_ever(stream);
        self.state.changed();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.projection.abort();
        for (seat, _) in self.seats.lock().unwrap().iter() {
            seat.living.send_replace(false);
        }
    }
}

/// Writes links whenever something changed, a moment after the append was answered or before: as in the real
/// server nothing orders the two.
async fn project(state: Arc<State>) {
    let mut changes = state.changes.subscribe();
    loop {
        changes.mark_unchanged();
        let on = state.faults().projecting();
        if on && state.store().project() {
            state.changed();
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}
