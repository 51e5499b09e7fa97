//! What can happen to a campaign: the stored contract. Names and fields are guarded by golden files.
//! Never here: what it means.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Agency;
use crate::campaign::figures::Figures;
use crate::campaign::plan::{Addition, PhaseKind, Plan, Post};
use crate::event::Stored;
use crate::paper::Hash;
use crate::text::{Reason, Text, Title};

/// Figures that a unit reports of its own tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Return {
    /// Whose.
    pub post: Post,
    /// The last day they count.
    #[schemars(extend("class" = "P1"))]
    pub through: Date,
    /// The figures, all since the campaign began.
    pub figures: Figures,
}

/// What was frozen: enough to count again and to find the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The place in the log up to which was counted, as the log writes it.
    #[schemars(extend("class" = "P1"))]
    pub position: Text<64>,
    /// The list of institutions that was counted against.
    #[schemars(extend("class" = "P1"))]
    pub frame: Title,
    /// The version of the table of divisions.
    #[schemars(extend("class" = "P1"))]
    pub divisions: Title,
    /// The figures of the whole campaign.
    pub figures: Figures,
    /// SHA-256 of [`crate::campaign::figures::canonical`].
    #[schemars(extend("class" = "P1"))]
    pub digest: Hash,
}

/// What can happen to a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// A plan was written.
    #[serde(rename = "campaign.drafted")]
    Drafted(Box<Plan>),
    /// An issuing agency signed it.
    #[serde(rename = "campaign.signed")]
    Signed {
        /// Which.
        #[schemars(extend("class" = "P1"))]
        agency: Agency,
    },
    /// Every issuing agency has signed.
    #[serde(rename = "campaign.approved")]
    Approved {},
    /// It was sent to all levels.
    #[serde(rename = "campaign.deployed")]
    Deployed {},
    /// A level added to it for its own area.
    #[serde(rename = "campaign.extended")]
    Extended(Addition),
    /// A phase began.
    #[serde(rename = "campaign.phase-begun")]
    PhaseBegun {
        /// Which.
        #[schemars(extend("class" = "P1"))]
        phase: PhaseKind,
    },
    /// Units reported figures.
    #[serde(rename = "campaign.figures-submitted")]
    FiguresSubmitted {
        /// Each unit's.
        returns: Vec<Return>,
    },
    /// Counting ended here.
    #[serde(rename = "campaign.frozen")]
    Frozen(Box<Snapshot>),
    /// The frozen figures were found to be those that were reported.
    #[serde(rename = "campaign.verified")]
    Verified {
        /// Units that have not reported.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<Post>,
        /// Why that was put up with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P2"))]
        reason: Option<Reason>,
    },
    /// The figures were published.
    #[serde(rename = "campaign.published")]
    Published {},
    /// Corrected figures take the place of the frozen ones, as a new version.
    #[serde(rename = "campaign.corrected")]
    Corrected {
        /// The new version.
        #[schemars(extend("class" = "P1"))]
        version: u32,
        /// The new figures.
        snapshot: Box<Snapshot>,
        /// Figures that units report anew.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        returns: Vec<Return>,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// It is over.
    #[serde(rename = "campaign.closed")]
    Closed {},
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Drafted(_) => "campaign.drafted",
            Event::Signed { .. } => "campaign.signed",
            Event::Approved {} => "campaign.approved",
            Event::Deployed {} => "campaign.deployed",
            Event::Extended(_) => "campaign.extended",
            Event::PhaseBegun { .. } => "campaign.phase-begun",
            Event::FiguresSubmitted { .. } => "campaign.figures-submitted",
            Event::Frozen(_) => "campaign.frozen",
            Event::Verified { .. } => "campaign.verified",
            Event::Published {} => "campaign.published",
            Event::Corrected { .. } => "campaign.corrected",
            Event::Closed {} => "campaign.closed",
        }
    }
}
