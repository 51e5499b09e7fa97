//! Every status that is not success, and what comes with it. Must never be here: conflicts.

use std::time::{Duration, Instant};

use serde_json::json;
use uuid::Uuid;

use crate::ground::{Ground, event, events};
use crate::kurrent::{Fault, Shape};

#[tokio::test]
async fn statuses_of_streams_that_are_not_there() {
    for ground in Ground::each(Shape::quick()).await {
        let (missing, soft, hard) = (ground.stream("missing"), ground.stream("soft"), ground.stream("hard"));
        for stream in [&soft, &hard] {
            ground.append(stream, -1, &events(2)).await;
        }
        let delete = |stream: &str| ground.ask("DELETE", &format!("/streams/{stream}"));
        assert_eq!(delete(&soft).answer().await.status, 204);
        assert_eq!(delete(&hard).with("ES-HardDelete", "True").answer().await.status, 204);

        for (stream, status) in [(&missing, 404), (&soft, 404), (&hard, 410)] {
            for path in ["", "/head/backward/1", "/0/forward/5", "/0"] {
                let answer = ground.get(&format!("/streams/{stream}{path}")).answer().await;
                assert_eq!((answer.status, answer.text()), (status, ""), "{stream}{path}");
            }
        }
        for (stream, expected, status) in
            [(&hard, -2, 410), (&hard, 1, 410), (&soft, -4, 410), (&missing, -4, 400)]
        {
            assert_eq!(ground.post(stream, expected, &[event(0)]).answer().await.status, status, "{stream}");
        }
        // Nothing stands in a stream that was deleted softly, and its numbers go on.
        let again = ground.append(&soft, -1, &[event(7)]).await;
        assert!(again.header("Location").unwrap().ends_with("/2"));
        let feed = ground.page(&format!("/streams/{soft}")).await;
        assert_eq!(feed["entries"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn wrong_credentials_are_challenged_and_a_denial_is_not() {
    let mut ground = Ground::fake(Shape::quick()).await;
    ground.append("a-1", -1, &[event(0)]).await;
    ground.until_linked_in("a", 1).await;
    ground.cluster().credentials("admin", "changeit");
    ground.cluster().plain_user("clerk", "secret");
    let table = [
        (None, "/streams/a-1", 401, false),
        (Some("admin:wrong"), "/streams/a-1", 401, true),
        (Some("nobody:secret"), "/info", 401, true),
        (Some("clerk:secret"), "/streams/a-1", 200, false),
        (Some("clerk:secret"), "/streams/%24ce-a", 401, false),
        (Some("clerk:secret"), "/streams/%24all", 401, false),
        (Some("admin:changeit"), "/streams/%24ce-a", 200, false),
        (Some("admin:changeit"), "/streams/%24all", 200, false),
        (None, "/gossip", 200, false),
        (None, "/info", 200, false),
    ];
    for (credentials, path, status, challenged) in table {
        ground.credentials = credentials.map(str::to_owned);
        let answer = ground.get(path).answer().await;
        let shown = answer.header("WWW-Authenticate");
        assert_eq!((answer.status, shown.is_some()), (status, challenged), "{credentials:?} {path}");
    }
    ground.credentials = None;
    assert_eq!(ground.post("a-1", 0, &[event(1)]).answer().await.status, 401);
}

#[tokio::test]
async fn forms_that_are_not_spoken() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("forms");
        ground.append(&stream, -1, &[event(0)]).await;
        for kind in [None, Some("text/csv"), Some("application/vnd.eventstore.atomsvc+json")] {
            let post = ground.post(&stream, 0, &[event(1)]).without("Content-Type");
            let post = kind.map_or(ground.post(&stream, 0, &[event(1)]).without("Content-Type"), |kind| {
                post.with("Content-Type", kind)
            });
            assert_eq!(post.answer().await.status, 415, "{kind:?}");
        }
        let table = [
            ("", Some("image/png"), 406),
            ("", Some("*/*"), 406),
            ("", None, 406),
            ("/head/backward/5", Some("*/*"), 406),
            // Nobody looks there: the page comes, called a description.
            ("/0/forward/5", Some("*/*"), 200),
            ("", Some("application/json"), 200),
            ("", Some("image/png, application/json;q=0.1"), 200),
            ("?format=json", Some("image/png"), 200),
            ("/0", Some("image/png"), 406),
        ];
        for (path, accept, status) in table {
            let asking = ground.ask("GET", &format!("/streams/{stream}{path}"));
            let asking = match accept {
                Some(accept) => asking.with("Accept", accept),
                None => asking,
            };
            assert_eq!(asking.answer().await.status, status, "{path} {accept:?}");
        }
    }
}

#[tokio::test]
async fn too_big_an_event_is_refused_and_may_stand_all_the_same() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("big");
        let of = |bytes: usize| json!({ "eventId": Uuid::now_v7(), "eventType": "Marked", "data": { "fill": "x".repeat(bytes) } });
        ground.append(&stream, -1, &[of(4 * 1024 * 1024 - 64)]).await;
        assert_eq!(ground.post(&stream, 0, &[of(4 * 1024 * 1024)]).answer().await.status, 413);
        if ground.fake.is_some() {
            let written = ground.post(&stream, 0, &[event(0)]).answer().await;
            assert_eq!((written.status, written.header("ES-CurrentVersion")), (400, Some("1")));
        }
    }
}

