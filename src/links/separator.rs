//! Separators of labels, dots and what replaces them: [`Separator`].

use super::chars::{char_at, is_in_label, starts_at};
use crate::normalize::{LETTER_DOTS, is_dot};

/// What separates two labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Only a dot: `example.com`.
    Dot,
    /// A dot in brackets, always an obfuscation: `example[.]com`.
    Bracketed,
    /// A dot between quotes or other equal symbols: `example"."com`, `example**.**com`.
    Quoted,
    /// The word `dot`: `example dot com`.
    Word,
    /// A word for a dot in another language: `beispiel punkt de`.
    ForeignWord(&'static ForeignWord),
    /// A dot with spaces on both sides: `example . com`.
    Spaced,
    /// A dot after a space: `example .com`.
    Left,
    /// A dot before a space, as at the end of a sentence: `example. com`.
    Right,
}

/// The most spaces on each side of a dot.
const MAX_SPACES: usize = 2;

/// The words for a dot.
const WORDS: [&str; 2] = ["dot", "d0t"];

/// A word for a dot that is also an ordinary word of its language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ForeignWord {
    word: &'static str,
    /// The top-level domains of its language, which may follow it besides the most common ones.
    pub(super) own: &'static [&'static str],
    /// A common top-level domain that is a word after it, so that the host must end its sentence:
    /// Portuguese `o ponto com mais votos`, English `at this point net income`.
    pub(super) word_after: &'static str,
}

/// Those of other languages than English.
const FOREIGN_WORDS: [ForeignWord; 5] = [
    ForeignWord { word: "point", own: &["fr"], word_after: "net" },
    ForeignWord { word: "punkt", own: &["at", "ch", "de", "pl"], word_after: "" },
    ForeignWord { word: "punto", own: &["ar", "cl", "it", "mx"], word_after: "" },
    ForeignWord { word: "ponto", own: &["br", "pt"], word_after: "com" },
    ForeignWord { word: "точка", own: &["бел", "рф"], word_after: "" },
];

impl Separator {
    /// Returns the separator at a byte, and the start of the label after it.
    pub(super) fn at(text: &str, at: usize) -> Option<(Separator, usize)> {
        use Separator::{Bracketed, Dot, ForeignWord, Left, Right, Spaced, Word};
        let (c, length) = char_at(text, at)?;
        if is_dot(c) {
            let next = at + length;
            return label_at(text, next, Dot).or_else(|| label_after_spaces(text, next, Right));
        }
        if c == '\\' && text[at + 1..].starts_with('.') {
            return label_at(text, at + 2, Dot);
        }
        if c == 'D' && is_joined_word(text.as_bytes(), at) {
            return label_at(text, at + WORDS[0].len(), Word);
        }
        if is_letter_dot(text, at) {
            return label_at(text, at + length, Dot);
        }
        let after = skip_spaces(text, at);
        let first = *text.as_bytes().get(after)?;
        // The most common case: the next word of a sentence.
        if first.is_ascii_alphanumeric() && !matches!(first, b'd' | b'D' | b'p' | b'P') {
            return None;
        }
        if let Some(next) = bracketed(text, after) {
            return label_at(text, skip_spaces(text, next), Bracketed);
        }
        if let Some((separator, next)) = delimited(text, after) {
            // `- dot -` and `" . "` are not.
            let next = if separator == Word { skip_spaces(text, next) } else { next };
            return (separator == Word || after == at)
                .then(|| label_at(text, next, separator))
                .flatten();
        }
        if after == at {
            return None;
        }
        if text[after..].starts_with('.') {
            let next = after + 1;
            return label_at(text, next, Left).or_else(|| label_after_spaces(text, next, Spaced));
        }
        if let Some(next) = word(text, after, &WORDS) {
            return label_after_spaces(text, next, Word);
        }
        let (foreign, next) = foreign_word(text, after)?;
        label_after_spaces(text, next, ForeignWord(foreign))
    }

    /// Whether it is a word for a dot.
    pub(super) fn is_word(self) -> bool {
        matches!(self, Separator::Word | Separator::ForeignWord(_))
    }

