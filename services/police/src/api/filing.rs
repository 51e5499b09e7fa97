//! What the police decide on a referral after the receipt: material, filing, withdrawal, outcome. Never here:
//! what the procuratorate does.

use domain::referral::{Command, SupplementPaper};
use hub::{Attached, Hub};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;

use super::command;

/// Papers that one notice may ask for.
const MISSING: usize = 20;

pub(super) async fn request_supplement(
    hub: &Hub,
    request: Request<v1::RequestSupplementRequest>,
) -> Result<v1::RequestSupplementResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        if asked.missing.is_empty() {
            faults.add("missing", &Flaw::new("TOO_FEW").with("count", 0).with("min", 1));
        }
        let missing = faults.each("missing", (&asked.missing, MISSING), |faults, paper| {
            let kind = faults.chosen("kind", paper.kind);
            let note = faults.required_text("note", &paper.note);
            Some(SupplementPaper { kind: kind?, note: note? })
        });
        Some(Command::RequestSupplement { number: number?, missing: missing? })
    })
    .await?;
    Ok(v1::RequestSupplementResponse { receipt })
}

pub(super) async fn file(
    hub: &Hub,
    request: Request<v1::FileCaseRequest>,
) -> Result<v1::FileCaseResponse, Refusal> {
    let known = Attached::of(hub, &request, request.get_ref().paper.as_slice()).await?;
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        let paper = known.paper("paper", asked.paper.as_ref(), faults);
        Some(Command::File { number: number?, paper: paper? })
    })
    .await?;
    Ok(v1::FileCaseResponse { receipt })
}

pub(super) async fn refuse(
    hub: &Hub,
    request: Request<v1::RefuseFilingRequest>,
) -> Result<v1::RefuseFilingResponse, Refusal> {
    let known = Attached::of(hub, &request, request.get_ref().paper.as_slice()).await?;
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        let reason = faults.required_text("reason", &asked.reason);
        let paper = known.paper("paper", asked.paper.as_ref(), faults);
        Some(Command::NotFile { number: number?, reason: reason?, paper: paper? })
    })
    .await?;
    Ok(v1::RefuseFilingResponse { receipt })
}

pub(super) async fn uphold(
    hub: &Hub,
    request: Request<v1::UpholdRefusalRequest>,
) -> Result<v1::UpholdRefusalResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        let reason = faults.required_text("reason", &asked.reason);
        Some(Command::Uphold { number: number?, reason: reason? })
    })
    .await?;
    Ok(v1::UpholdRefusalResponse { receipt })
}

pub(super) async fn withdraw(
    hub: &Hub,
    request: Request<v1::WithdrawCaseRequest>,
) -> Result<v1::WithdrawCaseResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        let reason = faults.chosen("reason", asked.reason);
        Some(Command::Withdraw { number: number?, reason: reason? })
    })
    .await?;
    Ok(v1::WithdrawCaseResponse { receipt })
}

pub(super) async fn notify(
    hub: &Hub,
    request: Request<v1::NotifyWithdrawalRequest>,
) -> Result<v1::NotifyWithdrawalResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        Some(Command::NotifyWithdrawal { number: faults.id("number", &asked.number)? })
    })
    .await?;
    Ok(v1::NotifyWithdrawalResponse { receipt })
}

pub(super) async fn conclude(
    hub: &Hub,
    request: Request<v1::ConcludeCaseRequest>,
) -> Result<v1::ConcludeCaseResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        let outcome = faults.required_text("outcome", &asked.outcome);
        Some(Command::Conclude { number: number?, outcome: outcome? })
    })
    .await?;
    Ok(v1::ConcludeCaseResponse { receipt })
}
