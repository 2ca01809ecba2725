//! Mattermost's profanity filter: its settings in `config.json`, or its list of words alone. Each
//! word is a regular expression, which the plugin puts between `\b`.

use super::draft::{Action, Draft, reason};
use super::item::Item;
use super::literal::Node;
use super::{Problem, Source, youtube};

/// Reads settings or a list.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let values = source.values().ok();
    let settings = values.and_then(|values| values.iter().find(|it| list(it).is_some()));
    let Some((settings, list)) = settings.and_then(|it| Some((it, list(it)?))) else {
        let items = youtube::words(source).map(|(line, text)| word(line, text));
        return Ok(vec![Draft::new("mattermost-profanity", Action::Mask("stars")).with(items)]);
    };
    let rejects = settings.find("RejectPosts").is_some_and(Node::is_true);
    let message = settings.find("WarningMessage").and_then(Node::text);
    let action = match rejects {
        true => Action::Deny(message.and_then(without_word)),
        false => Action::Mask("stars"),
    };
    let line = source.line(list.offset);
    let words = list.text().unwrap_or_default().split([',', '、', '，', '\n']).map(str::trim);
    let items = words.filter(|it| !it.is_empty()).map(|text| word(line, text));
    Ok(vec![Draft::new("mattermost-profanity", action).with(items)])
}

fn list(settings: &Node) -> Option<&Node> {
    settings.find("BadWordsList").filter(|it| it.text().is_some())
}

fn word(line: usize, text: &str) -> Item {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’');
    match text.chars().all(is_plain) {
        true => Item::literal(line, text),
        false => Item::pattern(line, text, format!(r"\b(?:{text})\b")),
    }
}

/// The message without the word, which a reason must not repeat.
fn without_word(message: &str) -> Option<String> {
    let message = ["\"%s\"", "'%s'", "`%s`", "(%s)", "%s"]
        .into_iter()
        .fold(message.to_owned(), |message, place| message.replace(place, ""));
    reason(&message.replace(" .", ".").replace(" ,", ",").replace("  ", " "))
}
