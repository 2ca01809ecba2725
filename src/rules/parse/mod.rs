//! Parses [`Sources`] into [`Rules`], and reports every error and warning.

mod action;
mod matchers;
mod scope;
mod switches;

use std::collections::{BTreeMap, HashMap};

use self::switches::SwitchTables;
use super::diagnostics::Diagnostics;
use super::list::{self, parse_inline_entry};
use super::manifest::keys::WHEN_CUT;
use super::manifest::{self, Manifest, RuleTable, Spanned};
use super::{Action, Expect, List, ListId, MANIFEST, Pattern, Rule, Rules, Sample, WhenCut};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::encoding::{Encoding, SAVE_AS_UTF_8};
use crate::language::Language;
use crate::source::{ReadError, SourceId, Sources};
use crate::span::Span;

/// The result of [`parse`].
#[derive(Debug)]
pub struct Parsed {
    /// The valid rules. They are usable even if there are errors: one invalid line must not leave a
    /// room unprotected.
    pub rules: Rules,
    /// All errors and warnings, sorted by location.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses the files of a rule folder, and reports all errors and warnings at once.
///
/// Invalid parts are reported and left out of the rules: a line with an error, a rule with an
/// unknown key, a list that cannot be read.
pub fn parse(sources: &Sources) -> Parsed {
    let mut parser = Parser {
        sources,
        rules: Rules::default(),
        diagnostics: Diagnostics::default(),
        paths: sources.paths().collect(),
        lists: HashMap::new(),
        ids: HashMap::new(),
    };
    parser.folder();
    let Parser { rules, diagnostics, .. } = parser;
    Parsed { rules, diagnostics: diagnostics.into_sorted() }
}

struct Parser<'s> {
    sources: &'s Sources,
    rules: Rules,
    diagnostics: Diagnostics,
    /// All files by path.
    paths: BTreeMap<&'s str, SourceId>,
    /// Lists by path; `None` for one that could not be read, which is reported once.
    lists: HashMap<String, Option<ListId>>,
    ids: HashMap<String, Location>,
}

impl<'s> Parser<'s> {
    fn folder(&mut self) {
        self.report_unread_files();
        self.report_encodings();
        let Some(id) = self.sources.find(MANIFEST) else {
            let message = format!("rule folder does not contain {MANIFEST}");
            return self.diagnostics.push(Diagnostic::for_folder(Code::IoError, message));
        };
        let Some(bytes) = self.bytes(id) else { return };
        let mut manifest = manifest::parse(id, bytes, &mut self.diagnostics);
        self.settings(&manifest);
        for table in std::mem::take(&mut manifest.exempt) {
            if let Some(exempt) = self.exempt(table) {
                self.rules.exempt.push(exempt);
            }
        }
        let switches = SwitchTables::take(&mut manifest);
        for table in manifest.rules {
            if let Some(rule) = self.rule(table) {
                self.rules.rules.push(rule);
            }
        }
        self.switches(switches, id);
        let start = Location { source: id, span: Span::new(0, 0) };
        if self.rules.rules.is_empty() && self.diagnostics.errors() == 0 {
            self.diagnostics.push(
                Diagnostic::new(Code::EmptyRule, start, "no rules in this file").help(
                    "add a `[[rule]]` with `id`, `action`, and `lists`, `terms` or `patterns`",
                ),
            );
        }
        if !self.diagnostics.hides_lists(id) {
            self.unused_lists();
        }
    }

    fn settings(&mut self, manifest: &Manifest) {
        if let Some(length) = manifest.max_message_length {
            self.rules.settings.max_message_length = length;
        }
        if let Some(value) = &manifest.when_cut {
            self.rules.settings.when_cut = match self.choice("`when_cut` value", value, &WHEN_CUT) {
                Some("allow") => WhenCut::Allow,
                _ => WhenCut::Deny,
            };
        }
        for (room, length) in &manifest.rooms {
            if let Some(glob) = self.glob(room.clone()) {
                self.rules.settings.rooms.push((glob, *length));
            }
        }
        let mut used_by_rules = HashMap::new();
        for path in manifest.rules.iter().flat_map(|rule| &rule.lists).rev() {
            used_by_rules.insert(path.value.clone(), path.location);
        }
        for path in &manifest.exceptions {
            if let Some(&rule) = used_by_rules.get(&path.value) {
                let message = "list of exceptions is also used by a rule";
                let help = "remove it from one of them";
                self.diagnostics.push(
                    Diagnostic::new(Code::ConflictingKeys, path.location, message)
                        .related(rule, "used by this rule")
                        .help(help),
                );
            } else if let Some(list) = self.list(path, None) {
                self.rules.settings.exceptions.push(list);
            }
        }
        let mut lists = std::mem::take(&mut self.rules.settings.exceptions);
        lists.sort_unstable();
        lists.dedup();
        for &list in &lists {
            self.remove_exclamations(list);
        }
        self.rules.settings.exceptions = lists;
    }

