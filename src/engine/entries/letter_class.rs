//! The letters that the index tells apart: [`LetterClass`].
//!
//! Letters for which the same digit or sign may stand have one class, so that a word has the classes of all
//! its disguises; what has the classes of an entry is compared letter by letter afterwards. Nothing is
//! lost by characters that share a class but time.

use crate::normalize::leet::{self, LEET};

/// How many values a step has.
pub(super) const KEY_BYTE_VALUES: u8 = 32;

/// What stands between the words of a phrase.
pub(super) const GAP: LetterClass = LetterClass(26);

const APOSTROPHE: u16 = 27;
/// Codes of more than one step begin with this one or the three behind it.
const FIRST_LONG: u8 = 28;
const LONG: u16 = 1 << 15;
const LONG_MASK: u32 = (1 << 12) - 1;

/// What characters are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LetterClass(u16);

impl LetterClass {
    /// That of a character of a folded text.
    #[inline]
    pub(super) fn of(c: char) -> LetterClass {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() && ASCII[usize::from(byte)] < FIRST_LONG => {
                LetterClass(u16::from(ASCII[usize::from(byte)]))
            }
            _ => LetterClass::beyond_ascii(c),
        }
    }

    fn beyond_ascii(c: char) -> LetterClass {
        match leet::letters_of(c).bytes().next() {
            Some(letter) => LetterClass(u16::from(ASCII[usize::from(letter)])),
            None => LetterClass(LONG | (u32::from(c) & LONG_MASK) as u16),
        }
    }

    /// That of a letter or digit in ASCII.
    #[inline]
    pub(super) fn of_word(byte: u8) -> Option<LetterClass> {
        byte.is_ascii_alphanumeric().then(|| LetterClass(u16::from(ASCII[usize::from(byte & 127)])))
    }

    /// Has a bit that no step has.
    pub(super) const NO_KEY_BYTE: u8 = 1 << 7;

    /// The step of a byte that is but one thing: a letter or digit in ASCII, or what stands between words.
    /// [`NO_KEY_BYTE`](LetterClass::NO_KEY_BYTE) for all others.
    #[inline]
    pub(super) fn unambiguous_key_byte(byte: u8) -> u8 {
        UNAMBIGUOUS[usize::from(byte)]
    }

    /// The first step of an ASCII character that begins a word; a sign does as a letter.
    #[inline]
    pub(super) fn first_key_byte_of(byte: u8) -> u8 {
        let step = ASCII[usize::from(byte & 127)];
        if step < FIRST_LONG { step } else { LetterClass::NO_KEY_BYTE }
    }

    /// Whether more steps follow the first one.
    pub(super) fn is_long(first_key_byte: u8) -> bool {
        first_key_byte >= FIRST_LONG
    }

    /// The first of the one or three steps that it takes in a [`Trie`](super::trie::Trie).
    #[inline]
    pub(super) fn first_key_byte(self) -> u8 {
        let LetterClass(class) = self;
        if class < LONG { class as u8 } else { FIRST_LONG + (class & 3) as u8 }
    }

    /// The other ones.
    #[inline]
    pub(super) fn more_key_bytes(self) -> Option<[u8; 2]> {
        let LetterClass(class) = self;
        (class >= LONG).then_some([(class >> 2 & 31) as u8, (class >> 7 & 31) as u8])
    }

    /// All of them.
    pub(super) fn key_bytes(self) -> impl Iterator<Item = u8> {
        std::iter::once(self.first_key_byte()).chain(self.more_key_bytes().into_iter().flatten())
    }

    /// The class that begins with a step, and how many more steps it has.
    pub(super) fn begins_with(step: u8) -> (LetterClass, usize) {
        match step < FIRST_LONG {
            true => (LetterClass(u16::from(step)), 0),
            false => (LetterClass(LONG | u16::from(step - FIRST_LONG)), 2),
        }
    }
}

