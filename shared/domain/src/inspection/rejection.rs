//! Why the law says no to a command about a joint inspection. Never here: personal data.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::actor::{Agency, Level};
use crate::checklist::LineId;
use crate::division::DivisionCode;
use crate::ids::{HazardId, InspectionId, OfficerId, UnitId};
use crate::inspection::plan::Tier;
use crate::text::Text;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing was planned under this id.
    #[error("there is no such inspection")]
    Unknown,
    /// The id is taken.
    #[error("inspection {inspection} has been planned already")]
    AlreadyPlanned {
        /// The id.
        inspection: InspectionId,
    },
    /// The command has no place here.
    #[error("{action} is not possible while the inspection is {word}")]
    NotHere {
        /// The command, as an action.
        action: &'static str,
        /// The stage.
        word: &'static str,
    },
    /// A signed record is not changed.
    #[error("the record is signed; what is to be added is a supplement")]
    Locked,
    /// Only the leading unit does this.
    #[error("unit {unit} leads this inspection")]
    NotTheLead {
        /// The leading unit.
        unit: UnitId,
    },
    /// Each unit confirms members of its own.
    #[error("this is for unit {unit} to do")]
    NotYourMember {
        /// The member's unit.
        unit: UnitId,
    },
    /// The unit takes no part.
    #[error("unit {unit} was not invited to this inspection")]
    NotInvited {
        /// The unit.
        unit: UnitId,
    },
    /// A checklist is in the hands of an agency that takes no part.
    #[error("agency {agency} has a checklist but no unit on this inspection", agency = agency.code())]
    AgencyNotInvited {
        /// The agency.
        agency: Agency,
    },
    /// The agency leads no inspections.
    #[error("agency {agency} leads no inspections", agency = agency.code())]
    CannotLead {
        /// The agency.
        agency: Agency,
    },
    /// A unit of a lower level inspects at no higher tier.
    #[error("a unit of level {level} does not inspect at tier {tier}", level = level.code(), tier = tier.code())]
    TierAbove {
        /// The tier.
        tier: Tier,
        /// The level of the unit that leads.
        level: Level,
    },
    /// The institution lies outside the area of a unit.
    #[error("division {division} lies outside the area {area}")]
    OutsideArea {
        /// Where the institution lies.
        division: DivisionCode,
        /// The unit's area.
        area: DivisionCode,
    },
    /// Nothing to look at.
    #[error("an inspection has at least one checklist")]
    NoChecklist,
    /// There is no such edition.
    #[error("there is no checklist {checklist} of version {version}")]
    NoSuchChecklist {
        /// The checklist.
        checklist: Text<60>,
        /// The version.
        version: u32,
    },
    /// A new visit uses the newest edition.
    #[error("checklist {checklist} has a newer version, {newest}")]
    OldChecklist {
        /// The checklist.
        checklist: Text<60>,
        /// The newest version.
        newest: u32,
    },
    /// One checklist is in one hand.
    #[error("checklist {checklist} stands twice in the plan")]
    ChecklistTwice {
        /// The checklist.
        checklist: Text<60>,
    },
    /// Who has a conflict of interest does not go (行政处罚法第四十三条).
    #[error("officer {officer} has a conflict of interest here")]
    Conflict {
        /// The officer.
        officer: OfficerId,
    },
    /// Who was recused does not come back.
    #[error("officer {officer} was recused from this inspection")]
    Recused {
        /// The officer.
        officer: OfficerId,
    },
    /// The member is on the team.
    #[error("officer {officer} is on the team already")]
    AlreadyConfirmed {
        /// The officer.
        officer: OfficerId,
    },
    /// Only a police station can be charged with fire inspections (消防法第五十三条).
    #[error("only a police station can be charged with fire inspections, not {agency}", agency = agency.code())]
    DelegationNotPolice {
        /// The agency.
        agency: Agency,
    },
    /// Too few with an enforcement certificate (行政处罚法第四十二条).
    #[error("{need} qualified officers are needed, the team has {have}")]
    TooFewQualified {
        /// Those it has.
        have: usize,
        /// Those needed.
        need: usize,
    },
    /// Joint means two agencies.
    #[error("a joint inspection needs two agencies, all of the team are of {agency}", agency = agency.code())]
    OneAgency {
        /// The one there is.
        agency: Agency,
    },
    /// A unit has no member on the team.
    #[error("unit {unit} has confirmed no member")]
    NotConfirmed {
        /// The unit.
        unit: UnitId,
    },
    /// The checklists have fire lines (消防法第五十三条).
    #[error("nobody on the team may answer the fire lines")]
    NobodyForFire,
    /// Only members do this.
    #[error("officer {officer} is not on the team")]
    NotOnTeam {
        /// The officer.
        officer: OfficerId,
    },
    /// The member is there.
    #[error("officer {officer} has checked in already")]
    AlreadyThere {
        /// The officer.
        officer: OfficerId,
    },
    /// The member was not there then.
    #[error("officer {officer} was not on site at {at}")]
    NotThere {
        /// The officer.
        officer: OfficerId,
        /// When.
        at: Timestamp,
    },
    /// No checklist of this visit has such a line.
    #[error("no checklist of this inspection has a line {line}")]
    NoSuchLine {
        /// The line.
        line: LineId,
    },
    /// Fire lines are for the fire service or a police station charged with it (消防法第五十三条).
    #[error("fire line {line} is for the fire service or a police station charged with it")]
    FireLine {
        /// The line.
        line: LineId,
    },
    /// The line is another agency's.
    #[error("line {line} is on the checklist of {agency}", agency = agency.code())]
    OtherSheet {
        /// The line.
        line: LineId,
        /// Whose it is.
        agency: Agency,
    },
    /// A hazard is somewhere.
    #[error("line {line} failed: say where, and what is to be seen")]
    FailWithoutFinding {
        /// The line.
        line: LineId,
    },
    /// A re-inspection asks only for what failed.
    #[error("line {line} did not fail and is not asked for again")]
    NotAsked {
        /// The line.
        line: LineId,
    },
    /// A line has one answer.
    #[error("line {line} is answered twice")]
    AnsweredTwice {
        /// The line.
        line: LineId,
    },
    /// A visit ends after it began, and before it is signed and sent.
    #[error("a visit from {from} to {until} ends before it began, or after it was signed or sent")]
    ImpossibleTimes {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// A visit is on the day it says.
    #[error("a visit on {on} did not begin at {from}")]
    OtherDay {
        /// The day it says.
        on: Date,
        /// When it began.
        from: Timestamp,
    },
    /// Every line has an answer, if only that it was not looked at.
    #[error("line {line} has no answer yet")]
    Unanswered {
        /// The first one.
        line: LineId,
    },
    /// A member never came.
    #[error("officer {officer} never checked in; recuse or wait")]
    Absent {
        /// The member.
        officer: OfficerId,
    },
    /// Signed once is signed.
    #[error("the record was signed by them already")]
    AlreadySigned,
    /// A member has not left.
    #[error("officer {officer} has not checked out")]
    StillThere {
        /// The member.
        officer: OfficerId,
    },
    /// There is nothing to look at again.
    #[error("no line is left to be looked at again")]
    NothingFailed,
    /// A hazard of this visit is neither gone nor with a penalty case.
    #[error("hazard {hazard} is still open")]
    HazardOpen {
        /// The hazard.
        hazard: HazardId,
    },
    /// Only the clock service rings.
    #[error("only the clock service may do this")]
    NotTheClock,
}
