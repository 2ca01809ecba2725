//! The search key: a lossy form of a text that ignores case and compatibility form, [`SearchKey`].
//! The regex prefilter scans it, so that the NFKC text is only computed if a pattern may match. What
//! it counts on the way also decides whether links, limits and personal data must be searched at all.

use super::Nfkc;
use super::dots::{LETTER_DOTS, is_dot};
use super::props::{CharProps, Folding};

/// The search key of a text, one byte per character, and what was counted in the text. The buffer is
/// reused.
///
/// Characters are converted one by one, so a literal of the NFKC text, in any case, occurs here as
/// well if all its characters [keep their position](keeps_position): the text and its NFKC form
/// have the same compatibility decomposition (UAX #15), in which only combining marks are
/// reordered.
///
/// Example: `ＤＩＳＣＯＲＤ.gg` has the key `discord.gg`, in which `d` occurs twice.
pub(crate) struct SearchKey {
    bytes: Vec<u8>,
    /// How often each byte occurs.
    counts: [u32; 256],
    beyond_ascii: BeyondAscii,
}

/// Counts of characters of a text beyond ASCII.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BeyondAscii {
    /// Those that fold to others or are capitals.
    pub(crate) changed: u32,
    /// The most nonspacing marks between two characters in ASCII. No grapheme has more.
    pub(crate) marks: u32,
    /// Characters that are read as the dot of a host.
    pub(crate) dots: u32,
    /// Control characters.
    pub(crate) controls: u32,
}

impl Default for SearchKey {
    fn default() -> SearchKey {
        let (bytes, beyond_ascii) = (Vec::new(), BeyondAscii::default());
        SearchKey { bytes, counts: [0; 256], beyond_ascii }
    }
}

impl SearchKey {
    /// Returns the search key of a text.
    pub(crate) fn of(text: &str) -> SearchKey {
        let mut key = SearchKey::default();
        key.read(text);
        key
    }

    /// Becomes the search key of a text, in time linear in it.
    pub(crate) fn read(&mut self, text: &str) {
        self.bytes.clear();
        self.beyond_ascii = BeyondAscii::default();
        if text.is_ascii() {
            self.bytes.extend_from_slice(text.as_bytes());
            self.bytes.make_ascii_lowercase();
        } else {
            self.read_beyond_ascii(text);
        }
        self.counts = [0; 256];
        for &byte in &self.bytes {
            self.counts[usize::from(byte)] += 1;
        }
    }

    fn read_beyond_ascii(&mut self, text: &str) {
        let SearchKey { bytes, beyond_ascii, .. } = self;
        let (mut may_compose, mut marks) = (false, 0);
        for c in text.chars() {
            if c.is_ascii() {
                bytes.push(c.to_ascii_lowercase() as u8);
                marks = 0;
                continue;
            }
            let is_letter_dot = LETTER_DOTS.contains(&c);
            // Small letters of Cherokee fold to capitals.
            let is_cherokee = matches!(c, '\u{13A0}'..='\u{13F5}');
            let is_letter = CharProps::of_plain(c).is_some_and(CharProps::is_letter);
            // The most common case.
            if is_letter && !is_letter_dot && !is_cherokee {
                bytes.push(search_key_byte(c));
                continue;
            }
            let mut dots = u32::from(is_letter_dot);
            let folded = for_each_key_char(c, |c| {
                bytes.push(search_key_byte(c));
                dots += u32::from(!c.is_ascii() && is_dot(c));
            });
            may_compose |= folded.may_compose;
            marks += u32::from(folded.is_nonspacing);
            beyond_ascii.marks = beyond_ascii.marks.max(marks);
            beyond_ascii.dots += dots;
            beyond_ascii.changed += u32::from(folded.is_changed || c.is_uppercase());
            beyond_ascii.controls += u32::from(c.is_control());
        }
        if may_compose {
            // Hangul may be written in syllables or in letters (jamo). In NFKC, both are syllables.
            bytes.clear();
            for c in Nfkc::new(text).text().chars() {
                for_each_key_char(c, |c| bytes.push(search_key_byte(c)));
            }
        }
    }

    /// The bytes of the key.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns how often a byte occurs in the key: for a character in ASCII, how often it does in the
    /// text, in any form and case.
    pub(crate) fn count(&self, byte: u8) -> usize {
        self.counts[usize::from(byte)] as usize
    }

    /// Returns how often the most frequent byte occurs in the key.
    pub(crate) fn highest_count(&self) -> usize {
        self.counts.iter().copied().max().unwrap_or(0) as usize
    }

