//! Calls enter the gate before anything is done for them, but for looking who calls and, of a report, whether it presses.
//! Never here: which calls are urgent.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use prost::DecodeError;
use tonic::Status;
use wire::refusal::Refusal;

use super::MAX_MESSAGE_BYTES;
use super::limit::paths;
use crate::admission::{BY_CONTENT, Class, RETRY_AFTER, URGENT, of_report};
use crate::mint::beijing_day;
use crate::shell::Hub;

/// Refusing must cost next to nothing: the answer is always the same.
static OVERLOADED: LazyLock<Status> =
    LazyLock::new(|| Refusal::Overloaded { retry_after: RETRY_AFTER }.into());

/// How the class of a call is known.
#[derive(Debug, Clone, Copy)]
enum Known {
    ByPath(Class),
    ByContent,
}

/// What a call of each path enters as.
pub(super) struct Entry {
    hub: Option<Hub>,
    classes: HashMap<String, Known>,
}

impl Entry {
    /// The entry to the services of these encoded descriptors. What streams its request enters record by record.
    ///
    /// # Errors
    /// When they are no descriptors.
    pub(super) fn new(hub: Option<Hub>, descriptors: &[u8]) -> Result<Arc<Self>, DecodeError> {
        let whole = paths(descriptors, |method| !method.client_streaming())?;
        let known = |path: &str| match path {
            BY_CONTENT => Known::ByContent,
            path if URGENT.contains(&path) => Known::ByPath(Class::Urgent),
            _ => Known::ByPath(Class::Ordinary),
        };
        let classes = whole.into_iter().map(|path| {
            let known = known(&path);
            (path, known)
        });
        Ok(Arc::new(Self { hub, classes: classes.collect() }))
    }
}

/// Answers a call in its turn, or refuses it at once.
pub(super) async fn admit(State(entry): State<Arc<Entry>>, request: Request, next: Next) -> Response {
    let (Some(hub), Some(known)) = (&entry.hub, entry.classes.get(request.uri().path())) else {
        return next.run(request).await;
    };
    let (class, request) = match known {
        Known::ByPath(class) => (*class, request),
        Known::ByContent => {
            let (head, body) = request.into_parts();
            let Ok(body) = to_bytes(body, MAX_MESSAGE_BYTES + 1_024).await else {
                return Status::from(Refusal::TooLarge { limit: MAX_MESSAGE_BYTES as u64 }).into_http();
            };
            (of_report(&body, beijing_day(hub.time.now())), Request::from_parts(head, Body::from(body)))
        }
    };
    match hub.gate.enter(class, &hub.asker(request.headers())).await {
        Ok(_at_work) => next.run(request).await,
        Err(_) => OVERLOADED.clone().into_http(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn every_urgent_path_is_a_call_of_ours_with_one_request() {
        let whole = paths(wire::FILE_DESCRIPTOR_SET, |method| !method.client_streaming()).unwrap();
        let unknown: Vec<_> =
            URGENT.iter().chain([&BY_CONTENT]).filter(|path| !whole.contains(**path)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
