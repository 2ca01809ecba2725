//! What keeps building an automaton linear: [`spacer`].

/// A pattern that is put before all others for the sake of the states it makes.
///
/// To move match states to the front, `aho-corasick` 1.1 follows the cycles of a permutation, once
/// for each of their states. If the states of an automaton nearly all match, as those of the
/// entries `w1`, `w2`, … `w100000`, there is one cycle, and building takes minutes. States in front
/// that do not match cut it into as many pieces.
pub(super) fn spacer(keys: usize) -> String {
    const MOST: usize = 8 << 10;
    "\n".repeat((keys / 64).clamp(1, MOST))
}
