//! Loading of rule folders, and packaging by `check --copy-to` and `sam build`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::rules::{self, Parsed};
use ivs_chat_review::source::Sources;
use tempfile::TempDir;

const MANIFEST: &str = "version = 1\n\
    [[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [\"muppet\"]\nlists = [\"lists/a.txt\"]\n\
    [[rule]]\nid = \"b\"\naction = \"mask\"\nlists = [\"lists/b.txt\"]\n";

/// Returns a temporary folder that contains a valid rule folder `rules`.
fn valid_rules() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let rules = folder.path().join("rules");
    write(&rules, "rules.toml", MANIFEST);
    write(&rules, "lists/a.txt", "numpty\n");
    write(&rules, "lists/b.txt", "pillock\n");
    (folder, rules)
}

fn write(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
    fs::write(path, content).expect("the file can be written");
}

/// Loads and parses a folder; fails if loading hangs, as on a pipe without a writer.
fn load(rules: &Path) -> (Sources, Parsed) {
    let (sender, receiver) = mpsc::channel();
    let rules = rules.to_owned();
    thread::spawn(move || sender.send(rules::load(&rules)));
    let sources = receiver.recv_timeout(Duration::from_secs(60)).expect("loading hangs");
    let sources = sources.expect("the folder has a rules.toml");
    let parsed = rules::parse(&sources);
    (sources, parsed)
}

/// Returns codes and messages of the diagnostics of a folder.
fn problems(rules: &Path) -> Vec<(Code, String)> {
    load(rules).1.diagnostics.into_iter().map(|it| (it.code, it.message)).collect()
}

/// Returns the files that were read and the ids of the active rules.
fn loaded(rules: &Path) -> (Vec<String>, Vec<String>) {
    let (sources, parsed) = load(rules);
    let read = sources.paths().filter(|&(_, id)| sources.get(id).content.is_ok());
    let read = read.map(|(path, _)| path.to_owned()).collect();
    (read, parsed.rules.rules.into_iter().map(|rule| rule.id).collect())
}

fn check(arguments: &[&str], paths: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
    command.arg("check").args(arguments);
    for (option, path) in paths {
        command.arg(option).arg(path);
    }
    command.output().expect("the binary was built for this test")
}

/// Returns all files below a folder with their bytes; names of folders end with `/`.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tree = BTreeMap::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, inside)) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let entry = entry.expect("an entry");
            let name = format!("{inside}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().expect("a type");
            if kind.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
                tree.insert(format!("{name}/"), Vec::new());
            } else {
                assert!(kind.is_file(), "{name}");
                tree.insert(name, fs::read(entry.path()).expect("it can be read"));
            }
        }
    }
    tree
}

#[test]
fn hidden_files_and_editor_backups_are_skipped() {
    let (_folder, rules) = valid_rules();
    // A leading `#` alone is not a backup.
    write(&rules, "#1.txt", "");
    let manifest = format!(
        "{MANIFEST}[[rule]]\nid = \"c\"\naction = \"mask\"\nlists = [\".hidden.txt\", \".git/a.txt\", \"lists/.a.txt\"]\n"
    );
    write(&rules, "rules.toml", &manifest);
    for name in [
        ".hidden.txt",
        ".git/a.txt",
        "lists/.a.txt",
        "lists/.a.txt.swp",
        "lists/a.txt~",
        "lists/#a.txt#",
        "lists/~$a.txt",
        "old~/a.txt",
        "README.md",
        "lists/a.txt.bak",
    ] {
        write(&rules, name, "*\n\0\n");
    }
    assert_eq!(loaded(&rules).0, ["#1.txt", "lists/a.txt", "lists/b.txt", "rules.toml"]);
    let found: Vec<Code> = problems(&rules).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, [Code::MissingList; 3]);
}

#[test]
fn names_of_files_begin_with_the_path_of_the_folder() {
    let (_folder, rules) = valid_rules();
    let path = rules.to_str().expect("it is UTF-8");
    for argument in [path.to_owned(), format!("{path}/")] {
        let sources = rules::load(Path::new(&argument)).expect("it is a rule folder");
        let id = sources.find("lists/a.txt").expect("it is in the folder");
        assert_eq!(sources.name(id), format!("{path}/lists/a.txt"), "{argument}");
    }
}

