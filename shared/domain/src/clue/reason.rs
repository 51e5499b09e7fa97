//! The stable reasons and facts of the rejections: keys and placeholders of their texts in every language,
//! and what other programs match on. Never here: sentences.

use std::fmt::Display;

use crate::clue::rejection::Rejection;
use crate::decider::Refusal;

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Self::Unknown => "CLUE_UNKNOWN",
            Self::AlreadyReported { .. } => "ALREADY_REPORTED",
            Self::WrongStage { .. } => "WRONG_STAGE",
            Self::BeforePrevious { .. } => "BEFORE_PREVIOUS",
            Self::InFuture { .. } => "IN_FUTURE",
            Self::NotYourUnit { .. } => "NOT_YOUR_UNIT",
            Self::NotLeader { .. } => "NOT_LEADER",
            Self::SameOfficer { .. } => "SAME_OFFICER",
            Self::ObligationOpen { .. } => "OBLIGATION_OPEN",
            Self::AnswerOutstanding { .. } => "ANSWER_OUTSTANDING",
            Self::ObligationElsewhere { .. } => "OBLIGATION_ELSEWHERE",
            Self::NoObligation => "NO_OBLIGATION",
            Self::CannotDowngrade { .. } => "CANNOT_DOWNGRADE",
            Self::MergeIntoItself => "MERGE_INTO_ITSELF",
            Self::MergeCircle { .. } => "MERGE_CIRCLE",
            Self::OtherInstitution => "OTHER_INSTITUTION",
            Self::TargetClosed => "TARGET_CLOSED",
            Self::UnitNotCompetent { .. } => "UNIT_NOT_COMPETENT",
            Self::DesignatorOnly { .. } => "DESIGNATOR_ONLY",
            Self::DesignationBinds { .. } => "DESIGNATION_BINDS",
            Self::NotSuperior { .. } => "NOT_SUPERIOR",
            Self::TeamTooSmall { .. } => "TEAM_TOO_SMALL",
            Self::AlreadyExtended => "ALREADY_EXTENDED",
            Self::NotExtendable { .. } => "NOT_EXTENDABLE",
            Self::NotPolice { .. } => "NOT_POLICE",
            Self::PoliceLevelTooHigh { .. } => "POLICE_LEVEL_TOO_HIGH",
            Self::PoliceByPoliceTransfer { .. } => "POLICE_BY_POLICE_TRANSFER",
            Self::OwnAgency { .. } => "OWN_AGENCY",
            Self::LetterMissing => "LETTER_MISSING",
            Self::NothingToConfirm => "NOTHING_TO_CONFIRM",
            Self::NotConfirmed => "NOT_CONFIRMED",
            Self::NothingToReceive => "NOTHING_TO_RECEIVE",
            Self::AlreadyClaimed { .. } => "ALREADY_CLAIMED",
            Self::NotClaimedByYou => "NOT_CLAIMED_BY_YOU",
            Self::ReceiptImmutable { .. } => "RECEIPT_IMMUTABLE",
            Self::ReceiptFirst => "RECEIPT_FIRST",
            Self::AcceptFirst => "ACCEPT_FIRST",
            Self::AlreadyAccepted { .. } => "ALREADY_ACCEPTED",
            Self::ForwardToItself { .. } => "FORWARD_TO_ITSELF",
            Self::HadItAlready { .. } => "HAD_IT_ALREADY",
            Self::MayNotDecline => "MAY_NOT_DECLINE",
            Self::NotEnforcing { .. } => "NOT_ENFORCING",
            Self::CaseAlreadyOpen { .. } => "CASE_ALREADY_OPEN",
            Self::FineInsteadOfReferral { .. } => "FINE_INSTEAD_OF_REFERRAL",
            Self::ReferralStillOpen { .. } => "REFERRAL_STILL_OPEN",
            Self::OtherReferral { .. } => "OTHER_REFERRAL",
            Self::TextOrReason => "TEXT_OR_REASON",
            Self::OrderNeeded => "ORDER_NEEDED",
            Self::OtherClue { .. } => "OTHER_CLUE",
            Self::Draft(refused) => refused.reason(),
            Self::NotTheClock => "NOT_THE_CLOCK",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown
            | Self::NoObligation
            | Self::MergeIntoItself
            | Self::TargetClosed
            | Self::OtherInstitution
            | Self::AlreadyExtended
            | Self::LetterMissing
            | Self::NothingToConfirm
            | Self::NotConfirmed
            | Self::NothingToReceive
            | Self::NotClaimedByYou
            | Self::ReceiptFirst
            | Self::AcceptFirst
            | Self::MayNotDecline
            | Self::TextOrReason
            | Self::OrderNeeded
            | Self::NotTheClock => Vec::new(),
            Self::Draft(refused) => refused.facts(),
            Self::AlreadyReported { clue } | Self::MergeCircle { clue } | Self::OtherClue { clue } => {
                named(&[("clue", clue)])
            }
            Self::WrongStage { stage, action } => named(&[("stage", stage), ("action", action)]),
            Self::BeforePrevious { at, previous } => named(&[("at", at), ("previous", previous)]),
            Self::InFuture { at, recorded } => named(&[("at", at), ("recorded", recorded)]),
            Self::NotYourUnit { unit }
            | Self::NotLeader { unit }
            | Self::NotSuperior { unit }
            | Self::NotPolice { unit }
            | Self::PoliceByPoliceTransfer { unit }
            | Self::AlreadyAccepted { unit }
            | Self::ForwardToItself { unit }
            | Self::HadItAlready { unit } => named(&[("unit", unit)]),
            Self::SameOfficer { first } => named(&[("first", first)]),
            Self::ObligationOpen { police }
            | Self::AnswerOutstanding { police }
            | Self::ObligationElsewhere { police } => one("police", police),
            Self::CannotDowngrade { from, to } => named(&[("from", &from.code()), ("to", &to.code())]),
            Self::UnitNotCompetent { unit, division, category } => {
                named(&[("unit", unit), ("division", division), ("category", &category.code())])
            }
            Self::DesignatorOnly { by } | Self::DesignationBinds { by } => named(&[("designator", by)]),
            Self::TeamTooSmall { officers, needed } => named(&[("officers", officers), ("needed", needed)]),
            Self::NotExtendable { category } => named(&[("category", &category.code())]),
            Self::PoliceLevelTooHigh { level, highest } => {
                named(&[("level", &level.code()), ("highest", &highest.code())])
            }
            Self::OwnAgency { agency } | Self::NotEnforcing { agency } => one("agency", &agency.code()),
            Self::AlreadyClaimed { by, since } => named(&[("by", by), ("since", since)]),
            Self::ReceiptImmutable { unit, number, at } => {
                named(&[("unit", unit), ("number", number), ("at", at)])
            }
            Self::CaseAlreadyOpen { case } => named(&[("case", case)]),
            Self::FineInsteadOfReferral { referral }
            | Self::ReferralStillOpen { referral }
            | Self::OtherReferral { referral } => named(&[("referral", referral)]),
        }
    }
}

fn one(name: &'static str, value: &dyn Display) -> Vec<(&'static str, String)> {
    named(&[(name, value)])
}

fn named(facts: &[(&'static str, &dyn Display)]) -> Vec<(&'static str, String)> {
    facts.iter().map(|(name, value)| (*name, value.to_string())).collect()
}
