//! Looking at everything: is the file sound, is every place taken exactly once, is every event
//! one that append would have taken?
//!
//! Must never be here: repair. A log is restored from a backup, never mended in place.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, Row};

use super::reader;
use crate::event::{self, JsonObject};
use crate::report::{CheckReport, Fault, Statistics};
use crate::stream::{Position, Revision, StreamName};

pub(super) fn statistics(conn: &Connection, path: &Path) -> rusqlite::Result<Statistics> {
    // One read transaction, so that the figures belong together.
    let tx = conn.unchecked_transaction()?;
    let sql = "SELECT (SELECT count(*) FROM event), \
               (SELECT count(*) FROM event WHERE revision = 0)";
    let (events, streams) = tx.query_row(sql, (), |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let size = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
    Ok(Statistics { events, streams, head: reader::head(&tx)?, bytes: size(path) + size(Path::new(&wal)) })
}

/// Everything in one read transaction: appends go on, the check sees one moment of the log.
pub(super) fn check(conn: &Connection) -> rusqlite::Result<CheckReport> {
    let tx = conn.unchecked_transaction()?;
    let mut faults = storage(&tx)?;
    if !faults.is_empty() {
        // What a damaged file says about its events is worth nothing.
        return Ok(CheckReport::new(0, 0, faults));
    }
    let events = positions(&tx, &mut faults)?;
    let streams = revisions(&tx, &mut faults)?;
    order(&tx, &mut faults)?;
    contents(&tx, &mut faults)?;
    Ok(CheckReport::new(events, streams, faults))
}

fn storage(conn: &Connection) -> rusqlite::Result<Vec<Fault>> {
    let sql = format!("PRAGMA integrity_check({})", CheckReport::MOST_FAULTS);
    let mut select = conn.prepare(&sql)?;
    let mut rows = select.query(())?;
    let mut faults = Vec::new();
    loop {
        // Damage may also show as an error of the check itself; that is a finding, not a failure.
        let detail = match rows.next() {
            Ok(Some(row)) => row.get::<_, String>(0)?,
            Ok(None) => return Ok(faults),
            Err(error) => {
                let detail = error.to_string();
                faults.push(Fault::Storage { detail });
                return Ok(faults);
            }
        };
        if detail != "ok" {
            faults.push(Fault::Storage { detail });
        }
    }
}

fn positions(conn: &Connection, faults: &mut Vec<Fault>) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*), coalesce(min(position), 1), coalesce(max(position), 0) FROM event";
    conn.query_row(sql, (), |row| {
        let (events, first, last) = (count(row, 0)?, row.get::<_, i64>(1)?, count(row, 2)?);
        if first != 1 || last != events {
            faults.push(Fault::PositionGap {
                events,
                first: Position::new(first.unsigned_abs()),
                last: Position::new(last),
            });
        }
        Ok(events)
    })
}

fn revisions(conn: &Connection, faults: &mut Vec<Fault>) -> rusqlite::Result<u64> {
    let sql = "SELECT stream, count(*), min(revision), max(revision) FROM event GROUP BY stream";
    let mut select = conn.prepare(sql)?;
    let mut rows = select.query(())?;
    let mut streams = 0;
    while let Some(row) = rows.next()? {
        streams += 1;
        let (events, first, last) = (count(row, 1)?, row.get::<_, i64>(2)?, count(row, 3)?);
        let gapless = first == 0 && last + 1 == events;
        if !gapless && faults.len() < CheckReport::MOST_FAULTS {
            faults.push(Fault::RevisionGap {
                stream: StreamName::trusted(row.get_ref(0)?.as_str()?),
                events,
                first: Revision::new(first.unsigned_abs()),
                last: Revision::new(last),
            });
        }
    }
    Ok(streams)
}

/// Events whose predecessor in the stream stands behind them in the log.
fn order(conn: &Connection, faults: &mut Vec<Fault>) -> rusqlite::Result<()> {
    let sql = "SELECT later.stream, later.revision FROM event AS earlier \
               JOIN event AS later ON later.stream = earlier.stream \
               AND later.revision = earlier.revision + 1 \
               WHERE later.position < earlier.position LIMIT 100";
    let mut select = conn.prepare(sql)?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        faults.push(Fault::OutOfOrder {
            stream: StreamName::trusted(row.get_ref(0)?.as_str()?),
            revision: Revision::new(count(row, 1)?),
        });
    }
    Ok(())
}

fn contents(conn: &Connection, faults: &mut Vec<Fault>) -> rusqlite::Result<()> {
    let sql = "SELECT position, stream, id, kind, data, metadata FROM event ORDER BY position";
    let mut select = conn.prepare(sql)?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        let position = Position::new(count(row, 0)?);
        if let Some(detail) = malformed(row)? {
            faults.push(Fault::Malformed { position, detail });
            if faults.len() >= CheckReport::MOST_FAULTS {
                break;
            }
        }
    }
    Ok(())
}

/// What append would have refused. Never quotes the payload.
fn malformed(row: &Row<'_>) -> rusqlite::Result<Option<String>> {
    if let Err(error) = StreamName::parse(row.get_ref(1)?.as_str()?) {
        return Ok(Some(error.to_string()));
    }
    let id = row.get_ref(2)?.as_blob()?;
    if id.len() != 16 || id.iter().all(|&byte| byte == 0) {
        return Ok(Some("its id is no UUID".to_owned()));
    }
    if !event::kind_is_valid(row.get_ref(3)?.as_str()?) {
        return Ok(Some("its kind is malformed".to_owned()));
    }
    for (column, name) in [(4, "data"), (5, "metadata")] {
        if let Err(error) = JsonObject::parse(row.get_ref(column)?.as_str()?) {
            return Ok(Some(format!("its {name} is {error}")));
        }
    }
    Ok(None)
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
