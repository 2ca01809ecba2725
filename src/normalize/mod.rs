//! A message made comparable: [`Normalized`].
//!
//! Terms are searched in a *folded* text: form, case, invisible characters and accents no longer
//! matter in it. A rule's entries go through the same fold, so that the two can be compared byte
//! by byte. Patterns are searched in a milder form (NFKC), since they bring their own idea
//! of case and accents.
//!
//! Both are thrown away again after the search: what was found is told in spans of the original,
//! which are worked out by folding once more. Only messages in which something
//! was found pay for that.

mod charset;
mod confusables;
mod fold;
mod folded;
mod graphemes;
pub(crate) mod leet;
mod nfkc;
mod props;
mod search_key;
mod sink;
mod spaced;
#[expect(dead_code, reason = "the generated table describes itself in full")]
mod table;
mod transform;

pub(crate) use self::charset::CharSet;
use self::confusables::LatinWords;
pub(crate) use self::confusables::{CaseVariant, WordRange};
pub(crate) use self::fold::{MAX_SEPARATOR, separator_length};
pub use self::folded::Folded;
pub use self::graphemes::Graphemes;
pub(crate) use self::nfkc::{Nfkc, is_sentence};
pub(crate) use self::props::CharProps;
pub(crate) use self::search_key::{for_each_key_char, keeps_position, key_byte, search_key};
use self::sink::Unit;
pub(crate) use self::spaced::SpacedLetters;
pub use self::transform::Transform;
pub(crate) use self::transform::{transform_between, transform_to_nothing};
use crate::span::Span;

/// Which disguises the fold sees through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disguises {
    /// Form, invisible characters and case; accents, Zalgo, repeated letters, look-alikes and symbols
    /// that stand for letters too.
    Standard,
    /// Form, invisible characters and case alone.
    None,
}

/// What becomes of the characters that no word has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Each separator is one control character that tells its length, U+0001 to U+0008, or a line break if
    /// no phrase may go over it: if it has a line break in it or is longer. An apostrophe between two
    /// letters stays; so do, for [`Disguises::Standard`], the signs that people write for letters.
    Tokenized,
    /// They stand as they are.
    Verbatim,
}

/// One way to fold a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    /// Which disguises it sees through.
    pub disguises: Disguises,
    /// What becomes of separators.
    pub layout: Layout,
}

/// How symbols are read that fold to letters, such as ™ and ⓑ. It only matters to
/// [`Disguises::Standard`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolMode {
    /// As in an entry: as their letters, but regional indicators stand for flags.
    Entry,
    /// As their letters, and so are regional indicators, unless two in a row are a flag.
    Letters,
    /// As signs that stand between words.
    Boundaries,
}

