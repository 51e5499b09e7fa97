//! Why the law says no to a referral command, with the facts that explain it.
//! Never here: personal data, and a refusal for missing material (the police may not refuse for that).

use jiff::Timestamp;

use crate::actor::{Agency, Level};
use crate::claim::ClaimRefused;
use crate::division::DivisionCode;
use crate::ids::{OfficerId, ReferralId, UnitId};
use crate::paper::PaperKind;
use crate::referral::step::Step;
use crate::text::Text;

/// Why a referral command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing was drafted under this id.
    #[error("there is no such referral")]
    Unknown,
    /// The id is taken.
    #[error("referral {referral} has been drafted already")]
    AlreadyDrafted {
        /// The id.
        referral: ReferralId,
    },
    /// The command has no place in the state the referral is in (handbook 3.4).
    #[error("{action} is not possible while the referral is {word} ({code})")]
    NotHere {
        /// The command, as an action.
        action: &'static str,
        /// The state, `S4`.
        code: &'static str,
        /// The state, `delivered`.
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
    /// The agency holds no penalty power (Order 310 art. 2 and 3).
    #[error("{} holds no penalty power and cannot refer a case", agency.code())]
    NotEnforcing {
        /// The agency.
        agency: Agency,
    },
    /// Fewer than two distinct officers (art. 5).
    #[error("a case team has at least {needed} officers, this one has {officers}")]
    TeamTooSmall {
        /// Distinct officers named.
        officers: usize,
        /// Officers needed.
        needed: usize,
    },
    /// The unit named as superior is not above the agency.
    #[error("unit {unit} is not above the referring unit")]
    NotSuperior {
        /// The unit named.
        unit: UnitId,
    },
    /// The unit named is not the procuratorate of the same level.
    #[error("unit {unit} is not a procuratorate of {} level", level.code())]
    NotProcuratorate {
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
    /// The officer is not in the case team.
    #[error("officer {officer} is not in the case team")]
    NotInTeam {
        /// The officer.
        officer: OfficerId,
    },
    /// Only a leader may give a referral up.
    #[error("only a leader of unit {unit} may do this")]
    NotLeader {
        /// The unit.
        unit: UnitId,
    },
    /// Only the head decides (art. 5; MPS 2020 art. 178).
    #[error("only the head of unit {unit} may do this")]
    NotHead {
        /// The unit.
        unit: UnitId,
    },
    /// The head who decides is a member of the case team.
    #[error("officer {officer} is in the case team and cannot decide on its report")]
    ApproverInTeam {
        /// The officer.
        officer: OfficerId,
    },
    /// Only a superior police unit of the area or the agency's superior designates jurisdiction.
    #[error("unit {unit} may not designate a police unit here")]
    MayNotDesignate {
        /// The unit that tried.
        unit: UnitId,
    },
    /// The unit named is not a police unit.
    #[error("unit {unit} is not a police unit")]
    NotPolice {
        /// The unit named.
        unit: UnitId,
    },
    /// Papers that Order 310 art. 6 demands are missing: all of them are named.
    #[error("papers are missing: {}", words(missing))]
    MissingPapers {
        /// All that is missing.
        missing: Vec<PaperKind>,
    },
    /// The paper is of another kind.
    #[error("the paper must be one of {}, not {}", words(expected), word(*given))]
    WrongPaper {
        /// The kind given.
        given: PaperKind,
        /// The kinds that fit.
        expected: Vec<PaperKind>,
    },
    /// Delivered past the police of the same level and area (art. 5).
    #[error("unit {unit} is not the police of {} level for {place}", level.code())]
    WrongPolice {
        /// The unit named.
        unit: UnitId,
        /// The level it must have.
        level: Level,
        /// The division it must serve.
        place: DivisionCode,
    },
    /// Another police unit has been designated.
    #[error("unit {designated} has been designated, not {unit}")]
    NotDesignated {
        /// The unit named.
        unit: UnitId,
        /// The unit designated.
        designated: UnitId,
    },
    /// The unit was designated and cannot pass the case on.
    #[error("unit {unit} has been designated and cannot pass the case on")]
    DesignatedHere {
        /// The unit.
        unit: UnitId,
    },
    /// Passed to the unit that has it.
    #[error("the referral lies with unit {unit} already")]
    ForwardToItself {
        /// The unit.
        unit: UnitId,
    },
    /// Passed to a unit that had it already: a superior must designate.
    #[error("unit {unit} has had this case already; a superior must designate")]
    HadItAlready {
        /// The unit named.
        unit: UnitId,
    },
    /// Someone else took the queue entry.
    #[error("already claimed by {by} since {since}")]
    AlreadyClaimed {
        /// Who.
        by: OfficerId,
        /// Since when; the receipt's time once it is signed.
        since: Timestamp,
    },
    /// The officer does not hold the queue entry.
    #[error("you have not claimed this referral")]
    NotClaimedByYou,
    /// A receipt is signed once (art. 7).
    #[error("unit {unit} signed receipt {number} at {at}; a receipt is never changed")]
    ReceiptImmutable {
        /// The unit that signed.
        unit: UnitId,
        /// The receipt's number.
        number: Text<40>,
        /// When it was signed.
        at: Timestamp,
    },
    /// A supplement notice that asks for nothing.
    #[error("a supplement notice names what is missing")]
    NothingAsked,
    /// The agency's right ended with its period (art. 9).
    #[error("the right to {action} lapsed at {due}")]
    RightLapsed {
        /// The right, as an action.
        action: &'static str,
        /// When it lapsed.
        due: Timestamp,
    },
    /// Supervision was suggested already.
    #[error("filing supervision has been suggested already")]
    AlreadySuggested,
    /// The police have stated their reasons already.
    #[error("the reasons have been given already")]
    ReasonsAlreadyGiven,
    /// The police have not stated their reasons and still have time.
    #[error("the police have not given their reasons; their period ends at {due}")]
    ReasonsPending {
        /// The end of their period.
        due: Timestamp,
    },
    /// The agency has not been told of the withdrawal.
    #[error("the agency has not been told of the withdrawal")]
    WithdrawalNotNotified,
    /// The agency has been told of the withdrawal already.
    #[error("the agency has been told of the withdrawal already")]
    AlreadyNotified,
    /// A fine for the same facts while the referral is open (art. 11).
    #[error("no fine instead of a referral: referral {id} is {word} ({code})")]
    FineInsteadOfReferral {
        /// The referral.
        id: ReferralId,
        /// The state, `S4`.
        code: &'static str,
        /// The state, `delivered`.
        word: &'static str,
    },
    /// Only the hub's clock service rings clocks.
    #[error("only the clock service may do this")]
    NotTheClock,
}

/// The stored word of a kind of paper.
#[must_use]
pub const fn word(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Letter => "letter",
        PaperKind::Report => "report",
        PaperKind::Items => "items",
        PaperKind::Appraisal => "appraisal",
        PaperKind::Other => "other",
        PaperKind::Receipt => "receipt",
        PaperKind::Decision => "decision",
        PaperKind::Notice => "notice",
        PaperKind::Evidence => "evidence",
        PaperKind::HandOver => "hand-over",
    }
}

pub(super) fn words(kinds: &[PaperKind]) -> String {
    kinds.iter().map(|kind| word(*kind)).collect::<Vec<_>>().join(", ")
}

impl Rejection {
    /// The command has no place at this step.
    pub(super) fn not_here(action: &'static str, step: &Step) -> Self {
        Rejection::NotHere { action, code: step.code(), word: step.word() }
    }

    /// A refusal of the claim; `receipted` is since when a kept claim stands.
    pub(super) fn of_claim(refused: ClaimRefused, receipted: Timestamp) -> Self {
        match refused {
            ClaimRefused::AlreadyClaimed { by, since } => {
                Rejection::AlreadyClaimed { by, since: since.unwrap_or(receipted) }
            }
            ClaimRefused::NotClaimedByYou => Rejection::NotClaimedByYou,
        }
    }
}
