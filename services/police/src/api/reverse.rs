//! Sending a reverse referral. Never here: what the agency does with it.

use domain::division::DivisionCode;
use domain::ids::{ReferralId, ReverseId};
use domain::reverse_referral::{Command, ReverseRule, Sent};
use hub::call::{Call, receipt, stream_of};
use hub::project::Revision;
use hub::{Attached, Hub, mint, refuse};
use jiff::civil::Date;
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::command::unit;

pub(super) async fn send(
    hub: &Hub,
    request: Request<v1::SendReverseReferralRequest>,
) -> Result<v1::SendReverseReferralResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let known = Attached::of(hub, &request, &request.get_ref().papers).await?;
    let asked = request.into_inner();
    let today = mint::beijing_day(hub.time.now());
    let referral: Option<ReferralId> = faults.optional_id("referral_id", &asked.referral_id);
    let to = unit(hub, &mut faults, "to_unit_id", &asked.to_unit_id);
    let division = faults.division("division", &asked.division, today);
    let number = faults.id("number", &asked.number);
    let facts = faults.personal("facts", &asked.facts, 4_000);
    let papers = known.papers("papers", &asked.papers, &mut faults);
    let built = call.zip(to).zip(division.zip(number)).zip(facts.zip(papers));
    let (((call, to), (division, number)), (facts, papers)) = faults.done(built)?;
    let id = minted(hub, &call, division, today).await?;
    // Under the referral's case, when there is one: an erasure finds this stream through it.
    let case = referral.as_ref().map_or(id.as_str(), ReferralId::as_str);
    let facts = hub.sealed(case, "facts", &facts)?;
    let from = call.actor().unit.clone();
    let sent = Sent { id: id.clone(), referral, division, from, to, number, facts, papers };
    let order = call.order(Command::Send(Box::new(sent)));
    let handled = hub.handle::<ReverseRule>(&stream_of(&id)?, &order).await.map_err(refuse::handle)?;
    Ok(v1::SendReverseReferralResponse {
        receipt: receipt::<ReverseRule>(&handled),
        reverse_id: id.to_string(),
    })
}

/// The id, dated by the day it was first sent: a request repeated after midnight names what it made the day
/// before.
async fn minted(hub: &Hub, call: &Call, division: DivisionCode, today: Date) -> Result<ReverseId, Refusal> {
    if let Some(occurred) = call.occurred {
        return Ok(mint::reverse_id(call.id, division, mint::beijing_day(occurred)));
    }
    if let Ok(yesterday) = today.yesterday() {
        let id = mint::reverse_id(call.id, division, yesterday);
        let history = hub.log.read(&stream_of(&id)?, Revision::FIRST).await;
        if !history.map_err(|error| refuse::handle(error.into()))?.is_empty() {
            return Ok(id);
        }
    }
    Ok(mint::reverse_id(call.id, division, today))
}
