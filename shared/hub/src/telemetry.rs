//! What the hub tells of itself: log lines on standard error, and, when asked for, traces, metrics and the same lines
//! over OTLP, and metrics on a page for Prometheus. Off by default; while it is off, nothing is measured.
//!
//! A process has one telemetry, as it has one set of lines: what is deep inside finds it by [`live`] and need not be
//! handed it. Spans are made by us and not out of the spans of the lines, because those name officers and follow the
//! filter of the lines; what goes out is exactly what stands in `propagate` and `calls`.
//!
//! Never here: personal data; spans carry ids of matters, labels not even those.

mod calls;
mod export;
mod looks;
mod metrics;
mod propagate;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::trace::SdkTracer;
use prometheus::{Registry, TEXT_FORMAT, TextEncoder};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::Config;

pub use calls::passed_on;
pub(crate) use calls::{call, in_trace, measured};
pub use looks::{Queue, Waiting, Watched};
pub use metrics::{Kind, Measure, NAMES, certificate_expiry, instances, leases, parked, retried};
pub(crate) use metrics::{breached, refused};
pub use propagate::{Traced, new_traceparent, parse, sending, stored};
pub(crate) use propagate::{append, command, current, folded, following, ring, traces};

/// The scope of everything that goes out.
const SCOPE: &str = "safeguard";

/// Starts writing log lines for the whole process; they also go to the collector while there is one. A second call
/// changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(filter: &str, json: bool) -> Result<(), tracing_subscriber::filter::ParseError> {
    // What the exporters would say again and again, we say once.
    let filter = EnvFilter::try_new(filter)?.add_directive("opentelemetry=off".parse()?);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_span_events(FmtSpan::NONE);
    let whole = tracing_subscriber::registry().with(filter).with(Lines);
    // The only way to fail is that someone started first, which is as good.
    let _ = if json { whole.with(lines.json()).try_init() } else { whole.with(lines).try_init() };
    Ok(())
}

/// Hands lines to the collector's exporter while there is one.
pub struct Lines;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // Lines of what carries the export would be carried by it, and make more lines.
        const CARRIERS: [&str; 6] = ["opentelemetry", "h2", "hyper", "tonic", "tower", "rustls"];
        let target = event.metadata().target();
        if !CARRIERS.iter().any(|carrier| target.starts_with(carrier))
            && let Some(live) = live()
            && let Some(bridge) = &live.lines
        {
            bridge.on_event(event, context);
        }
    }
}

/// Why telemetry could not be started; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The collector's address cannot be used.
    #[error(
        "the setting otlp = {otlp:?} is no address of a collector, such as http://127.0.0.1:4317: {cause}"
    )]
    Address {
        /// The setting.
        otlp: String,
        /// What is wrong.
        cause: String,
    },
    /// The page's address cannot be used.
    #[error("the setting metrics = {metrics:?} is no address to listen on, such as 127.0.0.1:9464")]
    Page {
        /// The setting.
        metrics: String,
    },
    /// The page's address could not be bound.
    #[error("metrics cannot be served on {address}: {cause}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// An exporter could not be made.
    #[error("OTLP: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The exporter of the page could not be made.
    #[error("metrics: {0}")]
    Metrics(#[from] opentelemetry_sdk::error::OTelSdkError),
}

/// What is live now.
struct Live {
    /// None while only the page is served.
    tracer: Option<SdkTracer>,
    metrics: metrics::Metrics,
    lines: Option<OpenTelemetryTracingBridge<SdkLoggerProvider, SdkLogger>>,
}

static ON: AtomicBool = AtomicBool::new(false);
static LIVE: RwLock<Option<Arc<Live>>> = RwLock::new(None);

