//! Compares candidates with the text, letter by letter: [`Verifier`].
//!
//! A message may repeat each letter more often than the entry does, and may write digits and
//! symbols for letters. So the same text may match several parts of the entry. The verifier
//! simulates a nondeterministic automaton: a set of states, each with the number of bytes of the
//! entry that were read, which is advanced by one character of the text at a time. A state may
//!
//! - read the next letter, if the character is that letter or may be written for it;
//! - stay, if the character repeats the last letter, which in short words must occur once, or three
//!   times or more;
//! - read a letter that a hiding symbol replaces, if letters may be censored;
//! - read a separator between two words of a phrase.
//!
//! Example: the entry `god` and the text `g00d`. After `g` one byte is read. The first `0` is
//! written for `o`, so two are read. The second `0` repeats `o`, and the state stays. After `d`
//! three are read, and the match is accepted if the word may end there.

use super::compiled::{CompiledEntry, GAP, Needle};
use super::view::FoldedView;
use crate::engine::budget::Budget;
use crate::language::Language;
use crate::normalize::{CharProps, CharSet, MAX_SEPARATOR, leet, separator_length};
use crate::rules::End;
use crate::span::Span;

/// How the letters of an entry appear in a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// All of them are visible, repeated or not.
    Visible,
    /// Some are replaced by hiding symbols, each letter by one symbol; none is repeated.
    Censored,
}

/// A state of the automaton: how much of an entry was read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    /// The number of bytes of the entry that were read.
    read: usize,
    /// How often the last letter occurs.
    times: Times,
    /// The length of the current separator so far.
    gap: u32,
    /// The numbers of visible and censored letters of the current word. Only counted for
    /// [`Letters::Censored`].
    visible: usize,
    censored: usize,
    last_censored: bool,
    /// Whether a [hole](super::holes) of the current word was read.
    has_hole: bool,
    /// The symbols that replace letters.
    symbols: CharSet,
}

/// How often a letter of an entry occurs in a row, as itself. Only counted for
/// [single](Needle::is_single) letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    Twice,
    /// More often, or as a leet character.
    More,
}

const START: State = State {
    read: 0,
    times: Times::Once,
    gap: 0,
    visible: 0,
    censored: 0,
    last_censored: false,
    has_hole: false,
    symbols: CharSet::NONE,
};

impl State {
    /// Whether the current word may end before the character `next`: at most half of its letters
    /// are censored, and a hiding symbol does not follow a censored letter, since it would belong
    /// to the word.
    fn may_end(self, next: Option<char>) -> bool {
        self.censored <= self.visible && !(self.last_censored && next.is_some_and(leet::hides))
    }
}

/// Compares candidates with the text. Its buffers are reused.
///
/// Each character that is compared in one state takes a step of the [`Budget`]. When the budget is
/// exhausted, an entry is only found where the text has it exactly as it is written, with or
/// without an ending.
#[derive(Default)]
pub(super) struct Verifier {
    states: Vec<State>,
    next: Vec<State>,
}

impl Verifier {
    /// Returns the end of the shortest match of an entry that begins at byte `start`.
    pub(super) fn end(
        &mut self,
        view: &FoldedView<'_>,
        compiled: &CompiledEntry<'_>,
        entry: &str,
        start: usize,
        letters: Letters,
        budget: &Budget,
    ) -> Option<usize> {
        let is_word = |c| CharProps::of(c).is_word();
        let must_open = compiled.needs_word_start
            || (compiled.begins_with_symbol && view.char_at(start).is_some_and(is_word));
        let opens = || {
            view.opens(start, compiled.elidable)
                || compiled.follows_proclitic(view, start)
                || (compiled.takes_decoration && view.opens_decorated(start))
        };
        if must_open && !opens() {
            return None;
        }
        if letters == Letters::Visible && starts_in_repeat(view, compiled, entry, start) {
            return None;
        }
        let end = self.nearest_end(view, compiled, entry, start, letters, budget)?;
        // If all letters are visible, the match is found as such.
        if letters == Letters::Censored
            && self.nearest_end(view, compiled, entry, start, Letters::Visible, budget).is_some()
        {
            return None;
        }
        if letters == Letters::Visible && view.has_leet_char_at(start) {
            // If the entry matches after the leet character as well, that is punctuation.
            let after = start + view.char_at(start).map_or(0, char::len_utf8);
            if view.char_at(after).is_some()
                && self.nearest_end(view, compiled, entry, after, letters, budget).is_some()
            {
                return None;
            }
        }
        let part = Span::new(start, end);
        let is_match = compiled.kana.allow(view, part)
            && compiled.allows_sharp_s(view, part)
            && !is_mention_with_digits(view, compiled, part)
            && shows_confusables(view, compiled, entry, part, letters);
        is_match.then_some(end)
    }

