//! Figures of a queue. Never here: figures across agencies, which are suppressed when small.

use hub::telemetry::Waiting;
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::clock::SUPERIOR_TOLD;
use super::page::{FELL_TO, Scope, TO};

/// From when and until when entries were offered, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// From this moment on.
    pub from: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
}

/// The figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Entries nobody holds.
    pub free: u64,
    /// Held without a receipt.
    pub claimed: u64,
    /// Signed for, whether still open or not.
    pub receipted: u64,
    /// Free and claimed ones by urgency, 1 to 4.
    pub by_urgency: Vec<(i32, u64)>,
    /// Free and claimed ones by kind.
    pub by_kind: Vec<(i32, u64)>,
    /// Open with a breached clock.
    pub overdue: u64,
    /// When the oldest free one was offered, in microseconds.
    pub oldest: Option<i64>,
    /// Microseconds from offer to receipt: the median.
    pub wait_p50: i64,
    /// Microseconds from offer to receipt: 95 of 100 are faster.
    pub wait_p95: i64,
    /// Leases that lapsed.
    pub lapsed: u64,
}

/// The figures of a scope, read in one transaction.
///
/// # Errors
/// What SQLite says.
pub fn figures(tables: &Connection, scope: &Scope, window: Window) -> rusqlite::Result<Figures> {
    let one_view = tables.unchecked_transaction()?;
    let mut values = Vec::new();
    let mut conditions = scope.conditions(&[TO, FELL_TO], &mut values);
    for (bound, sign) in [(window.from, ">="), (window.until, "<")] {
        if let Some(bound) = bound {
            values.push(Value::from(bound));
            conditions.push_str(&format!(" AND entry.offered_at {sign} ?{}", values.len()));
        }
    }
    let mut figures = totals(&one_view, &conditions, &values)?;
    figures.by_urgency = grouped(&one_view, "urgency", &conditions, &values)?;
    figures.by_kind = grouped(&one_view, "kind", &conditions, &values)?;
    let waits = waits(&one_view, &conditions, &values)?;
    (figures.wait_p50, figures.wait_p95) = (rank(&waits, 50), rank(&waits, 95));
    one_view.finish()?;
    Ok(figures)
}

/// What waits in the whole queue, and since when the oldest free entry does.
///
/// # Errors
/// What SQLite says.
pub fn waiting(tables: &Connection) -> rusqlite::Result<Waiting> {
    let mut waiting = Waiting::default();
    let mut lanes = tables.prepare_cached(
        "SELECT held, count(*), min(offered_at) FROM entry INDEXED BY entry_place WHERE open = 1 GROUP BY held",
    )?;
    let mut rows = lanes.query([])?;
    while let Some(row) = rows.next()? {
        let (held, entries) = (row.get::<_, bool>(0)?, count(row, 1)?);
        if held {
            waiting.held = entries;
        } else {
            waiting.free = entries;
            waiting.oldest = Timestamp::from_microsecond(row.get(2)?).ok();
        }
    }
    Ok(waiting)
}

fn totals(tables: &Connection, conditions: &str, values: &[Value]) -> rusqlite::Result<Figures> {
    let query = format!(
        "SELECT count(*) FILTER (WHERE open = 1 AND held = 0), count(*) FILTER (WHERE open = 1 AND held = 1 AND step = ''),
             count(*) FILTER (WHERE receipt_at IS NOT NULL),
             count(*) FILTER (WHERE open = 1 AND escalation >= {SUPERIOR_TOLD}),
             min(offered_at) FILTER (WHERE open = 1 AND held = 0), coalesce(sum(lapses), 0)
         FROM entry WHERE 1{conditions}"
    );
    tables.prepare_cached(&query)?.query_row(params_from_iter(values), |row| {
        Ok(Figures {
            free: count(row, 0)?,
            claimed: count(row, 1)?,
            receipted: count(row, 2)?,
            overdue: count(row, 3)?,
            oldest: row.get(4)?,
            lapsed: count(row, 5)?,
            ..Figures::default()
        })
    })
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
}

fn grouped(
    tables: &Connection,
    column: &str,
    conditions: &str,
    values: &[Value],
) -> rusqlite::Result<Vec<(i32, u64)>> {
    let query = format!(
        "SELECT {column}, count(*) FROM entry WHERE open = 1 AND step = ''{conditions} GROUP BY {column} ORDER BY {column}"
    );
    tables
        .prepare_cached(&query)?
        .query_map(params_from_iter(values), |row| Ok((row.get(0)?, count(row, 1)?)))?
        .collect()
}

/// Every wait from offer to receipt, shortest first.
fn waits(tables: &Connection, conditions: &str, values: &[Value]) -> rusqlite::Result<Vec<i64>> {
    let query = format!(
        "SELECT max(receipt_at - offered_at, 0) AS wait FROM entry WHERE receipt_at IS NOT NULL{conditions} ORDER BY wait"
    );
    tables.prepare_cached(&query)?.query_map(params_from_iter(values), |row| row.get(0))?.collect()
}

/// The value of a rank in percent, by nearest rank; 0 of none.
fn rank(sorted: &[i64], percent: usize) -> i64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}
