//! The ways out: OTLP to a collector for traces, metrics and lines, and a page of metrics for Prometheus. Never here:
//! what is measured or traced.
//!
//! While the collector is away, what is waiting is bounded: spans and lines beyond their queues are dropped, metrics go
//! on adding up. One warning says so, and one line when it is back. At the end everything gets [`FLUSHING`] together.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{self, LogBatch, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use opentelemetry_sdk::trace::{self, BatchConfigBuilder, SdkTracerProvider, SpanData};
use prometheus::Registry;
use tokio::sync::oneshot;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use uuid::Uuid;

use super::TelemetryError;
use crate::config::{Config, LogPlace, Serving};

/// How long one export may take.
const EXPORT: Duration = Duration::from_millis(1_500);
/// How often spans and lines go out at least.
const OFTEN: Duration = Duration::from_secs(1);
/// How often metrics go out.
const METRICS: Duration = Duration::from_secs(10);
/// Spans that may wait: a second of the highest load and more.
const SPANS: usize = 16_384;
/// Longest that stopping waits for all that is left to go out.
pub(super) const FLUSHING: Duration = Duration::from_secs(2);

/// What sends.
pub(super) struct Providers {
    pub(super) traces: Option<SdkTracerProvider>,
    pub(super) metrics: SdkMeterProvider,
    pub(super) lines: Option<SdkLoggerProvider>,
    /// What the page shows.
    pub(super) registry: Option<Registry>,
}

impl Providers {
    /// As the configuration has it: at least one of the two ways is set.
    pub(super) fn new(config: &Config) -> Result<Self, TelemetryError> {
        let resource = resource(config);
        let metrics = SdkMeterProvider::builder().with_resource(resource.clone());
        let (metrics, registry) = if config.metrics.is_empty() {
            (metrics, None)
        } else {
            let registry = Registry::new();
            let page = opentelemetry_prometheus::exporter().with_registry(registry.clone());
            (metrics.with_reader(page.scope_info_enabled(false).build()?), Some(registry))
        };
        if config.otlp.is_empty() {
            return Ok(Self { traces: None, metrics: metrics.build(), lines: None, registry });
        }
        let channel = channel(&config.otlp)?;
        let failing = Arc::new(Failing::default());
        let told = |what| Told { what, failing: Arc::clone(&failing) };
        let spans = SpanExporter::builder()
            .with_tonic()
            .with_channel(channel.clone())
            .with_timeout(EXPORT)
            .build()?;
        let queue = BatchConfigBuilder::default().with_max_queue_size(SPANS).with_scheduled_delay(OFTEN);
        let spans = trace::BatchSpanProcessor::new(Exporter(spans, told("traces")), queue.build());
        let traces = SdkTracerProvider::builder().with_resource(resource.clone()).with_span_processor(spans);
        let sums = MetricExporter::builder().with_tonic().with_channel(channel.clone());
        let sums = Exporter(sums.with_timeout(EXPORT).build()?, told("metrics"));
        let metrics = metrics.with_reader(PeriodicReader::builder(sums).with_interval(METRICS).build());
        let lines = LogExporter::builder().with_tonic().with_channel(channel).with_timeout(EXPORT).build()?;
        let queue = logs::BatchConfigBuilder::default().with_scheduled_delay(OFTEN).build();
        let lines = logs::BatchLogProcessor::builder(Exporter(lines, told("lines"))).with_batch_config(queue);
        let lines = SdkLoggerProvider::builder().with_resource(resource).with_log_processor(lines.build());
        Ok(Self {
            traces: Some(traces.build()),
            metrics: metrics.build(),
            lines: Some(lines.build()),
            registry,
        })
    }

    /// Sends what is left, within [`FLUSHING`]. What takes longer ends on threads of its own, or with the process: a
    /// collector that does not answer keeps nobody from stopping.
    pub(super) async fn flush(self) {
        let Self { traces, metrics, lines, .. } = self;
        let mut ends = vec![apart(move || metrics.shutdown_with_timeout(FLUSHING))];
        ends.extend(traces.map(|traces| apart(move || traces.shutdown_with_timeout(FLUSHING))));
        ends.extend(lines.map(|lines| apart(move || lines.shutdown_with_timeout(FLUSHING))));
        if tokio::time::timeout(FLUSHING, futures::future::join_all(ends)).await.is_err() {
            tracing::warn!("the collector did not take what was left in time");
        }
    }
}

/// Runs something that may block where nobody waits for it at the end of the process.
fn apart(work: impl FnOnce() -> OTelSdkResult + Send + 'static) -> oneshot::Receiver<()> {
    let (done, ended) = oneshot::channel();
    std::thread::spawn(move || {
        if let Err(error) = work() {
            tracing::debug!(%error, "telemetry was not sent to its end");
        }
        // Whoever waited may have gone on.
        let _ = done.send(());
    });
    ended
}