#[test]
fn sizes_are_limited() {
    let (_folder, rules) = valid_rules();
    let file = |name: &str, mebibytes: u64, more: u64| {
        let path = rules.join(name);
        let file = File::create(path).expect("it can be made");
        // A sparse file.
        file.set_len((mebibytes << 20) + more).expect("a sparse file");
    };
    file("c1.txt", 8, 0);
    file("c2.txt", 8, 1);
    let found = |name: &str| {
        let (sources, _) = load(&rules);
        let id = sources.find(name).expect("it is in the folder");
        sources.get(id).content.as_ref().map(Vec::len).map_err(|why| format!("{why:?}"))
    };
    assert_eq!(found("c1.txt"), Ok(8 << 20));
    assert!(found("c2.txt").is_err_and(|why| why.contains("larger than 8 MiB")));
    fs::remove_file(rules.join("c2.txt")).expect("it is there");
    // Eight of them have 64 MiB, after which no file is read.
    for number in 2..=8 {
        file(&format!("c{number}.txt"), 8, 0);
    }
    assert_eq!(found("c8.txt"), Ok(8 << 20));
    let why = "exceeds the limit of 64 MiB for the folder";
    assert!(found("lists/a.txt").is_err_and(|found| found.contains(why)));
    let reported = problems(&rules);
    let expected = |path: &str| (Code::IoError, format!("`{path}` {why}"));
    assert!(reported.contains(&expected("lists/a.txt")), "{reported:?}");
    assert!(reported.contains(&expected("rules.toml")), "{reported:?}");
}

#[test]
fn depth_and_number_of_files_are_limited() {
    let (_folder, rules) = valid_rules();
    write(&rules, "1/2/3/4/5/6/7/8/a.txt", "muppet\n");
    write(&rules, "1/2/3/4/5/6/7/8/9/a.txt", "muppet\n");
    let (sources, _) = load(&rules);
    assert!(sources.find("1/2/3/4/5/6/7/8/a.txt").is_some());
    assert!(sources.find("1/2/3/4/5/6/7/8/9/a.txt").is_none());
    let reported = problems(&rules);
    let message = "`1/2/3/4/5/6/7/8/9` is nested more than 8 levels deep";
    assert!(reported.contains(&(Code::IoError, message.to_owned())), "{reported:?}");

    // The limit applies to all folders together.
    let (_folder, rules) = valid_rules();
    fs::create_dir(rules.join("more")).expect("it can be made");
    for number in 0..5_000 {
        File::create(rules.join(number.to_string())).expect("it can be made");
        File::create(rules.join(format!("more/{number}"))).expect("it can be made");
    }
    let error = rules::load(&rules).expect_err("there are too many").to_string();
    assert!(error.contains("more than 10000 files and folders"), "{error}");
    // Together with the folders `lists` and `more`, `rules.toml` and two lists, there are now 10,000.
    for number in 0..5 {
        fs::remove_file(rules.join(number.to_string())).expect("it is there");
    }
    assert_eq!(problems(&rules), []);
}

