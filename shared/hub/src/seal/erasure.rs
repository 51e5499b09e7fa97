//! Erasing a person: destroying data keys so that no copy of them remains, and the list of erasures that
//! a restored backup is brought up to. Never here: finding which keys are a person's (`sealed_within`
//! reads that from the log).

use domain::ids::SubjectId;
use jiff::Timestamp;
use rusqlite::{Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::SealError;
use super::cipher::WRAPPED;
use super::file::{self, KeyFile};

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Keys that existed and are now destroyed.
    pub keys: usize,
}

/// One entry of the deletion list. Kept apart from the backups, it brings a restored one up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// Whom it was about.
    pub subject: SubjectId,
    /// When.
    pub at: Timestamp,
    /// The officer who ordered it.
    pub by: String,
    /// The keys, as decimal text in JSON.
    #[serde(with = "as_text")]
    pub keys: Vec<u64>,
}

impl KeyFile {
    /// Destroys the keys of these deletions and enters them in the list.
    ///
    /// Crash story: one transaction overwrites the rows and writes the list. A crash before its commit
    /// leaves everything as it was. After it, the values cannot be opened any more, but the wrapped
    /// keys may still stand in the WAL and the old pages of the file; the checkpoint here, or the one
    /// of the next start, writes the pages and cuts the WAL to nothing. Nothing is reported as erased
    /// before that.
    pub(super) fn erase(&self, deletions: &[Deletion]) -> Result<Erasure, SealError> {
        let mut writer = self.writer();
        let mut keys = 0;
        let mut commit = || -> rusqlite::Result<()> {
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for deletion in deletions {
                keys += overwrite(&tx, &deletion.keys)?;
                enter(&tx, deletion)?;
            }
            tx.commit()
        };
        commit().map_err(|error| self.engine(&error))?;
        // Wiped from memory now and not at the next read; held over the checkpoint, so that no read of this
        // process is in its way.
        let mut reader = self.reader();
        for key in deletions.iter().flat_map(|deletion| &deletion.keys) {
            reader.cache.remove(key);
        }
        if file::scrub(&writer).map_err(|error| self.engine(&error))? {
            Ok(Erasure { keys })
        } else {
            Err(SealError::NotScrubbed { store: self.path.clone() })
        }
    }

    /// The number of erasures so far, those of other processes among them; it never falls.
    pub(super) fn erasures(&self) -> Result<u64, SealError> {
        let read = self.reader().erasures();
        read.map_err(|error| self.engine(&error))
    }

    /// Every erasure, oldest first.
    pub(super) fn deletions(&self) -> Result<Vec<Deletion>, SealError> {
        self.listed().map_err(|error| self.engine(&error))
    }

    fn listed(&self) -> rusqlite::Result<Vec<Deletion>> {
        let writer = self.writer();
        let mut entries = writer.prepare("SELECT id, subject, at, by FROM erased ORDER BY id")?;
        let mut keys = writer.prepare("SELECT key FROM erased_key WHERE erased = ?1 ORDER BY key")?;
        let mut list = Vec::new();
        let mut rows = entries.query(())?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let erased = keys.query_map([id], |row| row.get::<_, i64>(0))?;
            list.push(Deletion {
                subject: parsed(row, 1)?,
                at: parsed(row, 2)?,
                by: row.get(3)?,
                keys: erased.map(|key| key.map(i64::unsigned_abs)).collect::<rusqlite::Result<_>>()?,
            });
        }
        Ok(list)
    }
}

fn parsed<T>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    row.get::<_, String>(column)?.parse().map_err(|error: T::Err| {
        let text = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, text, Box::new(error))
    })
}

/// Overwrites the rows in place: the new value has the length of the old one.
fn overwrite(tx: &Transaction<'_>, keys: &[u64]) -> rusqlite::Result<usize> {
    let mut update = tx.prepare_cached("UPDATE data_key SET wrapped = ?2 WHERE id = ?1 AND wrapped <> ?2")?;
    keys.iter()
        .filter_map(|key| i64::try_from(*key).ok())
        .map(|key| update.execute((key, [0_u8; WRAPPED])))
        .sum()
}

/// Enters a deletion, unless all its keys stand in the list already: erasing twice changes nothing.
fn enter(tx: &Transaction<'_>, deletion: &Deletion) -> rusqlite::Result<()> {
    let mut known = tx.prepare_cached("SELECT 1 FROM erased_key WHERE key = ?1")?;
    let mut fresh = Vec::new();
    for key in deletion.keys.iter().filter_map(|key| i64::try_from(*key).ok()) {
        if !known.exists([key])? {
            fresh.push(key);
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO erased (subject, at, by) VALUES (?1, ?2, ?3)",
        (deletion.subject.as_str(), deletion.at.to_string(), &deletion.by),
    )?;
    let erased = tx.last_insert_rowid();
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO erased_key (key, erased) VALUES (?1, ?2)")?;
    for key in fresh {
        insert.execute([key, erased])?;
    }
    Ok(())
}

/// Large numbers as text, because many readers of JSON round them.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(keys: &[u64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(keys.iter().map(u64::to_string))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
        Vec::<String>::deserialize(from)?.iter().map(|key| key.parse().map_err(D::Error::custom)).collect()
    }
}
