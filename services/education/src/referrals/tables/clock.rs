//! The running clocks of a referral, and which of them runs out first. Never here: what a breach means.

use domain::clock::ClockEvent;
use domain::event::decode;
use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;

use super::{BREACHED, WARNED};

pub(super) fn apply(step: &Step<'_>) -> Result<(), ProjectError> {
    let recorded = &step.event.event;
    let clock: ClockEvent = decode(&recorded.kind, recorded.data.as_str())
        .map_err(|cause| ProjectError::event(step.event, &cause))?;
    match &clock {
        ClockEvent::Started { rule, rule_version, started, due, .. } => step.run(
            "INSERT OR REPLACE INTO clock (referral, rule, version, started, due, mark) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![step.matter(), rule, rule_version, started.as_microsecond(), due.as_microsecond()],
        )?,
        ClockEvent::Warned { rule, .. } => mark(step, rule, WARNED)?,
        ClockEvent::Breached { rule, .. } => mark(step, rule, BREACHED)?,
        // One that stands still starts again with its new end.
        ClockEvent::Paused { rule, .. } | ClockEvent::Lapsed { rule, .. } | ClockEvent::Stopped { rule, .. } => {
            step.run("DELETE FROM clock WHERE referral = ?1 AND rule = ?2", params![step.matter(), rule])?;
        }
    }
    step.run(
        "UPDATE referral SET
             first_rule = (SELECT rule FROM clock WHERE referral = ?1 ORDER BY due, rule LIMIT 1),
             due = coalesce((SELECT min(due) FROM clock WHERE referral = ?1), ?2),
             breached = EXISTS (SELECT 1 FROM clock WHERE referral = ?1 AND mark = ?3)
         WHERE id = ?1",
        params![step.matter(), super::NEVER, BREACHED],
    )
}

/// A warning never hides a breach.
fn mark(step: &Step<'_>, rule: &str, mark: u8) -> Result<(), ProjectError> {
    step.run(
        "UPDATE clock SET mark = max(mark, ?3) WHERE referral = ?1 AND rule = ?2",
        params![step.matter(), rule, mark],
    )
}
