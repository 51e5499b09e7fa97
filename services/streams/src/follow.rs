//! One subscriber's way through the log: history, then what follows, each event as they may see it when it is
//! sent. Never here: how it goes over the wire, or who else follows.
//!
//! Flow control. Nothing is read before the transport asks for more: [`Follower::next`] reads one page of the log
//! (at most 500 events or about a mebibyte), renders it and hands it over. A subscriber that does not read is not
//! asked for, so it costs its place in the log and no more; when it reads again it goes on from disk. Writers and
//! other subscribers never wait for it.
//!
//! Crash story. The hub keeps no progress of a subscription. Whoever dies, the subscriber comes back with the
//! last position it stored and gets what follows; what it had got but not stored comes again, under the same ids.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::iter;
use hub::Hub;
use hub::project::{Position, Positioned, Revision, StreamName, Subscription};
use hub::reads::Way;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};
use wire::refusal::Refusal;

use crate::badge::Badge;
use crate::filter::Filter;
use crate::render::{Rendered, Shared, Written, render};
use crate::start::unread;
use crate::view::{Seen, Viewer};

/// How often a quiet stream shows that it lives.
pub const HEARTBEAT: Duration = Duration::from_secs(1);
/// Shortest time between two pages of a subscriber who keeps up: under load events gather; at rest the first is
/// sent at once.
const GATHER: Duration = Duration::from_millis(10);
/// A page of this many events means that the subscriber is behind and does not wait.
const CATCHING_UP: usize = 400;

/// Matters looked up at the same time while catching up.
const AT_ONCE: usize = 8;

/// What a subscriber is told.
#[derive(Debug)]
pub enum News {
    /// Events, at least one, and the position reached with them.
    Batch(Vec<Bytes>, Position),
    /// The history has been sent up to here.
    CaughtUp(Option<Position>),
    /// Nothing new for this subscriber; the position reached.
    Heartbeat(Option<Position>),
}

/// A subscriber who is being sent events.
pub struct Follower {
    hub: Hub,
    shared: Shared,
    badge: Badge,
    filter: Filter,
    events: Subscription,
    told: bool,
    ended: bool,
    behind: bool,
    last_page: Instant,
    beat: Interval,
}

impl Follower {
    /// Follows the log behind a position for the bearer of a badge.
    #[must_use]
    pub fn new(hub: &Hub, shared: &Shared, badge: Badge, filter: Filter, after: Option<Position>) -> Self {
        let now = Instant::now();
        let mut beat = interval_at(now + HEARTBEAT, HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            hub: hub.clone(),
            shared: shared.clone(),
            badge,
            filter,
            events: hub.log.subscribe(after),
            told: false,
            ended: false,
            behind: true,
            last_page: now,
            beat,
        }
    }

    /// The position reached.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.events.after()
    }

    /// What comes next; none when the hub stops or after a refusal, which is the last.
    pub async fn next(&mut self) -> Option<Result<News, Refusal>> {
        if self.ended {
            return None;
        }
        let stopping = self.hub.clone();
        let outcome = tokio::select! {
            biased;
            () = stopping.stopped() => None,
            outcome = self.step() => Some(outcome),
        };
        self.ended = !matches!(outcome, Some(Ok(_)));
        outcome
    }

    async fn step(&mut self) -> Result<News, Refusal> {
        loop {
            self.badge.check(&self.hub)?;
            if !self.told && self.events.caught_up() {
                self.told = true;
                return Ok(News::CaughtUp(self.position()));
            }
            let ready = if self.behind { self.last_page } else { self.last_page + GATHER };
            let events = &mut self.events;
            let page = tokio::select! {
                page = async { sleep_until(ready).await; events.next().await } => Some(page),
                _ = self.beat.tick() => None,
            };
            match page {
                None => {
                    self.badge.check(&self.hub)?;
                    return Ok(News::Heartbeat(self.position()));
                }
                Some(Ok(page)) => {
                    self.badge.check(&self.hub)?;
                    if let Some(news) = self.batch(&page).await? {
                        self.beat.reset();
                        return Ok(news);
                    }
                }
                Some(Err(error)) => return Err(unread(error)),
            }
        }
    }

    /// The events of a page that the subscriber wants and may see anything of.
    async fn batch(&mut self, page: &[Positioned]) -> Result<Option<News>, Refusal> {
        self.behind = page.len() >= CATCHING_UP;
        self.last_page = Instant::now();
        let viewer =
            Viewer { hub: &self.hub, actor: self.badge.actor(), filter: &self.filter, way: Way::Stream };
        if self.alone() {
            self.look_ahead(page).await;
        }
        let mut sent = Vec::with_capacity(page.len());
        let wanted: Vec<&Positioned> = page.iter().filter(|event| self.filter.wants(&event.event)).collect();
        // Events of one matter often follow each other; who catches up asks once, about the last of them: no event may
        // be judged by the matter as it was before it.
        let together =
            |one: &&Positioned, next: &&Positioned| self.alone() && one.event.stream == next.event.stream;
        for events in wanted.chunk_by(together) {
            let Some(last) = events.last() else { continue };
            let seen = if self.alone() {
                viewer.sight(last).await?
            } else {
                viewer.sight_of(last, self.shared.matter(&self.hub, last).await?).await?
            };
            let Some(seen) = seen else { continue };
            for event in events {
                let rendered = self.rendered(event, &seen)?;
                viewer.note(event, &seen, &rendered.read).await?;
                sent.push(rendered.bytes);
            }
        }
        let reached = page.last().map(|last| last.position);
        Ok(reached.filter(|_| !sent.is_empty()).map(|reached| News::Batch(sent, reached)))
    }

    /// Looks up the matters of a page side by side, so that each is there when its events are shown. What cannot be
    /// looked up is told when its event is.
    async fn look_ahead(&self, page: &[Positioned]) {
        let wanted = page.iter().filter(|event| self.filter.wants(&event.event));
        let last: HashMap<StreamName, Revision> =
            wanted.map(|event| (event.event.stream.clone(), event.event.revision)).collect();
        let hub = self.hub.clone();
        let looked = iter(last).map(move |(stream, revision)| {
            let hub = hub.clone();
            async move { hub.matter_at(&stream, revision).await.is_ok() }
        });
        let _: Vec<bool> = looked.buffer_unordered(AT_ONCE).collect().await;
    }

    /// Whether the subscriber reads what nobody else reads now. Who has caught up once goes on sharing the work: under
    /// load all fall behind together, and each doing it alone would keep them there.
    const fn alone(&self) -> bool {
        self.behind && !self.told
    }

    /// Who catches up reads alone; those who follow closely share the work.
    fn rendered(&self, event: &Positioned, (matter, sight): &Seen) -> Result<Written, Refusal> {
        if self.alone() {
            render(&self.hub, event, matter, sight).map(Rendered::written)
        } else {
            self.shared.render(&self.hub, event, (matter, sight))
        }
    }
}
