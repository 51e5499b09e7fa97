//! The view `referrals`: a row a referral and a row a reverse referral, without personal values; which units a
//! referral concerns; the divisions it lies in; its running clocks. Where a referral stands is taken from the
//! name of the event that led there; a test holds the names to the rule's own fold.
//! Never here: a decision, or the time of day.

mod clock;
mod referral;
mod reverse;

use domain::ids::{ReferralId, ReverseId};
use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use rusqlite::Connection;

pub(super) use referral::words;

/// A referral without a running clock stands behind those with one.
pub(super) const NEVER: i64 = i64::MAX;
/// The mark of a clock that has run out unanswered.
pub(super) const BREACHED: u8 = 2;
/// The mark of a clock that has warned.
pub(super) const WARNED: u8 = 1;

/// The projection behind the lists of referrals and reverse referrals.
pub struct ReferralTables;

impl Projection for ReferralTables {
    fn name(&self) -> &'static str {
        "referrals"
    }

    fn shape(&self) -> u32 {
        2
    }

    // referral_due holds the whole order of a list, so a page is read off it; party and place answer by their
    // keys whether a row is the reader's to see.
    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE referral (id TEXT PRIMARY KEY, clue TEXT NOT NULL, code TEXT NOT NULL,
                 stage TEXT NOT NULL, division TEXT NOT NULL, level INTEGER NOT NULL, charges TEXT NOT NULL,
                 from_unit TEXT NOT NULL, police TEXT NOT NULL DEFAULT '', drafted INTEGER NOT NULL,
                 delivered INTEGER, receipted INTEGER, decided INTEGER, first_rule TEXT, due INTEGER NOT NULL,
                 breached INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
             CREATE UNIQUE INDEX referral_due ON referral (due, id);
             CREATE TABLE party (referral TEXT NOT NULL, unit TEXT NOT NULL, agency TEXT NOT NULL,
                 fallback INTEGER NOT NULL, PRIMARY KEY (referral, unit)) STRICT, WITHOUT ROWID;
             CREATE TABLE place (referral TEXT NOT NULL, division TEXT NOT NULL,
                 PRIMARY KEY (referral, division)) STRICT, WITHOUT ROWID;
             CREATE TABLE clock (referral TEXT NOT NULL, rule TEXT NOT NULL, version INTEGER NOT NULL,
                 started INTEGER NOT NULL, due INTEGER NOT NULL, mark INTEGER NOT NULL,
                 PRIMARY KEY (referral, rule)) STRICT, WITHOUT ROWID;
             CREATE TABLE reverse (id TEXT PRIMARY KEY, stage TEXT NOT NULL, from_unit TEXT NOT NULL,
                 to_unit TEXT NOT NULL, sent INTEGER NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX reverse_from ON reverse (from_unit, sent);
             CREATE INDEX reverse_to ON reverse (to_unit, sent);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let step = Step { tables, event };
        // Most events are of clues; they are told apart by the stream's name before anything is read.
        let Some((family, name)) = event.event.kind.split_once('.') else { return Ok(()) };
        match (step.category(), family) {
            (ReferralId::PREFIX, "referral") => referral::apply(&step, name),
            (ReferralId::PREFIX, "clock") => clock::apply(&step),
            (ReverseId::PREFIX, "reverse") => reverse::apply(&step, name),
            _ => Ok(()),
        }
    }
}
