//! The floor: a bare automaton with the same words, searching text that is already folded.

use aho_corasick::AhoCorasick;

pub(crate) struct Floor(AhoCorasick);

impl Floor {
    /// Builds the default automaton, which is a contiguous NFA for this many words.
    pub(crate) fn new(words: &[String]) -> Floor {
        Floor(AhoCorasick::new(words).expect("words make an automaton"))
    }

    /// Returns the number of words in a folded text.
    pub(crate) fn hits(&self, folded: &str) -> usize {
        self.0.find_iter(folded).count()
    }

    /// Returns the size of the automaton in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.0.memory_usage()
    }
}
