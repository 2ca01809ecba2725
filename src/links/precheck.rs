//! A quick rejection of messages without links: [`may_contain`].

use super::chars::{MAX_ENTITY, entity_at};
use super::tld::{Tld, is_tld};
use crate::normalize::{CharProps, LETTER_DOTS, SearchKey, for_each_key_char, is_dot};

/// The length of the longest top-level domain in ASCII, and a little more.
const MAX_TLD: usize = 32;

/// Whether a message may contain a link. False only if [`find`](super::find) returns no link for its
/// NFKC form without default-ignorable characters.
pub fn may_contain(original: &str) -> bool {
    may_contain_by_key(original, &SearchKey::of(original))
}

/// Like [`may_contain`], with the search key of the message.
///
/// One pass over the key, without allocation. Every link has a dot, the word for one, or two slashes.
pub(crate) fn may_contain_by_key(original: &str, key: &SearchKey) -> bool {
    let bytes = key.bytes();
    let mut next = 0;
    while let Some(skipped) = bytes[next..].iter().position(|&byte| STOPS[usize::from(byte)]) {
        let at = next + skipped;
        next = at + 1;
        if begins(bytes, at) {
            return true;
        }
    }
    key.beyond_ascii().dots > 0 && has_dot_beyond_ascii(original)
}

/// The bytes at which the pass stops.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let first = b"./\\%&,dp";
    let mut at = 0;
    while at < first.len() {
        stops[first[at] as usize] = true;
        at += 1;
    }
    stops[TOCHKA[0] as usize] = true;
    stops
};

/// The Russian word for a dot, `точка`, as in a search key.
const TOCHKA: [u8; 5] = [0xC2, 0xBE, 0xC7, 0xBA, 0xB0];

/// Whether a dot, two slashes or a word for a dot begins at a byte of a search key.
fn begins(key: &[u8], at: usize) -> bool {
    let rest = &key[at + 1..];
    let is = |bytes: &[u8]| rest.first().is_some_and(|byte| bytes.contains(byte));
    match key[at] {
        b'.' => precedes_label(key, at),
        b'/' | b'\\' => is(b"/\\"),
        b'%' => is(b"2"),
        b'&' => begins_entity(&key[at..]),
        b',' => is_in_brackets(key, at),
        b'd' => is(b"o0") && rest.get(1) == Some(&b't'),
        // Words for a dot in other languages.
        b'p' => {
            let words: [&[u8]; 4] = [b"oint", b"unkt", b"unto", b"onto"];
            words.iter().any(|word| rest.starts_with(word))
                && !rest.get(4).is_some_and(u8::is_ascii_alphanumeric)
        }
        _ => key[at..].starts_with(&TOCHKA),
    }
}

/// Whether a label of a host may follow the dot at a byte: in `gg.wp` and `hello. me` none does.
fn precedes_label(key: &[u8], at: usize) -> bool {
    let rest = &key[at + 1..];
    let spaces = count_spaces(rest.iter());
    let after = &rest[spaces..];
    let next = after.first().copied().unwrap_or(b' ');
    if matches!(next, b'%' | b'&') {
        return true;
    }
    let before = at.checked_sub(1).map_or(b' ', |at| key[at]);
    let is_after_label = before.is_ascii_alphanumeric() || !before.is_ascii();
    let length = after.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (word, end) = (&after[..length], after.get(length).copied().unwrap_or(b' '));
    if spaces > 0 && is_after_label {
        return Tld::AFTER_FULL_STOP.iter().any(|tld| word == tld.as_bytes());
    }
    // A domain beyond ASCII, or partly: `c0m` with combining marks.
    if !end.is_ascii() {
        return true;
    }
    if !word.is_empty() {
        return word == b"xn" || may_be_tld(word);
    }
    // A dot between brackets, quotes or other symbols.
    matches!(next, b')' | b']' | b'}' | b'>')
        || spaces == 0 && matches!(next, b'"' | b'\'' | b'*' | b'_' | b'~' | b'|' | b'-' | b'`')
}

/// Whether a word in lower case may be a top-level domain.
fn may_be_tld(word: &[u8]) -> bool {
    word.len() <= MAX_TLD && std::str::from_utf8(word).is_ok_and(is_tld)
}

/// Whether a comma may be between brackets: `[,]`.
fn is_in_brackets(key: &[u8], at: usize) -> bool {
    let (before, after) = (&key[..at], &key[at + 1..]);
    let opening = before.iter().rev().nth(count_spaces(before.iter().rev()));
    let closing = after.get(count_spaces(after.iter()));
    // Those beyond ASCII are `«»` and `【】`.
    opening.is_some_and(|byte| matches!(byte, b'(' | b'[' | b'{' | b'<' | 0xAB | 0x90))
        && closing.is_some_and(|byte| matches!(byte, b')' | b']' | b'}' | b'>' | 0xBB | 0x91))
}

/// Returns the number of spaces, at most two.
fn count_spaces<'k>(bytes: impl Iterator<Item = &'k u8>) -> usize {
    bytes.take(2).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// Whether the HTML entity of a dot begins a key.
fn begins_entity(key: &[u8]) -> bool {
    let length = key.iter().take(MAX_ENTITY + 1).take_while(|byte| byte.is_ascii()).count();
    let entity = std::str::from_utf8(&key[..length]).unwrap_or_default();
    !entity.is_empty() && entity_at(entity, 0).is_some_and(|(c, _)| c == '.')
}

/// Whether a message has a dot beyond ASCII before which a label may end. The full stop of a Chinese or
/// Japanese sentence is not one.
fn has_dot_beyond_ascii(original: &str) -> bool {
    let mut before = None;
    let mut chars = original.chars().peekable();
    while let Some(c) = chars.next() {
        let mut is_candidate = LETTER_DOTS.contains(&c);
        for_each_key_char(c, |c| is_candidate |= !c.is_ascii() && is_dot(c));
        if is_candidate && !(is_unspaced(before) && chars.peek().is_none_or(|&c| continues(c))) {
            return true;
        }
        before = Some(c);
    }
    false
}

/// Whether a character is a letter of a script without spaces between words.
fn is_unspaced(c: Option<char>) -> bool {
    c.is_some_and(|c| {
        let is_letter = |c| CharProps::of(c).is_letter() && CharProps::of(c).is_unspaced();
        CharProps::is_folded(c) && is_letter(c)
    })
}

/// Whether a visible character that is not whitespace, so that it is not dropped or read as a space.
fn continues(c: char) -> bool {
    CharProps::is_folded(c) && !c.is_control() && !c.is_whitespace()
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
            "1.2 v3.5.1 at 10.30",
            "да. нет, é. x, 好. 看",
            "你好。再见。",
            "dit was een pintje. pointless",
        ] {
            assert!(!may_contain(message), "{message}");
        }
        for message in [
            "a.com",
            "a. com",
            "a .tv",
            "a.xn--p1ai",
            "a.c0m\u{301}",
            "a.рф",
            "a。com",
            "好。 com",
            "a・b",
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
