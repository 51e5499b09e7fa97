//! What has changed in a scope since a change number, for watchers. Nothing is kept per watcher but that
//! number, so nobody can be slow enough to miss anything. Never here: sending.

use rusqlite::Connection;

use super::page::{Key, Page, Scope, page};
use super::row::{COLUMNS, JOINS, QueueRow};

/// Rows looked at in one go.
const BATCH: i64 = 256;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// An entry that is there, new or changed.
    Changed(Box<QueueRow>),
    /// An entry that is there no longer.
    Removed {
        /// The matter.
        matter: String,
        /// Stable word.
        why: String,
        /// Who took it.
        by: String,
        /// The change that removed it.
        change: i64,
    },
}

impl News {
    fn change(&self) -> i64 {
        match self {
            News::Changed(row) => row.change,
            News::Removed { change, .. } => *change,
        }
    }
}

/// The last change of the view.
fn head(tables: &Connection) -> rusqlite::Result<i64> {
    tables
        .prepare_cached(
            "SELECT max(coalesce((SELECT max(change) FROM entry), 0), coalesce((SELECT max(change) FROM moved), 0))",
        )?
        .query_row([], |row| row.get(0))
}

/// A page of the snapshot and the change number as of which it was read, in one transaction. The first page
/// names the number that the whole snapshot goes by: of later pages the caller leaves out what changed after
/// it, because [`news`] tells that. So a row is either unchanged since and in exactly one page, or it is
/// news.
///
/// # Errors
/// What SQLite says.
pub fn snapshot(
    tables: &Connection,
    scope: &Scope,
    after: Option<&Key>,
    size: u16,
) -> rusqlite::Result<(Page, i64)> {
    let one_view = tables.unchecked_transaction()?;
    let at = head(&one_view)?;
    let found = page(&one_view, scope, after, size)?;
    one_view.finish()?;
    Ok((found, at))
}

/// What changed in a scope after a change number, oldest first, and the number up to which this is all.
///
/// # Errors
/// What SQLite says.
pub fn news(tables: &Connection, scope: &Scope, seen: i64) -> rusqlite::Result<(Vec<News>, i64)> {
    let one_view = tables.unchecked_transaction()?;
    let head = head(&one_view)?;
    if head <= seen {
        return Ok((Vec::new(), seen));
    }
    let rows = rows(&one_view, seen)?;
    let moves = moves(&one_view, seen)?;
    one_view.finish()?;
    let up_to =
        full(rows.iter().map(|row| row.change), head).min(full(moves.iter().map(|one| one.change), head));
    let moved = moves.into_iter().filter(|one| one.change <= up_to).filter_map(|one| one.told(scope));
    let changed = rows.into_iter().filter(|row| row.change <= up_to).filter_map(|row| told(row, scope, seen));
    let mut news: Vec<News> = moved.chain(changed).collect();
    // Stable: where one event moved an entry, it leaves before it arrives.
    news.sort_by_key(News::change);
    Ok((news, up_to))
}

/// How far a batch reaches: to its last row when it is full, else to the head.
fn full(changes: impl ExactSizeIterator<Item = i64>, head: i64) -> i64 {
    let whole = i64::try_from(changes.len()).is_ok_and(|length| length < BATCH);
    if whole { head } else { changes.last().unwrap_or(head) }
}

fn rows(tables: &Connection, seen: i64) -> rusqlite::Result<Vec<QueueRow>> {
    let query = format!(
        "SELECT {COLUMNS} FROM entry INDEXED BY entry_change {JOINS} WHERE entry.change > ?1
         ORDER BY entry.change LIMIT ?2"
    );
    tables.prepare_cached(&query)?.query_map([seen, BATCH], QueueRow::read)?.collect()
}

/// What a row is to a watcher who has seen everything up to `seen`.
fn told(row: QueueRow, scope: &Scope, seen: i64) -> Option<News> {
    let mut units = std::iter::once(&row.to).chain(&row.fallback);
    if !units.any(|unit| scope.covers(unit.id.as_str(), &row.division))
        || scope.kind.is_some_and(|kind| kind != row.kind)
    {
        return None;
    }
    if row.open && (scope.held_too || !row.held) {
        return Some(News::Changed(Box::new(row)));
    }
    let since = if scope.held_too { row.closed_at } else { row.hidden_at };
    if since <= seen {
        return None;
    }
    let (why, by) = match (row.open, row.stage.as_str()) {
        (false, _) => (row.why, row.by),
        (true, "claimed") => ("claimed".to_owned(), row.claimed_by.unwrap_or_default()),
        (true, _) => ("receipted".to_owned(), row.claimed_by.unwrap_or_default()),
    };
    Some(News::Removed { matter: row.matter, why, by, change: row.change })
}

/// An entry that left a unit's queue for another's: passed on, or signed for there.
struct Moved {
    matter: String,
    unit: String,
    division: String,
    by: String,
    why: String,
    change: i64,
}

impl Moved {
    /// For the unit's own watchers. Who watches a whole area still has it in sight.
    fn told(self, scope: &Scope) -> Option<News> {
        let watched = scope.unit.is_some() && scope.covers(&self.unit, &self.division);
        let Moved { matter, by, why, change, .. } = self;
        watched.then_some(News::Removed { matter, why, by, change })
    }
}

fn moves(tables: &Connection, seen: i64) -> rusqlite::Result<Vec<Moved>> {
    tables
        .prepare_cached(
            "SELECT matter, unit, division, by, why, change FROM moved WHERE change > ?1 ORDER BY change LIMIT ?2",
        )?
        .query_map([seen, BATCH], |row| {
            Ok(Moved {
                matter: row.get(0)?,
                unit: row.get(1)?,
                division: row.get(2)?,
                by: row.get(3)?,
                why: row.get(4)?,
                change: row.get(5)?,
            })
        })?
        .collect()
}
