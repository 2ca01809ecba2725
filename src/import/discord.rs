//! Discord AutoMod: the answer of `GET /guilds/{id}/auto-moderation/rules`, or one rule of it.
//!
//! Discord matches `cat` only between spaces, `cat*`, `*cat` and `*cat*` as here, and allows a `*`
//! before a phrase. An entry of the allow list excuses the whole message; here an exception excuses
//! what it covers.

use super::draft::{Action, Draft, reason};
use super::item::Item;
use super::literal::{Node, Value};
use super::{Problem, Source, lines};
use crate::rules::{End, Start};

const KEYWORD: u64 = 1;
const SPAM: u64 = 3;
const PRESET: u64 = 4;
const MENTIONS: u64 = 5;
const PROFILE: u64 = 6;

const BLOCK: u64 = 1;
const TIMEOUT: u64 = 3;
const BLOCK_INTERACTION: u64 = 4;

const WHOLE_WORD: &str =
    "Discord matches it only between spaces; here punctuation may be around it as well";
const EXCUSES: &str =
    "Discord excuses the whole message; here it only excuses the words that it covers";

/// Reads rules, or keywords one per line.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let Ok(values) = source.values() else {
        let items = lines::entries(source, |_, line, text| keyword(line, text));
        return Ok(vec![Draft::new("discord", Action::Deny(None)).with(items)]);
    };
    let is_rule = |it: &&Node| it.get("trigger_metadata").or(it.get("trigger_type")).is_some();
    let rules: Vec<&Node> = values
        .iter()
        .flat_map(|value| std::iter::once(value).chain(value.items()))
        .chain(values.iter().flat_map(|value| value.members().iter().flat_map(|it| it.1.items())))
        .filter(is_rule)
        .collect();
    if rules.is_empty() {
        let items = lines::entries(source, |_, line, text| keyword(line, text));
        return Ok(vec![Draft::new("discord", Action::Deny(None)).with(items)]);
    }
    Ok(rules.into_iter().flat_map(|node| rule(source, node)).collect())
}

fn keyword(line: usize, text: &str) -> Item {
    let item = Item::starred(line, text, None);
    let (start, _, end) = super::entry::split_stars(text);
    match (start, end) {
        (Start::Word, End::Word) => item.widened(WHOLE_WORD),
        _ => item,
    }
}

