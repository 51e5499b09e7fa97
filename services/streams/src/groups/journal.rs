//! What changed in the tables of the groups since it was last written to the log, and the tables as the log has them for
//! an instance that takes the seat after another. Never here: the log itself, or when it is written.
//!
//! The tables are the working memory of whoever holds the seat. Triggers note which events a change touched; what is
//! written is how these stand now, so that an event that came and was acknowledged in between costs nothing but the
//! place. The notes live as long as the connection: who takes the seat compares everything once.
//!
//! Crash story. Changes are taken out of the notes after the log has acknowledged them. Die in between: the same is
//! written again by the next holder or not at all, and says the same. Die before: the place in the log is older than
//! the tables; on the same disk the tables go on, elsewhere what lies behind the place is delivered once more.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::consumer_group::{Command, Discarded, Made, Owed, Place, Reached, Standing, stream};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::engine::stored;
use crate::deliveries::KeptGroup;

/// Events of one group whose change is written at once at most; the rest follows.
const MOST: i64 = 2_000;
/// Events in one event of the log at most.
const IN_ONE: usize = 500;
/// How far a group that was delivered nothing goes before its place is written. Places of groups are events too, so
/// it grows with the number of groups: else they would write because of each other for ever.
const BARE: i64 = 1_000;
/// See [`BARE`].
const BARE_OF_EACH: i64 = 20;

