//! A quick rejection of messages without links: [`may_contain`].

use super::chars::{MAX_ENTITY, entity_at};
use super::separator::{LETTER_DOTS, is_dot};
use super::tld::{Tld, is_tld};
use crate::normalize::for_each_key_char;

/// The length of the longest top-level domain in ASCII, and a little more.
const MAX_TLD: usize = 32;

/// Whether a message may contain a link, judged from the original. False only if
/// [`find`](super::find) returns no link for its NFKC form without default-ignorable characters.
///
/// One pass over the bytes, without allocation.
pub fn may_contain(original: &str) -> bool {
    let bytes = original.as_bytes();
    let mut next = 0;
    while let Some(skipped) = bytes[next..].iter().position(|&byte| STOPS[usize::from(byte)]) {
        let at = next + skipped;
        let begins = match bytes[at] {
            b'&' => begins_entity(&original[at..]),
            b'.' => precedes_label(bytes, at),
            byte if byte.is_ascii() => begins(byte, &bytes[at + 1..]),
            _ => original[at..].chars().next().is_some_and(|c| {
                next = at + c.len_utf8();
                is_candidate_char(c) || begins_tochka(c, &original[next..])
            }),
        };
        if begins {
            return true;
        }
        next = next.max(at + 1);
    }
    false
}

/// The bytes at which the pass stops: those of candidates, and those beyond ASCII.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        stops[byte] = byte >= 0x80 || is_candidate(byte as u8);
        byte += 1;
    }
    stops
};

/// Whether a dot, a slash or a word for a dot may begin with a byte.
const fn is_candidate(byte: u8) -> bool {
    matches!(
        byte,
        b'.' | b'/' | b'\\' | b'%' | b'&' | b'(' | b'[' | b'{' | b'<' | b'd' | b'D' | b'p' | b'P'
    )
}

/// Whether one begins with `first` and continues with `rest`. Characters beyond ASCII may be
/// letters in other forms or invisible, so they match anything.
fn begins(first: u8, rest: &[u8]) -> bool {
    let at = |at: usize| rest.get(at).copied().unwrap_or(b' ');
    let is = |at_: usize, bytes: &[u8]| bytes.contains(&at(at_)) || !at(at_).is_ascii();
    match first {
        b'/' | b'\\' => is(0, b"/\\"),
        b'%' => is(0, b"2"),
        b'd' | b'D' => is(0, b"oO0") && is(1, b"tT"),
        // Words for a dot in other languages.
        b'p' | b'P' if is(0, b"oOuU") => {
            let is = |word: &&[u8]| rest.get(..4).is_some_and(|it| it.eq_ignore_ascii_case(word));
            let words: [&[u8]; 4] = [b"oint", b"unkt", b"unto", b"onto"];
            words.iter().any(is) || !rest.iter().take(4).all(u8::is_ascii)
        }
        b'p' | b'P' => false,
        _ => is(count_spaces(rest), b"dDpP,"),
    }
}

/// Whether a label of a host may follow the dot at byte `at`: in `gg.wp` and `hello. me` none does.
fn precedes_label(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at + 1..];
    let spaces = count_spaces(rest);
    let after = &rest[spaces..];
    let length = after.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, next) = (&after[..length], after.get(length).copied().unwrap_or(b' '));
    // `"."` and other dots between symbols.
    if spaces == 0
        && word.is_empty()
        && matches!(next, b'"' | b'\'' | b'*' | b'_' | b'~' | b'|' | b'-' | b'`')
    {
        return true;
    }
    if !next.is_ascii() || matches!(next, b'%' | b'&') {
        return true;
    }
    if word.is_empty() && matches!(next, b')' | b']' | b'}' | b'>') {
        return true;
    }
    let is_after_word = at.checked_sub(1).is_some_and(|at| bytes[at].is_ascii_alphanumeric());
    if spaces > 0 && is_after_word && !next.is_ascii_digit() && next != b'-' {
        return Tld::AFTER_FULL_STOP.iter().any(|tld| word.eq_ignore_ascii_case(tld.as_bytes()));
    }
    next.is_ascii_digit() || next == b'-' || (!word.is_empty() && may_be_tld(word))
}

/// Whether a word in ASCII may be a top-level domain.
fn may_be_tld(word: &[u8]) -> bool {
    let mut buffer = [0; MAX_TLD];
    let Some(name) = buffer.get_mut(..word.len()) else { return false };
    name.copy_from_slice(word);
    name.make_ascii_lowercase();
    std::str::from_utf8(name).is_ok_and(is_tld)
}

fn count_spaces(bytes: &[u8]) -> usize {
    bytes.iter().take(2).take_while(|&&byte| is_space(byte)).count()
}

/// Whether the HTML entity of a dot begins a text.
fn begins_entity(text: &str) -> bool {
    match entity_at(text, 0) {
        Some((c, _)) => c == '.',
        // It may contain invisible characters.
        None => !text.bytes().take(MAX_ENTITY + 1).all(|byte| byte.is_ascii()),
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether the Russian word for a dot may begin with `first` and continue with `rest`.
fn begins_tochka(first: char, rest: &str) -> bool {
    let is_first = |c| matches!(c, 'т' | 'Т');
    if !is_first(first) {
        let mut is_form = false;
        for_each_key_char(first, |c| is_form |= is_first(c));
        return is_form;
    }
    // Characters that are not letters of its script may be other forms or invisible.
    let mut letters = rest.chars();
    "очка".chars().all(|c| letters.next().is_some_and(|letter| letter.to_lowercase().eq([c])))
        || rest.chars().take(4).any(|c| !c.is_ascii() && !('\u{400}'..='\u{4FF}').contains(&c))
}

/// Whether a character beyond ASCII is a dot, or a form of a character that [`is_candidate`]
/// accepts.
fn is_candidate_char(c: char) -> bool {
    // Quotes and brackets may be around a dot.
    let mut is_candidate_char = is_dot(c) || LETTER_DOTS.contains(&c) || matches!(c, '«' | '【');
    for_each_key_char(c, |c| {
        is_candidate_char |= is_dot(c) || u8::try_from(c).is_ok_and(is_candidate)
    });
    is_candidate_char
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proptest of `links::find` checks the other direction: a message with a link always passes.
    #[test]
    fn messages_without_a_possible_dot_are_skipped() {
        for message in [
            "",
            "gg",
            "so good! what now?!",
            "wait...",
            "gg.wp e.g. this. me. I",
            "i did, and do it (again) [or not] {yes} <3",
            "50% off, either / or, a \\ b",
            "&#128514; &#39;t &amp; p&p",
            "дай, 好看 é",
        ] {
            assert!(!may_contain(message), "{message}");
        }
        for message in [
            "a.com",
            "a. com",
            "a .tv",
            "1.2",
            "a.b-c",
            "a  .)",
            "//",
            "%2e",
            "a DOT b",
            "(dot)",
            "[ dot",
            "a。b",
            "ⓓot",
            "a d0t b",
            "a Punto b",
            "a точка b",
            "a&#46;b",
            "a.&#99;om",
            "a&#00000046\u{200B};b",
            "a【,】b",
            "a«,»b",
            "a\".\"b",
            "[,]",
            "a.\ncom",
            "a٠b",
        ] {
            assert!(may_contain(message), "{message}");
        }
    }
}
