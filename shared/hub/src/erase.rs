//! Erasing one person: an index of which data keys their values are under, and the destruction of these
//! keys. Never here: deciding who may ask for it.
//!
//! Crash story. The index follows the log. Erasing waits until it has reached the log's head, then destroys
//! the keys in one step of the key store. Die before: nothing is erased, ask again. Die after: done.

use std::path::Path;
use std::time::Duration;

use domain::ids::SubjectId;
use eventlog::{EventLog, Positioned};
use rusqlite::{Connection, params};

use crate::papers::PaperError;
use crate::project::{ProjectError, Projection};
use crate::read_model::{View, ViewError};
use crate::seal::{SealError, sealed_within};
use crate::shell::Hub;

/// How long erasing waits for the index to reach the log's head.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a person was not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The index.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] SealError),
    /// The attachments.
    #[error(transparent)]
    Papers(#[from] PaperError),
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Data keys destroyed.
    pub keys: usize,
    /// The matters in which values of the person stood.
    pub matters: Vec<String>,
    /// Attachments that can no longer be opened.
    pub papers: usize,
}

/// The index of sealed values; cheap to clone.
#[derive(Clone)]
pub struct ErasureIndex {
    view: View,
}

impl ErasureIndex {
    /// Opens the index and keeps it current.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn start(folder: &Path, log: &EventLog) -> Result<Self, ViewError> {
        Ok(Self { view: View::start(folder, SealedValues, log)? })
    }

    /// The keys and matters of a subject, once the index has seen everything in the log.
    async fn of(&self, subject: &SubjectId) -> Result<Vec<(u64, String)>, ViewError> {
        self.view.wait_for_head(PATIENCE).await?;
        let subject = subject.to_string();
        self.view
            .read(move |tables| {
                let mut find =
                    tables.prepare_cached("SELECT DISTINCT key, stream FROM sealed WHERE subject = ?1")?;
                let rows = find.query_map([subject], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
                rows.map(|row| row.map(|(key, stream)| (key.cast_unsigned(), stream))).collect()
            })
            .await
    }
}

impl Hub {
    /// Destroys every data key of a subject.
    ///
    /// # Errors
    /// [`EraseError`]; asking again is harmless.
    pub async fn erase(&self, subject: &SubjectId, by: &str) -> Result<Erased, EraseError> {
        let found = self.erasure.of(subject).await?;
        let in_papers = self.papers.keys_of(subject).await?;
        let mut keys: Vec<u64> = found.iter().map(|(key, _)| *key).chain(in_papers.iter().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut matters: Vec<String> = found.into_iter().map(|(_, stream)| stream).collect();
        matters.sort_unstable();
        matters.dedup();
        let (store, subject, by, at) = (self.keys.clone(), subject.clone(), by.to_owned(), self.time.now());
        let erasure = tokio::task::spawn_blocking(move || store.erase_keys(&keys, &subject, &by, at)).await;
        let erasure = erasure.map_err(|_| EraseError::Stopping)??;
        Ok(Erased { keys: erasure.keys, matters, papers: in_papers.len() })
    }
}

/// The projection behind the index.
pub struct SealedValues;

impl Projection for SealedValues {
    fn name(&self) -> &'static str {
        "sealed"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE sealed (subject TEXT NOT NULL, key INTEGER NOT NULL, stream TEXT NOT NULL,
                 PRIMARY KEY (subject, key, stream)) STRICT, WITHOUT ROWID;",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let text = event.event.data.as_str();
        if !text.contains("\"A256GCM\"") {
            return Ok(());
        }
        let mut insert = tables
            .prepare_cached("INSERT OR IGNORE INTO sealed (subject, key, stream) VALUES (?1, ?2, ?3)")?;
        for (subject, key) in sealed_within(text) {
            insert.execute(params![subject.as_str(), key.cast_signed(), event.event.stream.as_str()])?;
        }
        Ok(())
    }
}
