//! The category feed: one link per event in one order, what it tells, and where its links lead nowhere.
//! Must never be here: `$all`.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ground::{Ground, each, event, events};
use crate::kurrent::{Shape, Unresolved};

#[tokio::test]
async fn the_category_feed_counts_all_events_of_its_streams() {
    for ground in Ground::each(Shape::quick()).await {
        let (one, two) = (ground.stream("one"), ground.stream("two"));
        assert_eq!(ground.get(&format!("/streams/{}", ground.links())).answer().await.status, 404);
        ground.append(&one, -1, &events(2)).await;
        ground.append(&two, -1, &events(1)).await;
        ground.append(&one, 1, &events(1)).await;
        ground.until_linked(4).await;
        // "False" has no effect: links are resolved by default here.
        let path = format!("/streams/{}/0/forward/9?embed=body", ground.links());
        let feed = ground.get(&path).with("ES-ResolveLinkTos", "False").answer().await.json();
        assert_eq!(each(&feed, "positionEventNumber"), [3, 2, 1, 0]);
        assert_eq!(each(&feed, "eventNumber"), [2, 0, 1, 0]);
        assert_eq!(each(&feed, "streamId"), [&*one, &two, &one, &one]);
        assert_eq!(each(&feed, "summary"), ["$>"; 4]);
        assert_eq!(each(&feed, "eventType"), ["Marked"; 4]);
        assert_eq!(
            each(&feed, "title"),
            [format!("2@{one}"), format!("0@{two}"), format!("1@{one}"), format!("0@{one}")]
        );
        assert!(feed["entries"][0]["linkMetaData"].is_string());
    }
}

#[tokio::test]
async fn an_entry_by_a_link_bears_the_time_of_the_link() {
    for ground in Ground::each(Shape::quick()).await {
        let stream = ground.stream("times");
        ground.append(&stream, -1, &[event(0)]).await;
        ground.until_linked(1).await;
        let at = |feed: &Value| feed["entries"][0]["updated"].as_str().unwrap().parse::<Timestamp>().unwrap();
        let direct = at(&ground.page(&format!("/streams/{stream}")).await);
        let linked = at(&ground.page(&format!("/streams/{}", ground.links())).await);
        assert!(linked > direct, "{linked} {direct}");
    }
}

#[tokio::test]
async fn a_link_to_nothing_keeps_its_place_in_either_shape() {
    for unresolved in [Unresolved::Bare, Unresolved::Positioned] {
        for ground in Ground::each(Shape { unresolved, ..Shape::quick() }).await {
            let (cut, gone, kept) = (ground.stream("cut"), ground.stream("gone"), ground.stream("kept"));
            ground.append(&cut, -1, &events(2)).await;
            ground.append(&gone, -1, &events(1)).await;
            ground.append(&kept, -1, &events(1)).await;
            ground.until_linked(4).await;
            let metadata = ground
                .ask("POST", &format!("/streams/{cut}/metadata"))
                .with("Content-Type", "application/json");
            let metadata = metadata.with("ES-EventId", &Uuid::now_v7().to_string()).body("{\"$tb\":1}");
            assert_eq!(metadata.answer().await.status, 201);
            assert_eq!(ground.ask("DELETE", &format!("/streams/{gone}")).answer().await.status, 204);

            let feed = ground.page(&format!("/streams/{}/0/forward/9", ground.links())).await;
            let entries = feed["entries"].as_array().unwrap();
            assert_eq!((entries.len(), &feed["headOfStream"]), (4, &json!(true)));
            assert_eq!((&entries[0]["streamId"], &entries[2]["streamId"]), (&json!(kept), &json!(cut)));
            for (place, number) in [(1, 2), (3, 0)] {
                let entry = &entries[place];
                assert_eq!(entry["summary"], "$>");
                assert!(
                    entry["data"].is_null() && entry["eventType"].is_null() && entry["streamId"].is_null()
                );
                let bare = entry.get("positionEventNumber").is_none() && entry.get("eventId").is_none();
                let positioned =
                    entry["positionEventNumber"] == number && entry["eventId"] == json!(Uuid::nil());
                assert!(bare || positioned, "{entry}");
                assert!(ground.fake.is_none() || bare == (unresolved == Unresolved::Bare), "{entry}");
            }
        }
    }
}

#[tokio::test]
async fn the_projection_lags_stops_and_tells_its_status() {
    let ground = Ground::fake(Shape::quick()).await;
    let cluster = ground.cluster();
    let status = || async {
        let answer =
            ground.get("/projection/%24by_category").with("Accept", "application/json").answer().await;
        if answer.status == 200 {
            answer.json()["status"].as_str().unwrap().to_owned()
        } else {
            answer.status.to_string()
        }
    };
    ground.append("a-1", -1, &[event(0)]).await;
    ground.until_linked_in("a", 1).await;
    cluster.pause_projection();
    ground.append("a-1", 0, &events(2)).await;
    let late = ground.get("/streams/%24ce-a/1/forward/5").with("ES-LongPoll", "5").answer().await.json();
    assert_eq!((each(&late, "title"), status().await), (Vec::new(), "Running".to_owned()));
    cluster.resume_projection();
    ground.until_linked_in("a", 3).await;

    cluster.by_category(false);
    ground.append("a-1", 2, &events(1)).await;
    let late = ground.get("/streams/%24ce-a/3/forward/5").with("ES-LongPoll", "5").answer().await.json();
    assert_eq!((each(&late, "title"), status().await), (Vec::new(), "Stopped".to_owned()));
    cluster.by_category(true);
    ground.until_linked_in("a", 4).await;

    cluster.projections(false);
    assert_eq!(status().await, "404");
    assert_eq!(ground.get("/info").answer().await.json()["features"]["projections"], false);
}
