//! The bound on the work that one review may cause: [`Budget`].
//!
//! A symbol may be a letter, replace a letter or separate two words, and each choice opens others.
//! An adversarial message can make the number of readings grow without bound, and IVS Chat delivers
//! a message whose review takes longer than 200 ms. So every reading beyond the plain one costs
//! *steps*. One step is about one character compared in one state, 20 to 80 nanoseconds.
//!
//! The budget is divided so that no part of an event uses up what another one needs:
//!
//! ```text
//! event     EVENT_STEPS for the entries in all texts, readings and rewrites of one event
//! search    three quarters of what the event has left, for one reading of one text
//! pool      three quarters of the search, for positions that need more, first come first served
//! share     the rest, in equal shares for the positions at which entries may begin
//! patterns  PATTERN_STEPS for the searches of patterns in all texts and rewrites
//! matches   MAX_MATCHES for the event, where several rules find the same words
//! ```
//!
//! A position first spends its share, then the pool. What it leaves of its share goes to the
//! positions after it. Example: a search has 4,500 steps and 225 positions. Each is sure of 5
//! steps, and those that need more share a pool of 3,375, first come first served. If the first 100
//! positions are built to empty the pool, the others still have 5 steps each; if a message has six
//! words, one of which needs 3,000 steps, it gets them.
//!
//! Never refused are the fold, the walk along the characters as they are written, and the
//! comparison with an entry exactly as the list has it. These take time linear in the text. Spaced
//! letters and the [readings](crate::normalize) of a text are searched last, and only if nothing was
//! refused before.

use std::cell::Cell;

/// The steps of one event. A compromise: the slowest events that were found take a few milliseconds
/// (see `benches/README.md`), and none of 579,614 lines of tweets, test
/// sentences, names and dictionaries is cut with the shipped rules. With 5,000 steps one is.
const EVENT_STEPS: u32 = 6_000;

/// The steps of work that is never refused. It is counted so that a text that is rewritten and
/// searched repeatedly spends the budget as well. These are the steps of a byte that is slow to
/// fold, the number of bytes of any kind that take one step together, and the steps of the plain
/// walk from a position.
const STEPS_PER_SLOW_BYTE: usize = 1;
const BYTES_PER_STEP: usize = 32;
const STEPS_PER_POSITION: u32 = 2;

/// The steps of one event for the searches of patterns. They are separate from those of entries
/// because the cost of a pattern is known before it is searched, and is high for ordinary text in a
/// script beyond ASCII.
const PATTERN_STEPS: u32 = 8_000;

/// The matches of one event, counted once per rule and place where an entry or a pattern was found.
const MAX_MATCHES: u32 = 10_000;

/// The maximum length of a text from IVS Chat, in bytes, and the steps for each byte beyond it. A
/// longer text comes from elsewhere and takes time proportional to its length.
const MAX_TEXT_BYTES: usize = 4_096;
const STEPS_PER_EXTRA_BYTE: u32 = 8;

/// The maximum number of steps of one event, for entries and patterns together.
pub const MAX_STEPS: u32 = EVENT_STEPS + PATTERN_STEPS;

/// What the budget refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Readings of entries, or matches of any kind.
    pub(crate) entries: bool,
    /// Patterns of rules that deny or rewrite.
    pub(crate) patterns: bool,
}

/// The steps that are left of an event.
///
/// The fields are cells because the walk through the trie and the comparisons that it calls spend
/// from the same budget.
#[derive(Debug)]
pub(super) struct Budget {
    event: Cell<u32>,
    /// The shares of the positions that have not begun, together.
    shares: Cell<u32>,
    pool: Cell<u32>,
    position: Cell<u32>,
    /// The number of positions that have not begun, plus the current one as long as it has taken no
    /// step.
    positions_left: Cell<u32>,
    patterns: Cell<u32>,
    matches: Cell<u32>,
    is_cut: Cell<bool>,
    /// What was refused in the current text.
    cut: Cell<Cut>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            event: Cell::new(EVENT_STEPS),
            shares: Cell::new(0),
            pool: Cell::new(0),
            position: Cell::new(0),
            positions_left: Cell::new(0),
            patterns: Cell::new(PATTERN_STEPS),
            matches: Cell::new(MAX_MATCHES),
            is_cut: Cell::new(false),
            cut: Cell::default(),
        }
    }
}

impl Budget {
    /// Begins an event, with all steps.
    pub(super) fn begin_event(&mut self) {
        *self = Budget::default();
    }

