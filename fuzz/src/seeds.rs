//! Seeds for the targets, from the rules, events and test data of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::rules::{self, MANIFEST};
use toml::de::{DeTable, DeValue};

use super::root;

/// An input for one of the targets.
pub struct Seed {
    /// The target.
    pub target: &'static str,
    /// The name, unique for the target.
    pub name: String,
    /// The bytes of the input.
    pub bytes: Vec<u8>,
}

/// Returns all seeds.
///
/// # Panics
/// If the test data is missing or invalid.
pub fn seeds() -> Vec<Seed> {
    let root = root();
    let mut seeds = Vec::new();
    let mut add = |target, name: String, bytes: Vec<u8>| seeds.push(Seed { target, name, bytes });

    for place in ["rules", "tests/cmd/rules", "tests/cmd/broken", "tests/emulator/rules"] {
        add("rule_files", place.replace('/', "-"), folder(&root.join(place)));
    }
    for list in files(&root.join("rules/lists")) {
        let manifest = manifest("lists = [\"lists/list.txt\"]\n");
        let case = [manifest.as_bytes(), b"\n=== lists/list.txt\n", &read(&list)].concat();
        add("rule_files", format!("rules-{}", stem(&list)), case);
        add("lists", format!("rules-{}", stem(&list)), read(&list));
    }
    for place in files(&root.join("tests/data/diagnostics")) {
        if place.is_dir() {
            add("rule_files", stem(&place), folder(&place));
            let lists = place.join("lists");
            let lists = if lists.is_dir() { files(&lists) } else { Vec::new() };
            for list in lists.iter().filter(|list| list.is_file()) {
                add("lists", format!("{}-{}", stem(&place), stem(list)), read(list));
            }
        }
    }

    add("backups", "two-runs".to_owned(), two_runs().into_bytes());

    for script in files(&root.join("tests/data/chat")) {
        let text = read(&script);
        let is_step = |line: &&[u8]| !line.starts_with(b"  ") && !line.starts_with(b"#");
        let steps = text.split(|byte| *byte == b'\n').filter(is_step);
        add("chat", stem(&script), steps.collect::<Vec<_>>().join(&b'\n'));
    }

    for file in files(&root.join("tests/cmd/import")) {
        add("imports", stem(&file), read(&file));
        if file.extension().is_some_and(|extension| extension == "csv") {
            add("tables", stem(&file), read(&file));
        }
    }

    add("trials", "tail".to_owned(), read(&root.join("tests/cmd/trial/handler.log")));

    let forms = String::from_utf8(read(&root.join("tests/data/recordings/forms.toml")));
    let forms = forms.expect("a text");
    let forms = DeTable::parse(&forms).expect("TOML").into_inner();
    for row in forms.get("test").and_then(|it| it.get_ref().as_array()).expect("rows").iter() {
        let row = row.get_ref().as_table().expect("a row");
        let text = |key| row.get(key).and_then(|it| it.get_ref().as_str()).expect("a text");
        add("recordings", text("name").to_owned(), text("input").as_bytes().to_vec());
    }

    let folder = folder(&root.join("tests/data/rules"));
    let mut events = files(&root.join("events"));
    events.extend(files(&root.join("tests/data/events")));
    events.retain(|path| !path.to_string_lossy().ends_with(".response.json"));
    for path in events {
        let event = read(&path);
        let case = [&folder, &b"\n=== event\n"[..], &event].concat();
        add("compiled", stem(&path), case.clone());
        add("reviews", stem(&path), case);
        add("events", stem(&path), event);
    }

    for path in files(&root.join("tests/data/matching")) {
        let text = String::from_utf8(read(&path)).expect("a text");
        let table = DeTable::parse(&text).expect("TOML").into_inner();
        for row in table.get("test").and_then(|it| it.get_ref().as_array()).expect("rows").iter() {
            let row = row.get_ref().as_table().expect("a row");
            let name = row.get("name").and_then(|name| name.get_ref().as_str()).expect("a name");
            add("compiled", name.to_owned(), row_as_case(row));
            add("reviews", name.to_owned(), row_as_case(row));
        }
    }

    for (name, key) in [("harmless", "messages"), ("evasive", "links")] {
        let text = read(&root.join(format!("tests/data/links/{name}.toml")));
        let text = String::from_utf8(text).expect("a text");
        let table = DeTable::parse(&text).expect("TOML").into_inner();
        let rows = table.get(key).and_then(|it| it.get_ref().as_array()).expect("rows");
        for (number, row) in rows.iter().enumerate() {
            // A row of `links` has a message and its host; one of `messages` is a message.
            let row = row.get_ref();
            let message = row.as_array().and_then(|row| row.first()).map_or(row, |it| it.get_ref());
            let message = message.as_str().expect("a message");
            add("links", format!("{name}-{number}"), message.as_bytes().to_vec());
        }
    }
    seeds
}

