//! What can be asked of a referral (Order 310; handbook 3.4). Never here: whether it is lawful.

use crate::actor::Unit;
use crate::clock::{Stage, Told};
use crate::document_number::DocumentNumber;
use crate::paper::Paper;
use crate::referral::event::{Drafted, SupplementPaper, WithdrawalReason};
use crate::sealed::Sealed;
use crate::text::{Reason, Text};

/// A new referral draft: what is asked is what is stored.
pub type Draft = Drafted;

/// What can be asked of a referral. The number in brackets is the state of handbook 3.4 it leads to.
#[derive(Debug, Clone)]
pub enum Command {
    /// Open a draft (S1).
    Draft(Box<Draft>),
    /// Give it up with reasons (leader).
    Abandon {
        /// The decision's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
    },
    /// Submit the written report to the head (S2, clock A).
    Submit {
        /// The written report's number.
        number: DocumentNumber,
        /// The report and what else is ready.
        papers: Vec<Paper>,
    },
    /// The head, or the person presiding 主持工作的负责人, approves (S3, clock B).
    Approve {
        /// The decision's number.
        number: DocumentNumber,
        /// The signed decision, when it is attached.
        paper: Option<Paper>,
        /// Number of the document by which the officer presides in the head's place.
        presiding: Option<DocumentNumber>,
    },
    /// The head, or the person presiding, refuses, reasons on record (S2r).
    Refuse {
        /// The decision's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
        /// The signed decision, when it is attached.
        paper: Option<Paper>,
        /// Number of the document by which the officer presides in the head's place.
        presiding: Option<DocumentNumber>,
    },
    /// A superior order or procuratorial opinion sends a refused one back to drafting (S1).
    OrderAnew {
        /// The order's or opinion's number.
        number: DocumentNumber,
    },
    /// Name the police unit when it is not the one of the same level (指定管辖; by a superior police or
    /// agency unit).
    Designate {
        /// The police unit designated.
        to: Unit,
        /// The designation's number.
        number: DocumentNumber,
    },
    /// Deliver letter and attachments to the police of the same level, with the copy to the
    /// procuratorate (S4, clock C).
    Deliver {
        /// The police unit.
        to: Unit,
        /// The letter's number.
        number: DocumentNumber,
        /// Letter, report, items, appraisals, other (Order 310 art. 6).
        papers: Vec<Paper>,
    },
    /// A duty officer takes the queue entry.
    Claim,
    /// The duty officer gives it back.
    Release {
        /// Why.
        reason: Reason,
    },
    /// Sign the receipt on the letter (S5, clocks D and E).
    SignReceipt {
        /// The receipt's number.
        number: Text<40>,
        /// The signed receipt.
        paper: Paper,
    },
    /// Ask for missing material within 24 hours (S6, clock F).
    RequestSupplement {
        /// The notice's number.
        number: DocumentNumber,
        /// What is missing.
        missing: Vec<SupplementPaper>,
    },
    /// Hand in the missing material (back to S5).
    Supplement {
        /// The covering letter's number.
        number: DocumentNumber,
        /// The papers.
        papers: Vec<Paper>,
    },
    /// Pass it to the competent police unit and tell the agency (S7).
    Forward {
        /// The competent police unit.
        to: Unit,
        /// The notice's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
    },
    /// Not a police matter, with reasons and another authority (S8).
    DeclareNotPolice {
        /// The notice's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
        /// The authority suggested.
        suggestion: Text<100>,
    },
    /// File the criminal case (S9, clock G); the county-level head approves.
    File {
        /// The decision's number.
        number: DocumentNumber,
        /// The decision.
        paper: Paper,
    },
    /// Do not file; reasons, and the file goes back (S10, clock H).
    NotFile {
        /// The notice's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
        /// The notice.
        paper: Paper,
    },
    /// The agency asks the same police body to reconsider (S11, clock J).
    RequestReconsideration {
        /// The request's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
    },
    /// The police uphold the non-filing (S11u, clock K).
    Uphold {
        /// The decision's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
    },
    /// The procuratorate opens filing supervision, on suggestion or itself (S12, clock L).
    OpenSupervision {
        /// The demand's number.
        number: DocumentNumber,
    },
    /// The agency suggests filing supervision to the procuratorate.
    SuggestSupervision {
        /// The suggestion's number.
        number: DocumentNumber,
    },
    /// The police state their reasons to the procuratorate.
    GiveReasons {
        /// The statement's number.
        number: DocumentNumber,
        /// The reasons.
        reason: Reason,
    },
    /// The procuratorate accepts the reasons (leads to S13).
    AcceptReasons {
        /// The notice's number.
        number: DocumentNumber,
    },
    /// The procuratorate orders filing (clock M, then S9).
    OrderFiling {
        /// The notice's number.
        number: DocumentNumber,
    },
    /// Agency and police sign the hand-over list (S9h).
    HandOver {
        /// The list's number.
        number: DocumentNumber,
        /// The signed list.
        paper: Paper,
    },
    /// The agency takes it back as an administrative case (S13).
    AcceptReturn {
        /// The number of the decision to take it back.
        number: DocumentNumber,
    },
    /// The police withdraw the case (S14).
    Withdraw {
        /// The decision's number.
        number: DocumentNumber,
        /// Why.
        reason: WithdrawalReason,
    },
    /// The police tell the agency of the withdrawal (within 3 days).
    NotifyWithdrawal {
        /// The notice's number.
        number: DocumentNumber,
    },
    /// The outcome is reported (S15).
    Conclude {
        /// The document's number.
        number: DocumentNumber,
        /// The outcome.
        outcome: Reason,
    },
    /// The police tell the agency how it stands, sealed.
    GiveFeedback {
        /// The words, sealed.
        text: Sealed,
    },
    /// A fine for the same facts: always refused between S1 and a final state (Order 310 art. 11).
    DecideFine {
        /// The decision's number.
        number: DocumentNumber,
    },
    /// A clock of this referral reached a stage (the clock service).
    Ring {
        /// The rule.
        rule: String,
        /// The stage.
        stage: Stage,
        /// Who is told, as units.
        told: Vec<Told>,
        /// The fallback owner of the police for the place, when the period tells one.
        fallback: Option<Unit>,
    },
}

