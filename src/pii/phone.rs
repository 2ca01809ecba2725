//! Telephone numbers: international ones with the code of a country (ITU-T E.164 and E.123), and
//! those of North America with an area and an exchange that the numbering plan may have.

use super::{digits_at, is_word, opens};
use crate::span::Span;

/// The fewest and the most digits of an international number, the country's code included (E.164).
pub(super) const MIN_DIGITS: usize = 7;
const MAX_DIGITS: usize = 15;

/// The fewest digits of one that is written without any separator.
const MIN_UNBROKEN: usize = 10;

/// The most characters between two groups of digits.
const MAX_SEPARATOR: usize = 4;

pub(super) fn find(text: &str, found: &mut dyn FnMut(Span)) {
    let mut at = 0;
    while let Some(next) = text[at..].find(|c: char| c.is_ascii_digit() || c == '+' || c == '(') {
        let start = at + next;
        let end = if begins(text, start) { end(text, start) } else { None };
        at = match end {
            Some(end) => {
                let end = extended(text, end);
                found(Span::new(start, end));
                end
            }
            None => start + digits_at(text, start).max(1),
        };
    }
}

/// Where the number ends that begins at byte `start`, if one does.
fn end(text: &str, start: usize) -> Option<usize> {
    if text[start..].starts_with('+') {
        return international(text, Group::at(text, start + 1)?);
    }
    let first = Group::at(text, start)?;
    // What is dialled to leave a country: elsewhere, and in North America.
    let rest = |prefix: usize| Group { start: first.start + prefix, ..first };
    match first.digits(text) {
        "011" => international(text, first.next(text)?),
        digits if digits.starts_with("011") => international(text, rest(3)),
        digits if digits.starts_with("00") && digits.len() > 2 => {
            // Without a separator it is some number with zeros in front.
            first.next(text).and_then(|_| international(text, rest(2)))
        }
        "1" => north_american(text, first.next(text)?),
        _ => north_american(text, first),
    }
}

/// A group of digits.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    /// Behind its bracket, or the same as `end`.
    closed: usize,
}

impl Group {
    /// The group at that byte, in brackets or not.
    fn at(text: &str, at: usize) -> Option<Group> {
        let bracket = usize::from(text[at..].starts_with('('));
        let start = at + bracket;
        let end = start + digits_at(text, start);
        let sound = start < end && (bracket == 0 || text[end..].starts_with(')'));
        sound.then_some(Group { start, end, closed: end + bracket })
    }

    /// The next group, if only blanks and one sign at most stand between; none needs to beside a
    /// bracket.
    fn next(self, text: &str) -> Option<Group> {
        let mut has_sign = false;
        for (length, (offset, c)) in text[self.closed..].char_indices().enumerate() {
            match c {
                '0'..='9' | '(' => {
                    let apart = length > 0 || c == '(' || self.is_bracketed();
                    return Group::at(text, self.closed + offset).filter(|_| apart);
                }
                _ if length == MAX_SEPARATOR => return None,
                ' ' => {}
                // Hyphens, dashes, the minus sign.
                '-' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' if !has_sign => {
                    has_sign = true;
                }
                _ => return None,
            }
        }
        None
    }

    fn digits(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    fn is_bracketed(self) -> bool {
        self.closed > self.end
    }
}

/// Where a number of North America ends: an area, an exchange and a line, each by itself.
fn north_american(text: &str, area: Group) -> Option<usize> {
    let is_long = |group: &Group, length| group.end - group.start == length;
    let plain = |group: &Group, length| is_long(group, length) && !group.is_bracketed();
    Some(area).filter(|area| is_long(area, 3))?;
    let exchange = area.next(text).filter(|exchange| plain(exchange, 3))?;
    let line = exchange.next(text).filter(|line| plain(line, 4))?;
    // With nothing but spaces between, more numbers beside these make a table.
    let is_space = |from: Group, to: Group| text[from.closed..to.start] == *" ";
    let is_table = !area.is_bracketed() && is_space(area, exchange) && is_space(exchange, line);
    let digits = [area, exchange, line].map(|group| group.digits(text));
    // And round numbers are sizes, scores, prices.
    let is_round = !area.is_bracketed() && digits.iter().all(|digits| digits.ends_with('0'));
    let sound = is_north_american(digits[0], digits[1])
        && !(is_table && line.next(text).is_some())
        && !is_round
        && closes(text, line.end);
    sound.then_some(line.end)
}

