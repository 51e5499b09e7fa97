//! Appending to a cluster that loses answers, changes its leader, is busy or sends on: what was acknowledged
//! stands once, and a caller who was not answered may come back with the same events.
//!
//! Must never be here: following; that is `cluster_feed`.

use std::sync::Arc;
use std::time::Duration;

use eventlog::{AppendError, Commit, EventLog, Expected, NewEvent, Outage, ReadError, Revision};
use futures::future::join_all;
use tokio::net::TcpListener;

use crate::kurrent::{Cluster, Fault, OldLeader, Shape};
use crate::support::{at, events, everything, name, soon};
use crate::{hasty, join};

/// How often events were posted.
fn posts(cluster: &Cluster) -> usize {
    cluster.heard().iter().filter(|heard| heard.method == "POST").count()
}

/// The log holds exactly these events, in this order.
async fn holds(log: &EventLog, batches: &[&[NewEvent]]) {
    let there: Vec<_> = everything(log).await.iter().map(|kept| kept.event.id).collect();
    let wanted: Vec<_> = batches.concat().iter().map(|event| event.id).collect();
    assert_eq!(there, wanted);
    let report = log.check().await.unwrap();
    assert!(report.ok, "{report:?}");
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_acknowledged_once() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    let stream = name("clue-1");
    let (mut expected, mut all) = (Expected::NoStream, Vec::new());
    for fault in [
        Fault::CommittedThenFailed,
        Fault::CommittedThenDropped,
        Fault::CommittedThenTimedOut,
        Fault::CommittedThenEmpty,
        Fault::Failed,
        Fault::Dropped,
        Fault::TimedOut,
        Fault::Refused { retry_after: true },
    ] {
        let batch = events(3);
        let before = posts(&cluster);
        cluster.appends(std::slice::from_ref(&fault));
        let last = log.append(&stream, expected, batch.clone()).await;
        assert_eq!(last, Ok(Revision::new(expected.first_new().get() + 2)), "{fault:?}");
        assert_eq!(posts(&cluster), before + 2, "{fault:?}: sent again, once");
        expected = at(expected.first_new().get() + 2);
        all.push(batch);
    }
    let heard = cluster.heard();
    let all: Vec<&[NewEvent]> = all.iter().map(Vec::as_slice).collect();
    holds(&log, &all).await;
    let asked = heard.iter().filter(|heard| heard.target.contains("/streams/"));
    for heard in asked {
        assert!(heard.require_leader, "{heard:?}");
        assert!(heard.accept.as_deref().is_some_and(|accept| !accept.contains("*/*")), "{heard:?}");
        assert!(heard.method == "GET" || heard.expected.is_some(), "{heard:?}");
    }
}

#[tokio::test]
async fn who_measures_is_told_of_every_append_that_was_written_and_of_no_group() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    let (tell, told) = std::sync::mpsc::channel();
    log.observe(Arc::new(move |commit: &Commit| tell.send(*commit).unwrap()));
    log.append(&name("clue-1"), Expected::NoStream, events(3)).await.unwrap();
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap_err();
    let commits: Vec<Commit> = told.try_iter().collect();
    assert!(matches!(commits[..], [Commit { appends: None, took }] if took > Duration::ZERO), "{commits:?}");
}

#[tokio::test]
async fn without_any_answer_the_place_itself_is_looked_at() {
    let cluster = Cluster::start(Shape::quick()).await;
    let mut options = hasty(&cluster);
    options.deadline = Duration::from_millis(600);
    let log = EventLog::open_kurrent(options).await.unwrap();
    let stream = name("clue-1");
    let written = events(2);
    cluster.commit_then_500(3);
    let answer = log.append(&stream, Expected::NoStream, written.clone()).await;
    assert_eq!(answer, Ok(Revision::new(1)), "it stands there");

    let unwritten = events(1);
    cluster.appends(&[Fault::Failed, Fault::Failed, Fault::Failed]);
    let answer = log.append(&stream, at(1), unwritten.clone()).await;
    let Err(AppendError::Unavailable { reason: Outage::Slow { detail } }) = &answer else {
        panic!("{answer:?}");
    };
    assert!(detail.contains("status 500"), "{detail}");
    assert_eq!(log.append(&stream, at(1), unwritten.clone()).await, Ok(Revision::new(2)));
    holds(&log, &[&written, &unwritten]).await;
}

