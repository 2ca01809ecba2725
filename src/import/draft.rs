//! A rule while it is read: its settings and the items of the file that belong to it.

use std::collections::{HashMap, hash_map};

use super::{ActionName, Format, Item, Kind, Options};
use crate::language::Language;

/// The maximum length of a reason, in code points.
const MAX_REASON: usize = 200;

/// A rule and its items.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) rule: Rule,
    pub(super) items: Vec<Item>,
}

/// The settings of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) id: String,
    /// Where it is from, for a comment: `Discord AutoMod, "Keyword Filter 1"`.
    pub(super) origin: String,
    pub(super) action: Action,
    /// Whether the system had switched it off.
    pub(super) is_off: bool,
    /// The field that it searches, if it is not the content.
    pub(super) field: Option<&'static str>,
    pub(super) language: Option<Language>,
    pub(super) license: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Deny(Option<String>),
    Mask(&'static str),
    Replace(String),
    Tag(String),
}

impl Draft {
    pub(super) fn new(id: impl AsRef<str>, action: Action) -> Draft {
        let rule = Rule {
            id: slug(id.as_ref()),
            origin: String::new(),
            action,
            is_off: false,
            field: None,
            language: None,
            license: None,
        };
        Draft { rule, items: Vec::new() }
    }

    pub(super) fn with(self, items: impl IntoIterator<Item = Item>) -> Draft {
        Draft { items: items.into_iter().collect(), ..self }
    }

    /// Sets what is the same for all rules of a file.
    pub(super) fn apply(&mut self, format: Format, file: &str, options: &Options) {
        let rule = &mut self.rule;
        let system = match format {
            Format::Csv | Format::Lines => "",
            _ if rule.origin.is_empty() => format.describe(),
            _ => &rule.origin,
        };
        rule.origin = match system {
            "" => file.to_owned(),
            system => format!("{file} ({system})"),
        };
        rule.license = rule.license.or(format.license());
        rule.language = options.language.or(rule.language);
        let is_limit = self.items.iter().any(|item| item.mentions.is_some());
        match options.action {
            None => {}
            // A limit can only deny or tag.
            Some(ActionName::Mask | ActionName::Replace) if is_limit => {}
            Some(ActionName::Deny) if matches!(rule.action, Action::Deny(_)) => {}
            Some(ActionName::Deny) => rule.action = Action::Deny(None),
            Some(ActionName::Mask) if matches!(rule.action, Action::Mask(_)) => {}
            Some(ActionName::Mask) => rule.action = Action::Mask("stars"),
            Some(ActionName::Replace) if matches!(rule.action, Action::Replace(_)) => {}
            Some(ActionName::Replace) => rule.action = Action::Replace("[removed]".to_owned()),
            Some(ActionName::Tag) if matches!(rule.action, Action::Tag(_)) => {}
            Some(ActionName::Tag) => rule.action = Action::Tag(rule.id.clone()),
        }
    }

    /// Whether both are the same rule, which several files may contain a part of.
    pub(super) fn is_same_rule(&self, other: &Draft) -> bool {
        self.rule == Rule { origin: self.rule.origin.clone(), ..other.rule.clone() }
    }

    pub(super) fn append(&mut self, other: Draft) {
        self.items.extend(other.items);
    }

    /// Leaves out items for which nothing is written that an earlier one has not.
    pub(super) fn remove_duplicates(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for at in 0..self.items.len() {
            let mut first = None;
            let mut is_new = |key: String| match seen.entry(key) {
                hash_map::Entry::Vacant(place) => {
                    place.insert(at);
                    true
                }
                hash_map::Entry::Occupied(place) => {
                    first.get_or_insert(*place.get());
                    false
                }
            };
            let item = &mut self.items[at];
            item.lines.retain(|line| is_new(line.to_lowercase()));
            // Patterns may be case-sensitive.
            item.patterns.retain(|pattern| is_new(format!("/{pattern}")));
            let is_empty = item.lines.is_empty() && item.patterns.is_empty();
            if let Some(first) = first.filter(|_| is_empty) {
                let line = self.items[first].line;
                self.items[at].leave_out(format!("the same as line {line}"));
            }
        }
    }

    /// Whether there is anything to search for.
    pub(super) fn has_content(&self) -> bool {
        self.items.iter().any(|item| {
            item.mentions.is_some()
                || !item.patterns.is_empty()
                || item.lines.iter().any(|line| !line.starts_with('!'))
        })
    }

    /// Leaves out exceptions of a rule that has no entry.
    pub(super) fn remove_idle_exceptions(&mut self) {
        let is_exception = |line: &String| line.starts_with('!');
        if self.items.iter().flat_map(|item| &item.lines).all(is_exception) {
            for item in &mut self.items {
                if item.kind != Kind::LeftOut && !item.lines.is_empty() {
                    item.leave_out("the rule has no entry that it could be an exception to");
                }
            }
        }
    }
}

/// Returns a text as the id of a rule.
pub(super) fn slug(text: &str) -> String {
    const MAX: usize = 56;
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            _ => {}
        }
        if slug.len() == MAX {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "imported".to_owned() } else { slug.to_owned() }
}

/// Returns a text as the reason of a rule: on one line, and not longer than a reason may be.
pub(super) fn reason(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let reason: String = words.join(" ").chars().take(MAX_REASON).collect();
    let reason = reason.trim();
    reason.contains(char::is_alphanumeric).then(|| reason.to_owned())
}