    /// Removes lines with `!` from a list of exceptions, and reports them.
    fn remove_exclamations(&mut self, list: ListId) {
        let entries = &mut self.rules.lists[list.0 as usize].entries;
        for entry in entries.extract_if(.., |entry| entry.exception) {
            let message = "unnecessary `!`: every line of this list is an exception";
            self.diagnostics.push(
                Diagnostic::new(Code::MisplacedExclamation, entry.location, message)
                    .help("remove the `!`"),
            );
        }
    }

    /// Reports a diagnostic with a help text.
    #[cold]
    fn emit(&mut self, code: Code, at: Location, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::new(code, at, message).help(help));
    }

    fn unused_lists(&mut self) {
        for (&path, &source) in &self.paths {
            let is_read = self.bytes(source).is_some();
            if is_read && path.ends_with(".txt") && !self.lists.contains_key(path) {
                let start = Location { source, span: Span::new(0, 0) };
                self.diagnostics.push(
                    Diagnostic::new(Code::UnusedList, start, "this list is not used by any rule")
                        .help(format!("add it to a rule: `lists = [\"{path}\"]`")),
                );
            }
        }
    }

    /// Reports each file without content, even if no rule uses it: a file that was not read was not
    /// checked, and is not deployed.
    fn report_unread_files(&mut self) {
        for (path, source) in self.sources.paths() {
            let start = Location { source, span: Span::new(0, 0) };
            let diagnostic = match &self.sources.get(source).content {
                Ok(_) => continue,
                Err(ReadError::Unreadable(what)) => {
                    Diagnostic::new(Code::IoError, start, format!("`{path}` {what}"))
                }
                Err(ReadError::Unsupported { what, help }) => {
                    let message = format!("`{path}` {what}");
                    Diagnostic::new(Code::UnsupportedFile, start, message).help(*help)
                }
            };
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports each file that was converted from UTF-16.
    fn report_encodings(&mut self) {
        for (_, source) in self.sources.paths() {
            if self.sources.encoding(source) == Encoding::Utf16 {
                let start = Location { source, span: Span::new(0, 0) };
                let message = "saved as UTF-16 (\"Unicode\" in Windows), and read as such";
                let help = format!("{SAVE_AS_UTF_8}, which other tools can read as well");
                self.emit(Code::Encoding, start, message, &help);
            }
        }
    }

    /// Returns the content of a file, or `None` if it was not read, which was already reported.
    fn bytes(&self, id: SourceId) -> Option<&'s [u8]> {
        self.sources.get(id).content.as_deref().ok()
    }

    /// Parses a rule. Reports all errors in it, and returns `None` if there are any.
    fn rule(&mut self, table: RuleTable) -> Option<Rule> {
        let before = self.diagnostics.errors();
        let id = self.id(table.id.as_ref());
        let action = self.action(&table);
        let fields = self.fields(&table);
        let scope = self.scope(&table);
        let cover = self.cover(&table);
        let disguises = self.disguises(table.disguises.as_ref());
        let language = self.language(table.language.as_ref());
        let of_rule = table.language.as_ref().zip(language.flatten());
        let read: Vec<Option<ListId>> =
            table.lists.iter().map(|path| self.list(path, of_rule)).collect();
        // An unreadable list is only reported for the first rule that uses it.
        let has_unread_list = read.contains(&None);
        let mut lists: Vec<ListId> = read.into_iter().flatten().collect();
        lists.sort_unstable();
        lists.dedup();
        lists.extend(self.terms(&table.terms, language.flatten()));
        let matchers = self.matchers(&table);
        let mut patterns = Vec::new();
        for pattern in table.patterns {
            match self.pattern(pattern, action.as_ref()) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => self.diagnostics.push(*error),
            }
        }
        let has_errors = table.is_invalid || has_unread_list || self.diagnostics.errors() > before;
        let has_matchers = matchers.as_ref().is_none_or(|matchers| !matchers.is_empty());
        if patterns.is_empty() && lists.is_empty() && !has_matchers && !has_errors {
            let (message, help) = (
                "rule has no lists, terms, patterns, links, limit or detect",
                "add something to search for, such as `terms = [\"badword\"]`",
            );
            self.diagnostics
                .push(Diagnostic::new(Code::EmptyRule, table.location, message).help(help));
            return None;
        }
        let (
            Some(id),
            Some(action),
            Some(fields),
            Some(scope),
            Some(cover),
            Some(disguises),
            Some(matchers),
            Some(_),
            false,
        ) = (id, action, fields, scope, cover, disguises, matchers, language, table.is_invalid)
        else {
            return None;
        };
        let samples = sample(Expect::Caught, table.caught).chain(sample(Expect::Ok, table.ok));
        Some(Rule {
            id: id.value.clone(),
            category: table.category,
            lists,
            patterns,
            links: matchers.links,
            limits: matchers.limits,
            detect: matchers.detect,
            action,
            fields,
            scope,
            cover,
            disguises,
            samples: samples.collect(),
            location: id.location,
            text_location: table.reason.or(table.with).map_or(id.location, |text| text.location),
        })
    }

    fn id<'i>(&mut self, id: Option<&'i Spanned<String>>) -> Option<&'i Spanned<String>> {
        let id = id?;
        let is_valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.value.is_empty() || id.value.len() > 64 || !id.value.chars().all(is_valid) {
            let message = "invalid rule ID, expected 1 to 64 characters of a-z, 0-9 and -";
            self.diagnostics.push(Diagnostic::new(Code::InvalidValue, id.location, message));
            return None;
        }
        if let Some(&first) = self.ids.get(&id.value) {
            let message = format!("duplicate rule ID `{}`", id.value);
            self.diagnostics.push(
                Diagnostic::new(Code::DuplicateRule, id.location, message)
                    .related(first, "first rule with this ID")
                    .help("use another ID for one of them"),
            );
            return None;
        }
        self.ids.insert(id.value.clone(), id.location);
        Some(id)
    }

    /// Returns the list with this path. It is parsed once, even if several rules use it. `language`
    /// is that of the rule, for a list that names none.
    fn list(
        &mut self,
        path: &Spanned<String>,
        language: Option<(&Spanned<String>, Language)>,
    ) -> Option<ListId> {
        if let Some(&known) = self.lists.get(&path.value) {
            if let (Some(id), Some((tag, language))) = (known, language)
                && let list = self.rules.list(id)
                && !list.names_language
                && list.language != Some(language)
            {
                let message = format!("list `{}` has another language in another rule", list.path);
                let help = format!("write `#! language: {language}` on its first line");
                self.emit(Code::ConflictingKeys, tag.location, &message, &help);
            }
            return known;
        }
        let id = self.read_list(path, language.map(|(_, language)| language));
        self.lists.insert(path.value.clone(), id);
        id
    }

    fn read_list(&mut self, path: &Spanned<String>, language: Option<Language>) -> Option<ListId> {
        let inside = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\\');
        if !path.value.split('/').all(inside) || !path.value.ends_with(".txt") {
            let message = "invalid list path, expected a .txt file relative to the rule folder";
            self.diagnostics.push(
                Diagnostic::new(Code::InvalidPath, path.location, message)
                    .help("write it as `lists = [\"lists/insults.txt\"]`, without `./` or `..`"),
            );
            return None;
        }
        let Some(&source) = self.paths.get(path.value.as_str()) else {
            let message =
                format!("list `{}` not found in the rule folder", display_short(&path.value));
            let help = "create the file, or remove it from `lists`";
            self.emit(Code::MissingList, path.location, &message, help);
            return None;
        };
        let bytes = self.bytes(source)?;
        let lines = list::parse_file(source, bytes, language, &mut self.diagnostics);
        Some(self.add_list(List {
            path: path.value.clone(),
            language: lines.language,
            names_language: lines.named_at.is_some(),
            entries: lines.entries,
            samples: lines.samples,
        }))
    }

    /// Parses the inline terms of a rule into a separate list.
    fn terms(&mut self, terms: &[Spanned<String>], language: Option<Language>) -> Option<ListId> {
        let mut entries = Vec::new();
        for text in terms {
            match parse_inline_entry(&text.value, text.location, language) {
                Ok(entry) => entries.push(entry),
                Err(error) => self.diagnostics.push(*error),
            }
        }
        let path = MANIFEST.into();
        let list = List { path, language, names_language: false, entries, samples: Vec::new() };
        (!list.entries.is_empty()).then(|| self.add_list(list))
    }

    fn add_list(&mut self, list: List) -> ListId {
        let id =
            u32::try_from(self.rules.lists.len()).expect("the size of a file bounds the lists");
        self.rules.lists.push(list);
        ListId(id)
    }

    /// Parses a pattern. If it is written without escapes, its location excludes the quotes.
    fn pattern(
        &self,
        pattern: Spanned<String>,
        action: Option<&Action>,
    ) -> Result<Pattern, Box<Diagnostic>> {
        let Location { source, span } = pattern.location;
        let raw = self.sources.get(source).content.as_ref().ok();
        let raw = raw.and_then(|bytes| std::str::from_utf8(&bytes[span.range()]).ok());
        let inner = raw
            .and_then(|raw| raw.find(&pattern.value))
            .map(|at| Span::new(span.start + at, span.start + at + pattern.value.len()));
        Pattern::parse(pattern.value, Location { source, span: inner.unwrap_or(span) }, action)
    }
}

fn sample(expect: Expect, texts: Vec<Spanned<String>>) -> impl Iterator<Item = Sample> {
    texts.into_iter().map(move |Spanned { value, location }| Sample {
        expect,
        text: value,
        location,
    })
}
