//! The walk of a text through a [`Trie`]: [`TrieWalker`].
//!
//! It finds which entries may begin at a node_ref, by the [classes](LetterClass) of their letters alone. A symbol is
//! taken as a letter, as part of a separator, and as one that hides a letter.
//!
//! From each node_ref the *plain* path is walked first: each character as itself, or as the letter it is
//! written for. It is never refused. If a symbol on it might separate words or hide a letter, a second walk
//! follows those choices as well, and takes its steps from the [`Budget`].
//!
//! Example: from the `f` of `fu*k off` the plain path ends at `*`. The second walk takes `*` as each letter
//! that follows `fu` in the trie (`c` leads on to `k`), and as a separator (no entry goes on from `fu` with
//! a second word). It reports the entry `fuck` as one that may be there with a hidden letter.

use std::ops::Range;

use super::letter_class::{GAP, LetterClass};
use super::trie::{NodeRef, Trie};
use super::verify::Letters;
use super::view::FoldedView;
use crate::engine::budget::Budget;
use crate::normalize::{Layout, MAX_SEPARATOR, leet, separator_length};

/// Equal signs in a run of which at most so many may be the first letters of a word.
const MAX_LEADING_SYMBOLS: usize = 32;

/// Repeated letters that are skipped one by one; where more stand in a run, the end of the run is kept.
const MAX_SKIPPED: usize = 8;

/// Characters that are looked at, and not compared, in the time of one step.
const CHARS_SKIPPED_PER_STEP: usize = 8;

/// Items whose keys a text has.
pub(super) struct Candidates {
    pub(super) items: Range<usize>,
    pub(super) letters: Letters,
    /// Whether a letter follows that belongs to the same word.
    pub(super) word_continues: bool,
}

/// The search of one text.
pub(super) struct TrieWalker<'w> {
    text: &'w FoldedView<'w>,
    budget: &'w Budget,
    /// The last run of characters of one class that was looked at. What begins in it need not pass it again.
    run: Range<usize>,
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
struct Cursor {
    node_ref: NodeRef,
    /// The next byte of the text.
    at: usize,
    /// The class of the last character; nothing at the start, and after a hidden letter that may be any.
    last: Option<LetterClass>,
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

impl Cursor {
    /// The beginning of a path at a byte of the text.
    fn at(start: usize) -> Cursor {
        Cursor {
            node_ref: Trie::ROOT,
            at: start,
            last: None,
            letters: Letters::Visible,
            word: start,
            hidden: 0,
            repeated: 0,
            gap: 0,
            is_plain: true,
        }
    }
}

impl<'w> TrieWalker<'w> {
    pub(super) fn new(text: &'w FoldedView<'w>, budget: &'w Budget) -> TrieWalker<'w> {
        TrieWalker { text, budget, run: 0..0 }
    }

    /// Finds the items whose key the text has at byte `start`.
    pub(super) fn walk_from(
        &mut self,
        trie: &Trie,
        symbols: Symbols,
        start: usize,
        found: &mut impl FnMut(usize, Candidates),
    ) {
        if self.text.has_leet_char_at(start) && self.is_irrelevant_symbol(start, symbols) {
            return;
        }
        let mut follow = Walk {
            trie,
            symbols,
            text: self.text,
            budget: self.budget,
            branches: false,
            may_branch: false,
            run: &mut self.run,
            report: &mut |it| found(start, it),
        };
        follow.way(Cursor::at(start));
        if follow.may_branch {
            follow.branches = true;
            follow.way(Cursor::at(start));
        }
    }

    /// Whether no entry needs to be looked for at the leet sign at byte `start`: it is no letter, or so many
    /// equal ones follow that the last of them will do.
    fn is_irrelevant_symbol(&self, start: usize, symbols: Symbols) -> bool {
        let mut run = self.text.text()[start..].chars();
        let Some(sign) = run.next() else { return true };
        let is_letter = symbols.are_literal || !self.text.letters_of(sign, start).is_empty();
        !is_letter
            || run.take(MAX_LEADING_SYMBOLS).take_while(|&c| c == sign).count()
                == MAX_LEADING_SYMBOLS
    }
}

struct Walk<'f, F> {
    trie: &'f Trie,
    symbols: Symbols,
    text: &'f FoldedView<'f>,
    budget: &'f Budget,
    /// Whether choices are followed, or only noticed.
    branches: bool,
    may_branch: bool,
    run: &'f mut Range<usize>,
    report: &'f mut F,
}

impl<F: FnMut(Candidates)> Walk<'_, F> {
    fn way(&mut self, mut way: Cursor) {
        loop {
            if way.last == Some(GAP) {
                way = Cursor { word: way.at, hidden: 0, ..way };
            } else {
                way.gap = 0;
            }
            let from = way.at;
            let may_continue = self.word(&mut way);
            if !(way.is_plain || self.budget.take(1 + way.at - from)) || !may_continue {
                return;
            }
            let Some(c) = self.text.char_at(way.at) else { return self.report(way, false) };
            let class = LetterClass::of(c);
            let repeats = way.last == Some(class) && self.text.is_standard();
            if repeats && class != GAP {
                way.at = self.skip_run(way, class);
                continue;
            }
            let own = if self.may_be_letter(c, way.at) {
                self.trie.descend(way.node_ref, class)
            } else {
                None
            };
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
            let begins = way.last.is_none() && way.letters == Letters::Visible;
            if !begins {
                self.report(way, false);
                if c == '\n' && self.text.layout() == Layout::Tokenized {
                    return;
                }
                self.choose(way, c);
            }
            if !repeats {
                let Some(node_ref) = own else { return };
                way.node_ref = node_ref;
            }
            if class == GAP {
                way.gap = separates().unwrap_or(0);
            }
            way.last = Some(class);
            way.at += c.len_utf8();
        }
    }