/// The telemetry of this process; none while it is off.
fn live() -> Option<Arc<Live>> {
    // Off is the common case and costs one load.
    if !ON.load(Ordering::Relaxed) {
        return None;
    }
    LIVE.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Running telemetry. [`Telemetry::stop`] sends what is left.
pub struct Telemetry {
    live: Arc<Live>,
    providers: export::Providers,
    page: Option<SocketAddr>,
    watched: Arc<OnceLock<Watched>>,
    tasks: JoinSet<()>,
}

impl Telemetry {
    /// Starts what the configuration asks for; none when it asks for nothing.
    ///
    /// # Errors
    /// [`TelemetryError`]; nothing is started then.
    pub async fn start(config: &Config) -> Result<Option<Self>, TelemetryError> {
        if config.otlp.is_empty() && config.metrics.is_empty() {
            return Ok(None);
        }
        let bound = bind(&config.metrics).await?;
        let providers = export::Providers::new(config)?;
        calls::prepare();
        let live = Arc::new(Live {
            tracer: providers.traces.as_ref().map(|traces| traces.tracer(SCOPE)),
            metrics: metrics::Metrics::new(&providers.metrics.meter(SCOPE)),
            lines: providers.lines.as_ref().map(OpenTelemetryTracingBridge::new),
        });
        let watched = Arc::new(OnceLock::new());
        let page = bound.as_ref().map(|(_, address)| *address);
        let mut tasks = JoinSet::new();
        if let (Some((listener, address)), Some(registry)) = (bound, providers.registry.clone()) {
            let shown = Shown { registry, live: Arc::clone(&live), watched: Arc::clone(&watched) };
            tasks.spawn(serve_page(listener, shown));
            tracing::info!(%address, "metrics are served at /metrics");
        }
        let (looking, seen) = (Arc::clone(&live), Arc::clone(&watched));
        tasks.spawn(async move {
            loop {
                looks::look(&looking, seen.get()).await;
                tokio::time::sleep(looks::EVERY).await;
            }
        });
        *LIVE.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&live));
        ON.store(true, Ordering::Relaxed);
        Ok(Some(Self { live, providers, page, watched, tasks }))
    }

    /// Looks at a hub too from now on.
    pub fn watch(&self, watched: Watched) {
        watched.hub.log.observe(Arc::new(metrics::committed));
        parked(crate::clocks::PART, None);
        // A second hub of a process is not looked at; it has lines and traces all the same.
        let _ = self.watched.set(watched);
    }

    /// Where the page for Prometheus is.
    #[must_use]
    pub const fn page(&self) -> Option<SocketAddr> {
        self.page
    }

    /// Longest that [`Telemetry::stop`] takes.
    pub const STOPPING: Duration = export::FLUSHING;

    /// Stops measuring and sends what is left, within [`Telemetry::STOPPING`].
    pub async fn stop(mut self) {
        {
            let mut now = LIVE.write().unwrap_or_else(PoisonError::into_inner);
            if now.as_ref().is_some_and(|now| Arc::ptr_eq(now, &self.live)) {
                ON.store(false, Ordering::Relaxed);
                *now = None;
            }
        }
        self.tasks.shutdown().await;
        self.providers.flush().await;
    }
}

/// What the page shows.
#[derive(Clone)]
struct Shown {
    registry: Registry,
    live: Arc<Live>,
    watched: Arc<OnceLock<Watched>>,
}

/// The socket of the page and where it is; none when no page is asked for.
async fn bind(metrics: &str) -> Result<Option<(TcpListener, SocketAddr)>, TelemetryError> {
    if metrics.is_empty() {
        return Ok(None);
    }
    let address: SocketAddr =
        metrics.parse().map_err(|_| TelemetryError::Page { metrics: metrics.to_owned() })?;
    let bound = TcpListener::bind(address).await.and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map(Some).map_err(|cause| TelemetryError::Bind { address, cause })
}

async fn serve_page(listener: TcpListener, shown: Shown) {
    let pages = Router::new().route("/metrics", get(page)).with_state(shown);
    let server = tonic::transport::Server::builder().accept_http1(true).add_routes(Routes::from(pages));
    if let Err(error) = server.serve_with_incoming(TcpIncoming::from(listener)).await {
        tracing::error!(%error, "metrics are not served any more");
    }
}

async fn page(State(shown): State<Shown>) -> Response {
    looks::look(&shown.live, shown.watched.get()).await;
    match TextEncoder::new().encode_to_string(&shown.registry.gather()) {
        Ok(text) => ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
