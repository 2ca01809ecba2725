//! The fold: one pass that maps a message to the text in which entries are searched.
//!
//! One table lookup per character. The table contains what a character folds to by itself; this
//! file handles what depends on its neighbors: combining marks, separators, Hangul. The time is
//! linear in the length of any message.

use super::ascii::{self, Kinds};
use super::charset::CharSet;
use super::confusables::{self, LatinWords, LetterPosition, ScriptScan};
use super::folded::FoldStats;
use super::gap::{
    Gap, HIDING_SEPARATOR, LINE_BREAK, STOP, WORD_SPACE, is_cjk_stop, is_tight, may_hide,
};
use super::leet::{self, WORDS, symbol_letters};
use super::props::{CharProps, Folding};
use super::readings::Hints;
use super::sink::FoldSink;
use super::spelling::{self, ANUSVARA, KATAKANA, VIRAMA, is_katakana};
use super::{Disguises, Form, Layout, SymbolMode, is_invisible};
use crate::span::Span;

/// The number of nonspacing marks on one base that make a Zalgo stack. No spelling has as many.
const ZALGO: u32 = 4;

/// The longest separator between two spaced letters, in folded characters.
pub(super) const MAX_SPACED_SEPARATOR: u32 = 3;

/// The longest separator of whitespace between two spaced letters.
pub(super) const MAX_SPACED_WHITESPACE: u32 = 9;

/// The least number of spaced letters that may be a word.
pub(super) const MIN_SPACED_LETTERS: u32 = 3;

/// The most marks over which a combining mark is reordered. The Stream-Safe Text Format (UAX #15)
/// allows 30 in a row.
const MAX_SORTED_MARKS: u32 = 30;

/// The longest expansion in bytes that is not limited by [`MAX_LONG`]. `ﷺ` expands to four words.
const LONG: usize = 12;

/// The most bytes to which characters with long expansions may fold in one message. Those after it
/// become a symbol: hundreds of them would make a message many times as long.
const MAX_LONG: usize = 512;

/// The right-to-left override, after which text is displayed in the reverse order.
pub(super) const OVERRIDE: char = '\u{202E}';

/// The symbol between most words.
const SPACE: CharSet = CharSet::of_ascii(" ");

/// The keycap of emoji such as 1️⃣.
const KEYCAP: char = '\u{20E3}';

/// Whether a space is so thin that the words around it may be one word: it is read as nothing and as
/// a separator.
pub(super) fn is_thin(c: char) -> bool {
    matches!(c, '\u{2009}' | '\u{200A}' | '\u{202F}' | '\u{2800}')
}

/// Folds `text` into `out`. If `latin_words` is `None`, the words that are read as Latin are
/// determined here.
pub(super) fn fold<O: FoldSink>(
    text: &str,
    form: Form,
    mode: SymbolMode,
    latin_words: Option<LatinWords>,
    out: &mut O,
) -> FoldStats {
    out.clear();
    if latin_words.is_some() || form.disguises == Disguises::None {
        return pass(text, form, mode, latin_words, out).stats;
    }
    // Few messages have such words, and it is only known at their end.
    let Pass { stats, scanned } = pass(text, form, mode, None, out);
    if !scanned.has_latin_words(mode) {
        return stats;
    }
    out.clear();
    let latin_words = LatinWords::of(text, form, mode);
    let second = pass(text, form, mode, Some(latin_words), out).stats;
    FoldStats { slow_bytes: stats.slow_bytes + second.slow_bytes, hints: stats.hints, ..second }
}

/// The result of one pass.
struct Pass {
    stats: FoldStats,
    scanned: ScriptScan,
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
        scanned: ScriptScan::default(),
        inside: 0,
        symbols: CharSet::NONE,
        hints: Hints::default(),
        base: Base { drops_marks: false, keycap: false, at: 0, end: 0, marks: 0 },
        gap: Gap::default(),
        after_letter: false,
        may_begin: true,
        hashtag_end: 0,
        long: 0,
        letters: 0,
        has_unspaced: false,
        spaced: 0,
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut slow_bytes = 0;
    while let Some(&byte) = bytes.get(at) {
        let kinds = Kinds::of(byte);
        if kinds.is(Kinds::WORD) {
            at = fold.ascii_words(at);
        } else if kinds.is(Kinds::SEPARATOR) {
            fold.ascii_separator(byte, at);
            at += 1;
        } else {
            let end = fold.beyond_ascii(at);
            slow_bytes += end - at;
            at = end;
        }
    }
    fold.end_word();
    fold.scanned.end_word();
    let hints = Hints { imitations: fold.scanned.may_have_imitations(), ..fold.hints };
    Pass { stats: FoldStats { symbols: fold.symbols, hints, slow_bytes }, scanned: fold.scanned }
}

