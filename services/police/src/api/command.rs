//! What commands on entries share: which rule a matter falls under, looked-up units, sealed words. Never
//! here: what a single command asks.

use std::time::Duration;

use domain::actor::Unit;
use domain::clue::{self, ClueRule};
use domain::ids::{ReferralId, UnitId};
use domain::referral::{self, ReferralRule};
use domain::sealed::Sealed;
use hub::call::{Call, receipt};
use hub::seal::{SealError, case_subject};
use hub::{Hub, refuse};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::CommandReceipt;
use wire::violations::Violations;

/// The receipt of a command that was done.
pub(super) type Done = Result<Option<CommandReceipt>, Refusal>;

/// Whether the matter of a request is a referral; everything else is judged as a clue.
pub(super) fn is_referral<R: CommandRequest>(request: &Request<R>) -> bool {
    let (_, id) = request.get_ref().matter();
    let prefix = id.trim().split('-').next().unwrap_or_default();
    prefix.eq_ignore_ascii_case(ReferralId::PREFIX)
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
    let id: UnitId = faults.id(field, id)?;
    match hub.roster.unit(&id) {
        Ok(Some(entry)) => Some(entry.unit.clone()),
        Ok(None) => {
            faults.add(field, &Flaw::new("UNIT_UNKNOWN").with("unit", id));
            None
        }
        Err(error) => {
            // Without a fault and without a unit the command is answered as an internal error.
            tracing::error!(%error, "the roster cannot be read");
            None
        }
    }
}

/// Words about a matter, sealed under the key of its case.
pub(super) fn sealed(hub: &Hub, matter: &str, field: &str, text: &str) -> Result<Sealed, Refusal> {
    let subject = case_subject(matter).map_err(|error| refuse::internal(&error))?;
    hub.keys.seal(&subject, field, text).map_err(|error| {
        // Without a durable key nothing may be recorded; there may be one when the disk has space again.
        if matches!(error, SealError::NoKeys { .. } | SealError::Unavailable { .. }) {
            tracing::error!(%error, "the key store gives no key");
            Refusal::LogDown { retry_after: Duration::from_secs(2) }
        } else {
            refuse::internal(&error)
        }
    })
}
