//! The stable reasons and facts of the rejections: keys and placeholders of their texts in every language, and what
//! other programs match on. Never here: sentences.

use std::fmt::Display;

use crate::decider::Refusal;
use crate::inspection::rejection::Rejection;

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Self::Unknown => "INSPECTION_UNKNOWN",
            Self::AlreadyPlanned { .. } => "INSPECTION_PLANNED_ALREADY",
            Self::NotHere { .. } => "INSPECTION_NOT_HERE",
            Self::Locked => "INSPECTION_LOCKED",
            Self::NotTheLead { .. } => "INSPECTION_NOT_THE_LEAD",
            Self::NotYourMember { .. } => "INSPECTION_NOT_YOUR_MEMBER",
            Self::NotInvited { .. } => "INSPECTION_NOT_INVITED",
            Self::AgencyNotInvited { .. } => "INSPECTION_AGENCY_NOT_INVITED",
            Self::CannotLead { .. } => "INSPECTION_CANNOT_LEAD",
            Self::TierAbove { .. } => "INSPECTION_TIER_ABOVE",
            Self::OutsideArea { .. } => "INSPECTION_OUTSIDE_AREA",
            Self::NoChecklist => "INSPECTION_NO_CHECKLIST",
            Self::NoSuchChecklist { .. } => "INSPECTION_NO_SUCH_CHECKLIST",
            Self::OldChecklist { .. } => "INSPECTION_OLD_CHECKLIST",
            Self::ChecklistTwice { .. } => "INSPECTION_CHECKLIST_TWICE",
            Self::Conflict { .. } => "INSPECTION_CONFLICT",
            Self::Recused { .. } => "INSPECTION_RECUSED",
            Self::AlreadyConfirmed { .. } => "INSPECTION_CONFIRMED_ALREADY",
            Self::DelegationNotPolice { .. } => "INSPECTION_DELEGATION_NOT_POLICE",
            Self::TooFewQualified { .. } => "INSPECTION_TOO_FEW_QUALIFIED",
            Self::OneAgency { .. } => "INSPECTION_ONE_AGENCY",
            Self::NotConfirmed { .. } => "INSPECTION_NOT_CONFIRMED",
            Self::NobodyForFire => "INSPECTION_NOBODY_FOR_FIRE",
            Self::NotOnTeam { .. } => "INSPECTION_NOT_ON_TEAM",
            Self::AlreadyThere { .. } => "INSPECTION_ALREADY_THERE",
            Self::NotThere { .. } => "INSPECTION_NOT_THERE",
            Self::NoSuchLine { .. } => "INSPECTION_NO_SUCH_LINE",
            Self::FireLine { .. } => "INSPECTION_FIRE_LINE",
            Self::OtherSheet { .. } => "INSPECTION_OTHER_SHEET",
            Self::FailWithoutFinding { .. } => "INSPECTION_FAIL_WITHOUT_FINDING",
            Self::NotAsked { .. } => "INSPECTION_NOT_ASKED",
            Self::AnsweredTwice { .. } => "INSPECTION_ANSWERED_TWICE",
            Self::ImpossibleTimes { .. } => "INSPECTION_IMPOSSIBLE_TIMES",
            Self::OtherDay { .. } => "INSPECTION_OTHER_DAY",
            Self::Unanswered { .. } => "INSPECTION_UNANSWERED",
            Self::Absent { .. } => "INSPECTION_ABSENT",
            Self::AlreadySigned => "INSPECTION_SIGNED_ALREADY",
            Self::StillThere { .. } => "INSPECTION_STILL_THERE",
            Self::NothingFailed => "INSPECTION_NOTHING_FAILED",
            Self::HazardOpen { .. } => "INSPECTION_HAZARD_OPEN",
            Self::NotTheClock => "NOT_THE_CLOCK",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown
            | Self::Locked
            | Self::NoChecklist
            | Self::NobodyForFire
            | Self::AlreadySigned
            | Self::NothingFailed
            | Self::NotTheClock => Vec::new(),
            Self::AlreadyPlanned { inspection } => vec![fact("inspection", inspection)],
            Self::NotHere { action, word } => vec![fact("action", action), fact("word", word)],
            Self::NotTheLead { unit }
            | Self::NotYourMember { unit }
            | Self::NotInvited { unit }
            | Self::NotConfirmed { unit } => vec![fact("unit", unit)],
            Self::AgencyNotInvited { agency }
            | Self::CannotLead { agency }
            | Self::DelegationNotPolice { agency }
            | Self::OneAgency { agency } => vec![fact("agency", &agency.code())],
            Self::TierAbove { tier, level } => vec![fact("tier", &tier.code()), fact("level", &level.code())],
            Self::OutsideArea { division, area } => vec![fact("division", division), fact("area", area)],
            Self::NoSuchChecklist { checklist, version } => {
                vec![fact("checklist", checklist), fact("version", version)]
            }
            Self::OldChecklist { checklist, newest } => {
                vec![fact("checklist", checklist), fact("newest", newest)]
            }
            Self::ChecklistTwice { checklist } => vec![fact("checklist", checklist)],
            Self::Conflict { officer }
            | Self::Recused { officer }
            | Self::AlreadyConfirmed { officer }
            | Self::NotOnTeam { officer }
            | Self::AlreadyThere { officer }
            | Self::Absent { officer }
            | Self::StillThere { officer } => vec![fact("officer", officer)],
            Self::TooFewQualified { have, need } => vec![fact("have", have), fact("need", need)],
            Self::NotThere { officer, at } => vec![fact("officer", officer), fact("at", at)],
            Self::NoSuchLine { line }
            | Self::FireLine { line }
            | Self::FailWithoutFinding { line }
            | Self::NotAsked { line }
            | Self::AnsweredTwice { line }
            | Self::Unanswered { line } => vec![fact("line", line)],
            Self::ImpossibleTimes { from, until } => vec![fact("from", from), fact("until", until)],
            Self::OtherDay { on, from } => vec![fact("on", on), fact("from", from)],
            Self::OtherSheet { line, agency } => vec![fact("line", line), fact("agency", &agency.code())],
            Self::HazardOpen { hazard } => vec![fact("hazard", hazard)],
        }
    }
}

fn fact(name: &'static str, value: &dyn Display) -> (&'static str, String) {
    (name, value.to_string())
}