/// What this process is. `OTEL_RESOURCE_ATTRIBUTES` may add to it.
fn resource(config: &Config) -> Resource {
    let mut roles: Vec<&str> = config.serve.iter().map(|part| part.name()).collect();
    roles.sort_unstable();
    let attributes = [
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", Uuid::now_v7().to_string()),
        KeyValue::new("safeguard.roles", roles.join(",")),
    ];
    let log = log(config).map(|log| KeyValue::new("safeguard.log", log));
    Resource::builder()
        .with_service_name("safeguard")
        .with_attributes(attributes.into_iter().chain(log))
        .build()
}

/// What keeps the log of this process; none where there is no log.
fn log(config: &Config) -> Option<&'static str> {
    let any = config.serve.iter().any(|part| !matches!(part, Serving::Front | Serving::Keys));
    match config.log_place().ok().filter(|_| any)? {
        LogPlace::File(_) => Some("sqlite"),
        LogPlace::Cluster(_) => Some("kurrentdb"),
    }
}

/// One connection for all, made when it is first needed and again when it was lost.
fn channel(otlp: &str) -> Result<Channel, TelemetryError> {
    let bad = |cause: String| TelemetryError::Address { otlp: otlp.to_owned(), cause };
    let endpoint = Endpoint::from_shared(otlp.to_owned()).map_err(|error| bad(error.to_string()))?;
    let endpoint = match endpoint.uri().scheme_str() {
        Some("http") => endpoint,
        Some("https") => {
            let trust = ClientTlsConfig::new().with_native_roots();
            endpoint.tls_config(trust).map_err(|error| bad(error.to_string()))?
        }
        Some(_) | None => return Err(bad("it begins with neither http:// nor https://".to_owned())),
    };
    Ok(endpoint.connect_timeout(EXPORT).connect_lazy())
}

/// Which kinds cannot be sent now.
#[derive(Debug, Default)]
struct Failing(Mutex<BTreeSet<&'static str>>);

/// Tells once when sending begins to fail, and once when all of it works again.
#[derive(Debug)]
struct Told {
    what: &'static str,
    failing: Arc<Failing>,
}

impl Told {
    fn of(&self, sent: OTelSdkResult) -> OTelSdkResult {
        let mut failing = self.failing.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = failing.len();
        match &sent {
            Ok(()) => failing.remove(self.what),
            // The process is stopping.
            Err(OTelSdkError::AlreadyShutdown) => false,
            Err(_) => failing.insert(self.what),
        };
        match (before, failing.len(), &sent) {
            (0, 1, Err(error)) => {
                tracing::warn!(what = self.what, %error, "the collector does not answer; telemetry is dropped until it does");
            }
            (1, 0, _) => tracing::info!("the collector takes telemetry again"),
            _ => {}
        }
        sent
    }
}

/// An exporter with somebody who tells how it fares.
struct Exporter<E>(E, Told);

impl<E> fmt::Debug for Exporter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exporter({})", self.1.what)
    }
}

impl<E: trace::SpanExporter> trace::SpanExporter for Exporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.1.of(self.0.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

impl<E: logs::LogExporter> logs::LogExporter for Exporter<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        self.1.of(self.0.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Exporter<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.1.of(self.0.export(metrics).await)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.0.temporality()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;

    /// Counts lines.
    struct Count(Arc<AtomicUsize>);

    impl Subscriber for Count {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_process_tells_what_keeps_its_log_when_it_has_one() {
        let cluster = "kurrentdb://127.0.0.1:2113/hub".to_owned();
        let of = |config: Config| resource(&config).get(&"safeguard.log".into()).map(|log| log.to_string());
        assert_eq!(of(Config::default()).as_deref(), Some("sqlite"));
        assert_eq!(of(Config { log: cluster, ..Config::default() }).as_deref(), Some("kurrentdb"));
        for alone in [Serving::Front, Serving::Keys] {
            assert_eq!(of(Config { serve: vec![alone], ..Config::default() }), None);
        }
    }

    #[test]
    fn a_collector_that_is_away_is_told_of_once_and_so_is_its_coming_back() {
        let lines = Arc::new(AtomicUsize::new(0));
        let failing = Arc::new(Failing::default());
        let told = |what| Told { what, failing: Arc::clone(&failing) };
        let (traces, metrics) = (told("traces"), told("metrics"));
        let away = || Err(OTelSdkError::InternalFailure("nobody there".to_owned()));
        tracing::subscriber::with_default(Count(Arc::clone(&lines)), || {
            for _ in 0..3 {
                assert!(traces.of(away()).is_err() && metrics.of(away()).is_err());
            }
            assert_eq!(lines.load(Ordering::Relaxed), 1);
            assert!(traces.of(Ok(())).is_ok() && traces.of(Ok(())).is_ok());
            assert_eq!(lines.load(Ordering::Relaxed), 1, "not all of it works again");
            assert!(metrics.of(Ok(())).is_ok());
            assert_eq!(lines.load(Ordering::Relaxed), 2);
        });
    }
}
