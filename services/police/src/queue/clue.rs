//! What the events of a clue do to the queue. Never here: referrals, claims, clocks.

use domain::actor::{Agency, Unit};
use domain::category::{Category, Urgency};
use hub::Step;
use hub::project::ProjectError;
use serde::Deserialize;
use wire::convert::OnWire;
use wire::v1::MatterKind;

use super::entry::{Entry, Offer};
use super::facts;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "reported" => facts::reported(step),
        "obligation-opened" => due(step),
        "police-transferred" => transferred(step),
        "triaged" | "absorbed" => sorted(step),
        // What was also handed over is answered as that; else the report itself stays until it is answered.
        "obligation-met" => here(step, |entry, _| {
            entry.duty = !entry.handed;
            Change::Signed
        }),
        "transfer-receipted" => here(step, |_, _| Change::Signed),
        "transfer-accepted" => here(step, |_, _| Change::Stage("accepted")),
        "transfer-forwarded" => forwarded(step),
        "transfer-declined" => here(step, |entry, officer| {
            let stage = if entry.handed { "triaged" } else { "not-police" };
            entry.closed("declined", officer);
            Change::Stage(stage)
        }),
        "feedback-received" => here(step, |entry, officer| {
            let stage = if entry.handed { "awaiting-feedback" } else { "answered" };
            entry.closed("ended", officer);
            Change::Stage(stage)
        }),
        "merged" => on_open(step, |entry, officer| {
            entry.closed("merged", officer);
            Change::Stage("merged")
        }),
        "reporter-informed" => on_open(step, |entry, officer| {
            entry.closed("ended", officer);
            Change::Stage("closed")
        }),
        // The rest happens on the education side and moves nothing here.
        _ => Ok(()),
    }
}

/// How an event of the receiving side changes the stage.
enum Change {
    Signed,
    Stage(&'static str),
}

/// What the unit says whose entry it is; another agency answers what was sent to it in the same stream.
fn here(step: &Step<'_>, change: impl FnOnce(&mut Entry, &str) -> Change) -> Result<(), ProjectError> {
    let by = step.beside()?.by.unit.id;
    let own = Entry::load_open(step)?.is_some_and(|entry| entry.to == by.as_str());
    if own { on_open(step, change) } else { Ok(()) }
}

/// Changes the entry when it is open at the police; a transfer to another agency leaves none.
fn on_open(step: &Step<'_>, change: impl FnOnce(&mut Entry, &str) -> Change) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let beside = step.beside()?;
    match change(&mut entry, &beside.by.officer) {
        Change::Signed => entry.signed(&beside),
        Change::Stage(stage) => stage.clone_into(&mut entry.step),
    }
    Ok(entry.save(step)?)
}

#[derive(Deserialize)]
struct Opened {
    police: Unit,
}

/// The duty to report opened: the matter is on the queue, sent by the unit that sorts it.
fn due(step: &Step<'_>) -> Result<(), ProjectError> {
    let Opened { police } = step.body()?;
    let Some(facts) = facts::of(step.tables, step.matter())? else { return Ok(()) };
    let from = facts.unit.clone();
    let offer = Offer { kind: MatterKind::MandatoryReport, facts, from, to: &police };
    let mut entry = Entry::offered(step, offer, &step.beside()?)?;
    entry.duty = true;
    Ok(entry.save(step)?)
}

#[derive(Deserialize)]
struct To {
    to: Unit,
}

/// A transfer. While the report is still due it is the same entry, and whoever claimed it goes on holding it.
fn transferred(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    let mut entry = match Entry::load_open(step)? {
        Some(entry) if entry.duty => entry,
        Some(_) | None => {
            let Some(facts) = facts::of(step.tables, step.matter())? else { return Ok(()) };
            let beside = step.beside()?;
            let from = step.kept(&beside.by.unit)?;
            Entry::offered(step, Offer { kind: MatterKind::ClueTransfer, facts, from, to: &to }, &beside)?
        }
    };
    entry.handed = true;
    Ok(entry.save(step)?)
}

fn forwarded(step: &Step<'_>) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let To { to } = step.body()?;
    if to.agency != Agency::Police {
        return Ok(());
    }
    entry.moved(step, &to, &step.beside()?)?;
    Ok(entry.save(step)?)
}

#[derive(Deserialize)]
struct Sorted {
    category: Option<Category>,
    urgency: Urgency,
}

fn sorted(step: &Step<'_>) -> Result<(), ProjectError> {
    let new: Sorted = step.body()?;
    facts::sorted(step, new.category, new.urgency)?;
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    entry.urgency = new.urgency.to_wire();
    if let Some(category) = new.category {
        entry.category = Some(category.code().to_owned());
    }
    Ok(entry.save(step)?)
}
