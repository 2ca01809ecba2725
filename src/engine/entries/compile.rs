//! The variants in which an entry is searched: [`EntryVariant`].

use super::accents::{Marks, required_marks};
use super::compiled::{CompiledEntry, GAP, MIN_LENIENT};
use super::flat::Rows;
use super::kana::Kana;
use super::token::Token;
use crate::normalize::{
    CharProps, CharSet, Disguises, Folded, Form, LINE_BREAK, Layout, Normalized, SymbolMode,
    WordRange, fold_as_latin, leet, separator_length, with_plain_letters, words_in_other_scripts,
};
use crate::rules::{DateRange, End, Entry, ListId, Start};
use crate::span::Span;

/// The minimum number of letters of an entry that may follow an elision, or have letters censored.
const MIN_ELIDABLE: usize = 4;

/// The minimum number of letters of an entry that may follow a proclitic.
const MIN_PROCLITIC: usize = 3;

/// The minimum number of letters of an entry that may have digits around it.
const MIN_DECORATED: usize = 3;

/// The minimum number of letters of a phrase that matches without the separators between its words:
/// `killyourself`. Shorter phrases are rather other words: *as is* and *asis*.
const MIN_RUN_TOGETHER: usize = 5;

/// The maximum number of words in another script of which every combination is searched.
const MAX_CHOSEN: usize = 3;

/// One way in which an entry is searched.
pub(super) struct EntryVariant {
    pub(super) layout: Layout,
    /// The words of the entry, joined by [`GAP`].
    pub(super) text: String,
    /// Without text, confusables and marks.
    pub(super) compiled: CompiledEntry<'static>,
    /// The offset of one letter in each word of another script that was read as Latin.
    pub(super) confusables: Vec<usize>,
    /// The marks that it requires, each with the offset of its letter.
    pub(super) marks: Vec<(usize, char)>,
}

impl EntryVariant {
    /// Returns the variants of an entry: as it is written, respelled, if it is in another script,
    /// as what it looks like in Latin letters, and if it has letters such as `ł`, with the plain
    /// ones; and each of these [run together](EntryVariant::run_together).
    pub(super) fn of(
        list: ListId,
        number: u32,
        entry: &Entry,
        exception: bool,
        disguises: Disguises,
    ) -> impl Iterator<Item = EntryVariant> {
        let standard = Some(entry).filter(|_| disguises == Disguises::Standard);
        let respelled =
            standard.into_iter().flat_map(|entry| entry.language.respellings(&entry.text));
        let written = std::iter::once(folded_words(&entry.text, disguises))
            .chain(respelled.map(move |text| folded_words(&text, disguises)));
        let as_latin = standard.into_iter().flat_map(read_as_latin);
        let has_own_letters = exception || entry.language.has_own_letters();
        let plain = standard.filter(|_| !has_own_letters);
        let plain = plain.and_then(|entry| with_plain_letters(&entry.text));
        let plain = plain.map(|text| folded_words(&text, disguises));
        written.chain(as_latin).chain(plain).flat_map(move |(layout, words)| {
            let variant =
                EntryVariant::of_words(list, number, entry, exception, disguises, layout, words);
            let run_together = variant.run_together();
            std::iter::once(variant).chain(run_together)
        })
    }

    /// Returns the variant of a phrase without the separators between its words, and of a word
    /// without its apostrophes. `None` for other entries. It is found as spaced letters, and that of
    /// a phrase of letters as a word as well.
    fn run_together(&self) -> Option<EntryVariant> {
        let EntryVariant { layout, text, compiled, .. } = self;
        if !compiled.may_be_spaced || !text.contains(is_between) {
            return None;
        }
        let without = text.replace(is_between, "");
        let now_at = |at: usize| text[..at].replace(is_between, "").len();
        let letters = without.chars().filter(|&c| CharProps::of(c).is_letter()).count();
        let is_phrase = !text.contains('\'') && letters >= MIN_RUN_TOGETHER;
        let mut props = without.chars().map(CharProps::of);
        let has_only_letters = props.all(|it| it.is_letter() || it.is_mark());
        let compiled = CompiledEntry {
            run_together: true,
            only_spaced: !(is_phrase && has_only_letters),
            has_doubled_letters: has_doubled_letter(&without),
            ..*compiled
        };
        let confusables = self.confusables.iter().map(|&at| now_at(at)).collect();
        let marks = self.marks.iter().map(|&(at, mark)| (now_at(at), mark)).collect();
        Some(EntryVariant { layout: *layout, text: without, compiled, confusables, marks })
    }

