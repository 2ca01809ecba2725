//! `check --fix` and `check --watch`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const MANIFEST: &str = "version = 1\n\n[[rule]]\nid = \"rude\"\nlists = [\"lists/rude.txt\"]\n\
                        action = \"mask\"\n";

fn folder(list: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("lists")).expect("writable");
    fs::write(folder.path().join("rules.toml"), MANIFEST).expect("writable");
    fs::write(folder.path().join("lists/rude.txt"), list).expect("writable");
    folder
}

fn list(folder: &Path) -> String {
    fs::read_to_string(folder.join("lists/rude.txt")).expect("readable")
}

/// Runs `check` and returns its exit code and output.
fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .arg("check")
        .arg("--rules")
        .arg(folder)
        .args(arguments)
        .output()
        .expect("the binary was built for this test");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

#[test]
fn exceptions_are_added_and_duplicates_removed_once() {
    let before = "# rude words\r\n*hamst*\r\nmuppet+  # why\r\nMUPPET+\r\n*pillo*\r\nmuppets";
    let folder = folder(before);
    let (code, diff) = check(folder.path(), &["--fix", "--dry-run"]);
    assert_eq!(code, Some(1), "{diff}");
    assert_eq!(list(folder.path()), before, "a dry run writes nothing");

    let (code, text) = check(folder.path(), &["--fix"]);
    assert_eq!(code, Some(0), "{text}");
    for part in ["\n+! hamstring\n", "\n+! pillow\n", "\n-MUPPET+\n"] {
        assert!(diff.contains(part) && text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("[common-word-match]"), "{text}");
    assert!(text.contains("[redundant-entry]"), "{text}");
    let after = list(folder.path());
    assert!(after.starts_with("# rude words\r\n*hamst*\r\n! hamstring"), "{after}");
    assert!(after.ends_with("\r\nmuppets"), "{after}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after}");

    let (code, text) = check(folder.path(), &["--fix"]);
    assert_eq!((code, list(folder.path())), (Some(0), after), "{text}");
    assert!(text.starts_with("nothing to fix\n"), "{text}");

    let (code, text) = check(folder.path(), &["--fix=all"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(list(folder.path()).ends_with("\r\n# muppets"), "{text}");
    assert!(!text.contains("[redundant-entry]"), "{text}");
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder("muppet\nmuppet\n");
    let path = folder.path().join("lists/rude.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).expect("writable");
    assert_eq!(check(folder.path(), &["--fix"]).0, Some(0));
    assert_eq!(list(folder.path()), "muppet\n");
    let mode = fs::metadata(&path).expect("readable").permissions().mode();
    assert_eq!(mode & 0o777, 0o604);
}

#[test]
fn a_watched_folder_is_checked_after_each_change() {
    let folder = folder("muppet\n");
    let mut process = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["check", "--watch", "--rules"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built for this test");
    let (sender, lines) = mpsc::channel();
    let streams: [Box<dyn std::io::Read + Send>; 2] = [
        Box::new(process.stdout.take().expect("a pipe")),
        Box::new(process.stderr.take().expect("a pipe")),
    ];
    for stream in streams {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let lines = BufReader::new(stream).lines().map_while(Result::ok);
            lines.for_each(|line| drop(sender.send(line)));
        });
    }
    // Lines of the two streams arrive in any order.
    let wait_for = |parts: [&str; 2]| {
        let mut seen = String::new();
        while !parts.iter().all(|part| seen.contains(part)) {
            let line = lines.recv_timeout(Duration::from_secs(60));
            seen += &line.unwrap_or_else(|_| panic!("no {parts:?} in {seen}"));
            seen.push('\n');
        }
    };
    let path = folder.path().join("lists/rude.txt");
    wait_for(["1 entry", "watching"]);
    // Saved by a rename, as most editors do.
    let temporary = folder.path().join("lists/.rude.txt.swp");
    fs::write(&temporary, "muppet\nplonker\n").expect("writable");
    fs::rename(&temporary, &path).expect("writable");
    wait_for(["2 entries", "watching"]);
    // Truncated, then written.
    fs::write(&path, "").expect("writable");
    fs::write(&path, "muppet\nplonker\nprat\n").expect("writable");
    wait_for(["3 entries", "watching"]);
    // Away for a while.
    let away = folder.path().with_extension("away");
    fs::rename(folder.path(), &away).expect("writable");
    wait_for(["error:", "watching"]);
    fs::rename(&away, folder.path()).expect("writable");
    wait_for(["3 entries", "watching"]);
    process.kill().expect("it runs");
    process.wait().expect("it ended");
}
