//! Showing one matter to one reader: through eyes that see what need-to-know lets them, with every reading of
//! sensitive values noted. Never here: deciding what may be seen, or what an answer looks like.

use std::cell::RefCell;
use std::sync::Arc;

use domain::class::{Class, Facet};
use domain::ids::{InstitutionId, UnitId};
use domain::sealed::Sealed;
use domain::unit::Registered;
use eventlog::StreamName;
use wire::refusal::Refusal;
use wire::show::Lens;
use wire::v1;

use crate::caller::Caller;
use crate::need::{Looking, Sight};
use crate::reads::Way;
use crate::refuse;
use crate::seal::SealError;
use crate::shell::Hub;

/// Eyes of one reader on one matter. A name that cannot be read now is shown as one that is not known.
pub struct Eyes<'a> {
    hub: &'a Hub,
    sight: Sight,
    read: RefCell<Vec<(Class, Option<Facet>)>>,
    /// Why a value could not be opened for now.
    missing: RefCell<Option<SealError>>,
}

impl Eyes<'_> {
    /// What the reader may see.
    #[must_use]
    pub const fn sight(&self) -> &Sight {
        &self.sight
    }

    fn unit(&self, id: &UnitId) -> Option<Arc<Registered>> {
        self.hub.roster.unit(id).ok().flatten()
    }
}

impl Lens for Eyes<'_> {
    /// What may be seen is shown, sealed or not, so it counts as read.
    fn sees(&self, class: Class, facet: Option<Facet>) -> bool {
        let sees = self.sight.sees_value(class, facet);
        let mut read = self.read.borrow_mut();
        if sees && !read.contains(&(class, facet)) {
            read.push((class, facet));
        }
        sees
    }

    fn open(&self, sealed: &Sealed, class: Class, facet: Option<Facet>) -> v1::PersonalText {
        if !self.sees(class, facet) {
            return wire::convert::withheld();
        }
        self.hub.personal(sealed).unwrap_or_else(|error| {
            self.missing.replace(Some(error));
            wire::convert::withheld()
        })
    }

    fn unit_name(&self, id: &UnitId) -> String {
        self.unit(id).map(|entry| entry.name.to_string()).unwrap_or_default()
    }

    fn institution_name(&self, id: &InstitutionId) -> String {
        self.hub.roster.institution(id).ok().flatten().map(|known| known.name.to_string()).unwrap_or_default()
    }

    fn superior(&self, id: &UnitId) -> Option<UnitId> {
        self.unit(id).and_then(|entry| entry.superior.clone())
    }
}

impl Hub {
    /// Shows a matter to a caller: `show` is given eyes that see what the caller may. Uses of break-glass and
    /// readings of sensitive values are recorded before anything is returned. A matter the caller may see nothing
    /// of, and one that `show` finds nothing in, do not exist for the caller.
    ///
    /// # Errors
    /// `Permission`, or the faults of log and read log.
    pub async fn show<T>(
        &self,
        caller: &Caller,
        stream: &StreamName,
        (way, what): (Way, &'static str),
        show: impl FnOnce(&Eyes<'_>) -> Option<T>,
    ) -> Result<T, Refusal> {
        let looking = Looking { actor: &caller.actor, stream, way, what };
        let (matter, sight) = self.look(&looking).await?;
        let (shown, read) = {
            let (read, missing) = (RefCell::default(), RefCell::default());
            let eyes = Eyes { hub: self, sight: sight.clone(), read, missing };
            let shown = show(&eyes);
            // Who may see it is not shown less because the key store is away.
            if let Some(error) = eyes.missing.into_inner() {
                return Err(refuse::seal(error));
            }
            (shown, eyes.read.into_inner())
        };
        let shown = shown.ok_or(Refusal::Permission)?;
        self.note_reading(&looking, &matter, &sight, &read).await?;
        Ok(shown)
    }
}
