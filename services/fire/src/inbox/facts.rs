//! What is known of a clue before it is handed over. Never here: the inbox's own rows.

use domain::category::{Category, Channel, Minor, Urgency};
use hub::Step;
use hub::project::ProjectError;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use wire::convert::OnWire;

#[derive(Deserialize)]
struct Reported {
    division: String,
    institution: Option<String>,
    category: Category,
    channel: Channel,
    minor: Minor,
    urgency: Urgency,
    received: Timestamp,
}

pub(super) fn reported(step: &Step<'_>) -> Result<(), ProjectError> {
    let new: Reported = step.body()?;
    step.tables
        .prepare_cached(
            "INSERT OR REPLACE INTO clue (id, division, institution, category, channel, minor, urgency, received)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            step.matter(),
            new.division,
            new.institution,
            new.category.code(),
            new.channel.code(),
            new.minor.to_wire(),
            new.urgency.to_wire(),
            new.received.as_microsecond(),
        ])?;
    Ok(())
}

#[derive(Deserialize)]
pub(super) struct Sorted {
    category: Option<Category>,
    minor: Option<Minor>,
    pub(super) urgency: Urgency,
}

/// A clue was sorted, or became more urgent by a merge.
pub(super) fn sorted(step: &Step<'_>) -> Result<Sorted, ProjectError> {
    let new: Sorted = step.body()?;
    step.tables
        .prepare_cached(
            "UPDATE clue SET category = coalesce(?2, category), minor = coalesce(?3, minor), urgency = ?4 WHERE id = ?1",
        )?
        .execute(params![
            step.matter(),
            new.category.map(Category::code),
            new.minor.map(OnWire::to_wire),
            new.urgency.to_wire(),
        ])?;
    Ok(new)
}

/// The duty to report to the police opened, or was met.
pub(super) fn duty(step: &Step<'_>, open: bool) -> Result<(), ProjectError> {
    step.tables
        .prepare_cached("UPDATE clue SET duty = ?2 WHERE id = ?1")?
        .execute(params![step.matter(), open])?;
    Ok(())
}

/// The urgency of a clue, as its number on the wire; none when it was never reported.
pub(super) fn urgency(step: &Step<'_>) -> rusqlite::Result<Option<i32>> {
    step.tables
        .prepare_cached("SELECT urgency FROM clue WHERE id = ?1")?
        .query_row([step.matter()], |row| row.get(0))
        .optional()
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: String,
}

/// An institution was entered or renamed.
pub(super) fn institution(step: &Step<'_>) -> Result<(), ProjectError> {
    let named: Named = step.body()?;
    step.tables
        .prepare_cached("INSERT OR REPLACE INTO institution (id, name) VALUES (?1, ?2)")?
        .execute([named.id, named.name])?;
    Ok(())
}
