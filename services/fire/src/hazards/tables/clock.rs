//! The end of the time to rectify. Never here: other clocks, or how periods are counted.

use domain::hazard::{RECTIFY, RECTIFY_EXTENDED, RECTIFY_MAJOR};
use hub::Step;
use hub::project::ProjectError;
use hub::step::{Rule, Started};

/// Whether a rule is the time to rectify.
fn rectifies(rule: &str) -> bool {
    [RECTIFY, RECTIFY_EXTENDED, RECTIFY_MAJOR].contains(&rule)
}

/// A stopped or paused clock keeps its end in the row: whether a fix came in time is told by it.
pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    let Rule { rule } = step.body()?;
    if name != "started" || !rectifies(rule) {
        return Ok(());
    }
    let Started { due, .. } = step.body()?;
    step.run("UPDATE hazard SET due = ?2 WHERE id = ?1", (step.matter(), due.as_microsecond()))
}