const NOTES: &str = "
CREATE TEMP TABLE IF NOT EXISTS unsaid (grp INTEGER, position INTEGER, mark INTEGER, PRIMARY KEY (grp, position))
    WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS unsaid_discard (grp INTEGER, position INTEGER, PRIMARY KEY (grp, position))
    WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS gone (stream TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS said_group (stream TEXT PRIMARY KEY, grp INTEGER, place INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS unsaid_group (stream TEXT PRIMARY KEY, grp INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS said (grp INTEGER, position INTEGER, how TEXT, PRIMARY KEY (grp, position))
    WITHOUT ROWID;
CREATE TEMP TRIGGER IF NOT EXISTS unsaid_insert AFTER INSERT ON main.owed
    BEGIN INSERT OR REPLACE INTO unsaid VALUES (NEW.grp, NEW.position, random()); END;
CREATE TEMP TRIGGER IF NOT EXISTS unsaid_update AFTER UPDATE ON main.owed
    BEGIN INSERT OR REPLACE INTO unsaid VALUES (NEW.grp, NEW.position, random()); END;
CREATE TEMP TRIGGER IF NOT EXISTS unsaid_delete AFTER DELETE ON main.owed
    BEGIN INSERT OR REPLACE INTO unsaid VALUES (OLD.grp, OLD.position, random()); END;
CREATE TEMP TRIGGER IF NOT EXISTS discard_insert AFTER INSERT ON main.discarded
    BEGIN INSERT OR IGNORE INTO unsaid_discard VALUES (NEW.grp, NEW.position); END;
CREATE TEMP TRIGGER IF NOT EXISTS group_delete AFTER DELETE ON main.consumer_group
    BEGIN
        INSERT OR IGNORE INTO gone SELECT stream FROM said_group WHERE grp = OLD.id;
        INSERT OR IGNORE INTO gone SELECT stream FROM unsaid_group WHERE grp = OLD.id;
        UPDATE said_group SET grp = NULL WHERE grp = OLD.id;
        DELETE FROM unsaid_group WHERE grp = OLD.id;
        DELETE FROM said WHERE grp = OLD.id;
        DELETE FROM unsaid WHERE grp = OLD.id;
        DELETE FROM unsaid_discard WHERE grp = OLD.id;
    END;
DELETE FROM unsaid;
DELETE FROM unsaid_discard;
DELETE FROM gone;
DELETE FROM said_group;
DELETE FROM unsaid_group;
DELETE FROM said;
";

/// A change of a group to be written, in the order of the fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Note {
    /// Its stream.
    pub(crate) stream: String,
    /// It ended, and may have been made anew.
    pub(crate) end: bool,
    /// It was made.
    pub(crate) make: Option<Box<Made>>,
    /// It was put back.
    pub(crate) rewind: Option<Option<Place>>,
    /// What was discarded.
    pub(crate) discards: Vec<Discarded>,
    /// How far it is.
    pub(crate) reached: Vec<Reached>,
    /// Its number in the file; none when it is gone.
    group: Option<i64>,
    /// The touched events that this covers, each with the mark of its last change.
    marks: Vec<(i64, i64)>,
}

impl Note {
    /// The commands that write it, in their order; `open` is whether the group is there, as the log has it. What an
    /// append whose answer was lost has done already is not done again.
    pub(crate) fn commands(&self, open: bool) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.end && open {
            commands.push(Command::End);
        }
        commands.extend(self.make.clone().filter(|_| self.end || !open).map(Command::Make));
        commands.extend(self.rewind.map(Command::Rewind));
        commands.extend(self.discards.iter().cloned().map(|what| Command::Discard(Box::new(what))));
        commands.extend(self.reached.iter().cloned().map(Command::Reach));
        commands
    }
}

/// Begins to note changes, from what the log has, after the tables were made what the log has. Groups from `earlier`, before
/// the log had any, stay beside those; one that the log has too is as the log has it.
pub(super) fn begin(
    tables: &Connection,
    kept: &[KeptGroup],
    (earlier, now): (bool, i64),
) -> rusqlite::Result<()> {
    tables.execute_batch(NOTES)?;
    let open = || kept.iter().filter_map(|group| group.made.as_ref().map(|made| (group, made)));
    if !earlier {
        for table in ["owed", "discarded", "consumer_group"] {
            tables.execute(&format!("DELETE FROM main.{table}"), [])?;
        }
    }
    for (group, made) in open() {
        if let Some(known) = super::definition::find(tables, made.unit.as_str(), &made.name)? {
            for sql in ["owed WHERE grp", "discarded WHERE grp", "consumer_group WHERE id"] {
                tables.execute(&format!("DELETE FROM main.{sql} = ?1"), [known.id])?;
            }
        }
        adopt(tables, group, made, now)?;
    }
    for (group, made) in open() {
        let known = super::definition::find(tables, made.unit.as_str(), &made.name)?;
        let number = known.map(|known| known.id);
        let place = group.place.map(|place| stored(place.0));
        let key = group.at.0.as_str();
        tables
            .prepare_cached("INSERT INTO said_group VALUES (?1, ?2, ?3)")?
            .execute(params![key, number, place])?;
        let Some(number) = number else {
            tables.prepare_cached("INSERT OR IGNORE INTO gone VALUES (?1)")?.execute([key])?;
            continue;
        };
        for owed in &group.owed {
            say(tables, number, owed)?;
        }
    }
    tables.execute_batch(
        "INSERT OR IGNORE INTO unsaid SELECT grp, position, random() FROM main.owed;
         INSERT OR IGNORE INTO unsaid SELECT grp, position, random() FROM said;
         INSERT OR IGNORE INTO unsaid_discard SELECT grp, position FROM main.discarded;",
    )?;
    for (group, _) in open() {
        let sql = "DELETE FROM unsaid_discard WHERE position = ?2
                   AND grp = (SELECT grp FROM said_group WHERE stream = ?1)";
        for what in &group.discarded {
            tables.prepare_cached(sql)?.execute(params![group.at.0.as_str(), stored(what.position.0)])?;
        }
    }
    Ok(())
}

/// Writes a group that is not in the tables into them, as the log has it.
fn adopt(tables: &Connection, group: &KeptGroup, made: &Made, now: i64) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO consumer_group (unit, name, filter, start, attempts, first_pause, longest_pause, lease,
               created_at, created_by, read_to, left_at, discarded)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    tables.prepare_cached(sql)?.execute(params![
        made.unit.as_str(),
        made.name,
        STANDARD.decode(&made.filter).unwrap_or_default(),
        made.start,
        made.attempts,
        made.first_pause,
        made.longest_pause,
        made.lease,
        made.at.as_microsecond(),
        made.by,
        group.place.map(|place| stored(place.0)),
        now,
        stored(group.discarded.len() as u64),
    ])?;
    let number = tables.last_insert_rowid();
    let sql = "INSERT INTO owed (grp, position, stream, standing, deliveries, failures, due, reason)
               VALUES (?1, ?2, ?3,
               CASE WHEN EXISTS (SELECT 1 FROM owed WHERE grp = ?1 AND stream = ?3) THEN 'waiting' ELSE ?4 END,
               ?5, ?6, ?7, ?8)";
    for owed in &group.owed {
        let standing = match owed.standing {
            Standing::Open => "ready",
            Standing::Paused => "paused",
            Standing::Parked => "parked",
        };
        let due = owed.due.map_or(0, Timestamp::as_microsecond);
        let (position, failures) = (stored(owed.position.0), owed.failures);
        let facts =
            params![number, position, owed.stream, standing, owed.deliveries, failures, due, owed.reason];
        tables.prepare_cached(sql)?.execute(facts)?;
    }
    let sql = "INSERT INTO discarded VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    for what in &group.discarded {
        let (position, at) = (stored(what.position.0), what.at.as_microsecond());
        let facts = params![number, position, what.stream, what.failure, what.by, what.reason, at];
        tables.prepare_cached(sql)?.execute(facts)?;
    }
    Ok(())
}

