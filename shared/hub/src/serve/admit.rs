//! The way in of every call: measured, held to a limit of time, and through the gate before anything is done for it, but for
//! finding out who calls and reading the request; who is not known is refused without either. One layer, for what is
//! refused must cost next to nothing. Never here: which calls are urgent, or what a known caller may do.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::response::Parts;
use axum::middleware::Next;
use axum::response::Response;
use domain::ids::UnitId;
use flate2::read::GzDecoder;
use prost::DecodeError;
use tonic::Status;
use wire::pressing::{BY_CONTENT, LARGEST, URGENT, presses};
use wire::refusal::Refusal;

use super::abreast::abreast;
use super::limit::{Limit, paths};
use super::whole::{FRAME, Whole, whole};
use crate::admission::{Class, RETRY_AFTER, holding};
use crate::mint::beijing_day;
use crate::shell::Hub;
use crate::telemetry;

/// Who signs in is not known yet. Its hashing has bounds of its own, which no other call should wait for.
const SIGN_IN: &str = "/safeguard.v1.SessionService/SignIn";

/// The first byte of a frame whose message is compressed.
const PACKED: u8 = 1;

/// The answer to what is refused for want of places, which is always the same.
static OVERLOADED: LazyLock<Parts> = LazyLock::new(|| {
    let status = Status::from(Refusal::Overloaded { retry_after: RETRY_AFTER });
    status.into_http::<Body>().into_parts().0
});

/// How the class of a call is known.
#[derive(Debug, Clone, Copy)]
enum Known {
    ByPath(Class),
    ByContent,
}

/// The hub, and the unit whose call it is.
type By<'a> = (&'a Hub, Result<UnitId, Refusal>);

/// What a call of each path enters as, and how long it may take.
pub(super) struct Entry {
    hub: Option<Hub>,
    limit: Limit,
    classes: HashMap<String, Known>,
}

impl Entry {
    /// The entry to the services of these encoded descriptors. What streams its request is not held here: records enter
    /// one by one ([`Hub::intake`], [`crate::import`]). A paper on its way in takes no place, for whoever sends it may take
    /// minutes and a transfer to the police waits for it: few are taken at a time. Nor does a member of a group, who stays for
    /// days and is sent no more than it acknowledges.
    ///
    /// # Errors
    /// When they are no descriptors.
    pub(super) fn new(
        hub: Option<Hub>,
        longest: Duration,
        descriptors: &[u8],
    ) -> Result<Arc<Self>, DecodeError> {
        let limit = Limit::new(longest, descriptors)?;
        let calls = paths(descriptors, |method| !method.client_streaming())?;
        let known = |path: &str| match path {
            BY_CONTENT => Known::ByContent,
            path if URGENT.contains(&path) => Known::ByPath(Class::Urgent),
            _ => Known::ByPath(Class::Ordinary),
        };
        let classes = calls.into_iter().filter(|path| path != SIGN_IN).map(|path| {
            let known = known(&path);
            (path, known)
        });
        Ok(Arc::new(Self { hub, limit, classes: classes.collect() }))
    }

    /// Answers a call in its turn, or refuses it at once.
    async fn admit(&self, by: Option<By<'_>>, request: Request, next: Next) -> Response {
        let (Some((hub, unit)), Some(known)) = (by, self.classes.get(request.uri().path())) else {
            return next.run(request).await;
        };
        in_turn((hub, unit), *known, request, next).await.unwrap_or_else(|refusal| {
            if matches!(refusal, Refusal::Overloaded { .. }) {
                return Response::from_parts(OVERLOADED.clone(), Body::empty());
            }
            Status::from(refusal).into_http()
        })
    }
}

/// The layer.
pub(super) async fn enter(State(entry): State<Arc<Entry>>, request: Request, next: Next) -> Response {
    let answer = async |request: Request| {
        let by = match &entry.hub {
            Some(hub) => Some((hub, abreast(hub, request.headers()).await)),
            None => None,
        };
        entry.limit.hold(request, async |request| entry.admit(by, request, next).await).await
    };
    telemetry::call(request, answer).await
}

async fn in_turn(
    (hub, unit): By<'_>,
    known: Known,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let unit = unit?;
    let (head, body) = request.into_parts();
    let Whole { bytes, taken: _taken } = whole(body).await?;
    let class = match known {
        Known::ByPath(class) => class,
        Known::ByContent => {
            if presses(&message(&bytes), beijing_day(hub.time.now())) {
                Class::Urgent
            } else {
                Class::Ordinary
            }
        }
    };
    let pass = hub.gate.enter(class, &unit).await?;
    Ok(holding(pass, next.run(Request::from_parts(head, Body::from(bytes)))).await)
}

/// The message in a body of one, unpacked as far as it is looked into. Of what cannot be unpacked nothing is left; its
/// service refuses it later.
fn message(body: &[u8]) -> Cow<'_, [u8]> {
    let (frame, message) = body.split_at_checked(FRAME).unwrap_or_default();
    if frame.first() != Some(&PACKED) {
        return Cow::Borrowed(message);
    }
    let (mut unpacked, longest) = (Vec::new(), LARGEST as u64 + 1);
    // No service of ours takes another way of packing.
    let read = GzDecoder::new(message).take(longest).read_to_end(&mut unpacked);
    Cow::Owned(if read.is_ok() { unpacked } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_message_is_looked_into_as_it_was_before_it_was_packed_and_no_further_than_needed() {
        let packed = |message: &[u8]| {
            let mut body = GzEncoder::new(vec![PACKED, 0, 0, 0, 0], Compression::default());
            body.write_all(message).unwrap();
            body.finish().unwrap()
        };
        assert_eq!(*message(b"\0\0\0\0\x06report"), *b"report");
        assert_eq!(*message(&packed(b"report")), *b"report");
        assert_eq!(
            message(&packed(&[7; 100 * LARGEST])).len(),
            LARGEST + 1,
            "one too many to be looked into"
        );
        let mut cut = packed(b"report");
        cut.pop();
        for nothing in [&b""[..], b"\x01", b"\x01\0\0\0\x06report", &cut] {
            assert!(message(nothing).is_empty(), "{nothing:?}");
        }
    }

    #[test]
    fn every_urgent_path_is_a_call_of_ours_with_one_request() {
        let whole = paths(wire::FILE_DESCRIPTOR_SET, |method| !method.client_streaming()).unwrap();
        let unknown: Vec<_> =
            URGENT.iter().chain([&BY_CONTENT, &SIGN_IN]).filter(|path| !whole.contains(**path)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
