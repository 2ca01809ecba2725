//! `stats` agrees with an independent count, and shows no text unless it is asked to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::stats::{Counter, Deletions, Label, Observation, Stats};
use serde_json::{Value, json};

use super::compare::{DAY, compiled, edit, ivs_review, messages, shipped};

fn stats<'m>(
    engine: &Engine,
    messages: impl IntoIterator<Item = &'m (String, Option<Label>)>,
) -> Stats {
    let mut reviewer = Reviewer::new(engine);
    let mut counter = Counter::new(engine);
    for (text, label) in messages {
        let observation = Observation::of(&mut reviewer, &ReviewRequest::new(text), DAY);
        counter.add(&observation, *label);
    }
    counter.stats(Deletions::default().counts())
}

/// Counts by the matches of each review: messages by rule, by rule alone, by place in the rules, and by
/// pairs of rules; all of them, and harmful and harmless ones.
#[derive(Default)]
struct Expected {
    rules: BTreeMap<String, [u64; 3]>,
    only: BTreeMap<String, u64>,
    places: BTreeMap<(String, String), [u64; 3]>,
    pairs: BTreeMap<[String; 2], u64>,
    denied: u64,
    caught: [u64; 3],
}

impl Expected {
    fn of(engine: &Engine, messages: &[(String, Option<Label>)]) -> Expected {
        let rules = engine.rules();
        let mut reviewer = Reviewer::new(engine);
        let mut expected = Expected::default();
        for (text, label) in messages {
            let request = ReviewRequest::new(text);
            let review = reviewer.review(&request, DAY);
            let add = |counts: &mut [u64; 3]| {
                counts[0] += 1;
                counts[1] += u64::from(*label == Some(Label::Harmful));
                counts[2] += u64::from(*label == Some(Label::Harmless));
            };
            let matches: Vec<_> = review.matches().chain(review.shadow()).collect();
            let id = |at: usize| rules.rule(matches[at].rule).id.clone();
            let ids: BTreeSet<String> = (0..matches.len()).map(id).collect();
            let place = |at: usize| (id(at), format!("{:?}", matches[at].location(rules)));
            for place in (0..matches.len()).map(place).collect::<BTreeSet<_>>() {
                add(expected.places.entry(place).or_default());
            }
            for id in &ids {
                add(expected.rules.entry(id.clone()).or_default());
                if ids.len() == 1 {
                    *expected.only.entry(id.clone()).or_default() += 1;
                }
                for other in ids.range(id.clone()..).skip(1) {
                    *expected.pairs.entry([id.clone(), other.clone()]).or_default() += 1;
                }
            }
            let reply = review.into_response(engine, request).to_json();
            let reply: Value = serde_json::from_slice(&reply).expect("JSON");
            let is_denied = reply["ReviewResult"] == "DENY";
            expected.denied += u64::from(is_denied);
            if is_denied || reply["Content"] != text.as_str() {
                add(&mut expected.caught);
            }
        }
        expected
    }

    fn assert_equal(&self, stats: &Stats, messages: usize) {
        let counts = |it: &ivs_chat_review::stats::Counts| [it.messages, it.harmful, it.harmless];
        assert_eq!(stats.messages(), messages as u64);
        assert_eq!(stats.verdicts.deny, self.denied);
        assert_eq!(counts(&stats.labels.caught), self.caught);
        let pairs: BTreeMap<_, _> =
            stats.overlap.iter().map(|it| (it.rules.clone(), it.messages)).collect();
        assert_eq!(pairs, self.pairs);
        for rule in &stats.rules {
            let id = &rule.head.id;
            assert_eq!(
                counts(&rule.counts),
                self.rules.get(id).copied().unwrap_or_default(),
                "{id}"
            );
            assert_eq!(rule.only, self.only.get(id).copied().unwrap_or_default(), "{id}");
            let of_rule = self.places.iter().filter(|((rule, _), _)| rule == id);
            let mut expected: Vec<_> = of_rule.map(|(_, counts)| *counts).collect();
            let mut entries: Vec<_> = rule.entries.iter().map(|it| counts(&it.counts)).collect();
            expected.sort_unstable();
            entries.sort_unstable();
            assert_eq!(entries, expected, "{id}");
        }
    }
}

/// The messages of the tests of `compare`, with labels.
fn labeled(messages: Vec<String>) -> Vec<(String, Option<Label>)> {
    let labels = [None, Some(Label::Harmful), Some(Label::Harmless)];
    messages.into_iter().zip(labels.into_iter().cycle()).collect()
}

