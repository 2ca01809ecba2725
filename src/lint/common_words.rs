//! Entries that match common words because of a `*`, of endings, or of letters that may repeat.

use std::collections::{BTreeMap, HashSet};

use super::inflections::Words;
use super::probes::folded;
use super::{Capped, Check, EntryId};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Cause;
use crate::normalize::Folded;
use crate::rules::{End, Start};

/// The common words that an entry matches.
#[derive(Default)]
struct WordMatches<'w> {
    /// The first ones.
    shown: Vec<&'w str>,
    all: usize,
}

impl Check<'_> {
    /// Searches the common words with all entries, and reports entries that match a word which
    /// their author did not mean.
    pub(super) fn common_words(&mut self) {
        let words = self.options.words;
        let mut known: Option<(Words<'_>, HashSet<String>)> = None;
        let mut buffer = Folded::default();
        let mut matches: BTreeMap<EntryId, WordMatches<'_>> = BTreeMap::new();
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
                let matches = matches.entry(id).or_default();
                matches.all += 1;
                if matches.shown.len() < self.options.max_words {
                    matches.shown.push(word);
                }
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
            (Start::Word, End::Word) => "because letters may repeat",
            (Start::Word, End::Ending) => "because of its endings or repeated letters",
            _ => "because of its `*`",
        };
        let what = match matches.all {
            1 => "a common word".to_owned(),
            number => format!("{number} common words"),
        };
        let more = matches.all - matches.shown.len();
        let mut words =
            matches.shown.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        if more > 0 {
            words += &format!(" and {more} more");
        }
        let message = format!("entry matches {what} {by}: {words}");
        let help = match more {
            0 => "add exceptions for the words that are acceptable, or narrow the entry",
            _ => {
                "add exceptions for the words that are acceptable, or narrow the entry \
                 (use --all-words to list all)"
            }
        };
        let lines =
            matches.shown.iter().map(|word| self.line(id.0, &format!("! {word}"))).collect();
        Diagnostic::new(Code::CommonWordMatch, entry.location, message).help(help).paste(lines)
    }
}
