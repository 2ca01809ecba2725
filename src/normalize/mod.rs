//! Normalization of messages and entries: [`Normalized`].
//!
//! Entries are searched in *folded* text, which ignores form, case, invisible characters and
//! accents. Entries are folded in the same way, so the two can be compared byte by byte. Patterns
//! are searched in NFKC text, because a regex decides itself about case and accents.
//!
//! Matches are spans of the original. Their origins are computed by a second fold, only
//! for messages with a match.

mod ascii;
mod charset;
mod confusables;
mod dots;
mod fold;
mod folded;
mod gap;
mod graphemes;
pub(crate) mod leet;
mod nfkc;
mod props;
mod readings;
mod search_key;
mod sink;
mod spaced;
mod spelling;
#[expect(dead_code, reason = "the generated table describes itself in full")]
mod table;
mod transform;

pub(crate) use self::charset::CharSet;
use self::confusables::LatinWords;
pub(crate) use self::confusables::{CaseVariant, WordRange};
pub(crate) use self::dots::{LETTER_DOTS, is_dot};
pub use self::folded::Folded;
pub(crate) use self::gap::{
    HIDING_SEPARATOR, LINE_BREAK, MAX_SEPARATOR, STOP, is_tight, separator_length,
};
pub use self::graphemes::Graphemes;
pub(crate) use self::nfkc::{Nfkc, is_sentence};
pub(crate) use self::props::CharProps;
pub(crate) use self::readings::{Reading, with_plain_letters};
pub(crate) use self::search_key::{SearchKey, for_each_key_char, keeps_position, search_key_byte};
use self::sink::Unit;
pub(crate) use self::spaced::SpacedLetters;
pub(crate) use self::spelling::KATAKANA;
pub use self::transform::Transform;
pub(crate) use self::transform::{transform_between, transform_to_nothing};
use serde::{Deserialize, Serialize};

use crate::span::Span;

/// Which obfuscation the fold and the search ignore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Disguises {
    /// Form, invisible characters, case, accents, Zalgo, repeated letters, confusables and leet
    /// characters.
    Standard,
    /// Form, invisible characters and case only.
    None,
}

/// How the characters that are not part of words are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layout {
    /// Each separator becomes one control character whose code is its length, U+0001 to U+0008, or
    /// U+0011 to U+0018 if it contains no whitespace, or U+0019 if it may hide a letter. A separator
    /// that is longer or contains a line break becomes `\n`, which no phrase crosses, or `\r` if it
    /// is a line break alone. An
    /// apostrophe between two letters is kept; so are leet characters and hiding symbols for
    /// [`Disguises::Standard`].
    Tokenized,
    /// Every character is kept.
    Verbatim,
}

/// One way to fold a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Form {
    /// Which obfuscation it ignores.
    pub disguises: Disguises,
    /// How separators are folded.
    pub layout: Layout,
}

/// How symbols that fold to letters are read, such as ™ and ⓑ. Only relevant for
/// [`Disguises::Standard`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolMode {
    /// As in an entry: as letters, but regional indicators as flags.
    Entry,
    /// As letters, regional indicators too unless two in a row are a flag.
    Letters,
    /// As separators between words.
    Boundaries,
}

