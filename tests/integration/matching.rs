//! Rows of `tests/data/matching`, each through the engine and through the [`reference`].
//!
//! A row has the lines of a list, or patterns, and messages in which «…» stands around each hit
//! that is expected, overlapping hits taken together. A message without any must not be hit.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use ivs_chat_review::span::Span;
use jiff::civil::Date;
use serde::Deserialize;

use crate::reference;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    test: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default)]
    entries: Vec<String>,
    #[serde(default)]
    patterns: Vec<String>,
    /// On no particular day if there is none.
    day: Option<String>,
    marked: Vec<String>,
}

#[test]
fn rows_hit_what_is_marked_in_the_engine_and_in_the_reference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/matching");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    let mut names = BTreeSet::new();
    let mut failures = String::new();
    let mut messages = 0;
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(path).expect("a text");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for row in &file.test {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(row.name.chars().all(kebab), "{name}: `{}` is not in kebab case", row.name);
            assert!(names.insert(row.name.clone()), "{name}: `{}` is there twice", row.name);
            assert!(!row.marked.is_empty(), "{name}: `{}` has no messages", row.name);
            messages += row.marked.len();
            for failure in run(row) {
                writeln!(failures, "{name}: {}: {failure}", row.name).expect("to a string");
            }
        }
    }
    assert!(messages >= 200, "only {messages} messages");
    assert!(failures.is_empty(), "\n{failures}");
}

/// What is not as the row says.
fn run(row: &Row) -> Vec<String> {
    let entries: Vec<&str> = row.entries.iter().map(String::as_str).collect();
    let patterns: Vec<&str> = row.patterns.iter().map(String::as_str).collect();
    let (engine, problems) = engine(&entries, &patterns);
    let day = row.day.as_deref().map(|day| day.parse().expect("a day"));
    let mut failures: Vec<String> = problems.iter().map(|problem| format!("{problem:?}")).collect();
    for marked in &row.marked {
        let (text, expected) = unmark(marked);
        let mut scratch = Scratch::default();
        let found = engine.find(&text, day, &mut scratch);
        let by_engine = mark(&text, found.iter().map(|found| found.span));
        if union(found.iter().map(|found| found.span)) != expected {
            failures.push(format!("expected {marked:?}, and the engine finds {by_engine:?}"));
        }
        if !row.patterns.is_empty() {
            continue;
        }
        let by_reference = reference::find(engine.rules(), &text, day);
        if union(by_reference.iter().map(|&(span, ..)| span)) != expected {
            let by_reference = mark(&text, by_reference.iter().map(|&(span, ..)| span));
            failures.push(format!("expected {marked:?}, and the reference finds {by_reference:?}"));
        } else if let Some(difference) = difference(&engine, &text, day) {
            failures.push(difference);
        }
    }
    failures
}

/// How engine and reference differ about a message, if they do.
pub(crate) fn difference(engine: &Engine, text: &str, day: Option<Date>) -> Option<String> {
    let found = engine.find(text, day, &mut Scratch::default());
    let mut by_engine: Vec<_> = found.iter().map(|f| (f.span, f.rule, f.cause)).collect();
    by_engine.dedup();
    let by_reference = reference::find(engine.rules(), text, day);
    (by_engine != by_reference).then(|| {
        let lists: Vec<_> = engine.rules().lists.iter().flat_map(|list| &list.entries).collect();
        let entries: Vec<_> = lists.iter().map(|entry| &entry.text).collect();
        format!(
            "engine {by_engine:?}\nreference {by_reference:?}\nin {text:?}\n({})\nfor {entries:?}\n",
            text.escape_unicode(),
        )
    })
}

/// An engine of one rule with those list lines and patterns, and what is wrong with them.
pub(crate) fn engine(lines: &[&str], patterns: &[&str]) -> (Engine, Vec<Diagnostic>) {
    let patterns: Vec<String> = patterns.iter().map(|it| format!("'''{it}'''")).collect();
    let manifest = format!(
        "version = 1\n[[rule]]\nid = \"test\"\naction = \"mask\"\n\
         lists = [\"lists/test.txt\"]\npatterns = [{}]\n",
        patterns.join(", ")
    );
    let mut sources = Sources::default();
    for (path, text) in [("rules.toml", manifest), ("lists/test.txt", lines.join("\n"))] {
        sources.push(Source { path: path.into(), content: Ok(text.into_bytes()) });
    }
    let mut parsed = rules::parse(&sources);
    let (engine, problems) = Engine::compile(parsed.rules);
    parsed.problems.extend(problems);
    (engine, parsed.problems)
}

/// The text without its marks, and the spans that were between them.
fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans, mut start) = (String::new(), Vec::new(), None);
    for c in marked.chars() {
        match c {
            '«' => start = Some(text.len()),
            '»' => {
                let start = start.take().unwrap_or_else(|| panic!("{marked:?}: » without «"));
                spans.push(Span::new(start, text.len()));
            }
            c => text.push(c),
        }
    }
    assert!(start.is_none(), "{marked:?}: « without »");
    (text, spans)
}

/// Spans that share no byte and hold the same bytes as those, sorted.
fn union(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    let mut union: Vec<Span> = Vec::new();
    for span in spans {
        match union.last_mut() {
            Some(last) if last.overlaps(span) => *last = last.union(span),
            _ => union.push(span),
        }
    }
    union
}

fn mark(text: &str, spans: impl Iterator<Item = Span>) -> String {
    let mut marked = text.to_owned();
    for span in union(spans).into_iter().rev() {
        marked.insert(span.end, '»');
        marked.insert(span.start, '«');
    }
    marked
}
