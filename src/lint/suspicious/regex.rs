//! Wildcards and regular expressions of other tools: `%word%`, `w?rd`, `^word`, `[ab]word`,
//! `word(s)?`, `/word/i`. What no message can be meant to contain is an error of the parser.

use super::finding::{Finding, is_escaped, is_words, letters};
use super::layout::ROLES;
use crate::language::Language;

const WILDCARDS: &str = "`*` at the start or end is the only wildcard of a list, and `+` at the end includes its endings";

pub(super) fn find(raw: &str) -> Option<Finding> {
    percent(raw)
        .or_else(|| anchor(raw))
        .or_else(|| class(raw))
        .or_else(|| group(raw))
        .or_else(|| question(raw))
}

/// `/word/`, `/word/i`, `~/word/`
pub(super) fn slashes(raw: &str) -> Option<Finding> {
    let body = raw.strip_prefix("~/").or(raw.strip_prefix('/'))?;
    let (inner, flags) = body.rsplit_once('/')?;
    let is_comment = body.starts_with(['/', '*']);
    let is_regex = !is_comment
        && letters(inner) > 2
        && flags.len() < 6
        && flags.bytes().all(|byte| byte.is_ascii_lowercase())
        && (letters(inner) > 3 || !flags.is_empty());
    is_regex.then(|| {
        let finding =
            Finding::new(0..raw.len(), "the slashes would be part of the entry").keep("/");
        let word = inner.trim_start_matches(r"\b").trim_end_matches(r"\b");
        if is_words(word) {
            finding.entry(word)
        } else {
            finding.advice(format!("move it to a rule in rules.toml: patterns = ['''{inner}''']"))
        }
    })
}

/// `%word%` of SQL
fn percent(raw: &str) -> Option<Finding> {
    let (start, rest) = match raw.strip_prefix('%') {
        Some(rest) => ("*", rest),
        None => ("", raw),
    };
    let (word, end) = match rest.strip_suffix('%') {
        Some(word) => (word, "*"),
        None => (rest, ""),
    };
    let is_word = is_words(word)
        && letters(word) > 1
        && word.starts_with(char::is_alphabetic)
        && word.ends_with(char::is_alphabetic);
    let is_found = !(start.is_empty() && end.is_empty()) && is_word;
    is_found.then(|| {
        let at = if start.is_empty() { raw.len() - 1 } else { 0 };
        let start = if word.contains(' ') { "" } else { start };
        Finding::new(at..at + 1, format!("`%` is not a wildcard; {WILDCARDS}"))
            .keep("%")
            .entry(&format!("{start}{word}{end}"))
    })
}

/// `^word`, `^word$`
fn anchor(raw: &str) -> Option<Finding> {
    let word = raw.strip_prefix('^')?;
    let is_word =
        word.starts_with(char::is_alphabetic) && letters(word) > 2 && !word.ends_with('^');
    is_word.then(|| {
        let message = "an entry matches whole words without `^`, which would be part of it";
        Finding::new(0..1, message).keep("^").entry(word.trim_end_matches('$'))
    })
}

/// `[gq]looby`, `gloob[sz]`
fn class(raw: &str) -> Option<Finding> {
    raw.match_indices('[').find_map(|(at, _)| {
        if is_escaped(raw, at) {
            return None;
        }
        let end = at + raw[at..].find(']')?;
        let inside = &raw[at + 1..end];
        let (before, after) = (&raw[..at], &raw[end + 1..]);
        let touches =
            before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        let count = inside.chars().count();
        // `gl[o]ober`
        let is_inside = letters(before) > 1 && letters(after) > 1;
        let is_class = (2 - usize::from(is_inside)..=6).contains(&count)
            && inside
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '^' | '-' | '@' | '$' | '!'))
            && letters(before) + letters(after) > 2
            && !ROLES.contains(&inside.to_lowercase().as_str())
            && (count < 3 || !inside.chars().all(|c| c.is_ascii_uppercase()));
        (touches && is_class).then(|| {
            let message = "lists have no `[...]`: the brackets would be part of the entry";
            let finding = Finding::new(at..end + 1, message).keep("[");
            if inside.chars().all(char::is_alphabetic) && count < 5 {
                let mut lines: Vec<String> = Vec::new();
                for c in inside.chars().flat_map(char::to_lowercase) {
                    let line = format!("{before}{c}{after}");
                    if !lines.contains(&line) {
                        lines.push(line);
                    }
                }
                finding.entries(lines.iter().map(String::as_str))
            } else {
                finding.advice(format!(
                    "write one line for each word, or move it to a rule in rules.toml: \
                     patterns = ['''\\b{raw}\\b''']"
                ))
            }
        })
    })
}

/// `word(s)`, `gloob(er)?`, `(over)gloob`
fn group(raw: &str) -> Option<Finding> {
    raw.match_indices('(').find_map(|(at, _)| {
        if is_escaped(raw, at) {
            return None;
        }
        let close = at + raw[at..].find(')')?;
        let inside = &raw[at + 1..close];
        let end = close + 1 + usize::from(raw[close + 1..].starts_with('?'));
        let (before, after) = (&raw[..at], &raw[end..]);
        let before_letters = before.chars().rev().take_while(|c| c.is_alphanumeric()).count();
        let after_letters = after.chars().take_while(|c| c.is_alphanumeric()).count();
        let is_group = !inside.is_empty()
            && !raw.contains(['/', '|'])
            && inside.chars().all(|c| c.is_alphanumeric() || c == '\'')
            && before_letters.max(after_letters) > 1;
        is_group.then(|| {
            let message = "lists have no optional part `(...)`: it would be part of the entry";
            let finding = Finding::new(at..end, message).keep("(");
            let is_ending =
                Language::of_entry(None, before).endings().any(|ending| ending == inside);
            if after.is_empty() && is_ending {
                finding.entry(&format!("{before}+"))
            } else {
                finding
                    .entry(&format!("{before}{after}"))
                    .entry(&format!("{before}{inside}{after}"))
            }
        })
    })
}

/// `g??b`, `colou?r`, `word?`
fn question(raw: &str) -> Option<Finding> {
    let (at, _) = raw.match_indices('?').find(|&(at, _)| !is_escaped(raw, at))?;
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let after = raw[at..].trim_start_matches('?');
    let is_inside = is_letter(raw[..at].chars().next_back()) && is_letter(after.chars().next());
    (is_inside && letters(raw) > 2).then(|| {
        let end = raw.len() - after.len();
        let pattern = raw.replace('?', r"\w");
        Finding::new(at..end, format!("`?` is not a wildcard; {WILDCARDS}")).advice(format!(
            "write the words, one per line, or in a rule of rules.toml: \
             patterns = ['''\\b{pattern}\\b''']; to keep the `?`, write a backslash before it"
        ))
    })
}
