//! What members write down on the spot, often without a network: times of the device stand beside those of the hub.
//! Never here: what follows from it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checklist::LineId;
use crate::paper::Paper;
use crate::text::Text;

/// How a work done without a network was dated. When it happened, by the device's clock set right, and when the hub
/// learned of it stand beside every event, which is marked late when the two are far apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Captured {
    /// What the device showed.
    pub device: Timestamp,
    /// What has to be added to it, in seconds, as measured when the device last met the hub.
    pub offset_seconds: i32,
}

/// A place on the map (CGCS2000), in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// North.
    pub north: i32,
    /// East.
    pub east: i32,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// In order.
    Pass,
    /// Not in order.
    Fail,
    /// In order now: the fault was removed while the team was there 当场整改. It is a hazard all the same.
    FailFixed,
    /// Does not apply here.
    NotApplicable,
    /// Was not looked at.
    NotChecked,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 5] =
        [Verdict::Pass, Verdict::Fail, Verdict::FailFixed, Verdict::NotApplicable, Verdict::NotChecked];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::FailFixed => "fail-fixed",
            Verdict::NotApplicable => "not-applicable",
            Verdict::NotChecked => "not-checked",
        }
    }

    /// Whether it is a hazard.
    #[must_use]
    pub const fn failed(self) -> bool {
        match self {
            Verdict::Fail | Verdict::FailFixed => true,
            Verdict::Pass | Verdict::NotApplicable | Verdict::NotChecked => false,
        }
    }
}

/// The answer to one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The line.
    #[schemars(extend("class" = "P1"))]
    pub line: LineId,
    /// What became of it.
    #[schemars(extend("class" = "P1"))]
    pub verdict: Verdict,
    /// Where, and what is to be seen there; a failed line has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub finding: Option<Text<500>>,
    /// Photographs and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P2"))]
    pub papers: Vec<Paper>,
    /// How it was dated, when it was written down without a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub captured: Option<Captured>,
}

/// Where a member was seen to come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub spot: Option<Spot>,
    /// How it was dated, when it was written down without a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub captured: Option<Captured>,
}
