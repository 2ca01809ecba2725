//! Output of the command line for messages whose search was cut.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const NOTE: &str = "search budget exhausted";

/// Returns a rule folder with 256 words that start alike, and a message in which each symbol may be one of their letters.
fn folder(when_cut: &str) -> (TempDir, String) {
    let folder = TempDir::new().expect("a folder");
    let manifest = format!(
        "version = 1\n[settings]\nwhen_cut = \"{when_cut}\"\n\
         [[rule]]\nid = \"words\"\naction = \"mask\"\nterms = [\"bad\"]\nlists = [\"words.txt\"]\n\
         [[rule]]\nid = \"more\"\naction = \"replace\"\nwith = \"bad\"\nterms = [\"ugly\"]\n"
    );
    let word = |number: u32| -> String {
        (0..8).map(|bit| if number >> bit & 1 == 0 { 'a' } else { 'b' }).collect()
    };
    let words: String = (0..256).map(|number| format!("a{}cdcdcd\n", word(number))).collect();
    fs::write(folder.path().join("rules.toml"), manifest).expect("it can be written");
    fs::write(folder.path().join("words.txt"), words).expect("it can be written");
    (folder, "a*a*b*a*b".to_owned() + &" a****aaaacdcd".repeat(34))
}

fn run(folder: &TempDir, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(arguments)
        .arg("--rules")
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built for this test");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("its output is UTF-8")
}

#[test]
fn review_and_explain_report_a_cut_search() {
    for (when_cut, verdict) in [("allow", "allow"), ("deny", "deny")] {
        let (folder, storm) = folder(when_cut);
        for command in ["review", "explain"] {
            for (content, is_cut) in [(storm.as_str(), true), ("hello", false)] {
                let text = run(&folder, &[command, "-"], content);
                assert_eq!(stdout(&text).contains(NOTE), is_cut, "{command}: {}", stdout(&text));
                let json = run(&folder, &[command, "-", "--format", "json"], content);
                let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
                let expected = if is_cut { verdict } else { "allow" };
                assert_eq!(
                    (&report["cut"], &report["verdict"]),
                    (&json!(is_cut), &json!(expected))
                );
            }
        }
    }
}

#[test]
fn explain_reports_a_rewrite_that_exceeds_the_budget() {
    let (folder, storm) = folder("allow");
    let output = run(&folder, &["explain", "-"], &format!("ugly {storm}"));
    let why = "a rule matches the rewrite, and the search budget is exhausted";
    assert!(stdout(&output).contains(why), "{}", stdout(&output));
}

#[test]
fn the_summary_counts_cut_searches() {
    let (folder, storm) = folder("deny");
    let event = |content: &str| json!({ "Content": content }).to_string() + "\n";
    let events = [event("hello"), event(&storm), event("bad"), event(&storm)].concat();
    let output = run(&folder, &["review", "--events", "-", "--stats"], &events);
    let stats = String::from_utf8(output.stderr).expect("its output is UTF-8");
    let stats: Value = serde_json::from_str(stats.lines().last().expect("a line")).expect("JSON");
    assert_eq!(stats["cut"], 2, "{stats}");
    assert_eq!(stats["verdicts"], json!({ "allow": 1, "rewrite": 1, "deny": 2 }), "{stats}");
}
