//! The walk of a text through a [`Trie`]: [`Walk`].
//!
//! It finds which entries may begin at a place, by the [codes](Code) of their letters alone. A symbol is
//! taken as a letter, as part of a separator, and as one that hides a letter.
//!
//! From each place the *plain* path is walked first: each character as itself, or as the letter it is
//! written for. It is never refused. If a symbol on it might separate words or hide a letter, a second walk
//! follows those choices as well, and takes its steps from the [`Budget`].
//!
//! Example: from the `f` of `fu*k off` the plain path ends at `*`. The second walk takes `*` as each letter
//! that follows `fu` in the trie (`c` leads on to `k`), and as a separator (no entry goes on from `fu` with
//! a second word). It reports the entry `fuck` as one that may be there with a hidden letter.

use std::ops::Range;

use super::symbol::{Code, GAP};
use super::trie::{Place, Trie};
use super::verify::Letters;
use super::view::Text;
use crate::engine::budget::Budget;
use crate::normalize::{Layout, MAX_SEPARATOR, leet, separator_length};

/// Equal signs in a row of which at most so many may be the first letters of a word.
const MAX_LEADING_SIGNS: usize = 32;

/// Repeated letters that are passed one by one; where more stand in a row, the end of the row is kept.
const MAX_PASSED: usize = 8;

/// Characters that are looked at, and not compared, in the time of one step.
const LOOKED_AT_A_STEP: usize = 8;

/// Items whose keys a text has.
pub(super) struct Found {
    pub(super) items: Range<usize>,
    pub(super) letters: Letters,
    /// Whether a letter follows that belongs to the same word.
    pub(super) goes_on: bool,
}

/// The search of one text.
pub(super) struct Walk<'w> {
    text: &'w Text<'w>,
    budget: &'w Budget,
    /// The last row of characters of one code that was looked at. What begins in it need not pass it again.
    row: Range<usize>,
}

/// What a walk through a trie may take symbols for.
#[derive(Clone, Copy, Default)]
pub(super) struct Symbols {
    /// The characters of the longest entry of which letters may be hidden; 0 if there is none.
    pub(super) longest_hidden: usize,
    /// The characters that the key of such an entry lacks at most, each a repetition of the one before it.
    pub(super) most_repeated: usize,
    /// A word of such an entry begins with a digit or symbol, so that one may be itself there.
    pub(super) begin_hidden: bool,
    /// Some entries are written with symbols, so that one may be itself in a token without a letter.
    pub(super) are_literal: bool,
}

/// A path that is followed.
#[derive(Clone, Copy)]
struct Way {
    place: Place,
    /// The next byte of the text.
    at: usize,
    /// The code of the last character; nothing at the start, and behind a hidden letter that may be any.
    last: Option<Code>,
    letters: Letters,
    /// Where the word under way begins, and how many of its letters are hidden.
    word: usize,
    hidden: usize,
    /// The hidden letters that repeat the letter before them.
    repeated: usize,
    /// The length of the separator that is being read.
    gap: u32,
    /// Each character so far was taken as itself or as the letter it is written for.
    is_plain: bool,
}

impl Way {
    /// The beginning of a path at a byte of the text.
    fn at(start: usize) -> Way {
        Way {
            place: Trie::ROOT,
            at: start,
            last: None,
            letters: Letters::Shown,
            word: start,
            hidden: 0,
            repeated: 0,
            gap: 0,
            is_plain: true,
        }
    }
}

impl<'w> Walk<'w> {
    pub(super) fn new(text: &'w Text<'w>, budget: &'w Budget) -> Walk<'w> {
        Walk { text, budget, row: 0..0 }
    }

    /// Finds the items whose key the text has at byte `start`.
    pub(super) fn from(
        &mut self,
        trie: &Trie,
        symbols: Symbols,
        start: usize,
        found: &mut impl FnMut(usize, Found),
    ) {
        if self.text.has_leet_sign_at(start) && self.is_idle_sign(start, symbols) {
            return;
        }
        let mut follow = Follow {
            trie,
            symbols,
            text: self.text,
            budget: self.budget,
            chooses: false,
            may_choose: false,
            row: &mut self.row,
            tell: &mut |it| found(start, it),
        };
        follow.way(Way::at(start));
        if follow.may_choose {
            follow.chooses = true;
            follow.way(Way::at(start));
        }
    }

    /// Whether no entry needs to be looked for at the leet sign at byte `start`: it is no letter, or so many
    /// equal ones follow that the last of them will do.
    fn is_idle_sign(&self, start: usize, symbols: Symbols) -> bool {
        let mut row = self.text.text()[start..].chars();
        let Some(sign) = row.next() else { return true };
        let is_letter = symbols.are_literal || !self.text.letters_of(sign, start).is_empty();
        !is_letter
            || row.take(MAX_LEADING_SIGNS).take_while(|&c| c == sign).count() == MAX_LEADING_SIGNS
    }
}

struct Follow<'f, F> {
    trie: &'f Trie,
    symbols: Symbols,
    text: &'f Text<'f>,
    budget: &'f Budget,
    /// Whether choices are followed, or only noticed.
    chooses: bool,
    may_choose: bool,
    row: &'f mut Range<usize>,
    tell: &'f mut F,
}

