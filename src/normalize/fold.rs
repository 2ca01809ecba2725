//! The pass from a message to the text that terms are searched in.
//!
//! One walk over the message and one table look-up a character: the table holds what a character
//! folds to by itself, and this file what depends on its neighbours (marks, separators, Hangul).
//! The work is linear in the message whatever stands in it.

use super::charset::CharSet;
use super::confusables::{self, LatinWords, Place, Scanned};
use super::leet::{self, WORDS, symbol_letter};
use super::props::{CharProps, Folding};
use super::sink::FoldSink;
use super::{Disguises, Form, Layout, SymbolMode};
use crate::span::Span;

/// Nonspacing marks on one base from which on they are a Zalgo stack and no spelling.
const ZALGO: u32 = 4;

/// The longest separator that the words of a phrase may have between them, in folded characters.
pub(crate) const MAX_SEPARATOR: u32 = 8;

/// The longest separator that the letters of a word may have between them, in folded characters.
pub(super) const MAX_SPACED_SEPARATOR: u32 = 3;

/// Stands for a separator that no phrase may go over: it has a line break in it or is too long.
const BREAK: char = '\n';

/// Words of one character in a row that may be the letters of a word.
pub(super) const MIN_SPACED_LETTERS: u32 = 3;

/// How far back a mark is sorted. The Stream-Safe Text Format (UAX #15) allows 30 in a row.
const MAX_SORTED_MARKS: u32 = 30;

/// What a character may fold to without being long, in bytes: ﷺ is four words.
const LONG: usize = 12;

/// How many bytes long characters of a message may fold to in all. What comes behind is a sign: hundreds
/// of them would make a message many times as long as it is.
const MAX_LONG: usize = 512;

/// The keycap of emoji such as 1️⃣.
const KEYCAP: char = '\u{20E3}';

/// What an ASCII character is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ascii {
    /// A letter or digit.
    Word,
    /// Nothing but a separator.
    Separator,
    /// Something that its neighbours decide on.
    Other,
}

const ASCII: [Ascii; 256] = {
    let mut table = [Ascii::Other; 256];
    let mut c = 0;
    while c < 128 {
        let byte = c as u8;
        if byte.is_ascii_alphanumeric() {
            table[c] = Ascii::Word;
        } else if byte == b' ' || (byte.is_ascii_punctuation() && !is_special(byte)) {
            table[c] = Ascii::Separator;
        }
        c += 1;
    }
    table
};

const fn is_special(byte: u8) -> bool {
    byte == b'\'' || leet::is_word_symbol(byte as char)
}

/// Folds `text` into `out` and tells which symbols were met on the way. Which words are read as Latin
/// ones is worked out if it is not said.
pub(super) fn fold<O: FoldSink>(
    text: &str,
    form: Form,
    mode: SymbolMode,
    latin_words: Option<LatinWords>,
    out: &mut O,
) -> Met {
    out.clear();
    if latin_words.is_some() || form.disguises == Disguises::None {
        return pass(text, form, mode, latin_words, out).met;
    }
    // Few messages have such words, which only shows at their end.
    let Pass { met, scanned } = pass(text, form, mode, None, out);
    if !scanned.has_latin_words(mode) {
        return met;
    }
    out.clear();
    let latin_words = LatinWords::of(text, form, mode);
    let second = pass(text, form, mode, Some(latin_words), out).met;
    Met { slow_bytes: met.slow_bytes + second.slow_bytes, ..second }
}

/// What a fold met in a text.
#[derive(Clone, Copy)]
pub(super) struct Met {
    pub(super) symbols: CharSet,
    /// The bytes that were neither letters and digits nor plain separators in ASCII, in all passes.
    pub(super) slow_bytes: usize,
}

/// What was seen in a text.
struct Pass {
    met: Met,
    scanned: Scanned,
}

