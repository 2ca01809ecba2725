//! Confusables: letters that are read as the Latin letters they look like (UTS #39).
//!
//! A word that mixes scripts is read as Latin. A word in one other script is genuine, unless each
//! of its letters is an exact homoglyph of a Latin letter and no other word of the message is
//! genuinely in that script.
//!
//! Example: `bаd` with a Cyrillic `а` mixes scripts and is read as `bad`. `рор` consists of exact
//! homoglyphs and is read as `pop`, but not in a message with a word such as `привет`.

use super::leet::symbol_letters;
use super::props::{CharProps, Folding, Scripts};
use super::table;
use super::{Form, Layout, SymbolMode};
use crate::span::Span;

/// Returns the Latin letter that `letter` looks like, the fold of the character `original`.
pub(super) fn latin_of(original: char, letter: char) -> Option<char> {
    // Capitals may look like other letters: Ν and ν.
    look_up(&table::CONFUSABLES, original).or_else(|| look_up(&table::CONFUSABLES, letter))
}

/// Returns the Latin letter that a letter of another script looks like, and whether it is an exact
/// homoglyph.
pub(super) fn of_other_script(c: char) -> Option<(char, bool)> {
    let letter = match Folding::of(c) {
        Folding::Itself(_) => c,
        Folding::One { to, .. } => to,
        Folding::Many { .. } | Folding::Nothing => return None,
    };
    let props = CharProps::of(letter);
    let is_other = props.is_letter() && props.script() != Scripts::LATIN && !props.is_shape();
    Some((latin_of(c, letter).filter(|_| is_other)?, props.is_homoglyph()))
}

fn look_up(letters: &[u32], c: char) -> Option<char> {
    let at = letters.binary_search_by_key(&u32::from(c), |entry| entry >> 8).ok()?;
    Some(char::from(letters[at] as u8))
}

/// Which letters of the words of an entry are compared as capitals, although the fold makes them
/// small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseVariant {
    None,
    First,
    All,
}

/// The position of a letter: its character in the original, and its index in the expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LetterPosition {
    /// The byte of the character in the original.
    pub(super) byte: usize,
    /// The index of the letter in the expansion of the character.
    pub(super) inside: usize,
}

/// A word of the original.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordRange {
    first: LetterPosition,
    last: LetterPosition,
}

impl WordRange {
    /// Returns the same word relative to `span` of the original, if it is inside.
    pub(crate) fn within(self, span: Span) -> Option<WordRange> {
        let inside = span.start <= self.first.byte && self.last.byte < span.end;
        let moved = |position: LetterPosition| LetterPosition {
            byte: position.byte - span.start,
            ..position
        };
        inside.then(|| WordRange { first: moved(self.first), last: moved(self.last) })
    }
}

/// A word that is read as Latin.
#[derive(Clone, Copy)]
struct LatinWord {
    part: WordRange,
    /// In an entry, the case in which its letters are compared, if it is in another script.
    case: Option<CaseVariant>,
}

/// The words of a text that are read as Latin.
pub(super) struct LatinWords {
    words: Vec<LatinWord>,
    of_message: bool,
}

impl LatinWords {
    /// Finds the words of a text that are read as Latin.
    pub(super) fn of(text: &str, form: Form, mode: SymbolMode) -> LatinWords {
        let is_message = mode != SymbolMode::Entry;
        let mut found: Vec<(WordRange, Scripts)> = Vec::new();
        let mut genuine = Scripts::NONE;
        each_word(text, form, mode, |word| {
            if word.scripts.is_mixed() {
                found.extend(word.has_confusable.then_some((word.part, Scripts::NONE)));
            } else if !word.is_homoglyphs {
                genuine = genuine | word.scripts;
            } else if is_message && word.scripts != Scripts::NONE {
                found.push((word.part, word.scripts));
            }
        });
        found.retain(|&(_, scripts)| !scripts.shares(genuine));
        let words = found.into_iter().map(|(part, _)| LatinWord { part, case: None }).collect();
        LatinWords { words, of_message: is_message }
    }

