//! Parts of answers that every service gives: opened personal values, units by name. Never here: deciding
//! who may see them.

use domain::ids::UnitId;
use domain::sealed::Sealed;
use wire::convert;
use wire::refusal::Refusal;
use wire::v1;

use crate::refuse;
use crate::seal::Opened;
use crate::shell::Hub;

impl Hub {
    /// A sealed value opened for an answer. One whose key was destroyed shows as erased; one that cannot be
    /// opened for another reason is withheld and the reason logged.
    #[must_use]
    pub fn personal(&self, sealed: &Sealed) -> v1::PersonalText {
        match self.keys.open(sealed) {
            Ok(Opened::Text(text)) => convert::open(text),
            Ok(Opened::Erased) => convert::erased(),
            Err(error) => {
                tracing::error!(%error, "a sealed value cannot be opened");
                convert::withheld()
            }
        }
    }

    /// A unit as it is shown; none when the directory does not know it.
    ///
    /// # Errors
    /// When the roster cannot be read.
    pub fn unit_on_wire(&self, unit: &UnitId) -> Result<Option<v1::Unit>, Refusal> {
        let entry = self.roster.unit(unit).map_err(refuse::view)?;
        Ok(entry.map(|entry| convert::unit(&entry.unit, entry.name.as_str(), entry.superior.as_ref())))
    }
}