fn pass<O: FoldSink>(
    text: &str,
    form: Form,
    mode: SymbolMode,
    latin_words: Option<LatinWords>,
    out: &mut O,
) -> Pass {
    let mut fold = Fold {
        text,
        out,
        form,
        mode,
        latin_words,
        scanned: Scanned::default(),
        inside: 0,
        symbols: CharSet::NONE,
        base: Base { bare: false, keycap: false, end: 0, marks: 0 },
        gap: Gap::default(),
        after_letter: false,
        may_begin: true,
        long: 0,
        letters: 0,
        spelled: 0,
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut slow_bytes = 0;
    while let Some(&byte) = bytes.get(at) {
        match ASCII[usize::from(byte)] {
            Ascii::Word => {
                let is_word = |&byte: &u8| ASCII[usize::from(byte)] == Ascii::Word;
                let end = at + 1 + bytes[at + 1..].iter().take_while(|&it| is_word(it)).count();
                fold.ascii_word(&text[at..end], at);
                at = end;
            }
            Ascii::Separator => {
                fold.ascii_separator(byte, at);
                at += 1;
            }
            Ascii::Other => {
                let end = fold.beyond_ascii(at);
                slow_bytes += end - at;
                at = end;
            }
        }
    }
    fold.end_word();
    fold.scanned.end_word();
    Pass { met: Met { symbols: fold.symbols, slow_bytes }, scanned: fold.scanned }
}

struct Fold<'o, O> {
    text: &'o str,
    out: &'o mut O,
    form: Form,
    mode: SymbolMode,
    latin_words: Option<LatinWords>,
    scanned: Scanned,
    /// The number of the letter under way in what its character folds to.
    inside: usize,
    symbols: CharSet,
    base: Base,
    gap: Gap,
    /// Whether an apostrophe may follow the last character written: a letter of a script that puts
    /// spaces between words, with no gap after it.
    after_letter: bool,
    /// Whether a word may begin with the next letter, for what stands before it.
    may_begin: bool,
    /// What long characters have folded to, in bytes.
    long: usize,
    /// How many letters and digits the word under way has; only in [`Layout::Tokenized`].
    letters: u32,
    /// How many words before it had one character and stood close together.
    spelled: u32,
}

/// The last character that was no mark: what marks stand on.
struct Base {
    /// Marks on it are dropped.
    bare: bool,
    /// But for a keycap, which makes an emoji of it.
    keycap: bool,
    /// The position behind it.
    end: usize,
    /// The nonspacing marks on it, dropped ones included.
    marks: u32,
}

/// The separator since the last word; only in [`Layout::Tokenized`].
#[derive(Default)]
struct Gap {
    length: u32,
    line_break: bool,
    /// It began with an apostrophe right after a letter, which stands there.
    apostrophe: Option<Span>,
    end: usize,
}

impl Gap {
    /// How it stands in a folded text.
    fn folded(&self) -> char {
        match u8::try_from(self.length) {
            Ok(length) if self.length <= MAX_SEPARATOR && !self.line_break => char::from(length),
            _ => BREAK,
        }
    }
}

/// How many characters the separator has that stands there in a folded text; nothing if no phrase
/// may go over it, or if it is none.
#[inline]
pub(crate) fn separator_length(c: char) -> Option<u32> {
    Some(u32::from(c)).filter(|length| (1..=MAX_SEPARATOR).contains(length))
}

