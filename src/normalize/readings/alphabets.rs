//! Words in the alphabets of fancy-text generators, which write letters and symbols of other scripts
//! for the Latin letters that they resemble: `₣ł₴Ⱨ`, `卂几卂ㄥ`, `ᗷᗩᗪ`.
//!
//! A word is read as Latin if each of its letters is a Latin letter or imitates one. If it has two
//! letters of which none is Latin, another word must be read as well. A single letter is only read if
//! it may be spaced. In words that also occur in a language this is never so in Han, rarely in other scripts, and such a word is still
//! searched as it is written. Words in Greek letters alone, or in Cyrillic ones, are never in such an alphabet.
//! Latin letters such as `ł` are not read as others in a message of a language that has them, unless
//! their word has letters that imitate others and are not of the language: `gıłɨpollas`.

use super::Char;
use crate::normalize::confusables;
use crate::normalize::fold::MIN_SPACED_LETTERS;
use crate::normalize::props::{CharProps, Folding, Scripts};
use crate::normalize::table;

/// The minimum number of letters of an entry that is searched with plain letters as well.
const MIN_PLAIN: usize = 4;

/// Returns the one or two Latin letters that a letter or symbol imitates.
fn imitated_by(c: char) -> Option<[char; 2]> {
    let look_up = |c: char| {
        let at = table::ALPHABETS.binary_search_by_key(&u32::from(c), |entry| entry >> 10).ok()?;
        let letter = |shift: u32| char::from(b'a' + (table::ALPHABETS[at] >> shift & 31) as u8);
        Some([letter(5), letter(0)])
    };
    look_up(c).or_else(|| match Folding::of(c) {
        Folding::One { to, .. } if !is_common(to) => look_up(to),
        _ => None,
    })
}

/// Whether a letter is Greek or Cyrillic. Of these, capitals may look like other letters than small
/// ones.
fn is_common(letter: char) -> bool {
    common_script(letter).is_some()
}

/// The script of a Greek or Cyrillic letter.
fn common_script(letter: char) -> Option<Common> {
    match CharProps::of(letter).script() {
        Scripts::GREEK => Some(Common::Greek),
        Scripts::CYRILLIC => Some(Common::Cyrillic),
        _ => None,
    }
}

/// A script of which words are often written beside words in Latin letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Common {
    Greek,
    Cyrillic,
}

/// The kind of a character of a word.
enum Kind {
    /// A Latin letter in ASCII.
    Latin,
    /// A Latin letter in another form, such as `ℓ`.
    Styled,
    /// A digit in any form, such as `²`.
    Digit,
    /// A letter or symbol that imitates a Latin letter; `script` if it is Greek or Cyrillic.
    Imitation { letters: [char; 2], script: Option<Common> },
    /// A letter of Greek or Cyrillic that is only read as Latin in words that mix scripts.
    Confusable(Common),
    /// A combining mark or an invisible character.
    Ignored,
    /// Such a letter of a language that the text shows.
    Own { letters: [char; 2] },
    /// A letter that is not read as Latin.
    Other,
    /// Not a letter.
    Separator,
}

impl Kind {
    fn of(c: char, at: usize, languages: Languages<'_>) -> Kind {
        if c.is_ascii() {
            return match c {
                'a'..='z' | 'A'..='Z' => Kind::Latin,
                '0'..='9' => Kind::Digit,
                _ => Kind::Separator,
            };
        }
        let (letter, is_symbol) = match Folding::of(c) {
            Folding::Itself(_) => (c, false),
            Folding::One { to, is_symbol } => (to, is_symbol),
            Folding::Many { to, is_symbol } => (to.chars().next().unwrap_or(c), is_symbol),
            Folding::Nothing => return Kind::Ignored,
        };
        let props = CharProps::of(letter);
        let script = common_script(letter);
        if props.is_mark() {
            return Kind::Ignored;
        }
        if let Some(letters) = imitated_by(c) {
            return match languages.have(letter, at) {
                true => Kind::Own { letters },
                false => Kind::Imitation { letters, script },
            };
        }
        match props.is_letter() {
            _ if letter.is_ascii_digit() => Kind::Digit,
            _ if is_symbol || letter.is_ascii_alphabetic() => Kind::Styled,
            false => Kind::Separator,
            true if props.script() == Scripts::LATIN && props.is_shape() => Kind::Styled,
            true => match script.filter(|_| confusables::latin_of(c, letter).is_some()) {
                Some(script) => Kind::Confusable(script),
                None => Kind::Other,
            },
        }
    }
}