fn rule(source: &Source<'_>, node: &Node) -> Vec<Draft> {
    let line = |it: &Node| source.line(it.offset);
    let name = node.get("name").and_then(Node::text).unwrap_or_default();
    let kind = node.get("trigger_type").and_then(Node::number).unwrap_or(1.0) as u64;
    let actions = node.get("actions").map_or(&[][..], Node::items);
    let mut message = None;
    let mut left_out = Vec::new();
    for action in actions {
        let metadata = action.get("metadata");
        match action.get("type").and_then(Node::number).unwrap_or_default() as u64 {
            BLOCK => {
                let text = metadata.and_then(|it| it.get("custom_message")).and_then(Node::text);
                message = message.or(text.and_then(reason));
            }
            TIMEOUT => left_out.push(Item::left_out(
                line(action),
                "action: timeout",
                "a review handler cannot mute; see `ivs-review rooms chat disconnect`",
            )),
            BLOCK_INTERACTION => left_out.push(Item::left_out(
                line(action),
                "action: block interaction",
                "IVS Chat has no such action",
            )),
            _ => {}
        }
    }
    for (key, why) in [
        ("exempt_roles", "write `[[exempt]]` or `unless` with attributes of the chat token"),
        ("exempt_channels", "write `rooms` with the IDs of the other rooms"),
    ] {
        if let Some(list) = node.get(key).filter(|list| !list.items().is_empty()) {
            let entry = format!("{key}: {}", list.items().len());
            left_out.push(Item::left_out(line(list), &entry, why));
        }
    }
    let id = match name {
        "" => "discord".to_owned(),
        name => format!("discord-{name}"),
    };
    let mut draft = Draft::new(&id, Action::Deny(message.clone()));
    draft.rule.origin = format!("Discord AutoMod, rule \"{name}\"");
    draft.rule.is_off = node.get("enabled").is_some_and(Node::is_false);
    if kind == PROFILE {
        draft.rule.field = Some("attributes.displayName");
    }
    let metadata = node.get("trigger_metadata");
    let texts = |key: &str| {
        let items = metadata.and_then(|it| it.get(key)).map_or(&[][..], Node::items);
        items.iter().map(move |it| (line(it), it.text()))
    };
    const NOT_TEXT: &str = "it is not a text";
    for (line, text) in texts("keyword_filter") {
        draft.items.push(match text {
            Some(text) => keyword(line, text),
            None => Item::left_out(line, "keyword_filter", NOT_TEXT),
        });
    }
    for (line, text) in texts("regex_patterns") {
        draft.items.push(match text {
            Some(text) if text.contains("(?i") || !text.contains(char::is_alphabetic) => {
                Item::pattern(line, text, text.to_owned())
            }
            Some(text) => Item::pattern(line, text, text.to_owned())
                .widened("case does not matter here; write (?-i) before it if it does"),
            None => Item::left_out(line, "regex_patterns", NOT_TEXT),
        });
    }
    for (line, text) in texts("allow_list") {
        draft.items.push(match text {
            Some(text) => Item::exception(line, text).narrowed(EXCUSES),
            None => Item::left_out(line, "allow_list", NOT_TEXT),
        });
    }
    if let Some(presets) = metadata.and_then(|it| it.get("presets")) {
        for preset in presets.items() {
            let (what, instead) = match preset.number().unwrap_or_default() as u64 {
                1 => ("profanity", "the shipped lists/profanity.txt"),
                2 => ("sexual content", "the shipped lists/sexual.txt"),
                3 => {
                    ("slurs", "the shipped lists/ethnic-slurs.txt, homophobia.txt and ableism.txt")
                }
                _ => ("unknown", "another list"),
            };
            let reason = format!("Discord does not publish its words; use {instead}");
            let entry = format!("preset: {what}");
            left_out.push(Item::left_out(line(preset), &entry, reason));
        }
    }
    if metadata.and_then(|it| it.get("mention_raid_protection_enabled")).is_some_and(Node::is_true)
    {
        let at = line(metadata.unwrap_or(node));
        let why = "a review sees one message at a time";
        left_out.push(Item::left_out(at, "mention_raid_protection_enabled", why));
    }
    if kind == SPAM {
        let why = "Discord does not publish what it takes for spam; see `limit`";
        left_out.push(Item::left_out(line(node), "trigger: spam", why));
    } else if !matches!(kind, KEYWORD | PRESET | MENTIONS | PROFILE) {
        let entry = format!("trigger: {kind}");
        left_out.push(Item::left_out(line(node), &entry, "unknown kind of rule"));
    }
    let mut drafts = Vec::new();
    let limit = metadata.and_then(|it| it.get("mention_total_limit"));
    if let Some(limit) = limit.filter(|it| it.value != Value::Null) {
        let entry = "mention_total_limit";
        let is_set = limit.number().filter(|number| (1.0..=500.0).contains(number));
        let item = match is_set {
            Some(number) => Item::limit(line(limit), entry, number as u64)
                .widened("Discord counts different people, here every `@` counts"),
            None => Item::left_out(line(limit), entry, "it limits nothing"),
        };
        let is_only = kind == MENTIONS && draft.items.is_empty();
        let id = if is_only { id } else { format!("{id}-mentions") };
        let mut mentions = Draft::new(id, Action::Deny(message));
        mentions.rule.origin = draft.rule.origin.clone();
        mentions.rule.is_off = draft.rule.is_off;
        mentions.items.push(item);
        if is_only {
            mentions.items.extend(left_out);
            return vec![mentions];
        }
        drafts.push(mentions);
    }
    draft.items.extend(left_out);
    drafts.insert(0, draft);
    drafts
}
