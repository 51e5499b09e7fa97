//! The clocks of the police's own duties, and the lease of a claim. Clocks of the agency's duties are left
//! out: the queue counts down what its officers must do. Never here: how periods are counted.

use std::collections::HashMap;
use std::sync::OnceLock;

use domain::period::{Duty, Periods, Who};
use hub::project::ProjectError;
use hub::step::{Rule, Started, Step};
use rusqlite::params;
use serde::Deserialize;

use super::entry::Entry;

/// Rules of the lease: shown apart, and no reason to put an entry before others.
const LEASE: &str = "claim-lease";

/// Escalation of an entry, as answered.
pub(super) const HANDLER_WARNED: i64 = 1;
const LEADER_WARNED: i64 = 2;
/// From here on a clock is breached.
pub(super) const SUPERIOR_TOLD: i64 = 3;
const CITY_PAGED: i64 = 4;

#[derive(Deserialize)]
struct Warned {
    percent: u8,
}

#[derive(Deserialize)]
struct Breached {
    #[serde(default)]
    told: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    who: Who,
    unit: Option<String>,
}

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    let Rule { rule } = step.body()?;
    if !receivers().get(rule).copied().unwrap_or_default() {
        return Ok(());
    }
    match name {
        "started" => started(step, rule),
        "warned" => {
            let Warned { percent } = step.body()?;
            let level = if percent < 80 { HANDLER_WARNED } else { LEADER_WARNED };
            raised(step, rule, level)
        }
        "breached" => {
            let Breached { told } = step.body()?;
            let paged = told.iter().any(|told| told.who == Who::CityDuty && told.unit.is_some());
            raised(step, rule, if paged { CITY_PAGED } else { SUPERIOR_TOLD })
        }
        "stopped" | "lapsed" | "paused" => {
            let gone = step
                .tables
                .prepare_cached("DELETE FROM clock WHERE matter = ?1 AND rule = ?2")?
                .execute([step.matter(), rule])?;
            timed(step, gone)
        }
        _ => Ok(()),
    }
}

/// Rules by whether the receiver must act before they run out.
fn receivers() -> &'static HashMap<&'static str, bool> {
    static RECEIVERS: OnceLock<HashMap<&'static str, bool>> = OnceLock::new();
    RECEIVERS.get_or_init(|| {
        let rules = Periods::standard().all().iter();
        rules.map(|period| (period.id.as_str(), period.duty == Duty::Receiver)).collect()
    })
}

fn started(step: &Step<'_>, rule: &str) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let new: Started<'_> = step.body()?;
    if rule.starts_with(LEASE) {
        if entry.claimed_by.is_none() || !entry.step.is_empty() {
            return Ok(());
        }
        entry.lease_until = Some(new.due.as_microsecond());
        return Ok(entry.save(step)?);
    }
    step.tables
        .prepare_cached(
            "INSERT OR REPLACE INTO clock (matter, rule, version, started, due, level)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        )?
        .execute(params![
            step.matter(),
            rule,
            new.rule_version,
            new.started.as_microsecond(),
            new.due.as_microsecond(),
        ])?;
    entry.timed(step.tables, step.matter())?;
    Ok(entry.save(step)?)
}

fn raised(step: &Step<'_>, rule: &str, level: i64) -> Result<(), ProjectError> {
    let touched = step
        .tables
        .prepare_cached("UPDATE clock SET level = ?3 WHERE matter = ?1 AND rule = ?2 AND level < ?3")?
        .execute(params![step.matter(), rule, level])?;
    timed(step, touched)
}

/// The entry after its clock rows changed.
fn timed(step: &Step<'_>, touched: usize) -> Result<(), ProjectError> {
    if touched == 0 {
        return Ok(());
    }
    let Some(mut entry) = Entry::load(step)? else { return Ok(()) };
    entry.timed(step.tables, step.matter())?;
    Ok(entry.save(step)?)
}