    /// Begins a text of the event.
    pub(super) fn begin_text(&self, text: &str) {
        self.cut.set(Cut::default());
        if let Some(more) = text.len().checked_sub(MAX_TEXT_BYTES) {
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            let add = |to: &Cell<u32>, more: u32| to.set(to.get().saturating_add(more));
            add(&self.event, more.saturating_mul(STEPS_PER_EXTRA_BYTE));
            add(&self.patterns, more.saturating_mul(STEPS_PER_EXTRA_BYTE));
            add(&self.matches, more);
        }
    }

    /// Takes the steps of a fold of `bytes` bytes, of which `slow_bytes` were
    /// [slow](crate::normalize::Folded::slow_bytes). Nothing is refused: the text may have no
    /// reading that takes a step.
    pub(super) fn take_fold(&self, bytes: usize, slow_bytes: usize) {
        let steps = STEPS_PER_SLOW_BYTE * slow_bytes + bytes / BYTES_PER_STEP;
        self.event.set(self.event.get().saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX)));
    }

    /// Begins the search of one reading of a text.
    pub(super) fn begin_search(&self) {
        self.end_search();
        let search = three_quarters(self.event.get());
        self.event.set(self.event.get() - search);
        self.pool.set(three_quarters(search));
        self.shares.set(search - three_quarters(search));
    }

    /// Begins a position of the search. `positions_left` includes this one.
    #[inline]
    pub(super) fn begin_position(&self, positions_left: usize) {
        let left = self.shares.get() + self.position.take();
        self.shares.set(left.saturating_sub(STEPS_PER_POSITION));
        self.positions_left.set(u32::try_from(positions_left).unwrap_or(u32::MAX));
    }

    /// Ends the search and returns the unused steps to the event.
    pub(super) fn end_search(&self) {
        let left = self.pool.take() + self.shares.take() + self.position.take();
        self.positions_left.set(0);
        self.event.set(self.event.get() + left);
    }

    /// Takes steps from the share of the current position and from the pool. Returns false if they
    /// have too few left; the search is then [cut](Budget::is_cut).
    #[inline]
    pub(super) fn take(&self, steps: usize) -> bool {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        match self.position.get().checked_sub(steps) {
            Some(left) => {
                self.position.set(left);
                true
            }
            None => self.take_more(steps),
        }
    }

    /// Takes steps that the current position does not have. If these are its first, it gets its
    /// share; the pool pays the rest.
    #[cold]
    fn take_more(&self, steps: u32) -> bool {
        // No positions are left if the share was granted before.
        if let Some(share) = self.shares.get().checked_div(self.positions_left.take()) {
            self.shares.set(self.shares.get() - share);
            self.position.set(share);
        }
        let missing = steps.saturating_sub(self.position.get());
        self.position.set(self.position.get() - (steps - missing));
        match self.pool.get().checked_sub(missing) {
            Some(left) => {
                self.pool.set(left);
                true
            }
            // The share is spent as well: the next attempt would cost as much.
            None => self.cut(),
        }
    }

    /// Takes steps from the event itself, outside any search. Returns false if it has too few left.
    pub(super) fn take_from_event(&self, steps: usize) -> bool {
        take(&self.event, steps) || self.cut()
    }

    /// Takes steps for the search of a pattern. Returns false if too few are left. The search of
    /// the text is only cut if the rule of the pattern `acts`.
    pub(super) fn take_for_pattern(&self, steps: usize, acts: bool) -> bool {
        let is_taken = take(&self.patterns, steps);
        if !is_taken && acts {
            self.is_cut.set(true);
            self.cut.set(Cut { patterns: true, ..self.cut.get() });
        }
        is_taken
    }

    /// Whether the text is searched in one more reading. Once anything of the event was refused it is
    /// not: its readings would multiply the work that no step is taken for. The search of the text is
    /// then [cut](Budget::is_cut) as well.
    pub(super) fn may_read_again(&self) -> bool {
        !self.is_cut() || self.cut()
    }

    /// Takes a match. Returns false if none is left.
    pub(super) fn take_match(&self) -> bool {
        take(&self.matches, 1) || self.cut()
    }

    #[cold]
    fn cut(&self) -> bool {
        self.is_cut.set(true);
        self.cut.set(Cut { entries: true, ..self.cut.get() });
        false
    }

    /// Returns what was refused since the text began.
    pub(super) fn text_cut(&self) -> Cut {
        self.cut.get()
    }

    /// Whether anything was refused since the event began.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    /// Returns the number of steps taken since the event began.
    pub(super) fn taken(&self) -> u32 {
        let left = self.event.get() + self.shares.get() + self.pool.get() + self.position.get();
        MAX_STEPS.saturating_sub(left).saturating_sub(self.patterns.get())
    }
}

