//! Story B, second part: delivery to the police of the same level, receipt, supplement, filing, hand-over, outcome; and
//! the clue learns how it ended.

use std::time::Instant;

use anyhow::Context;
use wire::cloud;
use wire::cloudevents::CloudEvent;
use wire::v1::inform_reporter_request::Outcome;
use wire::v1::{self, PaperKind};

use crate::world::Desk;

use super::act::Act;
use super::papers::Sheet;
use super::referral::{AGENCY, Matter};
use super::screen::{End, Line};
use super::stage::{Sight, Stage, request_id};
use super::tale;

/// Plays it.
pub(super) async fn play(stage: &Stage, matter: &Matter) -> anyhow::Result<()> {
    deliver(stage, matter).await?;
    let holder = receive(stage, matter).await?;
    supplement(stage, matter, &holder).await?;
    file(stage, matter).await?;
    end(stage, matter, &holder).await
}

async fn deliver(stage: &Stage, matter: &Matter) -> anyhow::Result<()> {
    let handler = stage.desk("edu.handler")?;
    let number = stage.number(AGENCY, 3);
    let mut papers = Vec::new();
    for (kind, number, text) in [
        (PaperKind::Letter, number.clone(), "涉嫌犯罪案件移送书（附回执）"),
        (PaperKind::Report, String::new(), tale::FACTS),
        (PaperKind::Items, String::new(), "涉案物品清单：账册六本，合同一百零三份，电脑一台"),
    ] {
        papers.push(stage.upload(&handler, &matter.referral, Sheet { kind, number, text }).await?);
    }
    let request = v1::DeliverReferralRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number,
        papers,
        ..Default::default()
    };
    let from = stage.queue.so_far();
    let sent = Instant::now();
    let answer = handler.education().deliver_referral(request).await;
    let act = Act::new(
        "referral.delivered",
        &handler,
        "移送书、调查报告、涉案物品清单送同级公安机关，抄送检察院",
        "delivers letter, report and list of items to the police of the same level, with a copy to the procuratorate",
    );
    stage.done(act, answer).await?;
    let sight = Sight { step: "queue.offered", matter: &matter.referral, from, since: Some(sent) };
    stage.seen(sight, |entry| entry.claimed_by.is_empty()).await.map(|_| ())
}

async fn receive(stage: &Stage, matter: &Matter) -> anyhow::Result<Desk> {
    let duty = stage.desk("psb.duty2")?;
    let claim = v1::ClaimEntryRequest {
        request_id: request_id(),
        matter: matter.referral.clone(),
        ..Default::default()
    };
    let act = Act::new("entry.claimed", &duty, "认领", "claims it");
    stage.done(act, duty.police().claim_entry(claim).await).await?;
    let number = stage.number("衡公珠受回执", 209);
    let sheet = Sheet { kind: PaperKind::Receipt, number: number.clone(), text: "移送案件回执" };
    let paper = stage.upload(&duty, &matter.referral, sheet).await?;
    let sign = v1::SignReceiptRequest {
        request_id: request_id(),
        matter: matter.referral.clone(),
        receipt_number: number,
        paper: Some(paper),
        ..Default::default()
    };
    let act = Act::new(
        "receipt.signed",
        &duty,
        "在回执上签字，三日审查期开始",
        "signs the receipt; three days to decide begin",
    );
    stage.done(act, duty.police().sign_receipt(sign).await).await?;
    Ok(duty)
}

async fn supplement(stage: &Stage, matter: &Matter, holder: &Desk) -> anyhow::Result<()> {
    let missing =
        v1::MissingPaper { kind: PaperKind::Appraisal as i32, note: "资金流向审计意见".to_owned() };
    let ask = v1::RequestSupplementRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number: stage.number("衡公珠补通", 31),
        missing: vec![missing],
        ..Default::default()
    };
    let act = Act::new(
        "supplement.requested",
        holder,
        "材料不全：书面告知补正，不得因此拒收",
        "asks for what is missing; acceptance may not be refused for it",
    );
    stage.done(act, holder.police().request_supplement(ask).await).await?;
    let handler = stage.desk("edu.handler")?;
    let sheet =
        Sheet { kind: PaperKind::Appraisal, number: String::new(), text: "资金流向专项审计意见" };
    let number = stage.number("衡珠教移补", 6);
    let paper = stage.upload(&handler, &matter.referral, sheet).await?;
    let hand_in = v1::SupplementReferralRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number,
        papers: vec![paper],
        ..Default::default()
    };
    let act = Act::new("referral.supplemented", &handler, "补交审计意见", "hands the audit in");
    stage.done(act, handler.education().supplement_referral(hand_in).await).await.map(|_| ())
}

