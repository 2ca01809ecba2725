//! What must hold where the characters of an entry were found: [`Target`].

use super::boundary;
use super::endings::EntryEnd;
use super::needs::Needs;
use crate::normalize::{Facts, Folded, MAX_SEPARATOR, Squeezed};
use crate::rules::{End, ListId};

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
    pub(super) opens: bool,
    /// It may follow an elision.
    pub(super) elidable: bool,
    pub(super) end: End,
    /// It ends with a letter, digit or mark.
    pub(super) ends_in_word: bool,
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

impl Word {
    pub(super) fn new(word: &Folded) -> Word {
        Word { text: word.squeezed().text().into(), needs: Needs::of_entry(word) }
    }

    /// The heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.text.len() + self.needs.memory()
    }
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
        if !self.needs.are_met(folded, start) {
            return None;
        }
        let Some(last) = self.tail.last() else {
            return self.accepts_end(folded, start, end, &self.needs);
        };
        let mut places = vec![(start, end)];
        for word in &self.tail {
            let mut next: Vec<_> =
                places.iter().flat_map(|&(_, end)| word_after(folded, end, word)).collect();
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
        let may = self.spelled && self.needs.repeats_are_met(text, start);
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
fn word_after(folded: &Folded, at: usize, word: &Word) -> impl Iterator<Item = (usize, usize)> {
    let text = folded.squeezed();
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
        .filter(move |&start| word.needs.are_met(folded, start))
        .map(move |start| (start, start + word.text.len()))
}
