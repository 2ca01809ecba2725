//! Parses a head line of a list, which says something of the whole list: `#! language: vi`.
//!
//! To a reader that does not know it, a head line is a comment.

use super::Lines;
use super::entry::Line;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::language::Language;
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

const KEYS: [&str; 1] = ["language"];

/// A line `#! key: value`.
pub(crate) struct Head<'l> {
    pub(crate) key: &'l str,
    pub(crate) value: &'l str,
    /// What follows the value, with its `#`.
    pub(crate) comment: Option<&'l str>,
}

impl<'l> Head<'l> {
    /// Splits a line into its parts. `None` for lines of other kinds.
    pub(crate) fn of(line: &'l str) -> Option<Head<'l>> {
        let (key, rest) = line.trim().strip_prefix("#!")?.split_once(':')?;
        let key = key.trim();
        let (value, comment) = match rest.find(" #") {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_key.then_some(Head { key, value: value.trim(), comment })
    }
}

impl Line<'_> {
    /// The location of the line, without the whitespace around it.
    pub(super) fn whole(&self) -> Location {
        let start = self.text.len() - self.text.trim_start().len();
        self.location(Span::new(start, start + self.text.trim().len()))
    }

    /// Returns the language that a head line names. `before` is what precedes the line.
    ///
    /// # Errors
    /// An unknown key or language, or a line that is not in the head.
    pub(super) fn head(
        &self,
        head: &Head<'_>,
        before: &Lines,
    ) -> Result<Language, Box<Diagnostic>> {
        let error = |code, message: String| Diagnostic::new(code, self.whole(), message);
        if !head.key.eq_ignore_ascii_case(KEYS[0]) {
            let message =
                format!("unknown key `{}` in the head of a list", display_short(head.key));
            let help = match suggest(head.key, KEYS, Nearness::Similar) {
                Some(key) => format!("did you mean `#! {key}: {}`?", display_short(head.value)),
                None => "the only key is `language`, such as `#! language: de`; \
                         for a comment, put a space after the `#`"
                    .to_owned(),
            };
            return Err(Box::new(error(Code::UnknownKey, message).help(help)));
        }
        let Some(language) = Language::from_tag(head.value) else {
            let (message, help) = unknown_language(head.value);
            return Err(Box::new(error(Code::InvalidValue, message).help(help)));
        };
        if let Some(first) = before.named_at {
            let error = error(Code::ConflictingKeys, "duplicate `#! language` line".into());
            return Err(Box::new(error.related(first, "named here").help("remove one of them")));
        }
        if !before.entries.is_empty() {
            let message = "`#! language` must be before the first entry".to_owned();
            let help = "move this line to the top of the list";
            return Err(Box::new(error(Code::ConflictingKeys, message).help(help)));
        }
        Ok(language)
    }
}

/// Returns the message and the help for an unknown language.
pub(in crate::rules) fn unknown_language(tag: &str) -> (String, String) {
    let message = format!("unknown language `{}`", display_short(tag));
    let known = || Language::all().map(Language::code).collect::<Vec<_>>().join(", ");
    let help = match Language::nearest(tag) {
        Some(near) => format!("did you mean `{near}` ({})? languages: {}", near.name(), known()),
        None => format!("languages: {}", known()),
    };
    (message, help)
}
