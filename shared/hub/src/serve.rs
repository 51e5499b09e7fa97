//! The socket: gRPC over HTTP/2 with health, reflection, limits, keepalive and a graceful stop; plain HTTP on the same
//! port; both in the clear or over TLS.
//! Never here: a service of any agency.

mod abreast;
mod admit;
mod gathered;
mod limit;
mod whole;

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use futures::TryStreamExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;
use tonic::transport::server::{Router as Served, TcpIncoming};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use tower::util::MapRequestLayer;

use crate::admission::keep_pace;
use crate::read_model::Progress;
use crate::shell::Hub;
pub use crate::tls::PeerRole;
use crate::tls::{Tls, door, secured};
pub use limit::streamed_requests;
pub use whole::{Whole, whole};

use admit::Entry;
use gathered::Gathered;

/// Largest request or answer taken; larger things are streamed in chunks.
pub const MAX_MESSAGE_BYTES: usize = wire::refusal::MAX_MESSAGE_BYTES as usize;
/// Longest time until an answer begins; calls that stream their request have limits of their own.
const CALL_LIMIT: Duration = Duration::from_secs(60);
/// How long connections may take to end once the process is asked to stop: more than any command needs, less than a
/// supervisor waits before it kills.
const GRACE: Duration = Duration::from_secs(10);
/// Calls in flight per connection: more than can be at work and wait at the gate together, so that an urgent call never
/// waits for the others of its connection.
pub const CALLS_PER_CONNECTION: usize = 1_024;

/// Streams open on one connection, most of them watches that last: a front has a few connections for all its callers.
const STREAMS_PER_CONNECTION: u32 = 10_000;
/// Bytes that may be under way on one stream, and on all of a connection: an upload that nobody reads for a while must not
/// hold up the calls beside it.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 64 * STREAM_WINDOW;

/// Why serving ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address could not be bound.
    #[error("cannot listen on {address}: {cause}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// The descriptors for reflection are broken.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The descriptors that tell which calls stream their request are broken.
    #[error("descriptors: {0}")]
    Descriptors(#[from] prost::DecodeError),
    /// The transport failed.
    #[error("transport: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// A bound socket that does not accept yet.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    hub: Option<Hub>,
}

impl Bound {
    /// The same for the calls of a hub: their tokens may be newer than what it has seen of the directory.
    #[must_use]
    pub fn of(self, hub: &Hub) -> Self {
        Self { hub: Some(hub.clone()), ..self }
    }

    /// The same over TLS, when there is any.
    #[must_use]
    pub fn with_tls(self, tls: Option<Tls>) -> Self {
        Self { tls, ..self }
    }

    /// The address it is bound to: the port the system chose when 0 was asked for.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Binds the address.
///
/// # Errors
/// `Bind`, with the address and the system's reason.
pub async fn bind(address: SocketAddr) -> Result<Bound, ServeError> {
    let bound = TcpListener::bind(address).await.and_then(|listener| {
        let address = listener.local_addr()?;
        Ok(Bound { listener, address, tls: None, hub: None })
    });
    bound.map_err(|cause| ServeError::Bind { address, cause })
}

/// What a health entry is told by: how far a view or a reaction is, and why it stands still when it does.
pub type Watched = watch::Receiver<Progress>;

/// Reports a part as serving while its view or reaction keeps up, and as not serving while that stands still.
async fn report(reporter: HealthReporter, service: &'static str, mut progress: Watched) {
    loop {
        let stands_still = progress.borrow_and_update().stopped.is_some();
        let status = if stands_still { ServingStatus::NotServing } else { ServingStatus::Serving };
        reporter.set_service_status(service, status).await;
        let changed = progress.wait_for(|now| now.stopped.is_some() != stands_still).await;
        if changed.is_err() {
            return;
        }
    }
}

/// Serves until `stop` resolves, then takes no new calls and finishes those it accepted. `pages` are served beside the
/// gRPC services, also over HTTP/1.1. `views` names each
/// entry of the health service with the view or the reaction whose health it tells.
///
/// # Errors
/// When reflection or the transport fails.
pub async fn serve(
    bound: Bound,
    mut routes: RoutesBuilder,
    pages: Router,
    views: Vec<(&'static str, Watched)>,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let (mut reporter, health) = tonic_health::server::health_reporter();
    let services: Vec<&'static str> =
        std::iter::once("").chain(views.iter().map(|(service, _)| *service)).collect();
    let mut watchers: JoinSet<()> =
        views.into_iter().map(|(service, progress)| report(reporter.clone(), service, progress)).collect();
    if let Some(hub) = &bound.hub {
        watchers.spawn(keep_pace(hub.gate.clone(), hub.log.clone()));
    }
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(wire::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    routes.add_service(health).add_service(reflection);
    let all = entered(routes, pages, (bound.hub, bound.tls.clone()))?;
    let incoming = TcpIncoming::from(bound.listener).with_nodelay(Some(true));
    let (told, asked) = tokio::sync::oneshot::channel::<()>();
    let stop = async move {
        stop.await;
        // Who watches the health hears of the end and goes: a watch never ends by itself.
        watchers.shutdown().await;
        for service in services {
            reporter.set_service_status(service, ServingStatus::NotServing).await;
            reporter.clear_service_status(service).await;
        }
        drop(told);
    };
    let server = Server::builder()
        .accept_http1(true)
        .concurrency_limit_per_connection(CALLS_PER_CONNECTION)
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
        .http2_max_header_list_size(Some(16 * 1024))
        .trace_fn(|request| tracing::info_span!("request", path = request.uri().path()))
        .add_routes(Routes::from(all));
    let server = accept(server, incoming, bound.tls, stop);
    // A client that says nothing never ends its connection. What the log accepted is safe without it.
    let overtime = async {
        let _ = asked.await;
        tokio::time::sleep(GRACE).await;
    };
    let served = tokio::select! {
        served = server => served,
        () = overtime => {
            tracing::warn!("some connections did not end in time and are cut");
            Ok(())
        }
    };
    Ok(served?)
}

/// All that is served, behind the door, the limits and the gate.
fn entered(
    routes: RoutesBuilder,
    pages: Router,
    (hub, tls): (Option<Hub>, Option<Tls>),
) -> Result<Router, ServeError> {
    let entry = Entry::new(hub.clone(), CALL_LIMIT, wire::FILE_DESCRIPTOR_SET)?;
    let calls = routes.routes().into_axum_router().layer(from_fn_with_state(entry, admit::enter));
    let all = calls.merge(pages.layer(from_fn_with_state(hub, abreast::page)));
    Ok(all.layer(MapRequestLayer::new(move |request| door(tls.as_ref(), request))))
}

/// Takes connections until `stop` resolves.
async fn accept(
    server: Served,
    incoming: TcpIncoming,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    match tls {
        None => server.serve_with_incoming_shutdown(incoming.map_ok(Gathered::new), stop).await,
        Some(tls) => {
            server.serve_with_incoming_shutdown(secured(incoming, tls).map_ok(Gathered::new), stop).await
        }
    }
}

/// Resolves when the process is asked to stop: Ctrl-C or SIGTERM.
pub async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
    tracing::info!("stopping: finishing what was accepted");
}
