//! The report of `import`, as text and JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::display::{abridged, display_safe};
use ivs_chat_review::import::{Import, ImportedRule, Item, Kind};
use ivs_chat_review::rules::MANIFEST;
use serde::Serialize;

use super::target::Target;
use crate::cli::ImportArgs;
use crate::terminal::{BOLD, count, json_line, shown_path};

/// How many items with the same reason are shown without `--all`.
const SHOWN: usize = 5;
/// The maximum length of an entry in the text.
const MAX_ENTRY: usize = 60;

pub(super) struct Report<'r> {
    pub(super) args: &'r ImportArgs,
    pub(super) imported: &'r Import,
    pub(super) target: &'r Target,
}

#[derive(Serialize)]
struct JsonReport<'r> {
    files: Vec<JsonFile>,
    rules: Vec<JsonRule<'r>>,
    unchanged: usize,
    widened: usize,
    narrowed: usize,
    left_out: usize,
    items: Vec<JsonItem<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<JsonCheck>,
}

#[derive(Serialize)]
struct JsonFile {
    path: String,
    format: &'static str,
}

#[derive(Serialize)]
struct JsonRule<'r> {
    id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'r str>,
    entries: usize,
    exceptions: usize,
    patterns: usize,
}

#[derive(Serialize)]
struct JsonItem<'r> {
    file: usize,
    line: usize,
    entry: &'r str,
    kind: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'r str,
    lines: &'r [String],
    patterns: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    mentions: Option<u64>,
}

#[derive(Serialize)]
struct JsonCheck {
    errors: usize,
    warnings: usize,
}

impl Report<'_> {
    /// Writes one object, with the problems that `check` found.
    pub(super) fn write_json(&self, problems: Option<(usize, usize)>) -> io::Result<()> {
        let Import { formats, rules, items, .. } = self.imported;
        let files = self.args.files.iter().zip(formats);
        let report = JsonReport {
            files: files
                .map(|(path, format)| JsonFile {
                    path: path.to_string_lossy().into_owned(),
                    format: format.as_str(),
                })
                .collect(),
            rules: rules.iter().map(json_rule).collect(),
            unchanged: self.imported.count(Kind::Unchanged),
            widened: self.imported.count(Kind::Widened),
            narrowed: self.imported.count(Kind::Narrowed),
            left_out: self.imported.count(Kind::LeftOut),
            items: items.iter().map(json_item).collect(),
            check: problems.map(|(errors, warnings)| JsonCheck { errors, warnings }),
        };
        let mut out = anstream::stdout().lock();
        writeln!(out, "{}", json_line(&report)?)
    }

    /// Writes the items whose meaning changed, grouped by reason, and the files that were written.
    pub(super) fn write_text(&self) -> io::Result<()> {
        let mut out = io::BufWriter::new(anstream::stdout().lock());
        let Import { formats, rules, items, .. } = self.imported;
        for (path, format) in self.args.files.iter().zip(formats) {
            writeln!(out, "{}: {}", shown_path(path), format.describe())?;
        }
        let mut groups: BTreeMap<(Kind, &str), Vec<&Item>> = BTreeMap::new();
        for item in items.iter().filter(|item| item.kind != Kind::Unchanged) {
            groups.entry((item.kind, &item.reason)).or_default().push(item);
        }
        for ((kind, reason), items) in groups {
            let total = items.len();
            let kind = kind.as_str();
            writeln!(out, "\n{BOLD}{total} {kind}{BOLD:#}: {}", display_safe(reason))?;
            let shown = if self.args.all { total } else { SHOWN };
            for item in items.iter().take(shown) {
                self.write_item(&mut out, item)?;
            }
            if total > shown {
                writeln!(out, "  {} more; --all shows all", total - shown)?;
            }
        }
        writeln!(
            out,
            "\n{} unchanged, {} widened, {} narrowed, {} left out",
            self.imported.count(Kind::Unchanged),
            self.imported.count(Kind::Widened),
            self.imported.count(Kind::Narrowed),
            self.imported.count(Kind::LeftOut),
        )?;
        let (wrote, added) = match self.args.dry_run {
            true => ("would write", "would add"),
            false => ("wrote", "added"),
        };
        for rule in rules {
            if let Some((path, _)) = &rule.list {
                writeln!(out, "{wrote} {}: {}", self.target.shown(path), parts(rule))?;
            }
            let patterns = match rule.patterns {
                0 => String::new(),
                number => format!(" with {}", count(number, "pattern", "patterns")),
            };
            let manifest = self.target.shown(MANIFEST);
            writeln!(out, "{added} rule `{}`{patterns} to {manifest}", rule.id)?;
        }
        match rules.is_empty() {
            true => writeln!(out, "nothing to import")?,
            false if self.args.dry_run => {}
            false => writeln!(out)?,
        }
        out.flush()
    }

    fn write_item(&self, out: &mut impl Write, item: &Item) -> io::Result<()> {
        let entry = abridged(&item.entry, MAX_ENTRY);
        let file = match self.args.files.len() {
            1 => String::new(),
            _ => format!("{}, ", shown_path(&self.args.files[item.file])),
        };
        write!(out, "  {file}line {}: {entry}", item.line)?;
        let is_same = item.lines.iter().eq([&item.entry]);
        let written = item.lines.iter().map(|it| abridged(it, MAX_ENTRY));
        let written: Vec<String> = written.take(3).collect();
        match written.is_empty() || is_same {
            true => writeln!(out),
            false => writeln!(out, "  →  {}", written.join("  ")),
        }
    }
}

fn parts(rule: &ImportedRule) -> String {
    let entries = count(rule.entries, "entry", "entries");
    match rule.exceptions {
        0 => entries,
        number => format!("{entries}, {}", count(number, "exception", "exceptions")),
    }
}

fn json_rule(rule: &ImportedRule) -> JsonRule<'_> {
    let ImportedRule { id, list, entries, exceptions, patterns, .. } = rule;
    JsonRule {
        id,
        list: list.as_ref().map(|(path, _)| path.as_str()),
        entries: *entries,
        exceptions: *exceptions,
        patterns: *patterns,
    }
}

fn json_item(item: &Item) -> JsonItem<'_> {
    JsonItem {
        file: item.file,
        line: item.line,
        entry: &item.entry,
        kind: item.kind.as_str().replace(' ', "_"),
        reason: &item.reason,
        lines: &item.lines,
        patterns: &item.patterns,
        mentions: item.mentions,
    }
}
