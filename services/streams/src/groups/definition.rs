//! The groups themselves: made, found, listed and ended, and how each stands. Never here: the events they are owed.

use domain::ids::UnitId;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::engine::stored;
use super::error::GroupError;
use super::terms::Terms;

/// Groups of one unit at most.
pub const MOST_OF_A_UNIT: usize = 200;
/// Microseconds that an event may be parked before it is warned of: an hour.
const PARKED_TOO_LONG: i64 = 3_600_000_000;
/// Microseconds that a group may owe events without a member: 15 minutes.
const ALONE_TOO_LONG: i64 = 900_000_000;

/// A group as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The unit that owns it.
    pub unit: UnitId,
    /// Its name in the unit. Names of groups that the hub itself uses have a dot in them; users' have none.
    pub name: String,
    /// Which events, as the caller of [`super::Groups`] writes and reads it.
    pub filter: Vec<u8>,
    /// The words in which the start was asked for: the same words again ask for the same group.
    pub start: String,
    /// The position to start behind; none is the beginning.
    pub after: Option<u64>,
    /// How it treats what is not acknowledged.
    pub terms: Terms,
    /// The officer who makes it.
    pub by: String,
}

/// A group that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number in the file.
    pub(super) id: i64,
    /// The unit that owns it.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Which events.
    pub filter: Vec<u8>,
    /// How it treats what is not acknowledged.
    pub terms: Terms,
    /// When it was made, in microseconds.
    pub created_at: i64,
    /// Who made it.
    pub created_by: String,
    /// The last position it looked at.
    pub read_to: Option<u64>,
    start: String,
    left_at: Option<i64>,
    owed: u64,
    discarded: u64,
}

const COLUMNS: &str = "id, unit, name, filter, attempts, first_pause, longest_pause, lease, created_at, created_by, \
                       read_to, start, left_at, owed, discarded";

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        id: row.get(0)?,
        unit: row.get(1)?,
        name: row.get(2)?,
        filter: row.get(3)?,
        terms: Terms {
            attempts: row.get(4)?,
            first_pause: row.get(5)?,
            longest_pause: row.get(6)?,
            lease: row.get(7)?,
        },
        created_at: row.get(8)?,
        created_by: row.get(9)?,
        read_to: row.get::<_, Option<i64>>(10)?.map(i64::unsigned_abs),
        start: row.get(11)?,
        left_at: row.get(12)?,
        owed: row.get::<_, i64>(13)?.unsigned_abs(),
        discarded: row.get::<_, i64>(14)?.unsigned_abs(),
    })
}

pub(super) fn find(tables: &Connection, unit: &str, name: &str) -> rusqlite::Result<Option<Known>> {
    let sql = format!("SELECT {COLUMNS} FROM consumer_group WHERE unit = ?1 AND name = ?2");
    tables.prepare_cached(&sql)?.query_row([unit, name], known).optional()
}

/// The groups of a unit by name, or of all units; never those that the hub itself uses, unless `own`.
pub(super) fn list(tables: &Connection, unit: Option<&str>, own: bool) -> rusqlite::Result<Vec<Known>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM consumer_group WHERE (?1 IS NULL OR unit = ?1) AND (?2 OR instr(name, '.') = 0)
         ORDER BY unit, name"
    );
    tables.prepare_cached(&sql)?.query_map(params![unit, own], known)?.collect()
}

/// The last position that a group has looked at; none at the beginning, or when the group is gone.
pub(super) fn read_to(tables: &Connection, group: i64) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT read_to FROM consumer_group WHERE id = ?1";
    let known: Option<Option<i64>> =
        tables.prepare_cached(sql)?.query_row([group], |row| row.get(0)).optional()?;
    Ok(known.flatten().map(i64::unsigned_abs))
}

