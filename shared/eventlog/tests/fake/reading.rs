//! Pages of one stream: their order, size, links and tags. Must never be here: links between streams.

use serde_json::{Value, json};

use crate::ground::{Ground, each, event, events, link};
use crate::kurrent::Shape;

fn marks(feed: &Value) -> Vec<u64> {
    each(feed, "eventNumber").iter().map(|number| number.as_u64().unwrap()).collect()
}

/// The path of a link, without the host it claims.
fn path(uri: Option<&str>) -> Option<&str> {
    uri.map(|uri| &uri[uri.find("/streams").unwrap()..])
}

#[tokio::test]
async fn every_page_is_newest_first_and_pages_go_on_by_their_links() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("pages");
        ground.append(&stream, -1, &events(25)).await;
        let root = format!("/streams/{stream}");
        // Path; the numbers from the first to the last entry; head of stream; the next page of newer and older ones.
        let table = [
            ("", (24, 5), true, Some("25/forward/20"), Some("4/backward/20")),
            ("/head/backward/3", (24, 22), true, Some("25/forward/3"), Some("21/backward/3")),
            ("/22/backward/3", (22, 20), false, Some("23/forward/3"), Some("19/backward/3")),
            ("/2/backward/3", (2, 0), false, Some("3/forward/3"), None),
            ("/0/forward/3", (2, 0), false, Some("3/forward/3"), None),
            ("/20/forward/3", (22, 20), false, Some("23/forward/3"), Some("19/backward/3")),
            ("/22/forward/3", (24, 22), true, Some("25/forward/3"), Some("21/backward/3")),
            ("/24/forward/9", (24, 24), true, Some("25/forward/9"), Some("23/backward/9")),
        ];
        for (place, (newest, oldest), head, newer, older) in table {
            let feed = ground.page(&format!("{root}{place}")).await;
            let wanted: Vec<u64> = (oldest..=newest).rev().collect();
            assert_eq!(marks(&feed), wanted, "{place}");
            assert_eq!(feed["headOfStream"], head, "{place}");
            let whole = |rest: Option<&str>| rest.map(|rest| format!("{root}/{rest}"));
            assert_eq!(path(link(&feed, "previous")).map(str::to_owned), whole(newer), "{place}");
            assert_eq!(path(link(&feed, "next")).map(str::to_owned), whole(older), "{place}");
            assert!(
                feed["links"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|link| !link["uri"].as_str().unwrap().contains("embed"))
            );
        }
        // At the end nothing comes, and no link leads on.
        for from in [25, 26, 90] {
            let feed = ground.page(&format!("{root}/{from}/forward/5")).await;
            assert_eq!((feed["entries"].as_array().unwrap().len(), &feed["headOfStream"]), (0, &json!(true)));
            assert_eq!(link(&feed, "previous"), None);
        }
    }
}

#[tokio::test]
async fn a_page_has_1_to_4096_entries() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("limits");
        ground.append(&stream, -1, &events(3)).await;
        for way in ["0/forward", "head/backward"] {
            for (count, status) in
                [("1", 200), ("4096", 200), ("4097", 500), ("0", 400), ("-1", 400), ("x", 400)]
            {
                let answer = ground.get(&format!("/streams/{stream}/{way}/{count}")).answer().await;
                assert_eq!(answer.status, status, "{way}/{count}");
            }
        }
        for from in ["-1", "x", "99999999999999999999"] {
            let answer = ground.get(&format!("/streams/{stream}/{from}/forward/1")).answer().await;
            assert_eq!(answer.status, 400, "{from}");
        }
    }
}

#[tokio::test]
async fn what_is_embedded() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("embed");
        let sent = event(4);
        ground.append(&stream, -1, std::slice::from_ref(&sent)).await;
        // Only these spellings; the documentation's own one is none.
        let table = [
            ("", [false, false, false]),
            ("PrettyBody", [false, false, false]),
            ("content", [true, false, false]),
            ("rich", [false, true, false]),
            ("body", [false, true, true]),
            ("BODY", [false, true, true]),
            ("tryharder", [false, true, true]),
        ];
        for (embed, wanted) in table {
            let answer = ground.get(&format!("/streams/{stream}?embed={embed}")).answer().await;
            let feed = answer.json();
            let entry = &feed["entries"][0];
            let there = ["content", "eventId", "data"].map(|name| !entry[name].is_null());
            assert_eq!(there, wanted, "{embed}");
            assert_eq!(
                (&entry["summary"], &entry["title"]),
                (&json!("Marked"), &json!(format!("0@{stream}")))
            );
            entry["updated"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        }
        let feed = ground.page(&format!("/streams/{stream}")).await;
        let entry = &feed["entries"][0];
        assert_eq!((&entry["eventId"], &entry["eventType"]), (&sent["eventId"], &sent["eventType"]));
        assert_eq!(serde_json::from_str::<Value>(entry["data"].as_str().unwrap()).unwrap(), sent["data"]);
        // One event, as its data or as a description without its time.
        let one =
            ground.get(&format!("/streams/{stream}/0")).with("Accept", "application/json").answer().await;
        assert_eq!(one.json(), sent["data"]);
        let one = ground.get(&format!("/streams/{stream}/0"));
        let one = one.with("Accept", "application/vnd.eventstore.event+json").answer().await.json();
        assert_eq!(
            (&one["eventNumber"], &one["eventId"], &one["data"]),
            (&json!(0), &sent["eventId"], &sent["data"])
        );
        assert!(one.get("updated").is_none());
    }
}

