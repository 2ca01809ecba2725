//! Entries that match common words of other languages because accents are decoration and letters may
//! repeat: `cac` matches Vietnamese *các*.

use std::collections::BTreeMap;

use super::{Capped, Check, EntryId};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Cause;
use crate::language::Language;

/// The longest word that is reported. Longer ones with other accents are nearly always the same word,
/// such as Hungarian *idióta* for `idiota`.
const MAX_LENGTH: usize = 5;

impl Check<'_> {
    /// Searches the commonest words of other languages, and reports entries that match one in which
    /// they do not occur as they are written.
    pub(super) fn foreign_words(&mut self) {
        let words = self.options.foreign_words;
        let mut matches: BTreeMap<EntryId, Vec<(Language, &str)>> = BTreeMap::new();
        for (number, (language, word)) in words.iter().enumerate() {
            self.progress("words of other languages", number, words.len());
            if word.chars().count() > MAX_LENGTH {
                continue;
            }
            let found = self.engine.find(word, None, &mut self.scratch);
            let entries = found.iter().filter_map(|it| match it.cause {
                Cause::Entry(list, entry) => Some(((list, entry), it.span)),
                _ => None,
            });
            let entries: Vec<_> = entries.collect();
            // A word that one entry has as it is written may be matched by others too.
            let is_meant = |&(id, span): &(EntryId, crate::span::Span)| {
                let text = self.entry(id).text.to_lowercase();
                word[span.range()].contains(&text) || *word == text
            };
            if entries.iter().any(is_meant) {
                continue;
            }
            for (id, _) in entries {
                let words = matches.entry(id).or_default();
                if words.last() != Some(&(*language, word.as_str())) {
                    words.push((*language, word));
                }
            }
        }
        let mut lists: BTreeMap<_, Capped> = BTreeMap::new();
        // Of others it was said already that they match too much.
        matches.retain(|id, _| !self.commonest.contains(id));
        for (id, words) in matches {
            let diagnostics = lists.entry(id.0).or_default();
            diagnostics.push(self.entry(id).location, || self.foreign_word_match(id, &words));
        }
        for diagnostics in lists.into_values() {
            self.diagnostics.extend(diagnostics.into_diagnostics(Code::CommonWordMatch));
        }
    }

    fn foreign_word_match(&self, id: EntryId, words: &[(Language, &str)]) -> Diagnostic {
        let shown = &words[..words.len().min(self.options.max_words)];
        let mut names: Vec<String> = shown
            .iter()
            .map(|(language, word)| format!("`{word}` ({})", language.name()))
            .collect();
        if words.len() > shown.len() {
            names.push(format!("{} more", words.len() - shown.len()));
        }
        let message = format!(
            "entry matches common words of other languages, because accents do not count and \
             letters may repeat: {}",
            names.join(", ")
        );
        let help = "add exceptions for the words that are acceptable, or name the language of the \
                    list, such as `#! language: vi` in its first line";
        let mut lines: Vec<String> = Vec::new();
        for (_, word) in shown {
            let line = self.line(id.0, &format!("! {word}"));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let location = self.entry(id).location;
        Diagnostic::new(Code::CommonWordMatch, location, message).help(help).paste(lines)
    }
}
