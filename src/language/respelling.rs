//! Other spellings of an entry: [`respellings`].
//!
//! They are searched as further variants of the entry. Example: `arschlöcher` of a German list is
//! searched as `arschloecher` as well, and `씨발` as `씨바ㄹ`.

use super::{Language, table};

/// The most final consonants of which every combination is split off.
const MAX_COMBINED: u32 = 3;

/// The first Hangul syllable, their number, and the number of final consonants with none.
const SYLLABLES: u32 = 0xAC00;
const SYLLABLE_COUNT: u32 = 11_172;
const FINALS: u32 = 28;

/// The initial consonant that each final one is typed as; those of two consonants are left alone.
const AS_INITIAL: [u32; FINALS as usize] = {
    const NONE: u32 = 0;
    const fn initial(index: u32) -> u32 {
        0x1100 + index
    }
    let mut table = [NONE; FINALS as usize];
    let pairs = [
        (1, 0),
        (2, 1),
        (4, 2),
        (7, 3),
        (8, 5),
        (16, 6),
        (17, 7),
        (19, 9),
        (20, 10),
        (21, 11),
        (22, 12),
        (23, 14),
        (24, 15),
        (25, 16),
        (26, 17),
        (27, 18),
    ];
    let mut at = 0;
    while at < pairs.len() {
        table[pairs[at].0] = initial(pairs[at].1);
        at += 1;
    }
    table
};

/// Returns the other spellings of an entry.
pub(crate) fn respellings(language: Language, entry: &str) -> Vec<String> {
    let mut found = Vec::new();
    if entry.is_ascii() && table::RESPELLINGS.is_empty(language.0) {
        return found;
    }
    let composed = composed(entry);
    let entry = composed.as_str();
    found.push(replaced(entry, language, false));
    found.push(replaced(entry, language, true));
    found.extend(split_finals(entry));
    found.retain(|it| it != entry);
    found.sort_unstable();
    found.dedup();
    found
}

/// Composes the letters that [`table::RESPELLINGS`] has.
fn composed(entry: &str) -> String {
    let pairs = [("a\u{30A}", "å"), ("a\u{308}", "ä"), ("o\u{308}", "ö"), ("u\u{308}", "ü")];
    match entry.is_ascii() {
        true => entry.to_owned(),
        false => {
            let lower = entry.to_lowercase();
            pairs.iter().fold(lower, |text, (from, to)| text.replace(from, to))
        }
    }
}

/// Replaces the letters of a language with their other spelling, or the other way round.
fn replaced(entry: &str, language: Language, back: bool) -> String {
    let mut text = entry.to_owned();
    for item in table::RESPELLINGS.of(language.0) {
        let Some((from, to)) = item.split_once(['=', '>']) else { continue };
        match back {
            false => text = text.replace(from, to),
            true if item.contains('=') => text = replaced_back(&text, to, from),
            true => {}
        }
    }
    text
}

/// Replaces two letters with the one that they stand for, except after a vowel and after q, where
/// they are two sounds (*Mauer*, *Quelle*).
fn replaced_back(text: &str, pair: &str, letter: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find(pair) {
        let before = rest[..at].chars().next_back().or(out.chars().next_back());
        let is_sound = before.is_some_and(|c| "aeiouqAEIOUQ".contains(c));
        out.push_str(&rest[..at]);
        out.push_str(if is_sound { &rest[at..at + pair.len()] } else { letter });
        rest = &rest[at + pair.len()..];
    }
    out + rest
}

/// Returns the spellings in which some final consonants of Hangul syllables are typed by themselves.
fn split_finals(entry: &str) -> Vec<String> {
    let split = |c: char| {
        let index = u32::from(c).checked_sub(SYLLABLES).filter(|&index| index < SYLLABLE_COUNT)?;
        let open = char::from_u32(u32::from(c) - index % FINALS)?;
        let initial = char::from_u32(AS_INITIAL[(index % FINALS) as usize]);
        Some((open, initial.filter(|&it| it != '\0')?))
    };
    let count = entry.chars().filter(|&c| split(c).is_some()).count() as u32;
    let choices: Vec<u32> = match count {
        0 => return Vec::new(),
        1..=MAX_COMBINED => (1..1 << count).collect(),
        _ => (0..count.min(31)).map(|at| 1 << at).chain([u32::MAX]).collect(),
    };
    let spelled = |choice: u32| {
        let mut number = 0;
        let mut text = String::new();
        for c in entry.chars() {
            match split(c) {
                Some((open, initial)) => {
                    let is_split = choice >> number.min(31) & 1 == 1;
                    number += 1;
                    match is_split {
                        true => text.extend([open, initial]),
                        false => text.push(c),
                    }
                }
                None => text.push(c),
            }
        }
        text
    };
    choices.into_iter().map(spelled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_respelled_in_their_language() {
        let of = |language: &str, entry| {
            respellings(Language::from_tag(language).expect("a language"), entry).join(" ")
        };
        assert_eq!(of("de", "Arschlöcher"), "arschloecher");
        assert_eq!(of("de", "mo\u{308}se"), "moese");
        assert_eq!(of("de", "arschloecher"), "arschlöcher");
        assert_eq!(of("de", "Mauer Quelle Poet"), "Mauer Quelle Pöt");
        assert_eq!(of("en", "arschlöcher"), "");
        assert_eq!(of("da", "røv"), "roev");
        assert_eq!(of("tr", "amcık"), "amcik");
        assert_eq!(of("tr", "amcik"), "");
    }

    #[test]
    fn final_consonants_are_split_off() {
        let of = |entry| respellings(Language::KOREAN, entry);
        assert_eq!(of("씨발"), ["씨바\u{1105}"]);
        assert_eq!(of("병신").len(), 3);
        assert_eq!(of("바보"), Vec::<String>::new());
        assert_eq!(of("앉다").len(), 0);
        assert_eq!(of("강강강강").len(), 5);
    }
}
