//! The documentation: each example is a rule folder of its own, without any problem or with the one of its
//! section.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::check::{Given, check_given};
use ivs_chat_review::diagnostic::{Code, Diagnostic};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::Date;

/// The code blocks of a page with that name behind their fence, with the number of their first line.
fn blocks(page: &str, name: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
        if let Some(fence) = line.strip_prefix("```") {
            inside = !inside && fence == name;
            if inside {
                blocks.push((number + 2, String::new()));
            }
        } else if inside && let Some((_, block)) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

/// What is wrong with a rule folder of those files.
fn problems(files: &[(&str, &str)]) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    for &(path, text) in files {
        sources.push(Source { path: path.into(), content: Ok(text.into()) });
    }
    let parsed = rules::parse(&sources);
    let (engine, more) = Engine::compile(parsed.rules);
    let given = Given {
        day: Some(Date::constant(2026, 6, 30)),
        words: &["good", "class", "assume"],
        most_words: 5,
        ..Given::default()
    };
    let mut problems = parsed.problems;
    problems.extend(more);
    problems.extend(check_given(&engine, &sources, given));
    (sources, problems)
}

/// What is wrong with a rule folder that is an example: a list, or else a manifest with the lists that it
/// names.
fn problems_of(example: &str, is_list: bool) -> (Sources, Vec<Diagnostic>) {
    if is_list {
        let manifest = "version = 1\n[[rule]]\nid = \"example\"\naction = \"mask\"\n\
                        lists = [\"lists/example.txt\"]\n";
        return problems(&[("rules.toml", manifest), ("lists/example.txt", example)]);
    }
    let version = if example.starts_with("version") { "" } else { "version = 1\n" };
    let manifest = format!("{version}{example}");
    let named = [("lists/insults.txt", "badword*"), ("lists/allow.txt", "badword")].into_iter();
    let lists = named.filter(|(list, _)| manifest.contains(list));
    let files: Vec<_> = lists.chain([("rules.toml", manifest.as_str())]).collect();
    problems(&files)
}

/// The text of a page, by its path in the repository.
fn page(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    page.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_example_of_rules_is_sound() {
    let pages = pages().into_iter();
    let pages =
        pages.filter(|path| path.starts_with("docs/rules") || path == Path::new("README.md"));
    let (mut lists, mut manifests) = (0, 0);
    for path in pages {
        let page = page(&path);
        for (name, is_list, count) in [("list", true, &mut lists), ("toml", false, &mut manifests)]
        {
            for (line, example) in blocks(&page, name) {
                *count += 1;
                let (sources, found) = problems_of(&example, is_list);
                let shown = |it: &Diagnostic| format!("{}: {}", it.place(&sources), it.message);
                let found: Vec<String> = found.iter().map(shown).collect();
                assert!(found.is_empty(), "{}:{line}: {found:#?}", path.display());
            }
        }
    }
    assert_eq!((lists, manifests), (11, 13));
}

/// Codes whose problem no short text has.
const WITHOUT_EXAMPLE: [Code; 7] = [
    Code::Unreadable,
    Code::UnsupportedFile,
    Code::NotUtf8,
    Code::ControlCharacter,
    Code::InnocentHit,
    Code::OverBudget,
    Code::Untold,
];

#[test]
fn every_example_of_a_problem_has_it() {
    let page = page("docs/diagnostics.md");
    let mut shown = BTreeSet::new();
    for (name, is_list) in [("list problem", true), ("toml problem", false)] {
        for (line, example) in blocks(&page, name) {
            let before = page.lines().take(line - 1).collect::<Vec<_>>();
            let heading = before.iter().rev().find_map(|line| line.strip_prefix("## "));
            let code = heading.and_then(Code::named).expect("it is in the section of a code");
            let (_, found) = problems_of(&example, is_list);
            let codes: Vec<Code> = found.iter().map(|it| it.code).collect();
            assert!(codes.contains(&code), "docs/diagnostics.md:{line}: {code}, but {codes:?}");
            shown.insert(code);
        }
    }
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !shown.contains(code) && !WITHOUT_EXAMPLE.contains(code))
        .collect();
    assert!(missing.is_empty(), "codes without an example: {missing:?}");
}

/// All Markdown files of the repository, by their paths in it.
fn pages() -> Vec<PathBuf> {
    fn add(folder: &Path, root: &Path, pages: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !path.is_symlink() {
                // Built, downloaded or hidden.
                if !matches!(name, "target" | "node_modules") && !name.starts_with('.') {
                    add(&path, root, pages);
                }
            } else if name.ends_with(".md") {
                pages.push(path.strip_prefix(root).expect("it is inside").to_owned());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    add(root, root, &mut pages);
    pages.sort();
    pages
}
