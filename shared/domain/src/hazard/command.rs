//! What can be asked of a hazard, where in the loop it has a place, and whose part of the law decides it.
//! Never here: the law itself.

use jiff::civil::Date;

use crate::actor::{Stamp, Unit};
use crate::clock::{self, Told};
use crate::document_number::DocumentNumber;
use crate::hazard::draft::{Draft, Grade};
use crate::hazard::event::{Elements, Event, Fix, Notice, Part, Visit};
use crate::hazard::rejection::Rejection;
use crate::hazard::state::{Hazard, Stage};
use crate::ids::OfficerId;
use crate::paper::Paper;
use crate::text::Reason;

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Writes down a hazard that was found.
    Open {
        /// What was found.
        draft: Box<Draft>,
    },
    /// Says how grave it is.
    Grade {
        /// How grave.
        grade: Grade,
        /// Why.
        reason: Reason,
    },
    /// Reports that it was fixed while the officers were there.
    FixOnSpot(Fix),
    /// Tells the institution to rectify it.
    Notify(Notice),
    /// Records the five elements.
    Rectify(Box<Elements>),
    /// Reports how far it has come.
    ReportProgress {
        /// How far.
        progress: Reason,
    },
    /// Asks for more time.
    AskExtension {
        /// Why.
        reason: Reason,
    },
    /// Gives more time.
    GrantExtension {
        /// The new last day of a major hazard.
        until: Option<Date>,
    },
    /// Gives no more time.
    DenyExtension {
        /// Why.
        reason: Reason,
    },
    /// Reports that it is fixed.
    ReportFix(Fix),
    /// Closes it: it is gone.
    Verify(Visit),
    /// Sends it back: it is not gone.
    Reject {
        /// Who looked.
        visit: Visit,
        /// What is wanting.
        reason: Reason,
    },
    /// Puts it under listed supervision.
    List {
        /// Why.
        reason: Reason,
    },
    /// Records the penalty case.
    OpenPenalty {
        /// Its number.
        case: DocumentNumber,
    },
    /// Puts sealing to the collective decision.
    ProposeSeal(Part),
    /// Seals at once, approved orally.
    SealOrally {
        /// What.
        part: Part,
        /// Who approved.
        approver: OfficerId,
    },
    /// Records the collective decision to seal.
    Seal {
        /// Who decided.
        deciders: Vec<OfficerId>,
        /// The decision.
        paper: Paper,
    },
    /// Records the collective decision not to seal.
    DropSeal {
        /// Why.
        reason: Reason,
    },
    /// Suspends the use.
    Suspend {
        /// The decision's number.
        number: DocumentNumber,
        /// Why.
        reason: Reason,
    },
    /// Records that the institution asks to use it again.
    AskResume,
    /// The review found that it may be used again.
    PassReview(Visit),
    /// The review found that it may not.
    FailReview {
        /// Who looked.
        visit: Visit,
        /// What is wanting.
        reason: Reason,
    },
    /// Approves the use.
    Resume,
    /// Hands it to another authority.
    Transfer {
        /// To which unit.
        to: Unit,
        /// Why.
        reason: Reason,
    },
    /// Holds the record to be wrong.
    ProposeVoid {
        /// Why.
        reason: Reason,
    },
    /// Agrees that the record is wrong.
    ApproveVoid,
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
    /// Whether it has a place where the loop stands.
    pub(super) const fn fits(&self, stage: &Stage) -> bool {
        match self {
            Command::Open { .. } => false,
            Command::Grade { .. } => matches!(stage, Stage::Found | Stage::Graded),
            Command::FixOnSpot(_) | Command::Notify(_) => matches!(stage, Stage::Graded),
            Command::Rectify(_) => matches!(stage, Stage::Noticed),
            Command::ReportProgress { .. } | Command::ReportFix(_) => matches!(stage, Stage::Rectifying),
            Command::AskExtension { .. } | Command::GrantExtension { .. } | Command::DenyExtension { .. } => {
                matches!(stage, Stage::Noticed | Stage::Rectifying)
            }
            Command::Verify(_) | Command::Reject { .. } => {
                matches!(stage, Stage::FixedOnSpot { .. } | Stage::FixReported { .. })
            }
            Command::AskResume | Command::PassReview(_) | Command::FailReview { .. } | Command::Resume => {
                matches!(stage, Stage::FixReported { .. })
            }
            Command::List { .. }
            | Command::OpenPenalty { .. }
            | Command::ProposeSeal(_)
            | Command::SealOrally { .. }
            | Command::Seal { .. }
            | Command::DropSeal { .. }
            | Command::Suspend { .. }
            | Command::Transfer { .. }
            | Command::ProposeVoid { .. }
            | Command::ApproveVoid => stage.open(),
            Command::Ring { .. } => true,
        }
    }

    /// Decides a command that has its place.
    pub(super) fn decide(&self, hazard: &Hazard, stamp: &Stamp) -> Result<Event, Rejection> {
        match self {
            Command::Open { .. } | Command::Ring { .. } => Err(hazard.not_here(self)),
            Command::Grade { grade, reason } => hazard.graded((*grade, reason), stamp),
            Command::FixOnSpot(fix) => hazard.fixed_on_spot(fix, stamp),
            Command::Notify(notice) => hazard.noticed(notice, stamp),
            Command::Rectify(elements) => hazard.rectifying(elements, stamp),
            Command::ReportProgress { progress } => hazard.progressed(progress, stamp),
            Command::AskExtension { reason } => hazard.extension_asked(reason, stamp),
            Command::GrantExtension { until } => hazard.extension_granted(*until, stamp),
            Command::DenyExtension { reason } => hazard.extension_denied(reason, stamp),
            Command::ReportFix(fix) => hazard.fix_reported(fix, stamp),
            Command::Verify(visit) => hazard.verified(visit, stamp),
            Command::Reject { visit, reason } => hazard.rejected(visit, reason, stamp),
            Command::List { reason } => hazard.listed(reason, stamp),
            Command::OpenPenalty { case } => hazard.penalty_opened(case, stamp),
            Command::ProposeSeal(part) => hazard.seal_proposed(part, stamp),
            Command::SealOrally { part, approver } => hazard.sealed_orally(part, approver, stamp),
            Command::Seal { deciders, paper } => hazard.sealed(deciders, paper, stamp),
            Command::DropSeal { reason } => hazard.seal_dropped(reason, stamp),
            Command::Suspend { number, reason } => hazard.suspended(number, reason, stamp),
            Command::AskResume => hazard.resume_asked(stamp),
            Command::PassReview(visit) => {
                hazard.reviewed(visit, stamp).map(|()| Event::ReviewPassed(visit.clone()))
            }
            Command::FailReview { visit, reason } => hazard
                .reviewed(visit, stamp)
                .map(|()| Event::ReviewFailed { visit: visit.clone(), reason: reason.clone() }),
            Command::Resume => hazard.resumed(stamp),
            Command::Transfer { to, reason } => hazard.transferred(to, reason, stamp),
            Command::ProposeVoid { reason } => hazard.void_proposed(reason, stamp),
            Command::ApproveVoid => hazard.voided(stamp),
        }
    }
}
