//! Why the law says no to a reverse referral command. Never here: personal data.

use jiff::Timestamp;

use crate::actor::{Agency, Level};
use crate::decider::Refusal;
use crate::ids::{ReverseId, UnitId};
use crate::text::Text;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing was sent under this id.
    #[error("there is no such reverse referral")]
    Unknown,
    /// The id is taken.
    #[error("reverse referral {reverse} has been sent already")]
    AlreadySent {
        /// The id.
        reverse: ReverseId,
    },
    /// The command has no place here.
    #[error("{action} is not possible while the reverse referral is {word}")]
    NotHere {
        /// The command, as an action.
        action: &'static str,
        /// The state.
        word: &'static str,
    },
    /// It happened before the step it follows.
    #[error("it cannot have happened at {at}, before the previous step at {previous}")]
    BeforePrevious {
        /// When it is said to have happened.
        at: Timestamp,
        /// The step it follows.
        previous: Timestamp,
    },
    /// It is said to happen after the hub learned of it.
    #[error("it cannot have happened at {at}, after it was recorded at {recorded}")]
    InFuture {
        /// When it is said to have happened.
        at: Timestamp,
        /// When the hub learned of it.
        recorded: Timestamp,
    },
    /// Only police and procuratorate hand a case back.
    #[error("{} does not send reverse referrals", agency.code())]
    NotSender {
        /// The agency.
        agency: Agency,
    },
    /// The addressee holds no penalty power.
    #[error("{} holds no penalty power and cannot handle the case", agency.code())]
    NotEnforcing {
        /// The agency.
        agency: Agency,
    },
    /// The addressee is of another level.
    #[error("unit {unit} is not of {} level", level.code())]
    OtherLevel {
        /// The unit named.
        unit: UnitId,
        /// The level it must have.
        level: Level,
    },
    /// Another unit has to do this.
    #[error("this is for unit {unit} to do")]
    NotYourUnit {
        /// The unit that must act.
        unit: UnitId,
    },
    /// A receipt is signed once.
    #[error("receipt {number} was signed at {at}; a receipt is never changed")]
    ReceiptImmutable {
        /// The receipt's number.
        number: Text<40>,
        /// When it was signed.
        at: Timestamp,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "REVERSE_UNKNOWN",
            Rejection::AlreadySent { .. } => "ALREADY_SENT",
            Rejection::NotHere { .. } => "REVERSE_NOT_HERE",
            Rejection::BeforePrevious { .. } => "BEFORE_PREVIOUS",
            Rejection::InFuture { .. } => "IN_FUTURE",
            Rejection::NotSender { .. } => "NOT_SENDER",
            Rejection::NotEnforcing { .. } => "NOT_ENFORCING",
            Rejection::OtherLevel { .. } => "OTHER_LEVEL",
            Rejection::NotYourUnit { .. } => "NOT_YOUR_UNIT",
            Rejection::ReceiptImmutable { .. } => "RECEIPT_IMMUTABLE",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown => Vec::new(),
            Rejection::AlreadySent { reverse } => vec![("reverse", reverse.to_string())],
            Rejection::NotHere { action, word } => {
                vec![("action", (*action).to_owned()), ("word", (*word).to_owned())]
            }
            Rejection::BeforePrevious { at, previous } => {
                vec![("at", at.to_string()), ("previous", previous.to_string())]
            }
            Rejection::InFuture { at, recorded } => {
                vec![("at", at.to_string()), ("recorded", recorded.to_string())]
            }
            Rejection::NotSender { agency } | Rejection::NotEnforcing { agency } => {
                vec![("agency", agency.code().to_owned())]
            }
            Rejection::OtherLevel { unit, level } => {
                vec![("unit", unit.to_string()), ("level", level.code().to_owned())]
            }
            Rejection::NotYourUnit { unit } => vec![("unit", unit.to_string())],
            Rejection::ReceiptImmutable { number, at } => {
                vec![("number", number.to_string()), ("at", at.to_string())]
            }
        }
    }
}