#[test]
fn counts_of_random_edits_are_those_of_the_matches() {
    let files = shipped();
    let messages = labeled(messages(&files));
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut edited = files.clone();
        for _ in 0..random.usize(1..4) {
            edit(&mut edited, &mut random);
        }
        let engine = compiled(&edited);
        let whole = stats(&engine, &messages);
        Expected::of(&engine, &messages).assert_equal(&whole, messages.len());

        // In parts, in any order, through JSON.
        let mut parts = vec![Vec::new(); random.usize(1..6)];
        let count = parts.len();
        messages.iter().for_each(|message| parts[random.usize(..count)].push(message));
        let mut sum: Option<Stats> = None;
        for part in parts {
            let json = serde_json::to_string(&stats(&engine, part)).expect("JSON");
            let part: Stats = serde_json::from_str(&json).expect("it was written");
            match &mut sum {
                None => sum = Some(part),
                Some(sum) => sum.merge(part).expect("the same rules"),
            }
        }
        assert_eq!(sum.as_ref(), Some(&whole), "seed {seed}");
    }
}

#[test]
fn statistics_of_different_rules_cannot_be_merged() {
    let rules = |terms: &str, action: &str| {
        let text = format!(
            "version = 1\n[[rule]]\nid = \"a\"\naction = \"{action}\"\nterms = [{terms}]\n"
        );
        stats(&compiled(&[("rules.toml".to_owned(), text)]), &[])
    };
    let first = rules("\"muppet\", \"divvy\"", "mask");
    assert!(first.clone().merge(rules("\"divvy\", \"muppet\"", "mask")).is_ok(), "another order");
    for other in [rules("\"muppet\"", "mask"), rules("\"muppet\", \"divvy\"", "deny")] {
        assert!(first.clone().merge(other).is_err());
    }
}

#[test]
fn an_entry_of_two_lists_counts_once() {
    let manifest =
        "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"b.txt\", \"c.txt\"]\n";
    let files = [("rules.toml", manifest), ("b.txt", "muppet\n"), ("c.txt", "muppet\ndivvy\n")];
    let engine = compiled(&files.map(|(path, text)| (path.to_owned(), text.to_owned())));
    let messages = ["muppet muppet", "hello", "you muppet"].map(str::to_owned).to_vec();
    let rule = &stats(&engine, &labeled(messages)).rules[0];
    assert_eq!((rule.entries.len(), rule.entries[0].counts.messages), (1, 2));
    assert_eq!(rule.never_matched, ["divvy"]);
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    ivs_review(folder, &[&["stats"], arguments].concat())
}

/// A folder with rules, and a recording with 1,000 messages of which moderators deleted 40: the rules
/// catch 25 of these.
fn recording() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let rule = |id: &str, terms: &str, more: &str| {
        format!("[[rule]]\nid = \"{id}\"\naction = \"mask\"\nterms = [{terms}]\n{more}\n")
    };
    let manifest = [
        "version = 1\n".to_owned(),
        rule("insults", "\"muppet\", \"divvy\", \"numpty\"", "category = \"rude\""),
        rule("part", "\"divvy\"", "mode = \"shadow\""),
    ];
    fs::create_dir(root.join("rules")).expect("a folder");
    fs::write(root.join("rules/rules.toml"), manifest.concat()).expect("a file");
    let record = |kind: &str, payload: Value| {
        json!({"event_timestamp": "2026-11-30T10:00:00Z", "type": kind, "payload": payload})
            .to_string()
            + "\n"
    };
    let message = |at: usize, text: &str| {
        record(
            "MESSAGE",
            json!({
                "Type": "MESSAGE", "Id": format!("canaryid{at}"), "Content": text,
                "Attributes": {"displayName": "canaryname"},
                "Sender": {"UserId": "canaryuser", "Ip": "203.0.113.77", "Attributes": {"role": "canaryrole"}},
            }),
        )
    };
    let deletion = |at: usize| {
        let attributes = json!({"MessageID": format!("canaryid{at}"), "Reason": "canaryreason"});
        record(
            "EVENT",
            json!({"Type": "EVENT", "Id": format!("e{at}"), "EventName": "aws:DELETE_MESSAGE", "Attributes": attributes}),
        )
    };
    let mut chat = deletion(12);
    for at in 0..1_000 {
        chat += &message(
            at,
            match at {
                0..25 if at % 2 == 0 => "canarytext muppet",
                0..25 => "canarytext divvy",
                25..40 => "canarytext you zorkmid",
                _ => "canarytext hello",
            },
        );
        if at < 40 && at != 12 {
            chat += &deletion(at);
        }
    }
    // Copies, as other destinations have them, and the deletion of a message that is not there.
    chat += &(message(1, "canarytext divvy") + &deletion(1) + &deletion(5_000));
    fs::write(root.join("chat.jsonl"), chat).expect("a file");
    folder
}