    /// Whether a character may be itself, or a letter that it is written for: a leet sign in a token without
    /// a letter is neither.
    #[inline]
    fn may_be_letter(&self, c: char, at: usize) -> bool {
        self.symbols.are_literal || !leet::is_leet(c) || !self.text.letters_of(c, at).is_empty()
    }

    /// Passes characters of the class that was followed last, and returns where they end. Each sign among them
    /// may end the word as well.
    fn skip_run(&mut self, way: Cursor, class: LetterClass) -> usize {
        if !self.run.contains(&way.at) {
            let run =
                self.text.text()[way.at..].chars().take_while(|&c| LetterClass::of(c) == class);
            *self.run = way.at..way.at + run.map(char::len_utf8).sum::<usize>();
            let steps = self.run.len() / CHARS_SKIPPED_PER_STEP;
            if !way.is_plain && !self.budget.take(steps) {
                return self.run.end;
            }
        }
        let end = self.run.end;
        self.report(way, false);
        let Some(node_ref) = self.trie.descend(way.node_ref, GAP) else { return end };
        if !self.branches {
            self.may_branch = true;
            return end;
        }
        // The next word begins with the same letter, or after the run, close to its end.
        let run = &self.text.text()[way.at..end];
        let first = match self.trie.descend(node_ref, class) {
            Some(_) => 0,
            None => {
                run.char_indices().rev().take(MAX_SEPARATOR as usize).last().map_or(0, |(at, _)| at)
            }
        };
        for (offset, c) in run[first..].char_indices() {
            if let Some(gap) = self.text.separates(c) {
                let at = way.at + first + offset + c.len_utf8();
                let is_plain = false;
                if !self.budget.take(1) {
                    break;
                }
                self.way(Cursor { node_ref, at, last: Some(GAP), gap, is_plain, ..way });
            }
        }
        end
    }

