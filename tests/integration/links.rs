//! Rows of `tests/data/links`: which parts of a message are links, and which rules deny them.
//!
//! `harmless.toml` and `evasive.toml` were written without knowledge of the algorithm.

use std::fs;
use std::path::Path;

use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::matching::{mark, union, unmark};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spans {
    test: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    deny: Vec<String>,
    #[serde(default)]
    allow: Vec<String>,
    /// Messages with «…» around each denied link.
    marked: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Harmless {
    messages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evasive {
    /// Messages with the host that a reader recognizes.
    links: Vec<(String, String)>,
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/links");
    let text = fs::read_to_string(folder.join(name)).expect("a text");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn engine(deny: &[impl AsRef<str>], allow: &[String]) -> Engine {
    let deny: Vec<&str> = deny.iter().map(AsRef::as_ref).collect();
    let allow = if allow.is_empty() { String::new() } else { format!(", allow = {allow:?}") };
    let rule = format!("id = \"links\"\nlinks = {{ deny = {deny:?}{allow} }}");
    let manifest = format!("version = 1\n[[rule]]\n{rule}\naction = \"mask\"\n");
    let mut sources = Sources::default();
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
    let parsed = rules::parse(&sources);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    Engine::compile(parsed.rules).0
}

/// Returns the message with «…» around each match.
fn marked(engine: &Engine, message: &str) -> String {
    let found = engine.find(message, None, &mut Scratch::default());
    mark(message, found.iter().map(|found| found.span))
}

#[test]
fn rows_have_the_expected_links() {
    let mut failures = Vec::new();
    for row in read::<Spans>("spans.toml").test {
        let engine = engine(&row.deny, &row.allow);
        for expected in &row.marked {
            let (message, spans) = unmark(expected);
            let found = engine.find(&message, None, &mut Scratch::default());
            if union(found.iter().map(|found| found.span)) != spans {
                let found = marked(&engine, &message);
                failures.push(format!("{}: expected {expected:?}, found {found:?}", row.name));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn harmless_messages_have_no_links() {
    let messages = read::<Harmless>("harmless.toml").messages;
    assert_eq!(messages.len(), 105);
    let engine = engine(&["*"], &[]);
    let hit: Vec<String> = messages.iter().map(|it| marked(&engine, it)).collect();
    let hit: Vec<&String> = hit.iter().filter(|it| it.contains('«')).collect();
    // `com` is a word of Portuguese, and a top-level domain nevertheless.
    assert_eq!(hit, ["bom «jogo.com» certeza vamos ganhar"]);
}

#[test]
fn obfuscated_links_are_found_with_their_hosts() {
    let links = read::<Evasive>("evasive.toml").links;
    assert_eq!(links.len(), 100);
    let all = engine(&["*"], &[]);
    let mut missed = Vec::new();
    for (message, host) in &links {
        let one = engine(&[host.as_str()], &[]);
        if marked(&all, message) == *message || marked(&one, message) != marked(&all, message) {
            missed.push((message, host, marked(&all, message), marked(&one, message)));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Rules with an entry and links whose words may be ignored.
fn engine_with_words(keys: &str) -> Engine {
    let manifest = format!(
        "version = 1\n\
         [[rule]]\nid = \"words\"\nterms = [\"*bad*\"]\naction = \"mask\"\n\
         [[rule]]\nid = \"links\"\nlinks = {{ allow = [\"example.com\"], ignore_words = true }}\n{keys}"
    );
    let mut sources = Sources::default();
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
    let parsed = rules::parse(&sources);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    Engine::compile(parsed.rules).0
}

#[test]
fn words_in_allowed_links_are_ignored() {
    let engine = engine_with_words("action = \"mask\"");
    for expected in [
        "https://example.com/bad and «bad»",
        "https://example.com/b4d?x=b.a.d#bad, example.com/bad",
        "«https://example.org/bad»",
        "https://example.com/a «bad» https://example.com/b",
        "https://example.com/bad?«https://example.org/bad»",
    ] {
        let (message, spans) = unmark(expected);
        let found = engine.find(&message, None, &mut Scratch::default());
        assert_eq!(union(found.iter().map(|found| found.span)), spans, "{expected}");
    }
    let shadow = engine_with_words("action = \"mask\"\nmode = \"shadow\"");
    assert_eq!(marked(&shadow, "example.com/bad"), "example.com/«bad»");
}
