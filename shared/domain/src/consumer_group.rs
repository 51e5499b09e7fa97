//! A consumer group as the log keeps it: what it is, how far it has been served, and what it is still owed from before.
//! Whoever holds the seat of the deliveries works on tables of its own and writes here, now and then, what changed in
//! them; whoever takes the seat next goes on from what is written.
//!
//! ```text
//! Unknown --make--> Open(place) --end--> Ended --make--> Open
//!                     | reach: the place goes forward, with what is left behind it
//!                     | rewind: an officer asked for everything behind a place again
//!                     ' discard: an officer gave up what was parked
//! ```
//! Everything up to the place was dealt with, except what is named as owed. The place is written sparsely, so that a
//! crash costs repetitions and never a gap, and it goes back by nothing but a rewind. Reaching a place is no event for
//! any subscriber: these streams are of no matter, so nobody is shown them and no group is owed them.
//!
//! Never here: an event's content, who may use a group, or the clock.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Stamp;
use crate::decider::{Decider, Refusal, Scope};
use crate::event::Stored;
use crate::ids::UnitId;

mod place;

pub use place::Place;

/// The category of the streams of groups.
pub const PREFIX: &str = "CG";

/// The name of the stream of a unit's group.
#[must_use]
pub fn stream(unit: &str, name: &str) -> String {
    format!("{PREFIX}-{unit}.{name}")
}

/// What a group is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Made {
    /// The unit that owns it.
    #[schemars(extend("class" = "P1"))]
    pub unit: UnitId,
    /// Its name in the unit.
    #[schemars(extend("class" = "P1"))]
    pub name: String,
    /// Which events: a `safeguard.v1.EventFilter` in base64.
    #[schemars(extend("class" = "P1"))]
    pub filter: String,
    /// The words in which the start was asked for.
    #[schemars(extend("class" = "P1"))]
    pub start: String,
    /// Failures before an event is parked.
    #[schemars(extend("class" = "P1"))]
    pub attempts: u32,
    /// Seconds before the first retry.
    #[schemars(extend("class" = "P1"))]
    pub first_pause: u32,
    /// Seconds before any retry at most.
    #[schemars(extend("class" = "P1"))]
    pub longest_pause: u32,
    /// Seconds a member has to answer.
    #[schemars(extend("class" = "P1"))]
    pub lease: u32,
    /// When it was made.
    #[schemars(extend("class" = "P1"))]
    pub at: Timestamp,
    /// The officer who made it.
    #[schemars(extend("class" = "P1"))]
    pub by: String,
    /// The place it starts behind; none is the beginning of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub place: Option<Place>,
}

/// How an owed event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is to be delivered, or was and is not answered.
    Open,
    /// It failed and is tried again at a moment.
    Paused,
    /// It was given up at a moment, until somebody replays or discards it.
    Parked,
}

/// An event that is owed although it lies before the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owed {
    /// Its position.
    #[schemars(extend("class" = "P1"))]
    pub position: Place,
    /// Its matter.
    #[schemars(extend("class" = "P1"))]
    pub stream: String,
    /// How it stands.
    #[schemars(extend("class" = "P1"))]
    pub standing: Standing,
    /// How often it was delivered.
    #[schemars(extend("class" = "P1"))]
    pub deliveries: u32,
    /// How often that failed.
    #[schemars(extend("class" = "P1"))]
    pub failures: u32,
    /// When it is tried again, or since when it is parked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub due: Option<Timestamp>,
    /// Why it failed last, without personal data; empty when it did not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("class" = "P2"))]
    pub reason: String,
}

/// How far a group is, and what changed in what it is owed from before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    /// The last position that was looked at; none when nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub place: Option<Place>,
    /// What is owed although it lies before the place, as it stands now; each replaces what was said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub owed: Vec<Owed>,
    /// What was said to be owed and is dealt with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub done: Vec<Place>,
}

