//! Following a cluster whose category stream is late, slow, poisoned or has holes: nothing is delivered
//! twice, nothing is made up, and who has appended waits for what was acknowledged.
//!
//! Must never be here: answers to appends; those are in `cluster`.

use std::time::Duration;

use eventlog::{EventLog, Expected, Fault as Found, KurrentOptions, Outage, Position, ReadError, Revision};
use reqwest::header::CONTENT_TYPE;

use crate::kurrent::{Cluster, Shape, Unresolved};
use crate::support::{at, event_of_bytes, events, everything, name, positions, soon, take};
use crate::{hasty, join};

#[tokio::test]
async fn own_appends_are_waited_for_and_others_are_not() {
    let cluster = Cluster::start(Shape::quick()).await;
    let stream = name("clue-1");
    join(&cluster).await.append(&stream, Expected::NoStream, events(2)).await.unwrap();
    let (log, other) = (join(&cluster).await, join(&cluster).await);
    let mut subscription = log.subscribe(None);
    take(&mut subscription, 2).await;
    assert!(subscription.caught_up());

    cluster.pause_projection();
    log.append(&stream, at(1), events(2)).await.unwrap();
    assert!(!subscription.caught_up(), "it owes two events");
    assert_eq!(other.head().await, Ok(Some(Position::new(2))), "not its own");
    assert_eq!(log.read(&stream, Revision::FIRST).await.unwrap().len(), 4, "a stream shows them at once");
    let (waiting, following) = (log.clone(), log.clone());
    let head = tokio::spawn(async move { waiting.head().await });
    let page = tokio::spawn(async move { following.read_all(Some(Position::new(2)), 10).await });
    let first = futures::poll!(Box::pin(subscription.next()));
    assert!(first.is_pending());
    // After a while it asks how old the event is, and goes on waiting: it is younger than what was shown.
    let asked = || cluster.heard().iter().any(|heard| heard.target.contains("clue-1/3/backward/1?"));
    while !asked() {
        log.read(&stream, Revision::FIRST).await.unwrap();
    }
    log.read(&stream, Revision::FIRST).await.unwrap();
    assert!(!head.is_finished() && !page.is_finished());
    cluster.resume_projection();
    assert_eq!(soon(head).await.unwrap(), Ok(Some(Position::new(4))));
    assert_eq!(positions(&soon(page).await.unwrap().unwrap()), [Position::new(3), Position::new(4)]);
    take(&mut subscription, 2).await;
    assert!(subscription.caught_up());
}

#[tokio::test]
async fn a_projection_that_does_not_come_back_is_told_in_time() {
    let cluster = Cluster::start(Shape::quick()).await;
    let mut options = hasty(&cluster);
    options.deadline = Duration::from_millis(300);
    let log = EventLog::open_kurrent(options).await.unwrap();
    cluster.by_category(false);
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    let head = log.head().await;
    let Err(ReadError::Unavailable { reason: Outage::Slow { detail } }) = &head else { panic!("{head:?}") };
    assert!(detail.contains("category stream"), "{detail}");
    assert!(head.unwrap_err().to_string().contains("$by_category"));
    cluster.by_category(true);
    let back = async { while log.head().await != Ok(Some(Position::new(1))) {} };
    soon(back).await;
}

/// A replay is acknowledged, but what it names may have been shown before anybody here looked.
#[tokio::test]
async fn a_replay_of_what_was_shown_long_ago_is_not_waited_for() {
    let cluster = Cluster::start(Shape::quick()).await;
    let (early, stream) = (join(&cluster).await, name("clue-1"));
    let first = events(2);
    early.append(&stream, Expected::NoStream, first.clone()).await.unwrap();
    early.append(&name("clue-2"), Expected::NoStream, events(1)).await.unwrap();
    assert_eq!(everything(&early).await.len(), 3);
    for log in [early, join(&cluster).await] {
        let answer = log.append(&stream, Expected::NoStream, first.clone()).await;
        assert_eq!(answer, Ok(Revision::new(1)));
        assert_eq!(soon(log.head()).await, Ok(Some(Position::new(3))));
        let mut subscription = log.subscribe(None);
        take(&mut subscription, 3).await;
        assert!(subscription.caught_up());
    }
}

