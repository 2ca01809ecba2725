//! The only folds that are not Unicode data.

use std::ops::RangeInclusive;

/// Characters that fold alike, for one reason.
pub(crate) struct Extra {
    pub(crate) chars: &'static [RangeInclusive<char>],
    pub(crate) to: &'static str,
    pub(crate) reason: &'static str,
}

pub(crate) const EXTRAS: &[Extra] = &[
    Extra {
        chars: &['\u{2018}'..='\u{2019}', '\u{2bc}'..='\u{2bc}'],
        to: "'",
        reason: "phones type the typographic apostrophe for the one in a word list",
    },
    Extra {
        chars: &['\u{1f3fb}'..='\u{1f3ff}'],
        to: "",
        reason: "an emoji in a word list stands for all its skin tones",
    },
];

/// What `c` folds to, if this table says so.
pub(crate) fn find(c: char) -> Option<&'static str> {
    EXTRAS.iter().find(|e| e.chars.iter().any(|r| r.contains(&c))).map(|e| e.to)
}
