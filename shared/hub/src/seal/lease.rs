//! What a process remembers of a key service's keys, and how long that counts. Never here: the line to the service.
//!
//! Crash story of an erasure. The service destroys the keys, tells every holder the new number of erasures, and answers
//! when each has said that it forgot, or [`SILENT`] after it told them. A holder forgets before it says so. One that
//! does not hear (its line is cut, it is stopped, its machine is slow) uses nothing it remembers later than [`LASTS`]
//! after it *sent* the last turn that the service returned to it: what the service said before the erasure returns
//! only turns sent before it, however late it arrives. So whoever erased and has the answer knows that no process opens
//! an erased value any more. A service that starts anew knows no holders of the one before; it counts one that never
//! answers for its first [`SILENT`].

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::cipher::PlainKey;
use crate::recent::Recent;

/// How long after a turn was sent what is remembered counts, once the service has returned it.
pub(super) const LASTS: Duration = Duration::from_secs(2);
/// After how long the lease of a holder that says nothing has run out: [`LASTS`], and a half more because two clocks
/// measure it.
pub(super) const SILENT: Duration = Duration::from_secs(3);
/// How often the service speaks at least.
pub(super) const BEAT: Duration = Duration::from_millis(500);
/// How long opening a value waits for a lease that was lost; afterwards it fails at once until there is one.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

const _: () = assert!(BEAT.as_millis() * 2 < LASTS.as_millis() && LASTS.as_millis() < SILENT.as_millis());

/// Half of the keys remembered, 100 bytes each.
const CACHED: usize = 16 * 1024;

/// The lease and what is remembered under it.
pub(super) struct Lease {
    state: Mutex<State>,
    granted: Condvar,
}

struct State {
    known: Recent<u64, PlainKey>,
    standing: Standing,
    /// The service's number of erasures when the lease was granted or last renewed.
    erasures: u64,
    /// Changes whenever what was known is forgotten.
    age: u64,
}

#[derive(Clone, Copy)]
enum Standing {
    Held { until: Instant },
    Lost { since: Instant },
}

/// What is remembered of a key.
pub(super) enum Recalled {
    /// The key.
    Key(PlainKey),
    /// Nothing; what is asked for now may be used if it can still be [kept](Lease::keep) under this age.
    Nothing {
        /// The age of the lease.
        age: u64,
    },
    /// There is no lease, and waiting for it was in vain.
    NoLease,
}

impl State {
    fn forget(&mut self) {
        self.known.clear();
        self.age += 1;
    }

    /// Whether there is a lease; one that has run out is noticed here.
    fn holds(&mut self, now: Instant) -> bool {
        match self.standing {
            Standing::Held { until } if until <= now => {
                self.standing = Standing::Lost { since: until };
                self.forget();
                false
            }
            Standing::Held { .. } => true,
            Standing::Lost { .. } => false,
        }
    }
}

