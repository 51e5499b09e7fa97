//! Copying the key store while it works. Never here: the master key, which is kept apart from every copy.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::SealError;
use super::file::{self, KeyFile};

impl KeyFile {
    /// Copies to a draft beside the target, then links it when it is whole and on disk. A crash leaves a
    /// stray `.new` file, which may be deleted, and never half a backup under its own name.
    pub(super) fn copy(&self, to: &Path) -> Result<(), SealError> {
        let exists = || SealError::BackupExists { path: to.to_owned() };
        if to.exists() {
            return Err(exists());
        }
        let draft = super::draft_of(to);
        let copied = file::make_private(&draft)
            .map_err(|error| SealError::unavailable(to, &error))
            .and_then(|()| pages(&self.path, &draft).map_err(|error| SealError::engine(to, &error)))
            .and_then(|()| match publish(&draft, to) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(exists()),
                Err(error) => Err(SealError::unavailable(to, &error)),
                Ok(()) => Ok(()),
            });
        for stray in ["", "-wal", "-shm", "-journal"] {
            let mut name = draft.clone().into_os_string();
            name.push(stray);
            fs::remove_file(PathBuf::from(name)).ok();
        }
        copied
    }
}

fn pages(from: &Path, draft: &Path) -> rusqlite::Result<()> {
    let source = file::connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // One read transaction throughout: the copy is the store of this moment.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    let mut copy = Connection::open(draft)?;
    Backup::new(&source, &mut copy)?.run_to_completion(1024, Duration::ZERO, None)?;
    copy.close().map_err(|(_, error)| error)
}

fn publish(draft: &Path, to: &Path) -> std::io::Result<()> {
    File::open(draft)?.sync_all()?;
    fs::hard_link(draft, to)?;
    super::master::sync_directory_of(to)
}
