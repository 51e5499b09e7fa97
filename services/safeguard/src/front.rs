//! The front: one address for all roles. It sends each call to an instance that is up and serves the call's service, and
//! a call of one message whose instance dies goes to the next one. Never here: a rule, a token, a stored byte: it only
//! passes on what it is given, and tells the instance which certificate its caller showed and from where it came
//! (`hub::tls`).
//!
//! Crash story. A call that was sent on may have been done although its answer never came. It is sent again unchanged:
//! a command carries its id and is done once, a question asks twice. A call that streams its request cannot be sent
//! again from here, nor may one whose command has no id: both are answered as unavailable, and the caller goes on.

mod instances;
mod lines;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::any;
use hub::Time;
use hub::config::{Config, Serving};
use hub::deadline;
use hub::serve::{self, Watched, streamed_requests, whole};
use hub::telemetry::{self, Telemetry};
use hub::tls::{MARK, Tls, say_address};
use tokio::sync::oneshot;
use tonic::Status;
use tonic::service::RoutesBuilder;
use tonic::transport::Uri;
use wire::refusal::Refusal;

use instances::{Instances, hash};

use crate::listening::Listening;

/// How long a call waits for an instance when none is up.
const PATIENCE: Duration = Duration::from_secs(5);
/// When a caller should come back who found none.
const COME_BACK: Duration = Duration::from_secs(1);
/// How long a call of one message may take to arrive, to find an instance and to be answered.
const LONGEST: Duration = Duration::from_secs(90);
/// The service whose commands carry no id: done twice, they would be done twice.
const NEVER_TWICE: &str = "/safeguard.v1.WebhooksService";
/// The services of the one instance that delivers.
const DELIVERED: [&str; 2] = ["GroupsService", "WebhooksService"];

/// An instance of a role, e.g. `police=http://10.0.0.3:50051`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// What it serves.
    pub part: Serving,
    /// Where.
    pub at: Uri,
}

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = |why: &str| format!("{text:?} is no route: {why}; give ROLE=http://HOST:PORT");
        let (part, at) = text.split_once('=').ok_or_else(|| bad("there is no ="))?;
        let part =
            Serving::ALL.into_iter().find(|one| one.name() == part).ok_or_else(|| bad("no such role"))?;
        let at: Uri = at.parse().map_err(|_| bad("no such address"))?;
        match at.scheme_str() {
            Some("http" | "https") if at.authority().is_some() => Ok(Self { part, at }),
            Some(_) | None => Err(bad("the address needs http:// or https:// and a host")),
        }
    }
}

/// The gRPC services of a role.
const fn services(part: Serving) -> &'static [&'static str] {
    match part {
        Serving::Directory => &["SessionService", "DirectoryService", "AccessService", "OversightService"],
        Serving::Education => &["EducationService", "CampaignService"],
        Serving::Police => &["PoliceService"],
        Serving::Fire => &["FireService", "InspectionService", "HazardService"],
        Serving::Streams => &["StreamsService", "GroupsService", "WebhooksService"],
        Serving::Front | Serving::Keys => &[],
    }
}

/// A front that is being served.
pub struct Fronting {
    /// Where it listens.
    pub address: SocketAddr,
    tls: Option<Tls>,
    stop: oneshot::Sender<()>,
    listening: Listening,
    telemetry: Option<Telemetry>,
}

/// Serves a front until [`Fronting::stop`].
///
/// # Errors
/// A route that is none, no route at all, other roles beside it, or an address that cannot be used.
pub async fn start(config: &Config) -> anyhow::Result<Fronting> {
    ensure!(
        config.serve == [Serving::Front],
        "a front runs alone; give the other roles processes of their own"
    );
    ensure!(!config.routes.is_empty(), "a front needs instances; give --route ROLE=http://HOST:PORT");
    let routes = config.routes.iter().map(|route| route.parse().map_err(anyhow::Error::msg));
    let tls = Tls::start(config, &Time::system())?;
    let telemetry = Telemetry::start(config).await?;
    let (pages, health) = passing_on(&routes.collect::<anyhow::Result<Vec<Route>>>()?, tls.as_ref())?;
    let bound = serve::bind(config.grpc).await?.with_tls(tls.clone());
    let address = bound.address();
    let (stop, stopped) = oneshot::channel();
    let asked = async move {
        let _ = stopped.await;
    };
    let serving = serve::serve(bound, RoutesBuilder::default(), pages, health, asked);
    let listening = Listening::to(async { Ok(serving.await?) });
    Ok(Fronting { address, tls, stop, listening, telemetry })
}

impl Fronting {
    /// TLS as it is in use, when there is any.
    #[must_use]
    pub fn tls(&self) -> Option<Tls> {
        self.tls.clone()
    }

    /// Where metrics are served for Prometheus, when they are.
    #[must_use]
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.telemetry.as_ref().and_then(Telemetry::page)
    }

    /// Waits until `stop` resolves.
    ///
    /// # Errors
    /// It has ended by itself before.
    pub async fn until(&mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        self.listening.until(stop).await
    }

    /// Takes no new calls and finishes those it accepted.
    ///
    /// # Errors
    /// When the transport failed while stopping.
    pub async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        let ended = self.listening.end().await;
        if let Some(telemetry) = self.telemetry {
            telemetry.stop().await;
        }
        ended
    }
}

