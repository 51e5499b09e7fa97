//! The view of the read log: the readings of every instance, as those who may ask for them are shown them. It is kept by
//! the instances that are asked, those of the directory. Never here: who may ask.

use std::path::Path;
use std::time::Duration;

use domain::event::decode;
use domain::reading::{Event, PREFIX, Reading};
use eventlog::{EventLog, Positioned};
use rusqlite::{Connection, Row, params};

use crate::project::{ProjectError, Projection};
use crate::read_model::{View, ViewError};
use crate::token::Token;

/// What is asked of the read log; `None` means all.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The unit that answers for the matters.
    pub owner: Option<String>,
    /// The matter.
    pub matter: Option<String>,
    /// Who read.
    pub officer: Option<String>,
    /// Not before, in microseconds.
    pub from: Option<i64>,
    /// Behind this place.
    pub behind: Option<Page>,
    /// At most so many.
    pub limit: u32,
}

/// The place of a line in the list: when, in microseconds, and its number. Newer ones stand higher.
pub type Page = (i64, i64);

/// A line of the read log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Its number; the same in every instance.
    pub line: i64,
    /// When, in microseconds.
    pub at: i64,
    /// Who read.
    pub officer: String,
    /// In whose name.
    pub unit: String,
    /// Of which agency.
    pub agency: String,
    /// How.
    pub way: String,
    /// The matter.
    pub matter: String,
    /// The unit that answered for it then; empty when none.
    pub owner: String,
    /// What was asked.
    pub what: String,
    /// Classes and facets shown, separated by blanks.
    pub classes: String,
    /// The policies that allowed it, separated by blanks.
    pub policies: String,
    /// How many equal readings the line stands for.
    pub count: u32,
}

/// The read log as it is asked; cheap to clone.
#[derive(Clone)]
pub struct ReadLog {
    view: View,
}

impl ReadLog {
    /// Opens the view and keeps it current.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn start(folder: &Path, log: &EventLog) -> Result<Self, ViewError> {
        Ok(Self { view: View::start(folder, ReadTables, log)? })
    }

    /// The view, for its health.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Readings, newest first: all that the log has, and all up to `noted`, which this process noted last.
    ///
    /// # Errors
    /// [`ViewError`]; `Late` after `patience`.
    pub async fn list(
        &self,
        asked: Asked,
        noted: Option<Token>,
        patience: Duration,
    ) -> Result<Vec<Read>, ViewError> {
        match noted {
            Some(token) => self.view.wait(&token, patience).await?,
            // A view that is late shows what it has: nothing that was read here is missing.
            None => drop(self.view.wait_for_head(patience).await?),
        }
        self.view.read(move |tables| list(tables, &asked)).await
    }
}

/// The projection behind the read log.
pub struct ReadTables;

impl Projection for ReadTables {
    fn name(&self) -> &'static str {
        "reads"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE reading (line INTEGER PRIMARY KEY, at INTEGER NOT NULL, officer TEXT NOT NULL,
                 unit TEXT NOT NULL, agency TEXT NOT NULL, way TEXT NOT NULL, matter TEXT NOT NULL,
                 owner TEXT NOT NULL, what TEXT NOT NULL, classes TEXT NOT NULL, policies TEXT NOT NULL,
                 count INTEGER NOT NULL) STRICT;
             CREATE INDEX reading_order ON reading (at, line);
             CREATE INDEX reading_owner ON reading (owner, at, line);
             CREATE INDEX reading_matter ON reading (matter, at, line);
             CREATE INDEX reading_officer ON reading (officer, at, line);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        if event.event.stream.category() != PREFIX {
            return Ok(());
        }
        let Event::Noted { readings } = decode(&event.event.kind, event.event.data.as_str())
            .map_err(|cause| ProjectError::event(event, &cause))?;
        for reading in &readings {
            insert(tables, reading)?;
        }
        Ok(())
    }
}

fn insert(tables: &Connection, reading: &Reading) -> rusqlite::Result<()> {
    let mut insert = tables.prepare_cached(
        "INSERT INTO reading (at, officer, unit, agency, way, matter, owner, what, classes, policies, count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    insert
        .execute(params![
            reading.at.as_microsecond(),
            reading.officer.as_str(),
            reading.unit.as_str(),
            reading.agency.code(),
            reading.way.code(),
            reading.matter,
            reading.owner.as_ref().map(|owner| owner.as_str()).unwrap_or_default(),
            reading.what,
            reading.shown.join(" "),
            reading.policies.join(" "),
            reading.count,
        ])
        .map(drop)
}

fn list(tables: &Connection, asked: &Asked) -> rusqlite::Result<Vec<Read>> {
    // One statement for each set of conditions, so that each finds its index.
    let narrow = [
        (asked.owner.is_some(), "owner = ?1"),
        (asked.matter.is_some(), "matter = ?2"),
        (asked.officer.is_some(), "officer = ?3"),
        (asked.from.is_some(), "at >= ?4"),
        (asked.behind.is_some(), "(at, line) < (?5, ?6)"),
    ];
    let wanted = narrow.iter().filter(|(is, _)| *is).map(|(_, condition)| *condition);
    let wanted: Vec<&str> = std::iter::once("TRUE").chain(wanted).collect();
    let mut find = tables.prepare_cached(&format!(
        "SELECT line, at, officer, unit, agency, way, matter, owner, what, classes, policies, count FROM reading
         WHERE {}
         ORDER BY at DESC, line DESC LIMIT ?7",
        wanted.join(" AND ")
    ))?;
    let (at, line) = asked.behind.unzip();
    let found = find.query_map(
        params![asked.owner, asked.matter, asked.officer, asked.from, at, line, asked.limit],
        read,
    )?;
    found.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Read> {
    Ok(Read {
        line: row.get(0)?,
        at: row.get(1)?,
        officer: row.get(2)?,
        unit: row.get(3)?,
        agency: row.get(4)?,
        way: row.get(5)?,
        matter: row.get(6)?,
        owner: row.get(7)?,
        what: row.get(8)?,
        classes: row.get(9)?,
        policies: row.get(10)?,
        count: row.get(11)?,
    })
}
