//! The file of the groups and the one thread that writes it. Never here: what a row means.
//!
//! Crash story. Whoever asks for a change is answered after the COMMIT that holds it (write-ahead log,
//! `synchronous=FULL`), so an answered acknowledgement survives a power cut. Changes that wait together share one
//! commit, each in a savepoint of its own, so that one that fails takes nothing of the others with it. A crash before
//! the commit leaves the state before: what was acknowledged but never answered is delivered again, which is what "at
//! least once" allows. A crash after it and before the answer leaves a member that does not know; it hears
//! `NOT_YOURS` for its second try, and nothing is lost.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hub::kept::{self, Durable};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::error::GroupError;
use super::tables;

/// Changes in one commit at most.
const TOGETHER: usize = 256;

/// Tells whoever asked, once it is known whether the commit was made.
type Tell = Box<dyn FnOnce(bool) + Send>;
/// One change, applied within a savepoint: whether to keep it, and whom to tell.
type Change = Box<dyn FnOnce(&Connection) -> (bool, Tell) + Send>;

/// The open file; cheap to clone. The thread ends with the last clone.
#[derive(Clone)]
pub(super) struct Ledger {
    changes: mpsc::UnboundedSender<Change>,
    reader: Arc<Mutex<Connection>>,
}

impl Ledger {
    /// Opens or makes the file. What was in flight when the hub stopped is ready again.
    pub(super) fn open(path: &Path, now: i64) -> Result<Self, GroupError> {
        let mut writer = kept::open(path, &tables::SHAPE, Durable::AtOnce)?;
        let whole = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tables::settle(&whole, now)?;
        whole.commit()?;
        let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        reader.busy_timeout(Duration::from_secs(5))?;
        reader.set_prepared_statement_cache_capacity(64);
        // Every caller waits for its answer, so the queue is as long as there are callers.
        let (changes, inbox) = mpsc::unbounded_channel();
        std::thread::Builder::new()
            .name("groups".to_owned())
            .spawn(move || write(writer, inbox))
            .map_err(|error| GroupError::Store(error.to_string()))?;
        Ok(Self { changes, reader: Arc::new(Mutex::new(reader)) })
    }

    /// Makes a change; answers when it is on disk.
    ///
    /// Dropping the future does not take the change back.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, GroupError> {
        let (tell, told) = oneshot::channel();
        self.post(act, move |outcome| {
            // Whoever asked may have gone.
            let _ = tell.send(outcome);
        });
        told.await.unwrap_or(Err(GroupError::Stopping))
    }

    /// Makes a change and tells `then` on the writing thread, which it must not hold up.
    pub(super) fn post<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(Result<T, GroupError>) + Send + 'static,
    ) {
        let change: Change = Box::new(move |tables| {
            let outcome = act(tables);
            let keep = outcome.is_ok();
            let tell: Tell = Box::new(move |durable| {
                then(match outcome {
                    Ok(_) if !durable => Err(GroupError::Store("the commit failed".to_owned())),
                    Ok(value) => Ok(value),
                    Err(error) => Err(error.into()),
                });
            });
            (keep, tell)
        });
        // Closed means that the process is stopping; the change is dropped and its caller told so.
        let _ = self.changes.send(change);
    }

    /// Asks without changing anything; sees every change that was answered before.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, GroupError> {
        let reader = Arc::clone(&self.reader);
        let asked = tokio::task::spawn_blocking(move || {
            let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            ask(&reader)
        });
        Ok(asked.await.map_err(|_| GroupError::Stopping)??)
    }
}

/// The file within a data folder.
pub(super) fn file_in(folder: &Path) -> PathBuf {
    folder.join(tables::SHAPE.name)
}

fn write(mut tables: Connection, mut inbox: mpsc::UnboundedReceiver<Change>) {
    while let Some(first) = inbox.blocking_recv() {
        let mut changes = vec![first];
        while changes.len() < TOGETHER
            && let Ok(next) = inbox.try_recv()
        {
            changes.push(next);
        }
        let mut told = Vec::with_capacity(changes.len());
        let committed = commit(&mut tables, changes, &mut told);
        if let Err(error) = &committed {
            tracing::error!(%error, "the state of the groups cannot be written");
        }
        for tell in told {
            tell(committed.is_ok());
        }
    }
}

fn commit(tables: &mut Connection, changes: Vec<Change>, told: &mut Vec<Tell>) -> rusqlite::Result<()> {
    let whole = tables.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for change in changes {
        whole.execute_batch("SAVEPOINT one")?;
        let (keep, tell) = change(&whole);
        told.push(tell);
        whole.execute_batch(if keep { "RELEASE one" } else { "ROLLBACK TO one; RELEASE one" })?;
    }
    whole.commit()
}