    fn of_words(
        list: ListId,
        number: u32,
        entry: &Entry,
        exception: bool,
        disguises: Disguises,
        layout: Layout,
        words: Vec<Folded>,
    ) -> EntryVariant {
        let mut text = String::new();
        let mut marks = Vec::new();
        let mut confusables = Vec::new();
        for word in words {
            if !text.is_empty() {
                text.push(GAP);
            }
            let start = text.len();
            text.extend(word.text().chars().map(|c| if is_separator(c, layout) { GAP } else { c }));
            marks.extend(word.marks().iter().map(|&(end, mark)| (start + end, mark)));
            confusables
                .extend(first_of_each_word(word.text(), word.confusables()).map(|at| start + at));
        }
        let starts_in_word = text.starts_with(is_base);
        let ends_in_word = text.trim_end_matches(|c| CharProps::of(c).is_mark()).ends_with(is_base);
        let letters = text.chars().filter(|&c| CharProps::of(c).is_letter()).count();
        let compiled = CompiledEntry {
            text: "",
            list,
            entry: number,
            exception,
            dated: entry.from.is_some() || entry.until.is_some(),
            days: DateRange { from: entry.from, until: entry.until },
            plain: entry.plain,
            may_be_spaced: disguises == Disguises::Standard
                && layout == Layout::Tokenized
                && !exception
                && has_whole_words(entry),
            run_together: false,
            only_spaced: false,
            slip: entry.slip,
            strict: disguises == Disguises::Standard
                && has_whole_words(entry)
                && (letters < MIN_LENIENT || entry.language.has_long_letters()),
            starts_anywhere: entry.start == Start::Anywhere,
            needs_word_start: starts_in_word && entry.start == Start::Word,
            begins_with_symbol: !starts_in_word && entry.start == Start::Word,
            elidable: letters >= MIN_ELIDABLE,
            takes_proclitics: disguises == Disguises::Standard
                && starts_in_word
                && entry.start == Start::Word
                && letters >= MIN_PROCLITIC
                && entry.language.has_proclitics(),
            end: entry.end,
            ends_in_word,
            whole_graphemes: !(text.starts_with(|c| CharProps::of(c).is_word()) && ends_in_word),
            has_doubled_letters: (disguises == Disguises::Standard || exception)
                && has_doubled_letter(&text),
            letters,
            takes_decoration: disguises == Disguises::Standard
                && letters >= MIN_DECORATED
                && !text.contains(|c: char| c.is_ascii_digit()),
            has_sharp_s: entry.text.contains(['ß', 'ẞ']),
            confusables: Rows::default(),
            kana: Kana::of(&text, &marks),
            marks: Marks::default(),
            language: entry.language,
        };
        let marks = required_marks(&text, &marks);
        EntryVariant { layout, text, compiled, confusables, marks }
    }
}

/// Whether an entry has no `*`.
fn has_whole_words(entry: &Entry) -> bool {
    entry.start == Start::Word && entry.end != End::Anywhere
}

/// Whether a character separates or joins words in [`Layout::Tokenized`].
fn is_between(c: char) -> bool {
    is_separator(c, Layout::Tokenized) || c == '\''
}

fn is_separator(c: char, layout: Layout) -> bool {
    layout == Layout::Tokenized && (separator_length(c).is_some() || matches!(c, '\n' | LINE_BREAK))
}

/// Whether a text has the same letter or digit more than once in a row.
fn has_doubled_letter(text: &str) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| a == b && is_base(a))
}

/// Returns the first of `letters` in each word.
fn first_of_each_word(text: &str, letters: &[usize]) -> impl Iterator<Item = usize> {
    let is_one = |part: &str| {
        part.chars()
            .map(CharProps::of)
            .all(|it| it.is_word() && (it.is_mark() || !it.is_unspaced()))
    };
    let before = |at: usize| letters[..at].last().copied();
    letters.iter().enumerate().filter_map(move |(number, &at)| {
        let is_first = before(number).is_none_or(|before| !is_one(&text[before..at]));
        is_first.then_some(at)
    })
}

