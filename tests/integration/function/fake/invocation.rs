//! A process of a function: unpacks the layers, and reviews events with the rules in them as the handler does.

use std::fs;
use std::io::Cursor;

use ivs_chat_review::compiled::{Compiled, RulesHash};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::{Probe, ReviewRequest};
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::state::Handler;

pub(super) struct Process {
    /// `None` if the function does not start.
    rules: Option<(Engine, Probe)>,
    answered: u64,
}

/// Unpacks layers in their order and loads the rules.
pub(super) fn start(layers: &[&[u8]], handler: Handler) -> Process {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for layer in layers {
        let mut archive = zip::ZipArchive::new(Cursor::new(layer)).expect("an archive");
        archive.extract(folder.path()).expect("the archive can be unpacked");
    }
    let folder = folder.path().join("rules");
    let file = folder.join("rules.compiled");
    let compiled = fs::read(&file).ok().filter(|_| handler != Handler::OtherCode);
    let compiled =
        compiled.and_then(|bytes| Compiled::open_checked(bytes).ok()).filter(|compiled| {
            let metadata = fs::symlink_metadata(&file).expect("it was read");
            rules::changed_file(&folder, &compiled.files, &metadata).is_ok_and(|it| it.is_none())
        });
    let about = |hash: String, compiled: bool, skipped: usize| Probe {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_hash: hash,
        compiled,
        skipped,
        start_us: 3_000,
        ..Probe::default()
    };
    let rules = match compiled {
        Some(compiled) => Some((compiled.engine, about(compiled.hash.to_string(), true, 0))),
        None => rules::load(&folder).ok().map(|sources| {
            let parsed = rules::parse(&sources);
            let skipped = parsed.diagnostics.iter().filter(|it| it.is_error()).count();
            let hash = RulesHash::of(&sources).to_string();
            (Engine::compile(parsed.rules).0, about(hash, false, skipped))
        }),
    };
    Process { rules, answered: 0 }
}

impl Process {
    /// Answers an event, or returns an error as the runtime does.
    pub(super) fn answer(&mut self, event: &Value, handler: Handler) -> Result<Value, Value> {
        if handler == Handler::Failing {
            return Err(json!({ "errorType": "EventError", "errorMessage": "planted" }));
        }
        let Some((engine, about)) = &self.rules else {
            return Err(
                json!({ "errorType": "Runtime.ExitError", "errorMessage": "exit status 1" }),
            );
        };
        let mut event = event.clone();
        if handler == Handler::Older {
            event.as_object_mut().expect("an event").remove("Probe");
        }
        let json = event.to_string();
        let request = ReviewRequest::from_json(json.as_bytes()).expect("an event");
        let day = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let is_probe = request.is_probe;
        let review = Reviewer::new(engine).review(&request, day);
        let mut response = review.into_response(engine, request);
        if is_probe {
            response = response.with_probe(Probe { answered: self.answered, ..about.clone() });
        }
        self.answered += 1;
        Ok(serde_json::from_slice(&response.to_json()).expect("JSON"))
    }
}
