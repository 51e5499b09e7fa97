//! What commands on entries share: which rule a matter falls under, looked-up units. Never
//! here: what a single command asks.

use domain::actor::Unit;
use domain::clue::{self, ClueRule};
use domain::ids::ReferralId;
use domain::referral::{self, ReferralRule};
use hub::Hub;
use hub::call::{Call, receipt};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::CommandReceipt;
use wire::violations::{Violation, Violations};

/// The receipt of a command that was done.
pub(super) type Done = Result<Option<CommandReceipt>, Refusal>;

/// Whether the matter of a request is a referral; everything else is judged as a clue.
pub(super) fn is_referral<R: CommandRequest>(request: &Request<R>) -> bool {
    let (_, id) = request.get_ref().matter();
    let prefix = id.trim().split('-').next().unwrap_or_default();
    prefix.eq_ignore_ascii_case(ReferralId::PREFIX)
}

/// Where a clue or a referral may be named, an id that is neither is told so, and not that it should be a
/// clue's.
pub(super) fn either(refusal: Refusal) -> Refusal {
    let Refusal::Shape(found) = refusal else { return refusal };
    let named = |one: Violation| match (one.field.as_str(), one.reason.as_str()) {
        ("matter", "ID_PREFIX") => Violation::new(one.field, &Flaw::new("MATTER_ID")),
        _ => one,
    };
    Refusal::Shape(found.into_iter().map(named).collect())
}

/// A command on a clue.
pub(super) async fn clue<R: CommandRequest>(
    hub: &Hub,
    request: Request<R>,
    shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<clue::Command>,
) -> Done {
    Ok(receipt::<ClueRule>(&hub.command::<ClueRule, R>(request, shape).await?))
}

/// A command on a referral.
pub(super) async fn referral<R: CommandRequest>(
    hub: &Hub,
    request: Request<R>,
    shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<referral::Command>,
) -> Done {
    Ok(receipt::<ReferralRule>(&hub.command::<ReferralRule, R>(request, shape).await?))
}

/// A unit that a request names, as the directory knows it.
pub(super) fn unit(hub: &Hub, faults: &mut Violations, field: &str, id: &str) -> Option<Unit> {
    hub.unit_named(faults, field, id).map(|known| known.unit.clone())
}
