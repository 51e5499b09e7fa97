//! What becomes of the events owed to a group: they come in from the log, go out to members one per stream, and leave
//! when they are acknowledged. Every step is a change of the tables that the caller commits; time is an argument.
//! Never here: the log, a socket, or who may do it.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::delivery::{DeliveryId, Due, Outcome};
use super::terms::Terms;

/// Events handed to a member in one commit at most.
const HANDFUL: u32 = 32;
/// Events owed at most: a group that owes as many reads no further.
pub(super) const MOST_OWED: i64 = 100_000;
/// Why an event failed when the member said nothing in time.
pub(super) const NO_ANSWER: &str = "NO_ANSWER";
/// Why an event failed when its member went.
pub(super) const MEMBER_LEFT: &str = "MEMBER_LEFT";

/// A member of a group, as the tables know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) group: i64,
    pub(super) member: i64,
}

/// A stretch of the log that was looked at, and what of it fits.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// The last position that was looked at before.
    pub(super) after: Option<u64>,
    /// The last one now.
    pub(super) to: u64,
    /// Position and stream of each event that fits, in order.
    pub(super) fits: Vec<(u64, String)>,
}

/// What a member got that asked for events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// These, at least one.
    Some(Vec<Due>),
    /// None is ready. `wake`: when a pause or a lease ends. `read`: whether the log should be looked at.
    None { wake: Option<i64>, read: bool },
    /// The group is gone.
    Gone,
}

pub(super) fn stored(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

/// The terms of a group that still exists, and how much it owes.
pub(super) fn terms(tables: &Connection, group: i64) -> rusqlite::Result<Option<(Terms, i64)>> {
    let sql = "SELECT attempts, first_pause, longest_pause, lease, owed FROM consumer_group WHERE id = ?1";
    let terms = |row: &Row<'_>| {
        let terms = Terms {
            attempts: row.get(0)?,
            first_pause: row.get(1)?,
            longest_pause: row.get(2)?,
            lease: row.get(3)?,
        };
        Ok((terms, row.get(4)?))
    };
    tables.prepare_cached(sql)?.query_row([group], terms).optional()
}

/// Takes up a stretch of the log. `false`: another member took it up before, or the group is gone; nothing changed.
///
/// Place and events move in one commit, so that a crash neither skips an event nor owes it twice.
pub(super) fn feed(tables: &Connection, group: i64, stretch: &Stretch) -> rusqlite::Result<bool> {
    let moved = tables
        .prepare_cached("UPDATE consumer_group SET read_to = ?3 WHERE id = ?1 AND read_to IS ?2")?
        .execute(params![group, stretch.after.map(stored), stored(stretch.to)])?;
    if moved == 0 {
        return Ok(false);
    }
    let mut insert = tables.prepare_cached(
        "INSERT INTO owed (grp, position, stream, standing) VALUES (?1, ?2, ?3,
         CASE WHEN EXISTS (SELECT 1 FROM owed WHERE grp = ?1 AND stream = ?3) THEN 'waiting' ELSE 'ready' END)",
    )?;
    for (position, stream) in &stretch.fits {
        insert.execute(params![group, stored(*position), stream])?;
    }
    Ok(true)
}

