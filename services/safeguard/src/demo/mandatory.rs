//! Story A, the mandatory report: a kindergarten teacher sees a beaten child of five. The law makes it U1 and opens the
//! duty to report to the police, which no education officer can lower; nobody claims it, clocks warn and escalate; two
//! officers claim at once and one wins; the receipt meets the duty; the teacher is told (MPL art. 11; 高检发〔2020〕9号).

use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use tonic::{Response, Status};
use wire::convert::timestamp;
use wire::v1::inform_reporter_request::Outcome;
use wire::v1::{self, Category, Channel, Harm, Minor, TransferOutcome, Urgency};

use crate::world::{COUNTY, Desk, said};

use super::act::Act;
use super::stage::{Sight, Stage, request_id};
use super::tale;

/// The clock of the duty to report.
const DUTY: &str = "police-report";

/// Plays it.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    stage.screen.heading("甲 强制报告：受伤的孩子", "A  Mandatory report: a child is hurt")?;
    let clue = report(stage).await?;
    sort(stage, &clue).await?;
    silence(stage, &clue).await?;
    let holder = claim(stage, &clue).await?;
    answer(stage, &clue, &holder).await?;
    stage.catch_up();
    Ok(())
}

/// Leaves one report in the queue, for whoever signs in afterwards.
pub(super) async fn leave(stage: &Stage) -> anyhow::Result<()> {
    stage.screen.heading("丁 等您来认领的报告", "D  A report that waits for you")?;
    report(stage).await.map(|_| ())
}

fn told(stage: &Stage) -> anyhow::Result<v1::ReportClueRequest> {
    let kindergarten = stage.premises("kindergarten")?;
    Ok(v1::ReportClueRequest {
        request_id: request_id(),
        channel: Channel::School as i32,
        category: Category::MinorAbuse as i32,
        situation: 4,
        urgency: Urgency::U3 as i32,
        minor: Minor::Under14 as i32,
        harm: vec![Harm::Injury as i32],
        division: COUNTY.to_owned(),
        institution: kindergarten,
        received_at: Some(timestamp(stage.now())),
        narrative: tale::ABUSE.to_owned(),
        place: tale::HOME.to_owned(),
        reporter: Some(tale::teacher()),
        persons: vec![tale::child(), tale::relative()],
        ..Default::default()
    })
}

async fn report(stage: &Stage) -> anyhow::Result<String> {
    let clerk = stage.desk("edu.clerk1")?;
    let request = told(stage)?;
    let from = stage.queue.so_far();
    let sent = Instant::now();
    let answer = clerk.education().report_clue(request).await;
    let answer =
        answer.map_err(|status| anyhow!("the report was refused: {}", said(&status, stage.screen.lang())))?;
    let answer = answer.into_inner();
    if answer.urgency() != Urgency::U1 || !answer.call_110 {
        bail!("a child under 14 is hurt, and the hub did not make it U1 with the duty to report");
    }
    let receipt = answer.receipt.context("a report without receipt")?;
    let act = Act::new(
        "clue.reported",
        &clerk,
        "登记园方报告，按一般（三级）提出：依法升为一级，报警义务成立。先打110！",
        "writes down what a kindergarten reports, as U3. The law makes it U1 and opens the duty to report: call 110 first!",
    );
    stage.show(act, &receipt).await?;
    let sight = Sight { step: "queue.offered", matter: &answer.clue_id, from, since: Some(sent) };
    stage.seen(sight, |entry| entry.claimed_by.is_empty()).await?;
    Ok(answer.clue_id)
}

/// The call, the attempt to lower it, and the way to the police.
async fn sort(stage: &Stage, clue: &str) -> anyhow::Result<()> {
    let (clerk, leader) = (stage.desk("edu.clerk1")?, stage.desk("edu.leader")?);
    let call = v1::RecordCallRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        call_number: format!("110-{}", hub::mint::beijing_day(stage.now()).strftime("%Y%m%d-0042")),
        ..Default::default()
    };
    let act = Act::new(
        "call.recorded",
        &clerk,
        "记下110接警编号；义务仍在，签收才算",
        "notes the 110 call. The duty stays open until the police sign",
    );
    stage.done(act, clerk.education().record_call(call).await).await?;

    let sorted = |urgency: Urgency| v1::TriageClueRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        category: Category::MinorAbuse as i32,
        urgency: urgency as i32,
        minor: Minor::Under14 as i32,
        harm: vec![Harm::Injury as i32],
        ..Default::default()
    };
    let act = Act::new("downgrade.refused", &clerk, "想降为三级", "tries to lower it to U3");
    let answer = clerk.education().triage_clue(sorted(Urgency::U3)).await;
    stage.refused(act, (clue, "CANNOT_DOWNGRADE"), answer).await?;
    let act = Act::new("clue.triaged", &clerk, "按一级分流", "sorts it as U1");
    stage.done(act, clerk.education().triage_clue(sorted(Urgency::U1)).await).await?;

    let transfer = v1::TransferClueToPoliceRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        ..Default::default()
    };
    let act =
        Act::new("clue.police-transferred", &clerk, "立即转交公安机关", "hands it to the police at once");
    stage.done(act, clerk.education().transfer_clue_to_police(transfer).await).await?;
    let confirm = v1::ConfirmTransferRequest {
        request_id: request_id(),
        clue_id: clue.to_owned(),
        ..Default::default()
    };
    let act = Act::new("transfer.confirmed", &leader, "补签确认紧急转交", "confirms the urgent transfer");
    stage.done(act, leader.education().confirm_transfer(confirm).await).await.map(|_| ())
}