    /// Whether the labels are separated by spaces or a word.
    pub(super) fn is_loose(self) -> bool {
        !matches!(self, Separator::Dot | Separator::Bracketed | Separator::Quoted)
    }
}

/// Whether a dot or the word `dot` between two equal symbols, as in `example-dot-com`, begins at a
/// byte and a label follows.
pub(super) fn is_delimited_dot(text: &str, at: usize) -> bool {
    delimited(text, at).is_some_and(|(_, next)| starts_at(text, next))
}

/// Whether a `DOT` in capitals between two small letters begins at a byte: `exampleDOTcom`.
pub(super) fn is_joined_word(text: &[u8], at: usize) -> bool {
    let around = at.checked_sub(1).and_then(|start| text.get(start..start + 5));
    around.is_some_and(|around| {
        let [before, word @ .., after] = around else { return false };
        before.is_ascii_lowercase() && word == b"DOT" && after.is_ascii_lowercase()
    })
}

/// Whether a letter or digit of another script that looks like a dot, such as the Arabic zero, is
/// between Latin letters.
pub(super) fn is_letter_dot(text: &str, at: usize) -> bool {
    if text.as_bytes().get(at).is_none_or(u8::is_ascii) {
        return false;
    }
    let rest = text[at..].strip_prefix(LETTER_DOTS);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        && text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
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
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    at + text.as_bytes()[at..].iter().take(MAX_SPACES).take_while(is_space).count()
}

/// Returns the end of a dot in brackets at a byte.
fn bracketed(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let open = rest.chars().next().filter(|c| matches!(c, '(' | '[' | '{' | '<' | '«' | '【'))?;
    let inside = skip_spaces(text, at + open.len_utf8());
    let is_in_brackets = |c: &char| is_dot(*c) || *c == ',';
    let dot = text[inside..].chars().next().filter(is_in_brackets).map(|c| inside + c.len_utf8());
    let words = || {
        let foreign = || foreign_word(text, inside).map(|(_, end)| end);
        word(text, inside, &WORDS).or_else(foreign)
    };
    let end = skip_spaces(text, dot.or_else(words)?);
    let close = text[end..].chars().next()?;
    matches!(close, ')' | ']' | '}' | '>' | '»' | '】').then(|| end + close.len_utf8())
}

/// Returns a dot or the word `dot` between two equal symbols at a byte, and its end.
fn delimited(text: &str, at: usize) -> Option<(Separator, usize)> {
    let rest = &text[at..];
    let opening = rest.chars().next()?;
    let closing = match opening {
        '“' => '”',
        '‘' => '’',
        '-' | '_' | '*' | '~' | '|' | '/' | '\'' | '"' | '`' => opening,
        _ => return None,
    };
    let is_double = matches!(opening, '*' | '_' | '~' | '|') && rest[1..].starts_with(opening);
    let length = if is_double { 2 } else { opening.len_utf8() };
    let inside = at + length;
    let (separator, end) = match word(text, inside, &WORDS) {
        Some(end) => (Separator::Word, end),
        None if opening == '/' => return None,
        None => {
            let c = text[inside..].chars().next().filter(|&c| is_dot(c))?;
            (Separator::Quoted, inside + c.len_utf8())
        }
    };
    let after = text[end..].strip_prefix(closing)?;
    let after = if is_double { after.strip_prefix(closing)? } else { after };
    Some((separator, text.len() - after.len()))
}

/// Returns the word for a dot in another language at a byte, and its end.
fn foreign_word(text: &str, at: usize) -> Option<(&'static ForeignWord, usize)> {
    FOREIGN_WORDS.iter().find_map(|foreign| Some((foreign, word(text, at, &[foreign.word])?)))
}

/// Returns the end of one of `words` at a byte, in any case, if it is a whole word.
fn word(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let rest = &text[at..];
    let is_there = |word: &&&str| {
        rest.get(..word.len()).is_some_and(|start| {
            let is_word = match word.is_ascii() {
                true => start.eq_ignore_ascii_case(word),
                false => start.chars().flat_map(char::to_lowercase).eq(word.chars()),
            };
            is_word && !rest[word.len()..].chars().next().is_some_and(is_in_label)
        })
    };
    words.iter().find(is_there).map(|word| at + word.len())
}