#[test]
fn an_unreadable_list_is_an_error_even_if_no_rule_names_it() {
    let (_folder, rules) = valid_rules();
    fs::create_dir(rules.join("c.txt")).expect("it can be made");
    let message = "`c.txt` is a folder, not a file".to_owned();
    assert_eq!(problems(&rules), [(Code::IoError, message)]);
    assert_eq!(loaded(&rules).1, ["a", "b"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    const SECRET: &str = "correct-horse-battery-staple";

    fn link(target: impl AsRef<Path>, rules: &Path, name: &str) {
        let link = rules.join(name);
        fs::create_dir_all(link.parent().expect("it is in a folder")).expect("it can be made");
        symlink(target, link).expect("a link");
    }

    fn pipe(path: &Path) {
        let made = Command::new("mkfifo").arg(path).status().expect("mkfifo is part of POSIX");
        assert!(made.success());
    }

    #[test]
    fn symbolic_links_are_errors_whatever_their_target() {
        for name in
            ["c.txt", "lists/c.txt", "more", "lists/more", "notes.md", "rules.toml/../d.txt"]
        {
            let name = name.trim_start_matches("rules.toml/../");
            for target in
                ["outside.txt", "rules/lists/a.txt", "outside", "nowhere", "/dev/zero", "rules"]
            {
                let (folder, rules) = valid_rules();
                write(folder.path(), "outside.txt", SECRET);
                write(folder.path(), "outside/c.txt", SECRET);
                link(folder.path().join(target), &rules, name);
                let message =
                    format!("`{name}` is a symbolic link, which is neither read nor deployed");
                assert_eq!(problems(&rules), [(Code::UnsupportedFile, message)], "{target}");
                // The other files are used.
                assert_eq!(loaded(&rules).1, ["a", "b"]);
                // The output of `check`, which is slow, for a file and for a folder.
                if !matches!((name, target), ("c.txt", "outside.txt") | ("lists/more", "outside")) {
                    continue;
                }
                let output = check(&[], &[("--rules", &rules)]);
                let printed = String::from_utf8_lossy(&output.stdout);
                assert_eq!(output.status.code(), Some(1));
                assert!(
                    printed.contains(&format!("{name}:1:1: error[unsupported-file]")),
                    "{printed}"
                );
                assert!(
                    printed.contains("help: copy the file or folder that it points to"),
                    "{printed}"
                );
                assert!(!printed.contains(SECRET), "{printed}");
            }
        }
    }

    #[test]
    fn a_list_or_manifest_that_is_a_link_is_not_read() {
        for name in ["lists/a.txt", "rules.toml"] {
            let (folder, rules) = valid_rules();
            let outside = folder.path().join("outside");
            fs::rename(rules.join(name), &outside).expect("it can be moved");
            link(&outside, &rules, name);
            let (read, active) = loaded(&rules);
            assert!(!read.iter().any(|it| it == name), "{read:?}");
            // A rule without one of its lists is still active.
            let expected: &[&str] = if name == "rules.toml" { &[] } else { &["a", "b"] };
            assert_eq!(active, expected);
            assert!(problems(&rules).iter().all(|(code, _)| *code == Code::UnsupportedFile));
        }
    }

    #[test]
    fn the_rule_folder_may_be_a_symbolic_link() {
        let (folder, rules) = valid_rules();
        let link = folder.path().join("link");
        symlink(&rules, &link).expect("a link");
        assert_eq!(problems(&link), []);
        let copy = folder.path().join("copy");
        let output = check(&[], &[("--rules", &link), ("--copy-to", &copy)]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(tree(&copy), tree(&rules));
    }

    #[test]
    fn pipes_and_sockets_are_errors_and_are_not_opened() {
        for name in ["lists/c.txt", "c", "lists/d"] {
            let (_folder, rules) = valid_rules();
            pipe(&rules.join(name));
            let message = format!("`{name}` is not a regular file");
            assert_eq!(problems(&rules), [(Code::UnsupportedFile, message.clone())]);
            assert_eq!(loaded(&rules).1, ["a", "b"]);
            fs::remove_file(rules.join(name)).expect("it is there");
            let _socket = UnixListener::bind(rules.join(name)).expect("a socket");
            assert_eq!(problems(&rules), [(Code::UnsupportedFile, message)]);
        }
    }

    #[test]
    fn names_of_lists_must_be_utf8() {
        let (_folder, rules) = valid_rules();
        let name = |bytes: &[u8]| rules.join(std::ffi::OsStr::from_bytes(bytes));
        fs::write(name(b"\xFF.md"), "").expect("it can be written");
        assert_eq!(problems(&rules), []);
        fs::write(name(b"\xFF.txt"), "muppet\n").expect("it can be written");
        fs::create_dir(name(b"\xFE")).expect("it can be made");
        let message = |name: &str| format!("`{name}` has a name that is not UTF-8");
        assert_eq!(
            problems(&rules),
            [
                (Code::UnsupportedFile, message("\u{FFFD}")),
                (Code::UnsupportedFile, message("\u{FFFD}.txt"))
            ]
        );
    }

    #[test]
    fn hidden_links_and_pipes_are_skipped() {
        let (folder, rules) = valid_rules();
        let before = tree(&rules);
        link("nowhere", &rules, "lists/.#a.txt");
        link(folder.path(), &rules, ".git");
        link("nowhere", &rules, "a.txt~");
        pipe(&rules.join(".pipe"));
        assert_eq!(problems(&rules), []);
        let copy = folder.path().join("copy");
        let output = check(&[], &[("--rules", &rules), ("--copy-to", &copy)]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(tree(&copy), before);
    }

    #[test]
    fn copies_are_readable_by_all_users() {
        let (folder, rules) = valid_rules();
        for path in ["lists/a.txt", "rules.toml"] {
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(rules.join(path), private).expect("it is ours");
        }
        let copy = folder.path().join("made/on the way/copy");
        let binary = env!("CARGO_BIN_EXE_ivs-review");
        let run = Command::new("sh")
            .args(["-c", "umask 077 && exec \"$@\"", "sh", binary, "check", "--rules"])
            .arg(&rules)
            .arg("--copy-to")
            .arg(&copy)
            .status();
        assert!(run.expect("there is a shell").success());
        for (path, mode) in
            [("", 0o755), ("lists", 0o755), ("lists/a.txt", 0o644), ("rules.toml", 0o644)]
        {
            let metadata = fs::metadata(copy.join(path)).expect("it is there");
            assert_eq!(metadata.permissions().mode() & 0o7777, mode, "{path}");
        }
    }

    #[cfg(feature = "lambda")]
    #[test]
    fn the_handler_skips_files_that_are_not_regular() {
        use std::io::{BufRead, BufReader};

        let (folder, rules) = valid_rules();
        write(folder.path(), "outside.txt", SECRET);
        fs::remove_file(rules.join("lists/a.txt")).expect("it is there");
        link(folder.path().join("outside.txt"), &rules, "lists/a.txt");
        fs::remove_file(rules.join("lists/b.txt")).expect("it is there");
        pipe(&rules.join("lists/b.txt"));
        let mut handler = Command::new(env!("CARGO_BIN_EXE_handler"))
            .env_clear()
            .env("RULES_DIR", &rules)
            // Nothing listens on this port, so the handler starts and receives no event.
            .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
            .env("AWS_LAMBDA_FUNCTION_NAME", "review")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary was built for this test");
        let log = BufReader::new(handler.stdout.take().expect("it is piped"));
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                // The receiver is gone if the test has ended.
                let _ = sender.send(line);
            }
        });
        let mut log = String::new();
        while !log.contains("\"ready\"") {
            match receiver.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => log += &line,
                Err(error) => panic!("not ready: {error}: {log}"),
            }
        }
        // The handler may have ended by itself.
        let _ = handler.kill();
        handler.wait().expect("it ends");
        for part in [
            "skipped invalid rule: `lists/a.txt` is a symbolic link",
            "skipped invalid rule: `lists/b.txt` is not a regular file",
            "unsupported-file",
        ] {
            assert!(log.contains(part), "no {part} in {log}");
        }
        assert!(!log.contains(SECRET), "{log}");
    }

    /// Runs `make build-RulesLayer` as `sam build` does; `None` if `make` is not installed.
    fn build_layer(rules: &Path, artifacts: &Path) -> Option<Output> {
        Command::new("make")
            .arg("build-RulesLayer")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("ARTIFACTS_DIR", artifacts)
            .env("RULES", rules)
            .env("IVS_REVIEW", env!("CARGO_BIN_EXE_ivs-review"))
            .output()
            .ok()
    }

    #[test]
    fn the_layer_contains_only_the_checked_files() {
        let (folder, rules) = valid_rules();
        let before = tree(&rules);
        let artifacts = folder.path().join("artifacts");
        write(&rules, ".env", SECRET);
        write(&rules, "notes.md", SECRET);
        write(&artifacts, "rules/left over.txt", "of an earlier build");
        let Some(output) = build_layer(&rules, &artifacts) else { return };
        assert!(output.status.success(), "{output:?}");
        let mut layer = tree(&artifacts.join("rules"));
        let compiled = layer.remove("rules.compiled").expect("the rules are compiled");
        assert!(format!("{compiled:?}").len() > 100);
        assert_eq!(layer, before);
        assert_eq!(fs::read_dir(&artifacts).expect("it is there").count(), 1);

        type Change = fn(&Path);
        let changes: [Change; 4] = [
            |rules| link("/etc/hostname", rules, "lists/c.txt"),
            |rules| link("/etc", rules, "more"),
            |rules| pipe(&rules.join("lists/c.txt")),
            |rules| write(rules, "lists/a.txt", "*\n"),
        ];
        for invalidate in changes {
            let (folder, rules) = valid_rules();
            invalidate(&rules);
            let artifacts = folder.path().join("artifacts");
            write(&artifacts, "rules/left over.txt", "of an earlier build");
            let output = build_layer(&rules, &artifacts).expect("there is a make");
            assert!(!output.status.success(), "{output:?}");
            assert_eq!(tree(&artifacts), BTreeMap::new());
        }
    }
}

