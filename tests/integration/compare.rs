//! `compare` agrees with the replies of both rule sets, and shows no text unless it is asked to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use ivs_chat_review::compare::{CLASSES, Class, Comparer, Tally};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

pub(crate) const DAY: Date = date(2026, 11, 30);

/// The files of the shipped rules.
pub(crate) fn shipped() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = rules::load(&root.join("rules")).expect("the shipped rules");
    let text = |id| {
        let content = sources.get(id).content.clone().expect("it can be read");
        String::from_utf8(content).expect("UTF-8")
    };
    sources.paths().map(|(path, id)| (path.to_owned(), text(id))).collect()
}

pub(crate) fn compiled(files: &[(String, String)]) -> Engine {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.push(Source { path: path.clone(), content: Ok(text.clone().into_bytes()) });
    }
    Engine::compile(rules::parse(&sources).rules).0
}

/// The entries of the shipped lists, in sentences, and messages without them.
pub(crate) fn messages(files: &[(String, String)]) -> Vec<String> {
    let lists = files.iter().filter(|(path, _)| path.ends_with(".txt"));
    let lines = lists.flat_map(|(_, text)| text.lines());
    let entries = lines.filter(|line| !line.is_empty() && !line.starts_with(['#', '!', '>']));
    let words =
        entries.map(|entry| entry.split(" @").next().unwrap_or_default().replace(['*', '+'], ""));
    let mut messages: Vec<String> =
        words.step_by(3).map(|word| format!("you {word}, hello")).collect();
    messages.extend(
        ["hello there", "gg well played", "call 555", "see https://example.com/x", "a a a a"]
            .map(str::to_owned),
    );
    messages
}

/// A random edit of one list or of the actions.
pub(crate) fn edit(files: &mut [(String, String)], random: &mut fastrand::Rng) {
    let lists: Vec<usize> = (0..files.len())
        .filter(|&at| files[at].0.starts_with("lists/") || files[at].0 == "rules.toml")
        .collect();
    let (path, text) = &mut files[lists[random.usize(..lists.len())]];
    if path == "rules.toml" {
        let from_to =
            [("\"mask\"", "\"deny\""), ("\"deny\"", "\"mask\""), ("\"shadow\"", "\"on\"")];
        let (from, to) = from_to[random.usize(..from_to.len())];
        let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
        if !places.is_empty() {
            let at = places[random.usize(..places.len())];
            text.replace_range(at..at + from.len(), to);
        }
        return;
    }
    let share = random.usize(2..10);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_entry = |line: &str| !line.is_empty() && !line.starts_with(['#', '!', '>']);
    lines.retain(|line| !is_entry(line) || random.usize(..share) > 0);
    lines.push(["hello", "well played", "*ou*"][random.usize(..3)].to_owned());
    *text = lines.join("\n");
}

/// The reply and the shadow rules of a message.
fn answer(reviewer: &mut Reviewer<'_>, text: &str) -> (Value, Vec<String>) {
    let request = ReviewRequest::new(text);
    let review = reviewer.review(&request, DAY);
    let rules = reviewer.engine().rules();
    let shadow = review.shadow_rules().into_iter().map(|id| rules.rule(id).id.clone()).collect();
    let reply = review.into_response(reviewer.engine(), request).to_json();
    (serde_json::from_slice(&reply).expect("JSON"), shadow)
}

/// The class of a message by its replies alone.
fn class_by_replies(
    text: &str,
    old: &(Value, Vec<String>),
    new: &(Value, Vec<String>),
) -> &'static str {
    let level = |reply: &Value| match (reply["ReviewResult"] == "DENY", reply["Content"] == text) {
        (true, _) => 2,
        (false, true) => 0,
        (false, false) => 1,
    };
    match (level(&old.0), level(&new.0)) {
        (0, 1 | 2) => "newly_caught",
        (1 | 2, 0) => "no_longer_caught",
        (1, 2) => "harsher",
        (2, 1) => "softer",
        _ if old.0 == new.0 && old.1 == new.1 => "unchanged",
        _ if old.0 == new.0 => "shadow_only",
        (0, _) => "tags_changed",
        (2, _) => "reply_changed",
        _ if old.0["Content"] != new.0["Content"] => "reply_changed",
        _ => "tags_changed",
    }
}

