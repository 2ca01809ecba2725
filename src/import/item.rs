//! The report of an import: one [`Item`] for each entry of a file.

use super::entry::{self, Entry};
use crate::rules::{End, Start};

/// What an import did to the meaning of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It matches what it matched.
    Unchanged,
    /// It matches more.
    Widened,
    /// It matches less.
    Narrowed,
    /// It was not imported.
    LeftOut,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::Unchanged, Kind::Widened, Kind::Narrowed, Kind::LeftOut];

    /// Returns the name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Unchanged => "unchanged",
            Kind::Widened => "widened",
            Kind::Narrowed => "narrowed",
            Kind::LeftOut => "left out",
        }
    }
}

/// One entry or setting of a file, and what it was imported as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The index of the file.
    pub file: usize,
    /// The line in the file, from 1.
    pub line: usize,
    /// The entry as in the file.
    pub entry: String,
    /// What happened to its meaning.
    pub kind: Kind,
    /// Why the meaning changed; empty if it did not.
    pub reason: String,
    /// The lines of the list that are written for it.
    pub lines: Vec<String>,
    /// The patterns of the rule that are written for it.
    pub patterns: Vec<String>,
    /// The maximum number of mentions that it sets.
    pub mentions: Option<u64>,
    /// A text that the system matches, if that is known.
    pub(super) probe: Option<String>,
}

const PHRASE_START: &str = "a phrase cannot begin inside a longer word";
pub(super) const AS_PATTERN: &str = "written as a pattern, which matches no obfuscated spelling";

impl Item {
    fn new(line: usize, entry: &str) -> Item {
        Item {
            file: 0,
            line,
            entry: entry.to_owned(),
            kind: Kind::Unchanged,
            reason: String::new(),
            lines: Vec::new(),
            patterns: Vec::new(),
            mentions: None,
            probe: None,
        }
    }

    pub(super) fn left_out(line: usize, entry: &str, reason: impl Into<String>) -> Item {
        Item { kind: Kind::LeftOut, reason: reason.into(), ..Item::new(line, entry) }
    }

    pub(super) fn limit(line: usize, entry: &str, mentions: u64) -> Item {
        Item { mentions: Some(mentions), ..Item::new(line, entry) }
    }

    pub(super) fn pattern(line: usize, entry: &str, pattern: String) -> Item {
        Item { patterns: vec![pattern], ..Item::new(line, entry) }
    }

    /// A text in which no character has a meaning.
    pub(super) fn literal(line: usize, text: &str) -> Item {
        Item::entry(line, text, text, (Start::Word, End::Word), None)
    }

    /// A text with `*` at its start and end. One inside is matched by the pattern `inner`, or is the
    /// character itself.
    pub(super) fn starred(line: usize, text: &str, inner: Option<&str>) -> Item {
        let (start, word, end) = entry::split_stars(text);
        if word.is_empty() {
            let reason = match text.contains('*') {
                true => "`*` without a word would match every message",
                false => "it is empty",
            };
            return Item::left_out(line, text, reason);
        }
        Item::entry(line, text, word, (start, end), inner)
    }

    /// A text that matches inside longer words, or only as a whole word.
    pub(super) fn partial(line: usize, text: &str, is_partial: bool) -> Item {
        let is_phrase = text.split_whitespace().nth(1).is_some();
        let edges = match is_partial {
            true if is_phrase => (Start::Word, End::Anywhere),
            true => (Start::Anywhere, End::Anywhere),
            false => (Start::Word, End::Word),
        };
        let item = Item::entry(line, text, text, edges, None);
        if is_partial && is_phrase { item.narrowed(PHRASE_START) } else { item }
    }

    fn entry(
        line: usize,
        entry: &str,
        word: &str,
        edges: (Start, End),
        inner: Option<&str>,
    ) -> Item {
        let item = Item::new(line, entry);
        let probe = (!word.contains('*') || inner.is_none()).then(|| word.to_owned());
        match entry::write(word, edges, inner) {
            Ok(Entry::Line(line)) => Item { lines: vec![line], probe, ..item },
            Ok(Entry::Pattern(pattern)) => {
                Item { patterns: vec![pattern], probe, ..item }.narrowed(AS_PATTERN)
            }
            Err(reason) => Item::left_out(line, entry, reason),
        }
    }

    /// An exception with `*` at its start and end.
    pub(super) fn exception(line: usize, text: &str) -> Item {
        let (start, word, end) = entry::split_stars(text);
        match entry::exception(word, (start, end)) {
            Ok(written) => Item { lines: vec![written], ..Item::new(line, text) },
            Err(reason) => Item::left_out(line, text, reason),
        }
    }

    /// Sets that the item matches more, unless more than that is known of it.
    pub(super) fn widened(self, reason: impl Into<String>) -> Item {
        match self.kind {
            Kind::Unchanged => Item { kind: Kind::Widened, reason: reason.into(), ..self },
            _ => self,
        }
    }

    /// Sets that the item matches less.
    pub(super) fn narrowed(self, reason: impl Into<String>) -> Item {
        match self.kind {
            Kind::Unchanged => Item { kind: Kind::Narrowed, reason: reason.into(), ..self },
            Kind::Widened => {
                let reason = format!("{}; {}", self.reason, reason.into());
                Item { kind: Kind::Narrowed, reason, ..self }
            }
            _ => self,
        }
    }

    /// Adds the last day on which the item is active.
    pub(super) fn until(mut self, day: jiff::civil::Date) -> Item {
        match self.patterns.is_empty() {
            true => {
                self.lines.iter_mut().for_each(|line| *line += &format!(" @until {day}"));
                self.widened("active to the end of its last day (UTC)")
            }
            false => self.widened("a pattern does not expire"),
        }
    }

    pub(super) fn is_phrase(&self) -> bool {
        self.entry.split_whitespace().nth(1).is_some()
    }

    /// Removes what was written.
    pub(super) fn leave_out(&mut self, reason: impl Into<String>) {
        let left_out = Item::left_out(self.line, &self.entry, reason);
        *self = Item { file: self.file, ..left_out };
    }
}
