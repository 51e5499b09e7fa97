//! Readings that the log does not take now: on this machine's disk until it does. Never here: when it is tried again.
//!
//! Crash story. A row is one append, with the place in the log that it was given before it was first tried, so that bringing
//! it there twice is bringing it once. It is on disk before what is in it counts as safe, and goes when the log has it. Die
//! in between, or be restored from a backup, and the next start brings it again.

use std::path::{Path, PathBuf};

use domain::reading::Reading as Line;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ship::LINES;
use crate::blocking::blocking;
use crate::kept::{self, Durable, KeptError, Shape};

/// The file, in the hub's folder; there is none until the log has once taken nothing.
pub(super) const SHAPE: Shape = Shape {
    name: "reads-waiting.db",
    number: 1,
    create: "CREATE TABLE waiting (number INTEGER PRIMARY KEY, parcel TEXT NOT NULL) STRICT;",
};
/// Most pages of 4 KiB in it: some 600,000 readings.
const PAGES: u32 = 65_536;

/// Why the disk did not take readings, or does not give them back.
#[derive(Debug, thiserror::Error)]
pub(super) enum SpoolError {
    /// The file cannot be opened.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// What SQLite says.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A row is not what was written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

/// The readings of one append.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parcel {
    /// The run of a process whose stream they go to.
    pub(super) run: Uuid,
    /// The place of their first event in it.
    pub(super) first: u64,
    /// The readings.
    pub(super) lines: Vec<Line>,
}

impl Parcel {
    /// How many readings it has.
    pub(super) fn readings(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.count)).sum()
    }

    /// How many events they are.
    pub(super) fn events(&self) -> u64 {
        self.lines.len().div_ceil(LINES) as u64
    }
}

/// The file.
pub(super) struct Spool {
    file: PathBuf,
    /// Opened when it is needed; a failure closes it.
    tables: Option<Connection>,
    /// Whether something may stand in it.
    holds: bool,
    /// The last number of which nothing more is to be done: the log has it, or nobody can read it.
    past: i64,
}

impl Spool {
    /// That of a folder, with what an earlier run left there.
    pub(super) fn of(folder: &Path) -> Self {
        let file = folder.join(SHAPE.name);
        let holds = file.exists();
        Self { file, tables: None, holds, past: 0 }
    }

    /// Whether nothing stands there.
    pub(super) const fn is_empty(&self) -> bool {
        !self.holds
    }

    /// Adds a parcel; on disk when this answers.
    pub(super) async fn keep(&mut self, parcel: &Parcel) -> Result<(), SpoolError> {
        let text = serde_json::to_string(parcel)?;
        let insert = "INSERT INTO waiting (number, parcel)
            SELECT max(coalesce(max(number), 0), ?1) + 1, ?2 FROM waiting";
        let past = self.past;
        self.with(move |tables| Ok(tables.execute(insert, params![past, text])?)).await?;
        self.holds = true;
        Ok(())
    }

    /// The oldest parcel, with its number. One that cannot be read stays in the file, and keeps nobody waiting.
    pub(super) async fn oldest(&mut self) -> Result<Option<(i64, Parcel)>, SpoolError> {
        let find = "SELECT number, parcel FROM waiting WHERE number > ?1 ORDER BY number LIMIT 1";
        loop {
            let past = self.past;
            let found = self.with(move |tables| {
                let row = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
                Ok(tables.query_row(find, [past], row).optional()?)
            });
            let found = found.await?;
            self.holds = found.is_some();
            let Some((number, text)) = found else { return Ok(None) };
            match serde_json::from_str(&text) {
                Ok(parcel) => return Ok(Some((number, parcel))),
                Err(error) => {
                    tracing::error!(%error, number, file = SHAPE.name, "readings on the disk cannot be read and stay there");
                    self.past = number;
                }
            }
        }
    }

    /// Takes a parcel out, which the log has now. When the disk does not let it go, the next start brings it again.
    pub(super) async fn take_out(&mut self, number: i64) -> Result<(), SpoolError> {
        self.past = number;
        let delete = "DELETE FROM waiting WHERE number = ?1";
        self.with(move |tables| Ok(tables.execute(delete, [number])?)).await?;
        Ok(())
    }

    async fn with<T: Send + 'static>(
        &mut self,
        act: impl FnOnce(&Connection) -> Result<T, SpoolError> + Send + 'static,
    ) -> Result<T, SpoolError> {
        let (file, open) = (self.file.clone(), self.tables.take());
        let done = blocking(move || {
            let tables = match open {
                Some(tables) => tables,
                None => opened(&file)?,
            };
            let done = act(&tables)?;
            Ok::<_, SpoolError>((tables, done))
        });
        let (tables, done) = done.await.map_err(|_| SpoolError::Stopping)??;
        self.tables = Some(tables);
        Ok(done)
    }
}

fn opened(file: &Path) -> Result<Connection, SpoolError> {
    let tables = kept::open(file, &SHAPE, Durable::AtOnce)?;
    tables.pragma_update(None, "max_page_count", PAGES)?;
    Ok(tables)
}
