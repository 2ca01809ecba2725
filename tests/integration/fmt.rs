//! The layout of lists, and `fmt`.

use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::engine::Engine;
use ivs_chat_review::format::format_list;
use ivs_chat_review::import::{File, Options, import};
use ivs_chat_review::lint::check;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::date;
use proptest::prelude::*;

use crate::init::run;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn formatted(list: &[u8]) -> Vec<u8> {
    let list = format_list(list).unwrap_or_else(|error| panic!("{error:?}"));
    list.bytes()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("a file").path()).collect()
}

#[test]
fn each_part_of_a_line_has_one_layout() {
    for (before, after) in [
        ("bad\n", "bad\n"),
        ("", ""),
        ("\n \n\n", ""),
        ("bad", "bad\n"),
        ("\t bad  \u{3000}word\u{A0}\n", "bad word\n"),
        ("\n\na\n\n \nb\n\n", "a\n\nb\n"),
        ("!bad\n!\tvery  bad\n! *bad*\n", "! bad\n! very bad\n! *bad*\n"),
        // With a space, `#` would begin a comment.
        ("!#tag\n! \\#tag\n!>bad\n", "!#tag\n! \\#tag\n! >bad\n"),
        // Lines for other tools, which `check` recognizes by their whitespace.
        ("!addword  zorbat\n!ban zorbat\n", "!addword  zorbat\n! ban zorbat\n"),
        (" zorbat\trude\nzorbat    rude\n", " zorbat\trude\nzorbat    rude\n"),
        ("hey! you\nhey !\n", "hey! you\nhey !\n"),
        ("bad\\ \nb\\  x\n\\ \\ a\n", "bad\\ \nb\\  x\n\\ \\ a\n"),
        ("bad  @plain   @until\t2026-12-31\n", "bad @plain @until 2026-12-31\n"),
        ("bad # why \n", "bad                     # why\n"),
        ("bad\t#why\n", "bad                     #why\n"),
        ("bad  # 1\n", "bad                     # 1\n"),
        ("böse Wörter und mehrere # 1\n", "böse Wörter und mehrere         # 1\n"),
        ("twenty two characterss # 1\n", "twenty two characterss  # 1\n"),
        ("  #  a  comment\t \n#a\n##\n#\n", "#  a  comment\n#a\n##\n#\n"),
        ("#!language:de#x\n", "#! language: de#x\n"),
        (" #! Language :  pt-BR  # of Brazil \n", "#! Language: pt-BR      # of Brazil\n"),
        ("#!language:#! x\n", "#! language:#! x\n"),
        ("#!langauge: \n#!/bin/sh\n#! a b\n", "#! langauge:\n#!/bin/sh\n#! a b\n"),
        // Whitespace around the message of a sample belongs to it.
        (">caught:bad\n > ok :  a # b \n", "> caught: bad\n> ok:  a # b \n"),
        ("\u{FEFF}\n!bad\r\n", "\u{FEFF}! bad\r\n"),
        ("a\r\nb\nc\r\nd", "a\r\nb\r\nc\r\nd\r\n"),
        ("a\r\nb\n", "a\nb\n"),
        // Invalid lines stay.
        ("  b*d  x\n*\nbad\\\n> catch:x", "  b*d  x\n*\nbad\\\n> catch:x\n"),
        ("bad  @until  soon\r\na\n", "bad  @until  soon\r\na\n"),
        ("b*d\r", "b*d\r\n"),
    ] {
        let text = formatted(before.as_bytes());
        assert_eq!(String::from_utf8(text.clone()).expect("UTF-8"), after, "{before:?}");
        assert_eq!(formatted(&text), text, "{before:?}");
    }
}

#[test]
fn a_line_that_could_become_too_long_stays() {
    let line = format!("bad  #{}\n", "x".repeat((16 << 10) - 6));
    assert_eq!(formatted(line.as_bytes()), line.as_bytes());
}

#[test]
fn other_files_are_not_formatted() {
    for (bytes, line, message) in [
        (&b"\xFF\xFEa\0\n\0"[..], None, "this is UTF-16; "),
        (b"a\0\n\0b\0\n\0", None, "this is UTF-16"),
        (b"PK\x03\x04", None, "this is a Word, Excel or zip file; "),
        (b"good\nm\xFCll\n", Some(2), "invalid UTF-8; "),
        (b"good and long enough\nlist\0\n", Some(2), "invalid UTF-8; "),
        (
            "\n\u{FEFF}bad\n".as_bytes(),
            Some(2),
            "without the empty lines before it, this line would be read as a byte",
        ),
        (
            b"\n {\\rtf1\\ansi bad}\n",
            Some(2),
            "without the empty lines before it, this line would be read as an RTF file",
        ),
    ] {
        let error = format_list(bytes).expect_err(message);
        assert_eq!(error.line, line, "{message}");
        assert!(error.message.starts_with(message), "{error:?}");
    }
}

#[test]
fn lists_that_are_published_or_written_are_formatted() {
    for list in files(&root().join("rules/lists")) {
        let bytes = fs::read(&list).expect("a list");
        assert_eq!(String::from_utf8(formatted(&bytes)), String::from_utf8(bytes), "{list:?}");
    }
    for file in files(&root().join("tests/cmd/import")) {
        let name = file.file_name().expect("a file").to_string_lossy().into_owned();
        let file = File { name, bytes: fs::read(&file).expect("a file") };
        let options = Options { today: date(2026, 11, 30), ..Options::default() };
        let imported = import(&[file], &options).expect("it can be imported");
        for (path, list) in imported.rules.iter().filter_map(|rule| rule.list.as_ref()) {
            assert_eq!(formatted(list.as_bytes()), list.as_bytes(), "{path}");
        }
    }
}

