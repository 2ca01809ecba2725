//! Nightbot: the answer of `GET /1/spam_protection/blacklist`, or one phrase per line. A line
//! `~/…/flags` is a regular expression of JavaScript.

use super::draft::{Action, Draft, reason};
use super::item::Item;
use super::literal::Node;
use super::{Problem, Source, lines};

/// Reads a blacklist.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let found = source.values().ok().and_then(|values| {
        values.iter().find_map(|value| {
            let filter = value.find("filter").filter(|it| it.get("blacklist").is_some());
            filter.or(value.get("blacklist").map(|_| value))
        })
    });
    let Some(filter) = found else {
        let items = lines::entries(source, |_, line, text| phrase(line, text));
        return Ok(vec![Draft::new("nightbot-blacklist", Action::Deny(None)).with(items)]);
    };
    let message = filter.get("message").and_then(Node::text).and_then(reason);
    let mut draft = Draft::new("nightbot-blacklist", Action::Deny(message));
    draft.rule.is_off = filter.get("enabled").is_some_and(Node::is_false);
    if let Some(list) = filter.get("blacklist") {
        let line = source.line(list.offset);
        let phrases = list.text().unwrap_or_default().lines().map(str::trim);
        let phrases = phrases.filter(|phrase| !phrase.is_empty());
        draft.items.extend(phrases.map(|text| phrase(line, text)));
    }
    if let Some(level) = filter.get("exemptUserLevel")
        && level.text().is_some_and(|level| !matches!(level, "" | "none"))
    {
        let entry = format!("exemptUserLevel: {}", level.text().unwrap_or_default());
        let why = "write `[[exempt]]` or `unless` with attributes of the chat token";
        draft.items.push(Item::left_out(source.line(level.offset), &entry, why));
    }
    Ok(vec![draft])
}

fn phrase(line: usize, text: &str) -> Item {
    if let Some((pattern, flags)) = text.strip_prefix("~/").and_then(|it| it.rsplit_once('/')) {
        let mut known: String = flags.chars().filter(|c| matches!(c, 'm' | 's')).collect();
        if !flags.contains('i') {
            known += "-i";
        }
        let before = if known.is_empty() { String::new() } else { format!("(?{known})") };
        return Item::pattern(line, text, format!("{before}{pattern}"));
    }
    Item::starred(line, text, Some(".*"))
}
