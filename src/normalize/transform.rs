//! What a character had to be read through to become what it folds to: [`Step`]. Asked afterwards, about
//! characters that were read already; nothing here folds.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, decompose_compatible};

use super::is_invisible;
use super::props::{Facts, Folds};

/// A step by which a message is read, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Full-width, mathematical, enclosed letters and ligatures are plain ones.
    Form,
    /// Zero-width characters, soft hyphens, bidi controls, variation selectors and tags are dropped.
    Invisible,
    /// Accents and other marks on letters are dropped.
    Marks,
    /// The tatweel, which only makes a word wider, is dropped.
    Stretching,
    /// Capitals are small letters.
    Case,
    /// Symbols are read as the letters that they are made of.
    Symbols,
    /// Letters of other scripts and shapes are read as the Latin ones that they look like.
    LookAlikes,
    /// Digits and signs stand for letters.
    Leet,
    /// Letters stand there more often than in the entry.
    Repeats,
    /// Letters stand one by one.
    Spacing,
    /// Letters are behind a sign.
    Hidden,
}

impl Step {
    /// The name of the step.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Form => "form",
            Step::Invisible => "invisible",
            Step::Marks => "marks",
            Step::Stretching => "stretching",
            Step::Case => "case",
            Step::Symbols => "symbols",
            Step::LookAlikes => "look-alikes",
            Step::Leet => "leet",
            Step::Repeats => "repeats",
            Step::Spacing => "spacing",
            Step::Hidden => "hidden",
        }
    }
}

/// The step by which characters of an original were read as others; nothing if they are the same, or
/// another spelling of the same in Unicode (UAX #15).
pub(crate) fn step_between(original: &str, read: &str) -> Option<Step> {
    let mut chars = original.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        // Parts of a syllable.
        return (!original.nfc().eq(read.nfc())).then_some(Step::Form);
    };
    let (folded, is_symbol) = match Folds::of(c) {
        Folds::Itself(facts) => (String::from(c), facts.is_regional() || facts.is_enclosed()),
        Folds::One { to, is_symbol } => (String::from(to), is_symbol),
        Folds::Many { to, is_symbol } => (String::from(to), is_symbol),
        Folds::Nothing => return None,
    };
    let is_mark = |c: char| Facts::of(c).is_mark();
    if original == read {
        None
    } else if is_symbol {
        Some(Step::Symbols)
    } else if folded.contains(is_mark) && folded.replace(is_mark, "").contains(read) {
        Some(Step::Marks)
    } else if folded.contains(read) {
        form_or_case(c)
    } else {
        Some(Step::LookAlikes)
    }
}

/// The step by which a character folds to what the table says.
fn form_or_case(c: char) -> Option<Step> {
    let (mut canonical, mut compatible) = (String::new(), String::new());
    decompose_canonical(c, |c| canonical.push(c));
    decompose_compatible(c, |c| compatible.push(c));
    if c.is_uppercase() && canonical == compatible {
        return Some(Step::Case);
    }
    // Of letters with marks that stay nothing but the spelling may be another one.
    let base = canonical.chars().next().filter(|_| canonical == compatible);
    let is_same = base.is_some_and(|base| matches!(Folds::of(base), Folds::Itself(_)));
    (!is_same).then_some(Step::Form)
}

/// The step by which a character is read as nothing; nothing if it is a separator or an emoji's own.
pub(crate) fn step_to_nothing(c: char) -> Option<Step> {
    match Folds::of(c) {
        Folds::Nothing => is_invisible(c).then_some(Step::Invisible),
        Folds::Itself(facts) if facts.is_mark() => Some(Step::Marks),
        Folds::Itself(facts) if facts.is_tatweel() => Some(Step::Stretching),
        Folds::One { to, .. } if Facts::of(to).is_mark() => Some(Step::Marks),
        Folds::Many { to, .. } if to.chars().all(|c| Facts::of(c).is_mark()) => Some(Step::Marks),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_by_one_step() {
        for (original, read, step) in [
            ("a", "a", None),
            ("A", "a", Some(Step::Case)),
            ("ß", "ss", Some(Step::Form)),
            ("ẞ", "ss", Some(Step::Case)),
            ("ς", "σ", Some(Step::Form)),
            ("Ｍ", "m", Some(Step::Form)),
            ("𝓑", "b", Some(Step::Form)),
            ("ﬁ", "fi", Some(Step::Form)),
            ("ﬁ", "i", Some(Step::Form)),
            ("’", "'", Some(Step::Form)),
            ("ä", "a", Some(Step::Marks)),
            ("Ä", "a", Some(Step::Marks)),
            ("ä", "a\u{308}", None),
            ("Ä", "a\u{308}", Some(Step::Case)),
            ("а", "a", Some(Step::LookAlikes)),
            ("А", "а", Some(Step::Case)),
            ("ᴀ", "a", Some(Step::LookAlikes)),
            ("ⓑ", "b", Some(Step::Symbols)),
            ("™", "tm", Some(Step::Symbols)),
            ("🇧", "b", Some(Step::Symbols)),
            ("🅱", "b", Some(Step::Symbols)),
            ("😡", "😡", None),
            ("\u{1112}\u{1161}", "하", None),
        ] {
            assert_eq!(step_between(original, read), step, "{original} as {read}");
        }
    }

    #[test]
    fn what_is_not_read_is_dropped_by_one_step() {
        for (c, step) in [
            ('\u{200B}', Some(Step::Invisible)),
            ('\u{202E}', Some(Step::Invisible)),
            ('\u{FE0F}', Some(Step::Invisible)),
            ('\u{301}', Some(Step::Marks)),
            ('\u{344}', Some(Step::Marks)),
            ('\u{5B8}', Some(Step::Marks)),
            ('\u{640}', Some(Step::Stretching)),
            ('\u{1F3FD}', None),
            (' ', None),
            ('´', None),
        ] {
            assert_eq!(step_to_nothing(c), step, "{c:?}");
        }
    }
}