    /// Finds those of an entry, and adds `others`, some of its [`words_in_other_scripts`].
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

    /// Returns the Latin letter that a letter is read as, and whether to record it as a confusable.
    pub(super) fn read(
        &self,
        position: LetterPosition,
        original: char,
        letter: char,
    ) -> Option<(char, bool)> {
        let after = self.words.partition_point(|word| word.part.first <= position);
        let word = self.words[..after].last().filter(|word| position <= word.part.last)?;
        let Some(case) = word.case else {
            return latin_of(original, letter).map(|latin| (latin, self.of_message));
        };
        let other =
            case == CaseVariant::All || (case == CaseVariant::First && position == word.part.first);
        let latin = Some(letter).filter(|_| other).and_then(|c| look_up(&table::OTHER_CASES, c));
        Some((latin.or_else(|| look_up(&table::CONFUSABLES, letter))?, true))
    }
}

/// The scripts of the words of a text, collected by the first pass of the fold.
#[derive(Default)]
pub(super) struct ScriptScan {
    /// The scripts of the current word, whether it has a letter that is not an exact homoglyph, and
    /// whether it has a confusable.
    scripts: Scripts,
    genuine_letter: bool,
    is_confusable: bool,
    /// Whether a word mixes scripts, and whether one of these has confusables.
    has_mixed_word: bool,
    mixed: bool,
    /// The scripts of genuine words, and of words that consist of exact homoglyphs.
    genuine: Scripts,
    homoglyphs: Scripts,
    /// Whether the current word, which may contain letters of scripts without spaces, has a letter that
    /// may imitate a Latin letter, and one that is never read as Latin.
    imitates: bool,
    has_other: bool,
    /// Whether a word may be in the alphabet of a fancy-text generator.
    has_imitation: bool,
}

impl ScriptScan {
    #[inline]
    pub(super) fn latin_letter(&mut self) {
        self.scripts = self.scripts | Scripts::LATIN;
        self.genuine_letter = true;
    }

    #[inline]
    pub(super) fn letter(&mut self, props: CharProps) {
        if props.is_letter() {
            self.imitates |= props.may_imitate();
            self.has_other |= !(props.may_imitate() || props.script().shares(Scripts::WITH_LATIN));
        }
        if props.is_unspaced() {
            return self.end_run();
        }
        if props.is_letter() {
            self.scripts = self.scripts | props.script();
            self.genuine_letter |= !props.is_homoglyph();
            self.is_confusable |= props.is_confusable() && !props.is_shape();
        }
    }

    /// Records a letter or symbol that may imitate a Latin letter. A symbol ends the word.
    pub(super) fn imitation(&mut self, props: CharProps) {
        match props.is_letter() {
            true => self.imitates = true,
            false => self.has_imitation = true,
        }
    }

    #[inline]
    pub(super) fn end_word(&mut self) {
        self.end_run();
        self.has_imitation |= self.imitates && !self.has_other;
        (self.imitates, self.has_other) = (false, false);
    }

    /// Ends a run of letters of scripts with spaces between words.
    #[inline]
    fn end_run(&mut self) {
        if self.scripts.is_mixed() {
            self.has_mixed_word = true;
            self.mixed |= self.is_confusable;
        } else if self.genuine_letter {
            self.genuine = self.genuine | self.scripts;
        } else {
            self.homoglyphs = self.homoglyphs | self.scripts;
        }
        (self.scripts, self.genuine_letter, self.is_confusable) = (Scripts::NONE, false, false);
    }

    /// Whether a word mixes scripts or may be in the alphabet of a fancy-text generator.
    pub(super) fn may_have_imitations(&self) -> bool {
        self.has_mixed_word || self.has_imitation
    }

