//! The way of a text through a [`Trie`]: [`Walk`].
//!
//! It tells which entries may begin at a place, by the [codes](Code) of their letters alone. A sign is taken
//! as a letter, as part of a separator, and as one that hides a letter.

use std::ops::Range;

use super::codes::{Code, GAP};
use super::matcher::Letters;
use super::text::Text;
use super::trie::{Place, Trie};
use crate::normalize::{Layout, separator_length, signs};

/// Letters that are tried behind the hiding signs of a text, from one place and in all. Beyond, signs hide
/// nothing.
const MAX_HIDDEN: u32 = 200;
const MAX_HIDDEN_IN_ALL: u32 = 300;

/// Signs that are tried as separators. Beyond, they are letters.
const MAX_SEPARATORS: u32 = 100;
const MAX_SEPARATORS_IN_ALL: u32 = 600;

/// How far letters are looked for that a word shows, in characters: farther than any entry goes.
const MAX_LOOKED_AT: usize = 500;

/// Equal signs in a row of which at most so many may be the first letters of a word.
const MAX_LEADING_SIGNS: usize = 32;

/// Repeated letters that are passed one by one; where more stand in a row, the end of the row is kept.
const MAX_PASSED: usize = 8;

/// Items whose keys a text has.
pub(super) struct Found {
    pub(super) items: Range<usize>,
    pub(super) letters: Letters,
    /// Whether a letter follows that belongs to the same word.
    pub(super) goes_on: bool,
}

/// The search of one text, which keeps what may still be tried in it.
pub(super) struct Walk<'w> {
    text: &'w Text<'w>,
    left: Choices,
    bounded: bool,
    /// The last row of characters of one code that was looked at. What begins in it need not pass it again.
    row: Range<usize>,
}

/// How often a sign may still be taken as something else than the letter it is written for.
#[derive(Clone, Copy)]
struct Choices {
    hidden: u32,
    separators: u32,
}

/// A way that is followed.
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
}

impl<'w> Walk<'w> {
    pub(super) fn new(text: &'w Text<'w>) -> Walk<'w> {
        let left = Choices { hidden: MAX_HIDDEN_IN_ALL, separators: MAX_SEPARATORS_IN_ALL };
        Walk { text, left, bounded: false, row: 0..0 }
    }

    /// Tells the items whose key the text has at byte `start`; `hides` says whether letters may be hidden.
    pub(super) fn from(
        &mut self,
        trie: &Trie,
        hides: bool,
        start: usize,
        found: &mut impl FnMut(usize, Found),
    ) {
        if self.text.has_leet_sign_at(start) && self.repeats_sign(start) {
            return;
        }
        let left = Choices {
            hidden: self.left.hidden.min(MAX_HIDDEN),
            separators: self.left.separators.min(MAX_SEPARATORS),
        };
        let mut follow = Follow {
            trie,
            hides: hides && self.text.is_standard() && self.text.layout() == Layout::Words,
            text: self.text,
            left,
            bounded: false,
            row: &mut self.row,
            tell: &mut |it| found(start, it),
        };
        let (place, letters) = (Trie::ROOT, Letters::Shown);
        follow.way(Way { place, at: start, last: None, letters, word: start, hidden: 0 });
        self.left.hidden -= left.hidden - follow.left.hidden;
        self.left.separators -= left.separators - follow.left.separators;
        self.bounded |= follow.bounded;
    }

    /// Whether some choices were not followed up.
    pub(super) fn was_bounded(&self) -> bool {
        self.bounded
    }

    /// Whether so many equal signs follow that the last of them will do.
    fn repeats_sign(&self, start: usize) -> bool {
        let mut row = self.text.text()[start..].chars();
        let sign = row.next();
        row.take(MAX_LEADING_SIGNS).take_while(|&c| Some(c) == sign).count() == MAX_LEADING_SIGNS
    }
}

struct Follow<'f, F> {
    trie: &'f Trie,
    /// Whether letters may be hidden.
    hides: bool,
    text: &'f Text<'f>,
    left: Choices,
    bounded: bool,
    row: &'f mut Range<usize>,
    tell: &'f mut F,
}

