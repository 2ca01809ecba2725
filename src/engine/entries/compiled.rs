//! What the verifier needs to know of an entry: [`CompiledEntry`].

use jiff::civil::Date;

use super::accents::{Accents, Marks};
use super::flat::Rows;
use super::kana::Kana;
use super::token::Token;
use super::view::FoldedView;
use crate::language::Language;
use crate::normalize::{CharProps, Layout, leet};
use crate::rules::{DateRange, End, ListId};
use crate::span::Span;

/// Separates two words in the text of an entry.
pub(super) const GAP: char = '\u{1}';

/// The minimum number of letters of an entry for which `ß` and `ss` are the same.
const MIN_SHARP_S: usize = 4;

/// The minimum number of letters of a whole word in which a letter that occurs exactly twice is a
/// repeat, except in languages with [long letters](Language::has_long_letters). In shorter words it
/// makes another word: *gat* and *gaat*, *del* and *deel*. More than two are a repeat in any word.
pub(super) const MIN_LENIENT: usize = 5;

/// One variant of an entry, as the verifier needs it.
#[derive(Clone, Copy)]
pub(super) struct CompiledEntry<'d> {
    /// Its words, joined by [`GAP`].
    pub(super) text: &'d str,
    pub(super) list: ListId,
    pub(super) entry: u32,
    pub(super) exception: bool,
    /// Whether it is active on some days only, and on which.
    pub(super) dated: bool,
    pub(super) days: DateRange,
    /// Whether it is searched without disguises for every rule (`@plain`).
    pub(super) plain: bool,
    /// Whether it consists of whole words that may be obfuscated beyond single letters: spaced,
    /// censored, or repeated as a whole.
    pub(super) may_be_spaced: bool,
    /// Whether it is a phrase without the separators between its words.
    pub(super) run_together: bool,
    /// Whether it is only searched in spaced letters.
    pub(super) only_spaced: bool,
    /// Whether it also matches with one [slip](super::slips) (`~`).
    pub(super) slip: bool,
    /// Whether a letter that it has once is not matched by exactly two; see [`MIN_LENIENT`].
    pub(super) strict: bool,
    /// Whether it has a `*` at its start.
    pub(super) starts_anywhere: bool,
    /// Whether it begins with a letter or digit and must begin where a word begins.
    pub(super) needs_word_start: bool,
    /// Whether it begins with a symbol and has no `*` before it. It must begin where a word begins
    /// only if the message has a letter in place of that symbol.
    pub(super) begins_with_symbol: bool,
    /// Whether it may follow an elision.
    pub(super) elidable: bool,
    /// Whether it may follow a proclitic of its language.
    pub(super) takes_proclitics: bool,
    /// The number of its letters.
    pub(super) letters: usize,
    /// Whether digits or pairs of x may be around it: `1badword`, `xXbadwordXx`.
    pub(super) takes_decoration: bool,
    /// Whether it is written with an ß.
    pub(super) has_sharp_s: bool,
    pub(super) end: End,
    /// Whether it ends with a letter or digit.
    pub(super) ends_in_word: bool,
    /// Whether it begins or ends with a symbol, so that part of a grapheme is not a match.
    pub(super) whole_graphemes: bool,
    /// Whether it has the same letter or digit more than once in a row.
    pub(super) has_doubled_letters: bool,
    /// The offset of one letter in each word of another script that was read as Latin, in bytes of
    /// the text.
    pub(super) confusables: Rows<'d, 1>,
    /// The marks that it requires.
    pub(super) marks: Marks<'d>,
    pub(super) language: Language,
    /// Its kana.
    pub(super) kana: Kana,
}

/// Decides which entries are active on the day of a message; without a day all are.
#[derive(Clone, Copy)]
pub(super) struct Schedule(pub(super) Option<Date>);

impl Schedule {
    #[inline]
    pub(super) fn includes(self, compiled: &CompiledEntry<'_>) -> bool {
        !compiled.dated || compiled.days.contains(self.0)
    }
}