#[tokio::test]
async fn polls_that_hang_or_fail_delay_but_lose_nothing() {
    for shape in [Shape::quick(), Shape::default()] {
        let cluster = Cluster::start(shape).await;
        let mut options = hasty(&cluster);
        (options.long_poll, options.request_timeout) = (Duration::from_secs(1), Duration::from_secs(1));
        cluster.poison_long_polls();
        let log = EventLog::open_kurrent(options).await.unwrap();
        let other = join(&cluster).await;
        let mut subscription = log.subscribe(None);
        let stream = name("clue-1");
        let mut expected = Expected::NoStream;
        for writer in [&log, &other, &log, &other] {
            let last = writer.append(&stream, expected, events(2)).await.unwrap();
            let seen = take(&mut subscription, 2).await;
            assert_eq!(seen[1].event.revision, last);
            expected = Expected::At(last);
        }
        assert_eq!(soon(log.head()).await, Ok(Some(Position::new(8))));
        cluster.heal_long_polls();
        other.append(&stream, expected, events(1)).await.unwrap();
        take(&mut subscription, 1).await;
        assert!(subscription.caught_up());
    }
}

#[tokio::test]
async fn where_polls_hang_the_feed_is_read_plainly() {
    let cluster = Cluster::start(Shape::quick()).await;
    cluster.poison_long_polls();
    let log = join(&cluster).await;
    let plain = || {
        let heard = cluster.heard();
        let of_the_feed = heard.iter().filter(|heard| heard.target.contains("ce-safeguard/0/forward/"));
        of_the_feed.filter(|heard| heard.long_poll.is_none()).count()
    };
    let reading = async { while plain() < 3 && log.read(&name("clue-1"), Revision::FIRST).await.is_ok() {} };
    soon(reading).await;
    assert!(plain() >= 3);
}

#[tokio::test]
async fn pages_that_take_too_long_are_told_and_read_when_they_are_quicker() {
    let cluster = Cluster::start(Shape::quick()).await;
    let mut options = hasty(&cluster);
    (options.deadline, options.request_timeout) = (Duration::from_millis(500), Duration::from_millis(200));
    let log = EventLog::open_kurrent(options).await.unwrap();
    let stream = name("clue-1");
    log.append(&stream, Expected::NoStream, events(3)).await.unwrap();
    let all = everything(&log).await;
    cluster.slow_pages(Duration::from_secs(5));
    let read = log.read(&stream, Revision::FIRST).await;
    assert!(matches!(read, Err(ReadError::Unavailable { reason: Outage::Slow { .. } })), "{read:?}");
    assert_eq!(log.read_all(None, 10).await.as_ref(), Ok(&all), "what was followed is at hand");
    cluster.slow_pages(Duration::ZERO);
    assert_eq!(log.read(&stream, Revision::FIRST).await.unwrap().len(), 3);
}

#[tokio::test]
async fn large_pages_are_read_in_pieces() {
    let cluster = Cluster::start(Shape::default()).await;
    let patient = || async {
        let options = KurrentOptions::parse(&cluster.address("safeguard")).unwrap();
        EventLog::open_kurrent(options).await.unwrap()
    };
    let (log, stream) = (patient().await, name("clue-1"));
    for n in 0..3 {
        let batch = (0..6).map(|_| event_of_bytes(1_000_000)).collect();
        let expected = Expected::after(u64::checked_sub(n * 6, 1).map(Revision::new));
        log.append(&stream, expected, batch).await.unwrap();
    }
    let fresh = patient().await;
    assert_eq!(everything(&fresh).await.len(), 18);
    assert_eq!(fresh.read(&stream, Revision::FIRST).await.unwrap().len(), 18);
    let asked = |pages: &str| cluster.heard().iter().any(|heard| heard.target.contains(pages));
    assert!(asked("safeguard-clue-1/0/forward/500?"));
    assert!(asked("safeguard-clue-1/0/forward/7?"), "18 MB are too much for one page");
}

