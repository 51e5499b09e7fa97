//! A page of a unit's inbox, by key: urgency, first due, offered, clue. Never here: writing, or who may ask.

use hub::page::cut;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::row::{InboxRow, SELECT};

/// Which entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// This unit's inbox.
    pub unit: String,
    /// Also what an officer holds or has signed for.
    pub held_too: bool,
}

/// The place of an entry in the order of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Most urgent first.
    pub urgency: i32,
    /// Then the clock that runs out first.
    pub due: i64,
    /// Then what came first.
    pub offered_at: i64,
    /// Then by id, so that the order is whole.
    pub clue: String,
}

/// The first `size` open entries behind a key, and the key behind which more follow.
///
/// # Errors
/// What SQLite says.
pub fn page(
    tables: &Connection,
    scope: &Scope,
    after: Option<&Key>,
    size: u16,
) -> rusqlite::Result<(Vec<InboxRow>, Option<Key>)> {
    let wanted = usize::from(size);
    let mut rows = lane(tables, &scope.unit, after, (false, wanted + 1))?;
    if scope.held_too {
        rows.extend(lane(tables, &scope.unit, after, (true, wanted + 1))?);
        rows.sort_by_cached_key(InboxRow::key);
    }
    let next = cut(&mut rows, size, InboxRow::key);
    Ok((rows, next))
}

/// Entries that are free, or held: each lane lies in order in the index.
fn lane(
    tables: &Connection,
    unit: &str,
    after: Option<&Key>,
    (held, limit): (bool, usize),
) -> rusqlite::Result<Vec<InboxRow>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values = vec![Value::from(unit.to_owned()), Value::from(held), Value::from(limit)];
    let behind = if let Some(key) = after {
        values.extend([
            Value::from(key.urgency),
            Value::from(key.due),
            Value::from(key.offered_at),
            Value::from(key.clue.clone()),
        ]);
        "AND (entry.urgency, entry.due, entry.offered_at, entry.clue) > (?4, ?5, ?6, ?7)"
    } else {
        ""
    };
    let query = format!(
        "{SELECT} WHERE entry.open = 1 AND entry.to_id = ?1 AND entry.held = ?2 {behind}
         ORDER BY entry.urgency, entry.due, entry.offered_at, entry.clue LIMIT ?3"
    );
    tables.prepare_cached(&query)?.query_map(params_from_iter(values), InboxRow::read)?.collect()
}