impl<F: FnMut(Found)> Follow<'_, F> {
    fn way(&mut self, mut way: Way) {
        loop {
            if way.last == Some(GAP) {
                way = Way { word: way.at, hidden: 0, ..way };
            } else {
                way.gap = 0;
            }
            let from = way.at;
            let leads_on = self.word(&mut way);
            if !(way.is_plain || self.budget.take(1 + way.at - from)) || !leads_on {
                return;
            }
            let Some(c) = self.text.char_at(way.at) else { return self.tell(way, false) };
            let code = Code::of(c);
            let repeats = way.last == Some(code) && self.text.is_standard();
            if repeats && code != GAP {
                way.at = self.pass_row(way, code);
                continue;
            }
            let own =
                if self.may_be_letter(c, way.at) { self.trie.walk(way.place, code) } else { None };
            let separates = || self.text.separates(c);
            if way.last == Some(GAP)
                && own.is_none()
                && let Some(length) = separates()
            {
                way.gap += length;
                if way.gap > MAX_SEPARATOR {
                    return;
                }
                way.at += c.len_utf8();
                continue;
            }
            // At the first character nothing is told or chosen: no key is empty.
            let begins = way.last.is_none() && way.letters == Letters::Shown;
            if !begins {
                self.tell(way, false);
                if c == '\n' && self.text.layout() == Layout::Words {
                    return;
                }
                self.choose(way, c);
            }
            if !repeats {
                let Some(place) = own else { return };
                way.place = place;
            }
            if code == GAP {
                way.gap = separates().unwrap_or(0);
            }
            way.last = Some(code);
            way.at += c.len_utf8();
        }
    }

    /// Whether a character may be itself, or a letter that it is written for: a leet sign in a token without
    /// a letter is neither.
    #[inline]
    fn may_be_letter(&self, c: char, at: usize) -> bool {
        self.symbols.are_literal || !leet::is_leet(c) || !self.text.letters_of(c, at).is_empty()
    }

    /// Passes characters of the code that was followed last, and returns where they end. Each sign among them
    /// may end the word as well.
    fn pass_row(&mut self, way: Way, code: Code) -> usize {
        if !self.row.contains(&way.at) {
            let row = self.text.text()[way.at..].chars().take_while(|&c| Code::of(c) == code);
            *self.row = way.at..way.at + row.map(char::len_utf8).sum::<usize>();
            let steps = self.row.len() / LOOKED_AT_A_STEP;
            if !way.is_plain && !self.budget.take(steps) {
                return self.row.end;
            }
        }
        let end = self.row.end;
        self.tell(way, false);
        let Some(place) = self.trie.walk(way.place, GAP) else { return end };
        if !self.chooses {
            self.may_choose = true;
            return end;
        }
        // The next word begins with the same letter, or after the row, close to its end.
        let row = &self.text.text()[way.at..end];
        let first = match self.trie.walk(place, code) {
            Some(_) => 0,
            None => {
                row.char_indices().rev().take(MAX_SEPARATOR as usize).last().map_or(0, |(at, _)| at)
            }
        };
        for (offset, c) in row[first..].char_indices() {
            if let Some(gap) = self.text.separates(c) {
                let at = way.at + first + offset + c.len_utf8();
                let is_plain = false;
                if !self.budget.take(1) {
                    break;
                }
                self.way(Way { place, at, last: Some(GAP), gap, is_plain, ..way });
            }
        }
        end
    }

    /// Follows letters and digits in ASCII, which most are; false if no key goes on with them.
    #[inline]
    fn word(&mut self, way: &mut Way) -> bool {
        let bytes = self.text.text().as_bytes();
        let squeezes = self.text.is_standard();
        let mut passed = 0;
        // In locals, which stay in registers.
        let Way { mut place, mut at, mut last, .. } = *way;
        let leads_on = loop {
            let Some(code) = bytes.get(at).copied().and_then(Code::of_word) else { break true };
            if !(last == Some(code) && squeezes) {
                if at > 0 && self.trie.has_items(place) {
                    self.tell(Way { place, at, last, ..*way }, self.joins(at));
                }
                let Some(next) = self.trie.step(place, code.first_step()) else { break false };
                place = next;
                last = Some(code);
            } else if passed == MAX_PASSED {
                break true;
            } else {
                passed += 1;
            }
            at += 1;
        };
        *way = Way { place, at, last, ..*way };
        leads_on
    }

    /// Whether a letter or digit at byte `at` belongs to the same word as the character before it.
    fn joins(&self, at: usize) -> bool {
        !self.text.has_seams() && self.text.text().as_bytes()[at - 1].is_ascii_alphanumeric()
    }

    fn tell(&mut self, way: Way, goes_on: bool) {
        // The plain path was walked before.
        if self.chooses && way.is_plain {
            return;
        }
        let items = self.trie.items(way.place);
        if !items.is_empty() {
            (self.tell)(Found { items, letters: way.letters, goes_on });
        }
    }

    /// Follows what else a character may be than itself or the letter it is written for.
    fn choose(&mut self, way: Way, c: char) {
        if Code::of(c) == GAP {
            return;
        }
        let separates = self.text.separates(c).and_then(|length| match way.last {
            Some(GAP) => Some((way.place, way.gap + length)),
            _ => Some((self.trie.walk(way.place, GAP)?, length)),
        });
        let separates = separates.filter(|&(_, gap)| gap <= MAX_SEPARATOR);
        let hides = self.symbols.longest_hidden > 0
            && leet::hides(c)
            && way.last != Some(GAP)
            && self.begins_with_letter(way.word);
        if !self.chooses {
            self.may_choose |= separates.is_some() || hides;
            return;
        }
        let at = way.at + c.len_utf8();
        let is_plain = false;
        if let Some((place, gap)) = separates
            && self.budget.take(1)
        {
            self.way(Way { place, at, last: Some(GAP), gap, is_plain, ..way });
        }
        if hides && self.shows_enough(way) {
            let (letters, hidden) = (Letters::Hidden, way.hidden + 1);
            self.hidden(Way { at, letters, hidden, is_plain, ..way });
        }
    }

    /// Whether the word at byte `at` may be one of which letters are hidden: its first letter is to be seen, and
    /// in a token without a letter, digits and symbols are none.
    fn begins_with_letter(&self, at: usize) -> bool {
        self.symbols.begin_hidden
            || self.text.char_at(at).is_none_or(|c| {
                !(c.is_ascii_digit() || leet::is_leet(c)) || !self.text.letters_of(c, at).is_empty()
            })
    }

    /// Whether a word may show as many letters as it hides if the sign at that place hides one. Those that
    /// follow it at once then do as well, since no word ends between them.
    fn shows_enough(&self, way: Way) -> bool {
        if !self.budget.take(1 + (way.at - way.word) / LOOKED_AT_A_STEP) {
            return false;
        }
        let (before, behind) = self.text.text().split_at(way.at);
        let shown = before[way.word..].chars().filter(|&c| !leet::hides(c)).count();
        let longest = self.symbols.longest_hidden;
        let row = behind.chars().take_while(|&c| leet::hides(c)).take(longest).count();
        let in_word = |c: &char| separator_length(*c).is_none() && *c != '\n';
        let ahead = behind.char_indices().skip(row).take_while(|(_, c)| in_word(c)).take(longest);
        let missing = (way.hidden + row).saturating_sub(shown);
        // All of them are letters of one word of an entry, which is longer than its key by what repeats.
        let most = usize::from(self.trie.height(way.place)) + self.symbols.most_repeated;
        if most < row + missing && most < usize::from(u8::MAX) {
            return false;
        }
        let mut looked_at = 0;
        let ahead = ahead.inspect(|_| looked_at += 1);
        let shown = ahead.filter(|&(at, c)| !leet::hides(c) && self.may_be_letter(c, way.at + at));
        let shows = shown.take(missing).count() == missing;
        self.budget.take((row + looked_at) / LOOKED_AT_A_STEP) && shows
    }

    /// Takes the sign before a place as each letter that it may hide.
    fn hidden(&mut self, way: Way) {
        let behind = self.text.text().as_bytes().get(way.at).copied().and_then(Code::of_word);
        if !self.budget.take(1) {
            return;
        }
        // One more of the letters before it, or another one.
        if way.repeated < self.symbols.most_repeated && self.leads_on(way, behind) {
            self.hidden_letter(Way { repeated: way.repeated + 1, ..way });
        }
        for step in self.trie.branches(way.place) {
            let (code, more) = Code::begins_with(step);
            if code != GAP
                && let Some(place) = self.trie.step(way.place, step)
            {
                let way = Way { place, last: Some(code), ..way };
                if more > 0 || self.leads_on(way, behind) {
                    self.hidden_steps(way, more);
                }
            }
        }
    }

    /// Whether a key goes on with the letter behind a hidden one, if that can be told at once.
    #[inline]
    fn leads_on(&self, way: Way, behind: Option<Code>) -> bool {
        behind.is_none_or(|code| {
            way.last == Some(code)
                || self.trie.step(way.place, code.first_step()).is_some()
                || self.trie.has_items(way.place)
        })
    }

    /// Takes any steps that are missing of a hidden letter.
    fn hidden_steps(&mut self, way: Way, missing: usize) {
        if missing == 0 {
            return self.hidden_letter(way);
        }
        for step in self.trie.branches(way.place) {
            if let Some(place) = self.trie.step(way.place, step) {
                // Which letter that was does not matter to the one behind it.
                self.hidden_steps(Way { place, last: None, ..way }, missing - 1);
            }
        }
    }

    fn hidden_letter(&mut self, way: Way) {
        if self.budget.take(1) {
            self.way(way);
        }
    }
}
