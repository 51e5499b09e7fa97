//! The reverse referral: police or procuratorate find no crime but an administrative offence, and hand
//! the case to the agency of the same level, which handles it and reports back.
//!
//! ```text
//! Sent --receipt--> Receipted --handle--> Handled --report--> Reported*
//! ```
//! It may follow a referral that was withdrawn (S14) or stand alone. The text knows no period but
//! "promptly", so no clock runs here. Basis: State Council Order 310 art. 13; handbook 3.4 row R.
//!
//! Never here: the referral it answers, which has its own stream, and the agency's own case.

mod rejection;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Stamp, Unit};
use crate::decider::{Decider, Scope};
use crate::division::DivisionCode;
use crate::document_number::DocumentNumber;
use crate::event::Stored;
use crate::ids::{ReferralId, ReverseId, UnitId};
use crate::paper::Paper;
use crate::sealed::Sealed;
use crate::text::{Reason, Text};

pub use rejection::Rejection;

/// What can be asked of a reverse referral.
#[derive(Debug, Clone)]
pub enum Command {
    /// Police or procuratorate hand the case over.
    Send(Box<Sent>),
    /// The agency signs for it.
    SignReceipt {
        /// The receipt's number.
        number: Text<40>,
    },
    /// The agency has dealt with it.
    Handle {
        /// The decision's number.
        number: DocumentNumber,
        /// What was decided.
        outcome: Reason,
    },
    /// The agency tells the sender.
    Report {
        /// The report's number.
        number: DocumentNumber,
    },
}

/// What can happen to a reverse referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was handed over.
    #[serde(rename = "reverse.sent")]
    Sent(Box<Sent>),
    /// The agency signed.
    #[serde(rename = "reverse.receipted")]
    Receipted {
        /// The receipt's number.
        #[schemars(extend("class" = "P1"))]
        number: Text<40>,
        /// The unit that signed.
        #[schemars(extend("class" = "P1"))]
        unit: UnitId,
    },
    /// The agency dealt with it.
    #[serde(rename = "reverse.handled")]
    Handled {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// What was decided.
        #[schemars(extend("class" = "P2"))]
        outcome: Reason,
    },
    /// The sender was told.
    #[serde(rename = "reverse.reported")]
    Reported {
        /// The report's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
}

/// A reverse referral as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sent {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: ReverseId,
    /// The referral it answers, when there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub referral: Option<ReferralId>,
    /// Where the facts happened.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// The police or procuratorate unit.
    #[schemars(extend("class" = "P1"))]
    pub from: Unit,
    /// The agency's unit.
    #[schemars(extend("class" = "P1"))]
    pub to: Unit,
    /// The letter's number.
    #[schemars(extend("class" = "P1"))]
    pub number: DocumentNumber,
    /// The facts and why they are no crime, sealed.
    #[schemars(extend("class" = "P2"))]
    pub facts: Sealed,
    /// Papers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Paper>,
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Sent(_) => "reverse.sent",
            Event::Receipted { .. } => "reverse.receipted",
            Event::Handled { .. } => "reverse.handled",
            Event::Reported { .. } => "reverse.reported",
        }
    }
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Handed over, not signed for.
    Sent,
    /// Signed for.
    Receipted {
        /// The receipt's number.
        number: Text<40>,
        /// When it was signed.
        at: Timestamp,
    },
    /// Dealt with.
    Handled,
    /// The sender has been told. Final.
    Reported,
}

impl Step {
    /// A stable word for views.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Step::Sent => "sent",
            Step::Receipted { .. } => "receipted",
            Step::Handled => "handled",
            Step::Reported => "reported",
        }
    }
}

/// What is known of a reverse referral.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Nothing: not sent.
    #[default]
    Unknown,
    /// What was sent, where it stands and when that step really happened.
    Known {
        /// What was sent.
        sent: Box<Sent>,
        /// Where it stands.
        step: Step,
        /// When the last step happened.
        last: Timestamp,
    },
}

/// The rule of reverse referrals.
#[derive(Debug)]
pub struct ReverseRule;