/// Half an hour in which nobody claims: nothing is ever silent.
async fn silence(stage: &Stage, clue: &str) -> anyhow::Result<()> {
    for (step, percent) in [("clock.warned-50", 50), ("clock.warned-80", 80), ("clock.breached", 100)] {
        let from = stage.queue.so_far();
        stage.ring(step, clue, DUTY, percent).await?;
        let level = match percent {
            50 => 1,
            80 => 2,
            _ => 3,
        };
        let sight = Sight { step: "queue.escalated", matter: clue, from, since: None };
        stage.seen(sight, |entry| entry.escalation >= level).await?;
    }
    Ok(())
}

type Claimed = Result<Response<v1::ClaimEntryResponse>, Status>;

async fn take(desk: &Desk, clue: &str) -> Claimed {
    let request =
        v1::ClaimEntryRequest { request_id: request_id(), matter: clue.to_owned(), ..Default::default() };
    desk.police().claim_entry(request).await
}

/// Two officers claim at once; answers the desk of the one who won.
async fn claim(stage: &Stage, clue: &str) -> anyhow::Result<Desk> {
    let (one, other) = (stage.desk("psb.duty1")?, stage.desk("psb.duty2")?);
    let from = stage.queue.so_far();
    let (first, second) = tokio::join!(take(&one, clue), take(&other, clue));
    let ((winner, won), (loser, lost)) = match (&first, &second) {
        (Ok(_), Err(_)) => ((one, first), (other, second)),
        (Err(_), Ok(_)) => ((other, second), (one, first)),
        (Ok(_), Ok(_)) => bail!("both officers were told that they hold the entry"),
        (Err(status), Err(_)) => bail!("neither claim was done: {}", said(status, stage.screen.lang())),
    };
    let act = Act::new(
        "entry.claimed",
        &winner,
        "与同事同时认领：认领成功",
        "claims it at the same time as a colleague, and holds it",
    );
    stage.done(act, won).await?;
    let act = Act::new("claim.refused", &loser, "同一时刻认领：", "claims at the same moment:");
    stage.refused(act, (clue, "ALREADY_CLAIMED"), lost).await?;
    let sight = Sight { step: "queue.claimed", matter: clue, from, since: None };
    stage.seen(sight, |entry| entry.claimed_by == winner.account.id).await?;
    Ok(winner)
}

/// Receipt, acceptance, answer, and word to the teacher.
async fn answer(stage: &Stage, clue: &str, holder: &Desk) -> anyhow::Result<()> {
    let matter = clue.to_owned();
    let sign = v1::SignReceiptRequest {
        request_id: request_id(),
        matter: matter.clone(),
        receipt_number: stage.number("衡公珠受回执", 208),
        ..Default::default()
    };
    let act = Act::new(
        "receipt.signed",
        holder,
        "签收：报警义务完成",
        "signs the receipt: the duty to report is met",
    );
    stage.done(act, holder.police().sign_receipt(sign).await).await?;
    let accept =
        v1::AcceptTransferRequest { request_id: request_id(), clue_id: matter.clone(), ..Default::default() };
    let act = Act::new("transfer.accepted", holder, "受理", "accepts the case");
    stage.done(act, holder.police().accept_transfer(accept).await).await?;
    let feedback = v1::GiveFeedbackRequest {
        request_id: request_id(),
        matter: matter.clone(),
        outcome: TransferOutcome::FiledCriminal as i32,
        text: tale::ANSWER.to_owned(),
        ..Default::default()
    };
    let act = Act::new("feedback.given", holder, "反馈：已刑事立案", "answers: a criminal case is filed");
    stage.done(act, holder.police().give_feedback(feedback).await).await?;
    let clerk = stage.desk("edu.clerk1")?;
    let inform = v1::InformReporterRequest {
        request_id: request_id(),
        clue_id: matter,
        outcome: Some(Outcome::Text(tale::TOLD.to_owned())),
        ..Default::default()
    };
    let act = Act::new(
        "reporter.informed",
        &clerk,
        "答复报告人，线索办结",
        "tells the teacher; the clue is closed",
    );
    stage.done(act, clerk.education().inform_reporter(inform).await).await.map(|_| ())
}
