//! The guard against repeated visits 入企检查扰企: whether a visit would come too soon after another, or too soon before
//! one, and whether there is one to join. It warns and forbids nothing. How many days are to lie between two visits is
//! data, data/visits.json. Never here: finding the visits.

use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::actor::Unit;
use crate::ids::{InspectionId, UnitId};

/// Whose visits a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Between {
    /// Two visits of the same unit.
    SameUnit,
    /// Two visits of whatever units.
    AnyUnit,
}

impl Between {
    /// The word in data and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Between::SameUnit => "same-unit",
            Between::AnyUnit => "any-unit",
        }
    }
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Whose visits.
    pub id: Between,
    /// At least so many days between them.
    pub days: u32,
}

/// The limits in force.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Counts up; a change is a new version.
    pub version: u32,
    /// What they rest on.
    pub source: String,
    /// Each.
    pub limits: Vec<Limit>,
}

impl Limits {
    /// Those that ship with the program.
    #[must_use]
    pub fn standard() -> &'static Limits {
        static STANDARD: OnceLock<Limits> = OnceLock::new();
        let text = include_str!("../../data/visits.json");
        // Without data there are no limits; a test counts the standard ones.
        STANDARD.get_or_init(|| serde_json::from_str(text).unwrap_or_default())
    }

    /// The days on either side in which visits matter.
    #[must_use]
    pub fn reach(&self) -> u32 {
        self.limits.iter().map(|limit| limit.days).max().unwrap_or_default()
    }
}

/// A visit to the same institution, not called off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The inspection.
    pub inspection: InspectionId,
    /// The unit that leads it.
    pub lead: Unit,
    /// The units that take part, the leading one among them.
    pub units: Vec<UnitId>,
    /// Its day.
    pub on: Date,
    /// Whether the team has not set out yet.
    pub ahead: bool,
}

impl Near {
    /// Whole days between it and a day.
    #[must_use]
    pub fn days(&self, on: Date) -> u32 {
        // Years apart are as far as any limit asks.
        on.since(self.on).map_or(u32::MAX, |span| span.get_days().unsigned_abs())
    }

    /// Whether a unit takes part.
    #[must_use]
    pub fn has(&self, unit: &UnitId) -> bool {
        self.units.contains(unit)
    }
}

/// Each limit that a visit of the unit on that day would break, with the nearest visit that it is too near to.
#[must_use]
pub fn too_soon<'a>(
    limits: &'a Limits,
    (unit, on): (&UnitId, Date),
    near: &'a [Near],
) -> Vec<(&'a Limit, &'a Near)> {
    let broken = |limit: &'a Limit| {
        let counts = |visit: &&Near| match limit.id {
            Between::SameUnit => visit.has(unit),
            Between::AnyUnit => true,
        };
        let close = |visit: &&Near| visit.days(on) < limit.days;
        let nearest = near.iter().filter(counts).filter(close).min_by_key(|visit| visit.days(on))?;
        Some((limit, nearest))
    };
    limits.limits.iter().filter_map(broken).collect()
}

/// The visits of others that have not begun and that the unit may ask to join, the nearest first.
#[must_use]
pub fn to_join<'a>((unit, on): (&UnitId, Date), near: &'a [Near]) -> Vec<&'a Near> {
    let mut others: Vec<&Near> = near.iter().filter(|visit| visit.ahead && !visit.has(unit)).collect();
    others.sort_by_key(|visit| visit.days(on));
    others
}
