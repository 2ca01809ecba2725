//! Compiled rules: used, damaged, outdated and reloaded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::command_line::{path, review};
use crate::emulator::{Emulator, Function, temp_dir};
use crate::generator;
use crate::metrics::sums;

const COUNT: usize = 1_000;
/// Somewhat longer than a reload interval of a second.
const INTERVAL: Duration = Duration::from_millis(1_100);

#[test]
fn the_function_replies_with_compiled_rules_as_with_their_text() {
    let rules = Rules::compiled("rules");
    let mut emulator = Function::with_rules_dir(&rules.path).start();
    assert_same_replies(&mut emulator, "rules", 5);
    assert_eq!(ready(&emulator), [true]);
    assert!(!sums(&emulator).contains_key("CompiledRulesUnused"), "{}", emulator.log());
    let hash = emulator.lines().iter().find_map(|line| line["hash"].as_str().map(str::to_owned));
    assert!(rules.output.contains(&hash.expect("a hash")), "{}", rules.output);
}

#[test]
fn compiled_rules_that_cannot_be_used_are_reported_and_the_text_is_compiled() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 5] = [
        ("damaged", |rules| change(rules, |file| *file.last_mut().expect("bytes") ^= 1)),
        ("another version", |rules| change(rules, |file| file[8] = 99)),
        ("not a file of compiled rules", |rules| change(rules, |file| file.truncate(0))),
        ("do not match `rules.toml`", |rules| {
            let text = fs::read_to_string(rules.join("rules.toml")).expect("it was copied");
            sleep(Duration::from_millis(20));
            // Of the same length.
            let text = text.replacen("version = 1", "version= 1 ", 1);
            fs::write(rules.join("rules.toml"), text).expect("it is ours");
        }),
        ("do not match `lists/new.txt`", |rules| {
            fs::write(rules.join("lists/new.txt"), "").expect("it is ours");
        }),
    ];
    for (why, damage) in changes {
        let rules = Rules::compiled("tests/emulator/rules");
        damage(&rules.path);
        let mut emulator = Function::with_rules_dir(&rules.path).start();
        assert_same_replies(&mut emulator, "tests/emulator/rules", 6);
        assert_eq!(ready(&emulator), [false], "{why}");
        assert_eq!(errors(&emulator).len(), 1, "{why}: {}", emulator.log());
        assert!(errors(&emulator)[0].contains(why), "{why}: {}", emulator.log());
        assert_eq!(sums(&emulator)["CompiledRulesUnused"], 1, "{why}");
    }
}

