//! Letters that are read as the Latin letters they look like (UTS #39).
//!
//! They are in words of more than one script. A word wholly in another script is what it says, unless
//! nobody could tell: each of its letters is the exact double of a Latin one, and no other word of
//! the message is honestly in that script.

use super::leet::symbol_letter;
use super::props::{CharProps, Folding, Scripts};
use super::table;
use super::{Form, Layout, SymbolMode};
use crate::span::Span;

/// The Latin letter that a letter looks like, which folds from the character `original`.
pub(super) fn find(original: char, letter: char) -> Option<char> {
    // Capitals may look like other letters: Ν and ν.
    look_up(&table::CONFUSABLES, original).or_else(|| look_up(&table::CONFUSABLES, letter))
}

/// The Latin letter that a letter of another script looks like, and whether it is its exact double.
pub(super) fn of_letter(c: char) -> Option<(char, bool)> {
    let letter = match Folding::of(c) {
        Folding::Itself(_) => c,
        Folding::One { to, .. } => to,
        Folding::Many { .. } | Folding::Nothing => return None,
    };
    let props = CharProps::of(letter);
    let is_other = props.is_letter() && props.script() != Scripts::LATIN && !props.is_shape();
    Some((find(c, letter).filter(|_| is_other)?, props.is_homoglyph()))
}

fn look_up(letters: &[u32], c: char) -> Option<char> {
    let at = letters.binary_search_by_key(&u32::from(c), |entry| entry >> 8).ok()?;
    Some(char::from(letters[at] as u8))
}

/// Which letters of the words of an entry are taken to be in the other case than the folded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseVariant {
    None,
    First,
    All,
}

/// Where a letter stands in the original, and in what that character folds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Of the character in the original.
    pub(super) byte: usize,
    /// The number of the letter in what the character folds to.
    pub(super) inside: usize,
}

/// A word of an original.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordRange {
    first: Place,
    last: Place,
}

impl WordRange {
    /// The same word of that span of the original alone, if it is inside.
    pub(crate) fn within(self, span: Span) -> Option<WordRange> {
        let inside = span.start <= self.first.byte && self.last.byte < span.end;
        let moved = |place: Place| Place { byte: place.byte - span.start, ..place };
        inside.then(|| WordRange { first: moved(self.first), last: moved(self.last) })
    }
}

/// A word whose letters are read as Latin ones.
#[derive(Clone, Copy)]
struct LatinWord {
    part: WordRange,
    /// In an entry the case in which it is not written, but read.
    case: Option<CaseVariant>,
}

/// The words of a text that are read as Latin ones.
pub(super) struct LatinWords {
    words: Vec<LatinWord>,
    of_message: bool,
}

impl LatinWords {
    /// Those of a text that is read in that way.
    pub(super) fn of(text: &str, form: Form, mode: SymbolMode) -> LatinWords {
        let is_message = mode != SymbolMode::Entry;
        let mut found: Vec<(WordRange, Scripts)> = Vec::new();
        let mut genuine = Scripts::NONE;
        each_word(text, form, mode, |word| {
            if word.scripts.is_mixed() {
                found.extend(word.confusables.then_some((word.part, Scripts::NONE)));
            } else if !word.homoglyphs {
                genuine = genuine | word.scripts;
            } else if is_message && word.scripts != Scripts::NONE {
                found.push((word.part, word.scripts));
            }
        });
        found.retain(|&(_, scripts)| !scripts.shares(genuine));
        let words = found.into_iter().map(|(part, _)| LatinWord { part, case: None }).collect();
        LatinWords { words, of_message: is_message }
    }

    /// Those of an entry, and some of its others, as [`of_another_script`] finds them.
    pub(super) fn of_entry(
        text: &str,
        form: Form,
        others: &[WordRange],
        case: CaseVariant,
    ) -> LatinWords {
        let mut latin = LatinWords::of(text, form, SymbolMode::Entry);
        latin.words.extend(others.iter().map(|&part| LatinWord { part, case: Some(case) }));
        latin.words.sort_unstable_by_key(|word| word.part.first);
        latin
    }

    /// The Latin letter that the letter there is read as, and whether that is to be noted.
    pub(super) fn read(&self, place: Place, original: char, letter: char) -> Option<(char, bool)> {
        let behind = self.words.partition_point(|word| word.part.first <= place);
        let word = self.words[..behind].last().filter(|word| place <= word.part.last)?;
        let Some(case) = word.case else {
            return find(original, letter).map(|latin| (latin, self.of_message));
        };
        let other =
            case == CaseVariant::All || (case == CaseVariant::First && place == word.part.first);
        let latin = Some(letter).filter(|_| other).and_then(|c| look_up(&table::OTHER_CASES, c));
        Some((latin.or_else(|| look_up(&table::CONFUSABLES, letter))?, true))
    }
}

