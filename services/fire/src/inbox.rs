//! The inbox as a view: clues handed to fire units, from the transfer until they are answered, declined or
//! passed to another agency. Claims, receipts and acceptance change an entry; clocks order it. Never here: a
//! decision, the time of day, or personal values.

mod clock;
mod clue;
mod entry;
mod facts;
mod page;
mod row;

use domain::ids::ClueId;
use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use rusqlite::Connection;

pub use page::{Scope, page};
pub use row::{InboxRow, one};

/// The projection behind the inbox.
pub struct InboxTables;

impl Projection for InboxTables {
    fn name(&self) -> &'static str {
        "inbox"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE institution (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE clue (id TEXT PRIMARY KEY, division TEXT NOT NULL, institution TEXT, category TEXT NOT NULL,
                 channel TEXT NOT NULL, minor INTEGER NOT NULL, urgency INTEGER NOT NULL, received INTEGER NOT NULL,
                 duty INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
             CREATE TABLE entry (clue TEXT PRIMARY KEY, open INTEGER NOT NULL, held INTEGER NOT NULL,
                 urgency INTEGER NOT NULL, step TEXT NOT NULL, from_unit TEXT NOT NULL, to_id TEXT NOT NULL,
                 to_unit TEXT NOT NULL, offered_at INTEGER NOT NULL, claimed_by TEXT, lease_until INTEGER,
                 first_rule TEXT, due INTEGER NOT NULL) STRICT;
             CREATE INDEX entry_unit ON entry (to_id, held, urgency, due, offered_at, clue) WHERE open = 1;
             CREATE TABLE clock (clue TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL,
                 started INTEGER NOT NULL, due INTEGER NOT NULL, level INTEGER NOT NULL,
                 PRIMARY KEY (clue, rule)) STRICT, WITHOUT ROWID;",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        // A referral has claims and clocks of the same names; its stream tells them apart.
        let Some((family, name)) = event.event.kind.split_once('.') else { return Ok(()) };
        let step = Step { tables, event };
        match (step.category(), family) {
            (ClueId::PREFIX, "clue") => clue::apply(&step, name),
            (ClueId::PREFIX, "claim") => clue::claim(&step, name),
            (ClueId::PREFIX, "clock") => clock::apply(&step, name),
            (_, "institution") => facts::institution(&step),
            (_, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
