//! The language of the repository: words and idioms that this project replaced by standard terms.
//!
//! Checked are comments of all files, the whole text of `src`, `template.yaml` and scripts, and the prose of
//! the documentation. Not checked are code blocks, transcripts, lists, data, and quoted text: `"..."` in comments and
//! `` `...` `` in Markdown.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Each idiom, and what to write instead.
const BANNED: &[(&str, &str)] = &[
    (r"tell|tells|told|telling", "report, return, print, show"),
    (r"behind", "after"),
    (r"in front of", "before"),
    (r"stands (?:at|in|for|there|behind|alone|on)", "is, occurs, represents"),
    // "is no longer" is correct.
    (r"is no (?:[a-km-z]\w*|l[a-np-z]\w*)", "is not a(n), without"),
    (r"nothing if", "`None` if"),
    (r"whoever|nobody|somebody", "the user, the passive voice"),
    (
        r"as wished|anew|in vain|for want of|comes? about|came about",
        "up to date, again, because ... is missing",
    ),
    (r"what becomes of", "the outcome of"),
    (r"dear|dearer|dearest", "slow, expensive"),
    (r"mend|mends|mended|mending", "fix"),
    (r"seen through|sees through|in disguise", "normalized, obfuscated"),
    (r"for people|for machines", "human-readable, machine-readable"),
    (
        r"colour\w*|behaviour\w*|honour\w*|licences?|normalis\w+|recognis\w+|organis\w+|analys(?:e|ed|ing)",
        "American spelling",
    ),
];

static BANNED_REGEX: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let compile = |&(idiom, instead): &(&str, &'static str)| {
        (Regex::new(&format!(r"(?i)\b(?:{idiom})\b")).expect("a regex"), instead)
    };
    BANNED.iter().map(compile).collect()
});

/// What of a file is checked.
#[derive(Clone, Copy, PartialEq)]
enum Checked {
    All,
    /// Text from this string to the end of the line.
    Comments(&'static str),
    /// Text outside of code.
    Prose,
}

/// Returns the files of the repository below a path, except build output and data.
fn files(path: &Path, found: &mut Vec<PathBuf>) {
    const SKIPPED: [&str; 9] = [
        "target",
        "node_modules",
        ".git",
        ".aws-sam",
        "data",
        "findings",
        "corpus",
        "cmd",
        "artifacts",
    ];
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if path.is_symlink() || SKIPPED.contains(&name) {
    } else if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            files(&entry.expect("an entry").path(), found);
        }
    } else {
        found.push(path.to_owned());
    }
}

fn checked(path: &Path) -> Option<Checked> {
    // It has the banned words.
    if path.ends_with("tests/integration/style.rs") {
        return None;
    }
    let name = path.file_name()?.to_str()?;
    Some(match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") if path.starts_with("src") => Checked::All,
        Some("rs") => Checked::Comments("//"),
        Some("md") => Checked::Prose,
        Some("toml" | "yml") => Checked::Comments("#"),
        Some("yaml") => Checked::All,
        Some("txt") if path.starts_with("rules") => Checked::Comments("#"),
        Some("sh" | "js" | "css" | "html") => Checked::All,
        Some("py") => Checked::Comments("#"),
        None if ["Makefile", "justfile", "run"].contains(&name) => Checked::All,
        _ => return None,
    })
}

/// Removes quoted text, so that a comment can quote a message.
fn without_quotes(text: &str, quotes: &[char]) -> String {
    let mut rest = text.to_owned();
    for &quote in quotes {
        while let Some(start) = rest.find(quote)
            && let Some(length) = rest[start + 1..].find(quote)
        {
            rest.replace_range(start..start + length + 2, " ");
        }
    }
    rest
}

/// Returns the lines of a file that are checked, each with its number.
fn checked_lines(text: &str, checked: Checked) -> Vec<(usize, String)> {
    let mut in_code = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let part = match checked {
            Checked::All => line.to_owned(),
            Checked::Comments(start) => match line.find(start) {
                Some(at) => without_quotes(&line[at..], &['"', '`']),
                None => continue,
            },
            Checked::Prose => {
                if line.trim_start().starts_with("```") {
                    in_code = !in_code;
                    continue;
                }
                if in_code {
                    continue;
                }
                without_quotes(line, &['`', '"'])
            }
        };
        lines.push((index + 1, part));
    }
    lines
}

#[test]
fn no_replaced_idiom_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    files(root, &mut paths);
    let mut found = Vec::new();
    let mut count = 0;
    for path in &paths {
        let relative = path.strip_prefix(root).expect("a path below the root");
        let Some(checked) = checked(relative) else { continue };
        count += 1;
        let text = fs::read_to_string(path).expect("text");
        for (number, line) in checked_lines(&text, checked) {
            for (regex, instead) in BANNED_REGEX.iter() {
                if let Some(idiom) = regex.find(&line) {
                    let place = format!("{}:{number}", relative.display());
                    found.push(format!("{place}: `{}`; write: {instead}", idiom.as_str()));
                }
            }
        }
    }
    assert!(count > 300, "only {count} files were found");
    assert!(found.is_empty(), "{} replaced idioms:\n{}", found.len(), found.join("\n"));
}

#[test]
fn replaced_idioms_are_found_outside_of_quotes() {
    let idioms = |text: &str, checked| {
        let lines = checked_lines(text, checked);
        let is_found = |line: &str| BANNED_REGEX.iter().any(|(regex, _)| regex.is_match(line));
        lines.iter().filter(|(_, line)| is_found(line)).count()
    };
    let comments = Checked::Comments("//");
    for (text, checked, count) in [
        ("let told = 1; // the last one", comments, 0),
        ("let told = 1; // was told", comments, 1),
        ("// quotes \"nobody\" and `told`", comments, 0),
        ("let told = 1;", Checked::All, 1),
        ("it is no longer there, it is no list", Checked::Prose, 1),
        ("it is no longer there", Checked::Prose, 0),
        ("Somebody said\n```\nnobody\n```\nit", Checked::Prose, 1),
    ] {
        assert_eq!(idioms(text, checked), count, "{text}");
    }
}
