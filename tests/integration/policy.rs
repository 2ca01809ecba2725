//! Properties of replies for generated rules with rooms, senders, days, fields and modes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ivs_chat_review::ivs::{MAX_ATTRIBUTES, ReviewRequest};
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::{Review, Reviewer};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::properties::{KINDS, PATTERNS, REPLACEMENTS, config, engine_of, rewritable};

const DAY: Date = Date::constant(2026, 6, 30);

/// A rule in TOML, and the attribute names that it reserves.
#[derive(Clone, Debug)]
struct GeneratedRule {
    text: String,
    reserved: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) manifest: String,
    longest: usize,
    reserved: Vec<&'static str>,
    pub(crate) event: Value,
}

fn rule() -> impl Strategy<Value = GeneratedRule> {
    const TERMS: &[&str] = &["bad", "word*", "*xx*", "bad word", "😡", "か", "s", "b"];
    // Each with whether it supports fields of the sender, and the names of its tags.
    const ACTIONS: &[(&str, bool, &[&str])] = &[
        ("action = \"deny\"", true, &[]),
        ("action = \"deny\"\nreason = \"Be \\\"kind\\\" 😡\"", true, &[]),
        ("action = \"mask\"", false, &[]),
        ("action = \"mask\"\nmask = \"fixed\"", false, &[]),
        ("action = \"mask\"\nmask = \"first-letter\"", false, &[]),
        ("action = \"mask\"\nmask = \"first-last\"", false, &[]),
        ("action = \"mask\"\nmask = \"block\"", false, &[]),
        ("action = \"mask\"\ncover = \"match\"", false, &[]),
        ("action = \"tag\"\ntag = { t1 = \"tag 1\" }", true, &["t1"]),
        ("action = \"tag\"\ntag = { t1 = \"tag 2\", t2 = \"tag é\" }", true, &["t1", "t2"]),
    ];
    const FIELDS: &[(&str, bool)] = &[
        ("", false),
        ("fields = [\"attributes.*\"]\n", false),
        ("fields = [\"content\", \"attributes.a\"]\n", false),
        ("fields = [\"content\", \"attributes.*\", \"sender.*\"]\n", true),
        ("fields = [\"sender.name\"]\n", true),
    ];
    // Each with whether it is active for the message, for any sender.
    const SCOPES: &[(&str, bool)] = &[
        ("", true),
        ("", true),
        ("mode = \"on\"\nuntil = 2026-06-30\n", true),
        ("mode = \"shadow\"\n", false),
        ("mode = \"off\"\n", false),
        ("until = 2026-06-29\n", false),
        ("from = 2026-07-01\n", false),
        ("rooms = [\"Xyz\", \"AbC*\"]\n", true),
        ("rooms = [\"arn:*:room/abc*\"]\n", false),
        ("unless = { role = [\"vip\"] }\n", true),
    ];
    let terms = prop::collection::vec(select(TERMS), 1..4);
    let keys = prop_oneof![
        terms.prop_map(|terms| (format!("terms = {terms:?}\n"), false)),
        select(PATTERNS).prop_map(|pattern| (format!("patterns = ['{pattern}']\n"), true)),
        select(KINDS).prop_map(|kind| (format!("{kind}\n"), false)),
    ];
    let action = prop_oneof![
        3 => select(ACTIONS).prop_map(|(text, sender, tags)| (text.to_owned(), sender, tags)),
        1 => select(REPLACEMENTS)
            .prop_map(|with| (format!("action = \"replace\"\nwith = \"{with}\""), false, &[][..])),
    ];
    (keys, action, select(FIELDS), select(SCOPES)).prop_map(|(keys, action, fields, scope)| {
        let (keys, has_groups) = keys;
        let (action, supports_sender, tags) = action;
        // Only entries have words to cover.
        let action = match keys.starts_with("terms") {
            true => action,
            false => action.replace("\ncover = \"match\"", ""),
        };
        // Only replacements of patterns can refer to groups.
        let action = if has_groups { action } else { action.replace("$1", "$") };
        let fields = if fields.1 && !supports_sender { "" } else { fields.0 };
        let reserved = if scope.1 { tags.to_vec() } else { Vec::new() };
        GeneratedRule { text: format!("{keys}{action}\n{fields}{}", scope.0), reserved }
    })
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let text = prop_oneof![
        8 => rewritable(),
        1 => (0..1_000_usize).prop_map(|length| "y".repeat(length)),
        // With a tag or a rewrite, the attributes may exceed their limit.
        1 => (900..1_000_usize).prop_map(|length| format!("bad {} b", "y".repeat(length))),
    ];
    let names = select(&["a", "b", "t1", "t2", "z"][..]);
    let attributes = prop::collection::btree_map(names, text, 0..5);
    let sender = prop::collection::btree_map(select(&["name", "team"][..]), rewritable(), 0..2);
    let role = select(&["viewer", "vip"][..]);
    let rules = prop::collection::vec(rule(), 1..5);
    let lengths = (select(&[1, 10, 40, 500][..]), select(&[None, Some(5), Some(100)][..]));
    (rules, lengths, rewritable(), attributes, sender, role).prop_map(
        |(rules, (length, room), content, attributes, sender, role)| {
            let mut manifest = format!("version = 1\n[settings]\nmax_message_length = {length}\n");
            if let Some(room) = room {
                manifest += &format!("[settings.rooms]\n\"Other\" = 500\n\"AbC*\" = {room}\n");
            }
            for (number, rule) in rules.iter().enumerate() {
                manifest += &format!("[[rule]]\nid = \"r{number}\"\n{}", rule.text);
            }
            let mut sender: BTreeMap<&str, String> = sender;
            sender.insert("role", role.to_owned());
            Case {
                manifest,
                longest: room.unwrap_or(length),
                reserved: rules.iter().flat_map(|rule| rule.reserved.clone()).collect(),
                event: json!({
                    "Content": content,
                    "RoomArn": "arn:aws:ivschat:us-west-2:123456789012:room/AbC123",
                    "Attributes": attributes,
                    "Sender": { "Attributes": sender, "UserId": "viewer-1" },
                }),
            }
        },
    )
}

