//! What can happen to a hazard: the stored contract. Names and fields are guarded by golden files.
//! Never here: what it means.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Unit;
use crate::clock::ClockEvent;
use crate::document_number::DocumentNumber;
use crate::event::Stored;
use crate::hazard::draft::{Draft, Grade};
use crate::ids::OfficerId;
use crate::paper::Paper;
use crate::text::{Reason, Text};

/// The notice to rectify 责令限期整改通知书.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Its number.
    #[schemars(extend("class" = "P1"))]
    pub number: DocumentNumber,
    /// The last day, of a major hazard's plan; the law sets that of a general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub until: Option<Date>,
}

/// The five elements 五落实 without which nothing is being rectified: who, how, with what money, by when, by which plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Elements {
    /// The post of who answers for it there, never a name.
    #[schemars(extend("class" = "P2"))]
    pub responsible: Text<100>,
    /// What is done.
    #[schemars(extend("class" = "P2"))]
    pub measures: Text<500>,
    /// The money set aside, in fen, as text so that no store rounds it.
    #[schemars(extend("class" = "P1"))]
    pub fen: String,
    /// The day by which it is done, not after the notice's last.
    #[schemars(extend("class" = "P1"))]
    pub until: Date,
    /// The plan, with what is done in an emergency.
    #[schemars(extend("class" = "P2"))]
    pub plan: Text<500>,
    /// What protects people meanwhile; a major hazard must have it (安全生产法 art. 41).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub interim: Option<Text<500>>,
}

/// That it was fixed, as reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    /// Who fixed it or had it fixed; who reports it counts as one too.
    #[schemars(extend("class" = "P1"))]
    pub fixer: OfficerId,
    /// What shows it.
    #[schemars(extend("class" = "P2"))]
    pub papers: Vec<Paper>,
}

/// A look at the place by officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Visit {
    /// The officers who were there; who records it counts only when named.
    #[schemars(extend("class" = "P1"))]
    pub present: Vec<OfficerId>,
    /// What shows it.
    #[schemars(extend("class" = "P2"))]
    pub papers: Vec<Paper>,
}

/// What is to be sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The dangerous part or place.
    #[schemars(extend("class" = "P2"))]
    pub spot: Text<200>,
    /// Why (消防法 art. 54: it would gravely endanger public safety).
    #[schemars(extend("class" = "P2"))]
    pub reason: Reason,
}

