//! Reviews of whole events, from the bytes of the request to those of the response.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` updates the responses; review the difference before committing it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::lint::check;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{self, Action, Rule};
use jiff::civil::Date;
use serde_json::Value;

pub(crate) const DAY: Date = Date::constant(2026, 6, 30);

pub(crate) fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

/// Returns the engine of `tests/data/rules`, which must have no diagnostics.
pub(crate) fn engine() -> Engine {
    let sources = rules::load(&data("rules")).expect("the folder is there");
    let parsed = rules::parse(&sources);
    assert_eq!(parsed.diagnostics, []);
    let (engine, problems) = Engine::compile(parsed.rules);
    assert_eq!(problems, []);
    assert_eq!(check(&engine, &sources), []);
    engine
}

#[test]
fn responses_match_the_snapshots() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let engine = engine();
    let mut reviewer = Reviewer::new(&engine);
    let mut failures = String::new();
    for name in names() {
        let event = fs::read(data(&format!("events/{name}.request.json"))).expect("an event");
        let reply = reply(&mut reviewer, &event);
        let path = data(&format!("events/{name}.response.json"));
        if update {
            fs::write(&path, format!("{reply}\n")).expect("the snapshot can be written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if reply != expected.trim_end_matches(['\r', '\n']) {
            failures.push_str(&format!("{name}:\n   expected {expected}\n      found {reply}\n"));
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn reviewing_a_reply_again_changes_nothing() {
    let engine = engine();
    let rules = &engine.rules().rules;
    let is_tag = |name: &str| {
        let tags =
            |rule: &Rule| matches!(&rule.action, Action::Tag(tags) if tags.get(name).is_some());
        rules.iter().any(tags)
    };
    let mut reviewer = Reviewer::new(&engine);
    for name in names() {
        let event = fs::read(data(&format!("events/{name}.request.json"))).expect("an event");
        // Unpaired surrogates are accepted outside of the content, and `Value` cannot contain them.
        let Ok(mut again) = serde_json::from_slice::<Value>(&event) else { continue };
        let once: Value = serde_json::from_str(&reply(&mut reviewer, &event)).expect("JSON");
        again["Content"] = once["Content"].clone();
        if once["ReviewResult"] == "ALLOW" && !once["Attributes"].is_null() {
            again["Attributes"] = once["Attributes"].clone();
        }
        let twice = reply(&mut reviewer, again.to_string().as_bytes());
        let twice: Value = serde_json::from_str(&twice).expect("JSON");
        assert_eq!(once["ReviewResult"], twice["ReviewResult"], "{name}");
        assert_eq!(once["Content"], twice["Content"], "{name}");
        // Tags may differ, since the matches that caused them are gone.
        let texts = |attributes: &Value| -> Vec<(String, String)> {
            let texts = attributes.as_object().into_iter().flatten();
            let texts =
                texts.filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())));
            texts.filter(|(name, _)| !is_tag(name)).collect()
        };
        if !twice["Attributes"].is_null() && once["ReviewResult"] == "ALLOW" {
            assert_eq!(texts(&again["Attributes"]), texts(&twice["Attributes"]), "{name}");
        }
    }
}

/// Returns the names of all events of `tests/data/events`.
pub(crate) fn names() -> BTreeSet<String> {
    let files: Vec<String> = fs::read_dir(data("events"))
        .expect("the folder is there")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    let names = |ending| files.iter().filter_map(move |file| file.strip_suffix(ending));
    let events: BTreeSet<String> = names(".request.json").map(str::to_owned).collect();
    for reply in names(".response.json") {
        assert!(events.contains(reply), "{reply} has no request");
    }
    events
}

fn reply(reviewer: &mut Reviewer<'_>, event: &[u8]) -> String {
    let request = ReviewRequest::from_json(event).expect("an event");
    let review = reviewer.review(&request, DAY);
    let reply = review.into_response(reviewer.engine(), request).to_json();
    String::from_utf8(reply).expect("a reply is text")
}