    /// Returns all ends of matches of an entry that begin at byte `start` of spaced letters, each
    /// with whether it is longer than one letter.
    pub(super) fn all_ends(
        &mut self,
        view: &FoldedView<'_>,
        compiled: &CompiledEntry<'_>,
        entry: &str,
        start: usize,
        budget: &Budget,
    ) -> Vec<(usize, bool)> {
        let mut ends = Vec::new();
        for needle in needles(compiled, entry) {
            let is_long = needle.is_long();
            self.run(view, needle, start, Letters::Visible, None, budget, |end, _| {
                if !view.has_mark_at(end) {
                    ends.push((end, is_long));
                }
                false
            });
        }
        ends
    }

    fn nearest_end(
        &mut self,
        view: &FoldedView<'_>,
        compiled: &CompiledEntry<'_>,
        entry: &str,
        start: usize,
        letters: Letters,
        budget: &Budget,
    ) -> Option<usize> {
        let mut nearest = None;
        let written = Some(start).filter(|_| letters == Letters::Visible);
        let written = written.and_then(|start| written_end(view, compiled, entry, start));
        if let Some(end) = written {
            // No match ends before one of the entry as it is written.
            for needle in needles(compiled, entry) {
                let is_there = view.text()[end..].starts_with(needle.ending);
                if is_there && compiled.may_end_at(view, needle, end + needle.ending.len()) {
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
                Letters::Visible => compiled.may_end_at(view, needle, end),
                Letters::Censored => is_valid_censored_end(view, start, end, state),
            };
            let found = self.run(view, needle, start, letters, nearest, budget, accepts);
            nearest = [nearest, found.end].into_iter().flatten().min();
            if found.is_cut || (needle.ending.is_empty() && !found.was_read) {
                break;
            }
        }
        nearest
    }

    /// Runs the automaton until `accepts` returns true for an end of the entry, or up to byte
    /// `before`.
    #[expect(clippy::too_many_arguments, reason = "all of them change from call to call")]
    fn run(
        &mut self,
        view: &FoldedView<'_>,
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
        for (offset, c) in view.text()[start..].char_indices() {
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
                let transition = Transition { view, needle, letters, state, c, at };
                transition.next_states(|state| {
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
                if state.times != Times::Twice && accepts(end, state) {
                    found.end = Some(end);
                    return found;
                }
            }
        }
        found
    }
}

/// Returns the end of an entry that is at byte `start` exactly as it is written, except for the
/// length of the separators between its words.
fn written_end(
    view: &FoldedView<'_>,
    compiled: &CompiledEntry<'_>,
    entry: &str,
    start: usize,
) -> Option<usize> {
    let text = view.text();
    let mut at = start;
    for (number, word) in entry.split(GAP).enumerate() {
        if number > 0 {
            let separator = text[at..].chars().next().filter(|&c| separator_length(c).is_some())?;
            at += separator.len_utf8();
        }
        at += text[at..].starts_with(word).then_some(word.len())?;
    }
    let accents = compiled.accents();
    let has_accents = || {
        let mut letters = entry.char_indices();
        letters.all(|(at, c)| accents.agree(c, at, view.dropped_marks(start + at + c.len_utf8())))
    };
    (accents.are_any() || has_accents()).then_some(at)
}

/// Whether a part of a text is the beginning of a user name with digits: `@ss4`.
fn is_mention_with_digits(view: &FoldedView<'_>, compiled: &CompiledEntry<'_>, part: Span) -> bool {
    view.text()[part.start..].starts_with('@')
        && compiled.end != End::Anywhere
        && !view.closes(part.end)
        && view.closes_decorated(part.end)
}

/// Whether each word of another script that was read as Latin is not a Latin word in the text
/// either, so that the Cyrillic entry `рот` does not match `pot`.
fn shows_confusables(
    view: &FoldedView<'_>,
    compiled: &CompiledEntry<'_>,
    entry: &str,
    span: Span,
    letters: Letters,
) -> bool {
    if compiled.confusables.is_empty() {
        return true;
    }
    let aligned = aligned(view, compiled, entry, span, letters);
    compiled.confusables.iter().all(|[letter]| {
        let mut places = aligned.iter().filter(|&&(_, read)| read == letter as usize);
        places.any(|&(at, _)| view.is_obfuscated(at))
    })
}

/// Aligns an entry with the part of a text that it matches. Returns for each character of that part
/// its offset, and the offset of the character of the entry to which it was matched.
pub(super) fn aligned(
    view: &FoldedView<'_>,
    compiled: &CompiledEntry<'_>,
    entry: &str,
    span: Span,
    letters: Letters,
) -> Vec<(usize, usize)> {
    needles(compiled, entry)
        .find_map(|needle| align(view, needle, span, letters))
        .unwrap_or_default()
}

/// Like [`aligned`], with the character of the entry or of its ending.
pub(super) fn aligned_chars(
    view: &FoldedView<'_>,
    compiled: &CompiledEntry<'_>,
    entry: &str,
    span: Span,
    letters: Letters,
) -> Vec<(usize, usize, char)> {
    let with_chars = |needle: Needle<'_>| {
        let aligned = align(view, needle, span, letters)?.into_iter();
        Some(aligned.filter_map(|(at, read)| Some((at, read, needle.char_at(read)?))).collect())
    };
    needles(compiled, entry).find_map(with_chars).unwrap_or_default()
}

/// Like [`aligned`], for an entry with one of its endings; `None` if it does not match there.
fn align(
    view: &FoldedView<'_>,
    needle: Needle<'_>,
    span: Span,
    letters: Letters,
) -> Option<Vec<(usize, usize)>> {
    let chars = view.text()[span.range()].char_indices();
    let chars: Vec<(usize, char)> = chars.map(|(at, c)| (span.start + at, c)).collect();
    let transition = |state, (at, c)| Transition { view, needle, letters, state, c, at };
    let mut reached = vec![vec![START]];
    for &char in &chars {
        let mut next = Vec::new();
        for &state in reached.last()? {
            transition(state, char).next_states(|state| {
                if !next.contains(&state) {
                    next.push(state);
                }
            });
        }
        reached.push(next);
    }
    let is_complete = |state: &&State| state.read == needle.len() && state.times != Times::Twice;
    let mut state = *reached.last()?.iter().find(is_complete)?;
    let mut aligned = Vec::with_capacity(chars.len());
    for (&char, before) in chars.iter().zip(&reached).rev() {
        aligned.push((char.0, needle.start_of_last(state.read)));
        state = *before.iter().find(|&&from| {
            let mut leads = false;
            transition(from, char).next_states(|to| leads |= to == state);
            leads
        })?;
    }
    aligned.reverse();
    Some(aligned)
}

struct RunResult {
    end: Option<usize>,
    /// Whether the whole entry was read.
    was_read: bool,
    /// Whether the budget was exhausted.
    is_cut: bool,
}

/// Returns the entry alone and, if it allows endings, with each of them.
fn needles<'n>(
    compiled: &'n CompiledEntry<'n>,
    entry: &'n str,
) -> impl Iterator<Item = Needle<'n>> {
    let (accents, strict) = (compiled.accents(), compiled.strict);
    let endings = Some(compiled.language).filter(|_| compiled.end == End::Ending);
    let endings = endings.into_iter().flat_map(Language::endings);
    std::iter::once("").chain(endings).map(move |ending| Needle { entry, ending, accents, strict })
}

