//! What a rule does: its action, with the keys that belong to that action.

use super::Parser;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::shown;
use crate::ivs::{Attributes, MAX_ATTRIBUTES, MAX_MESSAGE_LENGTH};
use crate::normalize::is_invisible;
use crate::rules::manifest::{Located, RuleTable};
use crate::rules::{Action, Mask, Replacement};
use crate::suggest::{Nearness, suggest};

/// The longest reason, in code points. At four bytes each it fits what a reply's attributes may
/// take.
const MAX_REASON: usize = 200;
const ACTIONS: [&str; 4] = ["deny", "mask", "replace", "tag"];
const MASKS: [&str; 5] = ["stars", "first-letter", "first-last", "block", "fixed"];

impl Parser<'_> {
    /// The action with the keys that belong to it; those of other actions are contradictions.
    pub(super) fn action(&mut self, table: &RuleTable) -> Option<Action> {
        let before = self.problems.errors();
        let action = table.action.as_ref()?;
        let name = action.value.as_str();
        let place = |value: &Option<Located<String>>| value.as_ref().map(|value| value.location);
        for (key, location, belongs) in [
            ("reason", place(&table.reason), "deny"),
            ("mask", place(&table.mask), "mask"),
            ("with", place(&table.with), "replace"),
            ("tag", table.tag.as_ref().map(|tag| tag.location), "tag"),
        ] {
            if let Some(location) = location
                && ACTIONS.contains(&name)
                && name != belongs
            {
                let message = format!("`{key}` belongs to the action `{belongs}`, not to `{name}`");
                self.problems.push(
                    Diagnostic::new(Code::ConflictingKeys, location, message)
                        .related(action.location, "the action")
                        .help(format!("remove `{key}`, or write action = \"{belongs}\"")),
                );
            }
        }
        let made = match name {
            "deny" => Action::Deny { reason: self.reason(&table.reason) },
            "mask" => Action::Mask(self.mask(&table.mask)),
            "replace" => Action::Replace(self.replacement(table, action.location)?),
            "tag" => Action::Tag(self.tags(table, action.location)?),
            _ => {
                self.unknown("action", action, &ACTIONS);
                return None;
            }
        };
        (self.problems.errors() == before).then_some(made)
    }

    fn reason(&mut self, reason: &Option<Located<String>>) -> Option<String> {
        let reason = reason.as_ref()?;
        let length = reason.value.chars().count();
        let invisible = |c: char| c.is_whitespace() || is_invisible(c);
        if reason.value.chars().all(invisible)
            || length > MAX_REASON
            || reason.value.chars().any(char::is_control)
        {
            let message =
                format!("a reason is a text of at most {MAX_REASON} characters, on one line");
            self.problems.push(Diagnostic::new(Code::InvalidValue, reason.location, message));
        }
        Some(reason.value.clone())
    }

    fn mask(&mut self, mask: &Option<Located<String>>) -> Mask {
        let Some(mask) = mask else { return Mask::Stars };
        match self.choice("mask", mask, &MASKS) {
            Some("fixed") => Mask::Fixed,
            Some("first-letter") => Mask::FirstLetter,
            Some("first-last") => Mask::FirstLast,
            Some("block") => Mask::Block,
            _ => Mask::Stars,
        }
    }

    fn replacement(&mut self, table: &RuleTable, action: Location) -> Option<Replacement> {
        let Some(with) = &table.with else {
            self.problems.push(
                Diagnostic::new(
                    Code::MissingKey,
                    action,
                    "the action `replace` needs the key `with`",
                )
                .help("write with = \"[removed]\""),
            );
            return None;
        };
        if with.value.chars().count() > MAX_MESSAGE_LENGTH
            || with.value.chars().any(char::is_control)
        {
            let message =
                format!("a replacement has at most {MAX_MESSAGE_LENGTH} characters, on one line");
            self.problems.push(Diagnostic::new(Code::InvalidValue, with.location, message));
        }
        // Only patterns have groups; for a rule without any a dollar is a dollar.
        if table.patterns.is_empty() {
            return Some(Replacement::literal(&with.value));
        }
        let Ok(replacement) = Replacement::parse(&with.value) else {
            self.problems.push(
                Diagnostic::new(
                    Code::InvalidReplacement,
                    with.location,
                    "a `$` in a replacement names a group of the pattern, as $1 or ${name}",
                )
                .help("write $$ for a dollar as such"),
            );
            return None;
        };
        let others = table.links.is_some() || table.detect.is_some();
        let entries = !(table.lists.is_empty() && table.terms.is_empty());
        if replacement.has_groups() && (entries || others) {
            let what = if entries { "entries" } else { "other kinds" };
            self.problems.push(
                Diagnostic::new(
                    Code::ConflictingKeys,
                    with.location,
                    format!("only patterns have groups, and this rule has {what} too"),
                )
                .help("put the patterns and this `with` into a rule of their own"),
            );
        }
        Some(replacement)
    }

    fn tags(&mut self, table: &RuleTable, action: Location) -> Option<Attributes<'static>> {
        const HELP: &str = "write tag = { moderation = \"insult\" }";
        let Some(tag) = &table.tag else {
            let message = "the action `tag` needs the key `tag`";
            self.tell(Code::MissingKey, action, message, HELP);
            return None;
        };
        // Of a broken one that has been told already.
        if tag.value.is_empty() && table.broken {
            return None;
        }
        if tag.value.is_empty() {
            let message = "there is no attribute in this `tag`";
            self.tell(Code::InvalidValue, tag.location, message, HELP);
            return None;
        }
        for (name, text) in &tag.value {
            let control = |text: &str| text.chars().any(char::is_control);
            if name.value.is_empty() || control(&name.value) {
                let message = "the name of an attribute is a text on one line";
                self.tell(Code::InvalidValue, name.location, message, HELP);
                return None;
            }
            if control(&text.value) {
                let message = "the text of an attribute is on one line";
                self.tell(Code::InvalidValue, text.location, message, HELP);
                return None;
            }
        }
        let pairs = tag.value.iter();
        let tags: Attributes<'_> = pairs
            .map(|(name, text)| (name.value.as_str().into(), text.value.as_str().into()))
            .collect();
        let length = tags.json_len();
        if length > MAX_ATTRIBUTES {
            let message = format!(
                "these attributes take {length} bytes as JSON, and a reply has room for {MAX_ATTRIBUTES}"
            );
            self.tell(
                Code::InvalidValue,
                tag.location,
                &message,
                "make them shorter; the message's own need room as well",
            );
            return None;
        }
        Some(tags.into_owned())
    }

    /// The one of the known words that a value is; else it is told.
    pub(super) fn choice<'k>(
        &mut self,
        what: &str,
        value: &Located<String>,
        known: &[&'k str],
    ) -> Option<&'k str> {
        let found = known.iter().copied().find(|&known| known == value.value);
        if found.is_none() {
            self.unknown(what, value, known);
        }
        found
    }

    #[cold]
    pub(super) fn unknown(&mut self, what: &str, value: &Located<String>, known: &[&str]) {
        let message = format!("there is no {what} `{}`", shown(&value.value));
        let help = match suggest(&value.value, known.iter().copied(), Nearness::Similar) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("choose one of: {}", known.join(", ")),
        };
        self.problems.push(Diagnostic::new(Code::InvalidValue, value.location, message).help(help));
    }
}