/// Returns a backup of two runs, of which the last was interrupted while it wrote.
fn two_runs() -> String {
    let line = |room: &str, before: &str, after: &str| {
        format!(
            r#"{{"room":"arn:aws:ivschat:eu-west-1:123456789012:room/{room}","at":"2026-11-21T06:00:00Z","before":{before},"after":{after}}}"#
        )
    };
    let none = r#"{"uri":"","fallbackResult":"ALLOW"}"#;
    let attached = r#"{"uri":"arn:aws:lambda:eu-west-1:123456789012:function:f:live","fallbackResult":"DENY"}"#;
    let lines =
        [line("AbCd", none, attached), line("EfGh", attached, none), line("AbCd", attached, none)];
    let text = lines.join("\n");
    text[..text.len() - 20].to_owned()
}

/// Converts a row of `tests/data/matching` to a case: a list, patterns or other keys, and messages.
fn row_as_case(row: &DeTable<'_>) -> Vec<u8> {
    let texts = |key: &str| -> Vec<&str> {
        let texts = row.get(key).and_then(|value| value.get_ref().as_array());
        texts.into_iter().flatten().filter_map(|text| DeValue::as_str(text.get_ref())).collect()
    };
    let patterns: Vec<String> = texts("patterns").iter().map(|it| format!("'''{it}'''")).collect();
    let kinds = row.get("keys").and_then(|keys| keys.get_ref().as_str()).unwrap_or_default();
    let looks = match texts("entries")[..] {
        [] if !kinds.is_empty() => format!("{kinds}\n"),
        [] => format!("patterns = [{}]\n", patterns.join(", ")),
        _ => "lists = [\"lists/list.txt\"]\n".to_owned(),
    };
    let mut case = manifest(&looks);
    case += "\n=== lists/list.txt\n";
    case += &texts("entries").join("\n");
    for marked in texts("marked") {
        case += "\n=== message\n";
        case += &marked.replace(['«', '»'], "");
    }
    case.into_bytes()
}

/// Returns a `rules.toml` with one rule.
fn manifest(looks: &str) -> String {
    // `limit` cannot be used with actions that rewrite.
    let action = if looks.starts_with("limit") { "deny" } else { "mask" };
    format!("version = 1\n[[rule]]\nid = \"rule\"\naction = \"{action}\"\n{looks}")
}

/// Converts a rule folder to a case.
fn folder(path: &Path) -> Vec<u8> {
    let sources = rules::load(path).expect("a rule folder");
    let content = |id| sources.get(id).content.as_deref().unwrap_or_default();
    let mut case = content(sources.find(MANIFEST).expect("the folder has a manifest")).to_vec();
    for (path, id) in sources.paths().filter(|&(path, _)| path != MANIFEST) {
        let unreadable = if sources.get(id).content.is_err() { "!" } else { "" };
        case.extend(format!("\n=== {unreadable}{path}\n").as_bytes());
        case.extend(content(id));
    }
    case
}

/// Returns the paths in a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).expect("a file")
}

/// Returns the name of a file up to its first dot.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}
