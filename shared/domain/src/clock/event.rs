//! What can happen to a clock: the stored contract. Names and fields are guarded by golden files.
//! Never here: what it means.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::UnitId;
use crate::period::Who;

/// Who was told, and at which unit when one was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// In which capacity.
    pub who: Who,
    /// The unit; none when the directory knows no such unit, which is itself worth reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// What happened to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum ClockEvent {
    /// It started.
    #[serde(rename = "clock.started")]
    Started {
        /// The period's id.
        #[schemars(extend("class" = "P1"))]
        rule: String,
        /// The period's version, kept to the end.
        #[schemars(extend("class" = "P1"))]
        rule_version: u32,
        /// The holiday calendar the end was computed with.
        #[schemars(extend("class" = "P1"))]
        calendar: String,
        /// When the starting event happened.
        #[schemars(extend("class" = "P1"))]
        started: Timestamp,
        /// When half the span has gone, when this period warns then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        warn_half: Option<Timestamp>,
        /// When 80 % of the span have gone, when this period warns then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("class" = "P1"))]
        warn_most: Option<Timestamp>,
        /// The last instant in time.
        #[schemars(extend("class" = "P1"))]
        due: Timestamp,
    },
    /// It stands still while another clock runs; `clock.started` tells that it goes on.
    #[serde(rename = "clock.paused")]
    Paused {
        /// The period's id.
        #[schemars(extend("class" = "P1"))]
        rule: String,
        /// Since when.
        #[schemars(extend("class" = "P1"))]
        since: Timestamp,
    },
    /// It warned.
    #[serde(rename = "clock.warned")]
    Warned {
        /// The period's id.
        #[schemars(extend("class" = "P1"))]
        rule: String,
        /// 50 or 80.
        #[schemars(extend("class" = "P1"))]
        percent: u8,
        /// Who was told.
        #[schemars(extend("class" = "P1"))]
        told: Vec<Told>,
    },
    /// It ran out and a duty was missed.
    #[serde(rename = "clock.breached")]
    Breached {
        /// The period's id.
        #[schemars(extend("class" = "P1"))]
        rule: String,
        /// When it ran out.
        #[schemars(extend("class" = "P1"))]
        due: Timestamp,
        /// Who was told.
        #[schemars(extend("class" = "P1"))]
        told: Vec<Told>,
    },
    /// It ran out and a right, a lease or a window ended; not a breach.
    #[serde(rename = "clock.lapsed")]
    Lapsed {
        /// The period's id.
        #[schemars(extend("class" = "P1"))]
        rule: String,
        /// When it ran out.
        #[schemars(extend("class" = "P1"))]
        due: Timestamp,
    },
    /// It was answered, or the matter moved on.
    #[serde(rename = "clock.stopped")]
    Stopped {
        /// The period's id.
        #[schemars(extend("class" = "P1"))]
        rule: String,
        /// Whether by its end, and before a breach was written.
        #[schemars(extend("class" = "P1"))]
        on_time: bool,
    },
}

impl ClockEvent {
    /// The stored name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            ClockEvent::Started { .. } => "clock.started",
            ClockEvent::Paused { .. } => "clock.paused",
            ClockEvent::Warned { .. } => "clock.warned",
            ClockEvent::Breached { .. } => "clock.breached",
            ClockEvent::Lapsed { .. } => "clock.lapsed",
            ClockEvent::Stopped { .. } => "clock.stopped",
        }
    }

    /// The id of the period it is about.
    #[must_use]
    pub fn rule(&self) -> &str {
        match self {
            ClockEvent::Started { rule, .. }
            | ClockEvent::Paused { rule, .. }
            | ClockEvent::Warned { rule, .. }
            | ClockEvent::Breached { rule, .. }
            | ClockEvent::Lapsed { rule, .. }
            | ClockEvent::Stopped { rule, .. } => rule,
        }
    }
}
