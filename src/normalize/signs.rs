//! Digits and signs that are written for letters, and those that hide one.

/// The letters that a digit or sign is written for; none for any other character.
pub(crate) fn letters_of(c: char) -> &'static str {
    match c {
        '0' => "o",
        '1' | '!' | '|' => "il",
        '3' | '€' => "e",
        '4' | '@' => "a",
        '5' | '$' => "s",
        '6' | '9' => "g",
        '7' | '+' => "t",
        '8' => "b",
        '£' => "l",
        _ => "",
    }
}

/// Whether it is a sign that is written for a letter, and may be punctuation as well.
#[inline]
pub(crate) const fn is_leet(c: char) -> bool {
    matches!(c, '@' | '$' | '!' | '|' | '+' | '€' | '£')
}

/// Whether it is a sign behind which people hide a letter.
#[inline]
pub(crate) const fn hides(c: char) -> bool {
    matches!(c, '*' | '#' | '_' | '%' | '•')
}

/// Whether it is a sign of either kind: each of them stands by itself in a folded text, since it may be
/// part of a word.
#[inline]
pub(crate) const fn is_sign(c: char) -> bool {
    is_leet(c) || hides(c)
}
