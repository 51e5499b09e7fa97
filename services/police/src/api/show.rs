//! An entry of the queue on the wire, with names from the directory and the seconds left as of now. Never
//! here: personal values; a row has none.

use domain::actor::Unit;
use hub::{Hub, ViewError};
use jiff::Timestamp;
use wire::convert::{self, OnWire, timestamp};
use wire::show::{Run, Standing, clock};
use wire::v1;

use crate::queue::{ClockRow, QueueRow};

const SECOND: i64 = 1_000_000;
/// Levels of a clock from which it is warned, and breached.
const WARNED: i64 = 1;
const BREACHED: i64 = 3;

/// Shows entries as of one moment.
pub struct Showing<'a> {
    hub: &'a Hub,
    now: i64,
}

impl<'a> Showing<'a> {
    /// As of now.
    pub fn new(hub: &'a Hub) -> Self {
        Self { hub, now: hub.time.now().as_microsecond() }
    }

    /// Whole seconds from a moment until now, never negative.
    pub fn seconds_since(&self, moment: i64) -> u64 {
        u64::try_from((self.now - moment) / SECOND).unwrap_or_default()
    }

    /// One entry.
    ///
    /// # Errors
    /// When the roster cannot be read.
    pub fn entry(&self, row: &QueueRow) -> Result<v1::QueueEntry, ViewError> {
        Ok(v1::QueueEntry {
            matter: row.matter.clone(),
            kind: row.kind as i32,
            urgency: row.urgency,
            stage: row.stage.clone(),
            division: row.division.clone(),
            institution_name: row.institution_name.clone().unwrap_or_default(),
            category: row.category.map(OnWire::to_wire).unwrap_or_default(),
            from: Some(self.unit(&row.from)?),
            to: Some(self.unit(&row.to)?),
            offered_at: at(row.offered_at),
            claimed_by: row.claimed_by.clone().unwrap_or_default(),
            claimed_at: row.claimed_at.and_then(at),
            lease_until: row.lease_until.and_then(at),
            clock: row.clock.as_ref().and_then(running),
            seconds_left: row
                .clock
                .as_ref()
                .map(|clock| (clock.due - self.now).div_euclid(SECOND))
                .unwrap_or_default(),
            escalation: u32::try_from(row.escalation).unwrap_or_default(),
            change: u64::try_from(row.change).unwrap_or_default(),
        })
    }

    fn unit(&self, unit: &Unit) -> Result<v1::Unit, ViewError> {
        let known = self.hub.roster.unit(&unit.id)?;
        let name = known.as_ref().map(|entry| entry.name.as_str()).unwrap_or_default();
        Ok(convert::unit(unit, name, known.as_ref().and_then(|entry| entry.superior.as_ref())))
    }
}

fn at(microsecond: i64) -> Option<prost_types::Timestamp> {
    Timestamp::from_microsecond(microsecond).ok().map(timestamp)
}

fn running(row: &ClockRow) -> Option<v1::Clock> {
    let started = Timestamp::from_microsecond(row.started).ok()?;
    let due = Timestamp::from_microsecond(row.due).ok()?;
    let standing = match row.level {
        level if level >= BREACHED => Standing::Breached,
        level if level >= WARNED => Standing::Warned,
        _ => Standing::Running,
    };
    Some(clock(&Run { standing, ..Run::new(&row.rule, row.version, started, due) }))
}
