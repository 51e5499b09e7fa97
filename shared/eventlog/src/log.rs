//! The one handle to a log, whatever keeps it.
//!
//! Must never be here: anything a backend knows; this file only passes on. The set of backends is
//! closed, so it is a private enum and no trait, and nobody needs a type parameter for the store.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use tracing::Instrument;

use crate::copy;
use crate::error::{AppendError, BackupError, CopyError, OpenError, ReadError};
use crate::event::{self, NewEvent, Positioned, Recorded};
use crate::kurrent::{Kurrent, KurrentOptions};
use crate::memory::{Faults, Memory};
use crate::observe::Observer;
use crate::report::{CheckReport, Statistics};
use crate::sqlite::{Sqlite, SqliteOptions};
use crate::stream::{Expected, Position, Revision, StreamName};
use crate::subscription::Subscription;

/// An append-only log of events. Cheap to clone; all clones are the same log.
#[derive(Clone)]
pub struct EventLog {
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Memory(Memory),
    Sqlite(Sqlite),
    Kurrent(Kurrent),
}

/// How soon an append is wanted where cores are short. It changes when, never what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Haste {
    /// While urgent ones come it may stand back for some milliseconds, and share a commit with others.
    #[default]
    Usual,
    /// It is in the writer's next commit, which does not stand back, and the thread that brings it waits for it for some
    /// milliseconds instead of doing other work, so that the log has the core. For few appends: many wait less together when
    /// they share commits, so the waiting of all is held to a quarter of the time. Only the log in a file hurries.
    Urgent,
}

impl EventLog {
    /// An empty log in memory, lost with its last clone.
    #[must_use]
    pub fn memory() -> Self {
        Self::memory_with(Faults::none())
    }

    /// An empty log in memory whose appends fail as told.
    #[must_use]
    pub fn memory_with(faults: Faults) -> Self {
        let backend = Backend::Memory(Memory::new(faults));
        Self { backend }
    }

    /// Opens the log in an SQLite file, and makes one when there is none. Several processes may
    /// have the same file open. Opening takes milliseconds whatever the log's length.
    ///
    /// # Errors
    /// [`OpenError`]; the file is then as it was.
    pub async fn open_sqlite(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let backend = Backend::Sqlite(Sqlite::open(path, options).await?);
        Ok(Self { backend })
    }

    /// Opens the log in a KurrentDB cluster, after looking whether the cluster can keep it. Must be
    /// called on a tokio runtime, which then runs the task that follows the log.
    ///
    /// # Errors
    /// [`OpenError::Cluster`]; nothing was changed there.
    pub async fn open_kurrent(options: KurrentOptions) -> Result<Self, OpenError> {
        let backend = Backend::Kurrent(Kurrent::open(options).await?);
        Ok(Self { backend })
    }

    /// Appends events to one stream, all or none, and answers with the last one's revision when
    /// they are durable.
    ///
    /// When the stream has gone on but carries exactly these ids, in this order, at this place,
    /// the answer is the same as the first time: a retry is harmless. Dropping the returned
    /// future does not take the append back.
    ///
    /// # Errors
    /// [`AppendError`]; only after `Unavailable` may the events have been written nevertheless.
    pub async fn append(
        &self,
        stream: &StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Result<Revision, AppendError> {
        self.append_in(Haste::Usual, stream, expected, events).await
    }

    /// The same, as soon as it is wanted.
    ///
    /// # Errors
    /// As [`EventLog::append`].
    pub async fn append_in(
        &self,
        haste: Haste,
        stream: &StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Result<Revision, AppendError> {
        event::check_batch(&events)?;
        let span = tracing::debug_span!("append", %stream, %expected, events = events.len());
        match &self.backend {
            Backend::Memory(memory) => span.in_scope(|| memory.append(stream, expected, events)),
            Backend::Sqlite(sqlite) => {
                let append = sqlite.append(stream, expected, events, haste);
                append.instrument(span).await
            }
            Backend::Kurrent(kurrent) => {
                let append = kurrent.append(stream, expected, events);
                append.instrument(span).await
            }
        }
    }

    /// How long threads of this process have waited for urgent appends so far: time in which they did nothing else, though
    /// there was no lack of cores.
    #[must_use]
    pub fn waited(&self) -> Duration {
        match &self.backend {
            Backend::Memory(_) | Backend::Kurrent(_) => Duration::ZERO,
            Backend::Sqlite(sqlite) => sqlite.waited(),
        }
    }

    /// The events of a stream from a revision on, to its end; none when there are none.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read(&self, stream: &StreamName, from: Revision) -> Result<Vec<Recorded>, ReadError> {
        match &self.backend {
            Backend::Memory(memory) => memory.read(stream, from),
            Backend::Sqlite(sqlite) => sqlite.read(stream, from).await,
            Backend::Kurrent(kurrent) => kurrent.read(stream, from).await,
        }
    }

    /// At most `limit` events after a position, in the order of the log. A page may be shorter
    /// though more follows, because it is bounded in bytes too; it is empty only at the end, or
    /// when `limit` is 0.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read_all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Positioned>, ReadError> {
        match &self.backend {
            Backend::Memory(memory) => memory.read_all(after, limit),
            Backend::Sqlite(sqlite) => sqlite.read_all(after, limit).await,
            Backend::Kurrent(kurrent) => kurrent.read_all(after, limit).await,
        }
    }

