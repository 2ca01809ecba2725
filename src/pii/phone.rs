//! Phone numbers: international numbers with a country code (ITU-T E.164 and E.123), and North
//! American numbers with an area code and exchange that the numbering plan allows.

use super::numbers::NumberText;
use super::{digits_at, is_start, is_word};
use crate::span::Span;

/// The fewest and the most digits of an international number, including the country code (E.164).
pub(super) const MIN_DIGITS: usize = 7;
const MAX_DIGITS: usize = 15;

/// The fewest digits of a number without separators.
const MIN_UNBROKEN: usize = 10;

/// The most characters between two groups of digits.
const MAX_SEPARATOR: usize = 4;

/// Country codes with so short numbers that these also count without separators, and their digits
/// with the code: the Faroes, Greenland, Andorra, Saint Pierre, Suriname, Wallis and Futuna, New
/// Caledonia; the Cook and Solomon Islands.
const SHORT: [(&str, usize); 9] = [
    ("298", 9),
    ("299", 9),
    ("376", 9),
    ("508", 9),
    ("597", 9),
    ("681", 9),
    ("687", 9),
    ("682", 8),
    ("677", 8),
];

/// What precedes an international number without a plus sign in links to chats.
const IN_LINKS: [&str; 2] = ["wa.me/", "phone="];

pub(super) fn find(numbers: &NumberText<'_>, found: &mut dyn FnMut(Span)) {
    let text = numbers.text();
    let mut at = 0;
    while let Some(next) = text[at..].find(|c: char| c.is_ascii_digit() || c == '+' || c == '(') {
        let start = at + next;
        at = match end(text, start) {
            Some(end) => {
                let end = extended(text, end);
                found(Span::new(start, end));
                end
            }
            None => start + digits_at(text, start).max(1),
        };
    }
}

/// Returns the end of the number that begins at byte `start`, if any.
fn end(text: &str, start: usize) -> Option<usize> {
    if IN_LINKS.iter().any(|link| text[..start].ends_with(link)) {
        return international(text, Group::at(text, start)?);
    }
    if !begins(text, start) {
        return None;
    }
    if text[start..].starts_with('+') {
        let code = after_plus(text, start)?;
        return international(text, Group::at(text, code)?);
    }
    if text[start..].starts_with("(+") {
        // Only the country code: `(+44) 7700 900123`.
        let code = Group::plain(text, after_plus(text, start + 1)?)?;
        let is_closed = code.end - code.start <= 3 && text[code.end..].starts_with(')');
        if !is_closed {
            return None;
        }
        return international(text, Group { after: code.end + 1, ..code });
    }
    let first = Group::at(text, start)?;
    // The international call prefixes: in North America, and elsewhere.
    let rest = |prefix: usize| Group { start: first.start + prefix, ..first };
    match first.digits(text) {
        "011" => international(text, first.next(text)?),
        digits if digits.starts_with("011") => international(text, rest(3)),
        digits if digits.starts_with("00") && digits.len() > 2 => international(text, rest(2)),
        "1" => north_american(text, first.next(text)?),
        _ => north_american(text, first),
    }
}

/// Returns the position after a plus sign at a byte and up to two spaces. After a digit, a plus sign
/// with spaces is that of a sum.
fn after_plus(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let spaces = rest.bytes().take(2).take_while(|&byte| byte == b' ').count();
    let is_sum = || text[..at].trim_end().ends_with(|c: char| c.is_ascii_digit() || c == ')');
    (spaces == 0 || !is_sum()).then_some(at + 1 + spaces)
}

/// A group of digits.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    /// The position after its closing bracket, or `end`.
    after: usize,
}

impl Group {
    /// Returns the group at a byte, with or without brackets.
    fn at(text: &str, at: usize) -> Option<Group> {
        let Some(inside) = text[at..].strip_prefix('(') else { return Group::plain(text, at) };
        let group = Group::plain(text, text.len() - inside.len())?;
        let is_closed = text[group.end..].starts_with(')');
        is_closed.then_some(Group { after: group.end + 1, ..group })
    }

    /// Returns the group without brackets at a byte.
    fn plain(text: &str, start: usize) -> Option<Group> {
        let end = start + digits_at(text, start);
        (start < end).then_some(Group { start, end, after: end })
    }

    /// Returns the next group, if only spaces and at most one punctuation character separate them.
    /// Groups without brackets are never adjacent, since a group has all digits of its run.
    fn next(self, text: &str) -> Option<Group> {
        let mut has_punctuation = false;
        for (length, (offset, c)) in text[self.after..].char_indices().enumerate() {
            match c {
                '0'..='9' | '(' => return Group::at(text, self.after + offset),
                _ if length == MAX_SEPARATOR => return None,
                ' ' => {}
                '-' | '.' | '/' if !has_punctuation => has_punctuation = true,
                _ => return None,
            }
        }
        None
    }

