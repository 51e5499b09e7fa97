//! Story C, a fire complaint: a blocked exit is handed to the fire service, checked within 24 hours and answered
//! (消防监督检查规定 art. 15).

use domain::actor::Agency;
use wire::convert::timestamp;
use wire::v1::inform_reporter_request::Outcome;
use wire::v1::{self, Category, Channel, PaperKind, TransferOutcome, Urgency};

use crate::world::{COUNTY, unit_id};

use super::act::Act;
use super::papers::Sheet;
use super::stage::{Stage, request_id};
use super::tale;

/// Plays it.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    stage.screen.heading("丙 消防举报：堵死的通道", "C  Fire complaint: a blocked exit")?;
    let clue = sent(stage).await?;
    answered(stage, &clue).await?;
    let clerk = stage.desk("edu.clerk1")?;
    let inform = v1::InformReporterRequest {
        request_id: request_id(),
        clue_id: clue,
        outcome: Some(Outcome::NoContact("匿名举报，未留联系方式".to_owned())),
        ..Default::default()
    };
    let act =
        Act::new("clue.closed", &clerk, "匿名举报，注明理由后办结", "closes it: the caller left no name");
    stage.done(act, clerk.education().inform_reporter(inform).await).await.map(|_| ())
}

async fn sent(stage: &Stage) -> anyhow::Result<String> {
    let (clerk, leader) = (stage.desk("edu.clerk1")?, stage.desk("edu.leader")?);
    let request = v1::ReportClueRequest {
        request_id: request_id(),
        channel: Channel::Phone as i32,
        category: Category::FireExit as i32,
        urgency: Urgency::U2 as i32,
        division: COUNTY.to_owned(),
        institution: stage.premises("non-subject-training")?,
        received_at: Some(timestamp(stage.now())),
        narrative: tale::BLOCKED.to_owned(),
        reporter: Some(tale::nobody()),
        ..Default::default()
    };
    let act = Act::new(
        "clue.reported",
        &clerk,
        "登记匿名来电：疏散通道被堵",
        "writes down a call: an exit is blocked",
    );
    let clue = stage.done(act, clerk.education().report_clue(request).await).await?.stream;
    let triage = v1::TriageClueRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        category: Category::FireExit as i32,
        urgency: Urgency::U2 as i32,
        minor: v1::Minor::None as i32,
        ..Default::default()
    };
    let act = Act::new("clue.triaged", &clerk, "分流：二级", "sorts it: U2");
    stage.done(act, clerk.education().triage_clue(triage).await).await?;
    let sheet =
        Sheet { kind: PaperKind::Letter, number: stage.number("衡珠教转", 27), text: "线索转交函" };
    let letter = stage.upload(&leader, &clue, sheet).await?;
    let transfer = v1::TransferClueToAgencyRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        to_unit_id: unit_id(Agency::Fire, COUNTY),
        papers: vec![letter],
        ..Default::default()
    };
    let act = Act::new("clue.transferred-other", &leader, "转交消防救援机构", "hands it to the fire service");
    stage.done(act, leader.education().transfer_clue_to_agency(transfer).await).await?;
    Ok(clue)
}

async fn answered(stage: &Stage, clue: &str) -> anyhow::Result<()> {
    let inspector = stage.desk("fire.inspector")?;
    let clue_id = clue.to_owned();
    let claim = v1::ClaimFireTransferRequest {
        request_id: request_id(),
        clue_id: clue_id.clone(),
        ..Default::default()
    };
    let act = Act::new("entry.claimed", &inspector, "认领", "claims it");
    stage.done(act, inspector.fire().claim_fire_transfer(claim).await).await?;
    let sign = v1::SignFireReceiptRequest {
        request_id: request_id(),
        clue_id: clue_id.clone(),
        receipt_number: stage.number("衡珠消收", 64),
        ..Default::default()
    };
    let act = Act::new("receipt.signed", &inspector, "签收", "signs the receipt");
    stage.done(act, inspector.fire().sign_fire_receipt(sign).await).await?;
    let accept = v1::AcceptFireTransferRequest {
        request_id: request_id(),
        clue_id: clue_id.clone(),
        ..Default::default()
    };
    let act = Act::new(
        "transfer.accepted",
        &inspector,
        "受理，24小时内实地核查",
        "accepts it, to be checked within 24 hours",
    );
    stage.done(act, inspector.fire().accept_fire_transfer(accept).await).await?;
    let feedback = v1::GiveFireFeedbackRequest {
        request_id: request_id(),
        clue_id,
        outcome: TransferOutcome::Handled as i32,
        text: tale::CLEARED.to_owned(),
        ..Default::default()
    };
    let act = Act::new("feedback.given", &inspector, "反馈：通道已清除", "answers: the exit is clear again");
    stage.done(act, inspector.fire().give_fire_feedback(feedback).await).await.map(|_| ())
}
