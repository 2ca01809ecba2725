//! Imports any bytes as a word list of another system.

use std::collections::BTreeSet;

use ivs_chat_review::import::{
    ActionName, File, Format, Import, Kind, Options, append_rules, import,
};
use ivs_chat_review::rules::parse;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::date;

/// The names of files that say something of their content.
const NAMES: [&str; 6] =
    ["list", "de", "en.json", "cuss.js", "words.csv", "x-watched-words-replace.csv"];

/// Imports a file, with options that its first byte selects. Checks that what is written has no
/// errors, that items are in order and have lines of the file, and that only items that were left out
/// have nothing written.
pub fn imports(bytes: &[u8]) {
    let choice = bytes.first().map_or(0, |&byte| usize::from(byte));
    let name = NAMES[choice % NAMES.len()];
    let file = File { name: name.to_owned(), bytes: bytes.to_vec() };
    let formats = std::iter::once(None).chain(Format::ALL.map(Some));
    for format in formats {
        let options = Options {
            format,
            partial: choice % 3 == 1,
            regex: choice % 3 == 2,
            action: [None, Some(ActionName::Tag), Some(ActionName::Replace)][choice % 3],
            today: date(2026, 11, 30),
            ..Options::default()
        };
        // An error is a file that is not in this format.
        if let Ok(imported) = import(std::slice::from_ref(&file), &options) {
            check(&imported, bytes);
        }
    }
}

fn check(imported: &Import, bytes: &[u8]) {
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let mut last = 0;
    for item in &imported.items {
        assert!((last..=lines.max(bytes.len())).contains(&item.line), "{item:?}");
        last = item.line;
        let has_nothing =
            item.lines.is_empty() && item.patterns.is_empty() && item.mentions.is_none();
        assert_eq!(has_nothing, item.kind == Kind::LeftOut, "{item:?}");
        assert_eq!(item.reason.is_empty(), item.kind == Kind::Unchanged, "{item:?}");
    }
    let mut sources = Sources::default();
    let manifest = append_rules("", &imported.rules);
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.clone().into_bytes()) });
    let mut paths = BTreeSet::new();
    for (path, text) in imported.rules.iter().filter_map(|rule| rule.list.as_ref()) {
        assert!(paths.insert(path), "{path} is written once");
        sources.push(Source { path: path.clone(), content: Ok(text.clone().into_bytes()) });
    }
    if imported.rules.is_empty() {
        return;
    }
    let parsed = parse(&sources);
    let error = parsed.diagnostics.iter().find(|it| it.is_error());
    assert!(error.is_none(), "{error:?}\n{manifest}");
    assert_eq!(parsed.rules.rules.len(), imported.rules.len(), "{manifest}");
}
