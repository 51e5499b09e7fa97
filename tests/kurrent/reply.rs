//! Answers: status, reason phrase, headers, body. Must never be here: when to give which.

use hyper::body::Bytes;
use hyper::ext::ReasonPhrase;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, VARY};
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::ask::BadHeader;
use super::shape::Spelling;
use super::state::Whole;

/// No answer at all: the connection ends.
#[derive(Debug)]
pub struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

/// An answer on its way.
pub struct Reply(pub Response<Whole>);

impl Reply {
    /// An answer in plain text, mostly without any.
    pub fn plain(status: u16, reason: &str, body: &str) -> Self {
        let mut response = Response::new(Whole::from(body.to_owned()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let reply = Self(response).with(CONTENT_TYPE, "text/plain; charset=utf-8");
        reply.because(reason)
    }

    pub fn json(media: &str, body: &Value) -> Self {
        Self::bytes(media, serde_json::to_vec_pretty(body).unwrap())
    }

    pub fn bytes(media: &str, body: Vec<u8>) -> Self {
        let charset = if media.ends_with("octet-stream") { "" } else { "; charset=utf-8" };
        let response = Response::new(Whole::from(Bytes::from(body)));
        Self(response).with(CONTENT_TYPE, &format!("{media}{charset}")).because("OK")
    }

    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.0.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// With a header of the server's own, in every spelling it has.
    pub fn own(self, spelling: Spelling, name: &str, value: &str) -> Self {
        let spelt = |prefix: &str| HeaderName::try_from(format!("{prefix}-{name}")).unwrap();
        let reply = self.with(spelt("ES"), value);
        match spelling {
            Spelling::Both => reply.with(spelt("Kurrent"), value),
            Spelling::LegacyOnly => reply,
        }
    }

    fn because(mut self, reason: &str) -> Self {
        self.0.extensions_mut().insert(ReasonPhrase::try_from(reason.as_bytes()).unwrap());
        self
    }

    /// Without a reason phrase, as every answer over HTTP/2.
    pub fn silenced(self) -> Self {
        self.because("")
    }

    /// What may be kept for ever, or never.
    pub fn cached(self, for_ever: bool) -> Self {
        let kept =
            if for_ever { "max-age=31536000, private" } else { "max-age=0, no-cache, must-revalidate" };
        self.with(CACHE_CONTROL, kept).with(VARY, "Accept")
    }

    pub fn not_found() -> Self {
        Self::plain(404, "Not Found", "")
    }
    pub fn gone(reason: &str) -> Self {
        Self::plain(410, reason, "")
    }
    pub fn bad(why: &str) -> Self {
        Self::plain(400, "Bad Request", why)
    }
    pub fn unauthorized() -> Self {
        Self::plain(401, "Unauthorized", "")
    }
    pub fn failed(reason: &str) -> Self {
        Self::plain(500, reason, "")
    }
    pub fn timed_out() -> Self {
        Self::plain(408, "Server was unable to handle request in time", "")
    }
    /// The form is one this server does not have.
    pub fn not_acceptable() -> Self {
        Self::plain(406, "Requested URI is not available in requested format", "")
    }
    /// XML is part of the real server and of no test.
    pub fn no_xml() -> Self {
        Self::plain(501, "The fake speaks no XML", "The fake speaks no XML and no HTML.")
    }
    pub fn not_ready(retry_after: bool) -> Self {
        let reply = Self::plain(503, "Service Unavailable", "");
        if retry_after { reply.with(RETRY_AFTER, "5") } else { reply }
    }
    pub fn redirect(location: &str) -> Self {
        Self::plain(307, "Temporary Redirect", "").with(LOCATION, location)
    }
}

impl From<BadHeader> for Reply {
    fn from(bad: BadHeader) -> Self {
        Self::bad(&format!("{} header in wrong format.", bad.0))
    }
}
