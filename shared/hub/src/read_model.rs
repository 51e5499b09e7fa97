//! A view: one projection's file, the task that keeps it current, and the way queries read it.
//! Never here: a query of any agency.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use eventlog::{EventLog, Position, Positioned, ReadError};
use rusqlite::{Connection, OpenFlags};
use rustix::process::setpriority_process;
use rustix::thread::gettid;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::blocking::blocking;
use crate::project::{Fold, ProjectError, Projection, catch_up};
use crate::telemetry;
use crate::token::Token;

/// Read connections kept open per view.
const READERS: usize = 4;
/// Shortest time between two commits of a view that keeps up with the log: under load events gather for
/// one commit instead of one each; at rest the first event is shown at once.
const GATHER: Duration = Duration::from_millis(8);
/// A page of this many events means that the view is behind and does not wait.
const CATCHING_UP: usize = 400;
/// Pages of 4 KiB the write-ahead log of a view may hold before it is moved into the file. One megabyte: the log's commits
/// wait for the disk behind it, and of a dozen views one is always moving.
const WAL_PAGES: u32 = 250;
/// How far the threads that fold stand behind those that answer calls, as `nice` counts it: a third of the share when
/// there are not cores enough for both.
const BEHIND: i32 = 5;
/// How long the runner waits before it tries again after a failure.
pub(crate) const AGAIN: Duration = Duration::from_secs(1);

/// Why a view did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The view's file.
    #[error("view: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The thread that folds it.
    #[error("view: {0}")]
    Thread(#[from] std::io::Error),
    /// It did not reach the token in time.
    #[error("the view has not reached {0} in time")]
    Late(Token),
    /// The log could not be asked how far it reaches.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The projection stopped: it met an event this release cannot read.
    #[error("the view is stopped: {0}")]
    Stopped(String),
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
    /// Making or opening it failed.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

/// How far a view is.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// The last position applied.
    pub position: Option<Position>,
    /// Why it stands still, when it does.
    pub stopped: Option<String>,
}

struct Inner {
    file: PathBuf,
    name: &'static str,
    log: EventLog,
    readers: Mutex<Vec<Connection>>,
    progress: watch::Receiver<Progress>,
}

/// A view; cheap to clone.
#[derive(Clone)]
pub struct View {
    inner: Arc<Inner>,
}

impl View {
    /// Opens or makes the view in `folder` and starts the task that keeps it current until the log closes.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn start<P: Projection>(folder: &Path, projection: P, log: &EventLog) -> Result<Self, ViewError> {
        let name = projection.name();
        let file = file_of(folder, name);
        let fold = open(&file, projection)?;
        let position = fold.checkpoint()?;
        let (tell, progress) = watch::channel(Progress { position, stopped: None });
        let folder = Folder::start(fold)?;
        tokio::spawn(run(name, log.clone(), folder, tell));
        let readers = Mutex::new(Vec::new());
        Ok(Self { inner: Arc::new(Inner { file, name, log: log.clone(), readers, progress }) })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.inner.name
    }

    /// How far it is, and every change of that.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.inner.progress.clone()
    }

    /// Runs a query on a thread that may block, within the time its caller waits.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ViewError> {
        let view = self.clone();
        match blocking(move || view.read_here(query)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ViewError::Stopping),
        }
    }

    /// Runs a query on this thread: for point look-ups of microseconds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read_here<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ViewError> {
        let kept = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let tables = match kept {
            Some(tables) => tables,
            None => reader(&self.inner.file)?,
        };
        let answer = query(&tables)?;
        let mut readers = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(tables);
        }
        Ok(answer)
    }

    /// Waits until the view shows what a token names.
    ///
    /// The token's event was acknowledged before this call, by whichever process, so it lies at or before the log's
    /// head once the log shows it; a view that has reached that head shows it. No append needs to know its position
    /// for this.
    ///
    /// # Errors
    /// `Late` after `patience`, `Stopped` when the view stands still.
    pub async fn wait(&self, token: &Token, patience: Duration) -> Result<(), ViewError> {
        let until = Instant::now() + patience;
        let head = self.inner.log.head_behind(&token.stream, token.revision);
        let shown = match tokio::time::timeout_at(until, head).await {
            Ok(head) => self.reach(head?, until).await?,
            Err(_) => false,
        };
        if shown { Ok(()) } else { Err(ViewError::Late(token.clone())) }
    }

    /// Waits until the view shows everything the log holds now; `false` when `patience` ran out first.
    ///
    /// # Errors
    /// `Stopped` when the view stands still.
    pub async fn wait_for_head(&self, patience: Duration) -> Result<bool, ViewError> {
        let until = Instant::now() + patience;
        self.reach(self.inner.log.head().await?, until).await
    }

    async fn reach(&self, head: Option<Position>, until: Instant) -> Result<bool, ViewError> {
        let mut progress = self.inner.progress.clone();
        let reached = progress.wait_for(|now| now.position >= head || now.stopped.is_some());
        match tokio::time::timeout_at(until, reached).await {
            Ok(Ok(now)) => match &now.stopped {
                Some(why) => Err(ViewError::Stopped(why.clone())),
                None => Ok(true),
            },
            Ok(Err(_)) => Err(ViewError::Stopping),
            Err(_) => Ok(false),
        }
    }
}

