//! The Unix socket of the key service, which only the account of the service can use. Never here: what is answered.

use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::middleware::from_fn;
use tokio::net::{UnixListener, UnixSocket, UnixStream};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;

use super::{Access, KeyService};
use crate::telemetry;

/// Connections that may wait to be taken.
const WAITING: u32 = 128;

/// Why the socket cannot be used; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Somebody else could put a socket of their own in its place.
    #[error(
        "the folder of keys_socket {} is not this account's alone: give a folder that this account owns and nobody else \
         may write to",
        path.display()
    )]
    Folder {
        /// The socket.
        path: PathBuf,
    },
    /// Another service listens, or something else stands there.
    #[error("keys_socket {} is in use: stop the other key service, or give another path", path.display())]
    Taken {
        /// The socket.
        path: PathBuf,
    },
    /// What the system said.
    #[error("keys_socket {} cannot be used: {cause}", path.display())]
    Unusable {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// A bound socket; its name goes with it.
pub struct KeySocket {
    listener: UnixListener,
    name: Name,
}

/// The name of a socket, removed when it is dropped.
struct Name(PathBuf);

impl Drop for Name {
    fn drop(&mut self) {
        // What stays behind is found stale by the next start.
        std::fs::remove_file(&self.0).ok();
    }
}

impl KeySocket {
    /// Binds it. A socket that a killed service left is replaced.
    ///
    /// Crash story: the name gets its mode before anybody can connect. A crash leaves a name that nobody listens
    /// behind, which is what makes it stale.
    ///
    /// # Errors
    /// [`SocketError`]; nothing that was there is changed then.
    pub async fn bind(path: &Path) -> Result<Self, SocketError> {
        let unusable = |cause: io::Error| SocketError::Unusable { path: path.to_owned(), cause };
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let standing = std::fs::metadata(folder).map_err(unusable)?;
        if standing.uid() != rustix::process::geteuid().as_raw() || standing.mode() & 0o022 != 0 {
            return Err(SocketError::Folder { path: path.to_owned() });
        }
        if stale(path).await.map_err(unusable)? {
            std::fs::remove_file(path).map_err(unusable)?;
        }
        let socket = UnixSocket::new_stream().map_err(unusable)?;
        match socket.bind(path) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                return Err(SocketError::Taken { path: path.to_owned() });
            }
            bound => bound.map_err(unusable)?,
        }
        let name = Name(path.to_owned());
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(unusable)?;
        Ok(Self { listener: socket.listen(WAITING).map_err(unusable)?, name })
    }

    /// Serves until `stop` resolves, then finishes the calls it accepted; [`KeyService::stop`] ends the leases.
    ///
    /// # Errors
    /// When the transport fails.
    pub async fn serve(
        self,
        service: &KeyService,
        access: Access,
        stop: impl Future<Output = ()>,
    ) -> Result<(), tonic::transport::Error> {
        let Self { listener, name } = self;
        let mut routes = RoutesBuilder::default();
        let _ = routes.add_service(service.face(access));
        let calls = routes.routes().into_axum_router().layer(from_fn(telemetry::measured));
        let served = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .add_routes(Routes::from(calls))
            .serve_with_incoming_shutdown(UnixListenerStream::new(listener), stop)
            .await;
        drop(name);
        served
    }
}

/// Whether a socket stands there that nobody listens behind.
async fn stale(path: &Path) -> io::Result<bool> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
        Ok(standing) if !standing.file_type().is_socket() => Ok(false),
        Ok(_) => match UnixStream::connect(path).await {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(true),
            Ok(_) | Err(_) => Ok(false),
        },
    }
}
