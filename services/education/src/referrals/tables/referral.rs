//! What the events of a referral do to its row. Never here: clocks.

use domain::actor::Unit;
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use domain::ids::UnitId;
use domain::referral::{Demand, Remedy, Step as Stage};
use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;
use serde::Deserialize;

use super::NEVER;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    if name == "drafted" {
        return drafted(step);
    }
    if let Some(stage) = stage_after(name) {
        step.run(
            "UPDATE referral SET code = ?2, stage = ?3 WHERE id = ?1",
            params![step.matter(), stage.code(), stage.word()],
        )?;
    }
    match name {
        "delivered" => {
            arrived(step)?;
            step.run("UPDATE referral SET delivered = ?2 WHERE id = ?1", params![step.matter(), step.at()?])
        }
        "forwarded" => arrived(step),
        "fell-back" => fell_back(step),
        "receipted" => receipted(step),
        "filed" | "not-filed" => {
            step.run("UPDATE referral SET decided = ?2 WHERE id = ?1", params![step.matter(), step.at()?])
        }
        _ => Ok(()),
    }
}

/// Where a referral stands after an event; none when the event is no step. What a stage carries is of no
/// account: its word does not tell.
fn stage_after(name: &str) -> Option<Stage> {
    Some(match name {
        "drafted" | "ordered-anew" => Stage::Drafting,
        "abandoned" => Stage::Abandoned,
        "submitted" => Stage::PendingHead,
        "head-approved" => Stage::Approved,
        "head-refused" => Stage::HeadRefused,
        "delivered" => Stage::Delivered,
        "receipted" | "supplemented" => Stage::Receipted,
        "supplement-requested" => Stage::SupplementRequested { missing: Vec::new() },
        "forwarded" => Stage::Forwarded,
        "not-police-matter" => Stage::NotPoliceMatter,
        "filed" => Stage::Filed,
        "handed-over" => Stage::HandedOver,
        "not-filed" => Stage::NotFiled(Remedy::default()),
        "reconsideration-requested" => Stage::Reconsidering,
        "reconsideration-upheld" => Stage::NotFiledUpheld(Remedy::default()),
        "supervision-opened" | "reasons-given" => Stage::FilingSupervision(Demand::Answered),
        "filing-ordered" => Stage::OrderedToFile,
        "returned-for-admin" => Stage::ReturnedForAdmin,
        "withdrawn" | "withdrawal-notified" => Stage::CaseWithdrawn { notified: false },
        "concluded" => Stage::Concluded,
        // Designations, falling back, suggestions, accepted reasons and words to the agency are no steps.
        _ => return None,
    })
}

#[derive(Deserialize)]
struct Drafted {
    clue: String,
    division: DivisionCode,
    from: Unit,
    superior: Unit,
    procuratorate: Unit,
    charges: Vec<String>,
}

