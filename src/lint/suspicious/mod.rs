//! List lines that are valid entries, but were probably meant for another tool: bullets, numbering,
//! several entries on one line, notes, markup, links.
//!
//! Such an entry is searched as it is written, so no message matches it, and its author believes to
//! be protected. An entry may contain any character, and many unusual ones are intended: `24/7`,
//! `c\+\+`, `rock 'n' roll`, kaomoji, prices. So each form here is one that chat hardly ever has, and
//! a character with a backslash before it is never suspicious.
//!
//! The steps of one line, for `1. "gloober" / gloobet (slang) @plain`:
//!
//! | step | found | lines |
//! |---|---|---|
//! | [`layout`] | the number `1.` | `"gloober" / gloobet (slang)` |
//! | [`parts`] | the note `(slang)` | `"gloober" / gloobet # slang` |
//! | [`parts`] | the separator `/` | `"gloober" # slang`, `gloobet # slang` |
//! | [`layout`] | the quotes | `gloober # slang`, `gloobet # slang` |
//!
//! The first step is reported, with the lines of the last one and the flags of the entry.

mod cells;
mod commands;
mod edges;
mod finding;
mod flags;
mod forms;
mod joined;
mod layout;
mod markup;
mod parts;
mod regex;
mod symbols;
mod wide;

use std::cell::LazyCell;
use std::collections::HashSet;

use toml::de::DeTable;

pub(crate) use self::cells::{is_header, row};
pub(crate) use self::flags::day;
pub(crate) use self::markup::{MERGE_CONFLICT, is_conflict_marker};
pub(crate) use self::parts::is_key;

use self::finding::{Finding, Fix, Kind};
use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::rules::{Entry, List, MANIFEST, is_valid_line};
use crate::source::SourceId;
use crate::span::Span;

/// The maximum number of steps for one line.
const MAX_STEPS: usize = 8;
/// The maximum number of lines that are suggested for one line.
const MAX_FIXES: usize = 12;
/// The length of an entry in bytes from which it is not examined.
const MAX_LENGTH: usize = 500;
/// A comment without a space after the `#` is taken for an entry if it has at most this many words.
const MAX_HASHTAG_WORDS: usize = 3;

/// What is looked for, in this order: what is outside first.
const FINDERS: [fn(&str) -> Option<Finding>; 24] = [
    markup::conflict,
    commands::mention,
    commands::command,
    wide::find,
    regex::slashes,
    markup::tags,
    markup::escapes,
    markup::file,
    layout::comment,
    layout::code,
    layout::title,
    layout::bullet,
    layout::number,
    layout::columns,
    layout::operator,
    flags::unmarked,
    regex::find,
    forms::find,
    joined::dots,
    parts::note,
    parts::separator,
    layout::quotes,
    symbols::find,
    edges::find,
];

