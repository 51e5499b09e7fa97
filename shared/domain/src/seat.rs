//! The seat of a work that only one instance of a role may do at a time, such as sending what consumer groups and
//! webhooks are owed: an instance takes it for a while, renews it while it lives, and gives it up when it stops.
//!
//! ```text
//! Vacant --take--> Held until T --give up--> Vacant
//!                  |  ^      '--T passed, or its process is gone--> lapsed, and taken by another
//!                  '--' renew
//! ```
//! The expected revision is the lock: of two instances that take the seat at once, one append wins and the other is
//! decided again and refused by name. That a lease ran out is an event, decided by the first who takes the seat after
//! it. A holder that is late may renew as long as nobody else has taken the seat: then nothing happened in between.
//! An instance is one life of one process, so what has lapsed never comes back.
//!
//! Never here: clocks (time is the stamp's), what the work is, or how long before the end a holder stops.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Stamp;
use crate::decider::{Decider, Refusal, Scope};
use crate::event::Stored;

/// The longest lease: whoever dies holding one keeps all others waiting for it.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(2);

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Takes the seat.
    Take {
        /// Who takes it.
        by: Uuid,
        /// Until when.
        until: Timestamp,
        /// A holder that is known to be gone, because the lock of its data directory is the taker's now.
        instead_of: Option<Uuid>,
    },
    /// Holds it longer.
    Renew {
        /// Who holds it.
        by: Uuid,
        /// Until when.
        until: Timestamp,
    },
    /// Leaves it to others at once.
    GiveUp {
        /// Who held it.
        by: Uuid,
    },
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// An instance took the seat.
    #[serde(rename = "seat.taken")]
    Taken {
        /// Which.
        #[schemars(extend("class" = "P1"))]
        by: Uuid,
        /// Until when.
        #[schemars(extend("class" = "P1"))]
        until: Timestamp,
    },
    /// It holds it longer.
    #[serde(rename = "seat.renewed")]
    Renewed {
        /// Which.
        #[schemars(extend("class" = "P1"))]
        by: Uuid,
        /// Until when.
        #[schemars(extend("class" = "P1"))]
        until: Timestamp,
    },
    /// It left it.
    #[serde(rename = "seat.given-up")]
    GivenUp {
        /// Which.
        #[schemars(extend("class" = "P1"))]
        by: Uuid,
    },
    /// Its lease ran out, or its process is gone.
    #[serde(rename = "seat.lapsed")]
    Lapsed {
        /// Whose.
        #[schemars(extend("class" = "P1"))]
        by: Uuid,
    },
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Taken { .. } => "seat.taken",
            Event::Renewed { .. } => "seat.renewed",
            Event::GivenUp { .. } => "seat.given-up",
            Event::Lapsed { .. } => "seat.lapsed",
        }
    }
}

/// Why the seat is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Another holds it.
    #[error("the seat is held by {by} until {until}")]
    Held {
        /// Which instance.
        by: Uuid,
        /// Until when.
        until: Timestamp,
    },
    /// The instance does not hold it, or not any more.
    #[error("the seat is not held by this instance")]
    NotHeld,
    /// A lease ends after it begins, and not too long after.
    #[error("a lease cannot reach to {until}")]
    NoLease {
        /// The end that was asked for.
        until: Timestamp,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Held { .. } => "SEAT_HELD",
            Rejection::NotHeld => "SEAT_NOT_HELD",
            Rejection::NoLease { .. } => "SEAT_NO_LEASE",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Held { by, until } => vec![("by", by.to_string()), ("until", until.to_string())],
            Rejection::NotHeld => Vec::new(),
            Rejection::NoLease { until } => vec![("until", until.to_string())],
        }
    }
}

/// Whose the seat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody's.
    Vacant {
        /// Whose it was last; none when it never was anybody's.
        last: Option<Uuid>,
    },
    /// An instance's.
    Held {
        /// Which.
        by: Uuid,
        /// Until when.
        until: Timestamp,
    },
}

impl State {
    /// Whose it is, or was last; none when it never was anybody's.
    #[must_use]
    pub const fn last(&self) -> Option<Uuid> {
        match self {
            State::Vacant { last } => *last,
            State::Held { by, .. } => Some(*by),
        }
    }

    /// Whose it is now.
    #[must_use]
    pub const fn holder(&self) -> Option<Uuid> {
        match self {
            State::Vacant { .. } => None,
            State::Held { by, .. } => Some(*by),
        }
    }
}

/// The rule of the seat.
#[derive(Debug)]
pub struct SeatRule;

impl Decider for SeatRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Vacant { last: None }
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (*command, *state) {
            (Command::Take { by, until, .. }, State::Vacant { .. }) => {
                Ok(vec![Event::Taken { by, until: lease(until, stamp)? }])
            }
            // Asked again, because the first answer was lost.
            (Command::Take { by, .. }, State::Held { by: holder, .. }) if by == holder => Ok(Vec::new()),
            (Command::Take { by, until, instead_of }, State::Held { by: holder, until: end }) => {
                if stamp.at < end && instead_of != Some(holder) {
                    return Err(Rejection::Held { by: holder, until: end });
                }
                Ok(vec![Event::Lapsed { by: holder }, Event::Taken { by, until: lease(until, stamp)? }])
            }
            (Command::Renew { by, until }, State::Held { by: holder, until: end }) if by == holder => {
                let until = lease(until, stamp)?;
                Ok((until > end).then_some(Event::Renewed { by, until }).into_iter().collect())
            }
            (Command::GiveUp { by }, State::Held { by: holder, .. }) if by == holder => {
                Ok(vec![Event::GivenUp { by }])
            }
            (Command::Renew { .. } | Command::GiveUp { .. }, State::Vacant { .. } | State::Held { .. }) => {
                Err(Rejection::NotHeld)
            }
        }
    }

    fn evolve(_: State, event: &Event, _: &Stamp) -> State {
        match *event {
            Event::Taken { by, until } | Event::Renewed { by, until } => State::Held { by, until },
            Event::GivenUp { by } | Event::Lapsed { by } => State::Vacant { last: Some(by) },
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Take { .. } | Command::Renew { .. } | Command::GiveUp { .. } => "seat.hold",
        }
    }

    fn scope(_: &Command, _: &State) -> Scope {
        Scope::default()
    }
}

fn lease(until: Timestamp, stamp: &Stamp) -> Result<Timestamp, Rejection> {
    let length = until.duration_since(stamp.at);
    let sound = length > SignedDuration::ZERO && length <= LONGEST;
    if sound { Ok(until) } else { Err(Rejection::NoLease { until }) }
}

#[cfg(test)]
mod tests;
