//! The tables `links` and `limit` of a rule.

use toml::de::DeValue;

use super::decode::{Located, Reader, Strings, Value, integer};
use crate::diagnostic::{Code, Location};
use crate::limits::{MAX_LIMIT, Measure, WHOLE};

/// The `links` of a rule: of its keys those that have the right type.
pub(in crate::rules) struct LinksTable {
    /// Where it stands.
    pub(in crate::rules) location: Location,
    pub(in crate::rules) deny: Option<Strings>,
    pub(in crate::rules) allow: Option<Strings>,
}

/// The `limit` of a rule: of its keys those whose values are sound.
pub(in crate::rules) struct LimitTable {
    /// Where it stands.
    pub(in crate::rules) location: Location,
    /// What is limited, and the most of it that is allowed.
    pub(in crate::rules) limits: Vec<(Measure, Located<u32>)>,
    pub(in crate::rules) min_letters: Option<Located<u32>>,
}

const MIN_LETTERS: &str = "min_letters";

impl Reader<'_> {
    pub(super) fn links(&mut self, value: &Value<'_>) -> Option<LinksTable> {
        let table = self.table(value)?;
        self.known_keys(table, &["deny", "allow"], "in links");
        Some(LinksTable {
            location: self.location(value.span()),
            deny: self.located_strings(table, "deny"),
            allow: self.located_strings(table, "allow"),
        })
    }

    pub(super) fn limit(&mut self, value: &Value<'_>) -> Option<LimitTable> {
        let table = self.table(value)?;
        let mut keys: Vec<&str> = Measure::ALL.iter().map(|measure| measure.as_str()).collect();
        keys.push(MIN_LETTERS);
        self.known_keys(table, &keys, "in limit");
        let mut limits = Vec::new();
        for &measure in Measure::ALL {
            let Some(value) = table.get(measure.as_str()) else { continue };
            let most = match measure {
                Measure::Capitals => self.share(value),
                _ => self.count(value, measure.least()),
            };
            limits.extend(most.map(|most| (measure, most)));
        }
        let min_letters = table.get(MIN_LETTERS).and_then(|value| self.count(value, 1));
        Some(LimitTable { location: self.location(value.span()), limits, min_letters })
    }

    /// A whole number from `least` to [`MAX_LIMIT`].
    fn count(&mut self, value: &Value<'_>, least: u32) -> Option<Located<u32>> {
        let Some(number) = integer(value) else {
            self.wrong_type(value, "a whole number");
            return None;
        };
        let count = u32::try_from(number).ok().filter(|n| (least..=MAX_LIMIT).contains(n));
        let Some(count) = count else {
            let message = format!("this limit is a number from {least} to {MAX_LIMIT}");
            self.tell(Code::InvalidValue, value.span(), message, None);
            return None;
        };
        Some(Located { value: count, location: self.location(value.span()) })
    }

    /// A share below 1, as a part of [`WHOLE`].
    fn share(&mut self, value: &Value<'_>) -> Option<Located<u32>> {
        let share = match value.get_ref() {
            DeValue::Float(share) => fraction(share.as_str()),
            DeValue::Integer(number) => (number.as_str() == "0").then_some(0),
            _ => {
                self.wrong_type(value, "a share of all letters, such as 0.7");
                return None;
            }
        };
        let Some(share) = share else {
            let message = "this limit is a share from 0.0 to 0.9999 of all letters".to_owned();
            let help = "write capitals = 0.7 for at most seven of ten letters".to_owned();
            self.tell(Code::InvalidValue, value.span(), message, Some(help));
            return None;
        };
        Some(Located { value: share, location: self.location(value.span()) })
    }
}

/// A number from 0 to below 1, written without an exponent, as a part of [`WHOLE`]; more digits than that
/// has are dropped.
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