/// Returns the reply to an event as text and as JSON, and the review.
fn reply(reviewer: &mut Reviewer<'_>, event: &Value, day: Date) -> (String, Value, Review) {
    let event = event.to_string();
    let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
    let review = reviewer.review(&request, day);
    let reply = review.clone().into_response(reviewer.engine(), request).to_json();
    let value = serde_json::from_slice(&reply).expect("JSON");
    (String::from_utf8(reply).expect("a reply is text"), value, review)
}

/// Returns the attributes of the delivered message.
fn delivered<'v>(event: &'v Value, reply: &'v Value) -> &'v Value {
    let own = &event["Attributes"];
    reply.get("Attributes").unwrap_or(own)
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn replies_are_valid_and_deterministic(case in case()) {
        let engine = engine_of(case.manifest);
        let mut reviewer = Reviewer::new(&engine);
        let (text, value, review) = reply(&mut reviewer, &case.event, DAY);
        prop_assert_eq!(&text, &reply(&mut reviewer, &case.event, DAY).0);
        prop_assert_eq!(&text, &reply(&mut Reviewer::new(&engine), &case.event, DAY).0);

        let known = ["ReviewResult", "Content", "Attributes"];
        prop_assert!(value.as_object().expect("an object").keys().all(|key| known.contains(&key.as_str())));
        let (own, content) = (&case.event["Content"], &value["Content"]);
        let length = |text: &Value| text.as_str().expect("a text").chars().count();
        let attributes = value.get("Attributes");
        if let Some(attributes) = attributes {
            let sent = text.split_once("\"Attributes\":").expect("it is there").1;
            prop_assert!(sent.len() - 1 <= 1_000, "{} bytes", sent.len() - 1);
            prop_assert!(attributes.as_object().expect("a map").values().all(Value::is_string));
        }
        match value["ReviewResult"].as_str() {
            Some("ALLOW") => {
                prop_assert!(length(content) <= case.longest.max(length(own)));
                prop_assert!(length(content) >= 1 || length(own) == 0);
                if let Some(attributes) = attributes {
                    prop_assert_ne!(attributes, &case.event["Attributes"], "nothing changed");
                    let all = attributes.as_object().expect("a map");
                    for (name, text) in case.event["Attributes"].as_object().expect("a map") {
                        let is_reserved = case.reserved.contains(&name.as_str());
                        prop_assert!(is_reserved || all.contains_key(name), "{name} is gone");
                        prop_assert!(is_reserved || length(&all[name]) <= case.longest.max(length(text)));
                    }
                    let added = |name: &&String| case.event["Attributes"].get(name.as_str()).is_none();
                    prop_assert!(all.keys().filter(added).all(|name| case.reserved.contains(&name.as_str())));
                }
            }
            Some("DENY") => {
                prop_assert_eq!(content, own);
                let reason = attributes.is_none_or(|it| it.as_object().is_some_and(|it| it.len() == 1));
                prop_assert!(reason && attributes.is_none_or(|it| it["Reason"].is_string()));
            }
            _ => prop_assert!(false, "invalid result {}", value["ReviewResult"]),
        }
        prop_assert_eq!(review.verdict.as_str() == "deny", value["ReviewResult"] == "DENY");
    }

    #[test]
    fn shadow_rules_never_change_a_reply(case in case()) {
        let engine = engine_of(case.manifest.clone());
        let without = engine_of(case.manifest.replace("mode = \"shadow\"", "mode = \"off\""));
        let (reply_with, ..) = reply(&mut Reviewer::new(&engine), &case.event, DAY);
        let (reply_without, _, review) = reply(&mut Reviewer::new(&without), &case.event, DAY);
        prop_assert_eq!(reply_with, reply_without);
        prop_assert_eq!(review.shadow().count(), 0);
    }

    #[test]
    fn reviewing_a_delivered_message_again_changes_nothing(case in case()) {
        let engine = engine_of(case.manifest);
        let mut reviewer = Reviewer::new(&engine);
        let (_, once, _) = reply(&mut reviewer, &case.event, DAY);
        let mut again = case.event.clone();
        if once["ReviewResult"] == "ALLOW" {
            again["Content"] = once["Content"].clone();
            again["Attributes"] = delivered(&case.event, &once).clone();
        }
        let (_, twice, _) = reply(&mut reviewer, &again, DAY);
        prop_assert_eq!(&once["ReviewResult"], &twice["ReviewResult"]);
        prop_assert_eq!(&once["Content"], &twice["Content"]);
        if once["ReviewResult"] == "ALLOW" {
            for (name, text) in again["Attributes"].as_object().expect("a map") {
                let is_reserved = case.reserved.contains(&name.as_str());
                prop_assert!(is_reserved || &delivered(&again, &twice)[name] == text, "{name}: {text}");
            }
        }
    }

    #[test]
    fn forged_tags_are_removed(case in case()) {
        let engine = engine_of(case.manifest);
        let (_, value, _) = reply(&mut Reviewer::new(&engine), &case.event, DAY);
        if value["ReviewResult"] == "ALLOW" {
            for name in case.reserved {
                let text = delivered(&case.event, &value)[name].as_str();
                prop_assert!(text.is_none_or(|text| text.starts_with("tag ")), "{name}: {text:?}");
            }
        }
    }
}