/// Whether the character before byte `start` may be the first letter as well, so that the match
/// begins earlier.
fn starts_in_repeat(
    view: &FoldedView<'_>,
    compiled: &CompiledEntry<'_>,
    entry: &str,
    start: usize,
) -> bool {
    let Some(first) = entry.chars().next() else { return false };
    let Some(before) = view.char_before(start).filter(|&c| !leet::is_word_symbol(c)) else {
        return false;
    };
    if !view.is_standard() || !CharProps::of(first).is_letter() || view.is_capital(start) {
        return false;
    }
    let at = start - before.len_utf8();
    let is_first_letter = before == first || view.letters_of(before, at).contains(first);
    let after = start + view.char_at(start).map_or(0, char::len_utf8);
    let accents = compiled.accents();
    is_first_letter
        && !(compiled.takes_decoration && view.follows_number(start))
        && !view.has_mark_at(after)
        && (before != first || accents.agree(first, 0, view.dropped_marks(start)))
}

/// Whether a match with censored letters may end at byte `end`.
fn is_valid_censored_end(view: &FoldedView<'_>, start: usize, end: usize, state: State) -> bool {
    let (before, after) = (view.char_before(start), view.char_at(end));
    if state.symbols == CharSet::NONE || !state.may_end(after) || !view.closes(end) {
        return false;
    }
    if state.last_censored {
        // The last symbol of `*emphasis*` does not replace a letter.
        return view.char_before(end) != before && !view.closes_emphasis(end);
    }
    // The word continues after more such symbols, unless they are emphasis.
    let continues = after.is_some_and(|c| leet::hides(c) && state.symbols.may_contain(c)) && {
        let rest = view.text()[end..].trim_start_matches(leet::hides);
        rest.chars().next().is_some_and(|c| CharProps::of(c).is_word())
    };
    !continues || after == before
}

