//! What an officer does with an entry: claim, release, sign, accept, forward, decline, answer. Never here:
//! filing.

use domain::clue::{self, ClueRule};
use domain::referral::{self, ReferralRule};
use hub::answer::lease_until;
use hub::call::{Addressed, receipt, stream_of};
use hub::{Attached, Hub, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::command::{self, either, is_referral, unit};

pub(super) async fn claim(
    hub: &Hub,
    request: Request<v1::ClaimEntryRequest>,
) -> Result<v1::ClaimEntryResponse, Refusal> {
    let (receipt, lease) = if is_referral(&request) {
        let handled =
            hub.command::<ReferralRule, _>(request, |_, _, _| Some(referral::Command::Claim)).await?;
        (
            receipt::<ReferralRule>(&handled),
            handled.state.known().and_then(|known| lease_until(known.clocks())),
        )
    } else {
        let handled = hub.command::<ClueRule, _>(request, |_, _, _| Some(clue::Command::Claim));
        let handled = handled.await.map_err(either)?;
        (receipt::<ClueRule>(&handled), handled.state.clue().and_then(|known| lease_until(known.clocks())))
    };
    Ok(v1::ClaimEntryResponse { receipt, lease_until: lease })
}

pub(super) async fn release(
    hub: &Hub,
    request: Request<v1::ReleaseEntryRequest>,
) -> Result<v1::ReleaseEntryResponse, Refusal> {
    let receipt = if is_referral(&request) {
        command::referral(hub, request, |asked, _, faults| {
            Some(referral::Command::Release { reason: faults.required_text("reason", &asked.reason)? })
        })
        .await?
    } else {
        command::clue(hub, request, |asked, _, faults| {
            Some(clue::Command::Release { reason: faults.required_text("reason", &asked.reason)? })
        })
        .await
        .map_err(either)?
    };
    Ok(v1::ReleaseEntryResponse { receipt })
}

pub(super) async fn sign(
    hub: &Hub,
    request: Request<v1::SignReceiptRequest>,
) -> Result<v1::SignReceiptResponse, Refusal> {
    let receipt = if is_referral(&request) {
        let known = Attached::of(hub, &request, request.get_ref().paper.as_slice()).await?;
        command::referral(hub, request, |asked, _, faults| {
            let number = faults.required_text("receipt_number", &asked.receipt_number);
            let paper = known.paper("paper", asked.paper.as_ref(), faults);
            Some(referral::Command::SignReceipt { number: number?, paper: paper? })
        })
        .await?
    } else {
        command::clue(hub, request, |asked, _, faults| {
            faults.must_be_empty("paper", asked.paper.is_none());
            Some(clue::Command::SignReceipt {
                number: faults.required_text("receipt_number", &asked.receipt_number)?,
            })
        })
        .await
        .map_err(either)?
    };
    Ok(v1::SignReceiptResponse { receipt })
}

pub(super) async fn accept(
    hub: &Hub,
    request: Request<v1::AcceptTransferRequest>,
) -> Result<v1::AcceptTransferResponse, Refusal> {
    let receipt = command::clue(hub, request, |_, _, _| Some(clue::Command::Accept)).await?;
    Ok(v1::AcceptTransferResponse { receipt })
}

pub(super) async fn forward(
    hub: &Hub,
    request: Request<v1::ForwardEntryRequest>,
) -> Result<v1::ForwardEntryResponse, Refusal> {
    let receipt = if is_referral(&request) {
        command::referral(hub, request, |asked, _, faults| {
            let to = unit(hub, faults, "to_unit_id", &asked.to_unit_id);
            let number = faults.id("number", &asked.number);
            let reason = faults.required_text("reason", &asked.reason);
            Some(referral::Command::Forward { to: to?, number: number?, reason: reason? })
        })
        .await?
    } else {
        command::clue(hub, request, |asked, _, faults| {
            faults.must_be_empty("number", asked.number.is_empty());
            let to = unit(hub, faults, "to_unit_id", &asked.to_unit_id);
            let reason = faults.required_text("reason", &asked.reason);
            Some(clue::Command::Forward { to: to?, reason: reason? })
        })
        .await
        .map_err(either)?
    };
    Ok(v1::ForwardEntryResponse { receipt })
}

pub(super) async fn decline(
    hub: &Hub,
    request: Request<v1::DeclineEntryRequest>,
) -> Result<v1::DeclineEntryResponse, Refusal> {
    let receipt = if is_referral(&request) {
        command::referral(hub, request, |asked, _, faults| {
            let number = faults.id("number", &asked.number);
            let reason = faults.required_text("reason", &asked.reason);
            let suggestion = faults.required_text("suggestion", &asked.suggestion);
            Some(referral::Command::DeclareNotPolice {
                number: number?,
                reason: reason?,
                suggestion: suggestion?,
            })
        })
        .await?
    } else {
        command::clue(hub, request, |asked, _, faults| {
            faults.must_be_empty("number", asked.number.is_empty());
            let reason = faults.required_text("reason", &asked.reason);
            let suggestion = faults.required_text("suggestion", &asked.suggestion);
            Some(clue::Command::Decline { reason: reason?, suggestion: suggestion? })
        })
        .await
        .map_err(either)?
    };
    Ok(v1::DeclineEntryResponse { receipt })
}

/// The words are sealed only when the whole request is well formed.
pub(super) async fn feedback(
    hub: &Hub,
    request: Request<v1::GiveFeedbackRequest>,
) -> Result<v1::GiveFeedbackResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let of_referral = is_referral(&request);
    let asked = request.into_inner();
    let text = faults.personal("text", &asked.text, 1_000);
    let receipt = if of_referral {
        let matter: Option<<ReferralRule as Addressed>::Id> = faults.id("matter", &asked.matter);
        faults.must_be_empty("outcome", asked.outcome == 0);
        let (call, matter, text) =
            faults.done(call.zip(matter).zip(text).map(|((call, matter), text)| (call, matter, text)))?;
        let text = hub.sealed(matter.as_str(), "feedback", &text)?;
        let order = call.order(referral::Command::GiveFeedback { text });
        receipt::<ReferralRule>(
            &hub.handle::<ReferralRule>(&stream_of(&matter)?, &order).await.map_err(refuse::handle)?,
        )
    } else {
        let matter: Option<<ClueRule as Addressed>::Id> = faults.id("matter", &asked.matter);
        let outcome = faults.chosen("outcome", asked.outcome);
        let built = call.zip(matter).zip(text.zip(outcome));
        let ((call, matter), (text, outcome)) = faults.done(built).map_err(either)?;
        let text = hub.sealed(matter.as_str(), "feedback", &text)?;
        let order = call.order(clue::Command::GiveFeedback { outcome, text });
        receipt::<ClueRule>(
            &hub.handle::<ClueRule>(&stream_of(&matter)?, &order).await.map_err(refuse::handle)?,
        )
    };
    Ok(v1::GiveFeedbackResponse { receipt })
}