/// Whether a character by itself shows nothing and takes no room: zero-width characters, bidi
/// controls, variation selectors, tags.
pub(crate) fn is_invisible(c: char) -> bool {
    // The skin tones of emoji are dropped from terms as well, but can be seen.
    table::lookup(c) == table::DROP && !('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}

/// Whether a character is a mark that takes no room of its own, as Zalgo stacks are made of.
pub(crate) fn is_nonspacing(c: char) -> bool {
    table::lookup(c) & (table::KIND_MASK | table::CLASS_MASK) == table::OWN | table::NONSPACING
}

/// The Latin letter in ASCII that a letter is or looks like, whatever stands beside it; nothing for its
/// marks, and itself for any other.
pub(crate) fn for_each_latin_char(c: char, mut add: impl FnMut(char)) {
    for_each_key_char(c, |letter| {
        if letter.is_ascii() {
            add(letter);
        } else if !CharProps::of(letter).is_mark() {
            add(confusables::find(c, letter).unwrap_or(letter));
        }
    });
}

/// What a letter of another script than Latin looks like in that, and whether it is its exact double.
pub(crate) fn latin_confusable(c: char) -> Option<(char, bool)> {
    confusables::of_letter(c)
}

/// The words of an entry that would be other words if they were read as the Latin ones that they look
/// like, and the cases in which they may look like different ones.
pub(crate) fn words_in_other_scripts(entry: &str) -> (Vec<WordRange>, &'static [CaseVariant]) {
    let form = Form { disguises: Disguises::Standard, layout: Layout::Verbatim };
    let words = confusables::of_another_script(entry, form);
    let cases: &[CaseVariant] = match !words.is_empty() && confusables::is_case_telling(entry, form)
    {
        true => &[CaseVariant::None, CaseVariant::First, CaseVariant::All],
        false => &[CaseVariant::None],
    };
    (words, cases)
}

/// An entry, folded with some of its words read as the Latin ones that they look like in that case.
pub(crate) fn fold_as_latin(
    entry: &str,
    layout: Layout,
    words: &[WordRange],
    case: CaseVariant,
) -> Folded {
    let form = Form { disguises: Disguises::Standard, layout };
    let mut folded = Folded::default();
    let words = LatinWords::of_entry(entry, form, words, case);
    let met = fold::fold(entry, form, SymbolMode::Entry, Some(words), &mut folded);
    folded.met(met);
    folded
}

/// A folded text, bound to its original.
pub struct Normalized<'t> {
    original: &'t str,
    folded: &'t Folded,
    form: Form,
    mode: SymbolMode,
}

impl<'t> Normalized<'t> {
    /// Folds a text into `buffer`, whose former content is lost. Takes time linear in the text.
    pub fn new(
        original: &'t str,
        form: Form,
        mode: SymbolMode,
        buffer: &'t mut Folded,
    ) -> Normalized<'t> {
        let met = fold::fold(original, form, mode, None, buffer);
        buffer.met(met);
        Normalized { original, folded: buffer, form, mode }
    }

    /// The folded text.
    pub fn text(&self) -> &'t str {
        self.folded.text()
    }

    /// All that the fold has told.
    pub(crate) fn folded(&self) -> &'t Folded {
        self.folded
    }

    /// Where each part of the folded text comes from.
    pub(crate) fn origins(&self) -> Origins {
        let origins = Origins::new(self.original, self.form, self.mode);
        debug_assert_eq!(origins.ends.last().copied().unwrap_or(0), self.text().len());
        origins
    }
}

/// The way back from a folded text to its original.
pub(crate) struct Origins {
    units: Vec<Unit>,
    /// Where each unit ends in the folded text.
    ends: Vec<usize>,
}

impl Origins {
    /// Where each part of a folded text comes from, worked out by folding the original once more.
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

    /// The bytes of the original that a part of the folded text stands for, before it is widened
    /// to whole graphemes. Both ends lie on characters of the folded text; the part is not empty.
    pub(crate) fn of(&self, folded: Span) -> Span {
        let (first, last) = self.units_of(folded);
        // Marks may have changed places, so that the ends alone would not do.
        let inside = self.units[first..=last].iter().map(|unit| unit.from);
        inside.reduce(Span::union).expect("the part is not empty")
    }

    /// Whether anything to see stands in `span` of the original besides what `folded` stands for.
    pub(crate) fn shows_more(&self, folded: Span, span: Span) -> bool {
        let (first, last) = self.units_of(folded);
        let inside = |unit: &&Unit| unit.from.overlaps(span);
        self.units[..first].last().filter(inside).is_some()
            || self.units[last + 1..].first().filter(inside).is_some()
    }

    /// The characters of the folded text, each with the bytes of the original that it stands for.
    pub(crate) fn units(&self) -> impl Iterator<Item = (char, Span)> {
        self.units.iter().map(|unit| (unit.c, unit.from))
    }

    /// Where single characters stand in a row, so that they may be the letters of a word.
    pub(crate) fn spaced_letters(&self) -> Vec<SpacedLetters> {
        spaced::all(&self.units)
    }