impl<F: FnMut(Found)> Follow<'_, F> {
    fn way(&mut self, mut way: Way) {
        loop {
            if way.last == Some(GAP) {
                way = Way { word: way.at, hidden: 0, ..way };
            }
            let Some(next) = self.word(way) else { return };
            way = next;
            let Some(c) = self.text.char_at(way.at) else { return self.tell(way, false) };
            let code = Code::of(c);
            let repeats = way.last == Some(code) && self.text.is_standard();
            if repeats && code != GAP {
                way.at = self.pass_row(way, code);
                continue;
            }
            let own = self.trie.walk(way.place, code);
            if way.last == Some(GAP) && own.is_none() && self.text.separates(c).is_some() {
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
            way.last = Some(code);
            way.at += c.len_utf8();
        }
    }

    /// Passes characters of the code that was followed last; tells where they end. Each sign among them may
    /// end the word as well.
    fn pass_row(&mut self, way: Way, code: Code) -> usize {
        if !self.row.contains(&way.at) {
            let row = self.text.text()[way.at..].chars().take_while(|&c| Code::of(c) == code);
            *self.row = way.at..way.at + row.map(char::len_utf8).sum::<usize>();
        }
        let end = self.row.end;
        self.tell(way, false);
        if let Some(place) = self.trie.walk(way.place, GAP) {
            for (offset, c) in self.text.text()[way.at..end].char_indices() {
                if self.left.separators == 0 {
                    break;
                }
                if self.text.separates(c).is_some() {
                    let at = way.at + offset + c.len_utf8();
                    self.separator(Way { place, at, last: Some(GAP), ..way });
                }
            }
        }
        end
    }

    /// Follows letters and digits in ASCII, which most are; nothing if no key goes on with them.
    #[inline]
    fn word(&mut self, mut way: Way) -> Option<Way> {
        let bytes = self.text.text().as_bytes();
        let squeezes = self.text.is_standard();
        let mut passed = 0;
        while let Some(code) = bytes.get(way.at).copied().and_then(Code::of_word) {
            if !(way.last == Some(code) && squeezes) {
                if way.at > 0 && self.trie.has_items(way.place) {
                    self.tell(way, self.joins(way.at));
                }
                way.place = self.trie.step(way.place, code.first_step())?;
                way.last = Some(code);
            } else if passed == MAX_PASSED {
                return Some(way);
            } else {
                passed += 1;
            }
            way.at += 1;
        }
        Some(way)
    }

    /// Whether a letter or digit at byte `at` belongs to the same word as the character before it.
    fn joins(&self, at: usize) -> bool {
        !self.text.has_seams() && self.text.text().as_bytes()[at - 1].is_ascii_alphanumeric()
    }

    fn tell(&mut self, way: Way, goes_on: bool) {
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
        let at = way.at + c.len_utf8();
        if self.text.separates(c).is_some() {
            if way.last == Some(GAP) {
                self.separator(Way { at, ..way });
            } else if let Some(place) = self.trie.walk(way.place, GAP) {
                self.separator(Way { place, at, last: Some(GAP), ..way });
            }
        }
        if self.hides && signs::hides(c) && way.last != Some(GAP) && self.shows_enough(way) {
            self.hidden(Way { at, letters: Letters::Hidden, hidden: way.hidden + 1, ..way });
        }
    }

    /// Takes a sign as part of what stands between two words.
    fn separator(&mut self, way: Way) {
        match self.left.separators.checked_sub(1) {
            Some(rest) => {
                self.left.separators = rest;
                self.way(way);
            }
            None => self.bounded = true,
        }
    }

    /// Whether a word may show as many letters as it hides if the sign at that place hides one. Those that
    /// follow it at once then do as well, since no word ends between them.
    fn shows_enough(&self, way: Way) -> bool {
        let (before, behind) = self.text.text().split_at(way.at);
        let shown = before[way.word..].chars().filter(|&c| !signs::hides(c)).count();
        let row = behind.chars().take_while(|&c| signs::hides(c)).take(MAX_LOOKED_AT).count();
        let in_word = |c: &char| separator_length(*c).is_none() && *c != '\n';
        let ahead = behind.chars().skip(row).take_while(in_word).take(MAX_LOOKED_AT);
        let missing = (way.hidden + row).saturating_sub(shown);
        ahead.filter(|&c| !signs::hides(c)).take(missing).count() == missing
    }

    /// Takes the sign before a place as each letter that it may hide.
    fn hidden(&mut self, way: Way) {
        let behind = self.text.text().as_bytes().get(way.at).copied().and_then(Code::of_word);
        // One more of the letters before it, or another one.
        if self.leads_on(way, behind) {
            self.hidden_letter(way);
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
        match self.left.hidden.checked_sub(1) {
            Some(rest) => {
                self.left.hidden = rest;
                self.way(way);
            }
            None => self.bounded = true,
        }
    }
}
