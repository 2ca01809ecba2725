//! Separators of labels, dots and what replaces them: [`Separator`].

use super::chars::{char_at, is_in_label, starts_at};

/// What separates two labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Only a dot: `example.com`.
    Dot,
    /// A dot in brackets, always an obfuscation: `example[.]com`.
    Bracketed,
    /// The word `dot`: `example dot com`.
    Word,
    /// A dot with spaces on both sides: `example . com`.
    Spaced,
    /// A dot after a space: `example .com`.
    Left,
    /// A dot before a space, as at the end of a sentence: `example. com`.
    Right,
}

/// The most spaces on each side of a dot.
const MAX_SPACES: usize = 2;

/// The words for a dot in brackets.
const WORDS: [&str; 7] = ["dot", "d0t", "point", "punkt", "punto", "ponto", "точка"];

impl Separator {
    /// Returns the separator at a byte, and the start of the label after it.
    pub(super) fn at(text: &str, at: usize) -> Option<(Separator, usize)> {
        use Separator::{Bracketed, Dot, Left, Right, Spaced, Word};
        let (c, length) = char_at(text, at)?;
        if is_dot(c) {
            let next = at + length;
            return label_at(text, next, Dot).or_else(|| label_after_spaces(text, next, Right));
        }
        if c == '\\' && text[at + 1..].starts_with('.') {
            return label_at(text, at + 2, Dot);
        }
        let after = skip_spaces(text, at);
        if let Some(next) = bracketed(text, after) {
            return label_at(text, skip_spaces(text, next), Bracketed);
        }
        if after == at {
            return delimited_word(text, at).and_then(|next| label_at(text, next, Word));
        }
        if text[after..].starts_with('.') {
            let next = after + 1;
            return label_at(text, next, Left).or_else(|| label_after_spaces(text, next, Spaced));
        }
        label_after_spaces(text, word(text, after, &WORDS[..1])?, Word)
    }

    /// Whether the labels are separated by spaces or a word.
    pub(super) fn is_loose(self) -> bool {
        !matches!(self, Separator::Dot | Separator::Bracketed)
    }
}

/// Whether the word `dot` between two equal symbols, as in `example-dot-com`, begins at a byte and
/// a label follows.
pub(super) fn is_delimited_word(text: &str, at: usize) -> bool {
    delimited_word(text, at).is_some_and(|next| starts_at(text, next))
}

/// Whether a character is a dot of hosts, including the ideographic full stops, which resolvers
/// accept as well (UTS #46).
pub(crate) fn is_dot(c: char) -> bool {
    matches!(c, '.' | '。' | '·' | '•' | '∙' | '⋅' | '‧' | '・' | '۔' | '܁' | '܂' | 'ꓸ')
}

fn label_at(text: &str, at: usize, separator: Separator) -> Option<(Separator, usize)> {
    starts_at(text, at).then_some((separator, at))
}

fn label_after_spaces(text: &str, at: usize, separator: Separator) -> Option<(Separator, usize)> {
    let next = skip_spaces(text, at);
    (next > at).then(|| label_at(text, next, separator)).flatten()
}

/// Returns the end of the spaces at a byte, at most [`MAX_SPACES`] of them.
pub(super) fn skip_spaces(text: &str, at: usize) -> usize {
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t');
    at + text.as_bytes()[at..].iter().take(MAX_SPACES).take_while(is_space).count()
}

/// Returns the end of a dot in brackets at a byte.
fn bracketed(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let open = rest.chars().next().filter(|c| matches!(c, '(' | '[' | '{' | '<' | '«' | '【'))?;
    let inside = skip_spaces(text, at + open.len_utf8());
    let dot = text[inside..].chars().next().filter(|&c| is_dot(c)).map(|c| inside + c.len_utf8());
    let end = skip_spaces(text, dot.or_else(|| word(text, inside, &WORDS))?);
    let close = text[end..].chars().next()?;
    matches!(close, ')' | ']' | '}' | '>' | '»' | '】').then(|| end + close.len_utf8())
}

/// Returns the end of the word `dot` between two equal symbols at a byte.
fn delimited_word(text: &str, at: usize) -> Option<usize> {
    let delimiter = *text.as_bytes().get(at).filter(|byte| b"-_*~|/'\"".contains(byte))?;
    let end = word(text, at + 1, &WORDS[..1])?;
    (text.as_bytes().get(end) == Some(&delimiter)).then_some(end + 1)
}

/// Returns the end of one of `words` at a byte, in any case, if it is a whole word.
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
