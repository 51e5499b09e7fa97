//! The file of the key store: its tables, how it is made and recognised, and reading keys from it.
//! Never here: what is sealed under the keys, or erasing them (`erasure.rs`).

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::SealError;
use super::cipher::{self, Cipher, PlainKey, WRAPPED};
use super::master::{MASTER_FILE, MasterKey};
use crate::recent::Recent;

/// `SFGK`.
const APPLICATION: u32 = 0x5346_474B;
/// The schema this release writes.
const SCHEMA: u32 = 1;
/// Bits of a key id that count within a block; the rest is the block.
const PLACE_BITS: u32 = 10;
/// Keys of a block: 1,024.
pub(super) const BLOCK: usize = 1 << PLACE_BITS;
/// Half of the unwrapped keys held in memory, 100 bytes each.
const CACHED: usize = 4096;

/// A data key is erased by overwriting its row in place with zeros of the same length. Rows are only
/// ever appended and never deleted, so the engine never moves one to another page, and no stale copy
/// of a wrapped key can stay behind in the free space of a page.
const CREATE: &str = "
CREATE TABLE secret (
    name    TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE data_key (
    id      INTEGER PRIMARY KEY,
    wrapped BLOB NOT NULL
) STRICT;
CREATE TABLE erased (
    id      INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    at      TEXT NOT NULL,
    by      TEXT NOT NULL
) STRICT;
CREATE TABLE erased_key (
    key     INTEGER PRIMARY KEY,
    erased  INTEGER NOT NULL REFERENCES erased (id)
) STRICT;
CREATE INDEX erased_key_by_erasure ON erased_key (erased);
";

/// A secret of the store, made with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    /// Keys the pseudonyms of persons.
    Pseudonym,
    /// What the token key is made from.
    Token,
}

impl Secret {
    const ALL: [Self; 2] = [Self::Pseudonym, Self::Token];

    /// Its name in the file.
    const fn name(self) -> &'static str {
        match self {
            Self::Pseudonym => "pseudonym",
            Self::Token => "token",
        }
    }
}

/// What stands under a key id.
pub(super) enum Found {
    Key(PlainKey),
    Erased,
}

/// The open file.
pub(super) struct KeyFile {
    pub(super) path: PathBuf,
    pub(super) master: Cipher,
    // Closed before the writer, because the last connection to close moves the WAL into the file, and
    // this one may not write.
    pub(super) reader: Mutex<Reader>,
    pub(super) writer: Mutex<Connection>,
}

/// The connection that reads, with the keys it read.
pub(super) struct Reader {
    conn: Connection,
    pub(super) cache: Recent<u64, PlainKey>,
    /// The engine's number for the state the cache was filled from.
    seen: i64,
}

impl KeyFile {
    /// Opens the store of a directory under this master key, or the one in the file beside it, and makes both when there
    /// are neither.
    pub(super) fn of(directory: &Path, master: Option<&MasterKey>) -> Result<Self, SealError> {
        let path = directory.join(super::STORE_FILE);
        match master {
            Some(master) => Self::open(&path, master),
            None => Self::open(&path, &MasterKey::of_file(&directory.join(MASTER_FILE), !path.exists())?),
        }
    }