impl CompiledEntry<'_> {
    /// Whether two entries of the same text match at the same places on the same days with the same
    /// effect, apart from confusables and marks.
    pub(super) fn is_equivalent_to(&self, other: &CompiledEntry<'_>) -> bool {
        self.list == other.list
            && self.exception == other.exception
            && self.plain == other.plain
            && self.may_be_spaced == other.may_be_spaced
            && self.only_spaced == other.only_spaced
            && self.slip == other.slip
            && self.needs_word_start == other.needs_word_start
            && self.end == other.end
            && self.days == other.days
            && self.language == other.language
            && self.kana == other.kana
    }

    /// The accents that the verifier requires.
    pub(super) fn accents(&self) -> Accents<'_> {
        Accents { required: self.marks, language: self.language }
    }

    /// Whether a particle of its language follows at byte `end`, and the word ends after it.
    fn closes_before_particle(&self, view: &FoldedView<'_>, end: usize) -> bool {
        let follows = |it: &&str| view.text()[end..].starts_with(it);
        view.is_standard()
            && self.language.particles().filter(follows).any(|it| view.closes(end + it.len()))
    }

    /// Whether a proclitic of its language is before byte `start`, and the word begins before it.
    pub(super) fn follows_proclitic(&self, view: &FoldedView<'_>, start: usize) -> bool {
        let precedes = |it: &&str| view.text()[..start].ends_with(it);
        let mut proclitics = self.language.proclitics().filter(precedes);
        self.takes_proclitics && proclitics.any(|it| view.opens(start - it.len(), false))
    }

    /// Whether it must end where a word ends.
    pub(super) fn must_end_word(&self) -> bool {
        self.ends_in_word && self.end == End::Word
    }

    /// Whether some of its letters may be censored.
    pub(super) fn may_be_censored(&self) -> bool {
        self.may_be_spaced && self.elidable
    }

    /// Whether a match may end at byte `end`, after all its letters.
    pub(super) fn may_end_at(&self, view: &FoldedView<'_>, needle: Needle<'_>, end: usize) -> bool {
        // A letter may be written for a symbol.
        let is_letter = |c| view.layout() == Layout::Tokenized && CharProps::of(c).is_word();
        if !self.ends_in_word && !view.char_before(end).is_some_and(is_letter) {
            // With a combining mark it is another symbol.
            return !view.has_mark_at(end);
        }
        // In `bill1` the digit repeats a letter, in `bill123` it does not.
        let is_decorated = || self.takes_decoration && view.closes_decorated(end);
        (!needle.is_repeated_at(view, end) || (view.precedes_number(end) && is_decorated()))
            && (self.end == End::Anywhere
                || view.closes(end)
                || self.closes_before_particle(view, end)
                || is_decorated())
    }

    /// Whether it may match a part of a text with respect to ß: in fewer than [`MIN_SHARP_S`] letters
    /// `ß` and `ss` make different words, such as German `aß`.
    pub(super) fn allows_sharp_s(&self, view: &FoldedView<'_>, part: Span) -> bool {
        self.letters >= MIN_SHARP_S
            || match view.has_sharp_s(part) {
                true => self.has_sharp_s,
                false => !(self.has_sharp_s && self.exception),
            }
    }
}

/// The text of an entry, with one of its endings or with none.
#[derive(Clone, Copy)]
pub(super) struct Needle<'n> {
    pub(super) entry: &'n str,
    pub(super) ending: &'static str,
    pub(super) accents: Accents<'n>,
    /// See [`CompiledEntry::strict`].
    pub(super) strict: bool,
}

impl Needle<'_> {
    pub(super) fn len(self) -> usize {
        self.entry.len() + self.ending.len()
    }

    /// Returns the character at byte `at`.
    #[inline]
    pub(super) fn char_at(self, at: usize) -> Option<char> {
        match self.entry.as_bytes().get(at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.entry[at..].chars().next(),
            None => self.ending[at - self.entry.len()..].chars().next(),
        }
    }

    /// Returns the start of the character that ends at byte `end`, which must not be 0.
    #[inline]
    pub(super) fn start_of_last(self, end: usize) -> usize {
        match end.checked_sub(self.entry.len()).filter(|&end| end > 0) {
            Some(end) => self.entry.len() + self.ending.floor_char_boundary(end - 1),
            None => self.entry.floor_char_boundary(end - 1),
        }
    }

    /// Whether its letter at byte `at` must not occur exactly twice. Its last letter may before an
    /// ending (`cum+` matches `cumming`), and so may the letters of the ending. In scripts without
    /// spaces each letter may be a word.
    pub(super) fn is_single(self, at: usize) -> bool {
        let is_of_entry = self.strict && at < self.entry.len();
        let Some(letter) = self.char_at(at).filter(|_| is_of_entry) else { return false };
        let after = at + letter.len_utf8();
        let is_before_ending = after == self.entry.len() && !self.ending.is_empty();
        let before = self.entry.get(..at).and_then(|before| before.chars().next_back());
        !is_before_ending
            && before != Some(letter)
            && self.char_at(after) != Some(letter)
            && !CharProps::of(letter).is_unspaced()
    }

    /// Whether it is longer than one letter with its combining marks.
    pub(super) fn is_long(self) -> bool {
        let bases = self.entry.chars().filter(|&c| !CharProps::of(c).is_mark()).take(2).count();
        bases > 1 || !self.ending.is_empty()
    }

    /// Returns the letters for which its character `c` at byte `at` may be written.
    pub(super) fn letters_of(self, c: char, at: usize, layout: Layout) -> &'static str {
        if layout == Layout::Verbatim && !c.is_ascii_digit() {
            return "";
        }
        let letters = leet::letters_of(c);
        if letters.is_empty() || !Token::around(self.entry, at).is_word { "" } else { letters }
    }

    /// Whether a neighbor of its character `c` at byte `at` is the same.
    pub(super) fn is_doubled(self, c: char, at: usize) -> bool {
        self.char_at(at + c.len_utf8()) == Some(c)
            || (at > 0 && self.char_at(self.start_of_last(at)) == Some(c))
    }

    /// Whether a letter or digit at byte `at` of a text repeats the last letter.
    fn is_repeated_at(self, view: &FoldedView<'_>, at: usize) -> bool {
        let (Some(c), true) = (view.char_at(at), view.is_standard()) else { return false };
        let last = self.char_at(self.start_of_last(self.len()));
        let Some(letter) = last.filter(|&c| CharProps::of(c).is_letter()) else { return false };
        let last = self.start_of_last(self.len());
        !leet::is_word_symbol(c)
            && !view.is_capital(at)
            && (c == letter || view.letters_of(c, at).contains(letter))
            && !view.is_tail(c, at, self, last)
            && !view.has_mark_at(at + c.len_utf8())
    }
}
