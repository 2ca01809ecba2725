//! The only folds that are not Unicode data.

use std::ops::RangeInclusive;

/// Characters with the same fold and the same reason for it.
pub(crate) struct Extra {
    pub(crate) chars: &'static [RangeInclusive<char>],
    pub(crate) to: &'static str,
    pub(crate) reason: &'static str,
}

pub(crate) const EXTRAS: &[Extra] = &[
    Extra {
        chars: &[
            '\u{2018}'..='\u{2019}',
            '\u{2b9}'..='\u{2b9}',
            '\u{2bb}'..='\u{2bc}',
            '\u{2032}'..='\u{2032}',
        ],
        to: "'",
        reason: "phones insert the typographic apostrophe, word lists have the ASCII one",
    },
    Extra {
        chars: &[
            '\0'..='\u{8}',
            '\u{e}'..='\u{1f}',
            '\u{7f}'..='\u{84}',
            '\u{86}'..='\u{9f}',
            '\u{fff9}'..='\u{fffb}',
            '\u{1d159}'..='\u{1d159}',
        ],
        to: "",
        reason: "control characters, interlinear annotations and the null note head are not visible",
    },
    Extra {
        chars: &['\u{1f3fb}'..='\u{1f3ff}'],
        to: "",
        reason: "an emoji in a word list matches all its skin tones",
    },
];

/// Returns what `c` folds to, if it is in this table.
pub(crate) fn find(c: char) -> Option<&'static str> {
    EXTRAS.iter().find(|e| e.chars.iter().any(|r| r.contains(&c))).map(|e| e.to)
}
