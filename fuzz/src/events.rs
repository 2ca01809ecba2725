//! Any bytes as an event.

use std::sync::LazyLock;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::{EventError, ReviewRequest};
use ivs_chat_review::rules;
use serde_json::Value;

use super::reviews::is_reviewed_soundly;
use super::root;

/// The rules of `tests/data/rules`, of which each does something else.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let sources = rules::load(&root().join("tests/data/rules")).expect("the folder is there");
    let parsed = rules::parse(&sources);
    let (engine, problems) = Engine::compile(parsed.rules);
    assert_eq!((parsed.diagnostics, problems), (Vec::new(), Vec::new()));
    engine
});

/// Reads an event and reviews what can be read. The reply is valid; an error holds nothing of the
/// event; and a plain reader of JSON sees the same content.
pub fn events(bytes: &[u8]) {
    let read = ReviewRequest::from_json(bytes);
    let content = content_by_serde(bytes);
    match read {
        Ok(request) => {
            if let Some(content) = content {
                assert_eq!(request.content, content);
            }
            let blank = ReviewRequest::new("x".repeat(request.content.len()));
            assert_eq!(format!("{request:?}"), format!("{blank:?}"), "Debug shows the message");
            is_reviewed_soundly(&ENGINE, bytes);
        }
        Err(error) => {
            assert!(["$", "$.Content"].contains(&error.path()), "{}", error.path());
            assert!(error.to_string().len() < 80 && format!("{error:?}").len() < 160, "{error}");
            let twice = error.to_string().contains("more than once");
            assert!(content.is_none() || twice, "{error} in an event with a content");
        }
    }
}

/// The content of an event, if a plain reader of JSON finds one.
fn content_by_serde(bytes: &[u8]) -> Option<String> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(mut event)) => match event.remove("Content") {
            Some(Value::String(content)) => Some(content),
            _ => None,
        },
        _ => None,
    }
}

/// What can be copied and outlives the event has no room for its text.
const fn holds_no_text<E: Copy + 'static>() {}
const _: () = holds_no_text::<EventError>();
