//! Snapshots of the diagnostics of rule folders with mistakes, as text and as JSON:
//! `tests/data/diagnostics/NAME/` is a folder, `NAME.out` and `NAME.json` are its snapshots. In a
//! folder, `common.words` contains the common words, `corpus.lines` the corpus, and `rooms.json`
//! the rooms.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` updates the snapshots; read the difference before you commit it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ivs_chat_review::advice::advise;
use ivs_chat_review::diagnostic::{Code, Diagnostic, sort};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::language::Language;
use ivs_chat_review::lint::{CheckOptions, Cost, check_with, over_budget};
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::Date;
use serde_json::Value;

use super::MAX_WORDS;
use super::rooms::read as read_rooms;
use crate::output::text::render;
use crate::output::{json, sarif};

const DAY: Date = Date::constant(2026, 6, 30);

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics")
}

/// The names of all folders. Asserts that each snapshot has a folder.
fn names() -> BTreeSet<String> {
    let (mut folders, mut snapshots) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(data()).expect("the folder exists") {
        let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".out").or(name.strip_suffix(".json")) {
            Some(name) => snapshots.insert(name.to_owned()),
            None => folders.insert(name),
        };
    }
    let generated: BTreeSet<String> =
        generated().into_iter().map(|(name, ..)| name.to_owned()).collect();
    let known: BTreeSet<String> = folders.union(&generated).cloned().collect();
    let stray: Vec<_> = snapshots.difference(&known).collect();
    assert!(stray.is_empty(), "snapshots without a folder: {stray:?}");
    folders
}

/// The diagnostics of a folder.
fn diagnostics(name: &str) -> (Sources, Vec<Diagnostic>) {
    let folder = data().join(name);
    let mut sources = rules::load(&folder).expect("the folder has a rules.toml");
    // The path of the repository is not part of the snapshot.
    sources.prefix = format!("{name}/");
    checked(sources, &folder)
}

fn checked(mut sources: Sources, folder: &Path) -> (Sources, Vec<Diagnostic>) {
    let parsed = rules::parse(&sources);
    let (engine, more) = Engine::compile(parsed.rules);
    let words = fs::read_to_string(folder.join("common.words")).unwrap_or_default();
    let words: Vec<&str> = words.lines().collect();
    let foreign = fs::read_to_string(folder.join("foreign.words")).unwrap_or_default();
    let foreign = foreign.lines().map(|line| line.split_once(' ').expect("a language and a word"));
    let foreign =
        foreign.map(|(tag, word)| (Language::from_tag(tag).expect("a language"), word.to_owned()));
    let foreign: Vec<_> = foreign.collect();
    let mut corpus_files = Vec::new();
    if let Ok(content) = fs::read(folder.join("corpus.lines")) {
        let path = "corpus.lines".to_owned();
        corpus_files.push(sources.push_outside(Source { path, content: Ok(content) }));
    }
    let rooms = folder.join("rooms.json");
    let rooms = rooms.exists().then(|| read_rooms(&rooms).expect("valid rooms"));
    let options = CheckOptions {
        day: Some(DAY),
        words: &words,
        commonest: usize::MAX,
        foreign_words: &foreign,
        max_words: MAX_WORDS,
        corpus: &corpus_files,
        rooms: rooms.as_deref(),
        progress: None,
    };
    let mut diagnostics = advise(&sources, parsed.diagnostics);
    diagnostics.extend(more);
    diagnostics.extend(check_with(&engine, &sources, options));
    sort(&sources, &mut diagnostics);
    (sources, diagnostics)
}

/// Folders that cannot be checked in: too large, with symbolic links, or dependent on measured
/// times.
fn generated() -> Vec<(&'static str, Sources, Vec<Diagnostic>)> {
    let build = Duration::from_millis(120);
    let cost = Cost { start: build, build, worst_steps: 10_000, slow_patterns: 2 };
    let over: Vec<Diagnostic> = over_budget(cost).into_iter().collect();
    let fallback = over_budget(Cost { start: Duration::from_millis(1), ..cost });
    let mut sources = Sources::new("too-many-problems/");
    let manifest = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"a.txt\"]\n";
    for (path, text) in [("rules.toml", manifest.to_owned()), ("a.txt", "*\n".repeat(1_234))] {
        sources.push(Source { path: path.into(), content: Ok(text.into_bytes()) });
    }
    let (sources, mut diagnostics) = checked(sources, Path::new("no-such-folder"));
    diagnostics.retain(|it| it.code == Code::TooManyProblems);
    let (linked, link_diagnostics) = checked(linked(), Path::new("no-such-folder"));
    vec![
        ("made-over-budget", Sources::new("rules/"), over),
        ("made-slow-fallback", Sources::new("rules/"), fallback.into_iter().collect()),
        ("made-unsupported-file", linked, link_diagnostics),
        ("made-too-many-problems", sources, diagnostics),
    ]
}

