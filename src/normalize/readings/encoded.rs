//! Characters that are written in the notation of a markup or programming language: entities of HTML
//! (`&#97;`, `&#x61;`, `&auml;`), percent-encoding (`%61`) and escapes (`\u0061`, `\x61`).

use super::Char;
use crate::normalize::{is_invisible, leet};

/// What the names of HTML entities for accented letters consist of after the letter, and the combining
/// mark.
const ACCENTS: &[(&str, char)] = &[
    ("acute", '\u{301}'),
    ("breve", '\u{306}'),
    ("caron", '\u{30C}'),
    ("cedil", '\u{327}'),
    ("circ", '\u{302}'),
    ("dblac", '\u{30B}'),
    ("dot", '\u{307}'),
    ("grave", '\u{300}'),
    ("macr", '\u{304}'),
    ("ogon", '\u{328}'),
    ("ring", '\u{30A}'),
    ("slash", '\u{338}'),
    ("strok", '\u{335}'),
    ("tilde", '\u{303}'),
    ("uml", '\u{308}'),
];

/// Entities of letters, of separators and of what may be part of a word.
const NAMED: &[(&str, char)] = &[
    ("aelig", 'æ'),
    ("alpha", 'α'),
    ("apos", '\''),
    ("ast", '*'),
    ("commat", '@'),
    ("dollar", '$'),
    ("excl", '!'),
    ("imath", 'ı'),
    ("inodot", 'ı'),
    ("lowbar", '_'),
    ("nbsp", '\u{A0}'),
    ("num", '#'),
    ("oelig", 'œ'),
    ("omicron", 'ο'),
    ("period", '.'),
    ("plus", '+'),
    ("shy", '\u{AD}'),
    ("szlig", 'ß'),
    ("vert", '|'),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
];

/// A decoded character with a combining mark, and the length of its notation.
struct Decoded {
    c: char,
    mark: Option<char>,
    length: usize,
}

/// The longest notation, in characters.
const LONGEST: usize = 24;

/// Whether a text has a character in one of these notations that matters to the search of words: not
/// the quotes and emoji that an application has encoded.
pub(super) fn may_be_in(text: &str) -> bool {
    let notations = text.match_indices(['&', '%', '\\']);
    let decoded = notations.filter_map(|(at, first)| {
        let ascii = text.as_bytes()[at + 1..].iter().take(LONGEST).take_while(|it| it.is_ascii());
        let end = at + 1 + ascii.count();
        notation(first.chars().next()?, &text[at + 1..end])
    });
    decoded.map(|it| it.c).any(|c| may_be_written(c) || c.is_whitespace() || is_invisible(c))
}

/// Decodes the character in the notation that begins with `first`.
fn notation(first: char, rest: &str) -> Option<Decoded> {
    match first {
        '&' => entity(rest),
        '%' => percent(rest),
        '\\' => escape(rest),
        _ => None,
    }
}

/// Decodes all characters in one of these notations.
pub(super) fn decode(chars: &mut Vec<Char>) {
    let mut decoded: Vec<Char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        let begins = matches!(first.c, '&' | '%' | '\\');
        let found = if begins { notation(first.c, &ascii(&chars[at + 1..])) } else { None };
        match found {
            Some(Decoded { c, mark, length }) => {
                let from = first.from.union(chars[at + length].from);
                decoded.extend([Some(c), mark].into_iter().flatten().map(|c| Char { c, from }));
                at += 1 + length;
            }
            None => {
                decoded.push(first);
                at += 1;
            }
        }
    }
    *chars = decoded;
}

/// Returns the ASCII characters with which a text begins, as many as a notation may have.
fn ascii(chars: &[Char]) -> String {
    chars.iter().take(LONGEST).map(|it| it.c).take_while(char::is_ascii).collect()
}

/// Decodes the entity after an ampersand, which may be encoded itself.
fn entity(text: &str) -> Option<Decoded> {
    let rest = text.trim_start_matches("amp;");
    let skipped = text.len() - rest.len();
    let ((c, mark), length) = match rest.strip_prefix('#') {
        Some(number) => {
            let (digits, radix) = match number.strip_prefix(['x', 'X']) {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
            let c = char::from_u32(u32::from_str_radix(&digits[..length], radix).ok()?)?;
            ((Some(c).filter(|c| !c.is_control())?, None), rest.len() - digits.len() + length)
        }
        None => {
            let length = rest.find(|c: char| !c.is_ascii_alphabetic())?;
            rest[length..].starts_with(';').then_some(())?;
            (named(&rest[..length])?, length)
        }
    };
    let semicolon = usize::from(rest[length..].starts_with(';'));
    Some(Decoded { c, mark, length: skipped + length + semicolon })
}

/// Returns the character of a named entity, with a combining mark for an accented letter.
fn named(name: &str) -> Option<(char, Option<char>)> {
    if let Some(&(_, c)) = NAMED.iter().find(|(it, _)| name.eq_ignore_ascii_case(it)) {
        return Some((c, None));
    }
    let (letter, accent) = name.split_at_checked(1)?;
    let &(_, mark) = ACCENTS.iter().find(|(it, _)| *it == accent)?;
    Some((letter.chars().next()?, Some(mark)))
}

/// Decodes the character after a percent sign, of which the percent sign may be encoded as well.
fn percent(text: &str) -> Option<Decoded> {
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix("25").filter(|inner| hex(inner, 2).is_some()) {
        rest = inner;
    }
    let skipped = text.len() - rest.len();
    let first = hex(rest, 2)? as u8;
    let length = match first {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = vec![first];
    let mut end = 2;
    while bytes.len() < length {
        let next = rest[end..].strip_prefix('%').and_then(|next| hex(next, 2))?;
        bytes.push(next as u8);
        end += 3;
    }
    let c = std::str::from_utf8(&bytes).ok()?.chars().next().filter(|&c| may_be_written(c))?;
    Some(Decoded { c, mark: None, length: skipped + end })
}

/// Decodes the escape after a backslash.
fn escape(text: &str) -> Option<Decoded> {
    let (digits, length) = match text.as_bytes().first()? {
        b'u' => (4, 5),
        b'x' => (2, 3),
        _ => return None,
    };
    let c = char::from_u32(hex(&text[1..], digits)?).filter(|&c| may_be_written(c))?;
    Some(Decoded { c, mark: None, length })
}

/// Returns the value of the hexadecimal digits with which a text begins.
fn hex(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(..digits).filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether a character may be part of a word or between two words.
fn may_be_written(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || c == '\'' || leet::is_word_symbol(c)
}
