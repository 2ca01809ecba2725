//! IP addresses of hosts on the Internet: IPv4 in dotted-decimal form, IPv6 in the text forms of
//! RFC 4291 (section 2.2).
//!
//! Addresses of local networks say nothing about a person, and numbers in four parts are also
//! versions of software and sections of texts. The ranges for documentation are found like any
//! other address, so that samples of rules can use them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::numbers::NumberText;
use super::{is_end, is_start, is_word};
use crate::span::Span;

/// The longest address in bytes: IPv6 that ends in IPv4.
const MAX_ADDRESS: usize = 45;

pub(super) fn find(numbers: &NumberText<'_>, found: &mut dyn FnMut(Span)) {
    let text = numbers.text();
    let is_part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let mut at = 0;
    while let Some(next) = text[at..].find(is_part) {
        let start = at + next;
        let run = &text[start..];
        let run = &run[..run.find(|c| !is_part(c)).unwrap_or(run.len())];
        at = start + run.len();
        match ipv6(text, start, run) {
            Some((span, true)) => found(span),
            Some((_, false)) => {}
            None => ipv4(numbers, start, run, found),
        }
    }
}

/// Returns the IPv6 address in a run of its characters, without punctuation around it, and whether
/// it is of a host on the Internet.
fn ipv6(text: &str, start: usize, run: &str) -> Option<(Span, bool)> {
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
    Some((span, is_public_v6(parsed) && looks_like_ipv6(address, parsed)))
}

/// Whether an address looks like IPv6 rather than a time or names with colons: not
/// `1:2:3:4:5:6:7:8`, `12:30::45` or `face::1`.
fn looks_like_ipv6(address: &str, parsed: Ipv6Addr) -> bool {
    let groups = || address.split(':').filter(|group| !group.is_empty());
    if address.contains('.') {
        return true;
    }
    if address.contains("::") && groups().count() < 6 {
        // The first group of all addresses that are assigned to hosts, 2000::/3, has four digits.
        let is_assigned = matches!(parsed.segments()[0], 0x2000..=0x3FFF);
        // The prefix of addresses of version 4 as version 6 (RFC 6052).
        let is_translated = parsed.segments()[..2] == [0x64, 0xFF9B];
        return is_assigned || is_translated || address.to_ascii_lowercase().starts_with("::ffff:");
    }
    let has_digit = address.contains(|c: char| c.is_ascii_digit());
    has_digit && (address.contains("::") || groups().any(|group| group.len() >= 3))
}

/// Whether an address is not of a local network, the own host or a group of hosts (RFC 6890, RFC
/// 4291). Addresses that contain one of version 4 are as public as that.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let last = |segments: [u16; 8]| (u32::from(segments[6]) << 16) | u32::from(segments[7]);
    match address.segments() {
        // IPv4-mapped, IPv4-compatible, and translated addresses.
        all @ ([0, 0, 0, 0, 0, 0xFFFF | 0, ..] | [0x64, 0xFF9B, 0, 0, 0, 0, ..]) => {
            is_public_v4(Ipv4Addr::from(last(all)))
        }
        // Unique local, link-local and multicast addresses.
        [first, ..] => !matches!(first, 0xFC00..=0xFDFF | 0xFE80..=0xFEBF | 0xFF00..),
    }
}

/// Whether an address is not reserved for local networks, the own host, tests, groups of hosts or
/// later use (RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [192, 0, 0, _]
            | [198, 18..=19, ..]
            // A network, not a host.
            | [_, 0, 0, 0]
    )
}

/// Calls `found` with the IPv4 addresses in a run of digits, dots and other characters.
fn ipv4(numbers: &NumberText<'_>, start: usize, run: &str, found: &mut dyn FnMut(Span)) {
    let text = numbers.text();
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
        // With four digits in all it is more often a version.
        let is_long = address.len() > "1.2.3.4".len();
        if is_long
            && let Ok(parsed) = address.parse::<Ipv4Addr>()
            && is_public_v4(parsed)
            && is_start(text, span.start)
            && is_ipv4_end(text, span.end)
            && !is_version(numbers, span, parsed)
        {
            found(span);
        }
        at = after;
    }
}

/// Words before a version number, or the number of a part of a text.
const VERSION_WORDS: [&str; 24] = [
    "build",
    "chapter",
    "driver",
    "drivers",
    "firmware",
    "patch",
    "release",
    "section",
    "update",
    "ver",
    "ver.",
    "version",
    "versione",
    "versión",
    "versão",
    "wersja",
    "sürüm",
    "версия",
    "версии",
    "версию",
    "патч",
    "版本",
    "バージョン",
    "버전",
];

/// Words after a version number.
const AFTER_VERSION: [&str; 10] = [
    "beta", "build", "driver", "drivers", "firmware", "hotfix", "patch", "release", "update",
    "version",
];

