//! Readings of sensitive and restricted values 查阅记录: who read, in whose name, by which way, of which matter, and which
//! policies allowed it (MNP 2023 art. 36; handbook 1.4). The stored contract only: nobody decides on a reading, it has
//! happened. Each run of a process that shows values has a stream of its own, and writes many readings in one event.
//! Never here: what was read, or who may be told of it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Agency;
use crate::break_glass::event::Way;
use crate::event::Stored;
use crate::ids::{OfficerId, UnitId};

/// What the names of the streams of readings begin with: `RD-` and a number that nobody else has.
pub const PREFIX: &str = "RD";

/// A reading, or several that are equal but for the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// Who read.
    #[schemars(extend("class" = "P1"))]
    pub officer: OfficerId,
    /// In whose name.
    #[schemars(extend("class" = "P1"))]
    pub unit: UnitId,
    /// Of which agency.
    #[schemars(extend("class" = "P1"))]
    pub agency: Agency,
    /// How.
    #[schemars(extend("class" = "P1"))]
    pub way: Way,
    /// The matter: the name of its stream.
    #[schemars(extend("class" = "P1"))]
    pub matter: String,
    /// The unit that answered for the matter then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub owner: Option<UnitId>,
    /// What was asked: the name of the query, or `event`.
    #[schemars(extend("class" = "P1"))]
    pub what: String,
    /// The classes and facets shown, e.g. `P3` and `reporter`.
    #[schemars(extend("class" = "P1"))]
    pub shown: Vec<String>,
    /// The policies that allowed it.
    #[schemars(extend("class" = "P1"))]
    pub policies: Vec<String>,
    /// When; of several, the first time.
    #[schemars(extend("class" = "P1"))]
    pub at: Timestamp,
    /// How many it stands for.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    #[schemars(extend("class" = "P1"))]
    pub count: u32,
}

const fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_once(count: &u32) -> bool {
    *count == 1
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Values were read.
    #[serde(rename = "reading.noted")]
    Noted {
        /// The readings, in the order in which they began.
        readings: Vec<Reading>,
    },
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Noted { .. } => "reading.noted",
        }
    }
}
