//! A bounded cache that keeps what was used lately. Never here: what the entries mean.

use std::collections::HashMap;
use std::hash::Hash;

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

#[cfg(test)]
mod tests {
    use super::Recent;

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
}
