//! The handle to everything a service needs from the shell; cheap to clone. Never here: what it is used for.

use std::path::PathBuf;
use std::sync::Arc;

use eventlog::EventLog;

use crate::identity::{Lockout, Passwords, Tokens};
use crate::papers::Papers;
use crate::permit::Permit;
use crate::roster::Roster;
use crate::seal::KeyStore;
use crate::time::Time;

/// The shell as a service holds it.
#[derive(Clone)]
pub struct Hub {
    /// The log: the truth.
    pub log: EventLog,
    /// Data keys: the other truth.
    pub keys: KeyStore,
    /// Attachments by content hash.
    pub papers: Papers,
    /// Who may do what.
    pub permit: Arc<Permit>,
    /// Units, officers and institutions as folded from the log.
    pub roster: Roster,
    /// Session tokens.
    pub tokens: Arc<Tokens>,
    /// Password hashing, bounded.
    pub passwords: Passwords,
    /// Failed sign-ins.
    pub lockout: Arc<Lockout>,
    /// The time.
    pub time: Time,
    /// Where views are kept.
    pub views: PathBuf,
}
