//! The read log of an earlier release, `reads.db` beside the log: brought into the log at the first start. Never here:
//! what is noted now.
//!
//! Crash story. Stream and events are named after what is in them, the same page always comes to the same place, and the file
//! is set aside only when the log has all of it. Die before: the next start brings it again, and the log takes only what it
//! does not have. Restored from a backup, or copied to another process, the same file adds nothing to it either.

use std::path::{Path, PathBuf};

use domain::actor::{Actor, Agency};
use domain::event::CodecError;
use domain::reading::Reading;
use eventlog::{AppendError, EventLog};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OpenFlags, Row, params};
use uuid::Uuid;

use super::Way;
use super::ship::{AGAIN, LINES, ShipError, behind, event, stream};
use crate::time::Time;

/// The file.
const FILE: &str = "reads.db";
/// What it is called when all of it is in the log.
const DONE: &str = "reads.db.in-log";

/// Why the file is not in the log yet.
#[derive(Debug, thiserror::Error)]
enum EarlierError {
    /// The file.
    #[error("{0}")]
    File(#[from] rusqlite::Error),
    /// Setting it aside.
    #[error("{0}")]
    Aside(#[from] std::io::Error),
    /// The log.
    #[error(transparent)]
    Ship(#[from] ShipError),
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

impl From<AppendError> for EarlierError {
    fn from(error: AppendError) -> Self {
        Self::Ship(error.into())
    }
}

/// Brings the file of an earlier release into the log, when there is one; the hub serves meanwhile.
pub(crate) fn bring_in(folder: &Path, log: &EventLog, time: &Time, by: Actor) {
    let file = folder.join(FILE);
    if !file.exists() {
        return;
    }
    let bringing = Bringing { file, log: log.clone(), time: time.clone(), by };
    tokio::spawn(async move {
        loop {
            match bringing.all().await {
                Ok(readings) => {
                    tracing::info!(
                        readings,
                        file = FILE,
                        "the readings of an earlier release are in the log now"
                    );
                    return;
                }
                Err(EarlierError::Stopping) => return,
                Err(EarlierError::Ship(error)) if error.is_end() => return,
                // It may pass; what is in the log by now is found there.
                Err(EarlierError::Ship(error)) => {
                    tracing::error!(%error, file = FILE, "the readings of an earlier release wait for the log");
                    tokio::time::sleep(AGAIN).await;
                }
                Err(error @ (EarlierError::File(_) | EarlierError::Aside(_))) => {
                    tracing::error!(%error, file = FILE, "the readings of an earlier release cannot be read; start again when the file is mended");
                    return;
                }
            }
        }
    });
}

struct Bringing {
    file: PathBuf,
    log: EventLog,
    time: Time,
    by: Actor,
}

impl Bringing {
    /// Answers with the number of lines.
    async fn all(&self) -> Result<usize, EarlierError> {
        let (mut number, mut place, mut after, mut readings) = (None, 0, 0, 0);
        loop {
            let (lines, last) = self.page(after).await?;
            if lines.is_empty() {
                break;
            }
            let text =
                serde_json::to_vec(&lines).map_err(|cause| ShipError::Codec(CodecError::Encode(cause)))?;
            let content = Uuid::new_v5(&Uuid::NAMESPACE_OID, &text);
            // Named after its first lines.
            let number = *number.get_or_insert(content);
            self.bring((number, place), Uuid::new_v5(&number, content.as_bytes()), &lines).await?;
            (place, after, readings) = (place + 1, last, readings + lines.len());
        }
        let file = self.file.clone();
        let aside = tokio::task::spawn_blocking(move || aside(&file)).await;
        aside.map_err(|_| EarlierError::Stopping)??;
        Ok(readings)
    }

    /// Appends a page at its place; one that has grown since it was brought there gets a stream of its own.
    async fn bring(&self, at: (Uuid, u64), id: Uuid, lines: &[Reading]) -> Result<(), EarlierError> {
        let (number, place) = at;
        let event = event(&self.by, self.time.now(), id, lines)?;
        let brought = self.log.append(&stream(number)?, behind(place), vec![event.clone()]).await;
        if matches!(brought, Err(AppendError::WrongRevision { .. })) {
            self.log.append(&stream(id)?, behind(0), vec![event]).await?;
        } else {
            brought?;
        }
        Ok(())
    }

    /// The next lines, and the number of the last of them.
    async fn page(&self, after: i64) -> Result<(Vec<Reading>, i64), EarlierError> {
        let file = self.file.clone();
        let read = tokio::task::spawn_blocking(move || page(&file, after)).await;
        Ok(read.map_err(|_| EarlierError::Stopping)??)
    }
}

fn page(file: &Path, after: i64) -> rusqlite::Result<(Vec<Reading>, i64)> {
    let tables = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut find = tables.prepare(
        "SELECT line, at, officer, unit, agency, way, matter, owner, what, classes, policies, count FROM reading
         WHERE line > ?1 ORDER BY line LIMIT ?2",
    )?;
    let limit = i64::try_from(LINES).unwrap_or(i64::MAX);
    let rows = find.query_map(params![after, limit], |row| Ok((row.get::<_, i64>(0)?, reading(row)?)))?;
    let (mut lines, mut last) = (Vec::new(), after);
    for row in rows {
        let (line, reading) = row?;
        last = line;
        lines.push(reading);
    }
    Ok((lines, last))
}

fn reading(row: &Row<'_>) -> rusqlite::Result<Reading> {
    let text = |column: usize| row.get::<_, String>(column);
    let words =
        |column| Ok::<_, rusqlite::Error>(text(column)?.split_whitespace().map(str::to_owned).collect());
    let (agency, way, owner) = (text(4)?, text(5)?, text(7)?);
    Ok(Reading {
        officer: parsed(2, text(2)?.parse())?,
        unit: parsed(3, text(3)?.parse())?,
        agency: parsed(4, Agency::parse(&agency).ok_or(Unknown(agency)))?,
        way: parsed(5, Way::ALL.into_iter().find(|known| known.code() == way).ok_or(Unknown(way)))?,
        matter: text(6)?,
        owner: if owner.is_empty() { None } else { Some(parsed(7, owner.parse())?) },
        what: text(8)?,
        shown: words(9)?,
        policies: words(10)?,
        at: parsed(1, Timestamp::from_microsecond(row.get(1)?))?,
        count: row.get(11)?,
    })
}

/// A word that no release wrote.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not known")]
struct Unknown(String);

fn parsed<T, E: std::error::Error + Send + Sync + 'static>(
    column: usize,
    value: Result<T, E>,
) -> rusqlite::Result<T> {
    value.map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}

/// Sets the file aside, whole: what its write-ahead log has goes into it first.
fn aside(file: &Path) -> Result<(), EarlierError> {
    let tables = Connection::open(file)?;
    tables.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    tables.close().map_err(|(_, error)| error)?;
    Ok(std::fs::rename(file, file.with_file_name(DONE))?)
}
