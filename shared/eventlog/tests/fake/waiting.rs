//! Long polls: what wakes them and how they end. Must never be here: pages themselves.

use std::time::{Duration, Instant};

use crate::ground::{Ground, event, events};
use crate::kurrent::{Fault, Shape};

#[tokio::test]
async fn a_poll_is_woken_by_what_it_waits_for() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("woken");
        // Before the stream exists, at its end, and at the feed of links.
        let feed = ground.links();
        for (polled, from, expected) in [(stream.as_str(), 0, -1), (&stream, 1, 0), (&feed, 2, 1)] {
            let path = format!("/streams/{polled}/{from}/forward/5?embed=body");
            let poll = ground.get(&path).with("ES-LongPoll", "60").answer();
            let append = async {
                if ground.fake.is_some() {
                    ground.until_heard(&path).await;
                }
                ground.append(&stream, expected, &[event(from)]).await
            };
            let (answer, _) = tokio::join!(poll, append);
            assert_eq!(answer.status, 200, "{polled}");
            let feed = answer.json();
            assert_eq!(feed["entries"][0]["positionEventNumber"], from, "{polled}");
            assert_eq!(feed["entries"].as_array().unwrap().len(), 1, "{polled}");
        }
    }
}

#[tokio::test]
async fn a_poll_waits_its_seconds_and_then_says_what_there_is() {
    for ground in Ground::each(Shape { second: Duration::from_millis(50), ..Shape::quick() }).await {
        let stream = ground.stream("expired");
        ground.append(&stream, -1, &events(2)).await;
        let second = ground.fake.as_ref().map_or(Duration::from_secs(1), |_| Duration::from_millis(50));
        let missing = ground.stream("missing");
        // What is there is given at once; only at the end there is waiting.
        for (stream, from, status, waits) in
            [(&stream, 2, 200, true), (&missing, 0, 404, true), (&stream, 1, 200, false)]
        {
            let began = Instant::now();
            let path = format!("/streams/{stream}/{from}/forward/5");
            let answer = ground.get(&path).with("ES-LongPoll", "1").answer().await;
            assert_eq!(answer.status, status, "{from}");
            assert!(began.elapsed() >= second || !waits, "{from}: {:?}", began.elapsed());
        }
        for seconds in ["0", "-1", "soon"] {
            let answer = ground.get(&format!("/streams/{stream}/2/forward/5")).with("ES-LongPoll", seconds);
            assert_eq!(answer.answer().await.status, 400, "{seconds}");
        }
    }
}

#[tokio::test]
async fn a_poll_waits_instead_of_saying_not_modified() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("tagged");
        ground.append(&stream, -1, &[event(0)]).await;
        let path = format!("/streams/{stream}/1/forward/5");
        let tag = ground.get(&path).answer().await.header("ETag").unwrap().to_owned();
        let poll = ground.get(&path).with("If-None-Match", &tag).with("ES-LongPoll", "60").answer();
        let append = async {
            if ground.fake.is_some() {
                ground.until_heard(&path).await;
            }
            ground.append(&stream, 0, &[event(1)]).await
        };
        let (answer, _) = tokio::join!(poll, append);
        assert_eq!((answer.status, answer.json()["entries"].as_array().unwrap().len()), (200, 1));
    }
}

#[tokio::test]
async fn a_poisoned_poll_sees_nothing_and_ends_in_408() {
    let ground = Ground::fake(Shape::quick()).await;
    ground.append("a-1", -1, &[event(0)]).await;
    ground.cluster().poison_long_polls();
    let began = Instant::now();
    let poll = ground.get("/streams/a-1/1/forward/5").with("ES-LongPoll", "1").answer();
    let append = async {
        ground.until_heard("/streams/a-1/1/forward/5").await;
        ground.append("a-1", 0, &[event(1)]).await
    };
    let (answer, _) = tokio::join!(poll, append);
    assert_eq!(answer.status, 408);
    assert!(began.elapsed() >= Duration::from_millis(110), "one second and ten more of 10 ms");
    // A plain read is not concerned; and polls can be healed.
    assert_eq!(ground.page("/streams/a-1/1/forward/5").await["entries"].as_array().unwrap().len(), 1);
    ground.cluster().heal_long_polls();
    let poll = ground.get("/streams/a-1/2/forward/5").with("ES-LongPoll", "1").answer().await;
    assert_eq!(poll.status, 200);
}

#[tokio::test]
async fn polls_and_reads_fail_by_their_own_scripts() {
    let ground = Ground::fake(Shape::quick()).await;
    ground.append("a-1", -1, &[event(0)]).await;
    ground.cluster().polls(&[Fault::Dropped]);
    ground.cluster().reads(&[Fault::Refused { retry_after: false }]);
    let path = "/streams/a-1/0/forward/5";
    assert_eq!(ground.get(path).answer().await.status, 503);
    assert!(ground.get(path).with("ES-LongPoll", "1").send().await.is_none());
    assert_eq!(ground.get(path).answer().await.status, 200);
    ground.cluster().slow_pages(Duration::from_millis(80));
    let began = Instant::now();
    assert_eq!(ground.get(path).answer().await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));
}
