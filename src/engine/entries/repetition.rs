//! Words that consist of one entry several times: [`end`].
//!
//! `shitshitshit` and `kyskyskys` are one word each, in which no entry ends where a word ends.

use super::compiled::CompiledEntry;
use super::view::FoldedView;
use crate::normalize::CharProps;

/// The minimum number of letters of an entry that may be repeated.
const MIN_LETTERS: usize = 3;

/// The minimum number of letters of an entry that only needs to occur twice. Many words consist of
/// three letters twice: *cancan*, *tartar*, *tomtom*.
const MIN_TWICE: usize = 4;

/// Four and more letters that make another word twice.
const REDUPLICATED: [&str; 14] = [
    "agar", "beri", "cara", "chow", "cous", "hots", "hula", "kava", "kiwi", "mahi", "piri", "test",
    "tiki", "walla",
];

/// Returns the end of the word at byte `start` if it consists of `entry` several times.
pub(super) fn end(
    view: &FoldedView<'_>,
    compiled: &CompiledEntry<'_>,
    entry: &str,
    start: usize,
) -> Option<usize> {
    let twice = view.text()[start..].strip_prefix(entry)?.strip_prefix(entry)?;
    let letters = entry.chars().filter(|&c| CharProps::of(c).is_letter()).count();
    let is_one_word = entry.chars().map(CharProps::of).all(|it| it.is_word() && !it.is_unspaced());
    if !compiled.may_be_spaced || letters < MIN_LETTERS || !is_one_word {
        return None;
    }
    let accents = compiled.accents();
    let has_accents = |at: usize| {
        let mut letters = entry.char_indices();
        letters.all(|(place, c)| {
            accents.agree(c, place, view.dropped_marks(at + place + c.len_utf8()))
        })
    };
    let (mut rest, mut times) = (twice, 2);
    while let Some(after) = rest.strip_prefix(entry) {
        (rest, times) = (after, times + 1);
    }
    let end = view.text().len() - rest.len();
    let is_word = times > 2 || (letters >= MIN_TWICE && !REDUPLICATED.contains(&entry));
    let is_whole = is_word
        && view.opens(start, compiled.elidable)
        && view.closes(end)
        && (accents.are_any() || (start..end).step_by(entry.len()).all(has_accents))
        && compiled.confusables.is_empty();
    is_whole.then_some(end)
}
