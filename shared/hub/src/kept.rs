//! Files that a hub keeps beside its log, such as readings on their way into it and the places of consumer groups:
//! opening one, making its tables once, and refusing one that a newer release wrote. Never here: what is in them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

/// How long a statement waits for another connection, as for a backup.
const BUSY: Duration = Duration::from_secs(5);

/// The tables of a file.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The file's name, for those who are told.
    pub name: &'static str,
    /// The number of the shape, kept as `user_version`; from 1.
    pub number: i64,
    /// The statements that make the tables.
    pub create: &'static str,
}

/// When a commit is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durable {
    /// Before it is answered: what was answered survives a power cut.
    AtOnce,
    /// Soon: it survives the end of the process, but a power cut may take the last commits.
    Soon,
}

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// What SQLite says.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Another release wrote it.
    #[error("{name} has shape {found}; this release knows {known}. Run the release that wrote it")]
    Shape {
        /// The file.
        name: &'static str,
        /// Its shape.
        found: i64,
        /// The shape of this release.
        known: i64,
    },
}

/// Opens or makes a file for its one writer, with its tables.
///
/// # Errors
/// [`KeptError`]; nothing that was there is changed then.
pub fn open(file: &Path, shape: &Shape, durable: Durable) -> Result<Connection, KeptError> {
    let mut tables = Connection::open(file)?;
    tables.busy_timeout(BUSY)?;
    tables.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durable {
        Durable::AtOnce => "FULL",
        Durable::Soon => "NORMAL",
    };
    tables.pragma_update(None, "synchronous", synchronous)?;
    tables.set_prepared_statement_cache_capacity(64);
    prepare(&mut tables, shape)?;
    Ok(tables)
}

/// Makes the tables when they are not there, in one step.
///
/// # Errors
/// [`KeptError`]; nothing that was there is changed then.
pub fn prepare(tables: &mut Connection, shape: &Shape) -> Result<(), KeptError> {
    let whole = tables.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = whole.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 {
        whole.execute_batch(shape.create)?;
        whole.pragma_update(None, "user_version", shape.number)?;
    } else if found != shape.number {
        return Err(KeptError::Shape { name: shape.name, found, known: shape.number });
    }
    Ok(whole.commit()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    const ONE: Shape = Shape { name: "some.db", number: 1, create: "CREATE TABLE it (id INTEGER) STRICT;" };

    #[test]
    fn what_is_kept_stays_and_a_file_of_another_release_is_refused_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(ONE.name);
        open(&file, &ONE, Durable::AtOnce).unwrap().execute("INSERT INTO it VALUES (7)", []).unwrap();
        let again = open(&file, &ONE, Durable::Soon).unwrap();
        let kept: i64 = again.query_row("SELECT id FROM it", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 7);
        again.pragma_update(None, "user_version", 2).unwrap();
        drop(again);
        let refused = open(&file, &ONE, Durable::AtOnce).unwrap_err().to_string();
        assert_eq!(refused, "some.db has shape 2; this release knows 1. Run the release that wrote it");
        let shape: i64 = Connection::open(&file)
            .unwrap()
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(shape, 2);
    }
}