impl Lease {
    pub(super) fn new() -> Self {
        let standing = Standing::Lost { since: Instant::now() };
        let state = State { known: Recent::new(CACHED), standing, erasures: 0, age: 0 };
        Self { state: Mutex::new(state), granted: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything: the next that is heard comes from a service that may be another one.
    pub(super) fn anew(&self, now: Instant) {
        let mut state = self.lock();
        if state.holds(now) {
            state.standing = Standing::Lost { since: now };
            state.forget();
        }
    }

    /// The service said its number of erasures and returned a turn that was sent then. Once this is over, nothing from
    /// before that number is used any more.
    pub(super) fn heard(&self, erasures: u64, sent: Instant, now: Instant) {
        let mut state = self.lock();
        let held = state.holds(now);
        if held && state.erasures != erasures {
            state.forget();
        }
        state.erasures = erasures;
        let until = match state.standing {
            Standing::Held { until } => until.max(sent + LASTS),
            Standing::Lost { .. } => sent + LASTS,
        };
        if until > now {
            state.standing = Standing::Held { until };
            self.granted.notify_all();
        }
    }

    /// What is remembered of a key, without waiting.
    pub(super) fn recall(&self, key: u64, now: Instant) -> Recalled {
        let mut state = self.lock();
        if !state.holds(now) {
            return Recalled::NoLease;
        }
        match state.known.get(&key) {
            Some(plain) => Recalled::Key(plain),
            None => Recalled::Nothing { age: state.age },
        }
    }

    /// Waits until there is a lease, so long and [`PATIENCE`] after it was lost at most; whether there is one.
    pub(super) fn wait(&self, longest: Duration) -> bool {
        let until = Instant::now() + longest;
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            if state.holds(now) {
                return true;
            }
            let Standing::Lost { since } = state.standing else { return true };
            let left = until.min(since + PATIENCE).saturating_duration_since(now);
            if left.is_zero() {
                return false;
            }
            (state, _) = self.granted.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Remembers a key asked for at this age; `false` when something was forgotten since, so that it may not be used.
    pub(super) fn keep(&self, key: u64, plain: &PlainKey, age: u64, now: Instant) -> bool {
        let mut state = self.lock();
        let fits = state.holds(now) && state.age == age;
        if fits {
            state.known.put(key, plain.clone());
        }
        fits
    }

    /// Remembers a fresh key that nothing is sealed under yet.
    pub(super) fn remember(&self, key: u64, plain: PlainKey, now: Instant) {
        let mut state = self.lock();
        if state.holds(now) {
            state.known.put(key, plain);
        }
    }

    /// Forgets what was known: this process has erased.
    pub(super) fn forget(&self) {
        self.lock().forget();
    }

    /// Waits for a lease as long as it takes.
    #[cfg(test)]
    pub(super) fn until_held(&self) {
        drop(self.granted.wait_while(self.lock(), |state| !state.holds(Instant::now())));
    }

    /// Waits until the lease has run out.
    #[cfg(test)]
    pub(super) fn until_lost(&self) {
        let mut state = self.lock();
        while state.holds(Instant::now()) {
            (state, _) = self.granted.wait_timeout(state, BEAT).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A number that changes whenever what was known counts no more.
    pub(super) fn age(&self, now: Instant) -> u64 {
        let mut state = self.lock();
        state.holds(now);
        state.age
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test may stop at the first surprise")]
    use super::*;
    use zeroize::Zeroizing;

    const KEY: u64 = 7;

    fn held(now: Instant) -> Lease {
        let lease = Lease::new();
        lease.heard(1, now, now);
        lease.remember(KEY, Zeroizing::new([1; 32]), now);
        lease
    }

    fn knows(lease: &Lease, now: Instant) -> bool {
        matches!(lease.recall(KEY, now), Recalled::Key(_))
    }

    #[test]
    fn what_is_remembered_counts_for_two_seconds_from_when_the_returned_turn_was_sent() {
        let begun = Instant::now();
        let lease = held(begun);
        assert!(knows(&lease, begun + LASTS - Duration::from_millis(1)));
        // The answer to the turn of a second ago: it was long on its way and extends by one second only.
        lease.heard(1, begun + Duration::from_secs(1), begun + Duration::from_millis(1_900));
        assert!(knows(&lease, begun + Duration::from_millis(2_900)));
        let age = lease.age(begun + Duration::from_millis(2_900));
        assert!(matches!(lease.recall(KEY, begun + Duration::from_secs(3)), Recalled::NoLease));
        assert_ne!(lease.age(begun + Duration::from_secs(3)), age, "who keeps what was opened is told");
        // Older than the lease lasts: no lease.
        lease.heard(1, begun + Duration::from_secs(3), begun + Duration::from_secs(5));
        assert!(matches!(lease.recall(KEY, begun + Duration::from_secs(5)), Recalled::NoLease));
        lease.heard(1, begun + Duration::from_secs(5), begun + Duration::from_secs(5));
        assert!(!knows(&lease, begun + Duration::from_secs(5)), "and nothing of before comes back");
    }

    #[test]
    fn a_new_number_of_erasures_forgets_what_is_known_and_what_was_under_way() {
        let now = Instant::now();
        let lease = held(now);
        let Recalled::Nothing { age } = lease.recall(8, now) else { panic!("a lease is held") };
        lease.heard(1, now, now);
        assert!(knows(&lease, now), "the same number changes nothing");
        lease.heard(2, now, now);
        assert!(!knows(&lease, now));
        assert!(!lease.keep(8, &Zeroizing::new([2; 32]), age, now), "it was read before the erasure");
        let Recalled::Nothing { age } = lease.recall(8, now) else { panic!("a lease is held") };
        assert!(lease.keep(8, &Zeroizing::new([2; 32]), age, now));
        lease.anew(now);
        assert!(matches!(lease.recall(8, now), Recalled::NoLease));
    }
}
