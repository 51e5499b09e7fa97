//! One entry while an event is folded into it: load, change, save. Never here: which event does what.

use domain::actor::Unit;
use hub::project::ProjectError;
use hub::step::{Beside, Step};
use rusqlite::{OptionalExtension, params};

/// An entry without a running clock sorts behind those with one.
pub(super) const NEVER: i64 = i64::MAX;

/// A row of `entry`.
pub(super) struct Entry {
    pub(super) open: bool,
    pub(super) urgency: i32,
    /// Empty until the receipt, then the stage.
    pub(super) step: String,
    from: String,
    pub(super) to: String,
    to_unit: String,
    offered_at: i64,
    pub(super) claimed_by: Option<String>,
    pub(super) lease_until: Option<i64>,
    first_rule: Option<String>,
    due: i64,
}

impl Entry {
    /// A new entry, or the old one offered anew.
    pub(super) fn offered(
        step: &Step<'_>,
        urgency: i32,
        to: &Unit,
        beside: &Beside,
    ) -> Result<Self, ProjectError> {
        let mut entry = Self {
            open: true,
            urgency,
            step: String::new(),
            from: step.kept(&beside.by.unit)?,
            to: to.id.to_string(),
            to_unit: step.kept(to)?,
            offered_at: beside.at.as_microsecond(),
            claimed_by: None,
            lease_until: None,
            first_rule: None,
            due: NEVER,
        };
        entry.timed(step)?;
        Ok(entry)
    }

    /// The entry of the event's clue when it is open.
    pub(super) fn load_open(step: &Step<'_>) -> rusqlite::Result<Option<Self>> {
        step.tables
            .prepare_cached(
                "SELECT open, urgency, step, from_unit, to_id, to_unit, offered_at, claimed_by, lease_until, first_rule,
                     due FROM entry WHERE clue = ?1 AND open = 1",
            )?
            .query_row([step.matter()], |row| {
                Ok(Self {
                    open: row.get(0)?,
                    urgency: row.get(1)?,
                    step: row.get(2)?,
                    from: row.get(3)?,
                    to: row.get(4)?,
                    to_unit: row.get(5)?,
                    offered_at: row.get(6)?,
                    claimed_by: row.get(7)?,
                    lease_until: row.get(8)?,
                    first_rule: row.get(9)?,
                    due: row.get(10)?,
                })
            })
            .optional()
    }

    /// It is on offer again.
    pub(super) fn let_go(&mut self) {
        self.claimed_by = None;
        self.lease_until = None;
    }

    /// It went to another fire unit's inbox; it still comes from whom it came from.
    pub(super) fn moved(&mut self, step: &Step<'_>, to: &Unit, beside: &Beside) -> Result<(), ProjectError> {
        self.to = to.id.to_string();
        self.to_unit = step.kept(to)?;
        self.offered_at = beside.at.as_microsecond();
        self.step.clear();
        self.let_go();
        Ok(())
    }

    /// Takes the clock that runs out first from the clock rows.
    pub(super) fn timed(&mut self, step: &Step<'_>) -> rusqlite::Result<()> {
        let first = step
            .tables
            .prepare_cached("SELECT rule, due FROM clock WHERE clue = ?1 ORDER BY due, rule LIMIT 1")?
            .query_row([step.matter()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        (self.first_rule, self.due) = first.unwrap_or((None, NEVER));
        Ok(())
    }

    /// Writes the row.
    pub(super) fn save(&self, step: &Step<'_>) -> rusqlite::Result<()> {
        let held = self.claimed_by.is_some() || !self.step.is_empty();
        step.tables
            .prepare_cached(
                "INSERT OR REPLACE INTO entry (clue, open, held, urgency, step, from_unit, to_id, to_unit, offered_at,
                     claimed_by, lease_until, first_rule, due)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                step.matter(),
                self.open,
                held,
                self.urgency,
                self.step,
                self.from,
                self.to,
                self.to_unit,
                self.offered_at,
                self.claimed_by,
                self.lease_until,
                self.first_rule,
                self.due,
            ])
            .map(|_| ())
    }
}
