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
    /// The setting `keys` is not understood.
    #[error(
        "keys = {setting:?} is no place of a key store: give file:DIR, unix:PATH or https://HOST:PORT, or nothing"
    )]
    NoPlace {
        /// What was set.
        setting: String,
    },
    /// The key service cannot be used at all with this configuration.
    #[error("the key service {place} cannot be called: {detail}")]
    NoLine {
        /// Where it should be.
        place: String,
        /// What is missing.
        detail: String,
    },
    /// The key service does not answer.
    #[error(
        "the key service {place} does not answer ({detail}): what is sealed stays closed until it is back; see that \
         `safeguard serve --role keys` runs there"
    )]
    Away {
        /// Where it should be.
        place: String,
        /// What the line said.
        detail: String,
    },
    /// The key service does not admit this process.
    #[error(
        "the key service {place} does not admit this process: run it under the account of the service, or give it the \
         certificate of a role that keys_roles names"
    )]
    NotAdmitted {
        /// Where it is.
        place: String,
    },
    /// What was asked needs the file, and that is with the key service.
    #[error(
        "the key store is behind {place}: do this where its directory is, with SAFEGUARD_KEYS=file:DIR, under the \
         account of the service"
    )]
    Elsewhere {
        /// Where it is.
        place: String,
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
    /// Whether the same may succeed later without anybody mending the store: then who asked is told to ask again, and
    /// nobody is shown less than they may see.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            SealError::NoKeys { .. }
            | SealError::Unavailable { .. }
            | SealError::Away { .. }
            | SealError::NotAdmitted { .. } => true,
            SealError::WrongMasterKey { .. }
            | SealError::MasterKeyMissing { .. }
            | SealError::MasterKeyMalformed
            | SealError::Foreign { .. }
            | SealError::NewerSchema { .. }
            | SealError::Altered { .. }
            | SealError::KeyAltered { .. }
            | SealError::KeyUnknown { .. }
            | SealError::NotScrubbed { .. }
            | SealError::NoPlace { .. }
            | SealError::NoLine { .. }
            | SealError::Elsewhere { .. }
            | SealError::BackupExists { .. }
            | SealError::NotSealed
            | SealError::CipherFailed => false,
        }
    }

    pub(super) fn unavailable(path: &Path, error: &std::io::Error) -> Self {
        SealError::Unavailable { path: path.to_owned(), detail: error.to_string() }
    }

    pub(super) fn engine(path: &Path, error: &rusqlite::Error) -> Self {
        SealError::Unavailable { path: path.to_owned(), detail: error.to_string() }
    }
}
