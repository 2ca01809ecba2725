//! The entries that one way of folding serves: [`Index`].

use std::ops::Range;

use jiff::civil::Date;

use super::compile::Search;
use super::compiled::{GAP, Target};
use super::prefix_filter::Filter;
use super::symbol::Code;
use super::trie::{Keys, Trie};
use super::verify::{Letters, Matcher};
use super::view::Text;
use super::walk::{Found, Symbols, Walk};
use crate::engine::budget::Budget;
use crate::normalize::{CharSet, Disguises, Facts, Folded, Form, Layout, leet};
use crate::rules::{Entry, Rules};

/// Entries with the same text among which an equal one is looked for.
const MAX_COMPARED: usize = 64;

/// Entries folded in one way: found by the codes of their letters, and then compared.
pub(super) struct Index {
    pub(super) form: Form,
    /// The symbols in the entries; an entry needs one of them. Empty for [`Layout::Words`].
    symbols: CharSet,
    /// The entries that stand where a word begins.
    words: Tree,
    /// The entries that stand anywhere.
    parts: Tree,
    /// Those begin with letters, which may repeat, so that none needs to be looked for behind the first
    /// of several equal letters.
    parts_repeat: bool,
    /// Sorted by their keys, those of `words` first.
    targets: Vec<Target>,
    /// The texts of all targets, one behind the other.
    texts: String,
}

/// The keys of some entries.
struct Tree {
    trie: Trie,
    filter: Filter,
    symbols: Symbols,
}

/// Where an entry stands in a folded text.
pub(super) struct Candidate<'i> {
    pub(super) target: &'i Target,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) letters: Letters,
}

impl Index {
    /// Whether a message with those symbols cannot have any of the entries.
    pub(super) fn must_skip(&self, seen: CharSet) -> bool {
        self.form.layout == Layout::Full && !self.symbols.may_share(seen)
    }

    /// The text of an entry.
    pub(super) fn text(&self, target: &Target) -> &str {
        let (start, length) = target.text;
        &self.texts[start as usize..][..length as usize]
    }

    /// Whether the entry is one of these.
    pub(super) fn has(&self, target: &Target) -> bool {
        self.targets.as_ptr_range().contains(&std::ptr::from_ref(target))
    }

    /// Adds the entries that stand in a folded text where they may, of those that work on that day. Takes
    /// what that costs from a search of the budget.
    pub(super) fn search<'i>(
        &'i self,
        rules: &'i Rules,
        folded: &Folded,
        day: Option<Date>,
        matcher: &mut Matcher,
        budget: &Budget,
        found: &mut Vec<Candidate<'i>>,
    ) {
        let text = Text::new(folded, self.form);
        let mut walk = Walk::new(&text, budget);
        let mut verify = |start: usize, place: Found| {
            for target in &self.targets[place.items] {
                if place.goes_on && target.ends_whole() {
                    continue;
                }
                if target.dated && !rules.entry(target.list, target.entry).is_active_on(day) {
                    continue;
                }
                if place.letters == Letters::Hidden && !target.may_hide() {
                    continue;
                }
                let entry = self.text(target);
                if let Some(end) = matcher.end(&text, target, entry, start, place.letters, budget) {
                    let letters = place.letters;
                    found.push(Candidate { target, start, end, letters });
                }
            }
        };
        let bytes = text.text().as_bytes();
        let Index { words, parts, .. } = self;
        let starts = if words.trie.is_empty() { &[] } else { folded.starts() };
        let parts_left = |start: usize| if parts.trie.is_empty() { 0 } else { bytes.len() - start };
        budget.take_fold(bytes.len(), folded.slow_bytes());
        budget.begin_search();
        for (number, &start) in starts.iter().enumerate() {
            if words.filter.may_begin(bytes, start) {
                budget.begin_place(starts.len() - number + parts_left(0));
                walk.from(&words.trie, words.symbols, start, &mut verify);
            }
        }
        if !parts.trie.is_empty() {
            let mut last = None;
            for (start, c) in text.text().char_indices() {
                let repeats = c.is_ascii_alphabetic() && last == Some(c);
                let is_done = repeats && self.parts_repeat;
                if !is_done && parts.filter.may_begin(bytes, start) {
                    budget.begin_place(parts_left(start));
                    walk.from(&parts.trie, parts.symbols, start, &mut verify);
                }
                last = Some(c);
            }
        }
        budget.end_search();
    }

    /// The entries whose letters may be some of a row that begin with the one at byte `at`.
    pub(super) fn begin_with<'i>(
        &'i self,
        rules: &'i Rules,
        letters: &Text<'_>,
        at: usize,
        day: Option<Date>,
        budget: &Budget,
    ) -> Vec<&'i Target> {
        let mut found = Vec::new();
        for Tree { trie, .. } in [&self.words, &self.parts] {
            let symbols = Symbols { are_literal: true, ..Symbols::default() };
            Walk::new(letters, budget).from(trie, symbols, at, &mut |_, place| {
                let targets = self.targets[place.items].iter().filter(|target| target.whole);
                found.extend(targets.filter(|target| {
                    !target.dated || rules.entry(target.list, target.entry).is_active_on(day)
                }));
            });
        }
        found
    }

    /// Whether some of its entries are exceptions.
    pub(super) fn has_exceptions(&self) -> bool {
        self.targets.iter().any(|target| target.exception)
    }

    /// The heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        let trees = [&self.words, &self.parts];
        trees.map(|tree| tree.trie.memory() + tree.filter.memory()).iter().sum::<usize>()
            + self.targets.capacity() * size_of::<Target>()
            + self.texts.capacity()
            + self.targets.iter().map(|it| size_of_val(&*it.look_alikes)).sum::<usize>()
    }
}

