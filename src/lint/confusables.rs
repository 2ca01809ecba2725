//! Confusable letters and typographic quotes in entries. They are usually an accident, cannot be
//! seen, and keep a text search in the file from finding the entry.

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::normalize::latin_confusable;
use crate::rules::{Entry, List};
use crate::span::Span;

/// Typographic quotes that word processors insert, and the ASCII quotes that were typed.
const QUOTES: [(char, char); 7] =
    [('‘', '\''), ('’', '\''), ('‚', '\''), ('“', '"'), ('”', '"'), ('„', '"'), ('‛', '\'')];

impl Check<'_> {
    /// Reports the entries of a list with characters that are not what they look like.
    pub(super) fn confusables(&mut self, list: &List) {
        if list.entries.iter().all(|entry| entry.text.is_ascii()) {
            return;
        }
        let has_others = list.entries.iter().any(|entry| entry.text.chars().any(is_genuine));
        let mut diagnostics = Capped::default();
        for entry in list.entries.iter().filter(|entry| !entry.text.is_ascii()) {
            let words = entry.text.split(|c: char| !c.is_alphanumeric());
            let letter = words.filter_map(|word| first_confusable(word, has_others)).next();
            if let Some(letter) = letter {
                diagnostics.push(entry.location, || self.confusable(entry, letter));
            } else if let Some(quote) = quote(&entry.text) {
                diagnostics.push(entry.location, || self.quoted(entry, quote));
            }
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::ConfusableCharacters));
    }

    fn confusable(&self, entry: &Entry, letter: char) -> Diagnostic {
        let latin = latin_confusable(letter).map_or(letter, |(latin, _)| latin);
        let message = format!(
            "`{letter}` (U+{:04X}) looks like the Latin letter `{latin}`",
            u32::from(letter)
        );
        let plain: String =
            entry.text.chars().map(|c| latin_confusable(c).map_or(c, |(latin, _)| latin)).collect();
        Diagnostic::new(Code::ConfusableCharacters, self.character(entry, letter), message)
            .help(format!("use Latin letters, which also match their look-alikes: {plain}"))
    }

    fn quoted(&self, entry: &Entry, quote: char) -> Diagnostic {
        let message = format!("typographic quote `{quote}`");
        let plain: String = entry
            .text
            .chars()
            .map(|c| QUOTES.iter().find(|(smart, _)| *smart == c).map_or(c, |&(_, plain)| plain))
            .collect();
        Diagnostic::new(Code::ConfusableCharacters, self.character(entry, quote), message)
            .help(format!("use the ASCII quote, which also matches the typographic one: {plain}"))
    }

    /// The location of a character of an entry; that of the entry if it is not found.
    fn character(&self, entry: &Entry, c: char) -> Location {
        let Location { source, span } = entry.location;
        let raw = self.sources.get(source).content.as_ref().ok();
        let raw = raw.and_then(|bytes| std::str::from_utf8(bytes.get(span.range())?).ok());
        let Some(at) = raw.and_then(|raw| raw.find(c)) else { return entry.location };
        let start = span.start + at;
        Location { source, span: Span::new(start, start + c.len_utf8()) }
    }
}

/// Whether a letter is of another script than Latin and no exact homoglyph of a Latin one.
fn is_genuine(c: char) -> bool {
    c.is_alphabetic()
        && !c.is_ascii()
        && latin_confusable(c).is_none_or(|(_, is_homoglyph)| !is_homoglyph)
        && !is_latin(c)
}

/// Whether a letter beyond ASCII is Latin, for example with an accent.
fn is_latin(c: char) -> bool {
    matches!(c, 'ª' | 'º' | 'À'..='ɏ' | 'Ḁ'..='ỿ' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

/// The first confusable letter of a word that should be Latin: a word with Latin letters, or one
/// that consists only of exact homoglyphs in a list without genuine letters of other scripts.
fn first_confusable(word: &str, has_others: bool) -> Option<char> {
    let first = word.chars().find(|&c| latin_confusable(c).is_some())?;
    let is_mixed = word.chars().any(|c| c.is_ascii_alphabetic());
    let is_homoglyph = |c: char| latin_confusable(c).is_some_and(|(_, is_homoglyph)| is_homoglyph);
    let is_copied = !has_others && word.chars().count() > 1 && word.chars().all(is_homoglyph);
    (is_mixed || is_copied).then_some(first)
}

/// The first typographic quote of an entry that has letters.
fn quote(text: &str) -> Option<char> {
    let has_letters = text.chars().any(char::is_alphabetic);
    text.chars().find(|c| has_letters && QUOTES.iter().any(|(smart, _)| smart == c))
}
