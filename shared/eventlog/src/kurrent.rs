//! The log in a KurrentDB (EventStoreDB) cluster, over its HTTP interface AtomPub.
//!
//! A stream of the log is kept as `{log}-{stream}`, so that the cluster's projection `$by_category` links
//! all events of the log in one stream `$ce-{log}`, each with a number 0, 1, 2 ... A [`Position`] is that
//! number plus one, exactly as the embedded backends count: every event can be resumed behind, positions
//! compare between backends, and several logs share one cluster without meeting.
//!
//! The plain stream of everything, `$all`, would cost no projection. But over HTTP its entries have no
//! position (the makers declined to add it, issue 1809), its page cursors of 32 hexadecimal digits fit no
//! number of ours, and reading it needs the rights of an administrator. The category stream costs a
//! projection that must run, links that about double what the cluster stores, and time: an append is
//! acknowledged before it is linked. So whoever asks this handle for the log's end waits until the appends
//! it has acknowledged are shown.
//!
//! When an event was recorded is told by the process that appends it, as with a file, in a member of the
//! stored metadata that nobody sees outside. The cluster's own time will not do: in the category stream an
//! entry bears the time of its link, so one event would have two times.
//!
//! Crash story: the cluster keeps everything; a process keeps nothing. An append is acknowledged when a
//! majority has written it. If its answer is lost, the same request is sent again, to whichever node leads
//! now, and is recognised by its ids at their numbers. If this process dies, its caller's next try is
//! recognised in the same way. If the leader dies, what only it had written is lost with it, was never
//! acknowledged, and the retry writes it.
//!
//! Must never be here: a look inside a payload; an answer of a node that does not lead.

mod address;
mod answer;
mod append;
mod client;
mod copy;
mod feed;
mod leader;
mod opening;
mod own;
mod page;
mod reading;
mod stored;
mod walk;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

use crate::error::{AppendError, ClusterFault, CopyError, OpenError, Outage, ReadError};
use crate::event::{self, NewEvent, Positioned, Recorded};
use crate::moving::{PLACES, last_word};
use crate::observe::{Commit, Observer};
use crate::report::{CheckReport, Statistics};
use crate::stream::{Expected, Position, Revision, StreamName};
use crate::subscription::{self, Reach};

pub use address::{AddressFault, BadAddress, KurrentOptions};
use append::Batch;
use feed::Feed;

/// Appends on their way at the same time; further ones wait their turn.
const TURNS: u32 = 128;

#[derive(Clone)]
pub(crate) struct Kurrent {
    shared: Arc<Shared>,
}