    /// Follows letters and digits in ASCII, which most are; false if no key goes on with them.
    #[inline]
    fn word(&mut self, way: &mut Cursor) -> bool {
        let bytes = self.text.text().as_bytes();
        let squeezes = self.text.is_standard();
        let mut skipped = 0;
        // In locals, which stay in registers.
        let Cursor { mut node_ref, mut at, mut last, .. } = *way;
        let may_continue = loop {
            let Some(class) = bytes.get(at).copied().and_then(LetterClass::of_word) else {
                break true;
            };
            if !(last == Some(class) && squeezes) {
                if at > 0 && self.trie.has_items(node_ref) {
                    self.report(Cursor { node_ref, at, last, ..*way }, self.joins(at));
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
        *way = Cursor { node_ref, at, last, ..*way };
        may_continue
    }

    /// Whether a letter or digit at byte `at` belongs to the same word as the character before it.
    fn joins(&self, at: usize) -> bool {
        !self.text.has_symbol_boundaries()
            && self.text.text().as_bytes()[at - 1].is_ascii_alphanumeric()
    }

    fn report(&mut self, way: Cursor, word_continues: bool) {
        // The plain path was walked before.
        if self.branches && way.is_plain {
            return;
        }
        let items = self.trie.items(way.node_ref);
        if !items.is_empty() {
            (self.report)(Candidates { items, letters: way.letters, word_continues });
        }
    }

    /// Follows what else a character may be than itself or the letter it is written for.
    fn choose(&mut self, way: Cursor, c: char) {
        if LetterClass::of(c) == GAP {
            return;
        }
        let separates = self.text.separates(c).and_then(|length| match way.last {
            Some(GAP) => Some((way.node_ref, way.gap + length)),
            _ => Some((self.trie.descend(way.node_ref, GAP)?, length)),
        });
        let separates = separates.filter(|&(_, gap)| gap <= MAX_SEPARATOR);
        let hides = self.symbols.longest_hidden > 0
            && leet::hides(c)
            && way.last != Some(GAP)
            && self.begins_with_letter(way.word);
        if !self.branches {
            self.may_branch |= separates.is_some() || hides;
            return;
        }
        let at = way.at + c.len_utf8();
        let is_plain = false;
        if let Some((node_ref, gap)) = separates
            && self.budget.take(1)
        {
            self.way(Cursor { node_ref, at, last: Some(GAP), gap, is_plain, ..way });
        }
        if hides && self.may_show_enough(way) {
            let (letters, hidden) = (Letters::Censored, way.hidden + 1);
            self.hidden(Cursor { at, letters, hidden, is_plain, ..way });
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

    /// Whether a word may show as many letters as it hides if the sign at that node_ref hides one. Those that
    /// follow it at once then do as well, since no word ends between them.
    fn may_show_enough(&self, way: Cursor) -> bool {
        if !self.budget.take(1 + (way.at - way.word) / CHARS_SKIPPED_PER_STEP) {
            return false;
        }
        let (before, after) = self.text.text().split_at(way.at);
        let shown = before[way.word..].chars().filter(|&c| !leet::hides(c)).count();
        let longest = self.symbols.longest_hidden;
        let run = after.chars().take_while(|&c| leet::hides(c)).take(longest).count();
        let in_word = |c: &char| separator_length(*c).is_none() && *c != '\n';
        let ahead = after.char_indices().skip(run).take_while(|(_, c)| in_word(c)).take(longest);
        let missing = (way.hidden + run).saturating_sub(shown);
        // All of them are letters of one word of an entry, which is longer than its key by what repeats.
        let most = usize::from(self.trie.height(way.node_ref)) + self.symbols.most_repeated;
        if most < run + missing && most < usize::from(u8::MAX) {
            return false;
        }
        let mut looked_at = 0;
        let ahead = ahead.inspect(|_| looked_at += 1);
        let shown = ahead.filter(|&(at, c)| !leet::hides(c) && self.may_be_letter(c, way.at + at));
        let shows = shown.take(missing).count() == missing;
        self.budget.take((run + looked_at) / CHARS_SKIPPED_PER_STEP) && shows
    }

    /// Takes the sign before a node_ref as each letter that it may hide.
    fn hidden(&mut self, way: Cursor) {
        let after = self.text.text().as_bytes().get(way.at).copied().and_then(LetterClass::of_word);
        if !self.budget.take(1) {
            return;
        }
        // One more of the letters before it, or another one.
        if way.repeated < self.symbols.most_repeated && self.may_continue(way, after) {
            self.follow_censored(Cursor { repeated: way.repeated + 1, ..way });
        }
        for step in self.trie.children(way.node_ref) {
            let (class, more) = LetterClass::begins_with(step);
            if class != GAP
                && let Some(node_ref) = self.trie.child(way.node_ref, step)
            {
                let way = Cursor { node_ref, last: Some(class), ..way };
                if more > 0 || self.may_continue(way, after) {
                    self.complete_class(way, more);
                }
            }
        }
    }

    /// Whether a key goes on with the letter after a hidden one, if that can be told at once.
    #[inline]
    fn may_continue(&self, way: Cursor, after: Option<LetterClass>) -> bool {
        after.is_none_or(|class| {
            way.last == Some(class)
                || self.trie.child(way.node_ref, class.first_key_byte()).is_some()
                || self.trie.has_items(way.node_ref)
        })
    }

    /// Takes any steps that are missing of a hidden letter.
    fn complete_class(&mut self, way: Cursor, missing: usize) {
        if missing == 0 {
            return self.follow_censored(way);
        }
        for step in self.trie.children(way.node_ref) {
            if let Some(node_ref) = self.trie.child(way.node_ref, step) {
                // Which letter that was does not matter to the one after it.
                self.complete_class(Cursor { node_ref, last: None, ..way }, missing - 1);
            }
        }
    }

    fn follow_censored(&mut self, way: Cursor) {
        if self.budget.take(1) {
            self.way(way);
        }
    }
}
