//! What telemetry costs: the same reports to two hubs in turns, one without it and one with traces, metrics and lines all going
//! out to a collector. Both are served on the same core, where the other does nothing meanwhile; callers and collector have
//! the others. Never here: what is told.

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
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};

use crate::bench::crowd::{self, People, in_place};
use crate::bench::served::{beside, served};
use crate::bench::{Figures, quantile};
use crate::process::Process;

/// How many pairs of hubs are started: where a process comes to lie in memory makes one of two alike some percent faster.
const PAIRS: usize = 5;
/// How often each hub of a pair is asked: without, with, with, without, and again. A log that grows slows down what comes
/// later, and a machine's speed changes; of two short turns that follow each other both see much the same of it. An odd
/// number has a middle one.
const TURNS: usize = 13;
/// An empty answer as gRPC frames it.
const NOTHING: [u8; 5] = [0; 5];

/// Measures the figures of `--only telemetry`.
///
/// # Errors
/// When a hub cannot be started, a report is refused, or nothing arrives at the collector.
pub async fn measure(data: &Path, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let (mut turns, mut exports) = (Vec::new(), 0);
    for pair in 0..PAIRS {
        let collector = std::net::TcpListener::bind("127.0.0.1:0")?;
        collector.set_nonblocking(true)?;
        let otlp = format!("http://{}", collector.local_addr()?);
        let data = data.join(pair.to_string());
        // Both before the callers leave the hubs their core.
        let hubs =
            [Hub::start(&data.join("without"), "").await?, Hub::start(&data.join("with"), &otlp).await?];
        let (taken, took) = tokio::task::block_in_place(|| {
            beside(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(in_turns(&hubs, collector, load / 20))
            })
        })?;
        turns.extend(taken);
        exports += took;
    }
    anyhow::ensure!(exports > 0, "nothing arrived at the collector");
    let median = |of: fn(&[Taken; 2]) -> f64| quantile(&mut turns.iter().map(of).collect::<Vec<_>>(), 0.5);
    figures.keep("telemetry_off_per_s", median(|[off, _]| off.per_s), "reports, the hub on one core");
    figures.keep(
        "telemetry_on_per_s",
        median(|[_, on]| on.per_s),
        "with traces, metrics and lines going out",
    );
    figures.keep(
        "telemetry_cost_percent",
        median(|[off, on]| 100.0 * (1.0 - on.per_s / off.per_s)),
        format!("at most 10; the median of {PAIRS} times {TURNS} turns, as the others here"),
    );
    figures.keep(
        "telemetry_off_cpu_us",
        median(|[off, _]| off.cpu_us),
        "processor time of a report, all that follows from it included",
    );
    figures.keep("telemetry_on_cpu_us", median(|[_, on]| on.cpu_us), "the same, with telemetry");
    figures.keep("telemetry_exports", exports as f64, "that the collector took");
    Ok(())
}

/// A hub and who asks it.
struct Hub {
    served: Process,
    people: People,
}

impl Hub {
    async fn start(data: &Path, otlp: &str) -> anyhow::Result<Self> {
        let config = Config { otlp: otlp.to_owned(), ..in_place(data) };
        let people = crowd::enter(&in_place(data)).await?;
        Ok(Self { served: served(&config)?, people })
    }

    /// What reports take.
    async fn asked(&self, lines: &[Channel], load: Duration) -> anyhow::Result<Taken> {
        let before = self.served.spent()?;
        let per_s = crowd::sustained(lines, &self.people, load).await.context("reports")?;
        let spent = self.served.spent()? - before;
        Ok(Taken { per_s, cpu_us: 1e6 * spent / (per_s * load.as_secs_f64()) })
    }
}

/// What reports took.
struct Taken {
    per_s: f64,
    cpu_us: f64,
}

/// Each turn without telemetry and with it, and how many exports the collector took.
async fn in_turns(
    [without, with]: &[Hub; 2],
    collector: std::net::TcpListener,
    load: Duration,
) -> anyhow::Result<(Vec<[Taken; 2]>, u64)> {
    let exports = Arc::new(AtomicU64::new(0));
    let takes_all = Router::new().fallback(taken).with_state(exports.clone());
    let server = Server::builder().add_routes(Routes::from(takes_all));
    let collector = TcpIncoming::from(TcpListener::from_std(collector)?);
    let serving = tokio::spawn(server.serve_with_incoming(collector));
    let [to_off, to_on] = [crowd::lines(&without.served).await?, crowd::lines(&with.served).await?];
    let off = || without.asked(&to_off, load);
    let on = || with.asked(&to_on, load);
    // Until they are warm.
    let _ = (off().await?, on().await?);
    let mut turns = Vec::new();
    for turn in 0..TURNS {
        turns.push(if turn % 2 == 0 {
            let off = off().await?;
            [off, on().await?]
        } else {
            let on = on().await?;
            [off().await?, on]
        });
    }
    serving.abort();
    Ok((turns, exports.load(Ordering::Relaxed)))
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
