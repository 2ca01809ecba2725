//! `dsojevic/profanity-list`: an array of entries, or its source, an array of sections with a
//! `dictionary` each.
//!
//! In `match`, `|` separates alternatives, and the letter before `*` may repeat, which is so for all
//! entries here. In `exceptions`, `*` is the match: with `arse`, `p*` is *parse*. They only matter
//! inside longer words.

use super::draft::{Action, Draft, slug};
use super::entry;
use super::item::{Item, Kind};
use super::literal::Node;
use super::{Problem, Source};
use crate::rules::{End, Start};

/// Reads entries, with a rule for each first tag.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let mut drafts: Vec<Draft> = Vec::new();
    for node in source.json()?.iter().flat_map(|value| value.items()) {
        let inside = node.get("dictionary").map_or(&[][..], Node::items);
        let entries = if inside.is_empty() { std::slice::from_ref(node) } else { inside };
        for it in entries {
            let section = (!inside.is_empty()).then_some(node);
            let tags = it.get("tags").or(section.and_then(|node| node.get("tags")));
            let tag = tags.and_then(|tags| tags.items().first()).and_then(Node::text);
            let severity = it.get("severity").or(section.and_then(|node| node.get("severity")));
            let item = item(source, it, severity.and_then(Node::number));
            let id = slug(&format!("profanity-{}", tag.unwrap_or("general")));
            match drafts.iter_mut().find(|draft| draft.rule.id == id) {
                Some(draft) => draft.items.push(item),
                None => {
                    let mut draft = Draft::new(id, Action::Mask("stars")).with([item]);
                    draft.rule.language = source.language_of_name();
                    drafts.push(draft);
                }
            }
        }
    }
    Ok(drafts)
}

fn item(source: &Source<'_>, node: &Node, severity: Option<f64>) -> Item {
    let line = source.line(node.offset);
    let text = node.get("match").or(node.get("id")).and_then(Node::text);
    let Some(text) = text else { return Item::left_out(line, "", "it has no `match`") };
    if let Some(reason) = too_mild(source, severity) {
        return Item::left_out(line, text, reason);
    }
    let is_partial = source.options.partial;
    let exceptions = node.get("exceptions").map_or(&[][..], Node::items);
    let mut result: Option<Item> = None;
    let mut refused = Vec::new();
    for alternative in text.split('|').map(str::trim).filter(|it| !it.is_empty()) {
        let word = alternative.replace('*', "");
        let mut item = Item::partial(line, &word, is_partial);
        if item.kind == Kind::LeftOut {
            refused.push(format!("`{alternative}`: {}", item.reason));
            continue;
        }
        if is_partial {
            let exceptions = exceptions.iter().filter_map(Node::text);
            let edges = (Start::Anywhere, End::Anywhere);
            let lines =
                exceptions.filter_map(|it| entry::exception(&it.replace('*', &word), edges).ok());
            item.lines.extend(lines);
        }
        match &mut result {
            None => result = Some(Item { entry: text.to_owned(), ..item }),
            Some(result) => {
                result.lines.append(&mut item.lines);
                result.patterns.append(&mut item.patterns);
            }
        }
    }
    match result {
        Some(result) if refused.is_empty() => result,
        Some(result) => result.narrowed(refused.join("; ")),
        None if refused.is_empty() => Item::left_out(line, text, "it is empty"),
        None => Item::left_out(line, text, refused.join("; ")),
    }
}

/// Returns why an entry is below the severity that was asked for.
pub(super) fn too_mild(source: &Source<'_>, severity: Option<f64>) -> Option<String> {
    let (min, severity) = (source.options.min_severity?, severity.unwrap_or_default());
    (severity < min).then(|| format!("its severity {severity} is below {min}"))
}
