//! A bounded cache that keeps what was used lately. Never here: what the entries mean.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

/// Two generations: a full young one becomes the old one, and what was old and not asked for since is
/// dropped. Holds at most `2 * half` entries.
pub(crate) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
}

impl<K: Eq + Hash + Clone, V: Clone> Recent<K, V> {
    pub(crate) fn new(half: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: half.max(1) }
    }

    /// The entry, which counts as used now.
    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(found) = self.young.get(key) {
            return Some(found.clone());
        }
        let found = self.old.remove(key)?;
        self.put(key.clone(), found.clone());
        Some(found)
    }

    pub(crate) fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

/// Answers found before, each with its whole question, so that a hash that two questions share misleads nobody. For
/// answers that depend on nothing but the question.
pub(crate) struct Answers<Q, A> {
    known: Mutex<Recent<u64, Arc<(Q, A)>>>,
    hash: RandomState,
}

impl<Q, A: Clone> Answers<Q, A> {
    /// Keeps at most `2 * half`.
    pub(crate) fn new(half: usize) -> Self {
        Self { known: Mutex::new(Recent::new(half)), hash: RandomState::new() }
    }

    /// The answer to `asked`: one whose kept question is the `same`, or the one that is found now.
    pub(crate) fn of<R: Hash>(
        &self,
        asked: &R,
        same: impl FnOnce(&Q) -> bool,
        find: impl FnOnce() -> (Q, A),
    ) -> A {
        let name = self.hash.hash_one(asked);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&name);
        if let Some(known) = known.filter(|known| same(&known.0)) {
            return known.1.clone();
        }
        let found = Arc::new(find());
        self.known.lock().unwrap_or_else(PoisonError::into_inner).put(name, Arc::clone(&found));
        found.1.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, Recent};

    #[test]
    fn what_is_used_stays_and_the_size_is_bounded() {
        let mut cache = Recent::new(10);
        cache.put(0, "kept");
        for key in 1..1_000 {
            cache.put(key, "passing");
            assert_eq!(cache.get(&0), Some("kept"), "lost after {key}");
            assert!(cache.young.len() + cache.old.len() <= 20);
        }
        assert_eq!(cache.get(&500), None, "an old entry was never dropped");
        cache.remove(&0);
        assert_eq!(cache.get(&0), None);
    }

    #[test]
    fn an_answer_is_found_once_and_only_for_its_own_question() {
        let answers = Answers::new(10);
        let ask = |asked: &str, found: u8| {
            answers.of(&asked.len(), |known: &String| known == asked, || (asked.to_owned(), found))
        };
        assert_eq!((ask("one", 1), ask("one", 2)), (1, 1));
        // The same hash, another question.
        assert_eq!((ask("two", 3), ask("two", 4), ask("one", 5)), (3, 3, 5));
    }
}
