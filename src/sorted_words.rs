//! Sets of words without pointers: one sorted string for each length.

use std::cmp::Ordering;

/// Whether a word is in `groups`: for each length in bytes, from 1, the sorted words of that length
/// without anything between them. `["ai", "asto"]` contains `a`, `i`, `as` and `to`.
pub(crate) fn is_in(groups: &[&str], word: &str) -> bool {
    let Some(group) = word.len().checked_sub(1).and_then(|length| groups.get(length)) else {
        return false;
    };
    let words = group.as_bytes();
    let (mut low, mut high) = (0, words.len() / word.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let at = middle * word.len();
        match words[at..at + word.len()].cmp(word.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    false
}
