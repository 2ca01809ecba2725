//! How an entry is searched: [`Search`].

use super::needs::Needs;
use super::target::{Target, Word};
use crate::charset::CharSet;
use crate::normalize::{Disguises, Facts, Folded, Form, Layout, Normalized, Reading, Squeezed};
use crate::rules::{End, Entry, ListId, Start};

/// Entries of this many letters may follow an elision.
const MIN_ELIDABLE: usize = 4;

/// How an entry is folded, the text to search for, and what must hold where that is found.
pub(super) struct Search {
    pub(super) layout: Layout,
    pub(super) key: String,
    pub(super) target: Target,
}

impl Search {
    /// How an entry is searched whose letters stand together.
    pub(super) fn of(
        list: ListId,
        number: u32,
        entry: &Entry,
        exception: bool,
        disguises: Disguises,
    ) -> Search {
        let (layout, words) = folded_words(entry, disguises);
        let texts = || words.iter().map(Squeezed::text);
        let starts_in_word = texts().next().is_some_and(|word| word.starts_with(is_base));
        let ends_in_word = texts().next_back().is_some_and(|word| {
            word.trim_end_matches(|c| Facts::of(c).is_mark()).ends_with(is_base)
        });
        let is_letter = |&c: &char| Facts::of(c).is_letter();
        let once = texts().flat_map(str::chars).filter(is_letter).count();
        let again = words.iter().flat_map(Squeezed::runs).map(|run| run.length - 1);
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
            spelled: spelled && !first.text().contains(is_gap),
            opens: starts_in_word && entry.start == Start::Word,
            elidable,
            end: entry.end,
            ends_in_word,
            whole_graphemes: !(starts_in_word && ends_in_word),
            needs: Needs::of_entry(&first),
            tail: words.map(Word::new).collect(),
        };
        Search { layout, key: first.text().to_owned(), target }
    }

    /// How a phrase is searched whose letters stand one by one; nothing for other entries, and for
    /// those whose letters must stand together.
    pub(super) fn of_letters(list: ListId, number: u32, entry: &Entry) -> Option<Search> {
        let may = !entry.exception && !entry.plain && has_whole_words(entry);
        let (Layout::Words, words) = folded_words(entry, Disguises::Standard) else { return None };
        let phrase = words.first().filter(|phrase| may && phrase.text().contains(is_gap))?;
        let letters = phrase.without(is_gap);
        let Search { layout, target, .. } =
            Search::of(list, number, entry, false, Disguises::Standard);
        let needs = Needs::of_entry(&letters);
        let target = Target { spelled: true, needs, ..target };
        Some(Search { layout, key: letters.text().to_owned(), target })
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
fn folded_words(entry: &Entry, disguises: Disguises) -> (Layout, Vec<Squeezed>) {
    let fold = |text: &str, layout| {
        let mut folded = Folded::default();
        Normalized::new(text, Form { disguises, layout }, Reading::Entry, &mut folded);
        folded
    };
    let whole = fold(&entry.text, Layout::Words);
    let mut space = CharSet::NONE;
    space.add(' ');
    if space.holds(whole.symbols()) {
        return (Layout::Words, vec![whole.into_squeezed()]);
    }
    // Told apart before they are folded: an accent by itself folds to one behind a space.
    let words = entry.text.split_whitespace();
    let words: Vec<Squeezed> = words
        .map(|word| fold(word, Layout::Full).into_squeezed())
        .filter(|word| !word.text().is_empty())
        .collect();
    let texts: Vec<&str> = words.iter().map(Squeezed::text).collect();
    if texts.join(" ") == whole.squeezed().text() {
        (Layout::Words, vec![whole.into_squeezed()])
    } else {
        (Layout::Full, words)
    }
}

/// A letter or digit. A mark on one is part of the word; by itself it is a symbol.
fn is_base(c: char) -> bool {
    Facts::of(c).is_word() && !Facts::of(c).is_mark()
}
