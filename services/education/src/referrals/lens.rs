//! Through whose eyes a referral is shown: names from the roster, sealed values by permission. Never here:
//! who has the permission.

use domain::ids::{InstitutionId, UnitId};
use domain::sealed::Sealed;
use hub::Hub;
use wire::show::Lens;
use wire::v1::PersonalText;

/// The lens of a reader.
pub(crate) struct HubLens<'a> {
    hub: &'a Hub,
    content: bool,
}

impl<'a> HubLens<'a> {
    /// A lens that shows sealed values, or withholds them.
    pub(crate) fn new(hub: &'a Hub, content: bool) -> Self {
        Self { hub, content }
    }
}

impl Lens for HubLens<'_> {
    fn open(&self, sealed: &Sealed) -> PersonalText {
        self.hub.personal(sealed)
    }

    // A name the roster cannot give now is left out; the matter is shown all the same.
    fn unit_name(&self, id: &UnitId) -> String {
        let found = self.hub.roster.unit(id).ok().flatten();
        found.map(|unit| unit.name.to_string()).unwrap_or_default()
    }

    fn institution_name(&self, id: &InstitutionId) -> String {
        let found = self.hub.roster.institution(id).ok().flatten();
        found.map(|institution| institution.name.to_string()).unwrap_or_default()
    }

    fn show_reporter(&self) -> bool {
        false
    }

    fn show_content(&self) -> bool {
        self.content
    }

    fn superior(&self, id: &UnitId) -> Option<UnitId> {
        self.hub.roster.unit(id).ok().flatten().and_then(|unit| unit.superior.clone())
    }
}