/// Lints read whole lines, and have the same problems in a formatted list.
#[test]
fn formatted_lists_have_the_same_problems() {
    let problems = |sources: &Sources| {
        let parsed = rules::parse(sources);
        let (engine, more) = Engine::compile(parsed.rules);
        let mut problems = parsed.diagnostics;
        problems.extend(more);
        problems.extend(check(&engine, sources));
        let mut problems: Vec<_> = problems.into_iter().map(|it| (it.code, it.message)).collect();
        problems.sort();
        problems
    };
    let mut changed = 0;
    for folder in files(&root().join("tests/data/diagnostics")) {
        let Ok(before) = rules::load(&folder) else { continue };
        let mut after = Sources::default();
        let mut is_changed = false;
        for source in before.in_folder() {
            let content = source.content.clone().map(|bytes| {
                let is_list = source.path.ends_with(".txt");
                let list = is_list.then(|| format_list(&bytes).ok()).flatten();
                is_changed |= list.as_ref().is_some_and(|it| it.is_changed());
                list.map_or(bytes.clone(), |it| it.bytes())
            });
            after.push(Source { path: source.path.clone(), content });
        }
        if is_changed {
            changed += 1;
            assert_eq!(problems(&after), problems(&before), "{}", folder.display());
        }
    }
    assert!(changed >= 3, "{changed}");
}

/// Lines of the parts that a list has, with any whitespace between them.
fn line() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-zäß傻]{1,6}",
        2 => prop::sample::select(&[
            "!", "#", "# ", ">", "> ok:", "> caught :", "@plain", "@until", "@from", "2026-12-31",
            "*", "+", "~", "\\", "\\#", "\\ ", "#!", "#! language: de", "\u{FEFF}", "\0", "\u{FFFD}",
            "e\u{301}", "\u{200B}", "\u{7}",
        ][..]).prop_map(str::to_owned),
        3 => "[ \t\u{3000}\u{2028}\r]{1,3}",
    ];
    let end = prop::sample::select(&["\n", "\n", "\r\n", "\r\n\r\n", "\n\n\n", ""][..]);
    (prop::collection::vec(part, 0..6), end).prop_map(|(parts, end)| parts.concat() + end)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_layout_changes_whitespace_only(lines in prop::collection::vec(line(), 0..12)) {
        crate::fuzz::bodies::lists(lines.concat().as_bytes());
    }
}

fn fmt(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    run(folder, &[&["fmt"], arguments].concat())
}

#[test]
fn nothing_is_written_if_a_file_cannot_be_formatted() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let lists = folder.join("rules/lists");
    fs::create_dir_all(&lists).expect("writable");
    fs::write(folder.join("rules/rules.toml"), "version  =  1\n").expect("writable");
    fs::write(lists.join("a.txt"), "!bad\n").expect("writable");
    fs::write(lists.join("b.txt"), b"good\nm\xFCll\n").expect("writable");
    let (code, _, errors) = fmt(&[], folder);
    assert_eq!(code, Some(2));
    let error = "error: rules/lists/b.txt:2: invalid UTF-8; open the file in an editor and save it \
                 again with the encoding UTF-8; nothing was written\n";
    assert_eq!(errors, error);
    let (code, _, errors) = fmt(&["rules", "rules/rules.toml", "missing.txt"], folder);
    assert_eq!(code, Some(2));
    for part in ["3 problems", "`rules/rules.toml` is not a list", "b.txt:2", "`missing.txt`"] {
        assert!(errors.contains(part), "{errors}");
    }
    assert_eq!(fs::read(lists.join("a.txt")).expect("readable"), b"!bad\n");

    // Each once, however often it is named.
    let (code, text, _) = fmt(&["rules/lists/a.txt", "rules/lists/../lists/a.txt"], folder);
    assert_eq!((code, &*text), (Some(0), "formatted rules/lists/a.txt\n1 of 1 list formatted\n"));
    assert_eq!(fs::read(lists.join("a.txt")).expect("readable"), b"! bad\n");
    let manifest = fs::read(folder.join("rules/rules.toml")).expect("readable");
    assert_eq!(manifest, b"version  =  1\n");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("list"), "!bad\n").expect("writable");
    fs::set_permissions(folder.join("list"), fs::Permissions::from_mode(0o604)).expect("writable");
    fs::create_dir(folder.join("rules")).expect("writable");
    symlink("../list", folder.join("rules/link.txt")).expect("writable");

    let (code, _, errors) = fmt(&["rules"], folder);
    assert_eq!(code, Some(2));
    assert!(errors.contains("`rules/link.txt` is a symbolic link"), "{errors}");
    assert_eq!(fmt(&["rules/link.txt"], folder).0, Some(0));
    assert_eq!(fs::read(folder.join("list")).expect("readable"), b"! bad\n");
    let mode = fs::metadata(folder.join("list")).expect("readable").permissions().mode();
    assert_eq!(mode & 0o777, 0o604);
    assert!(folder.join("rules/link.txt").is_symlink());
}
