//! The examples of `docs/rules.md`: each is a rule folder of its own, without any problem.

use std::fs;
use std::path::Path;

use ivs_chat_review::check::check;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};

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
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let mut sources = Sources::default();
    for &(path, text) in files {
        sources.push(Source { path: path.into(), content: Ok(text.into()) });
    }
    let parsed = rules::parse(&sources);
    let (engine, more) = Engine::compile(parsed.rules);
    let problems = parsed.problems.into_iter().chain(more).chain(check(&engine, &sources));
    problems.map(|told| format!("{}: {}", told.place(&sources), told.message)).collect()
}

#[test]
fn every_example_of_the_page_on_rules_is_sound() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let page = fs::read_to_string(path).expect("the page is there");
    let (lists, manifests) = (blocks(&page, "list"), blocks(&page, "toml"));
    assert!(lists.len() >= 5 && manifests.len() >= 5);
    let manifest = "version = 1\n[[rule]]\nid = \"example\"\naction = \"mask\"\n\
                    lists = [\"lists/example.txt\"]\n";
    for (line, list) in lists {
        let found = problems(&[("rules.toml", manifest), ("lists/example.txt", &list)]);
        assert!(found.is_empty(), "docs/rules.md:{line}: {found:#?}");
    }
    for (line, manifest) in manifests {
        let version = if manifest.starts_with("version") { "" } else { "version = 1\n" };
        let manifest = format!("{version}{manifest}");
        let named = ["lists/insults.txt", "lists/allow.txt"].into_iter();
        let lists = named.filter(|list| manifest.contains(list)).map(|list| (list, "badword"));
        let files: Vec<_> = lists.chain([("rules.toml", manifest.as_str())]).collect();
        let found = problems(&files);
        assert!(found.is_empty(), "docs/rules.md:{line}: {found:#?}");
    }
}
