//! The parts of a link other than its host: scheme, authority, port, path, query and fragment.

use super::chars::{LabelChar, is_in_label};
use super::separator::skip_spaces;

/// The most digits of a port.
const MAX_PORT: usize = 5;

/// The most letters of a scheme.
const MAX_SCHEME: usize = 12;

/// Returns the start of the path, query or fragment of the link with the given host, and the end of
/// the link, in time linear in it. `ends_at` is whether a link ends before a punctuation character.
pub(super) fn path(
    text: &str,
    start: usize,
    host_end: usize,
    is_spelled_out: bool,
    ends_at: &dyn Fn(usize) -> bool,
) -> (usize, usize) {
    let path = host_end + port(text, host_end);
    let mut end = path;
    let rest = &text[end..];
    let begins = |c| match c {
        '/' | '\\' => true,
        '?' | '#' => rest[1..].chars().next().is_some_and(is_in_label),
        _ => false,
    };
    if rest.starts_with(begins) {
        return (path, trim(text, start, end, path_end(text, end, ends_at)));
    }
    while let Some(next) = spelled_out_slash(text, end).filter(|_| is_spelled_out) {
        let part = text[next..].split(|c: char| c.is_whitespace()).next().unwrap_or_default();
        end = next + part.len();
    }
    (path, trim(text, start, host_end, end))
}

/// Whether a path follows a host: a slash, and a character that paths begin with. So does a port of
/// five digits, such as 25565; shorter numbers may be lines of a file.
pub(super) fn is_path(text: &str, host_end: usize) -> bool {
    let port = port(text, host_end);
    let mut chars = text[host_end + port..].chars();
    port > MAX_PORT
        || chars.next() == Some('/')
            && chars
                .next()
                .is_some_and(|c| is_in_label(c) || matches!(c, '@' | '+' | '_' | '-' | '~' | '%'))
}

/// Whether a path follows a host, with its slash written as a word.
pub(super) fn is_spelled_out_path(text: &str, host_end: usize) -> bool {
    spelled_out_slash(text, host_end).is_some()
}

/// Returns the length of a port with its colon, or 0.
fn port(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let colon = ["[:]", ":"].into_iter().find(|colon| rest.starts_with(colon));
    let Some(colon) = colon else { return 0 };
    let rest = &rest[colon.len()..];
    let digits = rest.bytes().take(MAX_PORT).take_while(u8::is_ascii_digit).count();
    let ends = !rest[digits..].chars().next().is_some_and(is_in_label);
    if digits > 0 && ends { colon.len() + digits } else { 0 }
}

/// Returns the start of the path segment after ` slash `.
fn spelled_out_slash(text: &str, at: usize) -> Option<usize> {
    let after = skip_spaces(text, at);
    let word = text.get(after..after + 5).filter(|word| word.eq_ignore_ascii_case("slash"))?;
    let next = skip_spaces(text, after + word.len());
    let goes_on = text[next..].chars().next().is_some_and(is_in_label);
    (after > at && next > after + word.len() && goes_on).then_some(next)
}

/// Returns the end of a path: before a character that paths do not contain, the scheme of another
/// link, or text without spaces, as in `https://example.com/abcを見て`. Such text is part of a path
/// that contains some before (`/東京abc`) or begins with it (`/東京`, `?q=東京`).
fn path_end(text: &str, start: usize, ends_at: &dyn Fn(usize) -> bool) -> usize {
    let path = &text[start..];
    let (mut before, mut is_ascii) = ('/', true);
    for (at, c) in path.char_indices() {
        let is_text = is_ascii && before.is_ascii_alphanumeric() && is_unspaced(c);
        let is_punctuation = !c.is_alphanumeric() && ends_at(start + at);
        if ends_path(c) || is_text || is_punctuation {
            return start + at;
        }
        if c == ':' && path[at..].starts_with("://") {
            let before = path.as_bytes()[..at].iter().rev().take(MAX_SCHEME + 1);
            let letters = before.take_while(|byte| byte.is_ascii_alphabetic()).count();
            if (2..=MAX_SCHEME).contains(&letters) {
                return start + at - letters;
            }
        }
        before = c;
        is_ascii &= c.is_ascii();
    }
    text.len()
}

