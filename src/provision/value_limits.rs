//! Checks values against the limits of the service.

use std::ops::RangeInclusive;

use super::invalid_argument::InvalidArgument;

/// Checks the length of a string in code points, which the service counts.
pub(super) fn check_length(
    what: &str,
    text: &str,
    range: RangeInclusive<usize>,
) -> Result<(), InvalidArgument> {
    let length = text.chars().count();
    if range.contains(&length) {
        return Ok(());
    }
    let (min, max) = (range.start(), range.end());
    let expected = match (min, max) {
        (0, _) => format!("at most {max}"),
        _ if min == max => format!("exactly {max}"),
        _ => format!("{min} to {max}"),
    };
    Err(InvalidArgument::new(format!(
        "invalid {what}: expected {expected} characters, found {length}"
    )))
}

/// Checks that a string only contains allowed characters.
pub(super) fn check_characters(
    what: &str,
    text: &str,
    is_allowed: impl Fn(u8) -> bool,
    allowed: &str,
) -> Result<(), InvalidArgument> {
    if text.bytes().all(is_allowed) {
        return Ok(());
    }
    Err(InvalidArgument::new(format!("invalid {what}: only {allowed} are allowed")))
}

/// Parses a whole number in a range.
pub(super) fn parse_number(
    what: &str,
    text: &str,
    range: RangeInclusive<i32>,
) -> Result<i32, InvalidArgument> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => {
            let (min, max) = (range.start(), range.end());
            Err(InvalidArgument::new(format!(
                "invalid {what}: expected a whole number from {min} to {max}"
            )))
        }
    }
}