impl Check<'_> {
    /// Reports the suspicious entries of a list, and its comments that look like entries.
    pub(super) fn suspicious(&mut self, list: &List) {
        let mut diagnostics = Capped::default();
        for number in self.numbered(list) {
            let entry = &list.entries[number];
            diagnostics.push(entry.location, || numbered(entry));
        }
        // Built if an entry has an `and`.
        let known = LazyCell::new(|| {
            let foreign = self.options.foreign_words.iter().map(|(_, word)| word.as_str());
            self.options.words.iter().copied().chain(foreign).collect::<HashSet<&str>>()
        });
        let is_known = |word: &str| known.is_empty() || known.contains(word);
        for entry in &list.entries {
            let found = match list.path.as_str() {
                MANIFEST => self.suspicious_term(entry, is_known),
                _ => self.suspicious_line(entry, is_known),
            };
            if let Some(found) = found {
                diagnostics.push(entry.location, || found);
            }
        }
        if let Some(source) = self.sources.find(&list.path).filter(|_| list.path != MANIFEST) {
            self.hashtags(source, &mut diagnostics);
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::SuspiciousEntry));
    }

    fn suspicious_line(
        &self,
        entry: &Entry,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<Diagnostic> {
        let Location { source, span } = entry.location;
        let bytes = self.sources.get(source).content.as_ref().ok()?;
        let raw = std::str::from_utf8(bytes.get(span.range())?).ok()?;
        // `!addword gloober`
        let is_command = entry.exception && bytes[..span.start].ends_with(b"!");
        let command = is_command.then(|| commands::exception(raw)).flatten();
        let is_exception = entry.exception && command.is_none();
        let found = command
            .map(|command| completed(command, false))
            .or_else(|| find(raw, entry.exception))
            .or_else(|| in_prose(raw, entry, is_known))?;
        // Flags and a comment, which the location of an entry does not include.
        let rest = bytes.get(span.end..)?;
        let rest = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let rest = String::from_utf8_lossy(rest);
        let (flags, note) = match rest.find(" #").or_else(|| rest.find("\t#")) {
            Some(at) => (rest[..at].trim(), rest[at + 2..].trim()),
            None => (rest.trim(), ""),
        };
        let start = span.start + found.span.start;
        let location = Location { source, span: Span::new(start, span.start + found.span.end) };
        Some(diagnostic(found, location, |fix| Some(fix.line(is_exception, flags, note))))
    }

    /// The indices of entries that begin with numbers in sequence: `1 word`, `2 word`, `3 word`.
    fn numbered(&self, list: &List) -> Vec<usize> {
        const MIN_RUN: usize = 3;
        let number = |entry: &Entry| -> Option<u32> {
            let Location { source, span } = entry.location;
            let bytes = self.sources.get(source).content.as_ref().ok()?;
            let (number, word) = entry.text.split_once(' ')?;
            // Not with a backslash before the number.
            bytes.get(span.start)?.is_ascii_digit().then_some(())?;
            word.contains(char::is_alphabetic).then(|| number.parse().ok()).flatten()
        };
        let numbers: Vec<Option<u32>> = list.entries.iter().map(number).collect();
        let continues = |at: usize| {
            let next = |before: u32| before.checked_add(1);
            at > 0 && numbers[at].is_some() && numbers[at] == numbers[at - 1].and_then(next)
        };
        let mut found = Vec::new();
        let mut start = 0;
        for at in 1..=numbers.len() {
            if at == numbers.len() || !continues(at) {
                if at - start >= MIN_RUN {
                    found.extend(start..at);
                }
                start = at;
            }
        }
        found
    }

    /// A string of `terms` in `rules.toml`.
    fn suspicious_term(
        &self,
        entry: &Entry,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<Diagnostic> {
        let Location { source, span } = entry.location;
        let bytes = self.sources.get(source).content.as_ref().ok()?;
        let toml = format!("term = {}", std::str::from_utf8(bytes.get(span.range())?).ok()?);
        let table = DeTable::parse(&toml).ok()?;
        let term = table.get_ref().get("term")?.get_ref().as_str()?.trim().to_owned();
        let term = term.strip_prefix('!').filter(|_| entry.exception).unwrap_or(&term).trim();
        let (raw, rest) = term.find(" @").map_or((term, ""), |at| term.split_at(at));
        let raw = raw.trim();
        let found = find(raw, entry.exception).or_else(|| in_prose(raw, entry, is_known))?;
        Some(diagnostic(found, entry.location, |fix| {
            let is_entry = fix.kind != Kind::Comment;
            is_entry.then(|| format!("'{}',", fix.line(entry.exception, rest.trim(), "")))
        }))
    }

    /// Reports comments such as `#word`, which may be meant as an entry.
    fn hashtags(&self, source: SourceId, diagnostics: &mut Capped) {
        let Ok(bytes) = &self.sources.get(source).content else { return };
        let mut start = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            let offset = start;
            start += line.len();
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let text = line.trim();
            let Some(word) = text.strip_prefix('#') else { continue };
            // `#word # comment`
            let word = word.split(" #").next().unwrap_or_default().trim_end();
            let row = hashtag_row(text);
            // `#word#`
            let word = word.trim_end_matches('#');
            if !is_hashtag(word) && row.is_none() {
                continue;
            }
            let from = offset + line.len() - line.trim_start().len();
            let location = Location { source, span: Span::new(from, from + text.len()) };
            diagnostics.push(location, || {
                let message =
                    format!("this line is a comment, so `{}` is not searched", display_short(text));
                let found = Diagnostic::new(Code::SuspiciousEntry, location, message);
                match row {
                    Some(tags) => found
                        .help(
                            "to match the hashtags, write the lines below; to switch them off, \
                             write a space after the first `#`",
                        )
                        .paste(tags.iter().map(|tag| format!(r"\#{tag}")).collect()),
                    None => found
                        .help(
                            "to match the hashtag, write the first line below; \
                             to switch the entry off, write the second one",
                        )
                        .paste(vec![format!(r"\#{word}"), format!("# {word}")]),
                }
            });
        }
    }
}

/// Words that no dictionary has, with the words of prose around them. An exception may have any.
fn in_prose(raw: &str, entry: &Entry, is_known: impl Fn(&str) -> bool) -> Option<Finding> {
    if entry.exception {
        return None;
    }
    joined::conjunction(raw, &is_known).or_else(|| joined::article(raw, is_known))
}

