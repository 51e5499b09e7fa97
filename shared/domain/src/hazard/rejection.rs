//! Why the law says no to a command about a hazard. Never here: personal data.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::decider::Refusal;
use crate::division::DivisionCode;
use crate::ids::{HazardId, OfficerId, UnitId};

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing was found under this id.
    #[error("there is no such hazard")]
    Unknown,
    /// The id is taken.
    #[error("hazard {hazard} has been recorded already")]
    AlreadyFound {
        /// The id.
        hazard: HazardId,
    },
    /// The command has no place here.
    #[error("{action} is not possible while the hazard is {word}")]
    NotHere {
        /// The command, as an action.
        action: &'static str,
        /// The stage.
        word: &'static str,
    },
    /// It is another unit's to do.
    #[error("this is for unit {unit} to do")]
    NotYourUnit {
        /// The unit.
        unit: UnitId,
    },
    /// Not a responsible person.
    #[error("a leader or the head of unit {unit} must do this")]
    NotLeader {
        /// The unit.
        unit: UnitId,
    },
    /// Only the fire service seals (消防法 art. 54).
    #[error("only the fire and rescue service may seal")]
    NotFire,
    /// A second person must do it.
    #[error("a second person must do this")]
    OwnRequest,
    /// A major hazard is not fixed on the spot.
    #[error("a major hazard is rectified by plan, not on the spot")]
    MajorOnSpot,
    /// Without an attachment nothing is shown.
    #[error("evidence is missing: attach at least one paper")]
    EvidenceMissing,
    /// The end of a general hazard's time is the law's.
    #[error("the time of a general hazard is set by the table of periods")]
    DeadlineByLaw,
    /// A major hazard's plan has an end.
    #[error("the last day of the plan is missing")]
    DeadlineMissing,
    /// The end lies before now or after what is allowed.
    #[error("{until} is past, or later than the time allowed, which ends at {last}")]
    DeadlineOutside {
        /// The day wanted.
        until: Date,
        /// The last instant allowed.
        last: Timestamp,
    },
    /// A major hazard needs protection meanwhile.
    #[error("a major hazard needs interim protection")]
    InterimMissing,
    /// The money is not a number of fen.
    #[error("the money is a whole number of fen")]
    MoneyUnreadable,
    /// More time has been asked for.
    #[error("an extension has been asked for already")]
    ExtensionAsked,
    /// There is one extension only.
    #[error("there is one extension, and it has been given")]
    ExtensionUsed,
    /// Nobody asked for more time.
    #[error("no extension has been asked for")]
    NoExtensionAsked,
    /// The new day is no later than the old.
    #[error("{until} is no later than the day that holds now")]
    NoExtension {
        /// The day wanted.
        until: Date,
    },
    /// Its time is over.
    #[error("the time to rectify it ended at {due}")]
    Overdue {
        /// When its time ended.
        due: Timestamp,
    },
    /// It is in time.
    #[error("the hazard is not overdue")]
    NotOverdue,
    /// It is listed.
    #[error("the hazard is under listed supervision already")]
    AlreadyListed,
    /// There is a penalty case.
    #[error("a penalty case is open already")]
    PenaltyOpenAlready,
    /// A fixer does not look at the fix.
    #[error("officer {officer} fixed it or reported the fix; others must look at it")]
    FixedByThem {
        /// The fixer.
        officer: OfficerId,
    },
    /// Too few were there.
    #[error("{present} officers were on site, {needed} are needed")]
    TooFewOnSite {
        /// Officers present.
        present: usize,
        /// Officers needed.
        needed: usize,
    },
    /// The place is sealed or suspended.
    #[error("the place is out of use")]
    OutOfUse,
    /// The place is in use.
    #[error("the place is not out of use")]
    InUse,
    /// The collective decision on sealing is awaited.
    #[error("the decision on sealing is awaited")]
    SealProposed,
    /// There is no sealing to decide.
    #[error("there is no sealing to decide")]
    NoSealProposed,
    /// Too few decided.
    #[error("{deciders} decided, a collective decision needs {needed}")]
    NotCollective {
        /// Who decided.
        deciders: usize,
        /// Fewest needed.
        needed: usize,
    },
    /// The decision is a numbered document.
    #[error("the decision must be a numbered document")]
    DecisionMissing,
    /// The review has been asked for.
    #[error("the review has been asked for already")]
    ReviewAsked,
    /// No review has been asked for.
    #[error("no review has been asked for")]
    ReviewNotAsked,
    /// Nothing is used again without review.
    #[error("it has not passed a review")]
    NotReviewed,
    /// It is with that unit.
    #[error("unit {unit} has it already")]
    SameUnit {
        /// The unit.
        unit: UnitId,
    },
    /// A unit finds only in its own area.
    #[error("{division} lies outside the area {area}")]
    OutsideArea {
        /// Where the hazard is.
        division: DivisionCode,
        /// The unit's area.
        area: DivisionCode,
    },
    /// A step is dated before what brought the hazard where it stands.
    #[error("the hazard came to where it stands at {since}; this cannot have happened before")]
    BeforeLast {
        /// When it did.
        since: Timestamp,
    },
    /// It has been held to be wrong.
    #[error("it has been proposed to void the record")]
    VoidProposed,
    /// Nobody held the record to be wrong.
    #[error("nobody has proposed to void the record")]
    NoVoidProposed,
    /// Only the clock service rings.
    #[error("only the clock service may do this")]
    NotTheClock,
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "HAZARD_UNKNOWN",
            Rejection::AlreadyFound { .. } => "HAZARD_FOUND_ALREADY",
            Rejection::NotHere { .. } => "HAZARD_NOT_HERE",
            Rejection::NotYourUnit { .. } => "HAZARD_NOT_YOUR_UNIT",
            Rejection::NotLeader { .. } => "NOT_LEADER",
            Rejection::NotFire => "HAZARD_NOT_FIRE",
            Rejection::OwnRequest => "HAZARD_SECOND_PERSON",
            Rejection::MajorOnSpot => "HAZARD_MAJOR_ON_SPOT",
            Rejection::EvidenceMissing => "HAZARD_EVIDENCE_MISSING",
            Rejection::DeadlineByLaw => "HAZARD_DEADLINE_BY_LAW",
            Rejection::DeadlineMissing => "HAZARD_DEADLINE_MISSING",
            Rejection::DeadlineOutside { .. } => "HAZARD_DEADLINE_OUTSIDE",
            Rejection::InterimMissing => "HAZARD_INTERIM_MISSING",
            Rejection::MoneyUnreadable => "HAZARD_MONEY_UNREADABLE",
            Rejection::ExtensionAsked => "HAZARD_EXTENSION_ASKED",
            Rejection::ExtensionUsed => "HAZARD_EXTENSION_USED",
            Rejection::NoExtensionAsked => "HAZARD_NO_EXTENSION_ASKED",
            Rejection::NoExtension { .. } => "HAZARD_NO_EXTENSION",
            Rejection::Overdue { .. } => "HAZARD_OVERDUE",
            Rejection::NotOverdue => "HAZARD_NOT_OVERDUE",
            Rejection::AlreadyListed => "HAZARD_LISTED_ALREADY",
            Rejection::PenaltyOpenAlready => "HAZARD_PENALTY_OPEN",
            Rejection::FixedByThem { .. } => "HAZARD_FIXED_BY_THEM",
            Rejection::TooFewOnSite { .. } => "HAZARD_TOO_FEW_ON_SITE",
            Rejection::OutOfUse => "HAZARD_OUT_OF_USE",
            Rejection::InUse => "HAZARD_IN_USE",
            Rejection::SealProposed => "HAZARD_SEAL_PENDING",
            Rejection::NoSealProposed => "HAZARD_NO_SEAL_PENDING",
            Rejection::NotCollective { .. } => "HAZARD_NOT_COLLECTIVE",
            Rejection::DecisionMissing => "HAZARD_DECISION_MISSING",
            Rejection::ReviewAsked => "HAZARD_REVIEW_ASKED",
            Rejection::ReviewNotAsked => "HAZARD_REVIEW_NOT_ASKED",
            Rejection::NotReviewed => "HAZARD_NOT_REVIEWED",
            Rejection::SameUnit { .. } => "HAZARD_SAME_UNIT",
            Rejection::OutsideArea { .. } => "HAZARD_OUTSIDE_AREA",
            Rejection::BeforeLast { .. } => "HAZARD_BEFORE_LAST",
            Rejection::VoidProposed => "HAZARD_VOID_PROPOSED",
            Rejection::NoVoidProposed => "HAZARD_NO_VOID_PROPOSED",
            Rejection::NotTheClock => "NOT_THE_CLOCK",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown
            | Rejection::NotFire
            | Rejection::OwnRequest
            | Rejection::MajorOnSpot
            | Rejection::EvidenceMissing
            | Rejection::DeadlineByLaw
            | Rejection::DeadlineMissing
            | Rejection::InterimMissing
            | Rejection::MoneyUnreadable
            | Rejection::ExtensionAsked
            | Rejection::ExtensionUsed
            | Rejection::NoExtensionAsked
            | Rejection::NotOverdue
            | Rejection::AlreadyListed
            | Rejection::PenaltyOpenAlready
            | Rejection::OutOfUse
            | Rejection::InUse
            | Rejection::SealProposed
            | Rejection::NoSealProposed
            | Rejection::DecisionMissing
            | Rejection::ReviewAsked
            | Rejection::ReviewNotAsked
            | Rejection::NotReviewed
            | Rejection::VoidProposed
            | Rejection::NoVoidProposed
            | Rejection::NotTheClock => Vec::new(),
            Rejection::AlreadyFound { hazard } => vec![("hazard", hazard.to_string())],
            Rejection::NotHere { action, word } => {
                vec![("action", action.to_string()), ("word", word.to_string())]
            }
            Rejection::NotYourUnit { unit }
            | Rejection::NotLeader { unit }
            | Rejection::SameUnit { unit } => {
                vec![("unit", unit.to_string())]
            }
            Rejection::OutsideArea { division, area } => {
                vec![("division", division.to_string()), ("area", area.to_string())]
            }
            Rejection::BeforeLast { since } => vec![("since", since.to_string())],
            Rejection::DeadlineOutside { until, last } => {
                vec![("until", until.to_string()), ("last", last.to_string())]
            }
            Rejection::NoExtension { until } => vec![("until", until.to_string())],
            Rejection::Overdue { due } => vec![("due", due.to_string())],
            Rejection::FixedByThem { officer } => vec![("officer", officer.to_string())],
            Rejection::TooFewOnSite { present, needed } => {
                vec![("present", present.to_string()), ("needed", needed.to_string())]
            }
            Rejection::NotCollective { deciders, needed } => {
                vec![("deciders", deciders.to_string()), ("needed", needed.to_string())]
            }
        }
    }
}
