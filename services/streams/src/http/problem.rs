//! A refusal as an HTTP answer: the status code of its kind, and the same reason, facts and violations as over gRPC, in
//! both languages. Never here: deciding which refusal it is.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use wire::Lang;
use wire::refusal::Refusal;

/// A refusal that is the answer of a request.
#[derive(Debug)]
pub struct Problem(pub Refusal);

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

/// The refusal as JSON.
#[must_use]
pub fn problem(refusal: &Refusal) -> Value {
    let violations = if let Refusal::Shape(violations) = refusal { violations.as_slice() } else { &[] };
    let violations: Vec<Value> = violations
        .iter()
        .map(|one| json!({ "field": one.field, "reason": one.reason, "zh": one.zh, "en": one.en }))
        .collect();
    json!({
        "reason": refusal.reason(),
        "facts": refusal.facts(),
        "zh": refusal.say(Lang::Zh),
        "en": refusal.say(Lang::En),
        "violations": violations,
    })
}

const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Shape(_) => StatusCode::BAD_REQUEST,
        Refusal::Identity { .. } => StatusCode::UNAUTHORIZED,
        Refusal::Permission => StatusCode::FORBIDDEN,
        Refusal::Law { .. } | Refusal::Contended => StatusCode::CONFLICT,
        Refusal::LogDown { .. } | Refusal::Overloaded { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Late => StatusCode::GATEWAY_TIMEOUT,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::TooSlow | Refusal::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(refusal) = self;
        let mut answer = Response::new(Body::from(problem(&refusal).to_string()));
        *answer.status_mut() = status(&refusal);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Refusal::Identity { .. } = refusal {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(retry_after) = refusal.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
        }
        answer
    }
}
