//! Writes whose outcome the client cannot know, and answers without words. Must never be here: leaders.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::ground::{ATOM, Ground, event, events};
use crate::kurrent::{Fault, Shape};

#[tokio::test]
async fn what_was_committed_stands_whatever_was_answered() {
    let table = [
        (Fault::CommittedThenFailed, Some(500), true),
        (Fault::CommittedThenDropped, None, true),
        (Fault::CommittedThenTimedOut, Some(408), true),
        (Fault::CommittedThenEmpty, Some(200), true),
        (Fault::Failed, Some(500), false),
        (Fault::Dropped, None, false),
        (Fault::TimedOut, Some(408), false),
    ];
    for (fault, status, stands) in table {
        let ground = Ground::fake(Shape::quick()).await;
        ground.cluster().appends(std::slice::from_ref(&fault));
        let two = events(2);
        let first = ground.post("a-1", -1, &two).send().await;
        assert_eq!(first.map(|answer| answer.status), status, "{fault:?}");
        let read = ground.get("/streams/a-1").answer().await;
        assert_eq!(read.status, if stands { 200 } else { 404 }, "{fault:?}");
        // Tried again unchanged, it is answered as if nothing had been.
        let again = ground.append("a-1", -1, &two).await;
        assert!(again.header("Location").unwrap().ends_with("/streams/a-1/0"), "{fault:?}");
        let after = ground.post("a-1", -1, &[event(3)]).answer().await;
        assert_eq!(after.header("ES-CurrentVersion"), Some("1"), "{fault:?}");
    }
}

#[tokio::test]
async fn faults_come_in_the_order_they_were_asked_for() {
    let ground = Ground::fake(Shape::quick()).await;
    let cluster = ground.cluster();
    cluster.commit_then_500(1);
    cluster.commit_then_drop(1);
    cluster.refuse_503(2);
    cluster.time_out_408(1);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ground.post("a-1", -2, &[event(0)]).send().await.map(|answer| answer.status));
    }
    assert_eq!(statuses, [Some(500), None, Some(503), Some(503), Some(408), Some(201)]);
    let heard = cluster.heard();
    assert_eq!(heard.iter().filter(|heard| heard.method == "POST").count(), 6);
    let first = (heard[0].expected.as_deref(), heard[0].credentials, heard[0].require_leader);
    assert_eq!(first, (Some("-2"), false, false));
}

#[tokio::test]
async fn the_reason_may_be_empty() {
    let ground = Ground::fake(Shape::quick()).await;
    let line = |ground: &Ground| {
        let mut stream = TcpStream::connect(&ground.authority).unwrap();
        let ask =
            format!("GET /streams/a-1 HTTP/1.1\r\nHost: x\r\nAccept: {ATOM}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text.split("\r\n").next().unwrap().to_owned()
    };
    let ask = |silent: bool| {
        ground.cluster().silent_reasons(silent);
        let (authority, line) = (ground.at(0), line);
        tokio::task::spawn_blocking(move || line(&authority))
    };
    assert_eq!(ask(false).await.unwrap(), "HTTP/1.1 404 Not Found");
    assert_eq!(ask(true).await.unwrap(), "HTTP/1.1 404 ");
}

#[tokio::test]
async fn http_2_and_tls_are_spoken() {
    for tls in [false, true] {
        let ground = Ground::fake(Shape { tls, ..Shape::quick() }).await;
        let first = ground.post("a-1", -1, &[event(0)]).over_http2().await;
        assert_eq!(first.status, 201);
        let scheme = if tls { "https" } else { "http" };
        assert_eq!(
            first.header("Location").unwrap(),
            format!("{scheme}://{}/streams/a-1/0", ground.authority)
        );
        let conflict = ground.post("a-1", -1, &[event(1)]).over_http2().await;
        assert_eq!((conflict.status, conflict.header("ES-CurrentVersion")), (400, Some("0")));
        assert_eq!(ground.page("/streams/a-1").await["entries"].as_array().unwrap().len(), 1);
        assert!(ground.cluster().address("name").ends_with(&format!("/name?tls={tls}")));
    }
}
