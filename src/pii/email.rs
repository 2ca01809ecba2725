//! E-mail addresses: the part of RFC 5321 that people write, and `robin [at] example (dot) com`.

use crate::span::Span;

/// The longest part before the `@`, and the longest address, in bytes (RFC 5321, section 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_ADDRESS: usize = 254;

/// The longest label of a host, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL: usize = 63;

/// Blanks that may stand at a side of a bracket.
const MAX_BLANKS: usize = 2;

pub(super) fn find(text: &str, found: &mut dyn FnMut(Span)) {
    let (mut last, mut next) = (0, 0);
    while let Some(at) = text[next..].find(is_telling).map(|at| next + at) {
        next = at + 1;
        let Some(sign) = sign(text, last, at) else { continue };
        let name = local(&text[last..sign.start]).len();
        let start = sign.start - name;
        let end = sign.end + host(&text[sign.end..]).len();
        let sound = (1..=MAX_LOCAL).contains(&name) && sign.end < end;
        if sound && end - start <= MAX_ADDRESS {
            found(Span::new(start, end));
            last = end;
        } else {
            last = sign.end;
        }
        next = last;
    }
}

/// Whether an `@` begins with a character: it, or a bracket in which it is hidden.
pub(super) fn is_telling(c: char) -> bool {
    matches!(c, '@' | '(' | '[' | '{' | '<')
}

/// The `@` that begins at a byte, or one in brackets with the blanks around it: ` (at) `.
fn sign(text: &str, last: usize, at: usize) -> Option<Span> {
    if text[at..].starts_with('@') {
        return Some(Span::new(at, at + 1));
    }
    let end = bracketed(text, at, &["at", "@"])?;
    let blanks = text.as_bytes()[last..at].iter().rev().take(MAX_BLANKS);
    let start = at - blanks.take_while(|&&byte| byte == b' ').count();
    Some(Span::new(start, skip_blanks(text, end)))
}

/// Where a dot ends that is written as one, or hidden in brackets.
fn dot(text: &str, at: usize) -> Option<usize> {
    if text[at..].starts_with('.') {
        return Some(at + 1);
    }
    let end = bracketed(text, skip_blanks(text, at), &[".", "dot"])?;
    Some(skip_blanks(text, end))
}

/// Where the bracket closes that opens at a byte, if one of these words stands in it.
fn bracketed(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let is_open = text[at..].starts_with(|c| c != '@' && is_telling(c));
    let inside = skip_blanks(text, at + usize::from(is_open));
    let rest = &text.as_bytes()[inside..];
    let is_there = |word: &&&str| {
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    let word = words.iter().find(is_there).filter(|_| is_open)?;
    let end = skip_blanks(text, inside + word.len());
    text[end..].starts_with([')', ']', '}', '>']).then_some(end + 1)
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let blanks = text.as_bytes()[at..].iter().take(MAX_BLANKS);
    at + blanks.take_while(|&&byte| byte == b' ').count()
}

/// The part before an `@` that ends a text: words of letters, digits and some signs, with single
/// dots between.
fn local(text: &str) -> &str {
    let is_local = |c: char| is_letter(c) || c.is_ascii_digit() || "._%+-'&".contains(c);
    let start = text.trim_end_matches(is_local).len();
    let run = &text[start..];
    let run = run.rfind("..").map_or(run, |dots| &run[dots + 2..]);
    if run.ends_with(['.', '\'']) {
        return "";
    }
    // A quote or a dash in front is the sentence's.
    run.trim_start_matches(|c: char| !is_letter(c) && !c.is_ascii_digit() && c != '_')
}

/// The host that begins a text; nothing if it has less than two labels or no top-level domain.
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
        // What does not fit into an address cannot end one.
        let more = label.len() == length && at + length < MAX_ADDRESS;
        let Some(next) = dot(text, at + length).filter(|_| more) else { break };
        at = next;
    }
    &text[..end]
}

/// How much of a label is a top-level domain: two letters or more, all of ASCII or none, or such in
/// punycode.
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

/// A letter of a script that puts spaces between words, from Latin to those of India.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && c < '\u{E00}' && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::super::tests::marked;

    #[test]
    fn addresses_have_a_name_and_a_host_with_a_top_level_domain() {
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
            assert_eq!(marked(Detector::Email, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn lengths_are_those_of_the_standard() {
        let name = "a".repeat(64);
        let label = "b".repeat(63);
        for sound in [
            format!("«{name}@{label}.{label}.example»"),
            format!("{} «{name}@{label}.{label}.example»", "c".repeat(300)),
        ] {
            assert_eq!(marked(Detector::Email, &sound.replace(['«', '»'], "")), sound);
        }
        for text in [
            format!("a{name}@example.com"),
            format!("a@b{label}.com"),
            format!("{name}@{label}.{label}.{label}.com"),
        ] {
            assert_eq!(marked(Detector::Email, &text), text);
        }
    }
}
