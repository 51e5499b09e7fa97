//! Opening a hub's directory: the lock, the log, the keys, the roster. Never here: services or sockets.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eventlog::{EventLog, OpenError, SqliteOptions};
use jiff::SignedDuration;
use tokio::sync::watch;

use crate::config::Config;
use crate::erase::ErasureIndex;
use crate::grants::Grants;
use crate::identity::{Lockout, Passwords, Tokens, TokensError};
use crate::need::{Matters, Sights};
use crate::papers::{PaperError, Papers};
use crate::permit::{Permit, PermitError};
use crate::read_model::ViewError;
use crate::reads::{Reads, ReadsError};
use crate::roster::Roster;
use crate::seal::{KeyStore, MasterKey, SealError};
use crate::shell::Hub;
use crate::time::Time;

/// Why a hub's directory could not be opened; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenHubError {
    /// The directory cannot be made or written.
    #[error("the data directory {} cannot be used: {cause}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// Another process serves from it.
    #[error("another hub is running on {}; stop it first, or give another --data", path.display())]
    Running {
        /// The directory.
        path: PathBuf,
    },
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] SealError),
    /// The attachments.
    #[error(transparent)]
    Papers(#[from] PaperError),
    /// The policies.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// A view.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The read log.
    #[error(transparent)]
    Reads(#[from] ReadsError),
    /// The signing key.
    #[error(transparent)]
    Identity(#[from] TokensError),
}

/// An open hub. The directory stays locked while this lives.
pub struct Opened {
    /// The shell.
    pub hub: Hub,
    _lock: File,
}

/// Takes the directory's lock, so that one process serves or rebuilds from it at a time.
///
/// # Errors
/// `Running` when another holds it.
pub fn lock(data: &Path) -> Result<File, OpenHubError> {
    let fault = |cause| OpenHubError::Directory { path: data.to_owned(), cause };
    std::fs::create_dir_all(data).map_err(fault)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(data.join("hub.lock"))
        .map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenHubError::Running { path: data.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(fault(cause)),
    }
}

/// The key store of a directory, under the configured master key or the one in its file.
///
/// # Errors
/// What the key store says.
pub fn keys(config: &Config) -> Result<KeyStore, SealError> {
    if config.master_key.is_empty() {
        KeyStore::in_directory(&config.data)
    } else {
        KeyStore::with_master(&config.data, &MasterKey::parse(&config.master_key)?)
    }
}

/// Opens the directory for serving, making what is not there yet.
///
/// # Errors
/// [`OpenHubError`]; nothing that was there is changed then.
pub async fn open(config: &Config, time: Time) -> Result<Opened, OpenHubError> {
    let lock = lock(&config.data)?;
    let log = EventLog::open_sqlite(&config.log_file(), SqliteOptions::default()).await?;
    Ok(Opened { hub: over(config, log, time)?, _lock: lock })
}

/// The shell over an open log, with keys, attachments and views in the configured directory.
///
/// # Errors
/// [`OpenHubError`].
pub fn over(config: &Config, log: EventLog, time: Time) -> Result<Hub, OpenHubError> {
    let views = config.views();
    std::fs::create_dir_all(&views)
        .map_err(|cause| OpenHubError::Directory { path: views.clone(), cause })?;
    let keys = keys(config)?;
    let seed = keys.signing_seed()?;
    let lasting = SignedDuration::from_mins(i64::from(config.token_minutes));
    Ok(Hub {
        erasure: ErasureIndex::start(&views, &log)?,
        roster: Roster::start(&views, &log)?,
        grants: Grants::start(&views, &log)?,
        reads: Reads::start(&config.data)?,
        matters: Matters::start(&log),
        sights: Arc::new(Sights::default()),
        campaigns: Arc::default(),
        papers: Papers::in_directory(&config.attachments())?,
        permit: Arc::new(Permit::standard()?),
        tokens: Arc::new(Tokens::new(&seed, lasting)?),
        passwords: Passwords::new(),
        lockout: Arc::new(Lockout::default()),
        stopping: Arc::new(watch::Sender::new(false)),
        log,
        keys,
        time,
        views,
    })
}
