//! Room patterns that match no room: names instead of IDs, and rooms that do not exist.

use super::Check;
use super::manifest::{Manifest, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::display::display_short;
use crate::rules::Glob;

/// The length of the ID that IVS Chat gives to a room, such as `AbCdEf123456`.
const ID_LENGTH: usize = 12;

/// A room that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRoom {
    /// The ARN.
    pub arn: String,
    /// The name, which may be empty.
    pub name: String,
}

impl KnownRoom {
    fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

impl Check<'_> {
    /// Reports the patterns in `rooms` of rules and `[[room]]` tables and in `[settings.rooms]` that can match no room, or none of
    /// the known rooms.
    pub(super) fn rooms(&mut self, manifest: &Manifest<'_>) {
        let tables = ["rule", "room"].into_iter().flat_map(|key| manifest.tables(key));
        let mut patterns: Vec<Text<'_>> = tables.flat_map(|table| table.strings("rooms")).collect();
        let settings = manifest.table("settings").and_then(|settings| settings.table("rooms"));
        patterns.extend(settings.into_iter().flat_map(|rooms| rooms.keys()));
        for pattern in patterns {
            let found = match self.options.rooms {
                Some(rooms) => unknown(&pattern, rooms),
                None => not_an_id(&pattern),
            };
            self.diagnostics.extend(found);
        }
    }
}

fn unknown(pattern: &Text<'_>, rooms: &[KnownRoom]) -> Option<Diagnostic> {
    let glob = Glob::new(pattern.value.to_owned());
    if pattern.value.is_empty() || rooms.iter().any(|room| glob.matches(&room.arn)) {
        return None;
    }
    let message = format!("none of the rooms matches `{}`", display_short(pattern.value));
    let diagnostic = Diagnostic::new(Code::UnknownRoom, pattern.location, message);
    let is_named = |room: &&KnownRoom| room.name == pattern.value;
    let is_written = |room: &&KnownRoom| room.id().eq_ignore_ascii_case(pattern.value);
    let ids: Vec<String> = rooms
        .iter()
        .filter(|room| is_named(room) || is_written(room))
        .map(|room| format!("\"{}\",", room.id()))
        .collect();
    Some(match ids.first() {
        Some(_) if rooms.iter().any(|room| is_named(&room)) => {
            diagnostic.help("this is the name of a room; write its ID instead").paste(ids)
        }
        Some(_) => diagnostic.help("capital and small letters differ; write the ID").paste(ids),
        None => diagnostic.help("remove it, or correct the ID; `rooms list` shows all rooms"),
    })
}

/// Whether a pattern can match the ID of a room.
fn is_id(text: &str) -> bool {
    let is_in_id = |c: char| c.is_ascii_alphanumeric() || c == '*';
    let letters = text.chars().filter(|&c| c != '*').count();
    let fits = match text.contains('*') {
        true => letters <= ID_LENGTH,
        false => letters == ID_LENGTH,
    };
    fits && text.chars().all(is_in_id)
}

/// A pattern that cannot match the ARN of a room.
fn not_an_arn(pattern: &Text<'_>) -> Option<Diagnostic> {
    let text = pattern.value;
    let parts: Vec<&str> = text.split(':').collect();
    let message = if text.trim() != text {
        "no ARN begins or ends with a space"
    } else if !text.starts_with("arn:") && !text.starts_with('*') {
        "an ARN begins with `arn:`"
    } else if parts.len() == 6 && !text.starts_with('*') {
        let resource = parts[5];
        let is_room = resource.starts_with("room/") || resource.starts_with('*');
        if parts[2] != "ivschat" && !parts[2].contains('*') {
            "this is the ARN of another service; chat rooms belong to `ivschat`"
        } else if !is_room {
            "this is the ARN of something else; that of a chat room has `room/`"
        } else if resource.strip_prefix("room/").is_some_and(|id| !is_id(id)) {
            "this ARN does not end with the ID of a room"
        } else {
            return None;
        }
    } else {
        return None;
    };
    Some(
        Diagnostic::new(Code::UnknownRoom, pattern.location, message)
            .help("copy the ARN of the chat room; `ivs-review rooms list` shows it"),
    )
}

/// A pattern that cannot match the ID of a room.
fn not_an_id(pattern: &Text<'_>) -> Option<Diagnostic> {
    let text = pattern.value;
    if text.contains(':') {
        return not_an_arn(pattern);
    }
    // The parser reported others.
    if text.is_empty() || text.contains('/') {
        return None;
    }
    let fits = is_id(text);
    if fits {
        return None;
    }
    let message =
        format!("`{}` is not the ID of a room, so it matches no room", display_short(text));
    Some(Diagnostic::new(Code::UnknownRoom, pattern.location, message).help(
        "write the ID, which is the end of the room's ARN, such as `AbCdEf123456`, or the ARN; \
             `ivs-review rooms list` shows the ARNs with the names",
    ))
}
