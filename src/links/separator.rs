//! What stands for the dots in a host: [`Separator`].

use super::chars::{char_at, is_in_label, starts_at};

/// What stands between two labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// A dot and nothing else: `example.com`.
    Dot,
    /// A dot in brackets, which nobody puts there but to hide it: `example[.]com`.
    Bracketed,
    /// The word: `example dot com`.
    Word,
    /// A dot between blanks: `example . com`.
    Spaced,
    /// A dot after a blank: `example .com`.
    Left,
    /// A dot before a blank, as at the end of a sentence: `example. com`.
    Right,
}

/// Blanks that may stand at a side of a dot.
const MAX_BLANKS: usize = 2;

/// Words for the dot that people put in brackets.
const WORDS: [&str; 7] = ["dot", "d0t", "point", "punkt", "punto", "ponto", "точка"];

impl Separator {
    /// The separator at a byte, and where the label behind it begins.
    pub(super) fn at(text: &str, at: usize) -> Option<(Separator, usize)> {
        use Separator::{Bracketed, Dot, Left, Right, Spaced, Word};
        let (c, length) = char_at(text, at)?;
        if is_dot(c) {
            let next = at + length;
            return label_at(text, next, Dot).or_else(|| label_behind(text, next, Right));
        }
        if c == '\\' && text[at + 1..].starts_with('.') {
            return label_at(text, at + 2, Dot);
        }
        let behind = skip_blanks(text, at);
        if let Some(next) = bracketed(text, behind) {
            return label_at(text, skip_blanks(text, next), Bracketed);
        }
        if behind == at {
            return spelled(text, at).and_then(|next| label_at(text, next, Word));
        }
        if text[behind..].starts_with('.') {
            let next = behind + 1;
            return label_at(text, next, Left).or_else(|| label_behind(text, next, Spaced));
        }
        label_behind(text, word(text, behind, &WORDS[..1])?, Word)
    }

    /// Whether more than a dot stands between the labels.
    pub(super) fn is_loose(self) -> bool {
        !matches!(self, Separator::Dot | Separator::Bracketed)
    }
}

/// Whether the word stands between two hyphens at a byte: `example-dot-com`.
pub(super) fn is_spelled(text: &str, at: usize) -> bool {
    spelled(text, at).is_some_and(|next| starts_at(text, next))
}

/// What hosts are written with instead of a full stop, the ideographic ones among them, which
/// networks take for one as well (UTS #46).
pub(super) fn is_dot(c: char) -> bool {
    matches!(c, '.' | '。' | '·' | '•' | '∙' | '⋅' | '‧' | '・' | '۔' | '܁' | '܂' | 'ꓸ')
}

fn label_at(text: &str, at: usize, separator: Separator) -> Option<(Separator, usize)> {
    starts_at(text, at).then_some((separator, at))
}

fn label_behind(text: &str, at: usize, separator: Separator) -> Option<(Separator, usize)> {
    let next = skip_blanks(text, at);
    (next > at).then(|| label_at(text, next, separator)).flatten()
}

/// Where the blanks at a byte end; more than a few are passed only in part.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    at + text.as_bytes()[at..].iter().take(MAX_BLANKS).take_while(is_blank).count()
}

/// Where a dot in brackets ends.
fn bracketed(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let open = rest.chars().next().filter(|c| matches!(c, '(' | '[' | '{' | '<' | '«' | '【'))?;
    let inside = skip_blanks(text, at + open.len_utf8());
    let dot = text[inside..].chars().next().filter(|&c| is_dot(c)).map(|c| inside + c.len_utf8());
    let end = skip_blanks(text, dot.or_else(|| word(text, inside, &WORDS))?);
    let close = text[end..].chars().next()?;
    matches!(close, ')' | ']' | '}' | '>' | '»' | '】').then(|| end + close.len_utf8())
}

/// Where the word between two of the same signs ends.
fn spelled(text: &str, at: usize) -> Option<usize> {
    let sign = *text.as_bytes().get(at).filter(|byte| b"-_*~|/'\"".contains(byte))?;
    let end = word(text, at + 1, &WORDS[..1])?;
    (text.as_bytes().get(end) == Some(&sign)).then_some(end + 1)
}

/// Where one of these words ends, in whatever case, if it is a whole one.
fn word(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let rest = &text[at..];
    let is_there = |word: &&&str| {
        rest.get(..word.len()).is_some_and(|start| {
            start.eq_ignore_ascii_case(word)
                && !rest[word.len()..].chars().next().is_some_and(is_in_label)
        })
    };
    words.iter().find(is_there).map(|word| at + word.len())
}
