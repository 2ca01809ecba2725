//! `init`.

use std::fs;
use std::path::Path;
use std::process::Command;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::lint::check;
use ivs_chat_review::rules;

/// Runs `ivs-review` in a folder. Returns the exit code and both outputs.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary was built for this test");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Returns the verdicts of messages.
fn verdicts(folder: &Path, messages: &[&str]) -> Vec<String> {
    let (_, output, _) = run(folder, &[&["review", "--format", "json"], messages].concat());
    let verdict = |line: &str| -> String {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["verdict"].as_str().expect("a verdict").to_owned()
    };
    output.lines().map(verdict).collect()
}

#[test]
fn each_preset_passes_the_check_and_does_what_it_says() {
    let messages = ["you noob", "what a muppet", "kill yourself", "you chink", "see example.com/a"];
    for (preset, expected) in [
        ("slurs-only", ["allow", "allow", "allow", "deny", "allow"]),
        ("standard", ["allow", "rewrite", "deny", "deny", "allow"]),
        ("family", ["rewrite", "rewrite", "deny", "deny", "rewrite"]),
        ("empty", ["allow"; 5]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let (code, output, errors) = run(folder, &["init", "--preset", preset]);
        assert_eq!(code, Some(0), "{errors}");
        let next = "next: set the modes of [categories] in rules/rules.toml, then run `ivs-review check`\n";
        assert!(output.ends_with(next), "{output}");
        let sources = rules::load(&folder.join("rules")).expect("a rule folder");
        let parsed = rules::parse(&sources);
        assert_eq!(parsed.diagnostics, [], "{preset}");
        let engine = Engine::compile(parsed.rules).0;
        assert_eq!(check(&engine, &sources), [], "{preset}");
        assert_eq!(run(folder, &["fmt", "--check"]).0, Some(0), "{preset}");
        assert_eq!(verdicts(folder, &messages), expected, "{preset}");
        // The lists and all but a section of rules.toml are those that ship.
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/lists");
        for list in fs::read_dir(shipped).expect("lists") {
            let list = list.expect("a list").path();
            let written = folder.join("rules/lists").join(list.file_name().expect("a name"));
            assert_eq!(
                fs::read(written).expect("it was written"),
                fs::read(&list).expect("a list")
            );
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::create_dir_all(folder.join("rules/lists")).expect("writable");
    fs::write(folder.join("rules/lists/mild.txt"), "own\n").expect("writable");
    let (code, output, errors) = run(folder, &["init"]);
    let message = "error: `rules/lists/mild.txt` already exists; nothing was written\n";
    assert_eq!((code, &*output, &*errors), (Some(2), "", message));

    fs::create_dir_all(folder.join(".github/workflows")).expect("writable");
    fs::write(folder.join(".github/workflows/rules.yml"), "own\n").expect("writable");
    let (code, _, errors) = run(folder, &["init", "--github"]);
    let message = "error: nothing was written, because 2 files already exist:\n  \
                   rules/lists/mild.txt\n  .github/workflows/rules.yml\n";
    assert_eq!((code, &*errors), (Some(2), message));
    assert_eq!(fs::read_dir(folder.join("rules/lists")).expect("a folder").count(), 1);
    assert!(!folder.join("rules/rules.toml").exists());
    assert_eq!(fs::read(folder.join("rules/lists/mild.txt")).expect("readable"), b"own\n");

    // In another folder there is nothing to overwrite. It needs the option of `check`.
    let (code, output, _) = run(folder, &["init", "trial", "--preset", "empty"]);
    assert_eq!(code, Some(0));
    assert!(output.ends_with("run `ivs-review check --rules trial`\n"), "{output}");
}

#[test]
fn workflows_are_written_to_the_repository_of_the_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::create_dir_all(folder.join(".git")).expect("writable");
    fs::create_dir_all(folder.join("inside")).expect("writable");
    let (code, _, errors) = run(folder, &["init", "chat", "--github"]);
    assert!(code == Some(2) && errors.contains("the folder `rules` of a repository"), "{errors}");
    let (code, _, errors) = run(&folder.join("inside"), &["init", "--github"]);
    assert!(code == Some(2) && errors.contains("in the folder of the repository"), "{errors}");
    assert!(!folder.join("inside/rules").exists());

    let (code, output, errors) = run(folder, &["init", "--github"]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(output.contains("wrote .github/workflows/rules.yml"), "{output}");
    for name in ["rules.yml", "compare.yml"] {
        let workflow =
            fs::read(folder.join(".github/workflows").join(name)).expect("it was written");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/github").join(name);
        assert_eq!(workflow, fs::read(example).expect("an example"), "{name}");
    }
}