fn compare(before: &Engine, after: &Engine, messages: &[String]) -> Tally {
    let mut comparer = Comparer::new(before, after);
    let mut tally = Tally::default();
    for text in messages {
        tally.add(&comparer.compare(&ReviewRequest::new(text.as_str()), DAY));
    }
    tally
}

#[test]
fn classes_of_random_edits_are_those_of_the_replies() {
    let files = shipped();
    let messages = messages(&files);
    let before = compiled(&files);
    let mut seen = [0; CLASSES.len()];
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut edited = files.clone();
        for _ in 0..random.usize(1..4) {
            edit(&mut edited, &mut random);
        }
        let after = compiled(&edited);
        let tally = compare(&before, &after, &messages);
        let (mut old, mut new) = (Reviewer::new(&before), Reviewer::new(&after));
        let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
        for text in &messages {
            let class = class_by_replies(text, &answer(&mut old, text), &answer(&mut new, text));
            *expected.entry(class).or_default() += 1;
        }
        for class in CLASSES {
            let count = tally.classes[class as usize];
            assert_eq!(
                count,
                expected.get(class.as_str()).copied().unwrap_or(0),
                "{class:?} of {seed}"
            );
            seen[class as usize] += count;
        }
        assert_eq!(tally.messages(), messages.len() as u64);
        assert_eq!(tally.verdicts.as_flattened().iter().sum::<u64>(), messages.len() as u64);

        let back = compare(&after, &before, &messages);
        let count = |tally: &Tally, class: Class| tally.classes[class as usize];
        assert_eq!(count(&tally, Class::NewlyCaught), count(&back, Class::NoLongerCaught));
        assert_eq!(count(&tally, Class::NoLongerCaught), count(&back, Class::NewlyCaught));
        assert_eq!(count(&tally, Class::Harsher), count(&back, Class::Softer));

        let (first, second) = messages.split_at(random.usize(..messages.len()));
        let mut parts = compare(&before, &after, second);
        parts += compare(&before, &after, first);
        assert_eq!(parts, tally, "in parts, in another order");
    }
    for class in [Class::NewlyCaught, Class::NoLongerCaught, Class::Harsher, Class::Softer] {
        assert!(seen[class as usize] > 0, "no edit leads to {class:?}");
    }
    let same = compare(&before, &compiled(&files), &messages);
    assert_eq!(same.classes[Class::Unchanged as usize], messages.len() as u64);
}

#[test]
fn changes_are_attributed_to_the_entries_that_differ() {
    let rules = |actions: [&str; 2], terms: [&str; 2]| {
        let rule = |at: usize| {
            format!(
                "[[rule]]\nid = \"r{at}\"\naction = \"{}\"\nterms = [{}]\n",
                actions[at], terms[at]
            )
        };
        compiled(&[("rules.toml".to_owned(), format!("version = 1\n{}{}", rule(0), rule(1)))])
    };
    let before = rules(["mask", "deny"], ["\"muppet\", \"numpty\"", "\"pillock\""]);
    let after = rules(["mask", "deny"], ["\"numpty\"", "\"pillock\", \"muppet\", \"divvy\""]);
    let mut comparer = Comparer::new(&before, &after);
    for (text, class, causes) in [
        ("muppet numpty", Class::Harsher, &[("r0", "muppet"), ("r1", "muppet")][..]),
        ("divvy", Class::NewlyCaught, &[("r1", "divvy")]),
        ("numpty", Class::Unchanged, &[]),
        ("hello", Class::Unchanged, &[]),
    ] {
        let comparison = comparer.compare(&ReviewRequest::new(text), DAY);
        assert_eq!(comparison.class, class, "{text}");
        let found: Vec<_> =
            comparison.causes.iter().map(|it| (it.rule.as_str(), it.entry.as_str())).collect();
        assert_eq!(found, causes, "{text}");
    }
}

