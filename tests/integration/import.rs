//! Word lists of other systems: every entry is reported once, and each unchanged one matches itself.

use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::import::{File, Format, Import, Kind, Options, append_rules, import};
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

fn options(format: Format) -> Options {
    Options { format: Some(format), today: date(2026, 11, 30), ..Options::default() }
}

fn imported(name: &str, text: &str, options: &Options) -> Import {
    let file = File { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    import(&[file], options).expect("it can be imported")
}

/// Compiles what was imported.
fn engine(imported: &Import) -> Engine {
    let mut sources = Sources::default();
    let manifest = append_rules("", &imported.rules);
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into_bytes()) });
    for (path, text) in imported.rules.iter().filter_map(|rule| rule.list.as_ref()) {
        sources.push(Source { path: path.clone(), content: Ok(text.clone().into_bytes()) });
    }
    let parsed = rules::parse(&sources);
    let errors: Vec<_> = parsed.diagnostics.iter().filter(|it| it.is_error()).collect();
    assert!(imported.rules.is_empty() || errors.is_empty(), "{errors:?}");
    Engine::compile(parsed.rules).0
}

/// Words with the characters that have a meaning in lists and patterns, and phrases of them.
fn entry() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{2,7}",
        2 => "[*]?[a-zäß]{3,6}[*]?",
        2 => r"[#!>@~+*$\\a-z0-9,;'(\[{|.^-]{1,6}",
        2 => "[a-z]{2,5} [a-z#@!+]{1,5}",
        1 => r"\PC{1,5}",
    ]
}

