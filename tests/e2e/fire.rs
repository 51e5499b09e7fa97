//! The fire service's inbox: taken, passed on to the competent unit, declined with a name of who is. Never here: what is
//! sent twice (`twice`).

use wire::{Refusal, v1};

use crate::acts::{BESIDE, HERE, ask, clue_in, done, read, report, see, token, triage, unit};
use crate::papers::paper;
use crate::stage::{NEIGHBOURS, Shared, Stage, fields, law, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
const INSPECTOR: &str = "430405.fire.inspector";

/// A blocked exit, handed to the fire unit of the county: the clue and the token of the hand-over.
async fn handed_over(stage: &Stage) -> (String, String) {
    let (clerk, leader) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.leader"));
    let exit = v1::ReportClueRequest { category: v1::Category::FireExit.into(), ..clue_in(stage, HERE) };
    let reported = report(&clerk, exit).await;
    let clue = &*reported.clue_id;
    triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
    let letter = paper(&leader, clue, v1::PaperKind::Letter, "移送函").await;
    let sent = done!(
        leader,
        education.transfer_clue_to_agency,
        TransferClueToAgencyRequest { clue_id: clue, to_unit_id: unit("FIRE", HERE), papers: vec![letter] }
    );
    (reported.clue_id, sent.consistency_token)
}

/// The inbox entry of a clue, when it is in the officer's own inbox.
async fn entry(stage: &Stage, who: &str, clue: &str, seen: &str) -> Option<v1::InboxEntry> {
    let inbox = see!(
        stage.desk(who),
        fire.list_inbox,
        seen,
        ListInboxRequest { page_size: 500, include_claimed: true }
    );
    let entries = inbox.unwrap().entries;
    entries.into_iter().find(|entry| entry.clue.as_ref().is_some_and(|found| found.id == clue))
}

async fn forward(stage: &Stage, who: &str, clue: &str, to: &str) -> Result<String, tonic::Status> {
    let answer = ask!(
        stage.desk(who),
        fire.forward_fire_transfer,
        ForwardFireTransferRequest { clue_id: clue, to_unit_id: to, reason: "场所位于相邻辖区" }
    );
    answer.map(|answer| answer.receipt.unwrap().consistency_token)
}

async fn decline(stage: &Stage, who: &str, clue: &str) -> Result<v1::CommandReceipt, tonic::Status> {
    let answer = ask!(
        stage.desk(who),
        fire.decline_fire_transfer,
        DeclineFireTransferRequest {
            clue_id: clue,
            reason: "属房屋安全问题",
            suggestion: "住房和城乡建设局",
        }
    );
    answer.map(|answer| answer.receipt.unwrap())
}

#[test]
fn a_clue_passed_on_moves_to_the_other_inbox_and_is_answered_there() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clue, sent) = handed_over(stage).await;
        let (there, inspector) = (unit("FIRE", BESIDE), stage.desk("430412.fire.inspector"));
        assert!(entry(stage, INSPECTOR, &clue, &sent).await.is_some());
        assert_eq!(fields(forward(stage, INSPECTOR, &clue, &unit("PSB", HERE)).await), ["to_unit_id"]);
        done!(stage.desk(INSPECTOR), fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: &*clue });
        assert_eq!(law(forward(stage, INSPECTOR, &clue, &unit("FIRE", HERE)).await), "FORWARD_TO_ITSELF");
        let passed = forward(stage, INSPECTOR, &clue, &there).await.unwrap();

        assert!(entry(stage, INSPECTOR, &clue, &passed).await.is_none(), "it has left the first inbox");
        let moved = entry(stage, "430412.fire.inspector", &clue, &passed).await.unwrap();
        assert_eq!((moved.to.unwrap().id, moved.claimed_by.as_str()), (there.clone(), ""));
        let claim = ClaimedBy { stage, clue: &clue };
        assert_eq!(claim.refused(INSPECTOR).await, Refusal::Permission);
        done!(inspector, fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: &*clue });
        assert_eq!(
            law(forward(stage, "430412.fire.inspector", &clue, &unit("FIRE", HERE)).await),
            "HAD_IT_ALREADY"
        );
        done!(
            inspector,
            fire.sign_fire_receipt,
            SignFireReceiptRequest { clue_id: &*clue, receipt_number: "珠消1" }
        );
        done!(inspector, fire.accept_fire_transfer, AcceptFireTransferRequest { clue_id: &*clue });
        let answered = done!(
            inspector,
            fire.give_fire_feedback,
            GiveFireFeedbackRequest {
                clue_id: &*clue,
                outcome: v1::TransferOutcome::Handled,
                text: "已清理疏散通道。",
            }
        );
        let seen = read(&stage.desk("430405.edu.clerk1"), &clue, &answered.consistency_token).await;
        let transfer = seen.transfer.unwrap();
        assert_eq!((seen.stage.as_str(), transfer.to.unwrap().id), ("awaiting-feedback", there));
        assert_eq!(transfer.feedback.unwrap().text, "已清理疏散通道。");
    });
}

/// Who tries to take a clue.
struct ClaimedBy<'a> {
    stage: &'a Stage,
    clue: &'a str,
}

impl ClaimedBy<'_> {
    async fn refused(&self, who: &str) -> Refusal {
        let desk = self.stage.desk(who);
        refused(ask!(desk, fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: self.clue }))
    }
}

#[test]
fn a_clue_declined_goes_back_to_be_sorted_and_names_another_authority() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clue, _) = handed_over(stage).await;
        for who in ["430412.fire.inspector", "430405.psb.head", "430405.samr.head", "hub.auditor"] {
            assert_eq!(refused(decline(stage, who, &clue).await), Refusal::Permission, "{who}");
        }
        done!(stage.desk(INSPECTOR), fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: &*clue });
        let declined = decline(stage, INSPECTOR, &clue).await.unwrap();
        assert_eq!(declined.state, "triaged");
        assert!(entry(stage, INSPECTOR, &clue, &declined.consistency_token).await.is_none());
        let clerk = stage.desk("430405.edu.clerk1");
        let seen = read(&clerk, &clue, &declined.consistency_token).await;
        assert_eq!(seen.stage, "triaged");
        let transfer = seen.transfer.unwrap();
        let words = (transfer.state.as_str(), transfer.reason.as_str(), transfer.suggestion.as_str());
        assert_eq!(words, ("declined", "属房屋安全问题", "住房和城乡建设局"));
        assert_eq!(refused(decline(stage, INSPECTOR, &clue).await), Refusal::Permission);
    });
}

#[test]
fn what_was_accepted_is_neither_passed_on_nor_declined() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clue, _) = handed_over(stage).await;
        let inspector = stage.desk(INSPECTOR);
        done!(inspector, fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: &*clue });
        done!(
            inspector,
            fire.sign_fire_receipt,
            SignFireReceiptRequest { clue_id: &*clue, receipt_number: "消2" }
        );
        done!(inspector, fire.accept_fire_transfer, AcceptFireTransferRequest { clue_id: &*clue });
        let passed_on = forward(stage, INSPECTOR, &clue, &unit("FIRE", BESIDE)).await;
        assert_eq!(law(passed_on), law(decline(stage, INSPECTOR, &clue).await));
    });
}