#[test]
fn the_order_of_shadow_rules_changes_nothing() {
    let rules = |order: [&str; 2]| {
        let rule = |id| {
            format!(
                "[[rule]]\nid = \"{id}\"\naction = \"mask\"\nmode = \"shadow\"\nterms = [\"muppet\"]\n"
            )
        };
        let text = format!("version = 1\n{}{}", rule(order[0]), rule(order[1]));
        compiled(&[("rules.toml".to_owned(), text)])
    };
    let (before, after) = (rules(["a", "b"]), rules(["b", "a"]));
    let comparison = Comparer::new(&before, &after).compare(&ReviewRequest::new("muppet"), DAY);
    assert_eq!((comparison.class, comparison.causes), (Class::Unchanged, Vec::new()));
}

#[test]
fn another_value_of_an_attribute_changes_the_reply() {
    let rules = |action: &str| {
        let text = format!(
            "version = 1\n[[rule]]\nid = \"names\"\n{action}\nfields = [\"attributes.name\"]\nterms = [\"muppet\"]\n"
        );
        compiled(&[("rules.toml".to_owned(), text)])
    };
    let before = rules("action = \"mask\"");
    let after = rules("action = \"replace\"\nwith = \"-\"");
    let event = br#"{"Content":"hello","Attributes":{"name":"muppet"}}"#;
    let request = ReviewRequest::from_json(event).expect("valid");
    let comparison = Comparer::new(&before, &after).compare(&request, DAY);
    assert_eq!(comparison.class, Class::ReplyChanged);
}

#[test]
fn a_line_with_many_matches_is_compared_in_linear_time() {
    let rules = |term: &str| {
        let text =
            format!("version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [\"{term}\"]\n");
        compiled(&[("rules.toml".to_owned(), text)])
    };
    let (before, after) = (rules("muppet"), rules("numpty"));
    let line = "muppet numpty ".repeat(4_000);
    let comparison = Comparer::new(&before, &after).compare(&ReviewRequest::new(line), DAY);
    assert_eq!(comparison.causes.len(), 2);
}

/// Runs `compare` in a folder.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    ivs_review(folder, &[&["compare"], arguments].concat())
}

/// Runs a command in a folder. Returns the exit code, the output and the errors.
pub(crate) fn ivs_review(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the binary was built for this test");
    let text = |bytes| String::from_utf8(bytes).expect("its output is UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("git runs").success(), "{arguments:?}");
}

/// A repository whose last commit masks `muppet`, and whose rules are edited to mask `divvy` too.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("rules/lists")).expect("a folder");
    let manifest = "version = 1\n[[rule]]\nid = \"insults\"\naction = \"mask\"\nlists = [\"lists/insults.txt\"]\n";
    fs::write(root.join("rules/rules.toml"), manifest).expect("a file");
    fs::write(root.join("rules/lists/insults.txt"), "muppet\n").expect("a file");
    git(root, &["init", "--quiet"]);
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "--message", "x"]);
    fs::write(root.join("rules/lists/insults.txt"), "muppet\ndivvy\n").expect("a file");
    let message = |id: u32, text: &str| {
        json!({
            "event_timestamp": format!("2026-11-30T10:00:0{id}Z"),
            "type": "MESSAGE",
            "payload": {
                "Type": "MESSAGE", "Id": format!("canaryid{id}"), "Content": text,
                "Attributes": {"displayName": "canaryname"},
                "Sender": {"UserId": "canaryuser", "Ip": "203.0.113.77", "Attributes": {"role": "canaryrole"}},
            },
        })
        .to_string()
            + "\n"
    };
    let chat =
        [message(1, "canarytext divvy"), message(2, "canarytext muppet"), message(3, "canarytext")];
    fs::write(root.join("chat.jsonl"), chat.concat() + &message(3, "canarytext")).expect("a file");
    folder
}

