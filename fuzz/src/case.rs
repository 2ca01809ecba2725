//! A rule folder and messages in one text: [`Case`].
//!
//! ```text
//! version = 1
//! …
//! === lists/insults.txt
//! badword*
//! === !lists/spam.txt
//! === message
//! What a badword!
//! === event
//! {"Content": "What a badword!"}
//! ```
//!
//! The text before the first separator is `rules.toml`. A list with `!` before its path is
//! unreadable.

use ivs_chat_review::source::{Source, Sources};

const SEPARATOR: &[u8] = b"\n=== ";

/// A rule folder and messages for it.
pub(super) struct Case<'c> {
    manifest: &'c [u8],
    /// The path and content of each list; each path once.
    lists: Vec<(String, &'c [u8])>,
    /// Messages, as the content of an event.
    pub(super) messages: Vec<String>,
    /// Events: JSON of the service, or any other bytes.
    pub(super) events: Vec<&'c [u8]>,
}

impl<'c> Case<'c> {
    /// Parses a case. Every input is valid; parts with unknown names are ignored.
    pub(super) fn new(bytes: &'c [u8]) -> Case<'c> {
        let (manifest, mut rest) = cut(bytes, SEPARATOR);
        let mut case =
            Case { manifest, lists: Vec::new(), messages: Vec::new(), events: Vec::new() };
        while let Some(part) = rest {
            let (part, after) = cut(part, SEPARATOR);
            rest = after;
            let (name, text) = cut(part, b"\n");
            let text = text.unwrap_or_default();
            match name {
                b"message" => case.messages.push(String::from_utf8_lossy(text).into_owned()),
                b"event" => case.events.push(text),
                // File systems allow control characters in names, but locations with them are
                // unreadable.
                _ if name.ends_with(b".txt") && !name.iter().any(u8::is_ascii_control) => {
                    let name = String::from_utf8_lossy(name).into_owned();
                    if case.lists.iter().all(|(known, _)| path(known) != path(&name)) {
                        case.lists.push((name, text));
                    }
                }
                _ => {}
            }
        }
        case
    }

    /// Returns the rule folder.
    pub(super) fn sources(&self) -> Sources {
        let mut sources = Sources::new("rules/");
        sources.push(Source { path: "rules.toml".into(), content: Ok(self.manifest.to_vec()) });
        for (name, text) in &self.lists {
            let content = match name.strip_prefix('!') {
                Some(_) => Err("cannot be read: permission denied".into()),
                None => Ok(text.to_vec()),
            };
            sources.push(Source { path: path(name).to_owned(), content });
        }
        sources
    }
}

fn path(name: &str) -> &str {
    name.strip_prefix('!').unwrap_or(name)
}

/// Splits at the first separator: the bytes before it, and those after it if there is one.
fn cut<'b>(bytes: &'b [u8], separator: &[u8]) -> (&'b [u8], Option<&'b [u8]>) {
    match bytes.windows(separator.len()).position(|window| window == separator) {
        Some(at) => (&bytes[..at], Some(&bytes[at + separator.len()..])),
        None => (bytes, None),
    }
}