/// Remembers what the log says of an owed event.
fn say(tables: &Connection, group: i64, owed: &Owed) -> rusqlite::Result<()> {
    tables.prepare_cached("INSERT OR REPLACE INTO said VALUES (?1, ?2, ?3)")?.execute(params![
        group,
        stored(owed.position.0),
        how(owed)
    ])?;
    Ok(())
}

/// How an owed event stands, so that two standings can be compared.
fn how(owed: &Owed) -> String {
    let due = owed.due.map_or(0, Timestamp::as_microsecond);
    format!("{:?} {} {} {due} {}", owed.standing, owed.deliveries, owed.failures, owed.reason)
}

/// Everything that is to be written; `places` too of groups that were delivered something, all of which is done with.
pub(super) fn notes(tables: &Connection, places: bool) -> rusqlite::Result<Vec<Note>> {
    let mut notes: Vec<Note> = tables
        .prepare_cached("SELECT stream FROM gone")?
        .query_map([], |row| Ok(Note { stream: row.get(0)?, end: true, ..Note::default() }))?
        .collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT g.id, g.unit, g.name, g.read_to, s.place, s.stream IS NOT NULL
               FROM main.consumer_group AS g LEFT JOIN said_group AS s ON s.grp = g.id
               WHERE s.stream IS NULL OR EXISTS (SELECT 1 FROM unsaid AS u WHERE u.grp = g.id AND (?3
                   OR EXISTS (SELECT 1 FROM said WHERE grp = g.id AND position = u.position)
                   OR EXISTS (SELECT 1 FROM main.owed WHERE grp = g.id AND position = u.position)))
               OR EXISTS (SELECT 1 FROM unsaid_discard WHERE grp = g.id)
               OR coalesce(g.read_to, 0) < coalesce(s.place, 0)
               OR coalesce(g.read_to, 0) - coalesce(s.place, 0) >=
                  ?1 + ?2 * (SELECT count(*) FROM main.consumer_group)";
    let found: Vec<Found> = tables
        .prepare_cached(sql)?
        .query_map(params![BARE, BARE_OF_EACH, places], found)?
        .collect::<rusqlite::Result<_>>()?;
    for group in found {
        let note = noted(tables, &group)?;
        match notes.iter_mut().find(|other| other.stream == note.stream) {
            Some(ended) => *ended = Note { end: true, ..note },
            None => notes.push(note),
        }
    }
    for note in &notes {
        let Some(group) = note.group else { continue };
        if note.make.is_some() {
            // Whether or not an answer comes: when it is deleted before one does, the log may have it to end.
            let sql = "INSERT OR REPLACE INTO unsaid_group VALUES (?1, ?2)";
            tables.prepare_cached(sql)?.execute(params![note.stream, group])?;
        }
        if let Some(to) = note.rewind {
            // The log forgets what it was owed behind that place.
            let sql = "UPDATE said SET how = '' WHERE grp = ?1 AND position > ?2";
            tables.prepare_cached(sql)?.execute([group, to.map_or(0, |to| stored(to.0))])?;
        }
        // Whether or not an answer comes: what the log may have of them is said to be done later, or said anew.
        for owed in note.reached.iter().flat_map(|reached| &reached.owed) {
            let sql = "INSERT OR IGNORE INTO said VALUES (?1, ?2, '')";
            tables.prepare_cached(sql)?.execute([group, stored(owed.position.0)])?;
        }
    }
    Ok(notes)
}

