//! Twitch: pages of `GET /helix/moderation/blocked_terms`, or one term per line, as the tools of
//! third parties copy them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::draft::{Action, Draft};
use super::item::Item;
use super::literal::Node;
use super::{Problem, Source, lines, table};

const ANY_ORDER: &str = "Twitch may match these words in any order; here they match in this order";

/// Reads blocked terms.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let mut items = Vec::new();
    if let Ok(values) = source.values() {
        for value in values {
            let pages = std::iter::once(value).chain(value.items());
            let terms = pages.flat_map(|page| {
                let data = page.get("data").map_or(&[][..], Node::items);
                data.iter().chain(page.get("text").is_some().then_some(page))
            });
            items.extend(terms.map(|it| json_term(source, it)));
        }
    }
    if items.is_empty() {
        // One term per line may have quotes that are not closed.
        let rows = table::rows(source.text, table::separator(source.text)).unwrap_or_default();
        let has_header = rows.first().is_some_and(|row| lines::word_column(&row.cells).is_some());
        items = match has_header || source.options.column.is_some() {
            true => lines::column(source, term)?,
            false => lines::entries(source, term),
        };
    }
    Ok(vec![Draft::new("twitch-blocked-terms", Action::Deny(None)).with(items)])
}

fn term(source: &Source<'_>, line: usize, text: &str) -> Item {
    if source.options.regex {
        return Item::pattern(line, text, text.to_owned());
    }
    let item = Item::starred(line, text, Some(r"\w*"));
    match item.is_phrase() {
        true => item.narrowed(ANY_ORDER),
        false => item,
    }
}

fn json_term(source: &Source<'_>, node: &Node) -> Item {
    let line = source.line(node.offset);
    let Some(text) = node.get("text").and_then(Node::text) else {
        return Item::left_out(line, "", "it has no text");
    };
    let item = term(source, line, text);
    let expires = node.get("expires_at").and_then(Node::text).filter(|it| !it.is_empty());
    match expires.map(day) {
        None => item,
        Some(Some(day)) if day < source.options.today => {
            Item::left_out(line, text, format!("it expired on {day}"))
        }
        Some(Some(day)) => item.until(day),
        Some(None) => item.widened("its `expires_at` is not a time, so it does not expire"),
    }
}

/// Returns the day of a time in UTC.
fn day(time: &str) -> Option<Date> {
    let time: Timestamp = time.parse().ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}
