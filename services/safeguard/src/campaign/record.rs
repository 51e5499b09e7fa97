//! What is sent and what a campaign's folder holds: one object a line, each with an id of its own, so that it may be sent
//! in any order and as often as one likes. Never here: sending, or making any of it up.

use domain::actor::{Agency, Level, Role};
use domain::hazard::Grade;
use domain::inspection::plan::Tier;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What every record says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The record's own id.
    pub request_id: Uuid,
    /// When it really happened.
    pub occurred_at: Timestamp,
    /// The officer in whose name it is sent.
    pub by: String,
}

/// A unit of `units.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The record's own id.
    pub request_id: Uuid,
    /// The day it is entered.
    pub on: Date,
    /// `UN-...`.
    pub id: String,
    /// Public name.
    pub name: String,
    /// Its agency.
    pub agency: Agency,
    /// Its level.
    pub level: Level,
    /// The division it serves.
    pub division: String,
    /// The unit above; empty at the top.
    pub superior: String,
}

/// An officer of `officers.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The record's own id.
    pub request_id: Uuid,
    /// The day the officer is entered.
    pub on: Date,
    /// `OF-...`.
    pub id: String,
    /// The unit.
    pub unit: String,
    /// A name nobody in particular bears.
    pub name: String,
    /// What they are there.
    pub roles: Vec<Role>,
}

/// A dispatch of `dispatches.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    #[serde(flatten)]
    /// Id, time, officer.
    pub head: Head,
    /// Level of who sent them.
    pub level: Level,
    /// Division of who sent them.
    pub division: String,
    /// The day they set out.
    pub on: Date,
    /// In person-times 人次.
    pub persons: i32,
    /// The institutions visited.
    pub institutions: Vec<String>,
}

/// A member of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The officer.
    pub officer: String,
    /// Number of the enforcement certificate.
    pub certificate: String,
}

/// A line that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The line of a checklist.
    pub line: String,
    /// Whether it was put right while the team was there.
    pub fixed: bool,
    /// What is to be seen.
    pub finding: String,
}

/// A visit of `inspections.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    #[serde(flatten)]
    /// Id, time, officer.
    pub head: Head,
    /// The institution.
    pub institution: String,
    /// The tier at which it counts.
    pub tier: Tier,
    /// The units asked to take part.
    pub invited: Vec<String>,
    /// The visit it looks back at; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub earlier: String,
    /// Who went.
    pub members: Vec<Member>,
    /// When they came.
    pub from: Timestamp,
    /// When they left.
    pub until: Timestamp,
    /// The lines that failed; every other passed.
    pub failed: Vec<Failed>,
    /// Why the institution would not sign; empty when it signed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub refused_to_sign: String,
    /// Number of the notice; empty when nothing failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notice: String,
}

/// A signature of `signatures.jsonl`: an invited unit's, for its own members of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    #[serde(flatten)]
    /// Id, time, officer.
    pub head: Head,
    /// The visit.
    pub inspection: String,
}

/// A step of a hazard of `hazards.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    #[serde(flatten)]
    /// Id, time, officer.
    pub head: Head,
    /// The hazard.
    pub hazard: String,
    /// What is done.
    #[serde(flatten)]
    pub act: Act,
}

/// A step in the loop of a hazard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Says how grave it is.
    Grade {
        /// How grave.
        grade: Grade,
    },
    /// Fixed before the team left.
    FixOnSpot {
        /// By whom.
        fixer: String,
    },
    /// The notice to rectify.
    Notify {
        /// Its number.
        number: String,
        /// The last day of a major hazard's plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// The five elements.
    Rectify {
        /// The money, in fen.
        fen: u64,
        /// By when.
        until: Date,
        /// What protects people meanwhile; empty for a general hazard.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        interim: String,
    },
    /// How far it has come.
    Progress {
        /// How far.
        progress: String,
    },
    /// Fixed.
    ReportFix {
        /// By whom.
        fixer: String,
    },
    /// Looked at: it is gone.
    Verify {
        /// Who was there.
        present: Vec<String>,
    },
}

impl Act {
    /// Whether a photograph must show it.
    #[must_use]
    pub const fn shown(&self) -> bool {
        match self {
            Act::FixOnSpot { .. } | Act::ReportFix { .. } | Act::Verify { .. } => true,
            Act::Grade { .. } | Act::Notify { .. } | Act::Rectify { .. } | Act::Progress { .. } => false,
        }
    }
}

/// Staff asked about, of `staff-counts.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCount {
    #[serde(flatten)]
    /// Id, time, officer.
    pub head: Head,
    /// Where they work.
    pub institution: String,
    /// The day.
    pub on: Date,
    /// The persons, by names that tell nothing of them.
    pub persons: Vec<String>,
}

/// Figures that units report, of `returns.jsonl`: one sender's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    #[serde(flatten)]
    /// Id, time, officer.
    pub head: Head,
    /// Each unit's.
    pub returns: Vec<domain::campaign::Return>,
}

/// `campaign.json`: what was issued, and how the records were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The seed.
    pub seed: u64,
    /// `1` or `1/1000` and the like.
    pub scale: String,
    /// The template.
    pub template: String,
    /// The first day.
    pub opens: Date,
    /// The last day.
    pub closes: Date,
    /// Days on which the directory changes, the first one first.
    pub changes: Vec<Date>,
}
