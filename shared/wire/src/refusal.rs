//! A refusal and its gRPC status: one enum, both ways, so that callers read facts and never parse text.
//! Never here: deciding which refusal it is (that is `hub`).
//!
//! The status message is English, for logs and tools; LocalizedMessage carries the same in Chinese; so every reader has
//! both. ErrorInfo has the stable reason and the facts in domain `safeguard`; BadRequest has the violations, each with
//! English description, stable reason and Chinese text; RetryInfo says when to try again.

use std::collections::HashMap;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, LocalizedMessage, StatusExt};

use crate::flaw::Flaw;
use crate::texts::{self, Facts, Lang};
use crate::violations::Violation;

/// The domain of our ErrorInfo.
pub const DOMAIN: &str = "safeguard";

/// Bytes of violations in one status. Trailers above 16 KiB are cut off by HTTP/2 stacks and the whole answer with them;
/// base64 adds a third.
const BUDGET: usize = 8_000;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub enum Refusal {
    /// The request is not well formed: everything that is wrong with it.
    Shape(Vec<Violation>),
    /// Nobody knows who is asking: `TOKEN_MISSING`, `TOKEN_BAD`, `TOKEN_EXPIRED`, `SIGN_IN_FAILED`,
    /// `PASSWORD_CHANGE_REQUIRED`, `CERTIFICATE_BAD`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_REVOKED`,
    /// `CERTIFICATE_OF_ANOTHER`.
    Identity {
        /// Stable reason.
        reason: String,
    },
    /// The officer may not do this, or the thing does not exist: the caller does not learn which.
    Permission,
    /// The law says no.
    Law {
        /// Stable reason, e.g. `ALREADY_CLAIMED`.
        reason: String,
        /// The facts, e.g. `by` and `since`.
        facts: Facts,
    },
    /// Others kept changing the same matter; try again.
    Contended,
    /// The log cannot be written or read now.
    LogDown {
        /// When to try again.
        retry_after: Duration,
    },
    /// The view did not reach the token before the deadline.
    Late,
    /// There is no such public thing (directory entries).
    NotFound,
    /// More bytes than allowed.
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The subscriber reads too slowly and was dropped.
    TooSlow,
    /// Too many attempts.
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// More is asked than can be done now.
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
    /// A fault of the hub; the log of the server knows more.
    Internal,
}

impl Refusal {
    /// The refusal of a rule.
    #[must_use]
    pub fn law(rejection: &(impl domain::Refusal + ?Sized)) -> Self {
        let facts = rejection.facts().into_iter().map(|(name, value)| (name.to_owned(), value));
        Refusal::Law { reason: rejection.reason().to_owned(), facts: facts.collect() }
    }

    /// A single violation.
    #[must_use]
    pub fn shape(field: &str, flaw: &Flaw) -> Self {
        Refusal::Shape(vec![Violation::new(field, flaw)])
    }

    /// An identity refusal.
    #[must_use]
    pub fn identity(reason: &str) -> Self {
        Refusal::Identity { reason: reason.to_owned() }
    }

    /// When trying again makes sense; none when nothing says so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        if let Refusal::LogDown { retry_after }
        | Refusal::Throttled { retry_after }
        | Refusal::Overloaded { retry_after } = self
        {
            Some(*retry_after)
        } else {
            None
        }
    }

    /// The stable reason.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Refusal::Shape(_) => "SHAPE",
            Refusal::Identity { reason } | Refusal::Law { reason, .. } => reason,
            Refusal::Permission => "PERMISSION",
            Refusal::Contended => "CONTENDED",
            Refusal::LogDown { .. } => "LOG_DOWN",
            Refusal::Late => "LATE",
            Refusal::NotFound => "NOT_FOUND",
            Refusal::TooLarge { .. } => "TOO_LARGE",
            Refusal::TooSlow => "TOO_SLOW",
            Refusal::Throttled { .. } => "THROTTLED",
            Refusal::Overloaded { .. } => "OVERLOADED",
            Refusal::Internal => "INTERNAL",
        }
    }

    /// The gRPC code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Refusal::Shape(_) => Code::InvalidArgument,
            Refusal::Identity { .. } => Code::Unauthenticated,
            Refusal::Permission => Code::PermissionDenied,
            Refusal::Law { .. } => Code::FailedPrecondition,
            Refusal::Contended => Code::Aborted,
            Refusal::LogDown { .. } => Code::Unavailable,
            Refusal::Late => Code::DeadlineExceeded,
            Refusal::NotFound => Code::NotFound,
            Refusal::TooLarge { .. }
            | Refusal::TooSlow
            | Refusal::Throttled { .. }
            | Refusal::Overloaded { .. } => Code::ResourceExhausted,
            Refusal::Internal => Code::Internal,
        }
    }

    /// The facts of the reason.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let one = |name: &str, value: String| Facts::from([(name.to_owned(), value)]);
        match self {
            Refusal::Law { facts, .. } => facts.clone(),
            Refusal::Shape(violations) => one("count", violations.len().to_string()),
            Refusal::TooLarge { limit } => one("limit", limit.to_string()),
            Refusal::LogDown { retry_after }
            | Refusal::Throttled { retry_after }
            | Refusal::Overloaded { retry_after } => one("seconds", retry_after.as_secs().max(1).to_string()),
            Refusal::Identity { .. }
            | Refusal::Permission
            | Refusal::Contended
            | Refusal::Late
            | Refusal::NotFound
            | Refusal::TooSlow
            | Refusal::Internal => Facts::new(),
        }
    }

    /// One sentence for the reader; violations are told one by one with [`Violation::text`].
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        texts::reason(lang, self.reason(), &self.facts())
    }

    /// The status, with all details.
    #[must_use]
    pub fn to_status(&self) -> Status {
        let facts: HashMap<String, String> = self.facts().into_iter().collect();
        let mut details = ErrorDetails::with_error_info(self.reason(), DOMAIN, facts);
        details.set_localized_message(Lang::Zh.tag(), self.say(Lang::Zh));
        if let Refusal::Shape(violations) = self {
            details.set_bad_request(within_budget(violations));
        }
        if let Some(retry_after) = self.retry_after() {
            details.set_retry_info(Some(retry_after));
        }
        Status::with_error_details(self.code(), self.say(Lang::En), details)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        refusal.to_status()
    }
}

fn within_budget(violations: &[Violation]) -> Vec<FieldViolation> {
    let mut left = BUDGET;
    let mut told = Vec::new();
    for (place, violation) in violations.iter().enumerate() {
        let size =
            violation.field.len() + violation.reason.len() + violation.zh.len() + violation.en.len() + 32;
        if size > left {
            let more = Flaw::new("AND_MORE").with("count", violations.len() - place);
            told.push(field_violation(&Violation::new("", &more)));
            break;
        }
        left -= size;
        told.push(field_violation(violation));
    }
    told
}

fn field_violation(violation: &Violation) -> FieldViolation {
    FieldViolation {
        field: violation.field.clone(),
        description: violation.en.clone(),
        reason: violation.reason.clone(),
        localized_message: Some(LocalizedMessage::new(Lang::Zh.tag(), violation.zh.clone())),
    }
}

mod status;

pub use status::MAX_MESSAGE_BYTES;

#[cfg(test)]
mod tests;
