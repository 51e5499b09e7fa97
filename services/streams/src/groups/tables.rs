//! The tables of the groups: positions, counts and reasons. Never here: what is in an event; that is read from the log
//! and shown through need-to-know when it is sent.

use hub::kept::Shape;
use rusqlite::Connection;

/// The file.
pub(super) const SHAPE: Shape = Shape { name: "groups.db", number: 1, create: CREATE };

/// A row of `owed` is one event that the group must still deal with. Its standing:
///
/// ```text
/// waiting --head of its stream--> ready --taken--> flight --acknowledged--> (row gone)
///                                   ^                 | refused, no answer, member gone
///                                   |                 v
///                                   +---- due ---- paused --last attempt--> parked --discarded--> (row gone)
///                                   +------------------------ replayed ---------+
/// ```
///
/// `due` is when a paused event is tried again, when the answer to one in flight is late, since when one is parked;
/// else 0. Only the first row of a stream is ever anything but `waiting`.
const CREATE: &str = "
CREATE TABLE consumer_group (
    id            INTEGER PRIMARY KEY,
    unit          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    filter        BLOB    NOT NULL,
    start         TEXT    NOT NULL,
    attempts      INTEGER NOT NULL,
    first_pause   INTEGER NOT NULL,
    longest_pause INTEGER NOT NULL,
    lease         INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    created_by    TEXT    NOT NULL,
    read_to       INTEGER,
    left_at       INTEGER,
    owed          INTEGER NOT NULL DEFAULT 0,
    discarded     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (unit, name)
) STRICT;
CREATE TABLE owed (
    grp        INTEGER NOT NULL REFERENCES consumer_group (id),
    position   INTEGER NOT NULL,
    stream     TEXT    NOT NULL,
    standing   TEXT    NOT NULL CHECK (standing IN ('ready', 'flight', 'paused', 'waiting', 'parked')),
    deliveries INTEGER NOT NULL DEFAULT 0,
    failures   INTEGER NOT NULL DEFAULT 0,
    due        INTEGER NOT NULL DEFAULT 0,
    member     INTEGER,
    reason     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (grp, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX owed_by_stream ON owed (grp, stream, position);
CREATE INDEX owed_by_standing ON owed (grp, standing, due, position);
CREATE TABLE discarded (
    grp      INTEGER NOT NULL,
    position INTEGER NOT NULL,
    stream   TEXT    NOT NULL,
    failure  TEXT    NOT NULL,
    by       TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (grp, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER owed_more AFTER INSERT ON owed
    BEGIN UPDATE consumer_group SET owed = owed + 1 WHERE id = NEW.grp; END;
CREATE TRIGGER owed_less AFTER DELETE ON owed
    BEGIN UPDATE consumer_group SET owed = owed - 1 WHERE id = OLD.grp; END;
";

/// Settles what the last holder left: nobody is a member any more, so what was in flight is ready again. That counts
/// as no failure of the event.
pub(super) fn settle(tables: &Connection, now: i64) -> rusqlite::Result<()> {
    tables.execute(
        "UPDATE owed SET standing = 'ready', due = 0, member = NULL WHERE standing = 'flight'",
        [],
    )?;
    tables.execute("UPDATE consumer_group SET left_at = ?1 WHERE left_at IS NULL", [now])?;
    Ok(())
}
