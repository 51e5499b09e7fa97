//! What the events of a referral do to the queue. Never here: clues, claims, clocks.

use domain::actor::Unit;
use domain::category::Urgency;
use domain::ids::UnitId;
use hub::Step;
use hub::project::ProjectError;
use serde::Deserialize;
use wire::convert::OnWire;
use wire::v1::MatterKind;

use super::entry::{Entry, Offer};
use super::facts;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "drafted" => facts::drafted(step),
        "delivered" => delivered(step),
        "fell-back" => fell_back(step),
        "receipted" => receipted(step),
        "forwarded" => forwarded(step),
        "supplement-requested" => back(step, "supplement-requested"),
        "supplemented" => back(step, "receipted"),
        "not-police-matter" => left(step, "not-police-matter", "declined"),
        "not-filed" => left(step, "not-filed", "ended"),
        "reconsideration-requested" => back(step, "reconsidering"),
        "reconsideration-upheld" => left(step, "not-filed-upheld", "ended"),
        "supervision-opened" => back(step, "filing-supervision"),
        "reasons-given" => left(step, "filing-supervision", "ended"),
        "filing-ordered" => back(step, "ordered-to-file"),
        "filed" => back(step, "filed"),
        "handed-over" => back(step, "handed-over"),
        "withdrawn" => back(step, "case-withdrawn"),
        "withdrawal-notified" => left(step, "case-withdrawn", "ended"),
        "returned-for-admin" => left(step, "returned-for-admin", "ended"),
        "concluded" => left(step, "concluded", "ended"),
        // Drafting and decision are the agency's; suggestions, accepted reasons and words change no queue.
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
struct To {
    to: Unit,
}

/// A referral counts as U2 unless its clue is U1.
fn delivered(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    let Some(mut facts) = facts::of(step.tables, step.matter())? else { return Ok(()) };
    if let Some(clue) = &facts.clue
        && let Some(clue) = facts::of(step.tables, clue)?
        && clue.urgency == Urgency::U1.to_wire()
    {
        facts.urgency = clue.urgency;
    }
    let from = facts.unit.clone();
    let offer = Offer { kind: MatterKind::Referral, facts, from, to: &to };
    let mut entry = Entry::offered(step, offer, &step.beside()?)?;
    entry.handed = true;
    Ok(entry.save(step)?)
}

fn fell_back(step: &Step<'_>) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let To { to } = step.body()?;
    entry.fell_back(step, &to)?;
    Ok(entry.save(step)?)
}

#[derive(Deserialize)]
struct Signed {
    unit: UnitId,
}

fn receipted(step: &Step<'_>) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let Signed { unit } = step.body()?;
    let beside = step.beside()?;
    entry.settled(step, unit.as_str(), &beside)?;
    entry.signed(&beside);
    Ok(entry.save(step)?)
}

fn forwarded(step: &Step<'_>) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let To { to } = step.body()?;
    entry.moved(step, &to, &step.beside()?)?;
    Ok(entry.save(step)?)
}

/// The police are to act, or hold the case, at this stage.
fn back(step: &Step<'_>, stage: &str) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load(step)? else { return Ok(()) };
    entry.handed = true;
    stage.clone_into(&mut entry.step);
    Ok(entry.save(step)?)
}

/// The police have answered; it is on the queue no longer.
fn left(step: &Step<'_>, stage: &str, why: &str) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load(step)? else { return Ok(()) };
    stage.clone_into(&mut entry.step);
    entry.closed(why, &step.beside()?.by.officer);
    Ok(entry.save(step)?)
}
