//! When a failed event is sent again, and when an endpoint is given up: numbers, and how `Retry-After` bends them. Never
//! here: the clock, or sending.

use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use crate::groups::Terms;

/// Pauses of 5 s, 10 s, 20 s ... up to 4 hours, each less up to half by chance: eighty attempts reach over six to eleven
/// days. The lease is far longer than any answer may take.
pub(super) const TERMS: Terms = Terms { attempts: 80, first_pause: 5, longest_pause: 14_400, lease: 600 };
/// How long nothing but failures may come before an endpoint is disabled.
pub(super) const GIVEN_UP: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long connecting may take.
pub(super) const CONNECTING: Duration = Duration::from_secs(5);
/// How long an attempt may take as a whole.
pub(super) const ANSWERING: Duration = Duration::from_secs(20);
/// The longest that an answer may ask to be left alone.
const LONGEST_WISH: SignedDuration = SignedDuration::from_hours(24);

/// Not before when an answer wants to be asked again, as its `Retry-After` says in seconds or as a date; at most a day
/// away. None when it says nothing that can be understood.
pub(super) fn not_before(retry_after: &str, now: Timestamp) -> Option<Timestamp> {
    let text = retry_after.trim();
    let wish = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number has room for are still a wish for long.
        true if !text.is_empty() => SignedDuration::from_secs(text.parse().unwrap_or(i64::MAX)),
        true => return None,
        false => rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?.duration_since(now),
    };
    now.checked_add(wish.clamp(SignedDuration::ZERO, LONGEST_WISH)).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_wish_is_honoured_for_at_most_a_day() {
        let now: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
        let seconds = |text: &str| not_before(text, now).map(|at| at.duration_since(now).as_secs());
        for (text, wanted) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("86401", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("Mon, 23 Nov 2026 01:30:00 GMT", Some(1_800)),
            ("Mon, 23 Nov 2026 00:30:00 GMT", Some(0)),
            ("Mon, 23 Nov 2099 01:30:00 GMT", Some(86_400)),
            ("", None),
            ("-5", None),
            ("soon", None),
        ] {
            assert_eq!(seconds(text), wanted, "{text}");
        }
    }

    #[test]
    fn attempts_go_on_for_longer_than_an_endpoint_may_fail() {
        let longest = i64::from(TERMS.longest_pause);
        let doubling =
            std::iter::successors(Some(i64::from(TERMS.first_pause)), |pause| Some((pause * 2).min(longest)));
        let pauses: i64 = doubling.take(usize::try_from(TERMS.attempts).unwrap() - 1).sum();
        // By chance each may be half as long.
        assert!(SignedDuration::from_secs(pauses / 2) > GIVEN_UP, "{pauses}");
        assert!(Duration::from_secs(TERMS.lease.into()) > ANSWERING * 10);
    }
}