/// The names of several hashtags on one line: `#word #word`, `#word,#word`.
fn hashtag_row(text: &str) -> Option<Vec<&str>> {
    let parts = text.split([' ', ',', ';']).filter(|part| !part.is_empty());
    let tags: Option<Vec<&str>> = parts.map(|part| part.strip_prefix('#')).collect();
    tags.filter(|tags| tags.len() > 1 && tags.iter().all(|tag| is_hashtag(tag)))
}

/// An entry with the number of its line.
fn numbered(entry: &Entry) -> Diagnostic {
    let (number, word) = entry.text.split_once(' ').unwrap_or_default();
    let message = format!("the number `{number}` would be part of the phrase");
    Diagnostic::new(Code::SuspiciousEntry, entry.location, message)
        .help(format!(
            "write this line instead; if `{number}` is meant, write a backslash before it"
        ))
        .paste(vec![Entry { text: word.to_owned(), ..entry.clone() }.written()])
}

/// Whether the text after the `#` of a comment may be meant as an entry.
fn is_hashtag(word: &str) -> bool {
    word.starts_with(char::is_alphanumeric)
        && word.split_whitespace().count() <= MAX_HASHTAG_WORDS
        && word.chars().count() > 1
        && !word.contains(['#', ':', '='])
}

/// The lines that were probably meant by an entry as written; `None` if it is not suspicious.
pub(crate) fn meant(raw: &str) -> Option<Vec<String>> {
    let found = find(raw, false)?;
    Some(found.fixes.iter().map(|fix| fix.line(false, "", "")).collect())
}

/// Whether the entry in a line was probably meant for another tool. Its location is that in the line.
pub(crate) fn is_suspicious(line: &str, entry: &Entry) -> bool {
    let span = entry.location.span;
    let raw = &line[span.range()];
    let is_command = entry.exception && line[..span.start].ends_with('!');
    find(raw, entry.exception).is_some() || (is_command && commands::exception(raw).is_some())
}

/// Returns the first suspicious part of an entry as written, with all its fixes.
fn find(raw: &str, is_exception: bool) -> Option<Finding> {
    step(raw, is_exception).map(|first| completed(first, is_exception))
}

/// Returns a finding with the fixes of its fixes.
fn completed(mut first: Finding, is_exception: bool) -> Finding {
    let mut done = Vec::new();
    let mut open: Vec<(Fix, usize)> =
        std::mem::take(&mut first.fixes).into_iter().rev().map(|fix| (fix, 1)).collect();
    while let Some((fix, depth)) = open.pop() {
        let next = (fix.kind != Kind::Comment && depth < MAX_STEPS)
            .then(|| step(&fix.text, is_exception || fix.kind == Kind::Exception))
            .flatten();
        match next {
            Some(next) => {
                let fixes = next.fixes.into_iter().rev();
                open.extend(fixes.map(|next| (next.within(&fix), depth + 1)));
            }
            None if done.contains(&fix) => {}
            None => done.push(fix),
        }
    }
    done.retain(|fix| fix.kind == Kind::Comment || is_valid_line(&fix.line(false, "", "")));
    done.truncate(MAX_FIXES);
    first.fixes = done;
    first
}

fn step(raw: &str, is_exception: bool) -> Option<Finding> {
    // Fast path: nearly all entries contain only these characters, and no words that separate.
    let is_plain = |c: char| {
        (c.is_alphanumeric() && !('\u{B2}'..='\u{B9}').contains(&c)) || matches!(c, '*' | '+')
    };
    if raw.len() > MAX_LENGTH || raw.chars().all(is_plain) {
        return None;
    }
    let found = FINDERS.iter().find_map(|find| find(raw));
    found.or_else(|| (!is_exception).then(|| markup::link(raw)).flatten())
}