/// Where a number ends that begins with the code of a country.
fn international(text: &str, first: Group) -> Option<usize> {
    let code = country(first.digits(text))?;
    let mut national = String::with_capacity(MAX_DIGITS);
    national.push_str(&first.digits(text)[code.len()..]);
    let mut groups = vec![first];
    let mut last = first;
    // Those of North America are of one length, and all others go on as long as they may.
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
    let unbroken = groups.len() == 1 && code.len() + national.len() < MIN_UNBROKEN;
    let sound = is_national(code, &national)
        && !unbroken
        && !is_amount(text, &groups)
        && closes(text, last.closed);
    sound.then_some(last.closed)
}

/// Whether groups are rather an amount or a decimal number: `+325 000 000`, `+51.5073509`.
fn is_amount(text: &str, groups: &[Group]) -> bool {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return true };
    let length = |group: &Group| group.end - group.start;
    let thousands = length(first) <= 3 && groups[1..].iter().all(|group| length(group) == 3);
    match groups.len() {
        1 => first.digits(text).ends_with("00000"),
        2 if text[first.end..last.start] == *"." => true,
        _ => thousands && last.digits(text) == "000",
    }
}

/// Whether a number may begin at byte `at`.
fn begins(text: &str, at: usize) -> bool {
    let before = &text[..at];
    opens(text, at)
        && !before.ends_with(['+', '/', '#', '$', '€', '£'])
        && !before.strip_suffix(':').is_some_and(|it| it.ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether no more of a word, a number or a date follows byte `at`.
fn closes(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    match after.next() {
        Some('x' | 'X') => after.next().is_some_and(|c| c.is_ascii_digit()),
        Some('-' | '.' | ',' | '/' | ':') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !is_word(c) && !matches!(c, '%' | '€' | '$' | '£'),
        None => true,
    }
}

/// Where a number ends that may have an extension: `x123`, ` ext. 123`.
fn extended(text: &str, end: usize) -> usize {
    const MAX_EXTENSION: usize = 6;
    let rest = text[end..].strip_prefix(' ').unwrap_or(&text[end..]);
    let is_word_at =
        |word: &&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let Some(word) = ["ext.", "ext", "x"].into_iter().find(is_word_at) else { return end };
    let rest = &rest[word.len()..];
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let digits = digits_at(rest, 0);
    let sound = (1..=MAX_EXTENSION).contains(&digits) && !rest[digits..].starts_with(is_word);
    if sound { text.len() - rest.len() + digits } else { end }
}

/// Whether the numbering plan of North America may have an area and an exchange: neither begins
/// with 0 or 1 nor is a service code such as 911, and no area has a 9 in the middle.
fn is_north_american(area: &str, exchange: &str) -> bool {
    let is_code = |code: &str| matches!(code.as_bytes(), [b'2'..=b'9', middle, last] if (middle, last) != (&b'1', &b'1'));
    is_code(area) && is_code(exchange) && area.as_bytes()[1] != b'9'
}

/// Whether a country may have a number.
fn is_national(code: &str, number: &str) -> bool {
    // Some write the 0 that is dialled within their country, and in some countries it stays.
    let significant = number.strip_prefix('0').unwrap_or(number);
    match code {
        _ if significant.starts_with('0') => false,
        "1" => number.len() == 10 && is_north_american(&number[..3], &number[3..6]),
        "7" => significant.len() == 10,
        // Those with codes of three digits are smaller.
        _ => significant.len() >= if code.len() == 3 { 5 } else { 7 },
    }
}

/// The code of a country that begins a number (ITU-T E.164, list of assigned country codes).
fn country(digits: &str) -> Option<&str> {
    let mut bytes = digits.bytes();
    let first = bytes.next()?;
    if matches!(first, b'1' | b'7') {
        return Some(&digits[..1]);
    }
    let second = bytes.next()?;
    // The codes of two digits; all others of three begin with other digits.
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
    use super::super::tests::marked;
    use super::country;

    #[test]
    fn countries_have_codes_of_one_to_three_digits() {
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
    fn numbers_are_international_or_of_north_america() {
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
            assert_eq!(marked(Detector::Phone, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn numbers_of_other_things_are_none() {
        for text in [
            // Areas and exchanges that there are not.
            "155-555-0123 202-155-0123 911-555-0123 202-911-0123 292-555-0123 555-010-0123",
            "+1 155 555 0123 +1 202 155 0123 +890 1234 5678 +280 1234 5678",
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
            assert_eq!(marked(Detector::Phone, text), text);
        }
    }
}
