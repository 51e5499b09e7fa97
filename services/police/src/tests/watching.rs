//! A watch from its snapshot to its end.

use domain::officer::{self, OfficerRule};
use hub::Caller;
use std::time::Duration;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use wire::v1;
use wire::v1::police_service_server::PoliceService;
use wire::v1::watch_queue_response::News;

use super::house::{House, actor, fresh, psb};
use crate::api::sight::sight;
use crate::watch::{WINDOW, Watch};

type Stream = ReceiverStream<Result<v1::WatchQueueResponse, Status>>;

async fn next(stream: &mut Stream) -> News {
    stream.next().await.unwrap().unwrap().news.unwrap()
}

async fn watch(house: &House, consistency_token: String, include_claimed: bool) -> Stream {
    let ask =
        v1::WatchQueueRequest { consistency_token, include_claimed, ..v1::WatchQueueRequest::default() };
    house.police.api.watch_queue(house.asks("duty", ask)).await.unwrap().into_inner()
}

async fn claims(house: &House, name: &str, matter: &str) {
    let claim = v1::ClaimEntryRequest { request_id: fresh(), occurred_at: None, matter: matter.to_owned() };
    house.police.api.claim_entry(house.asks(name, claim)).await.unwrap();
}

#[tokio::test]
async fn a_watcher_gets_the_snapshot_then_every_change_and_the_end() {
    let house = House::open().await;
    let (first, token) = house.reports(1).await;
    let mut stream = watch(&house, token.clone(), false).await;
    let News::Changed(entry) = next(&mut stream).await else { panic!("no entry") };
    assert_eq!((entry.matter.as_str(), entry.stage.as_str()), (first.as_str(), "offered"));
    let done = v1::QueueSnapshotDone { count: 1, consistency_token: token };
    assert_eq!(next(&mut stream).await, News::SnapshotDone(done));
    let (second, _) = house.reports(2).await;
    let News::Changed(entry) = next(&mut stream).await else { panic!("no entry") };
    assert_eq!(entry.matter, second);
    claims(&house, "second", &second).await;
    let removed = loop {
        // The entry may be told once more, with its clock, before it is taken.
        if let News::Removed(removed) = next(&mut stream).await {
            break removed;
        }
    };
    assert_eq!((removed.matter, removed.why.as_str(), removed.by.as_str()), (second, "claimed", "OF-second"));
    house.hub.stopping.send_replace(true);
    while stream.next().await.is_some() {}
}

#[tokio::test]
async fn a_slow_watcher_misses_nothing() {
    let house = House::open().await;
    let mut stream = watch(&house, String::new(), true).await;
    let mut expected = Vec::new();
    for seed in 0..2 * WINDOW as u128 {
        let (matter, _) = house.reports(seed).await;
        expected.push(matter);
    }
    claims(&house, "duty", &expected[0]).await;
    let mut seen = std::collections::BTreeMap::new();
    while seen.len() < expected.len() || seen.get(&expected[0]).is_none_or(|stage| stage != "claimed") {
        if let News::Changed(entry) = next(&mut stream).await {
            seen.insert(entry.matter, entry.stage);
        }
    }
    assert!(expected.iter().all(|matter| seen.contains_key(matter)));
}

#[tokio::test]
async fn a_watch_ends_with_the_permission() {
    let house = House::open().await;
    let expires = house.hub.time.now();
    let caller = Caller { actor: actor("duty"), patience: Duration::from_secs(5), expires };
    let (asked, scope) = sight(&house.hub, &caller, Some(psb().id), None).unwrap();
    let (hub, view) = (house.hub.clone(), house.police.view().clone());
    let watch = Watch { hub, view, caller, asked, scope, token: String::new() };
    let (outbox, mut told) = tokio::sync::mpsc::channel(WINDOW);
    assert!(watch.beat(&outbox).await.is_ok());
    assert!(matches!(told.recv().await.unwrap().unwrap().news, Some(News::Heartbeat(_))));
    house.acts::<OfficerRule>("admin", "OF-duty", officer::Command::Disable).await;
    assert!(house.hub.roster.view().wait_for_head(Duration::from_secs(30)).await.unwrap());
    assert!(watch.beat(&outbox).await.is_err());
    let ask = v1::WatchQueueRequest::default();
    let refused = house.police.api.watch_queue(house.asks("duty", ask)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}
