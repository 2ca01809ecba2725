//! A JSON Schema of `rules.toml` for editors: [`rules_toml`].
//!
//! The schema is made from the tables of keys with which `rules.toml` is decoded, and has a
//! description for each. It uses only what the drafts 4 and 7 of JSON Schema have in common, because
//! the language servers for TOML differ in what else they support. An editor that knows it completes
//! keys and words, and marks unknown ones. It cannot replace `check`, which also reads the lists.

use serde_json::{Map, Value, json};

use crate::rules::keys::{self, Key, Shape};

/// Returns the schema as JSON text.
pub fn rules_toml() -> String {
    let mut schema = table(keys::FILE, "");
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "Rules of ivs-chat-review".into();
    format!("{schema:#}\n")
}

fn table(keys: &[Key], path: &str) -> Value {
    let property = |key: &Key| {
        let path = format!("{path}{}", key.name);
        let mut value = shape(key.shape, &path);
        value["description"] = description(&path).into();
        (key.name.to_owned(), value)
    };
    let properties: Map<String, Value> = keys.iter().map(property).collect();
    let required: Vec<&str> =
        keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    let mut table = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    // Draft 4 has no empty `required`.
    if !required.is_empty() {
        table["required"] = required.into();
    }
    table
}

fn shape(shape: Shape, path: &str) -> Value {
    let inner = |keys| table(keys, &format!("{path}."));
    let words = |words: &[&str]| json!({ "type": "string", "enum": words });
    let text = || json!({ "type": "string" });
    match shape {
        Shape::Text => text(),
        Shape::Id => json!({ "type": "string", "pattern": "^[a-z0-9-]{1,64}$" }),
        Shape::Texts => json!({ "type": "array", "items": text() }),
        Shape::SomeTexts => json!({ "type": "array", "items": text(), "minItems": 1 }),
        Shape::Word(known) => words(known),
        Shape::SomeWords(known) => {
            json!({ "type": "array", "items": words(known), "minItems": 1 })
        }
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Fraction => json!({ "type": "number", "minimum": 0, "maximum": 0.9999 }),
        // Language servers pass a day as a string.
        Shape::Day => json!({ "type": "string", "format": "date" }),
        Shape::Table(keys) => inner(keys),
        Shape::Tables(keys) => json!({ "type": "array", "items": inner(keys) }),
        Shape::Map(value) => {
            json!({ "type": "object", "additionalProperties": self::shape(*value, path) })
        }
    }
}

/// The description of a key by its path.
fn description(path: &str) -> &'static str {
    DESCRIPTIONS.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text)
}

#[rustfmt::skip]
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("version", "The version of this format"),
    ("settings", "Settings for all rules"),
    ("settings.max_message_length", "The maximum message length of your rooms in code points"),
    ("settings.rooms", "The maximum message length of some rooms, by room ID or ARN; `*` matches any characters"),
    ("settings.exceptions", "Lists whose entries are exceptions to all lists, written without `!`"),
    ("settings.when_cut", "The verdict on a message whose search was cut short; `deny` by default"),
    ("categories", "Modes of categories in all rooms"),
    ("room", "Modes of categories and rules in some rooms"),
    ("room.rooms", "Room IDs or ARNs; `*` matches any characters"),
    ("room.categories", "Modes of categories in these rooms"),
    ("room.rules", "Modes of single rules in these rooms, by rule ID"),
    ("exempt", "Senders whose messages are not reviewed"),
    ("exempt.sender", "Attributes of the sender's chat token, each with the accepted values"),
    ("exempt.user_ids", "User IDs"),
    ("rule", "What to search for, and what a match leads to"),
    ("rule.id", "A unique ID that appears in logs: 1 to 64 of a-z, 0-9 and -"),
    ("rule.category", "A name for grouping, and for `[categories]`"),
    ("rule.lists", "List files, relative to the rule folder"),
    ("rule.terms", "Entries, with the syntax of a list line"),
    ("rule.patterns", "Regular expressions; write them in '''…'''"),
    ("rule.links", "Hosts that must not be linked to"),
    ("rule.links.deny", "Links that match: a host, `*.host`, a host with a path, or `*`; all by default"),
    ("rule.links.allow", "Links that do not match"),
    ("rule.links.ignore_words", "Entries of all rules do not match inside links that are allowed"),
    ("rule.limit", "Maximum amounts; the rule matches if one is exceeded"),
    ("rule.limit.capitals", "The share of capital letters"),
    ("rule.limit.min_letters", "The fewest letters for which capitals are limited"),
    ("rule.limit.repeats", "Equal characters in a row"),
    ("rule.limit.emoji", "Emoji"),
    ("rule.limit.mentions", "Mentions, such as @name"),
    ("rule.limit.links", "Links to any host"),
    ("rule.limit.lines", "Lines"),
    ("rule.limit.stacked_marks", "Combining marks on one character"),
    ("rule.limit.length", "Code points"),
    ("rule.detect", "Kinds of personal data"),
    ("rule.action", "What a match leads to"),
    ("rule.reason", "For `deny`: the reason that the sender receives, at most 200 characters"),
    ("rule.mask", "For `mask`: how a match is masked; `stars` by default"),
    ("rule.with", "For `replace`: the text in place of a match; `$1` inserts a group of a pattern"),
    ("rule.cover", "For `mask` and `replace`: how much of a word is covered; `word` by default"),
    ("rule.tag", "For `tag`: attributes that are added to the message"),
    ("rule.fields", "Where to search: `content` (default), `attributes.NAME`, `attributes.*`, `sender.NAME`, `sender.*`"),
    ("rule.rooms", "Room IDs or ARNs in which the rule applies; `*` matches any characters"),
    ("rule.unless", "Attributes of senders to whom the rule does not apply, each with the values"),
    ("rule.disguises", "`none`: no obfuscation of entries is matched; `standard` by default"),
    ("rule.language", "The language of `terms` and of lists that name none, such as `pt-BR`"),
    ("rule.mode", "`shadow`: matches are logged and change nothing; `off`: the rule is not used"),
    ("rule.rollout", "The percentage of senders for whom the rule acts; for the others it is in shadow mode"),
    ("rule.rollout_by", "Of what `rollout` is a percentage; `sender` by default"),
    ("rule.from", "The first day, in UTC, without quotes"),
    ("rule.until", "The last day, in UTC, without quotes"),
    ("rule.samples", "Messages that are run as tests"),
    ("rule.samples.caught", "Messages that the rule must match"),
    ("rule.samples.ok", "Messages that the rule must not match"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(keys: &[Key], before: &str, all: &mut Vec<String>) {
        for key in keys {
            let path = format!("{before}{}", key.name);
            if let Shape::Table(keys) | Shape::Tables(keys) = key.shape {
                paths(keys, &format!("{path}."), all);
            }
            all.push(path);
        }
    }

    #[test]
    fn each_key_has_a_description() {
        let mut all = Vec::new();
        paths(keys::FILE, "", &mut all);
        all.sort_unstable();
        let mut described: Vec<&str> = DESCRIPTIONS.iter().map(|(path, _)| *path).collect();
        described.sort_unstable();
        assert_eq!(all, described);
    }
}