/// What can happen to a hazard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was found.
    #[serde(rename = "hazard.found")]
    Found(Box<Draft>),
    /// It was graded, or graded anew.
    #[serde(rename = "hazard.graded")]
    Graded {
        /// How grave it is.
        #[schemars(extend("class" = "P1"))]
        grade: Grade,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// It was fixed before the officers left.
    #[serde(rename = "hazard.fixed-on-spot")]
    FixedOnSpot(Fix),
    /// A second person found the fix on the spot wanting.
    #[serde(rename = "hazard.spot-rejected")]
    SpotRejected {
        /// Who looked, and what shows it.
        #[schemars(extend("class" = "P1"))]
        visit: Visit,
        /// What is wanting.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The institution was told to rectify it.
    #[serde(rename = "hazard.noticed")]
    Noticed(Notice),
    /// The five elements stand: it is being rectified.
    #[serde(rename = "hazard.rectifying")]
    Rectifying(Box<Elements>),
    /// How far it has come.
    #[serde(rename = "hazard.progress-reported")]
    ProgressReported {
        /// How far.
        #[schemars(extend("class" = "P2"))]
        progress: Reason,
    },
    /// More time was asked for.
    #[serde(rename = "hazard.extension-asked")]
    ExtensionAsked {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// More time was given.
    #[serde(rename = "hazard.extension-granted")]
    ExtensionGranted {
        /// The new last day of a major hazard; the law sets that of a general one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        until: Option<Date>,
    },
    /// More time was not given.
    #[serde(rename = "hazard.extension-denied")]
    ExtensionDenied {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// It was reported as fixed.
    #[serde(rename = "hazard.fix-reported")]
    FixReported(Fix),
    /// The fix was looked at and found wanting.
    #[serde(rename = "hazard.rejected")]
    Rejected {
        /// Who looked, and what shows it.
        #[schemars(extend("class" = "P1"))]
        visit: Visit,
        /// What is wanting.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// It is gone, as others than the fixer have seen.
    #[serde(rename = "hazard.verified")]
    Verified(Visit),
    /// Its time ran out.
    #[serde(rename = "hazard.overdue")]
    Overdue {
        /// The period that ran out.
        #[schemars(extend("class" = "P1"))]
        rule: String,
    },
    /// It was put under listed supervision 挂牌督办.
    #[serde(rename = "hazard.listed")]
    Listed {
        /// Why; none when its overdue time did it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P2"))]
        reason: Option<Reason>,
    },
    /// It is overdue so long that a penalty is proposed.
    #[serde(rename = "hazard.penalty-proposed")]
    PenaltyProposed {},
    /// A penalty case was opened.
    #[serde(rename = "hazard.penalty-opened")]
    PenaltyOpened {
        /// Its number.
        #[schemars(extend("class" = "P1"))]
        case: DocumentNumber,
    },
    /// Temporary sealing was put to the collective decision.
    #[serde(rename = "hazard.seal-proposed")]
    SealProposed(Part),
    /// It was sealed at once on oral approval.
    #[serde(rename = "hazard.sealed-orally")]
    SealedOrally {
        /// What was sealed.
        #[schemars(extend("class" = "P1"))]
        part: Part,
        /// The leader who approved.
        #[schemars(extend("class" = "P1"))]
        approver: OfficerId,
    },
    /// The collective decision to seal, as a document.
    #[serde(rename = "hazard.sealed")]
    Sealed {
        /// Who decided.
        #[schemars(extend("class" = "P1"))]
        deciders: Vec<OfficerId>,
        /// The decision.
        #[schemars(extend("class" = "P1"))]
        paper: Paper,
    },
    /// The collective decision was not to seal; an emergency seal comes off at once.
    #[serde(rename = "hazard.seal-dropped")]
    SealDropped {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The use was suspended.
    #[serde(rename = "hazard.suspended")]
    Suspended {
        /// The decision's number.
        #[schemars(extend("class" = "P1"))]
        number: DocumentNumber,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The institution asks to use it again.
    #[serde(rename = "hazard.resume-asked")]
    ResumeAsked {},
    /// It was reviewed, and may be used again.
    #[serde(rename = "hazard.review-passed")]
    ReviewPassed(Visit),
    /// It was reviewed, and may not.
    #[serde(rename = "hazard.review-failed")]
    ReviewFailed {
        /// Who looked, and what shows it.
        #[schemars(extend("class" = "P1"))]
        visit: Visit,
        /// What is wanting.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// It is in use again.
    #[serde(rename = "hazard.resumed")]
    Resumed {},
    /// It was handed to another authority.
    #[serde(rename = "hazard.transferred")]
    Transferred {
        /// To which unit.
        #[schemars(extend("class" = "P1"))]
        to: Unit,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// Somebody holds the record to be wrong.
    #[serde(rename = "hazard.void-proposed")]
    VoidProposed {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// A second person agreed: the record is void.
    #[serde(rename = "hazard.voided")]
    Voided {},
    /// Something happened to a clock.
    #[serde(untagged)]
    Clock(ClockEvent),
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Found(_) => "hazard.found",
            Event::Graded { .. } => "hazard.graded",
            Event::FixedOnSpot(_) => "hazard.fixed-on-spot",
            Event::SpotRejected { .. } => "hazard.spot-rejected",
            Event::Noticed(_) => "hazard.noticed",
            Event::Rectifying(_) => "hazard.rectifying",
            Event::ProgressReported { .. } => "hazard.progress-reported",
            Event::ExtensionAsked { .. } => "hazard.extension-asked",
            Event::ExtensionGranted { .. } => "hazard.extension-granted",
            Event::ExtensionDenied { .. } => "hazard.extension-denied",
            Event::FixReported(_) => "hazard.fix-reported",
            Event::Rejected { .. } => "hazard.rejected",
            Event::Verified(_) => "hazard.verified",
            Event::Overdue { .. } => "hazard.overdue",
            Event::Listed { .. } => "hazard.listed",
            Event::PenaltyProposed {} => "hazard.penalty-proposed",
            Event::PenaltyOpened { .. } => "hazard.penalty-opened",
            Event::SealProposed(_) => "hazard.seal-proposed",
            Event::SealedOrally { .. } => "hazard.sealed-orally",
            Event::Sealed { .. } => "hazard.sealed",
            Event::SealDropped { .. } => "hazard.seal-dropped",
            Event::Suspended { .. } => "hazard.suspended",
            Event::ResumeAsked {} => "hazard.resume-asked",
            Event::ReviewPassed(_) => "hazard.review-passed",
            Event::ReviewFailed { .. } => "hazard.review-failed",
            Event::Resumed {} => "hazard.resumed",
            Event::Transferred { .. } => "hazard.transferred",
            Event::VoidProposed { .. } => "hazard.void-proposed",
            Event::Voided {} => "hazard.voided",
            Event::Clock(event) => event.kind(),
        }
    }
}