#[test]
fn deletions_never_matched_entries_and_subsets_are_found() {
    let folder = recording();
    let root = folder.path();
    for threads in ["1", "4"] {
        let (code, output, errors) =
            run(root, &["chat.jsonl", "--format", "json", "--threads", threads]);
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        let object: Value = serde_json::from_str(&output).expect("JSON");
        assert_eq!(object["messages"], 1_000);
        assert_eq!(object["duplicates"], 1);
        let deletions = &object["deletions"];
        let counts = ["deleted", "found", "caught"].map(|name| deletions[name].as_u64());
        assert_eq!(counts, [Some(41), Some(40), Some(25)], "{deletions}");
        assert_eq!(object["rules"][0]["never_matched"], json!(["numpty"]));
        assert_eq!(object["rules"][0]["only"], 13);
        assert_eq!(object["overlap"], json!([{"rules": ["insults", "part"], "messages": 12}]));
        assert_eq!(object["subsets"], json!([{"rule": "part", "of": "insults"}]));
        assert_eq!(object["categories"][0]["category"], "rude");
    }
    let (_, output, _) = run(root, &["chat.jsonl"]);
    assert!(
        output.contains("moderators deleted 41 messages; 40 are among the reviewed messages"),
        "{output}"
    );
    assert!(output.contains("the rules catch 25 of these: 62.5 % (47.0 to 75.8)"), "{output}");
    assert!(
        output.contains("all messages that part matches are matched by insults too"),
        "{output}"
    );
}

#[test]
fn deletions_are_selected_like_messages() {
    let folder = recording();
    let root = folder.path();
    let record = |room: &str, time: &str, payload: Value| {
        let record = json!({"event_timestamp": time, "type": payload["Type"], "payload": payload});
        json!({"logStreamName": format!("aws/IVSChatLogs/1.0/room_{room}"), "message": record.to_string()})
            .to_string()
            + "\n"
    };
    let mut log = String::new();
    for (at, room) in ["AbCd12", "EfGh34", "AbCd12", "EfGh34"].into_iter().enumerate() {
        let id = format!("m{at}");
        let (sent, deleted) =
            (format!("2026-11-30T10:0{at}:00Z"), format!("2026-11-30T11:0{at}:00Z"));
        log += &record(room, &sent, json!({"Type": "MESSAGE", "Id": id, "Content": "you divvy"}));
        let event = json!({"Type": "EVENT", "EventName": "aws:DELETE_MESSAGE",
            "Attributes": {"MessageID": id}});
        log += &record(room, &deleted, event);
    }
    fs::write(root.join("rooms.jsonl"), log).expect("a file");
    for (options, expected) in [
        (&[][..], [4, 4, 4]),
        (&["--room", "AbCd12"], [2, 2, 2]),
        (&["--until", "2026-11-30T10:59:00Z"], [0, 0, 0]),
        (&["--since", "2026-11-30T10:02:00Z"], [4, 2, 2]),
        (&["--room", "EfGh34", "--until", "2026-11-30T11:01:00Z"], [1, 1, 1]),
        (&["--until", "2026-11-29"], [0, 0, 0]),
    ] {
        let arguments = [&["rooms.jsonl", "--format", "json"], options].concat();
        let (_, output, errors) = run(root, &arguments);
        let object: Value = serde_json::from_str(&output).expect(&errors);
        let counts = ["deleted", "found", "caught"].map(|name| object["deletions"][name].clone());
        assert_eq!(counts, expected.map(|count| json!(count)), "{options:?}");
    }
}

#[test]
fn no_text_is_shown_unless_asked_for() {
    let folder = recording();
    let root = folder.path();
    for format in ["text", "json", "csv"] {
        let (_, output, errors) = run(root, &["chat.jsonl", "--format", format]);
        assert!(!(output.clone() + &errors).contains("canary"), "{output}");
        assert!(!output.contains("203.0") && !output.contains("zorkmid"), "{output}");
    }
    for format in ["text", "json"] {
        let (_, output, _) = run(root, &["chat.jsonl", "--format", format, "--with-text"]);
        assert!(output.contains("canarytext you zorkmid"), "{output}");
        for private in
            ["canaryname", "canaryuser", "canaryrole", "canaryid", "canaryreason", "203.0"]
        {
            assert!(!output.contains(private), "{private}: {output}");
        }
    }
    let (_, output, _) = run(root, &["chat.jsonl", "--with-text", "--format", "json"]);
    let object: Value = serde_json::from_str(&output).expect("JSON");
    let missed = json!([{"text": "canarytext you zorkmid", "messages": 15}]);
    assert_eq!(object["deletions"]["missed"], missed);
    let words = object["deletions"]["words"].as_array().expect("words");
    assert!(words.contains(&json!({"word": "zorkmid", "messages": 15})), "{words:?}");
    assert!(!words.iter().any(|it| it["word"] == "you"), "a common word: {words:?}");
    assert_eq!(fs::read_dir(root).expect("a folder").count(), 2, "nothing is written");
}

