//! How an entry is searched: [`Search`].

use super::needs::Needs;
use super::target::{Target, Word};
use crate::charset::CharSet;
use crate::normalize::{
    Disguises, Facts, Folded, Form, Layout, Normalized, Part, Reading, Squeezed, folded_as_latin,
    words_of_another_script,
};
use crate::rules::{End, Entry, ListId, Start};
use crate::span::Span;

/// Entries of this many letters may follow an elision.
const MIN_ELIDABLE: usize = 4;

/// Of this many words in another script any may be disguised.
const MAX_CHOSEN: usize = 3;

/// How an entry is folded, the text to search for, and what must hold where that is found.
pub(super) struct Search {
    pub(super) layout: Layout,
    pub(super) key: String,
    pub(super) target: Target,
}

impl Search {
    /// How an entry is searched whose letters stand together: as it is written, and if it is in
    /// another script, as what it looks like in Latin letters.
    pub(super) fn of(
        list: ListId,
        number: u32,
        entry: &Entry,
        exception: bool,
        disguises: Disguises,
    ) -> impl Iterator<Item = Search> {
        let written = std::iter::once(folded_words(entry, disguises));
        let as_latin = Some(entry).filter(|_| disguises == Disguises::Standard);
        written.chain(as_latin.into_iter().flat_map(read_as_latin)).map(move |(layout, words)| {
            Search::of_words(list, number, entry, exception, disguises, layout, words)
        })
    }

    fn of_words(
        list: ListId,
        number: u32,
        entry: &Entry,
        exception: bool,
        disguises: Disguises,
        layout: Layout,
        words: Vec<Folded>,
    ) -> Search {
        let squeezed = || words.iter().map(Folded::squeezed);
        let texts = || squeezed().map(Squeezed::text);
        let starts_in_word = texts().next().is_some_and(|word| word.starts_with(is_base));
        let ends_in_word = texts().next_back().is_some_and(|word| {
            word.trim_end_matches(|c| Facts::of(c).is_mark()).ends_with(is_base)
        });
        let is_letter = |&c: &char| Facts::of(c).is_letter();
        let once = texts().flat_map(str::chars).filter(is_letter).count();
        let again = squeezed().flat_map(Squeezed::runs).map(|run| run.length - 1);
        let elidable = once + again.sum::<usize>() >= MIN_ELIDABLE;
        let mut words = words.into_iter();
        let first = words.next().unwrap_or_default();
        let spelled = disguises == Disguises::Standard
            && layout == Layout::Words
            && !exception
            && has_whole_words(entry);
        let target = Target {
            list,
            entry: number,
            exception,
            dated: entry.from.is_some() || entry.until.is_some(),
            plain: entry.plain,
            spelled: spelled && !first.squeezed().text().contains(is_gap),
            opens: starts_in_word && entry.start == Start::Word,
            elidable,
            end: entry.end,
            ends_in_word,
            whole_graphemes: !(starts_in_word && ends_in_word),
            needs: Needs::of_entry(&first),
            tail: words.map(|word| Word::new(&word)).collect(),
        };
        Search { layout, key: first.into_squeezed().into_text(), target }
    }

    /// How a phrase is searched whose letters stand one by one; nothing for other entries, and for
    /// those whose letters must stand together.
    pub(super) fn of_letters(
        list: ListId,
        number: u32,
        entry: &Entry,
    ) -> impl Iterator<Item = Search> {
        let may = !entry.exception && !entry.plain && has_whole_words(entry);
        let written = may.then(|| folded_words(entry, Disguises::Standard)).into_iter();
        let as_latin = Some(entry).filter(|_| may).into_iter().flat_map(read_as_latin);
        written.chain(as_latin).filter_map(move |(layout, words)| {
            let phrase = words.first().filter(|phrase| {
                layout == Layout::Words && phrase.squeezed().text().contains(is_gap)
            })?;
            let letters = phrase.squeezed().without(is_gap);
            let needs = Needs::of_letters(&letters, phrase);
            let disguises = Disguises::Standard;
            let Search { layout, target, .. } =
                Search::of_words(list, number, entry, false, disguises, layout, words);
            let target = Target { spelled: true, needs, ..target };
            Some(Search { layout, key: letters.into_text(), target })
        })
    }
}

/// Whether there is no `*` in an entry, so that its letters may stand one by one.
fn has_whole_words(entry: &Entry) -> bool {
    entry.start == Start::Word && entry.end != End::Anywhere
}

/// A character that words are told apart by, or joined by, in [`Layout::Words`].
fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\'')
}

/// The layout in which an entry is searched, and its words: all as one text if no symbol is among
/// them, else one by one.
fn folded_words(entry: &Entry, disguises: Disguises) -> (Layout, Vec<Folded>) {
    in_layout(&entry.text, |text, _, layout| {
        let mut folded = Folded::default();
        Normalized::new(text, Form { disguises, layout }, Reading::Entry, &mut folded);
        folded
    })
}

/// The same for each choice of words in another script that a message may have in Latin letters, or
/// in some; and in each case, since `Ν` and `ν` look like other letters.
///
/// Of more than [`MAX_CHOSEN`] such words either one is chosen or all are.
fn read_as_latin(entry: &Entry) -> Vec<(Layout, Vec<Folded>)> {
    if entry.text.is_ascii() {
        return Vec::new();
    }
    let (words, cases) = words_of_another_script(&entry.text);
    let mut found = Vec::new();
    for chosen in choices(&words) {
        found.extend(cases.iter().map(|&cased| {
            in_layout(&entry.text, |text, at, layout| {
                let here = Span::new(at, at + text.len());
                let words: Vec<Part> = chosen.iter().filter_map(|word| word.within(here)).collect();
                folded_as_latin(text, layout, &words, cased)
            })
        }));
    }
    found
}

/// Some of the words, in all ways in which that can be done.
fn choices(words: &[Part]) -> Vec<Vec<Part>> {
    if words.len() > MAX_CHOSEN {
        return words.iter().map(|&word| vec![word]).chain([words.to_vec()]).collect();
    }
    let choice = |number: usize| {
        let chosen = words.iter().enumerate().filter(|(at, _)| number >> at & 1 == 1);
        chosen.map(|(_, &word)| word).collect()
    };
    (1..1 << words.len()).map(choice).collect()
}

/// The layout in which an entry is searched, and its words: all as one text if no symbol is among
/// them, else one by one. `fold` is told where in the entry they stand.
fn in_layout(entry: &str, fold: impl Fn(&str, usize, Layout) -> Folded) -> (Layout, Vec<Folded>) {
    let whole = fold(entry, 0, Layout::Words);
    let mut space = CharSet::NONE;
    space.add(' ');
    if space.holds(whole.symbols()) {
        return (Layout::Words, vec![whole]);
    }
    // Told apart before they are folded: an accent by itself folds to one behind a space.
    let mut at = 0;
    let mut words = Vec::new();
    for word in entry.split_inclusive(char::is_whitespace) {
        let folded = fold(word.trim_end(), at, Layout::Full);
        at += word.len();
        if !folded.squeezed().text().is_empty() {
            words.push(folded);
        }
    }
    let texts: Vec<&str> = words.iter().map(|word| word.squeezed().text()).collect();
    if texts.join(" ") == whole.squeezed().text() {
        (Layout::Words, vec![whole])
    } else {
        (Layout::Full, words)
    }
}

/// A letter or digit. A mark on one is part of the word; by itself it is a symbol.
fn is_base(c: char) -> bool {
    Facts::of(c).is_word() && !Facts::of(c).is_mark()
}
