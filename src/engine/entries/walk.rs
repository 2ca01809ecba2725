//! Finds candidates by walking a text through a [`Trie`]: [`TrieWalker`].
//!
//! Candidates are the entries that may begin at a position, by the [classes](LetterClass) of their
//! letters alone. A symbol may be a letter, be part of a separator, or replace a letter.
//!
//! From each start position the *plain* path is walked first: each character is taken as itself, or
//! as the letter it is written for. The plain path is never refused. If a symbol on it might
//! separate words or replace a letter, a second walk follows these choices as well, and takes its
//! steps from the [`Budget`].
//!
//! Example: from the `f` of `fu*k off` the plain path ends at `*`. The second walk takes `*` as
//! each letter that follows `fu` in the trie (`c` leads on to `k`), and as a separator (no entry
//! continues after `fu` with a second word). It reports the entry `fuck` as a candidate with a
//! censored letter.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::letter_class::{GAP, LetterClass};
use super::trie::{NodeRef, Trie};
use super::verify::Letters;
use super::view::FoldedView;
use crate::engine::budget::Budget;
use crate::normalize::{LINE_BREAK, MAX_SEPARATOR, leet, separator_length};

/// The maximum number of equal symbols in a row that may be the first letters of a word.
const MAX_LEADING_SYMBOLS: usize = 32;

/// The maximum number of repeated letters that are skipped one by one. Of longer runs the end is
/// remembered.
const MAX_SKIPPED: usize = 8;

/// The number of characters that are skipped without comparison in one step of the budget.
const CHARS_SKIPPED_PER_STEP: usize = 8;

/// Entries with one key, which occurs in the view.
pub(super) struct Candidates {
    /// The value of the key: the position of the first entry.
    pub(super) first: u32,
    pub(super) letters: Letters,
    /// Whether the next character is a letter of the same word.
    pub(super) word_continues: bool,
}

/// Walks one text through tries.
pub(super) struct TrieWalker<'w> {
    view: &'w FoldedView<'w>,
    budget: &'w Budget,
    /// The last run of characters of one class that was skipped, so that walks that begin in it
    /// need not find its end again.
    run: Range<usize>,
}

/// How symbols may be read in a walk through a trie.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Symbols {
    /// The length in characters of the longest entry of which letters may be censored; 0 if there
    /// is none.
    pub(super) longest_censored: usize,
    /// The maximum number of repeated characters that the key of such an entry omits.
    pub(super) most_repeated: usize,
    /// Whether a word of such an entry begins with a digit or symbol, so that one may be itself
    /// there.
    pub(super) censored_begin_with_symbol: bool,
    /// Whether some entries contain leet characters, so that one may be itself in a token without a
    /// letter.
    pub(super) are_literal: bool,
}

/// The state of one path of a walk.
#[derive(Clone, Copy)]
struct Cursor {
    node_ref: NodeRef,
    /// The next byte of the text.
    at: usize,
    /// The class of the last character. `None` at the start, and after a censored letter whose
    /// class has three key bytes.
    last: Option<LetterClass>,
    letters: Letters,
    /// Where the current word begins, and how many of its letters are censored.
    word: usize,
    censored: usize,
    /// The number of censored letters that repeat the letter before them.
    repeated: usize,
    /// The length of the current separator so far.
    gap: u32,
    /// Whether each character so far was taken as itself or as the letter it is written for.
    is_plain: bool,
}

impl Cursor {
    /// Returns the start of a path at byte `start`.
    fn at(start: usize) -> Cursor {
        Cursor {
            node_ref: Trie::ROOT,
            at: start,
            last: None,
            letters: Letters::Visible,
            word: start,
            censored: 0,
            repeated: 0,
            gap: 0,
            is_plain: true,
        }
    }
}

