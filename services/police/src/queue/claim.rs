//! Who holds an entry. Never here: leases as time (that is a clock).

use domain::ids::{OfficerId, UnitId};
use hub::Step;
use hub::project::ProjectError;
use serde::Deserialize;

use super::entry::Entry;

#[derive(Deserialize)]
struct Claim {
    by: OfficerId,
    unit: Option<UnitId>,
}

/// A clue handed to another agency is claimed there in the same stream, so the unit must be one of the entry's.
pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    let Some(mut entry) = Entry::load_open(step)? else { return Ok(()) };
    let claim: Claim = step.body()?;
    let holds = entry.claimed_by.as_deref() == Some(claim.by.as_str());
    match name {
        "taken" if claim.unit.is_some_and(|unit| entry.lies_with(unit.as_str())) => {
            entry.claimed(claim.by.to_string(), &step.beside()?);
        }
        "released" if holds => entry.let_go(),
        "lapsed" if holds => {
            entry.let_go();
            entry.lapses += 1;
        }
        _ => return Ok(()),
    }
    Ok(entry.save(step)?)
}
