//! What the events of the loop do to the row. Never here: clocks.

use domain::actor::Unit;
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use domain::hazard::{Category, Grade, Pressure};
use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;
use serde::Deserialize;
use wire::convert::OnWire;

use super::NO_DUE;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "found" => found(step),
        "graded" => graded(step),
        "fixed-on-spot" => fixed(step, ("hazard-fixed-on-spot", true)),
        "spot-rejected" => sent_back(step, "hazard-graded"),
        "noticed" => stage(step, "hazard-noticed"),
        "rectifying" => stage(step, "hazard-rectifying"),
        "extension-granted" => extended(step),
        "fix-reported" => fixed(step, ("hazard-fix-reported", false)),
        "rejected" => sent_back(step, "hazard-rectifying"),
        "verified" => verified(step),
        "overdue" => pressed(step, Pressure::Overdue),
        "listed" => pressed(step, Pressure::Listed),
        "penalty-proposed" => pressed(step, Pressure::PenaltyProposed),
        "penalty-opened" => pressed(step, Pressure::PenaltyOpened),
        "seal-proposed" => sealing(step, "seal-proposed"),
        "sealed-orally" => sealing(step, "sealed-orally"),
        "sealed" => sealing(step, "sealed"),
        "seal-dropped" | "resumed" => used(step, "free"),
        "suspended" => used(step, "suspended"),
        "transferred" => transferred(step),
        "voided" => ended(step, "hazard-voided"),
        // Progress, more time asked for or denied, reviews, a proposal to void: nothing that a row tells.
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
struct Line {
    inspection: String,
}

#[derive(Deserialize)]
struct Found {
    institution: String,
    division: DivisionCode,
    category: Category,
    grade: Grade,
    found: Option<Line>,
    finder: Unit,
    lead: Unit,
    visit_lead: Option<Unit>,
}

/// The bit of an agency among those that have a hazard.
pub(in crate::hazards) fn bit(unit: &Unit) -> i64 {
    1 << unit.agency.to_wire()
}

fn found(step: &Step<'_>) -> Result<(), ProjectError> {
    let new: Found = step.body()?;
    let (city, province) = above(new.division);
    step.run(
        &format!(
            "INSERT OR REPLACE INTO hazard (id, county, city, province, institution, inspection, finder, lead,
                 agencies, level, stage, grade, category, due, found)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'hazard-found', ?11, ?12, {NO_DUE}, ?13)"
        ),
        params![
            step.matter(),
            new.division.as_str(),
            city.map(|code| code.to_string()),
            province.map(|code| code.to_string()),
            new.institution,
            new.found.map(|line| line.inspection),
            new.finder.id.as_str(),
            new.lead.id.as_str(),
            bit(&new.lead) | bit(&new.finder),
            new.lead.level.max(new.finder.level).to_wire(),
            new.grade.to_wire(),
            new.category.to_wire(),
            step.at()?,
        ],
    )?;
    party(step, &new.lead)?;
    party(step, &new.finder)?;
    new.visit_lead.iter().try_for_each(|unit| joined(step, unit))
}

/// The city and the province of a division. One that is a city itself stands as both county and city.
fn above(division: DivisionCode) -> (Option<DivisionCode>, Option<DivisionCode>) {
    let chain = Divisions::standard().chain(division);
    let of = |level| chain.iter().find(|row| row.level == level).map(|row| row.code);
    (of(DivisionLevel::City), of(DivisionLevel::Province))
}

fn party(step: &Step<'_>, unit: &Unit) -> Result<(), ProjectError> {
    step.run("INSERT OR IGNORE INTO party (unit, hazard) VALUES (?1, ?2)", (unit.id.as_str(), step.matter()))
}

/// A unit that came to it.
fn joined(step: &Step<'_>, unit: &Unit) -> Result<(), ProjectError> {
    party(step, unit)?;
    step.run(
        "UPDATE hazard SET agencies = agencies | ?2, level = max(level, ?3) WHERE id = ?1",
        (step.matter(), bit(unit), unit.level.to_wire()),
    )
}

fn stage(step: &Step<'_>, word: &str) -> Result<(), ProjectError> {
    step.run("UPDATE hazard SET stage = ?2 WHERE id = ?1", (step.matter(), word))
}

#[derive(Deserialize)]
struct Graded {
    grade: Grade,
}

fn graded(step: &Step<'_>) -> Result<(), ProjectError> {
    let Graded { grade } = step.body()?;
    step.run(
        "UPDATE hazard SET stage = 'hazard-graded', grade = ?2 WHERE id = ?1",
        (step.matter(), grade.to_wire()),
    )
}

/// Late is a fix reported after the end of the time to rectify, by when it really happened.
fn fixed(step: &Step<'_>, (word, on_spot): (&str, bool)) -> Result<(), ProjectError> {
    step.run(
        "UPDATE hazard SET stage = ?2, on_spot = ?3, fixed = ?4, late = ?4 > due WHERE id = ?1",
        (step.matter(), word, on_spot, step.at()?),
    )
}

fn sent_back(step: &Step<'_>, word: &str) -> Result<(), ProjectError> {
    step.run(
        "UPDATE hazard SET stage = ?2, looks = looks + 1, on_spot = 0, late = 0, fixed = NULL WHERE id = ?1",
        (step.matter(), word),
    )
}

fn verified(step: &Step<'_>) -> Result<(), ProjectError> {
    step.run(
        "UPDATE hazard SET looks = looks + 1, verified = ?2 WHERE id = ?1",
        (step.matter(), step.at()?),
    )?;
    ended(step, "hazard-verified")
}

fn ended(step: &Step<'_>, word: &str) -> Result<(), ProjectError> {
    step.run(
        "UPDATE hazard SET stage = ?2, closed = 1, ended = ?3 WHERE id = ?1",
        (step.matter(), word, step.at()?),
    )
}

/// Its time runs anew; what was listed stays listed.
fn extended(step: &Step<'_>) -> Result<(), ProjectError> {
    step.run(
        "UPDATE hazard SET overdue = 0, pressure = iif(pressure = 1, 0, pressure) WHERE id = ?1",
        [step.matter()],
    )
}

/// Pressure never falls by itself.
fn pressed(step: &Step<'_>, pressure: Pressure) -> Result<(), ProjectError> {
    step.run(
        "UPDATE hazard SET pressure = max(pressure, ?2), overdue = overdue OR ?3 WHERE id = ?1",
        (step.matter(), place(pressure), pressure == Pressure::Overdue),
    )
}

/// The place of a pressure among all.
pub(in crate::hazards) fn place(pressure: Pressure) -> i64 {
    (0..).zip(Pressure::ALL).find(|(_, one)| *one == pressure).map_or(0, |(place, _)| place)
}

fn used(step: &Step<'_>, word: &str) -> Result<(), ProjectError> {
    step.run("UPDATE hazard SET used = ?2 WHERE id = ?1", (step.matter(), word))
}

/// Whoever seals has it too.
fn sealing(step: &Step<'_>, word: &str) -> Result<(), ProjectError> {
    used(step, word)?;
    joined(step, &step.beside()?.by.unit)
}

#[derive(Deserialize)]
struct To {
    to: Unit,
}

fn transferred(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    joined(step, &to)?;
    ended(step, "hazard-transferred")
}