/// A file in a format with these entries.
fn written(format: Format, entries: &[String]) -> (&'static str, String) {
    match format {
        Format::Discord => {
            let rule = json!([{"name": "a", "trigger_type": 1, "actions": [{"type": 1}],
                "trigger_metadata": {"keyword_filter": entries}}]);
            ("a.json", serde_json::to_string_pretty(&rule).expect("JSON"))
        }
        Format::Twitch => {
            let terms: Vec<_> = entries.iter().map(|it| json!({"text": it})).collect();
            ("a.json", json!({"data": terms}).to_string())
        }
        Format::Dsojevic => {
            let term = |it: &String| json!({"match": it, "tags": ["x"], "severity": 1});
            let terms: Vec<_> = entries.iter().map(term).collect();
            ("a.json", json!(terms).to_string())
        }
        Format::Cuss => {
            let words: serde_json::Map<_, _> =
                entries.iter().map(|it| (it.clone(), json!(2))).collect();
            ("cuss.json", json!(words).to_string())
        }
        Format::Surge | Format::Csv | Format::Discourse => {
            let rows = entries.iter().map(|it| format!("\"{}\"\n", it.replace('"', "\"\"")));
            let header = if format == Format::Discourse { "" } else { "text\n" };
            ("a.csv", header.to_owned() + &rows.collect::<String>())
        }
        _ => ("a.json", json!(entries).to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_entry_is_reported_once_and_unchanged_ones_match(
        entries in prop::collection::vec(entry(), 1..12),
        partial in any::<bool>(),
    ) {
        let mut entries = entries;
        entries.iter_mut().for_each(|it| *it = it.trim().to_owned());
        entries.retain(|it| !it.is_empty());
        for format in [
            Format::Discord, Format::Twitch, Format::Dsojevic, Format::Discourse, Format::Surge,
            Format::Csv, Format::Lines, Format::Cuss,
        ] {
            if format == Format::Cuss {
                entries.sort();
                entries.dedup();
            }
            let (name, text) = written(format, &entries);
            let imported = imported(name, &text, &Options { partial, ..options(format) });
            let mut reported: Vec<&str> =
                imported.items.iter().map(|item| item.entry.as_str()).collect();
            let mut expected: Vec<&str> = entries.iter().map(String::as_str).collect();
            reported.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(reported, expected, "{:?}", format);

            let engine = engine(&imported);
            let mut scratch = Scratch::default();
            for item in imported.items.iter().filter(|item| item.kind == Kind::Unchanged) {
                let is_literal = !item.entry.contains(['*', '|']) && item.patterns.is_empty();
                let message = format!("so {} then", item.entry);
                let found = engine.find(&message, None, &mut scratch);
                prop_assert!(!is_literal || !found.is_empty(), "{:?}: {}", format, message);
            }
        }
    }
}

#[test]
fn formats_are_detected_by_their_content() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/import");
    for (name, expected) in [
        ("automod.json", Format::Discord),
        ("terms.json", Format::Twitch),
        ("nightbot.json", Format::Nightbot),
        ("forum.example.com-watched-words-replace.csv", Format::Discourse),
        ("youtube.txt", Format::Youtube),
        ("mattermost.json", Format::Mattermost),
        ("profanity-list.json", Format::Dsojevic),
        ("surge.csv", Format::Surge),
        ("cuss.js", Format::Cuss),
        ("table.csv", Format::Csv),
        ("plain.txt", Format::Lines),
    ] {
        let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("a file");
        let today = Options { today: date(2026, 11, 30), ..Options::default() };
        assert_eq!(imported(name, &text, &today).formats, [expected], "{name}");
        // The name matters for Discourse only.
        if expected != Format::Discourse {
            assert_eq!(imported("x", &text, &today).formats, [expected], "{name}");
        }
    }
}

#[test]
fn files_of_another_form_are_errors() {
    let today = Options { today: date(2026, 11, 30), ..Options::default() };
    let table = Options { column: Some("word".into()), ..today.clone() };
    let severe = Options { min_severity: Some(2.0), ..today.clone() };
    for (name, text, options, line, message) in [
        ("a.json", "[1, 2", &today, 1, "invalid JSON: the file ends in the middle"),
        ("a.json", "{\"a\": {\"b\": 1}}", &today, 0, "JSON of an unknown form; set --as to one of"),
        (
            "a.csv",
            "x,1\ny,2\n",
            &today,
            1,
            "a table of 2 columns; set --column to that of the words",
        ),
        ("a.csv", "a,b\nx,y\n", &table, 1, "no column `word`; there are a, b"),
        ("a.txt", "muppet\n", &severe, 0, "--min-severity: one entry per line has no severity"),
        ("a.txt", "PK\u{3}\u{4}", &today, 0, "this is a Word, Excel or zip file"),
        ("a.txt", "", &today, 0, "the file is empty"),
        ("a.csv", "\u{FEFF} \r\n\r\n", &today, 0, "the file is empty"),
        ("a.csv", "text,n\nmuppet,\"1\nprat,2\n", &today, 2, "the quote is not closed; close it"),
    ] {
        let file = File { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        let error = import(&[file], options).expect_err(text);
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.message.starts_with(message), "{text}: {error}");
    }
}

/// A replacement with a control character would be an error.
#[test]
fn replacements_have_no_control_characters() {
    let table = "muppet,re\u{19}moved\nplonker,\u{7}\n";
    let name = "x-watched-words-replace.csv";
    let imported = imported(name, table, &options(Format::Discourse));
    let rules: String = imported.rules.iter().map(|rule| rule.rule.as_str()).collect();
    assert!(
        rules.contains("with = \"re moved\"") && rules.contains("with = \"[removed]\""),
        "{rules}"
    );
    engine(&imported);
}

#[test]
fn pages_of_one_list_become_one_rule() {
    let page = |text: &str| File {
        name: format!("{text}.json"),
        bytes: json!({"data": [{"text": text}]}).to_string().into_bytes(),
    };
    let imported = import(&[page("one"), page("two")], &options(Format::Twitch)).expect("lists");
    assert_eq!(imported.rules.len(), 1);
    assert_eq!(imported.rules[0].entries, 2);
    assert_eq!(imported.items[1].file, 1);
}

/// `import` writes what `check` accepts, and never overwrites.
#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_ivs-review"))
            .arg("import")
            .args(arguments)
            .args(["--into".as_ref(), folder.path().as_os_str()])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/import"))
            .output()
            .expect("the binary was built for this test")
    };
    let manifest = || std::fs::read_to_string(folder.path().join("rules.toml"));
    assert_eq!(run(&["--dry-run", "automod.json"]).status.code(), Some(0));
    assert!(manifest().is_err(), "a dry run writes nothing");

    let first = run(&["automod.json"]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stdout));
    let before = manifest().expect("it was written");
    assert!(before.contains("mode = \"shadow\""));

    let second = run(&["automod.json"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("already exists"));
    assert_eq!(manifest().expect("it is there"), before);

    let third = run(&["--format", "json", "plain.txt"]);
    assert_eq!(third.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&third.stdout).expect("JSON");
    assert_eq!(report["check"]["errors"], 0);
    let after = manifest().expect("it is there");
    assert!(after.starts_with(&before) && after.len() > before.len());

    // A manifest that is not valid is not changed.
    std::fs::write(folder.path().join("rules.toml"), "version = 1\nrule = []\n").expect("writable");
    let fourth = run(&["terms.json"]);
    assert_eq!(fourth.status.code(), Some(2));
    assert!(!folder.path().join("lists/twitch-blocked-terms.txt").exists());
}
