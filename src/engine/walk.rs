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
const MAX_CHOICES: u32 = 1_024;

/// The same for all places of a text together.
const MAX_CHOICES_IN_ALL: u32 = 8_192;

/// Equal signs in a row of which at most so many may be the first letters of a word.
const MAX_LEADING_SIGNS: usize = 32;

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
        Walk { text, choices: MAX_CHOICES_IN_ALL }
    }

    /// Tells the items whose key the text has at byte `start`.
    pub(super) fn from(&mut self, trie: &Trie, start: usize, found: &mut impl FnMut(usize, Found)) {
        let Some(first) = self.text.char_at(start) else { return };
        let code = Code::of(first);
        let Some(place) = trie.walk(Trie::ROOT, code.steps()) else { return };
        if self.text.has_leet_sign_at(start) && self.repeats_sign(start, first) {
            return;
        }
        let at = start + first.len_utf8();
        let mut follow = Follow {
            trie,
            text: self.text,
            choices: self.choices.min(MAX_CHOICES),
            tell: &mut |it| found(start, it),
        };
        let before = follow.choices;
        follow.way(Way { place, at, last: Some(code), letters: Letters::Shown });
        self.choices -= before - follow.choices;
    }

    /// Whether so many equal signs follow that the last of them will do.
    fn repeats_sign(&self, start: usize, sign: char) -> bool {
        let row = self.text.text()[start..].chars().take(MAX_LEADING_SIGNS + 1);
        row.take_while(|&c| c == sign).count() > MAX_LEADING_SIGNS
    }
}

struct Follow<'f, F> {
    trie: &'f Trie,
    text: &'f Text<'f>,
    choices: u32,
    tell: &'f mut F,
}

impl<F: FnMut(Found)> Follow<'_, F> {
    fn way(&mut self, mut way: Way) {
        let mut told = false;
        loop {
            let Some(c) = self.text.char_at(way.at) else {
                if !told {
                    self.tell(way, false);
                }
                return;
            };
            let code = Code::of(c);
            let next = way.at + c.len_utf8();
            let repeats = way.last == Some(code) && self.text.is_standard();
            let is_plain = c.is_ascii_alphanumeric();
            if !is_plain {
                if !told {
                    self.tell(way, false);
                    told = true;
                }
                if self.text.layout() == Layout::Words && c == '\n' {
                    return;
                }
                self.choose(way, c, next);
            } else if !repeats && !told {
                self.tell(way, self.joins(way.at));
            }
            if !repeats {
                let Some(place) = self.trie.walk(way.place, code.steps()) else { return };
                way.place = place;
                told = false;
            }
            way.last = Some(code);
            way.at = next;
        }
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
    fn choose(&mut self, way: Way, c: char, next: usize) {
        let in_words = self.text.layout() == Layout::Words;
        if self.text.separates(c).is_some() && Code::of(c) != GAP {
            if way.last == Some(GAP) {
                self.choice(Way { at: next, ..way });
            } else if let Some(place) = self.trie.walk(way.place, GAP.steps()) {
                self.choice(Way { place, at: next, last: Some(GAP), ..way });
            }
        }
        if in_words && signs::hides(c) && self.text.is_standard() && way.last != Some(GAP) {
            let way = Way { at: next, letters: Letters::Hidden, ..way };
            // One more of the letters before it, or another one.
            self.choice(way);
            for step in self.trie.branches(way.place) {
                let (code, more) = Code::begins_with(step);
                if code != GAP
                    && let Some(place) = self.trie.step(way.place, step)
                {
                    self.hidden(Way { place, last: Some(code), ..way }, more);
                }
            }
        }
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
        if self.choices > 0 {
            self.choices -= 1;
            self.way(way);
        }
    }
}