    fn digits(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    fn length(self) -> usize {
        self.end - self.start
    }

    fn is_bracketed(self) -> bool {
        self.after > self.end
    }

    /// The group as two, the first of which has `length` digits.
    fn split(self, length: usize) -> (Group, Group) {
        let middle = self.start + length;
        (Group { end: middle, after: middle, ..self }, Group { start: middle, ..self })
    }
}

/// Returns the end of a North American number: area code, exchange and line. Each is a group; after
/// a hyphen or brackets, exchange and line may be one.
fn north_american(text: &str, area: Group) -> Option<usize> {
    let plain = |group: &Group, length| group.length() == length && !group.is_bracketed();
    Some(area).filter(|area| area.length() == 3)?;
    let second = area.next(text)?;
    let is_joined = area.is_bracketed() || text[area.after..second.start] == *"-";
    let (exchange, line) = match plain(&second, 7) && is_joined {
        true => second.split(3),
        false => (second, second.next(text)?),
    };
    if !plain(&exchange, 3) || !plain(&line, 4) {
        return None;
    }
    // Separated by spaces only, and followed by more numbers, it is part of a table.
    let is_space = |from: Group, to: Group| text[from.after..to.start] == *" ";
    let is_table = !area.is_bracketed() && is_space(area, exchange) && is_space(exchange, line);
    let digits = [area, exchange, line].map(|group| group.digits(text));
    // Round numbers are sizes, scores or prices.
    let is_round = !area.is_bracketed() && digits.iter().all(|digits| digits.ends_with('0'));
    let is_valid = is_north_american(digits[0], digits[1])
        && !(is_table && line.next(text).is_some())
        && !is_round
        && is_end(text, line.end);
    is_valid.then_some(line.end)
}

/// Returns the end of a number that begins with a country code.
fn international(text: &str, first: Group) -> Option<usize> {
    let code = country(first.digits(text))?;
    let mut national = String::with_capacity(MAX_DIGITS);
    national.push_str(&first.digits(text)[code.len()..]);
    let mut groups = vec![first];
    let mut last = first;
    // North American numbers have a fixed length; all others continue as long as possible.
    while !(code == "1" && national.len() >= 10) {
        let Some(next) = last.next(text) else { break };
        let digits = next.digits(text);
        let is_trunk = digits == "0" && next.is_bracketed();
        if !is_trunk {
            if code.len() + national.len() + digits.len() > MAX_DIGITS {
                break;
            }
            national.push_str(digits);
        }
        groups.push(next);
        last = next;
    }
    let length = code.len() + national.len();
    let is_short = groups.len() == 1 && length < MIN_UNBROKEN && !SHORT.contains(&(code, length));
    let is_valid = is_national(code, &national)
        && !is_short
        && !is_amount(text, &groups)
        && is_end(text, last.after);
    is_valid.then_some(last.after)
}

/// Whether groups are more likely an amount or a decimal number: `+325 000 000`, `+51.5073509`.
fn is_amount(text: &str, groups: &[Group]) -> bool {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return true };
    let thousands = first.length() <= 3 && groups[1..].iter().all(|group| group.length() == 3);
    match groups.len() {
        1 => first.digits(text).ends_with("00000"),
        2 if text[first.end..last.start] == *"." => true,
        _ => thousands && last.digits(text) == "000",
    }
}