/// Forgets a view and folds it again from the start, telling how many events were read. The hub must not
/// be running on the same folder.
///
/// # Errors
/// The first error of the log, the view's file or an event.
pub async fn rebuild<P: Projection>(
    folder: &Path,
    projection: P,
    log: &EventLog,
    progress: impl FnMut(u64),
) -> Result<(), ViewError> {
    let file = file_of(folder, projection.name());
    forget(&file);
    let fold = open(&file, projection)?;
    catch_up(log, fold, progress).await?;
    Ok(())
}

pub(crate) fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.view.db"))
}

fn forget(file: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(ending);
        // A file that is not there is as good as forgotten; one that cannot be removed shows at opening.
        let _ = std::fs::remove_file(path);
    }
}

fn reader(file: &Path) -> rusqlite::Result<Connection> {
    let tables = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    tables.busy_timeout(Duration::from_secs(5))?;
    tables.set_prepared_statement_cache_capacity(64);
    Ok(tables)
}

pub(crate) fn open<P: Projection>(file: &Path, projection: P) -> Result<Fold<P>, ProjectError> {
    let wanted = i64::from(projection.shape());
    if let Ok(known) = connect(file) {
        let shape: i64 = known.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap_or(-1);
        if shape == wanted {
            return Ok(Fold::new(known, projection));
        }
    }
    // Another shape, half made, or damaged: a view is derived, so forget it and fold again.
    forget(file);
    let tables = connect(file)?;
    let step = tables.unchecked_transaction()?;
    step.execute_batch("CREATE TABLE checkpoint (one INTEGER PRIMARY KEY, position TEXT NOT NULL) STRICT")?;
    projection.create(&step)?;
    step.pragma_update(None, "user_version", wanted)?;
    step.commit()?;
    Ok(Fold::new(tables, projection))
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let tables = Connection::open(file)?;
    tables.busy_timeout(Duration::from_secs(5))?;
    tables.pragma_update(None, "journal_mode", "WAL")?;
    // NORMAL in WAL: a power cut may lose the last commits, which costs a short catch-up, but never tears
    // the file. The checkpoint is lost together with its rows.
    tables.pragma_update(None, "synchronous", "NORMAL")?;
    tables.pragma_update(None, "cache_size", -16_000)?;
    tables.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    tables.set_prepared_statement_cache_capacity(128);
    Ok(tables)
}

/// A page, and where it is told what became of it.
type Page = (Vec<Positioned>, oneshot::Sender<Folded>);

/// Folds pages, one at a time. Its thread ends with it, after the page it is at: whoever opens the file then is alone.
struct Folder {
    pages: Option<mpsc::Sender<Page>>,
    thread: Option<JoinHandle<()>>,
}

/// What became of a page: how far the view is then.
type Folded = Result<Option<Position>, ProjectError>;

impl Folder {
    /// Starts a thread of its own, behind those that answer calls: a dozen views at work would go before a caller.
    fn start<P: Projection>(mut fold: Fold<P>) -> std::io::Result<Self> {
        let (pages, mut next) = mpsc::channel::<Page>(1);
        let name = format!("view-{}", fold.projection.name());
        let thread = std::thread::Builder::new().name(name).spawn(move || {
            go_behind();
            while let Some((page, answer)) = next.blocking_recv() {
                let name = fold.projection.name();
                let span = tracing::debug_span!("project", view = name, events = page.len());
                let began = SystemTime::now();
                let outcome = span.in_scope(|| fold.apply(&page));
                if outcome.is_ok() && fold.changed && page.len() < CATCHING_UP {
                    telemetry::folded(name, began, &page);
                }
                // Who asked has gone when the hub stops.
                let _ = answer.send(outcome);
            }
        })?;
        Ok(Self { pages: Some(pages), thread: Some(thread) })
    }

    /// Folds a page; none when the thread has ended.
    async fn fold(&self, page: Vec<Positioned>) -> Option<Folded> {
        let (answer, folded) = oneshot::channel();
        self.pages.as_ref()?.send((page, answer)).await.ok()?;
        folded.await.ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.pages.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("a view's thread ended badly");
        }
    }
}

/// Lets the threads that answer calls have the core first.
fn go_behind() {
    if let Err(error) = setpriority_process(Some(gettid()), BEHIND) {
        tracing::debug!(%error, "a view folds at the priority of calls");
    }
}

async fn run(name: &'static str, log: EventLog, folder: Folder, tell: watch::Sender<Progress>) {
    let mut after = tell.borrow().position;
    let mut follow = log.subscribe(after);
    let (mut committed, mut last_page) = (Instant::now(), CATCHING_UP);
    loop {
        if last_page < CATCHING_UP {
            tokio::time::sleep_until(committed + GATHER).await;
        }
        let page = match follow.next().await {
            Ok(page) => page,
            Err(ReadError::Closed) => return,
            Err(error) => {
                tracing::error!(view = name, %error, "the view cannot read the log");
                tell.send_modify(|now| now.stopped = Some(error.to_string()));
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        last_page = page.len();
        let Some(folded) = folder.fold(page).await else { return };
        match folded {
            Ok(position) => {
                committed = Instant::now();
                after = position.or(after);
                tell.send_modify(|now| *now = Progress { position: after, stopped: None });
            }
            Err(error) => {
                // Nothing of the page was applied. Say so, and try again: a full disk may get space.
                tracing::error!(view = name, %error, "the view stands still");
                tell.send_modify(|now| now.stopped = Some(error.to_string()));
                tokio::time::sleep(AGAIN).await;
                follow = log.subscribe(after);
            }
        }
    }
}
