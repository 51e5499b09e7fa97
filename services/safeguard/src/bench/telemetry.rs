//! What telemetry costs: the same reports to the same hub, without it and with traces, metrics and lines all going out to a
//! collector, in turns. Never here: what is told.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use http_body_util::{BodyExt, Full};
use hub::config::Config;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::bench::Figures;
use crate::bench::crowd::{self, People, in_place};
use crate::bench::served::{beside, served};

/// How often each is measured: without, with, with, without, and again, because a log that grows slows down what comes later.
const TURNS: usize = 4;
/// An empty answer as gRPC frames it.
const NOTHING: [u8; 5] = [0; 5];

/// Measures the figures of `--only telemetry`.
///
/// # Errors
/// When the hub cannot be started, a report is refused, or nothing arrives at the collector.
pub async fn measure(data: &Path, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let people = crowd::enter(&in_place(data)).await?;
    let ([without, with], exports) = tokio::task::block_in_place(|| {
        beside(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(in_turns(data, &people, load))
        })
    })?;
    anyhow::ensure!(exports > 0, "nothing arrived at the collector");
    figures.keep("telemetry_off_per_s", without.per_s, "reports, the hub on one core");
    figures.keep("telemetry_on_per_s", with.per_s, "the same, with traces, metrics and lines going out");
    figures.keep("telemetry_cost_percent", 100.0 * (1.0 - with.per_s / without.per_s), "at most 10");
    figures.keep(
        "telemetry_off_cpu_us",
        without.cpu_us,
        "processor time of a report, all that follows from it included",
    );
    figures.keep("telemetry_on_cpu_us", with.cpu_us, "the same, with traces, metrics and lines going out");
    figures.keep("telemetry_exports", exports as f64, "that the collector took");
    Ok(())
}

/// What reports took, a mean of all turns.
#[derive(Default)]
struct Taken {
    per_s: f64,
    cpu_us: f64,
}

/// Without telemetry and with it, and how many exports the collector took.
async fn in_turns(data: &Path, people: &People, load: Duration) -> anyhow::Result<([Taken; 2], u64)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let collector = format!("http://{}", listener.local_addr()?);
    let exports = Arc::new(AtomicU64::new(0));
    let takes_all = Router::new().fallback(taken).with_state(exports.clone());
    let server = Server::builder().add_routes(Routes::from(takes_all));
    let serving = tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let [mut without, mut with] = [Taken::default(), Taken::default()];
    for turn in 0..TURNS {
        for told in [turn % 2 == 1, turn % 2 == 0] {
            let (otlp, taken) = if told { (&*collector, &mut with) } else { ("", &mut without) };
            measured(data, otlp, people, load, taken).await?;
        }
    }
    serving.abort();
    Ok(([without, with], exports.load(Ordering::Relaxed)))
}

/// One turn of one of the two.
async fn measured(
    data: &Path,
    otlp: &str,
    people: &People,
    load: Duration,
    taken: &mut Taken,
) -> anyhow::Result<()> {
    let config = Config { otlp: otlp.to_owned(), ..in_place(data) };
    let mut served = served(&config)?;
    let lines = crowd::lines(&served).await?;
    crowd::sustained(&lines, people, Duration::from_secs(2)).await?;
    let before = served.spent()?;
    let per_s = crowd::sustained(&lines, people, load).await.context("reports")?;
    let spent = served.spent()? - before;
    served.stop()?;
    taken.per_s += per_s / TURNS as f64;
    taken.cpu_us += 1e6 * spent / (per_s * load.as_secs_f64()) / TURNS as f64;
    Ok(())
}

/// Takes whatever is exported, as a collector that has nothing to say to it.
async fn taken(State(exports): State<Arc<AtomicU64>>, request: Request) -> Response {
    let _ = to_bytes(request.into_body(), usize::MAX).await;
    exports.fetch_add(1, Ordering::Relaxed);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let body = Full::new(Bytes::from_static(&NOTHING)).with_trailers(async { Some(Ok(trailers)) });
    let mut answer = Response::new(Body::new(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    answer
}
