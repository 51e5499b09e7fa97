//! Following: every subscriber sees every event once, in order, with no gap where history ends
//! and the present begins.
//!
//! Must never be here: a sleep; each test waits for what it wants to see.

use std::collections::HashMap;

use eventlog::{EventLog, Expected, Positioned, ReadError, Revision};
use futures::future::join_all;

use crate::support::{at, events, everything, name, positions, soon, take};

/// Streams written at the same time, appends to each, events of each append.
const WRITERS: u64 = 16;
const APPENDS: u64 = 30;
const EACH: u64 = 2;

async fn write(log: EventLog, writer: u64) {
    let stream = name(&format!("clue-{writer}"));
    let mut expected = Expected::NoStream;
    for _ in 0..APPENDS {
        let last = log.append(&stream, expected, events(2)).await.unwrap();
        expected = Expected::At(last);
    }
}

pub async fn delivers_each_event_once_in_order_while_others_append(log: EventLog) {
    let total = usize::try_from(WRITERS * APPENDS * EACH).unwrap();
    let follow = |mut subscription: eventlog::Subscription, count| {
        tokio::spawn(async move { take(&mut subscription, count).await })
    };
    let early = follow(log.subscribe(None), total);
    let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(log.clone(), writer))).collect();
    // With each page that shows, another subscriber starts amid what is being written.
    let (mut late, mut watching, mut seen) = (Vec::new(), log.subscribe(None), 0);
    while seen < total {
        seen += soon(watching.next()).await.unwrap().len();
        late.push(follow(log.subscribe(None), total));
    }
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    let all = everything(&log).await;
    assert_eq!(all.len(), total);
    assert!(positions(&all).is_sorted_by(|a, b| a < b));
    let mut revisions: HashMap<_, u64> = HashMap::new();
    for Positioned { event, .. } in &all {
        let next = revisions.entry(&event.stream).or_default();
        assert_eq!(event.revision, Revision::new(*next));
        *next += 1;
    }
    assert_eq!(early.await.unwrap(), all);
    for subscriber in join_all(late).await {
        assert_eq!(subscriber.unwrap(), all);
    }
}

/// Whoever looks for news and then lies down to wait must hear of what came in between. Nothing
/// follows each append, so one lost call would leave the subscriber asleep.
pub async fn never_sleeps_on_an_append(log: EventLog) {
    let stream = name("clue-1");
    let mut subscription = log.subscribe(None);
    let mut expected = Expected::NoStream;
    for _ in 0..2000 {
        let (log, stream) = (log.clone(), stream.clone());
        let append = tokio::spawn(async move { log.append(&stream, expected, events(1)).await.unwrap() });
        let seen = take(&mut subscription, 1).await;
        let last = append.await.unwrap();
        assert_eq!(seen[0].event.revision, last);
        expected = Expected::At(last);
    }
}

pub async fn starts_in_the_middle_and_at_the_head(log: EventLog) {
    let stream = name("clue-1");
    log.append(&stream, Expected::NoStream, events(10)).await.unwrap();
    let history = everything(&log).await;
    let mut middle = log.subscribe(Some(history[3].position));
    let mut now = log.subscribe(log.head().await.unwrap());
    log.append(&stream, at(9), events(3)).await.unwrap();
    let all = everything(&log).await;
    assert_eq!(take(&mut middle, 9).await, all[4..]);
    assert_eq!(take(&mut now, 3).await, all[10..]);
    assert_eq!(now.after(), all.last().map(|last| last.position));
}

pub async fn survives_being_cancelled(log: EventLog) {
    let stream = name("clue-1");
    let mut subscription = log.subscribe(None);
    let (mut expected, mut seen) = (Expected::NoStream, Vec::new());
    for _ in 0..50 {
        // Begun and dropped, before and after there is something to deliver.
        let early = futures::poll!(Box::pin(subscription.next()));
        assert!(!matches!(early, std::task::Poll::Ready(Err(_))));
        if let std::task::Poll::Ready(Ok(page)) = early {
            seen.extend(page);
        }
        let last = log.append(&stream, expected, events(1)).await.unwrap();
        expected = Expected::At(last);
        if let std::task::Poll::Ready(Ok(page)) = futures::poll!(Box::pin(subscription.next())) {
            seen.extend(page);
        }
    }
    let missing = 50 - seen.len();
    seen.extend(take(&mut subscription, missing).await);
    assert_eq!(seen, everything(&log).await);
}

pub async fn knows_when_it_has_caught_up(log: EventLog) {
    let stream = name("clue-1");
    let mut subscription = log.subscribe(None);
    assert!(subscription.caught_up(), "an empty log has nothing to catch up with");
    log.append(&stream, Expected::NoStream, events(500)).await.unwrap();
    log.append(&stream, at(499), events(500)).await.unwrap();
    log.append(&stream, at(999), events(1)).await.unwrap();
    let mut seen = 0;
    while seen < 1001 {
        assert!(!subscription.caught_up(), "{seen} of 1001");
        seen += soon(subscription.next()).await.unwrap().len();
    }
    assert!(subscription.caught_up());
    log.append(&stream, at(1000), events(1)).await.unwrap();
    assert!(!subscription.caught_up(), "as soon as an append is answered");
}

pub async fn ends_when_the_log_is_closed(log: EventLog) {
    let mut waiting = log.subscribe(None);
    let waiting = tokio::spawn(async move { waiting.next().await });
    let mut started = log.subscribe(None);
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    assert_eq!(take(&mut started, 1).await.len(), 1);
    log.close().await;
    assert_eq!(soon(started.next()).await, Err(ReadError::Closed));
    // It may have seen the event before the log was closed, but it must not hang.
    let ended = soon(waiting).await.unwrap();
    assert!(matches!(&ended, Err(ReadError::Closed)) || ended.is_ok_and(|page| page.len() == 1));
}
