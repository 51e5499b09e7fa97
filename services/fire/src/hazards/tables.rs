//! Hazards as rows: one each, with what the board sorts and filters by and what the ledger counts. Never here: a
//! decision, the time of day, or anything that somebody typed.
//!
//! The order of the board is `(closed, rank, due, found, id)`: open ones first, then the harder pressed for, then the
//! first due, then the oldest. Every area has that order in an index, so a page is read off it; the filters stand in
//! the index as well.

mod clock;
mod loops;

use domain::ids::HazardId;
use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use rusqlite::Connection;

pub(super) use loops::{bit, place};

/// No time to rectify is known yet: behind all that have one.
pub(super) const NO_DUE: i64 = i64::MAX;

/// The projection behind board and ledger.
pub struct HazardTables;

/// Behind the area in each of its indexes: the order of the board, then what filters and counts ask for.
const ORDER: &str = "closed, rank, due, found, id, stage, grade, category, overdue, agencies, level";

impl Projection for HazardTables {
    fn name(&self) -> &'static str {
        "hazards"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(&format!(
            "CREATE TABLE hazard (id TEXT PRIMARY KEY, county TEXT NOT NULL, city TEXT, province TEXT,
                 institution TEXT NOT NULL, inspection TEXT, finder TEXT NOT NULL, lead TEXT NOT NULL,
                 agencies INTEGER NOT NULL, level INTEGER NOT NULL, stage TEXT NOT NULL, grade INTEGER NOT NULL,
                 category INTEGER NOT NULL, pressure INTEGER NOT NULL DEFAULT 0, used TEXT NOT NULL DEFAULT 'free',
                 closed INTEGER NOT NULL DEFAULT 0,
                 rank INTEGER NOT NULL AS ((4 - pressure) * 2 + 2 - grade) STORED, due INTEGER NOT NULL,
                 overdue INTEGER NOT NULL DEFAULT 0, found INTEGER NOT NULL, fixed INTEGER, verified INTEGER,
                 ended INTEGER, on_spot INTEGER NOT NULL DEFAULT 0, late INTEGER NOT NULL DEFAULT 0,
                 looks INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
             CREATE TABLE party (unit TEXT NOT NULL, hazard TEXT NOT NULL, PRIMARY KEY (unit, hazard))
                 STRICT, WITHOUT ROWID;
             CREATE INDEX of_county ON hazard (county, {ORDER});
             CREATE INDEX of_city ON hazard (city, {ORDER});
             CREATE INDEX of_province ON hazard (province, {ORDER});
             CREATE INDEX of_nation ON hazard ({ORDER});
             CREATE INDEX of_institution ON hazard (institution);
             CREATE INDEX of_inspection ON hazard (inspection) WHERE inspection IS NOT NULL;"
        ))
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let step = Step { tables, event };
        if step.category() != HazardId::PREFIX {
            return Ok(());
        }
        match event.event.kind.split_once('.') {
            Some(("hazard", name)) => loops::apply(&step, name),
            Some(("clock", name)) => clock::apply(&step, name),
            _ => Ok(()),
        }
    }
}
