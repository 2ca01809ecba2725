//! The way of a text through a [`Trie`]: [`Walk`].
//!
//! It tells which entries may begin at a place, by the [codes](Code) of their letters alone. A sign is taken
//! as a letter, as part of a separator, and as one that hides a letter.

use std::ops::Range;

use super::codes::{Code, GAP};
use super::matcher::Letters;
use super::text::Text;
use super::trie::{Place, Trie};
use crate::normalize::{Layout, signs};

/// Choices that are followed up from one place of a text: whether a sign is a letter, and which one
/// it hides. Beyond, signs are only what they most probably are.
const MAX_CHOICES: u32 = 300;

/// The same for all places of a text together.
const MAX_CHOICES_IN_ALL: u32 = 600;

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

pub(super) struct Walk<'w> {
    text: &'w Text<'w>,
    /// Choices that are left in all.
    choices: u32,
    bounded: bool,
    /// The last row of characters of one code that was looked at. What begins in it need not pass it again.
    row: Range<usize>,
}

/// A way that is followed.
#[derive(Clone, Copy)]
struct Way {
    place: Place,
    /// The next byte of the text.
    at: usize,
    /// The code of the last character.
    last: Option<Code>,
    letters: Letters,
}

impl<'w> Walk<'w> {
    pub(super) fn new(text: &'w Text<'w>) -> Walk<'w> {
        Walk { text, choices: MAX_CHOICES_IN_ALL, bounded: false, row: 0..0 }
    }

    /// Tells the items whose key the text has at byte `start`.
    pub(super) fn from(&mut self, trie: &Trie, start: usize, found: &mut impl FnMut(usize, Found)) {
        if self.text.has_leet_sign_at(start) && self.repeats_sign(start) {
            return;
        }
        let mut follow = Follow {
            trie,
            text: self.text,
            choices: self.choices.min(MAX_CHOICES),
            bounded: false,
            row: &mut self.row,
            tell: &mut |it| found(start, it),
        };
        let before = follow.choices;
        let place = Trie::ROOT;
        follow.way(Way { place, at: start, last: None, letters: Letters::Shown });
        self.choices -= before - follow.choices;
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
    text: &'f Text<'f>,
    choices: u32,
    bounded: bool,
    row: &'f mut Range<usize>,
    tell: &'f mut F,
}

impl<F: FnMut(Found)> Follow<'_, F> {
    fn way(&mut self, mut way: Way) {
        loop {
            let Some(next) = self.word(way) else { return };
            way = next;
            let Some(c) = self.text.char_at(way.at) else { return self.tell(way, false) };
            let code = Code::of(c);
            let repeats = way.last == Some(code) && self.text.is_standard();
            if repeats && code != GAP {
                way.at = self.pass_row(way, code);
                continue;
            }
            let begins = way.last.is_none() && way.letters == Letters::Shown;
            if !begins {
                self.tell(way, false);
                if c == '\n' && self.text.layout() == Layout::Words {
                    return;
                }
                self.choose(way, c);
            }
            if !repeats {
                let Some(place) = self.trie.walk(way.place, code) else { return };
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
                if self.text.separates(c).is_some() && self.choices > 0 {
                    let at = way.at + offset + c.len_utf8();
                    self.choice(Way { place, at, last: Some(GAP), ..way });
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
        let next = way.at + c.len_utf8();
        let in_words = self.text.layout() == Layout::Words;
        if self.text.separates(c).is_some() && Code::of(c) != GAP {
            if way.last == Some(GAP) {
                self.choice(Way { at: next, ..way });
            } else if let Some(place) = self.trie.walk(way.place, GAP) {
                self.choice(Way { place, at: next, last: Some(GAP), ..way });
            }
        }
        if in_words && signs::hides(c) && self.text.is_standard() && way.last != Some(GAP) {
            let way = Way { at: next, letters: Letters::Hidden, ..way };
            let behind = self.text.text().as_bytes().get(next).copied().and_then(Code::of_word);
            // One more of the letters before it, or another one.
            if self.leads_on(way, behind) {
                self.choice(way);
            }
            for step in self.trie.branches(way.place) {
                let (code, more) = Code::begins_with(step);
                if code != GAP
                    && let Some(place) = self.trie.step(way.place, step)
                {
                    let way = Way { place, last: Some(code), ..way };
                    if more > 0 || self.leads_on(way, behind) {
                        self.hidden(way, more);
                    }
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
    fn hidden(&mut self, way: Way, missing: usize) {
        if missing == 0 {
            return self.choice(way);
        }
        for step in self.trie.branches(way.place) {
            if let Some(place) = self.trie.step(way.place, step) {
                // Which letter that was does not matter to the one behind it.
                self.hidden(Way { place, last: None, ..way }, missing - 1);
            }
        }
    }

    fn choice(&mut self, way: Way) {
        match self.choices.checked_sub(1) {
            Some(rest) => {
                self.choices = rest;
                self.way(way);
            }
            None => self.bounded = true,
        }
    }
}
