//! What can be asked of a joint inspection, and the action it is for permission. Never here: an answer.

use jiff::civil::Date;

use crate::clock::{self, Told};
use crate::document_number::DocumentNumber;
use crate::ids::{HazardId, OfficerId, UnitId};
use crate::inspection::answer::{Answer, Seen};
use crate::inspection::plan::Planned;
use crate::inspection::report::Report;
use crate::inspection::team::Member;
use crate::paper::Paper;
use crate::sealed::Sealed;
use crate::text::Reason;

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Plan a visit.
    Plan(Box<Planned>),
    /// A unit confirms a member of its own.
    ConfirmMember {
        /// The member.
        member: Box<Member>,
        /// Whether the member has a conflict of interest at this institution.
        conflict: bool,
    },
    /// A member steps back, or is made to.
    Recuse {
        /// The member.
        officer: OfficerId,
        /// Why.
        reason: Reason,
    },
    /// The team is complete.
    FormTeam,
    /// The institution was told.
    Notify,
    /// The institution is not to be told.
    LeaveUnannounced,
    /// The team sets out.
    SetOut,
    /// The member who acts has come.
    CheckIn(Seen),
    /// The member who acts leaves.
    CheckOut(Seen),
    /// Answers to lines: all of them, or none.
    RecordLines(Vec<Answer>),
    /// The team is not let in, or not let work.
    Obstruct {
        /// What happened.
        note: Reason,
    },
    /// The team tries again.
    Retry {
        /// The police unit that helps.
        assistance: Option<UnitId>,
    },
    /// Not today.
    Postpone {
        /// Why.
        reason: Reason,
    },
    /// Plan a postponed visit anew.
    Resume {
        /// The new day.
        on: Date,
    },
    /// Not at all.
    Cancel {
        /// Why.
        reason: Reason,
    },
    /// The record is complete.
    Complete,
    /// The member who acts signs.
    Sign,
    /// The institution signs.
    SignForInstitution {
        /// Who signs for it.
        representative: Sealed,
    },
    /// The institution will not sign.
    RefuseToSign {
        /// What was said.
        note: Reason,
    },
    /// Something is added to the locked record.
    Supplement {
        /// What.
        note: Reason,
        /// Papers.
        papers: Vec<Paper>,
    },
    /// The findings go out.
    Issue,
    /// The notice was served.
    ServeNotice {
        /// Its number.
        number: DocumentNumber,
    },
    /// The institution asks to be looked at again.
    RequestReinspection,
    /// Another look begins.
    BeginReinspection,
    /// Another look is done.
    CompleteReinspection,
    /// Nothing is left to do.
    Close {
        /// A hazard of this visit that is neither gone nor with a penalty case, as the hub knows them now.
        open: Option<HazardId>,
    },
    /// Enter a visit that was recorded outside the hub.
    Report(Box<Report>),
    /// A clock reached a stage.
    Ring {
        /// The period.
        rule: String,
        /// The stage.
        stage: clock::Stage,
        /// Who was told.
        told: Vec<Told>,
    },
}

impl Command {
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Command::Plan(_) => "inspection.plan",
            Command::ConfirmMember { .. } => "inspection.confirm-member",
            Command::Recuse { .. } => "inspection.recuse",
            Command::FormTeam => "inspection.form-team",
            Command::Notify => "inspection.notify",
            Command::LeaveUnannounced => "inspection.leave-unannounced",
            Command::SetOut => "inspection.set-out",
            Command::CheckIn(_) => "inspection.check-in",
            Command::CheckOut(_) => "inspection.check-out",
            Command::RecordLines(_) => "inspection.record-line",
            Command::Obstruct { .. } => "inspection.obstruct",
            Command::Retry { .. } => "inspection.retry",
            Command::Postpone { .. } => "inspection.postpone",
            Command::Resume { .. } => "inspection.resume",
            Command::Cancel { .. } => "inspection.cancel",
            Command::Complete => "inspection.complete",
            Command::Sign => "inspection.sign",
            Command::SignForInstitution { .. } => "inspection.sign-for-institution",
            Command::RefuseToSign { .. } => "inspection.refuse-to-sign",
            Command::Supplement { .. } => "inspection.supplement",
            Command::Issue => "inspection.issue",
            Command::ServeNotice { .. } => "inspection.serve-notice",
            Command::RequestReinspection => "inspection.request-re-inspection",
            Command::BeginReinspection => "inspection.begin-re-inspection",
            Command::CompleteReinspection => "inspection.complete-re-inspection",
            Command::Close { .. } => "inspection.close",
            Command::Report(_) => "inspection.report",
            Command::Ring { .. } => "inspection.ring",
        }
    }
}
