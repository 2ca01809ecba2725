//! Letters that one language writes in two ways: [`respelled`].
//!
//! Keyboards of Arabic and Persian have different code points for the same letters, word lists and
//! senders use either; final forms, kana and nasals are choices of spelling. Both are folded, so an
//! entry in one spelling matches the other. What is a different word in some language of the script
//! is left alone (Urdu ے and ھ, Bengali ঁ).
//!
//! Sources: the normalizers of Apache Lucene for [Arabic], [Persian] and [Hindi], and the Unicode
//! Standard, chapters 9 (Hebrew) and 12 (Devanagari: anusvara for a nasal before a stop of its
//! class).
//!
//! [Arabic]: https://lucene.apache.org/core/9_0_0/analysis/common/org/apache/lucene/analysis/ar/ArabicNormalizer.html
//! [Persian]: https://lucene.apache.org/core/9_0_0/analysis/common/org/apache/lucene/analysis/fa/PersianNormalizer.html
//! [Hindi]: https://lucene.apache.org/core/9_0_0/analysis/common/org/apache/lucene/analysis/hi/HindiNormalizer.html

/// The vowel killer of Devanagari.
pub(super) const VIRAMA: char = '\u{94D}';

/// The Devanagari mark of a nasal, whichever it is.
pub(super) const ANUSVARA: char = '\u{902}';

/// Noted for each hiragana that was katakana, like a combining mark.
pub(crate) const KATAKANA: char = '\u{30A0}';

/// Whether a letter is katakana that is folded to hiragana.
pub(super) const fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヶ' | 'ヽ'..='ヾ')
}

/// Returns the letter or combining mark that another one is folded to.
pub(super) const fn respelled(c: char) -> Option<char> {
    Some(match c {
        // Arabic and Persian: teh marbuta, alef maksura, Farsi yeh, keheh, heh goal, alef wasla.
        'ة' | 'ۃ' | 'ہ' => 'ه',
        'ى' | 'ی' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ٱ' => 'ا',
        // Hebrew letters at the end of a word.
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        // Candrabindu and tippi, to anusvara.
        '\u{901}' => ANUSVARA,
        '\u{A81}' => '\u{A82}',
        '\u{A01}' | '\u{A70}' => '\u{A02}',
        // Katakana, to hiragana.
        _ if is_katakana(c) => match char::from_u32(c as u32 - 0x60) {
            Some(hiragana) => hiragana,
            None => return None,
        },
        _ => return None,
    })
}

/// Whether a combining mark is a nukta, which many texts omit.
pub(super) const fn is_nukta(mark: char) -> bool {
    matches!(mark, '\u{93C}' | '\u{9BC}' | '\u{A3C}' | '\u{ABC}' | '\u{B3C}')
}

/// Whether a nasal of Devanagari without a vowel may be written as anusvara before a consonant: both
/// are of one class, the stops of which precede the nasal.
pub(super) const fn is_homorganic(nasal: char, consonant: char) -> bool {
    let is_nasal = matches!(nasal, 'ङ' | 'ञ' | 'ण' | 'न' | 'म');
    let nasal = nasal as u32;
    is_nasal && nasal - 4 <= consonant as u32 && (consonant as u32) < nasal
}
