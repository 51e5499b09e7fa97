//! What an officer does with a clue in the inbox: claim, release, sign, accept, forward, decline, answer.
//! Never here: reading.

use std::time::Duration;

use domain::actor::{Agency, Unit};
use domain::clue::{ClueRule, Command};
use domain::ids::{ClueId, UnitId};
use domain::period::Periods;
use hub::call::{receipt, stream_of};
use hub::seal::{SealError, case_subject};
use hub::{Handled, Hub, refuse};
use tonic::Request;
use wire::convert::timestamp;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// The event that starts a lease.
const TAKEN: &str = "claim.taken";

type Done = Handled<domain::clue::State>;

fn receipted(done: &Done) -> Option<v1::CommandReceipt> {
    receipt::<ClueRule>(done)
}

pub(super) async fn claim(
    hub: &Hub,
    request: Request<v1::ClaimFireTransferRequest>,
) -> Result<v1::ClaimFireTransferResponse, Refusal> {
    let done = hub.command::<ClueRule, _>(request, |_, _, _| Some(Command::Claim)).await?;
    let leases =
        Periods::standard().all().iter().filter(|period| period.starts.iter().any(|start| start == TAKEN));
    let running =
        done.state.clue().and_then(|clue| leases.filter_map(|period| clue.clocks().get(&period.id)).next());
    Ok(v1::ClaimFireTransferResponse {
        receipt: receipted(&done),
        lease_until: running.map(|running| timestamp(running.due)),
    })
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
    let id: UnitId = faults.id("to_unit_id", id)?;
    match hub.roster.unit(&id) {
        Ok(Some(entry)) if entry.unit.agency == Agency::Fire => Some(entry.unit.clone()),
        Ok(Some(_) | None) => {
            faults.add("to_unit_id", &Flaw::new("UNIT_UNKNOWN").with("unit", id));
            None
        }
        Err(error) => {
            // Without a fault and without a unit the command is answered as an internal error.
            tracing::error!(%error, "the roster cannot be read");
            None
        }
    }
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
    let subject = case_subject(clue.as_str()).map_err(|error| refuse::internal(&error))?;
    let text = hub.keys.seal(&subject, "feedback", &text).map_err(|error| refused(&error))?;
    let order = call.order(Command::GiveFeedback { outcome, text });
    let done = hub.handle::<ClueRule>(&stream_of(&clue)?, &order).await.map_err(refuse::handle)?;
    Ok(v1::GiveFireFeedbackResponse { receipt: receipted(&done) })
}

/// Without a durable key nothing may be recorded; there may be one when the disk has space again.
fn refused(error: &SealError) -> Refusal {
    if matches!(error, SealError::NoKeys { .. } | SealError::Unavailable { .. }) {
        tracing::error!(%error, "the key store gives no key");
        return Refusal::LogDown { retry_after: Duration::from_secs(2) };
    }
    refuse::internal(error)
}
