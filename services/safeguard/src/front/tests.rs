//! The front before instances whose answers a test holds back: the limits of a connection, and an end that nobody asked
//! for. Never here: real instances (`tests/fleet`, `tests/e2e`).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::convert::Infallible;
use std::future::pending;

use axum::body::Bytes;
use axum::extract::Path;
use hub::serve::CALLS_PER_CONNECTION;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use wire::v1::fire_service_client::FireServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;
use wire::v1::{GetQueueEntryRequest, ListInboxRequest};

use super::lines::Lines;
use super::*;

/// Longest that anything here is waited for.
const SOON: Duration = Duration::from_secs(40);

/// An instance that answers no call before it is told to.
struct Holding {
    address: SocketAddr,
    arrived: watch::Receiver<usize>,
    let_go: watch::Sender<bool>,
    _served: JoinSet<Result<(), serve::ServeError>>,
}

impl Holding {
    async fn start() -> Self {
        Self::answering(Status::not_found("nothing here")).await
    }

    async fn answering(status: Status) -> Self {
        let (arriving, arrived) = watch::channel(0);
        let (let_go, go) = watch::channel(false);
        let answer = async move |Path(method): Path<String>| {
            if method == "WatchQueue" {
                return Response::new(Body::from_stream(
                    futures::stream::pending::<Result<Bytes, Infallible>>(),
                ));
            }
            arriving.send_modify(|count| *count += 1);
            let _ = go.clone().wait_for(|go| *go).await;
            status.clone().into_http()
        };
        let pages = Router::new()
            .route("/safeguard.v1.PoliceService/{method}", any(answer.clone()))
            .route("/safeguard.v1.FireService/{method}", any(answer));
        let bound = serve::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = bound.address();
        let mut served = JoinSet::new();
        let _ = served.spawn(serve::serve(bound, RoutesBuilder::default(), pages, Vec::new(), pending()));
        Self { address, arrived, let_go, _served: served }
    }
}

async fn before(address: SocketAddr) -> Fronting {
    let routes = vec![format!("police=http://{address}")];
    let grpc = ([127, 0, 0, 1], 0).into();
    start(&Config { serve: vec![Serving::Front], routes, grpc, ..Config::default() }).await.unwrap()
}

/// The page for Prometheus.
async fn page(front: &Fronting) -> String {
    let mut line = TcpStream::connect(front.metrics().unwrap()).await.unwrap();
    line.write_all(b"GET /metrics HTTP/1.1\r\nhost: front\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut page = String::new();
    let _ = soon(line.read_to_string(&mut page)).await.unwrap();
    page
}

async fn line_to(front: &Fronting) -> Channel {
    Endpoint::from_shared(format!("http://{}", front.address)).unwrap().connect().await.unwrap()
}

async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(SOON, future).await.unwrap()
}

/// More than one connection may have in flight.
const MANY: usize = CALLS_PER_CONNECTION + 64;

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_do_not_hold_up_others_at_the_limit_of_one_connection() {
    let mut instance = Holding::start().await;
    let front = before(instance.address).await;
    let (one, other) = (line_to(&front).await, line_to(&front).await);
    // From clients that each have fewer.
    let calls: JoinSet<_> =
        (0..MANY)
            .map(|number: usize| {
                let line = if number.is_multiple_of(2) { one.clone() } else { other.clone() };
                async move {
                    PoliceServiceClient::new(line).get_queue_entry(GetQueueEntryRequest::default()).await
                }
            })
            .collect();
    let all = *soon(instance.arrived.wait_for(|arrived| *arrived == MANY)).await.unwrap();
    assert_eq!(all, MANY);
    instance.let_go.send_replace(true);
    for answer in soon(calls.join_all()).await {
        assert_eq!(answer.unwrap_err().code(), Code::NotFound, "each is answered by the instance");
    }
    soon(front.stop()).await.unwrap();
}

#[tokio::test]
async fn a_call_is_under_way_until_its_answer_has_ended() {
    let instance = Holding::start().await;
    let lines = Lines::new(format!("http://{}", instance.address).parse().unwrap(), None).unwrap();
    let uri = format!("http://{}/safeguard.v1.PoliceService/WatchQueue", instance.address);
    let request = Request::post(uri).body(Body::empty()).unwrap();
    let answer = soon(lines.line().unwrap().send(request)).await.unwrap();
    assert_eq!((answer.status().as_u16(), lines.calls()), (200, 1));
    drop(answer);
    assert_eq!(lines.calls(), 0);
}

#[tokio::test]
async fn a_front_that_listens_no_more_ends_with_an_error() {
    let instance = Holding::start().await;
    let mut front = before(instance.address).await;
    front.until(async {}).await.unwrap();
    front.listening.cut();
    soon(front.until(pending())).await.unwrap_err();
}

#[tokio::test]
async fn a_front_tells_which_instances_are_out_what_was_tried_again_and_how_calls_ended() {
    let away = Holding::answering(Status::unavailable("not now")).await;
    let there = Holding::start().await;
    for instance in [&away, &there] {
        instance.let_go.send_replace(true);
    }
    // Nobody listens at the third.
    let nowhere = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let routes = [away.address, there.address, nowhere].map(|at| format!("fire=http://{at}"));
    let config = Config {
        serve: vec![Serving::Front],
        routes: routes.into(),
        grpc: ([127, 0, 0, 1], 0).into(),
        metrics: "127.0.0.1:0".to_owned(),
        ..Config::default()
    };
    let front = start(&config).await.unwrap();
    let up = |page: &str, state: &str, count: u8| {
        let line = format!(
            "safeguard_front_instances{{safeguard_role=\"fire\",safeguard_state=\"{state}\"}} {count}"
        );
        page.lines().any(|one| one == line)
    };
    let both = async { while !up(&page(&front).await, "up", 2) {} };
    soon(both).await;
    let mut fire = FireServiceClient::new(line_to(&front).await);
    let told = soon(fire.list_inbox(ListInboxRequest::default())).await;
    assert_eq!(told.unwrap_err().code(), Code::NotFound, "the one that can answers");
    let page = page(&front).await;
    assert!(up(&page, "out", 1), "{page}");
    for line in [
        "safeguard_front_retries_total{safeguard_role=\"fire\"} 1",
        "safeguard_front_call_duration_seconds_count{rpc_response_status_code=\"NOT_FOUND\",safeguard_service=\"safeguard.v1.FireService\"} 1",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    soon(front.stop()).await.unwrap();
}
