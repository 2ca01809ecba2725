//! What is read of a rule folder, and what `check --copy-to` and `sam build` make of it.

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

/// A temporary folder with a sound rule folder `rules` in it.
fn sound() -> (TempDir, PathBuf) {
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

/// Loads and parses a folder, and fails if that takes longer than a pipe without a writer should be waited for.
fn load(rules: &Path) -> (Sources, Parsed) {
    let (sender, receiver) = mpsc::channel();
    let rules = rules.to_owned();
    thread::spawn(move || sender.send(rules::load(&rules)));
    let sources = receiver.recv_timeout(Duration::from_secs(60)).expect("loading hangs");
    let sources = sources.expect("the folder has a rules.toml");
    let parsed = rules::parse(&sources);
    (sources, parsed)
}

/// The codes and messages of the problems of a folder.
fn problems(rules: &Path) -> Vec<(Code, String)> {
    load(rules).1.diagnostics.into_iter().map(|it| (it.code, it.message)).collect()
}

/// The lists that were read, and the ids of the rules that are left.
fn left(rules: &Path) -> (Vec<String>, Vec<String>) {
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

/// All files below a folder with their bytes; folders end with `/`.
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
fn hidden_files_and_backups_of_editors_are_skipped() {
    let (_folder, rules) = sound();
    // A comment character alone does not make a backup.
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
        "old~/a.txt",
        "README.md",
        "lists/a.txt.bak",
    ] {
        write(&rules, name, "*\n\0\n");
    }
    assert_eq!(left(&rules).0, ["#1.txt", "lists/a.txt", "lists/b.txt", "rules.toml"]);
    let found: Vec<Code> = problems(&rules).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, [&[Code::UnusedList][..], &[Code::MissingList; 3]].concat());
}

#[test]
fn a_path_is_named_as_the_folder_was_given() {
    let (_folder, rules) = sound();
    let path = rules.to_str().expect("it is UTF-8");
    for given in [path.to_owned(), format!("{path}/")] {
        let sources = rules::load(Path::new(&given)).expect("it is a rule folder");
        let id = sources.find("lists/a.txt").expect("it is in the folder");
        assert_eq!(sources.name(id), format!("{path}/lists/a.txt"), "{given}");
    }
}

