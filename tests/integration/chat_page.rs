//! The files of the page of `ivs-review chat`: what its content security policy cannot check, and what a browser would
//! only report at the moment of use.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

static FOLDER: LazyLock<PathBuf> =
    LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/ivs-review/chat"));

/// Returns the files of the page, by name.
fn files() -> Vec<(String, String)> {
    let entries = fs::read_dir(FOLDER.join("page")).expect("a folder");
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
            (name.to_owned(), fs::read_to_string(&path).expect("a text file"))
        })
        .collect();
    files.sort();
    files
}

fn file(name: &str) -> String {
    let found = files().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("{name}")).1
}

/// Returns what the first group of a pattern matches.
fn all(pattern: &str, text: &str) -> Vec<String> {
    let regex = Regex::new(pattern).expect("a regex");
    regex.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_file_is_served_with_its_type() {
    let table = fs::read_to_string(FOLDER.join("assets.rs")).expect("assets.rs");
    for (name, _) in files().iter().filter(|(name, _)| name != "index.html") {
        let kind = match name.rsplit('.').next() {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => panic!("{name}: a new type"),
        };
        let line = format!(r#"("{name}", "{kind}", include_str!("page/{name}")),"#);
        assert!(table.contains(&line), "assets.rs does not have {line}");
    }
}

#[test]
fn files_refer_to_files_that_exist() {
    let names: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    for (name, text) in files() {
        let served = all(r#"(?:src|href)="/page/([^"]*)""#, &text);
        let imported = all(r#"from "\./([^"]*)""#, &text);
        for used in served.iter().chain(&imported) {
            assert!(names.contains(used), "{name} refers to {used}");
        }
    }
}

#[test]
fn text_of_others_is_never_html_and_no_code_is_inline() {
    let html =
        Regex::new(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|DOMParser|srcdoc")
            .expect("a regex");
    let inline = Regex::new(r#"<script(?:>| [^>]*[^"]>[^<])|<style| style=| on\w+="|javascript:"#)
        .expect("a regex");
    // The name of the SVG format is not fetched.
    let foreign = Regex::new(r#"https?://(?:[^w]|w[^w])"#).expect("a regex");
    for (name, text) in files() {
        if name == "index.html" {
            assert!(!inline.is_match(&text), "{name}: {:?}", inline.find(&text));
        }
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(!html.is_match(line), "{name}: {line}");
            assert!(!foreign.is_match(line), "{name}: {line}");
        }
    }
}

#[test]
fn elements_that_the_code_uses_are_in_the_page() {
    let page = file("index.html");
    let ids = all(r#" id="([^"]*)""#, &page);
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an id occurs twice");
    let of_labels =
        all(r#"(?:for|aria-controls|aria-labelledby|aria-describedby)="([^"]*)""#, &page);
    for id in &of_labels {
        assert!(unique.contains(id), "index.html: {id}");
    }
    for (name, text) in files() {
        // Those of elements that the code itself creates.
        let created = all(r#"\bid: "([^"]*)""#, &text);
        for id in all(r#"byId\("([^"]*)"\)"#, &text) {
            assert!(unique.contains(&id) || created.contains(&id), "{name}: {id}");
        }
    }
}

/// The example in the documentation is the one that is compiled and run.
#[test]
fn the_rust_example_is_that_of_the_documentation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("a file");
    let (page, example) = (read("docs/testing-applications.md"), read("examples/local_chat.rs"));
    assert!(page.contains(&format!("```rust\n{example}```\n")));
}

#[test]
fn pictures_are_small() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let size = entry.metadata().expect("metadata").len();
        assert!(size <= 150_000, "{}: {size} bytes", entry.path().display());
    }
}
