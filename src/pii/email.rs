//! E-mail addresses: the common subset of RFC 5321.
//!
//! Obfuscated ones are found as well, such as `robin [at] example (dot) com`.

use crate::span::Span;

/// The longest part before the `@`, and the longest address, in bytes (RFC 5321, section 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_ADDRESS: usize = 254;

/// The longest label of a host, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL: usize = 63;

/// The most spaces on each side of a bracket.
const MAX_SPACES: usize = 2;

pub(super) fn find(text: &str, found: &mut dyn FnMut(Span)) {
    let (mut last, mut next) = (0, 0);
    while let Some(at) = text[next..].find(may_begin_at_sign).map(|at| next + at) {
        next = at + 1;
        let Some(at_sign) = at_sign(text, last, at) else { continue };
        let name = local(&text[last..at_sign.start]).len();
        let start = at_sign.start - name;
        let end = at_sign.end + host(&text[at_sign.end..]).len();
        let is_valid = (1..=MAX_LOCAL).contains(&name) && at_sign.end < end;
        if is_valid && end - start <= MAX_ADDRESS {
            found(Span::new(start, end));
            last = end;
        } else {
            last = at_sign.end;
        }
        next = last;
    }
}

/// Whether an `@`, or a bracket that may contain one, begins with a character.
pub(super) fn may_begin_at_sign(c: char) -> bool {
    matches!(c, '@' | '(' | '[' | '{' | '<')
}

/// Returns the `@` at a byte, or one in brackets with the spaces around it: ` (at) `.
fn at_sign(text: &str, last: usize, at: usize) -> Option<Span> {
    if text[at..].starts_with('@') {
        return Some(Span::new(at, at + 1));
    }
    let end = bracketed(text, at, &["at", "@"])?;
    let spaces = text.as_bytes()[last..at].iter().rev().take(MAX_SPACES);
    let start = at - spaces.take_while(|&&byte| byte == b' ').count();
    Some(Span::new(start, skip_spaces(text, end)))
}

/// Returns the end of a dot, plain or in brackets, at a byte.
fn dot(text: &str, at: usize) -> Option<usize> {
    if text[at..].starts_with('.') {
        return Some(at + 1);
    }
    let end = bracketed(text, skip_spaces(text, at), &[".", "dot"])?;
    Some(skip_spaces(text, end))
}

/// Returns the end of a pair of brackets at a byte that contains one of `words`.
fn bracketed(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let is_open = text[at..].starts_with(|c| c != '@' && may_begin_at_sign(c));
    let inside = skip_spaces(text, at + usize::from(is_open));
    let rest = &text.as_bytes()[inside..];
    let is_there = |word: &&&str| {
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    let word = words.iter().find(is_there).filter(|_| is_open)?;
    let end = skip_spaces(text, inside + word.len());
    text[end..].starts_with([')', ']', '}', '>']).then_some(end + 1)
}

fn skip_spaces(text: &str, at: usize) -> usize {
    let spaces = text.as_bytes()[at..].iter().take(MAX_SPACES);
    at + spaces.take_while(|&&byte| byte == b' ').count()
}

/// Returns the local part at the end of a text: letters, digits and some punctuation, with single
/// dots.
fn local(text: &str) -> &str {
    let is_local = |c: char| is_letter(c) || c.is_ascii_digit() || "._%+-'&".contains(c);
    let start = text.trim_end_matches(is_local).len();
    let run = &text[start..];
    let run = run.rfind("..").map_or(run, |dots| &run[dots + 2..]);
    if run.ends_with(['.', '\'']) {
        return "";
    }
    // A quote or dash before it belongs to the sentence.
    run.trim_start_matches(|c: char| !is_letter(c) && !c.is_ascii_digit() && c != '_')
}

/// Returns the host at the start of a text; empty if it has fewer than two labels or no top-level
/// domain.
fn host(text: &str) -> &str {
    let is_label = |c: char| is_letter(c) || c.is_ascii_digit() || c == '-';
    let (mut end, mut at, mut labels) = (0, 0, 0);
    loop {
        let run = &text[at..];
        let length = run.find(|c| !is_label(c)).unwrap_or(run.len());
        let label = run[..length].trim_end_matches('-');
        if label.is_empty() || label.starts_with('-') || label.len() > MAX_LABEL {
            break;
        }
        labels += 1;
        let top = top_level(label);
        if labels > 1 && top > 0 {
            end = at + top;
        }
        // Labels beyond the longest address cannot end one.
        let more = label.len() == length && at + length < MAX_ADDRESS;
        let Some(next) = dot(text, at + length).filter(|_| more) else { break };
        at = next;
    }
    &text[..end]
}

/// Returns the length of the top-level domain at the start of a label: at least two letters, all or
/// none in ASCII, or punycode.
fn top_level(label: &str) -> usize {
    if label.len() > 4 && label.is_ascii() && label[..4].eq_ignore_ascii_case("xn--") {
        return label.len();
    }
    let is_ascii = label.starts_with(|c: char| c.is_ascii());
    let length = label.find(|c: char| c.is_ascii() != is_ascii || !is_letter(c));
    let length = length.unwrap_or(label.len());
    // Letters of another script may follow a domain without a space, but digits may not.
    let rest = label[length..].chars().next();
    let ends = rest.is_none_or(|c| is_ascii && !c.is_ascii());
    if ends && label[..length].chars().nth(1).is_some() { length } else { 0 }
}

/// Whether `c` is a letter of a script with spaces between words, from Latin to the scripts of
/// India.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && c < '\u{E00}' && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::super::tests::with_matches;

    #[test]
    fn addresses_have_a_local_part_and_a_host_with_a_tld() {
        for text in [
            "write to «robin@example.com».",
            "(«Robin.Doe+chat@mail.example.co.uk»), «o'neil_x%y@ex-ample.org»!",
            "mailto:«a@b.io»?subject=hi, <«a@b.io»>",
            "'«robin@example.com»' or ..«robin@example.com»..",
            "a..«b@example.com»",
            "«jürgen@müller.de» «иван@почта.рф» «a@example.xn--p1ai»",
            "«robin@example.com»에 傻瓜«robin@example.com»好",
            "@robin nice one, gg@everyone, meet me @ example.com",
            "3@2.50 each, a@b, a@b.c, @b.com, a.@b.com, a@-b.com, a@b..com",
            "«a@b.com»-, «a@b.com».5 a@b.c5m",
            "«a@b.com»@c.org",
            "a@a@«a@a.com»",
            "«git@host.example»:x/y",
            "«robin (at) example.com», «robin[AT]example[dot]com», «robin@example[.]com»",
            "«robin [ at ] mail ( dot ) example (.) com»",
            "meet (at) noon, list[at].length, (at) example.com, robin (at example.com",
        ] {
            assert_eq!(with_matches(Detector::Email, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn lengths_are_those_of_the_standard() {
        let name = "a".repeat(64);
        let label = "b".repeat(63);
        for valid in [
            format!("«{name}@{label}.{label}.example»"),
            format!("{} «{name}@{label}.{label}.example»", "c".repeat(300)),
        ] {
            assert_eq!(with_matches(Detector::Email, &valid.replace(['«', '»'], "")), valid);
        }
        for text in [
            format!("a{name}@example.com"),
            format!("a@b{label}.com"),
            format!("{name}@{label}.{label}.{label}.com"),
        ] {
            assert_eq!(with_matches(Detector::Email, &text), text);
        }
    }
}