    /// The same for a subscription, which takes what there is: it waits by itself for what follows.
    pub(crate) async fn page(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Positioned>, ReadError> {
        match &self.backend {
            Backend::Memory(memory) => memory.read_all(after, limit),
            Backend::Sqlite(sqlite) => sqlite.read_all(after, limit).await,
            Backend::Kurrent(kurrent) => kurrent.page(after, limit).await,
        }
    }

    /// Follows the log from behind a position, or from its start.
    #[must_use]
    pub fn subscribe(&self, after: Option<Position>) -> Subscription {
        let reach = match &self.backend {
            Backend::Memory(memory) => memory.reach(),
            Backend::Sqlite(sqlite) => sqlite.reach(),
            Backend::Kurrent(kurrent) => kurrent.reach(),
        };
        Subscription::new(self.clone(), after, reach)
    }

    /// The last position in the log now, also when another process wrote it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn head(&self) -> Result<Option<Position>, ReadError> {
        match &self.backend {
            Backend::Memory(memory) => memory.head(),
            Backend::Sqlite(sqlite) => sqlite.head().await,
            Backend::Kurrent(kurrent) => kurrent.head().await,
        }
    }

    /// The last position in the log, not before this event, which some process of the log had acknowledged. A
    /// cluster shows an event somewhat later than it acknowledges it, so this may wait; drop it to give up.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn head_behind(
        &self,
        stream: &StreamName,
        revision: Revision,
    ) -> Result<Option<Position>, ReadError> {
        match &self.backend {
            Backend::Memory(_) | Backend::Sqlite(_) => self.head().await,
            Backend::Kurrent(kurrent) => kurrent.head_behind(stream, revision).await,
        }
    }

    /// Copies events that another log has recorded: with their ids, revisions and times, to exactly the
    /// positions they had. The first must stand right behind the log's end, or at a place that was copied
    /// before: what stands already and is the same is passed over, so a copy may be made again.
    ///
    /// Nobody else should write the log meanwhile. The embedded backends copy all or none; a cluster may
    /// stop in between.
    ///
    /// # Errors
    /// [`CopyError`]; only after `Unavailable` is it worth trying again.
    pub async fn copy_in(&self, events: &[Positioned]) -> Result<(), CopyError> {
        copy::check(events)?;
        match &self.backend {
            Backend::Memory(memory) => memory.copy_in(events),
            Backend::Sqlite(sqlite) => sqlite.copy_in(events).await,
            Backend::Kurrent(kurrent) => kurrent.copy_in(events).await,
        }
    }

    /// How much the log holds. Counts streams one by one: about 0.1 s per million events; on a cluster
    /// it reads every event.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn statistics(&self) -> Result<Statistics, ReadError> {
        match &self.backend {
            Backend::Memory(memory) => memory.statistics(),
            Backend::Sqlite(sqlite) => sqlite.statistics().await,
            Backend::Kurrent(kurrent) => kurrent.statistics().await,
        }
    }

    /// Looks at every event and at the storage beneath. Appends and reads go on meanwhile.
    ///
    /// # Errors
    /// [`ReadError`] when the check could not be made; what it found is in the report.
    pub async fn check(&self) -> Result<CheckReport, ReadError> {
        match &self.backend {
            Backend::Memory(memory) => memory.check(),
            Backend::Sqlite(sqlite) => sqlite.check().await,
            Backend::Kurrent(kurrent) => kurrent.check().await,
        }
    }

    /// Copies the log as it is now to a new file while it goes on. `progress` is told how many
    /// pages are copied, and of how many; it is called on another thread.
    ///
    /// # Errors
    /// [`BackupError`]; there is then no file at `to`, unless there was one before.
    pub async fn backup(
        &self,
        to: &Path,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<(), BackupError> {
        match &self.backend {
            Backend::Memory(_) | Backend::Kurrent(_) => Err(BackupError::NoFile),
            Backend::Sqlite(sqlite) => sqlite.backup(to, progress).await,
        }
    }

    /// Tells somebody of every commit that this process makes. The first observer stays; a log in memory has no commits to
    /// tell of. It is called by what writes, so it must not wait.
    pub fn observe(&self, observer: Observer) {
        match &self.backend {
            Backend::Memory(_) => {}
            Backend::Sqlite(sqlite) => sqlite.observe(observer),
            Backend::Kurrent(kurrent) => kurrent.observe(observer),
        }
    }

    /// Closes the log for all clones: appends already accepted are finished and answered, later
    /// calls are refused, subscriptions end. May be called twice.
    pub async fn close(&self) {
        match &self.backend {
            Backend::Memory(memory) => memory.close(),
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Kurrent(kurrent) => kurrent.close().await,
        }
    }
}

impl fmt::Debug for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.backend {
            Backend::Memory(_) => f.write_str("EventLog(memory)"),
            Backend::Sqlite(sqlite) => write!(f, "EventLog({})", sqlite.path().display()),
            Backend::Kurrent(kurrent) => write!(f, "EventLog({})", kurrent.address()),
        }
    }
}