#[test]
fn one_engine_reviews_on_any_day() {
    let engine = engine_of(
        "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\n\
         terms = [\"entry @until 2026-12-31\", \"later @from 2027-01-01\"]\n\
         [[rule]]\nid = \"b\"\naction = \"mask\"\nterms = [\"rule\"]\nuntil = 2026-12-31\n\
         [[rule]]\nid = \"c\"\naction = \"tag\"\ntag = { t = \"x\" }\nterms = [\"none\"]\n\
         from = 2027-01-01\nuntil = 2027-01-01\n"
            .to_owned(),
    );
    let mut reviewer = Reviewer::new(&engine);
    let event = json!({ "Content": "entry rule later", "Attributes": { "t": "own" } });
    for (day, content, attributes) in [
        (date(2026, 12, 31), "***** **** later", json!({ "t": "own" })),
        (date(2027, 1, 1), "entry rule *****", json!({})),
        (date(2027, 1, 2), "entry rule *****", json!({ "t": "own" })),
        (date(2026, 12, 31), "***** **** later", json!({ "t": "own" })),
    ] {
        let (_, value, _) = reply(&mut reviewer, &event, day);
        assert_eq!(value["Content"], content, "{day}");
        assert_eq!(*delivered(&event, &value), attributes, "{day}");
    }
}