impl<'w> TrieWalker<'w> {
    pub(super) fn new(view: &'w FoldedView<'w>, budget: &'w Budget) -> TrieWalker<'w> {
        TrieWalker { view, budget, run: 0..0 }
    }

    /// Finds the keys that occur at byte `start`.
    pub(super) fn walk_from(
        &mut self,
        trie: &Trie<'_>,
        symbols: Symbols,
        start: usize,
        found: &mut impl FnMut(usize, Candidates),
    ) {
        if self.view.has_leet_char_at(start) && self.is_irrelevant_symbol(start, symbols) {
            return;
        }
        let mut walk = Walk {
            trie,
            symbols,
            view: self.view,
            budget: self.budget,
            with_choices: false,
            has_choices: false,
            run: &mut self.run,
            report: &mut |it| found(start, it),
        };
        let mut cursor = Cursor::at(start);
        walk.follow(&mut cursor);
        if walk.has_choices
            || (symbols.longest_censored > 0 && self.view.has_digit_hole(start..cursor.at + 1))
        {
            walk.with_choices = true;
            walk.follow(&mut Cursor::at(start));
        }
    }

    /// Whether no search is needed from the leet character at byte `start`, because it is not a
    /// letter, or so many equal ones follow that a search from a later one is enough.
    fn is_irrelevant_symbol(&self, start: usize, symbols: Symbols) -> bool {
        let mut run = self.view.text()[start..].chars();
        let Some(symbol) = run.next() else { return true };
        let is_letter = symbols.are_literal || !self.view.letters_of(symbol, start).is_empty();
        !is_letter
            || run.take(MAX_LEADING_SYMBOLS).take_while(|&c| c == symbol).count()
                == MAX_LEADING_SYMBOLS
    }
}

/// A walk from one start position.
struct Walk<'f, F> {
    trie: &'f Trie<'f>,
    symbols: Symbols,
    view: &'f FoldedView<'f>,
    budget: &'f Budget,
    /// Whether choices are followed, or only detected.
    with_choices: bool,
    has_choices: bool,
    run: &'f mut Range<usize>,
    report: &'f mut F,
}

