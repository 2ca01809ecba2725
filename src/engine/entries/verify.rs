//! Whether an entry stands at a place of a text, letter by letter: [`Verifier`].
//!
//! A message may repeat any letter more often than the entry does, and write digits and symbols for
//! letters; each of them by itself. What was read so far may therefore be several things, all of which
//! are followed at once.

use super::compiled::{CompiledEntry, GAP, Needle};
use super::view::FoldedView;
use crate::engine::budget::Budget;
use crate::normalize::{CharProps, CharSet, MAX_SEPARATOR, leet, separator_length};
use crate::rules::{ENDINGS, End};
use crate::span::Span;

/// How the letters of an entry are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// All of them stand there, repeated or not.
    Visible,
    /// Some are after a sign, each after one; none is repeated.
    Censored,
}

/// How much of an entry was read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    /// Bytes of the entry.
    read: usize,
    /// The length of the separator that is being read.
    gap: u32,
    /// How many letters of the word under way are visible and censored; only if some may be.
    visible: usize,
    censored: usize,
    last_censored: bool,
    /// The symbols that hide letters.
    symbols: CharSet,
}

const START: State = State {
    read: 0,
    gap: 0,
    visible: 0,
    censored: 0,
    last_censored: false,
    symbols: CharSet::NONE,
};

impl State {
    /// Whether the word under way may end before the character `next`: at most half of its letters are censored,
    /// and it goes on with the sign after one that hides a letter.
    fn may_end(self, next: Option<char>) -> bool {
        self.censored <= self.visible && !(self.last_censored && next.is_some_and(leet::hides))
    }
}

/// Compares entries; its buffers are used again.
///
/// Each character that is compared in one state takes a step of the [`Budget`]. Where that is spent, only what
/// the text has exactly as the entry is written, or with an ending after it, is still found.
#[derive(Default)]
pub(super) struct Verifier {
    states: Vec<State>,
    next: Vec<State>,
}

impl Verifier {
    /// Where the entry ends that begins at byte `start`: the nearest place where it may.
    pub(super) fn end(
        &mut self,
        text: &FoldedView<'_>,
        compiled: &CompiledEntry,
        entry: &str,
        start: usize,
        letters: Letters,
        budget: &Budget,
    ) -> Option<usize> {
        let is_word = |c| CharProps::of(c).is_word();
        let must_open = compiled.needs_word_start
            || (compiled.begins_with_symbol && text.char_at(start).is_some_and(is_word));
        if must_open && !text.opens(start, compiled.elidable) {
            return None;
        }
        if letters == Letters::Visible && starts_in_repeat(text, entry, start) {
            return None;
        }
        let end = self.nearest_end(text, compiled, entry, start, letters, budget)?;
        // What stands there in full hides nothing.
        if letters == Letters::Censored
            && self.nearest_end(text, compiled, entry, start, Letters::Visible, budget).is_some()
        {
            return None;
        }
        if letters == Letters::Visible && text.has_leet_char_at(start) {
            // As punctuation, if the entry stands after it as well.
            let after = start + text.char_at(start).map_or(0, char::len_utf8);
            if text.char_at(after).is_some()
                && self.nearest_end(text, compiled, entry, after, letters, budget).is_some()
            {
                return None;
            }
        }
        shows_confusables(text, compiled, entry, Span::new(start, end), letters).then_some(end)
    }

    /// All places where the entry may end that begins at byte `start` of a text without boundaries, each
    /// with whether more than one letter was asked for.
    pub(super) fn all_ends(
        &mut self,
        text: &FoldedView<'_>,
        compiled: &CompiledEntry,
        entry: &str,
        start: usize,
        budget: &Budget,
    ) -> Vec<(usize, bool)> {
        let mut ends = Vec::new();
        for needle in needles(compiled, entry) {
            let is_long = needle.is_long();
            self.run(text, needle, start, Letters::Visible, None, budget, |end, _| {
                if !text.has_mark_at(end) {
                    ends.push((end, is_long));
                }
                false
            });
        }
        ends
    }

