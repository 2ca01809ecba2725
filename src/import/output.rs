//! Writes the rules and lists of an import.

use std::collections::HashSet;
use std::fmt::Write;

use jiff::civil::Date;

use super::draft::{Action, Draft};
use crate::display::display_safe;

/// A rule and its list, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRule {
    /// The id of the rule.
    pub id: String,
    /// The path of the list in the rule folder, and its content.
    pub list: Option<(String, String)>,
    /// The rule for `rules.toml`, with a comment.
    pub rule: String,
    /// The number of entries without exceptions.
    pub entries: usize,
    /// The number of exceptions.
    pub exceptions: usize,
    /// The number of patterns.
    pub patterns: usize,
}

impl ImportedRule {
    /// Writes a rule; `None` if it has nothing to search for.
    pub(super) fn new(draft: &Draft, today: Date) -> Option<ImportedRule> {
        if !draft.has_content() {
            return None;
        }
        let id = draft.rule.id.clone();
        let lines: Vec<&String> = draft.items.iter().flat_map(|item| &item.lines).collect();
        let patterns: Vec<&String> = draft.items.iter().flat_map(|item| &item.patterns).collect();
        let exceptions = lines.iter().filter(|line| line.starts_with('!')).count();
        let list = (!lines.is_empty()).then(|| {
            let path = format!("lists/{id}.txt");
            let mut text = header(draft, today);
            lines.iter().for_each(|line| text += &format!("{line}\n"));
            (path, text)
        });
        Some(ImportedRule {
            rule: rule(draft, list.as_ref().map(|(path, _)| path), &patterns, today),
            entries: lines.len() - exceptions,
            exceptions,
            patterns: patterns.len(),
            id,
            list,
        })
    }
}

fn header(draft: &Draft, today: Date) -> String {
    let rule = &draft.rule;
    let mut text = format!("# Imported on {today} from {}.\n", display_safe(&rule.origin));
    if let Some(license) = rule.license {
        text += &format!("# License: {license}\n");
    }
    if let Some(language) = rule.language {
        text += &format!("#! language: {}\n", language.code());
    }
    text + "\n"
}

fn rule(draft: &Draft, list: Option<&String>, patterns: &[&String], today: Date) -> String {
    let rule = &draft.rule;
    let mut text = String::new();
    let origin = display_safe(&rule.origin);
    let _ = writeln!(text, "# Imported on {today} from {origin}.");
    let _ = writeln!(
        text,
        "{}",
        match rule.is_off {
            true => "# It was switched off there. `mode = \"shadow\"` logs and counts its matches.",
            false =>
                "# In shadow mode matches are only logged and counted; `mode = \"on\"` switches it on.",
        }
    );
    let _ = writeln!(text, "[[rule]]\nid = {}", toml_string(&rule.id));
    if let Some(list) = list {
        let _ = writeln!(text, "lists = [{}]", toml_string(list));
    }
    match patterns {
        [] => {}
        [pattern] => {
            let _ = writeln!(text, "patterns = [{}]", toml_pattern(pattern));
        }
        patterns => {
            text += "patterns = [\n";
            for pattern in patterns {
                let _ = writeln!(text, "    {},", toml_pattern(pattern));
            }
            text += "]\n";
        }
    }
    if let Some(mentions) = draft.items.iter().find_map(|item| item.mentions) {
        let _ = writeln!(text, "limit = {{ mentions = {mentions} }}");
    }
    if let Some(field) = rule.field {
        let field = toml_string(field);
        let _ = writeln!(
            text,
            "fields = [{field}]    # the attribute in which your client sends the name"
        );
    }
    match &rule.action {
        Action::Deny(reason) => {
            text += "action = \"deny\"\n";
            if let Some(reason) = reason {
                let _ = writeln!(text, "reason = {}", toml_string(reason));
            }
        }
        Action::Mask(mask) => {
            let _ = writeln!(text, "action = \"mask\"\nmask = {}", toml_string(mask));
        }
        Action::Replace(with) => {
            let with = toml_string(&with.replace('$', "$$"));
            let _ = writeln!(text, "action = \"replace\"\nwith = {with}");
        }
        Action::Tag(tag) => {
            let tag = toml_string(tag);
            let _ = writeln!(text, "action = \"tag\"\ntag = {{ moderation = {tag} }}");
        }
    }
    let mode = if rule.is_off { "off" } else { "shadow" };
    let _ = writeln!(text, "mode = \"{mode}\"");
    text
}

/// Gives rules with the same id numbers, and all an id that is short enough.
pub(super) fn unique_ids(drafts: &mut [Draft]) {
    let mut ids: HashSet<String> = HashSet::new();
    for draft in drafts {
        let base = draft.rule.id.clone();
        let mut number = 1;
        while !ids.insert(draft.rule.id.clone()) {
            number += 1;
            draft.rule.id = format!("{base}-{number}");
        }
    }
}

/// Returns `rules.toml` with rules appended. An empty one gets a version.
pub fn append_rules(manifest: &str, rules: &[ImportedRule]) -> String {
    let mut added = String::new();
    if manifest.trim().is_empty() {
        added += "version = 1\n";
    } else if !manifest.ends_with('\n') {
        added.push('\n');
    }
    for rule in rules {
        added.push('\n');
        added += &rule.rule;
    }
    if manifest.contains("\r\n") {
        added = added.replace('\n', "\r\n");
    }
    format!("{manifest}{added}")
}

/// Returns a text as a string of TOML.
fn toml_string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            '\n' => string += "\\n",
            '\t' => string += "\\t",
            c if c.is_control() => {
                let _ = write!(string, "\\u{:04X}", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string + "\""
}

/// Returns a pattern as a string of TOML in which backslashes are literal, if possible.
pub(super) fn toml_pattern(pattern: &str) -> String {
    let is_literal = !pattern.contains("'''")
        && !pattern.ends_with('\'')
        && !pattern.starts_with('\'')
        && !pattern.chars().any(|c| c.is_control() && c != '\t');
    if is_literal { format!("'''{pattern}'''") } else { toml_string(pattern) }
}
