//! TLS: the hub's certificate and the authority of client certificates from files that are read again when they change,
//! and the account or role that a client certificate names. Never here: what an account or a role may do.
//!
//! Why a name in a certificate is enough to act as an account: the authority that `tls_client_ca` names is the hub's
//! own, its key is with the operator alone, and the operator writes the name. Whoever has such a certificate and its key
//! was given the account by the one who could also set its password. So the directory stores nothing about
//! certificates: the account itself must be there, open and a service account, with every call. A certificate is ended
//! by its serial in `tls_revoked`, all certificates of an account by shutting the account.
//!
//! Crash story. The files are read and never written. What is in use is the last set that was good as a whole: a set of
//! which one file is broken or half copied is told and left, and the former stays in use. A hub that starts anew with
//! such a set says so and does not start.

mod accept;
mod files;
mod renew;
mod shown;

use std::sync::Arc;

use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tonic::transport::ClientTlsConfig;

use crate::config::Config;
use crate::time::Time;

pub(crate) use accept::secured;
pub use files::{Expiry, TlsError};
pub use shown::{MARK, Name, PeerRole, Shown};
pub(crate) use shown::{Marked, door, mark_of};
pub use shown::{address_of, say_address};

use files::{Files, Loaded};

/// TLS as it is in use now; cheap to clone. Its files are looked at as long as one of the clones lives.
#[derive(Clone)]
pub struct Tls {
    loaded: watch::Receiver<Arc<Loaded>>,
    time: Time,
}

impl Tls {
    /// Reads what the configuration names and goes on looking at it; none when it names nothing.
    ///
    /// # Errors
    /// Settings that contradict each other, files that are no good, and an address that other machines can reach without
    /// either TLS or the word that this is meant.
    pub fn start(config: &Config, time: &Time) -> Result<Option<Self>, TlsError> {
        let Some(files) = Files::of(config)? else { return Ok(None) };
        Ok(Some(Self { loaded: renew::start(files, time)?, time: time.clone() }))
    }

    /// When the certificates in use end: one for each setting, the earliest of its file.
    #[must_use]
    pub fn expires(&self) -> Vec<Expiry> {
        self.loaded.borrow().expires.clone()
    }

    /// Waits until other certificates are in use.
    ///
    /// # Errors
    /// When nobody looks any more: the process is ending.
    pub async fn renewed(&mut self) -> Result<(), watch::error::RecvError> {
        self.loaded.changed().await
    }

    /// Waits until other certificates are in use; for ever where there are none, or when nobody looks any more.
    pub async fn another(tls: &mut Option<Self>) {
        let renewed = match tls {
            Some(tls) => tls.renewed().await.is_ok(),
            None => false,
        };
        if !renewed {
            std::future::pending::<()>().await;
        }
    }

    /// Whether other certificates came into use since this clone was last asked.
    pub fn is_renewed(&mut self) -> bool {
        let renewed = self.loaded.has_changed().unwrap_or(false);
        if renewed {
            self.loaded.mark_unchanged();
        }
        renewed
    }

    /// How another process of the hub is called: with this one's certificate, believing the hub's own authority. None
    /// without `tls_client_ca`.
    #[must_use]
    pub fn calling(&self) -> Option<ClientTlsConfig> {
        self.loaded.borrow().calling.clone()
    }

    /// Whether the certificate of this serial number is believed no more.
    pub(crate) fn revoked(&self, serial: &str) -> bool {
        self.loaded.borrow().revoked.contains(serial)
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.loaded.borrow().serving))
    }
}
