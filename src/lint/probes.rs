//! Probes: messages in which an entry should be found.

use crate::engine::required_marks;
use crate::normalize::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};
use crate::rules::{End, Entry, Start};

/// Letters before and after an entry that may occur inside a word. Hardly any word or entry has
/// this sequence.
const PREFIX: &str = "qz";
const SUFFIX: &str = "zq";

/// Folds an entry as messages are folded.
pub(super) fn folded(entry: &Entry, buffer: &mut Folded) -> String {
    normalized(entry, buffer).text().to_owned()
}

/// Folds an entry, and returns the accents that it requires as well, each with the offset of its
/// letter: `göt` is `got` and the dots of its `o`.
pub(super) fn folded_with_accents(
    entry: &Entry,
    buffer: &mut Folded,
) -> (String, Vec<(usize, char)>) {
    let normalized = normalized(entry, buffer);
    let marks = required_marks(normalized.text(), normalized.folded().marks());
    (normalized.text().to_owned(), marks)
}

fn normalized<'b>(entry: &'b Entry, buffer: &'b mut Folded) -> Normalized<'b> {
    let disguises = if entry.plain { Disguises::None } else { Disguises::Standard };
    let form = Form { disguises, layout: Layout::Verbatim };
    Normalized::new(&entry.text, form, SymbolMode::Entry, buffer)
}

/// Messages with the entry, also as part of a longer word if that is allowed.
pub(super) fn plain_probes(entry: &Entry) -> Vec<String> {
    let text = &entry.text;
    let mut messages = vec![text.clone()];
    match entry.end {
        End::Word => {}
        End::Anywhere => messages.push(format!("{text}{SUFFIX}")),
        End::Ending => {
            messages.extend(entry.language.endings().map(|ending| format!("{text}{ending}")));
        }
    }
    if entry.start == Start::Anywhere {
        let inside: Vec<String> = messages.iter().map(|it| format!("{PREFIX}{it}")).collect();
        messages.extend(inside);
    }
    messages
}

/// Messages with the entry in obfuscations that do not apply to every entry: spaced letters and
/// hidden letters. A probe that matches no entry does no harm.
pub(super) fn obfuscated_probes(entry: &Entry) -> Vec<String> {
    let whole = entry.start == Start::Word && entry.end != End::Anywhere;
    if !whole || entry.plain {
        return Vec::new();
    }
    let letters: Vec<char> = entry.text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut messages = Vec::new();
    if letters.len() > 2 {
        let spaced: Vec<String> = letters.iter().map(char::to_string).collect();
        messages.push(spaced.join(" "));
        if entry.end == End::Ending {
            messages.push(format!("{} s", spaced.join(" ")));
        }
    }
    if letters.len() > 3 {
        let hidden = |(at, c): (usize, char)| if at == 1 { '*' } else { c };
        messages.push(entry.text.chars().enumerate().map(hidden).collect());
        if !entry.text.starts_with(char::is_whitespace) {
            messages.push(format!("l'{}", entry.text));
        }
    }
    messages
}
