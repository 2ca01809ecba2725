//! The most frequent of the first distinct messages that change, and the IDs of those that change:
//! [`Samples`], [`Ids`].

use std::collections::{BTreeMap, HashMap};

use ivs_chat_review::compare::{Cause, Class, Comparison};
use ivs_chat_review::ivs::MAX_MESSAGE_LENGTH;
use ivs_chat_review::span::Span;

/// The maximum number of distinct texts that are counted for a cause and class.
const MAX_TEXTS: usize = 100;

/// The maximum length of a message in bytes.
const MAX_BYTES: usize = 4 * MAX_MESSAGE_LENGTH;

/// The maximum number of causes and classes for which texts are counted.
const MAX_CAUSES: usize = 1_000;

/// Distinct texts, each with its count and the spans of its matches.
type Texts = HashMap<String, (u64, Vec<Span>)>;

/// The same for output: the text, its count and the spans.
type Sample<'s> = (&'s str, u64, &'s [Span]);

/// Counts texts, up to a number of distinct ones, so memory is bounded.
pub(super) struct Samples {
    /// How many are shown for each cause and class; with 0 no text is kept.
    shown: usize,
    causes: BTreeMap<(Cause, Class), Texts>,
}

impl Samples {
    pub(super) fn new(shown: usize) -> Samples {
        Samples { shown, causes: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, comparison: &Comparison, text: &str) {
        // A line of text may be longer than any message.
        let is_message = text.len() <= MAX_BYTES;
        if self.shown == 0 || comparison.class == Class::Unchanged || !is_message {
            return;
        }
        for cause in &comparison.causes {
            let key = (cause.clone(), comparison.class);
            if self.causes.len() == MAX_CAUSES && !self.causes.contains_key(&key) {
                continue;
            }
            let texts = self.causes.entry(key).or_default();
            if let Some((count, _)) = texts.get_mut(text) {
                *count += 1;
            } else if texts.len() < MAX_TEXTS {
                texts.insert(text.to_owned(), (1, comparison.spans.clone()));
            }
        }
    }

    /// Returns the most frequent texts of each cause and class.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Cause, Class, Vec<Sample<'_>>)> {
        self.causes.iter().map(|((cause, class), texts)| {
            let mut texts: Vec<Sample<'_>> = texts
                .iter()
                .map(|(text, (count, spans))| (text.as_str(), *count, spans.as_slice()))
                .collect();
            texts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            texts.truncate(self.shown);
            (cause, *class, texts)
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }
}

/// The maximum number of IDs of a class.
const MAX_IDS: usize = 1_000;

/// The IDs of the first messages that change, by class.
#[derive(Default)]
pub(super) struct Ids(BTreeMap<Class, Vec<String>>);

impl Ids {
    pub(super) fn add(&mut self, class: Class, id: String) {
        let ids = self.0.entry(class).or_default();
        if ids.len() < MAX_IDS {
            ids.push(id);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Class, &[String])> {
        self.0.iter().map(|(class, ids)| (*class, ids.as_slice()))
    }
}