fn drafted(step: &Step<'_>) -> Result<(), ProjectError> {
    let new: Drafted = step.body()?;
    let chain = Divisions::standard().chain(new.division);
    // As permissions see it: nobody stands above a division that nobody knows.
    let level = chain.first().map_or(3, |row| match row.level {
        DivisionLevel::County => 0,
        DivisionLevel::City => 1,
        DivisionLevel::Province => 2,
    });
    step.run(
        "INSERT OR IGNORE INTO referral (id, clue, code, stage, division, level, charges, from_unit, drafted, due)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            step.matter(),
            new.clue,
            Stage::Drafting.code(),
            Stage::Drafting.word(),
            new.division.to_string(),
            level,
            new.charges.join(" "),
            new.from.id.as_str(),
            step.at()?,
            NEVER
        ],
    )?;
    for unit in [&new.from, &new.superior, &new.procuratorate] {
        party(step, unit)?;
    }
    let nation = (!chain.is_empty()).then_some(DivisionCode::NATION);
    for division in chain.iter().map(|row| row.code).chain(nation) {
        step.run(
            "INSERT OR IGNORE INTO place (referral, division) VALUES (?1, ?2)",
            params![step.matter(), division.as_str()],
        )?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct To {
    to: Unit,
}

/// It reached a police unit, by delivery or by forwarding.
fn arrived(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    party(step, &to)?;
    step.run("UPDATE referral SET police = ?2 WHERE id = ?1", params![step.matter(), to.id.as_str()])
}

/// It lies before the fallback unit as well.
fn fell_back(step: &Step<'_>) -> Result<(), ProjectError> {
    let To { to } = step.body()?;
    joins(step, &to, true)
}

#[derive(Deserialize)]
struct Signed {
    unit: UnitId,
}

/// Whoever signed has it; a fallback unit that was not needed has no part in it any more.
fn receipted(step: &Step<'_>) -> Result<(), ProjectError> {
    let Signed { unit } = step.body()?;
    step.run(
        "DELETE FROM party WHERE referral = ?1 AND fallback = 1 AND unit <> ?2",
        params![step.matter(), unit.as_str()],
    )?;
    step.run("UPDATE party SET fallback = 0 WHERE referral = ?1", params![step.matter()])?;
    step.run(
        "UPDATE referral SET receipted = ?2, police = ?3 WHERE id = ?1",
        params![step.matter(), step.at()?, unit.as_str()],
    )
}

fn party(step: &Step<'_>, unit: &Unit) -> Result<(), ProjectError> {
    joins(step, unit, false)
}

/// A unit that had it before stays what it was.
fn joins(step: &Step<'_>, unit: &Unit, fallback: bool) -> Result<(), ProjectError> {
    step.run(
        "INSERT OR IGNORE INTO party (referral, unit, agency, fallback) VALUES (?1, ?2, ?3, ?4)",
        params![step.matter(), unit.id.as_str(), unit.agency.code(), fallback],
    )
}

/// The words of all stages, for filters.
pub(in crate::referrals) fn words() -> [&'static str; 20] {
    [
        Stage::Drafting.word(),
        Stage::Abandoned.word(),
        Stage::PendingHead.word(),
        Stage::HeadRefused.word(),
        Stage::Approved.word(),
        Stage::Delivered.word(),
        Stage::Receipted.word(),
        Stage::SupplementRequested { missing: Vec::new() }.word(),
        Stage::Forwarded.word(),
        Stage::NotPoliceMatter.word(),
        Stage::Filed.word(),
        Stage::HandedOver.word(),
        Stage::NotFiled(Remedy::default()).word(),
        Stage::Reconsidering.word(),
        Stage::NotFiledUpheld(Remedy::default()).word(),
        Stage::FilingSupervision(Demand::Answered).word(),
        Stage::OrderedToFile.word(),
        Stage::ReturnedForAdmin.word(),
        Stage::CaseWithdrawn { notified: false }.word(),
        Stage::Concluded.word(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_reached_by_an_event_and_can_be_filtered_by() {
        const NAMES: [&str; 29] = [
            "drafted",
            "abandoned",
            "submitted",
            "head-approved",
            "head-refused",
            "ordered-anew",
            "designated",
            "delivered",
            "receipted",
            "fell-back",
            "supplement-requested",
            "supplemented",
            "forwarded",
            "not-police-matter",
            "filed",
            "not-filed",
            "reconsideration-requested",
            "reconsideration-upheld",
            "supervision-suggested",
            "supervision-opened",
            "reasons-given",
            "reasons-accepted",
            "filing-ordered",
            "handed-over",
            "returned-for-admin",
            "withdrawn",
            "withdrawal-notified",
            "concluded",
            "feedback-given",
        ];
        let mut reached: Vec<&str> =
            NAMES.iter().filter_map(|name| stage_after(name)).map(|stage| stage.word()).collect();
        reached.sort_unstable();
        reached.dedup();
        let mut known = words();
        known.sort_unstable();
        assert_eq!(reached, known);
    }
}
