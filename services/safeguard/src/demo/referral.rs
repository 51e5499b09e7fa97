//! Story B, the referral under Order 310, first part, at the agency: fraud with prepaid fees found while enforcing, from
//! the clue to the delivery. The head who was of the team may not decide, and no fine takes the place of the referral.

use anyhow::{Context, anyhow};
use wire::convert::timestamp;
use wire::v1::{self, Category, Channel, Conclusion, PaperKind, Urgency};

use crate::world::{COUNTY, said, unit_id};

use super::act::Act;
use super::papers::Sheet;
use super::stage::{Stage, request_id};
use super::{filing, tale};

/// The agency's word in its numbers.
pub(super) const AGENCY: &str = "衡珠教移";

/// Clue and referral.
pub(super) struct Matter {
    pub(super) clue: String,
    pub(super) referral: String,
}

/// Plays both parts.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    stage.screen.heading("乙 案件移送：预收费诈骗", "B  Referral: fraud with prepaid fees")?;
    let clue = found(stage).await?;
    verified(stage, &clue).await?;
    let matter = drafted(stage, clue).await?;
    decided(stage, &matter).await?;
    filing::play(stage, &matter).await
}

async fn found(stage: &Stage) -> anyhow::Result<String> {
    let clerk = stage.desk("edu.clerk1")?;
    let request = v1::ReportClueRequest {
        request_id: request_id(),
        channel: Channel::Inspection as i32,
        category: Category::FeeFraud as i32,
        urgency: Urgency::U2 as i32,
        division: COUNTY.to_owned(),
        institution: stage.premises("subject-training")?,
        received_at: Some(timestamp(stage.now())),
        narrative: tale::FRAUD.to_owned(),
        reporter: Some(tale::nobody()),
        persons: vec![tale::owner()],
        ..Default::default()
    };
    let act = Act::new(
        "clue.reported",
        &clerk,
        "登记执法检查发现的预收费线索",
        "writes down what an inspection found: prepaid fees are gone",
    );
    let receipt = stage.done(act, clerk.education().report_clue(request).await).await?;
    let clue = receipt.stream;
    let triage = v1::TriageClueRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        category: Category::FeeFraud as i32,
        urgency: Urgency::U2 as i32,
        minor: v1::Minor::None as i32,
        ..Default::default()
    };
    let act = Act::new("clue.triaged", &clerk, "分流：二级", "sorts it: U2");
    stage.done(act, clerk.education().triage_clue(triage).await).await?;
    let assign = v1::AssignClueRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        to_unit_id: unit_id(domain::actor::Agency::Education, COUNTY),
        ..Default::default()
    };
    let act =
        Act::new("clue.assigned", &clerk, "分派给本局执法", "assigns it to the bureau's own enforcement");
    stage.done(act, clerk.education().assign_clue(assign).await).await?;
    Ok(clue)
}

async fn verified(stage: &Stage, clue: &str) -> anyhow::Result<()> {
    let (handler, leader) = (stage.desk("edu.handler")?, stage.desk("edu.leader")?);
    let deputy = stage.desk("edu.deputy")?;
    let start = v1::StartVerificationRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        team: vec![handler.account.id.clone(), deputy.account.id.clone()],
        ..Default::default()
    };
    let act = Act::new("verification.started", &handler, "两人执法核查", "verifies it, two officers");
    stage.done(act, handler.education().start_verification(start).await).await?;
    let conclude = v1::ConcludeClueRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        result: Conclusion::Substantiated as i32,
        summary: tale::FINDING.to_owned(),
        ..Default::default()
    };
    let act = Act::new("clue.concluded", &leader, "认定查实", "concludes: it holds");
    stage.done(act, leader.education().conclude_clue(conclude).await).await?;
    let case = v1::OpenAdminCaseRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        number: stage.number("衡珠教罚立", 12),
        ..Default::default()
    };
    let act = Act::new("admin-case.opened", &handler, "行政立案", "opens an administrative case");
    stage.done(act, handler.education().open_admin_case(case).await).await.map(|_| ())
}

/// The draft of a team of two, and the fine that may not take its place.
async fn drafted(stage: &Stage, clue: String) -> anyhow::Result<Matter> {
    let (handler, deputy) = (stage.desk("edu.handler")?, stage.desk("edu.deputy")?);
    let draft = v1::DraftReferralRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        number: stage.number("衡珠教移立", 6),
        team: vec![handler.account.id.clone(), deputy.account.id.clone()],
        charges: vec!["266".to_owned()],
        facts: tale::FACTS.to_owned(),
        ..Default::default()
    };
    let answer = handler.education().draft_referral(draft).await;
    let answer =
        answer.map_err(|status| anyhow!("the draft was refused: {}", said(&status, stage.screen.lang())))?;
    let answer = answer.into_inner();
    let referral = answer.referral_id.clone();
    let opened = answer.receipt.context("a draft without receipt")?;
    let act = Act::new(
        "referral.drafted",
        &handler,
        "涉嫌诈骗罪（刑法第266条）：成立两人专案组，起草移送",
        "suspects fraud (Criminal Law art. 266): a team of two drafts the referral",
    );
    let (state, _) = stage.matter(&referral, &opened.consistency_token).await?;
    let drafted = v1::CommandReceipt { stream: referral.clone(), state, ..v1::CommandReceipt::default() };
    stage.show(act, &drafted).await?;
    let fine = v1::DecideFineRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        number: stage.number("衡珠教罚", 12),
        fen: 5_000_000,
        ..Default::default()
    };
    let act = Act::new(
        "fine.refused",
        &handler,
        "想先罚款五万元了事",
        "tries to settle it with a fine of 50,000 yuan",
    );
    stage
        .refused(act, (&clue, "FINE_INSTEAD_OF_REFERRAL"), handler.education().decide_fine(fine).await)
        .await?;
    Ok(Matter { clue, referral })
}

/// Report to the head; the head of the team may not decide, the other may.
async fn decided(stage: &Stage, matter: &Matter) -> anyhow::Result<()> {
    let (handler, deputy, head) =
        (stage.desk("edu.handler")?, stage.desk("edu.deputy")?, stage.desk("edu.head")?);
    let number = stage.number("衡珠教移报", 6);
    let sheet = Sheet { kind: PaperKind::Report, number: number.clone(), text: tale::FACTS };
    let report = stage.upload(&handler, &matter.referral, sheet).await?;
    let submit = v1::SubmitReferralRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number,
        papers: vec![report],
        ..Default::default()
    };
    let act = Act::new(
        "referral.submitted",
        &handler,
        "书面报告报负责人审批",
        "submits the written report to the head",
    );
    stage.done(act, handler.education().submit_referral(submit).await).await?;
    let approve = || v1::ApproveReferralRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number: stage.number("衡珠教批", 3),
        ..Default::default()
    };
    let act = Act::new(
        "approval.refused",
        &deputy,
        "（专案组成员）想自己批准",
        "(of the team) tries to approve it",
    );
    let answer = deputy.education().approve_referral(approve()).await;
    stage.refused(act, (&matter.referral, "APPROVER_IN_TEAM"), answer).await?;
    let act = Act::new("referral.approved", &head, "批准移送", "approves the referral");
    stage.done(act, head.education().approve_referral(approve()).await).await.map(|_| ())
}