impl<F: FnMut(Candidates)> Walk<'_, F> {
    /// Follows a path to its end. The cursor is borrowed, because a copy directly after it was
    /// written would wait for the writes.
    fn follow(&mut self, cursor: &mut Cursor) {
        loop {
            if cursor.last == Some(GAP) {
                (cursor.word, cursor.censored) = (cursor.at, 0);
            } else {
                cursor.gap = 0;
            }
            let from = cursor.at;
            let leads_on = self.follow_ascii_word(cursor);
            if !(cursor.is_plain || self.budget.take(1 + cursor.at - from)) || !leads_on {
                return;
            }
            let Some(c) = self.view.char_at(cursor.at) else {
                return self.report(cursor.node_ref, cursor, false);
            };
            let class = LetterClass::of(c);
            let repeats = cursor.last == Some(class) && self.view.is_standard();
            if repeats && class != GAP {
                let end = self.skip_run(cursor, class);
                for &hole in self.view.holes_in(cursor.at..end) {
                    self.branch_at_hole(Cursor { at: hole, ..*cursor });
                }
                cursor.at = end;
                continue;
            }
            let as_letter = if self.may_be_letter(c, cursor.at) {
                self.trie.descend(cursor.node_ref, class)
            } else {
                None
            };
            let separates = || self.view.separates(c);
            if cursor.last == Some(GAP)
                && as_letter.is_none()
                && let Some(length) = separates()
            {
                cursor.gap += length;
                if cursor.gap > MAX_SEPARATOR {
                    return;
                }
                cursor.at += c.len_utf8();
                continue;
            }
            // Before the first character nothing can be reported or chosen, because keys are not empty.
            let begins = cursor.last.is_none() && cursor.letters == Letters::Visible;
            if !begins {
                self.report(cursor.node_ref, cursor, false);
                if self.view.is_hole(cursor.at) {
                    self.branch_at_hole(*cursor);
                }
                self.branch(cursor, c);
            }
            if !repeats {
                let Some(node_ref) = as_letter else { return };
                cursor.node_ref = node_ref;
            }
            if class == GAP {
                cursor.gap = separates().unwrap_or(0);
            }
            cursor.last = Some(class);
            cursor.at += c.len_utf8();
        }
    }

    /// Whether a character may be itself, or a letter that it is written for. A leet character in a
    /// token without a letter is neither.
    #[inline]
    fn may_be_letter(&self, c: char, at: usize) -> bool {
        self.symbols.are_literal || !leet::is_leet(c) || !self.view.letters_of(c, at).is_empty()
    }

    /// Skips characters of the class that was followed last, and returns their end. Each symbol
    /// among them may end the word as well.
    fn skip_run(&mut self, cursor: &Cursor, class: LetterClass) -> usize {
        if !self.run.contains(&cursor.at) {
            let run =
                self.view.text()[cursor.at..].chars().take_while(|&c| LetterClass::of(c) == class);
            *self.run = cursor.at..cursor.at + run.map(char::len_utf8).sum::<usize>();
            let steps = self.run.len() / CHARS_SKIPPED_PER_STEP;
            if !cursor.is_plain && !self.budget.take(steps) {
                return self.run.end;
            }
        }
        let end = self.run.end;
        self.report(cursor.node_ref, cursor, false);
        let Some(node_ref) = self.trie.descend(cursor.node_ref, GAP) else { return end };
        if !self.with_choices {
            self.has_choices = true;
            return end;
        }
        // The next word begins with the same letter, or after the run, close to its end.
        let run = &self.view.text()[cursor.at..end];
        let first = match self.trie.descend(node_ref, class) {
            Some(_) => 0,
            None => {
                run.char_indices().rev().take(MAX_SEPARATOR as usize).last().map_or(0, |(at, _)| at)
            }
        };
        for (offset, c) in run[first..].char_indices() {
            if let Some(gap) = self.view.separates(c) {
                let at = cursor.at + first + offset + c.len_utf8();
                let is_plain = false;
                if !self.budget.take(1) {
                    break;
                }
                self.follow(&mut Cursor {
                    node_ref,
                    at,
                    last: Some(GAP),
                    gap,
                    is_plain,
                    ..*cursor
                });
            }
        }
        end
    }

    /// Follows ASCII letters and digits, the common case. Returns false if no key continues with
    /// them.
    #[inline]
    fn follow_ascii_word(&mut self, cursor: &mut Cursor) -> bool {
        let bytes = self.view.text().as_bytes();
        let squeezes = self.view.is_standard();
        let mut skipped = 0;
        // Local copies stay in registers.
        let Cursor { mut node_ref, mut at, mut last, .. } = *cursor;
        let leads_on = loop {
            let Some(class) = bytes.get(at).copied().and_then(LetterClass::of_word) else {
                break true;
            };
            if self.with_choices && bytes[at].is_ascii_digit() && at > cursor.word {
                break true;
            }
            if !(last == Some(class) && squeezes) {
                if at > 0 && self.trie.has_value(node_ref) {
                    self.report(node_ref, cursor, self.continues_word(at));
                }
                let Some(next) = self.trie.child(node_ref, class.first_key_byte()) else {
                    break false;
                };
                node_ref = next;
                last = Some(class);
            } else if skipped == MAX_SKIPPED {
                break true;
            } else {
                skipped += 1;
            }
            at += 1;
        };
        (cursor.node_ref, cursor.at, cursor.last) = (node_ref, at, last);
        leads_on
    }

    /// Whether a letter or digit at byte `at` belongs to the same word as the character before it. A
    /// digit or a pair of x may be the end of a decorated word.
    fn continues_word(&self, at: usize) -> bool {
        let bytes = self.view.text().as_bytes();
        !self.view.has_hidden_boundaries()
            && bytes[at - 1].is_ascii_alphanumeric()
            && !matches!(bytes[at..], [b'0'..=b'9', ..] | [b'x', b'x', ..])
    }

    /// Reports the key that ends at a node on the path of the cursor.
    fn report(&mut self, node_ref: NodeRef, cursor: &Cursor, word_continues: bool) {
        // The first walk reported the plain path.
        if self.with_choices && cursor.is_plain {
            return;
        }
        if let Some(first) = self.trie.value(node_ref) {
            (self.report)(Candidates { first, letters: cursor.letters, word_continues });
        }
    }

    /// Follows the other readings of a character: as a separator, and as a censored letter.
    fn branch(&mut self, cursor: &Cursor, c: char) {
        if LetterClass::of(c) == GAP {
            return;
        }
        let separates = self.view.separates(c).and_then(|length| match cursor.last {
            Some(GAP) => Some((cursor.node_ref, cursor.gap + length)),
            _ => Some((self.trie.descend(cursor.node_ref, GAP)?, length)),
        });
        let separates = separates.filter(|&(_, gap)| gap <= MAX_SEPARATOR);
        let hides = self.symbols.longest_censored > 0
            && leet::hides(c)
            && cursor.last != Some(GAP)
            && self.begins_with_letter(cursor.word);
        if !self.with_choices {
            self.has_choices |= separates.is_some() || hides;
            return;
        }
        let at = cursor.at + c.len_utf8();
        let is_plain = false;
        if let Some((node_ref, gap)) = separates
            && self.budget.take(1)
        {
            self.follow(&mut Cursor { node_ref, at, last: Some(GAP), gap, is_plain, ..*cursor });
        }
        if hides && self.may_show_enough(cursor) {
            let (letters, censored) = (Letters::Censored, cursor.censored + 1);
            self.try_censored(Cursor { at, letters, censored, is_plain, ..*cursor });
        }
    }

    /// Follows the readings of a [hole](super::holes) at the cursor: as a censored letter, and if it
    /// is a digit, as nothing.
    fn branch_at_hole(&mut self, cursor: Cursor) {
        let may_hide = self.symbols.longest_censored > 0 && cursor.last != Some(GAP);
        if !may_hide || cursor.censored > 0 {
            return;
        }
        if !self.with_choices {
            self.has_choices = true;
            return;
        }
        let Some(c) = self.view.char_at(cursor.at) else { return };
        let (at, letters) = (cursor.at + c.len_utf8(), Letters::Censored);
        let cursor = Cursor { at, letters, censored: 1, is_plain: false, ..cursor };
        if c.is_ascii_digit() {
            self.follow_censored(cursor);
        }
        self.try_censored(cursor);
    }

    /// Whether letters of the word at byte `at` may be censored. Its first letter must be visible,
    /// and in a token without a letter, digits and symbols are not letters.
    fn begins_with_letter(&self, at: usize) -> bool {
        self.symbols.censored_begin_with_symbol
            || self.view.char_at(at).is_none_or(|c| {
                !(c.is_ascii_digit() || leet::is_leet(c)) || !self.view.letters_of(c, at).is_empty()
            })
    }

    /// Whether the current word may have as many visible letters as censored ones if the hiding
    /// symbol at the cursor is a letter. The hiding symbols directly after it then are letters as
    /// well, since no word ends between them.
    fn may_show_enough(&self, cursor: &Cursor) -> bool {
        if !self.budget.take(1 + (cursor.at - cursor.word) / CHARS_SKIPPED_PER_STEP) {
            return false;
        }
        let (before, after) = self.view.text().split_at(cursor.at);
        let visible = before[cursor.word..].chars().filter(|&c| !leet::hides(c)).count();
        let longest = self.symbols.longest_censored;
        let run = after.chars().take_while(|&c| leet::hides(c)).take(longest).count();
        let in_word = |c: &char| separator_length(*c).is_none() && !matches!(*c, '\n' | LINE_BREAK);
        let ahead = after.char_indices().skip(run).take_while(|(_, c)| in_word(c)).take(longest);
        let missing = (cursor.censored + run).saturating_sub(visible);
        // All are letters of one word of an entry, which is longer than its key by its repeats.
        let most = usize::from(self.trie.height(cursor.node_ref)) + self.symbols.most_repeated;
        if most < run + missing && most < usize::from(u8::MAX) {
            return false;
        }
        let mut examined = 0;
        let ahead = ahead.inspect(|_| examined += 1);
        let visible =
            ahead.filter(|&(at, c)| !leet::hides(c) && self.may_be_letter(c, cursor.at + at));
        let shows = visible.take(missing).count() == missing;
        self.budget.take((run + examined) / CHARS_SKIPPED_PER_STEP) && shows
    }

    /// Takes the hiding symbol before the cursor as each letter that it may replace.
    fn try_censored(&mut self, cursor: Cursor) {
        let after =
            self.view.text().as_bytes().get(cursor.at).copied().and_then(LetterClass::of_word);
        if !self.budget.take(1) {
            return;
        }
        // A repeat of the letter before it, or another letter.
        if cursor.repeated < self.symbols.most_repeated && self.may_continue(cursor, after) {
            self.follow_censored(Cursor { repeated: cursor.repeated + 1, ..cursor });
        }
        for key_byte in self.trie.children(cursor.node_ref) {
            let (class, more) = LetterClass::begins_with(key_byte);
            if class != GAP
                && let Some(node_ref) = self.trie.child(cursor.node_ref, key_byte)
            {
                let cursor = Cursor { node_ref, last: Some(class), ..cursor };
                if more > 0 || self.may_continue(cursor, after) {
                    self.complete_class(cursor, more);
                }
            }
        }
    }

    /// Whether a key may continue with the letter after a censored one.
    #[inline]
    fn may_continue(&self, cursor: Cursor, after: Option<LetterClass>) -> bool {
        after.is_none_or(|class| {
            cursor.last == Some(class)
                || self.trie.child(cursor.node_ref, class.first_key_byte()).is_some()
                || self.trie.has_value(cursor.node_ref)
        })
    }

    /// Takes all values of the missing key bytes of a censored letter.
    fn complete_class(&mut self, cursor: Cursor, missing: usize) {
        if missing == 0 {
            return self.follow_censored(cursor);
        }
        for key_byte in self.trie.children(cursor.node_ref) {
            if let Some(node_ref) = self.trie.child(cursor.node_ref, key_byte) {
                // The next letter does not depend on which letter that was.
                self.complete_class(Cursor { node_ref, last: None, ..cursor }, missing - 1);
            }
        }
    }

    fn follow_censored(&mut self, mut cursor: Cursor) {
        if self.budget.take(1) {
            self.follow(&mut cursor);
        }
    }
}
