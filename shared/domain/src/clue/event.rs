//! What can happen to a clue: the stored contract. Names and fields here are guarded by golden files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Unit;
use crate::category::{Category, Harm, Minor, Urgency};
use crate::claim::ClaimEvent;
use crate::clock::ClockEvent;
pub use crate::clue::reported::{Part, Person, Reported, Reporter};
use crate::document_number::DocumentNumber;
use crate::event::Stored;
use crate::ids::{ClueId, OfficerId, ReferralId, UnitId};
use crate::paper::Paper;
use crate::referral::event::Drafted;
use crate::sealed::Sealed;
use crate::text::{Reason, Text};

/// The result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// It holds 查实.
    Substantiated,
    /// It does not hold 查否.
    Unsubstantiated,
    /// It cannot be verified 无法查证.
    Unverifiable,
}

/// What came of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TransferOutcome {
    /// A criminal case was opened 刑事立案.
    FiledCriminal,
    /// A public-order case was opened 行政受案.
    FiledAdministrative,
    /// Nothing to pursue 不予处理.
    NotPursued,
    /// Handled otherwise.
    Handled,
}

/// What can happen to a clue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A clue was written down.
    #[serde(rename = "clue.reported")]
    Reported(Box<Reported>),
    /// The police-report obligation opened (MPL art. 11; 高检发〔2020〕9号).
    #[serde(rename = "clue.obligation-opened")]
    ObligationOpened {
        /// The police unit that must receive it.
        #[schemars(extend("class" = "P1"))]
        police: Unit,
    },
    /// An education officer noted the 110 call.
    #[serde(rename = "clue.call-recorded")]
    CallRecorded {
        /// The number of the call record.
        #[schemars(extend("class" = "P1"))]
        call: Text<40>,
    },
    /// The police signed: the obligation is met.
    #[serde(rename = "clue.obligation-met")]
    ObligationMet {
        /// The number of the police receipt.
        #[schemars(extend("class" = "P1"))]
        receipt: Text<40>,
    },
    /// Another clue was merged into this one.
    #[serde(rename = "clue.absorbed")]
    Absorbed {
        /// The other clue.
        #[schemars(extend("class" = "P1"))]
        from: ClueId,
        /// The urgency now.
        #[schemars(extend("class" = "P1"))]
        urgency: Urgency,
    },
    /// A merge was proposed and waits for a second officer.
    #[serde(rename = "clue.merge-proposed")]
    MergeProposed {
        /// The clue that stays.
        #[schemars(extend("class" = "P1"))]
        into: ClueId,
    },
    /// This clue was merged into another.
    #[serde(rename = "clue.merged")]
    Merged {
        /// The clue that stays.
        #[schemars(extend("class" = "P1"))]
        into: ClueId,
        /// The urgency handed over.
        #[schemars(extend("class" = "P1"))]
        urgency: Urgency,
    },
    /// The merge of this clue was undone: clues had been merged in a circle and none went on.
    #[serde(rename = "clue.merge-undone")]
    MergeUndone {
        /// The clue it had been merged into.
        #[schemars(extend("class" = "P1"))]
        into: ClueId,
    },
    /// It was sorted.
    #[serde(rename = "clue.triaged")]
    Triaged {
        /// Category.
        #[schemars(extend("class" = "P1"))]
        category: Category,
        /// Urgency, after the law raised it.
        #[schemars(extend("class" = "P1"))]
        urgency: Urgency,
        /// Minor concerned.
        #[schemars(extend("class" = "P1"))]
        minor: Minor,
        /// Harm or danger.
        #[schemars(extend("class" = "P1"))]
        harm: Vec<Harm>,
    },
    /// It was handed to a unit.
    #[serde(rename = "clue.assigned")]
    Assigned {
        /// The unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
    },
    /// The unit gave it back.
    #[serde(rename = "clue.returned")]
    Returned {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
        /// After the second return: the superior that designates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        designator: Option<Unit>,
    },
    /// Verification started.
    #[serde(rename = "clue.verification-started")]
    VerificationStarted {
        /// The team.
        #[schemars(extend("class" = "P1"))]
        team: Vec<OfficerId>,
    },
    /// The period was extended.
    #[serde(rename = "clue.verification-extended")]
    VerificationExtended {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// Verification ended.
    #[serde(rename = "clue.concluded")]
    Concluded {
        /// The result.
        #[schemars(extend("class" = "P1"))]
        result: Conclusion,
        /// What was found, sealed.
        #[schemars(extend("class" = "P2"))]
        summary: Sealed,
    },
    /// A transfer to the police waits for a leader.
    #[serde(rename = "clue.police-transfer-requested")]
    PoliceTransferRequested {
        /// The police unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// It was transferred to the police.
    #[serde(rename = "clue.police-transferred")]
    PoliceTransferred {
        /// The police unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// Papers.
        papers: Vec<Paper>,
        /// Whether a leader has confirmed.
        #[schemars(extend("class" = "P1"))]
        confirmed: bool,
    },
    /// A leader confirmed an urgent transfer.
    #[serde(rename = "clue.transfer-confirmed")]
    TransferConfirmed {},
    /// It was transferred to another agency.
    #[serde(rename = "clue.transferred-other")]
    TransferredOther {
        /// The unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// The receiving unit signed.
    #[serde(rename = "clue.transfer-receipted")]
    TransferReceipted {
        /// The number of the receipt.
        #[schemars(extend("class" = "P1"))]
        number: Text<40>,
        /// The unit that signed.
        #[schemars(extend("class" = "P1"))]
        unit: UnitId,
    },
    /// The receiving unit accepted.
    #[serde(rename = "clue.transfer-accepted")]
    TransferAccepted {},
    /// The receiving unit passed it on.
    #[serde(rename = "clue.transfer-forwarded")]
    TransferForwarded {
        /// To whom.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The receiving unit is not the one.
    #[serde(rename = "clue.transfer-declined")]
    TransferDeclined {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
        /// The authority suggested.
        #[schemars(extend("class" = "P2"))]
        suggestion: Text<100>,
    },
    /// The receiving unit told what came of it.
    #[serde(rename = "clue.feedback-received")]
    FeedbackReceived {
        /// What came of it.
        #[schemars(extend("class" = "P1"))]
        outcome: TransferOutcome,
        /// The words, sealed.
        #[schemars(extend("class" = "P2"))]
        text: Sealed,
    },
    /// An administrative case was opened.
    #[serde(rename = "clue.admin-case-opened")]
    AdminCaseOpened {
        /// The case number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// A fine was decided.
    #[serde(rename = "clue.fine-decided")]
    FineDecided {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// In fen, as text so that no store rounds it.
        #[schemars(extend("class" = "P1", "pattern" = "^[0-9]+$"))]
        fen: String,
    },
    /// A referral was opened.
    #[serde(rename = "clue.referral-opened")]
    ReferralOpened {
        /// The draft, from which a reaction opens the referral's stream.
        draft: Box<Drafted>,
    },
    /// The referral ended.
    #[serde(rename = "clue.referral-ended")]
    ReferralEnded {
        /// The referral.
        #[schemars(extend("class" = "P1"))]
        referral: ReferralId,
        /// Whether a criminal case came of it.
        #[schemars(extend("class" = "P1"))]
        filed: bool,
    },
    /// A superior ordered the ended referral anew: it runs again.
    #[serde(rename = "clue.referral-resumed")]
    ReferralResumed {
        /// The referral.
        #[schemars(extend("class" = "P1"))]
        referral: ReferralId,
    },
    /// The reporter was told, or cannot be; the clue is closed.
    #[serde(rename = "clue.reporter-informed")]
    ReporterInformed {
        /// The text, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P2"))]
        text: Option<Sealed>,
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P2"))]
        no_contact: Option<Reason>,
    },
    /// It was reopened.
    #[serde(rename = "clue.reopened")]
    Reopened {
        /// The new fact or order.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
        /// The order's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        order: Option<DocumentNumber>,
    },
    /// Nobody owned it in time: the fallback owner has it.
    #[serde(rename = "clue.fell-back")]
    FellBack {
        /// The fallback owner.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
    },
    /// Something happened to the claim.
    #[serde(untagged)]
    Claim(ClaimEvent),
    /// Something happened to a clock.
    #[serde(untagged)]
    Clock(ClockEvent),
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Reported(_) => "clue.reported",
            Event::ObligationOpened { .. } => "clue.obligation-opened",
            Event::CallRecorded { .. } => "clue.call-recorded",
            Event::ObligationMet { .. } => "clue.obligation-met",
            Event::Absorbed { .. } => "clue.absorbed",
            Event::MergeProposed { .. } => "clue.merge-proposed",
            Event::Merged { .. } => "clue.merged",
            Event::MergeUndone { .. } => "clue.merge-undone",
            Event::Triaged { .. } => "clue.triaged",
            Event::Assigned { .. } => "clue.assigned",
            Event::Returned { .. } => "clue.returned",
            Event::VerificationStarted { .. } => "clue.verification-started",
            Event::VerificationExtended { .. } => "clue.verification-extended",
            Event::Concluded { .. } => "clue.concluded",
            Event::PoliceTransferRequested { .. } => "clue.police-transfer-requested",
            Event::PoliceTransferred { .. } => "clue.police-transferred",
            Event::TransferConfirmed {} => "clue.transfer-confirmed",
            Event::TransferredOther { .. } => "clue.transferred-other",
            Event::TransferReceipted { .. } => "clue.transfer-receipted",
            Event::TransferAccepted {} => "clue.transfer-accepted",
            Event::TransferForwarded { .. } => "clue.transfer-forwarded",
            Event::TransferDeclined { .. } => "clue.transfer-declined",
            Event::FeedbackReceived { .. } => "clue.feedback-received",
            Event::AdminCaseOpened { .. } => "clue.admin-case-opened",
            Event::FineDecided { .. } => "clue.fine-decided",
            Event::ReferralOpened { .. } => "clue.referral-opened",
            Event::ReferralEnded { .. } => "clue.referral-ended",
            Event::ReferralResumed { .. } => "clue.referral-resumed",
            Event::ReporterInformed { .. } => "clue.reporter-informed",
            Event::Reopened { .. } => "clue.reopened",
            Event::FellBack { .. } => "clue.fell-back",
            Event::Claim(event) => event.kind(),
            Event::Clock(event) => event.kind(),
        }
    }
}
