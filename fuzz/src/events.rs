//! Decodes any bytes as an event.

use std::sync::LazyLock;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::{EventError, ReviewRequest};
use ivs_chat_review::rules;
use serde_json::Value;

use super::reviews::check_review;
use super::root;

/// The rules of `tests/data/rules`, which cover the actions and kinds of rules.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let sources = rules::load(&root().join("tests/data/rules")).expect("a rule folder");
    let parsed = rules::parse(&sources);
    let (engine, problems) = Engine::compile(parsed.rules);
    assert_eq!((parsed.diagnostics, problems), (Vec::new(), Vec::new()));
    engine
});

/// Decodes an event and reviews it if it is valid. Checks that a plain JSON decoder reads the same
/// content, that errors and `Debug` output contain no text of the event, and that the reply is
/// valid.
pub fn events(bytes: &[u8]) {
    let read = ReviewRequest::from_json(bytes);
    let content = content_by_serde(bytes);
    match read {
        Ok(request) => {
            if let Some(content) = content {
                assert_eq!(request.content, content);
            }
            let redacted = ReviewRequest::new("x".repeat(request.content.len()));
            assert_eq!(format!("{request:?}"), format!("{redacted:?}"), "Debug shows the message");
            check_review(&ENGINE, bytes);
        }
        Err(error) => {
            assert!(["$", "$.Content"].contains(&error.path()), "{}", error.path());
            assert!(error.to_string().len() < 80 && format!("{error:?}").len() < 160, "{error}");
            let twice = error.to_string().contains("duplicate field");
            assert!(content.is_none() || twice, "{error} for an event with content");
        }
    }
}

/// Returns the content of an event as a plain JSON decoder reads it.
fn content_by_serde(bytes: &[u8]) -> Option<String> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(mut event)) => match event.remove("Content") {
            Some(Value::String(content)) => Some(content),
            _ => None,
        },
        _ => None,
    }
}

/// A `Copy` type that outlives the event cannot contain its text.
const fn contains_no_text<E: Copy + 'static>() {}
const _: () = contains_no_text::<EventError>();
