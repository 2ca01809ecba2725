//! The classes of letters by which candidates are found: [`LetterClass`].
//!
//! Letters that share a leet character (`i` and `l` share `1`, `g` and the Cyrillic `б` share `6`)
//! are one class, to which the leet character belongs as well, so an obfuscated word has the same classes as the word. Candidates
//! are then compared letter by letter, so that characters that share a class only cost time.
//!
//! In the keys of the trie a class is stored as one byte of 5 bits. Characters without such a
//! class (ASCII symbols that are not leet characters, and most characters beyond ASCII) are stored
//! as three bytes, with 12 bits of the code point. The lowest two bits select one of the four
//! values from `FIRST_LONG` for the first byte.

use crate::normalize::leet::{self, LEET};
use crate::normalize::{HIDING_SEPARATOR, separator_length};

/// The number of values of a key byte.
pub(super) const KEY_BYTE_VALUES: u8 = 32;

/// The class of the gap between two words of a phrase.
pub(super) const GAP: LetterClass = LetterClass(26);

const APOSTROPHE: u16 = 27;
/// The first of the four values with which classes of three key bytes begin.
const FIRST_LONG: u8 = 28;
const LONG: u16 = 1 << 15;
const LONG_MASK: u32 = (1 << 12) - 1;

/// A class of characters that are not distinguished when candidates are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LetterClass(u16);

impl LetterClass {
    /// Returns the class of a character of a folded text.
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
        let of_letter = LetterClass::of_leet_letter(c);
        let letter = leet::letters_of(c).bytes().next();
        match of_letter.or(letter.map(|letter| ASCII[usize::from(letter)])) {
            Some(class) => LetterClass(u16::from(class)),
            None => LetterClass(LONG | (u32::from(c) & LONG_MASK) as u16),
        }
    }

    /// Returns the class of a Cyrillic or Greek letter that shares a leet character with a Latin one.
    pub(super) fn of_leet_letter(c: char) -> Option<u8> {
        let index = u32::from(c).checked_sub(FIRST_LEET_LETTER)?;
        LEET_LETTERS.get(index as usize).copied().filter(|&class| class < FIRST_LONG)
    }

    /// Returns the class of an ASCII letter or digit; `None` for other bytes.
    #[inline]
    pub(super) fn of_word(byte: u8) -> Option<LetterClass> {
        byte.is_ascii_alphanumeric().then(|| LetterClass(u16::from(ASCII[usize::from(byte & 127)])))
    }

    /// A value with a bit that no key byte has.
    pub(super) const NO_KEY_BYTE: u8 = 1 << 7;

    /// Returns the key byte of a byte that has only one reading: an ASCII letter, or a separator
    /// between words that may not hide a letter. Returns [`NO_KEY_BYTE`](LetterClass::NO_KEY_BYTE) for all others.
    #[inline]
    pub(super) fn unambiguous_key_byte(byte: u8) -> u8 {
        UNAMBIGUOUS[usize::from(byte)]
    }

    /// Returns the first key byte of an ASCII character that begins a word; a leet character counts
    /// as a letter.
    #[inline]
    pub(super) fn first_key_byte_of(byte: u8) -> u8 {
        let class = ASCII[usize::from(byte & 127)];
        if class < FIRST_LONG { class } else { LetterClass::NO_KEY_BYTE }
    }

    /// The key bytes with which long classes begin, one bit each.
    pub(super) const LONG_FIRST_BYTES: u32 = 0xF << FIRST_LONG;

    /// Returns a number for a class of three key bytes, a *long class*; `None` for others.
    #[inline]
    pub(super) fn as_long(self) -> Option<u16> {
        Some(self.0).filter(|&class| class >= LONG)
    }

    /// Returns the number of the long class with which a key begins, and the rest of the key.
    pub(super) fn long_of(key: &[u8]) -> Option<(u16, &[u8])> {
        let &[first, second, third, ref rest @ ..] = key else { return None };
        let low = first.checked_sub(FIRST_LONG)?;
        let class = u16::from(low) | u16::from(second) << 2 | u16::from(third) << 7;
        Some((LONG | class, rest))
    }

    /// Returns the first of the one or three bytes that represent the class in a
    /// [`Trie`](super::trie::Trie).
    #[inline]
    pub(super) fn first_key_byte(self) -> u8 {
        let LetterClass(class) = self;
        if class < LONG { class as u8 } else { FIRST_LONG + (class & 3) as u8 }
    }

    /// Returns the other key bytes, if there are any.
    #[inline]
    pub(super) fn more_key_bytes(self) -> Option<[u8; 2]> {
        let LetterClass(class) = self;
        (class >= LONG).then_some([(class >> 2 & 31) as u8, (class >> 7 & 31) as u8])
    }

    /// Returns all key bytes.
    pub(super) fn key_bytes(self) -> impl Iterator<Item = u8> {
        std::iter::once(self.first_key_byte()).chain(self.more_key_bytes().into_iter().flatten())
    }

    /// Returns the class that begins with a key byte, and how many more key bytes it has. Of a
    /// class with more, only the bits of the first are known.
    pub(super) fn begins_with(key_byte: u8) -> (LetterClass, usize) {
        match key_byte < FIRST_LONG {
            true => (LetterClass(u16::from(key_byte)), 0),
            false => (LetterClass(LONG | u16::from(key_byte - FIRST_LONG)), 2),
        }
    }
}

