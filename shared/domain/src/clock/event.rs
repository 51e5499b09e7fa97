//! What can happen to a clock: the stored contract. Names and fields are guarded by golden files.
//! Never here: what it means.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::UnitId;
use crate::period::Who;

/// Who was told, and at which unit when one was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// In which capacity.
    pub who: Who,
    /// The unit; none when the directory knows no such unit, which is itself worth reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// What happened to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum ClockEvent {
    /// It started.
    #[serde(rename = "clock.started")]
    Started {
        /// The period's id.
        rule: String,
        /// The period's version, kept to the end.
        rule_version: u32,
        /// The holiday calendar the end was computed with.
        calendar: String,
        /// When the starting event happened.
        started: Timestamp,
        /// When half the span has gone, when this period warns then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn_half: Option<Timestamp>,
        /// When 80 % of the span have gone, when this period warns then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn_most: Option<Timestamp>,
        /// The last instant in time.
        due: Timestamp,
    },
    /// It warned.
    #[serde(rename = "clock.warned")]
    Warned {
        /// The period's id.
        rule: String,
        /// 50 or 80.
        percent: u8,
        /// Who was told.
        told: Vec<Told>,
    },
    /// It ran out and a duty was missed.
    #[serde(rename = "clock.breached")]
    Breached {
        /// The period's id.
        rule: String,
        /// When it ran out.
        due: Timestamp,
        /// Who was told.
        told: Vec<Told>,
    },
    /// It ran out and a right, a lease or a window ended; not a breach.
    #[serde(rename = "clock.lapsed")]
    Lapsed {
        /// The period's id.
        rule: String,
        /// When it ran out.
        due: Timestamp,
    },
    /// It was answered, or the matter moved on.
    #[serde(rename = "clock.stopped")]
    Stopped {
        /// The period's id.
        rule: String,
        /// Whether by its end, and before a breach was written.
        on_time: bool,
    },
}

impl ClockEvent {
    /// The stored name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            ClockEvent::Started { .. } => "clock.started",
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
            | ClockEvent::Warned { rule, .. }
            | ClockEvent::Breached { rule, .. }
            | ClockEvent::Lapsed { rule, .. }
            | ClockEvent::Stopped { rule, .. } => rule,
        }
    }
}
