//! A quick rejection of messages without links: [`may_contain`].

use super::separator::is_dot;
use crate::normalize::for_each_key_char;

/// Whether a message may contain a link, judged from the original. False only if
/// [`find`](super::find) returns no link for its NFKC form without default-ignorable characters.
///
/// One pass over the bytes, without allocation.
pub fn may_contain(original: &str) -> bool {
    let bytes = original.as_bytes();
    let mut next = 0;
    while let Some(&byte) = bytes.get(next) {
        if byte.is_ascii() {
            next += 1;
            if is_candidate(byte) && begins(byte, &bytes[next..]) {
                return true;
            }
        } else {
            let Some(c) = original[next..].chars().next() else { break };
            if is_candidate_char(c) {
                return true;
            }
            next += c.len_utf8();
        }
    }
    false
}

/// Whether a dot, a slash or a word for a dot may begin with a byte.
fn is_candidate(byte: u8) -> bool {
    matches!(byte, b'.' | b'/' | b'\\' | b'%' | b'(' | b'[' | b'{' | b'<' | b'd' | b'D')
}

/// Whether one begins with `first` and continues with `rest`. Characters beyond ASCII may be
/// letters in other forms or invisible, so they match anything.
fn begins(first: u8, rest: &[u8]) -> bool {
    let at = |at: usize| rest.get(at).copied().unwrap_or(b' ');
    let is = |at_: usize, bytes: &[u8]| bytes.contains(&at(at_)) || !at(at_).is_ascii();
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).take(2).count();
    match first {
        b'.' => at(spaces).is_ascii_alphanumeric() || is(spaces, b"%)]}>"),
        b'/' | b'\\' => is(0, b"/\\"),
        b'%' => is(0, b"2"),
        b'd' | b'D' => is(0, b"oO") && is(1, b"tT"),
        _ => is(spaces, b"dDpP"),
    }
}

/// Whether a character beyond ASCII is a dot, or a form of a character that [`is_candidate`]
/// accepts.
fn is_candidate_char(c: char) -> bool {
    let mut is_candidate_char = is_dot(c);
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
            "i did, and do it (again) [or not] {yes} <3",
            "50% off, either / or, a \\ b",
            "дай, 好看 é",
        ] {
            assert!(!may_contain(message), "{message}");
        }
        for message in
            ["a.b", "a. b", "a  .)", "//", "%2e", "a DOT b", "(dot)", "[ dot", "a。b", "ⓓot"]
        {
            assert!(may_contain(message), "{message}");
        }
    }
}
