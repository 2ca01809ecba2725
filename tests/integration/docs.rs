//! The documentation: each example of rules has no diagnostics, or that of its section; and all links are valid.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use ivs_chat_review::diagnostic::{Code, Diagnostic};
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::lint::{CheckOptions, check_with};
use ivs_chat_review::pii::Detector;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use ivs_chat_review::span::Span;
use jiff::civil::Date;

use crate::schema::violations_of;

/// Returns the code blocks of a page with this info string, with the number of their first line.
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

/// Returns the diagnostics of a rule folder with these files.
fn problems(files: &[(&str, &str)]) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    for &(path, text) in files {
        sources.push(Source { path: path.into(), content: Ok(text.into()) });
    }
    let parsed = rules::parse(&sources);
    let (engine, more) = Engine::compile(parsed.rules);
    let options = CheckOptions {
        day: Some(Date::constant(2026, 6, 30)),
        words: &["good", "class", "assume"],
        max_words: 5,
        ..CheckOptions::default()
    };
    let mut problems = parsed.diagnostics;
    problems.extend(more);
    problems.extend(check_with(&engine, &sources, options));
    (sources, problems)
}

/// Returns the diagnostics of an example: a list, or a manifest with the lists that it names.
fn problems_of(example: &str, is_list: bool) -> (Sources, Vec<Diagnostic>) {
    if is_list {
        let manifest = "version = 1\n[[rule]]\nid = \"example\"\naction = \"mask\"\n\
                        lists = [\"lists/example.txt\"]\n";
        return problems(&[("rules.toml", manifest), ("lists/example.txt", example)]);
    }
    let manifest = manifest_of(example);
    let named = [("lists/insults.txt", "badword*"), ("lists/allow.txt", "badword")].into_iter();
    let lists = named.filter(|(list, _)| manifest.contains(list));
    let files: Vec<_> = lists.chain([("rules.toml", manifest.as_str())]).collect();
    problems(&files)
}

/// Returns an example of rules as a manifest.
fn manifest_of(example: &str) -> String {
    let has_version = example.lines().any(|line| line.starts_with("version"));
    format!("{}{example}", if has_version { "" } else { "version = 1\n" })
}

/// Returns the text of a page by its path in the repository.
fn page(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    page.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn examples_of_rules_have_no_diagnostics() {
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
                let shown =
                    |it: &Diagnostic| format!("{}: {}", it.format_location(&sources), it.message);
                let found: Vec<String> = found.iter().map(shown).collect();
                assert!(found.is_empty(), "{}:{line}: {found:#?}", path.display());
                if !is_list {
                    let violations = violations_of(&manifest_of(&example));
                    assert_eq!(violations, Some(Vec::new()), "{}:{line}", path.display());
                }
            }
        }
    }
    assert_eq!((lists, manifests), (20, 21));
}

/// The transcripts of the recipes use the rules of the page.
#[test]
fn the_rules_of_the_recipes_are_those_of_their_transcripts() {
    let rules = page("tests/cmd/recipes/rules.toml");
    let recipes = blocks(&page("docs/rules/recipes.md"), "toml");
    assert_eq!(recipes.len(), 4);
    for (line, recipe) in recipes {
        for part in recipe.lines() {
            let is_there = rules.lines().any(|it| it == part);
            assert!(is_there, "docs/rules/recipes.md:{line}: `{part}` is not in the rules");
        }
    }
}

/// Returns the examples in the last two columns of the tables whose first heading is the name of a
/// detector: what it finds, and what it does not.
fn examples_of_detectors(page: &str) -> Vec<(Detector, Vec<String>, Vec<String>)> {
    let mut examples = Vec::new();
    let mut detector = None;
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", name, found, missed, ""] = cells[..] else {
            detector = detector.filter(|_| line.starts_with('|'));
            continue;
        };
        let named = Detector::ALL.iter().find(|detector| detector.as_str() == name);
        if let Some(&named) = named.filter(|_| found == "found") {
            detector = Some(named);
            continue;
        }
        let code = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        examples.extend(detector.map(|detector| (detector, code(found), code(missed))));
    }
    examples
}

