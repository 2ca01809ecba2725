//! The compared filters: [`Filter`].

use std::path::Path;

use anyhow::{Result, bail};
use censor::Censor as Words;
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::{Date, date};
use rustrict::{Censor, Trie, Type};
use serde::Deserialize;

/// The day of all reviews.
const DAY: Date = date(2026, 12, 1);

/// A filter that decides whether a line is hit.
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) hits: Box<dyn Fn(&str) -> bool>,
}

impl Filter {
    pub(crate) fn hits(&self, line: &str) -> bool {
        (self.hits)(line)
    }
}

/// Returns every filter with the same words.
pub(crate) fn with_list(entries: &[String]) -> Result<Vec<Filter>> {
    let plain = list(entries, "");
    let endings = list(entries, "+");
    let mut trie = Trie::new();
    for entry in entries {
        trie.set(&entry.to_lowercase(), Type::PROFANE & Type::SEVERE);
    }
    let trie: &'static Trie = Box::leak(Box::new(trie));
    let words = Words::custom(entries.iter().map(|entry| entry.to_lowercase()));
    Ok(vec![
        ours("ours, disguises = \"none\"", &plain, "disguises = \"none\"")?,
        ours("ours", &plain, "")?,
        ours("ours, each entry with +", &endings, "")?,
        Filter {
            name: "rustrict",
            hits: Box::new(move |line| {
                Censor::from_str(line).with_trie(trie).analyze().is(Type::INAPPROPRIATE)
            }),
        },
        Filter { name: "censor", hits: Box::new(move |line| words.check(line)) },
    ])
}

/// Returns every filter with the rules or words that it ships with.
pub(crate) fn as_shipped(folder: &Path) -> Result<Vec<Filter>> {
    let engine = engine(&rules::load(folder)?)?;
    Ok(vec![
        Filter {
            name: "ours, shipped rules",
            hits: Box::new(move |line| is_changed(&engine, line)),
        },
        Filter {
            name: "rustrict, its own list",
            hits: Box::new(|line| Censor::from_str(line).analyze().is(Type::INAPPROPRIATE)),
        },
        Filter { name: "censor, its own list", hits: Box::new(|line| Words::Standard.check(line)) },
    ])
}

/// Returns whether a message is denied or rewritten. Tags and rules in shadow mode do not count.
fn is_changed(engine: &Engine, line: &str) -> bool {
    let event = serde_json::json!({ "Content": line }).to_string();
    let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
    let review = Reviewer::new(engine).review(&request, DAY);
    let reply = review.into_response(engine, request).to_json();
    let reply: Reply = serde_json::from_slice(&reply).expect("a reply");
    reply.result == "DENY" || reply.content != line
}

#[derive(Deserialize)]
struct Reply {
    #[serde(rename = "ReviewResult")]
    result: String,
    #[serde(rename = "Content")]
    content: String,
}

fn ours(name: &'static str, list: &str, keys: &str) -> Result<Filter> {
    let manifest = format!(
        "version = 1\n[[rule]]\nid = \"list\"\nlists = [\"lists/list.txt\"]\naction = \"mask\"\n{keys}\n"
    );
    let mut sources = Sources::default();
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
    sources.push(Source { path: "lists/list.txt".into(), content: Ok(list.into()) });
    let engine = engine(&sources)?;
    let hits = move |line: &str| !engine.find(line, None, &mut Scratch::default()).is_empty();
    Ok(Filter { name, hits: Box::new(hits) })
}

/// Compiles rules, and fails on any diagnostic.
pub(crate) fn engine(sources: &Sources) -> Result<Engine> {
    let parsed = rules::parse(sources);
    let (engine, problems) = Engine::compile(parsed.rules);
    if let Some(problem) = parsed.diagnostics.iter().chain(&problems).next() {
        bail!("{}", problem.message);
    }
    Ok(engine)
}

/// Returns a list with the entries as literals: punctuation is escaped.
fn list(entries: &[String], ending: &str) -> String {
    let mut list = String::new();
    for entry in entries {
        for c in entry.chars() {
            if c.is_ascii_punctuation() {
                list.push('\\');
            }
            list.push(c);
        }
        // `+` is only accepted after an ASCII letter.
        if entry.ends_with(|c: char| c.is_ascii_alphabetic()) {
            list.push_str(ending);
        }
        list.push('\n');
    }
    list
}
