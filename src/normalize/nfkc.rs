//! What all but entries is looked for in: the original in NFKC (UAX #15) without default-ignorable
//! characters, and with the Arabic ligatures that are whole sentences as they are.

use std::borrow::Cow;

use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};

use super::is_invisible;
use crate::span::Span;

/// A composed text that knows where its parts come from.
pub(crate) struct Nfkc<'t> {
    text: Cow<'t, str>,
    /// For each character where it begins in `text` and what it stands for in the original; the
    /// end of the text as the last. Empty if the text is the original itself.
    origins: Vec<(usize, Span)>,
}

struct Unit {
    c: char,
    ccc: u8,
    from: Span,
}

impl<'t> Nfkc<'t> {
    /// Composes a text. Costs nothing for ASCII, which is composed already.
    pub(crate) fn new(original: &'t str) -> Nfkc<'t> {
        if original.is_ascii() {
            return Nfkc { text: Cow::Borrowed(original), origins: Vec::new() };
        }
        let mut units = decompose(original);
        for marks in units.chunk_by_mut(|_, next| next.ccc != 0) {
            // The base of each chunk has the class 0 and stays in front.
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

    /// The composed text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The characters of the composed text, each with the bytes of the original that it stands for.
    pub(crate) fn units(&self) -> impl Iterator<Item = (char, Span)> {
        self.text.char_indices().enumerate().map(|(number, (at, c))| {
            let from = self.origins.get(number).map(|&(_, from)| from);
            (c, from.unwrap_or(Span::new(at, at + c.len_utf8())))
        })
    }

    /// The bytes of the original that a part of the text stands for, before it is widened to
    /// whole graphemes. Both ends of the part lie on characters.
    pub(crate) fn origin(&self, part: Span) -> Span {
        if self.origins.is_empty() {
            return part;
        }
        let first = self.origins.partition_point(|&(at, _)| at < part.start);
        let end = self.origins.partition_point(|&(at, _)| at < part.end);
        let (_, from) = self.origins[first];
        match end.checked_sub(1) {
            // Marks may have changed places, so the last character is not always the last part.
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
        if is_invisible(c) {
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

/// Whether a ligature is a whole sentence: NFKC makes 18 characters of `ﷺ` and 8 of `ﷻ`, and a message of
/// them would take as many times as long. All others become 6 at the most.
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
            let is_told = |&c: &char| !is_invisible(c) && !is_sentence(c);
            let visible: String = text.chars().filter(is_told).collect();
            let composed = Nfkc::new(&visible);
            prop_assert_eq!(composed.text(), visible.nfkc().collect::<String>());
        }
    }

    #[test]
    fn no_character_becomes_more_than_a_few() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert!(Nfkc::new(&text).text().chars().count() <= 6, "{c:?}");
        }
    }

    #[test]
    fn parts_lead_back_to_the_original() {
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
