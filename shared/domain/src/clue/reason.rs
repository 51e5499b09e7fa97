//! The stable reasons and facts of the rejections: keys and placeholders of their texts in every language,
//! and what other programs match on. Never here: sentences.

use crate::clue::rejection::Rejection;
use crate::decider::Refusal;

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "CLUE_UNKNOWN",
            Rejection::AlreadyReported { .. } => "ALREADY_REPORTED",
            Rejection::WrongStage { .. } => "WRONG_STAGE",
            Rejection::BeforePrevious { .. } => "BEFORE_PREVIOUS",
            Rejection::InFuture { .. } => "IN_FUTURE",
            Rejection::NotYourUnit { .. } => "NOT_YOUR_UNIT",
            Rejection::NotLeader { .. } => "NOT_LEADER",
            Rejection::SameOfficer { .. } => "SAME_OFFICER",
            Rejection::ObligationOpen { .. } => "OBLIGATION_OPEN",
            Rejection::ObligationElsewhere { .. } => "OBLIGATION_ELSEWHERE",
            Rejection::NoObligation => "NO_OBLIGATION",
            Rejection::CannotDowngrade { .. } => "CANNOT_DOWNGRADE",
            Rejection::MergeIntoItself => "MERGE_INTO_ITSELF",
            Rejection::MergeCircle { .. } => "MERGE_CIRCLE",
            Rejection::OtherInstitution => "OTHER_INSTITUTION",
            Rejection::UnitNotCompetent { .. } => "UNIT_NOT_COMPETENT",
            Rejection::DesignatorOnly { .. } => "DESIGNATOR_ONLY",
            Rejection::DesignationBinds { .. } => "DESIGNATION_BINDS",
            Rejection::NotSuperior { .. } => "NOT_SUPERIOR",
            Rejection::TeamTooSmall { .. } => "TEAM_TOO_SMALL",
            Rejection::AlreadyExtended => "ALREADY_EXTENDED",
            Rejection::NotExtendable { .. } => "NOT_EXTENDABLE",
            Rejection::NotPolice { .. } => "NOT_POLICE",
            Rejection::PoliceLevelTooHigh { .. } => "POLICE_LEVEL_TOO_HIGH",
            Rejection::PoliceByPoliceTransfer { .. } => "POLICE_BY_POLICE_TRANSFER",
            Rejection::OwnAgency { .. } => "OWN_AGENCY",
            Rejection::LetterMissing => "LETTER_MISSING",
            Rejection::NothingToConfirm => "NOTHING_TO_CONFIRM",
            Rejection::NotConfirmed => "NOT_CONFIRMED",
            Rejection::NothingToReceive => "NOTHING_TO_RECEIVE",
            Rejection::AlreadyClaimed { .. } => "ALREADY_CLAIMED",
            Rejection::NotClaimedByYou => "NOT_CLAIMED_BY_YOU",
            Rejection::ReceiptImmutable { .. } => "RECEIPT_IMMUTABLE",
            Rejection::ReceiptFirst => "RECEIPT_FIRST",
            Rejection::AcceptFirst => "ACCEPT_FIRST",
            Rejection::AlreadyAccepted { .. } => "ALREADY_ACCEPTED",
            Rejection::ForwardToItself { .. } => "FORWARD_TO_ITSELF",
            Rejection::MayNotDecline => "MAY_NOT_DECLINE",
            Rejection::NotEnforcing { .. } => "NOT_ENFORCING",
            Rejection::CaseAlreadyOpen { .. } => "CASE_ALREADY_OPEN",
            Rejection::FineInsteadOfReferral { .. } => "FINE_INSTEAD_OF_REFERRAL",
            Rejection::ReferralStillOpen { .. } => "REFERRAL_STILL_OPEN",
            Rejection::OtherReferral { .. } => "OTHER_REFERRAL",
            Rejection::TextOrReason => "TEXT_OR_REASON",
            Rejection::OrderNeeded => "ORDER_NEEDED",
            Rejection::OtherClue { .. } => "OTHER_CLUE",
            Rejection::Draft(refused) => refused.reason(),
            Rejection::NotTheClock => "NOT_THE_CLOCK",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown
            | Rejection::NoObligation
            | Rejection::MergeIntoItself
            | Rejection::OtherInstitution
            | Rejection::AlreadyExtended
            | Rejection::LetterMissing
            | Rejection::NothingToConfirm
            | Rejection::NotConfirmed
            | Rejection::NothingToReceive
            | Rejection::NotClaimedByYou
            | Rejection::ReceiptFirst
            | Rejection::AcceptFirst
            | Rejection::MayNotDecline
            | Rejection::TextOrReason
            | Rejection::OrderNeeded
            | Rejection::NotTheClock => Vec::new(),
            Rejection::Draft(refused) => refused.facts(),
            Rejection::AlreadyReported { clue } | Rejection::MergeCircle { clue } | Rejection::OtherClue { clue } => {
                vec![("clue", clue.to_string())]
            }
            Rejection::WrongStage { stage, action } => vec![("stage", (*stage).into()), ("action", (*action).into())],
            Rejection::BeforePrevious { at, previous } => vec![("at", at.to_string()), ("previous", previous.to_string())],
            Rejection::InFuture { at, recorded } => vec![("at", at.to_string()), ("recorded", recorded.to_string())],
            Rejection::NotYourUnit { unit }
            | Rejection::NotLeader { unit }
            | Rejection::NotSuperior { unit }
            | Rejection::NotPolice { unit }
            | Rejection::PoliceByPoliceTransfer { unit }
            | Rejection::AlreadyAccepted { unit }
            | Rejection::ForwardToItself { unit } => vec![("unit", unit.to_string())],
            Rejection::SameOfficer { first } => vec![("first", first.to_string())],
            Rejection::ObligationOpen { police } | Rejection::ObligationElsewhere { police } => {
                vec![("police", police.to_string())]
            }
            Rejection::CannotDowngrade { from, to } => vec![("from", from.code().into()), ("to", to.code().into())],
            Rejection::UnitNotCompetent { unit, division, category } => vec![
                ("unit", unit.to_string()),
                ("division", division.to_string()),
                ("category", category.code().into()),
            ],
            Rejection::DesignatorOnly { designator } | Rejection::DesignationBinds { designator } => {
                vec![("designator", designator.to_string())]
            }
            Rejection::TeamTooSmall { officers, needed } => {
                vec![("officers", officers.to_string()), ("needed", needed.to_string())]
            }
            Rejection::NotExtendable { category } => vec![("category", category.code().into())],
            Rejection::PoliceLevelTooHigh { level, highest } => {
                vec![("level", level.code().into()), ("highest", highest.code().into())]
            }
            Rejection::OwnAgency { agency } | Rejection::NotEnforcing { agency } => {
                vec![("agency", agency.code().into())]
            }
            Rejection::AlreadyClaimed { by, since } => {
                vec![("by", by.to_string()), ("since", since.to_string())]
            }
            Rejection::ReceiptImmutable { unit, number, at } => vec![("unit", unit.to_string()), ("number", number.to_string()), ("at", at.to_string())],
            Rejection::CaseAlreadyOpen { case } => vec![("case", case.to_string())],
            Rejection::FineInsteadOfReferral { referral }
            | Rejection::ReferralStillOpen { referral }
            | Rejection::OtherReferral { referral } => vec![("referral", referral.to_string())],
        }
    }
}
