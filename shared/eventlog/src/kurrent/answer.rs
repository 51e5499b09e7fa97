//! What a node's answer means: every status of the contract, in this one place.
//!
//! Must never be here: what to do about it, or the text of a body in a diagnostic; it may quote a payload.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::Url;
use reqwest::header::{HeaderMap, LOCATION};

use super::address::Node;
use crate::error::Outage;
use crate::stream::Revision;

/// An answer that stands, whoever gave it and however often one asks again.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// The batch is written, or was before; its first event has this revision.
    Written { first: Revision },
    /// What was asked for.
    Body(Bytes),
    /// The body is longer than the reader takes: ask for less.
    TooMuch,
    /// The stream is elsewhere; its last revision.
    Conflict { actual: Option<Revision> },
    /// The cluster does not take what we send.
    Refused { status: u16 },
    /// There is no such stream, or AtomPub is off.
    Missing,
    /// The stream was deleted for ever.
    Gone,
}

/// An answer after which one must ask again: an append may or may not have been written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unsettled {
    /// The account is refused. Asking again would be refused again.
    Denied,
    /// Another node should be asked; none is named when the address is unusable.
    Elsewhere { node: Option<Node> },
    /// Nobody there, or a node that cannot serve now.
    Absent { detail: String },
    /// Asked, and no usable answer.
    Unanswered { detail: String },
}

impl Unsettled {
    /// What the caller is told when there is no time to ask again.
    pub(super) fn outage(self) -> Outage {
        match self {
            Self::Denied => Outage::Denied,
            Self::Elsewhere { .. } => Outage::Unreachable { detail: self.detail() },
            Self::Absent { detail } => Outage::Unreachable { detail },
            Self::Unanswered { detail } => Outage::Slow { detail },
        }
    }

    pub(super) fn detail(&self) -> String {
        match self {
            Self::Denied => "the account is refused".to_owned(),
            Self::Elsewhere { node: Some(node) } => format!("sent on to {node}"),
            Self::Elsewhere { node: None } => "sent on to nowhere".to_owned(),
            Self::Absent { detail } | Self::Unanswered { detail } => detail.clone(),
        }
    }
}

/// What was asked of the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Append,
    Read,
}

/// An answer by its status and headers alone: reason phrases do not exist over HTTP/2. `None` means
/// that the body is the answer.
///
/// Only `201` with the number of the first event is a success of an append. Any other 2xx, a 408, 413
/// or 5xx says nothing: the server is known to write and answer 500, and to answer 413 and write.
pub(super) fn classify(
    asked: Asked,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Result<Settled, Unsettled>> {
    let settled = |answer| Some(Ok(answer));
    let unanswered = || Some(Err(Unsettled::Unanswered { detail: format!("status {}", status.as_u16()) }));
    match (status.as_u16(), asked) {
        (200, Asked::Read) => None,
        (201, Asked::Append) => match first_written(headers) {
            Some(first) => settled(Settled::Written { first }),
            None => unanswered(),
        },
        (307, _) => Some(Err(Unsettled::Elsewhere { node: location(headers) })),
        (400, Asked::Append) => match current(headers) {
            Some(actual) => settled(Settled::Conflict { actual }),
            None => settled(Settled::Refused { status: 400 }),
        },
        (401 | 403, _) => Some(Err(Unsettled::Denied)),
        (404, _) => settled(Settled::Missing),
        (410, _) => settled(Settled::Gone),
        (status @ (400 | 405 | 406 | 415), _) => settled(Settled::Refused { status }),
        (503, _) => Some(Err(Unsettled::Absent { detail: "status 503: not ready, or no leader".to_owned() })),
        _ => unanswered(),
    }
}

/// The number at the end of `Location: http://node/streams/{stream}/{number}`.
fn first_written(headers: &HeaderMap) -> Option<Revision> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    location.rsplit('/').next()?.parse().ok().map(Revision::new)
}

/// The node a redirect names.
fn location(headers: &HeaderMap) -> Option<Node> {
    let url = Url::parse(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    Some(Node::new(url.host_str()?, url.port_or_known_default()?))
}

/// The stream's last revision in a refusal, `-1` for none.
fn current(headers: &HeaderMap) -> Option<Option<Revision>> {
    let number = headers.get("kurrent-currentversion").or_else(|| headers.get("es-currentversion"))?;
    let number: i64 = number.to_str().ok()?.trim().parse().ok()?;
    Some(u64::try_from(number).ok().map(Revision::new))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn answer(asked: Asked, status: u16, headers: &[(&str, &str)]) -> Option<Result<Settled, Unsettled>> {
        let header = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
        };
        let headers = headers.iter().map(header).collect();
        classify(asked, StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn only_a_201_with_a_number_is_written() {
        let append = |status, headers: &[_]| answer(Asked::Append, status, headers).unwrap();
        let at = ("Location", "http://db:2113/streams/safeguard-clue-1/41");
        let first = Revision::new(41);
        assert_eq!(append(201, &[at]), Ok(Settled::Written { first }));
        for (status, headers) in
            [(201, &[][..]), (201, &[("Location", "/streams/x/")]), (200, &[at]), (202, &[at])]
        {
            assert!(matches!(append(status, headers), Err(Unsettled::Unanswered { .. })), "{status}");
        }
        for status in [408, 413, 500, 502, 504] {
            let outage = append(status, &[]).unwrap_err().outage();
            assert_eq!(outage, Outage::Slow { detail: format!("status {status}") });
        }
        assert!(matches!(append(503, &[]), Err(Unsettled::Absent { .. })));
        assert!(matches!(append(401, &[]), Err(Unsettled::Denied)));
        for status in [400, 406, 415] {
            assert_eq!(append(status, &[]), Ok(Settled::Refused { status }));
        }
        assert_eq!(append(404, &[]), Ok(Settled::Missing));
        assert_eq!(append(410, &[]), Ok(Settled::Gone));
    }

    #[test]
    fn a_conflict_is_told_in_either_spelling() {
        for name in ["ES-CurrentVersion", "Kurrent-CurrentVersion"] {
            let conflict = |number| answer(Asked::Append, 400, &[(name, number)]).unwrap();
            let actual = Some(Revision::new(7));
            assert_eq!(conflict("7"), Ok(Settled::Conflict { actual }));
            assert_eq!(conflict("-1"), Ok(Settled::Conflict { actual: None }));
            assert_eq!(conflict("x"), Ok(Settled::Refused { status: 400 }));
        }
    }

    #[test]
    fn a_redirect_names_a_node() {
        let sent = |to| answer(Asked::Read, 307, &[("Location", to)]).unwrap().unwrap_err();
        let node = Some(Node::new("db-2", 2114));
        assert_eq!(sent("http://DB-2:2114/streams/x?embed=body"), Unsettled::Elsewhere { node });
        let node = Some(Node::new("::1", 443));
        assert_eq!(sent("https://[::1]/streams/x"), Unsettled::Elsewhere { node });
        assert_eq!(sent("/streams/x"), Unsettled::Elsewhere { node: None });
        assert_eq!(answer(Asked::Read, 200, &[]), None);
    }
}