#[tokio::test]
async fn a_place_that_another_took_meanwhile_is_refused_though_no_answer_came() {
    let cluster = Cluster::start(Shape::quick()).await;
    let other = join(&cluster).await;
    let mut options = hasty(&cluster);
    options.deadline = Duration::from_millis(300);
    let log = EventLog::open_kurrent(options).await.unwrap();
    let stream = name("clue-1");
    let theirs = events(2);
    other.append(&stream, Expected::NoStream, theirs.clone()).await.unwrap();
    cluster.appends(&[Fault::Failed, Fault::Failed]);
    let answer = log.append(&stream, Expected::NoStream, events(1)).await;
    let actual = Some(Revision::new(1));
    assert_eq!(answer, Err(AppendError::WrongRevision { expected: Expected::NoStream, actual }));
    holds(&log, &[&theirs]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_refusals_passes() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    cluster.refuse_503(40);
    cluster.reads(&vec![Fault::Refused { retry_after: false }; 10]);
    let callers = (0..16).map(|n| {
        let log = log.clone();
        tokio::spawn(async move {
            let stream = name(&format!("clue-{n}"));
            let last = log.append(&stream, Expected::NoStream, events(2)).await;
            assert_eq!(last, Ok(Revision::new(1)));
            assert_eq!(log.read(&stream, Revision::FIRST).await.unwrap().len(), 2);
        })
    });
    for caller in join_all(callers).await {
        caller.unwrap();
    }
    assert_eq!(everything(&log).await.len(), 32);
}

#[tokio::test]
async fn the_leader_may_change_in_the_middle_of_an_append() {
    for old in [OldLeader::CommitsNothing, OldLeader::CommitsAndDies] {
        let cluster = Cluster::start(Shape::three()).await;
        let log = join(&cluster).await;
        let mut subscription = log.subscribe(None);
        let stream = name("referral-1");
        let (first, second, third) = (events(2), events(2), events(1));
        log.append(&stream, Expected::NoStream, first.clone()).await.unwrap();
        cluster.lead_in_the_middle_of(1, 2, old);
        let answer = log.append(&stream, at(1), second.clone()).await;
        assert_eq!(answer, Ok(Revision::new(3)), "{old:?}");
        let answer = log.append(&stream, at(3), third.clone()).await;
        assert_eq!(answer, Ok(Revision::new(4)), "{old:?}");
        holds(&log, &[&first, &second, &third]).await;
        assert_eq!(crate::support::take(&mut subscription, 5).await, everything(&log).await);
        let heard = cluster.heard();
        let nodes: Vec<_> = heard.iter().filter(|h| h.method == "POST").map(|h| h.node).collect();
        assert_eq!(nodes, [0, 0, 2, 2], "{old:?}");
    }
}

#[tokio::test]
async fn of_two_that_claim_to_lead_the_later_elected_is_asked() {
    let cluster = Cluster::start(Shape::three()).await;
    cluster.lead(1);
    for claimant in [0, 2] {
        cluster.claims(claimant, true);
    }
    let log = join(&cluster).await;
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    let heard = cluster.heard();
    let nodes: Vec<_> = heard.iter().filter(|h| h.require_leader).map(|h| h.node).collect();
    assert!(!nodes.is_empty() && nodes.iter().all(|node| *node == 1), "{nodes:?}");
}

#[tokio::test]
async fn a_follower_sends_on_and_the_account_goes_to_members_only() {
    let cluster = Cluster::start(Shape::three()).await;
    cluster.credentials("hub", "s3cret");
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("credentials");
    std::fs::write(&file, "hub:s3cret\n").unwrap();
    let address = format!("{}&credentials={}", cluster.address("safeguard"), file.display());
    let options = eventlog::KurrentOptions::parse(&address).unwrap();
    let log = EventLog::open_kurrent(options).await.unwrap();
    let stream = name("clue-1");
    log.append(&stream, Expected::NoStream, events(1)).await.unwrap();
    cluster.lead(1);
    log.append(&stream, at(0), events(1)).await.unwrap();
    cluster.lead(2);
    assert_eq!(log.read(&stream, Revision::FIRST).await.unwrap().len(), 2);

    // A node that sends on to itself, and one that sends on to a stranger.
    let own = cluster.node(2).authority;
    cluster.appends(&[Fault::SentTo(own.clone()), Fault::SentTo(own.clone()), Fault::SentTo(own)]);
    log.append(&stream, at(1), events(1)).await.unwrap();
    let stranger = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let foreign = stranger.local_addr().unwrap().to_string();
    cluster.appends(&[Fault::SentTo(foreign.clone()), Fault::SentTo("stranger.example:2113".to_owned())]);
    cluster.reads(&[Fault::SentTo(foreign)]);
    assert_eq!(log.append(&stream, at(2), events(1)).await, Ok(Revision::new(3)));
    assert_eq!(log.read(&stream, Revision::FIRST).await.unwrap().len(), 4);
    let visit = futures::poll!(Box::pin(stranger.accept()));
    assert!(visit.is_pending(), "nobody called on the stranger");
}

#[tokio::test]
async fn a_cluster_that_is_down_is_told_and_found_again() {
    let cluster = Cluster::start(Shape::three()).await;
    let mut options = hasty(&cluster);
    options.deadline = Duration::from_millis(400);
    let log = EventLog::open_kurrent(options).await.unwrap();
    let stream = name("clue-1");
    let (first, second) = (events(1), events(1));
    log.append(&stream, Expected::NoStream, first.clone()).await.unwrap();
    cluster.leaderless();
    for node in 0..3 {
        cluster.stop(node).await;
    }
    let append = log.append(&stream, at(0), second.clone()).await;
    let Err(AppendError::Unavailable { reason: Outage::Unreachable { .. } }) = &append else {
        panic!("{append:?}");
    };
    assert!(append.unwrap_err().to_string().contains("look at its health"));
    let read = log.read(&stream, Revision::FIRST).await;
    assert!(matches!(read, Err(ReadError::Unavailable { reason: Outage::Unreachable { .. } })), "{read:?}");

    for node in 1..3 {
        cluster.restart(node).await;
    }
    cluster.lead(2);
    let again = async {
        loop {
            if let Ok(last) = log.append(&stream, at(0), second.clone()).await {
                return last;
            }
        }
    };
    assert_eq!(soon(again).await, Revision::new(1));
    holds(&log, &[&first, &second]).await;
}

#[tokio::test]
async fn a_stream_deleted_for_ever_and_an_oversized_event_are_told() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    let stream = name("clue-1");
    log.append(&stream, Expected::NoStream, events(1)).await.unwrap();
    cluster.tombstone("safeguard-clue-1");
    let gone = |reason: &Outage| matches!(reason, Outage::Failing { detail } if detail.contains("deleted"));
    let read = log.read(&stream, Revision::FIRST).await;
    assert!(matches!(&read, Err(ReadError::Unavailable { reason }) if gone(reason)), "{read:?}");
    let append = log.append(&stream, at(0), events(1)).await;
    assert!(matches!(&append, Err(AppendError::Unavailable { reason }) if gone(reason)), "{append:?}");

    // 200 kB that the server would indent to 20 MB, and then refuse and write.
    let deep = format!("{{\"a\":{}{}0{}}}", "[".repeat(40), "0,".repeat(100_000), "]".repeat(40));
    let event = NewEvent { data: deep.parse().unwrap(), ..events(1).remove(0) };
    let before = posts(&cluster);
    let refused = log.append(&name("clue-2"), Expected::NoStream, vec![event]).await;
    assert!(matches!(refused, Err(AppendError::TooLarge { .. })), "{refused:?}");
    assert_eq!(posts(&cluster), before, "not even asked");
}