/// The transitions of a state for one character of the text.
struct Transition<'s> {
    view: &'s FoldedView<'s>,
    needle: Needle<'s>,
    letters: Letters,
    state: State,
    c: char,
    at: usize,
}

impl Transition<'_> {
    /// Emits all states that follow once the character is read.
    #[inline]
    fn next_states(&self, mut emit: impl FnMut(State)) {
        let state = self.state;
        if self.repeats() {
            emit(State { times: self.times_with_repeat(), ..state });
        }
        if self.c.is_ascii_digit() && state.read < self.needle.len() && self.is_hole() {
            emit(self.after_hole());
        }
        match self.needle.char_at(state.read) {
            None => {}
            Some(_) if state.times == Times::Twice => {}
            Some(GAP) => {
                let length = self.view.separates(self.c).map(|length| state.gap + length);
                if let Some(gap) = length.filter(|&gap| gap <= MAX_SEPARATOR)
                    && (state.gap > 0 || (state.may_end(Some(self.c)) && self.leaves_word()))
                {
                    emit(State { gap, ..state });
                }
                if state.gap > 0 && self.enters_word() {
                    let read = state.read + GAP.len_utf8();
                    let state = State { read, visible: 0, censored: 0, has_hole: false, ..state };
                    self.read(state, true, emit);
                }
            }
            Some(_) => self.read(state, state.read == 0, emit),
        }
    }

    /// Whether the character is the only one of its word that replaces a letter or, as a digit, is
    /// nothing.
    fn is_hole(&self) -> bool {
        let State { read, gap, censored, has_hole, .. } = self.state;
        let is_first = read == 0 || gap > 0 || self.letters == Letters::Visible;
        // Digits in short words are rather leet characters or numbers.
        let is_allowed = !(self.c.is_ascii_digit() && self.needle.strict);
        !is_first && censored == 0 && !has_hole && is_allowed && self.view.is_hole(self.at)
    }

    /// Returns the state after a hole.
    fn after_hole(&self) -> State {
        let mut symbols = self.state.symbols;
        symbols.add(self.c);
        State { has_hole: true, last_censored: false, symbols, ..self.state }
    }

    /// Whether the character repeats the last letter that was read.
    fn repeats(&self) -> bool {
        let State { read, gap, .. } = self.state;
        if read == 0 || gap > 0 || self.letters == Letters::Censored || !self.view.is_standard() {
            return false;
        }
        let last = self.needle.start_of_last(read);
        self.needle.char_at(last).is_some_and(|letter| {
            is_letter(letter)
                && self.agrees_with(letter, last)
                && !self.view.has_mark_at(self.at + self.c.len_utf8())
        })
    }

    /// Returns how often the last letter occurs once the character repeats it.
    fn times_with_repeat(&self) -> Times {
        let State { read, times, .. } = self.state;
        let last = self.needle.start_of_last(read);
        match times {
            Times::Once if !self.needle.is_single(last) => Times::Once,
            Times::Once if self.needle.char_at(last) == Some(self.c) => Times::Twice,
            _ => Times::More,
        }
    }

    /// Reads the next character of the entry.
    fn read(&self, state: State, is_first: bool, mut emit: impl FnMut(State)) {
        let Some(letter) = self.needle.char_at(state.read) else { return };
        let read = state.read + letter.len_utf8();
        let may_be_censored = self.letters == Letters::Censored;
        if self.agrees_with(letter, state.read) && self.has_accents(letter, state.read) {
            let visible = state.visible + usize::from(may_be_censored && is_letter(letter));
            // With leet characters it makes no other word.
            let times = if self.c == letter { Times::Once } else { Times::More };
            emit(State { read, times, gap: 0, visible, last_censored: false, ..state });
        } else if is_first || !may_be_censored || !is_letter(letter) {
        } else if leet::hides(self.c) && !state.has_hole {
            let (censored, mut symbols) = (state.censored + 1, state.symbols);
            symbols.add(self.c);
            let times = Times::Once;
            emit(State { read, times, censored, last_censored: true, symbols, ..state });
        } else if self.is_hole() {
            emit(State { read, times: Times::Once, ..self.after_hole() });
        }
    }

    /// Whether the character may be the letter of the entry at byte `read`.
    #[inline]
    fn agrees_with(&self, letter: char, read: usize) -> bool {
        if letter == self.c {
            return true;
        }
        let there = match self.view.is_tail(self.c, self.at, self.needle, read) {
            true => "",
            false => self.view.letters_of(self.c, self.at),
        };
        let here = match self.view.is_standard() {
            true => self.needle.letters_of(letter, read, self.view.layout()),
            false => "",
        };
        match (here, there) {
            ("", "") => false,
            ("", there) => there.contains(letter),
            (here, "") => here.contains(self.c),
            (here, there) => here.chars().any(|letter| there.contains(letter)),
        }
    }

    /// Whether the character has the accents of the letter of the entry at byte `read`. None are
    /// required of a digit or symbol in place of the letter, and of endings, which are folded.
    #[inline]
    fn has_accents(&self, letter: char, read: usize) -> bool {
        let Needle { entry, accents, .. } = self.needle;
        let marks = || self.view.dropped_marks(self.at + self.c.len_utf8());
        let is_other = self.c != letter || read >= entry.len();
        accents.are_any() || is_other || accents.agree(letter, read, marks())
    }

    /// Whether a word may end before the character. In `Layout::Tokenized` any separator ends one.
    fn leaves_word(&self) -> bool {
        let before = self.view.char_before(self.at);
        match before.is_some_and(|c| CharProps::of(c).is_word()) {
            true => self.view.closes(self.at),
            false => !CharProps::of(self.c).is_mark(),
        }
    }

    /// Whether a word may begin with the character.
    fn enters_word(&self) -> bool {
        !CharProps::of(self.c).is_word() || self.view.opens(self.at, false)
    }
}

#[inline]
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (!c.is_ascii() && CharProps::of(c).is_letter())
}
