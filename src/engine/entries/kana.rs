//! Hiragana and katakana: [`Kana`].
//!
//! The fold makes hiragana of katakana, so an entry in one matches the other. Katakana words are
//! foreign, and short sequences of hiragana occur in many words: `ばか` is the beginning of バカンス
//! ("vacation") and of ばかり ("only"). So where a message writes an entry in the other kana, the
//! kana around it must not continue, unless it is hiragana for an entry of three or more.

use super::accents::marks_of;
use super::view::FoldedView;
use crate::normalize::KATAKANA;
use crate::span::Span;

/// The minimum number of kana of an entry that other hiragana may surround.
const MIN_INSIDE: usize = 3;

/// The kana of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kana {
    hiragana: bool,
    katakana: bool,
    is_short: bool,
}

impl Kana {
    pub(super) fn flags(self) -> [bool; 3] {
        [self.hiragana, self.katakana, self.is_short]
    }

    pub(super) fn from_flags([hiragana, katakana, is_short]: [bool; 3]) -> Kana {
        Kana { hiragana, katakana, is_short }
    }

    /// Returns the kana of a folded text with the marks that its fold dropped.
    pub(super) fn of(text: &str, marks: &[(usize, char)]) -> Kana {
        let mut kana = Kana::default();
        if text.is_ascii() {
            return kana;
        }
        let letters = text.char_indices().filter(|&(_, c)| is_kana(c));
        let mut count = 0;
        for (at, c) in letters {
            count += 1;
            match is_katakana(marks, at + c.len_utf8()) {
                true => kana.katakana = true,
                false => kana.hiragana = true,
            }
        }
        kana.is_short = count < MIN_INSIDE;
        kana
    }

    /// Whether an entry with these kana may match a part of a text.
    pub(super) fn allow(self, view: &FoldedView<'_>, part: Span) -> bool {
        if !(self.hiragana || self.katakana) {
            return true;
        }
        let has = |katakana| {
            let mut letters = view.text()[part.range()].char_indices();
            letters.any(|(at, c)| {
                is_kana(c) && view.is_katakana(part.start + at + c.len_utf8()) == katakana
            })
        };
        let in_katakana = has(true) && !self.katakana;
        let in_hiragana = has(false) && !self.hiragana;
        !(in_katakana || (in_hiragana && self.is_short)) || is_alone(view, part)
    }
}

/// Whether the kana before and after a part of a text are not of the kind with which it begins and
/// ends.
fn is_alone(view: &FoldedView<'_>, part: Span) -> bool {
    let is_letter = |&(_, c): &(usize, char)| !is_voiced(c);
    // Whether the last letter before a byte is katakana, if it is kana.
    let kind = |at: usize| {
        let (start, c) = view.text()[..at].char_indices().rev().find(is_letter)?;
        is_kana(c).then(|| view.is_katakana(start + c.len_utf8()))
    };
    let end_of_next = |at: usize| {
        let (start, c) = view.text()[at..].char_indices().find(is_letter)?;
        Some(at + start + c.len_utf8())
    };
    let before_is_same = || {
        let first = end_of_next(part.start).and_then(kind);
        first.is_some() && kind(part.start) == first
    };
    let after_is_same = || {
        let last = kind(part.end);
        last.is_some() && end_of_next(part.end).and_then(kind) == last
    };
    !before_is_same() && !after_is_same()
}

fn is_katakana(marks: &[(usize, char)], end: usize) -> bool {
    marks_of(marks, end).iter().any(|&(_, mark)| mark == KATAKANA)
}

/// Whether a folded character is a letter of kana.
fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ'..='ゞ')
}

/// Whether a character is the combining mark of a voiced sound.
fn is_voiced(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}')
}
