//! A referral's whole journey is linked, from the caller's trace context to the webhook and to the clock that rings a day
//! later; everything that is measured arrives at a collector and stands on the page for Prometheus; and nobody who is
//! away holds anything up. Never here: whether anything leaks in a whole world; that is with the leaks.

use std::time::Instant;

use hub::config::{Config, Serving};
use hub::seal::KeyStore;
use hub::telemetry::{self, NAMES, Telemetry};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use safeguard::keys::KeysServed;
use safeguard::world::Desk;
use safeguard::{front, keys};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tonic::transport::Endpoint;
use tonic::{Code, Request};
use wire::v1;

use crate::acts::{HERE, ask, child_hurt_in, done, see, token};
use crate::follow::{Follower, service};
use crate::leaks_logs::exported;
use crate::receiver::Receiver;
use crate::stage::{SMALL, Stage, law, play_alone, soon};
use crate::telemetry_collector::{Collector, ONE_AT_A_TIME, labels, scrape, told_to, values, word};
use crate::webhooks::{REPORTED, SYSTEM, register};

/// What callers trace under.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const OFFICER: &str = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-00f067aa0ba902b7-01";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a span stands: what its `traceparent` is.
fn place(span: &Span) -> String {
    format!("00-{}-{}-01", hex(&span.trace_id), hex(&span.span_id))
}

/// A child is hurt; the caller traces.
async fn report_under(stage: &Stage, traceparent: &str) -> v1::ReportClueResponse {
    let mut request = Request::new(child_hurt_in(stage, HERE));
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    stage.desk("430405.edu.clerk1").education().report_clue(request).await.unwrap().into_inner()
}

/// The same through a front.
async fn report_through_a_front(stage: &Stage, traceparent: &str) -> v1::ReportClueResponse {
    let at = stage.running().address;
    let front = Config {
        serve: vec![Serving::Front],
        routes: Serving::ALL.iter().map(|role| format!("{}=http://{at}", role.name())).collect(),
        grpc: ([127, 0, 0, 1], 0).into(),
        ..Config::default()
    };
    let front = front::start(&front).await.unwrap();
    let line = Endpoint::from_shared(format!("http://{}", front.address)).unwrap().connect().await.unwrap();
    let clerk = Desk::new(line, stage.world.officer("430405.edu.clerk1").unwrap()).unwrap();
    let mut request = Request::new(child_hurt_in(stage, HERE));
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    let reported = clerk.education().report_clue(request).await.unwrap().into_inner();
    soon("the end of the front", front.stop()).await.unwrap();
    reported
}

/// A key service and one who holds keys of it: what they do stands on the page of this process.
struct Keys {
    served: KeysServed,
    _held: KeyStore,
    _folder: TempDir,
}

async fn keys_are_held() -> Keys {
    let folder = tempfile::tempdir().unwrap();
    let (data, socket) = (folder.path().join("data"), folder.path().join("keys.sock"));
    let config = Config { data, keys_socket: socket, serve: vec![Serving::Keys], ..Config::default() };
    let served = keys::start(&config).await.unwrap();
    let own = Config { keys: served.places[0].clone(), data: folder.path().join("own"), ..Config::default() };
    let held = tokio::task::spawn_blocking(move || KeyStore::at(&own)).await.unwrap().unwrap();
    Keys { served, _held: held, _folder: folder }
}

/// What stands beside the events of one kind of a matter.
async fn besides(stage: &Stage, matter: &str, kind: &str) -> Vec<Value> {
    let log = &stage.running().hub.log;
    let events = log.read(&matter.parse().unwrap(), eventlog::Revision::FIRST).await.unwrap();
    let found = events.iter().filter(|event| event.kind == kind);
    found.map(|event| serde_json::from_str(event.metadata.as_str()).unwrap()).collect()
}

/// What stands beside the first of them.
async fn beside(stage: &Stage, matter: &str, kind: &str) -> Value {
    besides(stage, matter, kind).await.remove(0)
}

fn trace_of(beside: &Value) -> String {
    beside["trace"].as_str().unwrap_or_default().to_owned()
}