fn diagnostic(
    found: Finding,
    location: Location,
    line: impl Fn(&Fix) -> Option<String>,
) -> Diagnostic {
    let mut lines: Vec<String> = Vec::new();
    for line in found.fixes.iter().filter_map(line) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let is_one = lines.len() == 1 && found.fixes.len() > 1;
    Diagnostic::new(Code::SuspiciousEntry, location, found.message)
        .help(match (&found.advice, lines.len()) {
            (Some(advice), 0) => advice.clone(),
            (None, 0) => format!("remove the line{}", found.keep),
            (Some(advice), _) if !is_one => advice.clone(),
            (_, 1) => format!("write this line instead{}", found.keep),
            (_, _) => format!("write these lines instead{}", found.keep),
        })
        .paste(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that replace an entry; `None` if it is not suspicious.
    fn lines(raw: &str) -> Option<Vec<String>> {
        find(raw, false)
            .map(|found| found.fixes.iter().map(|fix| fix.line(false, "", "")).collect())
    }

    /// Rows of `tests/data/suspicious.toml`.
    #[derive(serde::Deserialize)]
    struct Data {
        suspicious: Vec<Row>,
        sound: Vec<String>,
    }

    #[derive(serde::Deserialize)]
    struct Row {
        line: String,
        instead: Vec<String>,
    }

    fn data() -> Data {
        toml::from_str(include_str!("../../../tests/data/suspicious.toml")).expect("it is valid")
    }

    #[test]
    fn suspicious_entries_are_found_with_the_lines_to_write() {
        let mut failures = String::new();
        for Row { line, instead } in data().suspicious {
            let found = lines(&line);
            if found.as_ref() != Some(&instead) {
                failures += &format!("{line}: {found:?}, expected {instead:?}\n");
            }
        }
        assert!(failures.is_empty(), "{failures}");
    }

    #[test]
    fn sound_entries_are_not_suspicious() {
        let mut failures = String::new();
        for line in data().sound {
            if let Some(found) = find(&line, false) {
                failures += &format!("{line}: {}\n", found.message);
            }
        }
        assert!(failures.is_empty(), "{failures}");
    }

    #[test]
    fn words_with_and_are_one_phrase_if_a_dictionary_has_one() {
        let known = ["rock", "roll", "chill", "salt"];
        let found = |line: &str| {
            let found = joined::conjunction(line, |word| known.contains(&word))?;
            Some(found.fixes.into_iter().map(|fix| fix.text).collect::<Vec<_>>().join(","))
        };
        for (line, lines) in [
            ("gloober and gloobet", Some("gloober,gloobet")),
            ("gloober & gloobet & gloobq", Some("gloober,gloobet,gloobq")),
            ("gloober&gloobet", Some("gloober,gloobet")),
            ("gloober* y gloobet+", Some("gloober*,gloobet+")),
            ("придурок и глубер", Some("придурок,глубер")),
            ("rock and roll", None),
            ("gloober and roll", None),
            ("Gloober and Gloobet", None),
            ("gloober and", None),
            ("and gloober", None),
            ("gloober and gloobet gloobq", None),
            ("r&b", None),
            (r"gloober \and gloobet", None),
            (r"gloober\&gloobet", None),
            ("gloober", None),
        ] {
            assert_eq!(found(line).as_deref(), lines, "{line}");
        }
    }

    #[test]
    fn an_article_is_reported_before_a_word_that_no_dictionary_has() {
        let known = ["end"];
        let found = |line: &str| joined::article(line, |word| known.contains(&word)).is_some();
        assert!(found("the gloober") && found("der Gloober") && found("and gloober"));
        for line in ["the end", "the End", "the", "my gloober", "the gloober gloobet", "the gl"] {
            assert!(!found(line), "{line}");
        }
    }

    #[test]
    fn several_hashtags_are_several_entries() {
        assert_eq!(hashtag_row("#one,#two"), Some(vec!["one", "two"]));
        assert_eq!(hashtag_row("#one #two; #three"), Some(vec!["one", "two", "three"]));
        assert_eq!(hashtag_row("#one and #two"), None);
        assert_eq!(hashtag_row("#one"), None);
        assert_eq!(hashtag_row("# one, #two"), None);
    }

    #[test]
    fn a_suggested_line_is_valid_and_not_suspicious() {
        for Row { line, .. } in data().suspicious {
            for fix in lines(&line).unwrap_or_default() {
                if fix.starts_with('#') {
                    continue;
                }
                assert!(is_valid_line(&fix), "{line}: {fix}");
                let entry = fix.split(" #").next().unwrap_or_default();
                let entry = entry.split(" @").next().unwrap_or_default();
                let entry = entry.trim_start_matches("! ");
                assert_eq!(lines(entry), None, "{line}: {fix}");
            }
        }
    }

    #[test]
    fn a_long_line_takes_linear_time() {
        for unit in ["a / ", "(a", "\"a\" ", "[a]", "<a>", "a? ", "1. ", "- ", "=a", "\\", "a or "]
        {
            let line = unit.repeat(MAX_LENGTH / unit.len());
            let begun = std::time::Instant::now();
            for _ in 0..10 {
                find(&line, false);
            }
            assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{unit}");
        }
    }
}