/// A group about which there is something to write.
struct Found {
    id: i64,
    unit: String,
    name: String,
    read_to: Option<Place>,
    said: Option<Place>,
    known: bool,
}

fn place_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Place>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(|place| Place(place.unsigned_abs())))
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        id: row.get(0)?,
        unit: row.get(1)?,
        name: row.get(2)?,
        read_to: place_in(row, 3)?,
        said: place_in(row, 4)?,
        known: row.get(5)?,
    })
}

fn noted(tables: &Connection, group: &Found) -> rusqlite::Result<Note> {
    let mut note =
        Note { stream: stream(&group.unit, &group.name), group: Some(group.id), ..Note::default() };
    let mut place = group.said;
    if !group.known {
        place = before_all(tables, group)?;
        note.make = made(tables, group, place)?;
    } else if group.read_to < place {
        (note.rewind, place) = (Some(group.read_to), group.read_to);
    }
    note.discards = discards(tables, group.id)?;
    let (marks, owed, done) = touched(tables, group.id)?;
    // What was not looked at yet lies behind the last that was, so the place stops there.
    let cut = marks.len() >= usize::try_from(MOST).unwrap_or(usize::MAX);
    let last = marks.last().map(|(position, _)| Place(position.unsigned_abs()));
    let to = if cut { last.min(group.read_to).max(place) } else { group.read_to };
    for some in owed.chunks(IN_ONE) {
        let last = some.last().map(|owed| owed.position);
        place = place.max(last);
        note.reached.push(Reached { place, owed: some.to_vec(), done: Vec::new() });
    }
    for some in done.chunks(IN_ONE) {
        note.reached.push(Reached { place, owed: Vec::new(), done: some.to_vec() });
    }
    match note.reached.last_mut() {
        Some(last) => last.place = to,
        None => note.reached.push(Reached { place: to, ..Reached::default() }),
    }
    note.marks = marks;
    Ok(note)
}

/// The place before everything that a group is owed, or where it is when it is owed nothing.
fn before_all(tables: &Connection, group: &Found) -> rusqlite::Result<Option<Place>> {
    let first: Option<i64> = tables
        .prepare_cached("SELECT min(position) FROM main.owed WHERE grp = ?1")?
        .query_row([group.id], |row| row.get(0))?;
    Ok(match first {
        Some(first) => Some(first.saturating_sub(1).unsigned_abs()).filter(|place| *place > 0).map(Place),
        None => group.read_to,
    })
}

fn made(tables: &Connection, group: &Found, place: Option<Place>) -> rusqlite::Result<Option<Box<Made>>> {
    let sql = "SELECT filter, start, attempts, first_pause, longest_pause, lease, created_at, created_by
               FROM main.consumer_group WHERE id = ?1";
    let Ok(unit) = group.unit.parse() else {
        tracing::error!(target: "groups", unit = group.unit, group = group.name, "a group of no unit stays here");
        return Ok(None);
    };
    let made = |row: &Row<'_>| {
        Ok(Box::new(Made {
            unit,
            name: group.name.clone(),
            filter: STANDARD.encode(row.get::<_, Vec<u8>>(0)?),
            start: row.get(1)?,
            attempts: row.get(2)?,
            first_pause: row.get(3)?,
            longest_pause: row.get(4)?,
            lease: row.get(5)?,
            at: Timestamp::from_microsecond(row.get(6)?).unwrap_or_default(),
            by: row.get(7)?,
            place,
        }))
    };
    tables.prepare_cached(sql)?.query_row([group.id], made).optional()
}