#[test]
fn detectors_find_what_their_tables_say() {
    let page = page("docs/rules/rules-toml.md");
    let examples = examples_of_detectors(&page);
    let mut wrong = Vec::new();
    for &detector in Detector::ALL {
        let name = detector.as_str();
        let manifest = format!(
            "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\ndetect = [\"{name}\"]\n"
        );
        let mut sources = Sources::default();
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
        let engine = Engine::compile(rules::parse(&sources).rules).0;
        let mut scratch = Scratch::default();
        let mut find = |text: &str| -> Vec<_> {
            engine.find(text, None, &mut scratch).iter().map(|found| found.span).collect()
        };
        let (mut found, mut missed) = (0, 0);
        for (_, yes, no) in examples.iter().filter(|(it, ..)| *it == detector) {
            for text in yes {
                found += 1;
                if find(text) != [Span::new(0, text.len())] {
                    wrong.push(format!("{name}: `{text}` is not found whole"));
                }
            }
            for text in no {
                missed += 1;
                if !find(text).is_empty() {
                    wrong.push(format!("{name}: `{text}` is found"));
                }
            }
        }
        assert!(found > 5 && missed > 4, "{name}: {found} and {missed} examples");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Codes that no short example has.
const WITHOUT_EXAMPLE: [Code; 10] = [
    Code::IoError,
    Code::UnsupportedFile,
    Code::InvalidUtf8,
    Code::Encoding,
    Code::ControlCharacter,
    Code::MisplacedExclamation,
    Code::FalsePositive,
    Code::OverBudget,
    Code::SlowFallback,
    Code::TooManyProblems,
];

#[test]
fn examples_of_diagnostics_have_their_code() {
    let page = page("docs/diagnostics.md");
    let mut shown = BTreeSet::new();
    for (name, is_list) in [("list problem", true), ("toml problem", false)] {
        for (line, example) in blocks(&page, name) {
            let before = page.lines().take(line - 1).collect::<Vec<_>>();
            let heading = before.iter().rev().find_map(|line| line.strip_prefix("## "));
            let code =
                heading.and_then(Code::from_name).expect("an example in the section of a code");
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

/// Returns the paths of all Markdown files in the repository.
fn pages() -> Vec<PathBuf> {
    fn add(folder: &Path, root: &Path, pages: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !path.is_symlink() {
                // Skips build output, downloads and hidden folders.
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

/// Returns the lines of a page outside of code blocks, with their numbers.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence = None;
    page.lines().enumerate().filter_map(move |(number, line)| {
        let trimmed = line.trim_start();
        let ticks = trimmed.len() - trimmed.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            None => return Some((number + 1, line)),
            Some(opening) if ticks >= opening && trimmed.len() == ticks => fence = None,
            Some(_) => {}
        }
        None
    })
}

/// Replaces each code span of a line with `~`.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let (before, code) = (&rest[..at], &rest[at + ticks..]);
        let Some(end) = code.find(&rest[at..at + ticks]) else { break };
        out.push_str(before);
        out.push('~');
        rest = &code[end + ticks..];
    }
    out + rest
}

/// Returns the anchors of the headings of a page, as GitHub and mdBook generate them.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (_, line) in prose(page) {
        let level = line.len() - line.trim_start_matches('#').len();
        let Some(text) = line[level..].strip_prefix(' ').filter(|_| (1..=6).contains(&level))
        else {
            continue;
        };
        let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let anchor: String = text.trim().to_lowercase().chars().filter(is_kept).collect();
        let anchor = anchor.replace(' ', "-");
        let count = times.entry(anchor.clone()).or_default();
        anchors.insert(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
        *count += 1;
    }
    anchors
}

/// Returns the broken links of a page, each with its line. `page_at` returns the text of another page, and an empty
/// string for any other file or folder.
fn broken_links(
    path: &Path,
    page: &str,
    page_at: &impl Fn(&Path) -> Option<String>,
) -> Vec<String> {
    let definition = |line: &str| -> Option<(String, String)> {
        let (name, target) = line.strip_prefix('[')?.split_once("]: ")?;
        Some((name.to_lowercase(), target.trim().to_owned()))
    };
    let defined: BTreeMap<String, String> =
        prose(page).filter_map(|(_, it)| definition(it)).collect();
    let mut broken = Vec::new();
    for (number, line) in prose(page) {
        let mut targets = Vec::new();
        if let Some((_, target)) = definition(line) {
            targets.push(target);
        } else {
            let line = without_code(line);
            for (at, _) in line.match_indices("](") {
                targets.push(line[at + 2..].split(')').next().unwrap_or_default().to_owned());
            }
            for attribute in ["src=\"", "srcset=\""] {
                for (at, _) in line.match_indices(attribute) {
                    let rest = &line[at + attribute.len()..];
                    targets.push(rest.split('"').next().unwrap_or_default().to_owned());
                }
            }
            for (at, _) in line.match_indices("][") {
                let name = line[at + 2..].split(']').next().unwrap_or_default().to_lowercase();
                if !defined.contains_key(&name) {
                    broken.push(format!("{}:{number}: [{name}]", path.display()));
                }
            }
        }
        for target in targets {
            if target.contains("://") || is_valid_link(path, page, &target, page_at) {
                continue;
            }
            broken.push(format!("{}:{number}: {target}", path.display()));
        }
    }
    broken
}

fn is_valid_link(
    path: &Path,
    page: &str,
    target: &str,
    page_at: &impl Fn(&Path) -> Option<String>,
) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let has_anchor = |page: &str| anchor.is_empty() || anchors(page).contains(anchor);
    if file.is_empty() {
        return !anchor.is_empty() && has_anchor(page);
    }
    let mut resolved = PathBuf::new();
    for part in path.parent().unwrap_or(Path::new("")).join(file).components() {
        match part {
            // Outside of the repository.
            Component::ParentDir if !resolved.pop() => return false,
            Component::Normal(name) => resolved.push(name),
            _ => {}
        }
    }
    page_at(&resolved).is_some_and(|page| has_anchor(&page))
}

#[test]
fn links_between_pages_are_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page_at = |path: &Path| {
        let is_page = path.extension().is_some_and(|extension| extension == "md");
        root.join(path).exists().then(|| if is_page { page(path) } else { String::new() })
    };
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    let broken: Vec<String> =
        pages.iter().flat_map(|path| broken_links(path, &page(path), &page_at)).collect();
    assert!(broken.is_empty(), "broken links: {broken:#?}");
}

#[test]
fn broken_links_are_detected() {
    let text = "# A page: `x.y`\n[1](b.md) [2](b.md#a-part) [3](#a-page-xy) [4](../README.md) [5][ref]\n\
                [6](https://example.com/#x) `[7](no.md)`\n```text\n[8](no.md)\n## Code\n```\n\
                [9](c.md) [10](b.md#part) [11](#code) [12](../../out.md) [13][no] [`14`](b.md#a-part-1)\n\
                <img src=\"b.md\"> <source srcset=\"no.png\">\n[ref]: b.md\n[bad]: d.md\n";
    let page_at = |path: &Path| match path.to_str() {
        Some("docs/b.md") => Some("## A part\n## A part\n".to_owned()),
        Some("README.md") => Some(String::new()),
        _ => None,
    };
    let broken = broken_links(Path::new("docs/a.md"), text, &page_at);
    assert_eq!(
        broken,
        [
            "docs/a.md:8: [no]",
            "docs/a.md:8: c.md",
            "docs/a.md:8: b.md#part",
            "docs/a.md:8: #code",
            "docs/a.md:8: ../../out.md",
            "docs/a.md:9: no.png",
            "docs/a.md:11: d.md",
        ]
    );
}

/// mdBook only builds pages that its summary lists.
#[test]
fn the_summary_lists_every_page() {
    let summary = page("docs/SUMMARY.md");
    for path in pages() {
        let Ok(path) = path.strip_prefix("docs") else { continue };
        let is_listed = summary.contains(&format!("({})", path.display()));
        assert!(is_listed || path == Path::new("SUMMARY.md"), "{}", path.display());
    }
}
