//! Words of Han, kana, Thai and Hangul with something between their characters: `傻*逼`, `씨 발`.
//!
//! Most such words have two characters, so they are not [spaced letters](super::spaced). The
//! characters of the message are joined where one to three symbols, digits or spaces are between
//! two of them, but not sentence punctuation; an entry matches exactly if it crosses such a *cut*. In
//! scripts without spaces it may begin and end anywhere. A Hangul word must begin and end at a cut
//! or at the edge of a word; a particle may follow it.
//!
//! Example: `操你 妈，傻。逼` is joined to `操你妈`, a cut after the second character, then `傻` and
//! `逼`, since a full stop does not make a cut. The entry `操你妈` crosses the cut; `傻逼` is not found.

use super::accents::marks_of;
use super::view::FoldedView;
use crate::normalize::{CharProps, STOP, leet, separator_length};
use crate::span::Span;

/// The longest separator at a cut, in characters.
const MAX_CUT: u32 = 3;

/// The most characters before a cut at which a word that crosses it may begin.
const MAX_BEFORE: usize = 16;

/// A text whose characters are joined at cuts. The buffers are reused.
#[derive(Default)]
pub(super) struct Interrupted {
    text: String,
    /// Each with the byte of `text` at which it begins, and where that is in the folded text.
    parts: Vec<Part>,
    /// The combining marks that the fold dropped, each with the end of its letter in `text`.
    marks: Vec<(usize, char)>,
}

/// Characters that follow each other in the folded text.
#[derive(Clone, Copy)]
struct Part {
    at: usize,
    from: usize,
    /// Whether a cut is before it, and not the edge of a word.
    after_cut: bool,
}

impl Interrupted {
    /// Joins the characters of a text. Returns false if there are no cuts.
    pub(super) fn read(&mut self, view: &FoldedView<'_>) -> bool {
        self.text.clear();
        self.parts.clear();
        self.marks.clear();
        let mut has_cuts = false;
        // The end of the last character that may be joined.
        let mut last: Option<usize> = None;
        for (at, c) in view.text().char_indices() {
            let is_joined = may_be_joined(c) || (CharProps::of(c).is_mark() && last == Some(at));
            if !is_joined {
                continue;
            }
            if last != Some(at) {
                let after_cut = last.is_some_and(|last| is_cut(view, last, at));
                has_cuts |= after_cut;
                if !after_cut && !self.text.is_empty() {
                    self.text.push('\n');
                }
                self.parts.push(Part { at: self.text.len(), from: at, after_cut });
            }
            self.text.push(c);
            let end = at + c.len_utf8();
            let marks = view.dropped_marks(end).iter().filter(|&&(_, mark)| mark != STOP);
            self.marks.extend(marks.map(|&(_, mark)| (self.text.len(), mark)));
            last = Some(end);
        }
        has_cuts
    }

    /// The joined text.
    pub(super) fn view(&self) -> FoldedView<'_> {
        FoldedView::joined(&self.text, &self.marks)
    }

    /// Returns the positions at which a word that crosses a cut may begin.
    pub(super) fn starts(&self) -> impl Iterator<Item = usize> {
        let cuts = self.parts.iter().filter(|part| part.after_cut);
        let mut done = 0;
        cuts.flat_map(move |cut| {
            let before = &self.text[done..cut.at];
            let from = before.char_indices().rev().take(MAX_BEFORE).take_while(|(_, c)| *c != '\n');
            let starts: Vec<usize> = from.map(|(offset, _)| done + offset).collect();
            done = cut.at;
            starts.into_iter().rev().filter(|&at| self.opens(at))
        })
    }

    /// Whether a word may begin at byte `at`.
    fn opens(&self, at: usize) -> bool {
        let c = self.text[at..].chars().next();
        let props = c.map(CharProps::of);
        props.is_some_and(|it| !it.is_mark()) && (self.is_part(at) || self.is_between(at))
    }

    /// Whether a word that begins at byte `start` may end at byte `end`, and crosses a cut between
    /// different characters. `particles` are those of its language.
    pub(super) fn is_word(
        &self,
        start: usize,
        end: usize,
        mut particles: impl Iterator<Item = &'static str>,
    ) -> bool {
        let is_end = |at: usize| {
            let next = self.text[at..].chars().next();
            next.is_none_or(|c| c == '\n') || self.is_part(at) || self.is_between(at)
        };
        let first = self.parts.partition_point(|it| it.at <= start);
        let mut crossed = self.parts[first..].iter().take_while(|it| it.at < end).peekable();
        let differs = |part: &Part| {
            let (before, after) = self.text.split_at(part.at);
            part.after_cut && before.chars().next_back() != after.chars().next()
        };
        crossed.peek().is_some()
            && crossed.all(differs)
            && !self.text[end..].starts_with(|c| CharProps::of(c).is_mark())
            && (is_end(end)
                || particles.any(|it| self.text[end..].starts_with(it) && is_end(end + it.len())))
    }

    /// Whether a part begins at byte `at`.
    fn is_part(&self, at: usize) -> bool {
        self.parts.binary_search_by_key(&at, |part| part.at).is_ok()
    }

    /// Whether there is a boundary at byte `at`, because a character beside it is of a script
    /// without spaces.
    fn is_between(&self, at: usize) -> bool {
        let is_unspaced = |c: char| CharProps::of(c).is_unspaced();
        let next = self.text[at..].chars().next();
        let before = self.text[..at].chars().rev().find(|&c| !CharProps::of(c).is_mark());
        let is_mark = next.is_some_and(|c| CharProps::of(c).is_mark());
        !is_mark && (next.is_some_and(is_unspaced) || before.is_some_and(is_unspaced))
    }

    /// Returns the part of the folded text from byte `start` to byte `end` of the joined text.
    pub(super) fn origin(&self, start: usize, end: usize) -> Span {
        Span::new(self.from(start), self.from(end - 1) + 1)
    }

    /// Returns where a byte of the joined text is in the folded text.
    fn from(&self, at: usize) -> usize {
        let after = self.parts.partition_point(|part| part.at <= at);
        let part = self.parts[after - 1];
        part.from + at - part.at
    }
}

/// Whether a character is of a script in which words may be interrupted.
pub(super) fn may_be_joined(c: char) -> bool {
    let props = CharProps::of(c);
    !c.is_ascii()
        && props.is_letter()
        && (props.is_unspaced() || matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}'))
}

/// Whether what is from byte `start` to byte `end` of a folded text may interrupt a word.
fn is_cut(view: &FoldedView<'_>, start: usize, end: usize) -> bool {
    let between = &view.text()[start..end];
    let is_stop =
        |end: usize| marks_of(view.dropped_marks(end), end).iter().any(|&(_, mark)| mark == STOP);
    let mut length = 0;
    let mut last_is_mark = false;
    for (offset, c) in between.char_indices() {
        let at = start + offset;
        let count = match separator_length(c) {
            // `!` and a space end a sentence.
            Some(_) if is_stop(at) || last_is_mark => return false,
            Some(count) => count,
            None if leet::is_word_symbol(c) && !is_stop(at + c.len_utf8()) => 1,
            None if c.is_ascii_digit() || c == '\'' => 1,
            None => return false,
        };
        last_is_mark = c == '!';
        length += count;
    }
    (1..=MAX_CUT).contains(&length)
}