/// What shows of the scripts of a text while it is folded in its own letters.
#[derive(Default)]
pub(super) struct Scanned {
    /// The scripts of the word under way, whether it has a letter that is no exact double, and one that
    /// may be read as a Latin one.
    scripts: Scripts,
    genuine_letter: bool,
    is_confusable: bool,
    /// Whether a word mixes scripts and has look-alikes.
    mixed: bool,
    /// Of words that are honestly in that script, and of those that may only look so.
    genuine: Scripts,
    homoglyphs: Scripts,
}

impl Scanned {
    #[inline]
    pub(super) fn latin_letter(&mut self) {
        self.scripts = self.scripts | Scripts::LATIN;
        self.genuine_letter = true;
    }

    #[inline]
    pub(super) fn letter(&mut self, props: CharProps) {
        if props.is_unspaced() {
            return self.end_word();
        }
        if props.is_letter() {
            self.scripts = self.scripts | props.script();
            self.genuine_letter |= !props.is_homoglyph();
            self.is_confusable |= props.is_confusable() && !props.is_shape();
        }
    }

    #[inline]
    pub(super) fn end_word(&mut self) {
        if self.scripts.is_mixed() {
            self.mixed |= self.is_confusable;
        } else if self.genuine_letter {
            self.genuine = self.genuine | self.scripts;
        } else {
            self.homoglyphs = self.homoglyphs | self.scripts;
        }
        (self.scripts, self.genuine_letter, self.is_confusable) = (Scripts::NONE, false, false);
    }

    /// Whether some words are to be read as Latin ones; see [`LatinWords::of`].
    pub(super) fn has_latin_words(&self, mode: SymbolMode) -> bool {
        let disguised = self.homoglyphs.0 & !self.genuine.0 != 0;
        self.mixed || (disguised && mode != SymbolMode::Entry)
    }
}

/// Whether the other case of some letter of an entry may look like another one.
pub(super) fn is_case_telling(text: &str, form: Form) -> bool {
    let mut is_telling = false;
    each_letter(text, form, SymbolMode::Entry, |_, c, _| {
        is_telling |= look_up(&table::OTHER_CASES, c).is_some();
    });
    is_telling
}

/// The words of an entry that would be other words if they were read as Latin ones, and are not.
pub(super) fn of_another_script(text: &str, form: Form) -> Vec<WordRange> {
    let mut found = Vec::new();
    each_word(text, form, SymbolMode::Entry, |word| {
        found.extend((word.confusables && !word.scripts.is_mixed()).then_some(word.part));
    });
    found
}

/// Letters, digits and marks in a row, of scripts that put spaces between words.
struct Word {
    part: WordRange,
    /// Of its letters.
    scripts: Scripts,
    /// Whether all of its letters are exact homoglyphs.
    homoglyphs: bool,
    /// Whether it has a letter that may be read as a Latin one.
    confusables: bool,
}

impl Word {
    fn at(place: Place) -> Word {
        let part = WordRange { first: place, last: place };
        Word { part, scripts: Scripts::NONE, homoglyphs: true, confusables: false }
    }

    #[inline]
    fn add(&mut self, place: Place, props: CharProps) {
        self.part.last = place;
        if props.is_letter() && !props.is_tatweel() {
            self.homoglyphs &= props.is_homoglyph();
            self.scripts = self.scripts | props.script();
            self.confusables |= props.is_confusable() && !props.is_shape();
        }
    }
}

/// Tells all words of a text, in order.
fn each_word(text: &str, form: Form, mode: SymbolMode, mut tell: impl FnMut(&Word)) {
    let mut word: Option<Word> = None;
    each_letter(text, form, mode, |place, _, props| {
        if !props.is_word() || (props.is_unspaced() && !props.is_mark()) {
            word.take().iter().for_each(&mut tell);
        } else if word.is_some() || !props.is_mark() {
            word.get_or_insert_with(|| Word::at(place)).add(place, props);
        }
    });
    word.iter().for_each(tell);
}

/// Tells what the characters of a text fold to, in order.
#[inline]
fn each_letter(
    text: &str,
    form: Form,
    mode: SymbolMode,
    mut tell: impl FnMut(Place, char, CharProps),
) {
    let hides_symbols = mode == SymbolMode::Boundaries && form.layout == Layout::Tokenized;
    for (byte, c) in text.char_indices() {
        let place = Place { byte, inside: 0 };
        match Folding::of(c) {
            Folding::One { is_symbol, .. } | Folding::Many { is_symbol, .. }
                if is_symbol && hides_symbols =>
            {
                tell(place, c, CharProps::SYMBOL);
            }
            Folding::Itself(props) if props.is_regional() || props.is_enclosed() => {
                let at = Span::new(byte, byte + c.len_utf8());
                let read = symbol_letter(text, at, c, props, form, mode).unwrap_or(c);
                tell(place, read, CharProps::of(read));
            }
            Folding::Itself(props) => tell(place, c, props),
            Folding::One { to, .. } => tell(place, to, CharProps::of(to)),
            Folding::Many { to, .. } => {
                for (inside, c) in to.chars().enumerate() {
                    tell(Place { byte, inside }, c, CharProps::of(c));
                }
            }
            Folding::Nothing => {}
        }
    }
}
