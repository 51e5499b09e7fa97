//! Projections: named folds of the log into one service's tables, and the task that runs them.
//! Never here: a table of any agency, or an append.
//!
//! Crash story. Rows and checkpoint move in one transaction of the view's file. Die before the commit:
//! the page is applied again from the old checkpoint. Die after it: the next page follows. A view that is
//! lost, or whose shape number changed, is forgotten and folded again from the start.

pub use eventlog::{
    EventLog, Faults, Position, Positioned, ReadError, Recorded, Revision, StreamName, Subscription,
};
use rusqlite::{Connection, OptionalExtension};

/// Why an event could not be folded.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The view's file.
    #[error("view: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// An event this release cannot read.
    #[error("event {kind} of {stream}: {cause}")]
    Event {
        /// Its stored name.
        kind: String,
        /// Its stream.
        stream: String,
        /// Why.
        cause: String,
    },
    /// The log.
    #[error(transparent)]
    Log(#[from] ReadError),
}

impl ProjectError {
    /// An event that could not be read.
    #[must_use]
    pub fn event(event: &Positioned, cause: &dyn std::fmt::Display) -> Self {
        Self::Event {
            kind: event.event.kind.clone(),
            stream: event.event.stream.to_string(),
            cause: cause.to_string(),
        }
    }
}

/// A named fold of the log into tables.
pub trait Projection: Send + 'static {
    /// Its name, which is also the name of its file.
    fn name(&self) -> &'static str;

    /// The number of its tables' shape: a new number means the view is rebuilt.
    fn shape(&self) -> u32;

    /// Makes the tables.
    ///
    /// # Errors
    /// What SQLite says.
    fn create(&self, tables: &Connection) -> rusqlite::Result<()>;

    /// Folds one event in. Applying the same event twice cannot happen: the checkpoint moves with the rows.
    ///
    /// # Errors
    /// When the event cannot be read or the file fails; the whole page is then not applied.
    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError>;

    /// Called after the commit of a page that was applied, with its last position.
    fn committed(&mut self, _: Position) {}
}

/// A view that changes nothing writes its checkpoint only this often, in events: most events are of no
/// interest to most views, and a commit for each of their pages would be most of the disk's work.
const IDLE_EVENTS: usize = 4_000;

/// The tables and the fold that fills them, owned by one thread at a time.
pub(crate) struct Fold<P> {
    pub(crate) tables: Connection,
    pub(crate) projection: P,
    /// Whether the last page changed a row.
    pub(crate) changed: bool,
    idle: usize,
}

impl<P: Projection> Fold<P> {
    /// A fold over tables that have the projection's shape.
    pub(crate) fn new(tables: Connection, projection: P) -> Self {
        Self { tables, projection, changed: false, idle: 0 }
    }

    /// The stored checkpoint.
    pub(crate) fn checkpoint(&self) -> rusqlite::Result<Option<Position>> {
        let text: Option<String> = self
            .tables
            .query_row("SELECT position FROM checkpoint WHERE one = 1", [], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| text.parse().ok()))
    }

    /// Applies a page: all rows and the checkpoint, or nothing.
    ///
    /// A page that changes no row leaves the checkpoint where it is until [`IDLE_EVENTS`] have passed. A
    /// crash in between folds these events again, which changes nothing again.
    pub(crate) fn apply(&mut self, page: &[Positioned]) -> Result<Option<Position>, ProjectError> {
        let Some(last) = page.last() else { return Ok(None) };
        let before = self.tables.total_changes();
        let step = self.tables.unchecked_transaction()?;
        for event in page {
            self.projection.apply(&step, event)?;
        }
        self.idle += page.len();
        self.changed = step.total_changes() != before;
        if !self.changed && self.idle < IDLE_EVENTS {
            step.rollback()?;
        } else {
            step.prepare_cached(
                "INSERT INTO checkpoint (one, position) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET position = ?1",
            )?
            .execute([last.position.to_string()])?;
            step.commit()?;
            self.idle = 0;
        }
        self.projection.committed(last.position);
        Ok(Some(last.position))
    }
}

/// Folds everything the log holds, telling after each page how many events were read.
///
/// # Errors
/// The first error of the log, the view's file or an event.
pub(crate) async fn catch_up<P: Projection>(
    log: &EventLog,
    mut fold: Fold<P>,
    mut progress: impl FnMut(u64),
) -> Result<Fold<P>, ProjectError> {
    let mut after = fold.checkpoint()?;
    let mut read = 0;
    loop {
        let page = log.read_all(after, 2_000).await?;
        let Some(last) = page.last() else { return Ok(fold) };
        after = Some(last.position);
        read += page.len() as u64;
        fold = off_runtime(move || {
            fold.apply(&page)?;
            Ok(fold)
        })
        .await?;
        progress(read);
    }
}

/// Runs blocking work on a thread that may block.
pub(crate) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ProjectError> + Send + 'static,
) -> Result<T, ProjectError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        // The runtime is going away; the page was not committed and is applied at the next start.
        Err(_) => Err(ProjectError::Log(ReadError::Closed)),
    }
}