fn discards(tables: &Connection, group: i64) -> rusqlite::Result<Vec<Discarded>> {
    let sql =
        "SELECT position, stream, failure, by, reason, at FROM main.discarded WHERE grp = ?1 AND position IN
               (SELECT position FROM unsaid_discard WHERE grp = ?1) ORDER BY position";
    let what = |row: &Row<'_>| {
        Ok(Discarded {
            position: Place(row.get::<_, i64>(0)?.unsigned_abs()),
            stream: row.get(1)?,
            failure: row.get(2)?,
            by: row.get(3)?,
            reason: row.get(4)?,
            at: Timestamp::from_microsecond(row.get(5)?).unwrap_or_default(),
        })
    };
    tables.prepare_cached(sql)?.query_map([group], what)?.collect()
}

/// Touched events with their marks, how those stand that are owed still, and which the log has and are owed no more.
type Touched = (Vec<(i64, i64)>, Vec<Owed>, Vec<Place>);

fn touched(tables: &Connection, group: i64) -> rusqlite::Result<Touched> {
    let sql =
        "SELECT u.position, u.mark, s.how, o.stream, o.standing, o.deliveries, o.failures, o.due, o.reason
               FROM unsaid AS u LEFT JOIN said AS s USING (grp, position)
               LEFT JOIN main.owed AS o ON o.grp = u.grp AND o.position = u.position
               WHERE u.grp = ?1 ORDER BY u.position LIMIT ?2";
    let (mut marks, mut owed, mut done) = (Vec::new(), Vec::new(), Vec::new());
    let mut select = tables.prepare_cached(sql)?;
    let mut rows = select.query([group, MOST])?;
    while let Some(row) = rows.next()? {
        let position: i64 = row.get(0)?;
        marks.push((position, row.get(1)?));
        let said: Option<String> = row.get(2)?;
        match still_owed(row, position)? {
            Some(now) if said.as_deref() != Some(&how(&now)) => owed.push(now),
            None if said.is_some() => done.push(Place(position.unsigned_abs())),
            Some(_) | None => {}
        }
    }
    Ok((marks, owed, done))
}

fn still_owed(row: &Row<'_>, position: i64) -> rusqlite::Result<Option<Owed>> {
    let Some(stream) = row.get(3)? else { return Ok(None) };
    let standing = match row.get_ref(4)?.as_str()? {
        "paused" => Standing::Paused,
        "parked" => Standing::Parked,
        _ => Standing::Open,
    };
    let due = match standing {
        Standing::Open => None,
        Standing::Paused | Standing::Parked => Timestamp::from_microsecond(row.get(7)?).ok(),
    };
    Ok(Some(Owed {
        position: Place(position.unsigned_abs()),
        stream,
        standing,
        deliveries: row.get(5)?,
        failures: row.get(6)?,
        due,
        reason: row.get(8)?,
    }))
}

/// A note is in the log.
pub(super) fn written(tables: &Connection, note: &Note) -> rusqlite::Result<()> {
    tables.prepare_cached("DELETE FROM unsaid_group WHERE stream = ?1")?.execute([&note.stream])?;
    if note.end {
        tables.prepare_cached("DELETE FROM said_group WHERE stream = ?1")?.execute([&note.stream])?;
        tables.prepare_cached("DELETE FROM gone WHERE stream = ?1")?.execute([&note.stream])?;
    }
    let Some(group) = note.group else { return Ok(()) };
    let place = note.reached.last().and_then(|last| last.place).map(|place| stored(place.0));
    tables.prepare_cached("INSERT OR REPLACE INTO said_group VALUES (?1, ?2, ?3)")?.execute(params![
        note.stream,
        group,
        place
    ])?;
    for reached in &note.reached {
        for owed in &reached.owed {
            say(tables, group, owed)?;
        }
        for done in &reached.done {
            let sql = "DELETE FROM said WHERE grp = ?1 AND position = ?2";
            tables.prepare_cached(sql)?.execute(params![group, stored(done.0)])?;
        }
    }
    for (position, mark) in &note.marks {
        let sql = "DELETE FROM unsaid WHERE grp = ?1 AND position = ?2 AND mark = ?3";
        tables.prepare_cached(sql)?.execute([group, *position, *mark])?;
    }
    for what in &note.discards {
        let sql = "DELETE FROM unsaid_discard WHERE grp = ?1 AND position = ?2";
        tables.prepare_cached(sql)?.execute(params![group, stored(what.position.0)])?;
    }
    Ok(())
}
