//! An entry as messages may have it.

use crate::normalize::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};
use crate::rules::{ENDINGS, End, Entry, Start};

/// Letters to put before and behind an entry that may stand in the middle of a word. Hardly any word or
/// entry has them there.
const PREFIX: &str = "qz";
const SUFFIX: &str = "zq";

/// An entry as messages are compared with it.
pub(super) fn folded(entry: &Entry, buffer: &mut Folded) -> String {
    let disguises = if entry.plain { Disguises::None } else { Disguises::Standard };
    let form = Form { disguises, layout: Layout::Verbatim };
    Normalized::new(&entry.text, form, SymbolMode::Entry, buffer).text().to_owned()
}

/// The words of an entry, then the same as a part of longer words where it may be one.
pub(super) fn plain_probes(entry: &Entry) -> Vec<String> {
    let text = &entry.text;
    let mut messages = vec![text.clone()];
    match entry.end {
        End::Word => {}
        End::Anywhere => messages.push(format!("{text}{SUFFIX}")),
        End::Ending => messages.extend(ENDINGS.iter().map(|ending| format!("{text}{ending}"))),
    }
    if entry.start == Start::Anywhere {
        let inside: Vec<String> = messages.iter().map(|it| format!("{PREFIX}{it}")).collect();
        messages.extend(inside);
    }
    messages
}

/// The same in the disguises that not every entry is seen through: letters one by one, and hidden ones. A
/// message that no entry at all would be hit by does no harm.
pub(super) fn obfuscated_probes(entry: &Entry) -> Vec<String> {
    let whole = entry.start == Start::Word && entry.end != End::Anywhere;
    if !whole || entry.plain {
        return Vec::new();
    }
    let letters: Vec<char> = entry.text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut messages = Vec::new();
    if letters.len() > 2 {
        let spelled: Vec<String> = letters.iter().map(char::to_string).collect();
        messages.push(spelled.join(" "));
        if entry.end == End::Ending {
            messages.push(format!("{} s", spelled.join(" ")));
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
