//! E-mail addresses: the part of RFC 5321 that people write.

use crate::span::Span;

/// The longest part before the `@`, and the longest address, in bytes (RFC 5321, section 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_ADDRESS: usize = 254;

/// The longest label of a host, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL: usize = 63;

pub(super) fn find(text: &str, found: &mut dyn FnMut(Span)) {
    let mut last = 0;
    for (at, _) in text.match_indices('@') {
        let start = at - local(&text[last..at]).len();
        let end = at + 1 + host(&text[at + 1..]).len();
        let sound = start < at && at - start <= MAX_LOCAL && at + 1 < end;
        if sound && end - start <= MAX_ADDRESS {
            found(Span::new(start, end));
            last = end;
        } else {
            last = at + 1;
        }
    }
}

/// The part before an `@` that ends a text: words of letters, digits and some signs, with single dots between.
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
        at += length + 1;
        // What does not fit into an address cannot end one.
        let more = label.len() == length && text[at - 1..].starts_with('.') && at <= MAX_ADDRESS;
        if !more {
            break;
        }
    }
    &text[..end]
}

/// How much of a label is a top-level domain: two letters or more, all of ASCII or none, or such in punycode.
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
        ] {
            assert_eq!(marked(Detector::Email, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn lengths_are_those_of_the_standard() {
        let name = "a".repeat(64);
        let label = "b".repeat(63);
        let sound = format!("«{name}@{label}.{label}.example»");
        assert_eq!(marked(Detector::Email, &sound.replace(['«', '»'], "")), sound);
        for text in [
            format!("a{name}@example.com"),
            format!("a@b{label}.com"),
            format!("{name}@{label}.{label}.{label}.com"),
        ] {
            assert_eq!(marked(Detector::Email, &text), text);
        }
    }
}
