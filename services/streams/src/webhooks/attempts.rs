//! The last attempts of each endpoint: when, of which event, how it went. Never here: what was sent or answered.

use rusqlite::{Connection, Row, params};

use super::client::Failure;
use super::endpoint::EndpointId;
use super::error::WebhookError;

/// Attempts kept of one endpoint.
const KEPT: i64 = 1_000;

/// An attempt to send an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// When it began, in microseconds.
    pub(super) at: i64,
    /// The event's place in the log; none for a test.
    pub(super) position: Option<u64>,
    /// The event's id.
    pub(super) event: String,
    /// The matter; empty for a test.
    pub(super) stream: String,
    /// Which attempt of the event, from 1.
    pub(super) attempt: u32,
    /// The HTTP status of the answer.
    pub(super) status: Option<u16>,
    /// How long it took.
    pub(super) milliseconds: u32,
    /// None when it was accepted.
    pub(super) failed: Option<Failure>,
}

/// Writes an attempt down and forgets the oldest.
pub(super) fn note(tables: &Connection, of: EndpointId, attempt: &Attempt) -> Result<(), WebhookError> {
    let sql =
        "INSERT INTO attempt (endpoint, at, position, event, stream, attempt, status, milliseconds, error)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    tables.prepare_cached(sql)?.execute(params![
        of.0,
        attempt.at,
        attempt.position.map(|position| i64::try_from(position).unwrap_or(i64::MAX)),
        attempt.event,
        attempt.stream,
        attempt.attempt,
        attempt.status,
        attempt.milliseconds,
        attempt.failed.map_or("", Failure::word),
    ])?;
    let sql = "DELETE FROM attempt WHERE endpoint = ?1 AND id <=
               (SELECT id FROM attempt WHERE endpoint = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    tables.prepare_cached(sql)?.execute([of.0, KEPT])?;
    Ok(())
}

/// At most `limit` attempts, newest first, older than the one a mark names; each with its own mark.
pub(super) fn list(
    tables: &Connection,
    of: EndpointId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<(i64, Attempt)>, WebhookError> {
    let sql = "SELECT id, at, position, event, stream, attempt, status, milliseconds, error FROM attempt
               WHERE endpoint = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    let attempt = |row: &Row<'_>| {
        let attempt = Attempt {
            at: row.get(1)?,
            position: row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs),
            event: row.get(3)?,
            stream: row.get(4)?,
            attempt: row.get(5)?,
            status: row.get(6)?,
            milliseconds: row.get(7)?,
            failed: Failure::of(row.get_ref(8)?.as_str()?),
        };
        Ok((row.get(0)?, attempt))
    };
    let mut select = tables.prepare_cached(sql)?;
    let rows = select.query_map(params![of.0, before.unwrap_or(i64::MAX), limit], attempt)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