fn three_quarters(steps: u32) -> u32 {
    steps - steps / 4
}

fn take(from: &Cell<u32>, steps: usize) -> bool {
    let left = u32::try_from(steps).ok().and_then(|steps| from.get().checked_sub(steps));
    left.inspect(|&left| from.set(left)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_position_has_a_share_and_all_have_a_pool() {
        let budget = Budget::default();
        budget.begin_search();
        let search = three_quarters(EVENT_STEPS);
        let pool = three_quarters(search);
        let walk = STEPS_PER_POSITION;
        let shares = search - pool - walk;
        budget.begin_position(4);
        assert!(budget.take((shares / 4 + pool) as usize) && !budget.is_cut());
        assert!(!budget.take(1) && budget.is_cut());
        // The second takes none, so the third and the fourth divide its share.
        budget.begin_position(3);
        budget.begin_position(2);
        let third = (shares - shares / 4 - 2 * walk) / 2;
        assert!(budget.take(third as usize) && !budget.take(1));
        budget.begin_position(1);
        let fourth = shares - shares / 4 - third - 3 * walk;
        assert!(budget.take(fourth as usize) && !budget.take(1));
    }

    #[test]
    fn a_fold_takes_steps_by_its_length() {
        for (bytes, slow_bytes, steps) in [(0, 0, 0), (31, 0, 0), (64, 0, 2), (6, 6, 6), (70, 6, 8)]
        {
            let budget = Budget::default();
            budget.take_fold(bytes, slow_bytes);
            assert_eq!((budget.taken(), budget.is_cut()), (steps, false), "{bytes} {slow_bytes}");
        }
    }

    #[test]
    fn steps_are_counted_within_a_search_and_after_it() {
        let budget = Budget::default();
        budget.begin_search();
        assert_eq!(budget.taken(), 0);
        budget.begin_position(4);
        assert_eq!(budget.taken(), STEPS_PER_POSITION);
        assert!(budget.take(5));
        assert_eq!(budget.taken(), STEPS_PER_POSITION + 5);
        // More than the share of the position, so the pool is used as well.
        assert!(budget.take(2_000));
        assert_eq!(budget.taken(), STEPS_PER_POSITION + 2_005);
        budget.end_search();
        assert_eq!(budget.taken(), STEPS_PER_POSITION + 2_005);
    }

    #[test]
    fn a_text_longer_than_the_budget_is_cut_once_it_has_a_reading_to_try() {
        let budget = Budget::default();
        budget.take_fold(0, EVENT_STEPS as usize + 1);
        budget.begin_search();
        budget.begin_position(1);
        assert!(!budget.is_cut());
        assert!(!budget.take(1) && budget.text_cut().entries && budget.is_cut());
        budget.begin_text("a");
        assert!(!budget.text_cut().entries && budget.is_cut());
    }

    #[test]
    fn patterns_have_separate_steps_and_cut_if_their_rule_acts() {
        let budget = Budget::default();
        assert!(budget.take_for_pattern(PATTERN_STEPS as usize, true));
        assert_eq!(budget.taken(), PATTERN_STEPS);
        assert!(!budget.take_for_pattern(1, false) && !budget.is_cut());
        assert!(!budget.take_for_pattern(1, true));
        assert_eq!(budget.text_cut(), Cut { entries: false, patterns: true });
        assert!(budget.is_cut() && budget.take_from_event(1));
    }

    #[test]
    fn matches_have_a_separate_limit() {
        let budget = Budget::default();
        for _ in 0..MAX_MATCHES {
            assert!(budget.take_match());
        }
        assert!(!budget.take_match() && budget.text_cut().entries && budget.taken() == 0);
    }

    #[test]
    fn a_refusal_ends_the_share_of_one_position() {
        let budget = Budget::default();
        budget.begin_search();
        budget.begin_position(2);
        assert!(!budget.take(usize::MAX));
        budget.begin_position(1);
        assert!(budget.take(1));
    }

    #[test]
    fn each_search_leaves_a_quarter_to_later_searches() {
        let mut budget = Budget::default();
        let mut left = EVENT_STEPS;
        for _ in 0..4 {
            budget.begin_search();
            budget.begin_position(1);
            let search = three_quarters(left);
            assert!(budget.take((search - STEPS_PER_POSITION) as usize) && !budget.take(1));
            left -= search;
        }
        assert!(!budget.take_from_event(EVENT_STEPS as usize));
        budget.begin_event();
        assert!(!budget.is_cut() && budget.taken() == 0);
        assert!(budget.take_from_event(EVENT_STEPS as usize) && !budget.is_cut());
    }
}