/// Returns the layout in which an entry is searched, and its words: all as one text unless there
/// are symbols among them.
fn folded_words(entry: &str, disguises: Disguises) -> (Layout, Vec<Folded>) {
    in_layout(entry, |text, _, layout| {
        let mut folded = Folded::default();
        Normalized::new(text, Form { disguises, layout }, SymbolMode::Entry, &mut folded);
        folded
    })
}

/// Returns the same for each choice of words in another script that a message may have in Latin
/// letters, entirely or in part; and for each case, since `Ν` and `ν` look like different letters.
///
/// Of more than [`MAX_CHOSEN`] such words, either one or all are chosen.
fn read_as_latin(entry: &Entry) -> Vec<(Layout, Vec<Folded>)> {
    if entry.text.is_ascii() {
        return Vec::new();
    }
    let (words, cases) = words_in_other_scripts(&entry.text);
    let mut found = Vec::new();
    for chosen in choices(&words) {
        found.extend(cases.iter().map(|&case| {
            in_layout(&entry.text, |text, at, layout| {
                let here = Span::new(at, at + text.len());
                let words: Vec<WordRange> =
                    chosen.iter().filter_map(|word| word.within(here)).collect();
                fold_as_latin(text, layout, &words, case)
            })
        }));
    }
    found
}

/// Returns all nonempty choices of words, or single words and all of them if there are too many.
fn choices(words: &[WordRange]) -> Vec<Vec<WordRange>> {
    if words.len() > MAX_CHOSEN {
        return words.iter().map(|&word| vec![word]).chain([words.to_vec()]).collect();
    }
    let choice = |number: usize| {
        let chosen = words.iter().enumerate().filter(|(at, _)| number >> at & 1 == 1);
        chosen.map(|(_, &word)| word).collect()
    };
    (1..1 << words.len()).map(choice).collect()
}

/// Returns the layout in which an entry is searched, and its words: all as one text unless there
/// are symbols among them. `fold` receives a part of the entry and where it begins.
fn in_layout(entry: &str, fold: impl Fn(&str, usize, Layout) -> Folded) -> (Layout, Vec<Folded>) {
    let whole = fold(entry, 0, Layout::Tokenized);
    let mut space = CharSet::NONE;
    space.add(' ');
    if space.may_contain_all(whole.symbols()) {
        return (Layout::Tokenized, vec![whole]);
    }
    // Split before folding: an accent by itself folds to a space and a combining mark.
    let mut at = 0;
    let mut words = Vec::new();
    for word in entry.split_inclusive(char::is_whitespace) {
        let folded = fold(word.trim_end(), at, Layout::Verbatim);
        at += word.len();
        if !folded.text().is_empty() {
            words.push(folded);
        }
    }
    let mut rest = whole.text();
    let is_whole = words.iter().enumerate().all(|(number, word)| {
        if number > 0 {
            rest = rest.strip_prefix(GAP).unwrap_or_default();
        }
        let without_word = rest.strip_prefix(word.text());
        rest = without_word.unwrap_or_default();
        without_word.is_some()
    });
    match is_whole && rest.is_empty() && symbols_may_be_letters(whole.text()) {
        true => (Layout::Tokenized, vec![whole]),
        false => (Layout::Verbatim, words),
    }
}

/// Whether the token at byte `at` has a letter.
fn has_letter(entry: &str, at: usize) -> bool {
    let token = Token::around(entry, at);
    entry[token.span.range()].chars().any(|c| CharProps::of(c).is_letter())
}

/// Whether all symbols in an entry may be read as letters, since each is in a token with a letter.
fn symbols_may_be_letters(entry: &str) -> bool {
    let mut symbols = entry.char_indices().filter(|&(_, c)| leet::is_word_symbol(c));
    symbols.all(|(at, c)| leet::is_leet(c) && has_letter(entry, at))
}

/// Whether a character is a letter or digit. A combining mark on one is part of the word; by itself
/// it is a symbol.
fn is_base(c: char) -> bool {
    CharProps::of(c).is_word() && !CharProps::of(c).is_mark()
}
