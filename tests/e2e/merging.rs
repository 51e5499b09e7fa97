//! Clues that tell of the same thing: one is taken in by the other, and where a minor is concerned a second officer must
//! agree. Never here: a mandatory report, which is not merged away (`mandatory_report`).

use wire::{Refusal, v1};

use crate::acts::{HERE, ask, clue_in, done, read, report, token, triage};
use crate::follow::Follower;
use crate::stage::{SMALL, Shared, Stage, law, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// Two clues about fees at one institution: the one that stays, and the more urgent one that ends.
async fn two(stage: &Stage, minor: v1::Minor) -> (String, String) {
    let clerk = stage.desk("430405.edu.clerk1");
    let institution = format!("IN-{}", stage.world.institutions[0].credit_code);
    let told = |urgency: v1::Urgency| v1::ReportClueRequest {
        institution: institution.clone(),
        minor: minor.into(),
        urgency: urgency.into(),
        ..clue_in(stage, HERE)
    };
    let stays = report(&clerk, told(v1::Urgency::U3)).await.clue_id;
    (stays, report(&clerk, told(v1::Urgency::U2)).await.clue_id)
}

async fn merge(stage: &Stage, ends: &str, stays: &str) -> v1::CommandReceipt {
    let clerk = stage.desk("430405.edu.clerk1");
    done!(clerk, education.merge_clue, MergeClueRequest { clue_id: ends, into_clue_id: stays })
}

async fn confirm(stage: &Stage, who: &str, clue: &str) -> Result<v1::ConfirmMergeResponse, tonic::Status> {
    ask!(stage.desk(who), education.confirm_merge, ConfirmMergeRequest { clue_id: clue })
}

/// The clue that stays has taken the other in, and is as urgent as the more urgent of the two.
async fn taken_in(stage: &Stage, stays: &str, ends: &str) {
    let absorbed = Follower::of(stage, stays).await.kind("clue.absorbed").await;
    let clue = read(&stage.desk("430405.edu.clerk1"), stays, &absorbed.token).await;
    assert_eq!((clue.absorbed, clue.urgency), (vec![ends.to_owned()], v1::Urgency::U2.into()));
}

#[test]
fn a_second_officer_confirms_the_merge_of_a_clue_about_a_minor() {
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let (stays, ends) = two(stage, v1::Minor::Minor).await;
        assert_eq!(law(confirm(stage, "430405.edu.clerk2", &ends).await), "WRONG_STAGE");
        let proposed = merge(stage, &ends, &stays).await;
        assert_eq!(proposed.state, "merge-proposed");
        let clue = read(&clerk, &ends, &proposed.consistency_token).await;
        assert_eq!((clue.stage, clue.merged_into), ("merge-proposed".to_owned(), stays.clone()));
        assert!(read(&clerk, &stays, &proposed.consistency_token).await.absorbed.is_empty());
        assert_eq!(law(confirm(stage, "430405.edu.clerk1", &ends).await), "SAME_OFFICER");
        for who in ["430405.edu.handler", "430405.psb.head", "430405.samr.head", "hub.auditor", "admin"] {
            assert_eq!(refused(confirm(stage, who, &ends).await), Refusal::Permission, "{who}");
        }
        let merged = confirm(stage, "430405.edu.clerk2", &ends).await.unwrap().receipt.unwrap();
        assert_eq!(merged.state, "merged");
        taken_in(stage, &stays, &ends).await;
        let clue = read(&clerk, &ends, &merged.consistency_token).await;
        assert_eq!((clue.stage.as_str(), &clue.merged_into), ("merged", &stays));
        assert!(clue.clocks.iter().all(|clock| clock.status() == v1::ClockStatus::Stopped));
        assert_eq!(law(confirm(stage, "430405.edu.clerk2", &ends).await), "WRONG_STAGE");
    });
}

#[test]
fn without_a_minor_one_officer_merges_and_the_urgency_goes_along() {
    play(&STAGE, SMALL, async |stage| {
        let (stays, ends) = two(stage, v1::Minor::None).await;
        assert_eq!(merge(stage, &ends, &stays).await.state, "merged");
        taken_in(stage, &stays, &ends).await;
    });
}

#[test]
fn a_proposed_merge_falls_when_the_clue_is_sorted_instead() {
    play(&STAGE, SMALL, async |stage| {
        let second = stage.desk("430405.edu.clerk2");
        let (stays, ends) = two(stage, v1::Minor::Minor).await;
        let proposed = merge(stage, &ends, &stays).await;
        let clue = read(&second, &ends, &proposed.consistency_token).await;
        let sorted = triage(&second, &clue).await;
        assert_eq!(sorted.state, "triaged");
        assert_eq!(law(confirm(stage, "430405.edu.clerk2", &ends).await), "WRONG_STAGE");
        assert!(read(&second, &ends, &sorted.consistency_token).await.merged_into.is_empty());
        assert!(read(&second, &stays, &sorted.consistency_token).await.absorbed.is_empty());
    });
}

#[test]
fn clues_about_different_institutions_are_not_merged() {
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let (stays, _) = two(stage, v1::Minor::None).await;
        let elsewhere = report(&clerk, clue_in(stage, HERE)).await;
        let asked = ask!(
            clerk,
            education.merge_clue,
            MergeClueRequest { clue_id: &*elsewhere.clue_id, into_clue_id: &*stays }
        );
        assert_eq!(law(asked), "OTHER_INSTITUTION");
        let clue = read(&clerk, &elsewhere.clue_id, &token(&elsewhere)).await;
        assert_eq!(clue.stage, "received");
    });
}
