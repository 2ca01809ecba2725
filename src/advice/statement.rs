//! Lines of `rules.toml` as their author probably meant them: [`Statement`].

use super::lines::several;
use crate::limits::Measure;

/// The keys whose values are lists of strings.
const LISTS: [&str; 12] = [
    "lists",
    "terms",
    "patterns",
    "detect",
    "fields",
    "rooms",
    "caught",
    "ok",
    "deny",
    "allow",
    "user_ids",
    "exceptions",
];

/// A line such as `key = value`, without indentation and comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Statement<'l> {
    pub(super) key: &'l str,
    /// What separates key and value, such as `=`; empty if nothing does.
    pub(super) separator: &'l str,
    pub(super) value: &'l str,
    /// The offset of the value in the line.
    pub(super) value_at: usize,
}

impl<'l> Statement<'l> {
    /// Parses a line that begins with a key.
    pub(super) fn parse(line: &'l str) -> Option<Statement<'l>> {
        let line = without_comment(line).trim_end();
        let end = line.len();
        let line = line.trim_start();
        let is_key = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.';
        let length = line.find(|c| !is_key(c)).unwrap_or(line.len());
        let (key, rest) = line.split_at(length);
        let rest = rest.trim_start();
        let is_separator = |c: char| matches!(c, '=' | ':' | '>' | '＝' | '：');
        let length = rest.find(|c| !is_separator(c)).unwrap_or(rest.len());
        let (separator, value) = rest.split_at(length);
        let value = value.trim_start();
        let value_at = end - value.len();
        (!key.is_empty()).then_some(Statement { key, separator, value, value_at })
    }

    /// Whether the line is `key = …`.
    pub(super) fn is_assignment(self) -> bool {
        self.separator == "="
    }

    /// Whether the value is a list of strings.
    pub(super) fn is_list(self) -> bool {
        LISTS.contains(&self.key)
    }

    /// Returns the line with a value as TOML: strings in quotes, and a list if the key has one.
    pub(super) fn corrected(self) -> String {
        format!("{} = {}", self.key, toml_value(self.key, self.value))
    }

    /// Returns help with the line as it should be. What a table has besides the value of the author
    /// cannot be known, so it is an example.
    pub(super) fn help(self) -> String {
        match table_value(self.key, self.value) {
            Some(table) => table_help(self.key, &table),
            None => format!("write `{}`", self.corrected()),
        }
    }
}

/// Returns a value as TOML.
pub(super) fn toml_value(key: &str, value: &str) -> String {
    let value = value.trim().trim_end_matches([',', ';']).trim_end();
    if let Some(table) = table_value(key, value) {
        return table;
    }
    let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_number && !LISTS.contains(&key) {
        return value.to_owned();
    }
    if value.starts_with('{') {
        return value.to_owned();
    }
    if let Some(choice) = choice(key, value) {
        return quoted(choice);
    }
    // `["a"] + ["b"]`
    let joined = value.replace("] + [", ", ");
    let value = joined.as_str();
    let inside = value.trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    // `[{"text": "a"}, {"text": "b"}]`
    if inside.starts_with('{')
        && let Some(words) = several(inside)
    {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        return format!("[{}]", words.join(", "));
    }
    if inside.len() == value.len() && !LISTS.contains(&key) {
        return quoted(without_quotes(value));
    }
    let parts = inside.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(|part| quoted(without_quotes(part))).collect();
    format!("[{}]", parts.join(", "))
}

/// Returns help for a value that must be a table.
pub(super) fn table_help(key: &str, example: &str) -> String {
    format!("write a table, for example `{key} = {example}`")
}

/// Returns an example of the table of a key, with a value that was written in its place; `None` if
/// the key has no table, or the value is one.
pub(super) fn table_value(key: &str, value: &str) -> Option<String> {
    if value.starts_with('{') {
        return None;
    }
    let list = || toml_value("terms", value);
    Some(match key {
        "tag" => format!("{{ moderation = {} }}", quoted(without_quotes(value))),
        "links" => match without_quotes(value).to_lowercase().as_str() {
            "all" | "true" | "any" | "yes" | "none" => "{ deny = [\"*\"] }".to_owned(),
            _ => format!("{{ deny = {} }}", list()),
        },
        "unless" | "sender" => format!("{{ role = {} }}", list()),
        "samples" => format!("{{ caught = {} }}", list()),
        "limit" => limit_value(&value.to_lowercase())?,
        _ => return None,
    })
}

/// Returns the table of `limit` for `5`, `5 emoji`, `emoji: 5` or `capitals 70%`.
fn limit_value(value: &str) -> Option<String> {
    let is_named = |it: &&Measure| value.contains(it.as_str());
    let measure = *Measure::ALL.iter().find(is_named).unwrap_or(&Measure::Repeats);
    let from = value.find(|c: char| c.is_ascii_digit())?;
    let digits = |c: char| c.is_ascii_digit() || (measure == Measure::Capitals && c == '.');
    let number = value[from..].split(|c| !digits(c)).next()?;
    let number = match number.parse::<f64>() {
        Ok(percent) if measure == Measure::Capitals && percent > 1.0 => {
            (percent / 100.0).to_string()
        }
        _ => number.to_owned(),
    };
    Some(format!("{{ {} = {number} }}", measure.as_str()))
}

/// Returns the value of a key for a value that other formats have in its place.
pub(super) fn choice(key: &str, value: &str) -> Option<&'static str> {
    match (key, value.to_lowercase().as_str()) {
        ("mode", "yes" | "true") => Some("on"),
        ("mode", "no" | "false") => Some("off"),
        ("disguises", "yes" | "true" | "on") => Some("standard"),
        ("disguises", "no" | "false" | "off") => Some("none"),
        _ => None,
    }
}

