//! Help for values of the wrong type, with the author's own values.

use super::statement::{choice, quoted, toml_value};
use crate::span::Span;

/// Returns help for the value at `span` and what was expected in its place.
pub(super) fn help(text: &str, span: Span, message: &str) -> Option<String> {
    let value = text.get(span.range())?;
    if value.contains('\n') || value.len() > 80 {
        return None;
    }
    let key = key_before(&text[..span.start]);
    let plain = value.trim_matches(['"', '\'']);
    let expected = message.split("expected ").nth(1)?;
    let corrected = if expected.starts_with("an array of strings") {
        let parts = plain.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.map(quoted).collect();
        format!("[{}]", parts.join(", "))
    } else if expected.starts_with("a string") {
        match value.strip_prefix('[') {
            // An element of a list has no key before it.
            Some(inside) => toml_value("", inside.trim_end_matches(']')),
            None => quoted(choice(key.unwrap_or_default(), plain).unwrap_or(plain)),
        }
    } else if expected.starts_with("a table") {
        let list = toml_value("terms", value);
        match key? {
            "tag" => format!("{{ moderation = {} }}", quoted(plain)),
            "links" => format!("{{ deny = {list} }}"),
            "unless" | "sender" => format!("{{ role = {list} }}"),
            "samples" => format!("{{ caught = {list} }}"),
            "limit" => "{ repeats = 20, emoji = 10 }".to_owned(),
            _ => return None,
        }
    } else if expected.starts_with("an integer") {
        let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return None;
        }
        digits
    } else if expected.starts_with("`true` or `false`") {
        let is_yes = matches!(plain.to_lowercase().as_str(), "true" | "yes" | "on" | "1");
        is_yes.to_string()
    } else if expected.starts_with("a fraction") {
        "0.7".to_owned()
    } else if expected.starts_with("a date") {
        "2026-12-31".to_owned()
    } else {
        return None;
    };
    Some(match key {
        Some(key) => format!("write `{key} = {corrected}`"),
        None => format!("write `{corrected}`"),
    })
}

/// Returns the key whose value begins after this text.
fn key_before(text: &str) -> Option<&str> {
    let before = text.trim_end().strip_suffix('=')?.trim_end();
    let is_key = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let start = before.rfind(|c| !is_key(c)).map_or(0, |at| at + 1);
    before.get(start..).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_has_the_values_of_the_author() {
        for (line, value, expected, help_text) in [
            (
                "lists = \"lists/a.txt\"",
                "\"lists/a.txt\"",
                "an array of strings",
                "lists = [\"lists/a.txt\"]",
            ),
            ("terms = \"a, b c\"", "\"a, b c\"", "an array of strings", "terms = [\"a\", \"b c\"]"),
            ("ignore_words = \"yes\"", "\"yes\"", "`true` or `false`", "ignore_words = true"),
            ("unless = { role = \"vip\" }", "\"vip\"", "an array of strings", "role = [\"vip\"]"),
            ("action = [\"mask\"]", "[\"mask\"]", "a string in quotes", "action = \"mask\""),
            ("id = 5", "5", "a string in quotes", "id = \"5\""),
            ("mode = true", "true", "a string in quotes", "mode = \"on\""),
            ("terms = [\"a\", 5]", "5", "a string in quotes", "\"5\""),
            ("tag = \"flagged\"", "\"flagged\"", "a table", "tag = { moderation = \"flagged\" }"),
            ("links = [\"*\"]", "[\"*\"]", "a table", "links = { deny = [\"*\"] }"),
            ("unless = \"vip\"", "\"vip\"", "a table", "unless = { role = [\"vip\"] }"),
            ("version = \"1\"", "\"1\"", "an integer", "version = 1"),
            ("capitals = \"70%\"", "\"70%\"", "a fraction", "capitals = 0.7"),
        ] {
            let start = line.rfind(value).expect("the value");
            let span = Span::new(start, start + value.len());
            let found = help(line, span, &format!("invalid type: expected {expected}, found x"));
            assert_eq!(found, Some(format!("write `{help_text}`")), "{line}");
        }
    }
}
