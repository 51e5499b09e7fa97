//! Opening a hub's directory: the lock, the log, the keys, the roster. Never here: services or sockets.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventlog::{EventLog, KurrentOptions, OpenError, PLACES, ReadError, SqliteOptions};
use jiff::SignedDuration;
use tokio::sync::watch;

use crate::admission::Gate;
use crate::clocks;
use crate::config::{BadLog, Config, LogPlace};
use crate::erase::ErasureIndex;
use crate::grants::Grants;
use crate::identity::{Lockout, Passwords, Tokens, TokensError};
use crate::need::{Matters, Sights};
use crate::papers::{Credentials, PaperError, PaperSite, Papers};
use crate::permit::{Permit, PermitError};
use crate::read_model::ViewError;
use crate::reads::{self, Reads};
use crate::roster::Roster;
use crate::seal::{KeyStore, SealError};
use crate::serve::asked_to_stop;
use crate::shell::Hub;
use crate::time::Time;

/// How long a key service that is not there yet is waited for.
const COMING_UP: Duration = Duration::from_secs(60);
/// How often it is asked meanwhile.
const AGAIN: Duration = Duration::from_secs(1);

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
    /// The setting `log`.
    #[error(transparent)]
    Address(#[from] BadLog),
    /// The log goes on at another place.
    #[error("the log has moved to {to}; set log to that and start again")]
    Moved {
        /// Its address.
        to: String,
    },
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// What the log says of itself.
    #[error(transparent)]
    Read(#[from] ReadError),
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
    /// The hub's own name.
    #[error("{0}")]
    Own(#[source] Box<dyn std::error::Error + Send + Sync>),
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
    locked(data, "hub.lock")
}

/// Takes the lock of a directory's key store as a service: of two, neither would know who holds leases of the other.
///
/// # Errors
/// `Running` when another holds it.
pub fn lock_keys(data: &Path) -> Result<File, OpenHubError> {
    locked(data, "keys.lock")
}

fn locked(data: &Path, name: &str) -> Result<File, OpenHubError> {
    let fault = |cause| OpenHubError::Directory { path: data.to_owned(), cause };
    std::fs::create_dir_all(data).map_err(fault)?;
    let file =
        File::options().create(true).truncate(false).write(true).open(data.join(name)).map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenHubError::Running { path: data.to_owned() }),
        Err(TryLockError::Error(cause)) => Err(fault(cause)),
    }
}

/// The key store where the configuration says it is, under the configured master key or the one in its file.
///
/// # Errors
/// What the key store says.
pub fn keys(config: &Config) -> Result<KeyStore, SealError> {
    KeyStore::at(config)
}

/// As [`keys`]; processes start in any order, so that a key service that does not answer yet is waited for.
///
/// # Errors
/// What the key store says; [`SealError::Away`] after [`COMING_UP`], or when the process is asked to stop meanwhile.
async fn keys_in_time(config: &Config) -> Result<KeyStore, SealError> {
    let (begun, mut told, mut stop) = (Instant::now(), false, pin!(asked_to_stop()));
    loop {
        let asked = config.clone();
        let stopping = || SealError::Away { place: config.keys.clone(), detail: "stopping".to_owned() };
        let reached = tokio::task::spawn_blocking(move || keys(&asked)).await;
        let error = match reached.unwrap_or_else(|_| Err(stopping())) {
            Err(error @ SealError::Away { .. }) if begun.elapsed() < COMING_UP => error,
            reached => return reached,
        };
        if !std::mem::replace(&mut told, true) {
            tracing::warn!(%error, patience = COMING_UP.as_secs(), "the key service is not there yet");
        }
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = stop.as_mut() => return Err(error),
        }
    }
}

/// The attachments where the configuration says they are. A store elsewhere is not asked for anything yet.
///
/// # Errors
/// A setting that names no place, no credentials, or a folder that cannot be made.
pub fn papers(config: &Config) -> Result<Papers, PaperError> {
    match config.paper_site()? {
        PaperSite::Folder(folder) => Papers::in_directory(&folder),
        PaperSite::Bucket(bucket) => {
            let file = Some(config.attachments_credentials.as_path()).filter(|file| *file != Path::new(""));
            Papers::in_bucket(&bucket, &Credentials::find(file)?)
        }
    }
}

/// Opens the log where the configuration says it is.
///
/// # Errors
/// `Address` for a text that names no log, or what opening says.
pub async fn log(config: &Config) -> Result<EventLog, OpenHubError> {
    log_at(&config.log_place()?).await
}

