//! Rows of a table: of `gloober,deny,3` the first cell is the entry, and the others are a note.

use super::flags::day;

/// What tables of other tools have beside a word: actions, levels and states.
const VALUES: [&str; 47] = [
    "noun",
    "verb",
    "adj",
    "adj.",
    "adjective",
    "n.",
    "v.",
    "deny",
    "denied",
    "mask",
    "masked",
    "replace",
    "tag",
    "allow",
    "block",
    "blocked",
    "ban",
    "banned",
    "timeout",
    "mute",
    "kick",
    "warn",
    "warning",
    "delete",
    "deleted",
    "remove",
    "hide",
    "hold",
    "flag",
    "censor",
    "purge",
    "true",
    "false",
    "active",
    "inactive",
    "enabled",
    "disabled",
    "none",
    "null",
    "high",
    "medium",
    "low",
    "mild",
    "severe",
    "strong",
    "exact",
    "permanent",
];
/// The names of columns.
#[rustfmt::skip]
const NAMES: [&str; 44] = [
    "word", "words", "term", "terms", "phrase", "text", "entry", "keyword", "blocked term",
    "blocked terms", "bad word", "banned word", "action", "level", "severity", "category", "type",
    "language", "lang", "locale", "note", "notes", "comment", "reason", "date", "created",
    "created at", "created by", "added by", "expires", "expires at", "user", "moderator", "id",
    "no", "nr", "score", "weight", "match", "match type", "enabled", "status", "tag", "duration",
];

/// Returns the entry and the note of a row; `None` if the cells may be several entries.
pub(crate) fn row<'t>(cells: &[&'t str]) -> Option<(&'t str, String)> {
    let cells = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let mut cells = cells.skip_while(|cell| is_number(cell)).peekable();
    let first = cells.next()?;
    let rest: Vec<&str> = cells.collect();
    rest.iter().any(|cell| is_value(cell)).then(|| (first, rest.join(" ")))
}

/// Whether the first cells are the names of columns.
pub(crate) fn is_header(cells: &[&str]) -> bool {
    let is_name = |cell: &&str| NAMES.contains(&cell.trim().to_lowercase().as_str());
    cells.len() > 1 && cells.iter().take(2).all(is_name)
}

fn is_number(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'%' | b'-'))
}

pub(super) fn is_value(cell: &str) -> bool {
    let unit = cell.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_duration = unit.len() < cell.len() && matches!(unit, "s" | "m" | "h" | "d" | "min");
    let date = cell.split(['T', ' ']).next().unwrap_or_default();
    is_number(cell)
        || is_duration
        || day(date).is_some()
        || VALUES.contains(&cell.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_a_row_is_its_entry() {
        for (cells, entry) in [
            (&["gloober", "deny", "3"][..], Some(("gloober", "deny 3"))),
            (&["7", "gloober", "High"], Some(("gloober", "High"))),
            (&["gloober", " 2026-01-01 "], Some(("gloober", "2026-01-01"))),
            (&["gloober", "2026-01-01T10:00:00Z"], Some(("gloober", "2026-01-01T10:00:00Z"))),
            (&["two words", "10m", "racism"], Some(("two words", "10m racism"))),
            (&["gloober", "gloobet"], None),
            (&["gloober"], None),
            (&["1", "2"], None),
            (&[], None),
        ] {
            let entry = entry.map(|(entry, note): (&str, &str)| (entry, note.to_owned()));
            assert_eq!(row(cells), entry, "{cells:?}");
        }
    }

    #[test]
    fn a_header_begins_with_names_of_columns() {
        assert!(is_header(&["Blocked term", "Action", "Level of it"]));
        assert!(!is_header(&["gloober", "action"]));
        assert!(!is_header(&["word"]));
    }
}