#[test]
fn the_last_commit_is_compared_with_the_folder_and_no_text_is_shown() {
    let repository = repository();
    let folder = repository.path();
    let (code, output, errors) = run(folder, &["chat.jsonl", "--format", "json"]);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let object: Value = serde_json::from_str(&output).expect("JSON");
    let expected = json!({
        "messages": 3, "skipped": 0, "duplicates": 1, "events": 0, "unreadable": 0, "filtered": 0,
        "verdicts": {
            "allow": {"allow": 1, "rewrite": 1, "deny": 0},
            "rewrite": {"allow": 0, "rewrite": 1, "deny": 0},
            "deny": {"allow": 0, "rewrite": 0, "deny": 0},
        },
        "classes": {
            "newly_caught": 1, "harsher": 0, "softer": 0, "no_longer_caught": 0, "reply_changed": 0,
            "tags_changed": 0, "shadow_only": 0, "unchanged": 2,
        },
        "rules": [{
            "id": "insults", "before": 1, "after": 2,
            "classes": {
                "newly_caught": 1, "harsher": 0, "softer": 0, "no_longer_caught": 0, "reply_changed": 0,
                "tags_changed": 0, "shadow_only": 0, "unchanged": 0,
            },
            "entries": [{"entry": "divvy", "classes": {"newly_caught": 1}}],
        }],
    });
    assert_eq!(object, expected);
    for format in ["text", "json", "markdown"] {
        let (_, output, errors) = run(folder, &["chat.jsonl", "--format", format]);
        assert!(!output.contains("canary") && !output.contains("203.0"), "{output}");
        assert_eq!(errors, "");
        let (_, output, _) = run(folder, &["chat.jsonl", "--format", format, "--with-text"]);
        assert!(output.contains("canarytext divvy"), "{output}");
        for private in ["canaryname", "canaryuser", "canaryrole", "canaryid", "203.0"] {
            assert!(!output.contains(private), "{private}: {output}");
        }
    }
    assert!(fs::read_dir(folder).expect("a folder").count() == 3, "nothing is written");
}

#[test]
fn revisions_folders_and_filters_are_chosen_by_options() {
    let repository = repository();
    let folder = repository.path();
    let counts = |arguments: &[&str]| -> (u64, u64, u64) {
        let arguments = [&["chat.jsonl", "--format", "json"], arguments].concat();
        let (code, output, errors) = run(folder, &arguments);
        assert_eq!(code, Some(0), "{errors}");
        let object: Value = serde_json::from_str(&output).expect("JSON");
        let count = |path: &str| object.pointer(path).and_then(Value::as_u64).expect(path);
        (count("/messages"), count("/classes/newly_caught"), count("/filtered"))
    };
    assert_eq!(counts(&["--from", "git:HEAD:rules"]), (3, 1, 0));
    assert_eq!(counts(&["--from", "rules", "--to", "rules"]), (3, 0, 0));
    assert_eq!(counts(&["--from", "git:HEAD", "--to", "git:HEAD"]), (3, 0, 0));
    assert_eq!(counts(&["--since", "2026-11-30T10:00:02Z"]), (2, 0, 1));
    assert_eq!(counts(&["--until", "2026-11-30T10:00:01Z"]), (1, 1, 2));
    assert_eq!(counts(&["--until", "2026-11-29"]), (0, 0, 3));
    assert_eq!(counts(&["--room", "AbCd12"]), (3, 1, 0));
    assert_eq!(run(folder, &["chat.jsonl", "--max-changed", "34"]).0, Some(0));
    assert_eq!(run(folder, &["chat.jsonl", "--max-changed", "33"]).0, Some(1));
    // A comparison of nothing proves nothing.
    let nothing = ["chat.jsonl", "--room", "NoSuchRoom00", "--since", "2030-01-01"];
    assert_eq!(run(folder, &nothing).0, Some(0));
    let (code, _, errors) = run(folder, &[&nothing[..], &["--max-changed", "33"]].concat());
    assert!(code == Some(1) && errors.contains("error: no message was compared"), "{errors}");
    fs::write(folder.join("damaged.jsonl"), "{\"Content\":\"a\"}\n{\"Content\":\n")
        .expect("a file");
    assert_eq!(run(folder, &["damaged.jsonl"]).0, Some(1));
    assert_eq!(run(folder, &["damaged.jsonl", "--lenient"]).0, Some(0));
}

