//! An Aho-Corasick automaton as a table: [`LiteralTable`].
//!
//! `aho-corasick` cannot store an automaton, and building one takes a tenth of a start with the
//! shipped rules. So its automaton is written as a table, which is part of compiled rules and
//! searched in place: for each state and each class of bytes, the next state. A byte that occurs in
//! no literal has class 0. The states in which a literal ends come last, so one comparison finds
//! them.
//!
//! **Example.** The literals `ab` and `b` have the classes `a` 1 and `b` 2:
//!
//! ```text
//! state  after   other  a  b
//! 0      (start) 0      1  2
//! 1      a       0      1  3
//! 2      b       0      1  2    ends b
//! 3      ab      0      1  2    ends ab and b
//! ```
//!
//! The text `cab` leads to 0, 1 and 3, where both end.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use aho_corasick::Anchored;
use aho_corasick::automaton::Automaton;
use serde::{Deserialize, Serialize};

/// Finds all occurrences of some literals.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct LiteralTable {
    /// For each byte, its class.
    classes: Vec<u8>,
    /// The table has 2 to the power of this many numbers for each state.
    shift: u32,
    start: u16,
    /// The first state in which a literal ends.
    first_end: u16,
    /// The literals that end in each state from that one on.
    ends: Vec<Vec<u32>>,
    next: Next,
}

/// The next states: for each state and class, two bytes.
#[derive(Debug, Serialize, Deserialize)]
enum Next {
    /// In the body from this byte on.
    Stored(u64),
    #[serde(skip)]
    Owned(Vec<u8>),
}

impl LiteralTable {
    /// Creates the table of an automaton that searches for `literals`. `None` if it has more than
    /// 65,536 states.
    pub(super) fn new(automaton: &impl Automaton, literals: &[Vec<u8>]) -> Option<LiteralTable> {
        let (classes, bytes) = classes(literals);
        let first = automaton.start_state(Anchored::No).ok()?;
        // The states, and for each the next one for each class.
        let (mut states, mut known) = (vec![first], HashMap::from([(first, 0)]));
        let mut next = Vec::new();
        while let Some(&state) = states.get(next.len() / bytes.len()) {
            for &byte in &bytes {
                let after = automaton.next_state(Anchored::No, state, byte);
                next.push(match known.entry(after) {
                    Entry::Occupied(number) => *number.get(),
                    Entry::Vacant(new) => {
                        states.push(after);
                        *new.insert(states.len() - 1)
                    }
                });
            }
        }
        let ends = |number: usize| automaton.match_len(states[number]);
        let mut order: Vec<usize> = (0..states.len()).collect();
        order.sort_by_key(|&number| ends(number) > 0);
        let mut numbers = vec![0; states.len()];
        for (new, &number) in order.iter().enumerate() {
            numbers[number] = u16::try_from(new).ok()?;
        }
        let first_end = order.partition_point(|&number| ends(number) == 0);
        let literal = |number: usize, end| automaton.match_pattern(states[number], end).as_u32();
        let shift = bytes.len().next_power_of_two().trailing_zeros();
        let mut table = vec![0; states.len() << shift << 1];
        for (row, &number) in table.chunks_exact_mut(2 << shift).zip(&order) {
            let next = &next[number * bytes.len()..][..bytes.len()];
            for (cell, &next) in row.chunks_exact_mut(2).zip(next) {
                cell.copy_from_slice(&numbers[next].to_le_bytes());
            }
        }
        Some(LiteralTable {
            classes,
            shift,
            start: numbers[0],
            first_end: u16::try_from(first_end).ok()?,
            ends: order[first_end..]
                .iter()
                .map(|&number| (0..ends(number)).map(|end| literal(number, end)).collect())
                .collect(),
            next: Next::Owned(table),
        })
    }

    /// Returns the table with its next states at the end of `body`, where they are added. `own` is the
    /// body that it has so far.
    pub(in crate::engine) fn stored(&self, own: &[u8], body: &mut Vec<u8>) -> LiteralTable {
        let start = body.len() as u64;
        body.extend_from_slice(self.next(own).as_flattened());
        let (classes, ends) = (self.classes.clone(), self.ends.clone());
        LiteralTable { classes, ends, next: Next::Stored(start), ..*self }
    }

