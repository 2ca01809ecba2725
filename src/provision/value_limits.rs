//! What the service would refuse: [`LimitError`].

use std::fmt;
use std::ops::RangeInclusive;

/// A value that the service would refuse, and what it takes instead, as a sentence. The value itself
/// is not in it: it may be a user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError(String);

impl LimitError {
    pub(super) fn new(problem: impl Into<String>) -> LimitError {
        LimitError(problem.into())
    }
}

/// Whether a text is as long as it may be, in code points, which is what the service counts.
pub(super) fn characters(
    what: &str,
    text: &str,
    range: RangeInclusive<usize>,
) -> Result<(), LimitError> {
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
    Err(LimitError(format!("{what} has {taken} characters, this one {length}")))
}

/// Whether all characters of a text are among those that may be in it.
pub(super) fn only(
    what: &str,
    text: &str,
    fits: impl Fn(u8) -> bool,
    which: &str,
) -> Result<(), LimitError> {
    if text.bytes().all(fits) {
        return Ok(());
    }
    Err(LimitError(format!("{what} has {which}, nothing else")))
}

/// A whole number, if it is one and as large as it may be.
pub(super) fn number(
    what: &str,
    text: &str,
    range: RangeInclusive<i32>,
) -> Result<i32, LimitError> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => {
            let (least, most) = (range.start(), range.end());
            Err(LimitError(format!("{what} is a whole number from {least} to {most}")))
        }
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LimitError {}
