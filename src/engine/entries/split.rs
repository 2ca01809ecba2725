//! Words that are split into pieces: `f u ck`, `fu.ck`, `b adword`: [`SplitWords`].
//!
//! A split word is a sequence of *pieces*, runs of letters, that an entry fills from the first
//! letter to the last. For entries of five letters or more they may have digits (`n1g.g3r`). It
//! counts if
//!
//! - all separators between its pieces are *joints*: up to three characters without whitespace
//!   (`fuc-king`, `f**u**ck`) or one line break; or there is a single space at some places, and one
//!   of two pieces, or one of several pieces of at most three letters, is a single letter;
//! - at least one piece has more letters (single letters only are [spaced letters](super::spaced));
//! - no other piece is attached to it by a joint, and no single letter follows or precedes it that
//!   is not a word: `pen-is-mightier`, `c l a ss`;
//! - its pieces are not all common words, if one of them is grammatical or there is a space between
//!   them: `as-sets`, `but to`. A single letter counts as a word beside a grammatical one (`l out`),
//!   and `s` after a word such as *it*: `it s hit`.
//!
//! Example: in `what the f u ck is it` the pieces from `f` on join to `fuckisit`. The prefix filter
//! accepts only this position; the entry `fuck` ends there after the piece `ck`.

use super::common_words::{is_common, is_grammatical};
use super::view::FoldedView;
use crate::normalize::{CharProps, LINE_BREAK, STOP, is_tight, leet, separator_length};
use crate::span::Span;

/// The longest joint, in characters.
const MAX_JOINT: u32 = 3;

/// The maximum number of letters of a piece if there are several and spaces among them.
const MAX_SHORT: usize = 3;

/// The maximum length of joined pieces, in bytes.
const MAX_JOINED: usize = 64;

/// The length of the beginning of a joined text that the prefix filter needs, in bytes.
const PREFIX: usize = 20;

/// The minimum numbers of letters of a word that an apostrophe may split, and of the piece before
/// it. Shorter ones are contractions and elisions.
const MIN_WITH_APOSTROPHE: usize = 6;
const MIN_BEFORE_APOSTROPHE: usize = 3;

/// What follows an apostrophe in English.
const CLITICS: [&str; 9] = ["s", "t", "d", "m", "ll", "ve", "re", "em", "all"];

/// The words after which an `s` is often written apart.
const HOSTS_OF_S: [&str; 12] =
    ["he", "here", "how", "it", "let", "she", "that", "there", "what", "when", "where", "who"];

/// What is between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    /// Up to three characters without whitespace.
    Joint,
    /// One line break.
    LineBreak,
    /// One space.
    Space,
    /// Anything else, which no word crosses.
    Other,
}

/// A run of letters and digits, at least one of them a letter.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// The bytes of the folded text.
    start: usize,
    end: usize,
    letters: usize,
    /// What is after it.
    after: Between,
    /// Whether it and the next one may belong to one word.
    may_join_next: bool,
}

/// The pieces of a folded text. The buffers are reused.
#[derive(Default)]
pub(super) struct SplitWords {
    pieces: Vec<Piece>,
    joined: String,
    /// For each joined piece, where it ends in `joined`.
    ends: Vec<usize>,
    /// The combining marks that the fold dropped, each with the end of its letter in `joined`.
    marks: Vec<(usize, char)>,
}

impl SplitWords {
    /// Finds the pieces of a text around its [splits](crate::normalize::Folded::splits). Returns false
    /// if none of them may be part of a split word.
    pub(super) fn read(&mut self, text: &str, splits: &[usize]) -> bool {
        self.pieces.clear();
        let (mut at, mut may_join_any) = (0, false);
        for &split in splits {
            let start = window_start(text.as_bytes(), at, split);
            let mut follows = start == at;
            at = start;
            while !self.reaches_beyond(split) {
                // Without another letter, no later split is in a word.
                let Some(start) = next_piece(text, at) else { return may_join_any };
                let next = piece_at(text, start);
                if let Some(last) = self.pieces.last_mut().filter(|_| follows) {
                    last.after = between_of(text, last.end, start);
                    last.may_join_next = may_join(text, *last, next);
                    may_join_any |= last.may_join_next;
                }
                self.pieces.push(next);
                (at, follows) = (next.end, true);
            }
        }
        may_join_any
    }

