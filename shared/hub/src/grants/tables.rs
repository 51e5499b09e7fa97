//! The table of accesses by break-glass, how their events fill it, and the look-ups. Never here: who may see it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::break_glass::{Ceiling, Event, REVIEW, Requested, Stage};
use domain::clock::ClockEvent;
use domain::event::decode;
use domain::ids::{GrantId, OfficerId};
use eventlog::{Position, Positioned};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use wire::convert::OnWire;

use super::{Open, Opened};
use crate::project::{ProjectError, Projection};
use crate::step::{Beside, Step};

/// The projection behind the accesses.
pub struct GrantTables {
    changes: Arc<AtomicU64>,
    touched: bool,
}

impl GrantTables {
    /// A projection that counts up `changes` after every committed page with events of accesses.
    #[must_use]
    pub fn new(changes: Arc<AtomicU64>) -> Self {
        Self { changes, touched: false }
    }
}

impl Projection for GrantTables {
    fn name(&self) -> &'static str {
        "grants"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE access (id TEXT PRIMARY KEY, matter TEXT NOT NULL, officer TEXT NOT NULL, unit TEXT NOT NULL,
                 superior TEXT NOT NULL, agency TEXT NOT NULL, division TEXT NOT NULL, reason TEXT NOT NULL,
                 class INTEGER NOT NULL, reporter INTEGER NOT NULL, hours INTEGER NOT NULL, stage TEXT NOT NULL,
                 requested INTEGER NOT NULL, decided_by TEXT NOT NULL DEFAULT '', until INTEGER,
                 uses INTEGER NOT NULL DEFAULT 0, last_used INTEGER, review_due INTEGER,
                 reviewed_by TEXT NOT NULL DEFAULT '', justified INTEGER NOT NULL DEFAULT 0,
                 remarks TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
             CREATE INDEX access_order ON access (requested DESC, id DESC);
             CREATE INDEX access_stage ON access (stage);
             CREATE INDEX access_due ON access (officer, review_due) WHERE review_due IS NOT NULL;",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        if event.event.stream.category() != GrantId::PREFIX {
            return Ok(());
        }
        let happened: Event = decode(&event.event.kind, event.event.data.as_str())
            .map_err(|cause| ProjectError::event(event, &cause))?;
        self.touched = true;
        fold(&Step { tables, event }, &happened)
    }

    fn committed(&mut self, _: Position) {
        if std::mem::take(&mut self.touched) {
            self.changes.fetch_add(1, Ordering::AcqRel);
        }
    }
}

fn fold(step: &Step<'_>, happened: &Event) -> Result<(), ProjectError> {
    let Beside { by, .. } = step.beside()?;
    let (id, officer) = (step.matter(), by.officer.as_str());
    let at = step.event.event.recorded_at.as_microsecond();
    match happened {
        Event::Requested(asked) => request(step, asked, (officer, at)),
        Event::Approved { class, reporter, until } => step.run(
            "UPDATE access SET stage = 'access-open', decided_by = ?2, class = ?3, reporter = ?4, until = ?5
             WHERE id = ?1",
            params![id, officer, class.to_wire(), reporter, until.as_microsecond()],
        ),
        Event::Refused { reason } => step.run(
            "UPDATE access SET stage = 'access-refused', decided_by = ?2, remarks = ?3 WHERE id = ?1",
            params![id, officer, reason.as_str()],
        ),
        Event::Used { .. } => {
            step.run("UPDATE access SET uses = uses + 1, last_used = ?2 WHERE id = ?1", params![id, at])
        }
        Event::Ended {} => step.run("UPDATE access SET stage = 'access-review-due' WHERE id = ?1", [id]),
        Event::Reviewed { justified, findings } => step.run(
            "UPDATE access SET stage = 'access-reviewed', reviewed_by = ?2, justified = ?3, remarks = ?4
             WHERE id = ?1",
            params![id, officer, justified, findings.as_str()],
        ),
        Event::Clock(clock) => review(step, clock),
    }
}

fn request(step: &Step<'_>, asked: &Requested, (officer, at): (&str, i64)) -> Result<(), ProjectError> {
    step.run(
        "INSERT INTO access (id, matter, officer, unit, superior, agency, division, reason, class, reporter, hours,
             stage, requested)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            step.matter(),
            asked.matter.as_str(),
            officer,
            asked.unit.id.as_str(),
            asked.superior.as_ref().map(|unit| unit.as_str()).unwrap_or_default(),
            asked.unit.agency.code(),
            asked.unit.division.as_str(),
            asked.reason.as_str(),
            asked.terms.class.to_wire(),
            asked.terms.reporter,
            asked.terms.hours,
            Stage::Requested.word(),
            at,
        ],
    )
}

/// The clock of the review; that of the access itself is its end, which stands in the row already.
fn review(step: &Step<'_>, clock: &ClockEvent) -> Result<(), ProjectError> {
    let due = match clock {
        ClockEvent::Started { due, .. } => Some(due.as_microsecond()),
        ClockEvent::Stopped { .. } | ClockEvent::Lapsed { .. } => None,
        ClockEvent::Paused { .. } | ClockEvent::Warned { .. } | ClockEvent::Breached { .. } => return Ok(()),
    };
    if clock.rule() != REVIEW {
        return Ok(());
    }
    step.run("UPDATE access SET review_due = ?2 WHERE id = ?1", params![step.matter(), due])
}

/// Every access that was approved and has not been seen to end, by matter.
pub(super) fn open(tables: &Connection) -> rusqlite::Result<HashMap<String, Vec<Open>>> {
    let mut find = tables.prepare_cached(
        "SELECT id, officer, unit, class, reporter, until, matter FROM access WHERE stage = 'access-open'",
    )?;
    let mut rows = find.query([])?;
    let mut all: HashMap<String, Vec<Open>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let class = Ceiling::from_wire(row.get(3)?).ok_or_else(|| strange(3, "no class"))?.class();
        let until = Timestamp::from_microsecond(row.get(5)?).map_err(|error| strange(5, error))?;
        let opened = Opened { class, reporter: row.get(4)? };
        let one =
            Open { grant: parsed(row, 0)?, officer: parsed(row, 1)?, unit: parsed(row, 2)?, opened, until };
        all.entry(row.get(6)?).or_default().push(one);
    }
    Ok(all)
}

/// The access of an officer whose review was due first and is not done.
pub(super) fn overdue(
    tables: &Connection,
    officer: &OfficerId,
    now: Timestamp,
) -> rusqlite::Result<Option<GrantId>> {
    tables
        .prepare_cached(
            "SELECT id FROM access WHERE officer = ?1 AND review_due IS NOT NULL AND review_due < ?2
             ORDER BY review_due LIMIT 1",
        )?
        .query_row(params![officer.as_str(), now.as_microsecond()], |row| parsed(row, 0))
        .optional()
}

fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    row.get::<_, String>(column)?.parse().map_err(|error: T::Err| strange(column, error))
}

fn strange(column: usize, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
