//! Letters of other scripts and typographic quotes that came into an entry by chance: nobody sees them,
//! and nobody who searches the file finds the entry.

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::normalize::latin_confusable;
use crate::rules::{Entry, List};
use crate::span::Span;

/// What word processors make of the quotes of a keyboard.
const QUOTES: [(char, char); 7] =
    [('‘', '\''), ('’', '\''), ('‚', '\''), ('“', '"'), ('”', '"'), ('„', '"'), ('‛', '\'')];

impl Check<'_> {
    /// Tells the entries of a list in which something is not what it looks like.
    pub(super) fn confusables(&mut self, list: &List) {
        if list.entries.iter().all(|entry| entry.text.is_ascii()) {
            return;
        }
        let has_others = list.entries.iter().any(|entry| entry.text.chars().any(is_honest));
        let mut problems = Capped::default();
        for entry in list.entries.iter().filter(|entry| !entry.text.is_ascii()) {
            let words = entry.text.split(|c: char| !c.is_alphanumeric());
            let letter = words.filter_map(|word| look_alike(word, has_others)).next();
            if let Some(letter) = letter {
                problems.push(entry.location, || self.confusable(entry, letter));
            } else if let Some(quote) = quote(&entry.text) {
                problems.push(entry.location, || self.quoted(entry, quote));
            }
        }
        self.problems.extend(problems.into_problems(Code::ConfusableCharacters));
    }

    fn confusable(&self, entry: &Entry, letter: char) -> Diagnostic {
        let latin = latin_confusable(letter).map_or(letter, |(latin, _)| latin);
        let message = format!(
            "`{letter}` (U+{:04X}) in this entry looks like the Latin `{latin}` and is none",
            u32::from(letter)
        );
        let plain: String =
            entry.text.chars().map(|c| latin_confusable(c).map_or(c, |(latin, _)| latin)).collect();
        Diagnostic::new(Code::ConfusableCharacters, self.character(entry, letter), message).help(
            format!("write it with the letters of a keyboard, it hits the other as well: {plain}"),
        )
    }

    fn quoted(&self, entry: &Entry, quote: char) -> Diagnostic {
        let message = format!("`{quote}` in this entry comes from a word processor");
        let plain: String = entry
            .text
            .chars()
            .map(|c| QUOTES.iter().find(|(smart, _)| *smart == c).map_or(c, |&(_, plain)| plain))
            .collect();
        Diagnostic::new(Code::ConfusableCharacters, self.character(entry, quote), message)
            .help(format!("write the one of a keyboard, it hits the other as well: {plain}"))
    }

    /// Where a character of an entry stands in its file; all of the entry if that is not to be found.
    fn character(&self, entry: &Entry, c: char) -> Location {
        let Location { source, span } = entry.location;
        let raw = self.sources.get(source).content.as_ref().ok();
        let raw = raw.and_then(|bytes| std::str::from_utf8(bytes.get(span.range())?).ok());
        let Some(at) = raw.and_then(|raw| raw.find(c)) else { return entry.location };
        let start = span.start + at;
        Location { source, span: Span::new(start, start + c.len_utf8()) }
    }
}

/// A letter of another script than Latin that can be told from all letters of that.
fn is_honest(c: char) -> bool {
    c.is_alphabetic()
        && !c.is_ascii()
        && latin_confusable(c).is_none_or(|(_, is_double)| !is_double)
        && !is_latin(c)
}

/// Latin letters with an accent, and others beyond ASCII.
fn is_latin(c: char) -> bool {
    matches!(c, 'ª' | 'º' | 'À'..='ɏ' | 'Ḁ'..='ỿ' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

/// The first letter of a word that only looks Latin: in a word with Latin letters, or in one that nobody
/// can tell from a Latin word, if nothing else in the list is of another script.
fn look_alike(word: &str, has_others: bool) -> Option<char> {
    let first = word.chars().find(|&c| latin_confusable(c).is_some())?;
    let is_mixed = word.chars().any(|c| c.is_ascii_alphabetic());
    let is_double = |c: char| latin_confusable(c).is_some_and(|(_, is_double)| is_double);
    let is_copied = !has_others && word.chars().count() > 1 && word.chars().all(is_double);
    (is_mixed || is_copied).then_some(first)
}

/// The first typographic quote of an entry that has letters.
fn quote(text: &str) -> Option<char> {
    let has_letters = text.chars().any(char::is_alphabetic);
    text.chars().find(|c| has_letters && QUOTES.iter().any(|(smart, _)| smart == c))
}