    /// Whether no split word contains a split and continues after the last piece.
    fn reaches_beyond(&self, split: usize) -> bool {
        match *self.pieces.as_slice() {
            [] => false,
            [last] => last.start >= split,
            [.., before, last] => last.start >= split && !before.may_join_next,
        }
    }

    /// The number of pieces.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// The pieces that were joined last, without what is between them.
    pub(super) fn joined(&self) -> FoldedView<'_> {
        FoldedView::joined(&self.joined, &self.marks)
    }

    /// Joins the pieces from `first` on. Returns false if no split word begins there. `may_begin`
    /// receives the beginning of the joined text.
    pub(super) fn join(
        &mut self,
        view: &FoldedView<'_>,
        first: usize,
        may_begin: impl Fn(&str) -> bool,
    ) -> bool {
        let text = view.text();
        let may_be_split = self.pieces[first].may_join_next && self.has_longer_piece(first);
        if !may_be_split || self.is_attached(text, first) {
            return false;
        }
        self.joined.clear();
        self.ends.clear();
        for piece in &self.pieces[first..] {
            let had_prefix = self.joined.len() >= PREFIX;
            self.joined.push_str(&text[piece.start..piece.end]);
            self.ends.push(self.joined.len());
            let is_last = self.joined.len() >= MAX_JOINED || !piece.may_join_next;
            let has_prefix = is_last || self.joined.len() >= PREFIX;
            if has_prefix && !had_prefix && !may_begin(&self.joined) {
                return false;
            }
            if is_last {
                break;
            }
        }
        self.marks.clear();
        let joined = &self.pieces[first..first + self.ends.len()];
        let (start, end) = (joined[0].start, joined[joined.len() - 1].end);
        if view.marks_in(start..end).is_empty() {
            return true;
        }
        let mut start = 0;
        for (piece, &end) in joined.iter().zip(&self.ends) {
            let marks = view.marks_in(piece.start..piece.end).iter();
            let marks = marks.filter(|&&(_, mark)| mark != STOP);
            self.marks.extend(marks.map(|&(end, mark)| (start + end - piece.start, mark)));
            start = end;
        }
        true
    }

    /// Whether one of the pieces that are joined from `first` on has more than one letter. Long rows of
    /// single letters are common where spaced letters are searched.
    fn has_longer_piece(&self, first: usize) -> bool {
        let mut length = 0;
        for piece in &self.pieces[first..] {
            length += piece.end - piece.start;
            if piece.letters > 1 {
                return true;
            }
            if length >= MAX_JOINED || !piece.may_join_next {
                return false;
            }
        }
        false
    }

    /// Whether another piece is attached before the piece `first`.
    fn is_attached(&self, text: &str, first: usize) -> bool {
        let before = first.checked_sub(1).map(|before| self.pieces[before]);
        before.is_some_and(|before| match before.after {
            Between::Joint => true,
            Between::Space | Between::LineBreak => is_single(text, before),
            Between::Other => false,
        })
    }

    /// Returns the byte of the joined text after the first piece if that is a single letter which the
    /// next one repeats: `a ass` is a word with another before it.
    pub(super) fn after_repeat(&self) -> Option<usize> {
        let end = *self.ends.first()?;
        let (first, rest) = self.joined.split_at(end);
        (first.chars().nth(1).is_none() && rest.starts_with(first)).then_some(end)
    }

    /// Returns the byte of the joined text before the piece that ends at byte `end` if that is a
    /// single letter which repeats the one before it.
    pub(super) fn before_repeat(&self, end: usize) -> Option<usize> {
        let last = self.ends.iter().position(|&it| it == end)?;
        let start = *self.ends.get(last.checked_sub(1)?)?;
        let letter = &self.joined[start..end];
        let repeats = letter.chars().nth(1).is_none() && self.joined[..start].ends_with(letter);
        repeats.then_some(start)
    }

    /// Returns the part of the text from the piece `first` to the one that ends at byte `end` of the
    /// joined text, if they are a split word.
    pub(super) fn part(&self, view: &FoldedView<'_>, first: usize, end: usize) -> Option<Span> {
        let text = view.text();
        let last = self.ends.iter().position(|&it| it == end).filter(|&last| last > 0)?;
        let pieces = &self.pieces[first..=first + last];
        let next = self.pieces.get(first + last + 1);
        let is_attached = match pieces[last].after {
            Between::Joint => next.is_some(),
            Between::Space | Between::LineBreak => next.is_some_and(|&next| is_single(text, next)),
            Between::Other => false,
        };
        let part = Span::new(pieces[0].start, pieces[last].end);
        let between = || pieces[..last].iter().map(|piece| piece.after);
        let is_joined = between().all(|it| it != Between::Space);
        let has_single = pieces.iter().any(|piece| piece.letters == 1);
        let is_short = |piece: &Piece| piece.letters <= MAX_SHORT;
        let is_split = is_joined || (has_single && (last == 1 || pieces.iter().all(is_short)));
        let has_longer = pieces.iter().any(|piece| piece.letters > 1);
        let word = |piece: &Piece| &text[piece.start..piece.end];
        let has_space = between().any(|it| it == Between::Space);
        let has_grammatical = || pieces.iter().any(|piece| is_grammatical(word(piece)));
        let is_word = |piece: &Piece| {
            (last == 1 && piece.letters == 1 && has_grammatical()) || is_common(word(piece))
        };
        let are_words = || {
            (pieces.iter().all(is_word) && (has_space || has_grammatical()))
                || (word(&pieces[0]) == "s"
                    && is_common(word(&pieces[1]))
                    && follows_host(text, part.start))
        };
        let is_apostrophe = |pair: &[Piece]| &text[pair[0].end..pair[1].start] == "'";
        let is_contraction = || {
            let letters: usize = pieces.iter().map(|piece| piece.letters).sum();
            letters < MIN_WITH_APOSTROPHE && pieces.windows(2).any(is_apostrophe)
        };
        let is_split_word =
            !is_attached && is_split && has_longer && !are_words() && !is_contraction();
        (is_split_word && view.opens(part.start, true) && view.closes(part.end)).then_some(part)
    }
}

