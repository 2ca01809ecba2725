//! The names of the transformations of the fold: [`Transform`]. Only for `explain`, about
//! characters that were already folded; nothing here folds.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, decompose_compatible};

use super::fold::is_thin;
use super::is_invisible;
use super::props::{CharProps, Folding};

/// A transformation of a message by the fold or the search, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transform {
    /// Full-width, mathematical and enclosed letters and ligatures become plain letters.
    Form,
    /// Entities, percent-encoding and escapes are decoded.
    Encoding,
    /// Text is read in the order in which it is displayed.
    Direction,
    /// Zero-width characters, soft hyphens, bidi controls, variation selectors and tags are
    /// dropped.
    Invisible,
    /// Accents and other combining marks on letters are dropped.
    Marks,
    /// The tatweel, which only stretches a word, is dropped.
    Stretching,
    /// Capitals become small letters.
    Case,
    /// Symbols are read as the letters that they contain.
    Symbols,
    /// Confusables are read as the Latin letters that they look like.
    Confusables,
    /// Leet characters are read as letters.
    Leet,
    /// Letters are repeated more often than in the entry.
    Repeats,
    /// Letters are spaced.
    Spacing,
    /// Letters are replaced by a hiding symbol.
    Hidden,
    /// A phrase is written without the separators between its words.
    RunTogether,
    /// A word is the entry several times.
    RepeatedWord,
    /// A word is split into pieces.
    Split,
    /// Two letters are swapped.
    Swapped,
    /// One letter is missing, added or another one.
    Slip,
}

impl Transform {
    /// The name of the transformation.
    pub fn as_str(self) -> &'static str {
        match self {
            Transform::Form => "form",
            Transform::Encoding => "encoding",
            Transform::Direction => "direction",
            Transform::Invisible => "invisible",
            Transform::Marks => "marks",
            Transform::Stretching => "stretching",
            Transform::Case => "case",
            Transform::Symbols => "symbols",
            Transform::Confusables => "look-alikes",
            Transform::Leet => "leet",
            Transform::Repeats => "repeats",
            Transform::Spacing => "spacing",
            Transform::Hidden => "hidden",
            Transform::RunTogether => "run-together",
            Transform::RepeatedWord => "repeated-word",
            Transform::Split => "split",
            Transform::Swapped => "swapped",
            Transform::Slip => "slip",
        }
    }
}

/// Returns the transformation from characters of the original to those they were read as. `None` if
/// they are the same or canonically equivalent (UAX #15).
pub(crate) fn transform_between(original: &str, read: &str) -> Option<Transform> {
    let mut chars = original.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        if original.starts_with(['&', '%', '\\']) && original.len() > 2 {
            return Some(Transform::Encoding);
        }
        if original.is_ascii() {
            return Some(Transform::Leet);
        }
        // Parts of a Hangul syllable.
        return (!original.nfc().eq(read.nfc())).then_some(Transform::Form);
    };
    let (folded, is_symbol) = match Folding::of(c) {
        Folding::Itself(props) => (String::from(c), props.is_regional() || props.is_enclosed()),
        Folding::One { to, is_symbol } => (String::from(to), is_symbol),
        Folding::Many { to, is_symbol } => (String::from(to), is_symbol),
        Folding::Nothing => return None,
    };
    let is_mark = |c: char| CharProps::of(c).is_mark();
    if original == read {
        None
    } else if is_symbol {
        Some(Transform::Symbols)
    } else if folded.contains(is_mark) && folded.replace(is_mark, "").contains(read) {
        Some(Transform::Marks)
    } else if folded.contains(read) {
        form_or_case(c)
    } else {
        Some(Transform::Confusables)
    }
}

/// Returns the transformation by which a character folds to what the table contains.
fn form_or_case(c: char) -> Option<Transform> {
    let (mut canonical, mut compatible) = (String::new(), String::new());
    decompose_canonical(c, |c| canonical.push(c));
    decompose_compatible(c, |c| compatible.push(c));
    if c.is_uppercase() && canonical == compatible {
        return Some(Transform::Case);
    }
    // A letter with combining marks that are kept only differs in its encoding.
    let base = canonical.chars().next().filter(|_| canonical == compatible);
    let is_same = base.is_some_and(|base| matches!(Folding::of(base), Folding::Itself(_)));
    (!is_same).then_some(Transform::Form)
}

/// Returns the transformation that drops a character. `None` if it is a separator or part of an
/// emoji.
pub(crate) fn transform_to_nothing(c: char) -> Option<Transform> {
    match Folding::of(c) {
        _ if is_thin(c) => Some(Transform::Invisible),
        Folding::Nothing => is_invisible(c).then_some(Transform::Invisible),
        Folding::Itself(props) if props.is_mark() => Some(Transform::Marks),
        Folding::Itself(props) if props.is_tatweel() => Some(Transform::Stretching),
        Folding::One { to, .. } if CharProps::of(to).is_mark() => Some(Transform::Marks),
        Folding::Many { to, .. } if to.chars().all(|c| CharProps::of(c).is_mark()) => {
            Some(Transform::Marks)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_one_transformation() {
        for (original, read, transform) in [
            ("a", "a", None),
            ("A", "a", Some(Transform::Case)),
            ("ß", "ss", Some(Transform::Form)),
            ("ẞ", "ss", Some(Transform::Case)),
            ("ς", "σ", Some(Transform::Form)),
            ("Ｍ", "m", Some(Transform::Form)),
            ("𝓑", "b", Some(Transform::Form)),
            ("ﬁ", "fi", Some(Transform::Form)),
            ("ﬁ", "i", Some(Transform::Form)),
            ("’", "'", Some(Transform::Form)),
            ("ä", "a", Some(Transform::Marks)),
            ("Ä", "a", Some(Transform::Marks)),
            ("ä", "a\u{308}", None),
            ("Ä", "a\u{308}", Some(Transform::Case)),
            ("а", "a", Some(Transform::Confusables)),
            ("А", "а", Some(Transform::Case)),
            ("ᴀ", "a", Some(Transform::Confusables)),
            ("ⓑ", "b", Some(Transform::Symbols)),
            ("™", "tm", Some(Transform::Symbols)),
            ("🇧", "b", Some(Transform::Symbols)),
            ("🅱", "b", Some(Transform::Symbols)),
            ("😡", "😡", None),
            ("&#97;", "a", Some(Transform::Encoding)),
            ("|<", "k", Some(Transform::Leet)),
            ("ł", "l", Some(Transform::Confusables)),
            ("₣", "f", Some(Transform::Confusables)),
            ("٣", "3", Some(Transform::Form)),
            ("\u{1112}\u{1161}", "하", None),
        ] {
            assert_eq!(transform_between(original, read), transform, "{original} as {read}");
        }
    }

    #[test]
    fn dropped_characters_have_one_transformation() {
        for (c, transform) in [
            ('\u{200B}', Some(Transform::Invisible)),
            ('\u{202E}', Some(Transform::Invisible)),
            ('\u{7}', Some(Transform::Invisible)),
            ('\u{2009}', Some(Transform::Invisible)),
            ('\u{FE0F}', Some(Transform::Invisible)),
            ('\u{301}', Some(Transform::Marks)),
            ('\u{344}', Some(Transform::Marks)),
            ('\u{5B8}', Some(Transform::Marks)),
            ('\u{640}', Some(Transform::Stretching)),
            ('\u{1F3FD}', None),
            (' ', None),
            ('´', None),
        ] {
            assert_eq!(transform_to_nothing(c), transform, "{c:?}");
        }
    }
}