/// The front, the call and what the command wrote in it, up to the event: its `traceparent`.
async fn to_the_event(stage: &Stage, collector: &Collector, clue: &str) -> String {
    let passed =
        |span: &Span| hex(&span.parent_span_id) == "00f067aa0ba902b7" && hex(&span.trace_id) == TRACE;
    let passed = collector.span("the front", passed).await;
    assert_eq!((passed.kind(), &*word(&passed.attributes, "safeguard.role")), (SpanKind::Server, "front"));
    let call = collector.span("the call", |span| span.parent_span_id == passed.span_id).await;
    for span in [&passed, &call] {
        assert_eq!(span.name, "safeguard.v1.EducationService/ReportClue");
        assert_eq!(word(&span.attributes, "rpc.response.status_code"), "OK");
    }
    let said = |key: &str| word(&call.attributes, key);
    assert_eq!((&*said("rpc.system.name"), &*said("rpc.method")), ("grpc", &*call.name));
    assert_eq!((&*said("safeguard.action"), &*said("safeguard.stream")), ("clue.report", clue));
    assert_eq!(said("safeguard.events"), "4");
    let took: f64 = said("safeguard.append.duration").parse().expect("it was written");
    assert!(took > 0.0 && call.events.is_empty(), "{took} s, and once");
    let stored = trace_of(&beside(stage, clue, REPORTED).await);
    assert_eq!(stored, place(&call), "the event tells which call wrote it");
    stored
}

/// The event is in the queue and at the other system, in the same trace.
async fn to_view_and_webhook(collector: &Collector, stored: &str, (header, event): (String, Value)) {
    let follows = |span: &Span, name: &str| {
        let linked = span.links.iter().any(|link| hex(&link.trace_id) == TRACE);
        span.name == name && (hex(&span.trace_id) == TRACE || linked)
    };
    collector
        .span("the queue", |span| {
            follows(span, "project") && word(&span.attributes, "safeguard.view") == "queue"
        })
        .await;
    let sent = collector.span("the webhook", |span| follows(span, "webhook.send")).await;
    assert_eq!(header, place(&sent), "the receiver goes on under what sent it");
    assert_eq!(format!("00-{TRACE}-{}-01", hex(&sent.parent_span_id)), stored);
    assert_eq!(event["traceparent"], stored, "and knows where the event is from");
}

/// A day later the clock rings: in a trace of its own that links to the command that started it.
async fn to_the_ring(stage: &Stage, collector: &Collector, clue: &str, stored: &str) {
    let mut clocks = Follower::of(stage, clue).await;
    stage.advance(26 * 60);
    clocks.rung("police-report", None).await;
    let linked = |span: &Span| {
        let back = |link: &opentelemetry_proto::tonic::trace::v1::span::Link| {
            format!("00-{}-{}-01", hex(&link.trace_id), hex(&link.span_id)) == stored
        };
        let said = |key: &str| word(&span.attributes, key);
        (&*said("safeguard.rule"), &*said("safeguard.percent")) == ("police-report", "100")
            && span.links.iter().any(back)
    };
    let ring = collector.span("the ring", linked).await;
    assert_ne!(hex(&ring.trace_id), TRACE, "another day's work is another trace");
    assert_eq!(ring.name, "clock.ring");
    let rung = collector.span("the ring's command", |span| span.parent_span_id == ring.span_id).await;
    let breaches = besides(stage, clue, "clock.breached").await;
    assert!(breaches.iter().any(|breach| trace_of(breach) == place(&rung)), "and can be walked on from");
}

/// One officer claims under a trace of their own, another is refused.
async fn claimed_once(stage: &Stage, collector: &Collector, reported: &v1::ReportClueResponse) {
    let (first, second) = (stage.desk("430405.psb.duty1"), stage.desk("430405.psb.duty2"));
    see!(first, police.get_queue_entry, token(reported), GetQueueEntryRequest { matter: &*reported.clue_id })
        .unwrap();
    let claim = v1::ClaimEntryRequest {
        request_id: crate::stage::id(),
        matter: reported.clue_id.clone(),
        ..Default::default()
    };
    let mut request = Request::new(claim);
    request.metadata_mut().insert("traceparent", OFFICER.parse().unwrap());
    first.police().claim_entry(request).await.unwrap();
    assert_eq!(
        law(ask!(second, police.claim_entry, ClaimEntryRequest { matter: &*reported.clue_id })),
        "ALREADY_CLAIMED"
    );
    let refused = |span: &Span| word(&span.attributes, "safeguard.reason") == "ALREADY_CLAIMED";
    let refused = collector.span("the refused claim", refused).await;
    assert_eq!(refused.name, "safeguard.v1.PoliceService/ClaimEntry");
    assert_eq!(refused.status.unwrap_or_default().code, 0, "a refusal is no fault of the hub's");
    let claimed = beside(stage, &reported.clue_id, "claim.taken").await;
    assert!(trace_of(&claimed).starts_with("00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-"), "{claimed}");
    done!(
        first,
        police.sign_receipt,
        SignReceiptRequest { matter: &*reported.clue_id, receipt_number: "受字1号" }
    );
}

