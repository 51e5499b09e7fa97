//! One entry while an event is folded into it: load, change, save. The one place that knows the columns of
//! `entry` for writing. Never here: which event does what.

use domain::actor::Unit;
use hub::project::ProjectError;
use hub::step::{Beside, Step};
use rusqlite::{Connection, OptionalExtension, Row, params};
use wire::v1::MatterKind;

use super::facts::Facts;

/// An entry without a running clock sorts behind those with one.
pub(super) const NEVER: i64 = i64::MAX;

/// A row of `entry`.
pub(super) struct Entry {
    pub(super) kind: i32,
    /// The police owe a mandatory report a receipt, or an answer beside the agency's own case.
    pub(super) duty: bool,
    /// A transfer or referral is open at the police.
    pub(super) handed: bool,
    pub(super) urgency: i32,
    /// Empty until the receipt, then the stage.
    pub(super) step: String,
    division: String,
    institution: Option<String>,
    pub(super) category: Option<String>,
    from: String,
    pub(super) to: String,
    to_unit: String,
    /// The fallback unit on whose queue it is as well, by id and as kept.
    fallback: Option<(String, String)>,
    offered_at: i64,
    pub(super) claimed_by: Option<String>,
    claimed_at: Option<i64>,
    pub(super) lease_until: Option<i64>,
    receipt_at: Option<i64>,
    first_rule: Option<String>,
    due: i64,
    escalation: i64,
    pub(super) lapses: i64,
    why: String,
    by: String,
    hidden_at: i64,
    closed_at: i64,
    was_open: bool,
    was_free: bool,
}

/// Where an entry comes from and goes to.
pub(super) struct Offer<'a> {
    pub(super) kind: MatterKind,
    pub(super) facts: Facts,
    pub(super) from: String,
    pub(super) to: &'a Unit,
}

impl Entry {
    /// A new entry, on offer; or the old one offered anew. It has neither duty nor transfer yet.
    pub(super) fn offered(step: &Step<'_>, offer: Offer<'_>, beside: &Beside) -> Result<Self, ProjectError> {
        let known = Self::load(step)?;
        Ok(Self {
            kind: offer.kind as i32,
            duty: false,
            handed: false,
            urgency: offer.facts.urgency,
            step: String::new(),
            division: offer.facts.division,
            institution: offer.facts.institution,
            category: offer.facts.category,
            from: offer.from,
            to: offer.to.id.to_string(),
            to_unit: step.kept(offer.to)?,
            fallback: None,
            offered_at: beside.at.as_microsecond(),
            claimed_by: None,
            claimed_at: None,
            lease_until: None,
            receipt_at: None,
            first_rule: None,
            due: NEVER,
            escalation: 0,
            lapses: known.as_ref().map_or(0, |known| known.lapses),
            why: String::new(),
            by: String::new(),
            hidden_at: 0,
            closed_at: 0,
            was_open: false,
            was_free: false,
        })
    }

    /// The entry of the event's matter.
    pub(super) fn load(step: &Step<'_>) -> rusqlite::Result<Option<Self>> {
        step.tables
            .prepare_cached(
                "SELECT kind, duty, handed, urgency, step, division, institution, category, from_unit, to_id, to_unit,
                     offered_at, claimed_by, claimed_at, lease_until, receipt_at, first_rule, due, escalation, lapses,
                     why, by, hidden_at, closed_at, fallback_id, fallback_unit FROM entry WHERE matter = ?1",
            )?
            .query_row([step.matter()], Self::read)
            .optional()
    }

    /// The entry of the event's matter when it is open.
    pub(super) fn load_open(step: &Step<'_>) -> rusqlite::Result<Option<Self>> {
        Ok(Self::load(step)?.filter(Self::open))
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut entry = Self {
            kind: row.get(0)?,
            duty: row.get(1)?,
            handed: row.get(2)?,
            urgency: row.get(3)?,
            step: row.get(4)?,
            division: row.get(5)?,
            institution: row.get(6)?,
            category: row.get(7)?,
            from: row.get(8)?,
            to: row.get(9)?,
            to_unit: row.get(10)?,
            offered_at: row.get(11)?,
            claimed_by: row.get(12)?,
            claimed_at: row.get(13)?,
            lease_until: row.get(14)?,
            receipt_at: row.get(15)?,
            first_rule: row.get(16)?,
            due: row.get(17)?,
            escalation: row.get(18)?,
            lapses: row.get(19)?,
            why: row.get(20)?,
            by: row.get(21)?,
            hidden_at: row.get(22)?,
            closed_at: row.get(23)?,
            fallback: row.get::<_, Option<String>>(24)?.zip(row.get(25)?),
            was_open: false,
            was_free: false,
        };
        entry.was_open = entry.open();
        entry.was_free = entry.free();
        Ok(entry)
    }

    /// Whether the police owe something or hold it.
    pub(super) fn open(&self) -> bool {
        self.duty || self.handed
    }

    fn held(&self) -> bool {
        self.claimed_by.is_some() || !self.step.is_empty()
    }

    fn free(&self) -> bool {
        self.open() && !self.held()
    }

