//! The seat over one log: who dies holding it is followed when the lease is over, a holder renews it seldom, and one that
//! is alone never. The instances are real, and their clock is moved by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use domain::event::decode;
use domain::seat::Event;
use hub::config::Config;
use hub::open::over;
use hub::project::{EventLog, Revision, StreamName};
use hub::{Hub, Time};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::keeper::{LEASE, MARGIN, RESERVE};
use super::{Deliveries, Seat, kept};
use crate::groups::GroupsApi;
use crate::webhooks::Webhooks;

/// Longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(40);

/// An instance of the role that serves nobody.
pub(crate) struct Instance {
    pub(crate) hub: Hub,
    pub(crate) seat: Seat,
    pub(crate) webhooks: Webhooks,
    keeping: JoinHandle<()>,
    _folder: TempDir,
}

impl Instance {
    /// Starts in a folder of its own, and waits until it is known whose the seat is.
    pub(crate) async fn start(log: &EventLog, time: &Time, alone: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let hub = over(&config, log.clone(), time.clone()).unwrap();
        let deliveries = Deliveries::open(&hub).unwrap();
        let seat = deliveries.seat().clone();
        let groups = GroupsApi::start(&hub, seat.clone()).unwrap();
        let webhooks = Webhooks::start(&hub, &groups, &["127.0.0.1".to_owned()], true).unwrap();
        let keeping = deliveries.keep((groups.groups(), &webhooks), alone).unwrap();
        seat.settled().await;
        Self { hub, seat, webhooks, keeping, _folder: folder }
    }

    /// Waits until it holds the seat.
    async fn delivers(&self) {
        let mut health = self.seat.health();
        let well = health.wait_for(|now| now.stopped.is_none());
        assert!(timeout(PATIENCE, well).await.is_ok_and(|well| well.is_ok()), "the seat is not taken");
    }

    async fn stop(self) {
        self.hub.stopping.send_replace(true);
        timeout(PATIENCE, self.keeping).await.unwrap().unwrap();
    }
}

/// What happened to the seat, and when.
async fn told(log: &EventLog) -> Vec<(Event, Timestamp)> {
    let stream = StreamName::parse(kept::SEAT).unwrap();
    let events = log.read(&stream, Revision::FIRST).await.unwrap();
    let told = events.iter().map(|event| {
        let recorded = hub::handle::metadata(event).unwrap().recorded;
        (decode(&event.kind, event.data.as_str()).unwrap(), recorded)
    });
    told.collect()
}

async fn renewals(log: &EventLog) -> usize {
    told(log).await.iter().filter(|(event, _)| matches!(event, Event::Renewed { .. })).count()
}

#[tokio::test]
async fn who_dies_holding_the_seat_is_followed_when_the_lease_is_over_and_not_before() {
    let (log, time) = (EventLog::memory(), Time::system());
    let first = Instance::start(&log, &time, false).await;
    let second = Instance::start(&log, &time, false).await;
    assert!(first.seat.here() && !second.seat.here());
    // Nothing is given up, and nothing renewed any more.
    first.keeping.abort();
    time.advance(LEASE - MARGIN);
    assert!(!first.seat.here(), "a holder stops before others may begin");
    time.advance(MARGIN);
    second.delivers().await;
    let told = told(&log).await;
    let [(Event::Taken { by: one, until }, taken), (Event::Lapsed { by }, lapsed), (Event::Taken { .. }, _)] =
        told.as_slice()
    else {
        panic!("{told:?}")
    };
    assert_eq!(by, one);
    let length = until.duration_since(*taken);
    assert!(lapsed >= until && length <= LEASE && length > LEASE - RESERVE, "{told:?}");
}

#[tokio::test]
async fn a_holder_renews_the_seat_when_little_of_the_lease_is_left() {
    let (log, time) = (EventLog::memory(), Time::system());
    let holder = Instance::start(&log, &time, false).await;
    // More than the test takes itself.
    let some = SignedDuration::from_secs(20);
    for renewed in 0..3 {
        time.advance(LEASE - RESERVE - some);
        // Whoever writes looks after the lease too.
        holder.seat.written().await.unwrap();
        assert_eq!(renewals(&log).await, renewed);
        time.advance(some);
        holder.seat.written().await.unwrap();
        assert_eq!(renewals(&log).await, renewed + 1);
    }
    assert!(holder.seat.here());
    holder.stop().await;
    assert!(matches!(told(&log).await.last(), Some((Event::GivenUp { .. }, _))));
}

#[tokio::test]
async fn one_that_is_alone_never_renews_the_seat() {
    let (log, time) = (EventLog::memory(), Time::system());
    let alone = Instance::start(&log, &time, true).await;
    time.advance(SignedDuration::from_hours(24 * 365));
    alone.seat.written().await.unwrap();
    assert!(alone.seat.here());
    alone.stop().await;
    let told = told(&log).await;
    assert!(matches!(told.as_slice(), [(Event::Taken { .. }, _), (Event::GivenUp { .. }, _)]), "{told:?}");
}

#[test]
fn a_year_of_renewals_is_little_and_a_slow_append_costs_nobody_the_seat() {
    let year = SignedDuration::from_hours(24 * 365).as_secs();
    assert!(year / (LEASE - RESERVE).as_secs() < 400_000);
    // As long as a cluster is asked for an answer.
    assert!(RESERVE - MARGIN > SignedDuration::from_secs(30));
    assert!(LEASE <= SignedDuration::from_mins(2), "nobody waits longer after a crash");
}
