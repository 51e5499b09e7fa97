//! Asking the cluster over HTTP: one request to one node, and the same request again and again until the
//! leader has given an answer that stands.
//!
//! Redirects are followed by hand, and only to nodes the cluster itself has named: a request carries the
//! account. `Accept` is always set, because without it the server answers with a description of itself.
//!
//! Must never be here: what an answer means (see `answer`), or a payload or the account in a trace.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Certificate, RequestBuilder, StatusCode, redirect};
use tokio::time::{Instant, sleep, timeout_at};

use super::address::{KurrentOptions, Names, Node};
use super::answer::{self, Asked, Settled, Unsettled};
use super::leader::Members;
use crate::error::{ClusterFault, Outage};

/// How often one request follows a redirect. A node that does not know the leader names itself.
const REDIRECTS: usize = 2;
/// The first and the longest pause before asking again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// How long to wait for a connection, at most.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a look at a node may take, and how much it may bring.
const LOOK: Duration = Duration::from_millis(2500);
const LOOK_BYTES: usize = 1024 * 1024;
/// Connections that nobody uses are closed before a firewall forgets them.
const IDLE: Duration = Duration::from_secs(30);

/// The account. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// One request, to be sent as often as needed.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    /// Events to a stream that must end at this number, -1 for no stream.
    Append { path: String, expected: i64, events: Bytes },
    /// A page of a stream. With `wait` the server keeps the request that long for what is not there
    /// yet; more than `most` bytes are not read.
    Page { path: String, wait: Option<Duration>, most: Option<usize> },
    /// Anything else, as plain JSON.
    Plain { path: String },
}

impl Ask {
    const fn asked(&self) -> Asked {
        match self {
            Self::Append { .. } => Asked::Append,
            Self::Page { .. } | Self::Plain { .. } => Asked::Read,
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Append { path, .. } | Self::Page { path, .. } | Self::Plain { path } => path,
        }
    }

    const fn most(&self) -> Option<usize> {
        match self {
            Self::Page { most, .. } => *most,
            Self::Append { .. } | Self::Plain { .. } => None,
        }
    }
}

/// A pause that grows from one try to the next.
#[derive(Debug)]
pub(super) struct Pause(Duration);

impl Pause {
    pub(super) const fn new() -> Self {
        Self(PAUSES.0)
    }

    /// Waits. False when the deadline would be over; then there was no wait.
    pub(super) async fn before(&mut self, until: Instant) -> bool {
        let fits = Instant::now() + self.0 < until;
        if fits {
            sleep(self.0).await;
            self.0 = (self.0 * 2).min(PAUSES.1);
        }
        fits
    }

    /// Waits, whatever the time.
    pub(super) async fn wait(&mut self) {
        sleep(self.0).await;
        self.0 = (self.0 * 2).min(PAUSES.1);
    }
}

pub(super) struct Client {
    http: reqwest::Client,
    credentials: Option<Credentials>,
    options: KurrentOptions,
    members: Members,
}

