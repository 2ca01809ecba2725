//! Verdicts and search steps of slow events, which are the same on every machine.

use std::path::Path;

use ivs_chat_review::engine::{Engine, MAX_STEPS};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use jiff::civil::Date;
use serde_json::json;

use crate::properties::engine_of;
use crate::storms::storms;

const DAY: Date = Date::constant(2026, 6, 30);

#[test]
fn no_event_exceeds_the_search_budget() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let sources = rules::load(&folder).expect("a rule folder");
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

fn review(manifest: &str, event: &serde_json::Value) -> (&'static str, bool) {
    let engine = engine_of(manifest.to_owned());
    let json = event.to_string();
    let request = ReviewRequest::from_json(json.as_bytes()).expect("an event");
    let review = Reviewer::new(&engine).review(&request, DAY);
    (review.verdict.as_str(), review.cut)
}

const CHINESE: &str = "大家好今天我们来玩这个游戏非常感谢大家的支持希望你们喜欢这个直播";

/// Repeats a text to 400 characters.
fn long(text: &str) -> String {
    text.chars().cycle().take(400).collect()
}

/// In most scripts, text is long in bytes, and unfiltered patterns run on all of it.
#[test]
fn long_messages_in_any_script_are_not_cut() {
    let manifest = r"version = 1
[[rule]]
id = 'a'
action = 'mask'
terms = ['muppet']
patterns = ['[a-z]{20}', '(\w)\s\w\s\w\b', '\p{Han}{3}x', '\bdiscord\.gg/\w+']
";
    for text in [
        CHINESE,
        "Привет всем, сегодня играем ",
        "สวัสดีทุกคนวันนี้เราจะเล่นเกม",
        "नमस्ते दोस्तों आज हम खेलेंगे ",
        "여러분 안녕하세요 오늘은 게임을 ",
        "مرحبا بالجميع اليوم سنلعب ",
        "ㅋㅋㅋㅋ",
        "🇩🇪👍🏽🎉",
        "T_T",
    ] {
        let content = long(text);
        assert_eq!(review(manifest, &json!({ "Content": content })), ("allow", false), "{text}");
        let content = content + " discord.gg/abc";
        assert_eq!(review(manifest, &json!({ "Content": content })), ("rewrite", false), "{text}");
    }
}

/// Patterns that exhaust the budget do not change delivered messages in shadow mode or with a tag. The patterns of rules
/// that deny run before them.
#[test]
fn a_cut_search_of_rules_that_deny_nothing_denies_nothing() {
    let slow: Vec<String> =
        (0..40).map(|number| format!(r"'\b\w+\b{{{}}}x'", number + 1)).collect();
    let slow = slow.join(", ");
    let other = |keys: &str| format!("[[rule]]\nid = 'slow'\n{keys}\npatterns = [{slow}]\n");
    let deny = "[[rule]]\nid = 'deny'\naction = 'deny'\npatterns = ['bad\\w+']\n";
    let content = long(CHINESE);
    for keys in ["action = 'deny'\nmode = 'shadow'", "action = 'tag'\ntag = { a = 'b' }"] {
        let manifest = format!("version = 1\n{}{deny}", other(keys));
        assert_eq!(review(&manifest, &json!({ "Content": content })), ("allow", false));
        let bad = format!("{content} badword");
        assert_eq!(review(&manifest, &json!({ "Content": bad })), ("deny", false));
    }
    let manifest = format!("version = 1\n{}", other("action = 'mask'"));
    assert_eq!(review(&manifest, &json!({ "Content": content })), ("deny", true));
}

#[test]
fn spaced_letters_are_found_at_the_end_of_the_longest_attribute() {
    let manifest = "version = 1\n[[rule]]\nid = 'a'\naction = 'deny'\nterms = ['muppet']\nfields = ['attributes.*']\n";
    let name = "a ".repeat(480) + "m u p p e t";
    let event = json!({ "Content": "hi", "Attributes": { "n": name } });
    assert_eq!(review(manifest, &event).0, "deny");
}

/// Many rules with the same entries have many matches.
#[test]
fn the_number_of_matches_is_bounded() {
    let rule = |number: usize| {
        format!("[[rule]]\nid = 'r{number}'\naction = 'mask'\nterms = ['*ab*', '*ba*', '*aba*']\n")
    };
    let manifest = "version = 1\n".to_owned() + &(0..40).map(rule).collect::<String>();
    assert_eq!(review(&manifest, &json!({ "Content": "ab".repeat(250) })), ("deny", true));
    assert_eq!(review(&manifest, &json!({ "Content": "so abababa" })), ("rewrite", false));
}
