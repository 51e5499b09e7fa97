//! Snapshot, then follow: the state of now and what comes after it add up to the state of then. Never here: what a state
//! shows to whom.

use std::collections::BTreeMap;

use wire::v1::snapshot_response::State;
use wire::{cloud, v1};

use crate::acts::{HERE, clue_in, read, report, substantiated, token, triage};
use crate::follow::{Follower, service};
use crate::stage::{NEIGHBOURS, fields, play_alone, soon};

/// Revisions of the clues of a snapshot, and where to follow from.
async fn taken(
    desk: &safeguard::world::Desk,
    filter: v1::EventFilter,
) -> (BTreeMap<String, v1::Clue>, v1::FollowFrom) {
    let asked = v1::SnapshotRequest { filter: Some(filter) };
    let mut states = desk.streams().snapshot(asked).await.unwrap().into_inner();
    let mut clues = BTreeMap::new();
    loop {
        match soon("a state", states.message()).await.unwrap().unwrap().state.unwrap() {
            State::Clue(clue) => {
                clues.insert(clue.id.clone(), clue);
            }
            State::Referral(_) | State::Reverse(_) => {}
            State::Follow(follow) => {
                assert!(states.message().await.unwrap().is_none(), "it is the last");
                return (clues, follow);
            }
        }
    }
}

#[test]
fn a_snapshot_and_what_follows_add_up_without_gap_or_repetition() {
    play_alone(NEIGHBOURS, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let system = service(stage, "430405.edu.handler").await;
        let early = report(&clerk, clue_in(stage, HERE)).await;
        report(&stage.desk("430412.edu.clerk1"), clue_in(stage, "430412")).await;
        let (clues, follow) = taken(&system, v1::EventFilter::default()).await;
        assert_eq!(clues.keys().collect::<Vec<_>>(), [&early.clue_id], "only what is theirs");
        assert!(!clues[&early.clue_id].narrative.as_ref().unwrap().text.is_empty());
        assert_eq!((follow.count, follow.log.is_empty()), (1, false));

        triage(&clerk, &read(&clerk, &early.clue_id, &token(&early)).await).await;
        let late = report(&clerk, clue_in(stage, HERE)).await;
        let filter = v1::EventFilter { stream_prefix: "CL-".to_owned(), ..Default::default() };
        let behind = v1::SubscribeRequest {
            from: v1::SubscribeFrom::After.into(),
            after_position: follow.position,
            log: follow.log,
            filter: Some(filter),
        };
        let mut revisions: BTreeMap<String, u64> =
            clues.into_iter().map(|(id, clue)| (id, clue.revision)).collect();
        for event in Follower::asking(&system, behind).await.events().await {
            let revision: u64 = cloud::word(&event, "revision").parse().unwrap();
            let known = revisions.insert(cloud::word(&event, "subject").to_owned(), revision);
            assert_eq!(revision, known.map_or(0, |known| known + 1), "{}", event.r#type);
        }
        let now = read(&clerk, &early.clue_id, "").await.revision;
        assert_eq!(revisions[&early.clue_id], now);
        assert!(revisions.contains_key(&late.clue_id));
    });
}

#[test]
fn a_snapshot_is_filtered_like_a_subscription_and_has_no_kinds() {
    play_alone(NEIGHBOURS, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let fire = v1::ReportClueRequest { category: v1::Category::FireExit.into(), ..clue_in(stage, HERE) };
        let fire = report(&clerk, fire).await.clue_id;
        report(&clerk, clue_in(stage, HERE)).await;
        let fee = substantiated(stage).await;
        let auditor = stage.desk("hub.auditor");
        let categories = vec![v1::Category::FireExit.into()];
        let (clues, _) = taken(&auditor, v1::EventFilter { categories, ..Default::default() }).await;
        assert_eq!(clues.keys().collect::<Vec<_>>(), [&fire]);
        let (clues, follow) =
            taken(&auditor, v1::EventFilter { stream_prefix: fee.clone(), ..Default::default() }).await;
        assert_eq!((clues.keys().collect::<Vec<_>>(), follow.count), (vec![&fee], 1));
        let kinds = v1::EventFilter { kinds: vec!["clue.*".to_owned()], ..Default::default() };
        let asked = v1::SnapshotRequest { filter: Some(kinds) };
        assert_eq!(fields(auditor.streams().snapshot(asked).await), ["filter.kinds"]);
    });
}
