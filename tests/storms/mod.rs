//! Reads `tests/data/storms.toml`: events whose review is slow.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

/// A string as parts with their numbers of repetitions.
type Parts = Vec<(String, usize)>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    event: Vec<Storm>,
}

/// An event and its verdict with the rules in `rules/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Storm {
    pub(crate) name: String,
    content: Parts,
    #[serde(default)]
    attributes: BTreeMap<String, Parts>,
    /// `allow`, `rewrite` or `deny`.
    pub(crate) verdict: String,
    /// Whether the search is cut.
    #[serde(default)]
    #[allow(dead_code, reason = "the tests with the emulator only see replies")]
    pub(crate) cut: bool,
}

/// Returns all events of the file.
pub(crate) fn storms() -> Vec<Storm> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/storms.toml");
    let text = fs::read_to_string(path).expect("a readable file");
    let File { event } = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    assert!(!event.is_empty());
    event
}

impl Storm {
    fn content(&self) -> String {
        expand(&self.content)
    }

    /// Returns the event as the service sends it.
    pub(crate) fn event(&self) -> String {
        let attributes: BTreeMap<&str, String> =
            self.attributes.iter().map(|(name, text)| (name.as_str(), expand(text))).collect();
        json!({ "Content": self.content(), "Attributes": attributes }).to_string()
    }

    /// Returns the verdict of a reply to the event.
    pub(crate) fn verdict_of(&self, reply: &str) -> &'static str {
        let reply: Value = serde_json::from_str(reply).unwrap_or_default();
        match reply["ReviewResult"].as_str() {
            Some("DENY") => "deny",
            Some("ALLOW")
                if reply["Content"] == self.content() && reply.get("Attributes").is_none() =>
            {
                "allow"
            }
            Some("ALLOW") => "rewrite",
            _ => "none",
        }
    }
}

fn expand(parts: &Parts) -> String {
    parts.iter().map(|(text, times)| text.repeat(*times)).collect()
}
