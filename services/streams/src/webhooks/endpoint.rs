//! An endpoint of another system, and what an attempt does to its standing. Never here: the file it is kept in, or sending.

use std::fmt;
use std::str::FromStr;

use wire::flaw::{Fault, Flaw};

use super::client::Failure;
use super::schedule::GIVEN_UP;

/// Names an endpoint: `WH-` and its number. No number is given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub(super) i64);

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WH-{}", self.0)
    }
}

/// The text is no id of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no id of a webhook")]
pub struct NotAnEndpoint;

impl Fault for NotAnEndpoint {
    fn flaw(&self) -> Flaw {
        Flaw::new("WEBHOOK_ID")
    }
}

impl FromStr for EndpointId {
    type Err = NotAnEndpoint;

    fn from_str(text: &str) -> Result<Self, NotAnEndpoint> {
        let number = text.strip_prefix("WH-").and_then(|digits| digits.parse().ok()).ok_or(NotAnEndpoint)?;
        let id = Self(number);
        if number > 0 && id.to_string() == text { Ok(id) } else { Err(NotAnEndpoint) }
    }
}

/// Whether an endpoint is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is.
    Active,
    /// Somebody disabled it.
    Disabled,
    /// It answered that it is gone.
    Gone,
    /// Nothing but failures for too long.
    Failing,
    /// The account it belongs to may not follow any more.
    OwnerLost,
    /// It is being forgotten.
    Deleted,
}

impl Standing {
    pub(super) const ALL: [Standing; 6] = [
        Standing::Active,
        Standing::Disabled,
        Standing::Gone,
        Standing::Failing,
        Standing::OwnerLost,
        Standing::Deleted,
    ];

    /// The stored word.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Disabled => "disabled",
            Standing::Gone => "gone",
            Standing::Failing => "failing",
            Standing::OwnerLost => "owner-lost",
            Standing::Deleted => "deleted",
        }
    }

    /// What a stored word stands for.
    pub(super) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
}

/// How an endpoint has fared. Times in microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fortune {
    /// When something was accepted last.
    pub(super) last_success: Option<i64>,
    /// Since when there was nothing but failures.
    pub(super) failing_since: Option<i64>,
    /// The last failure; none while it works.
    pub(super) last_error: Option<Failure>,
}

impl Fortune {
    /// After an attempt, and what the endpoint becomes by it when it does not stay active.
    pub(super) fn after(self, failed: Option<Failure>, now: i64) -> (Self, Option<Standing>) {
        let Some(failure) = failed else {
            return (Self { last_success: Some(now), ..Self::default() }, None);
        };
        let since = self.failing_since.unwrap_or(now);
        let too_long = i128::from(now) - i128::from(since) >= GIVEN_UP.as_micros();
        let becomes = if failure == Failure::Gone {
            Some(Standing::Gone)
        } else {
            too_long.then_some(Standing::Failing)
        };
        (Self { failing_since: Some(since), last_error: Some(failure), ..self }, becomes)
    }
}

/// An endpoint as it is kept. Times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) id: EndpointId,
    pub(super) unit: String,
    /// The account whose eyes it has.
    pub(super) owner: String,
    pub(super) url: String,
    /// A `safeguard.v1.EventFilter` as bytes.
    pub(super) filter: Vec<u8>,
    pub(super) description: String,
    /// The position it started behind; none is the beginning.
    pub(super) after: Option<u64>,
    pub(super) registered_at: i64,
    pub(super) standing: Standing,
    /// Since when it stands so.
    pub(super) since: i64,
    /// Who made it stand so; empty when the hub did.
    pub(super) changed_by: String,
    pub(super) fortune: Fortune,
}

impl Endpoint {
    /// The name of its group: one with a dot, as users' groups have none.
    pub(super) fn group(&self) -> String {
        format!("webhook.{}", self.id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!("WH-12".parse(), Ok(EndpointId(12)));
        for bad in ["", "WH-", "WH-0", "WH-012", "WH-+1", "WH--1", "wh-1", "WH-1 ", "WH-99999999999999999999"]
        {
            assert_eq!(bad.parse::<EndpointId>(), Err(NotAnEndpoint), "{bad}");
        }
        for standing in Standing::ALL {
            assert_eq!(Standing::of(standing.code()), Some(standing));
        }
    }

    #[test]
    fn an_endpoint_is_given_up_after_five_days_without_a_success() {
        let failed = |fortune: Fortune, now| fortune.after(Some(Failure::Status), now);
        let (fortune, becomes) = failed(Fortune::default(), DAY);
        assert_eq!((fortune.failing_since, becomes), (Some(DAY), None));
        let (fortune, becomes) = failed(fortune, 6 * DAY - 1);
        assert_eq!((fortune.failing_since, becomes), (Some(DAY), None));
        assert_eq!(failed(fortune.clone(), 6 * DAY).1, Some(Standing::Failing));
        let (fortune, becomes) = fortune.after(None, 6 * DAY);
        assert_eq!((fortune.failing_since, fortune.last_success, becomes), (None, Some(6 * DAY), None));
        let (fortune, becomes) = failed(fortune, 7 * DAY);
        assert_eq!(
            (fortune.failing_since, fortune.last_success, becomes),
            (Some(7 * DAY), Some(6 * DAY), None)
        );
        assert_eq!(fortune.after(Some(Failure::Gone), 7 * DAY).1, Some(Standing::Gone));
    }
}
