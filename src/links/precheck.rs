//! Whether there may be a link in a text at all: [`may_contain`].

use super::separator::is_dot;
use crate::normalize::for_each_key_char;

/// Whether a message may have a link in it, told from the original. False only if
/// [`find`](super::find) would find none in its NFKC form without default-ignorable characters.
///
/// Costs a look at each byte and no memory.
pub fn may_contain(original: &str) -> bool {
    let bytes = original.as_bytes();
    let mut next = 0;
    while let Some(&byte) = bytes.get(next) {
        if byte.is_ascii() {
            next += 1;
            if is_telling(byte) && begins(byte, &bytes[next..]) {
                return true;
            }
        } else {
            let Some(c) = original[next..].chars().next() else { break };
            if is_odd(c) {
                return true;
            }
            next += c.len_utf8();
        }
    }
    false
}

/// Whether a dot, a slash or a word for a dot begins with that byte.
fn is_telling(byte: u8) -> bool {
    matches!(byte, b'.' | b'/' | b'\\' | b'%' | b'(' | b'[' | b'{' | b'<' | b'd' | b'D')
}

/// Whether it goes on like one. Beyond ASCII, letters in other forms and invisible characters may
/// stand anywhere.
fn begins(first: u8, rest: &[u8]) -> bool {
    let at = |at: usize| rest.get(at).copied().unwrap_or(b' ');
    let is = |at_: usize, bytes: &[u8]| bytes.contains(&at(at_)) || !at(at_).is_ascii();
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).take(2).count();
    match first {
        b'.' => at(blanks).is_ascii_alphanumeric() || is(blanks, b"%)]}>"),
        b'/' | b'\\' => is(0, b"/\\"),
        b'%' => is(0, b"2"),
        b'd' | b'D' => is(0, b"oO") && is(1, b"tT"),
        _ => is(blanks, b"dDpP"),
    }
}

/// Whether that character stands for a dot, or for what a link may begin with in another form.
fn is_odd(c: char) -> bool {
    let mut is_odd = is_dot(c);
    for_each_key_char(c, |c| is_odd |= is_dot(c) || u8::try_from(c).is_ok_and(is_telling));
    is_odd
}
