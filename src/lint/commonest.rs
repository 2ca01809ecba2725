//! Entries that are themselves among the most common words, such as `the`, or one letter.

use std::collections::HashSet;

use super::probes::folded_with_accents;
use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic};
use crate::normalize::{CharProps, Folded};
use crate::rules::{Entry, ListId, Start};

/// Words of chat that the list of common words lacks, because they are short.
const CHAT_WORDS: [&str; 72] = [
    "he", "is", "it", "to", "i", "an", "am", "as", "at", "be", "by", "do", "go", "hi", "if", "in",
    "me", "my", "no", "of", "oh", "ok", "on", "or", "so", "up", "us", "we", "im", "ya", "yo", "gg",
    "ez", "lol", "lmao", "omg", "brb", "afk", "gl", "hf", "gn", "gm", "ty", "np", "wp", "pls",
    "plz", "thx", "idk", "irl", "imo", "tbh", "btw", "xd", "pog", "bro", "bruh", "sus", "gtg",
    "wtf", "lmfao", "rofl", "ggwp", "ign", "dm", "pm", "tho", "cuz", "ur", "tv", "ai", "vs",
];
/// Common words that are also listed as mild insults.
const LISTED: [&str; 4] = ["damn", "hate", "hell", "dick"];

impl Check<'_> {
    /// Reports the entries of lists that most messages contain.
    pub(super) fn commonest(&mut self, lists: &[ListId]) {
        let count = self.options.commonest.min(self.options.words.len());
        if count == 0 {
            return;
        }
        let words = &self.options.words[..count];
        let common: HashSet<&str> = words.iter().copied().chain(CHAT_WORDS).collect();
        for &list in lists {
            self.commonest_in(list, &common);
        }
    }

    fn commonest_in(&mut self, id: ListId, common: &HashSet<&str>) {
        let list = self.engine.rules().list(id);
        let mut buffer = Folded::default();
        let mut diagnostics = Capped::default();
        for (number, entry) in list.entries.iter().enumerate().filter(|(_, it)| !it.exception) {
            let (text, accents) = folded_with_accents(entry, &mut buffer);
            let mut chars = text.chars();
            let first = chars.next().map(CharProps::of);
            let is_letter = |props: CharProps| props.is_word() && !props.is_unspaced();
            if first.is_some_and(is_letter) && chars.next().is_none() {
                self.commonest.insert((id, number));
                diagnostics.push(entry.location, || letter(entry, &text));
            } else if accents.is_empty()
                && common.contains(text.as_str())
                && !LISTED.contains(&text.as_str())
                && entry.start == Start::Word
            {
                self.commonest.insert((id, number));
                diagnostics.push(entry.location, || word(entry));
            }
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::CommonWordMatch));
    }
}

fn letter(entry: &Entry, text: &str) -> Diagnostic {
    let message =
        format!("a single letter matches wherever `{text}` is a word or is between symbols");
    Diagnostic::new(Code::CommonWordMatch, entry.location, message)
        .help("write the whole word or phrase that is meant, or remove the line")
}

fn word(entry: &Entry) -> Diagnostic {
    let message = format!("`{}` is one of the most common words of all", entry.text);
    Diagnostic::new(Code::CommonWordMatch, entry.location, message)
        .help("write the phrase that is meant, such as several words, or remove the line")
}
