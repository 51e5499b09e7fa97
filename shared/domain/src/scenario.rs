//! Scenarios for rules, read as sentences: given what has happened, when a command comes, then these
//! events, or a refusal by reason. Test code only; never here: facts of one rule (each has its fixture).
//!
//! ```text
//! given::<ClueRule>(history)            a state folded from stamped events
//!     .after(command, stamp)            the same, but by deciding (must be lawful)
//!     .when(command, stamp)             the act under test
//!     .then(&["clue.triaged"])          what it became, by stored name; clock events are left out
//!     .clocks(&["clock.started clue.assign"])   ... and the clock events, with the name of their rule
//! ```
//! Every refusal is also checked for its contract: a plain sentence, a stable reason, named facts.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test may fail by panicking, and each rule uses its own part of this"
)]

use crate::actor::Stamp;
use crate::decider::{Decider, Refusal};
use crate::event::{Stored, decode, encode};

/// What has happened so far.
pub struct Given<R: Decider> {
    state: R::State,
}

/// What became of the act under test.
pub struct Outcome<R: Decider> {
    result: Result<Vec<R::Event>, R::Rejection>,
    state: R::State,
}

/// Starts from a history of stamped events; an empty one is a new stream.
pub fn given<R: Decider>(history: impl IntoIterator<Item = (R::Event, Stamp)>) -> Given<R> {
    let state =
        history.into_iter().fold(R::initial(), |state, (event, stamp)| R::evolve(state, &event, &stamp));
    Given { state }
}

impl<R: Decider> Given<R> {
    /// A lawful act that lies before the one under test.
    #[track_caller]
    pub fn after(self, command: R::Command, stamp: Stamp) -> Self {
        match R::decide(&command, &self.state, &stamp) {
            Ok(events) => Given { state: fold::<R>(self.state, &events, &stamp) },
            Err(refusal) => panic!("the history is refused: {} ({refusal})", refusal.reason()),
        }
    }

    /// The act under test.
    pub fn when(self, command: R::Command, stamp: Stamp) -> Outcome<R> {
        let result = R::decide(&command, &self.state, &stamp);
        let state = match &result {
            Ok(events) => fold::<R>(self.state, events, &stamp),
            Err(_) => self.state,
        };
        Outcome { result, state }
    }

    /// What is known now.
    pub fn state(&self) -> &R::State {
        &self.state
    }
}

impl<R: Decider> Outcome<R> {
    /// It became these events, by stored name and in this order; clock events are left out.
    #[track_caller]
    pub fn then(self, kinds: &[&str]) -> Self {
        let found: Vec<&str> =
            self.events().iter().map(Stored::kind).filter(|kind| !kind.starts_with("clock.")).collect();
        assert_eq!(found, kinds);
        self
    }

    /// It also became these clock events, each written as stored name, blank, name of the rule.
    #[track_caller]
    pub fn clocks(self, lines: &[&str]) -> Self {
        assert_eq!(clock_lines(self.events()), lines);
        self
    }

    /// It also became this clock event, among others.
    #[track_caller]
    pub fn clock(self, line: &str) -> Self {
        let found = clock_lines(self.events());
        assert!(found.iter().any(|one| one == line), "{line} is not among {found:?}");
        self
    }

    /// It was lawful and left nothing to record.
    #[track_caller]
    pub fn nothing(self) -> Self {
        let kinds: Vec<&str> = self.events().iter().map(Stored::kind).collect();
        assert!(kinds.is_empty(), "nothing was to happen, but {kinds:?}");
        self
    }

    /// It was refused for this reason.
    #[track_caller]
    pub fn refused(self, reason: &str) -> Self {
        let refusal = self.refusal();
        assert_eq!(refusal.reason(), reason, "{refusal}");
        let shape = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        assert!(refusal.reason().bytes().all(shape), "{reason} is not SCREAMING_SNAKE_CASE");
        assert!(refusal.to_string().contains(' '), "a refusal is a sentence");
        assert!(refusal.facts().iter().all(|(name, value)| !name.is_empty() && !value.is_empty()));
        self
    }

    /// The refusal also named this fact.
    #[track_caller]
    pub fn fact(self, name: &str, value: &str) -> Self {
        let facts = self.refusal().facts();
        let found = facts.iter().find(|(one, _)| *one == name).map(|(_, value)| value.as_str());
        assert_eq!(found, Some(value), "fact {name} of {facts:?}");
        self
    }

    /// The events, when it was lawful.
    #[track_caller]
    pub fn events(&self) -> &[R::Event] {
        match &self.result {
            Ok(events) => events,
            Err(refusal) => panic!("refused: {} ({refusal})", refusal.reason()),
        }
    }

    /// Looks at the state that the act left behind.
    #[track_caller]
    pub fn leaves(self, look: impl FnOnce(&R::State)) -> Self {
        look(&self.state);
        self
    }

    /// Goes on from here.
    pub fn given(self) -> Given<R> {
        Given { state: self.state }
    }

    #[track_caller]
    fn refusal(&self) -> &R::Rejection {
        match &self.result {
            Err(refusal) => refusal,
            Ok(events) => {
                let kinds: Vec<&str> = events.iter().map(Stored::kind).collect();
                panic!("was to be refused, but became {kinds:?}")
            }
        }
    }
}

/// Asserts that an event is stored under its name and read back as it was.
#[track_caller]
pub fn survives_storage<E: Stored + PartialEq>(event: &E) {
    let body = encode(event).expect("the event can be written");
    let read: E = decode(event.kind(), &body).expect("the event can be read");
    assert_eq!(&read, event);
    let whole = serde_json::to_value(event).expect("the event is JSON");
    assert_eq!(whole["kind"], event.kind(), "kind() is the stored name");
    assert!(whole["data"].is_object(), "the data of {} is a JSON object", event.kind());
}

fn fold<R: Decider>(state: R::State, events: &[R::Event], stamp: &Stamp) -> R::State {
    events.iter().fold(state, |state, event| R::evolve(state, event, stamp))
}

fn clock_lines<E: Stored>(events: &[E]) -> Vec<String> {
    events
        .iter()
        .filter(|event| event.kind().starts_with("clock."))
        .map(|event| {
            let whole = serde_json::to_value(event).expect("the event is JSON");
            let rule = whole["data"]["rule"].as_str().unwrap_or("?");
            format!("{} {rule}", event.kind())
        })
        .collect()
}
