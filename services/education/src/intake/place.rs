//! Where a clue belongs: the institution it is about and the units that must have it, as the roster knows
//! them. Never here: what a unit then does.

use domain::actor::{Agency, Unit};
use domain::category::Category;
use domain::credit_code::CreditCode;
use domain::division::DivisionCode;
use domain::ids::InstitutionId;
use hub::{Hub, refuse};
use wire::flaw::{Fault, Flaw};
use wire::refusal::Refusal;
use wire::violations::Violations;

/// The units a clue needs from its first moment.
pub(crate) struct Units {
    /// The education unit that triages it.
    pub(crate) owner: Unit,
    /// The police unit of the place.
    pub(crate) police: Unit,
    /// Who takes it when nobody does in time.
    pub(crate) fallback: Unit,
}

/// The units of a place and category; a missing one is a fault of the division, and says of which agency.
///
/// # Errors
/// When the roster cannot be asked.
pub(super) fn units(
    hub: &Hub,
    division: DivisionCode,
    category: Category,
    look: &mut Violations,
) -> Result<Option<Units>, Refusal> {
    let owner = competent(hub, Agency::Education, (division, category), look)?;
    let police = competent(hub, Agency::Police, (division, category), look)?;
    let (Some(owner), Some(police)) = (owner, police) else { return Ok(None) };
    let named = hub.roster.fallback(Agency::Education, division).map_err(refuse::view)?;
    let fallback = match named {
        Some(unit) => unit,
        None => hub.roster.superior(&owner.id).map_err(refuse::view)?.unwrap_or_else(|| owner.clone()),
    };
    Ok(Some(Units { owner, police, fallback }))
}

fn competent(
    hub: &Hub,
    agency: Agency,
    (division, category): (DivisionCode, Category),
    look: &mut Violations,
) -> Result<Option<Unit>, Refusal> {
    let found = hub.roster.competent(agency, division, Some(category)).map_err(refuse::view)?;
    if found.is_none() {
        let flaw = Flaw::new("NO_COMPETENT_UNIT").with("agency", agency.code()).with("division", division);
        look.add("division", &flaw);
    }
    Ok(found)
}

/// The institution named by directory id or credit code, when one is named.
///
/// # Errors
/// When the roster cannot be asked.
pub(super) fn institution(
    hub: &Hub,
    text: &str,
    look: &mut Violations,
) -> Result<Option<InstitutionId>, Refusal> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let id = match named(text) {
        Ok(id) => id,
        Err(flaw) => {
            look.add("institution", &flaw);
            return Ok(None);
        }
    };
    if hub.roster.institution(&id).map_err(refuse::view)?.is_none() {
        look.add("institution", &Flaw::new("INSTITUTION_UNKNOWN"));
        return Ok(None);
    }
    Ok(Some(id))
}

fn named(text: &str) -> Result<InstitutionId, Flaw> {
    if text.trim_start().starts_with("IN-") {
        return text.parse().map_err(|error: domain::ids::PlainIdError| error.flaw());
    }
    let code: CreditCode =
        text.parse().map_err(|error: domain::credit_code::CreditCodeError| error.flaw())?;
    format!("IN-{code}").parse().map_err(|error: domain::ids::PlainIdError| error.flaw())
}
