//! Checks of values against the limits of the service.

use std::ops::RangeInclusive;

use super::invalid_argument::InvalidArgument;

/// Whether a text is as long as it may be, in code points, which is what the service counts.
pub(super) fn characters(
    what: &str,
    text: &str,
    range: RangeInclusive<usize>,
) -> Result<(), InvalidArgument> {
    let length = text.chars().count();
    if range.contains(&length) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    let taken = match (least, most) {
        (0, _) => format!("at most {most}"),
        _ if least == most => format!("exactly {most}"),
        _ => format!("{least} to {most}"),
    };
    Err(InvalidArgument::new(format!("{what} has {taken} characters, this one {length}")))
}

/// Whether all characters of a text are among those that may be in it.
pub(super) fn only(
    what: &str,
    text: &str,
    fits: impl Fn(u8) -> bool,
    which: &str,
) -> Result<(), InvalidArgument> {
    if text.bytes().all(fits) {
        return Ok(());
    }
    Err(InvalidArgument::new(format!("{what} has {which}, nothing else")))
}

/// A whole number, if it is one and as large as it may be.
pub(super) fn number(
    what: &str,
    text: &str,
    range: RangeInclusive<i32>,
) -> Result<i32, InvalidArgument> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => {
            let (least, most) = (range.start(), range.end());
            Err(InvalidArgument::new(format!("{what} is a whole number from {least} to {most}")))
        }
    }
}
