//! The alphabets of fancy-text generators: letters and symbols of other scripts that are written for
//! Latin letters, whatever they mean in their own.
//!
//! UTS #39 only has those that are hard to distinguish. These are in `alphabets.txt`, with their source.

use std::collections::BTreeMap;

use icu_properties::props::Script;

use crate::fold::fold;
use crate::layout::{LETTER, OTHER};
use crate::unicode::Unicode;

/// The alphabets, one a line.
const ALPHABETS: &str = include_str!("../alphabets.txt");

/// The letters, each with the one or two Latin letters that it imitates.
pub(crate) fn letters(unicode: &Unicode) -> BTreeMap<char, Vec<char>> {
    let mut letters: BTreeMap<char, Vec<char>> = BTreeMap::new();
    let mut add = |c: char, latin: char| {
        let known = letters.entry(c).or_default();
        if !c.is_ascii() && !known.contains(&latin) {
            known.push(latin);
        }
    };
    for line in ALPHABETS.lines().filter(|line| !line.starts_with('#')) {
        let (name, alphabet) = line.split_once(": ").expect("a name");
        assert_eq!(alphabet.chars().count(), 26, "{name}");
        for (c, latin) in alphabet.chars().zip('a'..='z') {
            // An accented letter is read as its letter in any case.
            let is_latin = fold(unicode, c).starts_with(|c: char| c.is_ascii_alphabetic());
            if !is_latin {
                add(c, latin);
            }
        }
    }
    // The fold of a capital, unless it is in an alphabet itself. Greek and Cyrillic capitals look like
    // other letters than the small ones. Digits of other scripts may look like a letter; the same
    // digit in ASCII does not.
    for (c, latin) in letters.clone() {
        let folded = fold(unicode, c);
        if is_greek_or_cyrillic(unicode, c) || folded.is_ascii() {
            continue;
        }
        let mut chars = folded.chars();
        if let (Some(only), None) = (chars.next(), chars.next()) {
            letters.entry(only).or_insert(latin);
        }
    }
    letters.retain(|_, latin| !latin.is_empty());
    letters.values_mut().for_each(|latin| latin.truncate(2));
    letters
}

/// Whether a folded character indicates that a text may be in one of these alphabets. Letters of
/// Greek and Cyrillic do not: only words that mix scripts are in them.
pub(crate) fn is_indicator(unicode: &Unicode, c: char) -> bool {
    let class = unicode.class(c);
    !c.is_ascii() && !is_greek_or_cyrillic(unicode, c) && matches!(class, LETTER | OTHER)
}

fn is_greek_or_cyrillic(unicode: &Unicode, c: char) -> bool {
    matches!(unicode.script.get(c), Script::Greek | Script::Cyrillic)
}