    /// Opens the store, and makes it when there is none.
    fn open(path: &Path, master: &MasterKey) -> Result<Self, SealError> {
        let failed = |error: rusqlite::Error| SealError::engine(path, &error);
        make_private(path).map_err(|error| SealError::unavailable(path, &error))?;
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
        let wrapping = Cipher::new(&master.0)?;
        if recognise(&writer, path)? {
            writer.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;").map_err(failed)?;
        } else {
            create(&mut writer, path, &wrapping)?;
        }
        let reader = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
        let file = Self {
            path: path.to_owned(),
            master: wrapping,
            reader: Mutex::new(Reader { conn: reader, cache: Recent::new(CACHED), seen: 0 }),
            writer: Mutex::new(writer),
        };
        // The two secrets are always there; that they open is the proof of the right master key.
        for secret in Secret::ALL {
            file.secret(secret)?;
        }
        // An erasure that was interrupted between its commit and its checkpoint left the wrapped keys
        // in the WAL. Finishing it is best effort here: another process may be reading.
        let scrubbed = scrub(&file.writer()).map_err(|error| file.engine(&error))?;
        if !scrubbed {
            tracing::debug!("the key store is in use by another process; its WAL is left to it");
        }
        Ok(file)
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn engine(&self, error: &rusqlite::Error) -> SealError {
        SealError::engine(&self.path, error)
    }

    /// A secret of the store.
    pub(super) fn secret(&self, which: Secret) -> Result<PlainKey, SealError> {
        let wrapped: Vec<u8> = self
            .writer()
            .query_row("SELECT wrapped FROM secret WHERE name = ?1", [which.name()], |row| row.get(0))
            .map_err(|error| self.engine(&error))?;
        self.master
            .unwrap_key(&cipher::bound_secret(which.name()), &wrapped)
            .ok_or_else(|| SealError::WrongMasterKey { store: self.path.clone() })
    }

    /// Commits a block of fresh keys and gives them out.
    ///
    /// Crash story: the whole block is on disk before any key of it is known outside. A crash before
    /// the commit leaves nothing; after it, rows that nothing is sealed under, because the next start
    /// reserves a block of its own. Blocks are numbered by the microsecond and always above the last
    /// one, so that a store restored from an older backup never gives out an id the log already names.
    pub(super) fn reserve(&self) -> Result<Vec<(u64, PlainKey)>, SealError> {
        let mut writer = self.writer();
        let tx = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| self.engine(&error))?;
        let last: Option<i64> = tx
            .query_row("SELECT max(id) FROM data_key", (), |row| row.get(0))
            .map_err(|error| self.engine(&error))?;
        let after = last.map_or(0, |id| (id >> PLACE_BITS) + 1);
        let first = Timestamp::now().as_microsecond().max(after) << PLACE_BITS;
        let mut keys = Vec::with_capacity(BLOCK);
        {
            let mut insert = tx
                .prepare_cached("INSERT INTO data_key (id, wrapped) VALUES (?1, ?2)")
                .map_err(|error| self.engine(&error))?;
            for id in (first..).take(BLOCK) {
                let key = cipher::fresh()?;
                let name = id.unsigned_abs();
                let wrapped = self.master.seal(&cipher::bound_key(name), key.as_ref())?;
                insert.execute((id, wrapped)).map_err(|error| self.engine(&error))?;
                keys.push((name, key));
            }
        }
        tx.commit().map_err(|error| self.engine(&error))?;
        Ok(keys)
    }

    /// The key of this id, from memory or from the file.
    pub(super) fn find(&self, id: u64) -> Result<Found, SealError> {
        let mut reader = self.reader();
        let read = reader.read(id).map_err(|error| self.engine(&error))?;
        match read {
            Read::Cached(key) => Ok(Found::Key(key)),
            Read::Erased => Ok(Found::Erased),
            Read::Unknown => Err(SealError::KeyUnknown { key: id }),
            Read::Wrapped(wrapped) => {
                let key = self
                    .master
                    .unwrap_key(&cipher::bound_key(id), &wrapped)
                    .ok_or(SealError::KeyAltered { key: id })?;
                reader.cache.put(id, key.clone());
                Ok(Found::Key(key))
            }
        }
    }
}

enum Read {
    Cached(PlainKey),
    Wrapped(Vec<u8>),
    Erased,
    Unknown,
}

