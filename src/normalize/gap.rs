//! What is between two words of a message, and the one character to which it is folded: [`Gap`].

use std::ops::Range;

use crate::span::Span;

/// The longest separator between two words of a phrase, in folded characters.
pub(crate) const MAX_SEPARATOR: u32 = 8;

/// A separator that no phrase crosses: it contains a line break or is too long.
const BREAK: char = '\n';

/// A separator that is one line break and nothing else. No phrase crosses it either, but it may
/// split a word.
pub(crate) const LINE_BREAK: char = '\r';

/// The longest sequence of line break characters that is one line break.
const MAX_LINE_BREAK: u32 = 2;

/// A separator that is one space.
pub(super) const WORD_SPACE: char = '\u{1}';

/// The codes of separators without whitespace are higher by this number: U+0011 to U+0018.
const TIGHT: u32 = 0x10;
const FIRST_TIGHT: u32 = TIGHT + 1;
const LAST_TIGHT: u32 = TIGHT + MAX_SEPARATOR;

/// A separator that is one character which may hide a letter: `.`, a dash, `&`, `?`, `^`, `~`, a
/// block, a shape or an emoji.
pub(crate) const HIDING_SEPARATOR: char = '\u{19}';

/// Noted at the end of what precedes sentence punctuation, like a combining mark.
pub(crate) const STOP: char = '。';

/// The separator since the last word; only in [`Layout::Tokenized`].
#[derive(Default)]
pub(super) struct Gap {
    pub(super) length: u32,
    /// The number of line break characters.
    pub(super) breaks: u32,
    pub(super) has_whitespace: bool,
    /// Whether its last character may hide a letter.
    pub(super) hides: bool,
    /// The apostrophe with which it began directly after a letter.
    pub(super) apostrophe: Option<Span>,
    /// The range of its last character in the original.
    pub(super) last: Range<usize>,
}

impl Gap {
    /// Returns its character in a folded text.
    pub(super) fn folded(&self) -> char {
        if self.breaks > 0 {
            let is_one = self.breaks == self.length && self.length <= MAX_LINE_BREAK;
            return if is_one { LINE_BREAK } else { BREAK };
        }
        match self.length {
            1 if self.hides => HIDING_SEPARATOR,
            length if length > MAX_SEPARATOR => BREAK,
            length if self.has_whitespace => char::from(length as u8),
            length => char::from((TIGHT + length) as u8),
        }
    }
}

/// Whether a character is sentence punctuation of Chinese and Japanese.
pub(super) fn is_cjk_stop(c: char) -> bool {
    matches!(c, '。' | '，' | '、' | '；' | '：' | '！' | '？' | '｡' | '､' | '…')
}

/// Returns the length in characters of a separator of a folded text. `None` if no phrase crosses
/// it, or if the character is not a separator.
#[inline]
pub(crate) const fn separator_length(c: char) -> Option<u32> {
    let code = c as u32;
    match code {
        1..=MAX_SEPARATOR => Some(code),
        FIRST_TIGHT..=LAST_TIGHT => Some(code - TIGHT),
        _ if code == HIDING_SEPARATOR as u32 => Some(1),
        _ => None,
    }
}

/// Whether a separator of a folded text contains no whitespace.
#[inline]
pub(crate) fn is_tight(c: char) -> bool {
    (FIRST_TIGHT..=LAST_TIGHT).contains(&u32::from(c)) || c == HIDING_SEPARATOR
}

/// Whether a separator of one character may hide a letter.
pub(super) fn may_hide(c: char) -> bool {
    matches!(c, '.' | '-' | '&' | '?' | '^' | '~' | '\u{2010}'..='\u{2015}' | '\u{2580}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}
