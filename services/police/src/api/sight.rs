//! Whose queue a caller asks for, and whether they may see it: the own unit's as its officers, another's as a
//! superior or the procuratorate of the area (handbook 1.4: clocks and counts). Never here: what an entry
//! shows.

use domain::actor::Agency;
use domain::decider::Scope as Whose;
use domain::division::DivisionCode;
use domain::ids::UnitId;
use hub::caller::scope_of;
use hub::{Caller, Hub, refuse};
use wire::refusal::Refusal;

use crate::queue::Scope;

/// What is asked for, as permission policies see it.
pub struct Asked {
    action: &'static str,
    whose: Whose,
}

impl Asked {
    /// Whether the caller may see it, now.
    ///
    /// # Errors
    /// `Permission`.
    pub fn allowed(&self, hub: &Hub, caller: &Caller) -> Result<(), Refusal> {
        hub.allow(caller, self.action, &self.whose)
    }
}

/// The queue of a unit, of everything in a division, or of the caller's own unit.
///
/// # Errors
/// `Permission`, also when there is no such unit.
pub(crate) fn sight(
    hub: &Hub,
    caller: &Caller,
    unit: Option<UnitId>,
    division: Option<DivisionCode>,
) -> Result<(Asked, Scope), Refusal> {
    let own = &caller.actor.unit;
    let (asked, unit) = match (unit, division) {
        (None, Some(division)) => (area(hub, division)?, None),
        (None, None) => (Asked { action: "view.queue", whose: caller.own() }, Some(own.id.clone())),
        (Some(unit), _) if unit == own.id => {
            (Asked { action: "view.queue", whose: caller.own() }, Some(unit))
        }
        (Some(unit), _) => {
            let entry = hub.roster.unit(&unit).map_err(refuse::view)?.ok_or(Refusal::Permission)?;
            (Asked { action: "view.clocks", whose: scope_of(&entry.unit) }, Some(unit))
        }
    };
    asked.allowed(hub, caller)?;
    let unit = unit.map(|unit| unit.to_string());
    Ok((asked, Scope { unit, division, ..Scope::default() }))
}

/// Everything in a division belongs to the police competent there, and to those above them.
fn area(hub: &Hub, division: DivisionCode) -> Result<Asked, Refusal> {
    let competent = hub.roster.competent(Agency::Police, division, None).map_err(refuse::view)?;
    let whose = Whose { division: Some(division), agencies: vec![Agency::Police], ..Whose::default() };
    let whose = competent.iter().fold(whose, Whose::with);
    Ok(Asked { action: "view.clocks", whose })
}