/// A large file is checked after the first answer.
#[test]
fn damage_of_a_large_file_is_found_after_the_first_answer() {
    let rules = Rules::copy("tests/emulator/rules");
    let words: String = (0..20_000).map(|number| format!("zug{number:05}wang\n")).collect();
    fs::write(rules.path.join("lists/many.txt"), words).expect("it is ours");
    let manifest = rules.path.join("rules.toml");
    let rule = "\n[[rule]]\nid = \"many\"\nlists = [\"lists/many.txt\"]\naction = \"mask\"\n";
    let text = fs::read_to_string(&manifest).expect("it was copied") + rule;
    fs::write(&manifest, text).expect("it is ours");
    let rules = rules.compile();
    let plain = Rules::copy_of(&rules.path);
    change(&rules.path, |file| {
        let middle = file.len() / 2;
        file[middle..middle + 4_096].fill(0);
    });
    let mut emulator = Function::with_rules_dir(&rules.path).start();
    emulator.invoke(r#"{"Content":"hello"}"#);
    assert_same_replies(&mut emulator, plain.path.to_str().expect("UTF-8"), 7);
    assert_eq!(ready(&emulator), [true, false]);
    assert!(errors(&emulator)[0].contains("damaged"), "{}", emulator.log());
}

#[test]
fn changed_rules_are_used_if_they_are_not_worse() {
    let rules = Rules::copy("tests/emulator/rules");
    let manifest = rules.path.join("rules.toml");
    let good = fs::read_to_string(&manifest).expect("it was copied");
    let with_word = |word: &str, rest: &str| {
        let rule = "\n[[rule]]\nid = \"reloaded\"\naction = \"mask\"\n";
        fs::write(&manifest, format!("{good}{rule}terms = [\"{word}\"]\n{rest}")).expect("ours");
    };
    let function = Function::with_rules_dir(&rules.path).env("RULES_RELOAD", "1");
    let mut emulator = function.start();
    let masks = |emulator: &mut Emulator, word: &str| {
        sleep(INTERVAL);
        // The rules are read after this answer.
        emulator.invoke(r#"{"Content":"hello"}"#);
        let reply = emulator.invoke(json!({ "Content": word }).to_string());
        reply.text.contains("***")
    };
    assert!(!masks(&mut emulator, "zugzwang"));
    with_word("zugzwang", "");
    assert!(masks(&mut emulator, "zugzwang"), "{}", emulator.log());
    for worse in ["acton = \"deny\"\n", "samples.caught = [\"hello\"]\n", "[broken\n"] {
        with_word("zwischenzug", worse);
        assert!(masks(&mut emulator, "zugzwang"), "{worse}: {}", emulator.log());
        assert!(!masks(&mut emulator, "zwischenzug"), "{worse}: {}", emulator.log());
    }
    fs::remove_file(&manifest).expect("it is ours");
    assert!(masks(&mut emulator, "zugzwang"), "{}", emulator.log());
    with_word("zwischenzug", "");
    let rules = rules.compile();
    assert!(masks(&mut emulator, "zwischenzug"), "{}", emulator.log());
    assert!(!masks(&mut emulator, "zugzwang"), "{}", emulator.log());
    assert_eq!(ready(&emulator).last(), Some(&true), "{}", emulator.log());
    assert_same_replies(&mut emulator, rules.path.to_str().expect("UTF-8"), 8);
    emulator.end();
    assert_eq!(sums(&emulator)["ReloadsRejected"], 4, "{}", emulator.log());
}

/// A rule folder in a temporary folder.
struct Rules {
    path: PathBuf,
    /// The output of `compile`.
    output: String,
    _folder: TempDir,
}

impl Rules {
    fn compiled(from: &str) -> Rules {
        Rules::copy(from).compile()
    }

    fn copy(from: &str) -> Rules {
        Rules::copy_of(&path(from))
    }

    /// Copies the text of rules.
    fn copy_of(from: &Path) -> Rules {
        let folder = temp_dir();
        let path = folder.path().join("rules");
        let output = command("check", from).arg("--copy-to").arg(&path).output();
        assert!(output.expect("cargo built it for this test").status.success());
        Rules { path, output: String::new(), _folder: folder }
    }

    fn compile(mut self) -> Rules {
        let output = command("compile", &self.path).output().expect("cargo built it for this test");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.output = String::from_utf8_lossy(&output.stdout).into_owned();
        self
    }
}

fn command(name: &str, rules: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command.args([name, "--rules"]).arg(rules);
    command
}

/// Changes the compiled rules of a folder in place.
fn change(rules: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let file = rules.join("rules.compiled");
    let mut bytes = fs::read(&file).expect("it was compiled");
    change(&mut bytes);
    fs::write(&file, bytes).expect("it is ours");
}

/// Asserts that the function replies as the command line does with the text of `rules`.
fn assert_same_replies(emulator: &mut Emulator, rules: &str, seed: u64) {
    let events = generator::events(seed, COUNT);
    for (event, reply) in events.iter().zip(&review(&path(rules), &events).lines) {
        // The command line escapes control characters; the values are equal.
        let value = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
        assert_eq!(value(&emulator.invoke(event).text), value(reply), "{event}");
    }
}

/// For each time that rules were loaded, returns whether they were compiled.
fn ready(emulator: &Emulator) -> Vec<bool> {
    let lines = emulator.lines();
    let ready = lines.iter().filter(|line| line["message"] == "ready");
    ready.map(|line| line["compiled"] == true).collect()
}

fn errors(emulator: &Emulator) -> Vec<String> {
    let lines = emulator.lines();
    let errors = lines.iter().filter(|line| line["level"] == "ERROR");
    errors.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
}
