//! The file: how it is made, recognised and opened.
//!
//! Must never be here: appends or reads. Changes of the table bump `SCHEMA` and bring the step
//! from the former one; events themselves are never rewritten.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use uuid::Uuid;

use super::{SqliteOptions, failing, outage, prepare};
use crate::error::{OpenError, Outage};

/// `SFGD`.
const APPLICATION: u32 = 0x5346_4744;
/// The schema this release writes, kept as `user_version`.
const SCHEMA: u32 = 1;

const NOT_SQLITE: &str = "its first bytes are not those of an SQLite file; if it once was a log \
     it is damaged, so restore the newest good backup";

const CREATE: &str = "
BEGIN;
CREATE TABLE event (
    position    INTEGER PRIMARY KEY,
    stream      TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    id          BLOB    NOT NULL,
    kind        TEXT    NOT NULL,
    data        TEXT    NOT NULL,
    metadata    TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (stream, revision)
) STRICT;
CREATE VIEW history AS
    SELECT position, stream, revision, kind, lower(hex(id)) AS id,
           datetime(recorded_at / 1000000, 'unixepoch') || 'Z' AS recorded_at, data, metadata
    FROM event;
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_never_vanishes BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
COMMIT;
";

/// Opens the log at this path for its writer, and makes it when there is none.
pub(super) fn open(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let exists = recognise(path)?;
    if options.read_only {
        if !exists {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        let conn = reader(path, options).map_err(|error| refused(path, &error))?;
        probe(&conn, path)?;
        return Ok(conn);
    }
    if !exists {
        create(path)?;
    }
    let conn = writer(path, options).map_err(|error| refused(path, &error))?;
    if conn.is_readonly("main").unwrap_or(false) {
        return Err(unavailable(path, Outage::ReadOnly));
    }
    probe(&conn, path)?;
    Ok(conn)
}

/// A connection that may write. FULL: a commit returns after the WAL is on disk. No commit moves the WAL into the file,
/// see [`super::checkpoint`].
pub(super) fn writer(path: &Path, options: &SqliteOptions) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn, options, 16 * 1024)?;
    conn.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
         PRAGMA journal_size_limit=67108864;",
    )?;
    if let Some(pages) = options.page_limit {
        conn.execute_batch(&format!("PRAGMA max_page_count={pages};"))?;
    }
    Ok(conn)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path, options: &SqliteOptions) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn, options, 4 * 1024)?;
    Ok(conn)
}

/// Whether there is a log. Looks at the header through a connection that takes the file as
/// immutable: it creates nothing beside, and repairs nothing in, a file that is not ours.
///
/// Never open the file here by other means: when a process closes any handle of a file, the
/// system drops all its locks on it, also those of another `EventLog` on the same file.
fn recognise(path: &Path) -> Result<bool, OpenError> {
    let length = match fs::metadata(path) {
        Ok(found) if found.is_file() => found.len(),
        Ok(_) => {
            let reason = failing(&"it is not a file");
            return Err(unavailable(path, reason));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unavailable(path, failing(&error))),
    };
    if length == 0 {
        // Made by us it is never empty, see `create`; so something emptied it.
        return Err(damaged(path, "the file is empty"));
    }
    let foreign = |found: String| OpenError::Foreign { path: path.to_owned(), found };
    let (application, schema) = header(path).map_err(|error| {
        if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) {
            foreign(NOT_SQLITE.to_owned())
        } else {
            refused(path, &error)
        }
    })?;
    if application != APPLICATION && length < 512 {
        return Err(damaged(path, "the file ends within its header"));
    }
    if application != APPLICATION {
        return Err(foreign(format!(
            "an SQLite file of another program, application id {application:#010x}"
        )));
    }
    known(path, schema)?;
    Ok(true)
}

/// The application id and the schema.
fn header(path: &Path) -> rusqlite::Result<(u32, u32)> {
    let mut uri = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(uri, flags)?;
    // While another connection moves its WAL into the file, that is shorter than its header says, which is no damage; the
    // engine takes it for one unless it is told that somebody repairs. Nothing is written by this connection.
    if has_wal(path) {
        conn.execute_batch("PRAGMA writable_schema=ON")?;
    }
    let number = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, u32>(0));
    Ok((number("application_id")?, number("user_version")?))
}