    pub(crate) fn beyond_ascii(&self) -> BeyondAscii {
        self.beyond_ascii
    }

    /// Whether the text has a control character.
    pub(crate) fn has_controls(&self) -> bool {
        let controls = &self.counts[..usize::from(b' ')];
        self.beyond_ascii.controls > 0
            || self.count(0x7F) > 0
            || controls.iter().any(|&count| count > 0)
    }
}

/// Returns the byte for a folded character in a search key. Characters beyond ASCII share 128
/// values.
pub(crate) fn search_key_byte(c: char) -> u8 {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte,
        _ => 0x80 | u32::from(c) as u8,
    }
}

/// How a character was converted to a search key.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyChar {
    /// It is not a combining mark but may compose with the character before it.
    may_compose: bool,
    /// It is beyond ASCII and folds to other characters.
    is_changed: bool,
    /// It is a nonspacing mark.
    is_nonspacing: bool,
}

/// Calls `add` with the characters of the search key for `c`: its folded form.
#[inline]
pub(crate) fn for_each_key_char(c: char, mut add: impl FnMut(char)) -> KeyChar {
    let mut folded = KeyChar::default();
    if c.is_ascii() {
        add(c.to_ascii_lowercase());
        return folded;
    }
    let mut note = |props: CharProps| {
        folded.may_compose = props.is_jamo();
        folded.is_nonspacing = props.is_nonspacing();
    };
    match Folding::of(c) {
        Folding::Itself(props) => {
            note(props);
            add(c);
        }
        Folding::One { to, .. } => {
            note(CharProps::of(to));
            folded.is_changed = true;
            add(to);
        }
        Folding::Many { to, .. } => {
            folded.is_changed = true;
            // A few marks decompose into others.
            let first = to.chars().next().filter(|first| !first.is_ascii());
            folded.is_nonspacing = first.is_some_and(|c| CharProps::of(c).is_nonspacing());
            to.chars().for_each(add);
        }
        Folding::Nothing => {
            if c.is_control() {
                add(c);
            }
        }
    }
    folded
}

/// Whether a character of a search key has the same position in every form and case. Combining
/// marks are reordered, and ι is a case of one of them (U+0345).
pub(crate) fn keeps_position(c: char) -> bool {
    CharProps::of(c).ccc() == 0 && c != 'ι'
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::canonical_combining_class;

    use super::*;
    use crate::normalize::is_invisible;

    fn of(text: impl Iterator<Item = char>) -> String {
        let mut out = String::new();
        text.for_each(|c| {
            for_each_key_char(c, |c| out.push(c));
        });
        out
    }

    fn all() -> impl Iterator<Item = char> {
        (char::MIN..=char::MAX).filter(|&c| !is_invisible(c) || c.is_control())
    }

    /// All forms and cases of a character have the same key.
    #[test]
    fn forms_and_cases_have_the_same_key() {
        for c in all() {
            let own = of([c].into_iter());
            let is_syllable = ('\u{AC00}'..='\u{D7A3}').contains(&c);
            if !is_syllable && own.chars().all(|c| !('\u{AC00}'..='\u{D7A3}').contains(&c)) {
                assert_eq!(own, of([c].into_iter().nfkd()), "{c:?}");
            }
            assert_eq!(own, of([c].into_iter().nfkc()), "{c:?}");
            let mut cases = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            cases.case_fold_simple();
            for case in cases.iter().flat_map(|range| range.start()..=range.end()) {
                let is_iota = own == "ι" || own == "\u{345}";
                assert!(is_iota || own == of([case].into_iter()), "{c:?} and {case:?}");
            }
        }
    }

    #[test]
    fn combining_marks_do_not_keep_their_position() {
        for c in all() {
            for c in of([c].into_iter()).chars() {
                assert_eq!(
                    keeps_position(c),
                    canonical_combining_class(c) == 0 && c != 'ι',
                    "{c:?}"
                );
            }
        }
    }

    #[test]
    fn each_capital_is_counted() {
        for c in all().filter(|c| c.is_uppercase() && !c.is_ascii()) {
            assert!(SearchKey::of(&c.to_string()).beyond_ascii().changed > 0, "{c:?}");
        }
    }

    /// A character that composes with the one before it is converted from the NFKC text.
    #[test]
    fn letters_of_syllables_are_reported() {
        use unicode_normalization::char::compose;
        for c in all() {
            let mut out = String::new();
            if !for_each_key_char(c, |c| out.push(c)).may_compose {
                let composes = |c| compose('\u{1100}', c).or(compose('\u{AC00}', c)).is_some();
                assert!(!out.chars().any(composes), "{c:?}");
            }
        }
    }
}
