//! The log in one SQLite file: one writer thread and one that moves what it wrote, a few read connections, one
//! watcher thread.
//!
//! The file is readable by an operator in the sqlite shell (never let a shell older than 3.51.3
//! write or checkpoint it). Durable means: WAL, `synchronous=FULL`, answered after COMMIT.
//!
//! Must never be here: SQL (see the files beneath), or a look inside a payload.

mod backup;
mod check;
mod checkpoint;
mod copy;
mod reader;
mod schema;
mod urgent;
mod watcher;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task;

use crate::error::{AppendError, BackupError, CopyError, OpenError, Outage, ReadError};
use crate::event::{NewEvent, Positioned, Recorded};
use crate::log::Haste;
use crate::observe::Observer;
use crate::recent::Recent;
use crate::report::{CheckReport, Statistics};
use crate::stream::{Expected, Position, Revision, StreamName};
use crate::subscription::{self, Reach};

use checkpoint::Checkpoints;
use copy::Copy;
use reader::{Most, Readers};
use urgent::Budget;
use watcher::Watcher;
use writer::{Append, Request};

/// Appends that may wait for the writer; the next caller waits to be let in.
const WAITING: usize = 1024;

/// What of a stream is read on the caller's thread, as every command reads the matter it is about; a longer stream is read
/// where nobody waits but who asked for it.
const FEW: Most = Most { events: 64, bytes: 64 * 1024 };
const ALL: Most = Most { events: usize::MAX, bytes: usize::MAX };

/// How an SQLite log is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// Open an existing log for reading only: appends are answered `Unavailable`.
    pub read_only: bool,
    /// The most pages of 4096 bytes the file may have; more is refused as if the disk were full.
    pub page_limit: Option<u32>,
    /// How long to wait for another process that writes, before `Unavailable`.
    pub busy_timeout: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { read_only: false, page_limit: None, busy_timeout: Duration::from_secs(5) }
    }
}

#[derive(Clone)]
pub(crate) struct Sqlite {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    options: SqliteOptions,
    /// None when the log is read-only.
    writer: Option<mpsc::Sender<Request>>,
    /// For threads that wait for urgent appends.
    budget: Budget,
    /// For matters, so that a command waits for no page of the log.
    near: Readers,
    readers: Readers,
    recent: Arc<Recent>,
    watcher: Watcher,
    reach: watch::Sender<Reach>,
    observer: Arc<OnceLock<Observer>>,
}

