//! Rows of `tests/data/matching`, each searched by the engine and by the naive [`reference`] matcher.
//!
//! A row has list lines, patterns or other keys of a rule, and messages with «…» around each expected match, where
//! overlapping matches are one. A message without «…» must not match. In `covered`, «…» is around what a rewrite covers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::diagnostic::{Code, Diagnostic};
use ivs_chat_review::engine::{Engine, Match, Scratch};
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
    /// Other keys of the rule, in TOML.
    #[serde(default)]
    keys: String,
    /// Whether the rule has `disguises = "none"`.
    #[serde(default)]
    plain: bool,
    /// The list of another rule, with disguises.
    #[serde(default)]
    others: Vec<String>,
    /// The list of exceptions to all lists.
    #[serde(default)]
    allowed: Vec<String>,
    /// The day of the review; without it, dates are ignored.
    day: Option<String>,
    /// Messages with «…» around each match.
    #[serde(default)]
    marked: Vec<String>,
    /// Messages with «…» around what a rewrite covers.
    #[serde(default)]
    covered: Vec<String>,
}

/// A test for each file, so that they run in parallel.
macro_rules! files {
    ($($test:ident = $file:literal;)*) => {
        const FILES: &[&str] = &[$($file),*];

        $(
            #[test]
            fn $test() {
                assert_rows($file);
            }
        )*
    };
}

files! {
    accents = "accents";
    allowed = "allowed";
    apostrophes = "apostrophes";
    boundaries = "boundaries";
    combinations = "combinations";
    combining_marks = "combining-marks";
    confusables = "confusables";
    covers = "covers";
    detect = "detect";
    edges = "edges";
    emoji_and_symbols = "emoji-and-symbols";
    endings = "endings";
    exceptions = "exceptions";
    flags = "flags";
    forms = "forms";
    harmless = "harmless";
    hidden = "hidden";
    holes = "holes";
    ignorables = "ignorables";
    interrupted = "interrupted";
    languages = "languages";
    leet = "leet";
    limit = "limit";
    links = "links";
    patterns = "patterns";
    phrases = "phrases";
    prefixes_suffixes = "prefixes-suffixes";
    readings = "readings";
    repeats = "repeats";
    rules_without_disguises = "rules-without-disguises";
    run_together = "run-together";
    scripts = "scripts";
    slips = "slips";
    spaced_letters = "spaced-letters";
    spellings = "spellings";
    split = "split";
    symbols = "symbols";
    words = "words";
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/matching")
}

fn read(file: &str) -> Vec<Row> {
    let text = fs::read_to_string(folder().join(format!("{file}.toml"))).expect("a text");
    let File { test } = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    test
}

