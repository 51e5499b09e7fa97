//! What the events and claims of a clue do to the inbox. Never here: clocks.

use domain::actor::{Agency, Unit};
use domain::ids::{OfficerId, UnitId};
use hub::Step;
use hub::project::ProjectError;
use serde::Deserialize;
use wire::convert::OnWire;

use super::entry::Entry;
use super::facts;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "reported" => facts::reported(step),
        "triaged" | "absorbed" => {
            let new = facts::sorted(step)?;
            on_open(step, |entry| entry.urgency = new.urgency.to_wire())
        }
        "obligation-opened" => facts::duty(step, true),
        "obligation-met" => facts::duty(step, false),
        "transferred-other" => transferred(step),
        "transfer-forwarded" => forwarded(step),
        "transfer-receipted" => on_open(step, |entry| {
            "receipted".clone_into(&mut entry.step);
            entry.lease_until = None;
        }),
        "transfer-accepted" => on_open(step, |entry| "accepted".clone_into(&mut entry.step)),
        "transfer-declined" => closed(step, "triaged"),
        "feedback-received" => closed(step, "awaiting-feedback"),
        "reporter-informed" => closed(step, "closed"),
        // The rest happens before the transfer or after the answer.
        _ => Ok(()),
    }
}

fn on_open(step: &Step<'_>, change: impl FnOnce(&mut Entry)) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    change(&mut entry);
    Ok(entry.save(step)?)
}

fn closed(step: &Step<'_>, stage: &str) -> Result<(), ProjectError> {
    on_open(step, |entry| {
        entry.open = false;
        entry.lease_until = None;
        stage.clone_into(&mut entry.step);
    })
}

#[derive(Deserialize)]
struct To {
    to: Unit,
}

fn transferred(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    if to.agency == Agency::Fire { offered(step, &to) } else { Ok(()) }
}

fn offered(step: &Step<'_>, to: &Unit) -> Result<(), ProjectError> {
    let Some(urgency) = facts::urgency(step)? else { return Ok(()) };
    Ok(Entry::offered(step, urgency, to, &step.beside()?)?.save(step)?)
}

/// To another fire unit, from another agency to a fire unit, or away from fire.
fn forwarded(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    match (Entry::load_open(step)?, to.agency == Agency::Fire) {
        (Some(mut entry), true) => {
            entry.moved(step, &to, &step.beside()?)?;
            Ok(entry.save(step)?)
        }
        (Some(_), false) => closed(step, "transferred-other"),
        (None, true) => offered(step, &to),
        (None, false) => Ok(()),
    }
}

#[derive(Deserialize)]
struct Claim {
    by: OfficerId,
    unit: Option<UnitId>,
}

/// The police claim a mandatory report in the same stream, so the unit must be the entry's.
pub(super) fn claim(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let claim: Claim = step.body()?;
    let holds = entry.claimed_by.as_deref() == Some(claim.by.as_str());
    match name {
        "taken" if claim.unit.is_some_and(|unit| unit.as_str() == entry.to) => {
            entry.claimed_by = Some(claim.by.to_string());
            entry.lease_until = None;
        }
        "released" | "lapsed" if holds => entry.let_go(),
        _ => return Ok(()),
    }
    Ok(entry.save(step)?)
}