/// Whether a number may begin at byte `at`.
fn begins(text: &str, at: usize) -> bool {
    let before = &text[..at];
    is_start(text, at)
        && !before.ends_with(['+', '/', '#', '$'])
        && !before.strip_suffix(':').is_some_and(|it| it.ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether no word, number or date continues after byte `at`.
fn is_end(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    match rest.next() {
        Some('x' | 'X') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some('-' | '.' | ',' | '/' | ':') => !rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !is_word(c) && !matches!(c, '%' | '$'),
        None => true,
    }
}

/// Returns the end of a number with its extension, if any: `x123`, ` ext. 123`.
fn extended(text: &str, end: usize) -> usize {
    const MAX_EXTENSION: usize = 6;
    let rest = text[end..].strip_prefix(' ').unwrap_or(&text[end..]);
    let is_word_at =
        |word: &&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let Some(word) = ["ext.", "ext", "x"].into_iter().find(is_word_at) else { return end };
    let rest = &rest[word.len()..];
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let digits = digits_at(rest, 0);
    let is_valid = (1..=MAX_EXTENSION).contains(&digits) && !rest[digits..].starts_with(is_word);
    if is_valid { text.len() - rest.len() + digits } else { end }
}

/// Whether the North American numbering plan allows an area code and exchange: neither begins with
/// 0 or 1 or is a service code such as 911, and no area code has a 9 in the middle.
fn is_north_american(area: &str, exchange: &str) -> bool {
    let is_code = |code: &str| matches!(code.as_bytes(), [b'2'..=b'9', middle, last] if (middle, last) != (&b'1', &b'1'));
    is_code(area) && is_code(exchange) && area.as_bytes()[1] != b'9'
}

/// Whether a national number is plausible for a country code.
fn is_national(code: &str, number: &str) -> bool {
    // Some senders include the trunk prefix 0, and some countries keep it.
    let significant = number.strip_prefix('0').unwrap_or(number);
    match code {
        _ if significant.starts_with('0') => false,
        "1" => number.len() == 10 && is_north_american(&number[..3], &number[3..6]),
        "7" => significant.len() == 10,
        // Countries with three-digit codes have shorter numbers.
        _ => significant.len() >= if code.len() == 3 { 5 } else { 7 },
    }
}

/// Returns the country code at the start of a number (ITU-T E.164, list of assigned country codes).
fn country(digits: &str) -> Option<&str> {
    let mut bytes = digits.bytes();
    let first = bytes.next()?;
    if matches!(first, b'1' | b'7') {
        return Some(&digits[..1]);
    }
    let second = bytes.next()?;
    // The second digits of two-digit codes. All other assigned codes have three digits.
    let short: &[u8] = match first {
        b'2' => b"07",
        b'3' => b"0123469",
        b'4' => b"013456789",
        b'5' => b"12345678",
        b'6' => b"0123456",
        b'8' => b"1246",
        b'9' => b"0123458",
        _ => return None,
    };
    let unassigned = matches!((first, second), (b'2', b'8') | (b'8', b'3' | b'9'));
    let length = if short.contains(&second) { 2 } else { 3 };
    digits.get(..length).filter(|_| !unassigned)
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::super::tests::with_matches;
    use super::country;

    #[test]
    fn country_codes_have_one_to_three_digits() {
        for (digits, code) in [
            ("12025550123", Some("1")),
            ("79161234567", Some("7")),
            ("201001234567", Some("20")),
            ("2348012345678", Some("234")),
            ("35312345678", Some("353")),
            ("39312345678", Some("39")),
            ("421212345678", Some("421")),
            ("491701234567", Some("49")),
            ("5491123456789", Some("54")),
            ("593212345678", Some("593")),
            ("61412345678", Some("61")),
            ("67512345678", Some("675")),
            ("81312345678", Some("81")),
            ("85212345678", Some("852")),
            ("919812345678", Some("91")),
            ("966512345678", Some("966")),
            ("282123456789", None),
            ("831234567890", None),
            ("891234567890", None),
            ("012345678901", None),
            ("9", None),
            ("96", None),
            ("", None),
        ] {
            assert_eq!(country(digits), code, "{digits}");
        }
    }

    #[test]
    fn numbers_are_international_or_north_american() {
        for text in [
            "call me: «+1 202 555 0123» or «+1 (202) 555-0123», «+12025550123»!",
            "tel:«+44 20 7946 0958» «+44 (0)20 7946 0958» «+447700900123» «+447700 900 123»",
            "«+49 170/1234567», «+49.170.1234567», «+46 (0)8 928 571 38», «+371 2123 4567»",
            "«001-518-640-0854», «0044 7700 900123», «011 44 20 7946 0958»",
            "«(202) 555-0123» «(202)555-0123» «202-555-0123» «202.555.0123», «202 555 0123»",
            "«1-202-555-0123», «1 (202) 555-0123», «202‑555‑0123»"
                .replace('\u{2011}', "\u{2010}")
                .as_str(),
            "«202-555-0123x0135», «+1-903-540-4508x769», «202-555-0123 ext. 12», «202-555-0123» xoxo",
            "text «+39 06 698 12345».",
        ] {
            assert_eq!(with_matches(Detector::Phone, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn other_numbers_are_not_phone_numbers() {
        for text in [
            // Unassigned area codes and exchanges.
            "155-555-0123 202-155-0123 911-555-0123 202-911-0123 292-555-0123 555-010-0123",
            "+1 155 555 0123 +1 202 155 0123 +890 1234 5678 +280 1234 5678",
            // An open bracket.
            "(+441234567 (+44",
            // Orders, seeds, keys.
            "order 8005550123 seed 2025550123 #202-555-0123 112-3456789-0123456",
            "a202-555-0123 202-555-0123a 202-555-01234 202-555-0123-4 5-202-555-0123",
            "550e8400-e29b-41d4-a716-446655440000 460-89-9847",
            // Dates and times.
            "2026-11-21 20:15:30 10-12-2026 20.15 +05:30 +0530 20261121T201530 1795273187",
            "00 20 15 30 45 50",
            // Coordinates.
            "+40.712776, -74.005974 +51.5073509 52.520008, 13.404954",
            // Scores and amounts.
            "+1000000 aura +1 000 000 +2 500 000 +325 000 000 +250000000 +12345678 xp 3-2, 555 to 010",
            "640 480 1080 200.300.4000 240-360-4800 202 555 0123 456 $202 555 0123 202 555 0123% +3545551",
            // Versions and addresses.
            "v1.202.555.0123 10.0.0.1:8080 192.168.100.200 202.555.012",
        ] {
            assert_eq!(with_matches(Detector::Phone, text), text);
        }
    }
}