impl Decider for ReverseRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        if stamp.at > stamp.recorded {
            return Err(Rejection::InFuture { at: stamp.at, recorded: stamp.recorded });
        }
        match (state, command) {
            (State::Unknown, Command::Send(sent)) => send(sent, stamp),
            (
                State::Unknown,
                Command::SignReceipt { .. } | Command::Handle { .. } | Command::Report { .. },
            ) => Err(Rejection::Unknown),
            (State::Known { sent, .. }, Command::Send(_)) => {
                Err(Rejection::AlreadySent { reverse: sent.id.clone() })
            }
            (
                State::Known { sent, step, last },
                Command::SignReceipt { .. } | Command::Handle { .. } | Command::Report { .. },
            ) => {
                yours(&sent.to, stamp)?;
                if stamp.at < *last {
                    return Err(Rejection::BeforePrevious { at: stamp.at, previous: *last });
                }
                answer(command, step, stamp).map(|event| vec![event])
            }
        }
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        let last = stamp.at;
        let step = match event {
            Event::Sent(sent) => {
                return State::Known { sent: sent.clone(), step: Step::Sent, last };
            }
            Event::Receipted { number, .. } => Step::Receipted { number: number.clone(), at: stamp.at },
            Event::Handled { .. } => Step::Handled,
            Event::Reported { .. } => Step::Reported,
        };
        match state {
            State::Unknown => State::Unknown,
            State::Known { sent, .. } => State::Known { sent, step, last },
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Send(_) => "reverse.send",
            Command::SignReceipt { .. } => "reverse.receipt",
            Command::Handle { .. } => "reverse.handle",
            Command::Report { .. } => "reverse.report",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        let of = |sent: &Sent| {
            Scope { division: Some(sent.division), ..Scope::default() }.with(&sent.from).with(&sent.to)
        };
        match (state, command) {
            (State::Known { sent, .. }, _) | (State::Unknown, Command::Send(sent)) => of(sent),
            (
                State::Unknown,
                Command::SignReceipt { .. } | Command::Handle { .. } | Command::Report { .. },
            ) => Scope::default(),
        }
    }
}

fn send(sent: &Sent, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    if !matches!(sent.from.agency, Agency::Police | Agency::Procuratorate) {
        return Err(Rejection::NotSender { agency: sent.from.agency });
    }
    yours(&sent.from, stamp)?;
    if !sent.to.agency.enforces() {
        return Err(Rejection::NotEnforcing { agency: sent.to.agency });
    }
    if sent.to.level != sent.from.level {
        return Err(Rejection::OtherLevel { unit: sent.to.id.clone(), level: sent.from.level });
    }
    Ok(vec![Event::Sent(Box::new(sent.clone()))])
}

fn answer(command: &Command, step: &Step, stamp: &Stamp) -> Result<Event, Rejection> {
    match (command, step) {
        (Command::SignReceipt { number }, Step::Sent) => {
            Ok(Event::Receipted { number: number.clone(), unit: stamp.by.unit.id.clone() })
        }
        (Command::SignReceipt { .. }, Step::Receipted { number, at }) => {
            Err(Rejection::ReceiptImmutable { number: number.clone(), at: *at })
        }
        (Command::Handle { number, outcome }, Step::Receipted { .. }) => {
            Ok(Event::Handled { number: number.clone(), outcome: outcome.clone() })
        }
        (Command::Report { number }, Step::Handled) => Ok(Event::Reported { number: number.clone() }),
        (
            Command::Send(_) | Command::SignReceipt { .. } | Command::Handle { .. } | Command::Report { .. },
            Step::Sent | Step::Receipted { .. } | Step::Handled | Step::Reported,
        ) => Err(Rejection::NotHere { action: ReverseRule::action(command), word: step.word() }),
    }
}

fn yours(unit: &Unit, stamp: &Stamp) -> Result<(), Rejection> {
    if stamp.by.unit.id == unit.id { Ok(()) } else { Err(Rejection::NotYourUnit { unit: unit.id.clone() }) }
}

#[cfg(test)]
mod tests;