/// Opens a log for reading and appending.
///
/// # Errors
/// What opening says.
pub async fn log_at(place: &LogPlace) -> Result<EventLog, OpenHubError> {
    Ok(match place {
        LogPlace::File(path) => EventLog::open_sqlite(path, SqliteOptions::default()).await?,
        LogPlace::Cluster(address) => cluster(address).await?,
    })
}

/// Opens the log without making one, and in a file without writing to it: the hub may run meanwhile.
///
/// # Errors
/// As [`log`].
pub async fn log_for_reading(config: &Config) -> Result<EventLog, OpenHubError> {
    let options = SqliteOptions { read_only: true, ..SqliteOptions::default() };
    Ok(match config.log_place()? {
        LogPlace::File(path) => EventLog::open_sqlite(&path, options).await?,
        LogPlace::Cluster(address) => cluster(&address).await?,
    })
}

async fn cluster(address: &str) -> Result<EventLog, OpenHubError> {
    Ok(EventLog::open_kurrent(KurrentOptions::parse(address).map_err(BadLog::from)?).await?)
}

/// Opens the directory for serving, making what is not there yet.
///
/// # Errors
/// [`OpenHubError`]; nothing that was there is changed then.
pub async fn open(config: &Config, time: Time) -> Result<Opened, OpenHubError> {
    let lock = lock(&config.data)?;
    // Before the log, which nobody else may want to wait for.
    let keys = keys_in_time(config).await?;
    let log = log(config).await?;
    if let Some(to) = log.moved_to().await? {
        return Err(OpenHubError::Moved { to });
    }
    let hub = with(config, log, keys, time)?;
    let own = clocks::service_actor().map_err(OpenHubError::Own)?;
    reads::bring_in(&config.data, &hub.log, &hub.time, own);
    try_papers(hub.papers.clone());
    Ok(Opened { hub, _lock: lock })
}

/// Resolves when the log says that it goes on at another place, and tells where; never when it closes before.
pub async fn moved(log: EventLog) -> String {
    // Subscribed before it is asked, so that the word cannot fall in between.
    let mut news = log.subscribe(log.head().await.ok().flatten());
    loop {
        if let Ok(Some(to)) = log.moved_to().await {
            return to;
        }
        let said = async {
            while let Ok(page) = news.next().await {
                if page.iter().any(|event| event.event.stream.as_str() == PLACES) {
                    return;
                }
            }
            // An error that lasts: the views tell of it, and nothing is known of a move.
            std::future::pending().await
        };
        said.await;
    }
}

/// Tells the operator early when the attachments cannot be used. The hub serves all the same: reports must come in.
fn try_papers(papers: Papers) {
    tokio::spawn(async move {
        if let Err(error) = papers.reach().await {
            tracing::error!(%error, "papers can neither be stored nor read");
        }
    });
}

/// The shell over an open log, with keys, attachments and views in the configured directory.
///
/// # Errors
/// [`OpenHubError`].
pub fn over(config: &Config, log: EventLog, time: Time) -> Result<Hub, OpenHubError> {
    with(config, log, keys(config)?, time)
}

fn with(config: &Config, log: EventLog, keys: KeyStore, time: Time) -> Result<Hub, OpenHubError> {
    let views = config.views();
    std::fs::create_dir_all(&views)
        .map_err(|cause| OpenHubError::Directory { path: views.clone(), cause })?;
    let seed = keys.signing_seed()?;
    let lasting = SignedDuration::from_mins(i64::from(config.token_minutes));
    Ok(Hub {
        erasure: ErasureIndex::start(&views, &log)?,
        roster: Roster::start(&views, &log)?,
        grants: Grants::start(&views, &log)?,
        reads: Reads::start(&config.data, &log, &time, clocks::service_actor().map_err(OpenHubError::Own)?),
        matters: Matters::start(&log),
        sights: Arc::new(Sights::default()),
        campaigns: Arc::default(),
        papers: papers(config)?,
        permit: Arc::new(Permit::standard()?),
        gate: Gate::of(config.calls_at_work),
        tokens: Arc::new(Tokens::new(&seed, lasting)?),
        passwords: Passwords::new(),
        lockout: Arc::new(Lockout::new(&seed)),
        tls: None,
        stopping: Arc::new(watch::Sender::new(false)),
        log,
        keys,
        time,
        views,
    })
}
