//! Recognizes a `rules.toml` that is not TOML at all.

use super::statement::quoted;

/// What the file is, and how to write it.
pub(super) struct Format {
    pub(super) message: &'static str,
    pub(super) help: &'static str,
    pub(super) paste: Vec<String>,
}

/// Returns the format of a text that is certainly not TOML.
pub(super) fn recognize(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let lower_start: String = text.chars().take(20).collect::<String>().to_lowercase();
    if lower_start.starts_with("<!doctype") || lower_start.starts_with("<html") {
        return Some(Format {
            message: "this file is a web page (HTML), not TOML",
            help: "download the file itself; on GitHub the button for it is `Raw`",
            paste: Vec::new(),
        });
    }
    let message = if text.starts_with('{') || text.starts_with("[{") || is_json_array(text) {
        "this file is JSON, but rules are written in TOML"
    } else if is_yaml(text) {
        "this file is YAML, but rules are written in TOML"
    } else if is_word_list(text) {
        return Some(Format {
            message: "this file is a list of words, but rules.toml contains rules",
            help: "move the words to a list such as `lists/words.txt`, and write here",
            paste: example(text, "lists/words.txt"),
        });
    } else {
        return None;
    };
    Some(Format { message, help: "write it as", paste: example(text, "lists/insults.txt") })
}

fn is_json_array(text: &str) -> bool {
    text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// The lines that are neither empty nor comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether no line has `=` or a header, and one has `key:` at its start or is `---`.
fn is_yaml(text: &str) -> bool {
    let is_key = |line: &str| {
        let line = line.trim_start_matches("- ").trim_start();
        line.split_once(':').is_some_and(|(key, rest)| {
            let is_bare = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            !key.is_empty()
                && key.chars().all(is_bare)
                && (rest.is_empty() || rest.starts_with(' '))
        })
    };
    let is_toml = |line: &str| line.starts_with("[[") || line.contains(" = ");
    !lines(text).any(is_toml) && lines(text).filter(|line| is_key(line)).count() >= 2
}

/// Whether no line has a character that TOML needs.
fn is_word_list(text: &str) -> bool {
    !text.contains(['=', '[', '{']) && lines(text).count() >= 2
}

/// A rule in TOML with the ID, list and action that the text seems to contain.
fn example(text: &str, list: &str) -> Vec<String> {
    let value = |key: &str, default: &str| quoted(first_value(text, key).unwrap_or(default));
    let is_path = |c: char| c.is_alphanumeric() || "/_-.".contains(c);
    let mut words = text.split(|c| !is_path(c));
    let list = words.find(|word| word.ends_with(".txt")).unwrap_or(list);
    vec![
        "version = 1".to_owned(),
        String::new(),
        "[[rule]]".to_owned(),
        format!("id = {}", value("id", "insults")),
        format!("lists = [{}]", quoted(list)),
        format!("action = {}", value("action", "mask")),
    ]
}

/// Returns the first value of `key:` or `"key":` on one line.
fn first_value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(key).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'']);
        let rest = rest.trim_start_matches(' ').strip_prefix(':')?;
        let value = rest.split(['\n', ',', '}']).next()?.trim().trim_matches(['"', '\'']);
        let is_short = !value.is_empty() && value.len() <= 64 && value.is_ascii();
        (is_short && !before.is_some_and(is_name)).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_recognized_and_toml_is_not() {
        let message = |text: &str| recognize(text).map(|it| it.message);
        for (text, expected) in [
            ("{\"version\": 1, \"rule\": []}", Some("JSON")),
            ("\u{FEFF}\n[\n  { \"id\": \"a\" }\n]", Some("JSON")),
            ("version: 1\nrules:\n  - id: a\n", Some("YAML")),
            ("---\n- id: a\n  action: mask\n", Some("YAML")),
            ("<!DOCTYPE html>\n<html>", Some("HTML")),
            ("# words\nmuppet\nnumpty\n", Some("list of words")),
            ("version = 1\n[[rule]]\nid: \"a\"\naction: \"b\"\n", None),
            ("version = 1\n[[rule]]\nid = a\n", None),
            ("[rule]\nid = a\n", None),
            ("", None),
        ] {
            let found = message(text);
            assert_eq!(found.is_some(), expected.is_some(), "{text}");
            assert!(expected.is_none_or(|it| found.is_some_and(|found| found.contains(it))));
        }
        let paste =
            recognize("rules:\n  - id: rude\n    action: deny\n    lists: [lists/rude.txt]\n");
        assert_eq!(
            paste.expect("it is YAML").paste[2..].join("\n"),
            "[[rule]]\nid = \"rude\"\nlists = [\"lists/rude.txt\"]\naction = \"deny\""
        );
    }
}