#[test]
fn wrong_revisions_and_folders_are_errors() {
    let repository = repository();
    let folder = repository.path();
    let outside = tempfile::tempdir().expect("a folder");
    for (from, message) in [
        (
            "git:missing",
            "error: revision `missing` not found in this repository; a shallow clone may lack it\n",
        ),
        (
            "git:--output=x",
            "error: invalid revision `--output=x`; use for example git:HEAD or git:main\n",
        ),
        ("git:", "error: invalid revision ``; use for example git:HEAD or git:main\n"),
        ("git:HEAD:lost", "error: revision `HEAD` does not contain the folder `lost`\n"),
        (
            "git:HEAD:rules/lists",
            "error: revision `HEAD` does not contain rules.toml in that folder\n",
        ),
        (
            "git:HEAD:rules/rules.toml",
            "error: `rules/rules.toml` is not a folder in revision `HEAD`\n",
        ),
    ] {
        let (code, output, errors) = run(folder, &["chat.jsonl", "--from", from]);
        assert_eq!((code, output.as_str(), errors.as_str()), (Some(2), "", message), "{from}");
    }
    fs::create_dir(outside.path().join("rules")).expect("a folder");
    let (code, _, errors) = run(outside.path(), &["chat.jsonl"]);
    let message = "error: not in a git repository, or git refuses to read it (`git status` shows why); use --from DIR instead of git:HEAD\n";
    assert_eq!((code, errors.as_str()), (Some(2), message));
    let (code, _, errors) = run(folder, &["missing.jsonl"]);
    let message = "error: cannot read `missing.jsonl`: no such file or folder\n";
    assert_eq!((code, errors.as_str()), (Some(2), message));
}

#[test]
fn the_result_is_the_same_with_any_number_of_threads() {
    let repository = repository();
    let folder = repository.path();
    let mut random = fastrand::Rng::with_seed(7);
    let message = |random: &mut fastrand::Rng| {
        let id = random.usize(..2_500);
        let word = ["divvy", "muppet", "hello"][id % 3];
        let text = format!("{word} {}", id % 400);
        json!({"Type": "MESSAGE", "Id": format!("m{id}"), "Content": text}).to_string() + "\n"
    };
    for name in ["a.jsonl", "b.jsonl"] {
        let messages: String = (0..2_000).map(|_| message(&mut random)).collect();
        fs::write(folder.join(name), messages).expect("a file");
    }
    let run = |threads| {
        let arguments = ["a.jsonl", "b.jsonl", "--format", "json", "--with-text", "--threads"];
        run(folder, &[&arguments[..], &[threads]].concat())
    };
    let expected = run("1");
    assert!(expected.0 == Some(0) && expected.1.contains("\"text\""), "{expected:?}");
    for threads in ["2", "7"] {
        assert_eq!(run(threads), expected, "{threads} threads");
    }
}

#[test]
fn ids_of_messages_that_change_are_listed_if_asked_for() {
    let repository = repository();
    let folder = repository.path();
    let (_, output, _) = run(folder, &["chat.jsonl", "--format", "json", "--ids"]);
    let object: Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!(object["ids"], json!({"newly_caught": ["canaryid1"]}));
    for format in ["text", "markdown"] {
        let (_, output, _) = run(folder, &["chat.jsonl", "--format", format, "--ids"]);
        assert!(output.contains("canaryid1") && !output.contains("canaryid2"), "{output}");
        assert!(!output.contains("canarytext"), "{output}");
    }
}

