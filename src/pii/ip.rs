//! IP addresses: IPv4 in dotted-decimal form, IPv6 in the text forms of RFC 4291 (section 2.2).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{is_end, is_start, is_word};
use crate::span::Span;

/// The longest address in bytes: IPv6 that ends in IPv4.
const MAX_ADDRESS: usize = 45;

pub(super) fn find(text: &str, found: &mut dyn FnMut(Span)) {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let mut at = 0;
    while let Some(next) = text[at..].find(is_part) {
        let start = at + next;
        let run = &text[start..];
        let run = &run[..run.find(|c| !is_part(c)).unwrap_or(run.len())];
        at = start + run.len();
        match ipv6(text, start, run) {
            Some(span) => found(span),
            None => ipv4(text, start, run, found),
        }
    }
}

/// Returns the IPv6 address in a run of its characters, without punctuation around it.
fn ipv6(text: &str, start: usize, run: &str) -> Option<Span> {
    let (mut from, mut to) = (0, run.trim_end_matches('.').len());
    if run.starts_with(':') && !run.starts_with("::") {
        from = 1;
    }
    if run[..to].ends_with(':') && !run[..to].ends_with("::") {
        to -= 1;
    }
    let address = run.get(from..to)?;
    let span = Span::new(start + from, start + to);
    let fits = address.len() <= MAX_ADDRESS && address.matches(':').count() >= 2;
    if !fits || !is_start(text, span.start) || !is_end(text, span.end) {
        return None;
    }
    let parsed: Ipv6Addr = address.parse().ok()?;
    let is_reserved = parsed.is_loopback() || parsed.is_unspecified();
    (!is_reserved && looks_like_ipv6(address)).then_some(span)
}

/// Whether an address looks like IPv6 rather than a time or names with colons: not
/// `1:2:3:4:5:6:7:8`, `12:30::45` or `dead::beef`.
fn looks_like_ipv6(address: &str) -> bool {
    let mut groups = address.split(':').filter(|group| !group.is_empty());
    let long = |group: &str| group.len() >= 3;
    let begins = match address.contains("::") {
        true => address.starts_with("::") || groups.clone().next().is_some_and(|it| it.len() == 4),
        false => true,
    };
    begins && groups.any(long) && address.contains(|c: char| c.is_ascii_digit())
}

/// Calls `found` with the IPv4 addresses in a run of digits, dots and other characters.
fn ipv4(text: &str, start: usize, run: &str, found: &mut dyn FnMut(Span)) {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut at = 0;
    while let Some(next) = run[at..].find(is_part) {
        let part = &run[at + next..];
        let part = &part[..part.find(|c| !is_part(c)).unwrap_or(part.len())];
        let after = at + next + part.len();
        let address = part.trim_start_matches('.');
        let span_start = start + after - address.len();
        let address = address.trim_end_matches('.');
        let span = Span::new(span_start, span_start + address.len());
        let is_valid = is_ipv4(address)
            && is_start(text, span.start)
            && is_ipv4_end(text, span.end)
            && !is_version_number(text, span);
        if is_valid {
            found(span);
        }
        at = after;
    }
}

/// Whether four numbers are the address of a host. With four digits in all it is more often a
/// version, and hosts do not have addresses that begin with 0 or 127 or are beyond 223 (RFC 6890).
fn is_ipv4(address: &str) -> bool {
    let Ok(parsed) = address.parse::<Ipv4Addr>() else { return false };
    let [first, ..] = parsed.octets();
    matches!(first, 1..=126 | 128..=223) && address.len() > "1.2.3.4".len()
}

/// Words before a version number, or the number of a part of a text.
const VERSION_WORDS: [&str; 12] = [
    "build", "chapter", "driver", "drivers", "firmware", "patch", "release", "section", "update",
    "ver", "ver.", "version",
];

/// Whether an address is more likely such a number: its first part has at most two digits, and such
/// a word precedes it.
fn is_version_number(text: &str, address: Span) -> bool {
    let is_short = text[address.range()].find('.').is_some_and(|length| length <= 2);
    let before = text[..address.start].strip_suffix(' ').unwrap_or(&text[..address.start]);
    let before = before.strip_suffix(':').unwrap_or(before).as_bytes();
    let ends = |word: &&str| {
        let start = before.len().checked_sub(word.len());
        start.is_some_and(|start| {
            before[start..].eq_ignore_ascii_case(word.as_bytes())
                && !text[..start].ends_with(is_word)
        })
    };
    is_short && VERSION_WORDS.iter().any(ends)
}

/// Whether the text after byte `at` does not continue the address: not in `1.2.3.44-beta`.
fn is_ipv4_end(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    match after.next() {
        Some('-' | '+') => !after.next().is_some_and(char::is_alphabetic),
        Some('.') => true,
        Some(c) => !is_word(c),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::super::tests::with_matches;

    #[test]
    fn addresses_of_version_4_have_four_numbers_below_256() {
        for text in [
            "he is on «203.0.113.7», lol",
            "«203.0.113.7».",
            "«203.0.113.7».Also",
            "http://«203.0.113.7»:8080/ «10.0.0.12»/24",
            "ip:«203.0.113.7» \\|«203.0.113.7»|",
            "«192.168.1.1»-9 dispatch «10.20.30.40» build «203.0.113.7»",
            // Versions, and what no host has.
            "v1.2.3.44 1.2.3.4 1.2.3.44-beta 1.2.3.44.5 app-10.20.30.40",
            "Patch 1.20.30.41 firmware: 3.14.15.92 (ver. 10.20.30.40)",
            "10.0.19041.1 256.1.1.10 1.2.3.044 0.12.13.14 127.0.0.1 255.255.255.0",
            // Dates, times, scores.
            "21.11.2026 12:30:45 12.30.45 3.5 1,234.56.78.90",
        ] {
            assert_eq!(with_matches(Detector::Ip, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn addresses_of_version_6_may_be_written_in_all_ways() {
        for text in [
            "«2001:DB8:0:0:8:800:200C:417A» «2001:db8::8:800:200c:417a»",
            "[«2001:db8::1»]:443, «fe80::1»%eth0; «fe80::».",
            "ip:«2001:db8::1»: that",
            "«::ffff:129.144.52.38» «::13.1.68.3» «0:0:0:0:0:ffff:129.144.52.38»",
            "«6e40:4041:c617:e898:c11:40d2:c669:2eb4»",
            "::1 :: 0:0:0:0:0:0:0:1 std::vec abc::def dead::beef 12:30::45 1::2",
            "1:2:3:4:5:6:7:8 00:1B:44:11:3A:B7 12:30:45 :::: 2001:db8",
            "2001:db8::1::2 2001:db8::12345 g2001:db8::1 2001:db8::1g",
        ] {
            assert_eq!(with_matches(Detector::Ip, &text.replace(['«', '»'], "")), text);
        }
    }
}