/// Whether a character is a letter of a script with spaces between words.
fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase() || {
        let props = CharProps::of(c);
        props.is_letter() && !props.is_unspaced()
    }
}

/// Whether a character is one of a piece.
fn is_part(c: char) -> bool {
    c.is_ascii_digit() || is_letter(c)
}

/// Returns the position of the first piece at or after byte `at`, which is not inside a run of digits.
fn next_piece(text: &str, mut at: usize) -> Option<usize> {
    loop {
        match text.as_bytes().get(at)? {
            byte if byte.is_ascii_lowercase() => return Some(at),
            b'0'..=b'9' => {
                let digits = text.as_bytes()[at..].iter().take_while(|it| it.is_ascii_digit());
                let end = at + digits.count();
                if text[end..].chars().next().is_some_and(is_letter) {
                    return Some(at);
                }
                at = end;
            }
            byte if byte.is_ascii() => at += 1,
            _ => {
                let c = text[at..].chars().next()?;
                if is_letter(c) {
                    return Some(at);
                }
                at += c.len_utf8();
            }
        }
    }
}

/// Returns where the pieces of words that contain a split may begin: at the second word before it, or
/// earlier if words are short. Not before byte `least`.
fn window_start(text: &[u8], least: usize, split: usize) -> usize {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || !byte.is_ascii();
    let mut start = split.clamp(least, text.len());
    let mut is_first = true;
    loop {
        let between = text[least..start].iter().rev().take_while(|&&byte| !is_part(byte));
        start -= between.count();
        let word = text[least..start].iter().rev().take_while(|&&byte| is_part(byte)).count();
        start -= word;
        let is_long = word > MAX_SHORT && text[start..start + word].is_ascii();
        if start == least || (is_long && !is_first) {
            return start;
        }
        is_first = false;
    }
}

