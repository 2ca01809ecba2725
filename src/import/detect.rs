//! Detects the format of a file by its content; of Discourse's lists, which have nothing
//! characteristic, by its name.

use super::lines::{word_column, words_of_json};
use super::literal::{Node, Value};
use super::{Format, Problem, Source, table};

/// Returns the format of a file.
///
/// # Errors
/// If it is JSON of an unknown form, or a table without a known header.
pub(super) fn detect(source: &Source<'_>) -> Result<Format, Problem> {
    let name = source.name.to_lowercase();
    let is_data = [".json", ".jsonl", ".js", ".mjs", ".ts"].iter().any(|end| name.ends_with(end));
    match source.values() {
        // A list may consist of numbers, such as `1488`, or of words in quotes.
        Ok(values) if values.iter().any(|it| !it.items().is_empty() || is_object(it)) => {
            if let Some(format) = values.iter().find_map(format_of) {
                return Ok(format);
            }
            if is_data || values.len() == 1 {
                let names = Format::ALL.map(Format::as_str).join(", ");
                return Err((0, format!("JSON of an unknown form; set --as to one of {names}")));
            }
        }
        Err(_) if is_data => {
            source.json()?;
        }
        _ => {}
    }
    if name.contains("watched-words") {
        return Ok(Format::Discourse);
    }
    let separator = table::separator(source.text);
    let rows = match table::rows(source.text, separator) {
        Err(problem) if name.ends_with(".csv") => return Err(problem),
        // A line of a plain list may begin with a quote.
        rows => rows.unwrap_or_default(),
    };
    let Some(first) = rows.first() else { return Ok(Format::Lines) };
    let is_header = |name: &str| first.cells.iter().any(|cell| cell.eq_ignore_ascii_case(name));
    if is_header("canonical_form_1") {
        return Ok(Format::Surge);
    }
    let has_header = rows.len() > 1 && word_column(&first.cells).is_some();
    if source.options.column.is_some() || has_header {
        return Ok(Format::Csv);
    }
    let columns = first.cells.len();
    if rows.len() == 1 && columns > 1 && separator == ',' {
        return Ok(Format::Youtube);
    }
    let has_number = |cells: &[String]| cells[1..].iter().any(|it| it.parse::<f64>().is_ok());
    let is_table = columns > 1 && rows.iter().all(|row| row.cells.len() == columns);
    if is_table && (name.ends_with(".csv") || rows.iter().all(|row| has_number(&row.cells))) {
        let message = format!("a table of {columns} columns; set --column to that of the words");
        return Err((first.line, message));
    }
    Ok(Format::Lines)
}

fn is_object(node: &Node) -> bool {
    matches!(node.value, Value::Object(_))
}

/// Returns the format of which a JSON value is typical.
fn format_of(node: &Node) -> Option<Format> {
    let objects = || std::iter::once(node).chain(node.items());
    let has = |key: &str| objects().any(|it| it.get(key).is_some());
    if has("trigger_type") || has("trigger_metadata") {
        return Some(Format::Discord);
    }
    let is_term = |it: &Node| it.get("text").is_some_and(|text| text.text().is_some());
    let has_terms = |it: &Node| it.items().iter().any(is_term);
    if objects().any(|it| it.get("data").is_some_and(has_terms)) || has("broadcaster_id") {
        return Some(Format::Twitch);
    }
    if node.find("blacklist").is_some_and(|it| it.text().is_some()) {
        return Some(Format::Nightbot);
    }
    if node.find("BadWordsList").is_some() {
        return Some(Format::Mattermost);
    }
    if has("match") || has("dictionary") {
        return Some(Format::Dsojevic);
    }
    let members = node.members();
    let is_sureness = |it: &Node| matches!(it.value, Value::Number(0.0 | 1.0 | 2.0));
    if !members.is_empty() && members.iter().all(|(_, value)| is_sureness(value)) {
        return Some(Format::Cuss);
    }
    words_of_json(node).map(|_| Format::Lines)
}