#[tokio::test]
async fn full_pages_are_kept_for_ever_and_others_bear_a_tag() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("tags");
        ground.append(&stream, -1, &events(3)).await;
        for (place, full) in [
            ("0/forward/3", true),
            ("1/forward/3", false),
            ("1/backward/2", true),
            ("head/backward/2", false),
        ] {
            let path = format!("/streams/{stream}/{place}");
            let answer = ground.get(&path).answer().await;
            let Some(tag) = answer.header("ETag").map(str::to_owned) else {
                assert!(full, "{place}");
                continue;
            };
            assert!(!full && tag.starts_with("\"2;"), "{place}: {tag}");
            let again = ground.get(&path).with("If-None-Match", &tag).answer().await;
            assert_eq!((again.status, again.text()), (304, ""), "{place}");
        }
    }
}

#[tokio::test]
async fn truncated_events_leave_empty_pages_to_step_over() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("cut");
        ground.append(&stream, -1, &events(9)).await;
        let cut = async |before: u64| {
            let metadata = ground.ask("POST", &format!("/streams/{stream}/metadata"));
            let metadata = metadata.with("Content-Type", "application/json");
            let metadata = metadata.with("ES-EventId", &uuid::Uuid::now_v7().to_string());
            let answer = metadata.body(&json!({ "$tb": before }).to_string()).answer().await;
            assert_eq!(answer.status, 201);
        };
        cut(6).await;
        let shown = ground.get(&format!("/streams/{stream}/metadata")).with("Accept", "application/json");
        assert_eq!(shown.answer().await.json(), json!({ "$tb": 6 }));

        let table: [(&str, &[u64], bool, Option<&str>); 4] = [
            ("0/forward/3", &[], false, Some("3/forward/3")),
            ("3/forward/3", &[], false, Some("6/forward/3")),
            ("4/forward/4", &[7, 6], false, Some("8/forward/4")),
            ("6/forward/4", &[8, 7, 6], true, Some("9/forward/4")),
        ];
        for (place, numbers, head, newer) in table {
            let feed = ground.page(&format!("/streams/{stream}/{place}")).await;
            assert_eq!((marks(&feed).as_slice(), &feed["headOfStream"]), (numbers, &json!(head)), "{place}");
            let wanted = newer.map(|newer| format!("/streams/{stream}/{newer}"));
            assert_eq!(path(link(&feed, "previous")).map(str::to_owned), wanted, "{place}");
        }
        assert_eq!(ground.get(&format!("/streams/{stream}/5")).answer().await.status, 404);
        // Nothing is left: even the page that reaches the end is not the end yet.
        cut(9).await;
        for (from, head) in [(0, false), (9, true)] {
            let feed = ground.page(&format!("/streams/{stream}/{from}/forward/9")).await;
            assert_eq!((marks(&feed).len(), &feed["headOfStream"]), (0, &json!(head)), "{from}");
            assert_eq!(link(&feed, "previous").is_some(), !head, "{from}");
        }
    }
}

#[tokio::test]
async fn links_may_bear_a_foreign_host() {
    let ground = Ground::fake(Shape::quick()).await;
    ground.cluster().foreign_links(Some("https://inside.example:2113"));
    let answer = ground.append("a-1", -1, &events(2)).await;
    assert_eq!(answer.header("Location"), Some("https://inside.example:2113/streams/a-1/0"));
    let feed = ground.page("/streams/a-1/1/forward/1").await;
    for relation in ["self", "first", "last", "next", "previous", "metadata"] {
        let uri = link(&feed, relation).unwrap();
        assert!(uri.starts_with("https://inside.example:2113/streams/a-1"), "{uri}");
    }
    assert!(link(&feed["entries"][0], "edit").unwrap().starts_with("https://inside.example:2113/"));
    ground.cluster().foreign_links(None);
    let feed = ground.page("/streams/a-1").await;
    assert!(link(&feed, "self").unwrap().starts_with(&format!("http://{}/", ground.authority)));
}
