//! A door that was shut 登录锁定: one officer's sign-in at one address, after too many wrong passwords (handbook 8.1).
//!
//! ```text
//! Open --shut--> Shut(until) --its time is over--> Open
//! ```
//! One stream for each door. It is named after a mark that only the hub can make of officer and address, so that the log
//! tells nobody who was guessed at, from where, or which officers there are. Wrong passwords are not events: a stranger
//! must not fill the log. Whoever finds the door shut by another instance leaves it so.
//!
//! Never here: how many wrong passwords are too many, officers, or addresses.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Stamp;
use crate::decider::{Decider, Refusal, Scope};
use crate::event::Stored;

/// The mark of a door: 32 hexadecimal digits, which nobody can read back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DoorMark(String);

/// A text that is no mark of a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the mark of a door is DO- and 32 hexadecimal digits")]
pub struct DoorMarkError;

impl DoorMark {
    /// What the names of the streams of doors begin with.
    pub const PREFIX: &'static str = "DO";

    /// The mark with these 128 bits.
    #[must_use]
    pub fn new(bits: u128) -> Self {
        Self(format!("{}-{bits:032x}", Self::PREFIX))
    }

    /// The mark as text; also the name of its stream.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DoorMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DoorMark {
    type Err = DoorMarkError;

    fn from_str(text: &str) -> Result<Self, DoorMarkError> {
        let bits = text.strip_prefix(Self::PREFIX).and_then(|rest| rest.strip_prefix('-'));
        let bits = bits.filter(|bits| bits.len() == 32).and_then(|bits| u128::from_str_radix(bits, 16).ok());
        bits.map(Self::new).ok_or(DoorMarkError)
    }
}

/// What can be asked.
#[derive(Debug, Clone, Copy)]
pub enum Command {
    /// Shut it.
    Shut {
        /// The first instant at which it is open again.
        until: Timestamp,
    },
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was shut.
    #[serde(rename = "door.shut")]
    Shut {
        /// The first instant at which it is open again.
        #[schemars(extend("class" = "P1"))]
        until: Timestamp,
    },
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Shut { .. } => "door.shut",
        }
    }
}

/// The law refuses nothing here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match *self {}
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match *self {}
    }
}

/// What is known of a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was never shut.
    Open,
    /// It is shut, or was.
    Shut {
        /// The first instant at which it is open again.
        until: Timestamp,
    },
}

/// The rule of doors.
#[derive(Debug)]
pub struct DoorRule;

impl Decider for DoorRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Open
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            // Trying while it is shut does not prolong it, and another instance may have been faster.
            (Command::Shut { .. }, State::Shut { until }) if *until > stamp.recorded => Ok(Vec::new()),
            (Command::Shut { until }, State::Open | State::Shut { .. }) => {
                Ok(vec![Event::Shut { until: *until }])
            }
        }
    }

    fn evolve(_: State, event: &Event, _: &Stamp) -> State {
        match event {
            Event::Shut { until } => State::Shut { until: *until },
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Shut { .. } => "door.shut",
        }
    }

    fn scope(_: &Command, _: &State) -> Scope {
        Scope::default()
    }
}

#[cfg(test)]
mod tests;