/// What is none of our methods has one name, whatever it was called, and is a fault.
async fn asked_in_vain(stage: &Stage, collector: &Collector) {
    let hub = Endpoint::from_shared(format!("http://{}", stage.running().address)).unwrap();
    let mut another = TraceServiceClient::new(hub.connect().await.unwrap());
    let status = another.export(ExportTraceServiceRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    // Health is asked for under the same name, and answered.
    let in_vain = |span: &Span| {
        let said = |key: &str| word(&span.attributes, key);
        (&*said("rpc.method"), &*said("error.type")) == ("_OTHER", "UNIMPLEMENTED")
    };
    assert_eq!(collector.span("the call of another service", in_vain).await.name, "grpc");
}

/// The page names everything, and what it says of the story is true.
async fn on_the_page(stage: &Stage) {
    telemetry::certificate_expiry("story", "2027-01-01T00:00:00Z".parse().unwrap());
    let page = scrape(stage).await;
    for measure in NAMES {
        assert!(page.contains(&format!("# TYPE {} ", measure.scraped())), "{} in {page}", measure.scraped());
    }
    let values = values(&page);
    let value = |name: &str| values.get(name).copied().unwrap_or_else(|| panic!("no {name} in {page}"));
    assert_eq!(value("safeguard_queue_depth{safeguard_state=\"free\"}"), 1.0);
    assert!(value("safeguard_queue_unclaimed_age_seconds") >= 26.0 * 3_600.0);
    assert!(value("safeguard_clock_breaches_total{safeguard_rule=\"police-report\"}") >= 1.0);
    assert!(value("safeguard_commands_refused_total{safeguard_reason=\"ALREADY_CLAIMED\"}") >= 1.0);
    assert_eq!(value("safeguard_parked_age_seconds{safeguard_part=\"clocks\"}"), 0.0);
    assert_eq!(
        value("safeguard_certificate_expiry_seconds{safeguard_certificate=\"story\"}"),
        1_798_761_600.0
    );
    assert!(value("safeguard_log_commit_appends_sum") >= value("safeguard_log_commit_appends_count"));
    let by_keys = "rpc_server_call_duration_seconds_count{rpc_method=\"safeguard.v1.KeysService/ReadSecrets\",\
                   rpc_response_status_code=\"OK\",rpc_system_name=\"grpc\"}";
    assert!(value(by_keys) >= 1.0, "over its socket too");
    assert!(value("safeguard_keys_leases") >= 1.0);
    let others = "rpc_server_call_duration_seconds_count{error_type=\"UNIMPLEMENTED\",rpc_method=\"_OTHER\",\
                  rpc_response_status_code=\"UNIMPLEMENTED\",rpc_system_name=\"grpc\"}";
    assert!(value(others) >= 1.0);
    let reported = "rpc_server_call_duration_seconds_count{rpc_method=\"safeguard.v1.EducationService/ReportClue\",\
                    rpc_response_status_code=\"OK\",rpc_system_name=\"grpc\"}";
    assert!(value(reported) >= 2.0);
}

/// Labels are of closed sets, and neither they nor spans name an officer.
fn nothing_of_anybody(stage: &Stage, collector: &Collector) {
    let got = collector.got();
    for measure in NAMES {
        let metric = got.metrics().find(|metric| metric.name == measure.name);
        let metric = metric.unwrap_or_else(|| panic!("{} did not arrive", measure.name));
        for (key, value) in labels(metric) {
            assert!(measure.labels.contains(&&*key), "{key} of {}", measure.name);
            for prefix in ["OF-", "UN-", "CL-", "RF-", "IN-", "WH-"] {
                assert!(!value.contains(prefix), "{key}={value} of {}", measure.name);
            }
        }
    }
    for resource in got.traces.iter().flat_map(|sent| &sent.resource_spans) {
        let attributes = &resource.resource.as_ref().unwrap().attributes;
        assert_eq!(word(attributes, "safeguard.log"), "sqlite");
    }
    let told = got.told();
    for account in stage.world.officers.values() {
        assert!(!told.contains(&account.id), "{} is named", account.id);
    }
    for secret in ["班主任发现", "测试学童", "受字"] {
        assert!(!got.everything().contains(secret), "{secret}");
    }
}

#[test]
fn a_journey_over_days_is_linked_and_measured_without_naming_anybody() {
    play_alone(SMALL, async |stage| {
        let _alone = ONE_AT_A_TIME.lock().await;
        exported();
        let collector = Collector::open().await;
        told_to(stage, collector.url()).await;
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        register(&system, there.url("/")).await;
        let reported = report_through_a_front(stage, CALLER).await;
        let keys = keys_are_held().await;
        let got = there.next().await;
        let stored = to_the_event(stage, &collector, &reported.clue_id).await;
        let came = (got.header("traceparent").to_owned(), got.event());
        // The span of a request ends with its answer.
        got.answer(200);
        to_view_and_webhook(&collector, &stored, came).await;
        to_the_ring(stage, &collector, &reported.clue_id, &stored).await;
        claimed_once(stage, &collector, &report_under(stage, OFFICER).await).await;
        asked_in_vain(stage, &collector).await;
        on_the_page(stage).await;
        soon("the end of the key service", keys.served.stop()).await.unwrap();
        stage.stop().await;
        assert!(!collector.got().lines.is_empty(), "lines go out too");
        nothing_of_anybody(stage, &collector);
    });
}

#[test]
fn without_telemetry_nothing_is_told_and_a_callers_context_is_kept_all_the_same() {
    play_alone(SMALL, async |stage| {
        let _alone = ONE_AT_A_TIME.lock().await;
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        register(&system, there.url("/")).await;
        let clue = report_under(stage, CALLER).await.clue_id;
        assert_eq!(trace_of(&beside(stage, &clue, REPORTED).await), CALLER);
        let got = there.next().await;
        assert_eq!((got.header("traceparent"), &got.event()["traceparent"]), (CALLER, &CALLER.into()));
        got.answer(200);
        let clue = report_under(stage, &CALLER.to_uppercase()).await.clue_id;
        assert_eq!(trace_of(&beside(stage, &clue, REPORTED).await), "", "only what is valid");
        let got = there.next().await;
        assert!(!got.headers.contains_key("traceparent") && got.event()["traceparent"].is_null());
        got.answer(200);
        assert_eq!(stage.running().metrics(), None);
    });
}

#[test]
fn a_collector_that_is_away_holds_nobody_up() {
    play_alone(SMALL, async |stage| {
        let _alone = ONE_AT_A_TIME.lock().await;
        // It takes connections and says nothing.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        told_to(stage, format!("http://{}", silent.local_addr().unwrap())).await;
        let clue = report_under(stage, CALLER).await.clue_id;
        assert!(trace_of(&beside(stage, &clue, REPORTED).await).contains(TRACE));
        assert!(values(&scrape(stage).await).len() > NAMES.len());
        stage.stop().await;

        let telemetry = Telemetry::start(&stage.config).await.unwrap().unwrap();
        let began = Instant::now();
        telemetry.stop().await;
        assert!(began.elapsed() < Telemetry::STOPPING * 2, "{:?}", began.elapsed());
    });
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    play_alone(SMALL, async |stage| {
        for (otlp, metrics, named) in [
            ("127.0.0.1:4317", "", "otlp = \"127.0.0.1:4317\""),
            ("not an address", "", "otlp = \"not an address\""),
            ("", "9464", "metrics = \"9464\""),
        ] {
            let config =
                Config { otlp: otlp.to_owned(), metrics: metrics.to_owned(), ..stage.config.clone() };
            let error = Telemetry::start(&config).await.err().unwrap().to_string();
            assert!(error.contains(named), "{error}");
        }
    });
}