    fn nearest_end(
        &mut self,
        text: &FoldedView<'_>,
        compiled: &CompiledEntry,
        entry: &str,
        start: usize,
        letters: Letters,
        budget: &Budget,
    ) -> Option<usize> {
        let mut nearest = None;
        let written = Some(start).filter(|_| letters == Letters::Visible);
        if let Some(end) = written.and_then(|start| written_end(text.text(), entry, start)) {
            // Nothing ends before what is there as it is written.
            for needle in needles(compiled, entry) {
                let is_there = text.text()[end..].starts_with(needle.ending);
                if is_there && compiled.may_end_at(text, needle, end + needle.ending.len()) {
                    nearest = Some(end + needle.ending.len());
                    break;
                }
            }
            if nearest == Some(end) {
                return nearest;
            }
        }
        for needle in needles(compiled, entry) {
            let accepts = |end, state: State| match letters {
                Letters::Visible => compiled.may_end_at(text, needle, end),
                Letters::Censored => is_valid_censored_end(text, start, end, state),
            };
            let found = self.run(text, needle, start, letters, nearest, budget, accepts);
            nearest = [nearest, found.end].into_iter().flatten().min();
            if found.is_cut || (needle.ending.is_empty() && !found.was_read) {
                break;
            }
        }
        nearest
    }

    /// Reads on until one of the places where the entry ends is accepted, or up to byte `before`.
    #[expect(clippy::too_many_arguments, reason = "all of them change from call to call")]
    fn run(
        &mut self,
        text: &FoldedView<'_>,
        needle: Needle<'_>,
        start: usize,
        letters: Letters,
        before: Option<usize>,
        budget: &Budget,
        mut accepts: impl FnMut(usize, State) -> bool,
    ) -> RunResult {
        let mut found = RunResult { end: None, was_read: false, is_cut: false };
        self.states.clear();
        self.states.push(START);
        for (offset, c) in text.text()[start..].char_indices() {
            let at = start + offset;
            let end = at + c.len_utf8();
            if before.is_some_and(|before| end >= before) {
                break;
            }
            if !budget.take(self.states.len()) {
                found.is_cut = true;
                break;
            }
            self.next.clear();
            for &state in &self.states {
                let step = Transition { text, needle, letters, state, c, at };
                step.take(|state| {
                    if !self.next.contains(&state) {
                        self.next.push(state);
                    }
                });
            }
            std::mem::swap(&mut self.states, &mut self.next);
            if self.states.is_empty() {
                break;
            }
            for &state in self.states.iter().filter(|state| state.read == needle.len()) {
                found.was_read = true;
                if accepts(end, state) {
                    found.end = Some(end);
                    return found;
                }
            }
        }
        found
    }
}

/// Where the entry ends that is at byte `start` of a text exactly as it is written, but for the length of what
/// separates its words.
fn written_end(text: &str, entry: &str, start: usize) -> Option<usize> {
    let mut at = start;
    for (number, word) in entry.split(GAP).enumerate() {
        if number > 0 {
            let separator = text[at..].chars().next().filter(|&c| separator_length(c).is_some())?;
            at += separator.len_utf8();
        }
        at += text[at..].starts_with(word).then_some(word.len())?;
    }
    Some(at)
}

/// Whether the words of an entry in another script that was read as a Latin one are no Latin words in
/// the text either: `pot` is not `рот`.
fn shows_confusables(
    text: &FoldedView<'_>,
    compiled: &CompiledEntry,
    entry: &str,
    span: Span,
    letters: Letters,
) -> bool {
    if compiled.confusables.is_empty() {
        return true;
    }
    let aligned = aligned(text, compiled, entry, span, letters);
    compiled.confusables.iter().all(|&letter| {
        let mut places = aligned.iter().filter(|&&(_, read)| read == letter);
        places.any(|&(at, _)| text.is_disguised(at))
    })
}

