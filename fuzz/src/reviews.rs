//! Reviews messages with a rule folder, both from any bytes.

use std::collections::BTreeMap;

use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{self, Action};
use jiff::civil::Date;
use serde_json::json;
use unicode_segmentation::UnicodeSegmentation;

use super::case::Case;
use super::compiled::{check_same, reopened};
use super::reply::Reply;

/// The day of all reviews.
pub(super) const DAY: Date = Date::constant(2026, 6, 30);

/// Reviews messages with a rule folder. Checks that matches are whole graphemes, and that replies
/// are valid, deterministic and not changed by a second review.
pub fn reviews(bytes: &[u8]) {
    let case = Case::new(bytes);
    let sources = case.sources();
    let (engine, _) = Engine::compile(rules::parse(&sources).rules);
    let opened = reopened(&engine, &sources);
    for message in &case.messages {
        let event = json!({ "Content": message }).to_string();
        check_review(&engine, event.as_bytes());
        check_same_reply(&engine, &opened, event.as_bytes());
    }
    for event in case.events {
        check_review(&engine, event);
        check_same_reply(&engine, &opened, event);
    }
}

/// Checks that compiled rules give the same matches and reply.
fn check_same_reply(engine: &Engine, opened: &Engine, event: &[u8]) {
    let Ok(request) = ReviewRequest::from_json(event) else { return };
    check_same(engine, opened, &request.content);
    let replies = [engine, opened].map(|engine| reply(&mut Reviewer::new(engine), &request));
    assert!(replies[0] == replies[1], "compiled rules reply otherwise");
}

/// Checks the review of an event. Ignores bytes that are not a valid event.
pub(super) fn check_review(engine: &Engine, event: &[u8]) {
    let Ok(request) = ReviewRequest::from_json(event) else { return };
    check_matches(engine, &request.content);

    let mut reviewer = Reviewer::new(engine);
    let json = reply(&mut reviewer, &request);
    assert!(json == reply(&mut reviewer, &request), "the second reply differs");
    let fresh = reply(&mut Reviewer::new(engine), &request);
    assert!(json == fresh, "the reply of another reviewer differs");

    let once = Reply::read(&json, &request.content);
    if once.allows {
        check_second_review(&mut reviewer, &request, &once);
    }
}

/// Checks that the delivered message, sent again without its tags, is delivered unchanged.
fn check_second_review(reviewer: &mut Reviewer<'_>, sent: &ReviewRequest<'_>, once: &Reply) {
    let rules = &reviewer.engine().rules().rules;
    let is_tag = |name: &str| {
        let tags =
            |action: &Action| matches!(action, Action::Tag(tags) if tags.get(name).is_some());
        rules.iter().any(|rule| tags(&rule.action))
    };
    let own: BTreeMap<String, String> = once.attributes.clone().unwrap_or_else(|| {
        sent.attributes.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    });
    let own = own.into_iter().filter(|(name, _)| !is_tag(name));
    let mut delivered = sent.clone();
    delivered.content = once.content.as_str().into();
    delivered.attributes = own.map(|(name, text)| (name.into(), text.into())).collect();

    let twice = Reply::read(&reply(reviewer, &delivered), &once.content);
    let content = &sent.content;
    assert!(twice.allows, "{content:?} is allowed as {:?}, which is denied", once.content);
    assert_eq!(once.content, twice.content, "of {content:?}");
    let Some(attributes) = &twice.attributes else { return };
    for (name, text) in delivered.attributes.iter() {
        assert_eq!(attributes.get(name).map(String::as_str), Some(text), "of {name:?}");
    }
}

fn reply(reviewer: &mut Reviewer<'_>, request: &ReviewRequest<'_>) -> Vec<u8> {
    let review = reviewer.review(request, DAY);
    review.into_response(reviewer.engine(), request.clone()).to_json()
}

/// Checks that matches are ordered and unique, and start and end at grapheme boundaries.
fn check_matches(engine: &Engine, text: &str) {
    let mut boundaries: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    boundaries.push(text.len());
    let is_boundary = |at| boundaries.binary_search(&at).is_ok();
    for day in [Some(DAY), None] {
        let found = engine.find(text, day, &mut Scratch::default());
        for hit in &found {
            let span = hit.span;
            assert!(span.start < span.end, "an empty match in {text:?}");
            assert!(is_boundary(span.start) && is_boundary(span.end), "{span:?} of {text:?}");
        }
        let key = |at: usize| (found[at].span, found[at].rule, found[at].cause);
        let ascending = (1..found.len()).all(|at| key(at - 1) < key(at));
        assert!(ascending, "matches in {text:?} are not ordered and unique");
    }
}
