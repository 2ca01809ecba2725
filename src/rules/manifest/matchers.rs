//! The tables `links` and `limit` of a rule.

use toml::de::DeValue;

use super::decode::{Decoder, Spanned, Strings, Value, integer};
use super::keys::{self, MIN_LETTERS};
use crate::diagnostic::{Code, Location};
use crate::limits::{MAX_LIMIT, Measure, WHOLE};

/// The `links` of a rule, with the keys that have the right type.
pub(in crate::rules) struct LinksTable {
    pub(in crate::rules) location: Location,
    pub(in crate::rules) deny: Option<Strings>,
    pub(in crate::rules) allow: Option<Strings>,
    pub(in crate::rules) ignore_words: Option<Spanned<bool>>,
}

/// The `limit` of a rule, with the keys that have valid values.
pub(in crate::rules) struct LimitTable {
    pub(in crate::rules) location: Location,
    /// The measures with their maximum values.
    pub(in crate::rules) limits: Vec<(Measure, Spanned<u32>)>,
    pub(in crate::rules) min_letters: Option<Spanned<u32>>,
}

impl Decoder<'_> {
    pub(super) fn links(&mut self, value: &Value<'_>) -> Option<LinksTable> {
        let table = self.table(value)?;
        self.check_keys(table, keys::LINKS, "in `links`");
        Some(LinksTable {
            location: self.location(value.span()),
            deny: self.spanned_strings(table, "deny"),
            allow: self.spanned_strings(table, "allow"),
            ignore_words: self.boolean(table, "ignore_words"),
        })
    }

    pub(super) fn limit(&mut self, value: &Value<'_>) -> Option<LimitTable> {
        let table = self.table(value)?;
        self.check_keys(table, &keys::LIMIT, "in `limit`");
        let mut limits = Vec::new();
        for &measure in Measure::ALL {
            let Some(value) = table.get(measure.as_str()) else { continue };
            let max = match measure {
                Measure::Capitals => self.share(value),
                _ => self.count(value, measure.least()),
            };
            limits.extend(max.map(|max| (measure, max)));
        }
        let min_letters = table.get(MIN_LETTERS).and_then(|value| self.count(value, 1));
        Some(LimitTable { location: self.location(value.span()), limits, min_letters })
    }

    /// Decodes an integer from `least` to [`MAX_LIMIT`].
    fn count(&mut self, value: &Value<'_>, least: u32) -> Option<Spanned<u32>> {
        let Some(number) = integer(value) else {
            self.invalid_type(value, "an integer");
            return None;
        };
        let count = u32::try_from(number).ok().filter(|n| (least..=MAX_LIMIT).contains(n));
        let Some(count) = count else {
            let message = format!("invalid limit, expected {least} to {MAX_LIMIT}");
            self.emit(Code::InvalidValue, value.span(), message, None);
            return None;
        };
        Some(Spanned { value: count, location: self.location(value.span()) })
    }

    /// Decodes a fraction below 1, in units of 1/[`WHOLE`].
    fn share(&mut self, value: &Value<'_>) -> Option<Spanned<u32>> {
        let share = match value.get_ref() {
            DeValue::Float(share) => fraction(share.as_str()),
            DeValue::Integer(number) => (number.as_str() == "0").then_some(0),
            _ => {
                self.invalid_type(value, "a fraction of all letters, such as 0.7");
                return None;
            }
        };
        let Some(share) = share else {
            let message = "invalid limit, expected a fraction from 0.0 to 0.9999".to_owned();
            let help = "write `capitals = 0.7` for at most 70 % of the letters".to_owned();
            self.emit(Code::InvalidValue, value.span(), message, Some(help));
            return None;
        };
        Some(Spanned { value: share, location: self.location(value.span()) })
    }
}

/// Parses a number from 0 to below 1 without an exponent, in units of 1/[`WHOLE`]. Excess digits
/// are dropped.
fn fraction(text: &str) -> Option<u32> {
    let (whole, digits) = text.strip_prefix('+').unwrap_or(text).split_once('.')?;
    if whole != "0" || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut share = 0;
    let mut unit = WHOLE;
    for digit in digits.bytes() {
        unit /= 10;
        share += u32::from(digit - b'0') * unit;
    }
    Some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_below_one() {
        for (text, share) in [
            ("0.7", Some(7_000)),
            ("+0.75", Some(7_500)),
            ("0.00019", Some(1)),
            ("0.0", Some(0)),
            ("1.0", None),
            ("-0.5", None),
            ("7e-1", None),
            ("inf", None),
            ("70.0", None),
        ] {
            assert_eq!(fraction(text), share, "{text}");
        }
    }
}
