//! Commands and mentions of chat bots: `!addword gloober`, `/block gloober`, `<@1234> gloober`.

use super::finding::{Finding, letters, words};

/// Commands that add a word to the list of a bot, or act on it.
const COMMANDS: [&str; 20] = [
    "add",
    "addword",
    "addwords",
    "addterm",
    "addfilter",
    "addbadword",
    "blacklist",
    "blocklist",
    "filter",
    "automod",
    "banword",
    "badword",
    "badwords",
    "bannedword",
    "bannedwords",
    "blockword",
    "block",
    "ban",
    "mute",
    "timeout",
];
/// Of these, words that also begin ordinary phrases.
const ORDINARY: [&str; 6] = ["add", "filter", "block", "ban", "mute", "timeout"];
/// Words between a command and the entry.
const BETWEEN: [&str; 8] = ["add", "word", "words", "term", "terms", "phrase", "create", "set"];

/// `/block gloober`, `.addword gloober`
pub(super) fn command(raw: &str) -> Option<Finding> {
    let body = raw.strip_prefix(['/', '.', '?', ';', '$'])?;
    let (at, entry) = arguments(body)?;
    Some(finding(&raw[..raw.len() - body.len() + at], entry))
}

/// `!addword gloober`, which is an exception. `raw` is without the `!`.
pub(super) fn exception(raw: &str) -> Option<Finding> {
    let (at, entry) = arguments(raw)?;
    let first = raw.split(' ').next().unwrap_or_default().to_lowercase();
    let is_plain = ORDINARY.contains(&first.as_str()) && raw[..at].trim().len() == first.len();
    (first == "add" || !is_plain).then(|| finding(&raw[..at], entry))
}

/// Splits a command from the entry after it, with the offset of the entry.
fn arguments(body: &str) -> Option<(usize, &str)> {
    let words = words(body);
    let mut words = words.iter().map(|(range, word)| (range.start, word.to_lowercase()));
    if !COMMANDS.contains(&words.next()?.1.as_str()) {
        return None;
    }
    let (at, _) = words.find(|(_, word)| !BETWEEN.contains(&word.as_str()))?;
    (letters(&body[at..]) > 1).then(|| (at, &body[at..]))
}

fn finding(command: &str, entry: &str) -> Finding {
    let message = format!("`{}` is a command of a chat bot, not part of an entry", command.trim());
    Finding::new(0..command.trim_end().len(), message).entry(entry)
}

/// Mentions and emoji of Discord: `<@1234>`, `<#1234>`, `<:gloob:1234>`.
pub(super) fn mention(raw: &str) -> Option<Finding> {
    let (at, _) = raw.match_indices('<').find(|&(at, _)| mention_length(&raw[at..]).is_some())?;
    let end = at + mention_length(&raw[at..])?;
    let plain = format!("{} {}", raw[..at].trim_end(), raw[end..].trim_start());
    let message = format!("`{}` is a mention or an emoji of Discord", &raw[at..end]);
    let finding = Finding::new(at..end, message);
    Some(if letters(&plain) > 0 { finding.entry(plain.trim()) } else { finding })
}

/// The length of the mention that a text begins with.
fn mention_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?.split_once('>')?.0;
    let id = match inside.strip_prefix(['@', '#']) {
        Some(id) => id.trim_start_matches(['!', '&']),
        None => {
            let (name, id) =
                inside.strip_prefix("a").unwrap_or(inside).strip_prefix(':')?.split_once(':')?;
            (!name.is_empty()).then_some(id)?
        }
    };
    (id.len() > 3 && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(inside.len() + 2)
}
