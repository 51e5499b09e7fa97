//! Parts of requests that every service reads: units by id, words that are to be sealed. Never here: what a
//! request means.

use std::sync::Arc;

use domain::ids::{InstitutionId, UnitId};
use domain::institution::Particulars;
use domain::sealed::Sealed;
use domain::unit::Registered;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::violations::Violations;

use crate::refuse;
use crate::seal::case_subject;
use crate::shell::Hub;

impl Hub {
    /// A unit that a request names, as the directory knows it.
    pub fn unit_named(&self, faults: &mut Violations, field: &str, id: &str) -> Option<Arc<Registered>> {
        let id: UnitId = faults.id(field, id)?;
        match self.roster.unit(&id) {
            Ok(Some(entry)) => Some(entry),
            Ok(None) => {
                faults.add(field, &Flaw::new("UNIT_UNKNOWN").with("unit", id));
                None
            }
            Err(error) => {
                // Without a fault and without a unit the command is answered as an internal error.
                tracing::error!(%error, "the roster cannot be read");
                None
            }
        }
    }

    /// An institution that a request names, as the directory knows it.
    pub fn institution_named(&self, faults: &mut Violations, field: &str, id: &str) -> Option<Particulars> {
        let id: InstitutionId = faults.id(field, id)?;
        match self.roster.institution(&id) {
            Ok(Some(entry)) => return Some(entry),
            Ok(None) => faults.add(field, &Flaw::new("INSTITUTION_UNKNOWN")),
            // Without a fault and without an institution the command is answered as an internal error.
            Err(error) => tracing::error!(%error, "the roster cannot be read"),
        }
        None
    }

    /// Words about a matter, sealed under the key of its case.
    ///
    /// # Errors
    /// `LogDown` when no key could be made durable, `Internal` when the store fails otherwise.
    pub fn sealed(&self, matter: &str, field: &str, text: &str) -> Result<Sealed, Refusal> {
        let subject = case_subject(matter).map_err(|error| refuse::internal(&error))?;
        self.keys.seal(&subject, field, text).map_err(refuse::seal)
    }
}
