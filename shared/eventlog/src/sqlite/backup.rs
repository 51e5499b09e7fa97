//! Copying the log while it goes on.
//!
//! Must never be here: where copies are kept and for how long; the caller decides that.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{SqliteOptions, failing, outage, schema};
use crate::error::{BackupError, Outage};

/// Pages copied between two reports of progress: 1 MiB.
const STEP: i32 = 256;

/// Copies to a draft beside the target first and links it when it is whole and on disk. A crash
/// leaves a stray `.new` file, which may be deleted, and never half a backup under its own name.
pub(super) fn copy(
    from: &Path,
    options: &SqliteOptions,
    to: &Path,
    progress: impl FnMut(u64, u64),
) -> Result<(), BackupError> {
    if to.exists() {
        return Err(exists(to));
    }
    let draft = schema::draft_of(to);
    let copied = pages(from, options, &draft, progress)
        .map_err(|error| unavailable(to, outage(&error)))
        .and_then(|()| match schema::publish(&draft, to) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists(to)),
            Err(error) => Err(unavailable(to, failing(&error))),
            Ok(()) => Ok(()),
        });
    for stray in ["", "-wal", "-shm", "-journal"] {
        let mut name = draft.clone().into_os_string();
        name.push(stray);
        fs::remove_file(PathBuf::from(name)).ok();
    }
    copied
}

fn pages(
    from: &Path,
    options: &SqliteOptions,
    draft: &Path,
    mut progress: impl FnMut(u64, u64),
) -> rusqlite::Result<()> {
    let source = schema::reader(from, options)?;
    // A read transaction held throughout: the copy is the log of this moment, and the engine does
    // not start over at every append, as it would with a source that moves.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    let mut copy = Connection::open(draft)?;
    {
        let backup = Backup::new(&source, &mut copy)?;
        let mut more = true;
        while more {
            more = match backup.step(STEP)? {
                StepResult::Done => false,
                // Nobody else knows the draft, so the engine has no one to wait for.
                StepResult::More | StepResult::Busy | StepResult::Locked | _ => true,
            };
            let at = backup.progress();
            let total = u64::from(at.pagecount.unsigned_abs());
            let left = u64::from(at.remaining.unsigned_abs());
            progress(total - left.min(total), total);
        }
    }
    copy.close().map_err(|(_, error)| error)
}

fn exists(path: &Path) -> BackupError {
    BackupError::Exists { path: path.to_owned() }
}

fn unavailable(path: &Path, reason: Outage) -> BackupError {
    BackupError::Unavailable { path: path.to_owned(), reason }
}
