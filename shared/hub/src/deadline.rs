//! How long the caller of a call waits, as its header says, for what the call asks of others in turn. Never here: what is
//! done when the time is over (the transport ends the call).

use std::future::Future;
use std::time::Duration;

use axum::http::HeaderMap;
use tokio::time::Instant;

/// The header in which a caller says how long it waits.
pub const HEADER: &str = "grpc-timeout";

tokio::task_local! {
    static UNTIL: Instant;
}

/// How long a caller says that it waits; none when it does not.
#[must_use]
pub fn stated(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number.saturating_mul(3600))),
        "M" => Some(Duration::from_secs(number.saturating_mul(60))),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

/// Does the work of a call whose caller waits so long, if it says so.
pub(crate) async fn during<F: Future>(stated: Option<Duration>, work: F) -> F::Output {
    match stated.and_then(|stated| Instant::now().checked_add(stated)) {
        Some(until) => UNTIL.scope(until, work).await,
        None => work.await,
    }
}

/// Until when the caller of this call waits, for work of it on another thread; none when nobody knows.
pub(crate) fn until() -> Option<Instant> {
    UNTIL.try_with(|until| *until).ok()
}

/// Does work on another thread for a caller who waits until then, if that is known.
pub(crate) fn before<T>(until: Option<Instant>, work: impl FnOnce() -> T) -> T {
    match until {
        Some(until) => UNTIL.sync_scope(until, work),
        None => work(),
    }
}

/// A time to wait for somebody else's answer: no longer than the caller of this call waits for ours.
pub(crate) fn at_most(patience: Duration) -> Duration {
    let left = UNTIL.try_with(|until| until.saturating_duration_since(Instant::now()));
    left.map_or(patience, |left| left.min(patience))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_of_others_takes_no_longer_than_the_caller_waits() {
        let second = Duration::from_secs(1);
        assert_eq!(at_most(5 * second), 5 * second, "nobody waits");
        let left = during(Some(2 * second), async {
            assert_eq!(at_most(second), second);
            tokio::time::advance(second).await;
            at_most(5 * second)
        });
        assert_eq!(left.await, second);
        assert_eq!(during(None, async { at_most(second) }).await, second);
        assert_eq!(
            during(Some(Duration::MAX), async { at_most(second) }).await,
            second,
            "longer than there is time"
        );
    }
}