/// An [`Index`] under construction.
#[derive(Default)]
pub(super) struct Builder {
    searches: Vec<(Range<usize>, Target)>,
    texts: String,
    keys: Vec<u8>,
    /// Of letters that stand one by one, without what stands between the words.
    spelled: bool,
}

impl Builder {
    /// Of entries whose letters stand one by one.
    pub(super) fn spelled() -> Builder {
        Builder { spelled: true, ..Builder::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.searches.is_empty()
    }

    pub(super) fn add(&mut self, Search { text, mut target, .. }: Search, squeezes: bool) {
        target.text = (self.texts.len() as u32, text.len() as u32);
        let start = self.keys.len();
        let mut last = None;
        let spelled = self.spelled;
        let chars = text.chars().filter(|&c| !(spelled && matches!(c, GAP | '\'')));
        for code in chars.map(Code::of) {
            if !(squeezes && last == Some(code)) {
                self.keys.extend(code.steps());
            }
            last = Some(code);
        }
        self.texts.push_str(&text);
        self.searches.push((start..self.keys.len(), target));
    }

    pub(super) fn build(mut self, rules: &Rules, form: Form) -> Index {
        let keys = std::mem::take(&mut self.keys);
        let key = |range: &Range<usize>| &keys[range.clone()];
        self.searches.sort_unstable_by(|(a, left), (b, right)| {
            let by_key = (!left.opens).cmp(&!right.opens).then_with(|| key(a).cmp(key(b)));
            by_key.then(a.start.cmp(&b.start))
        });
        let text =
            |target: &Target| &self.texts[target.text.0 as usize..][..target.text.1 as usize];
        let mut symbols = CharSet::NONE;
        let mut sorted = Sorted { keys: &keys, ranges: Vec::with_capacity(self.searches.len()) };
        let mut targets: Vec<Target> = Vec::with_capacity(self.searches.len());
        let mut group = 0;
        for (range, target) in self.searches {
            let goes_on = targets.last().is_some_and(|last| last.opens == target.opens)
                && sorted.ranges.last().is_some_and(|last| key(last) == key(&range));
            if !goes_on {
                group = targets.len();
            }
            if form.layout == Layout::Full {
                symbols.extend(symbols_of(text(&target)));
            }
            let same_text = |it: &&Target| text(it) == text(&target);
            let mut group = targets[group..].iter().filter(same_text).take(MAX_COMPARED);
            if !group.any(|it| does_as(rules, it, &target)) {
                targets.push(target);
                sorted.ranges.push(range);
            }
        }
        let anywhere = targets.partition_point(|target| target.opens);
        let (first, rest) = (0..anywhere, anywhere..targets.len());
        let squeezes = squeezes(form.disguises);
        let tree = |items: Range<usize>| Tree {
            filter: Filter::new(&sorted, items.clone(), squeezes),
            symbols: symbols_of_entries(form, &targets[items.clone()], text),
            trie: Trie::new(&sorted, items),
        };
        let (words, parts) = (tree(first), tree(rest));
        let is_letter = |c| Facts::of(c).is_letter();
        let parts_repeat = squeezes
            && targets[anywhere..].iter().all(|target| text(target).starts_with(is_letter));
        Index { form, symbols, words, parts, parts_repeat, targets, texts: self.texts }
    }
}

/// What symbols in a message may be to these entries.
fn symbols_of_entries<'t>(
    form: Form,
    targets: &[Target],
    text: impl Fn(&Target) -> &'t str,
) -> Symbols {
    let mut symbols = Symbols::default();
    for target in targets {
        let text = text(target);
        symbols.are_literal |= text.contains(leet::is_leet);
        let words = form == (Form { disguises: Disguises::Standard, layout: Layout::Words });
        if words && target.may_hide() {
            let length = text.chars().count();
            let repeated = text.chars().map(Code::of).collect::<Vec<_>>();
            let repeated = repeated.windows(2).filter(|pair| pair[0] == pair[1]).count();
            symbols.longest_hidden = symbols.longest_hidden.max(length);
            symbols.most_repeated = symbols.most_repeated.max(repeated);
            symbols.begin_hidden |= text
                .split(GAP)
                .any(|word| word.starts_with(|c: char| c.is_ascii_digit() || leet::is_leet(c)));
        }
    }
    symbols
}

struct Sorted<'k> {
    keys: &'k [u8],
    ranges: Vec<Range<usize>>,
}

impl Keys for Sorted<'_> {
    fn key(&self, item: usize) -> &[u8] {
        &self.keys[self.ranges[item].clone()]
    }
}

/// Whether two entries of the same text do the same on the same days: a line that stands there twice would
/// be hit twice.
fn does_as(rules: &Rules, a: &Target, b: &Target) -> bool {
    let entry = |target: &Target| -> &Entry { rules.entry(target.list, target.entry) };
    a.does_as(b) && entry(a).has_same_days(entry(b))
}

/// The symbols that a message needs for an entry to stand in it.
fn symbols_of(text: &str) -> CharSet {
    let chars = || text.split(GAP).flat_map(str::chars);
    let (mut symbols, mut marks) = (CharSet::NONE, CharSet::NONE);
    chars().filter(|&c| !Facts::of(c).is_word()).for_each(|c| symbols.add(c));
    chars().for_each(|c| marks.add(c));
    // A mark by itself stands on no letter, and so is a symbol in a message.
    if symbols == CharSet::NONE { marks } else { symbols }
}

/// Whether a message may repeat the letters of entries.
pub(super) fn squeezes(disguises: Disguises) -> bool {
    disguises == Disguises::Standard
}