/// Whether no path contains a character: whitespace, quotes, and punctuation of Chinese and
/// Japanese.
fn ends_path(c: char) -> bool {
    match c {
        '<' | '>' | '"' | '`' | '|' | '“' | '”' | '«' | '»' | '。' | '、' | '〜' => true,
        '〈'..='】' | '〔' | '〕' => true,
        _ => c.is_whitespace(),
    }
}

/// Whether a letter is of a script that is not separated from Latin words by spaces: Chinese,
/// Japanese, Thai, Korean and so on.
fn is_unspaced(c: char) -> bool {
    LabelChar::of(c) == Some(LabelChar::Unspaced) || ('\u{AC00}'..='\u{D7A3}').contains(&c)
}

/// Returns the end of a link without punctuation of the sentence around it, at least `least`.
fn trim(text: &str, start: usize, least: usize, end: usize) -> usize {
    let mut link = &text[start..end];
    let mut open = [0_i32; BRACKETS.len()];
    for c in link.chars() {
        for (count, (opening, closing)) in open.iter_mut().zip(BRACKETS) {
            *count += i32::from(c == opening) - i32::from(c == closing);
        }
    }
    while let Some(c) = link.chars().next_back() {
        let bracket = BRACKETS.iter().position(|&(_, closing)| closing == c);
        match bracket {
            Some(kind) if open[kind] < 0 => open[kind] += 1,
            None if ENDS_SENTENCE.contains(c) => {}
            _ => break,
        }
        link = &link[..link.len() - c.len_utf8()];
    }
    (start + link.len()).max(least)
}

const BRACKETS: [(char, char); 5] =
    [('(', ')'), ('[', ']'), ('{', '}'), ('「', '」'), ('【', '】')];

const ENDS_SENTENCE: &str = ".,;:!?'’*_~…。、";

/// Returns the end of the separator after a scheme: `://`, `[:]//`, `:\\`.
pub(super) fn scheme_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let colon = ["[:]", "(:)", ":", "[://]"].into_iter().find(|colon| rest.starts_with(colon))?;
    let slashes =
        rest[colon.len()..].bytes().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
    (slashes >= 2 || colon == "[://]").then_some(at + colon.len() + slashes)
}

/// Returns the start of a scheme at the end of a label: `seehttps`.
pub(super) fn scheme_start(label: &str) -> Option<usize> {
    let known = ["https", "http", "hxxps", "hxxp", "ftp"];
    let ends = |scheme: &&str| {
        let start = label.len().checked_sub(scheme.len());
        start
            .filter(|&start| label.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(scheme)))
    };
    let is_scheme = (2..=MAX_SCHEME).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphabetic());
    known.iter().find_map(ends).or(is_scheme.then_some(0))
}

/// Returns the start of the host in an authority, `user:password@host:port`, and the end of the
/// authority.
pub(super) fn authority(text: &str, start: usize) -> (usize, usize) {
    let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '\\' | '?' | '#' | '"' | '`' | '|');
    let rest = &text[start..];
    let authority = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    (start + host, start + authority.len())
}

/// Returns the end of an IPv6 address in brackets: `[2001:db8::1]`.
pub(super) fn address_end(text: &str, at: usize) -> Option<usize> {
    /// In bytes; the longest form has 45.
    const MAX_ADDRESS: usize = 48;
    let inside = text[at..].strip_prefix('[')?;
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let length = inside.bytes().take(MAX_ADDRESS).take_while(is_part).count();
    let is_address = inside[..length].matches(':').count() > 1 && inside[length..].starts_with(']');
    is_address.then_some(at + length + 2)
}
