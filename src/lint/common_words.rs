//! Entries that match common words because of a `*`, of endings, or of letters that may repeat.

use std::collections::{BTreeMap, HashSet};

use super::inflections::Words;
use super::probes::folded;
use super::{Capped, Check, EntryId};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Cause;
use crate::normalize::Folded;
use crate::rules::{End, RuleId, Start};

/// The number of common words from which a pattern is reported. A pattern may mean some of them.
const MIN_PATTERN_WORDS: usize = 5;

/// The common words that an entry matches.
#[derive(Default)]
struct WordMatches<'w> {
    /// The first ones.
    shown: Vec<&'w str>,
    all: usize,
}

impl<'w> WordMatches<'w> {
    fn add(&mut self, word: &'w str, max: usize) {
        self.all += 1;
        if self.shown.len() < max {
            self.shown.push(word);
        }
    }

    /// The words that are shown, and the number of others.
    fn describe(&self) -> (String, usize) {
        let more = self.all - self.shown.len();
        let mut words =
            self.shown.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        if more > 0 {
            words += &format!(" and {more} more");
        }
        (words, more)
    }
}

impl Check<'_> {
    /// Searches the common words with all entries, and reports entries that match a word which
    /// their author did not mean.
    pub(super) fn common_words(&mut self) {
        let words = self.options.words;
        let mut known: Option<(Words<'_>, HashSet<String>)> = None;
        let mut buffer = Folded::default();
        let max = self.options.max_words;
        let mut matches: BTreeMap<EntryId, WordMatches<'_>> = BTreeMap::new();
        let mut patterns: BTreeMap<(RuleId, usize), WordMatches<'_>> = BTreeMap::new();
        for (number, &word) in words.iter().enumerate() {
            self.progress("common words", number, words.len());
            let found = self.engine.find(word, None, &mut self.scratch);
            let mut entries: Vec<EntryId> = found
                .iter()
                .filter_map(|it| match it.cause {
                    Cause::Entry(list, entry) => Some((list, entry)),
                    _ => None,
                })
                .collect();
            let mut last = None;
            for it in &found {
                if let Cause::Pattern(number) = it.cause
                    && last.replace((it.rule, number)) != Some((it.rule, number))
                {
                    patterns.entry((it.rule, number)).or_default().add(word, max);
                }
            }
            if entries.is_empty() {
                continue;
            }
            entries.sort_unstable();
            entries.dedup();
            let (common, named) = known.get_or_insert_with(|| (Words::new(words), self.named()));
            // A word that one entry means may be matched by others too.
            let is_meant = named.contains(word)
                || entries
                    .iter()
                    .any(|&id| common.means(&folded(self.entry(id), &mut buffer), word));
            if is_meant {
                continue;
            }
            for id in entries {
                matches.entry(id).or_default().add(word, max);
            }
        }
        let mut lists: BTreeMap<_, Capped> = BTreeMap::new();
        for (id, matches) in matches {
            let diagnostics = lists.entry(id.0).or_default();
            diagnostics.push(self.entry(id).location, || self.common_word_match(id, &matches));
        }
        for diagnostics in lists.into_values() {
            self.diagnostics.extend(diagnostics.into_diagnostics(Code::CommonWordMatch));
        }
        for ((rule, number), matches) in patterns {
            if matches.all >= MIN_PATTERN_WORDS {
                self.diagnostics.push(self.pattern_matches(rule, number, &matches));
            }
        }
    }

    fn pattern_matches(
        &self,
        rule: RuleId,
        number: usize,
        matches: &WordMatches<'_>,
    ) -> Diagnostic {
        let pattern = &self.engine.rules().rule(rule).patterns[number];
        let (words, _) = matches.describe();
        let message = format!("pattern matches {} common words: {words}", matches.all);
        if matches.all * 4 > self.options.words.len() {
            let message = "pattern matches a large part of all words";
            return Diagnostic::new(Code::CommonWordMatch, pattern.location, message)
                .help("require something that only the text has that you mean");
        }
        let is_word = pattern.text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '|'));
        let diagnostic = Diagnostic::new(Code::CommonWordMatch, pattern.location, message);
        if is_word {
            let whole = match pattern.text.contains('|') {
                true => format!(r"\b(?:{})\b", pattern.text),
                false => format!(r"\b{}\b", pattern.text),
            };
            diagnostic
                .help(
                    "write the words into `terms`, which match whole words in every spelling; \
                     or put `\\b`, the edge of a word, around them",
                )
                .paste(vec![format!("'''{whole}''',")])
        } else {
            diagnostic
                .help(r"narrow the pattern, for example with `\b`, the edge of a word, around it")
        }
    }

    /// The words that are entries themselves.
    fn named(&self) -> HashSet<String> {
        let lists = self.engine.rules().lists.iter();
        let entries = lists.flat_map(|list| &list.entries).filter(|entry| !entry.exception);
        let words =
            entries.filter(|entry| entry.start == Start::Word && entry.end != End::Anywhere);
        let mut buffer = Folded::default();
        words.map(|entry| folded(entry, &mut buffer)).collect()
    }

    fn common_word_match(&self, id: EntryId, matches: &WordMatches<'_>) -> Diagnostic {
        let entry = self.entry(id);
        let by = match (entry.start, entry.end) {
            _ if entry.slip => "because `~` allows one wrong letter",
            (Start::Word, End::Word) => "because letters may repeat",
            (Start::Word, End::Ending) => "because of its endings or repeated letters",
            _ => "because of its `*`",
        };
        let what = match matches.all {
            1 => "a common word".to_owned(),
            number => format!("{number} common words"),
        };
        let (words, more) = matches.describe();
        let message = format!("this entry also matches {what} {by}: {words}");
        let help = match more {
            0 => "if some of these words are harmless, add the lines below; else narrow the entry",
            _ => {
                "if some of these words are harmless, add the lines below; else narrow the entry \
                 (--all-words lists all)"
            }
        };
        let lines =
            matches.shown.iter().map(|word| self.line(id.0, &format!("! {word}"))).collect();
        Diagnostic::new(Code::CommonWordMatch, entry.location, message).help(help).paste(lines)
    }
}
