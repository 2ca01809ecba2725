//! Letters that are read as the Latin letters they look like (UTS #39).
//!
//! They are in words of more than one script. A word wholly in another script is what it says, unless
//! nobody could tell: each of its letters is the exact double of a Latin one, and no other word of
//! the message is honestly in that script.

use std::ops::BitOr;

use super::facts::{Facts, Folds};
use super::fold::sign_letter;
use super::table;
use super::{Form, Layout, Reading};
use crate::span::Span;

/// Scripts of letters; those without look-alikes of their own count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scripts(pub(super) u8);

impl Scripts {
    pub(super) const NONE: Scripts = Scripts(0);

    fn is_mixed(self) -> bool {
        self.0.count_ones() > 1
    }

    fn shares(self, other: Scripts) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Scripts {
    type Output = Scripts;

    fn bitor(self, other: Scripts) -> Scripts {
        Scripts(self.0 | other.0)
    }
}

/// The Latin letter that a letter looks like, which folds from the character `original`.
pub(super) fn find(original: char, letter: char) -> Option<char> {
    let of = |c: char| {
        let code = u32::from(c);
        let at = table::LOOK_ALIKES.binary_search_by_key(&code, |entry| entry >> 8).ok()?;
        Some(char::from(table::LOOK_ALIKES[at] as u8))
    };
    // Capitals may look like other letters: Ν and ν.
    of(original).or_else(|| of(letter))
}

/// A word whose letters are read as Latin ones.
#[derive(Clone, Copy)]
pub(super) struct LatinWord {
    /// In the original.
    span: Span,
    /// Whether it matters that it was not written so.
    noted: bool,
}

/// The words of a text that are read as Latin ones.
pub(super) struct LatinWords(Vec<LatinWord>);

impl LatinWords {
    /// Those of a text that is read in that way.
    pub(super) fn of(text: &str, form: Form, reading: Reading) -> LatinWords {
        let is_message = reading != Reading::Entry;
        let mut found: Vec<(Span, Scripts)> = Vec::new();
        let mut honest = Scripts::NONE;
        for word in words(text, form, reading) {
            if word.scripts.is_mixed() {
                found.extend(word.look_alikes.then_some((word.span, Scripts::NONE)));
            } else if !word.doubles {
                honest = honest | word.scripts;
            } else if is_message {
                found.push((word.span, word.scripts));
            }
        }
        found.retain(|&(_, scripts)| !scripts.shares(honest));
        LatinWords(found.iter().map(|&(span, _)| LatinWord { span, noted: is_message }).collect())
    }

    /// Those of an entry, and some of its others, as [`of_another_script`] finds them.
    pub(super) fn of_entry(text: &str, form: Form, others: &[Span]) -> LatinWords {
        let LatinWords(mut words) = LatinWords::of(text, form, Reading::Entry);
        words.extend(others.iter().map(|&span| LatinWord { span, noted: true }));
        words.sort_unstable_by_key(|word| word.span);
        LatinWords(words)
    }

    /// Whether the letter at byte `at` is in one of them, and whether that matters.
    pub(super) fn at(&self, at: usize) -> Option<bool> {
        let behind = self.0.partition_point(|word| word.span.start <= at);
        let word = self.0[..behind].last().filter(|word| at < word.span.end)?;
        Some(word.noted)
    }
}

/// The words of an entry that would be other words if they were read as Latin ones, and are not.
pub(super) fn of_another_script(text: &str, form: Form) -> Vec<Span> {
    let words = words(text, form, Reading::Entry);
    let other = words.filter(|word| word.look_alikes && !word.scripts.is_mixed());
    other.map(|word| word.span).collect()
}

/// Letters, digits and marks in a row, of scripts that put spaces between words.
struct Word {
    span: Span,
    /// Of its letters.
    scripts: Scripts,
    /// Whether it has letters, all of which are exact doubles.
    doubles: bool,
    /// Whether it has a letter that may be read as a Latin one.
    look_alikes: bool,
}

impl Word {
    fn at(start: usize) -> Word {
        let span = Span::new(start, start);
        Word { span, scripts: Scripts::NONE, doubles: true, look_alikes: false }
    }

    fn add(&mut self, facts: Facts) {
        if facts.is_letter() && !facts.is_tatweel() {
            self.scripts = self.scripts | facts.script();
            self.doubles &= facts.is_double();
            self.look_alikes |= facts.is_look_alike() && !facts.is_shape();
        }
    }
}

fn words(text: &str, form: Form, reading: Reading) -> impl Iterator<Item = Word> {
    let mut chars = text.char_indices();
    std::iter::from_fn(move || {
        let mut word: Option<Word> = None;
        for (start, c) in chars.by_ref() {
            let end = start + c.len_utf8();
            let mut letter = [0; 4];
            let folded: &str = match Folds::of(c) {
                Folds::One { is_symbol: true, .. } | Folds::Many { is_symbol: true, .. }
                    if reading == Reading::Signs && form.layout == Layout::Words =>
                {
                    " "
                }
                Folds::One { to, .. } => to.encode_utf8(&mut letter),
                Folds::Many { to, .. } => to,
                Folds::Itself(facts) if facts.is_word() => c.encode_utf8(&mut letter),
                Folds::Itself(facts) => {
                    let place = Span::new(start, end);
                    let sign = sign_letter(text, place, c, facts, form, reading);
                    sign.unwrap_or(' ').encode_utf8(&mut letter)
                }
                Folds::Nothing => continue,
            };
            let facts = || folded.chars().map(Facts::of);
            if facts().all(Facts::is_mark) {
                continue;
            }
            if facts().all(|facts| facts.is_word() && (facts.is_mark() || !facts.is_unspaced())) {
                let word = word.get_or_insert_with(|| Word::at(start));
                facts().for_each(|facts| word.add(facts));
                word.span.end = end;
            } else if word.is_some() {
                break;
            }
        }
        word.map(|word| Word { doubles: word.doubles && word.scripts != Scripts::NONE, ..word })
    })
}