#[tokio::test]
async fn entries_without_an_event_are_passed_over_and_positions_stay() {
    for unresolved in [Unresolved::Bare, Unresolved::Positioned] {
        let cluster = Cluster::start(Shape { unresolved, ..Shape::quick() }).await;
        let log = join(&cluster).await;
        for n in 1..=4 {
            log.append(&name(&format!("clue-{n}")), Expected::NoStream, events(3)).await.unwrap();
        }
        let all = everything(&log).await;
        cluster.truncate("safeguard-clue-1", 2);
        cluster.delete("safeguard-clue-3");
        let kept = [&all[2..6], &all[9..]].concat();
        let fresh = join(&cluster).await;
        assert_eq!(everything(&fresh).await, kept, "{unresolved:?}");
        let mut subscription = fresh.subscribe(Some(Position::new(4)));
        assert_eq!(take(&mut subscription, 5).await, kept[2..]);
        let tail = fresh.read(&name("clue-1"), Revision::FIRST).await.unwrap();
        assert_eq!(tail, [all[2].event.clone()]);
        let report = fresh.check().await.unwrap();
        let has = |wanted: fn(&Found) -> bool| report.faults.iter().filter(|f| wanted(f)).count();
        assert_eq!(has(|fault| matches!(fault, Found::PositionGap { .. })), 1, "{report:?}");
        assert_eq!(has(|fault| matches!(fault, Found::RevisionGap { .. })), 1, "{report:?}");

        // The newest of all are gone: the log ends before them, and nobody is ahead of it.
        cluster.delete("safeguard-clue-4");
        let fresh = join(&cluster).await;
        assert_eq!(fresh.head().await, Ok(Some(Position::new(6))), "{unresolved:?}");
        assert!(fresh.subscribe(Some(Position::new(6))).caught_up());
        assert_eq!(fresh.read_all(Some(Position::new(12)), 5).await, Ok(vec![]));
        let ahead = fresh.read_all(Some(Position::new(13)), 5).await;
        assert!(matches!(ahead, Err(ReadError::AheadOfLog { .. })));
        fresh.append(&name("clue-5"), Expected::NoStream, events(1)).await.unwrap();
        let next = fresh.read_all(Some(Position::new(6)), 5).await.unwrap();
        assert_eq!(positions(&next), [Position::new(13)]);
    }
}

#[tokio::test]
async fn a_category_stream_truncated_by_an_operator_begins_later() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    let mut expected = Expected::NoStream;
    for _ in 0..3 {
        expected = Expected::At(log.append(&name("clue-1"), expected, events(400)).await.unwrap());
    }
    let all = everything(&log).await;
    cluster.truncate("$ce-safeguard", 1100);
    let fresh = join(&cluster).await;
    assert_eq!(everything(&fresh).await, all[1100..]);
    assert_eq!(take(&mut fresh.subscribe(None), 100).await, all[1100..]);
}

#[tokio::test]
async fn what_another_program_wrote_is_passed_over_and_reported() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    let url = format!("{}/streams/safeguard-clue-9", cluster.node(0).url);
    let foreign = format!(r#"[{{"eventId":"{}","eventType":"Other","data":[1,2]}}]"#, uuid::Uuid::now_v7());
    let post =
        reqwest::Client::new().post(url).header(CONTENT_TYPE, "application/vnd.eventstore.events+json");
    let answer = post.body(foreign).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    log.append(&name("clue-1"), at(0), events(1)).await.unwrap();
    let all = everything(&log).await;
    assert_eq!(positions(&all), [Position::new(1), Position::new(3)]);
    let report = log.check().await.unwrap();
    let malformed =
        |fault: &&Found| matches!(fault, Found::Malformed { position, .. } if position.get() == 2);
    assert_eq!(report.faults.iter().filter(malformed).count(), 1, "{report:?}");
    let read = log.read(&name("clue-9"), Revision::FIRST).await;
    let Err(ReadError::Unavailable { reason: Outage::Failing { detail } }) = read else { panic!("{read:?}") };
    assert!(detail.contains("another program"), "{detail}");
}

#[tokio::test]
async fn a_node_without_its_streams_is_no_empty_log() {
    let cluster = Cluster::start(Shape::quick()).await;
    let mut options = hasty(&cluster);
    options.deadline = Duration::from_millis(400);
    let log = EventLog::open_kurrent(options).await.unwrap();
    let stream = name("clue-1");
    log.append(&stream, Expected::NoStream, events(2)).await.unwrap();
    let head = log.head().await.unwrap();
    assert_eq!(everything(&log).await.len(), 2);
    cluster.atom_pub(false);
    let told = async {
        loop {
            match log.read_all(head, 10).await {
                Err(ReadError::Unavailable { reason }) if reason.to_string().contains("AtomPub") => return,
                Err(ReadError::Unavailable { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    soon(told).await;
    let read = log.read(&stream, Revision::FIRST).await;
    assert!(matches!(read, Err(ReadError::Unavailable { .. })), "{read:?}");
    cluster.atom_pub(true);
    let back = async { while log.append(&stream, at(1), events(1)).await.is_err() {} };
    soon(back).await;
}
