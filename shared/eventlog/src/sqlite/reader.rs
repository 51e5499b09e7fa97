//! Reading: a few connections on blocking threads, and pages bounded in events and bytes.
//!
//! Must never be here: anything that writes; the connections could not.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tokio::sync::Semaphore;
use tokio::task;
use uuid::Uuid;

use super::{SqliteOptions, schema, stopped_early, unread};
use crate::error::ReadError;
use crate::event::{JsonObject, Positioned, Recorded};
use crate::stream::{Position, Revision, StreamName};

/// Connections, hence reads at the same time; further ones wait their turn.
const CONNECTIONS: u32 = 4;
/// A page ends with the event that reaches this many payload bytes.
const PAGE_BYTES: usize = 1024 * 1024;

pub(super) struct Readers {
    pool: Arc<Pool>,
    turns: Arc<Semaphore>,
}

struct Pool {
    path: PathBuf,
    options: SqliteOptions,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<Connection, ReadError> {
        schema::reader(&self.path, &self.options).map_err(unread)
    }

    fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T, ReadError>) -> Result<T, ReadError> {
        // In a variable of its own: the lock must not be held while a connection opens.
        let waiting = self.idle().pop();
        let conn = match waiting {
            Some(conn) => conn,
            None => self.open()?,
        };
        let result = read(&conn);
        if result.is_ok() {
            self.idle().push(conn);
        }
        result
    }
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: SqliteOptions) -> Self {
        let idle = Mutex::new(Vec::new());
        Self {
            pool: Arc::new(Pool { path, options, idle }),
            turns: Arc::new(Semaphore::new(CONNECTIONS as usize)),
        }
    }

    /// Reads on a connection of the pool. Dropping the future lets the read end unheard.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| ReadError::Closed)?;
        let pool = Arc::clone(&self.pool);
        blocking(move || {
            let result = pool.with(read);
            // The turn is given back only now: whoever holds all turns knows that nobody reads.
            drop(turn);
            result
        })
        .await
    }

    /// Reads on this thread: for what takes microseconds, which the way to another thread and back would double.
    pub(super) async fn read_here<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let _turn = self.turns.acquire().await.map_err(|_| ReadError::Closed)?;
        self.pool.with(read)
    }

    /// Reads for long, on a connection of its own, so that the pool stays free.
    pub(super) async fn read_apart<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        if self.turns.is_closed() {
            return Err(ReadError::Closed);
        }
        let pool = Arc::clone(&self.pool);
        blocking(move || read(&pool.open()?)).await
    }

    /// Waits for the reads that have begun, refuses further ones, closes the connections.
    pub(super) async fn close(&self) {
        let all = self.turns.acquire_many(CONNECTIONS).await;
        self.turns.close();
        self.pool.idle().clear();
        drop(all);
    }
}

async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    task::spawn_blocking(read).await.unwrap_or_else(|stopped| {
        let reason = stopped_early(&stopped);
        Err(ReadError::Unavailable { reason })
    })
}

pub(super) fn head(conn: &Connection) -> rusqlite::Result<Option<Position>> {
    let sql = "SELECT max(position) FROM event";
    let mut select = conn.prepare_cached(sql)?;
    let head: Option<Option<i64>> = select.query_row((), |row| row.get(0)).optional()?;
    Ok(head.flatten().map(position))
}

/// The most that a read may give.
pub(super) struct Most {
    pub(super) events: usize,
    /// Of their payloads.
    pub(super) bytes: usize,
}

/// A stream from a revision to its end; none when that is more.
pub(super) fn stream(
    conn: &Connection,
    stream: &StreamName,
    from: Revision,
    most: &Most,
) -> rusqlite::Result<Option<Vec<Recorded>>> {
    let sql = "SELECT position, stream, revision, id, kind, data, metadata, recorded_at \
               FROM event WHERE stream = ? AND revision >= ? ORDER BY revision";
    let from = i64::try_from(from.get()).unwrap_or(i64::MAX);
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(params![stream.as_str(), from])?;
    let (mut events, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        bytes += row.get_ref(5)?.as_str()?.len() + row.get_ref(6)?.as_str()?.len();
        if events.len() == most.events || bytes > most.bytes {
            return Ok(None);
        }
        events.push(event(row, stream.clone())?);
    }
    Ok(Some(events))
}

/// A page of the whole log.
pub(super) fn page(
    conn: &Connection,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<Positioned>, ReadError> {
    let events = page_rows(conn, after, limit).map_err(unread)?;
    if let (Some(after), true) = (after, events.is_empty()) {
        // The head never moves back, so looking at it after the page is as good as before.
        let head = head(conn).map_err(unread)?;
        if Some(after) > head {
            return Err(ReadError::AheadOfLog { after, head });
        }
    }
    Ok(events)
}

fn page_rows(conn: &Connection, after: Option<Position>, limit: usize) -> rusqlite::Result<Vec<Positioned>> {
    let sql = "SELECT position, stream, revision, id, kind, data, metadata, recorded_at \
               FROM event WHERE position > ? ORDER BY position LIMIT ?";
    let after = after.map_or(0, |after| i64::try_from(after.get()).unwrap_or(i64::MAX));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([after, limit])?;
    let (mut events, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let stream = StreamName::trusted(row.get_ref(1)?.as_str()?);
        let event = event(row, stream)?;
        bytes += event.data.as_str().len() + event.metadata.as_str().len();
        let position = position(row.get(0)?);
        events.push(Positioned { position, event });
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    Ok(events)
}

fn position(stored: i64) -> Position {
    Position::new(stored.unsigned_abs())
}

/// The columns `position, stream, revision, id, kind, data, metadata, recorded_at`. What they hold
/// was checked when it was appended, and is checked again by `check`, not by every read.
fn event(row: &Row<'_>, stream: StreamName) -> rusqlite::Result<Recorded> {
    let out_of_range = |micros| FromSqlError::OutOfRange(micros);
    let micros: i64 = row.get(7)?;
    Ok(Recorded {
        stream,
        revision: Revision::new(row.get::<_, i64>(2)?.unsigned_abs()),
        id: Uuid::from_bytes(row.get(3)?),
        kind: row.get(4)?,
        data: JsonObject::trusted(row.get_ref(5)?.as_str()?),
        metadata: JsonObject::trusted(row.get_ref(6)?.as_str()?),
        recorded_at: Timestamp::from_microsecond(micros).map_err(|_| out_of_range(micros))?,
    })
}