/// Whether a character is invisible by itself: zero-width characters, bidi controls, variation
/// selectors, tags.
pub(crate) fn is_invisible(c: char) -> bool {
    // The skin tones of emoji are dropped as well, but are visible.
    table::lookup(c) == table::DROP && !('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}

/// Whether a character is a nonspacing mark, of which Zalgo text consists.
pub(crate) fn is_nonspacing(c: char) -> bool {
    table::lookup(c) & (table::KIND_MASK | table::CLASS_MASK) == table::OWN | table::NONSPACING
}

/// Calls `add` with the ASCII letter that a character is or looks like, independent of its
/// neighbors. Drops combining marks; any other character is passed on.
pub(crate) fn for_each_latin_char(c: char, mut add: impl FnMut(char)) {
    for_each_key_char(c, |letter| {
        if letter.is_ascii() {
            add(letter);
        } else if !CharProps::of(letter).is_mark() {
            add(confusables::latin_of(c, letter).unwrap_or(letter));
        }
    });
}

/// Returns the Latin letter that a letter of another script looks like, and whether it is an exact
/// homoglyph.
pub(crate) fn latin_confusable(c: char) -> Option<(char, bool)> {
    confusables::of_other_script(c)
}

/// Returns the words of an entry in other scripts that look like Latin words, and the cases in
/// which they may look like different ones.
pub(crate) fn words_in_other_scripts(entry: &str) -> (Vec<WordRange>, &'static [CaseVariant]) {
    let form = Form { disguises: Disguises::Standard, layout: Layout::Verbatim };
    let words = confusables::words_in_other_scripts(entry, form);
    let cases: &[CaseVariant] =
        match !words.is_empty() && confusables::has_ambiguous_case(entry, form) {
            true => &[CaseVariant::None, CaseVariant::First, CaseVariant::All],
            false => &[CaseVariant::None],
        };
    (words, cases)
}

/// Folds an entry with some of its words read as the Latin words that they look like in a case.
pub(crate) fn fold_as_latin(
    entry: &str,
    layout: Layout,
    words: &[WordRange],
    case: CaseVariant,
) -> Folded {
    let form = Form { disguises: Disguises::Standard, layout };
    let mut folded = Folded::default();
    let words = LatinWords::of_entry(entry, form, words, case);
    let stats = fold::fold(entry, form, SymbolMode::Entry, Some(words), &mut folded);
    folded.set_stats(stats);
    folded
}

/// A folded text with its original.
pub struct Normalized<'t> {
    original: &'t str,
    /// Of which message the original is a reading.
    reading: Option<&'t Reading>,
    folded: &'t Folded,
    form: Form,
    mode: SymbolMode,
}

impl<'t> Normalized<'t> {
    /// Folds a text into `buffer`, whose content is replaced. Takes time linear in the text.
    pub fn new(
        original: &'t str,
        form: Form,
        mode: SymbolMode,
        buffer: &'t mut Folded,
    ) -> Normalized<'t> {
        let stats = fold::fold(original, form, mode, None, buffer);
        buffer.set_stats(stats);
        Normalized { original, reading: None, folded: buffer, form, mode }
    }

    /// Folds a reading of a message. The origins are bytes of the message.
    pub(crate) fn of_reading(
        reading: &'t Reading,
        form: Form,
        mode: SymbolMode,
        buffer: &'t mut Folded,
    ) -> Normalized<'t> {
        let normalized = Normalized::new(reading.text(), form, mode, buffer);
        Normalized { reading: Some(reading), ..normalized }
    }

    /// Returns the other texts as which the original may be read.
    pub(crate) fn readings(&self) -> Vec<Reading> {
        readings::readings(self.original, self.folded.hints, self.folded.symbols)
    }

    /// The folded text.
    pub fn text(&self) -> &'t str {
        self.folded.text()
    }

    /// All results of the fold.
    pub(crate) fn folded(&self) -> &'t Folded {
        self.folded
    }

    /// Computes the origins of the folded text.
    pub(crate) fn origins(&self) -> Origins {
        let origins = match self.reading {
            Some(reading) => Origins::of_reading(reading, self.form, self.mode),
            None => Origins::new(self.original, self.form, self.mode),
        };
        debug_assert_eq!(origins.ends.last().copied().unwrap_or(0), self.text().len());
        origins
    }
}

/// The map from folded text to byte ranges of the original.
pub(crate) struct Origins {
    units: Vec<Unit>,
    /// The end of each unit in the folded text.
    ends: Vec<usize>,
}

impl Origins {
    /// Folds the original again, with the origin of each character.
    pub(crate) fn new(original: &str, form: Form, mode: SymbolMode) -> Origins {
        let mut units: Vec<Unit> = Vec::with_capacity(original.len());
        fold::fold(original, form, mode, None, &mut units);
        let mut end = 0;
        let ends = units.iter().map(|unit| {
            end += unit.c.len_utf8();
            end
        });
        let ends = ends.collect();
        Origins { units, ends }
    }

