//! Events that were given up: listed, delivered again, or discarded. Never here: giving them up (`engine.rs`).

use rusqlite::{Connection, OptionalExtension as _, params};

use super::engine::{promote, stored};

/// An event that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Its place in the log.
    pub position: u64,
    /// The matter.
    pub stream: String,
    /// How often it was delivered.
    pub deliveries: u32,
    /// Since when, in microseconds.
    pub since: i64,
    /// Why it failed last.
    pub reason: String,
    /// Events of the matter behind it.
    pub waiting: u64,
}

/// Parked events, and those behind them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replay {
    /// Parked events.
    pub events: u64,
    /// Events behind them.
    pub waiting: u64,
}

/// At most `limit` parked events behind a position.
pub(super) fn list(
    tables: &Connection,
    group: i64,
    after: Option<u64>,
    limit: u32,
) -> rusqlite::Result<Vec<Parked>> {
    let sql = "SELECT position, stream, deliveries, due, reason,
               (SELECT count(*) - 1 FROM owed AS behind WHERE behind.grp = ?1 AND behind.stream = owed.stream)
               FROM owed WHERE grp = ?1 AND standing = 'parked' AND position > ?2 ORDER BY position LIMIT ?3";
    let parked = |row: &rusqlite::Row<'_>| {
        Ok(Parked {
            position: row.get::<_, i64>(0)?.unsigned_abs(),
            stream: row.get(1)?,
            deliveries: row.get(2)?,
            since: row.get(3)?,
            reason: row.get(4)?,
            waiting: row.get::<_, i64>(5)?.unsigned_abs(),
        })
    };
    tables.prepare_cached(sql)?.query_map(params![group, after.map_or(-1, stored), limit], parked)?.collect()
}

/// What a replay of these, or of all when none is named, would deliver again.
pub(super) fn count(tables: &Connection, group: i64, positions: &[u64]) -> rusqlite::Result<Replay> {
    const COUNT: &str = "SELECT count(*), coalesce(sum((SELECT count(*) - 1 FROM owed AS behind
                         WHERE behind.grp = ?1 AND behind.stream = owed.stream)), 0)
                         FROM owed WHERE grp = ?1 AND standing = 'parked'";
    let replay = |row: &rusqlite::Row<'_>| {
        let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Replay { events: number(0)?, waiting: number(1)? })
    };
    if positions.is_empty() {
        return tables.prepare_cached(COUNT)?.query_row([group], replay);
    }
    let mut one = tables.prepare_cached(&format!("{COUNT} AND position = ?2"))?;
    positions.iter().try_fold(Replay::default(), |sum, position| {
        let more = one.query_row([group, stored(*position)], replay)?;
        Ok(Replay { events: sum.events + more.events, waiting: sum.waiting + more.waiting })
    })
}

/// Makes these, or all, ready again with all attempts before them.
pub(super) fn replay(tables: &Connection, group: i64, positions: &[u64]) -> rusqlite::Result<Replay> {
    const READY: &str = "UPDATE owed SET standing = 'ready', due = 0, failures = 0
                         WHERE grp = ?1 AND standing = 'parked'";
    let replayed = count(tables, group, positions)?;
    if positions.is_empty() {
        tables.prepare_cached(READY)?.execute([group])?;
    }
    let mut one = tables.prepare_cached(&format!("{READY} AND position = ?2"))?;
    for position in positions {
        one.execute([group, stored(*position)])?;
    }
    Ok(replayed)
}

/// Who gives parked events up, why and when.
#[derive(Debug, Clone)]
pub struct Discard {
    /// Their positions.
    pub positions: Vec<u64>,
    /// The officer.
    pub by: String,
    /// Why, without personal data.
    pub reason: String,
}

/// Gives parked events up for good; tells how many of them were parked.
pub(super) fn discard(tables: &Connection, group: i64, what: &Discard, now: i64) -> rusqlite::Result<u64> {
    let mut discarded = 0;
    for position in what.positions.iter().map(|position| stored(*position)) {
        let gone: Option<(String, String)> = tables
            .prepare_cached(
                "DELETE FROM owed WHERE grp = ?1 AND position = ?2 AND standing = 'parked'
                 RETURNING stream, reason",
            )?
            .query_row([group, position], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((stream, failure)) = gone else { continue };
        tables
            .prepare_cached("INSERT INTO discarded VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![group, position, stream, failure, what.by, what.reason, now])?;
        promote(tables, group, &stream)?;
        discarded += 1;
    }
    tables
        .prepare_cached("UPDATE consumer_group SET discarded = discarded + ?2 WHERE id = ?1")?
        .execute(params![group, stored(discarded)])?;
    Ok(discarded)
}
