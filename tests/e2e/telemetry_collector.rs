//! The other end of OTLP: a collector on a real socket that keeps all it gets, and a reader of the page for Prometheus.
//! Never here: what should come.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, watch};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::stage::{Stage, soon};

/// A process has one telemetry: stories about it play one after the other.
pub static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// All that came.
#[derive(Default)]
pub struct Got {
    pub traces: Vec<ExportTraceServiceRequest>,
    pub metrics: Vec<ExportMetricsServiceRequest>,
    pub lines: Vec<ExportLogsServiceRequest>,
}

impl Got {
    /// Every span.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        let scopes = self.traces.iter().flat_map(|one| &one.resource_spans).flat_map(|one| &one.scope_spans);
        scopes.flat_map(|one| &one.spans)
    }

    /// Every metric, as often as it came.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        let all = self.metrics.iter().flat_map(|one| &one.resource_metrics);
        all.flat_map(|one| &one.scope_metrics).flat_map(|one| &one.metrics)
    }

    /// Traces and metrics as text, for searching.
    pub fn told(&self) -> String {
        format!("{:?}\n{:?}", self.traces, self.metrics)
    }

    /// The same with the lines.
    pub fn everything(&self) -> String {
        format!("{}\n{:?}", self.told(), self.lines)
    }
}

/// A collector on a port of its own.
pub struct Collector {
    address: SocketAddr,
    got: watch::Sender<Got>,
}

#[derive(Clone)]
struct Ears(watch::Sender<Got>);

impl Collector {
    /// Listens.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let got = watch::Sender::new(Got::default());
        let ears = Ears(got.clone());
        let server = Server::builder()
            .add_service(TraceServiceServer::new(ears.clone()).max_decoding_message_size(usize::MAX))
            .add_service(MetricsServiceServer::new(ears.clone()).max_decoding_message_size(usize::MAX))
            .add_service(LogsServiceServer::new(ears).max_decoding_message_size(usize::MAX));
        tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        Self { address, got }
    }

    /// What the setting `otlp` is given.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Looks at what came so far.
    pub fn got(&self) -> watch::Ref<'_, Got> {
        self.got.borrow()
    }

    /// Waits until a span fits, and gives it.
    pub async fn span(&self, what: &str, fits: impl Fn(&Span) -> bool) -> Span {
        let mut heard = self.got.subscribe();
        let found = heard.wait_for(|got| got.spans().any(&fits));
        let got = soon(what, found).await.unwrap();
        got.spans().find(|span| fits(span)).cloned().unwrap()
    }
}

macro_rules! hears {
    ($($service:ident: $request:ident => $response:ident, $into:ident;)+) => {
        $(
            #[tonic::async_trait]
            impl $service for Ears {
                async fn export(&self, sent: Request<$request>) -> Result<Response<$response>, Status> {
                    self.0.send_modify(|got| got.$into.push(sent.into_inner()));
                    Ok(Response::new($response::default()))
                }
            }
        )+
    };
}

hears! {
    TraceService: ExportTraceServiceRequest => ExportTraceServiceResponse, traces;
    MetricsService: ExportMetricsServiceRequest => ExportMetricsServiceResponse, metrics;
    LogsService: ExportLogsServiceRequest => ExportLogsServiceResponse, lines;
}

/// The hub of a stage starts again, telling everything it can tell.
pub async fn told_to(stage: &mut Stage, otlp: String) {
    stage.stop().await;
    stage.config.otlp = otlp;
    stage.config.metrics = "127.0.0.1:0".to_owned();
    stage.start_again().await;
}

/// The text of an attribute, a number in digits; empty when it is not there.
pub fn word(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|one| one.key == key).and_then(|one| one.value.as_ref());
    match found.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Every label of every point of a metric.
pub fn labels(metric: &Metric) -> Vec<(String, String)> {
    let points: Vec<&Vec<KeyValue>> = match metric.data.as_ref().unwrap() {
        Data::Gauge(gauge) => gauge.data_points.iter().map(|point| &point.attributes).collect(),
        Data::Sum(sum) => sum.data_points.iter().map(|point| &point.attributes).collect(),
        Data::Histogram(spread) => spread.data_points.iter().map(|point| &point.attributes).collect(),
        other => panic!("{other:?} is no metric of ours"),
    };
    let labels = points.into_iter().flatten();
    labels.map(|label| (label.key.clone(), word(std::slice::from_ref(label), &label.key))).collect()
}

/// The page for Prometheus.
pub async fn scrape(stage: &Stage) -> String {
    let mut line = TcpStream::connect(stage.running().metrics().unwrap()).await.unwrap();
    line.write_all(b"GET /metrics HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut page = Vec::new();
    soon("the page", line.read_to_end(&mut page)).await.unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    page
}

/// The values of a page, by name and labels.
pub fn values(page: &str) -> BTreeMap<String, f64> {
    let lines = page.lines().filter(|line| line.starts_with("safeguard_") || line.starts_with("rpc_"));
    lines
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}
