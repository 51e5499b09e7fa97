//! What an officer does with a clue in the inbox: claim, release, sign, accept, forward, decline, answer.
//! Never here: reading.

use domain::actor::{Agency, Unit};
use domain::clue::{ClueRule, Command};
use domain::ids::ClueId;
use hub::answer::lease_until;
use hub::call::{receipt, stream_of};
use hub::{Handled, Hub, refuse};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

type Done = Handled<domain::clue::State>;

fn receipted(done: &Done) -> Option<v1::CommandReceipt> {
    receipt::<ClueRule>(done)
}

pub(super) async fn claim(
    hub: &Hub,
    request: Request<v1::ClaimFireTransferRequest>,
) -> Result<v1::ClaimFireTransferResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |_, _, _| Some(Command::Claim)).await?;
    let lease = done.state.clue().and_then(|clue| lease_until(clue.clocks()));
    Ok(v1::ClaimFireTransferResponse { receipt: receipted(&done), lease_until: lease })
}

pub(super) async fn release(
    hub: &Hub,
    request: Request<v1::ReleaseFireTransferRequest>,
) -> Result<v1::ReleaseFireTransferResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |asked, _, faults| {
        Some(Command::Release { reason: faults.required_text("reason", &asked.reason)? })
    });
    Ok(v1::ReleaseFireTransferResponse { receipt: receipted(&done.await?) })
}

pub(super) async fn sign(
    hub: &Hub,
    request: Request<v1::SignFireReceiptRequest>,
) -> Result<v1::SignFireReceiptResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |asked, _, faults| {
        Some(Command::SignReceipt { number: faults.required_text("receipt_number", &asked.receipt_number)? })
    });
    Ok(v1::SignFireReceiptResponse { receipt: receipted(&done.await?) })
}

pub(super) async fn accept(
    hub: &Hub,
    request: Request<v1::AcceptFireTransferRequest>,
) -> Result<v1::AcceptFireTransferResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |_, _, _| Some(Command::Accept)).await?;
    Ok(v1::AcceptFireTransferResponse { receipt: receipted(&done) })
}

pub(super) async fn forward(
    hub: &Hub,
    request: Request<v1::ForwardFireTransferRequest>,
) -> Result<v1::ForwardFireTransferResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |asked, _, faults| {
        let to = fire_unit(hub, faults, &asked.to_unit_id);
        let reason = faults.required_text("reason", &asked.reason);
        Some(Command::Forward { to: to?, reason: reason? })
    });
    Ok(v1::ForwardFireTransferResponse { receipt: receipted(&done.await?) })
}

/// The fire unit that a request names; a unit of another agency is none of this service's.
fn fire_unit(hub: &Hub, faults: &mut Violations, id: &str) -> Option<Unit> {
    let known = hub.unit_named(faults, "to_unit_id", id)?;
    if known.unit.agency != Agency::Fire {
        faults.add("to_unit_id", &Flaw::new("UNIT_UNKNOWN").with("unit", &known.unit.id));
        return None;
    }
    Some(known.unit.clone())
}

pub(super) async fn decline(
    hub: &Hub,
    request: Request<v1::DeclineFireTransferRequest>,
) -> Result<v1::DeclineFireTransferResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |asked, _, faults| {
        let reason = faults.required_text("reason", &asked.reason);
        let suggestion = faults.required_text("suggestion", &asked.suggestion);
        Some(Command::Decline { reason: reason?, suggestion: suggestion? })
    });
    Ok(v1::DeclineFireTransferResponse { receipt: receipted(&done.await?) })
}

/// The words are sealed only when the whole request is well formed.
pub(super) async fn feedback(
    hub: &Hub,
    request: Request<v1::GiveFireFeedbackRequest>,
) -> Result<v1::GiveFireFeedbackResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let asked = request.into_inner();
    let clue: Option<ClueId> = faults.id("clue_id", &asked.clue_id);
    let outcome = faults.chosen("outcome", asked.outcome);
    let text = faults.personal("text", &asked.text, 1_000);
    let ((call, clue), (outcome, text)) = faults.done(call.zip(clue).zip(outcome.zip(text)))?;
    let text = hub.sealed(clue.as_str(), "feedback", &text)?;
    let order = call.order(Command::GiveFeedback { outcome, text });
    let done = hub.handle::<ClueRule>(&stream_of(&clue)?, &order).await.map_err(refuse::handle)?;
    Ok(v1::GiveFireFeedbackResponse { receipt: receipted(&done) })
}
