//! Nonces seen before, in bounded memory: two generations of hashes. When the
//! younger is full the older is forgotten.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher};
use std::sync::Mutex;

use crate::state::locked;

/// How many nonces one generation holds. At the default quota the older reaches
/// back more than twenty minutes, past the time window; without a quota, seconds.
const GENERATION: usize = 1 << 16;

type Hashes = HashSet<u64, BuildHasherDefault<AsItIs>>;

/// The nonces seen so far.
#[derive(Default)]
pub(crate) struct Nonces {
    hasher: RandomState,
    seen: Mutex<(Hashes, Hashes)>,
}

impl Nonces {
    /// Notes a nonce; false if it was used before.
    pub(crate) fn note(&self, access_key_id: &str, nonce: &str) -> bool {
        let hash = self.hasher.hash_one((access_key_id, nonce));
        let mut seen = locked(&self.seen);
        let (younger, older) = &mut *seen;
        if older.contains(&hash) || !younger.insert(hash) {
            return false;
        }
        if younger.len() >= GENERATION {
            // Cleared, not dropped: its memory serves the next generation.
            older.clear();
            std::mem::swap(younger, older);
        }
        true
    }

    pub(crate) fn reset(&self) {
        *locked(&self.seen) = Default::default();
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let seen = locked(&self.seen);
        seen.0.len() + seen.1.len()
    }
}

/// The key is a hash already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_new_once_for_each_key() {
        let nonces = Nonces::default();
        assert!(nonces.note("a", "1"));
        assert!(!nonces.note("a", "1"));
        assert!(nonces.note("b", "1"));
        nonces.reset();
        assert!(nonces.note("a", "1"));
    }

    #[test]
    fn memory_is_bounded_and_the_latest_are_kept() {
        let nonces = Nonces::default();
        for index in 0..3 * GENERATION {
            assert!(nonces.note("a", &index.to_string()));
        }
        assert!(nonces.len() <= 2 * GENERATION);
        assert!(!nonces.note("a", &(3 * GENERATION - 1).to_string()));
    }
}
