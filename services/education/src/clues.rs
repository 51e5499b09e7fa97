//! The view `clues`: every clue as a row without personal values, who may see it, the running clocks of clues
//! and referrals, and what statistics count.
//!
//! A row says where a clue stands by mirroring the rule's own fold (`domain::clue::evolve`), event by event,
//! from the few fields it needs; a test plays stories through both and compares. The fold is exact for
//! histories that the rule wrote. Never here: a decision, the time of day, or a sealed value.
//!
//! Tables: `clue` one row a clue, ordered for lists by urgency and first due clock; `party` which units a
//! clue concerns and why; `clock` the clocks that run, with the unit that must act; `referral` where each
//! referral stands.

mod clock;
mod fold;
mod list;
mod one;
mod page;
mod referral;
mod running;
mod statistics;
mod suppress;
mod tally;

use domain::ids::{ClueId, ReferralId};
use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use rusqlite::Connection;
use serde::Deserialize;

pub(crate) use list::list;
pub(crate) use one::get;
pub(crate) use page::area;
pub(crate) use running::list as running;
pub(crate) use statistics::get as statistics;

/// The due time of a clue without a running clock: it comes last.
pub(crate) const NEVER: i64 = i64::MAX;

/// The projection behind the view.
pub struct ClueTables;

impl Projection for ClueTables {
    fn name(&self) -> &'static str {
        "clues"
    }

    fn shape(&self) -> u32 {
        2
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE clue (id TEXT PRIMARY KEY, stage TEXT NOT NULL, urgency INTEGER NOT NULL,
                 category TEXT NOT NULL, channel TEXT NOT NULL, minor TEXT NOT NULL, division TEXT NOT NULL,
                 institution TEXT, agency TEXT NOT NULL, owner TEXT NOT NULL, handler TEXT, receiver TEXT,
                 received INTEGER NOT NULL, anonymous INTEGER NOT NULL, obligation INTEGER NOT NULL DEFAULT 0,
                 police TEXT, answering TEXT, handed INTEGER, transferred INTEGER NOT NULL DEFAULT 0, receipted INTEGER,
                 conclusion TEXT, due INTEGER NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX clue_order ON clue (urgency, due, id, agency, division);
             CREATE INDEX clue_place ON clue (division, received);
             CREATE TABLE party (clue TEXT NOT NULL, why INTEGER NOT NULL, unit TEXT NOT NULL,
                 PRIMARY KEY (clue, why)) STRICT, WITHOUT ROWID;
             CREATE INDEX party_unit ON party (unit, clue);
             CREATE TABLE clock (matter TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL,
                 started INTEGER NOT NULL, due INTEGER NOT NULL, standing INTEGER NOT NULL,
                 receiver INTEGER NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (matter, rule)) STRICT, WITHOUT ROWID;
             CREATE INDEX clock_unit ON clock (unit, due, matter, rule);
             CREATE INDEX clock_breached ON clock (matter) WHERE standing = 3;
             CREATE TABLE referral (id TEXT PRIMARY KEY, step TEXT NOT NULL, division TEXT NOT NULL,
                 agency TEXT NOT NULL, received INTEGER NOT NULL, owner TEXT NOT NULL,
                 receiver TEXT) STRICT, WITHOUT ROWID;
             CREATE INDEX referral_place ON referral (division, received);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let step = Step { tables, event };
        let kind = event.event.kind.as_str();
        let category = event.event.stream.category();
        if let Some(name) = kind.strip_prefix("clock.") {
            return match category {
                ClueId::PREFIX | ReferralId::PREFIX => clock::apply(&step, name),
                _ => Ok(()),
            };
        }
        if let Some(name) = kind.strip_prefix("clue.") {
            return fold::apply(&step, name);
        }
        match kind.strip_prefix("referral.") {
            Some(name) => referral::apply(&step, name),
            None => Ok(()),
        }
    }
}

/// A unit in an event.
#[derive(Deserialize)]
pub(crate) struct UnitPart<'a> {
    pub(crate) id: &'a str,
    pub(crate) agency: &'a str,
}

/// An event that hands something to a unit.
#[derive(Deserialize)]
pub(crate) struct ToUnit<'a> {
    #[serde(borrow)]
    pub(crate) to: UnitPart<'a>,
}
