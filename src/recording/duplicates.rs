//! Recognizes messages that were read before, in bounded memory: [`Duplicates`].

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hasher};

/// The number of IDs of a generation.
const GENERATION: usize = 1 << 19;

/// The hash of a message ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdHash(u64);

impl IdHash {
    /// Hashes an ID, with fixed keys, so that each run has the same result.
    pub fn of(id: &str) -> IdHash {
        IdHash(BuildHasherDefault::<DefaultHasher>::default().hash_one(id))
    }
}

impl std::hash::Hash for IdHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// Returns a hash as it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unchanged(u64);

impl Hasher for Unchanged {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only an `IdHash` is hashed");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type IdHashes = HashSet<IdHash, BuildHasherDefault<Unchanged>>;

/// The hashes of message IDs in two generations: when the new one is full, it becomes the old one,
/// and the old one is forgotten. So an ID is recognized among at least the last half a million, in at
/// most 20 MB.
///
/// A room can be logged to three destinations, so a recording may have each message three times.
#[derive(Debug, Default)]
pub struct Duplicates {
    new: IdHashes,
    old: IdHashes,
}

impl Duplicates {
    /// Whether a message with this ID was seen before. Remembers it.
    pub fn contains_or_insert(&mut self, id: IdHash) -> bool {
        if self.old.contains(&id) {
            return true;
        }
        if self.new.len() == GENERATION && !self.new.contains(&id) {
            // The memory of the old generation is used again.
            std::mem::swap(&mut self.old, &mut self.new);
            self.new.clear();
        }
        !self.new.insert(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_ids_are_recognized_and_old_ones_forgotten() {
        let mut seen = Duplicates::default();
        assert!(!seen.contains_or_insert(IdHash::of("a")));
        assert!(seen.contains_or_insert(IdHash::of("a")));
        for number in 0..GENERATION {
            assert!(!seen.contains_or_insert(IdHash::of(&number.to_string())));
        }
        assert!(seen.contains_or_insert(IdHash::of("a")), "of the old generation");
        for number in GENERATION..GENERATION * 2 {
            assert!(!seen.contains_or_insert(IdHash::of(&number.to_string())));
        }
        assert!(!seen.contains_or_insert(IdHash::of("a")), "forgotten");
    }
}