    /// The first and the last unit of a part.
    fn units_of(&self, folded: Span) -> (usize, usize) {
        let first = self.ends.partition_point(|&end| end <= folded.start);
        let behind = self.ends.partition_point(|&end| end <= folded.end);
        (first, behind - 1)
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

    /// With a space for each separator.
    fn shown(folded: &str) -> String {
        folded.replace(|c| separator_length(c).is_some(), " ")
    }

    #[test]
    fn form_case_and_invisible_characters_do_not_matter() {
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
    fn marks_go_from_alphabets_and_stay_where_they_make_words() {
        let words = |text| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("bäd b\u{300}a\u{301}\u{302}d"), "bad bad");
        assert_eq!(words("ёж ά مُحَمَّد ש\u{5B8}לום"), "еж α محمد שלום");
        assert_eq!(words("محـــمد"), "محمد");
        assert_eq!(words("हिन्दी ไทยนี้ が"), "हिन्दी ไทยนี้ か\u{3099}");
        assert_eq!(folded("bäd", Disguises::None, Layout::Tokenized), "ba\u{308}d");
        assert_eq!(folded("محـمد", Disguises::None, Layout::Tokenized), "محـمد");
    }

    #[test]
    fn stacks_of_four_marks_go_from_any_base() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("ก\u{E49}\u{E49}\u{E49}ข"), "ก\u{E49}\u{E49}\u{E49}ข");
        assert_eq!(words("ก\u{E49}\u{E49}\u{E49}\u{E49}ข"), "กข");
        assert_eq!(words(&format!("1{}2", "\u{336}".repeat(500))), "12");
        assert_eq!(words("a 😀\u{336}\u{336}\u{336}\u{336}\u{336} b"), "a b");
    }

    #[test]
    fn marks_in_another_order_are_the_same_marks() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        // Devanagari nukta (class 7) and virama (class 9).
        assert_eq!(words("क\u{94D}\u{93C}"), words("क\u{93C}\u{94D}"));
    }

    #[test]
    fn symbols_are_read_in_two_ways() {
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        for (text, letters, signs) in [
            ("bad™x", "badtmx", "bad x"),
            ("ⓑad²", "bad2", "ad"),
            ("🇧 🇦🇩🇧 🇩🇪", "b adb", ""),
            ("ﬁne Ⅷ ª", "fine viii a", "fine viii a"),
        ] {
            let mut buffer = Folded::default();
            let read =
                |mode, buffer: &mut _| shown(Normalized::new(text, form, mode, buffer).text());
            assert_eq!(read(SymbolMode::Letters, &mut buffer), letters);
            assert_eq!(read(SymbolMode::Boundaries, &mut buffer), signs);
            Normalized::new(text, form, SymbolMode::Letters, &mut buffer);
            assert_eq!(buffer.reads_symbols(), letters != signs);
        }
    }

    #[test]
    fn separators_become_their_length_or_a_line_break() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("  very, --bad\t(phrase) .."), "very bad phrase");
        assert_eq!(words("a 345678 b"), "a 345678 b");
        assert_eq!(words("a........b"), "a b");
        assert_eq!(words("a.........b"), "a\nb");
        assert_eq!(words("a\nb a\u{2028}b a \r\n b"), "a\nb a\nb a\nb");
        assert_eq!(words("'tis rock'n'roll dogs' 5'10 a''b"), "tis rock'n'roll dogs 5 10 a b");
        assert_eq!(folded(" A_b! ", Disguises::Standard, Layout::Verbatim), " a_b! ");
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::None, layout: Layout::Tokenized };
        let normalized = Normalized::new("a, b ... $c", form, SymbolMode::Letters, &mut buffer);
        assert_eq!(normalized.text(), "a\u{2}b\u{6}c");
    }

    #[test]
    fn signs_that_may_be_letters_stand_by_themselves() {
        let words = |text: &str| folded(text, Disguises::Standard, Layout::Tokenized);
        assert_eq!(words("snake_case $5 a - !! b$"), "snake_case $5 a !! b$");
        assert_eq!(words("＄h!t b*\u{336}d"), "$h!t b*d");
        assert_eq!(folded("b*d $5", Disguises::None, Layout::Tokenized), "b d 5");
    }

    #[test]
    fn origins_lead_back_to_the_original() {
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