    fn next<'t>(&'t self, body: &'t [u8]) -> &'t [[u8; 2]] {
        let bytes = match &self.next {
            Next::Owned(bytes) => bytes,
            Next::Stored(start) => {
                usize::try_from(*start).ok().and_then(|start| body.get(start..)).unwrap_or_default()
            }
        };
        bytes.as_chunks().0
    }

    /// Calls `found` with the index of each literal that occurs, each time that it occurs. `body` is
    /// that of the rules.
    #[inline]
    pub(super) fn find(&self, body: &[u8], haystack: &[u8], mut found: impl FnMut(usize)) {
        let next = self.next(body);
        let Some(classes) = self.classes.first_chunk::<256>() else { return };
        let mut state = self.start;
        for &byte in haystack {
            let at =
                usize::from(state) << (self.shift & 31) | usize::from(classes[usize::from(byte)]);
            // A damaged table may lead to a state that does not exist.
            state = next.get(at).map_or(self.start, |&next| u16::from_le_bytes(next));
            if state >= self.first_end {
                let ends = self.ends.get(usize::from(state - self.first_end));
                ends.into_iter().flatten().for_each(|&literal| found(literal as usize));
            }
        }
    }
}

/// Returns the class of each byte, and one byte of each class. Bytes that occur in no literal have
/// one class.
fn classes(literals: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let mut occurs = [false; 256];
    literals.iter().flatten().for_each(|&byte| occurs[usize::from(byte)] = true);
    let is_other = |byte: &u8| !occurs[usize::from(*byte)];
    let mut bytes: Vec<u8> = (0..=u8::MAX).find(is_other).into_iter().collect();
    bytes.extend((0..=u8::MAX).filter(|byte| !is_other(byte)));
    let mut classes = vec![0; 256];
    for (class, &byte) in bytes.iter().enumerate() {
        classes[usize::from(byte)] = class as u8;
    }
    (classes, bytes)
}

#[cfg(test)]
mod tests {
    use aho_corasick::nfa::noncontiguous::NFA;
    use proptest::prelude::*;

    use super::*;

    fn table(literals: &[Vec<u8>]) -> LiteralTable {
        LiteralTable::new(&NFA::new(literals).expect("few"), literals).expect("few")
    }

    /// The example above.
    #[test]
    fn a_state_ends_all_its_literals() {
        let table = table(&[b"ab".to_vec(), b"b".to_vec()]);
        assert_eq!((table.start, table.first_end), (0, 2));
        let mut found = Vec::new();
        table.find(&[], b"cab", |literal| found.push(literal));
        assert_eq!(found, [0, 1]);
    }

    proptest! {
        #[test]
        fn finds_what_occurs(
            literals in prop::collection::vec(prop::collection::vec(b'a'..=b'd', 1..5), 1..12),
            text in prop::collection::vec(b'a'..=b'f', 0..40),
        ) {
            let table = table(&literals);
            let mut body = b"before".to_vec();
            let stored = table.stored(&[], &mut body);
            let mut other = Vec::new();
            let again = stored.stored(&body, &mut other);
            for (table, body) in [(&table, &[][..]), (&stored, &body), (&again, &other)] {
                let mut found = vec![false; literals.len()];
                table.find(body, &text, |literal| found[literal] = true);
                for (literal, found) in literals.iter().zip(found) {
                    let occurs = text.windows(literal.len()).any(|it| it == literal);
                    prop_assert_eq!(found, occurs, "{:?} in {:?}", literal, text);
                }
            }
        }

        /// As a damaged file may have it.
        #[test]
        fn a_damaged_table_ends(body in prop::collection::vec(any::<u8>(), 0..60), shift in any::<u32>()) {
            let table = LiteralTable { shift, ..table(&[b"ab".to_vec()]).stored(&[], &mut Vec::new()) };
            table.find(&body, b"abcabcaaab", |_| {});
        }
    }
}
