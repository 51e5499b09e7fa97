//! The stable reasons and facts of the rejections: keys and placeholders of their texts in every language,
//! and what other programs match on. Never here: sentences.

use std::fmt::Display;

use crate::decider::Refusal;
use crate::referral::rejection::{Rejection, word, words};

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "REFERRAL_UNKNOWN",
            Rejection::AlreadyDrafted { .. } => "ALREADY_DRAFTED",
            Rejection::NotHere { .. } => "NOT_HERE",
            Rejection::BeforePrevious { .. } => "BEFORE_PREVIOUS",
            Rejection::InFuture { .. } => "IN_FUTURE",
            Rejection::NotEnforcing { .. } => "NOT_ENFORCING",
            Rejection::TeamTooSmall { .. } => "TEAM_TOO_SMALL",
            Rejection::NotSuperior { .. } => "NOT_SUPERIOR",
            Rejection::NotProcuratorate { .. } => "NOT_PROCURATORATE",
            Rejection::NotYourUnit { .. } => "NOT_YOUR_UNIT",
            Rejection::NotInTeam { .. } => "NOT_IN_TEAM",
            Rejection::NotLeader { .. } => "NOT_LEADER",
            Rejection::NotHead { .. } => "NOT_HEAD",
            Rejection::ApproverInTeam { .. } => "APPROVER_IN_TEAM",
            Rejection::MayNotDesignate { .. } => "MAY_NOT_DESIGNATE",
            Rejection::NotPolice { .. } => "NOT_POLICE",
            Rejection::MissingPapers { .. } => "MISSING_PAPERS",
            Rejection::WrongPaper { .. } => "WRONG_PAPER",
            Rejection::WrongPolice { .. } => "WRONG_POLICE",
            Rejection::NotDesignated { .. } => "NOT_DESIGNATED",
            Rejection::DesignatedHere { .. } => "DESIGNATED_HERE",
            Rejection::ForwardToItself { .. } => "FORWARD_TO_ITSELF",
            Rejection::HadItAlready { .. } => "HAD_IT_ALREADY",
            Rejection::AlreadyClaimed { .. } => "ALREADY_CLAIMED",
            Rejection::NotClaimedByYou => "NOT_CLAIMED_BY_YOU",
            Rejection::ReceiptImmutable { .. } => "RECEIPT_IMMUTABLE",
            Rejection::NothingAsked => "NOTHING_ASKED",
            Rejection::RightLapsed { .. } => "RIGHT_LAPSED",
            Rejection::AlreadySuggested => "ALREADY_SUGGESTED",
            Rejection::ReasonsAlreadyGiven => "REASONS_ALREADY_GIVEN",
            Rejection::ReasonsPending { .. } => "REASONS_PENDING",
            Rejection::WithdrawalNotNotified => "WITHDRAWAL_NOT_NOTIFIED",
            Rejection::AlreadyNotified => "ALREADY_NOTIFIED",
            Rejection::FineInsteadOfReferral { .. } => "FINE_INSTEAD_OF_REFERRAL",
            Rejection::NotTheClock => "NOT_THE_CLOCK",
        }
    }

    fn facts(&self) -> Facts {
        match self {
            Rejection::Unknown
            | Rejection::NotClaimedByYou
            | Rejection::NothingAsked
            | Rejection::AlreadySuggested
            | Rejection::ReasonsAlreadyGiven
            | Rejection::WithdrawalNotNotified
            | Rejection::AlreadyNotified
            | Rejection::NotTheClock => Vec::new(),
            Rejection::AlreadyDrafted { referral } => one("referral", referral),
            Rejection::NotHere { action, code, word } => {
                three(("action", action), ("code", code), ("word", word))
            }
            Rejection::BeforePrevious { at, previous } => two(("at", at), ("previous", previous)),
            Rejection::InFuture { at, recorded } => two(("at", at), ("recorded", recorded)),
            Rejection::NotEnforcing { agency } => one("agency", &agency.code()),
            Rejection::TeamTooSmall { officers, needed } => two(("officers", officers), ("needed", needed)),
            Rejection::NotSuperior { unit }
            | Rejection::NotYourUnit { unit }
            | Rejection::NotLeader { unit }
            | Rejection::NotHead { unit }
            | Rejection::MayNotDesignate { unit }
            | Rejection::NotPolice { unit }
            | Rejection::DesignatedHere { unit }
            | Rejection::ForwardToItself { unit }
            | Rejection::HadItAlready { unit } => one("unit", unit),
            Rejection::NotInTeam { officer } | Rejection::ApproverInTeam { officer } => {
                one("officer", officer)
            }
            Rejection::NotProcuratorate { unit, level } => two(("unit", unit), ("level", &level.code())),
            Rejection::MissingPapers { missing } => one("missing", &words(missing)),
            Rejection::WrongPaper { given, expected } => {
                two(("given", &word(*given)), ("expected", &words(expected)))
            }
            Rejection::WrongPolice { unit, level, place } => {
                three(("unit", unit), ("level", &level.code()), ("division", place))
            }
            Rejection::NotDesignated { unit, designated } => two(("unit", unit), ("designated", designated)),
            Rejection::AlreadyClaimed { by, since } => two(("by", by), ("since", since)),
            Rejection::ReceiptImmutable { unit, number, at } => {
                three(("unit", unit), ("number", number), ("at", at))
            }
            Rejection::RightLapsed { action, due } => two(("action", action), ("due", due)),
            Rejection::ReasonsPending { due } => one("due", due),
            Rejection::FineInsteadOfReferral { id, code, word } => {
                three(("referral", id), ("code", code), ("word", word))
            }
        }
    }
}

type Facts = Vec<(&'static str, String)>;
type Fact<'a> = (&'static str, &'a dyn Display);

fn one(name: &'static str, value: &dyn Display) -> Facts {
    vec![(name, value.to_string())]
}

fn two(first: Fact<'_>, second: Fact<'_>) -> Facts {
    [one(first.0, first.1), one(second.0, second.1)].concat()
}

fn three(first: Fact<'_>, second: Fact<'_>, third: Fact<'_>) -> Facts {
    [two(first, second), one(third.0, third.1)].concat()
}
