//! The clocks a fire unit must answer: those of a receiver, and the verification of a fire complaint (24
//! hours for a blocked exit, 3 working days for others), which runs on from the report. Never here: how
//! periods are counted.

use std::collections::HashSet;
use std::sync::OnceLock;

use domain::period::{Duty, Periods};
use hub::project::ProjectError;
use hub::step::{Rule, Started, Step};
use rusqlite::params;

use super::entry::Entry;

/// Rules of the lease: shown apart, and no reason to put an entry before others.
const LEASE: &str = "claim-lease";
/// Rules of verifying a fire complaint.
const VERIFY: &str = "clue-conclude-fire";
/// How far a clock has come.
pub(super) const WARNED: i64 = 1;
/// Run out, and the duty still to be done.
pub(super) const BREACHED: i64 = 2;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    let Rule { rule } = step.body()?;
    if !ours().contains(rule) {
        return Ok(());
    }
    match name {
        "started" => started(step, rule),
        "warned" => raised(step, rule, WARNED),
        "breached" => raised(step, rule, BREACHED),
        "stopped" | "lapsed" => {
            step.tables
                .prepare_cached("DELETE FROM clock WHERE clue = ?1 AND rule = ?2")?
                .execute([step.matter(), rule])?;
            timed(step)
        }
        _ => Ok(()),
    }
}

fn ours() -> &'static HashSet<&'static str> {
    static OURS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    OURS.get_or_init(|| {
        let rules = Periods::standard().all().iter();
        let ours = rules.filter(|period| period.duty == Duty::Receiver || period.id.starts_with(VERIFY));
        ours.map(|period| period.id.as_str()).collect()
    })
}

fn started(step: &Step<'_>, rule: &str) -> Result<(), ProjectError> {
    let new: Started<'_> = step.body()?;
    let open = Entry::load_open(step)?;
    if rule.starts_with(LEASE) {
        let Some(mut entry) = open.filter(|entry| entry.claimed_by.is_some() && entry.step.is_empty()) else {
            return Ok(());
        };
        entry.lease_until = Some(new.due.as_microsecond());
        return Ok(entry.save(step)?);
    }
    // The verification of a fire complaint runs before anything is handed over.
    if open.is_none() && !rule.starts_with(VERIFY) {
        return Ok(());
    }
    step.tables
        .prepare_cached(
            "INSERT OR REPLACE INTO clock (clue, rule, version, started, due, level) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        )?
        .execute(params![
            step.matter(),
            rule,
            new.rule_version,
            new.started.as_microsecond(),
            new.due.as_microsecond(),
        ])?;
    timed(step)
}

fn raised(step: &Step<'_>, rule: &str, level: i64) -> Result<(), ProjectError> {
    step.tables
        .prepare_cached("UPDATE clock SET level = ?3 WHERE clue = ?1 AND rule = ?2")?
        .execute(params![step.matter(), rule, level])?;
    Ok(())
}

/// The open entry after its clock rows changed.
fn timed(step: &Step<'_>) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    entry.timed(step)?;
    Ok(entry.save(step)?)
}