#[test]
fn the_log_of_the_handler_has_what_a_recording_cannot_show() {
    let repository = repository();
    let folder = repository.path();
    let line = |second: u32, message: &str, verdict: &str, room: &str| {
        json!({
            "timestamp": format!("2026-11-30T10:00:0{second}.123456Z"), "level": "INFO", "message": message,
            "verdict": verdict, "rules": "insults", "message_id": "canaryid", "room_id": room,
        })
        .to_string()
    };
    let lines = [
        line(1, "match", "deny", "AbCd12"),
        line(2, "match", "rewrite", "AbCd12"),
        line(3, "match", "rewrite", "XyZ345"),
        line(4, "match", "allow", "AbCd12"),
        line(5, "started", "deny", "AbCd12"),
        "START RequestId: x".to_owned(),
        "not JSON {".to_owned(),
    ];
    let events: Vec<Value> =
        lines.iter().map(|line| json!({"timestamp": 1, "message": line})).collect();
    let tail = |line: &String| format!("2026-11-30T10:00:00 2026/11/30/[$LATEST]0a {line}\n");
    for (name, log) in [
        ("lines.log", lines.join("\n")),
        ("tail.log", lines.iter().map(tail).collect()),
        ("cli.json", json!({"events": events}).to_string()),
    ] {
        fs::write(folder.join(name), log).expect("a file");
        let counts = |options: &[&str]| {
            let arguments = ["chat.jsonl", "--format", "json", "--handler-log", name];
            let (code, output, errors) = run(folder, &[&arguments[..], options].concat());
            assert_eq!(code, Some(0), "{errors}");
            assert!(!output.contains("canary"), "{output}");
            let object: Value = serde_json::from_str(&output).expect("JSON");
            object["handler_log"].clone()
        };
        assert_eq!(counts(&[]), json!({"denied": 1, "rewritten": 2, "unreadable": 0}), "{name}");
        assert_eq!(
            counts(&["--room", "AbCd12"]),
            json!({"denied": 1, "rewritten": 1, "unreadable": 0}),
            "{name}"
        );
        let since = counts(&["--since", "2026-11-30T10:00:02Z"]);
        assert_eq!(since, json!({"denied": 0, "rewritten": 2, "unreadable": 0}), "{name}");
    }
    let (_, output, _) = run(folder, &["chat.jsonl", "--handler-log", "lines.log"]);
    let numbers = "The log of the handler has 1 message denied and 2 rewritten or tagged.";
    assert!(output.contains(numbers), "{output}");

    // Cut off, with a line of another process in it, and as an event that CloudWatch Logs has cut.
    let whole = lines.join("\n");
    let cut = json!({"timestamp": 1, "message": &lines[0][..40]}).to_string();
    for (name, log, parts) in [
        ("cut.log", whole.as_bytes()[..whole.len() - 60].to_vec(), 1),
        ("mixed.log", whole.replacen('\n', &format!("\n{}\n", &lines[0][..50]), 2).into_bytes(), 2),
        ("event.log", cut.into_bytes(), 1),
    ] {
        fs::write(folder.join(name), log).expect("a file");
        let arguments = ["chat.jsonl", "--handler-log", name];
        let (code, output, _) = run(folder, &arguments);
        let message =
            format!("and {parts} part{} that cannot be read.", if parts > 1 { "s" } else { "" });
        assert!(code == Some(1) && output.contains(&message), "{name}: {output}");
        assert_eq!(run(folder, &[&arguments[..], &["--lenient"]].concat()).0, Some(0));
    }
}