/// Removes quotes of any kind around a string.
fn without_quotes(value: &str) -> &str {
    value.trim_matches(|c| matches!(c, '"' | '\'' | '`') || is_typographic_quote(c))
}

/// Returns a string of TOML in the quotes that need no escapes.
pub(super) fn quoted(text: &str) -> String {
    if !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else if !text.contains('\'') {
        format!("'{text}'")
    } else {
        format!("'''{text}'''")
    }
}

/// Whether a word processor writes this character for a quote.
pub(super) fn is_typographic_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '«' | '»' | '‹' | '›' | '＂')
}

/// Returns a line without the comment at its end, which begins with a `#` outside of quotes.
pub(super) fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match quote {
            Some('"') if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '#' => return &line[..at],
            None => {}
        }
    }
    line
}

/// Returns the offsets of the brackets in a text, outside of strings and comments, that are not
/// closed.
pub(super) fn unclosed(text: &str) -> Vec<(usize, char)> {
    let mut open = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut quote = None;
        let mut escaped = false;
        for (at, c) in without_comment(line).char_indices() {
            match (quote, c) {
                (Some('"'), _) if escaped => escaped = false,
                (Some('"'), '\\') => escaped = true,
                (Some(opened), c) if c == opened => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '[' | '{') => open.push((start + at, c)),
                (None, ']' | '}') => {
                    open.pop();
                }
                (None, _) => {}
            }
        }
        start += line.len();
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_corrected() {
        for (line, expected) in [
            ("id = insults", "id = \"insults\""),
            ("id: insults # x", "id = \"insults\""),
            ("id insults", "id = \"insults\""),
            ("id = 'insults';", "id = \"insults\""),
            ("lists = lists/a.txt", "lists = [\"lists/a.txt\"]"),
            ("terms: [a, \"b c\"]", "terms = [\"a\", \"b c\"]"),
            ("terms = (“a”, ‘b’)", "terms = [\"a\", \"b\"]"),
            ("patterns = \\d+", "patterns = ['\\d+']"),
            ("max_message_length: 500", "max_message_length = 500"),
            ("mode = Yes", "mode = \"on\""),
            ("terms = ['a'] + ['b']", "terms = [\"a\", \"b\"]"),
            ("terms = [{\"text\": \"a\"}, {\"text\": \"b\"}]", "terms = [\"a\", \"b\"]"),
            ("links = all", "links = { deny = [\"*\"] }"),
            ("unless = vip", "unless = { role = [\"vip\"] }"),
            ("sender: [vip, mod]", "sender = { role = [\"vip\", \"mod\"] }"),
            ("tag = yes", "tag = { moderation = \"yes\" }"),
            ("limit = 5 emoji", "limit = { emoji = 5 }"),
            ("limit: 8", "limit = { repeats = 8 }"),
            ("limit = capitals 70%", "limit = { capitals = 0.7 }"),
            ("limit = capitals > 0.5", "limit = { capitals = 0.5 }"),
            ("samples = [a]", "samples = { caught = [\"a\"] }"),
            ("links = evil.com", "links = { deny = [\"evil.com\"] }"),
        ] {
            let statement = Statement::parse(line).expect("a statement");
            assert_eq!(statement.corrected(), expected, "{line}");
        }
        assert_eq!(quoted("it's \"x\""), "'''it's \"x\"'''");
        assert_eq!(without_comment("a = \"#\\\"#\" # b"), "a = \"#\\\"#\" ");
        assert_eq!(unclosed("a = [\n  \"]\", # ]\n  { b = 1 }"), [(4, '[')]);
    }
}
