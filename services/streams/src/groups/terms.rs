//! How a group treats events that are not acknowledged: how often, with which pauses, how long an answer may take.
//! Never here: the clock, or chance; pauses differ by event, so that failures do not come back all at once.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;

/// The terms of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Deliveries that may fail before the event is parked, at least 1.
    pub attempts: u32,
    /// Seconds before the first retry; doubles with each further failure.
    pub first_pause: u32,
    /// Seconds before any retry at most.
    pub longest_pause: u32,
    /// Seconds a member has to answer.
    pub lease: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self { attempts: 8, first_pause: 2, longest_pause: 300, lease: 60 }
    }
}

impl Terms {
    /// The pause after so many failures in microseconds: none after none, then doubling up to the longest, less up to
    /// half of it as the `salt` has it.
    pub(super) fn pause(&self, failures: u32, salt: impl Hash) -> i64 {
        let Some(doublings) = failures.checked_sub(1) else { return 0 };
        let doubled = 2_i64.saturating_pow(doublings).saturating_mul(i64::from(self.first_pause));
        let whole = doubled.min(i64::from(self.longest_pause)).saturating_mul(SECOND);
        let mut hasher = DefaultHasher::new();
        (salt, failures).hash(&mut hasher);
        let half = whole.unsigned_abs() / 2;
        whole.saturating_sub_unsigned(hasher.finish() % (half + 1))
    }

    /// How long a member has to answer, in microseconds.
    pub(super) fn lease(&self) -> i64 {
        i64::from(self.lease) * SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_keep_at_least_half() {
        let terms = Terms { attempts: 99, first_pause: 2, longest_pause: 300, lease: 60 };
        assert_eq!(terms.pause(0, 1), 0);
        for (failures, seconds) in [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (70, 300), (u32::MAX, 300)] {
            for salt in 0..50 {
                let pause = terms.pause(failures, salt);
                assert!((seconds * SECOND / 2..=seconds * SECOND).contains(&pause), "{failures}: {pause}");
            }
        }
    }

    #[test]
    fn events_that_failed_together_do_not_come_back_together() {
        let pauses: std::collections::BTreeSet<i64> =
            (0..100).map(|event| Terms::default().pause(3, event)).collect();
        assert!(pauses.len() > 95, "{}", pauses.len());
    }
}