#[test]
fn the_sum_of_parts_is_the_whole() {
    let repository = repository();
    let folder = repository.path();
    let mut random = fastrand::Rng::with_seed(3);
    let words = ["divvy", "muppet", "hello"];
    let message = |at: usize| {
        json!({"Type": "MESSAGE", "Id": format!("m{at}"), "Content": words[at * at % 3]})
            .to_string()
    };
    let messages: Vec<String> = (0..60).map(message).collect();
    let json = |file: &str| run(folder, &[file, "--format", "json"]).1;
    fs::write(folder.join("whole.jsonl"), messages.join("\n")).expect("a file");
    let whole = json("whole.jsonl");
    for _ in 0..3 {
        let mut parts: Vec<Vec<&str>> = vec![Vec::new(); random.usize(1..5)];
        let count = parts.len();
        messages.iter().for_each(|message| parts[random.usize(..count)].push(message));
        let mut names = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            fs::write(folder.join("part.jsonl"), part.join("\n")).expect("a file");
            fs::write(folder.join(format!("{at}.json")), json("part.jsonl")).expect("a file");
            names.push(format!("{at}.json"));
        }
        random.shuffle(&mut names);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let arguments = [&["--format", "json", "--merge"], names.as_slice()].concat();
        assert_eq!(run(folder, &arguments), (Some(0), whole.clone(), String::new()));
    }
    let (code, output, _) = run(folder, &["--max-changed", "1", "--merge", "0.json"]);
    assert!(code == Some(1) && output.starts_with("1 file: "), "{output}");
    let (code, _, errors) = run(folder, &["--merge", "chat.jsonl"]);
    let message = "error: `chat.jsonl` is not the output of `ivs-review compare --format json`\n";
    assert_eq!((code, errors.as_str()), (Some(2), message));
}

#[test]
fn a_column_of_a_table_is_a_recording() {
    let repository = repository();
    let folder = repository.path();
    let table = "id,\"text\"\n1,you muppet\n2,\"a \"\"divvy\"\"\nhere\"\n3\n";
    fs::write(folder.join("chat.csv"), table).expect("a file");
    let arguments = ["chat.csv", "--column", "text", "--format", "json", "--lenient"];
    let (code, output, errors) = run(folder, &arguments);
    assert_eq!(code, Some(0), "{errors}");
    let object: Value = serde_json::from_str(&output).expect("JSON");
    let counts = ["/messages", "/unreadable", "/classes/newly_caught"];
    assert_eq!(
        counts.map(|path| object.pointer(path).cloned()),
        [2, 1, 1].map(|it| Some(json!(it)))
    );
    let arguments = ["review", "--events", "chat.csv", "--column", "text", "--lenient"];
    let (code, output, _) = ivs_review(folder, &arguments);
    let expected = "{\"ReviewResult\":\"ALLOW\",\"Content\":\"you ******\"}\n\
        {\"ReviewResult\":\"ALLOW\",\"Content\":\"a \\\"*****\\\"\\nhere\"}\n\
        {\"error\":\"damaged, or not a message in a known form\",\"line\":5}\n";
    assert_eq!((code, output.as_str()), (Some(0), expected));
    // The quote in line 4 is not closed, so the messages after it are not read.
    let table = "id,text\n1,you muppet\n\n2,\"a divvy\n3,you muppet\n";
    fs::write(folder.join("open.csv"), table).expect("a file");
    for lenient in [false, true] {
        let arguments = ["open.csv", "--column", "text", "--format", "json", "--lenient"];
        let (code, output, errors) = run(folder, &arguments[..5 + usize::from(lenient)]);
        let object: Value = serde_json::from_str(&output).expect("JSON");
        assert_eq!((&object["messages"], &object["unreadable"]), (&json!(1), &json!(1)));
        let warning =
            "warning: `open.csv` is not read to its end: the quote in line 4 is not closed";
        assert!(errors.starts_with(warning), "{errors}");
        assert_eq!(code, Some(i32::from(!lenient)));
    }
    let (code, _, errors) = run(folder, &["chat.csv", "--column", "Text"]);
    let message = "error: cannot read `chat.csv`: no column `Text` in the first row\n";
    assert_eq!((code, errors.as_str()), (Some(2), message));
}