/// For each character of that part of a text, which is the entry, where it begins and where the one of
/// the entry begins that it was matched to.
pub(super) fn aligned(
    text: &FoldedView<'_>,
    compiled: &CompiledEntry,
    entry: &str,
    span: Span,
    letters: Letters,
) -> Vec<(usize, usize)> {
    needles(compiled, entry)
        .find_map(|needle| align(text, needle, span, letters))
        .unwrap_or_default()
}

/// The same, with the character of the entry or of its ending.
pub(super) fn aligned_chars(
    text: &FoldedView<'_>,
    compiled: &CompiledEntry,
    entry: &str,
    span: Span,
    letters: Letters,
) -> Vec<(usize, usize, char)> {
    let with_chars = |needle: Needle<'_>| {
        let aligned = align(text, needle, span, letters)?.into_iter();
        Some(aligned.filter_map(|(at, read)| Some((at, read, needle.char_at(read)?))).collect())
    };
    needles(compiled, entry).find_map(with_chars).unwrap_or_default()
}

/// The same for an entry with one of its endings; nothing if it does not stand there.
fn align(
    text: &FoldedView<'_>,
    needle: Needle<'_>,
    span: Span,
    letters: Letters,
) -> Option<Vec<(usize, usize)>> {
    let chars = text.text()[span.range()].char_indices();
    let chars: Vec<(usize, char)> = chars.map(|(at, c)| (span.start + at, c)).collect();
    let step = |state, (at, c)| Transition { text, needle, letters, state, c, at };
    let mut reached = vec![vec![START]];
    for &char in &chars {
        let mut next = Vec::new();
        for &state in reached.last()? {
            step(state, char).take(|state| {
                if !next.contains(&state) {
                    next.push(state);
                }
            });
        }
        reached.push(next);
    }
    let mut state = *reached.last()?.iter().find(|state| state.read == needle.len())?;
    let mut aligned = Vec::with_capacity(chars.len());
    for (&char, before) in chars.iter().zip(&reached).rev() {
        aligned.push((char.0, needle.start_of_last(state.read)));
        state = *before.iter().find(|&&from| {
            let mut leads = false;
            step(from, char).take(|to| leads |= to == state);
            leads
        })?;
    }
    aligned.reverse();
    Some(aligned)
}

struct RunResult {
    end: Option<usize>,
    /// Whether all of the entry was read.
    was_read: bool,
    /// Whether the budget refused to read on.
    is_cut: bool,
}

/// The entry alone and, if it takes them, with each ending.
fn needles<'n>(compiled: &CompiledEntry, entry: &'n str) -> impl Iterator<Item = Needle<'n>> {
    let endings: &[&str] = if compiled.end == End::Ending { &ENDINGS } else { &[] };
    let endings = endings.iter().copied();
    std::iter::once("").chain(endings).map(move |ending| Needle { entry, ending })
}

/// Whether the character before the place could be the first letter as well, so that the entry begins
/// there and not here.
fn starts_in_repeat(text: &FoldedView<'_>, entry: &str, start: usize) -> bool {
    let Some(first) = entry.chars().next() else { return false };
    let Some(before) = text.char_before(start).filter(|&c| !leet::is_word_symbol(c)) else {
        return false;
    };
    if !text.is_standard() || !CharProps::of(first).is_letter() {
        return false;
    }
    let at = start - before.len_utf8();
    let agrees_with = before == first || text.letters_of(before, at).contains(first);
    let after = start + text.char_at(start).map_or(0, char::len_utf8);
    agrees_with && !text.has_mark_at(after)
}

/// Whether an entry may end there some of whose letters are censored.
fn is_valid_censored_end(text: &FoldedView<'_>, start: usize, end: usize, state: State) -> bool {
    let (before, after) = (text.char_before(start), text.char_at(end));
    if state.symbols == CharSet::NONE || !state.may_end(after) || !text.closes(end) {
        return false;
    }
    if state.last_censored {
        // The last sign of `*emphasis*` hides nothing.
        return text.char_before(end) != before;
    }
    // The word goes on after more such symbols, unless they are emphasis.
    let goes_on = after.is_some_and(|c| leet::hides(c) && state.symbols.may_contain(c)) && {
        let rest = text.text()[end..].trim_start_matches(leet::hides);
        rest.chars().next().is_some_and(|c| CharProps::of(c).is_word())
    };
    !goes_on || after == before
}

