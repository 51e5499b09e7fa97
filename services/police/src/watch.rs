//! Watching the queue: the snapshot, then every change, to one watcher. All that is kept for a watcher is the
//! number of the last change told, so a slow one is slowed by its own short channel and misses nothing.
//!
//! The seam: the snapshot goes by the change number its first page was read at. Rows of later pages that
//! changed after that number are left out and told as the first news. So nothing falls between snapshot and
//! news. Never here: who may watch (that is `api`).

use std::time::Duration;

use hub::{Caller, Hub, View, ViewError, refuse};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tonic::Status;
use wire::convert::timestamp;
use wire::refusal::Refusal;
use wire::v1::watch_queue_response::News as Sent;
use wire::v1::{Heartbeat, QueueRemoved, QueueSnapshotDone, WatchQueueResponse};

use crate::api::show::Showing;
use crate::api::sight::Asked;
use crate::queue::{News, Scope, news, snapshot};

/// Messages on their way to one watcher.
pub const WINDOW: usize = 64;
/// A quiet watcher hears this often that the queue lives, and is asked for permission again.
const BEAT: Duration = Duration::from_secs(2);
/// Entries of the snapshot read at once.
const PAGE: u16 = 500;

/// What is watched, by whom.
pub struct Watch {
    /// The shell.
    pub hub: Hub,
    /// The queue's view.
    pub view: View,
    /// Who watches.
    pub caller: Caller,
    /// What must stay permitted.
    pub asked: Asked,
    /// Which entries.
    pub scope: Scope,
    /// The token that the caller waited for.
    pub token: String,
}

/// Why a watch ended.
pub(crate) enum End {
    /// The watcher has gone or the process stops.
    Quiet,
    /// Told to the watcher.
    Refused(Refusal),
}

impl From<ViewError> for End {
    fn from(error: ViewError) -> Self {
        if matches!(error, ViewError::Stopping) { End::Quiet } else { End::Refused(refuse::view(error)) }
    }
}

pub(crate) type Outbox = mpsc::Sender<Result<WatchQueueResponse, Status>>;

impl Watch {
    /// Tells the watcher until it goes, may not watch any longer, or the process stops.
    pub async fn run(self, outbox: Outbox) {
        let hub = self.hub.clone();
        let told = tokio::select! {
            told = self.tell(&outbox) => told,
            () = hub.stopped() => Err(End::Quiet),
            () = outbox.closed() => Err(End::Quiet),
        };
        if let Err(End::Refused(refusal)) = told {
            // The watcher may have gone meanwhile; then nobody needs to know.
            let _ = outbox.send(Err(refusal.into())).await;
        }
    }

    async fn tell(&self, outbox: &Outbox) -> Result<(), End> {
        // Subscribed before the snapshot is read: what is applied after it wakes the loop below.
        let mut progress = self.view.progress();
        progress.mark_unchanged();
        let mut seen = self.snapshot(outbox).await?;
        let mut beat = tokio::time::interval_at(tokio::time::Instant::now() + BEAT, BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            seen = self.catch_up(outbox, seen).await?;
            // A beat must not wait for a change, nor a change for a beat.
            tokio::select! {
                changed = progress.changed() => if changed.is_err() { return Err(End::Quiet) },
                _ = beat.tick() => self.beat(outbox).await?,
            }
        }
    }

    /// Sends the open entries of the scope; answers the change number they were read at.
    async fn snapshot(&self, outbox: &Outbox) -> Result<i64, End> {
        let mut count = 0;
        let mut after = None;
        let mut as_of = None;
        loop {
            let scope = self.scope.clone();
            let (page, at) =
                self.view.read(move |tables| snapshot(tables, &scope, after.as_ref(), PAGE)).await?;
            let as_of = *as_of.get_or_insert(at);
            let showing = self.showing();
            for row in page.rows.iter().filter(|row| row.change <= as_of) {
                send(outbox, Sent::Changed(showing.entry(row)?)).await?;
                count += 1;
            }
            after = page.next;
            if after.is_none() {
                let done = QueueSnapshotDone { count, consistency_token: self.token.clone() };
                send(outbox, Sent::SnapshotDone(done)).await?;
                return Ok(as_of);
            }
        }
    }

    /// Sends what changed after `seen`; answers the last change told.
    async fn catch_up(&self, outbox: &Outbox, mut seen: i64) -> Result<i64, End> {
        loop {
            let scope = self.scope.clone();
            let (news, up_to) = self.view.read(move |tables| news(tables, &scope, seen)).await?;
            if up_to <= seen {
                return Ok(seen);
            }
            let showing = self.showing();
            for one in news {
                send(outbox, sent(&showing, one)?).await?;
            }
            seen = up_to;
        }
    }

    /// The queue lives, and the watcher may still see it: roles and units change while a watch lasts.
    pub(crate) async fn beat(&self, outbox: &Outbox) -> Result<(), End> {
        let account = self.hub.roster.account(&self.caller.actor.officer)?;
        let caller = match account {
            Some(account) if !account.disabled => {
                Caller { actor: account.actor.clone(), ..self.caller.clone() }
            }
            Some(_) | None => return Err(End::Refused(Refusal::Permission)),
        };
        self.asked.allowed(&self.hub, &caller).map_err(End::Refused)?;
        send(outbox, Sent::Heartbeat(Heartbeat { at: Some(timestamp(self.hub.time.now())) })).await
    }

    fn showing(&self) -> Showing<'_> {
        Showing::new(&self.hub)
    }
}

fn sent(showing: &Showing<'_>, news: News) -> Result<Sent, ViewError> {
    Ok(match news {
        News::Changed(row) => Sent::Changed(showing.entry(&row)?),
        News::Removed { matter, why, by, change } => {
            Sent::Removed(QueueRemoved { matter, why, by, change: u64::try_from(change).unwrap_or_default() })
        }
    })
}

async fn send(outbox: &Outbox, news: Sent) -> Result<(), End> {
    outbox.send(Ok(WatchQueueResponse { news: Some(news) })).await.map_err(|_| End::Quiet)
}