/// Asserts that engine and reference find the expected matches of all rows of a file.
fn assert_rows(file: &str) {
    let mut failures = String::new();
    for row in read(file) {
        for failure in run(&row) {
            writeln!(failures, "{}: {failure}", row.name).expect("to a string");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn all_files_are_tested_and_names_are_unique() {
    let mut found: Vec<String> = fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().replace(".toml", ""))
        .collect();
    found.sort();
    assert_eq!(found, FILES);
    let mut names = BTreeSet::new();
    for row in FILES.iter().flat_map(|file| read(file)) {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(row.name.chars().all(kebab), "`{}` is not in kebab case", row.name);
        assert!(
            !row.marked.is_empty() || !row.covered.is_empty(),
            "`{}` has no messages",
            row.name
        );
        assert!(names.insert(row.name.clone()), "two rows have the name `{}`", row.name);
    }
}

/// Returns the failures of a row.
fn run(row: &Row) -> Vec<String> {
    let disguises = if row.plain { Disguises::None } else { Disguises::Standard };
    let setup = Setup {
        lists: vec![row.entries.clone(), row.others.clone(), row.allowed.clone()],
        rules: vec![(disguises, vec![0]), (Disguises::Standard, vec![1])],
        allowed: Some(2),
        patterns: row.patterns.clone(),
        keys: row.keys.clone(),
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
            failures.push(format!("expected {marked:?}, the engine finds {by_engine:?}"));
        }
        // The reference only supports entries.
        if !row.patterns.is_empty() || !row.keys.is_empty() {
            continue;
        }
        let by_reference = reference::find(engine.rules(), &text, day);
        if union(by_reference.iter().map(|&(span, ..)| span)) != expected {
            let by_reference = mark(&text, by_reference.iter().map(|&(span, ..)| span));
            failures.push(format!("expected {marked:?}, the reference finds {by_reference:?}"));
        } else if let Some(difference) = difference(&engine, &text, day) {
            failures.push(difference);
        }
    }
    for marked in &row.covered {
        let (text, expected) = unmark(marked);
        let covers = |found: &Match| found.cover;
        let found = engine.find(&text, day, &mut Scratch::default());
        if union(found.iter().map(covers)) != expected {
            let by_engine = mark(&text, found.iter().map(covers));
            failures.push(format!("expected {marked:?}, the engine covers {by_engine:?}"));
        } else if let Some(difference) = difference(&engine, &text, day) {
            failures.push(difference);
        }
    }
    failures
}

/// Returns the difference between engine and reference for a message, or `None` if they agree or the search was cut: the
/// reference has no budget.
pub(crate) fn difference(engine: &Engine, text: &str, day: Option<Date>) -> Option<String> {
    let mut scratch = Scratch::default();
    let found = engine.find(text, day, &mut scratch);
    let mut by_engine: Vec<_> = found.iter().map(|f| (f.span, f.rule, f.cause, f.cover)).collect();
    by_engine.dedup();
    let by_reference = reference::find_covered(engine.rules(), text, day);
    (by_engine != by_reference && !scratch.is_cut()).then(|| {
        format!(
            "engine {by_engine:?}\nreference {by_reference:?}\nin {text:?}\n({})\n",
            text.escape_unicode(),
        )
    })
}

/// Rules to compile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// The lines of each list.
    pub(crate) lists: Vec<Vec<String>>,
    /// Each with the indexes of its lists.
    pub(crate) rules: Vec<(Disguises, Vec<usize>)>,
    /// The index of the list of exceptions to all lists.
    pub(crate) allowed: Option<usize>,
    /// The patterns of the first rule.
    pub(crate) patterns: Vec<String>,
    /// Other keys of the first rule, in TOML.
    pub(crate) keys: String,
}

impl Setup {
    /// Returns an engine with these rules and their diagnostics, without those of empty rules.
    pub(crate) fn engine(&self) -> (Engine, Vec<Diagnostic>) {
        let path = |number: usize| format!("lists/{number}.txt");
        let all: Vec<String> = (0..self.lists.len()).map(path).collect();
        let mut manifest = String::from("version = 1\n");
        for number in 0..self.rules.len() {
            let patterns = if number == 0 { self.patterns.as_slice() } else { &[] };
            let keys = if number == 0 { self.keys.as_str() } else { "" };
            let patterns: Vec<String> =
                patterns.iter().map(|it| format!("\'\'\'{it}\'\'\'")).collect();
            let patterns = patterns.join(", ");
            let rule =
                format!("id = \"rule-{number}\"\naction = \"deny\"\npatterns = [{patterns}]");
            manifest += &format!("[[rule]]\n{rule}\nlists = {all:?}\n{keys}\n");
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

/// Returns an engine with one rule of these list lines and patterns, and its diagnostics.
pub(crate) fn engine(lines: &[&str], patterns: &[&str]) -> (Engine, Vec<Diagnostic>) {
    let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
    let rules = vec![(Disguises::Standard, vec![0])];
    let setup =
        Setup { lists: vec![owned(lines)], rules, patterns: owned(patterns), ..Setup::default() };
    setup.engine()
}

/// Removes «…» from a text; returns it with the spans that they enclosed.
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

/// Returns sorted, disjoint spans that cover the same bytes.
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

/// Inserts «…» around the union of spans.
pub(crate) fn mark(text: &str, spans: impl Iterator<Item = Span>) -> String {
    let mut marked = text.to_owned();
    for span in union(spans).into_iter().rev() {
        marked.insert(span.end, '»');
        marked.insert(span.start, '«');
    }
    marked
}
