//! Following: the queue as an officer watches it, and the log as a subscriber reads it. Never here: asking again until
//! it fits.

use std::collections::VecDeque;

use safeguard::world::Desk;
use serde_json::Value;
use tonic::{Status, Streaming};
use wire::cloudevents::CloudEvent;
use wire::v1::subscribe_response::News as Told;
use wire::v1::watch_queue_response::News;
use wire::{cloud, v1};

use crate::acts::{done, see};
use crate::stage::{Stage, soon};

/// A watched queue.
pub struct Watcher(Streaming<v1::WatchQueueResponse>);

impl Watcher {
    /// Watches the officer's own queue: entries that nobody holds.
    pub async fn open(desk: &Desk) -> Self {
        Self::of(desk, v1::WatchQueueRequest::default()).await
    }

    /// Watches what the request names.
    pub async fn of(desk: &Desk, wanted: v1::WatchQueueRequest) -> Self {
        Self(desk.police().watch_queue(wanted).await.unwrap().into_inner())
    }

    /// The next news that is no heartbeat; none when the watch has ended.
    pub async fn next(&mut self) -> Result<Option<News>, Status> {
        soon("news of the queue", self.news()).await
    }

    async fn news(&mut self) -> Result<Option<News>, Status> {
        loop {
            match self.0.message().await? {
                Some(v1::WatchQueueResponse { news: Some(News::Heartbeat(_)) | None }) => {}
                Some(v1::WatchQueueResponse { news }) => return Ok(news),
                None => return Ok(None),
            }
        }
    }

    /// The entries of the snapshot, which comes first.
    pub async fn snapshot(&mut self) -> Vec<v1::QueueEntry> {
        let mut entries = Vec::new();
        loop {
            match self.next().await.unwrap().unwrap() {
                News::Changed(entry) => entries.push(entry),
                News::SnapshotDone(done) => {
                    assert_eq!(done.count, entries.len() as u64);
                    return entries;
                }
                other => panic!("{other:?} inside the snapshot"),
            }
        }
    }

    /// Reads on to the first news that `wanted` picks.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(&News) -> Option<T>) -> T {
        let wait = async {
            loop {
                let news = self.news().await.unwrap().expect("the watch ended");
                if let Some(found) = wanted(&news) {
                    return found;
                }
            }
        };
        soon("the news wanted of the queue", wait).await
    }

    /// Reads on to a change of the matter that fits.
    pub async fn changed(&mut self, matter: &str, fits: impl Fn(&v1::QueueEntry) -> bool) -> v1::QueueEntry {
        self.until(|news| match news {
            News::Changed(entry) if entry.matter == matter && fits(entry) => Some(entry.clone()),
            _ => None,
        })
        .await
    }

    /// Reads on to the removal of the matter.
    pub async fn removed(&mut self, matter: &str) -> v1::QueueRemoved {
        self.until(|news| match news {
            News::Removed(removed) if removed.matter == matter => Some(removed.clone()),
            _ => None,
        })
        .await
    }
}

/// Makes an officer the account of another system of the same unit.
pub async fn service(stage: &Stage, name: &str) -> Desk {
    let roles = vec![i32::from(v1::Role::Service)];
    change_roles(stage, name, roles).await;
    stage.desk_apart(name).await
}

/// Changes what an officer is, and waits until the hub knows.
pub async fn change_roles(stage: &Stage, name: &str, roles: Vec<i32>) {
    let officer = stage.world.officer(name).unwrap().id.clone();
    let admin = stage.desk("admin");
    let changed =
        done!(admin, directory.change_roles, ChangeRolesRequest { officer_id: officer, roles: roles });
    let unit = stage.world.officer(name).unwrap().unit.clone();
    see!(admin, directory.get_unit, changed.consistency_token, GetUnitRequest { unit_id: unit }).unwrap();
}

/// An event of a matter as a subscriber gets it.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its stored name.
    pub kind: String,
    /// The object, as the subscriber may see it.
    pub data: Value,
    /// Wait for this to see it.
    pub token: String,
}

/// The history of one stream, and what follows.
pub struct Follower {
    news: Streaming<v1::SubscribeResponse>,
    waiting: VecDeque<CloudEvent>,
}

impl Follower {
    /// From the beginning of the stream.
    pub async fn of(stage: &Stage, stream: &str) -> Self {
        let wanted = v1::SubscribeRequest {
            from: v1::SubscribeFrom::Beginning.into(),
            filter: Some(v1::EventFilter { stream_prefix: stream.to_owned(), ..Default::default() }),
            ..Default::default()
        };
        Self::asking(&stage.desk("hub.auditor"), wanted).await
    }

    /// What this desk may see of what is asked for.
    pub async fn asking(desk: &Desk, wanted: v1::SubscribeRequest) -> Self {
        let news = desk.streams().subscribe(wanted).await.unwrap().into_inner();
        Self { news, waiting: VecDeque::new() }
    }

    /// Reads on to the next event that fits.
    pub async fn until(&mut self, fits: impl Fn(&Heard) -> bool) -> Heard {
        let wait = async {
            loop {
                if let Some(heard) = self.next().await
                    && fits(&heard)
                {
                    return heard;
                }
            }
        };
        soon("the event wanted", wait).await
    }

    /// Reads on to the next event of this name.
    pub async fn kind(&mut self, kind: &str) -> Heard {
        self.until(|heard| heard.kind == kind).await
    }

    /// Reads on to this ring of a clock: `warned` at a percent, or `breached`.
    pub async fn rung(&mut self, rule: &str, percent: Option<u64>) -> Heard {
        let kind = if percent.is_some() { "clock.warned" } else { "clock.breached" };
        self.until(|heard| {
            heard.kind == kind && heard.data["rule"] == rule && heard.data["percent"].as_u64() == percent
        })
        .await
    }

    /// What there is up to now.
    pub async fn history(self) -> Vec<Heard> {
        self.events().await.iter().map(heard).collect()
    }

    /// The same in their envelopes.
    pub async fn events(mut self) -> Vec<CloudEvent> {
        let mut all = Vec::new();
        loop {
            match soon("the history", self.news.message()).await.unwrap().unwrap().news {
                Some(Told::Batch(batch)) => all.extend(batch.events.unwrap().events()),
                Some(Told::CaughtUp(_)) => return all,
                Some(Told::Heartbeat(_)) | None => {}
            }
        }
    }

    async fn next(&mut self) -> Option<Heard> {
        if let Some(event) = self.waiting.pop_front() {
            return Some(heard(&event));
        }
        match self.news.message().await.unwrap().expect("the subscription ended").news {
            Some(Told::Batch(batch)) => self.waiting.extend(batch.events.unwrap().events()),
            Some(Told::CaughtUp(_) | Told::Heartbeat(_)) | None => {}
        }
        None
    }
}

fn heard(event: &CloudEvent) -> Heard {
    Heard {
        kind: event.r#type.clone(),
        data: serde_json::from_str(cloud::payload(event)).unwrap(),
        token: format!("{}@{}", cloud::word(event, "subject"), cloud::word(event, "revision")),
    }
}