impl Reader {
    fn read(&mut self, id: u64) -> rusqlite::Result<Read> {
        // Another process (an operator's erasure) may have written: then nothing in memory counts.
        let seen: i64 = self.conn.prepare_cached("PRAGMA data_version")?.query_row((), |row| row.get(0))?;
        if seen != self.seen {
            self.cache.clear();
            self.seen = seen;
        }
        if let Some(key) = self.cache.get(&id) {
            return Ok(Read::Cached(key));
        }
        let Ok(row) = i64::try_from(id) else {
            return Ok(Read::Unknown);
        };
        let wrapped: Option<Vec<u8>> = self
            .conn
            .prepare_cached("SELECT wrapped FROM data_key WHERE id = ?1")?
            .query_row([row], |row| row.get(0))
            .optional()?;
        match wrapped {
            Some(wrapped) if wrapped != [0; WRAPPED] => Ok(Read::Wrapped(wrapped)),
            Some(_) => Ok(Read::Erased),
            None => self.erased_elsewhere(row),
        }
    }

    /// The number of erasures; rows are only ever appended.
    pub(super) fn erasures(&self) -> rusqlite::Result<u64> {
        let mut last = self.conn.prepare_cached("SELECT coalesce(max(id), 0) FROM erased")?;
        last.query_row((), |row| row.get(0)).map(i64::unsigned_abs)
    }

    /// Whether a key without a row was erased after the backup this store was restored from.
    fn erased_elsewhere(&self, key: i64) -> rusqlite::Result<Read> {
        let listed = self.conn.prepare_cached("SELECT 1 FROM erased_key WHERE key = ?1")?.exists([key])?;
        Ok(if listed { Read::Erased } else { Read::Unknown })
    }
}

/// Moves the WAL into the file and cuts it to nothing. `false`: a reader was in the way.
pub(super) fn scrub(writer: &Connection) -> rusqlite::Result<bool> {
    writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0).map(|busy| busy == 0))
}

/// Makes an empty file that only this account may read; the engine gives its WAL the same mode.
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

pub(super) fn connect(path: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.execute_batch(
        "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;
         PRAGMA foreign_keys=ON;",
    )?;
    Ok(conn)
}

/// Whether there is a key store here (`true`) or an empty file (`false`).
fn recognise(conn: &Connection, path: &Path) -> Result<bool, SealError> {
    let number = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, u32>(0));
    let read = || -> rusqlite::Result<(u32, u32, u32)> {
        let tables = conn.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
        Ok((number("application_id")?, number("user_version")?, tables))
    };
    let foreign = || SealError::Foreign { path: path.to_owned() };
    match read() {
        Ok((0, 0, 0)) => Ok(false),
        Ok((APPLICATION, SCHEMA, _)) => Ok(true),
        Ok((APPLICATION, found, _)) => {
            Err(SealError::NewerSchema { path: path.to_owned(), found, known: SCHEMA })
        }
        Ok(_) => Err(foreign()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Err(foreign()),
        Err(error) => Err(SealError::engine(path, &error)),
    }
}

/// Makes the tables and the secrets in one transaction; of two processes at once the second finds the
/// work done. A crash leaves an empty file, which the next start fills.
fn create(conn: &mut Connection, path: &Path, master: &Cipher) -> Result<(), SealError> {
    let failed = |error: rusqlite::Error| SealError::engine(path, &error);
    conn.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;").map_err(failed)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    if recognise(&tx, path)? {
        return Ok(());
    }
    tx.execute_batch(CREATE).map_err(failed)?;
    tx.execute_batch(&format!("PRAGMA application_id={APPLICATION}; PRAGMA user_version={SCHEMA};"))
        .map_err(failed)?;
    for name in Secret::ALL.map(Secret::name) {
        let wrapped = master.seal(&cipher::bound_secret(name), cipher::fresh()?.as_ref())?;
        tx.execute("INSERT INTO secret (name, wrapped) VALUES (?1, ?2)", (name, wrapped)).map_err(failed)?;
    }
    tx.commit().map_err(failed)?;
    super::master::sync_directory_of(path).map_err(|error| SealError::unavailable(path, &error))
}
