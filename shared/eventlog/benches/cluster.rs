//! What our client of a KurrentDB cluster costs: the processor time of an append beyond that of the bare HTTP request, and
//! how many events a second a follower takes in. The cluster is the tests' own, over real sockets on another thread, so that
//! the client's thread does nothing but the client's work; what a real cluster takes is not told by this.
//!
//! `cargo bench -p eventlog --bench cluster`. Never here: a goal that fails the run; the figures are for people.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement tells its figures and may stop at the first surprise"
)]

#[path = "../../../tests/kurrent/server.rs"]
mod kurrent;

use std::time::{Duration, Instant};

use eventlog::{EventLog, Expected, JsonObject, KurrentOptions, NewEvent, Revision, StreamName};
use kurrent::{Cluster, Shape};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Appends and bare requests of one measurement.
const APPENDS: usize = 5_000;
/// Events that a follower catches up with.
const HISTORY: usize = 50_000;
/// Events of one append while history is made.
const BATCH: usize = 100;
/// Events a second that come while a follower follows.
const RATE: usize = 5_000;
/// For so many seconds.
const SECONDS: usize = 5;

fn main() {
    let (tell, told) = oneshot::channel();
    let (end, ended) = oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        runtime().block_on(async {
            let cluster = Cluster::start(Shape::quick()).await;
            tell.send((cluster.address("bench"), cluster.node(0).url)).unwrap();
            let _ = ended.await;
        });
    });
    runtime().block_on(async {
        let (address, url) = told.await.unwrap();
        let options = KurrentOptions::parse(&address).unwrap();
        appends(&EventLog::open_kurrent(options.clone()).await.unwrap(), &url).await;
        follows(options).await;
    });
    drop(end);
    server.join().unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Processor time of this thread.
fn spent() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// About what a report of a clue is.
fn event() -> NewEvent {
    let data = serde_json::json!({
        "category": "fee-fraud", "urgency": "U3", "division": "430405",
        "narrative": {"key": "CL-20261122-430405", "ct": "b".repeat(300)},
    });
    let metadata = serde_json::json!({
        "by": {"officer": "OF-B-EDU", "unit": "UN-EDU-430405"}, "command": Uuid::now_v7(),
        "recorded": "2026-11-22T01:00:00Z", "trace": "0".repeat(55),
    });
    NewEvent {
        id: Uuid::now_v7(),
        kind: "clue.reported".to_owned(),
        data: JsonObject::of(&data).unwrap(),
        metadata: JsonObject::of(&metadata).unwrap(),
    }
}

fn stream(name: &str, number: usize) -> StreamName {
    StreamName::parse(&format!("{name}-{number}")).unwrap()
}

fn told(name: &str, value: f64, about: &str) {
    println!("{name:<28} {value:>12.1}   {about}");
}

/// Microseconds of one of so many.
fn micros(span: Duration, count: usize) -> f64 {
    span.as_secs_f64() * 1e6 / count as f64
}

/// One append after the other, each to a stream of its own; then the same requests by the HTTP client alone.
async fn appends(log: &EventLog, url: &str) {
    let events: Vec<NewEvent> = (0..APPENDS).map(|_| event()).collect();
    let (begun, before) = (Instant::now(), spent());
    for (number, event) in events.into_iter().enumerate() {
        log.append(&stream("clue", number), Expected::NoStream, vec![event]).await.unwrap();
    }
    let (ours, took) = (spent() - before, begun.elapsed());
    let client = reqwest::Client::new();
    let bodies: Vec<String> = (0..APPENDS)
        .map(|_| {
            let NewEvent { id, kind, data, metadata } = event();
            format!(
                r#"[{{"eventId":"{id}","eventType":"{kind}","data":{},"metadata":{}}}]"#,
                data.as_str(),
                metadata.as_str()
            )
        })
        .collect();
    let before = spent();
    for (number, body) in bodies.into_iter().enumerate() {
        let post = client
            .post(format!("{url}/streams/bench-bare{number}"))
            .header("content-type", "application/vnd.eventstore.events+json")
            .header("es-expectedversion", "-1");
        let answer = post.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{answer:?}");
    }
    let bare = spent() - before;
    told("append_cpu_us", micros(ours, APPENDS), "processor time of the client's thread for an append");
    told("bare_request_cpu_us", micros(bare, APPENDS), "the same for the HTTP request alone");
    let beyond = micros(ours, APPENDS) - micros(bare, APPENDS);
    told("append_overhead_cpu_us", beyond, "at most 200 beyond the round trip");
    told(
        "append_ms",
        took.as_secs_f64() * 1e3 / APPENDS as f64,
        "one append after the other, server included",
    );
}

/// A follower catches up with a history, and follows what comes.
async fn follows(options: KurrentOptions) {
    let log = EventLog::open_kurrent(options.clone()).await.unwrap();
    for number in 0..HISTORY / BATCH {
        let events = (0..BATCH).map(|_| event()).collect();
        log.append(&stream("history", number), Expected::NoStream, events).await.unwrap();
    }
    let wanted = log.head().await.unwrap();
    let follower = EventLog::open_kurrent(options.clone()).await.unwrap();
    let mut following = follower.subscribe(None);
    let (begun, before, mut seen) = (Instant::now(), spent(), 0);
    while following.after() < wanted {
        seen += following.next().await.unwrap().len();
    }
    let took = begun.elapsed();
    told(
        "catch_up_per_s",
        seen as f64 / took.as_secs_f64(),
        "events a follower reads that has all of it before it",
    );
    told(
        "catch_up_cpu_us",
        micros(spent() - before, seen),
        "processor time of the client's thread for one of them",
    );
    // What comes is written by another thread, a batch at a time.
    let writer = std::thread::spawn(move || runtime().block_on(write(options)));
    let (begun, mut came, mut longest) = (Instant::now(), 0, Duration::ZERO);
    while came < RATE * SECONDS {
        let page = following.next().await.unwrap();
        let now = jiff::Timestamp::now();
        for event in &page {
            let age = now.duration_since(event.event.recorded_at);
            longest = longest.max(age.try_into().unwrap_or_default());
        }
        came += page.len();
    }
    let rate = came as f64 / begun.elapsed().as_secs_f64();
    writer.join().unwrap();
    told("follow_per_s", rate, "events followed as they come; 5000 a second were written");
    told(
        "follow_oldest_ms",
        longest.as_secs_f64() * 1e3,
        "from being handed to the log to being followed, at worst",
    );
}

async fn write(options: KurrentOptions) {
    let log = EventLog::open_kurrent(options).await.unwrap();
    let pause = Duration::from_secs(1) / u32::try_from(RATE / BATCH).unwrap();
    let mut tick = tokio::time::interval(pause);
    let mut at: Option<Revision> = None;
    for _ in 0..RATE * SECONDS / BATCH {
        tick.tick().await;
        let events = (0..BATCH).map(|_| event()).collect();
        let expected = at.map_or(Expected::NoStream, Expected::At);
        at = Some(log.append(&stream("live", 0), expected, events).await.unwrap());
    }
}
