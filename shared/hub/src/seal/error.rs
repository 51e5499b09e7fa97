//! Why something cannot be sealed, opened or erased. Never here: refusals of the law or of permission.

use std::path::{Path, PathBuf};

use domain::ids::SubjectId;

/// Why something cannot be sealed, opened or erased.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The master key is not the one the store was made with.
    #[error(
        "the master key does not open the key store {store}: start with the master.key (or \
         SAFEGUARD_MASTER_KEY) this store was made with; if a backup was restored, restore the key \
         that belongs to it"
    )]
    WrongMasterKey {
        /// The store.
        store: PathBuf,
    },
    /// There is a store and no master key; a new one could open nothing of it.
    #[error(
        "the key store is there but its master key {path} is not: bring the file back from its safe \
         place; a new key could not open anything"
    )]
    MasterKeyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The master key is not 64 hexadecimal digits.
    #[error("a master key is written as 64 hexadecimal digits")]
    MasterKeyMalformed,
    /// The file is not a key store.
    #[error("{path} is not a key store")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer release wrote the store.
    #[error("the key store {path} has schema {found}, this release knows {known}: use the newer release")]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// The file cannot be read or written.
    #[error("the key store file {path} cannot be used: {detail}")]
    Unavailable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// No fresh data key could be committed in time.
    #[error("no fresh data key is at hand: {detail}")]
    NoKeys {
        /// Why the last block could not be reserved; empty when it was only late.
        detail: String,
    },
    /// The value, its subject, key or field is not what was sealed.
    #[error("the sealed value {field} of {subject} was altered or stands in the wrong place")]
    Altered {
        /// Whom it claims to be about.
        subject: SubjectId,
        /// The field it claims to be.
        field: String,
    },
    /// The row of a data key was altered.
    #[error("data key {key} was altered in the key store")]
    KeyAltered {
        /// The key.
        key: u64,
    },
    /// The store never had this key and it was not erased.
    #[error(
        "data key {key} is not in the key store: the store is older than the log; restore the newest \
         copy of it"
    )]
    KeyUnknown {
        /// The key.
        key: u64,
    },
    /// The keys are overwritten, but copies may remain in the write-ahead log.
    #[error(
        "the keys are destroyed, but another process kept the write-ahead log of {store}; run the \
         erasure again to remove the last copies"
    )]
    NotScrubbed {
        /// The store.
        store: PathBuf,
    },
    /// A backup never overwrites.
    #[error("{path} exists already; a backup does not overwrite")]
    BackupExists {
        /// The target.
        path: PathBuf,
    },
    /// These bytes are not sealed bytes.
    #[error("these are not sealed bytes")]
    NotSealed,
    /// The cryptographic library refused; a working machine never shows it.
    #[error("the cipher or the random source of this machine failed")]
    CipherFailed,
}

impl SealError {
    pub(super) fn unavailable(path: &Path, error: &std::io::Error) -> Self {
        SealError::Unavailable { path: path.to_owned(), detail: error.to_string() }
    }

    pub(super) fn engine(path: &Path, error: &rusqlite::Error) -> Self {
        SealError::Unavailable { path: path.to_owned(), detail: error.to_string() }
    }
}
