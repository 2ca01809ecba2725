//! Detectors of personal data: [`Detector`]. They check the format, and checksums and number plans
//! where there are some.
//!
//! Each detector has its own file and takes time linear in the text. The text is in NFKC without
//! invisible characters, so full-width digits and punctuation are plain ones. The detectors of
//! numbers search a simpler form of it, `NumberText`.

mod card;
mod email;
mod ip;
mod numbers;
mod phone;

use serde::{Deserialize, Serialize};
use std::cell::OnceCell;

use self::numbers::NumberText;
use crate::diagnostic::Location;
use crate::normalize::SearchKey;
use crate::span::Span;

/// A detector of one kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Detector {
    /// E-mail addresses.
    Email,
    /// Phone numbers in international and North American format.
    Phone,
    /// Payment card numbers.
    Card,
    /// IPv4 and IPv6 addresses.
    Ip,
}

/// An item of the `detect` key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detect {
    /// The detector.
    pub detector: Detector,
    /// The position in `rules.toml`.
    pub location: Location,
}

impl Detector {
    /// All detectors.
    pub const ALL: &[Detector] = &[Detector::Email, Detector::Phone, Detector::Card, Detector::Ip];

    /// The name in `rules.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Detector::Email => "email",
            Detector::Phone => "phone",
            Detector::Card => "card",
            Detector::Ip => "ip",
        }
    }
}

/// A text in which detectors search. The form for numbers is computed once, on first use.
pub(crate) struct Text<'t> {
    composed: &'t str,
    numbers: OnceCell<NumberText<'t>>,
}

impl<'t> Text<'t> {
    /// A text in NFKC without invisible characters.
    pub(crate) fn new(composed: &'t str) -> Text<'t> {
        Text { composed, numbers: OnceCell::new() }
    }

    /// Calls `found` with the span of each match of a detector, in order.
    pub(crate) fn find(&self, detector: Detector, found: &mut dyn FnMut(Span)) {
        let numbers = || self.numbers.get_or_init(|| NumberText::new(self.composed));
        let find = match detector {
            Detector::Email => return email::find(self.composed, found),
            Detector::Phone => phone::find,
            Detector::Card => card::find,
            Detector::Ip => ip::find,
        };
        find(numbers(), &mut |part| found(numbers().origin(part)));
    }
}

/// Whether a detector may find something in a text with this search key. Never false if it does. Most
/// messages have too few of the characters that it needs.
pub(crate) fn may_contain(detector: Detector, key: &SearchKey) -> bool {
    let count = |bytes: &[u8]| -> usize { bytes.iter().map(|&byte| key.count(byte)).sum() };
    let digits = || count(b"0123456789");
    let dots = || key.count(b'.') + key.beyond_ascii().dots as usize;
    match detector {
        Detector::Email => {
            let at_signs = count(email::AT_SIGNS);
            at_signs > 0 && at_signs + dots() > 1
        }
        Detector::Phone => digits() >= phone::MIN_DIGITS,
        Detector::Card => digits() >= card::MIN_DIGITS,
        // Its dots may be words.
        Detector::Ip => {
            (digits() >= 4 && dots() + key.count(b'd') >= 3)
                || (key.count(b':') >= 2 && digits() > 0)
        }
    }
}

// The functions below are for texts of a `NumberText`.

/// Whether a character is part of a word or number.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether no word, number or name continues across the start at byte `at`: not in `a1`, `a-1`,
/// `0.1`.
fn is_start(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some('-') => !before.next().is_some_and(is_word),
        Some('.' | ',') => !before.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !is_word(c),
        None => true,
    }
}

/// Whether no word, number or name continues after byte `at`.
fn is_end(text: &str, at: usize) -> bool {
    let mut after = text[at..].chars();
    match after.next() {
        Some('-') => !after.next().is_some_and(is_word),
        Some('.' | ',') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !is_word(c),
        None => true,
    }
}

/// Returns the number of digits at byte `at`.
fn digits_at(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalize::Nfkc;

    /// Returns the text with `«…»` around each match.
    pub(super) fn with_matches(detector: Detector, text: &str) -> String {
        let mut spans = Vec::new();
        Text::new(text).find(detector, &mut |span| spans.push(span));
        let mut with_matches = text.to_owned();
        for span in spans.into_iter().rev() {
            with_matches.insert(span.end, '»');
            with_matches.insert(span.start, '«');
        }
        with_matches
    }

    #[test]
    fn counts_are_at_least_those_of_the_nfkc_text() {
        let mut key = SearchKey::default();
        for c in '\0'..='\u{1FFFF}' {
            let text = c.to_string();
            key.read(&text);
            let composed = Nfkc::new(&text);
            for byte in 1..0x80 {
                let count = composed.text().bytes().filter(|&it| it == byte).count();
                assert!(key.count(byte.to_ascii_lowercase()) >= count, "{c:?}");
            }
        }
    }

    #[test]
    fn a_detector_runs_only_where_its_data_may_be() {
        use Detector::{Card, Email, Ip, Phone};
        for (detector, text, may_contain) in [
            (Email, "a.b.c", false),
            (Email, "a @ b", false),
            (Email, "a@b.c", true),
            (Email, "a(at)b.c", true),
            (Phone, "123456", false),
            (Phone, "1234567", true),
            (Card, "12345678901", false),
            (Card, "123456789012", true),
            (Ip, "a.b.c.d", false),
            (Ip, "a::b", false),
            (Ip, "1.2.3", false),
            (Ip, "1:2", false),
            (Ip, "1.2.3.4", true),
            (Ip, "12 dot 3 DOT 4.5", true),
            (Email, "@ odd", false),
            (Ip, "::1", true),
        ] {
            assert_eq!(
                super::may_contain(detector, &SearchKey::of(text)),
                may_contain,
                "{detector:?} in {text}"
            );
        }
    }

    /// Parts of personal data, and what may be beside them.
    fn part() -> impl Strategy<Value = String> {
        const PARTS: &[&str] = &[
            "robin", "@", "@É", "é", "É", ".", ".Com", ".com", "example", "端", "公司", "(at)",
            "[.]", "+", "(+44", "(+1", ")", "(", "44", "7700", "900123", "202", "555", "0123", "-",
            "/", " ", "4111", "1111", "203", "113", "7", ":", "::", "fe80", "٢", "O", "l",
            "\u{20E3}", "dot",
        ];
        prop_oneof![4 => prop::sample::select(PARTS).prop_map(str::to_owned), 1 => "\\PC"]
    }

    proptest! {
        #[test]
        fn items_are_in_order_and_whole_characters(
            parts in prop::collection::vec(part(), 0..16),
        ) {
            let message = parts.concat();
            let composed = Nfkc::new(&message);
            for &detector in Detector::ALL {
                let mut end = 0;
                let mut spans = Vec::new();
                Text::new(composed.text()).find(detector, &mut |span| spans.push(span));
                for span in spans {
                    prop_assert!(end <= span.start && span.start < span.end, "{message:?}");
                    prop_assert!(composed.text().get(span.range()).is_some(), "{message:?}");
                    end = span.end;
                }
            }
        }
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in [
            "1", "1 ", "1.", ":", "1:", "a@", "a.", "a@a.", "a(at)", "(at)a[.]", "+1", "(2",
            "4111-", "4 ", "202-555-", "::1", "2 dot ", "2[.]", "l0", "端a", "a#", "公", "a@公",
            "٢ ", "+ ", "(+", "(+1", "@É",
        ] {
            let text = piece.repeat(50_000);
            for &detector in Detector::ALL {
                Text::new(&text).find(detector, &mut |_| {});
            }
        }
    }
}
