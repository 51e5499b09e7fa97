//! `$all`: cursors for whole pages, links and system events among ours, no position per entry.
//! Must never be here: the category feed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ground::{Ground, each, events, link};
use crate::kurrent::Shape;

/// The cursor in a page's link.
fn cursor(feed: &Value, relation: &str) -> Option<String> {
    let uri = link(feed, relation)?;
    let rest = uri.split_once("/streams/%24all/").unwrap().1;
    Some(rest.split('/').next().unwrap().to_owned())
}

#[tokio::test]
async fn all_events_come_in_one_order_by_whole_pages() {
    for ground in Ground::each(Shape::quick()).await {
        let from_now = ground.page("/streams/%24all/head/backward/1").await;
        let start = cursor(&from_now, "previous").unwrap();
        let (one, two) = (ground.stream("one"), ground.stream("two"));
        ground.append(&one, -1, &events(2)).await;
        ground.append(&two, -1, &events(2)).await;
        assert_eq!(ground.ask("DELETE", &format!("/streams/{two}")).answer().await.status, 204);
        ground.until_linked(4).await;

        // Whole pages of three, oldest first, until nothing is left.
        let (mut at, mut titles, mut kinds) = (start, Vec::new(), BTreeSet::new());
        loop {
            let feed = ground.page(&format!("/streams/%24all/{at}/forward/3")).await;
            assert!(feed["streamId"].is_null() && feed["headOfStream"] == false);
            let entries = feed["entries"].as_array().unwrap();
            for entry in entries.iter().rev() {
                assert!(
                    entry["title"].is_string()
                        && entry.get("position").is_none()
                        && entry.get("commitPosition").is_none()
                );
                kinds.insert(entry["eventType"].as_str().unwrap_or_default().to_owned());
                titles.push(entry["title"].as_str().unwrap().to_owned());
            }
            let Some(next) = cursor(&feed, "previous") else {
                assert!(entries.is_empty(), "a page with entries leads on");
                break;
            };
            assert!(next.len() == 32 && next.ends_with("0000000000000000"), "{next}");
            assert!(next == next.to_uppercase() && next > at, "{next} after {at}");
            at = next;
        }
        let ours: Vec<&String> =
            titles.iter().filter(|title| title.ends_with(&one) || title.ends_with(&two)).collect();
        let plain: Vec<String> =
            ours.iter().map(|title| (*title).clone()).filter(|title| !title.contains("$$")).collect();
        assert_eq!(plain, [format!("0@{one}"), format!("1@{one}"), format!("0@{two}"), format!("1@{two}")]);
        assert!(kinds.contains("$>") && kinds.contains("$metadata"), "{kinds:?}");
    }
}

#[tokio::test]
async fn cursors_that_are_wrong() {
    for ground in Ground::each(Shape::quick()).await {
        ground.append(&ground.stream("some"), -1, &events(2)).await;
        let head = cursor(&ground.page("/streams/%24all/head/backward/1").await, "previous").unwrap();
        let commit = u64::from_str_radix(&head[..16], 16).unwrap();
        let beside = format!("{:016X}{}", commit - 1, &head[16..]);
        let beyond = format!("{:016X}{}", commit + 1_000_000_000, &head[16..]);
        for (cursor, status) in
            [(&beside, 500), (&"12".to_owned(), 400), (&"g".repeat(32), 400), (&beyond, 200)]
        {
            let answer = ground.get(&format!("/streams/%24all/{cursor}/forward/5")).answer().await;
            assert_eq!(answer.status, status, "{cursor}");
        }
        let feed = ground.page(&format!("/streams/%24all/{}/forward/5", beyond.to_lowercase())).await;
        assert_eq!((each(&feed, "title"), cursor(&feed, "previous")), (Vec::new(), None));
    }
}

#[tokio::test]
async fn links_stay_links_here_unless_wanted() {
    let ground = Ground::fake(Shape::quick()).await;
    ground.append("a-1", -1, &events(1)).await;
    ground.until_linked_in("a", 1).await;
    let path = format!("/streams/$all/{}/forward/9?embed=body", "0".repeat(32));
    let plain = ground.get(&path).answer().await.json();
    assert_eq!(each(&plain, "streamId"), ["$ce-a", "a-1"]);
    let resolved = ground.get(&path).with("ES-ResolveLinkTos", "True").answer().await.json();
    assert_eq!(each(&resolved, "streamId"), ["a-1", "a-1"]);
    assert_eq!(each(&resolved, "positionStreamId"), ["$ce-a", "a-1"]);
    // Waiting at the end works here too.
    let at = cursor(&plain, "previous").unwrap();
    let path = format!("/streams/%24all/{at}/forward/9");
    let poll = ground.get(&path).with("ES-LongPoll", "60").answer();
    let append = async {
        ground.until_heard(&path).await;
        ground.append("b-1", -1, &events(1)).await
    };
    let (woken, _) = tokio::join!(poll, append);
    assert!(!woken.json()["entries"].as_array().unwrap().is_empty());
}
