//! The front before instances whose answers a test holds back: the limits of a connection, and an end that nobody asked
//! for. Never here: real instances (`tests/fleet`, `tests/e2e`).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::convert::Infallible;
use std::future::pending;

use axum::body::Bytes;
use axum::extract::Path;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use wire::v1::GetQueueEntryRequest;
use wire::v1::police_service_client::PoliceServiceClient;

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
            Status::not_found("nothing here").into_http()
        };
        let pages = Router::new().route("/safeguard.v1.PoliceService/{method}", any(answer));
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

async fn line_to(front: &Fronting) -> Channel {
    Endpoint::from_shared(format!("http://{}", front.address)).unwrap().connect().await.unwrap()
}

async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(SOON, future).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_do_not_hold_up_others_at_the_limit_of_one_connection() {
    let mut instance = Holding::start().await;
    let front = before(instance.address).await;
    let (one, other) = (line_to(&front).await, line_to(&front).await);
    // More than one connection may have in flight, from clients that each have fewer.
    let calls: JoinSet<_> =
        (0..400)
            .map(|number: usize| {
                let line = if number % 2 == 0 { one.clone() } else { other.clone() };
                async move {
                    PoliceServiceClient::new(line).get_queue_entry(GetQueueEntryRequest::default()).await
                }
            })
            .collect();
    let all = *soon(instance.arrived.wait_for(|arrived| *arrived == 400)).await.unwrap();
    assert_eq!(all, 400);
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
