//! Entries that consist of ordinary punctuation.

use super::finding::Finding;
use crate::normalize::leet::is_leet;

/// Characters that ordinary messages are full of.
const PUNCTUATION: &str = ".,:;!?'\"-_/()&=~%$<>[]{}|`´…–—‘’“”«»、。！？，：；（）「」・¿¡،؛؟।";
/// Of these, those that are also common in rows.
const ROWS: &str = ".!?-_=~,。！？…";

pub(super) fn find(raw: &str) -> Option<Finding> {
    if matches!(raw, ".*" | ".+" | ".*?" | "^.*$" | "*.*" | "?*" | "%%") {
        let message = "this is any text in other tools, and only these symbols in a list";
        let advice = "remove the line; to match every message, write in a rule of rules.toml: \
                      patterns = ['''.''']";
        return Some(Finding::new(0..raw.len(), message).advice(advice));
    }
    // With a letter of leet `*` is a wildcard; without one it is part of an emoticon.
    let inner = raw.trim_matches('*');
    if inner.len() < raw.len() && !inner.chars().all(is_leet) {
        return None;
    }
    let raw = inner;
    let first = raw.chars().next().filter(|&c| PUNCTUATION.contains(c))?;
    let count = raw.chars().count();
    let is_row = ROWS.contains(first) && raw.chars().all(|c| c == first);
    (count == 1 || is_row).then(|| {
        Finding::new(0..raw.len(), format!("this entry matches every `{raw}` of ordinary messages"))
            .advice("remove the line, or limit symbols with `limit` in rules.toml")
    })
}
