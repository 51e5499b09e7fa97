//! Why the law says no to a command about an access by break-glass. Never here: personal data.

use jiff::Timestamp;

use crate::decider::Refusal;
use crate::ids::{GrantId, OfficerId, UnitId};

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing was asked for under this id.
    #[error("there is no such access")]
    Unknown,
    /// The id is taken.
    #[error("access {grant} has been requested already")]
    AlreadyRequested {
        /// The id.
        grant: GrantId,
    },
    /// The command has no place here.
    #[error("{action} is not possible while the access is {word}")]
    NotHere {
        /// The command, as an action.
        action: &'static str,
        /// The stage.
        word: &'static str,
    },
    /// No time, or more than the law allows.
    #[error("an access lasts 1 to {max} hours, not {hours}")]
    TooLong {
        /// Hours wanted.
        hours: u8,
        /// Hours allowed.
        max: u8,
    },
    /// An earlier access of the officer should have been reviewed by now.
    #[error("the review of access {grant} is overdue")]
    ReviewOverdue {
        /// The earlier access.
        grant: GrantId,
    },
    /// An approval may only narrow what was asked.
    #[error("an approval opens no more than was asked for")]
    Wider,
    /// Who asked cannot approve, refuse or review.
    #[error("a second person must do this, not the one who asked")]
    OwnRequest,
    /// Who approved cannot review.
    #[error("officer {officer} approved this access; somebody else reviews it")]
    ApprovedByYou {
        /// Who approved.
        officer: OfficerId,
    },
    /// Neither of the unit that asked nor of the one above it.
    #[error("this is for unit {unit} or the one above it to do")]
    NotYourUnit {
        /// The unit that asked.
        unit: UnitId,
    },
    /// Not a responsible person.
    #[error("a leader or the head of unit {unit} must do this")]
    NotLeader {
        /// The unit.
        unit: UnitId,
    },
    /// The access is another officer's.
    #[error("this access is officer {officer}'s")]
    NotYours {
        /// Whose it is.
        officer: OfficerId,
    },
    /// Its time is over.
    #[error("the access ended at {until}")]
    Over {
        /// When.
        until: Timestamp,
    },
    /// Only the clock service rings.
    #[error("only the clock service may do this")]
    NotTheClock,
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "ACCESS_UNKNOWN",
            Rejection::AlreadyRequested { .. } => "ACCESS_REQUESTED_ALREADY",
            Rejection::NotHere { .. } => "ACCESS_NOT_HERE",
            Rejection::TooLong { .. } => "ACCESS_TOO_LONG",
            Rejection::ReviewOverdue { .. } => "ACCESS_REVIEW_OVERDUE",
            Rejection::Wider => "ACCESS_WIDER",
            Rejection::OwnRequest => "ACCESS_OWN_REQUEST",
            Rejection::ApprovedByYou { .. } => "ACCESS_APPROVED_BY_YOU",
            Rejection::NotYourUnit { .. } => "ACCESS_NOT_YOUR_UNIT",
            Rejection::NotLeader { .. } => "NOT_LEADER",
            Rejection::NotYours { .. } => "ACCESS_NOT_YOURS",
            Rejection::Over { .. } => "ACCESS_OVER",
            Rejection::NotTheClock => "NOT_THE_CLOCK",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown | Rejection::Wider | Rejection::OwnRequest | Rejection::NotTheClock => {
                Vec::new()
            }
            Rejection::AlreadyRequested { grant } | Rejection::ReviewOverdue { grant } => {
                vec![("grant", grant.to_string())]
            }
            Rejection::NotHere { action, word } => {
                vec![("action", (*action).to_owned()), ("word", (*word).to_owned())]
            }
            Rejection::TooLong { hours, max } => {
                vec![("hours", hours.to_string()), ("max", max.to_string())]
            }
            Rejection::ApprovedByYou { officer } | Rejection::NotYours { officer } => {
                vec![("officer", officer.to_string())]
            }
            Rejection::NotYourUnit { unit } | Rejection::NotLeader { unit } => {
                vec![("unit", unit.to_string())]
            }
            Rejection::Over { until } => vec![("until", until.to_string())],
        }
    }
}