/// Hands ready events to a member that has room for `most` unanswered ones.
pub(super) fn take(tables: &Connection, seat: Seat, most: u32, now: i64) -> rusqlite::Result<Taken> {
    let Some((terms, owed)) = terms(tables, seat.group)? else { return Ok(Taken::Gone) };
    ripen(tables, seat.group, &terms, now)?;
    let held: u32 = tables
        .prepare_cached("SELECT count(*) FROM owed WHERE grp = ?1 AND standing = 'flight' AND member = ?2")?
        .query_row([seat.group, seat.member], |row| row.get(0))?;
    let room = most.saturating_sub(held).min(HANDFUL);
    let answer_by = now.saturating_add(terms.lease());
    let sql =
        "SELECT position, deliveries FROM owed WHERE grp = ?1 AND standing = 'ready' ORDER BY due, position
               LIMIT ?2";
    let ready: Vec<Due> = tables
        .prepare_cached(sql)?
        .query_map(params![seat.group, room], |row| {
            let id =
                DeliveryId { position: unsigned(row, 0)?, attempt: row.get::<_, u32>(1)?.saturating_add(1) };
            Ok(Due { id, answer_by })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut fly = tables.prepare_cached(
        "UPDATE owed SET standing = 'flight', deliveries = ?3, due = ?4, member = ?5 WHERE grp = ?1 AND position = ?2",
    )?;
    for due in &ready {
        fly.execute(params![seat.group, stored(due.id.position), due.id.attempt, answer_by, seat.member])?;
    }
    if !ready.is_empty() {
        return Ok(Taken::Some(ready));
    }
    let wake = tables
        .prepare_cached("SELECT min(due) FROM owed WHERE grp = ?1 AND standing IN ('flight', 'paused')")?
        .query_row([seat.group], |row| row.get(0))?;
    Ok(Taken::None { wake, read: room > 0 && owed < MOST_OWED })
}

/// What time has done: leases that lapsed are failures, pauses that ended make ready.
fn ripen(tables: &Connection, group: i64, terms: &Terms, now: i64) -> rusqlite::Result<()> {
    let lapsed: Vec<u64> = tables
        .prepare_cached("SELECT position FROM owed WHERE grp = ?1 AND standing = 'flight' AND due <= ?2")?
        .query_map([group, now], |row| unsigned(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    for position in lapsed {
        fail(
            tables,
            (group, position),
            &Failure { reason: NO_ANSWER, park: false, at_once: false },
            (terms, now),
        )?;
    }
    tables
        .prepare_cached(
            "UPDATE owed SET standing = 'ready', due = 0 WHERE grp = ?1 AND standing = 'paused' AND due <= ?2",
        )?
        .execute([group, now])?;
    Ok(())
}

/// How an event failed.
struct Failure<'a> {
    reason: &'a str,
    /// Without another attempt.
    park: bool,
    /// The first time without a pause: it is not the event that failed.
    at_once: bool,
}

fn fail(
    tables: &Connection,
    (group, position): (i64, u64),
    failure: &Failure<'_>,
    (terms, now): (&Terms, i64),
) -> rusqlite::Result<Outcome> {
    let failures: u32 = tables
        .prepare_cached("SELECT failures FROM owed WHERE grp = ?1 AND position = ?2")?
        .query_row([group, stored(position)], |row| row.get(0))?;
    let failures = failures.saturating_add(1);
    let given_up = failure.park || failures >= terms.attempts;
    let pauses = failures.saturating_sub(u32::from(failure.at_once));
    let again = now.saturating_add(terms.pause(pauses, (group, position)));
    let (standing, due) = if given_up { ("parked", now) } else { ("paused", again) };
    tables
        .prepare_cached(
            "UPDATE owed SET standing = ?3, due = ?4, failures = ?5, reason = ?6, member = NULL
             WHERE grp = ?1 AND position = ?2",
        )?
        .execute(params![group, stored(position), standing, due, failures, failure.reason])?;
    Ok(if given_up { Outcome::Parked } else { Outcome::Retrying })
}

/// An event is dealt with: it goes, and the next of its stream is ready.
pub(super) fn acknowledge(tables: &Connection, seat: Seat, id: DeliveryId) -> rusqlite::Result<Outcome> {
    let gone: Option<String> = tables
        .prepare_cached(
            "DELETE FROM owed WHERE grp = ?1 AND position = ?2 AND standing = 'flight' AND member = ?3
             AND deliveries = ?4 RETURNING stream",
        )?
        .query_row(params![seat.group, stored(id.position), seat.member, id.attempt], |row| row.get(0))
        .optional()?;
    let Some(stream) = gone else { return Ok(Outcome::NotYours) };
    promote(tables, seat.group, &stream)?;
    Ok(Outcome::Acknowledged)
}

/// Makes the first event of a stream ready when it was waiting.
pub(super) fn promote(tables: &Connection, group: i64, stream: &str) -> rusqlite::Result<()> {
    tables
        .prepare_cached(
            "UPDATE owed SET standing = 'ready' WHERE grp = ?1 AND standing = 'waiting' AND position =
             (SELECT min(position) FROM owed WHERE grp = ?1 AND stream = ?2)",
        )?
        .execute(params![group, stream])?;
    Ok(())
}

/// A member could not deal with an event.
pub(super) fn refuse(
    tables: &Connection,
    seat: Seat,
    id: DeliveryId,
    (reason, park): (&str, bool),
    now: i64,
) -> rusqlite::Result<Outcome> {
    let held = tables
        .prepare_cached(
            "SELECT 1 FROM owed WHERE grp = ?1 AND position = ?2 AND standing = 'flight' AND member = ?3
             AND deliveries = ?4",
        )?
        .exists(params![seat.group, stored(id.position), seat.member, id.attempt])?;
    match terms(tables, seat.group)? {
        Some((terms, _)) if held => {
            let failure = Failure { reason, park, at_once: false };
            fail(tables, (seat.group, id.position), &failure, (&terms, now))
        }
        Some(_) | None => Ok(Outcome::NotYours),
    }
}

/// Puts a paused event off until a moment, when its pause would end before.
pub(super) fn put_off(tables: &Connection, group: i64, position: u64, until: i64) -> rusqlite::Result<()> {
    tables
        .prepare_cached(
            "UPDATE owed SET due = max(due, ?3) WHERE grp = ?1 AND position = ?2 AND standing = 'paused'",
        )?
        .execute(params![group, stored(position), until])?;
    Ok(())
}

/// Goes back to a position: what lies behind it is owed no more, until it is read again. Tells how far it went back.
pub(super) fn rewind(tables: &Connection, group: i64, after: Option<u64>) -> rusqlite::Result<u64> {
    let reached = super::definition::read_to(tables, group)?;
    if reached <= after {
        return Ok(0);
    }
    tables
        .prepare_cached("DELETE FROM owed WHERE grp = ?1 AND position > ?2")?
        .execute(params![group, stored(after.unwrap_or(0))])?;
    tables
        .prepare_cached("UPDATE consumer_group SET read_to = ?2 WHERE id = ?1")?
        .execute(params![group, after.map(stored)])?;
    Ok(reached.unwrap_or(0).saturating_sub(after.unwrap_or(0)))
}

/// A member is gone: what it held goes to others. That is a failure like any other, or an event that kills its
/// reader would go round for ever; but after the first there is no pause.
pub(super) fn leave(tables: &Connection, seat: Seat, now: i64) -> rusqlite::Result<()> {
    let Some((terms, _)) = terms(tables, seat.group)? else { return Ok(()) };
    let held: Vec<u64> = tables
        .prepare_cached("SELECT position FROM owed WHERE grp = ?1 AND standing = 'flight' AND member = ?2")?
        .query_map([seat.group, seat.member], |row| unsigned(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    let failure = Failure { reason: MEMBER_LEFT, park: false, at_once: true };
    for position in held {
        fail(tables, (seat.group, position), &failure, (&terms, now))?;
    }
    Ok(())
}

/// Notes since when the group has no member; `None`: it has some.
pub(super) fn occupancy(tables: &Connection, group: i64, left_at: Option<i64>) -> rusqlite::Result<()> {
    tables
        .prepare_cached("UPDATE consumer_group SET left_at = ?2 WHERE id = ?1")?
        .execute(params![group, left_at])?;
    Ok(())
}