#[test]
fn copies_have_the_checked_bytes() {
    let (folder, rules) = valid_rules();
    write(&rules, "lists/deep/c.txt", "twit\n");
    let before = tree(&rules);
    let copy = folder.path().join("copy");
    let mut child = Command::new(env!("CARGO_BIN_EXE_ivs-review"))
        .args(["check", "--corpus", "-", "--rules"])
        .arg(&rules)
        .arg("--copy-to")
        .arg(&copy)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary was built for this test");
    let mut stdin = child.stdin.take().expect("it is piped");
    // More than the capacity of a pipe: once it is written, the command has started to read, and so has loaded the rules.
    stdin.write_all("\n".repeat(100_000).as_bytes()).expect("it reads");
    write(&rules, "lists/a.txt", "*\n");
    write(&rules, "lists/d.txt", "new\n");
    fs::remove_file(rules.join("lists/b.txt")).expect("it is there");
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(tree(&copy), before);
    // No other file was created next to it.
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2);
}

#[test]
fn a_file_is_checked_with_the_rules_of_the_folder_above_it() {
    let (folder, rules) = valid_rules();
    write(folder.path(), "outside.txt", "- gloober\n");
    let outside = folder.path().join("outside.txt");
    let run = |current: &Path, file: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivs-review"));
        let output = command.arg("check").arg(file).current_dir(current).output();
        output.expect("the binary was built for this test").status.code()
    };
    assert_eq!(run(folder.path(), Path::new("rules/lists/a.txt")), Some(0));
    assert_eq!(run(&rules.join("lists"), Path::new("a.txt")), Some(0));
    assert_eq!(run(&rules.join("lists"), Path::new("../rules.toml")), Some(0));
    // Not with those of the current folder.
    assert_eq!(run(&rules, &outside), Some(2));
    assert_eq!(run(&rules.join("lists"), Path::new("../../outside.txt")), Some(2));
    assert_eq!(run(folder.path(), Path::new("outside.txt")), Some(2));
}

#[test]
fn rules_with_errors_are_not_copied() {
    let (folder, rules) = valid_rules();
    let copy = folder.path().join("new/copy");
    let run = |arguments: &[&str]| {
        let output = check(arguments, &[("--rules", &rules), ("--copy-to", &copy)]);
        (output.status.code(), folder.path().join("new").exists())
    };
    write(&rules, "lists/a.txt", "*\n");
    assert_eq!(run(&[]), (Some(1), false));
    write(&rules, "lists/a.txt", "twit\ntwit\n");
    assert_eq!(run(&["--deny-warnings"]), (Some(1), false));
    assert_eq!(run(&[]), (Some(0), true));
}

#[test]
fn copies_do_not_replace_files() {
    let (folder, rules) = valid_rules();
    let before = tree(folder.path());
    for name in ["rules", "rules/rules.toml", "rules/.."] {
        let output = check(&[], &[("--rules", &rules), ("--copy-to", &folder.path().join(name))]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(
            stderr.contains("exists") || stderr.contains("invalid folder name"),
            "{name}: {stderr}"
        );
        assert_eq!(tree(folder.path()), before);
    }
    let output = check(&["--explain"], &[("--copy-to", folder.path())]);
    assert_eq!(output.status.code(), Some(2));
}
