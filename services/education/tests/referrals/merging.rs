//! Clues merged in a circle: every stream alone is lawful, and one clue must go on.

use domain::category::Urgency;
use domain::clue::{Clue, ClueRule, Command, Stage};
use domain::ids::ClueId;
use hub::call::stream_of;

use crate::town::{Town, officer};

/// A clue about the one institution.
async fn reported(town: &Town, urgency: Urgency) -> ClueId {
    let mut report = town.report("430405", Vec::new());
    report.institution = Some("IN-91430405MA7K2P9T1X".parse().unwrap());
    report.urgency = urgency;
    let id = report.id.clone();
    town.act::<ClueRule>(&id, &officer("OF-ONE"), Command::Report(Box::new(report))).await.unwrap();
    id
}

async fn merge(town: &Town, clue: &ClueId, into: &ClueId) {
    let into_institution = Some("IN-91430405MA7K2P9T1X".parse().unwrap());
    let command = Command::MergeInto { into: into.clone(), into_institution, into_ended: false };
    town.act::<ClueRule>(clue, &officer("OF-SORTER"), command).await.unwrap();
}

async fn state(town: &Town, clue: &ClueId) -> Clue {
    let (state, _) = town.hub.state::<ClueRule>(&stream_of(clue).unwrap()).await.unwrap();
    state.clue().cloned().unwrap()
}

/// A sign that the reactions have seen everything before it: what follows from a later merge.
async fn caught_up(town: &Town) {
    let (one, other) = (reported(town, Urgency::U4).await, reported(town, Urgency::U4).await);
    merge(town, &one, &other).await;
    town.until(other.as_str(), "clue.absorbed").await;
}

fn goes_on(clue: &Clue) -> bool {
    !matches!(clue.stage(), Stage::Merged { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_clues_merged_into_each_other_at_once_the_later_goes_on_with_the_higher_urgency() {
    let folder = tempfile::tempdir().unwrap();
    let mut town = Town::open(folder.path()).await;
    town.settle().await;
    // Nobody follows yet: both officers saw the other clue unmerged.
    let (low, high) = (reported(&town, Urgency::U4).await, reported(&town, Urgency::U2).await);
    merge(&town, &high, &low).await;
    merge(&town, &low, &high).await;
    let _client = town.serve().await;
    town.until(low.as_str(), "clue.merge-undone").await;
    town.until(low.as_str(), "clue.absorbed").await;
    caught_up(&town).await;
    let (stays, ends) = (state(&town, &low).await, state(&town, &high).await);
    assert_eq!((stays.stage(), stays.urgency()), (&Stage::Received, Urgency::U2));
    assert!(stays.clocks().get("clue-triage-u2").is_some(), "it waits for triage with its clock");
    assert_eq!(ends.stage(), &Stage::Merged { into: low.clone() });
    assert_eq!(town.kinds(low.as_str()).await.iter().filter(|kind| *kind == "clue.merge-undone").count(), 1);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_circle_opens_at_its_latest_merge_and_the_chain_hands_on_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut town = Town::open(folder.path()).await;
    town.settle().await;
    let mut clues = Vec::new();
    for urgency in [Urgency::U1, Urgency::U4, Urgency::U3] {
        clues.push(reported(&town, urgency).await);
    }
    let [one, two, three] = clues.as_slice() else { unreachable!() };
    merge(&town, one, two).await;
    merge(&town, two, three).await;
    merge(&town, three, one).await;
    let _client = town.serve().await;
    town.until(three.as_str(), "clue.merge-undone").await;
    caught_up(&town).await;
    let stays = state(&town, three).await;
    assert!(goes_on(&stays) && !goes_on(&state(&town, one).await) && !goes_on(&state(&town, two).await));
    assert_eq!(stays.urgency(), Urgency::U1, "the urgency came through the chain");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clue_merged_into_one_that_nobody_reported_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (town, _client) = Town::founded(folder.path()).await;
    let clue = reported(&town, Urgency::U3).await;
    merge(&town, &clue, &town.report("430405", Vec::new()).id).await;
    town.until(clue.as_str(), "clue.merge-undone").await;
    caught_up(&town).await;
    assert!(goes_on(&state(&town, &clue).await));
    town.close().await;
}