/// Whether there is a WAL with something in it.
fn has_wal(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    fs::metadata(wal).is_ok_and(|wal| wal.len() > 0)
}

fn known(path: &Path, found: u32) -> Result<(), OpenError> {
    if found > SCHEMA {
        return Err(OpenError::NewerSchema { path: path.to_owned(), found, known: SCHEMA });
    }
    if found < SCHEMA {
        return Err(damaged(path, "it has no schema"));
    }
    Ok(())
}

/// A quick look that costs the same at any length: the schema, both ends of the table and of its
/// index. The engine itself refuses a file shorter than it should be, unless there is a WAL, which may
/// hold what is missing. `check` looks at everything.
fn probe(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let looked = || -> rusqlite::Result<u32> {
        for order in ["position", "position DESC", "stream", "stream DESC"] {
            let columns = "position, stream, revision, id, kind, data, metadata, recorded_at";
            let sql = format!("SELECT {columns} FROM event ORDER BY {order} LIMIT 1");
            conn.prepare(&sql)?.query(())?.next()?;
        }
        conn.pragma_query_value(None, "user_version", |row| row.get(0))
    };
    let schema = looked().map_err(|error| {
        let missing = matches!(&error, rusqlite::Error::SqlInputError { .. });
        if missing { damaged(path, &error.to_string()) } else { refused(path, &error) }
    })?;
    known(path, schema)
}

/// Makes an empty log: under another name first, complete and on disk, then linked to its own.
///
/// A crash before the link leaves a stray `.new` file, which may be deleted; after it, a complete
/// log. So a log never exists half made, and when two processes make one at the same time the
/// first link wins and both open that.
fn create(path: &Path) -> Result<(), OpenError> {
    let draft = draft_of(path);
    let made =
        build(&draft).map_err(|error| refused(path, &error)).and_then(|()| match publish(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(unavailable(path, failing(&error))),
            Ok(()) => Ok(()),
        });
    fs::remove_file(&draft).ok();
    made
}

fn build(draft: &Path) -> rusqlite::Result<()> {
    let conn = Connection::open(draft)?;
    conn.execute_batch(&format!(
        "PRAGMA page_size=4096; PRAGMA application_id={APPLICATION}; PRAGMA user_version={SCHEMA};"
    ))?;
    conn.execute_batch(CREATE)?;
    conn.execute_batch("PRAGMA journal_mode=WAL;")?;
    conn.close().map_err(|(_, error)| error)
}

/// A name beside this one that nobody else has.
pub(super) fn draft_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", Uuid::now_v7().simple()))
}

/// Gives a finished draft its name, unless the name is taken; both are on disk afterwards.
pub(super) fn publish(draft: &Path, path: &Path) -> std::io::Result<()> {
    File::open(draft)?.sync_all()?;
    fs::hard_link(draft, path)?;
    let directory = match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        Some(_) | None => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

fn damaged(path: &Path, detail: &str) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

fn unavailable(path: &Path, reason: Outage) -> OpenError {
    OpenError::Unavailable { path: path.to_owned(), reason }
}

/// An engine's error while opening.
pub(super) fn refused(path: &Path, error: &rusqlite::Error) -> OpenError {
    match outage(error) {
        Outage::Damaged { detail } => damaged(path, &detail),
        reason @ (Outage::Full
        | Outage::ReadOnly
        | Outage::Busy
        | Outage::Failing { .. }
        | Outage::Unreachable { .. }
        | Outage::Denied
        | Outage::Slow { .. }
        | Outage::Moved { .. }
        | Outage::Closed
        | Outage::Told) => unavailable(path, reason),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// Acknowledged means on disk: no test can pull the plug, so this one reads the promise back.
    #[test]
    fn the_writer_flushes_at_every_commit() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("log");
        let conn = open(&path, &SqliteOptions::default()).unwrap();
        let number = |name: &str| -> i64 { conn.pragma_query_value(None, name, |row| row.get(0)).unwrap() };
        let full = 2;
        assert_eq!(number("synchronous"), full);
        assert_eq!(number("application_id"), i64::from(APPLICATION));
        assert_eq!(number("user_version"), i64::from(SCHEMA));
        let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}
