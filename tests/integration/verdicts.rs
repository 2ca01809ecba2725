//! Events that a review takes long for, by the rules that ship. How long is measured elsewhere, in a release
//! build under a quota.

use std::collections::BTreeSet;
use std::path::Path;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::event::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;

use crate::review::DAY;
use crate::storms::storms;

#[test]
fn events_that_take_long_get_their_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let parsed = rules::parse(&rules::load(&folder).expect("they ship"));
    let (engine, problems) = Engine::compile(parsed.rules);
    assert_eq!(problems, []);
    let mut reviewer = Reviewer::new(&engine);
    let mut names = BTreeSet::new();
    for storm in storms() {
        let event = storm.event();
        let request = ReviewRequest::from_json(event.as_bytes()).expect(&storm.name);
        let reply = reviewer.review(&request, DAY).into_response(&engine, request).to_json();
        let reply = String::from_utf8(reply).expect("a reply is text");
        assert_eq!(storm.verdict_of(&reply), storm.verdict, "{}", storm.name);
        assert!(names.insert(storm.name.clone()), "{} is there twice", storm.name);
    }
}
