//! A webhook as the log keeps it: where another system is reached, as whose eyes, with which secrets, and how it stands.
//! Whoever holds the seat of the deliveries writes here what it is now whenever that changes; whoever takes the seat
//! next sends on from that.
//!
//! ```text
//! Unknown --keep--> Kept --keep--> Kept --forget--> Forgotten
//!    '--------------- forget -----------------------^
//! ```
//! The address and what it is for are sealed, and so is every secret: an address may hold a key of the other system.
//! No number is given twice, so what was forgotten never comes back. One that never came can be forgotten too: of two
//! appends at the same revision one holds, so a registration whose answer was lost cannot come after that any more.
//!
//! Never here: an event that was sent, the clock, or when a webhook is given up.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Stamp;
use crate::consumer_group::Place;
use crate::decider::{Decider, Refusal, Scope};
use crate::event::Stored;
use crate::ids::UnitId;
use crate::sealed::Sealed;

/// The category of the streams of webhooks.
pub const PREFIX: &str = "WH";

/// A secret that signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Secret {
    /// The secret.
    #[schemars(extend("class" = "P4"))]
    pub sealed: Sealed,
    /// When it stops signing; the newest has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub until: Option<Timestamp>,
}

/// A webhook as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// The unit it is of.
    #[schemars(extend("class" = "P1"))]
    pub unit: UnitId,
    /// The account whose eyes it has.
    #[schemars(extend("class" = "P1"))]
    pub owner: String,
    /// Where it is reached.
    #[schemars(extend("class" = "P3"))]
    pub url: Sealed,
    /// What it is for.
    #[schemars(extend("class" = "P3"))]
    pub description: Sealed,
    /// Which events: a `safeguard.v1.EventFilter` in base64.
    #[schemars(extend("class" = "P1"))]
    pub filter: String,
    /// The place it started behind; none is the beginning of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub after: Option<Place>,
    /// When it was registered.
    #[schemars(extend("class" = "P1"))]
    pub registered_at: Timestamp,
    /// How it stands: `active`, `disabled`, `gone`, `failing` or `owner-lost`.
    #[schemars(extend("class" = "P1"))]
    pub standing: String,
    /// Since when.
    #[schemars(extend("class" = "P1"))]
    pub since: Timestamp,
    /// Who made it stand so; empty when the hub did.
    #[schemars(extend("class" = "P1"))]
    pub changed_by: String,
    /// When something was accepted last, as of the last change of anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub last_success: Option<Timestamp>,
    /// Since when there was nothing but failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub failing_since: Option<Timestamp>,
    /// The word of the last failure; empty while it works.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub last_error: String,
    /// The secrets that sign, oldest first.
    #[schemars(extend("class" = "P4"))]
    pub secrets: Vec<Secret>,
}

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Writes down what it is now.
    Keep(Box<Kept>),
    /// Forgets it.
    Forget,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was registered.
    #[serde(rename = "webhook.registered")]
    Registered(Box<Kept>),
    /// It changed and is now so.
    #[serde(rename = "webhook.changed")]
    Changed(Box<Kept>),
    /// It is no more.
    #[serde(rename = "webhook.forgotten")]
    Forgotten {},
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Registered(_) => "webhook.registered",
            Event::Changed(_) => "webhook.changed",
            Event::Forgotten {} => "webhook.forgotten",
        }
    }
}

/// Why it is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It is no more.
    #[error("the webhook was forgotten")]
    Forgotten,
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Forgotten => "WEBHOOK_FORGOTTEN",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Forgotten => Vec::new(),
        }
    }
}

/// What is known of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Unknown,
    /// It is there.
    Kept,
    /// It is no more.
    Forgotten,
}

/// The rule of webhooks.
#[derive(Debug)]
pub struct WebhookRule;

impl Decider for WebhookRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Keep(kept), State::Unknown) => Ok(vec![Event::Registered(kept.clone())]),
            (Command::Keep(kept), State::Kept) => Ok(vec![Event::Changed(kept.clone())]),
            (Command::Keep(_), State::Forgotten) => Err(Rejection::Forgotten),
            (Command::Forget, State::Unknown | State::Kept) => Ok(vec![Event::Forgotten {}]),
            // Asked again, because the first answer was lost.
            (Command::Forget, State::Forgotten) => Ok(Vec::new()),
        }
    }

    fn evolve(_: State, event: &Event, _: &Stamp) -> State {
        match event {
            Event::Registered(_) | Event::Changed(_) => State::Kept,
            Event::Forgotten {} => State::Forgotten,
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Keep(_) | Command::Forget => "delivery.note",
        }
    }

    fn scope(_: &Command, _: &State) -> Scope {
        Scope::default()
    }
}

#[cfg(test)]
mod tests;