/// Makes a group, or finds that it was made before in the same words.
pub(super) fn create(
    tables: &Connection,
    wanted: &Definition,
    now: i64,
) -> rusqlite::Result<Result<Known, GroupError>> {
    if let Some(there) = find(tables, wanted.unit.as_str(), &wanted.name)? {
        let same =
            there.filter == wanted.filter && there.terms == wanted.terms && there.start == wanted.start;
        return Ok(if same { Ok(there) } else { Err(GroupError::Exists(wanted.name.clone())) });
    }
    if list(tables, Some(wanted.unit.as_str()), true)?.len() >= MOST_OF_A_UNIT {
        return Ok(Err(GroupError::TooMany(MOST_OF_A_UNIT)));
    }
    let terms = wanted.terms;
    let sql = "INSERT INTO consumer_group (unit, name, filter, start, attempts, first_pause, longest_pause, lease,
               created_at, created_by, read_to, left_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?9)";
    tables.execute(
        sql,
        params![
            wanted.unit.as_str(),
            wanted.name,
            wanted.filter,
            wanted.start,
            terms.attempts,
            terms.first_pause,
            terms.longest_pause,
            terms.lease,
            now,
            wanted.by,
            wanted.after.map(stored),
        ],
    )?;
    let made = find(tables, wanted.unit.as_str(), &wanted.name)?;
    Ok(made.ok_or_else(|| GroupError::Unknown(wanted.name.clone())))
}

/// Forgets a group and everything it is owed.
pub(super) fn delete(tables: &Connection, group: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM owed WHERE grp = ?1",
        "DELETE FROM discarded WHERE grp = ?1",
        "DELETE FROM consumer_group WHERE id = ?1",
    ] {
        tables.execute(sql, [group])?;
    }
    Ok(())
}

/// What is wrong with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// An event has been parked for too long.
    Parked,
    /// Events are owed and there has been no member for too long.
    NoMembers,
    /// It owes so much that it reads no further.
    Full,
}

impl Warning {
    /// Its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Warning::Parked => "parked",
            Warning::NoMembers => "no-members",
            Warning::Full => "full",
        }
    }
}

/// How a group stands; counts are events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Delivered and not answered.
    pub in_flight: u64,
    /// Waiting for their retry.
    pub retrying: u64,
    /// Given up until somebody replays or discards them.
    pub parked: u64,
    /// Waiting behind another of their stream.
    pub waiting: u64,
    /// All that are owed, those of the other counts among them.
    pub owed: u64,
    /// Given up for good.
    pub discarded: u64,
    /// Since when the one parked longest is, in microseconds.
    pub parked_since: Option<i64>,
    /// Since when there is no member, in microseconds; none while there is one.
    pub left_at: Option<i64>,
}

impl Standing {
    /// What is wrong, when the log has `unread` events that the group has not looked at.
    #[must_use]
    pub fn warnings(&self, unread: u64, now: i64) -> Vec<Warning> {
        let over =
            |since: Option<i64>, most: i64| since.is_some_and(|since| now.saturating_sub(since) > most);
        let mut warnings = Vec::new();
        if over(self.parked_since, PARKED_TOO_LONG) {
            warnings.push(Warning::Parked);
        }
        if self.owed.saturating_add(unread) > 0 && over(self.left_at, ALONE_TOO_LONG) {
            warnings.push(Warning::NoMembers);
        }
        if self.owed >= super::engine::MOST_OWED.unsigned_abs() {
            warnings.push(Warning::Full);
        }
        warnings
    }
}

pub(super) fn standing(tables: &Connection, group: &Known) -> rusqlite::Result<Standing> {
    let mut standing = Standing {
        owed: group.owed,
        discarded: group.discarded,
        left_at: group.left_at,
        ..Standing::default()
    };
    let sql = "SELECT standing, count(*), min(due) FROM owed WHERE grp = ?1 GROUP BY standing";
    let mut rows = tables.prepare_cached(sql)?;
    let mut rows = rows.query([group.id])?;
    while let Some(row) = rows.next()? {
        let count = row.get::<_, i64>(1)?.unsigned_abs();
        match row.get_ref(0)?.as_str()? {
            "flight" => standing.in_flight = count,
            "paused" => standing.retrying = count,
            "waiting" => standing.waiting = count,
            "parked" => (standing.parked, standing.parked_since) = (count, row.get(2)?),
            _ => {}
        }
    }
    Ok(standing)
}
