//! The shape of every rule: a command meets a state at a moment and becomes events, or is refused.
//! Never here: async, clocks, randomness, storage.

use crate::actor::{Agency, Stamp, Unit};
use crate::division::DivisionCode;
use crate::ids::UnitId;

/// One rule of the law over one stream.
pub trait Decider: 'static {
    /// What is asked.
    type Command: Send + Sync;
    /// What has happened.
    type Event: crate::event::Stored;
    /// Why the law says no.
    type Rejection: Refusal;
    /// What is known of the matter.
    type State: Send + Sync;

    /// The state of a stream with no events.
    fn initial() -> Self::State;

    /// Decides a command. An empty list means: lawful, and nothing to record.
    ///
    /// # Errors
    /// The rejection, by reason.
    fn decide(
        command: &Self::Command,
        state: &Self::State,
        stamp: &Stamp,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// Takes in what has happened. Cannot fail: what is in the log has happened.
    fn evolve(state: Self::State, event: &Self::Event, stamp: &Stamp) -> Self::State;

    /// The name of the action for permission policies, e.g. `clue.triage`.
    fn action(command: &Self::Command) -> &'static str;

    /// Whose matter this is, for permission policies.
    fn scope(command: &Self::Command, state: &Self::State) -> Scope;
}

/// Whose a matter is: what permission policies may look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The division where it lies.
    pub division: Option<DivisionCode>,
    /// The units that hold it now or were handed it: owner first.
    pub parties: Vec<UnitId>,
    /// The agencies of those units.
    pub agencies: Vec<Agency>,
}

impl Scope {
    /// Adds a unit as a party.
    #[must_use]
    pub fn with(mut self, unit: &Unit) -> Self {
        if !self.parties.contains(&unit.id) {
            self.parties.push(unit.id.clone());
        }
        if !self.agencies.contains(&unit.agency) {
            self.agencies.push(unit.agency);
        }
        self
    }
}

/// A rejection with a stable name and the facts that explain it.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Stable reason in `SCREAMING_SNAKE_CASE`, e.g. `ALREADY_CLAIMED`: the key of its texts in every
    /// language and what other programs match on.
    fn reason(&self) -> &'static str;

    /// The facts, as name and plain value, never personal data. Names are the placeholders of the texts.
    fn facts(&self) -> Vec<(&'static str, String)>;
}
