//! The search key: a lossy form of a text that ignores case and compatibility form. The regex
//! prefilter scans it, so that the NFKC text is only computed if a pattern may match.

use super::Nfkc;
use super::props::{CharProps, Folding};

/// Returns the search key of a text, one byte per character, written to `buffer`.
///
/// Characters are converted one by one, so a literal of the NFKC text, in any case, occurs here as
/// well if all its characters [keep their position](keeps_position): the text and its NFKC form
/// have the same compatibility decomposition (UAX #15), in which only combining marks are
/// reordered.
///
/// Example: `ＤＩＳＣＯＲＤ.gg` has the key `discord.gg`.
pub(crate) fn search_key<'b>(original: &str, buffer: &'b mut Vec<u8>) -> &'b [u8] {
    buffer.clear();
    if original.is_ascii() {
        buffer.extend_from_slice(original.as_bytes());
        buffer.make_ascii_lowercase();
        return buffer;
    }
    if !original.chars().all(|c| for_each_key_char(c, |c| buffer.push(search_key_byte(c)))) {
        // Hangul may be written in syllables or in letters (jamo). In NFKC, both are syllables.
        buffer.clear();
        for c in Nfkc::new(original).text().chars() {
            for_each_key_char(c, |c| buffer.push(search_key_byte(c)));
        }
    }
    buffer
}

/// Returns the byte for a folded character in a search key. Characters beyond ASCII share 128
/// values.
pub(crate) fn search_key_byte(c: char) -> u8 {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte,
        _ => 0x80 | u32::from(c) as u8,
    }
}

/// Calls `add` with the characters of the search key for `c`: its folded form. Returns false if `c` is not a combining mark but may compose with the
/// character before it.
#[inline]
pub(crate) fn for_each_key_char(c: char, mut add: impl FnMut(char)) -> bool {
    if c.is_ascii() {
        add(c.to_ascii_lowercase());
        return true;
    }
    // The most common case.
    if CharProps::of_plain(c).is_some() {
        add(c);
        return true;
    }
    match Folding::of(c) {
        Folding::Itself(_) => {
            add(c);
            false
        }
        Folding::One { to, .. } => {
            let props = CharProps::of(to);
            add(to);
            !props.is_jamo()
        }
        Folding::Many { to, .. } => {
            to.chars().for_each(add);
            true
        }
        Folding::Nothing => {
            if c.is_control() {
                add(c);
            }
            true
        }
    }
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

    /// A character that composes with the one before it is converted from the NFKC text.
    #[test]
    fn letters_of_syllables_are_reported() {
        use unicode_normalization::char::compose;
        for c in all() {
            let mut out = String::new();
            if for_each_key_char(c, |c| out.push(c)) {
                let composes = |c| compose('\u{1100}', c).or(compose('\u{AC00}', c)).is_some();
                assert!(!out.chars().any(composes), "{c:?}");
            }
        }
    }
}