impl Command {
    /// The name of the action for permission policies.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Command::Draft(_) => "referral.draft",
            Command::Abandon { .. } => "referral.abandon",
            Command::Submit { .. } => "referral.submit",
            Command::Approve { .. } => "referral.approve",
            Command::Refuse { .. } => "referral.refuse",
            Command::OrderAnew { .. } => "referral.order-anew",
            Command::Designate { .. } => "referral.designate",
            Command::Deliver { .. } => "referral.deliver",
            Command::Claim => "referral.claim",
            Command::Release { .. } => "referral.release",
            Command::SignReceipt { .. } => "referral.receipt",
            Command::RequestSupplement { .. } => "referral.request-supplement",
            Command::Supplement { .. } => "referral.supplement",
            Command::Forward { .. } => "referral.forward",
            Command::DeclareNotPolice { .. } => "referral.not-police",
            Command::File { .. } => "referral.file",
            Command::NotFile { .. } => "referral.not-file",
            Command::RequestReconsideration { .. } => "referral.reconsider",
            Command::Uphold { .. } => "referral.uphold",
            Command::OpenSupervision { .. } => "referral.open-supervision",
            Command::SuggestSupervision { .. } => "referral.suggest-supervision",
            Command::GiveReasons { .. } => "referral.give-reasons",
            Command::AcceptReasons { .. } => "referral.accept-reasons",
            Command::OrderFiling { .. } => "referral.order-filing",
            Command::HandOver { .. } => "referral.hand-over",
            Command::AcceptReturn { .. } => "referral.accept-return",
            Command::Withdraw { .. } => "referral.withdraw",
            Command::NotifyWithdrawal { .. } => "referral.notify-withdrawal",
            Command::Conclude { .. } => "referral.conclude",
            Command::GiveFeedback { .. } => "referral.feedback",
            Command::DecideFine { .. } => "referral.fine",
            Command::Ring { .. } => "referral.ring",
        }
    }
}