    /// An officer took it.
    pub(super) fn claimed(&mut self, by: String, beside: &Beside) {
        self.claimed_by = Some(by);
        self.claimed_at = Some(beside.at.as_microsecond());
        self.lease_until = None;
    }

    /// It is on offer again.
    pub(super) fn let_go(&mut self) {
        self.claimed_by = None;
        self.claimed_at = None;
        self.lease_until = None;
    }

    /// The officer signed and keeps it.
    pub(super) fn signed(&mut self, beside: &Beside) {
        "receipted".clone_into(&mut self.step);
        self.receipt_at = Some(beside.at.as_microsecond());
        self.lease_until = None;
    }

    /// Whether it is on a unit's queue.
    pub(super) fn lies_with(&self, unit: &str) -> bool {
        self.to == unit || self.fallback.as_ref().is_some_and(|(fallback, _)| fallback == unit)
    }

    /// It is on another unit's queue as well.
    pub(super) fn fell_back(&mut self, step: &Step<'_>, to: &Unit) -> Result<(), ProjectError> {
        self.fallback = Some((to.id.to_string(), step.kept(to)?));
        Ok(())
    }

    /// One of the two units signed; it leaves the queue of the other.
    pub(super) fn settled(&mut self, step: &Step<'_>, signer: &str, beside: &Beside) -> rusqlite::Result<()> {
        let Some((fallback, unit)) = self.fallback.take() else { return Ok(()) };
        let left = if fallback == signer {
            self.to_unit = unit;
            std::mem::replace(&mut self.to, fallback)
        } else {
            fallback
        };
        self.leaves(step, &left, ("receipted", beside))
    }

    /// Tells a unit's watchers that the entry is on its queue no longer.
    fn leaves(&self, step: &Step<'_>, unit: &str, (why, beside): (&str, &Beside)) -> rusqlite::Result<()> {
        step.tables
            .prepare_cached(
                "INSERT OR REPLACE INTO moved (matter, unit, division, by, why, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![step.matter(), unit, self.division, beside.by.officer, why, step.change()])
            .map(|_| ())
    }

    /// It left the queue.
    pub(super) fn closed(&mut self, why: &str, by: &str) {
        self.duty = false;
        self.handed = false;
        self.lease_until = None;
        why.clone_into(&mut self.why);
        by.clone_into(&mut self.by);
    }

    /// It went to another unit's queue, on offer there.
    pub(super) fn moved(&mut self, step: &Step<'_>, to: &Unit, beside: &Beside) -> Result<(), ProjectError> {
        self.leaves(step, &self.to, ("forwarded", beside))?;
        self.fallback = None;
        self.to = to.id.to_string();
        self.to_unit = step.kept(to)?;
        self.offered_at = beside.at.as_microsecond();
        self.receipt_at = None;
        self.step.clear();
        self.let_go();
        Ok(())
    }

    /// Takes the clock that runs out first, and how far its unit's clocks have escalated, from the clock
    /// rows.
    pub(super) fn timed(&mut self, tables: &Connection, matter: &str) -> rusqlite::Result<()> {
        let mut running = tables
            .prepare_cached("SELECT rule, due, level FROM clock WHERE matter = ?1 ORDER BY due, rule")?;
        (self.first_rule, self.due, self.escalation) = (None, NEVER, 0);
        let mut rows = running.query([matter])?;
        while let Some(row) = rows.next()? {
            if self.first_rule.is_none() {
                (self.first_rule, self.due) = (row.get(0)?, row.get(1)?);
            }
            self.escalation = self.escalation.max(row.get(2)?);
        }
        Ok(())
    }

    /// Writes the row with the event's change number, and notes when it left the free or the open entries.
    pub(super) fn save(&self, step: &Step<'_>) -> rusqlite::Result<()> {
        let change = step.change();
        let hidden_at = if self.was_free && !self.free() { change } else { self.hidden_at };
        let closed_at = if self.was_open && !self.open() { change } else { self.closed_at };
        step.tables
            .prepare_cached(
                "INSERT OR REPLACE INTO entry (matter, kind, duty, handed, open, held, urgency, step, division,
                     institution, category, from_unit, to_id, to_unit, offered_at, claimed_by, claimed_at, lease_until,
                     receipt_at, first_rule, due, escalation, lapses, why, by, hidden_at, closed_at, change,
                     fallback_id, fallback_unit)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                     ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)",
            )?
            .execute(params![
                step.matter(),
                self.kind,
                self.duty,
                self.handed,
                self.open(),
                self.held(),
                self.urgency,
                self.step,
                self.division,
                self.institution,
                self.category,
                self.from,
                self.to,
                self.to_unit,
                self.offered_at,
                self.claimed_by,
                self.claimed_at,
                self.lease_until,
                self.receipt_at,
                self.first_rule,
                self.due,
                self.escalation,
                self.lapses,
                self.why,
                self.by,
                hidden_at,
                closed_at,
                change,
                self.fallback.as_ref().map(|(id, _)| id),
                self.fallback.as_ref().map(|(_, unit)| unit),
            ])
            .map(|_| ())
    }
}
