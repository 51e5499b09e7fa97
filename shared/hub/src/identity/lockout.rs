//! Shutting out after repeated failures: five attempts without success lock an account for 15 minutes.
//! Never here: reading the time, or checking a password.
//!
//! Kept in memory only: a restart forgets it, which an attacker cannot bring about and an administrator
//! can.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ids::OfficerId;
use jiff::{SignedDuration, Timestamp};

/// Attempts before the lock.
const ATTEMPTS: u32 = 5;
/// How long a lock holds, and how long attempts are remembered.
const PERIOD: SignedDuration = SignedDuration::from_mins(15);
/// Most accounts remembered, against a flood of invented ones.
const REMEMBERED: usize = 100_000;

/// The account is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed sign-ins; locked until {until}")]
pub struct Locked {
    /// When it opens again.
    pub until: Timestamp,
}

/// Failed sign-ins per officer.
#[derive(Default)]
pub struct Lockout {
    tried: Mutex<HashMap<OfficerId, Tried>>,
}

struct Tried {
    attempts: u32,
    last: Timestamp,
}

impl Tried {
    fn locked(&self) -> bool {
        self.attempts >= ATTEMPTS
    }

    fn until(&self) -> Timestamp {
        self.last.saturating_add(PERIOD).unwrap_or(Timestamp::MAX)
    }
}

impl Lockout {
    /// Nobody is locked.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts an attempt before the password is looked at, so that many at once cannot all slip through
    /// while the first is still being checked. [`Lockout::succeeded`] takes it back.
    ///
    /// # Errors
    /// [`Locked`]: the password must not be looked at. Trying while locked does not prolong the lock.
    pub fn begin(&self, officer: &OfficerId, now: Timestamp) -> Result<(), Locked> {
        let mut all = self.tried();
        if !all.contains_key(officer) {
            make_room(&mut all, now);
        }
        let tried = all.entry(officer.clone()).or_insert(Tried { attempts: 0, last: now });
        if tried.until() <= now {
            tried.attempts = 0;
        }
        if tried.locked() {
            return Err(Locked { until: tried.until() });
        }
        tried.attempts += 1;
        tried.last = now;
        Ok(())
    }

    /// The password was right: nothing is held against the account any more.
    pub fn succeeded(&self, officer: &OfficerId) {
        self.tried().remove(officer);
    }

    fn tried(&self) -> MutexGuard<'_, HashMap<OfficerId, Tried>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what has lapsed; when that is not enough, all that is not locked, so that a flood of invented
/// accounts cannot open a locked one.
fn make_room(all: &mut HashMap<OfficerId, Tried>, now: Timestamp) {
    if all.len() < REMEMBERED {
        return;
    }
    all.retain(|_, tried| tried.until() > now);
    if all.len() >= REMEMBERED {
        all.retain(|_, tried| tried.locked());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn officer(text: &str) -> OfficerId {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        format!("2026-11-21T{text}Z").parse().unwrap()
    }

    fn fail_five_times(lockout: &Lockout, who: &OfficerId, now: Timestamp) {
        for attempt in 1..=5 {
            assert_eq!(lockout.begin(who, now), Ok(()), "attempt {attempt}");
        }
    }

    #[test]
    fn the_sixth_attempt_is_locked_for_fifteen_minutes_and_then_counts_anew() {
        let (lockout, who) = (Lockout::new(), officer("OF-1"));
        fail_five_times(&lockout, &who, at("08:00:00"));
        let locked = Err(Locked { until: at("08:15:00") });
        assert_eq!(lockout.begin(&who, at("08:00:01")), locked);
        assert_eq!(lockout.begin(&who, at("08:14:59")), locked, "trying must not prolong it");
        fail_five_times(&lockout, &who, at("08:15:00"));
        assert_eq!(lockout.begin(&who, at("08:15:00")), Err(Locked { until: at("08:30:00") }));
    }

    #[test]
    fn success_clears_and_others_are_not_touched() {
        let (lockout, who, other) = (Lockout::new(), officer("OF-1"), officer("OF-2"));
        for _ in 0..20 {
            assert_eq!(lockout.begin(&who, at("08:00:00")), Ok(()));
            lockout.succeeded(&who);
        }
        fail_five_times(&lockout, &who, at("08:00:00"));
        assert_eq!(lockout.begin(&other, at("08:00:00")), Ok(()));
    }

    #[test]
    fn slow_failures_are_forgotten() {
        let (lockout, who) = (Lockout::new(), officer("OF-1"));
        for hour in 0..24 {
            assert_eq!(lockout.begin(&who, at(&format!("{hour:02}:00:00"))), Ok(()));
        }
    }

    #[test]
    fn a_flood_of_invented_accounts_neither_grows_forever_nor_opens_a_lock() {
        let (lockout, who) = (Lockout::new(), officer("OF-1"));
        fail_five_times(&lockout, &who, at("08:00:00"));
        for number in 0..(2 * REMEMBERED + 10) {
            lockout.begin(&officer(&format!("OF-X{number}")), at("08:00:01")).unwrap();
        }
        assert!(lockout.begin(&who, at("08:00:02")).is_err());
        assert!(lockout.tried().len() <= REMEMBERED);
    }
}
