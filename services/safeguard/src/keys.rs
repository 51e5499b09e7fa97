//! The key service as a process: the key store of a directory on a Unix socket, on an address with certificates, or on
//! both. Never here: who is admitted and what is answered (`hub::seal`).

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::ensure;
use axum::Router;
use hub::config::{Config, Serving};
use hub::open::lock_keys;
use hub::seal::{Access, KeyService, KeySocket, MasterKey};
use hub::telemetry::Telemetry;
use hub::tls::Tls;
use hub::{Time, serve};
use tokio::sync::watch;
use tonic::service::RoutesBuilder;

use crate::listening::Listening;

/// A key service that is being served.
pub struct KeysServed {
    /// Where it is called, as the setting `keys` of others names it: `unix:PATH`, `https://HOST:PORT`, or both.
    pub places: Vec<String>,
    service: KeyService,
    stop: watch::Sender<bool>,
    listening: Listening,
    telemetry: Option<Telemetry>,
    _lock: File,
}

/// Serves the key store of the data directory until [`KeysServed::stop`].
///
/// # Errors
/// Other roles beside it, no place to serve at, an address without certificates, or what cannot be opened or bound.
pub async fn start(config: &Config) -> anyhow::Result<KeysServed> {
    ensure!(
        config.serve == [Serving::Keys],
        "a key service runs alone; give the other roles processes of their own"
    );
    ensure!(
        config.keys.is_empty(),
        "a key service serves the store of its own --data; take the setting keys away"
    );
    let line = line(config)?;
    let telemetry = Telemetry::start(config).await?;
    let lock = lock_keys(&config.data)?;
    let service = KeyService::open(&config.data, MasterKey::of_setting(&config.master_key)?.as_ref())?;
    let access = Access::new(&config.keys_roles);
    let (stop, mut listening, mut places) = (watch::Sender::new(false), Listening::default(), Vec::new());
    if config.keys_socket != Path::new("") {
        let socket = KeySocket::bind(&config.keys_socket).await?;
        places.push(format!("unix:{}", config.keys_socket.display()));
        let (service, access, asked) = (service.clone(), access.clone(), asked(stop.subscribe()));
        listening.add(async move { Ok(socket.serve(&service, access, asked).await?) });
    }
    if let Some(tls) = line {
        let bound = serve::bind(config.grpc).await?.with_tls(Some(tls));
        places.push(format!("https://{}", bound.address()));
        let mut routes = RoutesBuilder::default();
        let _ = routes.add_service(service.face(access));
        let serving = serve::serve(bound, routes, Router::new(), Vec::new(), asked(stop.subscribe()));
        listening.add(async move { Ok(serving.await?) });
    }
    Ok(KeysServed { places, service, stop, listening, telemetry, _lock: lock })
}

/// TLS for the address, which is served with client certificates or not at all.
fn line(config: &Config) -> anyhow::Result<Option<Tls>> {
    let socket = config.keys_socket != Path::new("");
    if config.tls_cert == Path::new("") {
        // Set by somebody: it would be listened on in the clear.
        ensure!(
            config.grpc == Config::default().grpc,
            "a key service never listens on {} in the clear: set tls_cert, tls_key and tls_client_ca, or only keys_socket",
            config.grpc
        );
        ensure!(socket, "a key service needs keys_socket, or tls_cert, tls_key and tls_client_ca, or both");
        return Ok(None);
    }
    let tls = Tls::start(config, &Time::system())?;
    ensure!(
        tls.as_ref().is_some_and(|tls| tls.calling().is_some()),
        "a key service tells its callers on an address by their certificates: set tls_client_ca beside tls_cert"
    );
    Ok(tls)
}

/// Resolves when the service is asked to stop.
async fn asked(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can ask any more.
    let _ = stop.wait_for(|stop| *stop).await;
}

impl KeysServed {
    /// Where metrics are served for Prometheus, when they are.
    #[must_use]
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.telemetry.as_ref().and_then(Telemetry::page)
    }

    /// Waits until `stop` resolves.
    ///
    /// # Errors
    /// One of its places is not listened at any more.
    pub async fn until(&mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        self.listening.until(stop).await
    }

    /// Ends the leases, takes no new calls and finishes those it accepted. Whoever held a lease opens nothing more
    /// after two seconds, until there is a service again.
    ///
    /// # Errors
    /// When the transport failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.service.stop();
        let _ = self.stop.send_replace(true);
        let ended = self.listening.end().await;
        if let Some(telemetry) = self.telemetry {
            telemetry.stop().await;
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[tokio::test]
    async fn a_key_service_that_listens_no_more_ends_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: folder.path().join("data"),
            keys_socket: folder.path().join("keys.sock"),
            serve: vec![Serving::Keys],
            ..Config::default()
        };
        let mut running = start(&config).await.unwrap();
        running.until(async {}).await.unwrap();
        running.listening.cut();
        running.until(std::future::pending()).await.unwrap_err();
    }
}
