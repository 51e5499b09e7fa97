//! Who reaches the key service: its own rule, which no officer's permission widens. Never here: what is answered.
//!
//! Over the Unix socket the caller runs under the account of the service itself, as the system says and not the caller.
//! Over TCP it shows a certificate that names an admitted role. Bearer tokens are not looked at.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tonic::service::Interceptor;
use tonic::transport::server::UdsConnectInfo;
use tonic::{Request, Status};

use crate::config::Serving;
use crate::serve::PeerRole;

/// The rule; cheap to clone.
#[derive(Clone)]
pub struct Access {
    account: u32,
    roles: Arc<[Serving]>,
    /// Who was told of already.
    met: Arc<Mutex<HashSet<Peer>>>,
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Peer {
    /// A process of this machine, under this account.
    Process { account: u32 },
    /// A process of the hub, by its certificate.
    Role(Serving),
    /// Nobody that can be told.
    Nobody,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Process { account } => write!(f, "a process of account {account}"),
            Peer::Role(role) => write!(f, "role {}", role.name()),
            Peer::Nobody => f.write_str("a caller without a certificate of a role"),
        }
    }
}

impl Access {
    /// Admits processes of the account this one runs under, and these roles.
    #[must_use]
    pub fn new(roles: &[Serving]) -> Self {
        let account = rustix::process::geteuid().as_raw();
        Self { account, roles: roles.into(), met: Arc::default() }
    }

    /// Admits another account only, for a test of the refusal.
    #[cfg(test)]
    pub(super) fn of_another_account() -> Self {
        let own = Self::new(&[]);
        Self { account: own.account + 1, ..own }
    }

    fn admits(&self, peer: Peer) -> bool {
        match peer {
            Peer::Process { account } => account == self.account,
            Peer::Role(role) => self.roles.contains(&role),
            Peer::Nobody => false,
        }
    }

    fn is_new(&self, peer: Peer) -> bool {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).insert(peer)
    }
}

impl Interceptor for Access {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let peer = of(&request);
        if !self.admits(peer) {
            tracing::warn!(%peer, "the key service refused a caller");
            return Err(Status::permission_denied("the key service does not admit this caller"));
        }
        if self.is_new(peer) {
            tracing::info!(%peer, "the key service is used for the first time by this caller");
        }
        Ok(request)
    }
}

/// Who calls. A connection of the socket is never anything else, whatever it sends.
fn of(request: &Request<()>) -> Peer {
    let extensions = request.extensions();
    match (extensions.get::<UdsConnectInfo>(), PeerRole::of(extensions)) {
        (Some(socket), _) => {
            socket.peer_cred.map_or(Peer::Nobody, |process| Peer::Process { account: process.uid() })
        }
        (None, Some(PeerRole(role))) => Peer::Role(role),
        (None, None) => Peer::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_account_and_the_roles_named_are_admitted_and_nobody_else() {
        let access = Access::new(&[Serving::Directory, Serving::Police]);
        let account = access.account;
        assert!(access.admits(Peer::Process { account }));
        // Not even root: it can become the account, and then says so.
        assert!(!access.admits(Peer::Process { account: account + 1 }));
        assert!(access.admits(Peer::Role(Serving::Police)));
        assert!(!access.admits(Peer::Role(Serving::Fire)) && !access.admits(Peer::Role(Serving::Front)));
        assert!(!access.admits(Peer::Nobody));
    }

    #[test]
    fn a_bearer_token_opens_nothing_and_a_certified_role_does() {
        let mut access = Access::new(&[Serving::Police]);
        let mut asked = Request::new(());
        asked.metadata_mut().insert("authorization", tonic::metadata::MetadataValue::from_static("Bearer x"));
        let refused = access.call(asked).err().map(|status| status.code());
        assert_eq!(refused, Some(tonic::Code::PermissionDenied));
        let mut certified = Request::new(());
        let _ = certified.extensions_mut().insert(PeerRole(Serving::Police));
        assert!(access.call(certified).is_ok());
        let mut other = Request::new(());
        let _ = other.extensions_mut().insert(PeerRole(Serving::Streams));
        assert!(access.call(other).is_err());
    }
}
