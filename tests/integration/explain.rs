//! Explanations agree with reviews, for generated rules and messages.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ivs_chat_review::display::json_safe;
use ivs_chat_review::engine::{Cause, Engine, Match, Scratch};
use ivs_chat_review::explain::{
    ExplainedField, ExplainedMatch, Explanation, InactiveReason, Transform, explain,
};
use ivs_chat_review::ivs::{Field, ReviewRequest};
use ivs_chat_review::language::Language;
use ivs_chat_review::review::{FieldMatches, Reviewer};
use ivs_chat_review::rules::Rules;
use ivs_chat_review::span::Span;
use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use crate::matching::engine;
use crate::policy::case;
use crate::properties::{config, engine_of, engine_with_unused_switches, setup_and_message};
use crate::review;
use crate::switches::setup;

const DAY: Date = Date::constant(2026, 6, 30);

/// Returns the explanation of a message and its reply.
fn explained(engine: &Engine, request: &ReviewRequest<'_>, day: Date) -> (Explanation, String) {
    let explanation = explain(&mut Reviewer::new(engine), request, day);
    let response = explanation.review.clone().into_response(engine, request.clone());
    let reply = String::from_utf8(response.to_json()).expect("a reply is text");
    (explanation, reply)
}

#[test]
fn replies_of_explanations_match_the_snapshots() {
    let engine = review::engine();
    for name in review::names() {
        let path = |kind| review::data(&format!("events/{name}.{kind}.json"));
        let event = fs::read(path("request")).expect("an event");
        let expected = fs::read_to_string(path("response")).expect("its reply");
        let request = match ReviewRequest::from_json(&event) {
            Ok(request) => request,
            Err(error) => {
                assert_eq!(format!("error: {error}"), expected.trim_end(), "{name}");
                continue;
            }
        };
        let (explanation, reply) = explained(&engine, &request, review::DAY);
        assert_eq!(reply, expected.trim_end(), "{name}");
        assert_agrees(&engine, &request, review::DAY, &explanation).expect(&name);
    }
}

#[test]
fn explain_and_review_print_the_same_reply_to_an_event() {
    let mut events = Vec::new();
    let mut replies = Vec::new();
    for name in review::names() {
        let path = |kind| review::data(&format!("events/{name}.{kind}.json"));
        let expected = fs::read_to_string(path("response")).expect("its reply");
        let output = command(&path("request"), Stdio::null());
        let stdout = String::from_utf8(output.stdout).expect("JSON is text");
        if let Some(error) = expected.trim_end().strip_prefix("error: ") {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(stdout.is_empty() && stderr.contains(error), "{name}: {stderr}");
            assert_eq!(output.status.code(), Some(2), "{name}");
            continue;
        }
        // The same value as the handler's response; escaped for terminals in the same way by both.
        let reply = json_safe(expected.trim_end()).to_string();
        assert!(stdout.ends_with(&format!(",\"reply\":{reply}}}\n")), "{name}: {stdout}");
        assert_eq!(output.status.code(), Some(0), "{name}");
        // Each process takes a while: only some events are also read from standard input.
        if events.len().is_multiple_of(10) {
            let input = File::open(path("request")).expect("an event");
            assert_eq!(command(Path::new("-"), input.into()).stdout, stdout.as_bytes(), "{name}");
        }
        events.push(fs::read_to_string(path("request")).expect("an event").replace('\n', " "));
        replies.push(reply);
    }
    assert_eq!(reviewed(&events), replies);
}

/// Returns the output lines of `review --events` for events.
fn reviewed(events: &[String]) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), events.join("\n")).expect("it can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["review", "--on", "2026-06-30", "--rules"])
        .arg(review::data("rules"))
        .arg("--events")
        .arg(file.path())
        .output()
        .expect("the binary was built for this test");
    let output = String::from_utf8(output.stdout).expect("JSON is text");
    output.lines().map(str::to_owned).collect()
}

/// Runs `explain` on an event in a file, or on standard input for `-`.
fn command(event: &Path, input: Stdio) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["explain", "--format", "json", "--on", "2026-06-30", "--rules"])
        .arg(review::data("rules"))
        .arg("--event")
        .arg(event)
        .stdin(input)
        .output()
        .expect("the binary was built for this test")
}

