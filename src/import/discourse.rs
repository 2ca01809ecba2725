//! Discourse: the watched words of one action, as CSV without a header. The name of the file has the
//! action: `forum.example.com-watched-words-censor.csv`.

use super::draft::{Action, Draft};
use super::entry::{pattern, split_stars};
use super::item::{AS_PATTERN, Item};
use super::table::{self, Row};
use super::{Problem, Source};

const ACTIONS: [&str; 8] =
    ["require_approval", "replace", "silence", "censor", "block", "flag", "link", "tag"];

/// What `*` matches in Discourse.
const STAR: &str = r"\S*";

/// Reads watched words. Without an action in the name, they are to be blocked.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let name = source.name.to_lowercase().replace('-', "_");
    let after = name.split_once("watched_words").map_or(name.as_str(), |(_, after)| after);
    let action = ACTIONS.into_iter().find(|action| after.contains(action)).unwrap_or("block");
    let mut drafts: Vec<Draft> = Vec::new();
    for row in table::rows(source.text, ',')? {
        // A replacement and a tag have no control characters.
        let value = row.cells.get(1).map(|it| it.replace(char::is_control, " "));
        let value = value.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let to = match (action, value) {
            ("censor", _) => Action::Mask("block"),
            ("replace", Some(text)) => Action::Replace(text.to_owned()),
            ("tag", Some(tag)) => Action::Tag(tag.to_owned()),
            ("replace", None) => Action::Replace("[removed]".to_owned()),
            ("tag", None) => Action::Tag("watched".to_owned()),
            _ => Action::Deny(None),
        };
        let item = match action {
            "link" => {
                Item::left_out(row.line, &row.cells[0], "messages cannot be turned into links")
            }
            _ => word(source, &row),
        };
        let item = match action {
            "flag" | "require_approval" => item.widened(
                "Discourse delivers it for moderators to see; keep this rule in shadow mode for that",
            ),
            _ => item,
        };
        match drafts.iter_mut().find(|draft| draft.rule.action == to) {
            Some(draft) => draft.items.push(item),
            None => drafts.push(Draft::new(format!("discourse-{action}"), to).with([item])),
        }
    }
    Ok(drafts)
}

fn word(source: &Source<'_>, row: &Row) -> Item {
    let text = row.cells[0].as_str();
    let has_case = row.cells.get(2).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let case = if has_case { "(?-i)" } else { "" };
    if source.options.regex {
        return Item::pattern(row.line, text, format!("{case}{text}"));
    }
    let (start, word, end) = split_stars(text);
    match has_case && !word.is_empty() {
        true => {
            let pattern = format!("(?-i){}", pattern(word, (start, end), Some(STAR)));
            Item::pattern(row.line, text, pattern).narrowed(AS_PATTERN)
        }
        false => Item::starred(row.line, text, Some(STAR)),
    }
}
