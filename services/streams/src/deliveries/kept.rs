//! What the log keeps of the deliveries, as this instance has folded it: whose the seat is, the groups with their places
//! and what they are owed from before, the webhooks. Every instance has this view, so that each can go on where another
//! stopped. Never here: the tables that whoever holds the seat works on.

use domain::consumer_group::{self, Discarded, GroupRule, Made, Owed, Place};
use domain::decider::Decider;
use domain::event::decode;
use domain::seat;
use domain::webhook::{self, Kept, WebhookRule};
use hub::ProjectError;
use hub::project::{Positioned, Projection, Revision, StreamName};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;
use serde_json::{from_str, to_string};
use uuid::Uuid;

/// The stream of the seat.
pub(super) const SEAT: &str = "SEAT-deliveries";
/// Its category.
const SEAT_PREFIX: &str = "SEAT";

/// Positions of the hub's own notes that are remembered.
const NOTES: i64 = 100_000;

/// A state of `''` is one that is over: only its revision is kept. `note`: where the hub's own notes lie in the log.
const CREATE: &str = "
CREATE TABLE seat (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    by       TEXT    NOT NULL,
    until    INTEGER
) STRICT;
CREATE TABLE consumer_group (
    stream   TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    made     TEXT    NOT NULL,
    place    INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE owed (
    stream   TEXT    NOT NULL,
    position INTEGER NOT NULL,
    owed     TEXT    NOT NULL,
    PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE discarded (
    stream   TEXT    NOT NULL,
    position INTEGER NOT NULL,
    what     TEXT    NOT NULL,
    PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE note (position INTEGER PRIMARY KEY) STRICT;
CREATE TABLE webhook (
    stream   TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    kept     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The projection.
pub struct KeptDeliveries;

impl Projection for KeptDeliveries {
    fn name(&self) -> &'static str {
        "deliveries"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(CREATE)
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let (kind, data) = (&event.event.kind, event.event.data.as_str());
        let (stream, revision) = (event.event.stream.as_str(), number(event.event.revision.get()));
        let unread = |error: &dyn std::fmt::Display| ProjectError::event(event, error);
        let place = Folded { tables, stream, revision };
        match event.event.stream.category() {
            SEAT_PREFIX if stream == SEAT => place.seat(&decode(kind, data).map_err(|error| unread(&error))?),
            consumer_group::PREFIX => place.group(&decode(kind, data).map_err(|error| unread(&error))?),
            webhook::PREFIX => place.webhook(&decode(kind, data).map_err(|error| unread(&error))?),
            _ => return Ok(()),
        }
        .map_err(|error| unread(&error))?;
        let position = number(event.position.get());
        tables.prepare_cached("INSERT OR IGNORE INTO note VALUES (?1)")?.execute([position])?;
        tables.prepare_cached("DELETE FROM note WHERE position <= ?1")?.execute([position - NOTES])?;
        Ok(())
    }
}

/// Why what was folded could not be written or read.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeptError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Where an event is folded in.
struct Folded<'a> {
    tables: &'a Connection,
    stream: &'a str,
    revision: i64,
}

impl Folded<'_> {
    fn seat(&self, event: &seat::Event) -> Result<(), KeptError> {
        let (by, until) = match event {
            seat::Event::Taken { by, until } | seat::Event::Renewed { by, until } => {
                (by, Some(until.as_microsecond()))
            }
            seat::Event::GivenUp { by } | seat::Event::Lapsed { by } => (by, None),
        };
        let sql = "INSERT INTO seat VALUES (1, ?1, ?2, ?3)
                   ON CONFLICT (one) DO UPDATE SET revision = ?1, by = ?2, until = ?3";
        self.tables.prepare_cached(sql)?.execute(params![self.revision, by.to_string(), until])?;
        Ok(())
    }

    fn group(&self, event: &consumer_group::Event) -> Result<(), KeptError> {
        use consumer_group::Event;
        match event {
            Event::Made(made) => {
                let sql = "INSERT INTO consumer_group VALUES (?1, ?2, ?3, ?4)
                           ON CONFLICT (stream) DO UPDATE SET made = ?3, place = ?4";
                let place = made.place.map(|place| number(place.0));
                let facts = params![self.stream, self.revision, to_string(made)?, place];
                self.tables.prepare_cached(sql)?.execute(facts)?;
            }
            Event::Reached(reached) => self.reached(reached)?,
            Event::Rewound { place } => {
                let place = place.map(|place| number(place.0));
                let sql = "UPDATE consumer_group SET place = ?2 WHERE stream = ?1";
                self.tables.prepare_cached(sql)?.execute(params![self.stream, place])?;
                let sql = "DELETE FROM owed WHERE stream = ?1 AND position > ?2";
                self.tables.prepare_cached(sql)?.execute(params![self.stream, place.unwrap_or(0)])?;
            }
            Event::Discarded(what) => {
                self.done(what.position)?;
                let sql = "INSERT OR REPLACE INTO discarded VALUES (?1, ?2, ?3)";
                let facts = params![self.stream, number(what.position.0), to_string(what)?];
                self.tables.prepare_cached(sql)?.execute(facts)?;
            }
            Event::Ended {} => {
                for sql in [
                    "DELETE FROM owed WHERE stream = ?1",
                    "DELETE FROM discarded WHERE stream = ?1",
                    "UPDATE consumer_group SET made = '', place = NULL WHERE stream = ?1",
                ] {
                    self.tables.prepare_cached(sql)?.execute([self.stream])?;
                }
            }
        }
        let sql = "UPDATE consumer_group SET revision = ?2 WHERE stream = ?1";
        self.tables.prepare_cached(sql)?.execute(params![self.stream, self.revision])?;
        Ok(())
    }

    fn reached(&self, reached: &consumer_group::Reached) -> Result<(), KeptError> {
        let sql = "UPDATE consumer_group SET place = max(coalesce(place, 0), ?2) WHERE stream = ?1";
        if let Some(place) = reached.place {
            self.tables.prepare_cached(sql)?.execute(params![self.stream, number(place.0)])?;
        }
        for owed in &reached.owed {
            let facts = params![self.stream, number(owed.position.0), to_string(owed)?];
            let sql = "INSERT OR REPLACE INTO owed VALUES (?1, ?2, ?3)";
            self.tables.prepare_cached(sql)?.execute(facts)?;
        }
        reached.done.iter().try_for_each(|done| self.done(*done))
    }

    fn done(&self, position: Place) -> Result<(), KeptError> {
        let sql = "DELETE FROM owed WHERE stream = ?1 AND position = ?2";
        self.tables.prepare_cached(sql)?.execute(params![self.stream, number(position.0)])?;
        Ok(())
    }

    fn webhook(&self, event: &webhook::Event) -> Result<(), KeptError> {
        let kept = match event {
            webhook::Event::Registered(kept) | webhook::Event::Changed(kept) => to_string(kept)?,
            webhook::Event::Forgotten {} => String::new(),
        };
        let sql = "INSERT INTO webhook VALUES (?1, ?2, ?3)
                   ON CONFLICT (stream) DO UPDATE SET revision = ?2, kept = ?3";
        self.tables.prepare_cached(sql)?.execute(params![self.stream, self.revision, kept])?;
        Ok(())
    }
}

/// An empty view, for tests of what is folded into it.
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may stop at the first surprise")]
pub(crate) fn empty() -> Connection {
    let tables = Connection::open_in_memory().expect("memory");
    tables.execute_batch(CREATE).expect("tables");
    tables
}

/// Folds an event of a group into a view under test.
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may stop at the first surprise")]
pub(crate) fn fold(tables: &Connection, (stream, revision): (&str, u64), event: &consumer_group::Event) {
    Folded { tables, stream, revision: number(revision) }.group(event).expect("a fold");
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A stream and its last revision.
type At = (StreamName, Revision);

/// A group as the log keeps it.
#[derive(Debug, Clone)]
pub(crate) struct KeptGroup {
    /// What it is; none when it ended.
    pub(crate) made: Option<Made>,
    /// How far it is.
    pub(crate) place: Option<Place>,
    /// What it is owed from before that, in order.
    pub(crate) owed: Vec<Owed>,
    /// What was given up for good.
    pub(crate) discarded: Vec<Discarded>,
    /// Its stream.
    pub(crate) at: At,
}

impl KeptGroup {
    /// What the rule knows of it.
    pub(crate) const fn state(&self) -> <GroupRule as Decider>::State {
        match self.made {
            Some(_) => consumer_group::State::Open(self.place),
            None => consumer_group::State::Ended,
        }
    }
}

/// A webhook as the log keeps it.
#[derive(Debug, Clone)]
pub(crate) struct KeptWebhook {
    /// What it is; none when it was forgotten.
    pub(crate) kept: Option<Kept>,
    /// Its stream.
    pub(crate) at: At,
}

impl KeptWebhook {
    /// What the rule knows of it.
    pub(crate) const fn state(&self) -> <WebhookRule as Decider>::State {
        match self.kept {
            Some(_) => webhook::State::Kept,
            None => webhook::State::Forgotten,
        }
    }
}

/// What stands in a column that this view wrote itself.
fn unsound(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}

fn some<T: DeserializeOwned>(text: &str) -> rusqlite::Result<Option<T>> {
    if text.is_empty() { Ok(None) } else { from_str(text).map(Some).map_err(unsound) }
}

fn at(stream: &str, revision: i64) -> rusqlite::Result<At> {
    Ok((StreamName::parse(stream).map_err(unsound)?, Revision::new(revision.unsigned_abs())))
}

/// Whose the seat is, and the revision that says so.
pub(super) fn seat(tables: &Connection) -> rusqlite::Result<(seat::State, Option<Revision>)> {
    let row = tables
        .prepare_cached("SELECT revision, by, until FROM seat")?
        .query_row([], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<i64>>(2)?))
        })
        .optional()?;
    let Some((revision, by, until)) = row else { return Ok((seat::State::Vacant { last: None }, None)) };
    let by: Uuid = by.parse().map_err(unsound)?;
    let until: Option<Timestamp> = until.and_then(|until| Timestamp::from_microsecond(until).ok());
    let state = match until {
        Some(until) => seat::State::Held { by, until },
        None => seat::State::Vacant { last: Some(by) },
    };
    Ok((state, Some(Revision::new(revision.unsigned_abs()))))
}

