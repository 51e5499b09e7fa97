//! The view `campaigns`: what counts, in rows so small that a campaign of the whole country is counted from them in a
//! moment. Every record counts at a post ([`Places`]); what was void is taken away again.
//!
//! ```text
//! inspection.planned | reported --> visit          which campaign, post, county, institution
//! inspection.issued             --> mark, hazard   the institution was inspected; what was found there
//! hazard.voided                 --> hazard -, mark the bits that the others leave
//! dispatch.reported | voided    --> dispatch +, -
//! staff-count.reported | voided --> staff +, -     how often each person was named
//! institution.*                 --> institution    the frame
//! campaign.*                    --> campaign, addition, returned, snapshot
//! ```
//! A record of a campaign that was not drafted before it counts nowhere. Never here: figures, or the time of day.

mod campaign;
mod record;

use std::collections::HashMap;
use std::sync::Arc;

use domain::campaign::places::Places;
use domain::campaign::{Plan, Post};
use domain::division::DivisionCode;
use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use rusqlite::{Connection, OptionalExtension};

/// The projection behind campaigns.
#[derive(Default)]
pub struct CampaignTables {
    known: HashMap<String, Known>,
}

/// A campaign while records are folded in.
#[derive(Clone)]
struct Known {
    number: i64,
    places: Arc<Places>,
}

impl Projection for CampaignTables {
    fn name(&self) -> &'static str {
        "campaigns"
    }

    fn shape(&self) -> u32 {
        2
    }

    // mark, staff and dispatch_post are read by ranges of posts; posts of one level stand side by side, by division.
    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE campaign (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
                 stage TEXT NOT NULL, lead TEXT NOT NULL, division TEXT NOT NULL, opens TEXT NOT NULL,
                 closes TEXT NOT NULL, plan TEXT NOT NULL) STRICT;
             CREATE TABLE addition (number INTEGER PRIMARY KEY, campaign INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
             CREATE TABLE snapshot (campaign INTEGER NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
                 change INTEGER NOT NULL,
                 PRIMARY KEY (campaign, version)) STRICT, WITHOUT ROWID;
             CREATE TABLE returned (campaign INTEGER NOT NULL, post INTEGER NOT NULL, body TEXT NOT NULL,
                 since INTEGER NOT NULL,
                 PRIMARY KEY (campaign, post)) STRICT, WITHOUT ROWID;
             CREATE TABLE institution (id TEXT PRIMARY KEY, division INTEGER NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX institution_division ON institution (division);
             CREATE TABLE visit (inspection TEXT PRIMARY KEY, campaign INTEGER NOT NULL, post INTEGER NOT NULL,
                 county INTEGER NOT NULL, institution TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE mark (campaign INTEGER NOT NULL, post INTEGER NOT NULL, institution TEXT NOT NULL,
                 county INTEGER NOT NULL, bits INTEGER NOT NULL,
                 PRIMARY KEY (campaign, post, institution)) STRICT, WITHOUT ROWID;
             CREATE TABLE hazard (id TEXT PRIMARY KEY, campaign INTEGER NOT NULL, post INTEGER NOT NULL,
                 institution TEXT NOT NULL, bits INTEGER NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX hazard_at ON hazard (campaign, post, institution);
             CREATE TABLE dispatch (id TEXT PRIMARY KEY, campaign INTEGER NOT NULL, post INTEGER NOT NULL,
                 persons INTEGER NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX dispatch_post ON dispatch (campaign, post, persons);
             CREATE TABLE staff_count (id TEXT PRIMARY KEY, campaign INTEGER NOT NULL, post INTEGER NOT NULL,
                 persons BLOB NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE staff (campaign INTEGER NOT NULL, post INTEGER NOT NULL, person BLOB NOT NULL,
                 times INTEGER NOT NULL, PRIMARY KEY (campaign, post, person)) STRICT, WITHOUT ROWID;",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let step = Step { tables, event };
        match event.event.kind.as_str() {
            "inspection.planned" => record::planned(self, &step),
            "inspection.reported" => record::reported(self, &step),
            "inspection.issued" => record::issued(&step),
            "hazard.voided" => record::hazard_voided(&step),
            "dispatch.reported" => record::dispatched(self, &step),
            "dispatch.voided" => record::dispatch_voided(&step),
            "staff-count.reported" => record::asked(self, &step),
            "staff-count.voided" => record::count_voided(&step),
            "institution.registered" | "institution.changed" => record::institution(&step),
            kind if kind.starts_with("campaign.") => campaign::apply(&step),
            _ => Ok(()),
        }
    }
}

impl CampaignTables {
    /// A campaign that a record names; none before it was drafted.
    fn campaign(&mut self, step: &Step<'_>, id: &str) -> Result<Option<Known>, ProjectError> {
        if let Some(known) = self.known.get(id) {
            return Ok(Some(known.clone()));
        }
        let Some((number, plan)) = plan_of(step.tables, id)? else { return Ok(None) };
        let known = Known { number, places: Arc::new(Places::of(&plan)) };
        self.known.insert(id.to_owned(), known.clone());
        Ok(Some(known))
    }
}

/// A campaign's number in the tables, and its plan.
pub(super) fn plan_of(tables: &Connection, id: &str) -> rusqlite::Result<Option<(i64, Plan)>> {
    tables
        .prepare_cached("SELECT number, plan FROM campaign WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, json(row, 1)?)))
        .optional()
}

/// A value that a column holds as JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|cause| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, cause.into())
    })
}

/// Where the divisions of a level begin: posts are numbered by level, then division.
const LEVEL: i64 = 1_000_000;

/// A post as the tables number it, in the order of posts.
pub(super) fn number_of(post: Post) -> i64 {
    post.level as i64 * LEVEL + code_of(post.division)
}

/// The post with a number.
pub(super) fn post_of(number: i64) -> Option<Post> {
    let level = domain::actor::Level::ALL.into_iter().find(|level| *level as i64 == number / LEVEL)?;
    Some(Post { level, division: division_of(number % LEVEL)? })
}

/// A division as the tables number it.
pub(super) fn code_of(division: DivisionCode) -> i64 {
    division.as_str().parse().unwrap_or_default()
}

/// The division with a number.
pub(super) fn division_of(code: i64) -> Option<DivisionCode> {
    format!("{code:06}").parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use domain::actor::Level;

    use super::*;

    #[test]
    fn a_post_has_a_number_in_the_order_of_posts() {
        let post = |level, division: &str| Post { level, division: division.parse().unwrap() };
        let posts = [
            post(Level::County, "110101"),
            post(Level::County, "659013"),
            post(Level::City, "130100"),
            post(Level::Province, "110000"),
        ];
        let numbers = posts.map(number_of);
        assert!(numbers.is_sorted() && posts.is_sorted());
        assert_eq!(numbers.map(post_of), posts.map(Some));
    }
}