#[test]
fn sizes_are_limited() {
    let (_folder, rules) = sound();
    let file = |name: &str, mebibytes: u64, more: u64| {
        let path = rules.join(name);
        let file = File::create(path).expect("it can be made");
        // Takes no space on a disk.
        file.set_len((mebibytes << 20) + more).expect("it can be as long");
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
    // Eight of them are 64 MiB, and no list is read after that.
    for number in 2..=8 {
        file(&format!("c{number}.txt"), 8, 0);
    }
    assert_eq!(found("c8.txt"), Ok(8 << 20));
    let why = "too much: the folder holds more than 64 MiB";
    assert!(found("lists/a.txt").is_err_and(|found| found.contains(why)));
    let reported = problems(&rules);
    let expected = |path: &str| (Code::IoError, format!("`{path}` is {why}"));
    assert!(reported.contains(&expected("lists/a.txt")), "{reported:?}");
    assert!(reported.contains(&expected("rules.toml")), "{reported:?}");
}

#[test]
fn folders_are_limited_in_depth_and_number() {
    let (_folder, rules) = sound();
    write(&rules, "1/2/3/4/5/6/7/8/a.txt", "muppet\n");
    write(&rules, "1/2/3/4/5/6/7/8/9/a.txt", "muppet\n");
    let (sources, _) = load(&rules);
    assert!(sources.find("1/2/3/4/5/6/7/8/a.txt").is_some());
    assert!(sources.find("1/2/3/4/5/6/7/8/9/a.txt").is_none());
    let reported = problems(&rules);
    let message = "`1/2/3/4/5/6/7/8/9` is nested too deep: folders are read to 8 levels";
    assert!(reported.contains(&(Code::IoError, message.to_owned())), "{reported:?}");

    let (_folder, rules) = sound();
    for number in 0..10_000 {
        File::create(rules.join(number.to_string())).expect("it can be made");
    }
    let error = rules::load(&rules).expect_err("there are too many").to_string();
    assert!(error.contains("more than 10000 files or folders"), "{error}");

    // All folders count together.
    let (_folder, rules) = sound();
    fs::create_dir(rules.join("more")).expect("it can be made");
    for number in 0..5_000 {
        File::create(rules.join(number.to_string())).expect("it can be made");
        File::create(rules.join(format!("more/{number}"))).expect("it can be made");
    }
    let error = rules::load(&rules).expect_err("there are too many").to_string();
    assert!(error.contains("more than 10000 files or folders"), "{error}");
    // With the folders `lists` and `more`, `rules.toml` and two lists these are 10,000.
    for number in 0..5 {
        fs::remove_file(rules.join(number.to_string())).expect("it is there");
    }
    assert_eq!(problems(&rules), []);
}

#[test]
fn what_was_not_read_is_an_error_though_no_rule_names_it() {
    let (_folder, rules) = sound();
    fs::create_dir(rules.join("c.txt")).expect("it can be made");
    let message = "`c.txt` is a folder, not a file".to_owned();
    assert_eq!(problems(&rules), [(Code::IoError, message)]);
    assert_eq!(left(&rules).1, ["a", "b"]);
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
    fn links_are_errors_wherever_they_point() {
        for name in
            ["c.txt", "lists/c.txt", "more", "lists/more", "notes.md", "rules.toml/../d.txt"]
        {
            let name = name.trim_start_matches("rules.toml/../");
            for target in
                ["outside.txt", "rules/lists/a.txt", "outside", "nowhere", "/dev/zero", "rules"]
            {
                let (folder, rules) = sound();
                write(folder.path(), "outside.txt", SECRET);
                write(folder.path(), "outside/c.txt", SECRET);
                link(folder.path().join(target), &rules, name);
                let message =
                    format!("`{name}` is a symbolic link, which is neither read nor deployed");
                assert_eq!(problems(&rules), [(Code::UnsupportedFile, message)], "{target}");
                // The others still protect the room.
                assert_eq!(left(&rules).1, ["a", "b"]);
                if target != "outside.txt" && target != "outside" {
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
            let (folder, rules) = sound();
            let outside = folder.path().join("outside");
            fs::rename(rules.join(name), &outside).expect("it can be moved");
            link(&outside, &rules, name);
            let (read, left) = left(&rules);
            assert!(!read.iter().any(|it| it == name), "{read:?}");
            // A rule goes on with what is left of it.
            let expected: &[&str] = if name == "rules.toml" { &[] } else { &["a", "b"] };
            assert_eq!(left, expected);
            assert!(problems(&rules).iter().all(|(code, _)| *code == Code::UnsupportedFile));
        }
    }

    #[test]
    fn the_folder_itself_may_be_a_link() {
        let (folder, rules) = sound();
        let link = folder.path().join("link");
        symlink(&rules, &link).expect("a link");
        assert_eq!(problems(&link), []);
        let copy = folder.path().join("copy");
        let output = check(&[], &[("--rules", &link), ("--copy-to", &copy)]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(tree(&copy), tree(&rules));
    }

    #[test]
    fn pipes_and_sockets_are_errors_and_never_opened() {
        for name in ["lists/c.txt", "c", "lists/d"] {
            let (_folder, rules) = sound();
            pipe(&rules.join(name));
            let message = format!("`{name}` is not a regular file");
            assert_eq!(problems(&rules), [(Code::UnsupportedFile, message.clone())]);
            assert_eq!(left(&rules).1, ["a", "b"]);
            fs::remove_file(rules.join(name)).expect("it is there");
            let _socket = UnixListener::bind(rules.join(name)).expect("a socket");
            assert_eq!(problems(&rules), [(Code::UnsupportedFile, message)]);
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_is_an_error_if_it_would_be_read() {
        let (_folder, rules) = sound();
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
        let (folder, rules) = sound();
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
    fn copies_can_be_read_by_all_users() {
        let (folder, rules) = sound();
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
    fn the_handler_leaves_out_what_is_not_a_regular_file() {
        use std::io::{BufRead, BufReader};

        let (folder, rules) = sound();
        write(folder.path(), "outside.txt", SECRET);
        fs::remove_file(rules.join("lists/a.txt")).expect("it is there");
        link(folder.path().join("outside.txt"), &rules, "lists/a.txt");
        fs::remove_file(rules.join("lists/b.txt")).expect("it is there");
        pipe(&rules.join("lists/b.txt"));
        let mut handler = Command::new(env!("CARGO_BIN_EXE_handler"))
            .env_clear()
            .env("RULES_DIR", &rules)
            // Nothing listens there: it starts, and gets no event.
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
                // The test may have ended.
                let _ = sender.send(line);
            }
        });
        let mut log = String::new();
        while !log.contains("\"ready\"") {
            match receiver.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => log += &line,
                Err(error) => panic!("it is not ready: {error}: {log}"),
            }
        }
        // It may have ended.
        let _ = handler.kill();
        handler.wait().expect("it ends");
        for part in [
            "left out: `lists/a.txt` is a symbolic link",
            "left out: `lists/b.txt` is not a regular file",
            "unsupported-file",
        ] {
            assert!(log.contains(part), "no {part} in {log}");
        }
        assert!(!log.contains(SECRET), "{log}");
    }

    /// `make build-RulesLayer` as `sam build` calls it; `None` where there is no make.
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
    fn the_layer_has_what_was_checked_and_nothing_else() {
        let (folder, rules) = sound();
        let before = tree(&rules);
        let artifacts = folder.path().join("artifacts");
        write(&rules, ".env", SECRET);
        write(&rules, "notes.md", SECRET);
        write(&artifacts, "rules/left over.txt", "of an earlier build");
        let Some(output) = build_layer(&rules, &artifacts) else { return };
        assert!(output.status.success(), "{output:?}");
        assert_eq!(tree(&artifacts.join("rules")), before);
        assert_eq!(fs::read_dir(&artifacts).expect("it is there").count(), 1);

        type Break = fn(&Path);
        let breaks: [Break; 4] = [
            |rules| link("/etc/hostname", rules, "lists/c.txt"),
            |rules| link("/etc", rules, "more"),
            |rules| pipe(&rules.join("lists/c.txt")),
            |rules| write(rules, "lists/a.txt", "*\n"),
        ];
        for broken in breaks {
            let (folder, rules) = sound();
            broken(&rules);
            let artifacts = folder.path().join("artifacts");
            write(&artifacts, "rules/left over.txt", "of an earlier build");
            let output = build_layer(&rules, &artifacts).expect("there is a make");
            assert!(!output.status.success(), "{output:?}");
            assert_eq!(tree(&artifacts), BTreeMap::new());
        }
    }
}

#[test]
fn copies_have_the_bytes_that_were_checked() {
    let (folder, rules) = sound();
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
    // More than a pipe has room for: once it is written, the command reads, and it has loaded the rules before.
    stdin.write_all("\n".repeat(100_000).as_bytes()).expect("it reads");
    write(&rules, "lists/a.txt", "*\n");
    write(&rules, "lists/d.txt", "new\n");
    fs::remove_file(rules.join("lists/b.txt")).expect("it is there");
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(tree(&copy), before);
    // Nothing else was made beside it.
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2);
}

#[test]
fn nothing_is_copied_of_rules_with_errors() {
    let (folder, rules) = sound();
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
fn a_copy_replaces_nothing() {
    let (folder, rules) = sound();
    let before = tree(folder.path());
    for name in ["rules", "rules/rules.toml", "rules/.."] {
        let output = check(&[], &[("--rules", &rules), ("--copy-to", &folder.path().join(name))]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains("new folder"), "{name}: {stderr}");
        assert_eq!(tree(folder.path()), before);
    }
    let output = check(&["--explain"], &[("--copy-to", folder.path())]);
    assert_eq!(output.status.code(), Some(2));
}
