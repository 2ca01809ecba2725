//! Letters that are drawn with two or more symbols, such as `|<` for k, and `vv` for w.

use super::Char;
use crate::span::Span;

/// The symbols of each letter, the longest first. With `inside`, a letter must be on both sides:
/// otherwise `f()` and `list[]` have one.
struct Pair {
    symbols: &'static str,
    letter: char,
    inside: bool,
}

const fn pair(symbols: &'static str, letter: char) -> Pair {
    Pair { symbols, letter, inside: false }
}

const fn inside(symbols: &'static str, letter: char) -> Pair {
    Pair { symbols, letter, inside: true }
}

const PAIRS: &[Pair] = &[
    pair("|\\/|", 'm'),
    pair("\\/\\/", 'w'),
    pair("|\\|", 'n'),
    pair("|-|", 'h'),
    pair("|_|", 'u'),
    pair("(_)", 'u'),
    pair("/-\\", 'a'),
    pair("/\\", 'a'),
    pair("\\/", 'v'),
    pair("|<", 'k'),
    pair("|)", 'd'),
    pair("|3", 'b'),
    pair("|=", 'f'),
    inside("()", 'o'),
    inside("[]", 'o'),
    inside("<>", 'o'),
    inside("><", 'x'),
    pair("vv", 'w'),
];

/// Whether a text has such letters beside ASCII letters.
pub(super) fn may_be_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let starts = bytes.iter().enumerate().filter(|&(_, &byte)| may_begin(char::from(byte)));
    starts.map(|(at, _)| at).any(|at| {
        PAIRS.iter().any(|pair| {
            let end = at + pair.symbols.len();
            let is_there = bytes
                .get(at..end)
                .is_some_and(|there| there.eq_ignore_ascii_case(pair.symbols.as_bytes()));
            is_there && (is_letter(at.wrapping_sub(1)) || is_letter(end))
        })
    })
}

/// Whether one of the pairs begins with a character.
fn may_begin(c: char) -> bool {
    matches!(c, '|' | '\\' | '/' | '(' | '[' | '<' | '>' | 'v' | 'V')
}

/// Replaces such letters beside ASCII letters. Returns whether there are any.
pub(super) fn join(chars: &mut Vec<Char>) -> bool {
    let mut joined: Vec<Char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    let mut is_changed = false;
    while let Some(&first) = chars.get(at) {
        let is_letter = |it: Option<&Char>| it.is_some_and(|it| it.c.is_ascii_alphabetic());
        let begins = |pair: &&Pair| {
            let length = pair.symbols.len();
            let is_there = || {
                let mut symbols = pair.symbols.chars().zip(&chars[at..]);
                symbols.all(|(symbol, it)| it.c.to_ascii_lowercase() == symbol)
            };
            let (before, after) = (is_letter(joined.last()), is_letter(chars.get(at + length)));
            let is_beside = if pair.inside { before && after } else { before || after };
            chars.len() - at >= length && is_there() && is_beside
        };
        let pair = if may_begin(first.c) { PAIRS.iter().find(begins) } else { None };
        match pair {
            Some(pair) => {
                let end = at + pair.symbols.len();
                let from = chars[at..end].iter().map(|it| it.from).reduce(Span::union);
                joined.push(Char { c: pair.letter, from: from.unwrap_or(first.from) });
                at = end;
                is_changed = true;
            }
            None => {
                joined.push(first);
                at += 1;
            }
        }
    }
    *chars = joined;
    is_changed
}