/// Returns the text with its words in these alphabets read as Latin, and the same with the second
/// letter for each that imitates two. `None` if there are no such words or letters.
pub(super) fn read(chars: &[Char]) -> [Option<Vec<Char>>; 2] {
    let languages = Languages::of(chars);
    let mut words = Words::default();
    for (at, it) in chars.iter().enumerate() {
        match Kind::of(it.c, at, languages) {
            Kind::Separator => words.end_word(),
            kind => words.current.add(at, kind),
        }
    }
    words.end_word();
    let imitations = words.read();
    let text = |choice: usize| {
        let mut text = chars.to_vec();
        imitations.iter().for_each(|&(at, letters)| text[at].c = letters[choice]);
        text
    };
    let has_second = imitations.iter().any(|(_, [one, other])| one != other);
    [(!imitations.is_empty()).then(|| text(0)), has_second.then(|| text(1))]
}

/// The position of an imitation, and the letters that it imitates.
type Imitation = (usize, [char; 2]);

/// The words of a text.
#[derive(Default)]
struct Words {
    current: Word,
    /// The imitations in words that are read as Latin.
    imitations: Vec<Imitation>,
    /// Those in words of two letters.
    pairs: Vec<Imitation>,
    /// Those that are words by themselves, and the number of all words of one letter.
    singles: Vec<Imitation>,
    single_count: u32,
    /// Whether one of these words is not Latin, Greek or Cyrillic.
    has_mixed_single: bool,
}

impl Words {
    fn end_word(&mut self) {
        let mut word = std::mem::take(&mut self.current);
        word.has_other |= word.imitations.is_empty() && !word.own.is_empty();
        word.imitations.append(&mut word.own);
        self.single_count += u32::from(word.letters == 1);
        match word.letters {
            _ if word.has_other => {}
            1 => {
                self.has_mixed_single |= word.is_mixed && !word.has_latin;
                self.singles.extend(word.imitations);
            }
            _ if !word.is_mixed => {}
            2 if !word.has_latin => self.pairs.extend(word.imitations),
            _ => self.imitations.extend(word.imitations),
        }
    }

    /// Returns the imitations that are read as Latin: those in pairs beside a longer word, and letters
    /// by themselves if they may be spaced.
    fn read(mut self) -> Vec<Imitation> {
        if !self.imitations.is_empty() {
            self.imitations.extend(self.pairs);
        }
        if self.single_count >= MIN_SPACED_LETTERS && self.has_mixed_single {
            self.imitations.extend(self.singles);
        }
        self.imitations
    }
}

/// A word of a text.
#[derive(Default)]
struct Word {
    letters: usize,
    has_latin: bool,
    /// Whether it has a letter that is neither Greek nor Cyrillic, or letters of both.
    is_mixed: bool,
    /// The script of its first Greek or Cyrillic letter.
    script: Option<Common>,
    /// Whether it has a letter that is not read as Latin.
    has_other: bool,
    imitations: Vec<Imitation>,
    /// Those of a language that the text shows.
    own: Vec<Imitation>,
}

impl Word {
    fn add(&mut self, at: usize, kind: Kind) {
        self.letters += usize::from(!matches!(kind, Kind::Digit | Kind::Ignored));
        match kind {
            Kind::Latin | Kind::Styled => (self.is_mixed, self.has_latin) = (true, true),
            Kind::Imitation { letters, script } => {
                self.is_mixed |= script.is_none();
                script.into_iter().for_each(|script| self.add_script(script));
                self.imitations.push((at, letters));
            }
            Kind::Own { letters } => {
                self.is_mixed = true;
                self.own.push((at, letters));
            }
            Kind::Confusable(script) => self.add_script(script),
            Kind::Other => self.has_other = true,
            Kind::Digit | Kind::Ignored | Kind::Separator => {}
        }
    }

    fn add_script(&mut self, script: Common) {
        self.is_mixed |= *self.script.get_or_insert(script) != script;
    }
}

/// Languages of which a text has characteristic letters.
#[derive(Clone, Copy)]
struct Languages<'t> {
    text: &'t [Char],
    /// One bit for each.
    shown: u8,
    /// Whether it has ç, ö or ü, which Turkish and Azerbaijani share with other languages. They only
    /// count for an ı that fits a Turkish word, in two words around theirs, and for ə in their own.
    has_shared: bool,
}

const TURKIC: u8 = 1;
const POLISH: u8 = 1 << 1;
const NORDIC: u8 = 1 << 2;
const VIETNAMESE: u8 = 1 << 3;
const SLAVIC: u8 = 1 << 4;
const MALTESE: u8 = 1 << 5;

/// The maximum number of characters on each side of a letter in which ç, ö and ü count.
const NEARBY: usize = 32;

fn is_shared(c: char) -> bool {
    matches!(c, 'ç' | 'Ç' | 'ö' | 'Ö' | 'ü' | 'Ü')
}