impl Sqlite {
    pub(crate) async fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let target = path.to_owned();
        let opened = task::spawn_blocking(move || Self::open_blocking(target, options)).await;
        opened.unwrap_or_else(|stopped| {
            Err(OpenError::Unavailable { path: path.to_owned(), reason: stopped_early(&stopped) })
        })
    }

    fn open_blocking(path: PathBuf, options: SqliteOptions) -> Result<Self, OpenError> {
        let mut conn = schema::open(&path, &options)?;
        let refused = |error: &rusqlite::Error| schema::refused(&path, error);
        let head = reader::head(&conn).map_err(|error| refused(&error))?;
        let reach = watch::Sender::new(Reach { head, ..Reach::default() });
        let watching = schema::reader(&path, &options).map_err(|error| refused(&error))?;
        let started =
            |failed: std::io::Error| OpenError::Unavailable { path: path.clone(), reason: failing(&failed) };
        let watcher = Watcher::start(watching, reach.clone()).map_err(started)?;
        let recent = Arc::new(Recent::default());
        let observer = Arc::new(OnceLock::new());
        let writer = if options.read_only {
            None
        } else {
            let (sender, requests) = mpsc::channel(WAITING);
            let (reach, recent) = (reach.clone(), Arc::clone(&recent));
            let told = writer::Told { reach, recent, observer: Arc::clone(&observer) };
            let beside = schema::writer(&path, &options).map_err(|error| refused(&error))?;
            let checkpoints = Checkpoints::start(&mut conn, beside).map_err(started)?;
            writer::start(conn, checkpoints, requests, told).map_err(started)?;
            Some(sender)
        };
        let [near, readers] = std::array::from_fn(|_| Readers::new(path.clone(), options.clone()));
        let budget = Budget::default();
        let shared =
            Shared { path, options, writer, budget, near, readers, recent, watcher, reach, observer };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub(crate) fn observe(&self, observer: Observer) {
        // One observer is all a log has.
        let _ = self.shared.observer.set(observer);
    }

    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    pub(crate) fn reach(&self) -> watch::Receiver<Reach> {
        self.shared.reach.subscribe()
    }

    pub(crate) async fn append(
        &self,
        stream: &StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
        haste: Haste,
    ) -> Result<Revision, AppendError> {
        let lost = |reason| AppendError::Unavailable { reason };
        let Some(writer) = &self.shared.writer else {
            return Err(lost(Outage::ReadOnly));
        };
        let (answer, mut answered) = oneshot::channel();
        let append = Append::new(stream.clone(), expected, events, haste, answer);
        if writer.send(Request::Append(append)).await.is_err() {
            return Err(lost(Outage::Closed));
        }
        let here = match haste {
            Haste::Urgent => self.shared.budget.wait(&mut answered),
            Haste::Usual => None,
        };
        let answer = match here {
            Some(answer) => answer,
            None => answered.await,
        };
        answer.unwrap_or(Err(lost(Outage::Closed)))
    }

    pub(crate) fn waited(&self) -> Duration {
        self.shared.budget.waited()
    }

    pub(crate) async fn copy_in(&self, events: &[Positioned]) -> Result<(), CopyError> {
        let stopped = |reason| CopyError::Unavailable { reason };
        let Some(writer) = &self.shared.writer else {
            return Err(stopped(Outage::ReadOnly));
        };
        let (answer, answered) = oneshot::channel();
        let copy = Copy { events: events.to_vec(), answer };
        if writer.send(Request::Copy(copy)).await.is_err() {
            return Err(stopped(Outage::Closed));
        }
        answered.await.unwrap_or(Err(stopped(Outage::Closed)))
    }

    pub(crate) async fn read(&self, stream: &StreamName, from: Revision) -> Result<Vec<Recorded>, ReadError> {
        let few = |conn: &Connection| reader::stream(conn, stream, from, &FEW).map_err(unread);
        if let Some(events) = self.shared.near.read_here(few).await? {
            return Ok(events);
        }
        let stream = stream.clone();
        let all = move |conn: &Connection| reader::stream(conn, &stream, from, &ALL).map_err(unread);
        Ok(self.shared.readers.read(all).await?.unwrap_or_default())
    }

    pub(crate) async fn read_all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Positioned>, ReadError> {
        if !self.shared.reach.borrow().closed
            && let Some(page) = self.shared.recent.page(after, limit)
        {
            return Ok(page);
        }
        let readers = &self.shared.readers;
        readers.read(move |conn| reader::page(conn, after, limit)).await
    }

    pub(crate) async fn head(&self) -> Result<Option<Position>, ReadError> {
        let readers = &self.shared.readers;
        readers.read(|conn| reader::head(conn).map_err(unread)).await
    }

    pub(crate) async fn statistics(&self) -> Result<Statistics, ReadError> {
        let path = self.shared.path.clone();
        let readers = &self.shared.readers;
        readers.read(move |conn| check::statistics(conn, &path).map_err(unread)).await
    }

    pub(crate) async fn check(&self) -> Result<CheckReport, ReadError> {
        self.shared.readers.read_apart(|conn| check::check(conn).map_err(unread)).await
    }

    pub(crate) async fn backup(
        &self,
        to: &Path,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<(), BackupError> {
        if self.shared.reach.borrow().closed {
            return Err(BackupError::Closed);
        }
        let (from, options) = (self.shared.path.clone(), self.shared.options.clone());
        let target = to.to_owned();
        let copied = task::spawn_blocking(move || backup::copy(&from, &options, &target, progress)).await;
        copied.unwrap_or_else(|stopped| {
            Err(BackupError::Unavailable { path: to.to_owned(), reason: stopped_early(&stopped) })
        })
    }

    /// Readers stop first and the writer last, because the last connection to close moves the WAL
    /// into the file. A crash anywhere here leaves a WAL, which the next open replays.
    pub(crate) async fn close(&self) {
        subscription::close(&self.shared.reach);
        self.shared.near.close().await;
        self.shared.readers.close().await;
        self.shared.watcher.stop().await;
        if let Some(writer) = &self.shared.writer {
            let (done, finished) = oneshot::channel();
            // An error on either line means that the writer has ended already.
            if writer.send(Request::Close(done)).await.is_ok() {
                finished.await.ok();
            }
        }
    }
}

fn unread(error: rusqlite::Error) -> ReadError {
    ReadError::Unavailable { reason: outage(&error) }
}

fn failing(error: &impl ToString) -> Outage {
    Outage::Failing { detail: error.to_string() }
}

/// A blocking call that ended without an answer: the runtime is shutting down.
fn stopped_early(stopped: &task::JoinError) -> Outage {
    failing(stopped)
}

/// What an engine's error means to the log's callers.
fn outage(error: &rusqlite::Error) -> Outage {
    let detail = || error.to_string();
    let code = error.sqlite_error_code();
    let is = |codes: &[ErrorCode]| code.is_some_and(|code| codes.contains(&code));
    let no_code = code.is_none();
    if is(&[ErrorCode::DiskFull]) {
        Outage::Full
    } else if is(&[ErrorCode::ReadOnly]) {
        Outage::ReadOnly
    } else if is(&[ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked]) {
        Outage::Busy
    } else if is(&[ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase]) || no_code {
        // Without a code it is a row of another shape than the log ever writes.
        Outage::Damaged { detail: detail() }
    } else {
        Outage::Failing { detail: detail() }
    }
}

/// What every connection needs, whatever it is for.
fn prepare(conn: &Connection, options: &SqliteOptions, cache_kib: u32) -> rusqlite::Result<()> {
    conn.busy_timeout(options.busy_timeout)?;
    conn.set_prepared_statement_cache_capacity(16);
    conn.execute_batch(&format!(
        "PRAGMA cache_size=-{cache_kib}; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"
    ))
}