/// The classes of ASCII characters; `FIRST_LONG` for those that have a long one. Letters that share a sign
/// have one class, as `i` and `l`; so have the signs that are written for them.
const ASCII: [u8; 128] = {
    let mut classes = [FIRST_LONG; 128];
    let mut next = 0;
    let mut letter = b'a';
    while letter <= b'z' {
        if classes[letter as usize] == FIRST_LONG {
            classes[letter as usize] = next;
            let mut sign = 0;
            while sign < LEET.len() {
                let letters = LEET[sign].1.as_bytes();
                if has(letters, letter) {
                    fill(&mut classes, letters, next);
                }
                sign += 1;
            }
            next += 1;
        }
        letter += 1;
    }
    let mut sign = 0;
    while sign < LEET.len() {
        let (c, letters) = LEET[sign];
        let class = classes[letters.as_bytes()[0] as usize];
        fill(&mut classes, letters.as_bytes(), class);
        if c.is_ascii() {
            classes[c as usize] = class;
        }
        sign += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        if classes[digit as usize] == FIRST_LONG {
            classes[digit as usize] = next;
            next += 1;
        }
        digit += 1;
    }
    assert!(next as u16 == GAP.0, "each class is used");
    let mut gap = 1;
    while gap <= crate::normalize::MAX_SEPARATOR as usize {
        classes[gap] = GAP.0 as u8;
        gap += 1;
    }
    classes['\'' as usize] = APOSTROPHE as u8;
    classes
};

const fn has(letters: &[u8], letter: u8) -> bool {
    let mut at = 0;
    while at < letters.len() {
        if letters[at] == letter {
            return true;
        }
        at += 1;
    }
    false
}

/// Gives letters a class, if they have no other one.
const fn fill(classes: &mut [u8; 128], letters: &[u8], class: u8) {
    let mut at = 0;
    while at < letters.len() {
        let known = &mut classes[letters[at] as usize];
        assert!(
            *known == FIRST_LONG || *known == class,
            "letters that share a sign have one class"
        );
        *known = class;
        at += 1;
    }
}

const UNAMBIGUOUS: [u8; 256] = {
    let mut steps = [LetterClass::NO_KEY_BYTE; 256];
    let mut byte = 0;
    while byte < 128 {
        let is_one = (byte as u8).is_ascii_alphanumeric() || ASCII[byte] == GAP.0 as u8;
        if is_one && ASCII[byte] < FIRST_LONG {
            steps[byte] = ASCII[byte];
        }
        byte += 1;
    }
    steps
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_has_the_code_of_each_letter_it_stands_for() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            for letter in leet::letters_of(c).chars() {
                assert_eq!(LetterClass::of(c), LetterClass::of(letter), "{c}");
            }
        }
    }

    #[test]
    fn letters_that_no_sign_tells_together_have_codes_of_their_own() {
        let letters: Vec<LetterClass> =
            "abcdefghijkmnopqrstuvwxyz2'éя中😀".chars().map(LetterClass::of).collect();
        for (at, class) in letters.iter().enumerate() {
            assert!(!letters[..at].contains(class), "{at}");
        }
        assert_eq!(LetterClass::of('\u{1}'), LetterClass::of('\u{8}'));
    }

    #[test]
    fn classes_are_numbered_from_a_on() {
        let classes = "a4@ b8 c d e3 f g69 h il1!| j k m n o0 p q r s5$ t7+ u v w x y z 2";
        for (number, class) in classes.split(' ').enumerate() {
            for c in class.chars() {
                assert_eq!(LetterClass::of(c), LetterClass(number as u16), "{c}");
            }
        }
    }

    #[test]
    fn the_first_step_tells_how_many_follow() {
        for c in "a2'\u{3}é中😀*".chars() {
            let steps: Vec<u8> = LetterClass::of(c).key_bytes().collect();
            assert_eq!(LetterClass::begins_with(steps[0]).1 + 1, steps.len(), "{c:?}");
            assert!(steps.iter().all(|&step| step < KEY_BYTE_VALUES));
        }
    }
}
