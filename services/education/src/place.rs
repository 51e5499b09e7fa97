//! Units that a request names, looked up in the roster before the request is shaped. Never here: which unit a
//! new clue belongs to (that is intake).

use std::sync::Arc;

use domain::actor::Unit;
use domain::ids::UnitId;
use domain::unit::Registered;
use hub::{Hub, refuse};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::violations::Violations;

/// A unit as a request names it, with what the roster knows of it.
pub(crate) struct Named {
    text: String,
    found: Option<Arc<Registered>>,
}

impl Named {
    /// Looks a unit up; a text that is no unit's id is found nowhere.
    ///
    /// # Errors
    /// When the roster cannot be asked.
    pub(crate) fn find(hub: &Hub, text: &str) -> Result<Self, Refusal> {
        let found = match text.parse::<UnitId>() {
            Ok(id) => hub.roster.unit(&id).map_err(refuse::view)?,
            Err(_) => None,
        };
        Ok(Self { text: text.to_owned(), found })
    }

    /// Whether the request names none.
    pub(crate) fn is_none(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The unit, or the fault that it is not given, not an id, or not registered.
    pub(crate) fn required(&self, field: &str, look: &mut Violations) -> Option<&Registered> {
        let id: UnitId = look.id(field, &self.text)?;
        if self.found.is_none() {
            look.add(field, &Flaw::new("UNIT_UNKNOWN").with("unit", id));
        }
        self.found.as_deref()
    }
}

/// The unit right above; at the top the unit itself, which the law does not take for a superior.
///
/// # Errors
/// When the roster cannot be asked.
pub(crate) fn superior_of(hub: &Hub, unit: &Unit) -> Result<Unit, Refusal> {
    let above = hub.roster.superior(&unit.id).map_err(refuse::view)?;
    Ok(above.unwrap_or_else(|| unit.clone()))
}