/// A folder with symbolic links, which git does not support on every system.
fn linked() -> Sources {
    let folder = tempfile::TempDir::new().expect("a folder");
    let manifest = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [\"bad\"]\nlists = [\"lists/a.txt\"]\n";
    fs::write(folder.path().join("rules.toml"), manifest).expect("it can be written");
    fs::create_dir(folder.path().join("lists")).expect("it can be created");
    #[cfg(unix)]
    for name in ["lists/a.txt", "more"] {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).expect("a link");
    }
    let mut sources = rules::load(folder.path()).expect("the folder has a rules.toml");
    sources.prefix = "unsupported-file/".to_owned();
    sources
}

fn all() -> Vec<(String, Sources, Vec<Diagnostic>)> {
    let folders = names().into_iter().map(|name| {
        let (sources, diagnostics) = diagnostics(&name);
        (name, sources, diagnostics)
    });
    let generated = generated().into_iter();
    folders.chain(generated.map(|(name, sources, it)| (name.to_owned(), sources, it))).collect()
}

#[test]
fn diagnostics_equal_the_snapshots() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut failures = String::new();
    for (name, sources, diagnostics) in all() {
        let text: String = diagnostics
            .iter()
            .map(|it| anstream::adapter::strip_str(&render(&sources, it)).to_string() + "\n\n")
            .collect();
        let lines: String = diagnostics
            .iter()
            .map(|it| json::line(&sources, it).expect("it is JSON") + "\n")
            .collect();
        for (extension, output) in [("out", text), ("json", lines)] {
            let path = data().join(format!("{name}.{extension}"));
            if update {
                fs::write(&path, &output).expect("the snapshot can be written");
            }
            let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
            if output != expected {
                failures += &format!("{name}: expected\n{expected}{name}: found\n{output}\n");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn each_code_is_in_a_snapshot() {
    let found: BTreeSet<Code> =
        all().iter().flat_map(|(_, _, diagnostics)| diagnostics).map(|it| it.code).collect();
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !found.contains(code)).collect();
    assert!(missing.is_empty(), "in no snapshot: {missing:?}");
}

/// The objects of SARIF 2.1.0 that are written, with their keys and the number of required ones,
/// which come first.
const SCHEMA: [(&str, &[&str], usize); 13] = [
    ("log", &["version", "runs", "$schema"], 2),
    ("runs", &["tool", "results", "columnKind"], 1),
    ("tool", &["driver"], 1),
    ("driver", &["name", "semanticVersion", "rules"], 1),
    ("rules", &["id", "shortDescription", "help", "defaultConfiguration"], 1),
    ("shortDescription", &["text"], 1),
    ("help", &["text", "markdown"], 1),
    ("defaultConfiguration", &["level"], 0),
    ("results", &["message", "ruleId", "ruleIndex", "level", "locations", "relatedLocations"], 1),
    ("message", &["text"], 1),
    ("locations", &["physicalLocation", "message"], 0),
    ("physicalLocation", &["artifactLocation", "region"], 0),
    ("artifactLocation", &["uri"], 0),
];

/// Asserts that a part of a log conforms to the published schema (sarif-schema-2.1.0.json, OASIS).
fn assert_schema(name: &str, value: &Value) {
    if let Value::Array(values) = value {
        return values.iter().for_each(|value| assert_schema(name, value));
    }
    let Value::Object(object) = value else {
        match name {
            "ruleIndex" => assert!(value.is_u64()),
            "level" => assert!(["error", "warning"].contains(&value.as_str().unwrap_or_default())),
            "uri" => assert!(value.as_str().is_some_and(|uri| !uri.contains([' ', '\\']))),
            _ => assert!(value.as_str().is_some_and(|text| !text.is_empty()), "{name}: {value}"),
        }
        return;
    };
    if name == "region" {
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(keys, ["endColumn", "endLine", "startColumn", "startLine"]);
        assert!(object.values().all(|number| number.as_u64().is_some_and(|number| number > 0)));
        return;
    }
    let object_name = if name == "relatedLocations" { "locations" } else { name };
    let (_, keys, required) =
        SCHEMA.iter().find(|(known, ..)| *known == object_name).expect("SARIF has it");
    for (key, value) in object {
        assert!(keys.contains(&key.as_str()), "{name} has no {key}");
        assert_schema(key, value);
    }
    assert!(keys[..*required].iter().all(|&key| object.contains_key(key)), "{name}: {value}");
}

#[test]
fn diagnostics_are_valid_sarif() {
    for (name, sources, diagnostics) in all() {
        let log = sarif::log(&sources, &diagnostics).expect("it is JSON");
        let log: Value = serde_json::from_str(&log).expect("it is JSON");
        assert_schema("log", &log);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("there are results");
        assert_eq!(results.len(), diagnostics.len(), "{name}");
        for (result, diagnostic) in results.iter().zip(&diagnostics) {
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            let rule = &run["tool"]["driver"]["rules"][index];
            assert_eq!((&rule["id"], &result["ruleId"]), (&result["ruleId"], &rule["id"]));
            assert_eq!(rule["id"], diagnostic.code.as_str());
            assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
            let region = &result["locations"][0]["physicalLocation"]["region"];
            if let Some(location) = diagnostic.location {
                let start = sources.position(location.source, location.span.start);
                assert_eq!(region["startLine"], start.line);
                assert_eq!(region["startColumn"], start.column);
            }
        }
    }
}
