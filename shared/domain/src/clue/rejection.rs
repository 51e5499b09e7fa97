//! Why the law says no to an act on a clue, with the facts that explain it. Never here: personal data.

use jiff::Timestamp;

use crate::actor::{Agency, Level};
use crate::category::{Category, Urgency};
use crate::division::DivisionCode;
use crate::document_number::DocumentNumber;
use crate::ids::{ClueId, OfficerId, ReferralId, UnitId};
use crate::text::Text;

/// Why an act on a clue is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing was reported under this id.
    #[error("no clue was reported under this number")]
    Unknown,
    /// The id is taken.
    #[error("clue {clue} has been reported already")]
    AlreadyReported {
        /// The clue.
        clue: ClueId,
    },
    /// The act does not fit where the clue stands.
    #[error("{action} is not possible while the clue is {stage}")]
    WrongStage {
        /// Where it stands, as its stable word.
        stage: &'static str,
        /// The act, as its action.
        action: &'static str,
    },
    /// The act is dated before the step before it.
    #[error("it cannot have happened at {at}, before the previous step at {previous}")]
    BeforePrevious {
        /// When it is said to have happened.
        at: Timestamp,
        /// When that step happened.
        previous: Timestamp,
    },
    /// The act is dated after the hub learned of it.
    #[error("it cannot have happened at {at}, after it was recorded at {recorded}")]
    InFuture {
        /// When it is said to have happened.
        at: Timestamp,
        /// When the hub learned of it.
        recorded: Timestamp,
    },
    /// Another unit's matter.
    #[error("this is for officers of unit {unit}")]
    NotYourUnit {
        /// The unit that may.
        unit: UnitId,
    },
    /// Only a leader of the unit may do this.
    #[error("only a leader of unit {unit} may do this")]
    NotLeader {
        /// The unit.
        unit: UnitId,
    },
    /// Two officers are needed and it was the same one twice.
    #[error("a second officer must confirm what officer {first} began")]
    SameOfficer {
        /// Who began.
        first: OfficerId,
    },
    /// The police have not signed for a report they must have (MPL art. 11).
    #[error("the police unit {police} has not yet signed for this mandatory report")]
    ObligationOpen {
        /// The police unit.
        police: UnitId,
    },
    /// The police signed for a mandatory report and have not answered it.
    #[error("the police unit {police} has not yet answered this mandatory report")]
    AnswerOutstanding {
        /// The police unit.
        police: UnitId,
    },
    /// The open mandatory report already lies with one police unit.
    #[error("the mandatory report lies with police unit {police}; transfer it there")]
    ObligationElsewhere {
        /// The police unit.
        police: UnitId,
    },
    /// The clue is not a mandatory report, so there is no 110 call to note.
    #[error("this clue carries no duty to report to the police at once")]
    NoObligation,
    /// The urgency may not fall.
    #[error("the urgency may not be lowered from {} to {}", .from.code(), .to.code())]
    CannotDowngrade {
        /// The urgency it has.
        from: Urgency,
        /// The urgency asked for.
        to: Urgency,
    },
    /// A clue cannot be merged into itself.
    #[error("a clue cannot be merged into itself")]
    MergeIntoItself,
    /// The clue that should stay was merged into this one.
    #[error("clue {clue} was merged into this one; the merge cannot run in a circle")]
    MergeCircle {
        /// The other clue.
        clue: ClueId,
    },
    /// Only clues about one institution are merged.
    #[error("only clues about the same institution can be merged")]
    OtherInstitution,
    /// The clue that should stay goes on no more.
    #[error("the other clue is closed or merged itself; nothing can be merged into it")]
    TargetClosed,
    /// The unit's competence does not cover the clue.
    #[error("unit {unit} is not competent for {} in {division}", .category.code())]
    UnitNotCompetent {
        /// The unit.
        unit: UnitId,
        /// Where the clue lies.
        division: DivisionCode,
        /// What it is about.
        category: Category,
    },
    /// After a second return only the superior assigns.
    #[error("after a second return only unit {by} designates who handles it")]
    DesignatorOnly {
        /// The superior.
        by: UnitId,
    },
    /// A designated unit may not give the clue back.
    #[error("unit {by} designated this unit; the clue cannot be returned again")]
    DesignationBinds {
        /// The superior.
        by: UnitId,
    },
    /// The unit named is not a superior of the owner.
    #[error("unit {unit} is not a superior of the unit that sorts this clue")]
    NotSuperior {
        /// The unit named.
        unit: UnitId,
    },
    /// Fewer distinct officers than the law asks for.
    #[error("{officers} distinct officer(s) named, {needed} are needed")]
    TeamTooSmall {
        /// Distinct officers named.
        officers: usize,
        /// Officers needed.
        needed: usize,
    },
    /// The period was extended before.
    #[error("the verification was extended before; that is possible once")]
    AlreadyExtended,
    /// The fire periods cannot be extended.
    #[error("the period for {} cannot be extended", .category.code())]
    NotExtendable {
        /// What the clue is about.
        category: Category,
    },
    /// The unit is not a police unit.
    #[error("unit {unit} is not a police unit")]
    NotPolice {
        /// The unit.
        unit: UnitId,
    },
    /// The police unit is above the level of the sender.
    #[error("a clue goes to the police of {} level or below, not {}", .highest.code(), .level.code())]
    PoliceLevelTooHigh {
        /// Its level.
        level: Level,
        /// The highest level possible.
        highest: Level,
    },
    /// The police are reached by a police transfer, so that receipt and clocks are theirs.
    #[error("unit {unit} is a police unit; a clue goes there by a police transfer")]
    PoliceByPoliceTransfer {
        /// The unit.
        unit: UnitId,
    },
    /// A transfer is for another agency.
    #[error("a transfer is for another agency than {}; assign the clue instead", .agency.code())]
    OwnAgency {
        /// The agency.
        agency: Agency,
    },
    /// The letter is missing.
    #[error("a transfer needs its letter among the papers")]
    LetterMissing,
    /// No transfer waits for a confirmation.
    #[error("no transfer of this clue waits for a leader's confirmation")]
    NothingToConfirm,
    /// The transfer still waits for a leader.
    #[error("a leader has not yet confirmed the transfer")]
    NotConfirmed,
    /// Nothing is on offer to a receiving unit.
    #[error("nothing of this clue waits for a receiving unit")]
    NothingToReceive,
    /// Someone else holds the entry.
    #[error("already claimed by {by} since {since}")]
    AlreadyClaimed {
        /// Who.
        by: OfficerId,
        /// Since when; the receipt's time once it is signed.
        since: Timestamp,
    },
    /// The officer does not hold the entry.
    #[error("claim the entry first: you do not hold it")]
    NotClaimedByYou,
    /// A receipt was signed; it stands as it is.
    #[error("unit {unit} signed receipt {number} at {at}; a receipt is never changed")]
    ReceiptImmutable {
        /// The unit that signed.
        unit: UnitId,
        /// The number of the receipt that stands.
        number: Text<40>,
        /// When it was signed.
        at: Timestamp,
    },
    /// A receipt comes first.
    #[error("sign the receipt first")]
    ReceiptFirst,
    /// Acceptance comes first.
    #[error("accept the matter first")]
    AcceptFirst,
    /// The receiving unit has accepted it.
    #[error("unit {unit} has accepted the matter already")]
    AlreadyAccepted {
        /// The unit.
        unit: UnitId,
    },
    /// The matter lies with that unit already.
    #[error("the matter lies with unit {unit} already")]
    ForwardToItself {
        /// The unit.
        unit: UnitId,
    },
    /// The unit had the matter and passed it on: it does not go round in a circle.
    #[error("unit {unit} has had this matter already; accept it, or a superior must designate")]
    HadItAlready {
        /// The unit.
        unit: UnitId,
    },
    /// The police may not decline a report about a minor (高检发〔2020〕9号 art. 8); they forward it.
    #[error("a mandatory report may not be declined; forward it to the competent police unit")]
    MayNotDecline,
    /// Only an organ with penalty power opens cases and referrals (Order 310 art. 2 and 3).
    #[error("agency {} holds no penalty power", .agency.code())]
    NotEnforcing {
        /// The agency.
        agency: Agency,
    },
    /// An administrative case is open.
    #[error("administrative case {case} is open already")]
    CaseAlreadyOpen {
        /// The case.
        case: DocumentNumber,
    },
    /// No fine instead of a referral (Order 310 art. 11).
    #[error("no fine instead of a referral: referral {referral} is open or led to a criminal case")]
    FineInsteadOfReferral {
        /// The referral.
        referral: ReferralId,
    },
    /// The referral has not ended.
    #[error("referral {referral} has not ended")]
    ReferralStillOpen {
        /// The referral.
        referral: ReferralId,
    },
    /// The clue is in another referral, or in none.
    #[error("this clue is not in referral {referral}")]
    OtherReferral {
        /// The referral named.
        referral: ReferralId,
    },
    /// Exactly one of a text and a reason for none.
    #[error("give either the text for the reporter or the reason why there is no contact")]
    TextOrReason,
    /// A superior reopens by a numbered order.
    #[error("a superior unit reopens by an order with its number")]
    OrderNeeded,
    /// The draft of a referral names another clue.
    #[error("the draft is made from clue {clue}, not from this one")]
    OtherClue {
        /// The clue it names.
        clue: ClueId,
    },
    /// The rule of referrals refuses the draft.
    #[error(transparent)]
    Draft(#[from] crate::referral::Rejection),
    /// Only the hub's clock service rings clocks.
    #[error("only the clock service may do this")]
    NotTheClock,
}
