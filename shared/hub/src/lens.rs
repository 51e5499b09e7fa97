//! Through whose eyes a matter is shown: what was found to be theirs to see, and the names the roster knows.
//! Never here: deciding what they may see.

use std::fmt::Display;
use std::sync::Arc;

use domain::ids::{InstitutionId, UnitId};
use domain::sealed::Sealed;
use domain::unit::Registered;
use wire::show::Lens;
use wire::v1;

use crate::caller::Caller;
use crate::shell::Hub;

/// A reader of one matter. A name that cannot be read now is shown as one that is not known.
#[derive(Clone, Copy)]
pub struct Eyes<'a> {
    /// Opens values and knows names.
    pub hub: &'a Hub,
    /// Whether every personal value but the reporter's is shown.
    pub content: bool,
    /// Whether the reporter is shown.
    pub reporter: bool,
    /// Whether the subjects of sealed values are shown.
    pub subjects: bool,
}

impl<'a> Eyes<'a> {
    /// Eyes that see the matter's content or only its metadata; nobody's name who reported.
    #[must_use]
    pub const fn new(hub: &'a Hub, content: bool) -> Self {
        Self { hub, content, reporter: false, subjects: false }
    }

    /// Records that a matter was read, by whom, and which personal values were in it.
    pub fn note(&self, caller: &Caller, matter: &impl Display) {
        tracing::info!(
            target: "access",
            %matter,
            officer = %caller.actor.officer,
            unit = %caller.actor.unit.id,
            content = self.content,
            reporter = self.reporter,
            "case read",
        );
    }

    fn unit(&self, id: &UnitId) -> Option<Arc<Registered>> {
        self.hub.roster.unit(id).ok().flatten()
    }
}

impl Lens for Eyes<'_> {
    fn open(&self, sealed: &Sealed) -> v1::PersonalText {
        self.hub.personal(sealed)
    }

    fn unit_name(&self, id: &UnitId) -> String {
        self.unit(id).map(|entry| entry.name.to_string()).unwrap_or_default()
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
        self.unit(id).and_then(|entry| entry.superior.clone())
    }

    fn show_subjects(&self) -> bool {
        self.subjects
    }
}