#[tokio::test]
async fn too_long_a_body_ends_without_success() {
    let ground = Ground::fake(Shape::quick()).await;
    let long = json!([{ "eventId": Uuid::now_v7(), "eventType": "Marked", "data": { "fill": "x".repeat(30_000_000) } }]);
    let answer = ground.post("a-1", -1, &[]).body(&long.to_string()).answer().await;
    assert!(answer.status != 201 && answer.body.is_empty());
    assert_eq!(ground.get("/streams/a-1").answer().await.status, 404);
}

#[tokio::test]
async fn silence_ends_in_408_and_a_node_that_is_not_ready_says_503() {
    let ground = Ground::fake(Shape::quick()).await;
    let script = [
        (Fault::TimedOut, 408, None),
        (Fault::Refused { retry_after: false }, 503, None),
        (Fault::Refused { retry_after: true }, 503, Some("5")),
        (Fault::Failed, 500, None),
    ];
    for (fault, status, retry_after) in script {
        let began = Instant::now();
        ground.cluster().appends(std::slice::from_ref(&fault));
        ground.cluster().reads(std::slice::from_ref(&fault));
        let append = ground.post("a-1", -1, &[event(0)]).answer().await;
        let read = ground.get("/streams/a-1").answer().await;
        for answer in [append, read] {
            assert_eq!((answer.status, answer.header("Retry-After")), (status, retry_after), "{fault:?}");
        }
        let waited = began.elapsed() >= Duration::from_millis(200);
        assert!(waited || status != 408, "each 408 comes after ten seconds of 10 ms");
    }
    assert_eq!(ground.get("/streams/a-1").answer().await.status, 404, "nothing was written");
    ground.append("a-1", -1, &[event(0)]).await;
}

#[tokio::test]
async fn redirects_to_itself() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("here");
        // Without an id: to an address with one, where the same body is written once.
        let post = |path: &str| {
            let post = ground.ask("POST", path).with("Content-Type", "application/json");
            post.with("ES-EventType", "Marked").body("{\"mark\":1}")
        };
        let answer = post(&format!("/streams/{stream}")).answer().await;
        let location = answer.header("Location").unwrap();
        let (_, path) = location.split_once(&ground.authority).unwrap();
        assert_eq!(answer.status, 307);
        assert!(path.starts_with(&format!("/streams/{stream}/incoming/")), "{path}");
        for _ in 0..2 {
            let written = post(path).answer().await;
            assert_eq!(written.status, 201);
            assert!(written.header("Location").unwrap().ends_with(&format!("/streams/{stream}/0")));
        }
        // A slash at the end is one too many.
        for method in ["GET", "POST"] {
            let asking =
                ground.ask(method, &format!("/streams/{stream}/")).with("Accept", "application/json");
            let answer = asking.with("Content-Type", "application/json").answer().await;
            assert_eq!(answer.status, 307, "{method}");
            assert!(answer.header("Location").unwrap().ends_with(&format!("/streams/{stream}")));
        }
    }
}