/// What every call is sent by.
struct Front {
    /// The instances by the path of the service.
    by_service: HashMap<String, Arc<Instances>>,
    /// Paths of calls that stream their request.
    streamed: HashSet<String>,
}

/// The routes of a front, and the health of each role: whether an instance is up.
///
/// # Errors
/// A role without an instance, or an address that cannot be used.
fn passing_on(all: &[Route], tls: Option<&Tls>) -> anyhow::Result<(Router, Vec<(&'static str, Watched)>)> {
    let (mut by_service, mut health) = (HashMap::new(), Vec::new());
    let mut router = Router::new();
    for part in Serving::ALL {
        let at: Vec<Uri> =
            all.iter().filter(|route| route.part == part).map(|route| route.at.clone()).collect();
        if at.is_empty() {
            continue;
        }
        let instances = Arc::new(Instances::watch((part.name(), ""), at.clone(), tls)?);
        // Of several that follow, one delivers: it alone serves groups and webhooks, and its health says so.
        let delivering = if part == Serving::Streams {
            Arc::new(Instances::watch((part.name(), streams::deliveries::HEALTH), at, tls)?)
        } else {
            Arc::clone(&instances)
        };
        for service in services(part) {
            let path = format!("/safeguard.v1.{service}");
            router = router.route(&format!("{path}/{{method}}"), any(pass_on));
            let of_it = if DELIVERED.contains(service) { &delivering } else { &instances };
            let _ = by_service.insert(path, Arc::clone(of_it));
        }
        if part == Serving::Streams {
            router = router.route("/v1/{*rest}", any(pass_on));
            let _ = by_service.insert("/v1".to_owned(), Arc::clone(&instances));
        }
        health.push((part.name(), instances.health()));
    }
    let front = Front { by_service, streamed: streamed_requests(wire::FILE_DESCRIPTOR_SET)? };
    Ok((router.with_state(Arc::new(front)), health))
}

async fn pass_on(State(front): State<Arc<Front>>, mut request: Request) -> Response {
    say_address(&mut request);
    telemetry::passed_on(request, async |request| front.pass_on(request).await).await
}

impl Front {
    async fn pass_on(&self, request: Request) -> Response {
        let path = request.uri().path();
        let service = path.match_indices('/').nth(1).and_then(|(end, _)| path.get(..end)).unwrap_or_default();
        let Some(instances) = self.by_service.get(service) else {
            return Status::unimplemented("no role here serves this").into_http();
        };
        let outcome = match self.streamed.contains(path) || service == NEVER_TWICE {
            true => once(instances, request).await,
            false => tokio::time::timeout(LONGEST, until_answered(instances, request))
                .await
                .unwrap_or(Err(Refusal::Late)),
        };
        outcome.unwrap_or_else(|refusal| Status::from(refusal).into_http())
    }
}

/// A call that streams its request: to one instance, once.
async fn once(instances: &Instances, request: Request) -> Result<Response, Refusal> {
    let (_, line) = instances.pick(caller(request.headers()), &[], PATIENCE).await.ok_or_else(away)?;
    line.send(request).await.map_err(|_| away())
}

/// A call of one message: to one instance after the other until one answers.
async fn until_answered(instances: &Instances, request: Request) -> Result<Response, Refusal> {
    let (begun, (head, body)) = (Instant::now(), request.into_parts());
    let body = whole(body).await?;
    let (mut tried, mut refused, mut patience) = (Vec::new(), None, PATIENCE);
    while let Some((place, line)) = instances.pick(caller(&head.headers), &tried, patience).await {
        if !tried.is_empty() {
            telemetry::retried(instances.role());
        }
        let mut head = head.clone();
        // What is left of the caller's time is the instance's.
        if let Some(left) = deadline::stated(&head.headers).map(|all| all.saturating_sub(begun.elapsed()))
            && let Ok(left) = HeaderValue::from_str(&format!("{}m", left.as_millis()))
        {
            head.headers.insert(deadline::HEADER, left);
        }
        let request = Request::from_parts(head, Body::from(body.bytes.clone()));
        match line.send(request).await {
            Ok(answer) if !is_away(&answer) => return Ok(answer),
            // It cannot now, and says when: another one that is up may, but nobody waits for a third.
            Ok(answer) => (refused, patience) = (Some(answer), Duration::ZERO),
            Err(error) => tracing::debug!(%error, "an instance did not answer; trying the next"),
        }
        tried.push(place);
    }
    refused.ok_or_else(away)
}

/// Who calls, as far as a front can tell: whoever brings this token, or shows this certificate.
fn caller(headers: &HeaderMap) -> Option<u64> {
    headers.get(AUTHORIZATION).or_else(|| headers.get(MARK)).map(|shown| hash(&shown.as_bytes()))
}

/// Whether an instance answered that it cannot now, e.g. because it is stopping.
fn is_away(answer: &Response) -> bool {
    let unavailable = (tonic::Code::Unavailable as i32).to_string();
    answer.headers().get("grpc-status").is_some_and(|code| code.as_bytes() == unavailable.as_bytes())
}

const fn away() -> Refusal {
    Refusal::LogDown { retry_after: COME_BACK }
}
