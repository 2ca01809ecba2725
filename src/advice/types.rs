//! Help for values of the wrong type, with the author's own values.

use super::statement::{choice, quoted, table_help, table_value, toml_value};
use crate::diagnostic::Diagnostic;
use crate::lint::day;
use crate::span::Span;

/// Help for a date that is ambiguous or not known.
pub(super) const AMBIGUOUS_DATE: &str = "write year, month and day, for example `2026-12-31`";

/// Returns help for the value at `span` and what was expected in its place.
pub(super) fn help(text: &str, span: Span, message: &str) -> Option<String> {
    let value = text.get(span.range())?;
    if value.len() > 80 {
        return None;
    }
    let key = key_before(&text[..span.start]);
    let plain = value.trim_matches(['"', '\'']);
    let expected = message.split("expected ").nth(1)?;
    if value.contains('\n') && !expected.starts_with("an array of strings") {
        return None;
    }
    let corrected = if expected.starts_with("an array of strings") {
        let parts = plain.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.map(quoted).collect();
        format!("[{}]", parts.join(", "))
    } else if expected.starts_with("a string") {
        match value.strip_prefix('[') {
            Some(inside) if inside.contains(',') => {
                let first = inside.split(',').next().unwrap_or_default().trim();
                let key = key.unwrap_or_default();
                return Some(format!(
                    "only one value is possible: write for example `{key} = {first}`, and the others \
                     in rules of their own"
                ));
            }
            // An element of a list has no key before it.
            Some(inside) => toml_value("", inside.trim_end_matches(']')),
            None => quoted(choice(key.unwrap_or_default(), plain).unwrap_or(plain)),
        }
    } else if expected.starts_with("a table") {
        let key = key?;
        return table_value(key, value).map(|example| table_help(key, &example));
    } else if expected.starts_with("an integer") {
        let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return None;
        }
        digits
    } else if expected.starts_with("`true` or `false`") {
        match plain.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => "true".to_owned(),
            "false" | "no" | "off" | "0" => "false".to_owned(),
            _ => return Some("write `true` or `false`, without quotes".to_owned()),
        }
    } else if expected.starts_with("a fraction") {
        match fraction(plain) {
            Some(fraction) => fraction,
            None => return Some("write a number from 0 to 1, for example `0.7`".to_owned()),
        }
    } else if expected.starts_with("a date") {
        return Some(AMBIGUOUS_DATE.to_owned());
    } else {
        return None;
    };
    Some(match key {
        Some(key) => format!("write `{key} = {corrected}`"),
        None => format!("write `{corrected}`"),
    })
}

/// Returns a share such as `70%` as a fraction.
fn fraction(text: &str) -> Option<String> {
    let percent: f64 = text.strip_suffix('%')?.trim_end().parse().ok()?;
    (0.0..100.0).contains(&percent).then(|| (percent / 100.0).to_string())
}

/// Explains a date in quotes, with a time, or in another order.
pub(super) fn explain_date(text: &str, span: Span, diagnostic: &mut Diagnostic) {
    let Some(value) = text.get(span.range()) else { return };
    let date = value.trim_matches(['"', '\'']).split(['T', ' ']).next().unwrap_or_default();
    if !diagnostic.message.contains("expected") {
        return;
    }
    diagnostic.help = Some(match (day(date), key_before(&text[..span.start])) {
        (Some(day), Some(key)) => format!("write `{key} = {day}`"),
        _ => AMBIGUOUS_DATE.to_owned(),
    });
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
    use crate::diagnostic::{Code, Location};
    use crate::source::SourceId;

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
            (
                "terms = \"\"\"\none\ntwo\n\"\"\"",
                "\"\"\"\none\ntwo\n\"\"\"",
                "an array of strings",
                "terms = [\"one\", \"two\"]",
            ),
            ("id = 5", "5", "a string in quotes", "id = \"5\""),
            ("mode = true", "true", "a string in quotes", "mode = \"on\""),
            ("terms = [\"a\", 5]", "5", "a string in quotes", "\"5\""),
            ("tag = \"flagged\"", "\"flagged\"", "a table", "tag = { moderation = \"flagged\" }"),
            ("links = [\"*\"]", "[\"*\"]", "a table", "links = { deny = [\"*\"] }"),
            ("unless = \"vip\"", "\"vip\"", "a table", "unless = { role = [\"vip\"] }"),
            ("version = \"1\"", "\"1\"", "an integer", "version = 1"),
            ("capitals = \"70%\"", "\"70%\"", "a fraction", "capitals = 0.7"),
            ("capitals = \"50%\"", "\"50%\"", "a fraction", "capitals = 0.5"),
            ("limit = 5", "5", "a table", "limit = { repeats = 5 }"),
            ("limit = \"5 emoji\"", "\"5 emoji\"", "a table", "limit = { emoji = 5 }"),
        ] {
            let start = line.rfind(value).expect("the value");
            let span = Span::new(start, start + value.len());
            let found = help(line, span, &format!("invalid type: expected {expected}, found x"));
            let start = if expected == "a table" { "write a table, for example" } else { "write" };
            assert_eq!(found, Some(format!("{start} `{help_text}`")), "{line}");
        }
    }

    #[test]
    fn one_of_several_values_is_an_example() {
        let line = "action = [\"mask\", \"tag\"]";
        let found =
            help(line, Span::new(9, line.len()), "expected a string in quotes, found array");
        let example = "only one value is possible: write for example `action = \"mask\"`, and the \
                       others in rules of their own";
        assert_eq!(found.as_deref(), Some(example));
    }

    #[test]
    fn a_value_that_the_author_did_not_write_is_an_example() {
        let number = "write a number from 0 to 1, for example `0.7`";
        for (value, expected, help_text) in [
            ("\"much\"", "a fraction", number),
            ("\"100%\"", "a fraction", number),
            ("true", "a fraction", number),
            ("\"maybe\"", "`true` or `false`", "write `true` or `false`, without quotes"),
            ("20261231", "a date", AMBIGUOUS_DATE),
        ] {
            let line = format!("key = {value}");
            let span = Span::new(6, line.len());
            let found = help(&line, span, &format!("invalid type: expected {expected}, found x"));
            assert_eq!(found.as_deref(), Some(help_text), "{value}");
        }
    }

    #[test]
    fn help_for_a_date_has_the_day_of_the_author() {
        for (value, day) in [
            ("\"2027-03-04\"", Some("2027-03-04")),
            ("2027-03-04T00:00:00Z", Some("2027-03-04")),
            ("2027-03-04 10:00:00", Some("2027-03-04")),
            ("\"31.12.2027\"", Some("2027-12-31")),
            ("\"05/06/2027\"", None),
            ("\"soon\"", None),
            ("10:00:00", None),
        ] {
            let line = format!("from = {value}");
            let location = Location { source: SourceId(0), span: Span::new(7, line.len()) };
            let mut diagnostic =
                Diagnostic::new(Code::InvalidDate, location, "invalid date, expected YYYY-MM-DD");
            explain_date(&line, location.span, &mut diagnostic);
            let expected =
                day.map_or(AMBIGUOUS_DATE.to_owned(), |it| format!("write `from = {it}`"));
            assert_eq!(diagnostic.help, Some(expected), "{value}");
        }
    }
}