/// A parked event that an officer gave up for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Discarded {
    /// Its position.
    #[schemars(extend("class" = "P1"))]
    pub position: Place,
    /// Its matter.
    #[schemars(extend("class" = "P1"))]
    pub stream: String,
    /// Why it failed last.
    #[schemars(extend("class" = "P2"))]
    pub failure: String,
    /// The officer.
    #[schemars(extend("class" = "P1"))]
    pub by: String,
    /// Why it is given up.
    #[schemars(extend("class" = "P2"))]
    pub reason: String,
    /// When.
    #[schemars(extend("class" = "P1"))]
    pub at: Timestamp,
}

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Makes it.
    Make(Box<Made>),
    /// Writes down how far it is.
    Reach(Reached),
    /// Puts it back to a place; none is the beginning of the log.
    Rewind(Option<Place>),
    /// Writes down what an officer gave up.
    Discard(Box<Discarded>),
    /// Ends it.
    End,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was made.
    #[serde(rename = "consumer-group.made")]
    Made(Box<Made>),
    /// It came so far.
    #[serde(rename = "consumer-group.reached")]
    Reached(Reached),
    /// It was put back.
    #[serde(rename = "consumer-group.rewound")]
    Rewound {
        /// To here; none is the beginning of the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        place: Option<Place>,
    },
    /// A parked event was given up for good.
    #[serde(rename = "consumer-group.discarded")]
    Discarded(Box<Discarded>),
    /// It is no more, and is owed nothing.
    #[serde(rename = "consumer-group.ended")]
    Ended {},
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Made(_) => "consumer-group.made",
            Event::Reached(_) => "consumer-group.reached",
            Event::Rewound { .. } => "consumer-group.rewound",
            Event::Discarded(_) => "consumer-group.discarded",
            Event::Ended {} => "consumer-group.ended",
        }
    }
}

/// Why it is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It is there already.
    #[error("the group is there")]
    Open,
    /// It is not there, or not any more.
    #[error("there is no such group")]
    NotOpen,
    /// A place goes back by nothing but a rewind.
    #[error("the group is at {place} already")]
    Back {
        /// Where it is.
        place: Place,
    },
    /// What is owed from before the place lies before it.
    #[error("{position} lies behind the place")]
    Beyond {
        /// The position.
        position: Place,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Open => "CONSUMER_GROUP_OPEN",
            Rejection::NotOpen => "CONSUMER_GROUP_NOT_OPEN",
            Rejection::Back { .. } => "CONSUMER_GROUP_BACK",
            Rejection::Beyond { .. } => "CONSUMER_GROUP_BEYOND",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Open | Rejection::NotOpen => Vec::new(),
            Rejection::Back { place } => vec![("place", place.to_string())],
            Rejection::Beyond { position } => vec![("position", position.to_string())],
        }
    }
}

/// What is known of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Unknown,
    /// How far it is; none at the beginning of the log.
    Open(Option<Place>),
    /// It is no more.
    Ended,
}

/// The rule of groups.
#[derive(Debug)]
pub struct GroupRule;

impl Decider for GroupRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, *state) {
            (Command::Make(made), State::Unknown | State::Ended) => Ok(vec![Event::Made(made.clone())]),
            (Command::Make(_), State::Open(_)) => Err(Rejection::Open),
            (Command::Reach(reached), State::Open(place)) => reach(reached, place),
            (Command::Rewind(to), State::Open(place)) => {
                Ok((*to < place).then_some(Event::Rewound { place: *to }).into_iter().collect())
            }
            (Command::Discard(what), State::Open(_)) => Ok(vec![Event::Discarded(what.clone())]),
            (Command::End, State::Open(_)) => Ok(vec![Event::Ended {}]),
            (
                Command::Reach(_) | Command::Rewind(_) | Command::Discard(_) | Command::End,
                State::Unknown | State::Ended,
            ) => Err(Rejection::NotOpen),
        }
    }

    fn evolve(state: State, event: &Event, _: &Stamp) -> State {
        match (event, state) {
            (Event::Made(made), _) => State::Open(made.place),
            (Event::Reached(reached), State::Open(place)) => State::Open(reached.place.max(place)),
            (Event::Rewound { place }, _) => State::Open(*place),
            (Event::Ended {}, _) => State::Ended,
            (Event::Reached(_) | Event::Discarded(_), state) => state,
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Make(_)
            | Command::Reach(_)
            | Command::Rewind(_)
            | Command::Discard(_)
            | Command::End => "delivery.note",
        }
    }

    fn scope(_: &Command, _: &State) -> Scope {
        Scope::default()
    }
}

fn reach(reached: &Reached, place: Option<Place>) -> Result<Vec<Event>, Rejection> {
    if let Some(place) = place.filter(|place| reached.place < Some(*place)) {
        return Err(Rejection::Back { place });
    }
    if let Some(owed) = reached.owed.iter().find(|owed| Some(owed.position) > reached.place) {
        return Err(Rejection::Beyond { position: owed.position });
    }
    let news = reached.place != place || !reached.owed.is_empty() || !reached.done.is_empty();
    Ok(news.then(|| Event::Reached(reached.clone())).into_iter().collect())
}

#[cfg(test)]
mod tests;
