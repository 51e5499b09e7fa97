//! What can be asked of a clue (handbook 3.3). Never here: whether it is lawful.

use jiff::Timestamp;

use crate::actor::Unit;
use crate::category::{Category, Channel, Harm, Minor, Urgency};
use crate::clock::{Stage, Told};
use crate::clue::event::{Conclusion, Person, Reporter, TransferOutcome};
use crate::division::DivisionCode;
use crate::document_number::DocumentNumber;
use crate::ids::{ClueId, InstitutionId, OfficerId, ReferralId};
use crate::jurisdiction::Jurisdiction;
use crate::paper::Paper;
use crate::referral::event::Drafted;
use crate::sealed::Sealed;
use crate::text::{Reason, Text};

/// A new clue, as its first officer wrote it down.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id, which is its receipt number.
    pub id: ClueId,
    /// How it came in.
    pub channel: Channel,
    /// What it is about.
    pub category: Category,
    /// Which of the nine situations of mandatory reporting (1 to 9), if any.
    pub situation: Option<u8>,
    /// The urgency proposed; the law may raise it.
    pub urgency: Urgency,
    /// Whether a minor is concerned.
    pub minor: Minor,
    /// Harm or danger.
    pub harm: Vec<Harm>,
    /// Where, as a division in force on the day.
    pub division: DivisionCode,
    /// The institution, when known.
    pub institution: Option<InstitutionId>,
    /// When the reporter told the officer.
    pub received: Timestamp,
    /// What happened, sealed.
    pub narrative: Sealed,
    /// The address, sealed.
    pub place: Option<Sealed>,
    /// Who reported.
    pub reporter: Reporter,
    /// The people concerned, sealed.
    pub persons: Vec<Person>,
    /// Papers and evidence that came with it.
    pub papers: Vec<Paper>,
    /// The education unit that triages it.
    pub owner: Unit,
    /// The police unit on the fast-response queue for the place.
    pub police: Unit,
    /// Who takes it when nobody does in time.
    pub fallback: Unit,
    /// System and key of the record it was imported from; never personal data.
    pub source: Option<Text<100>>,
}

/// What can be asked of a clue.
#[derive(Debug, Clone)]
pub enum Command {
    /// Write down a new clue.
    Report(Box<Report>),
    /// Another clue on the same facts was merged into this one, or into one that was merged into this one
    /// (a reaction): urgency may only rise. A merged clue takes nothing in; the clue that goes on does.
    Absorb {
        /// The clue that was merged.
        from: ClueId,
        /// Its urgency.
        urgency: Urgency,
    },
    /// Undo the merge of this clue into `into`: clues were merged in a circle and none goes on (a reaction).
    UndoMerge {
        /// The clue it was merged into.
        into: ClueId,
    },
    /// Merge this clue into another. With a minor concerned a second officer must confirm.
    MergeInto {
        /// The clue that stays.
        into: ClueId,
        /// The institution of that clue.
        into_institution: Option<InstitutionId>,
        /// Whether that clue is closed or merged itself, so that nothing goes on there.
        into_ended: bool,
    },
    /// The second officer confirms a proposed merge.
    ConfirmMerge {
        /// The clue that stays, when it was seen to go on: neither closed nor merged itself.
        goes_on: Option<ClueId>,
    },
    /// Sort it.
    Triage {
        /// The category found.
        category: Category,
        /// The urgency found.
        urgency: Urgency,
        /// Whether a minor is concerned.
        minor: Minor,
        /// Harm or danger found.
        harm: Vec<Harm>,
    },
    /// Hand it to the competent unit.
    Assign {
        /// The unit.
        to: Unit,
        /// The unit's competence, as the directory has it.
        competence: Vec<Jurisdiction>,
    },
    /// The assigned unit gives it back: once; the second time the superior designates.
    Return {
        /// Why.
        reason: Reason,
        /// The superior unit that designates after a second return.
        superior: Unit,
    },
    /// Start verification by at least two officers.
    StartVerification {
        /// The team.
        team: Vec<OfficerId>,
    },
    /// Extend the general period of verification once by 15 working days, by approval.
    ExtendVerification {
        /// Why.
        reason: Reason,
    },
    /// Conclude the verification.
    Conclude {
        /// The result.
        result: Conclusion,
        /// What was found, sealed.
        summary: Sealed,
    },
    /// Transfer to the police. Urgent (U1, U2): at once, a leader confirms within two hours.
    TransferPolice {
        /// The police unit.
        to: Unit,
        /// Letter and evidence.
        papers: Vec<Paper>,
    },
    /// Transfer to another agency.
    TransferOther {
        /// The unit.
        to: Unit,
        /// Letter and evidence.
        papers: Vec<Paper>,
    },
    /// A leader confirms a requested or urgent transfer.
    ConfirmTransfer,
    /// An education officer notes the 110 call; only the police can meet the obligation.
    RecordCall {
        /// The number of the 110 call record, opaque, at most 40 characters.
        call: Text<40>,
    },
    /// A duty officer of the receiving unit takes the queue entry.
    Claim,
    /// The duty officer gives it back.
    Release {
        /// Why.
        reason: Reason,
    },
    /// The receiving unit signs the receipt. Meets the police-report obligation when it is the police.
    SignReceipt {
        /// The number of the receipt 受案回执, opaque, at most 40 characters.
        number: Text<40>,
    },
    /// The receiving unit accepts the matter.
    Accept,
    /// The receiving unit passes it to the competent one and tells the sender (24 hours).
    Forward {
        /// The competent unit.
        to: Unit,
        /// Why.
        reason: Reason,
    },
    /// The receiving unit says it is not a matter of theirs, with the authority it suggests.
    Decline {
        /// Why.
        reason: Reason,
        /// The authority suggested.
        suggestion: Text<100>,
    },
    /// The receiving unit tells the sender what came of it.
    GiveFeedback {
        /// What came of it.
        outcome: TransferOutcome,
        /// The words, sealed.
        text: Sealed,
    },
    /// Open an administrative case (90-day penalty clock, APL art. 60).
    OpenAdminCase {
        /// The case number.
        number: DocumentNumber,
    },
    /// Decide a fine in the administrative case; refused while a referral is open (Order 310 art. 11).
    DecideFine {
        /// The decision's number.
        number: DocumentNumber,
        /// The fine in fen.
        fen: u64,
    },
    /// Open a referral under Order 310. The whole draft travels in the event, so that the reaction that
    /// opens the referral's stream needs nothing else.
    OpenReferral {
        /// The draft.
        draft: Box<Drafted>,
    },
    /// The referral ended, or ended otherwise than heard before (a reaction).
    EndReferral {
        /// The referral.
        referral: ReferralId,
        /// Whether a criminal case came of it.
        filed: bool,
    },
    /// A superior or the procuratorate ordered the referral anew, so that it runs again (a reaction).
    ResumeReferral {
        /// The referral.
        referral: ReferralId,
    },
    /// Tell the reporter the outcome and close. The text is redacted and sealed.
    InformReporter {
        /// The text, or `None` with `no_contact`.
        text: Option<Sealed>,
        /// Why the reporter cannot be told.
        no_contact: Option<Reason>,
    },
    /// Reopen on a new fact or a supervision order.
    Reopen {
        /// The new fact or the order.
        reason: Reason,
        /// The order's number, when a superior ordered it.
        order: Option<DocumentNumber>,
    },
    /// A clock of this clue reached a stage (the clock service).
    Ring {
        /// The rule.
        rule: String,
        /// The stage.
        stage: Stage,
        /// Who is told, as units.
        told: Vec<Told>,
    },
}
