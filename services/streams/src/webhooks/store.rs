//! The file of the webhooks: endpoints, their sealed secrets, and the last attempts. Never here: an event's content, or a
//! secret in the clear.
//!
//! Crash story. Every change is one transaction (write-ahead log, `synchronous=FULL`), answered after its COMMIT. An attempt
//! is written down before its event is acknowledged in `groups.db`: a crash in between sends the event once more, which is
//! what "at least once" allows. Forgetting an endpoint marks it first, then ends its group, then drops its rows; a crash in
//! between is finished by the next start.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use hub::blocking::blocking;
use hub::kept::{self, Durable, Shape};
use rusqlite::{Connection, TransactionBehavior};

use super::error::WebhookError;

/// The file.
pub(super) const SHAPE: Shape = Shape { name: "webhooks.db", number: 1, create: CREATE };

/// Times are microseconds. `until`: when a secret stops signing; the newest has none.
const CREATE: &str = "
CREATE TABLE endpoint (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    unit          TEXT    NOT NULL,
    owner         TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    filter        BLOB    NOT NULL,
    description   TEXT    NOT NULL,
    after         INTEGER,
    registered_at INTEGER NOT NULL,
    standing      TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    changed_by    TEXT    NOT NULL,
    last_success  INTEGER,
    failing_since INTEGER,
    last_error    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX endpoint_by_unit ON endpoint (unit);
CREATE TABLE secret (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint INTEGER NOT NULL REFERENCES endpoint (id) ON DELETE CASCADE,
    sealed   TEXT    NOT NULL,
    until    INTEGER
) STRICT;
CREATE INDEX secret_by_endpoint ON secret (endpoint);
CREATE TABLE attempt (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint     INTEGER NOT NULL REFERENCES endpoint (id) ON DELETE CASCADE,
    at           INTEGER NOT NULL,
    position     INTEGER,
    event        TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    attempt      INTEGER NOT NULL,
    status       INTEGER,
    milliseconds INTEGER NOT NULL,
    error        TEXT    NOT NULL
) STRICT;
CREATE INDEX attempt_by_endpoint ON attempt (endpoint, id);
";

/// The open file; cheap to clone.
#[derive(Clone)]
pub(super) struct Store {
    tables: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens or makes `webhooks.db` in a folder.
    pub(super) fn open(folder: &Path) -> Result<Self, WebhookError> {
        let tables = kept::open(&folder.join(SHAPE.name), &SHAPE, Durable::AtOnce)?;
        guard(&tables)?;
        Ok(Self { tables: Arc::new(Mutex::new(tables)) })
    }

    /// Asks or changes, as one transaction; answers when it is on disk. A change that fails is taken back.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, WebhookError> + Send + 'static,
    ) -> Result<T, WebhookError> {
        let tables = Arc::clone(&self.tables);
        let done = blocking(move || {
            let mut tables = tables.lock().unwrap_or_else(PoisonError::into_inner);
            let whole = tables.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = act(&whole)?;
            whole.commit()?;
            Ok(done)
        });
        done.await.map_err(|_| WebhookError::Stopping)?
    }
}

/// What is deleted is overwritten, and goes with what it belongs to.
pub(super) fn guard(tables: &Connection) -> rusqlite::Result<()> {
    tables.pragma_update(None, "secure_delete", true)?;
    tables.pragma_update(None, "foreign_keys", true)
}
