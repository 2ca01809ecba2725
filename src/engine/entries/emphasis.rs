//! Emphasis over one or more words, as in `*honks the horn*`: [`Emphasis`].
//!
//! A hiding symbol that closes an emphasis does not replace the last letter of a word: `horn*` is not
//! *horny* there. An emphasis is opened by symbols directly before a word, and closed by as many equal
//! ones directly after the same word or a later one.

use std::ops::Range;

use crate::normalize::{CharProps, leet};

/// The symbols of a folded text that close an emphasis.
#[derive(Default)]
pub(super) struct Emphasis {
    /// The byte ranges of closing symbols, ascending.
    closing: Vec<Range<usize>>,
}

impl Emphasis {
    /// Finds the closing symbols of a folded text in one pass.
    pub(super) fn of(text: &str) -> Emphasis {
        let mut closing = Vec::new();
        // The last opening run of each symbol, with its length in bytes.
        let mut open: Vec<(char, usize)> = Vec::new();
        let mut chars = text.char_indices().peekable();
        let mut after_word = false;
        while let Some((start, c)) = chars.next() {
            if !leet::hides(c) {
                after_word = CharProps::of(c).is_word();
                continue;
            }
            let mut end = start + c.len_utf8();
            while let Some((at, c)) = chars.next_if(|&(_, next)| next == c) {
                end = at + c.len_utf8();
            }
            let before_word = chars.peek().is_some_and(|&(_, next)| CharProps::of(next).is_word());
            let known = open.iter().position(|&(symbol, _)| symbol == c);
            match (after_word, before_word) {
                (false, true) => {
                    known.map(|at| open.remove(at));
                    open.push((c, end - start));
                }
                (true, false) => {
                    if let Some((_, length)) = known.map(|at| open.remove(at))
                        && length >= end - start
                    {
                        closing.push(start..end);
                    }
                }
                _ => {}
            }
            after_word = false;
        }
        Emphasis { closing }
    }

    /// Whether the symbol that ends at byte `end` is a closing one.
    pub(super) fn closes_at(&self, end: usize) -> bool {
        let after = self.closing.partition_point(|run| run.start < end);
        self.closing[..after].last().is_some_and(|run| end <= run.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emphasis_is_opened_before_a_word_and_closed_after_one() {
        let closing = |text: &str| -> Vec<String> {
            Emphasis::of(text).closing.into_iter().map(|run| text[run].to_owned()).collect()
        };
        assert_eq!(closing("*honks horn* and _blows it_"), ["*", "_"]);
        assert_eq!(closing("**so** bad*"), ["**"]);
        assert_eq!(closing("*a**"), [""; 0]);
        assert_eq!(closing("**a* b**"), ["*"]);
        assert_eq!(closing("bad* a*b * c*"), [""; 0]);
        assert_eq!(closing("*_so bad_*"), ["_"]);
    }
}