/// Asserts that an explanation agrees with the review.
fn assert_agrees(
    engine: &Engine,
    request: &ReviewRequest<'_>,
    day: Date,
    explanation: &Explanation,
) -> Result<(), TestCaseError> {
    let review = Reviewer::new(engine).review(request, day);
    prop_assert_eq!(&explanation.review.verdict, &review.verdict);
    prop_assert_eq!(explanation.exempt.is_some(), review.exempt);

    let of = |hits: &[ExplainedMatch], wanted: &dyn Fn(&ExplainedMatch) -> bool| -> Vec<Match> {
        hits.iter().filter(|hit| wanted(hit)).map(|hit| hit.found.clone()).collect()
    };
    let fields = explanation.fields.iter().map(|text| FieldMatches {
        field: text.field,
        matches: of(&text.matches, &ExplainedMatch::acts),
        shadow: of(&text.matches, &|hit| hit.counts() && hit.is_shadow),
    });
    let found: Vec<FieldMatches> =
        fields.filter(|it| !(it.matches.is_empty() && it.shadow.is_empty())).collect();
    let parts = |found: &[FieldMatches]| -> Vec<(Field, Vec<Match>, Vec<Match>)> {
        found.iter().map(|it| (it.field, it.matches.clone(), it.shadow.clone())).collect()
    };
    prop_assert_eq!(parts(&found), parts(&review.found));

    for text in &explanation.fields {
        assert_field(engine.rules(), request.text(text.field), text)?;
        let live = engine.find(request.text(text.field), Some(day), &mut Scratch::default());
        let explained = of(&text.matches, &|hit| {
            let is_suppressed = !hit.suppressed_by.is_empty() || hit.allowed_by().is_some();
            !is_suppressed && !hit.inactive.contains(&InactiveReason::EntryDay)
        });
        prop_assert_eq!(explained, live);
    }
    let rounds = &explanation.decision.rounds;
    for round in rounds.iter().filter(|round| round.fallback.is_none()) {
        for pair in round.clusters.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start);
        }
    }
    for (before, after) in rounds.iter().zip(rounds.iter().skip(1)) {
        prop_assert!(before.field != after.field || before.after == after.before);
    }
    Ok(())
}

/// Asserts properties of the explanation of one field.
fn assert_field(
    rules: &Rules,
    text: &str,
    explained: &ExplainedField,
) -> Result<(), TestCaseError> {
    let starts: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let cells: Vec<usize> = explained.view.cells.iter().map(|cell| cell.start).collect();
    prop_assert_eq!(cells, starts);
    let whole = Span::new(0, text.len());
    let is_part = |span: Span, of: Span| {
        of.contains(span)
            && span.start < span.end
            && text.is_char_boundary(span.start)
            && text.is_char_boundary(span.end)
    };
    for group in &explained.view.edits {
        prop_assert!(group.edits.iter().all(|edit| is_part(edit.span, whole)), "{group:?}");
    }
    for hit in &explained.matches {
        let ExplainedMatch { found, obfuscation, suppressed_by, .. } = hit;
        prop_assert!(suppressed_by.iter().all(|exception| exception.span.contains(found.span)));
        prop_assert!(obfuscation.is_sorted_by_key(|group| group.transform));
        for group in obfuscation {
            prop_assert!(!group.edits.is_empty() && group.transform != Transform::Case);
            prop_assert!(group.edits.iter().all(|edit| is_part(edit.span, found.span)));
        }
        if obfuscation.is_empty() {
            prop_assert!(
                is_as_written(rules, found, text),
                "{found:?} has no transformations in {text:?}"
            );
        }
    }
    Ok(())
}

