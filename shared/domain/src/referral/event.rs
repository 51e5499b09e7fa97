//! What can happen to a referral: the stored contract. Names and fields here are guarded by golden files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Unit;
use crate::claim::ClaimEvent;
use crate::clock::ClockEvent;
use crate::division::DivisionCode;
use crate::document_number::DocumentNumber;
use crate::event::Stored;
use crate::ids::{ClueId, OfficerId, ReferralId, UnitId};
use crate::paper::{Paper, PaperKind};
pub use crate::referral::charge::{Charge, ChargeError};
use crate::sealed::Sealed;
use crate::text::{Reason, Text};

/// A paper the police ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupplementPaper {
    /// What kind of paper.
    #[schemars(extend("class" = "P1"))]
    pub kind: PaperKind,
    /// What it must show.
    #[schemars(extend("class" = "P2"))]
    pub note: Reason,
}

/// Why a filed case is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WithdrawalReason {
    /// No criminal facts.
    NoCriminalFacts,
    /// Clearly minor, not regarded as a crime.
    ClearlyMinor,
    /// Limitation has run out.
    TimeBarred,
    /// Amnesty.
    Amnesty,
    /// The suspect died.
    SuspectDied,
    /// Otherwise no criminal liability.
    NoLiability,
}

/// What can happen to a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A draft was opened.
    #[serde(rename = "referral.drafted")]
    Drafted(Box<Drafted>),
    /// It was given up.
    #[serde(rename = "referral.abandoned")]
    Abandoned {
        /// The decision's number; old events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        number: Option<DocumentNumber>,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The written report went to the head.
    #[serde(rename = "referral.submitted")]
    Submitted {
        /// The written report's number; old events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        number: Option<DocumentNumber>,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// The head approved.
    #[serde(rename = "referral.head-approved")]
    HeadApproved {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// The signed decision, when it was attached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<Paper>,
        /// Number of the document by which the officer presided in the head's place; none when the head decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        presiding: Option<DocumentNumber>,
    },
    /// The head refused.
    #[serde(rename = "referral.head-refused")]
    HeadRefused {
        /// The decision's number; old events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        number: Option<DocumentNumber>,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
        /// The signed decision, when it was attached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<Paper>,
        /// Number of the document by which the officer presided in the head's place; none when the head decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        presiding: Option<DocumentNumber>,
    },
    /// A superior order or procuratorial opinion sent it back to drafting.
    #[serde(rename = "referral.ordered-anew")]
    OrderedAnew {
        /// The order's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// Another police unit was designated.
    #[serde(rename = "referral.designated")]
    Designated {
        /// The unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// The designation's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// It was delivered to the police.
    #[serde(rename = "referral.delivered")]
    Delivered {
        /// The police unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// The letter's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Papers.
        papers: Vec<Paper>,
        /// Who got the copy.
        #[schemars(extend("class" = "P1"))]
        copy_to: UnitId,
    },
    /// The police signed the receipt.
    #[serde(rename = "referral.receipted")]
    Receipted {
        /// The receipt's number.
        #[schemars(extend("class" = "P1"))]
        number: Text<40>,
        /// The unit that signed.
        #[schemars(extend("class" = "P1"))]
        unit: UnitId,
        /// The signed receipt.
        paper: Paper,
    },
    /// Nobody signed in time: it lies before the fallback unit of the police as well.
    #[serde(rename = "referral.fell-back")]
    FellBack {
        /// The fallback unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
    },
    /// The police asked for material.
    #[serde(rename = "referral.supplement-requested")]
    SupplementRequested {
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// What is missing.
        missing: Vec<SupplementPaper>,
    },
    /// The agency handed it in.
    #[serde(rename = "referral.supplemented")]
    Supplemented {
        /// The covering letter's number; old events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        number: Option<DocumentNumber>,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// The police passed it on.
    #[serde(rename = "referral.forwarded")]
    Forwarded {
        /// To whom.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// It is not a police matter.
    #[serde(rename = "referral.not-police-matter")]
    NotPoliceMatter {
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
        /// The authority suggested.
        #[schemars(extend("class" = "P2"))]
        suggestion: Text<100>,
    },
    /// A criminal case was filed.
    #[serde(rename = "referral.filed")]
    Filed {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// The decision.
        paper: Paper,
    },
    /// It was not filed.
    #[serde(rename = "referral.not-filed")]
    NotFiled {
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
        /// The notice.
        paper: Paper,
    },
    /// The agency asked for reconsideration.
    #[serde(rename = "referral.reconsideration-requested")]
    ReconsiderationRequested {
        /// The request's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The non-filing was upheld.
    #[serde(rename = "referral.reconsideration-upheld")]
    ReconsiderationUpheld {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The agency suggested filing supervision.
    #[serde(rename = "referral.supervision-suggested")]
    SupervisionSuggested {
        /// The suggestion's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// The procuratorate demanded reasons.
    #[serde(rename = "referral.supervision-opened")]
    SupervisionOpened {
        /// The demand's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// The police stated their reasons.
    #[serde(rename = "referral.reasons-given")]
    ReasonsGiven {
        /// The statement's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// The reasons.
        #[schemars(extend("class" = "P4"))]
        reason: Reason,
    },
    /// The procuratorate accepted them.
    #[serde(rename = "referral.reasons-accepted")]
    ReasonsAccepted {
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// The procuratorate ordered filing.
    #[serde(rename = "referral.filing-ordered")]
    FilingOrdered {
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// The hand-over list was signed.
    #[serde(rename = "referral.handed-over")]
    HandedOver {
        /// The list's number; old events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        number: Option<DocumentNumber>,
        /// The signed list.
        paper: Paper,
    },
    /// It went back for administrative handling.
    #[serde(rename = "referral.returned-for-admin")]
    ReturnedForAdmin {
        /// The number of the decision to take it back; none when the last remedy was used up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        number: Option<DocumentNumber>,
    },
    /// The police withdrew the case.
    #[serde(rename = "referral.withdrawn")]
    Withdrawn {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: WithdrawalReason,
    },
    /// The agency was told of the withdrawal.
    #[serde(rename = "referral.withdrawal-notified")]
    WithdrawalNotified {
        /// The notice's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// The outcome was reported.
    #[serde(rename = "referral.concluded")]
    Concluded {
        /// The document's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// The outcome.
        #[schemars(extend("class" = "P2"))]
        outcome: Reason,
    },
    /// The police told the agency how it stands.
    #[serde(rename = "referral.feedback-given")]
    FeedbackGiven {
        /// The words, sealed.
        #[schemars(extend("class" = "P2"))]
        text: Sealed,
    },
    /// Something happened to the claim.
    #[serde(untagged)]
    Claim(ClaimEvent),
    /// Something happened to a clock.
    #[serde(untagged)]
    Clock(ClockEvent),
}

/// A new draft as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drafted {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: ReferralId,
    /// The clue.
    #[schemars(extend("class" = "P1"))]
    pub clue: ClueId,
    /// Where the facts happened.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// The number of the team's appointment or of the administrative case 立案; old drafts have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub number: Option<DocumentNumber>,
    /// The agency's unit.
    #[schemars(extend("class" = "P1"))]
    pub from: Unit,
    /// The unit above it.
    #[schemars(extend("class" = "P1"))]
    pub superior: Unit,
    /// The procuratorate of the same level.
    #[schemars(extend("class" = "P1"))]
    pub procuratorate: Unit,
    /// The case team.
    #[schemars(extend("class" = "P1"))]
    pub team: Vec<OfficerId>,
    /// Suspected charges.
    #[schemars(extend("class" = "P2"))]
    pub charges: Vec<Charge>,
    /// The facts, sealed.
    #[schemars(extend("class" = "P2"))]
    pub facts: Sealed,
}

impl Event {
    /// What was drafted, when this is the draft.
    #[must_use]
    pub fn drafted(&self) -> Option<&Drafted> {
        if let Event::Drafted(drafted) = self { Some(drafted) } else { None }
    }
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Drafted(_) => "referral.drafted",
            Event::Abandoned { .. } => "referral.abandoned",
            Event::Submitted { .. } => "referral.submitted",
            Event::HeadApproved { .. } => "referral.head-approved",
            Event::HeadRefused { .. } => "referral.head-refused",
            Event::OrderedAnew { .. } => "referral.ordered-anew",
            Event::Designated { .. } => "referral.designated",
            Event::Delivered { .. } => "referral.delivered",
            Event::Receipted { .. } => "referral.receipted",
            Event::FellBack { .. } => "referral.fell-back",
            Event::SupplementRequested { .. } => "referral.supplement-requested",
            Event::Supplemented { .. } => "referral.supplemented",
            Event::Forwarded { .. } => "referral.forwarded",
            Event::NotPoliceMatter { .. } => "referral.not-police-matter",
            Event::Filed { .. } => "referral.filed",
            Event::NotFiled { .. } => "referral.not-filed",
            Event::ReconsiderationRequested { .. } => "referral.reconsideration-requested",
            Event::ReconsiderationUpheld { .. } => "referral.reconsideration-upheld",
            Event::SupervisionSuggested { .. } => "referral.supervision-suggested",
            Event::SupervisionOpened { .. } => "referral.supervision-opened",
            Event::ReasonsGiven { .. } => "referral.reasons-given",
            Event::ReasonsAccepted { .. } => "referral.reasons-accepted",
            Event::FilingOrdered { .. } => "referral.filing-ordered",
            Event::HandedOver { .. } => "referral.handed-over",
            Event::ReturnedForAdmin { .. } => "referral.returned-for-admin",
            Event::Withdrawn { .. } => "referral.withdrawn",
            Event::WithdrawalNotified { .. } => "referral.withdrawal-notified",
            Event::Concluded { .. } => "referral.concluded",
            Event::FeedbackGiven { .. } => "referral.feedback-given",
            Event::Claim(event) => event.kind(),
            Event::Clock(event) => event.kind(),
        }
    }
}