    /// Folds a reading again. The origins are bytes of the message that it is a reading of.
    pub(crate) fn of_reading(reading: &Reading, form: Form, mode: SymbolMode) -> Origins {
        let mut origins = Origins::new(reading.text(), form, mode);
        let mut end = 0;
        for unit in &mut origins.units {
            let Span { start, end: own_end } = unit.from;
            // The bytes of a separator are those after the last character, or of a character that
            // folds to several words. In another order they are not between its neighbors.
            let start = if start == own_end { end.min(own_end.saturating_sub(1)) } else { start };
            end = end.max(own_end);
            unit.from = reading.origin(Span::new(start, own_end));
        }
        origins
    }

    /// Returns the original bytes of a nonempty part of the folded text, not widened to whole
    /// graphemes. Both ends must be character boundaries.
    pub(crate) fn of(&self, folded: Span) -> Span {
        let (first, last) = self.units_of(folded);
        // Combining marks may have been reordered, so the two ends are not enough.
        let inside = self.units[first..=last].iter().map(|unit| unit.from);
        inside.reduce(Span::union).expect("the part is not empty")
    }

    /// Whether `span` of the original contains visible characters besides those of `folded`.
    pub(crate) fn shows_more(&self, folded: Span, span: Span) -> bool {
        let (first, last) = self.units_of(folded);
        let inside = |unit: &&Unit| unit.from.overlaps(span);
        self.units[..first].last().filter(inside).is_some()
            || self.units[last + 1..].first().filter(inside).is_some()
    }

    /// The characters of the folded text, each with its bytes of the original.
    pub(crate) fn units(&self) -> impl Iterator<Item = (char, Span)> {
        self.units.iter().map(|unit| (unit.c, unit.from))
    }

    /// Returns the rows of single letters of the original that may be spaced words.
    pub(crate) fn spaced_letters(&self, original: &str) -> Vec<SpacedLetters> {
        let mut rows = spaced::all(&self.units, original);
        if !original.is_ascii() {
            rows.iter_mut().for_each(|row| row.read_marks(original));
        }
        rows
    }

    /// Returns the indexes of the first and last unit of a part.
    fn units_of(&self, folded: Span) -> (usize, usize) {
        let first = self.ends.partition_point(|&end| end <= folded.start);
        let after = self.ends.partition_point(|&end| end <= folded.end);
        (first, after - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, disguises: Disguises, layout: Layout) -> String {
        let mut buffer = Folded::default();
        let form = Form { disguises, layout };
        shown(Normalized::new(text, form, SymbolMode::Letters, &mut buffer).text())
    }

    /// Replaces each separator with a space.
    fn shown(folded: &str) -> String {
        folded.replace(|c| separator_length(c).is_some(), " ")
    }

    #[test]
    fn form_case_and_invisible_characters_are_ignored() {
        for (text, to) in [
            ("ＢＡＤ", "bad"),
            ("𝓑𝓪𝓭", "bad"),
            ("ⓑⓐⓓ", "bad"),
            ("b\u{200B}a\u{AD}d\u{FE0F}", "bad"),
            ("ﬁnd Weiß WEISZ", "find weiss weisz"),
            ("b\u{202E}a\u{202C}d", "bad"),
            ("don’t", "don't"),
            ("한 \u{1112}\u{1161}\u{11AB} ㅎㅏ", "한 한 하"),
        ] {
            assert_eq!(folded(text, Disguises::Standard, Layout::Tokenized), to);
            assert_eq!(folded(text, Disguises::None, Layout::Tokenized), to);
        }
    }

    #[test]
    fn combining_marks_are_dropped_in_alphabets_only() {
        let words = |text| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("bäd b\u{300}a\u{301}\u{302}d"), "bad bad");
        assert_eq!(words("ёж ά مُحَمَّد ש\u{5B8}לום"), "еж α محمد שלומ");
        assert_eq!(words("محـــمد"), "محمد");
        assert_eq!(words("हिन्दी ไทยนี้ が"), "हिंदी ไทยนี้ か\u{3099}");
        assert_eq!(folded("bäd", Disguises::None, Layout::Tokenized), "ba\u{308}d");
        assert_eq!(folded("محـمد", Disguises::None, Layout::Tokenized), "محـمد");
    }

