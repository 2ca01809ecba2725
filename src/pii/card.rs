//! Payment card numbers (ISO/IEC 7812): an issuer prefix with one of its lengths, and a valid check
//! digit.

use super::numbers::NumberText;
use super::{digits_at, is_end, is_start};
use crate::span::Span;

/// The fewest digits: those of Maestro, the only issuer with numbers under 13 digits.
pub(super) const MIN_DIGITS: usize = 12;
const MAX_DIGITS: usize = 19;

pub(super) fn find(numbers: &NumberText<'_>, found: &mut dyn FnMut(Span)) {
    let text = numbers.text();
    let mut groups = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(|c: char| c.is_ascii_digit()) {
        at = run(text, at + next, &mut groups);
        let mut first = 0;
        while first < groups.len() {
            match longest(text, &groups[first..]) {
                Some(count) => {
                    found(Span::new(groups[first].start, groups[first + count - 1].end));
                    first += count;
                }
                None => first += 1,
            }
        }
    }
}

/// Reads the groups of digits from byte `at` on, separated by one or two spaces or one punctuation
/// character with at most one space on each side. Returns their end.
fn run(text: &str, mut at: usize, groups: &mut Vec<Span>) -> usize {
    groups.clear();
    loop {
        let end = at + digits_at(text, at);
        groups.push(Span::new(at, end));
        let Some(next) = separated(text, end).filter(|&next| digits_at(text, next) > 0) else {
            return end;
        };
        at = next;
    }
}

/// Returns the end of a separator of groups at a byte.
fn separated(text: &str, at: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[at..];
    let space = |at: usize| usize::from(bytes.get(at) == Some(&b' '));
    let before = space(0);
    match bytes.get(before)? {
        b'-' | b'.' | b'_' | b'/' | b'|' | b',' | b'*' | b'~' | b':' => {
            // A comma and a space separate other numbers.
            let after = space(before + 1);
            (before == after).then_some(at + before + 1 + after)
        }
        _ => (before > 0).then_some(at + before + space(before)),
    }
}

/// Returns how many of the groups, from the first on, are the longest valid card number. `None` if
/// there is none.
fn longest(text: &str, groups: &[Span]) -> Option<usize> {
    let first = groups[0];
    // In grouped numbers, the first group has four or six digits. Single digits in a row are more
    // often rolls of a die or votes.
    let first_length = first.end - first.start;
    let grouped = match first_length {
        4 | 6 => true,
        MIN_DIGITS..=MAX_DIGITS => false,
        _ => return None,
    };
    if text[..first.start].ends_with('+') || !is_start(text, first.start) {
        return None;
    }
    let mut digits: Vec<u8> = Vec::with_capacity(MAX_DIGITS);
    let mut length = None;
    let taken = if grouped { groups } else { &groups[..1] };
    for (index, group) in taken.iter().enumerate() {
        let group_digits = &text.as_bytes()[group.range()];
        if digits.len() + group_digits.len() > MAX_DIGITS {
            break;
        }
        digits.extend(group_digits.iter().map(|byte| byte - b'0'));
        let last = index + 1 == groups.len();
        let ends = if last { is_end(text, group.end) } else { text[group.end..].starts_with(' ') };
        if ends && is_issued(&digits) && has_check_digit(&digits) {
            length = Some(index + 1);
        }
    }
    length
}

/// Whether an issuer has numbers with this prefix and length.
fn is_issued(digits: &[u8]) -> bool {
    let Some(first) = digits.first_chunk::<4>() else { return false };
    let prefix = first.iter().fold(0, |number, &digit| number * 10 + u32::from(digit));
    let lengths = match prefix {
        // Visa
        4000..=4999 => return matches!(digits.len(), 13 | 16 | 19),
        // Maestro
        5018 | 5020 | 5038 | 5600..=5899 | 6304 | 6390 | 6700..=6799 => 12..=19,
        // Mastercard; Dankort, Troy
        5100..=5599 | 2221..=2720 | 5019 | 9792 => 16..=16,
        // Elo, RuPay, Verve, Hipercard
        5060..=5099 | 6060..=6099 | 8200..=8299 => 16..=19,
        // Solo
        6331 | 6334 => 16..=19,
        // American Express; older JCB
        3400..=3499 | 3700..=3799 | 1800 | 2131 => 15..=15,
        // Diners Club
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => 14..=19,
        // JCB; Discover; UnionPay; Mir
        3500..=3599 | 6011 | 6440..=6599 | 6200..=6299 | 8100..=8171 | 2200..=2204 => 16..=19,
        _ => return false,
    };
    lengths.contains(&digits.len())
}

/// Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1, annex B).
fn has_check_digit(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let value = |(place, &digit): (usize, &u8)| if place % 2 == 1 { doubled(digit) } else { digit };
    digits.iter().rev().enumerate().map(value).map(u32::from).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::super::tests::with_matches;
    use super::*;

    #[test]
    fn numbers_have_an_issuer_a_length_and_a_check_digit() {
        for text in [
            "my card: «4111111111111111».",
            "«4111 1111 1111 1111», «4111-1111-1111-1111» 12/27",
            "amex «3782 822463 10005» 1234 and «378282246310005»",
            "old «4222222222222», diners «30569309025904», jcb «3530111333300000»",
            "maestro «501864667909»",
            "pay 2 times «5555555555554444» 123",
            "«4111.1111.1111.1111», «4111_1111_1111_1111», «4111  1111  1111  1111», «4111–1111–1111–1111»",
            "«6703 4444 4444 4449», «6771 7980 2100 0008», «6331101999990016», «5066 9911 1111 1118»",
            "«4111/1111/1111/1111» «4111 - 1111 - 1111 - 1111» «4111·1111·1111·1111» «4111|1111|1111|1111»",
            "カード«4111-1111-1111-1111»です «٤١١١ ١١١١ ١١١١ ١١١١» «4ll1-1111-1111-1111» номер«4111111111111111»",
            // Invalid check digit, issuer or length.
            "4111111111111112 4111111111111116 1234567812345670 7992739871300 41111111111111113",
            "0000 0000 0000 0000",
            // Numbers of other things.
            "x4111111111111111 4111111111111111x 0.4111111111111111 +4111111111111111",
            "446655440000-4111111111111111-a GB4111111111111111",
            "41 11 11 11 11 11 11 11",
            "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16, 4.1.1.1.1.1.1.1, 4111...1111...1111...1111",
            "roll 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1, 4111, 1111, 1111, 1111; 4111 -1111 1111 1111",
        ] {
            assert_eq!(with_matches(Detector::Card, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn check_digits_are_those_of_the_standard() {
        let digits = |text: &str| -> Vec<u8> { text.bytes().map(|byte| byte - b'0').collect() };
        for (text, expected) in [
            ("79927398713", true),
            ("79927398710", false),
            ("79927398718", false),
            ("18", true),
            ("0", true),
        ] {
            assert_eq!(has_check_digit(&digits(text)), expected, "{text}");
        }
    }
}
