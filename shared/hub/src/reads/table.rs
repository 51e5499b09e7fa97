//! The table of the read log. Never here: when it is written.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Row, params};

use super::Reading;
use crate::kept::Shape;

/// The file.
pub(super) const SHAPE: Shape = Shape {
    name: "reads.db",
    number: 1,
    create: "
CREATE TABLE reading (line INTEGER PRIMARY KEY, at INTEGER NOT NULL, officer TEXT NOT NULL,
    unit TEXT NOT NULL, agency TEXT NOT NULL, way TEXT NOT NULL, matter TEXT NOT NULL,
    owner TEXT NOT NULL, what TEXT NOT NULL, classes TEXT NOT NULL, policies TEXT NOT NULL,
    count INTEGER NOT NULL) STRICT;
CREATE INDEX reading_owner ON reading (owner, line);
CREATE INDEX reading_matter ON reading (matter, line);
CREATE INDEX reading_officer ON reading (officer, line);
",
};

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
    /// Before the line with this number.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// A line of the read log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Its number; higher is newer.
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

pub(super) fn insert(tables: &mut Connection, lines: &[(Reading, u32)]) -> rusqlite::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let step = tables.transaction()?;
    {
        let mut insert = step.prepare_cached(
            "INSERT INTO reading (at, officer, unit, agency, way, matter, owner, what, classes, policies, count)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        for (reading, count) in lines {
            insert.execute(params![
                reading.at.as_microsecond(),
                reading.officer.as_str(),
                reading.unit.as_str(),
                reading.agency.code(),
                reading.way.code(),
                reading.matter.as_str(),
                reading.owner.as_ref().map(|owner| owner.as_str()).unwrap_or_default(),
                reading.what,
                reading.classes.join(" "),
                reading.policies.join(" "),
                count,
            ])?;
        }
    }
    step.commit()
}

pub(super) fn list(file: &Path, asked: &Asked) -> rusqlite::Result<Vec<Read>> {
    let tables = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    tables.busy_timeout(Duration::from_secs(5))?;
    let mut find = tables.prepare(
        "SELECT line, at, officer, unit, agency, way, matter, owner, what, classes, policies, count FROM reading
         WHERE (?1 IS NULL OR owner = ?1) AND (?2 IS NULL OR matter = ?2) AND (?3 IS NULL OR officer = ?3)
           AND (?4 IS NULL OR at >= ?4) AND (?5 IS NULL OR line < ?5)
         ORDER BY line DESC LIMIT ?6",
    )?;
    let found = find.query_map(
        params![asked.owner, asked.matter, asked.officer, asked.from, asked.before, asked.limit],
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
