//! The command `compile`, and how old its file is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use ivs_chat_review::compiled::{Compiled, RulesHash};
use ivs_chat_review::rules;
use tempfile::TempDir;

const MANIFEST: &str =
    "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"lists/a.txt\"]\n";

/// Returns a rule folder in a temporary folder.
fn folder(manifest: &str, list: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rules = folder.path().join("rules");
    fs::create_dir_all(rules.join("lists")).expect("a new folder");
    fs::write(rules.join("rules.toml"), manifest).expect("a new file");
    fs::write(rules.join("lists/a.txt"), list).expect("a new file");
    (folder, rules)
}

fn compile(rules: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command.args(["compile", "--rules"]).arg(rules).args(arguments);
    command.output().expect("cargo built it for this test")
}

#[test]
fn the_file_is_written_beside_the_rules_or_where_requested() {
    let (folder, rules) = folder(MANIFEST, "muppet\n> caught: a muppet\n");
    let other = folder.path().join("other");
    let text = rules::load(&rules).expect("a rule folder");
    let hash = RulesHash::of(&text).to_string();
    for (arguments, file) in [
        (&[][..], rules.join("rules.compiled")),
        (&["-o", other.to_str().expect("UTF-8")][..], other.clone()),
        // It replaces the file.
        (&[][..], rules.join("rules.compiled")),
    ] {
        let output = compile(&rules, arguments);
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains("1 rule, 1 entry, 0 patterns") && printed.contains(&hash));
        let opened = Compiled::open(fs::read(&file).expect("a file")).expect("it is valid");
        assert_eq!((opened.engine.entries(), opened.hash.to_string()), (1, hash.clone()));
    }
    // No temporary file is left.
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    assert_eq!(fs::read_dir(&rules).expect("a folder").count(), 3);
}

#[test]
fn rules_with_errors_or_failing_samples_are_not_compiled() {
    for (manifest, list) in [
        (MANIFEST.replace("mask", "mosk"), "muppet\n"),
        (MANIFEST.to_owned(), "muppet @untill 2026\n"),
        (MANIFEST.to_owned(), "muppet\n> ok: a muppet\n"),
        (MANIFEST.to_owned(), "muppet\n> caught: a moppet\n"),
        (MANIFEST.to_owned() + "patterns = ['zugzwang[^a]{2400}']\n", "muppet\n"),
    ] {
        let (_folder, rules) = folder(&manifest, list);
        let output = compile(&rules, &[]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(matches!(code, Some(1 | 2)) && stderr.contains("error"), "{list}: {output:?}");
        assert!(!rules.join("rules.compiled").exists(), "{list}");
    }
}

/// Returns the file that was changed after `rules.compiled` was written.
fn changed(rules: &Path) -> Option<String> {
    let file = rules.join("rules.compiled");
    let compiled = Compiled::open(fs::read(&file).expect("a file")).expect("it is valid");
    let metadata = fs::symlink_metadata(file).expect("a file");
    rules::changed_file(rules, &compiled.files, &metadata).expect("a rule folder")
}

#[test]
fn changes_of_any_file_are_found() {
    type Change = fn(&Path);
    let changes: [(Option<&str>, Change); 8] = [
        (None, |_| {}),
        // Copied later, with the same content.
        (None, |rules| write(rules, "lists/a.txt", "muppet\n")),
        (None, |rules| write(rules, "README.md", "not a rule file")),
        (Some("lists/a.txt"), |rules| write(rules, "lists/a.txt", "moppet\n")),
        (Some("lists/a.txt"), |rules| write(rules, "lists/a.txt", "muppets\n")),
        (Some("lists/a.txt"), |rules| {
            fs::remove_file(rules.join("lists/a.txt")).expect("it was there");
        }),
        (Some("lists/b.txt"), |rules| write(rules, "lists/b.txt", "")),
        (Some("rules.toml"), |rules| {
            write(rules, "rules.toml", &MANIFEST.replace("mask", "deny"));
        }),
    ];
    for (expected, change) in changes {
        let (_folder, rules) = folder(MANIFEST, "muppet\n");
        assert!(compile(&rules, &[]).status.success());
        change(&rules);
        assert_eq!(changed(&rules).as_deref(), expected);
    }
}

/// Writes a file as if it were written later.
fn write(rules: &Path, path: &str, text: &str) {
    let path = rules.join(path);
    fs::write(&path, text).expect("it can be written");
    let file = fs::File::options().write(true).open(path).expect("it was just written");
    file.set_modified(SystemTime::now() + Duration::from_secs(1)).expect("it is ours");
}