    #[test]
    fn stacks_of_four_marks_are_dropped_from_any_base() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("ก\u{E49}\u{E49}\u{E49}ข"), "ก\u{E49}\u{E49}\u{E49}ข");
        assert_eq!(words("ก\u{E49}\u{E49}\u{E49}\u{E49}ข"), "กข");
        assert_eq!(words(&format!("1{}2", "\u{336}".repeat(500))), "12");
        assert_eq!(words("a 😀\u{336}\u{336}\u{336}\u{336}\u{336} b"), "a b");
    }

    #[test]
    fn combining_marks_are_reordered() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        // Devanagari nukta (class 7) and virama (class 9).
        assert_eq!(words("क\u{94D}\u{93C}"), words("क\u{93C}\u{94D}"));
    }

    #[test]
    fn symbols_are_letters_or_boundaries() {
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        for (text, letters, boundaries) in [
            ("bad™x", "badtmx", "bad x"),
            ("ⓑad²", "bad2", "ad"),
            ("🇧 🇦🇩🇧 🇩🇪", "b adb", ""),
            ("ﬁne Ⅷ ª", "fine viii a", "fine viii a"),
        ] {
            let mut buffer = Folded::default();
            let read =
                |mode, buffer: &mut _| shown(Normalized::new(text, form, mode, buffer).text());
            assert_eq!(read(SymbolMode::Letters, &mut buffer), letters);
            assert_eq!(read(SymbolMode::Boundaries, &mut buffer), boundaries);
            Normalized::new(text, form, SymbolMode::Letters, &mut buffer);
            assert_eq!(buffer.reads_symbols(), letters != boundaries);
        }
    }

    #[test]
    fn separators_become_their_length_or_a_line_break() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("  very, --bad\t(phrase) .."), "very bad phrase");
        assert_eq!(words("a 345678 b"), "a 345678 b");
        assert_eq!(words("a........b"), "a b");
        assert_eq!(words("a.........b"), "a\nb");
        assert_eq!(words("a\nb a\u{2028}b a\r\nb a \n b"), "a\rb a\rb a\rb a\nb");
        assert_eq!(words("'tis rock'n'roll dogs' 5'10 a''b"), "tis rock'n'roll dogs 5 10 a b");
        assert_eq!(folded(" A_b! ", Disguises::Standard, Layout::Verbatim), " a_b! ");
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::None, layout: Layout::Tokenized };
        let normalized = Normalized::new("a, b ... $c", form, SymbolMode::Letters, &mut buffer);
        assert_eq!(normalized.text(), "a\u{2}b\u{6}c");
        let normalized = Normalized::new("a--b?c. d😀e", form, SymbolMode::Letters, &mut buffer);
        assert_eq!(normalized.text(), "a\u{12}b\u{19}c\u{2}d\u{19}e");
    }

    #[test]
    fn leet_characters_and_hiding_symbols_are_kept() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("snake_case $5 a - !! b$"), "snake_case $5 a !! b$");
        assert_eq!(words("＄h!t b*\u{336}d"), "$h!t b*d");
        assert_eq!(folded("b*d $5", Disguises::None, Layout::Tokenized), "b d 5");
    }

    #[test]
    fn origins_are_spans_of_the_original() {
        let original = "x ｂ\u{200B}ä\u{300}d ﬁ y";
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        let normalized = Normalized::new(original, form, SymbolMode::Letters, &mut buffer);
        assert_eq!(shown(normalized.text()), "x bad fi y");
        let origins = normalized.origins();
        let at = |from, to| &original[origins.of(Span::new(from, to)).range()];
        assert_eq!(at(2, 5), "ｂ\u{200B}ä\u{300}d");
        assert_eq!(at(3, 4), "ä");
        assert_eq!(at(6, 7), "ﬁ");
        assert_eq!(at(0, 10), original);
    }
}