/// Whether a match is the entry as written; `true` for entries that this simple comparison does not support.
fn is_as_written(rules: &Rules, found: &Match, text: &str) -> bool {
    let Cause::Entry(list, number) = found.cause else { return true };
    let entry = &rules.list(list).entries[number];
    if !entry.text.chars().all(|c| c.is_ascii_lowercase() || c == ' ') {
        return true;
    }
    // A circled letter may separate words.
    let is_letter = |c: char| c.is_alphanumeric() && !('Ⓐ'..='ⓩ').contains(&c);
    let words = |text: &str| -> String {
        let words = text.split(|c| !is_letter(c)).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    let matched = words(&text[found.span.range()]);
    let expected = words(&entry.text);
    let ending = matched.strip_prefix(&expected);
    let mut endings = std::iter::once("").chain(Language::ENGLISH.endings());
    ending.is_some_and(|ending| endings.any(|it| it == ending))
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn explanations_agree_with_reviews_where_switches_set_modes(setup in setup()) {
        let engine = engine_with_unused_switches(setup.switched());
        let event = setup.event().to_string();
        let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
        let (explanation, _) = explained(&engine, &request, DAY);
        assert_agrees(&engine, &request, DAY, &explanation)?;
    }

    #[test]
    fn explanations_of_events_agree_with_reviews(case in case()) {
        let engine = engine_of(case.manifest);
        let event = case.event.to_string();
        let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
        let (explanation, reply) = explained(&engine, &request, DAY);
        let review = Reviewer::new(&engine).review(&request, DAY);
        let expected = review.into_response(&engine, request.clone()).to_json();
        prop_assert_eq!(reply.as_bytes(), expected);
        assert_agrees(&engine, &request, DAY, &explanation)?;

        // For each attribute name, the tag that wins is delivered.
        let reply: Value = serde_json::from_str(&reply).expect("JSON");
        if explanation.review.verdict.as_str() == "rewrite" && !explanation.review.tags_omitted {
            let delivered = reply.get("Attributes").unwrap_or(&case.event["Attributes"]);
            for tag in explanation.decision.tags.iter().filter(|tag| tag.overridden_by.is_none()) {
                prop_assert_eq!(delivered[&tag.name].as_str(), Some(tag.text.as_str()));
            }
        }
    }

    #[test]
    fn explanations_agree_with_the_engine((setup, message) in setup_and_message()) {
        let (engine, _) = setup.engine();
        let request = ReviewRequest::new(&*message);
        for day in [DAY, Date::constant(2026, 7, 1)] {
            let (explanation, _) = explained(&engine, &request, day);
            assert_agrees(&engine, &request, day, &explanation)?;
        }
    }
}

/// Returns the transformations of the match of one entry, with original and folded text.
fn steps(entry: &str, message: &str) -> String {
    let (engine, problems) = engine(&[entry], &[]);
    assert_eq!(problems, [], "{entry}");
    let (explanation, _) = explained(&engine, &ReviewRequest::new(message), DAY);
    let [hit] = explanation.fields[0].matches.as_slice() else {
        panic!("{} hits in {message}", explanation.fields[0].matches.len());
    };
    let part = |span: Span| message[span.range()].escape_unicode().to_string();
    let swap = |span, read: &str| match message[Span::range(span)].is_ascii() {
        true => format!("{}>{read}", &message[Span::range(span)]),
        false => format!("{}>{read}", part(span)),
    };
    let groups = hit.obfuscation.iter().map(|group| {
        let edits: Vec<String> = group.edits.iter().map(|it| swap(it.span, &it.read)).collect();
        format!("{} {}", group.transform.as_str(), edits.join(" "))
    });
    groups.collect::<Vec<_>>().join(", ")
}

#[test]
fn transformations_of_matches_are_listed() {
    for (entry, message, expected) in [
        ("badword", "BadWord", ""),
        ("badword", "b4dw0rd", "leet 4>a 0>o"),
        ("badword", "baadwordd", "repeats a> d>"),
        ("badword", "b*dw*rd", "hidden *>a *>o"),
        ("badword", "b-a-d-w-o-r-d", "spacing b-a-d-w-o-r-d>badword"),
        ("badword", "b a a d w 0 r d", "leet 0>o, repeats a>, spacing b a a d w 0 r d>badword"),
        ("badword", "b\u{200B}ad\u{AD}word", "invisible \\u{200b}> \\u{ad}>"),
        ("badword", "b\u{301}adw\u{F6}rd", "marks \\u{301}> \\u{f6}>o"),
        ("badword", "\u{FF22}adword", "form \\u{ff22}>b"),
        ("badword", "b\u{430}dword", "look-alikes \\u{430}>a"),
        ("badword", "\u{1F171}adword", "symbols \\u{1f171}>b"),
        ("حمار", "ح\u{640}مار", "stretching \\u{640}>"),
        ("badword+", "badw0rd1ng", "leet 0>o 1>i"),
        ("bad phrase", "b4d, -- phrase", "leet 4>a"),
        ("bad phrase", "bad*phrase", ""),
        ("bäd", "BÄD", "marks \\u{c4}>a"),
        ("bäd @plain", "BÄD", ""),
        ("bäd @plain", "\u{FF22}äd", "form \\u{ff22}>b"),
        ("b4d", "bad", "leet a>4"),
        ("b4d", "b4d", ""),
        ("fish", "\u{FB01}sh", "form \\u{fb01}>fi"),
        ("l'ami", "l\u{2019}ami", "form \\u{2019}>'"),
        ("한국", "\u{1112}\u{1161}\u{11AB}국", ""),
    ] {
        assert_eq!(steps(entry, message), expected, "{entry} in {message}");
    }
}

#[test]
fn debug_output_of_explanations_contains_no_text() {
    let (engine, _) = engine(&["secret"], &["s.crets"]);
    let request = ReviewRequest::new("\u{FF33}ecret secrets");
    let (explanation, _) = explained(&engine, &request, DAY);
    assert!(!explanation.fields[0].matches.is_empty());
    let debug = format!("{explanation:?}");
    assert!(!debug.contains("ecret"), "{debug}");
}
