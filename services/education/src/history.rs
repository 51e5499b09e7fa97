//! A matter as its history shows it: the state it leads to, and the eyes it is seen with. Never here: who has
//! which permission.

use domain::decider::Decider;
use domain::ids::{InstitutionId, UnitId};
use domain::sealed::Sealed;
use hub::Hub;
use wire::show::{Lens, Told};
use wire::v1;

/// The state that a history leads to.
pub(crate) fn state<D: Decider>(history: &[Told<D::Event>]) -> D::State {
    history.iter().fold(D::initial(), |state, told| D::evolve(state, &told.event, &told.meta.stamp()))
}

/// A reader: what they may see, and the names the directory knows.
pub(crate) struct Reader<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) reporter: bool,
    pub(crate) content: bool,
    pub(crate) subjects: bool,
}

impl Reader<'_> {
    fn entry(&self, id: &UnitId) -> Option<std::sync::Arc<domain::unit::Registered>> {
        // A name that cannot be read now is shown as one that is not known.
        self.hub.roster.unit(id).ok().flatten()
    }
}

impl Lens for Reader<'_> {
    fn open(&self, sealed: &Sealed) -> v1::PersonalText {
        self.hub.personal(sealed)
    }

    fn unit_name(&self, id: &UnitId) -> String {
        self.entry(id).map(|entry| entry.name.to_string()).unwrap_or_default()
    }

    fn institution_name(&self, id: &InstitutionId) -> String {
        self.hub.roster.institution(id).ok().flatten().map(|known| known.name.to_string()).unwrap_or_default()
    }

    fn show_reporter(&self) -> bool {
        self.reporter
    }

    fn show_content(&self) -> bool {
        self.content
    }

    fn superior(&self, id: &UnitId) -> Option<UnitId> {
        self.entry(id).and_then(|entry| entry.superior.clone())
    }

    fn show_subjects(&self) -> bool {
        self.subjects
    }
}