impl Client {
    pub(super) fn new(
        options: KurrentOptions,
        credentials: Option<Credentials>,
        authority: Vec<Certificate>,
    ) -> Result<Self, ClusterFault> {
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT.min(options.request_timeout))
            .pool_idle_timeout(IDLE);
        // Who names an authority trusts no other; without TLS nobody need be trusted.
        let named = !options.tls || !authority.is_empty();
        let http = if named { http.tls_certs_only(authority) } else { http };
        let http = http.build().map_err(|error| ClusterFault::Unavailable {
            reason: Outage::Failing { detail: error.to_string() },
        })?;
        let members = Members::new(options.seeds.clone());
        Ok(Self { http, credentials, options, members })
    }

    pub(super) const fn options(&self) -> &KurrentOptions {
        &self.options
    }

    pub(super) const fn members(&self) -> &Members {
        &self.members
    }

    /// When something that begins now must have ended.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.options.deadline
    }

    /// Asks the leader until an answer stands.
    ///
    /// An append whose answer was lost is sent again unchanged: same ids, same expected number. If it
    /// was written after all, the server recognises it and answers as it would have.
    pub(super) async fn ask(&self, ask: &Ask, until: Instant) -> Result<Settled, Outage> {
        let mut pause = Pause::new();
        loop {
            let unsettled = match self.once(ask, until).await {
                Ok(settled) => return Ok(settled),
                Err(Unsettled::Denied) => return Err(Outage::Denied),
                Err(unsettled) => unsettled,
            };
            tracing::debug!(path = ask.path(), unsettled = unsettled.detail(), "asking the cluster again");
            if !pause.before(until).await {
                return Err(unsettled.outage());
            }
        }
    }

    /// Asks the leader once, and whom it sends on to.
    pub(super) async fn once(&self, ask: &Ask, until: Instant) -> Result<Settled, Unsettled> {
        let late = |_| Unsettled::Absent { detail: "no node said in time who leads".to_owned() };
        let found = timeout_at(until, self.members.leader(self)).await.map_err(late)?;
        let mut node = found.map_err(|fault| Unsettled::Absent { detail: fault.to_string() })?;
        for _ in 0..=REDIRECTS {
            match self.send(&node, ask, until).await {
                Err(Unsettled::Elsewhere { node: Some(other) }) if self.members.adopt(&other) => {
                    node = other;
                }
                Err(unsettled @ Unsettled::Denied) => return Err(unsettled),
                Err(unsettled) => {
                    self.members.forget(&node);
                    return Err(at(&node, unsettled));
                }
                Ok(settled) => return Ok(settled),
            }
        }
        self.members.forget(&node);
        Err(Unsettled::Absent { detail: format!("{node} sends on and on") })
    }

    async fn send(&self, node: &Node, ask: &Ask, until: Instant) -> Result<Settled, Unsettled> {
        let url = self.url(node, ask.path());
        let request = match ask {
            Ask::Append { expected, events, .. } => {
                let kind = self.media("events+json");
                let expected = HeaderValue::from(*expected);
                let request = self.http.post(url).header(CONTENT_TYPE, kind).body(events.clone());
                let request = request.header(ACCEPT, "application/json");
                request.header(self.header("expectedversion"), expected)
            }
            Ask::Page { wait, .. } => {
                let request = self.http.get(url).header(ACCEPT, self.media("atom+json"));
                match wait {
                    Some(wait) => request.header(self.header("longpoll"), wait.as_secs()),
                    None => request,
                }
            }
            Ask::Plain { .. } => self.http.get(url).header(ACCEPT, "application/json"),
        };
        let request = request.header(self.header("requireleader"), "True");
        let waits = match ask {
            Ask::Page { wait, .. } => wait.unwrap_or_default(),
            Ask::Append { .. } | Ask::Plain { .. } => Duration::ZERO,
        };
        let limit =
            (self.options.request_timeout + waits).min(until.saturating_duration_since(Instant::now()));
        let request = self.signed(request).timeout(limit);
        let mut response = request.send().await.map_err(|error| lost(&error))?;
        match answer::classify(ask.asked(), response.status(), response.headers()) {
            Some(answer) => answer,
            None => body(&mut response, ask.most()).await,
        }
    }

    /// Looks at what a node says to everybody: `/gossip`, `/info`. The account is shown only to a node
    /// that asks for it. `None` when the node answers, but has no such page.
    pub(super) async fn look(&self, node: &Node, path: &str) -> Result<Option<Bytes>, Unsettled> {
        let limit = self.options.request_timeout.min(LOOK);
        let request =
            || self.http.get(self.url(node, path)).header(ACCEPT, "application/json").timeout(limit);
        let mut response = request().send().await.map_err(|error| lost(&error))?;
        if response.status() == StatusCode::UNAUTHORIZED && self.credentials.is_some() {
            response = self.signed(request()).send().await.map_err(|error| lost(&error))?;
        }
        let settled = match answer::classify(Asked::Read, response.status(), response.headers()) {
            None => body(&mut response, Some(LOOK_BYTES)).await?,
            Some(answer) => answer?,
        };
        Ok(match settled {
            Settled::Body(body) => Some(body),
            Settled::TooMuch
            | Settled::Missing
            | Settled::Gone
            | Settled::Refused { .. }
            | Settled::Written { .. }
            | Settled::Conflict { .. } => None,
        })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.credentials {
            Some(Credentials { user, password }) => request.basic_auth(user, Some(password)),
            None => request,
        }
    }

    fn url(&self, node: &Node, path: &str) -> String {
        let scheme = if self.options.tls { "https" } else { "http" };
        format!("{scheme}://{node}{path}")
    }

    fn media(&self, kind: &str) -> String {
        match self.options.names {
            Names::Legacy => format!("application/vnd.eventstore.{kind}"),
            Names::Kurrent => format!("application/vnd.kurrent.{kind}"),
        }
    }

    fn header(&self, name: &str) -> String {
        match self.options.names {
            Names::Legacy => format!("es-{name}"),
            Names::Kurrent => format!("kurrent-{name}"),
        }
    }
}

/// The whole body, or none of it when it is longer than the reader takes.
async fn body(response: &mut reqwest::Response, most: Option<usize>) -> Result<Settled, Unsettled> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        body.extend_from_slice(&chunk);
        if most.is_some_and(|most| body.len() > most) {
            return Ok(Settled::TooMuch);
        }
    }
    Ok(Settled::Body(body.into()))
}

/// A request without an answer. The texts of the HTTP library name the node and the system's error.
fn lost(error: &reqwest::Error) -> Unsettled {
    let mut detail = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        detail = error.to_string();
        cause = error.source();
    }
    if error.is_connect() { Unsettled::Absent { detail } } else { Unsettled::Unanswered { detail } }
}

/// The same, saying which node it was.
fn at(node: &Node, unsettled: Unsettled) -> Unsettled {
    match unsettled {
        Unsettled::Absent { detail } => Unsettled::Absent { detail: format!("{node}: {detail}") },
        Unsettled::Unanswered { detail } => Unsettled::Unanswered { detail: format!("{node}: {detail}") },
        Unsettled::Elsewhere { node: Some(other) } => Unsettled::Absent {
            detail: format!("{node} sends on to {other}, which is no member of the cluster"),
        },
        Unsettled::Elsewhere { node: None } => {
            Unsettled::Absent { detail: format!("{node} sends on, but names no node") }
        }
        Unsettled::Denied => Unsettled::Denied,
    }
}
