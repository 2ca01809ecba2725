//! The floor: the same words in a bare automaton, searched in text that is folded already.

use aho_corasick::AhoCorasick;

pub(crate) struct Floor(AhoCorasick);

impl Floor {
    /// As `AhoCorasick::new` builds it, which for so many words is the contiguous NFA.
    pub(crate) fn new(words: &[String]) -> Floor {
        Floor(AhoCorasick::new(words).expect("words make an automaton"))
    }

    /// How many words stand in a folded text.
    pub(crate) fn hits(&self, folded: &str) -> usize {
        self.0.find_iter(folded).count()
    }

    /// Bytes.
    pub(crate) fn memory(&self) -> usize {
        self.0.memory_usage()
    }
}