#[test]
fn shadow_matches_are_separate_and_limited_to_the_scope() {
    let engine = engine_of(
        "version = 1\n[[rule]]\nid = \"on\"\naction = \"mask\"\nterms = [\"bad\"]\n\
         [[rule]]\nid = \"trial\"\naction = \"deny\"\nterms = [\"bad\"]\nmode = \"shadow\"\n\
         rooms = [\"AbC\"]\nunless = { role = [\"vip\"] }\nuntil = 2026-06-30\n\
         fields = [\"content\", \"attributes.name\"]\n\
         [[rule]]\nid = \"off\"\naction = \"deny\"\nterms = [\"bad\"]\nmode = \"off\"\n"
            .to_owned(),
    );
    let mut reviewer = Reviewer::new(&engine);
    let event = |room: &str, role: &str| {
        json!({
            "Content": "bad", "RoomArn": format!("arn:x:room/{room}"), "Attributes": { "name": "bad" },
            "Sender": { "Attributes": { "role": role } },
        })
    };
    for (room, role, day, shadow) in [
        ("AbC", "viewer", DAY, 2),
        ("AbD", "viewer", DAY, 0),
        ("AbC", "vip", DAY, 0),
        ("AbC", "viewer", date(2026, 7, 1), 0),
    ] {
        let (text, _, review) = reply(&mut reviewer, &event(room, role), day);
        assert_eq!(text, r#"{"ReviewResult":"ALLOW","Content":"***"}"#);
        assert_eq!((review.matches().count(), review.shadow().count()), (1, shadow));
        let ids = |rules: Vec<_>| -> Vec<String> {
            rules.iter().map(|&id| engine.rules().rule(id).id.clone()).collect()
        };
        assert_eq!(ids(review.rules()), ["on"]);
        assert_eq!(ids(review.shadow_rules()), if shadow > 0 { vec!["trial"] } else { vec![] });
    }
}

/// Returns attributes that exceed the limit by one byte, one of which has the name of a tag.
fn oversized() -> Value {
    let mut attributes = json!({ "name": "bad", "t": "forged", "x": "" });
    let length = attributes.to_string().len();
    attributes["x"] = json!("x".repeat(MAX_ATTRIBUTES + 1 - length));
    attributes
}

#[test]
fn too_large_attributes_are_denied_if_an_active_rule_searches_them() {
    const NAME: &str = "terms = [\"bad\"]\nfields = [\"attributes.name\"]\n";
    const MASK: &str = "action = \"mask\"\n";
    const TAG: &str = "terms = [\"none\"]\naction = \"tag\"\ntag = { t = \"x\" }\n";
    const OF_SENDER: &str = "action = \"deny\"\nterms = [\"bad\"]\nfields = [\"sender.name\"]\n";
    for (rules, of_message, of_sender) in [
        (vec![], None, None),
        (vec![[NAME, MASK]], Some(1), None),
        (vec![[NAME, "action = \"deny\"\nreason = \"Not this.\"\n"]], Some(1), None),
        (vec![["terms = [\"bad\"]\nfields = [\"attributes.*\"]\n", MASK]], Some(1), None),
        (vec![["terms = [\"bad\"]\nfields = [\"attributes.other\"]\n", MASK]], Some(1), None),
        (vec![[TAG, ""]], Some(1), None),
        (vec![[OF_SENDER, ""]], None, Some(1)),
        (vec![[OF_SENDER, ""], [NAME, MASK]], Some(2), Some(1)),
        (vec![[NAME, MASK], [TAG, ""]], Some(1), None),
        (vec![[NAME, "action = \"mask\"\nmode = \"shadow\"\n"], [TAG, ""]], Some(2), None),
        (vec![[NAME, "action = \"mask\"\nmode = \"shadow\"\n"]], None, None),
        (vec![[NAME, "action = \"mask\"\nmode = \"off\"\n"]], None, None),
        (vec![[NAME, "action = \"mask\"\nrooms = [\"Other\"]\n"]], None, None),
        (vec![[NAME, "action = \"mask\"\nuntil = 2026-06-29\n"]], None, None),
        (vec![[NAME, "action = \"mask\"\nunless = { a = [\"b\"] }\n"]], None, None),
        (vec![[TAG, "mode = \"shadow\"\n"]], None, None),
        (vec![[TAG, "rooms = [\"Other\"]\n"]], None, None),
        (vec![[OF_SENDER, "mode = \"shadow\"\n"]], None, None),
    ] {
        let mut manifest =
            "version = 1\n[[rule]]\nid = \"0\"\nterms = [\"muppet\"]\naction = \"mask\"\n"
                .to_owned();
        for (number, [rule, scope]) in rules.iter().enumerate() {
            manifest += &format!("[[rule]]\nid = \"{}\"\n{rule}{scope}", number + 1);
        }
        let engine = engine_of(manifest.clone());
        let mut reviewer = Reviewer::new(&engine);
        // Attributes of the sender that were read before the limit still count for `unless`.
        let mut sender = oversized();
        sender["a"] = json!("b");
        for (attributes, sender, denying) in [
            (oversized(), json!({ "a": "b" }), of_message),
            (json!({ "o": "p" }), sender, of_sender),
        ] {
            let event = json!({
                "Content": "muppet", "RoomArn": "arn:x:room/AbC", "Attributes": attributes,
                "Sender": { "UserId": "u", "Attributes": sender },
            });
            let (text, value, review) = reply(&mut reviewer, &event, DAY);
            assert_eq!(review.oversized, denying.is_some(), "{manifest}");
            assert_eq!(review.shadow().count(), 0, "they are not searched: {manifest}");
            match denying {
                None => {
                    assert_eq!(text, r#"{"ReviewResult":"ALLOW","Content":"******"}"#, "{manifest}")
                }
                Some(number) => {
                    assert_eq!(
                        (&value["ReviewResult"], &value["Content"]),
                        (&json!("DENY"), &json!("muppet"))
                    );
                    let reason = value["Attributes"]["Reason"].as_str().expect("a reason");
                    assert!(reason.contains("too large"), "{reason}");
                    let Verdict::Deny(rule) = review.verdict else { panic!("{manifest}") };
                    assert_eq!(engine.rules().rule(rule).id, number.to_string(), "{manifest}");
                }
            }
        }
    }
}

#[test]
fn attributes_at_the_limit_are_searched() {
    let engine = engine_of(
        "version = 1\n[[rule]]\nid = \"a\"\nterms = [\"bad\"]\naction = \"mask\"\n\
         fields = [\"attributes.*\"]\n"
            .to_owned(),
    );
    let mut reviewer = Reviewer::new(&engine);
    let mut attributes = oversized();
    let event = |attributes: &Value| json!({ "Content": "hello", "Attributes": attributes });
    assert_eq!(reply(&mut reviewer, &event(&attributes), DAY).1["ReviewResult"], "DENY");
    let shorter = attributes["x"].as_str().expect("a text")[1..].to_owned();
    attributes["x"] = json!(shorter);
    let (text, value, review) = reply(&mut reviewer, &event(&attributes), DAY);
    assert!(!review.oversized && value["Attributes"]["name"] == "***", "{text}");
    // The limit also applies to requests that were not decoded from an event.
    let mut request = ReviewRequest::new("hello");
    request.attributes = [("name".into(), "x".repeat(MAX_ATTRIBUTES).into())].into_iter().collect();
    assert!(reviewer.review(&request, DAY).oversized);
}

/// Too large attributes are not searched.
#[test]
fn huge_attributes_are_denied_fast() {
    let engine = engine_of(
        "version = 1\n[[rule]]\nid = \"a\"\nterms = [\"bad\"]\naction = \"mask\"\n\
         fields = [\"attributes.*\"]\n"
            .to_owned(),
    );
    let mut reviewer = Reviewer::new(&engine);
    let huge = "!£".repeat(1 << 20);
    let event = json!({ "Content": "hello", "Attributes": { "displayName": huge } }).to_string();
    let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
    let begun = Instant::now();
    assert!(reviewer.review(&request, DAY).oversized);
    assert!(begun.elapsed() < Duration::from_millis(20), "{:?}", begun.elapsed());
}