/// Returns the piece that begins at byte `start`.
fn piece_at(text: &str, start: usize) -> Piece {
    let bytes = text.as_bytes();
    let is_ascii_part = |byte: &&u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ascii = bytes[start..].iter().take_while(is_ascii_part).count();
    let (mut end, mut letters) = (start + ascii, ascii);
    if bytes.get(end).is_some_and(|byte| !byte.is_ascii()) {
        (end, letters) = end_beyond_ascii(text, end, letters);
    }
    Piece { start, end, letters, after: Between::Other, may_join_next: false }
}

/// Whether a space and one of the [hosts of s](HOSTS_OF_S) precede byte `start`.
fn follows_host(text: &str, start: usize) -> bool {
    let before = text[..start].strip_suffix(char::from(SPACE)).unwrap_or_default();
    let is_word = |host: &str| {
        let rest = before.strip_suffix(host);
        rest.is_some_and(|rest| !rest.chars().next_back().is_some_and(is_letter))
    };
    HOSTS_OF_S.into_iter().any(is_word)
}

/// Whether a piece is a single letter that is not a word.
fn is_single(text: &str, piece: Piece) -> bool {
    piece.letters == 1 && !is_common(&text[piece.start..piece.end])
}

/// Whether two adjacent pieces may belong to one word, judged by themselves.
fn may_join(text: &str, piece: Piece, next: Piece) -> bool {
    match piece.after {
        Between::Joint => {
            let is_apostrophe = &text[piece.end..next.start] == "'";
            let is_contraction = piece.letters < MIN_BEFORE_APOSTROPHE
                || CLITICS.contains(&&text[next.start..next.end]);
            !(is_apostrophe && is_contraction)
        }
        Between::LineBreak => true,
        Between::Space => {
            let (shorter, longer) =
                (piece.letters.min(next.letters), piece.letters.max(next.letters));
            shorter == 1 || longer <= MAX_SHORT
        }
        Between::Other => false,
    }
}

/// Returns the end of a piece of which the next character at byte `end` is not ASCII, and its letters.
fn end_beyond_ascii(text: &str, mut end: usize, mut letters: usize) -> (usize, usize) {
    for c in text[end..].chars() {
        let is_part = is_part(c);
        if !is_part && !CharProps::of(c).is_mark() {
            break;
        }
        letters += usize::from(is_part);
        end += c.len_utf8();
    }
    (end, letters)
}

/// The character of one space in a folded text.
const SPACE: u8 = 1;

/// Returns what is between two pieces, of which the first ends at byte `start` and the second begins at
/// byte `end`.
fn between_of(text: &str, start: usize, end: usize) -> Between {
    // Most are a space.
    match text.as_bytes()[start..end] {
        [SPACE] => return Between::Space,
        [byte] if char::from(byte) == LINE_BREAK => return Between::LineBreak,
        _ => {}
    }
    let mut length = 0;
    for c in text[start..end].chars() {
        length += match separator_length(c) {
            Some(length) if is_tight(c) => length,
            None if c == '\'' || leet::is_word_symbol(c) => 1,
            _ => return Between::Other,
        };
    }
    if (1..=MAX_JOINT).contains(&length) { Between::Joint } else { Between::Other }
}
