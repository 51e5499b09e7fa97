//! Sending one request to another system: only to addresses that were looked at, without redirects, proxies or cookies,
//! within its time, reading little of the answer. Never here: what is sent, or what becomes of it.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use tokio::time::Instant;

use super::address;
use super::error::WebhookError;
use super::schedule::{ANSWERING, CONNECTING};

/// Bytes of an answer that are read, so that its connection can serve again; then it is cut.
const READ: usize = 64 * 1024;

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// A status that accepts nothing.
    Status,
    /// 410.
    Gone,
    /// A status that points elsewhere.
    Redirect,
    /// No answer in time.
    Timeout,
    /// No connection, or none that can be trusted.
    Connect,
    /// The host has no address.
    Name,
    /// The host has an address that is not sent to.
    AddressRefused,
    /// The operator does not allow the host, or not any more.
    HostNotAllowed,
    /// The connection ended without an answer.
    Broken,
}

impl Failure {
    const ALL: [Failure; 9] = [
        Failure::Status,
        Failure::Gone,
        Failure::Redirect,
        Failure::Timeout,
        Failure::Connect,
        Failure::Name,
        Failure::AddressRefused,
        Failure::HostNotAllowed,
        Failure::Broken,
    ];

    /// Its stable word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Failure::Status => "STATUS",
            Failure::Gone => "GONE",
            Failure::Redirect => "REDIRECT",
            Failure::Timeout => "TIMEOUT",
            Failure::Connect => "CONNECT",
            Failure::Name => "NAME",
            Failure::AddressRefused => "ADDRESS_REFUSED",
            Failure::HostNotAllowed => "HOST_NOT_ALLOWED",
            Failure::Broken => "BROKEN",
        }
    }

    /// What a word stands for; none for the empty one.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.word() == word)
    }
}

/// The host has an address that is not sent to.
#[derive(Debug, thiserror::Error)]
#[error("{address} is {what}")]
struct AddressRefused {
    address: SocketAddr,
    what: &'static str,
}

/// The name could not be turned into an address.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address")]
struct NoAddress;

/// Looks names up and at what comes out, so that what was looked at is what is connected to. A name with one address
/// that is refused is refused as a whole.
struct Looker {
    private: bool,
}

impl Resolve for Looker {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| NoAddress)?;
            let found: Vec<SocketAddr> = found.collect();
            if found.is_empty() {
                return Err(NoAddress.into());
            }
            let refused = |address: &SocketAddr| address::refused(address.ip()).map(|what| (*address, what));
            match found.iter().find_map(refused) {
                Some((address, what)) if !private => Err(AddressRefused { address, what }.into()),
                Some(_) | None => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

/// What is sent.
pub(super) struct Letter<'a> {
    /// Names it, the same for every attempt.
    pub(super) id: &'a str,
    /// Seconds since 1970 of this attempt.
    pub(super) seconds: i64,
    /// Signatures, a space between.
    pub(super) signatures: &'a str,
    /// The W3C trace context of this request, when there is one.
    pub(super) traceparent: Option<String>,
    /// A CloudEvent as JSON.
    pub(super) body: String,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The HTTP status; none without an answer.
    pub(super) status: Option<u16>,
    /// None when it was accepted.
    pub(super) failed: Option<Failure>,
    /// What the answer says about when to come again.
    pub(super) retry_after: Option<String>,
    /// How long it took.
    pub(super) took: Duration,
}

impl Answer {
    /// None came.
    pub(super) const fn none(failure: Failure, took: Duration) -> Self {
        Self { status: None, failed: Some(failure), retry_after: None, took }
    }
}

/// Makes the client of a hub.
pub(super) fn client(private: bool) -> Result<Client, WebhookError> {
    Client::builder()
        .dns_resolver(Looker { private })
        .no_proxy()
        .redirect(Policy::none())
        .https_only(!private)
        .referer(false)
        .user_agent("safeguard-webhook/1")
        .connect_timeout(CONNECTING)
        .timeout(ANSWERING)
        .pool_max_idle_per_host(2)
        .build()
        .map_err(|error| {
            WebhookError::Client(causes(&error).last().map(ToString::to_string).unwrap_or_default())
        })
}

/// Sends a letter and reads the answer as far as it matters.
pub(super) async fn send(client: &Client, url: Url, letter: Letter<'_>) -> Answer {
    let began = Instant::now();
    let mut request = client
        .post(url)
        .header(CONTENT_TYPE, "application/cloudevents+json")
        .header("webhook-id", letter.id)
        .header("webhook-timestamp", letter.seconds)
        .header("webhook-signature", letter.signatures);
    if let Some(traceparent) = letter.traceparent {
        request = request.header("traceparent", traceparent);
    }
    let mut answer = match request.body(letter.body).send().await {
        Ok(answer) => answer,
        Err(error) => return Answer::none(failure(&error), began.elapsed()),
    };
    let status = answer.status();
    let retry_after =
        answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    // The status has decided; the rest is read only to leave the connection clean.
    let mut left = READ;
    while left > 0
        && let Ok(Some(piece)) = answer.chunk().await
    {
        left = left.saturating_sub(piece.len());
    }
    let failed = if status.is_success() {
        None
    } else if status == StatusCode::GONE {
        Some(Failure::Gone)
    } else if status.is_redirection() {
        Some(Failure::Redirect)
    } else {
        Some(Failure::Status)
    };
    Answer { status: Some(status.as_u16()), failed, retry_after, took: began.elapsed() }
}

/// What an error of the client means. The words of the error are not kept: they may repeat what the other side said.
fn failure(error: &reqwest::Error) -> Failure {
    if causes(error).any(|cause| cause.is::<AddressRefused>()) {
        Failure::AddressRefused
    } else if causes(error).any(|cause| cause.is::<NoAddress>()) {
        Failure::Name
    } else if error.is_timeout() {
        Failure::Timeout
    } else if error.is_connect() {
        Failure::Connect
    } else {
        Failure::Broken
    }
}

/// An error and what caused it, the first cause last.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    async fn sent(private: bool, url: &str) -> Answer {
        let letter =
            Letter { id: "1", seconds: 0, signatures: "v1,", traceparent: None, body: String::new() };
        send(&client(private).unwrap(), url.parse().unwrap(), letter).await
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused_before_anything_is_connected() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = sent(false, &format!("https://localhost:{port}/")).await;
        assert_eq!((answer.status, answer.failed), (None, Some(Failure::AddressRefused)));
        let untouched = futures::poll!(std::pin::pin!(listener.accept()));
        assert!(untouched.is_pending(), "somebody connected");
    }

    #[tokio::test]
    async fn a_name_without_an_address_and_a_closed_door_are_told_apart() {
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(sent(true, &format!("http://{closed}/")).await.failed, Some(Failure::Connect));
        assert_eq!(sent(true, "http://nobody.invalid/").await.failed, Some(Failure::Name));
        for failure in Failure::ALL {
            assert_eq!(Failure::of(failure.word()), Some(failure));
        }
    }
}