/// How many of the events behind a position and up to another are the hub's own notes, which no group is owed.
pub(super) fn notes(tables: &Connection, (after, to): (u64, u64)) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM note WHERE position > ?1 AND position <= ?2";
    let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    Ok(tables.prepare_cached(sql)?.query_row([number(after), number(to)], count)?.unsigned_abs())
}

/// All groups, those that ended among them.
pub(crate) fn groups(tables: &Connection) -> rusqlite::Result<Vec<KeptGroup>> {
    let mut select = tables.prepare("SELECT stream, revision, made, place FROM consumer_group")?;
    let mut rows = select.query([])?;
    let mut groups = Vec::new();
    while let Some(row) = rows.next()? {
        let stream: String = row.get(0)?;
        groups.push(KeptGroup {
            made: some(row.get_ref(2)?.as_str()?)?,
            place: row.get::<_, Option<i64>>(3)?.map(|place| Place(place.unsigned_abs())),
            owed: all(tables, "SELECT owed FROM owed WHERE stream = ?1 ORDER BY position", &stream)?,
            discarded: all(tables, "SELECT what FROM discarded WHERE stream = ?1", &stream)?,
            at: at(&stream, row.get(1)?)?,
        });
    }
    Ok(groups)
}

fn all<T: DeserializeOwned>(tables: &Connection, sql: &str, stream: &str) -> rusqlite::Result<Vec<T>> {
    let mut select = tables.prepare_cached(sql)?;
    let rows = select.query_map([stream], |row| from_str(row.get_ref(0)?.as_str()?).map_err(unsound))?;
    rows.collect()
}

/// All webhooks, those that were forgotten among them.
pub(super) fn webhooks(tables: &Connection) -> rusqlite::Result<Vec<KeptWebhook>> {
    let mut select = tables.prepare("SELECT stream, revision, kept FROM webhook")?;
    let mut rows = select.query([])?;
    let mut webhooks = Vec::new();
    while let Some(row) = rows.next()? {
        let kept = some(row.get_ref(2)?.as_str()?)?;
        webhooks.push(KeptWebhook { kept, at: at(&row.get::<_, String>(0)?, row.get(1)?)? });
    }
    Ok(webhooks)
}
