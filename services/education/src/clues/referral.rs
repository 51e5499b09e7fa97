//! Where a referral stands, as far as clocks and statistics need it. Never here: a referral's content.

use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;
use serde::Deserialize;

use super::{ToUnit, UnitPart};

#[derive(Deserialize)]
struct Drafted<'a> {
    division: &'a str,
    #[serde(borrow)]
    from: UnitPart<'a>,
}

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "drafted" => return drafted(step),
        "delivered" | "forwarded" => arrived(step)?,
        "receipted" => signed(step)?,
        _ => {}
    }
    match word(name) {
        Some(word) => step.run("UPDATE referral SET step = ?2 WHERE id = ?1", params![step.matter(), word]),
        None => Ok(()),
    }
}

/// The step an event leads to, by the words of `domain::referral::step`; none when it leads nowhere.
fn word(name: &str) -> Option<&'static str> {
    Some(match name {
        "ordered-anew" => "drafting",
        "abandoned" => "abandoned",
        "submitted" => "pending-head",
        "head-refused" => "head-refused",
        "head-approved" => "approved",
        "delivered" => "delivered",
        "receipted" | "supplemented" => "receipted",
        "supplement-requested" => "supplement-requested",
        "forwarded" => "forwarded",
        "not-police-matter" => "not-police-matter",
        "filed" => "filed",
        "handed-over" => "handed-over",
        "not-filed" => "not-filed",
        "reconsideration-requested" => "reconsidering",
        "reconsideration-upheld" => "not-filed-upheld",
        "supervision-opened" | "reasons-given" => "filing-supervision",
        "filing-ordered" => "ordered-to-file",
        "returned-for-admin" => "returned-for-admin",
        "withdrawn" | "withdrawal-notified" => "case-withdrawn",
        "concluded" => "concluded",
        _ => return None,
    })
}

fn drafted(step: &Step<'_>) -> Result<(), ProjectError> {
    let draft: Drafted<'_> = step.body()?;
    step.run(
        "INSERT INTO referral (id, step, division, agency, received, owner) VALUES (?1, 'drafting', ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO NOTHING",
        params![step.matter(), draft.division, draft.from.agency, step.at()?, draft.from.id],
    )
}

#[derive(Deserialize)]
struct Signed<'a> {
    unit: &'a str,
}

/// Whoever signed has it: the unit it was handed to, or the fallback unit.
fn signed(step: &Step<'_>) -> Result<(), ProjectError> {
    let Signed { unit } = step.body()?;
    step.run("UPDATE referral SET receiver = ?2 WHERE id = ?1", params![step.matter(), unit])
}

fn arrived(step: &Step<'_>) -> Result<(), ProjectError> {
    let to: ToUnit<'_> = step.body()?;
    step.run("UPDATE referral SET receiver = ?2 WHERE id = ?1", params![step.matter(), to.to.id])?;
    step.run(
        "UPDATE clock SET unit = ?2 WHERE matter = ?1 AND receiver = 1",
        params![step.matter(), to.to.id],
    )
}
