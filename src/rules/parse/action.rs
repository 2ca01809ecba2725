//! Parses the action of a rule and the keys that belong to it.

use super::Parser;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::ivs::{Attributes, MAX_ATTRIBUTES, MAX_MESSAGE_LENGTH};
use crate::normalize::is_invisible;
use crate::rules::manifest::keys::{ACTIONS, COVERS, MASKS};
use crate::rules::manifest::{RuleTable, Spanned};
use crate::rules::{Action, Cover, Mask, Replacement};
use crate::suggest::{Nearness, suggest};

/// The maximum length of a reason, in code points. At four bytes each, it fits in the attributes of
/// a response.
const MAX_REASON: usize = 200;

impl Parser<'_> {
    /// Parses the action. Keys of other actions are errors.
    pub(super) fn action(&mut self, table: &RuleTable) -> Option<Action> {
        let before = self.diagnostics.errors();
        let action = table.action.as_ref()?;
        let name = action.value.as_str();
        let location = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.location);
        for (key, location, owner) in [
            ("reason", location(&table.reason), "deny"),
            ("mask", location(&table.mask), "mask"),
            ("with", location(&table.with), "replace"),
            ("tag", table.tag.as_ref().map(|tag| tag.location), "tag"),
        ] {
            if let Some(location) = location
                && ACTIONS.contains(&name)
                && name != owner
            {
                let message =
                    format!("key `{key}` can only be used with action `{owner}`, not `{name}`");
                self.diagnostics.push(
                    Diagnostic::new(Code::ConflictingKeys, location, message)
                        .related(action.location, "action of the rule")
                        .help(format!("remove `{key}`, or write `action = \"{owner}\"`")),
                );
            }
        }
        let parsed = match name {
            "deny" => Action::Deny { reason: self.reason(&table.reason) },
            "mask" => Action::Mask(self.mask(&table.mask)),
            "replace" => Action::Replace(self.replacement(table, action.location)?),
            "tag" => Action::Tag(self.tags(table, action.location)?),
            _ => {
                self.unknown_value("action", action, &ACTIONS);
                return None;
            }
        };
        (self.diagnostics.errors() == before).then_some(parsed)
    }

    fn reason(&mut self, reason: &Option<Spanned<String>>) -> Option<String> {
        let reason = reason.as_ref()?;
        let length = reason.value.chars().count();
        let is_not_visible = |c: char| c.is_whitespace() || is_invisible(c);
        if reason.value.chars().all(is_not_visible)
            || length > MAX_REASON
            || reason.value.chars().any(char::is_control)
        {
            let message =
                format!("invalid reason, expected 1 to {MAX_REASON} characters on one line");
            self.diagnostics.push(Diagnostic::new(Code::InvalidValue, reason.location, message));
        }
        Some(reason.value.clone())
    }

    fn mask(&mut self, mask: &Option<Spanned<String>>) -> Mask {
        let Some(mask) = mask else { return Mask::Stars };
        match self.choice("mask", mask, &MASKS) {
            Some("fixed") => Mask::Fixed,
            Some("first-letter") => Mask::FirstLetter,
            Some("first-last") => Mask::FirstLast,
            Some("block") => Mask::Block,
            _ => Mask::Stars,
        }
    }

    /// Parses `cover`, which is only of use where a rewrite covers a match of an entry.
    pub(super) fn cover(&mut self, table: &RuleTable) -> Option<Cover> {
        let Some(cover) = &table.cover else { return Some(Cover::default()) };
        let action = table.action.as_ref();
        if let Some(action) = action.filter(|action| matches!(&*action.value, "deny" | "tag")) {
            let message = format!(
                "key `cover` can only be used with action `mask` or `replace`, not `{}`",
                action.value
            );
            self.diagnostics.push(
                Diagnostic::new(Code::ConflictingKeys, cover.location, message)
                    .related(action.location, "action of the rule")
                    .help("remove `cover`"),
            );
            return None;
        }
        if table.lists.is_empty() && table.terms.is_empty() {
            let message = "key `cover` can only be used with `lists` or `terms`";
            self.emit(Code::ConflictingKeys, cover.location, message, "remove `cover`");
            return None;
        }
        self.choice("`cover` value", cover, &COVERS).map(|cover| match cover {
            "match" => Cover::Match,
            _ => Cover::Word,
        })
    }

    fn replacement(&mut self, table: &RuleTable, action: Location) -> Option<Replacement> {
        let Some(with) = &table.with else {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::MissingKey,
                    action,
                    "missing key `with` for the action `replace`",
                )
                .help("write `with = \"[removed]\"`"),
            );
            return None;
        };
        if with.value.chars().count() > MAX_MESSAGE_LENGTH
            || with.value.chars().any(char::is_control)
        {
            let message = format!(
                "invalid replacement, expected at most {MAX_MESSAGE_LENGTH} characters on one line"
            );
            self.diagnostics.push(Diagnostic::new(Code::InvalidValue, with.location, message));
        }
        // Only patterns have groups. Without patterns, `$` has no special meaning.
        if table.patterns.is_empty() {
            return Some(Replacement::literal(&with.value));
        }
        let Ok(replacement) = Replacement::parse(&with.value) else {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::InvalidReplacement,
                    with.location,
                    "invalid `$` in replacement, expected a group such as `$1` or `${name}`",
                )
                .help("write `$$` for a dollar sign"),
            );
            return None;
        };
        let others = table.links.is_some() || table.detect.is_some();
        let entries = !(table.lists.is_empty() && table.terms.is_empty());
        if replacement.has_groups() && (entries || others) {
            let what = if entries { "entries" } else { "links or personal data" };
            self.diagnostics.push(
                Diagnostic::new(
                    Code::ConflictingKeys,
                    with.location,
                    format!("groups only exist in patterns, but this rule also has {what}"),
                )
                .help("move the patterns and this `with` to a separate rule"),
            );
        }
        Some(replacement)
    }

    fn tags(&mut self, table: &RuleTable, action: Location) -> Option<Attributes<'static>> {
        const HELP: &str = "write `tag = { moderation = \"insult\" }`";
        let Some(tag) = &table.tag else {
            let message = "missing key `tag` for the action `tag`";
            self.emit(Code::MissingKey, action, message, HELP);
            return None;
        };
        // The invalid attributes were already reported.
        if tag.value.is_empty() && table.is_invalid {
            return None;
        }
        if tag.value.is_empty() {
            let message = "empty `tag`";
            self.emit(Code::InvalidValue, tag.location, message, HELP);
            return None;
        }
        for (name, value) in &tag.value {
            let control = |text: &str| text.chars().any(char::is_control);
            if name.value.is_empty() || control(&name.value) {
                let message = "invalid attribute name, expected a non-empty string on one line";
                self.emit(Code::InvalidValue, name.location, message, HELP);
                return None;
            }
            if control(&value.value) {
                let message = "invalid attribute value, expected a string on one line";
                self.emit(Code::InvalidValue, value.location, message, HELP);
                return None;
            }
        }
        let pairs = tag.value.iter();
        let tags: Attributes<'_> = pairs
            .map(|(name, value)| (name.value.as_str().into(), value.value.as_str().into()))
            .collect();
        let length = tags.json_len();
        if length > MAX_ATTRIBUTES {
            let message = format!(
                "attributes take {length} bytes as JSON, over the limit of {MAX_ATTRIBUTES}"
            );
            self.emit(
                Code::InvalidValue,
                tag.location,
                &message,
                "shorten them; the attributes of the message need space too",
            );
            return None;
        }
        Some(tags.into_owned())
    }

    /// Returns the known word that is equal to the value, or reports an unknown value.
    pub(super) fn choice<'k>(
        &mut self,
        what: &str,
        value: &Spanned<String>,
        known: &[&'k str],
    ) -> Option<&'k str> {
        let found = known.iter().copied().find(|&known| known == value.value);
        if found.is_none() {
            self.unknown_value(what, value, known);
        }
        found
    }

    #[cold]
    pub(super) fn unknown_value(&mut self, what: &str, value: &Spanned<String>, known: &[&str]) {
        let expected = match known {
            [a, b] => format!("expected `{a}` or `{b}`"),
            _ => format!("expected one of `{}`", known.join("`, `")),
        };
        let message = format!("unknown {what} `{}`, {expected}", display_short(&value.value));
        let mut diagnostic = Diagnostic::new(Code::InvalidValue, value.location, message);
        diagnostic.help = suggest(&value.value, known.iter().copied(), Nearness::Similar)
            .map(|near| format!("did you mean `{near}`?"));
        self.diagnostics.push(diagnostic);
    }
}