#[test]
fn labels_are_of_files_or_of_a_column() {
    let folder = recording();
    let root = folder.path();
    let write = |name: &str, text: &str| fs::write(root.join(name), text).expect("a file");
    write("bad.txt", "muppet\nyou divvy\nzorkmid\ncanarytext muppet\n");
    write("good.txt", "hello\nthe muppet show\n\n");
    write(
        "labeled.csv",
        "class,text\n0,muppet\n1,you divvy\n1,zorkmid\n0,canarytext muppet\n2,hello\n2,the muppet show\n",
    );
    let of_files = ["--harmful", "bad.txt", "--harmless", "good.txt"];
    let of_column = ["--labeled", "labeled.csv", "--text", "text", "--label", "class"];
    let of_column = [&of_column[..], &["--harmful-is", "0", "--harmful-is", "1"]].concat();
    for arguments in [&of_files[..], &of_column] {
        let (code, output, errors) = run(root, &[arguments, &["--format", "json"]].concat());
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        let object: Value = serde_json::from_str(&output).expect("JSON");
        let labels = &object["labels"];
        assert_eq!(labels["labeled"], json!({"messages": 6, "harmful": 4, "harmless": 2}));
        assert_eq!(labels["caught"], json!({"messages": 4, "harmful": 3, "harmless": 1}));
        assert_eq!(labels["recall"]["value"], 0.75);
        assert_eq!(labels["false_positive_rate"]["value"], 0.5);
        assert_eq!(labels["precision"]["value"], 0.75);
        let part = &object["rules"][1];
        assert_eq!((&part["id"], &part["precision"]["value"]), (&json!("part"), &json!(1.0)));
    }
    let (_, output, _) = run(root, &of_files);
    assert!(output.contains("recall           75.0 % (30.1 to 95.4)"), "{output}");
    let (_, output, _) = run(root, &[&of_files[..], &["--format", "csv"]].concat());
    let mut rows = output.lines();
    let columns = rows.next().expect("a header").split(',').count();
    let row = rows.next().expect("a rule");
    assert!(row.starts_with("insults,,mask,on,rude,4,0.66") && row.split(',').count() == columns);
    let (code, _, errors) = run(root, &["--labeled", "labeled.csv", "--text", "text"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("--label"), "{errors}");
}

#[test]
fn the_sum_of_parts_is_the_whole() {
    let folder = recording();
    let root = folder.path();
    let (_, whole, _) = run(root, &["chat.jsonl", "--format", "json"]);
    let chat = fs::read_to_string(root.join("chat.jsonl")).expect("a file");
    let lines: Vec<&str> = chat.lines().collect();
    // Deletions are in the part of their message, and copies too.
    let at = lines.iter().position(|line| line.contains("canaryid500")).expect("it is there");
    let (last, rest) = (&lines[lines.len() - 3..], &lines[..lines.len() - 3]);
    let parts = [[&rest[..at], last].concat(), rest[at..].to_vec()];
    for (at, part) in parts.iter().enumerate() {
        fs::write(root.join("part.jsonl"), part.join("\n")).expect("a file");
        let (_, output, _) = run(root, &["part.jsonl", "--format", "json"]);
        fs::write(root.join(format!("{at}.json")), output).expect("a file");
    }
    for order in [["0.json", "1.json"], ["1.json", "0.json"]] {
        let arguments = [&["--format", "json", "--merge"], &order[..]].concat();
        assert_eq!(run(root, &arguments), (Some(0), whole.clone(), String::new()));
    }
    for format in ["text", "csv"] {
        let (_, whole, _) = run(root, &["chat.jsonl", "--format", format]);
        let merged = run(root, &["--format", format, "--merge", "0.json", "1.json"]);
        assert_eq!(merged, (Some(0), whole, String::new()));
    }
    fs::write(root.join("other.json"), whole.replace("numpty", "pillock")).expect("a file");
    // Names of another's file have no effect on a terminal or in a spreadsheet.
    let part = fs::read_to_string(root.join("0.json")).expect("it was written");
    let mut part: Value = serde_json::from_str(&part).expect("JSON");
    let mut rules = part["rules"].as_array_mut().expect("rules").iter_mut();
    let rule = rules.next().expect("a rule");
    rule["id"] = "=a\u{1b}[31mX\u{202e}".into();
    fs::write(root.join("foreign.json"), part.to_string()).expect("a file");
    for format in ["text", "csv"] {
        let (_, output, _) = run(root, &["--format", format, "--merge", "foreign.json"]);
        assert!(!output.contains(['\u{1b}', '\u{202e}']), "{output}");
        assert!(format == "text" || output.contains("\n'=a"), "{output}");
    }
    let (code, _, errors) = run(root, &["--merge", "0.json", "other.json"]);
    let message = "error: cannot add `other.json`: made with different rules\n";
    assert_eq!((code, errors.as_str()), (Some(2), message));
}