/// A character of a text, after a part of an entry.
struct Transition<'s> {
    text: &'s FoldedView<'s>,
    needle: Needle<'s>,
    letters: Letters,
    state: State,
    c: char,
    at: usize,
}

impl Transition<'_> {
    /// Tells all that may be read once the character is.
    #[inline]
    fn take(&self, mut emit: impl FnMut(State)) {
        let state = self.state;
        if self.repeats() {
            emit(state);
        }
        match self.needle.char_at(state.read) {
            None => {}
            // Between letters that stand one by one there is nothing.
            Some(c @ (GAP | '\'')) if self.text.is_spaced() => {
                self.read(State { read: state.read + c.len_utf8(), ..state }, true, emit);
            }
            Some(GAP) => {
                let length = self.text.separates(self.c).map(|length| state.gap + length);
                if let Some(gap) = length.filter(|&gap| gap <= MAX_SEPARATOR)
                    && (state.gap > 0 || (state.may_end(Some(self.c)) && self.leaves_word()))
                {
                    emit(State { gap, ..state });
                }
                if state.gap > 0 && self.enters_word() {
                    let read = state.read + GAP.len_utf8();
                    self.read(State { read, visible: 0, censored: 0, ..state }, true, emit);
                }
            }
            Some(_) => self.read(state, state.read == 0, emit),
        }
    }

    /// Whether the character repeats the letter that was read last.
    fn repeats(&self) -> bool {
        let State { read, gap, .. } = self.state;
        if read == 0 || gap > 0 || self.letters == Letters::Censored || !self.text.is_standard() {
            return false;
        }
        let last = self.needle.start_of_last(read);
        self.needle.char_at(last).is_some_and(|letter| {
            is_letter(letter)
                && self.agrees_with(letter, last)
                && !self.text.has_mark_at(self.at + self.c.len_utf8())
        })
    }

    /// Reads the next character of the entry.
    fn read(&self, state: State, is_first: bool, mut emit: impl FnMut(State)) {
        let Some(letter) = self.needle.char_at(state.read) else { return };
        let read = state.read + letter.len_utf8();
        let may_be_censored = self.letters == Letters::Censored;
        if self.agrees_with(letter, state.read) {
            let visible = state.visible + usize::from(may_be_censored && is_letter(letter));
            emit(State { read, gap: 0, visible, last_censored: false, ..state });
        } else if may_be_censored && !is_first && leet::hides(self.c) && is_letter(letter) {
            let (censored, mut symbols) = (state.censored + 1, state.symbols);
            symbols.add(self.c);
            emit(State { read, gap: 0, censored, last_censored: true, symbols, ..state });
        }
    }

    /// Whether the character may be that one of the entry.
    #[inline]
    fn agrees_with(&self, letter: char, read: usize) -> bool {
        if letter == self.c {
            return true;
        }
        let there = self.text.letters_of(self.c, self.at);
        let here = match self.text.is_standard() {
            true => self.needle.letters_of(letter, read, self.text.layout()),
            false => "",
        };
        match (here, there) {
            ("", "") => false,
            ("", there) => there.contains(letter),
            (here, "") => here.contains(self.c),
            (here, there) => here.chars().any(|letter| there.contains(letter)),
        }
    }

    /// Whether a word may end before the character. Where words are told apart, any separator ends one.
    fn leaves_word(&self) -> bool {
        let before = self.text.char_before(self.at);
        match before.is_some_and(|c| CharProps::of(c).is_word()) {
            true => self.text.closes(self.at),
            false => !CharProps::of(self.c).is_mark(),
        }
    }

    /// Whether a word may begin with the character.
    fn enters_word(&self) -> bool {
        !CharProps::of(self.c).is_word() || self.text.opens(self.at, false)
    }
}

#[inline]
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (!c.is_ascii() && CharProps::of(c).is_letter())
}
