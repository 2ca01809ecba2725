//! Deleted messages that the rules do not catch, and the words in them: [`Missed`].

use std::collections::{BTreeSet, HashMap, HashSet};

use ivs_chat_review::ivs::MAX_MESSAGE_LENGTH;

use super::super::check::common_words;

/// The maximum number of distinct texts, and of distinct words, that are counted.
const MAX_DISTINCT: usize = 10_000;

/// The maximum length of a message in bytes.
const MAX_BYTES: usize = 4 * MAX_MESSAGE_LENGTH;

/// Counts distinct texts and their words, up to a number of each, so memory is bounded.
#[derive(Default)]
pub(super) struct Missed {
    /// How many are shown; with 0 no text is kept.
    shown: usize,
    texts: HashMap<String, u64>,
    words: HashMap<String, u64>,
}

impl Missed {
    pub(super) fn new(shown: usize) -> Missed {
        Missed { shown, ..Missed::default() }
    }

    /// Whether texts are needed.
    pub(super) fn is_enabled(&self) -> bool {
        self.shown > 0
    }

    /// Adds the text of a message.
    pub(super) fn extend(&mut self, text: Option<String>) {
        // A line of text may be longer than any message.
        let Some(text) = text.filter(|text| text.len() <= MAX_BYTES) else { return };
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        for word in words.collect::<BTreeSet<_>>() {
            count(&mut self.words, word);
        }
        count(&mut self.texts, &text);
    }

    /// Returns the most frequent texts.
    pub(super) fn texts(&self) -> Vec<(&str, u64)> {
        most_frequent(&self.texts, self.shown, |_| true)
    }

    /// Returns the most frequent words that are not common words.
    pub(super) fn words(&self) -> Vec<(&str, u64)> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let common: HashSet<String> = common_words::words().into_iter().collect();
        most_frequent(&self.words, self.shown, |word| !common.contains(word))
    }
}

fn count(counts: &mut HashMap<String, u64>, text: &str) {
    if let Some(count) = counts.get_mut(text) {
        *count += 1;
    } else if counts.len() < MAX_DISTINCT {
        counts.insert(text.to_owned(), 1);
    }
}

fn most_frequent(
    counts: &HashMap<String, u64>,
    shown: usize,
    is_shown: impl Fn(&str) -> bool,
) -> Vec<(&str, u64)> {
    let counts = counts.iter().map(|(text, count)| (text.as_str(), *count));
    let mut counts: Vec<(&str, u64)> = counts.filter(|(text, _)| is_shown(text)).collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.truncate(shown);
    counts
}