    /// Whether some words are read as Latin; see [`LatinWords::of`].
    pub(super) fn has_latin_words(&self, mode: SymbolMode) -> bool {
        let only_homoglyphs = self.homoglyphs.0 & !self.genuine.0 != 0;
        self.mixed || (only_homoglyphs && mode != SymbolMode::Entry)
    }
}

/// Whether a letter of an entry looks like another Latin letter as a capital.
pub(super) fn has_ambiguous_case(text: &str, form: Form) -> bool {
    let mut is_ambiguous = false;
    each_letter(text, form, SymbolMode::Entry, |_, c, _| {
        is_ambiguous |= look_up(&table::OTHER_CASES, c).is_some();
    });
    is_ambiguous
}

/// Returns the words of an entry that have confusables but are not read as Latin.
pub(super) fn words_in_other_scripts(text: &str, form: Form) -> Vec<WordRange> {
    let mut found = Vec::new();
    each_word(text, form, SymbolMode::Entry, |word| {
        found.extend((word.has_confusable && !word.scripts.is_mixed()).then_some(word.part));
    });
    found
}

/// A run of letters, digits and combining marks, of scripts with spaces between words.
struct Word {
    part: WordRange,
    /// The scripts of its letters.
    scripts: Scripts,
    /// Whether all of its letters are exact homoglyphs.
    is_homoglyphs: bool,
    /// Whether it has a confusable.
    has_confusable: bool,
}

impl Word {
    fn at(position: LetterPosition) -> Word {
        let part = WordRange { first: position, last: position };
        Word { part, scripts: Scripts::NONE, is_homoglyphs: true, has_confusable: false }
    }

    #[inline]
    fn add(&mut self, position: LetterPosition, props: CharProps) {
        self.part.last = position;
        if props.is_letter() && !props.is_tatweel() {
            self.is_homoglyphs &= props.is_homoglyph();
            self.scripts = self.scripts | props.script();
            self.has_confusable |= props.is_confusable() && !props.is_shape();
        }
    }
}

/// Calls `visit` with each word of a text, in order.
fn each_word(text: &str, form: Form, mode: SymbolMode, mut visit: impl FnMut(&Word)) {
    let mut word: Option<Word> = None;
    each_letter(text, form, mode, |position, _, props| {
        if !props.is_word() || (props.is_unspaced() && !props.is_mark()) {
            word.take().iter().for_each(&mut visit);
        } else if word.is_some() || !props.is_mark() {
            word.get_or_insert_with(|| Word::at(position)).add(position, props);
        }
    });
    word.iter().for_each(visit);
}

/// Calls `visit` with each character of the fold of a text, in order.
#[inline]
fn each_letter(
    text: &str,
    form: Form,
    mode: SymbolMode,
    mut visit: impl FnMut(LetterPosition, char, CharProps),
) {
    let hides_symbols = mode == SymbolMode::Boundaries && form.layout == Layout::Tokenized;
    for (byte, c) in text.char_indices() {
        let position = LetterPosition { byte, inside: 0 };
        match Folding::of(c) {
            Folding::One { is_symbol, .. } | Folding::Many { is_symbol, .. }
                if is_symbol && hides_symbols =>
            {
                visit(position, c, CharProps::SYMBOL);
            }
            Folding::Itself(props) if props.is_regional() || props.is_enclosed() => {
                let at = Span::new(byte, byte + c.len_utf8());
                match symbol_letters(text, at, c, props, form, mode) {
                    Some(letters) => {
                        for (inside, c) in letters.chars().enumerate() {
                            visit(LetterPosition { byte, inside }, c, CharProps::of(c));
                        }
                    }
                    None => visit(position, c, props),
                }
            }
            Folding::Itself(props) => visit(position, c, props),
            Folding::One { to, .. } => visit(position, to, CharProps::of(to)),
            Folding::Many { to, .. } => {
                for (inside, c) in to.chars().enumerate() {
                    visit(LetterPosition { byte, inside }, c, CharProps::of(c));
                }
            }
            Folding::Nothing => {}
        }
    }
}
