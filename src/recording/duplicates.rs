//! Recognizes messages that were read before, in bounded memory: [`Duplicates`].

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// The number of IDs of a generation.
const GENERATION: usize = 1 << 19;

/// The hashes of message IDs in two generations: when the new one is full, it becomes the old one,
/// and the old one is forgotten. So an ID is recognized among at least the last half a million, in at
/// most 20 MB.
///
/// A room can be logged to three destinations, so a recording may have each message three times.
#[derive(Debug, Default)]
pub struct Duplicates {
    new: HashSet<u64>,
    old: HashSet<u64>,
}

impl Duplicates {
    /// Whether a message with this ID was seen before. Remembers it.
    pub fn contains_or_insert(&mut self, id: &str) -> bool {
        // With fixed keys, so that each run has the same result.
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(id);
        if self.old.contains(&hash) || self.new.contains(&hash) {
            return true;
        }
        if self.new.len() == GENERATION {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(hash);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_ids_are_recognized_and_old_ones_forgotten() {
        let mut seen = Duplicates::default();
        assert!(!seen.contains_or_insert("a"));
        assert!(seen.contains_or_insert("a"));
        for number in 0..GENERATION {
            assert!(!seen.contains_or_insert(&number.to_string()));
        }
        assert!(seen.contains_or_insert("a"), "of the old generation");
        for number in GENERATION..GENERATION * 2 {
            assert!(!seen.contains_or_insert(&number.to_string()));
        }
        assert!(!seen.contains_or_insert("a"), "forgotten");
    }
}
