//! The way back: what a status of the hub, or of a broken connection, says.
//! Never here: making statuses.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::{DOMAIN, Refusal};
use crate::texts::Facts;
use crate::violations::Violation;

/// When to try again if nobody said.
const PATIENCE: Duration = Duration::from_secs(1);

/// Largest message a hub takes, in bytes: larger things are sent in chunks.
pub const MAX_MESSAGE_BYTES: u64 = 4 * 1024 * 1024;

impl Refusal {
    /// Reads a status. Statuses without our details, from a proxy or a connection that failed, are read by their code.
    #[must_use]
    pub fn from_status(status: &Status) -> Self {
        let details = status.get_error_details();
        let (reason, facts) = match details.error_info() {
            Some(info) if info.domain == DOMAIN => {
                (info.reason.clone(), info.metadata.clone().into_iter().collect())
            }
            Some(_) | None => (String::new(), Facts::new()),
        };
        let retry_after = details.retry_info().and_then(|info| info.retry_delay).unwrap_or(PATIENCE);
        match status.code() {
            Code::InvalidArgument => Refusal::Shape(violations(&details, status)),
            Code::Unauthenticated => {
                Refusal::Identity { reason: if reason.is_empty() { "TOKEN_BAD".to_owned() } else { reason } }
            }
            Code::PermissionDenied => Refusal::Permission,
            Code::FailedPrecondition if !reason.is_empty() => Refusal::Law { reason, facts },
            Code::Aborted => Refusal::Contended,
            Code::Unavailable => Refusal::LogDown { retry_after },
            Code::DeadlineExceeded | Code::Cancelled => Refusal::Late,
            Code::NotFound => Refusal::NotFound,
            Code::ResourceExhausted => exhausted(&reason, &facts, retry_after),
            // A message above the limit of the transport, refused before it reached a service.
            Code::OutOfRange => Refusal::TooLarge { limit: MAX_MESSAGE_BYTES },
            Code::Ok
            | Code::Unknown
            | Code::AlreadyExists
            | Code::FailedPrecondition
            | Code::Unimplemented
            | Code::Internal
            | Code::DataLoss => Refusal::Internal,
        }
    }
}

fn exhausted(reason: &str, facts: &Facts, retry_after: Duration) -> Refusal {
    match reason {
        "TOO_LARGE" => {
            Refusal::TooLarge { limit: facts.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(0) }
        }
        "TOO_SLOW" => Refusal::TooSlow,
        "OVERLOADED" => Refusal::Overloaded { retry_after },
        _ => Refusal::Throttled { retry_after },
    }
}

fn violations(details: &ErrorDetails, status: &Status) -> Vec<Violation> {
    let told = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    if told.is_empty() {
        let text = status.message().to_owned();
        return vec![Violation {
            field: String::new(),
            reason: "OTHER".to_owned(),
            zh: text.clone(),
            en: text,
        }];
    }
    told.into_iter()
        .map(|one| Violation {
            zh: one.localized_message.map_or_else(|| one.description.clone(), |text| text.message),
            field: one.field,
            reason: one.reason,
            en: one.description,
        })
        .collect()
}
