//! The handle to everything a service needs from the shell; cheap to clone. Never here: what it is used for.

use std::path::PathBuf;
use std::sync::Arc;

use eventlog::EventLog;
use tokio::sync::watch;

use crate::admission::Gate;
use crate::campaigns::Campaigns;
use crate::erase::ErasureIndex;
use crate::grants::Grants;
use crate::identity::{Lockout, Passwords, Tokens};
use crate::need::{Matters, Sights};
use crate::papers::Papers;
use crate::permit::Permit;
use crate::reads::Reads;
use crate::roster::Roster;
use crate::seal::KeyStore;
use crate::time::Time;
use crate::tls::Tls;

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
    /// How much is done at once, and who waits.
    pub gate: Gate,
    /// Session tokens.
    pub tokens: Arc<Tokens>,
    /// Password hashing, bounded.
    pub passwords: Passwords,
    /// Failed sign-ins.
    pub lockout: Arc<Lockout>,
    /// Which matters break-glass has opened to whom.
    pub grants: Grants,
    /// Who read sensitive values.
    pub reads: Reads,
    /// Matters as need-to-know asks about them.
    pub matters: Matters,
    /// Sights decided before.
    pub sights: Arc<Sights>,
    /// Plans of campaigns, as records that name one ask for them.
    pub campaigns: Arc<Campaigns>,
    /// The time.
    pub time: Time,
    /// Which keys a person's values are under.
    pub erasure: ErasureIndex,
    /// Where views are kept.
    pub views: PathBuf,
    /// The certificates in use, when the hub is served over TLS.
    pub tls: Option<Tls>,
    /// Whether the process is stopping.
    pub stopping: Arc<watch::Sender<bool>>,
}

impl Hub {
    /// Resolves when the process begins to stop: calls that last, such as a watch, end then.
    pub async fn stopped(&self) {
        // An error means that every handle is gone, which is as stopped as can be.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}