impl Languages<'_> {
    /// Finds the languages of a text by letters that are not read as others.
    fn of(text: &[Char]) -> Languages<'_> {
        let of = |c: char| match c {
            'ğ' | 'Ğ' | 'ş' | 'Ş' | 'İ' => TURKIC,
            'ą' | 'Ą' | 'ę' | 'Ę' | 'ś' | 'Ś' | 'ź' | 'Ź' | 'ń' | 'Ń' => POLISH,
            'ż' | 'Ż' | 'ċ' | 'Ċ' | 'ġ' | 'Ġ' => POLISH | MALTESE,
            'ć' | 'Ć' => POLISH | SLAVIC,
            'č' | 'Č' | 'š' | 'Š' | 'ž' | 'Ž' => SLAVIC,
            'å' | 'Å' | 'æ' | 'Æ' => NORDIC,
            '\u{1EA0}'..='\u{1EF9}' => VIETNAMESE,
            _ => 0,
        };
        let shown = text.iter().fold(0, |all, it| all | of(it.c));
        Languages { text, shown, has_shared: text.iter().any(|it| is_shared(it.c)) }
    }

    /// Whether a Latin letter at a position of the text is one of these languages.
    fn have(self, letter: char, at: usize) -> bool {
        let of = match letter {
            'ı' | 'ə' => TURKIC,
            'ł' => POLISH,
            'ø' => NORDIC,
            'đ' => VIETNAMESE | SLAVIC,
            'ħ' => MALTESE,
            'ŋ' | 'ŧ' => SLAVIC,
            _ => 0,
        };
        let shared_counts = || match letter {
            'ı' => self.fits_turkish(at) && self.is_shared_nearby(at, 2),
            _ => self.is_shared_nearby(at, 0),
        };
        self.shown & of != 0 || (of == TURKIC && self.has_shared && shared_counts())
    }

    /// Whether an ı may be in a Turkish word: the letters beside it are consonants, the vowel before it is
    /// not a front vowel, and without one, there is at most one letter before it. So it fits *sıkıntı* but
    /// not `crıpple` or `vermın`.
    fn fits_turkish(self, at: usize) -> bool {
        let is_vowel = |c: char| "aeiouöüıəAEIOUÖÜIİƏ".contains(c);
        let is_front = |c: char| "eiöüəEİÖÜƏ".contains(c);
        let before = self.text[..at].iter().rev().map(|it| it.c);
        let before = before.take(NEARBY).take_while(|c| c.is_alphabetic());
        let is_next_vowel = self.text.get(at + 1).is_some_and(|it| is_vowel(it.c));
        let mut consonants = 0;
        let vowel =
            before.inspect(|&c| consonants += usize::from(!is_vowel(c))).find(|&c| is_vowel(c));
        !is_next_vowel
            && match vowel {
                Some(vowel) => consonants > 0 && !is_front(vowel),
                None => consonants < 2,
            }
    }

    /// Whether the word at a position, or one of so many before and after it, has ç, ö or ü.
    fn is_shared_nearby(self, at: usize, words: usize) -> bool {
        // Up to the space after them on each side.
        let is_in = |text: &mut dyn Iterator<Item = &Char>| {
            let mut spaces = 0;
            let mut near = text.take(NEARBY).take_while(|it| {
                spaces += usize::from(it.c.is_whitespace());
                spaces <= words
            });
            near.any(|it| is_shared(it.c))
        };
        is_in(&mut self.text[..at].iter().rev()) || is_in(&mut self.text[at..].iter())
    }
}

/// Returns an entry with the plain Latin letters for its Latin letters with strokes and the like, as
/// a message may write them: `pierdola` for `pierdoła`. `None` if it has none.
pub(crate) fn with_plain_letters(entry: &str) -> Option<String> {
    let plain = |c: char| {
        let is_latin = !c.is_ascii()
            && CharProps::of_plain(folded(c)).is_some_and(|it| it.script() == Scripts::LATIN);
        imitated_by(c).filter(|_| is_latin).map(|[letter, _]| letter)
    };
    let has_one = entry.chars().any(|c| plain(c).is_some());
    let is_long = entry.chars().filter(|c| c.is_alphabetic()).count() >= MIN_PLAIN;
    (has_one && is_long).then(|| entry.chars().map(|c| plain(c).unwrap_or(c)).collect())
}

fn folded(c: char) -> char {
    match Folding::of(c) {
        Folding::One { to, .. } => to,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fold only has a word read in these alphabets if it has no letter of another kind.
    #[test]
    fn the_fold_notes_each_imitation() {
        for c in (char::MIN..=char::MAX).filter(|&c| imitated_by(c).is_some()) {
            let folded = match Folding::of(c) {
                Folding::One { to, .. } => to,
                Folding::Many { to, .. } => to.chars().next().unwrap_or(c),
                Folding::Itself(_) | Folding::Nothing => c,
            };
            let props = CharProps::of(folded);
            let is_read = props.may_imitate() || props.script().shares(Scripts::WITH_LATIN);
            assert!(is_read || !props.is_letter(), "{c}");
        }
    }
}