/// The classes of ASCII characters; `FIRST_LONG` for those with a class of three key bytes. Letters
/// that share a leet character, such as `i` and `l`, have one class together with their leet
/// characters.
const ASCII: [u8; 128] = {
    let mut classes = [FIRST_LONG; 128];
    let mut next = 0;
    let mut letter = b'a';
    while letter <= b'z' {
        if classes[letter as usize] == FIRST_LONG {
            classes[letter as usize] = next;
            let mut index = 0;
            while index < LEET.len() {
                let letters = LEET[index].1.as_bytes();
                if has(letters, letter) {
                    fill(&mut classes, letters, next);
                }
                index += 1;
            }
            next += 1;
        }
        letter += 1;
    }
    let mut index = 0;
    while index < LEET.len() {
        let (c, letters) = LEET[index];
        let class = classes[letters.as_bytes()[0] as usize];
        fill(&mut classes, letters.as_bytes(), class);
        if c.is_ascii() {
            classes[c as usize] = class;
        }
        index += 1;
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
    let mut gap = 0;
    while gap < b' ' {
        if separator_length(gap as char).is_some() {
            classes[gap as usize] = GAP.0 as u8;
        }
        gap += 1;
    }
    classes['\'' as usize] = APOSTROPHE as u8;
    classes
};

/// The first of the letters in [`LEET_LETTERS`].
const FIRST_LEET_LETTER: u32 = 0x370;

/// The classes of the Greek and Cyrillic letters for which leet characters are written;
/// `FIRST_LONG` for the others. They are the classes of the Latin letters for which the same
/// characters are written.
const LEET_LETTERS: [u8; 0xF0] = {
    let mut classes = [FIRST_LONG; 0xF0];
    let mut index = 0;
    while index < LEET.len() {
        let letters = LEET[index].1.as_bytes();
        let class = ASCII[letters[0] as usize];
        let mut at = 0;
        while at < letters.len() {
            if letters[at].is_ascii() {
                at += 1;
                continue;
            }
            let c = (letters[at] as u32 & 0x1F) << 6 | (letters[at + 1] as u32 & 0x3F);
            let known = &mut classes[(c - FIRST_LEET_LETTER) as usize];
            assert!(
                *known == FIRST_LONG || *known == class,
                "letters that share a leet character have one class"
            );
            *known = class;
            at += 2;
        }
        index += 1;
    }
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

/// Assigns a class to letters, which must not have another one.
const fn fill(classes: &mut [u8; 128], letters: &[u8], class: u8) {
    let mut at = 0;
    while at < letters.len() && letters[at].is_ascii() {
        let known = &mut classes[letters[at] as usize];
        assert!(
            *known == FIRST_LONG || *known == class,
            "letters that share a leet character have one class"
        );
        *known = class;
        at += 1;
    }
}

const UNAMBIGUOUS: [u8; 256] = {
    let mut key_bytes = [LetterClass::NO_KEY_BYTE; 256];
    let mut byte = 0;
    while byte < 128 {
        let is_separator = ASCII[byte] == GAP.0 as u8 && byte as u8 != HIDING_SEPARATOR as u8;
        let is_one = (byte as u8).is_ascii_alphabetic() || is_separator;
        if is_one && ASCII[byte] < FIRST_LONG {
            key_bytes[byte] = ASCII[byte];
        }
        byte += 1;
    }
    key_bytes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leet_character_has_the_class_of_each_of_its_letters() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            for letter in leet::letters_of(c).chars() {
                assert_eq!(LetterClass::of(c), LetterClass::of(letter), "{c}");
            }
        }
    }

    #[test]
    fn letters_without_a_shared_leet_character_have_different_classes() {
        let letters: Vec<LetterClass> =
            "abcdefghijkmnopqrstuvwxyz2'éж中😀".chars().map(LetterClass::of).collect();
        for (at, class) in letters.iter().enumerate() {
            assert!(!letters[..at].contains(class), "{at}");
        }
        assert_eq!(LetterClass::of('\u{1}'), LetterClass::of('\u{8}'));
        assert_eq!(LetterClass::of('\u{1}'), LetterClass::of('\u{18}'));
    }

    #[test]
    fn classes_are_numbered_from_a() {
        let classes = "a4@ b8 c d e3 f g69 h il1!| j k m n o0 p q r s5$ t7+ u v w x y z 2";
        for (number, class) in classes.split(' ').enumerate() {
            for c in class.chars() {
                assert_eq!(LetterClass::of(c), LetterClass(number as u16), "{c}");
            }
        }
    }

    #[test]
    fn the_first_key_byte_determines_the_length() {
        for c in "a2'\u{3}é中😀*".chars() {
            let key_bytes: Vec<u8> = LetterClass::of(c).key_bytes().collect();
            assert_eq!(LetterClass::begins_with(key_bytes[0]).1 + 1, key_bytes.len(), "{c:?}");
            assert!(key_bytes.iter().all(|&byte| byte < KEY_BYTE_VALUES));
        }
    }
}
