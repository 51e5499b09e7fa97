//! The agenda: every moment at which a running clock will ring, as folded from the clock events of all
//! matters. Never here: which matters have clocks.

use domain::clock::{ClockEvent, Stage};
use domain::event::decode;
use eventlog::{Positioned, StreamName};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::clocks::started_by;
use crate::project::{ProjectError, Projection};

/// Rings read at once.
const BATCH: usize = 256;

/// A ring that is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// The matter.
    pub stream: StreamName,
    /// The period.
    pub rule: String,
    /// Its version.
    pub rule_version: u32,
    /// The stage.
    pub stage: Stage,
    /// What the ids of this clock's rings derive from.
    pub started_by: Uuid,
}

/// The projection behind the clock service.
pub struct Agenda;

impl Projection for Agenda {
    fn name(&self) -> &'static str {
        "agenda"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE ring (stream TEXT NOT NULL, rule TEXT NOT NULL, percent INTEGER NOT NULL, version INTEGER NOT NULL,
                 at INTEGER NOT NULL, started_by TEXT NOT NULL, PRIMARY KEY (stream, rule, percent)) STRICT, WITHOUT ROWID;
             CREATE INDEX ring_at ON ring (at);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let inner = &event.event;
        if !inner.kind.starts_with("clock.") {
            return Ok(());
        }
        let clock: ClockEvent =
            decode(&inner.kind, inner.data.as_str()).map_err(|cause| ProjectError::event(event, &cause))?;
        let stream = inner.stream.as_str();
        match clock {
            ClockEvent::Started { rule, rule_version, warn_half, warn_most, due, .. } => {
                forget(tables, stream, &rule, 100)?;
                let mut insert = tables.prepare_cached(
                    "INSERT INTO ring (stream, rule, percent, version, at, started_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?;
                let by = started_by(&inner.stream, inner.id).to_string();
                for (stage, at) in
                    [(Stage::Half, warn_half), (Stage::Most, warn_most), (Stage::Due, Some(due))]
                {
                    if let Some(at) = at {
                        insert.execute(params![
                            stream,
                            rule,
                            stage.percent(),
                            rule_version,
                            at.as_microsecond(),
                            by
                        ])?;
                    }
                }
            }
            ClockEvent::Warned { rule, percent, .. } => forget(tables, stream, &rule, percent)?,
            ClockEvent::Paused { rule, .. }
            | ClockEvent::Breached { rule, .. }
            | ClockEvent::Lapsed { rule, .. }
            | ClockEvent::Stopped { rule, .. } => {
                forget(tables, stream, &rule, 100)?;
            }
        }
        Ok(())
    }
}

fn forget(tables: &Connection, stream: &str, rule: &str, up_to: u8) -> rusqlite::Result<()> {
    tables
        .prepare_cached("DELETE FROM ring WHERE stream = ?1 AND rule = ?2 AND percent <= ?3")?
        .execute(params![stream, rule, up_to])
        .map(|_| ())
}

/// The place of a ring in the order of the agenda: when, which stage, whose.
pub(super) type Place = (i64, u8, String, String);

/// Some of what is due.
pub(super) struct Page {
    /// The rings, earliest first.
    pub rings: Vec<Due>,
    /// The last place read, when more may be due behind it.
    pub last: Option<Place>,
}

/// What is due by `now`, earliest first, behind a place.
pub(super) fn due(tables: &Connection, now: Timestamp, behind: Option<Place>) -> rusqlite::Result<Page> {
    let (at, percent, stream, rule) = behind.unwrap_or((i64::MIN, 0, String::new(), String::new()));
    let mut find = tables.prepare_cached(
        "SELECT stream, rule, version, percent, started_by, at FROM ring
         WHERE at <= ?1 AND (at, percent, stream, rule) > (?2, ?3, ?4, ?5)
         ORDER BY at, percent, stream, rule LIMIT ?6",
    )?;
    let mut rows = find.query(params![now.as_microsecond(), at, percent, stream, rule, BATCH as i64])?;
    let (mut page, mut read) = (Page { rings: Vec::new(), last: None }, 0);
    while let Some(row) = rows.next()? {
        let (stream, rule): (String, String) = (row.get(0)?, row.get(1)?);
        let (rule_version, percent, started_by): (_, u8, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        read += 1;
        if read == BATCH {
            page.last = Some((row.get(5)?, percent, stream.clone(), rule.clone()));
        }
        // Rows were written from names and ids that parsed; one that does not was not written by us.
        let (Ok(stream), Ok(started_by)) = (StreamName::parse(&stream), Uuid::parse_str(&started_by)) else {
            continue;
        };
        let stage = match percent {
            50 => Stage::Half,
            80 => Stage::Most,
            _ => Stage::Due,
        };
        page.rings.push(Due { stream, rule, rule_version, stage, started_by });
    }
    Ok(page)
}

/// The next moment after `now` at which a clock rings.
pub(super) fn next(tables: &Connection, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    let next: Option<i64> = tables
        .prepare_cached("SELECT at FROM ring WHERE at > ?1 ORDER BY at LIMIT 1")?
        .query_row([now.as_microsecond()], |row| row.get(0))
        .optional()?;
    Ok(next.and_then(|at| Timestamp::from_microsecond(at).ok()))
}
