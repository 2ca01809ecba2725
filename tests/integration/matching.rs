//! Rows of `tests/data/matching`, each through the engine and through the [`reference`].
//!
//! A row has the lines of lists, patterns or what else a rule looks for, and messages in which «…» stands around each hit
//! that is expected, overlapping hits taken together. A message without any must not be hit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use ivs_chat_review::diagnostic::{Code, Diagnostic};
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::normalize::Disguises;
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
    /// What else the rule looks for, as rules.toml has it.
    #[serde(default)]
    looks: String,
    /// Whether the rule of those sees through no disguises.
    #[serde(default)]
    plain: bool,
    /// The list of another rule, which sees through all disguises.
    #[serde(default)]
    others: Vec<String>,
    /// The list of exceptions to all lists.
    #[serde(default)]
    allowed: Vec<String>,
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
    let disguises = if row.plain { Disguises::None } else { Disguises::Standard };
    let setup = Setup {
        lists: vec![row.entries.clone(), row.others.clone(), row.allowed.clone()],
        rules: vec![(disguises, vec![0]), (Disguises::Standard, vec![1])],
        allowed: Some(2),
        patterns: row.patterns.clone(),
        looks: row.looks.clone(),
    };
    let (engine, problems) = setup.engine();
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
        // The reference knows of entries alone.
        if !row.patterns.is_empty() || !row.looks.is_empty() {
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
        format!(
            "engine {by_engine:?}\nreference {by_reference:?}\nin {text:?}\n({})\n",
            text.escape_unicode(),
        )
    })
}

/// Rules to be compiled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// The lines of each list.
    pub(crate) lists: Vec<Vec<String>>,
    /// Each with the numbers of its lists.
    pub(crate) rules: Vec<(Disguises, Vec<usize>)>,
    /// The number of the list of exceptions to all lists.
    pub(crate) allowed: Option<usize>,
    /// Those of the first rule.
    pub(crate) patterns: Vec<String>,
    /// What else that one looks for, as rules.toml has it.
    pub(crate) looks: String,
}

impl Setup {
    /// An engine of those rules, and what is wrong with them. A rule may be empty.
    pub(crate) fn engine(&self) -> (Engine, Vec<Diagnostic>) {
        let path = |number: usize| format!("lists/{number}.txt");
        let all: Vec<String> = (0..self.lists.len()).map(path).collect();
        let mut manifest = String::from("version = 1\n");
        for number in 0..self.rules.len() {
            let patterns = if number == 0 { self.patterns.as_slice() } else { &[] };
            let looks = if number == 0 { self.looks.as_str() } else { "" };
            let patterns: Vec<String> =
                patterns.iter().map(|it| format!("\'\'\'{it}\'\'\'")).collect();
            let patterns = patterns.join(", ");
            let rule =
                format!("id = \"rule-{number}\"\naction = \"deny\"\npatterns = [{patterns}]");
            manifest += &format!("[[rule]]\n{rule}\nlists = {all:?}\n{looks}\n");
        }
        let mut sources = Sources::default();
        let mut push = |path: &str, text: String| {
            sources.push(Source { path: path.into(), content: Ok(text.into_bytes()) });
        };
        push("rules.toml", manifest);
        all.iter().zip(&self.lists).for_each(|(path, lines)| push(path, lines.join("\n")));
        let mut parsed = rules::parse(&sources);
        let ids: BTreeMap<_, _> =
            parsed.rules.enumerate_lists().map(|(id, list)| (list.path.clone(), id)).collect();
        parsed.rules.settings.exceptions = self.allowed.iter().map(|&it| ids[&path(it)]).collect();
        for (rule, (disguises, lists)) in parsed.rules.rules.iter_mut().zip(&self.rules) {
            rule.disguises = *disguises;
            rule.lists = lists.iter().map(|&it| ids[&path(it)]).collect();
        }
        let (engine, problems) = Engine::compile(parsed.rules);
        parsed.diagnostics.extend(problems);
        parsed.diagnostics.retain(|problem| problem.code != Code::EmptyRule);
        (engine, parsed.diagnostics)
    }
}

/// An engine of one rule with those list lines and patterns, and what is wrong with them.
pub(crate) fn engine(lines: &[&str], patterns: &[&str]) -> (Engine, Vec<Diagnostic>) {
    let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
    let rules = vec![(Disguises::Standard, vec![0])];
    let setup =
        Setup { lists: vec![owned(lines)], rules, patterns: owned(patterns), ..Setup::default() };
    setup.engine()
}

/// The text without its marks, and the spans that were between them.
pub(crate) fn unmark(marked: &str) -> (String, Vec<Span>) {
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
pub(crate) fn union(spans: impl Iterator<Item = Span>) -> Vec<Span> {
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

pub(crate) fn mark(text: &str, spans: impl Iterator<Item = Span>) -> String {
    let mut marked = text.to_owned();
    for span in union(spans).into_iter().rev() {
        marked.insert(span.end, '»');
        marked.insert(span.start, '«');
    }
    marked
}
