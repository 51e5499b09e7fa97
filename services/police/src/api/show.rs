//! An entry of the queue on the wire, with names from the directory and the seconds left as of now. Never
//! here: personal values; a row has none.

use hub::answer::{ClockRow, moment};
use hub::{Hub, ViewError};
use jiff::Timestamp;
use wire::convert::OnWire;
use wire::v1;

use crate::queue::QueueRow;

const SECOND: i64 = 1_000_000;

/// Shows entries as of one moment.
pub struct Showing<'a> {
    hub: &'a Hub,
    now: Timestamp,
}

impl<'a> Showing<'a> {
    /// As of now.
    pub fn new(hub: &'a Hub) -> Self {
        Self { hub, now: hub.time.now() }
    }

    /// Whole seconds from a moment until now, never negative.
    pub fn seconds_since(&self, moment: i64) -> u64 {
        u64::try_from((self.now.as_microsecond() - moment) / SECOND).unwrap_or_default()
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
            from: Some(self.hub.unit_shown(&row.from)?),
            to: Some(self.hub.unit_shown(&row.to)?),
            fallback: row.fallback.as_ref().map(|unit| self.hub.unit_shown(unit)).transpose()?,
            offered_at: moment(row.offered_at),
            claimed_by: row.claimed_by.clone().unwrap_or_default(),
            claimed_at: row.claimed_at.and_then(moment),
            lease_until: row.lease_until.and_then(moment),
            clock: row.clock.as_ref().and_then(ClockRow::on_wire),
            seconds_left: row.clock.as_ref().map(|clock| clock.seconds_left(self.now)).unwrap_or_default(),
            escalation: u32::try_from(row.escalation).unwrap_or_default(),
            change: u64::try_from(row.change).unwrap_or_default(),
        })
    }
}
