//! A request taken apart: path, headers in either spelling, and the form its answer shall have.
//! Must never be here: what the request does.

use std::collections::HashMap;
use std::str::FromStr;

use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request};

use super::shape::Spelling;

/// A request with its whole body.
pub struct Ask {
    pub method: Method,
    /// The parts of the path between slashes, decoded; no empty one at the end.
    pub parts: Vec<String>,
    /// Path and query as they came.
    pub target: String,
    pub query: HashMap<String, String>,
    pub headers: HeaderMap,
    /// Whom the client thinks it asks.
    pub host: String,
    pub body: Bytes,
    pub spelling: Spelling,
}

/// A header that cannot be read: the server answers 400 and names it.
#[derive(Debug)]
pub struct BadHeader(pub &'static str);

impl Ask {
    pub fn of(request: Request<Bytes>, spelling: Spelling) -> Self {
        let (head, body) = request.into_parts();
        let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
        let authority = head.uri.authority().map(ToString::to_string);
        let path = head.uri.path().trim_end_matches('/');
        let pairs = head.uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        Self {
            method: head.method,
            parts: path.split('/').skip(1).map(decoded).collect(),
            target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            query: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect(),
            headers: head.headers,
            host: host.or(authority).unwrap_or_default(),
            body,
            spelling,
        }
    }

    /// Whether the path ends with a slash, which redirects.
    pub fn ends_with_slash(&self) -> bool {
        self.target.split('?').next().is_some_and(|path| path.len() > 1 && path.ends_with('/'))
    }

    /// A header of the server's own, in the new spelling or the old one.
    pub fn own(&self, name: &str) -> Option<&str> {
        let spelt = |prefix: &str| {
            let value = self.headers.get(format!("{prefix}-{name}")).and_then(|value| value.to_str().ok());
            value.filter(|value| !value.is_empty())
        };
        match self.spelling {
            Spelling::Both => spelt("Kurrent").or_else(|| spelt("ES")),
            Spelling::LegacyOnly => spelt("ES"),
        }
    }

    /// A header of the server's own that must parse when it is there.
    pub fn parsed<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, BadHeader> {
        self.own(name).map(|text| text.parse().map_err(|_| BadHeader(name))).transpose()
    }

    fn flag(&self, name: &'static str) -> Result<Option<bool>, BadHeader> {
        match self.own(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(BadHeader(name)),
        }
    }

    pub fn require_leader(&self) -> Result<bool, BadHeader> {
        Ok(self.flag("RequireLeader")?.or(self.flag("RequireMaster")?).unwrap_or(false))
    }

    pub fn hard_delete(&self) -> Result<bool, BadHeader> {
        Ok(self.flag("HardDelete")?.unwrap_or(false))
    }

    /// Whether links are resolved. "False" has no effect: it leaves the default as it is.
    pub fn resolve_links(&self, default: bool) -> Result<bool, BadHeader> {
        Ok(self.flag("ResolveLinkTos")?.unwrap_or(false) || default)
    }

    /// The seconds a reader is ready to wait.
    pub fn long_poll(&self) -> Result<Option<u32>, BadHeader> {
        match self.parsed::<i32>("LongPoll")? {
            None => Ok(None),
            Some(seconds) if seconds > 0 => Ok(Some(seconds.unsigned_abs())),
            Some(_) => Err(BadHeader("LongPoll")),
        }
    }

    /// -2 when absent; below -4 is unreadable.
    pub fn expected(&self) -> Result<i64, BadHeader> {
        match self.parsed::<i64>("ExpectedVersion")?.unwrap_or(-2) {
            low if low < -4 => Err(BadHeader("ExpectedVersion")),
            expected => Ok(expected),
        }
    }

    /// The media type of the body, without its parameters.
    pub fn content_type(&self) -> Option<Media> {
        let text = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let name = text.split(';').next()?.trim().to_ascii_lowercase();
        let spelt = media(self.spelling);
        spelt.into_iter().find(|(known, _)| *known == name).map(|(_, media)| media)
    }

    /// The media types the client takes, the best first.
    fn accepted(&self) -> Vec<String> {
        let texts = self.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges: Vec<(f32, String)> = texts
            .flat_map(|text| text.split(','))
            .filter(|range| !range.trim().is_empty())
            .map(|range| {
                let (name, rest) = range.split_once(';').unwrap_or((range, ""));
                let weight = rest.split(';').find_map(|part| part.trim().strip_prefix("q=")?.parse().ok());
                (weight.unwrap_or(1.0), name.trim().to_ascii_lowercase())
            })
            .collect();
        ranges.sort_by(|one, other| other.0.total_cmp(&one.0));
        ranges.into_iter().map(|(_, name)| name).collect()
    }

    /// Whether the client said nothing about the form, or takes anything.
    pub fn accepts_anything(&self) -> bool {
        let accepted = self.accepted();
        accepted.is_empty() || accepted.iter().any(|name| name == "*/*")
    }

    /// The form of the answer, out of those a route has, in its order; `None` is 406.
    pub fn form(&self, route: &[Media]) -> Option<(&'static str, Media)> {
        let spelt = media(self.spelling);
        let offered: Vec<(&'static str, Media)> = route
            .iter()
            .flat_map(|media| spelt.iter().filter(move |(_, known)| known == media).copied())
            .collect();
        if let Some(format) = self.query.get("format") {
            let name = match format.as_str() {
                "json" => "application/json",
                "xml" => "text/xml",
                "atom" => "application/atom+xml",
                "atomxj" => spelt.iter().find(|(_, known)| *known == Media::AtomJson)?.0,
                _ => return None,
            };
            return offered.into_iter().find(|(known, _)| *known == name);
        }
        let accepted = self.accepted();
        if accepted.is_empty() {
            return offered.first().copied();
        }
        accepted.iter().find_map(|range| offered.iter().find(|(name, _)| fits(range, name)).copied())
    }
}

/// The forms of bodies and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    Description,
    AtomJson,
    Json,
    EventJson,
    EventsJson,
    Raw,
    /// Any of the XML forms, which this server does not speak.
    Xml,
    Html,
}

/// The names of the forms, the new spelling first.
fn media(spelling: Spelling) -> Vec<(&'static str, Media)> {
    let new = [
        ("application/vnd.kurrent.streamdesc+json", Media::Description),
        ("application/vnd.kurrent.atom+json", Media::AtomJson),
        ("application/vnd.kurrent.event+json", Media::EventJson),
        ("application/vnd.kurrent.events+json", Media::EventsJson),
    ];
    let always = [
        ("application/vnd.eventstore.streamdesc+json", Media::Description),
        ("application/vnd.eventstore.atom+json", Media::AtomJson),
        ("application/vnd.eventstore.event+json", Media::EventJson),
        ("application/vnd.eventstore.events+json", Media::EventsJson),
        ("application/atom+xml", Media::Xml),
        ("text/xml", Media::Xml),
        ("application/xml", Media::Xml),
        ("application/vnd.eventstore.event+xml", Media::Xml),
        ("application/vnd.eventstore.events+xml", Media::Xml),
        ("application/json", Media::Json),
        ("application/octet-stream", Media::Raw),
        ("text/html", Media::Html),
    ];
    match spelling {
        Spelling::Both => new.into_iter().chain(always).collect(),
        Spelling::LegacyOnly => always.to_vec(),
    }
}

fn fits(range: &str, name: &str) -> bool {
    match range.split_once('/') {
        Some(("*", _)) => true,
        Some((kind, "*")) => name.split('/').next() == Some(kind),
        Some(_) | None => range == name,
    }
}

/// Percent-decodes one part.
pub fn decoded(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair: Vec<u8> = rest.by_ref().take(2).collect();
        let code = std::str::from_utf8(&pair).ok().and_then(|text| u8::from_str_radix(text, 16).ok());
        bytes.extend(code);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-encodes one part as the server does in its links.
pub fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    part.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