struct Fold<'o, O> {
    text: &'o str,
    out: &'o mut O,
    form: Form,
    mode: SymbolMode,
    latin_words: Option<LatinWords>,
    scanned: ScriptScan,
    /// The index of the current letter in the expansion of its character.
    inside: usize,
    symbols: CharSet,
    hints: Hints,
    base: Base,
    gap: Gap,
    /// Whether an apostrophe may follow the last character written: a letter of a script with
    /// spaces between words, with no gap after it.
    after_letter: bool,
    /// Whether a word may begin with the next letter, judged by what precedes it.
    may_begin: bool,
    /// The end of the last hashtag in the original.
    hashtag_end: usize,
    /// The total length of long expansions so far, in bytes.
    long: usize,
    /// The number of letters and digits of the current word; only in [`Layout::Tokenized`].
    letters: u32,
    /// Whether the current word has a letter of a script without spaces between words, so that it may
    /// be several.
    has_unspaced: bool,
    /// The number of words of one character before it, close together.
    spaced: u32,
}

/// The last character that was not a combining mark: the base of marks.
struct Base {
    /// Whether combining marks on it are dropped,
    drops_marks: bool,
    /// except for the enclosing keycap, which makes an emoji of it.
    keycap: bool,
    /// Its first byte in the original.
    at: usize,
    /// The position after it.
    end: usize,
    /// The nonspacing marks on it, dropped ones included.
    marks: u32,
}