/// Words before an address. Any other word is taken for the name of a program.
#[rustfmt::skip]
const BEFORE_ADDRESS: [&str; 56] = [
    "addr", "address", "adresse", "an", "and", "are", "as", "at", "auf", "ban", "banned", "bei",
    "block", "by", "connect", "ddos", "de", "dns", "dos", "en", "es", "est", "for", "from", "got",
    "has", "hit", "host", "in", "ip", "ips", "ipv4", "is", "ist", "join", "like", "location", "my",
    "not", "of", "on", "or", "over", "ping", "proxy", "scan", "server", "ssh", "the", "to", "trace",
    "und", "via", "von", "vpn", "with",
];

/// Whether an address is more likely the version of a program or the number of a part of a text.
///
/// - `Patch 1.20.30.41`: a version word precedes, and the first part has at most two digits.
/// - `OBS 30.0.2.1`, `nginx/1.18.0.12`, `[1.20.30.41]`, `§ 12.34.56.78`, `12.1.10.5 update`: all
///   parts have at most two digits, which one of 40 addresses has, and the text around it says so.
fn is_version(numbers: &NumberText<'_>, span: Span, address: Ipv4Addr) -> bool {
    let parts = address.octets();
    if parts[0] > 99 {
        return false;
    }
    let text = numbers.text();
    let before = numbers.composed_before(span.start);
    let before = before.strip_suffix(' ').unwrap_or(before);
    let before = before.strip_suffix([':', '=']).unwrap_or(before);
    if VERSION_WORDS.iter().any(|word| is_last_word(before, word)) {
        return true;
    }
    let (before, after) = (&text[..span.start], &text[span.end..]);
    parts.iter().all(|&part| part < 100)
        && (follows_name(before)
            || before.trim_end().ends_with('#')
            || (before.ends_with('[') && after.starts_with(']'))
            || AFTER_VERSION.iter().any(|word| is_next_word(after, word)))
}

/// Whether the name of a program and a space or slash end a text.
fn follows_name(text: &str) -> bool {
    let Some(text) = text.strip_suffix([' ', '/']) else { return false };
    let start = text.trim_end_matches(is_word).len();
    let name = &text[start..];
    name.contains(|c: char| c.is_ascii_alphabetic())
        && !BEFORE_ADDRESS.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether a word ends a text. Scripts without spaces continue before a word.
fn is_last_word(text: &str, word: &str) -> bool {
    let Some(start) = text.len().checked_sub(word.len()) else { return false };
    match word.is_ascii() {
        true => {
            let is_word_there = text.as_bytes()[start..].eq_ignore_ascii_case(word.as_bytes());
            is_word_there && !text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_')
        }
        false => text.get(start..).is_some_and(|end| end.to_lowercase() == word),
    }
}

/// Whether a space and a word begin a text.
fn is_next_word(text: &str, word: &str) -> bool {
    let Some(rest) = text.strip_prefix(' ') else { return false };
    let is_there = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    is_there && !rest[word.len()..].starts_with(is_word)
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
            "http://«203.0.113.7»:8080/ «203.0.113.12»/24",
            "ip:«203.0.113.7» \\|«203.0.113.7»|",
            "«203.0.113.7»-9 build «203.0.113.7» ip «45.12.33.9», is «45.12.33.9», «45.12.33.9»",
            "«203[.]0[.]113[.]7» «203 dot 0 dot 113 dot 7» «203。0。113。7» «203(dot)0 . 113 .7»",
            "服务器«203.0.113.7»挂了 ไอพี«203.0.113.7» адрес«203.0.113.7» «٢٠٣.٠.١١٣.٧» 服务器«45.12.33.9»",
            // Local networks.
            "10.0.0.12/24 172.16.0.1 172.31.0.1 192.168.1.1 169.254.1.1 100.64.0.1 100.127.0.1 198.18.0.10",
            "«172.32.0.1» «172.15.0.1» «192.167.1.1» «169.253.1.1» «100.63.0.1» «100.128.0.1» «11.0.0.10»",
            // Programs and parts of texts.
            "OBS 30.0.2.1, minecraft 1.20.30.41; nginx/1.25.3.10 Chrome/124.0.0.0 [1.20.30.41]",
            "§ 12.34.56.78, section 12.34.56.78, version=12.1.10.5, 12.1.10.5 update, FIFA 23.1.0.4",
            "версия 12.34.56.78, 版本12.34.56.78",
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
            "[«2001:db8::1»]:443, «2001:db8::», «1:2:3:4:5:6:7::» «64:ff9b::192.0.2.33»",
            "fe80::1%eth0; fe80::. fd00::1234 fc00:1234::1 ff02::1 ::ffff:192.168.0.1 face::1 1::8",
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
