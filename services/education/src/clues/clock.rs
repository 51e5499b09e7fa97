//! What the events of a clock do to the running clocks of a matter. A clock that stopped or lapsed leaves no
//! row. Never here: whose turn it is (the matter's row says so).

use domain::ids::ClueId;
use domain::period::{Duty, Periods};
use hub::project::ProjectError;
use hub::step::{Rule, Started, Step};
use rusqlite::params;

use super::NEVER;

/// `clock.standing`: running.
pub(super) const RUNNING: i64 = 1;
/// `clock.standing`: a warning point has passed.
pub(super) const WARNED: i64 = 2;
/// `clock.standing`: ran out, not answered.
pub(super) const BREACHED: i64 = 3;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "started" => started(step),
        "warned" => stands(step, WARNED),
        "breached" => stands(step, BREACHED),
        "stopped" | "lapsed" | "paused" => ended(step),
        _ => Ok(()),
    }
}

fn started(step: &Step<'_>) -> Result<(), ProjectError> {
    let clock: Started<'_> = step.body()?;
    let period = Periods::standard().row(clock.rule, clock.rule_version);
    let receiver = period.is_some_and(|period| period.duty == Duty::Receiver);
    let matters = if is_clue(step) {
        "INSERT OR REPLACE INTO clock (matter, rule, version, started, due, standing, receiver, unit)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, COALESCE(CASE ?7 WHEN 1 THEN receiver END, handler, owner)
         FROM clue WHERE id = ?1"
    } else {
        "INSERT OR REPLACE INTO clock (matter, rule, version, started, due, standing, receiver, unit)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, COALESCE(CASE ?7 WHEN 1 THEN receiver END, owner)
         FROM referral WHERE id = ?1"
    };
    step.run(
        matters,
        params![
            step.matter(),
            clock.rule,
            clock.rule_version,
            clock.started.as_microsecond(),
            clock.due.as_microsecond(),
            RUNNING,
            receiver
        ],
    )?;
    // The rule stops a clock before it starts it anew, so a start can only bring the first end nearer.
    if !is_clue(step) {
        return Ok(());
    }
    step.run(
        "UPDATE clue SET due = ?2 WHERE id = ?1 AND due > ?2",
        params![step.matter(), clock.due.as_microsecond()],
    )
}

fn is_clue(step: &Step<'_>) -> bool {
    step.category() == ClueId::PREFIX
}

/// A warning never hides a breach.
fn stands(step: &Step<'_>, standing: i64) -> Result<(), ProjectError> {
    let clock: Rule<'_> = step.body()?;
    step.run(
        "UPDATE clock SET standing = MAX(standing, ?3) WHERE matter = ?1 AND rule = ?2",
        params![step.matter(), clock.rule, standing],
    )
}

fn ended(step: &Step<'_>) -> Result<(), ProjectError> {
    let clock: Rule<'_> = step.body()?;
    step.run("DELETE FROM clock WHERE matter = ?1 AND rule = ?2", params![step.matter(), clock.rule])?;
    if !is_clue(step) {
        return Ok(());
    }
    step.run(
        "WITH first (due) AS (SELECT COALESCE(MIN(due), ?2) FROM clock WHERE matter = ?1)
         UPDATE clue SET due = (SELECT due FROM first) WHERE id = ?1 AND due <> (SELECT due FROM first)",
        params![step.matter(), NEVER],
    )
}
