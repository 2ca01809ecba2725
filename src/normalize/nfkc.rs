//! NFKC (UAX #15) with offsets: [`Nfkc`], the text in which patterns, links and personal data are
//! searched.
//!
//! Default-ignorable characters are dropped, and Arabic ligatures of whole sentences are kept. The
//! composition algorithm is implemented here because the `unicode-normalization` crate returns no
//! offsets.

use std::borrow::Cow;

use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

use super::is_invisible;
use crate::span::Span;

/// A text in NFKC with the origin of each character.
pub(crate) struct Nfkc<'t> {
    text: Cow<'t, str>,
    /// The start of each character in `text` and its bytes of the original, then the end of the
    /// text. Empty if the text is the original itself.
    origins: Vec<(usize, Span)>,
}

struct Unit {
    c: char,
    ccc: u8,
    from: Span,
}

impl<'t> Nfkc<'t> {
    /// Normalizes a text. ASCII is already normalized and is borrowed.
    pub(crate) fn new(original: &'t str) -> Nfkc<'t> {
        if original.is_ascii() {
            return Nfkc { text: Cow::Borrowed(original), origins: Vec::new() };
        }
        let mut units = decompose(original);
        for marks in units.chunk_by_mut(|_, next| next.ccc != 0) {
            // The base of each chunk has class 0 and stays first.
            marks.sort_by_key(|unit| unit.ccc);
        }
        recompose(&mut units);
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(units.len() + 1);
        for unit in units {
            origins.push((text.len(), unit.from));
            text.push(unit.c);
        }
        origins.push((text.len(), Span::new(original.len(), original.len())));
        Nfkc { text: Cow::Owned(text), origins }
    }

    /// The NFKC text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The characters of the NFKC text, each with its bytes of the original.
    pub(crate) fn units(&self) -> impl Iterator<Item = (char, Span)> {
        self.text.char_indices().enumerate().map(|(index, (at, c))| {
            let from = self.origins.get(index).map(|&(_, from)| from);
            (c, from.unwrap_or(Span::new(at, at + c.len_utf8())))
        })
    }

    /// Returns the original bytes of a part of the text, not widened to whole graphemes. Both ends
    /// must be character boundaries.
    pub(crate) fn origin(&self, part: Span) -> Span {
        if self.origins.is_empty() {
            return part;
        }
        let first = self.origins.partition_point(|&(at, _)| at < part.start);
        let end = self.origins.partition_point(|&(at, _)| at < part.end);
        let (_, from) = self.origins[first];
        match end.checked_sub(1) {
            // Combining marks may have been reordered, so the last character is not always the last
            // origin.
            Some(last) if last >= first => {
                self.origins[first..=last].iter().fold(from, |span, &(_, from)| span.union(from))
            }
            _ => Span::new(from.start, from.start),
        }
    }
}

fn decompose(original: &str) -> Vec<Unit> {
    let mut units = Vec::with_capacity(original.len());
    for (start, c) in original.char_indices() {
        // As in ASCII, control characters are kept.
        if is_invisible(c) && !c.is_control() {
            continue;
        }
        let from = Span::new(start, start + c.len_utf8());
        let mut push = |c| units.push(Unit { c, ccc: canonical_combining_class(c), from });
        match is_sentence(c) {
            true => push(c),
            false => decompose_compatible(c, push),
        }
    }
    units
}

/// Whether a ligature is a whole sentence. NFKC expands `ﷺ` to 18 characters and `ﷻ` to 8, so a
/// message of them would take as many times as long. All other characters expand to at most 6.
pub(crate) fn is_sentence(c: char) -> bool {
    matches!(c, '\u{FDFA}' | '\u{FDFB}')
}

/// The Canonical Composition Algorithm (The Unicode Standard, section 3.11, D117).
fn recompose(units: &mut Vec<Unit>) {
    let mut starter: Option<usize> = None;
    let mut written: usize = 0;
    for read in 0..units.len() {
        let Unit { c, ccc, from } = units[read];
        if let Some(base) = starter {
            let blocked = base + 1 != written && units[written - 1].ccc >= ccc;
            if let Some(composed) = compose(units[base].c, c).filter(|_| !blocked) {
                units[base] = Unit { c: composed, ccc: 0, from: units[base].from.union(from) };
                continue;
            }
        }
        if ccc == 0 {
            starter = Some(written);
        }
        units[written] = Unit { c, ccc, from };
        written += 1;
    }
    units.truncate(written);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    proptest! {
        #[test]
        fn is_nfkc(text in "(\\PC|[\u{300}-\u{345}\u{1100}-\u{11C2}\u{AC00}-\u{AC20}\u{93C}-\u{94D}a-zA-Zµﬁ]){0,40}") {
            let is_kept = |&c: &char| (!is_invisible(c) || c.is_control()) && !is_sentence(c);
            let visible: String = text.chars().filter(is_kept).collect();
            let composed = Nfkc::new(&visible);
            prop_assert_eq!(composed.text(), visible.nfkc().collect::<String>());
        }
    }

    #[test]
    fn no_character_expands_to_more_than_six() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert!(Nfkc::new(&text).text().chars().count() <= 6, "{c:?}");
        }
    }

    #[test]
    fn origins_are_spans_of_the_original() {
        let original = "e\u{301}\u{200B}ﬁx";
        let composed = Nfkc::new(original);
        assert_eq!(composed.text(), "éfix");
        let at = |from, to| &original[composed.origin(Span::new(from, to)).range()];
        assert_eq!(at(0, 2), "e\u{301}");
        assert_eq!(at(2, 3), "ﬁ");
        assert_eq!(at(0, 5), original);
        assert_eq!(at(2, 2), "");
    }
}
