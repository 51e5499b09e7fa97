//! Attempts counted per key for a while, in bounded memory. Never here: how many are too many.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use super::PERIOD;

/// Attempts that did not end well yet, with the time of the last one.
#[derive(Clone, Copy)]
struct Tried {
    attempts: u32,
    last: Timestamp,
}

impl Tried {
    fn lapse(self) -> Timestamp {
        self.last.saturating_add(PERIOD).unwrap_or(Timestamp::MAX)
    }
}

/// Attempts per key.
pub(super) struct Tries<K> {
    all: HashMap<K, Tried>,
    most: usize,
}

impl<K: Eq + Hash> Tries<K> {
    pub(super) fn new(most: usize) -> Self {
        Self { all: HashMap::new(), most }
    }

    /// How many there were lately.
    pub(super) fn of(&self, key: &K, now: Timestamp) -> u32 {
        self.all.get(key).filter(|tried| tried.lapse() > now).map_or(0, |tried| tried.attempts)
    }

    /// When the last was; long ago when there was none.
    pub(super) fn last(&self, key: &K) -> Timestamp {
        self.all.get(key).map_or(Timestamp::MIN, |tried| tried.last)
    }

    /// When they are forgotten.
    pub(super) fn lapse(&self, key: &K) -> Timestamp {
        self.all.get(key).map_or(Timestamp::MIN, |tried| tried.lapse())
    }

    pub(super) fn add(&mut self, key: K, now: Timestamp) {
        if self.all.len() >= self.most && !self.all.contains_key(&key) {
            self.make_room(now);
        }
        let before = self.of(&key, now);
        self.all.insert(key, Tried { attempts: before.saturating_add(1), last: now });
    }

    pub(super) fn take_back(&mut self, key: &K) {
        if let Some(tried) = self.all.get_mut(key) {
            tried.attempts = tried.attempts.saturating_sub(1);
        }
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.all.remove(key);
    }

    /// Forgets what has lapsed. When that is not enough, the half with the fewest attempts, the longest past
    /// first: a flood of invented keys cannot open a locked one before it has locked as many itself.
    fn make_room(&mut self, now: Timestamp) {
        self.all.retain(|_, tried| tried.lapse() > now);
        if self.all.len() < self.most {
            return;
        }
        let weight = |tried: &Tried| (tried.attempts, tried.last);
        let mut weights: Vec<_> = self.all.values().map(weight).collect();
        let middle = weights.len() / 2;
        let (_, least, _) = weights.select_nth_unstable(middle);
        let least = *least;
        self.all.retain(|_, tried| weight(tried) > least);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}
