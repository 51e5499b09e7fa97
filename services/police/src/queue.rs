//! The fast-response queue as a view: every matter that the police owe an answer to, or hold.
//!
//! What is on the queue, and until when:
//! - a **mandatory report** from the moment the duty opens until the police have signed for it and answered it, or
//!   said that it is no matter of theirs, wherever the clue stands meanwhile;
//! - a **clue transfer** from the transfer until it is answered, declined or merged away;
//! - a **referral** from its delivery while the police decide or hold the case: until it is not filed, not a police
//!   matter, concluded or returned; a reconsideration, a demand for reasons or an order to file puts it back until
//!   it is answered.
//!
//! A referral that nobody signed for in time is on the queue of the fallback unit as well, until somebody signs.
//!
//! An entry nobody holds is *free*, one that an officer claimed or signed for is *held*; both are *open*.
//! What leaves stays as a row that is no longer open, with why and by whom, so that a watcher who was away
//! learns it. Every row carries the position of the event that last changed it: its change number. Never
//! here: a decision, the time of day, or personal values.

mod changes;
mod claim;
mod clock;
mod clue;
mod entry;
mod facts;
mod figures;
mod page;
mod referral;
mod row;

use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use rusqlite::Connection;

pub use changes::{News, news, snapshot};
pub use figures::{Window, figures, waiting};
pub use page::{Scope, page};
pub use row::{QueueRow, one};

/// The projection behind the queue.
pub struct QueueTables;

impl Projection for QueueTables {
    fn name(&self) -> &'static str {
        "queue"
    }

    fn shape(&self) -> u32 {
        2
    }

    // entry_unit, entry_fallback and entry_place hold whole sort keys, so a first page is read off the index in order; lanes
    // of held and free entries are read apart and merged. Only open rows are in them.
    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE institution (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE matter (id TEXT PRIMARY KEY, clue TEXT, division TEXT NOT NULL, institution TEXT,
                 category TEXT, urgency INTEGER NOT NULL, unit TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE entry (matter TEXT PRIMARY KEY, kind INTEGER NOT NULL, duty INTEGER NOT NULL,
                 handed INTEGER NOT NULL, open INTEGER NOT NULL, held INTEGER NOT NULL, urgency INTEGER NOT NULL,
                 step TEXT NOT NULL, division TEXT NOT NULL, institution TEXT, category TEXT,
                 from_unit TEXT NOT NULL, to_id TEXT NOT NULL, to_unit TEXT NOT NULL, fallback_id TEXT,
                 fallback_unit TEXT, offered_at INTEGER NOT NULL,
                 claimed_by TEXT, claimed_at INTEGER, lease_until INTEGER, receipt_at INTEGER, first_rule TEXT,
                 due INTEGER NOT NULL, escalation INTEGER NOT NULL, lapses INTEGER NOT NULL, why TEXT NOT NULL,
                 by TEXT NOT NULL, hidden_at INTEGER NOT NULL, closed_at INTEGER NOT NULL,
                 change INTEGER NOT NULL) STRICT;
             CREATE INDEX entry_unit ON entry (to_id, held, urgency, due, offered_at, matter, kind, division)
                 WHERE open = 1;
             CREATE INDEX entry_fallback ON entry (fallback_id, held, urgency, due, offered_at, matter, kind, division)
                 WHERE open = 1 AND fallback_id IS NOT NULL;
             CREATE INDEX entry_place ON entry (held, urgency, due, offered_at, matter, kind, division)
                 WHERE open = 1;
             CREATE INDEX entry_change ON entry (change);
             CREATE TABLE moved (matter TEXT NOT NULL, unit TEXT NOT NULL, division TEXT NOT NULL, by TEXT NOT NULL,
                 why TEXT NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (matter, unit)) STRICT, WITHOUT ROWID;
             CREATE INDEX moved_change ON moved (change);
             CREATE TABLE clock (matter TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL,
                 started INTEGER NOT NULL, due INTEGER NOT NULL, level INTEGER NOT NULL,
                 PRIMARY KEY (matter, rule)) STRICT, WITHOUT ROWID;",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        // Most events of the log are none of the queue's; they are told apart by name before anything is
        // decoded.
        let Some((family, name)) = event.event.kind.split_once('.') else { return Ok(()) };
        let step = Step { tables, event };
        match family {
            "clue" => clue::apply(&step, name),
            "referral" => referral::apply(&step, name),
            "claim" => claim::apply(&step, name),
            "clock" => clock::apply(&step, name),
            "institution" => facts::institution(&step),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
