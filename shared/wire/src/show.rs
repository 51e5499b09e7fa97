//! From a matter's decoded history to the messages that answer for it: the same for every service, so that
//! education, police and fire show one clue in one way. Pure: the same history and lens, the same answer.
//!
//! ```text
//! &[Told<Event>] + &dyn Lens --> clue() | referral() | reverse()   the matter as the reader may see it
//!                           '--> history()                        one entry an event, in both languages
//! ```
//! Stage, claim, duty and receipts come from the rule's own fold, never from a second reading of the law;
//! texts, papers and numbers come from the events. Never here: keys, storage, permission, the present time
//! (a clock past its end is shown as breached when the log says so).

pub mod campaign;
mod clock;
mod clue;
mod hazard;
mod history;
pub mod inspection;
mod referral;
mod reverse;
mod transfer;

use domain::actor::Unit;
use domain::class::{Class, Facet};
use domain::division::{DivisionCode, Divisions};
use domain::event::Metadata;
use domain::ids::{InstitutionId, UnitId};
use domain::sealed::Sealed;
use prost::{Message, Name};

use crate::{classes, convert, v1};

pub use clock::{Clocks, Run, Standing, clock};
pub use clue::clue;
pub use hazard::hazard;
pub use history::{Reader, Sentence, Tells, history};
pub use inspection::inspection;
pub use referral::referral;
pub use reverse::reverse;

/// One decoded event of a matter.
#[derive(Debug, Clone)]
pub struct Told<E> {
    /// What happened.
    pub event: E,
    /// Who, when, and why.
    pub meta: Metadata,
    /// Its place in the matter's stream, from 0.
    pub revision: u64,
}

/// Through whose eyes a matter is seen: what may be shown, and the names the log does not hold.
pub trait Lens {
    /// Whether values of a class may be seen, and what is kept closer than its class.
    fn sees(&self, class: Class, facet: Option<Facet>) -> bool;

    /// Opens a sealed value: the text, erased when its key is gone, or withheld when it may not be seen.
    fn open(&self, sealed: &Sealed, class: Class, facet: Option<Facet>) -> v1::PersonalText;

    /// The unit's public name; empty when not known yet.
    fn unit_name(&self, id: &UnitId) -> String;

    /// The institution's name; empty when not known yet.
    fn institution_name(&self, id: &InstitutionId) -> String;

    /// The unit right above; none at the top, or when not known.
    fn superior(&self, _id: &UnitId) -> Option<UnitId> {
        None
    }

    /// Whether the subjects of sealed values are shown: to those who may erase.
    fn show_subjects(&self) -> bool {
        false
    }
}

/// A personal value of the matter itself.
fn content(lens: &dyn Lens, sealed: &Sealed) -> v1::PersonalText {
    lens.open(sealed, Class::Personal, None)
}

/// An answer with every field cleared that the contract puts above the reader.
fn as_seen<M: Message + Name + Default>(lens: &dyn Lens, answer: M) -> M {
    classes::cleared(answer, &|class, facet| lens.sees(class, facet))
}

fn unit(lens: &dyn Lens, unit: &Unit) -> v1::Unit {
    convert::unit(unit, &lens.unit_name(&unit.id), lens.superior(&unit.id).as_ref())
}

fn division_name(code: DivisionCode) -> String {
    Divisions::standard().find(code).map(|row| row.name.clone()).unwrap_or_default()
}

/// The text of something that may be absent.
fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests;
