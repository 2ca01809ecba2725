//! An entry, and what must hold where its characters were found: [`Target`].

use super::boundary;
use super::endings::EntryEnd;
use super::needs::Needs;
use crate::charset::CharSet;
use crate::normalize::{
    Disguises, Facts, Folded, Form, Layout, MAX_SEPARATOR, Normalized, Reading, Squeezed,
};
use crate::rules::{End, Entry, ListId, Start};

/// Entries of this many letters may follow an elision.
const MIN_ELIDABLE: usize = 4;

/// An entry as it is searched.
pub(super) struct Target {
    pub(super) list: ListId,
    pub(super) entry: u32,
    pub(super) exception: bool,
    /// It works on some days only.
    pub(super) dated: bool,
    /// No rule sees through a disguise of it.
    pub(super) plain: bool,
    /// Whether its letters may stand one by one.
    pub(super) spelled: bool,
    /// It begins with a letter, digit or mark, and a word must begin there.
    opens: bool,
    /// It may follow an elision.
    elidable: bool,
    end: End,
    /// It ends with a letter, digit or mark.
    ends_in_word: bool,
    /// An edge is a symbol, so that half a grapheme is no hit.
    pub(super) whole_graphemes: bool,
    pub(super) needs: Needs,
    /// The further words of a phrase that has symbols; others are searched as a whole.
    pub(super) tail: Box<[Word]>,
}

/// A further word of a phrase.
#[derive(PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: Box<str>,
    needs: Needs,
}

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
            && entry.start == Start::Word
            && entry.end != End::Anywhere;
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
        let may = !entry.exception
            && !entry.plain
            && entry.start == Start::Word
            && entry.end != End::Anywhere;
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

impl Word {
    fn new(word: Squeezed) -> Word {
        Word { text: word.text().into(), needs: Needs::of_entry(&word) }
    }
}

/// A character that words are told apart by, or joined by, in [`Layout::Words`].
fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\'')
}

impl Target {
    /// Whether the two hit at the same places and do the same there.
    pub(super) fn does_as(&self, other: &Target) -> bool {
        self.list == other.list
            && self.exception == other.exception
            && self.plain == other.plain
            && self.spelled == other.spelled
            && self.opens == other.opens
            && self.end == other.end
            && self.needs == other.needs
            && self.tail == other.tail
    }

    /// Where the hit ends, if the entry may stand at those bytes.
    pub(super) fn accepts(&self, folded: &Folded, start: usize, end: usize) -> Option<usize> {
        let text = folded.squeezed();
        if self.opens
            && !folded.has_seam(start)
            && !boundary::opens(text.text(), start, self.elidable)
        {
            return None;
        }
        if !self.needs.are_met(text, start) {
            return None;
        }
        let Some(last) = self.tail.last() else {
            return self.accepts_end(folded, start, end, &self.needs);
        };
        let mut places = vec![(start, end)];
        for word in &self.tail {
            let mut next: Vec<_> =
                places.iter().flat_map(|&(_, end)| word_after(text, end, word)).collect();
            next.sort_unstable();
            next.dedup();
            places = next;
        }
        places
            .into_iter()
            .find_map(|(start, end)| self.accepts_end(folded, start, end, &last.needs))
    }

    /// Where the hit ends whose last word stands at those bytes.
    fn accepts_end(
        &self,
        folded: &Folded,
        start: usize,
        end: usize,
        needs: &Needs,
    ) -> Option<usize> {
        let text = folded.squeezed();
        if !self.ends_in_word {
            // With a mark on it, it is another symbol.
            let marked = text.text()[end..].chars().next().is_some_and(|c| Facts::of(c).is_mark());
            return (!marked).then_some(end);
        }
        let closes = |end: usize| folded.has_seam(end) || boundary::closes(text.text(), end);
        if self.end == End::Anywhere || closes(end) {
            return Some(end);
        }
        if self.end == End::Ending {
            let own = EntryEnd::of(text, start, end, needs);
            return own.endings(text).map(|it| it.end).find(|&end| closes(end));
        }
        None
    }

    /// The ends of the entry whose letters stand one by one at those bytes of a spelling, with how
    /// often the first letter of the entry must stand there.
    pub(super) fn spelled_at(
        &self,
        text: &Squeezed,
        start: usize,
        end: usize,
    ) -> impl Iterator<Item = (usize, EntryEnd)> {
        let may = self.spelled && self.needs.are_met(text, start);
        let bare = EntryEnd::of(text, start, end, &self.needs);
        let endings = (self.end == End::Ending).then(|| bare.endings(text));
        let tails = std::iter::once(bare).chain(endings.into_iter().flatten());
        let one_letter = bare.last == start;
        let first =
            move |tail: &EntryEnd| if one_letter { tail.own_needed } else { self.needs.at(0) };
        tails.filter(move |_| may).map(move |tail| (first(&tail), tail))
    }
}

/// Where `word` stands behind a separator that begins at byte `at`.
fn word_after(text: &Squeezed, at: usize, word: &Word) -> impl Iterator<Item = (usize, usize)> {
    let is_word = |c: char| Facts::of(c).is_word();
    let before = text.text()[..at].chars().next_back().is_some_and(is_word);
    let marked = text.text()[at..].chars().next().is_some_and(|c| Facts::of(c).is_mark());
    let sound = if before { boundary::closes(text.text(), at) } else { !marked };
    let first_is_word = word.text.chars().next().is_some_and(is_word);
    let separator = |c: char| {
        let facts = Facts::of(c);
        !facts.is_break() && (!facts.is_word() || facts.is_mark())
    };
    let starts = text.text()[at..]
        .char_indices()
        .take(MAX_SEPARATOR as usize)
        .take_while(move |&(_, c)| sound && separator(c))
        .map(move |(offset, c)| at + offset + c.len_utf8());
    starts
        .filter(move |&start| text.text()[start..].starts_with(&*word.text))
        .filter(move |&start| !first_is_word || boundary::opens(text.text(), start, false))
        .filter(move |&start| word.needs.are_met(text, start))
        .map(move |start| (start, start + word.text.len()))
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
