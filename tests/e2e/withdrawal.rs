//! A filed case is withdrawn (S14; MPS 2020 art. 189): the agency is told within three days, and only then does the
//! matter end, with an outcome or back with the agency. Never here: the way to the filing (`referral`).

use wire::{Refusal, v1};

use crate::acts::{ask, done, read};
use crate::follow::Follower;
use crate::papers::paper;
use crate::referral::{at_the_police, fine, stage_of};
use crate::stage::{NEIGHBOURS, Shared, Stage, fields, law, play, play_alone, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
const NOTICE: &str = "referral-withdrawal-notice";

/// A clue and its referral, which the police have filed.
async fn filed(stage: &Stage) -> (String, String) {
    let (clue, referral) = at_the_police(stage).await;
    let head = stage.desk("430405.psb.head");
    let decision = paper(&head, &referral, v1::PaperKind::Decision, "立案决定书").await;
    let filed = done!(
        head,
        police.file_case,
        FileCaseRequest { referral_id: &*referral, number: "蒸公立〔2026〕3号", paper: decision }
    );
    assert_eq!(filed.state, "filed");
    (clue, referral)
}

async fn withdraw(
    stage: &Stage,
    who: &str,
    referral: &str,
    reason: v1::WithdrawalReason,
) -> Result<v1::WithdrawCaseResponse, tonic::Status> {
    let number = "蒸公撤〔2026〕1号";
    ask!(
        stage.desk(who),
        police.withdraw_case,
        WithdrawCaseRequest { referral_id: referral, number: number, reason: reason }
    )
}

async fn notify(stage: &Stage, referral: &str) -> Result<v1::NotifyWithdrawalResponse, tonic::Status> {
    let duty = stage.desk("430405.psb.duty1");
    let number = "蒸公撤告〔2026〕1号";
    ask!(duty, police.notify_withdrawal, NotifyWithdrawalRequest { referral_id: referral, number: number })
}

async fn conclude(stage: &Stage, referral: &str) -> Result<v1::ConcludeCaseResponse, tonic::Status> {
    ask!(
        stage.desk("430405.psb.head"),
        police.conclude_case,
        ConcludeCaseRequest {
            referral_id: referral, number: "蒸公结〔2026〕2号", outcome: "撤销案件"
        }
    )
}

async fn take_back(stage: &Stage, referral: &str) -> Result<v1::AcceptReturnResponse, tonic::Status> {
    let handler = stage.desk("430405.edu.handler");
    ask!(
        handler,
        education.accept_return,
        AcceptReturnRequest { referral_id: referral, number: "蒸教移接〔2026〕1号" }
    )
}

/// Withdrawn by the officer who signed for it; the notice is due.
async fn withdrawn(stage: &Stage, referral: &str) {
    let by = async |who: &str, reason| withdraw(stage, who, referral, reason).await;
    let reason = v1::WithdrawalReason::NoCriminalFacts;
    assert_eq!(fields(by("430405.psb.duty1", v1::WithdrawalReason::Unspecified).await), ["reason"]);
    for who in ["430405.edu.handler", "430412.psb.duty1", "430405.proc.prosecutor", "hub.auditor"] {
        assert_eq!(refused(by(who, reason).await), Refusal::Permission, "{who}");
    }
    assert_eq!(law(notify(stage, referral).await), "NOT_HERE");
    let receipt = by("430405.psb.duty1", reason).await.unwrap().receipt.unwrap();
    assert_eq!(receipt.state, "case-withdrawn");
    let shown = stage_of(stage, referral, &receipt.consistency_token).await;
    let due = shown.clocks.iter().find(|clock| clock.rule == NOTICE).unwrap();
    assert_eq!(due.status(), v1::ClockStatus::Running);
    assert_eq!(law(by("430405.psb.duty1", reason).await), "NOT_HERE");
    assert_eq!(law(conclude(stage, referral).await), "WITHDRAWAL_NOT_NOTIFIED");
    assert_eq!(law(take_back(stage, referral).await), "WITHDRAWAL_NOT_NOTIFIED");
}

/// The agency is told, once, and sees both documents.
async fn told(stage: &Stage, referral: &str) {
    let receipt = notify(stage, referral).await.unwrap().receipt.unwrap();
    assert_eq!(receipt.state, "case-withdrawn");
    assert_eq!(law(notify(stage, referral).await), "ALREADY_NOTIFIED");
    let shown = stage_of(stage, referral, &receipt.consistency_token).await;
    let due = shown.clocks.iter().find(|clock| clock.rule == NOTICE).unwrap();
    assert_eq!((due.status(), due.on_time), (v1::ClockStatus::Stopped, true));
    let numbers: Vec<&str> = shown.documents.iter().map(|document| document.number.as_str()).collect();
    assert!(numbers.ends_with(&["蒸公撤〔2026〕1号", "蒸公撤告〔2026〕1号"]), "{numbers:?}");
}

#[test]
fn a_withdrawn_case_is_concluded_once_the_agency_was_told() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (_, referral) = filed(stage).await;
        withdrawn(stage, &referral).await;
        told(stage, &referral).await;
        let ended = conclude(stage, &referral).await.unwrap().receipt.unwrap();
        let shown = stage_of(stage, &referral, &ended.consistency_token).await;
        assert_eq!((shown.stage.as_str(), shown.outcome.as_str()), ("concluded", "撤销案件"));
        assert!(shown.clocks.iter().all(|clock| clock.status() == v1::ClockStatus::Stopped));
        assert_eq!(law(take_back(stage, &referral).await), "NOT_HERE", "an end is an end");
    });
}

#[test]
fn a_withdrawn_case_comes_back_to_the_agency_and_may_then_be_fined() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clue, referral) = filed(stage).await;
        withdrawn(stage, &referral).await;
        assert_eq!(law(fine(stage, &clue).await), "FINE_INSTEAD_OF_REFERRAL");
        told(stage, &referral).await;
        let back = take_back(stage, &referral).await.unwrap().receipt.unwrap();
        assert_eq!(back.state, "returned-for-admin");
        let heard = Follower::of(stage, &clue)
            .await
            .until(|heard| heard.kind == "clue.referral-ended" && heard.data["filed"] == false)
            .await;
        let fined = fine(stage, &clue).await.unwrap().receipt.unwrap();
        let seen = read(&stage.desk("430405.edu.clerk1"), &clue, &fined.consistency_token).await;
        assert_eq!(seen.fine_fen, 500_000, "after {}", heard.token);
        assert_eq!(law(conclude(stage, &referral).await), "NOT_HERE", "an end is an end");
    });
}

#[test]
fn a_withdrawal_that_nobody_tells_of_is_told_to_those_above() {
    play_alone(NEIGHBOURS, async |stage| {
        let (_, referral) = filed(stage).await;
        withdraw(stage, "430405.psb.duty1", &referral, v1::WithdrawalReason::TimeBarred).await.unwrap();
        let mut clocks = Follower::of(stage, &referral).await;
        stage.advance(4 * 24 * 60);
        let breach = clocks.rung(NOTICE, None).await;
        assert!(!breach.data["told"].as_array().unwrap().is_empty());
        // The breach blocks nothing: the notice still may and must be given.
        let late = notify(stage, &referral).await.unwrap().receipt.unwrap();
        let shown = stage_of(stage, &referral, &late.consistency_token).await;
        let due = shown.clocks.iter().find(|clock| clock.rule == NOTICE).unwrap();
        assert_eq!((due.status(), due.on_time), (v1::ClockStatus::Stopped, false));
    });
}