async fn file(stage: &Stage, matter: &Matter) -> anyhow::Result<()> {
    let head = stage.desk("psb.head")?;
    let number = stage.number("衡公珠立字", 417);
    let sheet = Sheet { kind: PaperKind::Decision, number: number.clone(), text: "立案决定书" };
    let paper = stage.upload(&head, &matter.referral, sheet).await?;
    let file = v1::FileCaseRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number,
        paper: Some(paper),
        ..Default::default()
    };
    let act = Act::new("referral.filed", &head, "决定刑事立案", "files a criminal case");
    stage.done(act, head.police().file_case(file).await).await.map(|_| ())
}

async fn end(stage: &Stage, matter: &Matter, holder: &Desk) -> anyhow::Result<()> {
    let (handler, clerk) = (stage.desk("edu.handler")?, stage.desk("edu.clerk1")?);
    let number = stage.number("衡珠教移交", 6);
    let sheet =
        Sheet { kind: PaperKind::HandOver, number: number.clone(), text: "移交清单（双方签字）" };
    let paper = stage.upload(&handler, &matter.referral, sheet).await?;
    let hand_over = v1::HandOverReferralRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number,
        paper: Some(paper),
        ..Default::default()
    };
    let from = stage.rings.so_far();
    let act = Act::new(
        "referral.handed-over",
        &handler,
        "移交涉案物品，双方签字",
        "hands the items over, both sides sign",
    );
    stage.done(act, handler.education().hand_over_referral(hand_over).await).await?;
    learned(stage, matter, from).await?;
    let conclude = v1::ConcludeCaseRequest {
        request_id: request_id(),
        referral_id: matter.referral.clone(),
        number: stage.number("衡公珠告", 88),
        outcome: "已移送检察机关审查起诉".to_owned(),
        ..Default::default()
    };
    let act = Act::new(
        "referral.concluded",
        holder,
        "通报结果：移送审查起诉",
        "reports the outcome: sent for prosecution",
    );
    stage.done(act, holder.police().conclude_case(conclude).await).await?;
    let inform = v1::InformReporterRequest {
        request_id: request_id(),
        clue_id: matter.clue.clone(),
        outcome: Some(Outcome::NoContact("执法检查中自行发现，无举报人".to_owned())),
        ..Default::default()
    };
    let act =
        Act::new("clue.closed", &clerk, "无举报人可告知，线索办结", "has nobody to tell; the clue is closed");
    stage.done(act, clerk.education().inform_reporter(inform).await).await.map(|_| ())
}

/// The reaction that tells the clue, as a subscriber of the log sees it.
async fn learned(stage: &Stage, matter: &Matter, from: usize) -> anyhow::Result<()> {
    let wanted = |event: &CloudEvent| {
        cloud::word(event, "subject") == matter.clue && event.r#type == "clue.referral-ended"
    };
    let (_, event) = stage.rings.until("the clue's news of its referral", from, wanted).await?;
    let data: serde_json::Value =
        serde_json::from_str(cloud::payload(&event)).context("an event that is no JSON")?;
    anyhow::ensure!(data.get("filed") == Some(&true.into()), "the clue learned of another outcome: {data}");
    let (state, _) = stage.matter(&matter.clue, "").await?;
    let line = Line {
        step: "clue.referral-ended",
        end: End::Education,
        stream: matter.clue.clone(),
        state,
        zh: "线索得知移送结果：已刑事立案".to_owned(),
        en: "The clue learns how its referral ended: a criminal case".to_owned(),
        ..Line::default()
    };
    stage.tell(&line).await
}
