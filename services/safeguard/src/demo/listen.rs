//! What is heard live: the police's queue, and the clock events of the log. Both are read in the background and kept in
//! the order they came. Never here: printing, or asking again and again.

use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tonic::Streaming;
use wire::cloudevents::CloudEvent;
use wire::v1::subscribe_response::News as Told;
use wire::v1::watch_queue_response::News;
use wire::{Lang, v1};

use crate::world::{Desk, said};

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(15);

/// Things heard, with the moment they came. The reader ends with it.
pub(super) struct Ear<T> {
    heard: watch::Receiver<Vec<(Instant, T)>>,
    reader: JoinHandle<()>,
}

impl<T> Drop for Ear<T> {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl<T: Clone + Send + Sync + 'static> Ear<T> {
    fn over<M: Send + 'static>(
        mut stream: Streaming<M>,
        pick: impl Fn(M) -> Vec<T> + Send + 'static,
    ) -> Self {
        let (keep, heard) = watch::channel(Vec::new());
        let reader = tokio::spawn(async move {
            while let Ok(Some(message)) = stream.message().await {
                let came = Instant::now();
                let picked = pick(message);
                if !picked.is_empty() {
                    let picked = picked.into_iter().map(|one| (came, one));
                    keep.send_modify(|heard: &mut Vec<_>| heard.extend(picked));
                }
            }
        });
        Self { heard, reader }
    }

    /// How much was heard so far: what comes later is news.
    pub(super) fn so_far(&self) -> usize {
        self.heard.borrow().len()
    }

    /// The first thing that fits, of what came after `from`; waits for it.
    ///
    /// # Errors
    /// It did not come in time, or the stream has ended.
    pub(super) async fn until(
        &self,
        what: &str,
        from: usize,
        fits: impl Fn(&T) -> bool,
    ) -> anyhow::Result<(Instant, T)> {
        let mut heard = self.heard.clone();
        let find = |all: &Vec<(Instant, T)>| all.iter().skip(from).find(|(_, one)| fits(one)).cloned();
        let came = tokio::time::timeout(PATIENCE, heard.wait_for(|all| find(all).is_some())).await;
        let all = came
            .map_err(|_| anyhow!("{what} did not come within {} s", PATIENCE.as_secs()))?
            .map_err(|_| anyhow!("the stream ended before {what} came"))?;
        find(&all).with_context(|| what.to_owned())
    }
}

/// The queue of a police unit as its officer sees it, from the end of the snapshot on.
///
/// # Errors
/// The watch was refused.
pub(super) async fn queue(desk: &Desk) -> anyhow::Result<Ear<v1::QueueEntry>> {
    let request = v1::WatchQueueRequest { include_claimed: true, ..Default::default() };
    let answer = desk.police().watch_queue(request).await;
    let mut stream =
        answer.map_err(|status| anyhow!(said(&status, Lang::En))).context("watching the queue")?.into_inner();
    while let Some(message) = stream.message().await.map_err(|status| anyhow!(said(&status, Lang::En)))? {
        if let Some(News::SnapshotDone(_)) = message.news {
            break;
        }
    }
    Ok(Ear::over(stream, |message| match message.news {
        Some(News::Changed(entry)) => vec![entry],
        Some(News::SnapshotDone(_) | News::Removed(_) | News::Heartbeat(_)) | None => Vec::new(),
    }))
}

/// Clock events, and what clues learn of their referrals, as a subscriber of the log hears them.
///
/// # Errors
/// The subscription was refused.
pub(super) async fn rings(desk: &Desk) -> anyhow::Result<Ear<CloudEvent>> {
    let kinds = vec!["clock.*".to_owned(), "clue.referral-ended".to_owned()];
    let request = v1::SubscribeRequest {
        from: v1::SubscribeFrom::Now as i32,
        filter: Some(v1::EventFilter { kinds, ..Default::default() }),
        ..Default::default()
    };
    let answer = desk.streams().subscribe(request).await;
    let stream =
        answer.map_err(|status| anyhow!(said(&status, Lang::En))).context("following the log")?.into_inner();
    Ok(Ear::over(stream, |message| match message.news {
        Some(Told::Batch(batch)) => batch.events.unwrap_or_default().events().collect(),
        Some(Told::CaughtUp(_) | Told::Heartbeat(_)) | None => Vec::new(),
    }))
}