impl<O: FoldSink> Fold<'_, O> {
    /// Letters and digits that begin at byte `at`.
    #[inline]
    fn ascii_word(&mut self, word: &str, at: usize) {
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
        if self.gap.length > 0 {
            self.close_gap(is_letter(word.as_bytes().first()));
        }
        self.begin_word(0, false);
        self.out.push_ascii(word, at);
        self.letters += word.len() as u32;
        if word.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            self.scanned.latin_letter();
        }
        self.after_letter = is_letter(word.as_bytes().last());
        // Digits may stand for letters.
        let keycap = !self.after_letter;
        self.base = Base { bare: true, keycap, end: self.out.end(), marks: 0 };
    }

    /// A character at byte `at` that is never part of a word.
    #[inline]
    fn ascii_separator(&mut self, byte: u8, at: usize) {
        self.symbols.add(char::from(byte));
        self.scanned.end_word();
        self.may_begin = true;
        if self.form.layout == Layout::Verbatim {
            self.out.push(char::from(byte), Span::new(at, at + 1));
        } else {
            self.gap.length = self.gap.length.saturating_add(1);
            self.gap.end = at + 1;
        }
        self.after_letter = false;
        self.base = Base { bare: false, keycap: false, end: self.out.end(), marks: 0 };
    }

    /// What begins at byte `at` and is more than an ASCII word or separator; tells where it ends.
    #[inline]
    fn beyond_ascii(&mut self, at: usize) -> usize {
        let mut end = at;
        let mut last: Option<CharProps> = None;
        for c in self.text[at..].chars() {
            let props = match Folding::of(c) {
                Folding::Itself(props) if props.is_plain_letter() => props,
                folds if last.is_none() => {
                    let from = Span::new(at, at + c.len_utf8());
                    self.char(c, folds, from);
                    return from.end;
                }
                _ => break,
            };
            match last {
                Some(_) if c.is_ascii() => break,
                Some(_) => {}
                None if self.gap.length > 0 => self.close_gap(props.takes_apostrophe()),
                None => {}
            }
            self.begin_word(end - at, props.is_unspaced());
            self.scanned.letter(props);
            self.letters += 1;
            last = Some(props);
            end += c.len_utf8();
        }
        if let Some(props) = last {
            self.out.push_letters(&self.text[at..end], at);
            self.after_letter = props.takes_apostrophe();
            self.base =
                Base { bare: props.is_bare(), keycap: false, end: self.out.end(), marks: 0 };
        }
        end
    }

    #[inline]
    fn char(&mut self, c: char, folds: Folding, from: Span) {
        match folds {
            Folding::Itself(props) => self.own(c, props, from),
            Folding::One { to, is_symbol: false } => self.own(to, CharProps::of(to), from),
            Folding::One { to, is_symbol } => {
                self.expand(c, to.encode_utf8(&mut [0; 4]), is_symbol, from);
            }
            Folding::Many { to, is_symbol } => self.expand(c, to, is_symbol, from),
            Folding::Nothing => {}
        }
    }

    /// A character that folds to others.
    fn expand(&mut self, c: char, to: &str, is_symbol: bool, from: Span) {
        let symbol = is_symbol && self.form.disguises == Disguises::Standard;
        if to.len() > LONG {
            self.long += to.len();
        }
        if self.long > MAX_LONG && to.len() > LONG {
            return self.symbol(char::REPLACEMENT_CHARACTER, CharProps::SYMBOL, from);
        }
        if symbol && self.mode == SymbolMode::Boundaries && self.form.layout == Layout::Tokenized {
            self.symbol(c, CharProps::SYMBOL, from);
            self.base = Base { bare: false, keycap: false, end: self.out.end(), marks: 0 };
            return;
        }
        let start = self.out.end();
        let drops_marks = self.form.disguises == Disguises::Standard;
        for (number, c) in to.chars().enumerate() {
            let props = CharProps::of(c);
            if props.is_mark() && drops_marks && self.base.bare && !self.base.keycap {
                continue;
            }
            self.inside = number;
            self.own(c, props, from);
        }
        self.inside = 0;
        if symbol {
            self.out.note_symbol(start);
            self.may_begin = true;
        }
    }

    /// A character that folds to itself.
    #[inline]
    fn own(&mut self, c: char, props: CharProps, from: Span) {
        match props.is_plain_letter() {
            true => self.letter(c, props, from),
            false => self.other(c, props, from),
        }
    }

    /// Notes that a word may begin with the character that comes after so many bytes more, if it may. Of a
    /// script that puts no spaces between words any may.
    #[inline]
    fn begin_word(&mut self, after: usize, unspaced: bool) {
        if self.may_begin || unspaced {
            self.out.note_start(after);
        }
        self.may_begin = unspaced;
    }

    #[inline]
    fn letter(&mut self, c: char, props: CharProps, from: Span) {
        if self.gap.length > 0 {
            self.close_gap(props.takes_apostrophe());
        }
        self.begin_word(0, props.is_unspaced());
        self.out.push(c, from);
        self.scanned.letter(props);
        self.letters += 1;
        self.after_letter = props.takes_apostrophe();
        let keycap = c.is_ascii_digit();
        let bare = keycap || props.is_bare();
        self.base = Base { bare, keycap, end: self.out.end(), marks: 0 };
    }

    /// Anything that may be more than a letter.
    fn other(&mut self, c: char, props: CharProps, from: Span) {
        if props.is_mark() {
            return self.mark(c, props, from);
        }
        if props.is_tatweel() && self.form.disguises == Disguises::Standard {
            return;
        }
        if props.is_jamo() && self.compose(c, from) {
            return;
        }
        if props.is_confusable()
            && let Some((latin, noted)) = self.latin(c, props, from)
        {
            self.own(latin, CharProps::of(latin), from);
            if noted {
                self.out.note_confusable();
            }
            return;
        }
        if props.is_word() {
            return self.letter(c, props, from);
        }
        if let Some(letter) = symbol_letter(self.text, from, c, props, self.form, self.mode) {
            self.symbols.add(c);
            let start = self.out.end();
            self.own(letter, CharProps::of(letter), from);
            self.may_begin = true;
            return self.out.note_symbol(start);
        }
        if self.form == WORDS && leet::is_word_symbol(c) {
            return self.sign(c, from);
        }
        self.symbol(c, props, from);
        self.base = Base { bare: props.is_bare(), keycap: false, end: self.out.end(), marks: 0 };
    }

    /// The Latin letter that a look-alike is read as, and whether it matters that it is another one.
    fn latin(&mut self, c: char, props: CharProps, from: Span) -> Option<(char, bool)> {
        if self.form.disguises == Disguises::None {
            return None;
        }
        if props.is_shape() {
            let original = self.text[from.start..].chars().next()?;
            return confusables::find(original, c).map(|latin| (latin, false));
        }
        let words = self.latin_words.as_ref()?;
        let original = self.text[from.start..].chars().next()?;
        words.read(Place { byte: from.start, inside: self.inside }, original, c)
    }

    /// A sign that may be a letter, or hide one.
    fn sign(&mut self, c: char, from: Span) {
        self.scanned.end_word();
        self.symbols.add(c);
        let before = self.out.before(self.out.end()).filter(|_| self.gap.length == 0);
        let alone = before.is_none_or(|(before, _)| leet::hides(before));
        if self.gap.length > 0 {
            self.close_gap(false);
        } else {
            self.end_word();
        }
        if leet::is_leet(c) {
            self.begin_word(0, true);
        }
        self.out.push(c, from);
        self.after_letter = false;
        self.may_begin = true;
        self.base = Base { bare: true, keycap: false, end: self.out.end(), marks: 0 };
        self.letters = 0;
        // Whether it is alone on its other side, too, only the exact reading tells.
        self.spelled += u32::from(alone);
    }

    /// Anything else that no word is made of.
    fn symbol(&mut self, c: char, props: CharProps, from: Span) {
        self.scanned.end_word();
        self.may_begin = true;
        self.symbols.add(c);
        if self.form.layout == Layout::Verbatim {
            self.out.push(c, from);
            return;
        }
        if self.gap.length == 0 && self.after_letter && props.is_apostrophe() {
            self.gap.apostrophe = Some(from);
        }
        self.gap.length = self.gap.length.saturating_add(1);
        self.gap.line_break |= props.is_break();
        self.gap.end = from.end;
        self.after_letter = false;
    }

    /// Writes what the separator comes down to, now that another word follows it.
    fn close_gap(&mut self, letter_follows: bool) {
        let gap = std::mem::take(&mut self.gap);
        if self.out.end() == 0 {
            return;
        }
        self.end_word();
        let (separator, from) = match gap.apostrophe {
            Some(from) if gap.length == 1 && letter_follows => ('\'', from),
            _ => (gap.folded(), Span::new(gap.end, gap.end)),
        };
        self.out.push(separator, from);
        if gap.line_break || gap.length > MAX_SPACED_SEPARATOR {
            self.spelled = 0;
        }
        self.letters = 0;
    }

    /// Counts the words that may be no more than one character.
    fn end_word(&mut self) {
        match self.letters {
            0 => {}
            1 => self.spelled += 1,
            _ => self.spelled = 0,
        }
        if self.spelled >= MIN_SPACED_LETTERS {
            self.out.note_spaced_letters();
        }
    }

    fn mark(&mut self, c: char, props: CharProps, from: Span) {
        let standard = self.form.disguises == Disguises::Standard;
        let is_dropped = standard && self.base.bare && !(self.base.keycap && c == KEYCAP);
        if is_dropped && !self.base.keycap {
            return;
        }
        // A mark belongs to what it stands on: on a symbol it is part of the separator.
        let on_symbol =
            self.form.layout == Layout::Tokenized && (self.gap.length > 0 || self.out.end() == 0);
        if props.is_nonspacing() {
            self.base.marks = self.base.marks.saturating_add(1);
            if standard && self.base.marks >= ZALGO {
                match on_symbol {
                    _ if self.base.marks > ZALGO => {}
                    true => self.gap.length -= ZALGO - 1,
                    false => self.remove_stack(),
                }
                return;
            }
        }
        if is_dropped {
            return;
        }
        if on_symbol {
            self.symbols.add(c);
            self.gap.length = self.gap.length.saturating_add(1);
            self.gap.end = from.end;
            return;
        }
        // Canonical ordering (UAX #15), so that marks typed in another order are the same marks.
        let mut at = self.out.end();
        if props.ccc() > 0 {
            for _ in 0..MAX_SORTED_MARKS {
                match self.out.before(at) {
                    Some((before, start)) if CharProps::of(before).ccc() > props.ccc() => {
                        at = start
                    }
                    _ => break,
                }
            }
        }
        self.out.insert(at, c, from);
    }

    /// Takes a Zalgo stack off its base.
    fn remove_stack(&mut self) {
        self.out.remove_nonspacing(self.base.end);
        self.base.end = self.out.end();
    }

    /// Joins a vowel or trailing consonant with the Hangul syllable before it (The Unicode
    /// Standard, section 3.12), so that syllables typed in parts are the same syllables.
    fn compose(&mut self, c: char, from: Span) -> bool {
        if self.gap.length > 0 {
            return false;
        }
        let Some((last, _)) = self.out.before(self.out.end()) else { return false };
        let (last, jamo) = (u32::from(last), u32::from(c));
        let syllable = match (last, jamo) {
            (0x1100..=0x1112, 0x1161..=0x1175) => {
                0xAC00 + ((last - 0x1100) * 21 + (jamo - 0x1161)) * 28
            }
            (0xAC00..=0xD7A3, 0x11A8..=0x11C2) if (last - 0xAC00).is_multiple_of(28) => {
                last + (jamo - 0x11A7)
            }
            _ => return false,
        };
        let syllable = char::from_u32(syllable).expect("the formula stays among the syllables");
        let from = self.out.pop().union(from);
        self.out.push(syllable, from);
        self.base = Base { bare: false, keycap: false, end: self.out.end(), marks: 0 };
        true
    }
}
