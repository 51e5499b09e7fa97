//! What can happen to a joint inspection: the stored contract. Names and fields are guarded by golden files.
//! Never here: what it means.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checklist::LineId;
use crate::clock::ClockEvent;
use crate::document_number::DocumentNumber;
use crate::event::Stored;
use crate::hazard::draft::Draft;
use crate::ids::{OfficerId, UnitId};
use crate::inspection::answer::{Answer, Seen};
use crate::inspection::plan::Planned;
use crate::inspection::report::Report;
use crate::inspection::team::{Member, Team};
use crate::paper::Paper;
use crate::sealed::Sealed;
use crate::text::Reason;

/// Why it is time to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The period for rectification is over.
    Deadline,
    /// The institution says that it is done and asks for it.
    Requested,
}

/// What can happen to a joint inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was planned.
    #[serde(rename = "inspection.planned")]
    Planned(Box<Planned>),
    /// A unit confirmed a member of its own.
    #[serde(rename = "inspection.member-confirmed")]
    MemberConfirmed(Member),
    /// A member stepped back, or was made to, for a conflict of interest or otherwise.
    #[serde(rename = "inspection.member-recused")]
    MemberRecused {
        /// The member.
        #[schemars(extend("class" = "P1"))]
        officer: OfficerId,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The team was formed.
    #[serde(rename = "inspection.team-formed")]
    TeamFormed {
        /// The team.
        #[schemars(extend("class" = "P1"))]
        team: Team,
    },
    /// The institution was told of the visit.
    #[serde(rename = "inspection.notified")]
    Notified {},
    /// The visit was left unannounced.
    #[serde(rename = "inspection.unannounced")]
    Unannounced {},
    /// The team set out.
    #[serde(rename = "inspection.set-out")]
    SetOut {},
    /// A member came.
    #[serde(rename = "inspection.checked-in")]
    CheckedIn(Seen),
    /// A member left.
    #[serde(rename = "inspection.checked-out")]
    CheckedOut(Seen),
    /// A line was answered, or answered anew.
    #[serde(rename = "inspection.answered")]
    Answered(Answer),
    /// The team was not let in, or not let work.
    #[serde(rename = "inspection.obstructed")]
    Obstructed {
        /// What happened.
        #[schemars(extend("class" = "P2"))]
        note: Reason,
    },
    /// The team tried again.
    #[serde(rename = "inspection.retried")]
    Retried {
        /// The police unit that helps, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        assistance: Option<UnitId>,
    },
    /// The visit was put off.
    #[serde(rename = "inspection.postponed")]
    Postponed {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The visit was planned anew, with the members confirmed so far.
    #[serde(rename = "inspection.resumed")]
    Resumed {
        /// The new day.
        #[schemars(extend("class" = "P1"))]
        on: Date,
    },
    /// The visit was called off.
    #[serde(rename = "inspection.cancelled")]
    Cancelled {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The record is complete.
    #[serde(rename = "inspection.recorded")]
    Recorded {},
    /// A member signed the record.
    #[serde(rename = "inspection.member-signed")]
    MemberSigned {},
    /// The institution signed the record.
    #[serde(rename = "inspection.institution-signed")]
    InstitutionSigned {
        /// Who signed for it.
        #[schemars(extend("class" = "P2"))]
        representative: Sealed,
    },
    /// The institution would not sign; its members say so on the record.
    #[serde(rename = "inspection.institution-refused")]
    InstitutionRefused {
        /// What was said.
        #[schemars(extend("class" = "P2"))]
        note: Reason,
    },
    /// Something was added to the locked record.
    #[serde(rename = "inspection.supplemented")]
    Supplemented {
        /// What.
        #[schemars(extend("class" = "P2"))]
        note: Reason,
        /// Papers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schemars(extend("class" = "P2"))]
        papers: Vec<Paper>,
    },
    /// The findings were issued: each failed line is a hazard, opened by a reaction.
    #[serde(rename = "inspection.issued")]
    Issued {
        /// The hazards found; none is good news.
        hazards: Vec<Draft>,
    },
    /// The notice was served on the institution.
    #[serde(rename = "inspection.notice-served")]
    NoticeServed {
        /// Its number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
    },
    /// It is time to look again.
    #[serde(rename = "inspection.reinspection-due")]
    ReinspectionDue {
        /// Why now.
        #[schemars(extend("class" = "P1"))]
        why: Why,
    },
    /// Another look was begun.
    #[serde(rename = "inspection.reinspection-begun")]
    ReinspectionBegun {
        /// The lines it asks for: those that failed.
        #[schemars(extend("class" = "P1"))]
        asks: Vec<LineId>,
    },
    /// What had failed was looked at again.
    #[serde(rename = "inspection.reinspected")]
    Reinspected {
        /// The lines that failed again.
        #[schemars(extend("class" = "P1"))]
        failed: Vec<LineId>,
    },
    /// It is closed: nothing was found, or everything found is gone or with a penalty case.
    #[serde(rename = "inspection.closed")]
    Closed {},
    /// A visit recorded outside the hub was entered whole.
    #[serde(rename = "inspection.reported")]
    Reported(Box<Report>),
    /// Something happened to a clock.
    #[serde(untagged)]
    Clock(ClockEvent),
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Planned(_) => "inspection.planned",
            Event::MemberConfirmed(_) => "inspection.member-confirmed",
            Event::MemberRecused { .. } => "inspection.member-recused",
            Event::TeamFormed { .. } => "inspection.team-formed",
            Event::Notified {} => "inspection.notified",
            Event::Unannounced {} => "inspection.unannounced",
            Event::SetOut {} => "inspection.set-out",
            Event::CheckedIn(_) => "inspection.checked-in",
            Event::CheckedOut(_) => "inspection.checked-out",
            Event::Answered(_) => "inspection.answered",
            Event::Obstructed { .. } => "inspection.obstructed",
            Event::Retried { .. } => "inspection.retried",
            Event::Postponed { .. } => "inspection.postponed",
            Event::Resumed { .. } => "inspection.resumed",
            Event::Cancelled { .. } => "inspection.cancelled",
            Event::Recorded {} => "inspection.recorded",
            Event::MemberSigned {} => "inspection.member-signed",
            Event::InstitutionSigned { .. } => "inspection.institution-signed",
            Event::InstitutionRefused { .. } => "inspection.institution-refused",
            Event::Supplemented { .. } => "inspection.supplemented",
            Event::Issued { .. } => "inspection.issued",
            Event::NoticeServed { .. } => "inspection.notice-served",
            Event::ReinspectionDue { .. } => "inspection.reinspection-due",
            Event::ReinspectionBegun { .. } => "inspection.reinspection-begun",
            Event::Reinspected { .. } => "inspection.reinspected",
            Event::Closed {} => "inspection.closed",
            Event::Reported(_) => "inspection.reported",
            Event::Clock(event) => event.kind(),
        }
    }
}