struct Shared {
    address: String,
    feed: Arc<Feed>,
    follower: AbortHandle,
    turns: Semaphore,
    reach: watch::Sender<Reach>,
    observer: OnceLock<Observer>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Kurrent {
    pub(crate) async fn open(options: KurrentOptions) -> Result<Self, OpenError> {
        let address = options.to_string();
        let opened = opening::open(options).await;
        let (client, end) = opened.map_err(|fault| OpenError::Cluster { address: address.clone(), fault })?;
        let head = end.head();
        let reach = watch::Sender::new(Reach { head, ..Reach::default() });
        let feed = Arc::new(Feed::new(client, reach.clone(), &end));
        let said =
            feed.client.stream(&StreamName::trusted(PLACES), Revision::FIRST, feed.client.deadline()).await;
        let said = said.map_err(|reason| {
            let fault = ClusterFault::Unavailable { reason };
            OpenError::Cluster { address: address.clone(), fault }
        })?;
        feed.hear(last_word(&said));
        let follower = tokio::spawn(Arc::clone(&feed).follow()).abort_handle();
        let turns = Semaphore::new(TURNS as usize);
        let observer = OnceLock::new();
        Ok(Self { shared: Arc::new(Shared { address, feed, follower, turns, reach, observer }) })
    }

    pub(crate) fn observe(&self, observer: Observer) {
        // One observer is all a log has.
        let _ = self.shared.observer.set(observer);
    }

    /// The address, without the account.
    pub(crate) fn address(&self) -> &str {
        &self.shared.address
    }

    pub(crate) fn reach(&self) -> watch::Receiver<Reach> {
        self.shared.reach.subscribe()
    }

    pub(crate) async fn append(
        &self,
        stream: &StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Result<Revision, AppendError> {
        let lost = |reason| AppendError::Unavailable { reason };
        if self.shared.reach.borrow().closed {
            return Err(lost(Outage::Closed));
        }
        if let Some(to) = self.shared.feed.moved().filter(|_| stream.as_str() != PLACES) {
            return Err(lost(Outage::Moved { to }));
        }
        stored::check(&events)?;
        let body = stored::body(&events, &vec![event::now(); events.len()]);
        let body = body.map_err(|error| lost(Outage::Failing { detail: error.to_string() }))?;
        let ids = events.iter().map(|event| event.id).collect();
        let batch = Batch { stream, expected, ids, body: body.into() };
        let _turn = self.shared.turns.acquire().await.map_err(|_| lost(Outage::Closed))?;
        let feed = &self.shared.feed;
        // Only now: whoever waited for a turn may have heard the log's last word meanwhile.
        if let Some(to) = feed.moved().filter(|_| stream.as_str() != PLACES) {
            return Err(lost(Outage::Moved { to }));
        }
        let began = Instant::now();
        let last = feed.client.append(&batch).await?;
        if let Some(observer) = self.shared.observer.get() {
            observer(&Commit { appends: None, took: began.elapsed() });
        }
        feed.own.acknowledge(stream, last);
        Ok(last)
    }

    pub(crate) async fn read(&self, stream: &StreamName, from: Revision) -> Result<Vec<Recorded>, ReadError> {
        let client = &self.shared.feed.client;
        self.while_open(client.stream(stream, from, client.deadline())).await
    }

    /// What is shown now.
    pub(crate) async fn page(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Positioned>, ReadError> {
        let feed = &self.shared.feed;
        if !self.shared.reach.borrow().closed
            && let Some(page) = feed.recent(after, limit)
        {
            return Ok(page);
        }
        self.unless_closed(feed.after(after, limit, feed.client.deadline())).await
    }

    /// The same; where it ends with the log, also what this handle has acknowledged before.
    pub(crate) async fn read_all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Positioned>, ReadError> {
        let feed = &self.shared.feed;
        let acknowledged = feed.own.acknowledged();
        let mut page = self.page(after, limit).await?;
        let last = page.last().map(|last| last.position).or(after);
        let room = limit.saturating_sub(page.len());
        if room > 0 && last >= self.shared.reach.borrow().head && !feed.own.shown(acknowledged) {
            match self.while_open(feed.own_shown(acknowledged, feed.client.deadline())).await {
                Ok(()) => page.extend(self.page(last, room).await?),
                Err(ReadError::Unavailable { .. }) if !page.is_empty() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(page)
    }

    pub(crate) async fn head(&self) -> Result<Option<Position>, ReadError> {
        let feed = &self.shared.feed;
        let until = feed.client.deadline();
        self.while_open(async {
            feed.own_shown(feed.own.acknowledged(), until).await?;
            Ok(feed.end(until).await?.head())
        })
        .await
    }

    pub(crate) async fn head_behind(
        &self,
        stream: &StreamName,
        revision: Revision,
    ) -> Result<Option<Position>, ReadError> {
        let feed = &self.shared.feed;
        let until = feed.client.deadline();
        self.while_open(feed.foreign_shown(stream, revision, until)).await?;
        self.head().await
    }

    pub(crate) async fn statistics(&self) -> Result<Statistics, ReadError> {
        self.while_open(self.shared.feed.statistics()).await
    }

    pub(crate) async fn check(&self) -> Result<CheckReport, ReadError> {
        self.while_open(self.shared.feed.check()).await
    }

    /// Closing ends a copy in the middle, as a crash would: it may be made again.
    pub(crate) async fn copy_in(&self, events: &[Positioned]) -> Result<(), CopyError> {
        let mut reach = self.reach();
        tokio::select! {
            biased;
            _ = reach.wait_for(|reach| reach.closed) => Err(CopyError::Unavailable { reason: Outage::Closed }),
            copied = self.shared.feed.copy_in(events) => copied,
        }
    }

    /// Subscriptions and reads end now; appends that are on their way still get their answer.
    pub(crate) async fn close(&self) {
        subscription::close(&self.shared.reach);
        self.shared.follower.abort();
        let all = self.shared.turns.acquire_many(TURNS).await;
        self.shared.turns.close();
        drop(all);
    }

    async fn while_open<T>(&self, read: impl Future<Output = Result<T, Outage>>) -> Result<T, ReadError> {
        self.unless_closed(async { read.await.map_err(|reason| ReadError::Unavailable { reason }) }).await
    }

    async fn unless_closed<T>(
        &self,
        read: impl Future<Output = Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        let mut reach = self.reach();
        tokio::select! {
            biased;
            _ = reach.wait_for(|reach| reach.closed) => Err(ReadError::Closed),
            read = read => read,
        }
    }
}
