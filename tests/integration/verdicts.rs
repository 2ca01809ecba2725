//! The verdicts on events that a review takes long for, and their steps, which are the same on every machine.

use std::path::Path;

use ivs_chat_review::engine::{Engine, MAX_STEPS};
use ivs_chat_review::event::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use jiff::civil::Date;

use crate::storms::storms;

const DAY: Date = Date::constant(2026, 6, 30);

#[test]
fn no_event_takes_more_steps_than_the_budget_has() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let sources = rules::load(&folder).expect("the rules that ship");
    let (engine, _) = Engine::compile(rules::parse(&sources).rules);
    let mut reviewer = Reviewer::new(&engine);
    let mut wrong = Vec::new();
    for storm in storms() {
        let event = storm.event();
        let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
        let review = reviewer.review(&request, DAY);
        assert!(review.steps <= MAX_STEPS, "{}: {} steps", storm.name, review.steps);
        let (steps, cut) = (review.steps, review.cut);
        let reply = review.into_response(&engine, request).to_json();
        let verdict = storm.verdict_of(&String::from_utf8(reply).expect("JSON"));
        if (verdict, cut) != (storm.verdict.as_str(), storm.cut) {
            wrong.push(format!("{}: {verdict}, cut: {cut}, {steps} steps", storm.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