impl<O: FoldSink> Fold<'_, O> {
    /// Folds the words of ASCII letters and digits from byte `at` on between which there are single
    /// spaces: most of most messages. Returns the end of the last one.
    #[inline]
    fn ascii_words(&mut self, at: usize) -> usize {
        let text = self.text;
        let bytes = text.as_bytes();
        if self.gap.length > 0 {
            self.close_gap(bytes[at].is_ascii_alphabetic());
        }
        let joins = self.form.layout == Layout::Tokenized;
        let mut start = at;
        loop {
            let (end, kinds) = ascii::word_end(bytes, start);
            self.ascii_word(&text[start..end], start, kinds);
            let next = end + 1;
            let is_joined = || {
                bytes[end] == b' '
                    && bytes.get(next).is_some_and(|&byte| Kinds::of(byte).is(Kinds::WORD))
            };
            if !joins || end == bytes.len() || !is_joined() {
                self.after_letter = bytes[end - 1].is_ascii_alphabetic();
                // Digits may be leet characters, so their marks are dropped as well.
                self.set_base(true, !self.after_letter, end - 1);
                return end;
            }
            // As `ascii_separator` and `close_gap` do.
            self.end_word();
            self.letters = 0;
            self.symbols.extend(SPACE);
            self.scanned.end_word();
            self.may_begin = true;
            self.out.push(WORD_SPACE, Span::new(next, next));
            start = next;
        }
    }

    /// Folds ASCII letters and digits that begin at byte `at`.
    #[inline]
    fn ascii_word(&mut self, word: &str, at: usize, kinds: Kinds) {
        let begins = self.may_begin;
        self.begin_word(0, false);
        let decoration = match *word.as_bytes() {
            [b'0'..=b'9', ..] => leading(word, |byte| byte.is_ascii_digit()),
            [b'x' | b'X', ..] => leading(word, |byte| byte | 0x20 == b'x'),
            _ => 0,
        };
        if decoration > 0 && begins {
            self.begin_after(decoration, word.len());
        }
        if kinds.is(Kinds::V) {
            self.note_double_v(word);
        }
        if kinds.has_bars() && self.form == WORDS {
            self.note_bars(word, kinds);
        }
        if at < self.hashtag_end {
            self.note_capitals(at, word.len());
        }
        self.out.push_ascii(word, at);
        self.letters += word.len() as u32;
        if kinds.is(Kinds::LETTER) {
            self.scanned.latin_letter();
        }
    }

    /// Records what was written last as the base of the marks that follow. `at` is its first byte in
    /// the original.
    #[inline]
    fn set_base(&mut self, drops_marks: bool, keycap: bool, at: usize) {
        self.base = Base { drops_marks, keycap, at, end: self.out.end(), marks: 0 };
    }

    /// Records that a word may begin after the first `decoration` of the next `length` bytes: `1badword`,
    /// `xXbadwordXx`.
    #[cold]
    fn begin_after(&mut self, decoration: usize, length: usize) {
        match decoration < length {
            true => self.out.note_start(decoration),
            false => self.may_begin = true,
        }
    }

    /// Records whether the next word has two v.
    #[cold]
    fn note_double_v(&mut self, word: &str) {
        let is_v = |byte: u8| byte | 0x20 == b'v';
        let has_two = word.as_bytes().windows(2).any(|pair| is_v(pair[0]) && is_v(pair[1]));
        self.hints.double_v |= has_two;
    }

    /// Records the letters of the next word that may be an i or an l.
    #[cold]
    fn note_bars(&mut self, word: &str, kinds: Kinds) {
        let small_l = !kinds.is(Kinds::SMALL) && kinds.is(Kinds::CAPITAL);
        let small = kinds.is(Kinds(Kinds::SMALL.0 | Kinds::SMALL_L.0));
        for (at, byte) in word.bytes().enumerate() {
            if (byte == b'I' && small) || (byte == b'l' && small_l) {
                self.out.note_bar(at);
            }
        }
    }

    /// Folds an ASCII character at byte `at` that is never part of a word.
    #[inline]
    fn ascii_separator(&mut self, byte: u8, at: usize) {
        self.symbols.add(char::from(byte));
        self.scanned.end_word();
        self.may_begin = true;
        if self.form.layout == Layout::Verbatim {
            self.out.push(char::from(byte), Span::new(at, at + 1));
        } else {
            self.gap.length = self.gap.length.saturating_add(1);
            self.gap.hides = match byte {
                b' ' => {
                    self.gap.has_whitespace = true;
                    false
                }
                byte => may_hide(char::from(byte)),
            };
            self.gap.last = at..at + 1;
        }
        self.after_letter = false;
        self.set_base(false, false, at);
    }

    /// Folds the character at byte `at`, or a run of letters that fold to themselves. Returns the
    /// end.
    #[inline]
    fn beyond_ascii(&mut self, at: usize) -> usize {
        let mut end = at;
        let mut last: Option<CharProps> = None;
        let reads_latin = self.latin_words.is_some();
        let is_plain = |props: CharProps| match reads_latin {
            true => props.is_plain_letter(),
            false => props.is_plain_unless_latin(),
        };
        for c in self.text[at..].chars() {
            let props = match Folding::of(c) {
                Folding::Itself(props) if is_plain(props) => props,
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
            self.set_base(props.drops_marks(), false, at);
        }
        end
    }

    #[inline]
    fn char(&mut self, c: char, folds: Folding, from: Span) {
        if is_thin(c) && self.form == WORDS && self.mode == SymbolMode::Letters {
            return self.out.note_symbol(self.out.end());
        }
        match folds {
            Folding::Itself(props) => self.own(c, props, from),
            Folding::One { to, is_symbol: false } => self.own(to, CharProps::of(to), from),
            Folding::One { to, is_symbol } => {
                self.expand(c, to.encode_utf8(&mut [0; 4]), is_symbol, from);
            }
            // By itself it folds to a space and an accent.
            Folding::Many { .. } if c == '´' && self.form == WORDS => {
                self.symbol(c, CharProps::SYMBOL, from);
            }
            Folding::Many { to, is_symbol } => self.expand(c, to, is_symbol, from),
            Folding::Nothing => self.hints.overrides |= c == OVERRIDE,
        }
    }

    /// Folds a character to its expansion.
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
            self.set_base(false, false, from.start);
            return;
        }
        let start = self.out.end();
        let drops_marks = self.form.disguises == Disguises::Standard;
        for (index, c) in to.chars().enumerate() {
            let props = CharProps::of(c);
            if props.is_mark() && drops_marks && self.base.drops_marks && !self.base.keycap {
                self.out.note_mark(self.base.end, c);
                continue;
            }
            self.inside = index;
            self.own(c, props, from);
        }
        self.inside = 0;
        if matches!(c, 'ß' | 'ẞ') {
            self.out.note_sharp_s();
        }
        if symbol {
            self.out.note_symbol(start);
            self.may_begin = true;
        }
    }

    /// Writes a character that folds to itself.
    #[inline]
    fn own(&mut self, c: char, props: CharProps, from: Span) {
        if props.may_imitate() {
            self.scanned.imitation(props);
        }
        match props.is_plain_letter() {
            true => self.letter(c, props, from),
            false => self.other(c, props, from),
        }
    }

    /// Records a word start `after` bytes after the end, if a word may begin there. In a script
    /// without spaces between words, every character may begin a word.
    #[inline]
    fn begin_word(&mut self, after: usize, unspaced: bool) {
        if self.may_begin || unspaced {
            self.out.note_start(after);
        }
        self.has_unspaced |= unspaced;
        self.may_begin = unspaced;
    }

    #[inline]
    fn letter(&mut self, c: char, props: CharProps, from: Span) {
        if self.gap.length > 0 {
            self.close_gap(props.takes_apostrophe());
        }
        let begins = self.may_begin;
        self.begin_word(0, props.is_unspaced());
        // Digits of other scripts and full-width x are decorations as well.
        self.may_begin |= begins && (c.is_ascii_digit() || c == 'x');
        if from.start < self.hashtag_end && self.inside == 0 {
            self.note_capitals(from.start, 1);
        }
        if matches!(c, '\u{110F}' | '\u{1112}' | '\u{116E}' | '\u{1172}' | '\u{1173}')
            && self.form.disguises == Disguises::Standard
            && begins_laughter(self.text, from.start)
        {
            self.out.note_capital(0);
        }
        self.out.push(c, from);
        self.scanned.letter(props);
        // All letters of one character are one.
        self.letters += u32::from(self.inside == 0 || self.letters == 0);
        self.after_letter = props.takes_apostrophe();
        let keycap = c.is_ascii_digit();
        let drops_marks = keycap || props.drops_marks();
        self.set_base(drops_marks, keycap, from.start);
    }

    /// Writes a character that is not a plain letter.
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
        if props.is_respelled()
            && self.form.disguises == Disguises::Standard
            && let Some(one) = spelling::respelled(c)
        {
            if props.is_confusable() {
                self.scanned.letter(props);
            }
            // What a letter looks like depends on the letter that was typed.
            self.letter(one, CharProps::of(one), from);
            if is_katakana(c) {
                self.out.note_mark(self.out.end(), KATAKANA);
            }
            return;
        }
        if props.is_word() {
            return self.letter(c, props, from);
        }
        if let Some(letters) = symbol_letters(self.text, from, c, props, self.form, self.mode) {
            self.symbols.add(c);
            let start = self.out.end();
            for (index, letter) in letters.chars().enumerate() {
                self.inside = index;
                self.own(letter, CharProps::of(letter), from);
            }
            self.inside = 0;
            self.may_begin = true;
            return self.out.note_symbol(start);
        }
        if self.form == WORDS && leet::is_word_symbol(c) {
            return self.word_symbol(c, from);
        }
        self.symbol(c, props, from);
        self.set_base(props.drops_marks(), false, from.start);
    }

    /// Returns the Latin letter that a confusable is read as, and whether to record it as a
    /// confusable.
    fn latin(&mut self, c: char, props: CharProps, from: Span) -> Option<(char, bool)> {
        if self.form.disguises == Disguises::None {
            return None;
        }
        if props.is_shape() {
            let original = self.text[from.start..].chars().next()?;
            return confusables::latin_of(original, c).map(|latin| (latin, false));
        }
        let words = self.latin_words.as_ref()?;
        let original = self.text[from.start..].chars().next()?;
        words.read(LetterPosition { byte: from.start, inside: self.inside }, original, c)
    }

    /// Writes a leet or hiding symbol.
    fn word_symbol(&mut self, c: char, from: Span) {
        self.scanned.end_word();
        self.symbols.add(c);
        let before = self.out.before(self.out.end()).filter(|_| self.gap.length == 0);
        let is_separate = |c| leet::hides(c) && !leet::is_leet(c);
        let alone = leet::is_leet(c) && before.is_none_or(|(before, _)| is_separate(before));
        if self.gap.length > 0 {
            self.close_gap(false);
        } else {
            self.end_word();
        }
        if leet::is_leet(c) {
            self.begin_word(0, true);
        }
        if c == '#' && from.end >= self.hashtag_end {
            let ends = |c: char| c.is_whitespace() || (c.is_ascii() && !c.is_ascii_alphanumeric());
            let tag = self.text[from.end..].find(ends);
            self.hashtag_end = tag.map_or(self.text.len(), |length| from.end + length);
        }
        self.out.push(c, from);
        if self.text[from.start..].starts_with(is_cjk_stop) {
            self.out.note_mark(self.out.end(), STOP);
        }
        self.after_letter = false;
        self.may_begin = true;
        self.set_base(true, false, from.start);
        self.letters = 0;
        self.out.note_split();
        // What follows it is only checked by `spaced`.
        self.spaced += u32::from(alone);
    }

    /// Adds any other character that is not part of words.
    fn symbol(&mut self, c: char, props: CharProps, from: Span) {
        self.scanned.end_word();
        self.may_begin = true;
        self.symbols.add(c);
        if self.form.layout == Layout::Verbatim {
            self.out.push(c, from);
            return;
        }
        let is_apostrophe = props.is_apostrophe() || (matches!(c, '`' | '´') && self.form == WORDS);
        if self.gap.length == 0 && self.after_letter && is_apostrophe {
            self.gap.apostrophe = Some(from);
        }
        let original = self.text[from.start..].chars().next();
        self.gap.length = self.gap.length.saturating_add(1);
        self.gap.breaks += u32::from(props.is_break());
        self.gap.has_whitespace |= original.is_some_and(char::is_whitespace);
        self.gap.hides = may_hide(c);
        self.gap.last = from.range();
        self.after_letter = false;
    }

    /// Records a word boundary before each capital after a small letter, and before the last one of
    /// several that a small letter follows, among the next characters of a hashtag: `length` bytes
    /// of ASCII at byte `at`, or one character. Example: `#WhatAGame` has one before each A and G.
    #[cold]
    fn note_capitals(&mut self, at: usize, length: usize) {
        for (offset, c) in self.text[at..].char_indices().take_while(|&(offset, _)| offset < length)
        {
            if !c.is_uppercase() {
                continue;
            }
            // Combining marks are between them.
            let is_base = |c: &char| c.is_ascii() || c.is_alphabetic();
            let before = self.text[..at + offset].chars().rev().find(is_base);
            let after = self.text[at + offset..].chars().skip(1).find(is_base);
            let is_last = || after.is_some_and(char::is_lowercase);
            if before.is_some_and(|it| it.is_lowercase() || (it.is_uppercase() && is_last())) {
                self.out.note_capital(offset);
            }
        }
    }

    /// Writes the separator before another word.
    fn close_gap(&mut self, letter_follows: bool) {
        let gap = std::mem::take(&mut self.gap);
        if self.out.end() == 0 {
            return;
        }
        self.end_word();
        let (separator, from) = match gap.apostrophe {
            Some(from) if gap.length == 1 && letter_follows => ('\'', from),
            _ => match gap.folded() {
                HIDING_SEPARATOR => (HIDING_SEPARATOR, Span::new(gap.last.start, gap.last.end)),
                separator => (separator, Span::new(gap.last.end, gap.last.end)),
            },
        };
        if separator != '\'' && self.ends_sentence(&gap) {
            self.out.note_mark(self.out.end(), STOP);
        }
        if is_tight(separator) || matches!(separator, '\'' | LINE_BREAK) {
            self.out.note_split();
        }
        self.out.push(separator, from);
        // What is between letters that far apart is only checked by `spaced`.
        if gap.length > MAX_SPACED_WHITESPACE {
            self.spaced = 0;
        }
        self.letters = 0;
    }

    /// Whether a separator after a character beyond ASCII contains sentence punctuation: that of CJK,
    /// or an ASCII character before whitespace.
    fn ends_sentence(&self, gap: &Gap) -> bool {
        let after = self.out.before(self.out.end());
        if gap.length > MAX_SPACED_SEPARATOR || after.is_none_or(|(c, _)| c.is_ascii()) {
            return false;
        }
        let mut next = 'x';
        let before = self.text[..gap.last.end].chars().rev().take(gap.length as usize);
        let mut ends = before.map(|c| {
            let ends = is_cjk_stop(c)
                || (next.is_whitespace() && matches!(c, '.' | ',' | ';' | ':' | '?'));
            next = c;
            ends
        });
        ends.any(|ends| ends)
    }

    /// Counts the words of one character.
    #[inline]
    fn end_word(&mut self) {
        if self.letters == 1 || self.has_unspaced {
            self.out.note_split();
            self.has_unspaced = false;
        }
        match self.letters {
            0 => {}
            1 => self.spaced += 1,
            _ => self.spaced = 0,
        }
        if self.spaced >= MIN_SPACED_LETTERS {
            self.out.note_spaced_letters();
        }
    }

    fn mark(&mut self, c: char, props: CharProps, from: Span) {
        let standard = self.form.disguises == Disguises::Standard;
        if standard && props.is_respelled() {
            // `None` is a nukta.
            if let Some(c) = spelling::respelled(c) {
                self.mark(c, CharProps::of(c), from);
            }
            return;
        }
        if standard && c == VIRAMA && self.joins_nasal(from) {
            let from = self.out.pop().union(from);
            self.letters = self.letters.saturating_sub(1);
            self.set_base(false, false, from.start);
            return self.mark(ANUSVARA, CharProps::of(ANUSVARA), from);
        }
        if c == KEYCAP && self.reads_keycap(from) {
            return self.out.note_symbol(self.out.end());
        }
        let is_dropped = standard && self.base.drops_marks && !(self.base.keycap && c == KEYCAP);
        if is_dropped && !self.base.keycap {
            self.out.note_mark(self.base.end, c);
            return;
        }
        // A mark belongs to its base: on a symbol it is part of the separator.
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
            self.gap.hides = false;
            self.gap.last = from.range();
            return;
        }
        // Canonical ordering (UAX #15): marks typed in another order are the same marks.
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

    /// Whether the last letter is a nasal inside a word, and the consonant after the virama at `from`
    /// is of its class, so that both may be written as anusvara: हिन्दी is हिंदी.
    fn joins_nasal(&self, from: Span) -> bool {
        let next = self.text[from.end..].chars().find_map(|c| match Folding::of(c) {
            Folding::Nothing => None,
            Folding::Itself(_) if spelling::is_nukta(c) => None,
            Folding::Itself(_) => Some(c),
            Folding::One { to, .. } => Some(to),
            Folding::Many { to, .. } => to.chars().next(),
        });
        let last = self.out.before(self.out.end()).filter(|_| self.gap.length == 0);
        let (Some(next), Some((nasal, start))) = (next, last) else { return false };
        let before = self.out.before(start);
        spelling::is_homorganic(nasal, next)
            && before.is_some_and(|(c, _)| CharProps::of(c).is_word() && !c.is_ascii())
    }

    /// Whether a keycap is read as the digit on it: it is beside a letter or another digit.
    #[cold]
    fn reads_keycap(&self, keycap: Span) -> bool {
        let is_symbol = |c: &char| is_invisible(*c) || *c == KEYCAP;
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = self.text[..self.base.at].chars().rev().find(|c| !is_symbol(c));
        let after = self.text[keycap.end..].chars().find(|c| !is_symbol(c));
        let is_beside = is_word(before) || is_word(after);
        self.base.keycap && self.form == WORDS && self.mode == SymbolMode::Letters && is_beside
    }

    /// Removes a Zalgo stack from its base.
    fn remove_stack(&mut self) {
        self.out.remove_nonspacing(self.base.end);
        self.base.end = self.out.end();
    }

    /// Composes a vowel or trailing consonant with the Hangul syllable before it (The Unicode
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
        let syllable = char::from_u32(syllable).expect("the formula only yields syllables");
        let from = self.out.pop().union(from);
        self.out.push(syllable, from);
        self.set_base(false, false, from.start);
        true
    }
}

/// Returns how many bytes a word begins with for which `is_one` is true.
fn leading(word: &str, is_one: impl Fn(u8) -> bool) -> usize {
    word.bytes().take_while(|&byte| is_one(byte)).count()
}

/// Whether Korean laughter or tears begin at byte `at`: the same letter of `ㅋㅎㅜㅠㅡ` two or more times.
/// They are written directly after a word, and no part of it: `바보ㅋㅋ`.
fn begins_laughter(text: &str, at: usize) -> bool {
    let mut letters = text[at..].chars();
    let first = letters.next().filter(|c| matches!(c, 'ㅋ' | 'ㅎ' | 'ㅜ' | 'ㅠ' | 'ㅡ'));
    first.is_some() && letters.next() == first && text[..at].chars().next_back() != first
}
