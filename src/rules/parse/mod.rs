//! [`Sources`] to [`Rules`]: the rules that stand, and every problem of those that do not.

mod action;
mod matchers;
mod scope;

use std::collections::{BTreeMap, HashMap};

use super::list::{self, parse_term};
use super::manifest::{self, Located, Manifest, RuleTable};
use super::problems::Problems;
use super::{Action, Expect, List, ListId, MANIFEST, Pattern, Rule, Rules, Sample, WhenCut};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::shown;
use crate::source::{ReadError, SourceId, Sources};
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// Lists among which one with a similar name is looked for.
const MAX_GUESSES: usize = 100;

/// What [`parse`] makes of a folder.
#[derive(Debug)]
pub struct Parsed {
    /// What stands, even beside what does not: one broken line must not leave a room unprotected.
    pub rules: Rules,
    /// Every problem, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes rules of a folder's files, and tells all problems at once.
///
/// Only what is sound gets into the rules: a line with a problem, a rule with an unknown key or a
/// list that cannot be read is left out, and told.
pub fn parse(sources: &Sources) -> Parsed {
    let mut parser = Parser {
        sources,
        rules: Rules::default(),
        problems: Problems::default(),
        paths: sources.paths().collect(),
        lists: HashMap::new(),
        ids: HashMap::new(),
    };
    parser.folder();
    let Parser { rules, problems, .. } = parser;
    Parsed { rules, diagnostics: problems.into_sorted() }
}

struct Parser<'s> {
    sources: &'s Sources,
    rules: Rules,
    problems: Problems,
    /// The files by path.
    paths: BTreeMap<&'s str, SourceId>,
    /// Lists by path; `None` for one that could not be read, which is told once.
    lists: HashMap<String, Option<ListId>>,
    ids: HashMap<String, Location>,
}

impl<'s> Parser<'s> {
    fn folder(&mut self) {
        self.files_that_were_not_read();
        let Some(id) = self.sources.find(MANIFEST) else {
            let message = format!("the folder has no {MANIFEST}");
            return self.problems.push(Diagnostic::for_folder(Code::IoError, message));
        };
        let Some(bytes) = self.bytes(id) else { return };
        let Some(manifest) = manifest::parse(id, bytes, &mut self.problems) else { return };
        self.settings(&manifest);
        for table in manifest.exempt {
            if let Some(exempt) = self.exempt(table) {
                self.rules.exempt.push(exempt);
            }
        }
        for table in manifest.rules {
            if let Some(rule) = self.rule(table) {
                self.rules.rules.push(rule);
            }
        }
        let start = Location { source: id, span: Span::new(0, 0) };
        if self.rules.rules.is_empty() && self.problems.is_empty() {
            self.problems.push(
                Diagnostic::new(Code::EmptyRule, start, "there is no rule in this file").help(
                    "add one: [[rule]] with `id`, `action`, and `lists`, `terms` or `patterns`",
                ),
            );
        }
        if !manifest.usable {
            self.rules.rules.clear();
            self.rules.exempt.clear();
        }
        self.unused_lists();
    }

    fn settings(&mut self, manifest: &Manifest) {
        if let Some(length) = manifest.max_message_length {
            self.rules.settings.max_message_length = length;
        }
        if let Some(value) = &manifest.when_cut {
            self.rules.settings.when_cut =
                match self.choice("value of `when_cut`", value, &["allow", "deny"]) {
                    Some("allow") => WhenCut::Allow,
                    _ => WhenCut::Deny,
                };
        }
        for (room, length) in &manifest.rooms {
            if let Some(glob) = self.glob(room.clone()) {
                self.rules.settings.rooms.push((glob, *length));
            }
        }
        let mut looked_for = HashMap::new();
        for path in manifest.rules.iter().flat_map(|rule| &rule.lists).rev() {
            looked_for.insert(path.value.clone(), path.location);
        }
        for path in &manifest.exceptions {
            if let Some(&rule) = looked_for.get(&path.value) {
                let message = "a rule looks for the entries of this list of exceptions";
                let help = "remove it in one of the two places";
                self.problems.push(
                    Diagnostic::new(Code::ConflictingKeys, path.location, message)
                        .related(rule, "the rule")
                        .help(help),
                );
            } else if let Some(list) = self.list(path) {
                self.rules.settings.exceptions.push(list);
            }
        }
        let mut lists = std::mem::take(&mut self.rules.settings.exceptions);
        lists.sort_unstable();
        lists.dedup();
        for &list in &lists {
            self.exceptions(list);
        }
        self.rules.settings.exceptions = lists;
    }

    /// Takes the lines that say `!` out of a list that has exceptions only, and tells them.
    fn exceptions(&mut self, list: ListId) {
        let entries = &mut self.rules.lists[list.0 as usize].entries;
        for entry in entries.extract_if(.., |entry| entry.exception) {
            let message = "every line of this list is an exception already";
            self.problems.push(
                Diagnostic::new(Code::MisplacedExclamation, entry.location, message)
                    .help("remove the `!`"),
            );
        }
    }

    /// Tells a problem and how to mend it.
    #[cold]
    fn tell(&mut self, code: Code, at: Location, message: &str, help: &str) {
        self.problems.push(Diagnostic::new(code, at, message).help(help));
    }

    fn unused_lists(&mut self) {
        for (&path, &source) in &self.paths {
            let is_read = self.bytes(source).is_some();
            if is_read && path.ends_with(".txt") && !self.lists.contains_key(path) {
                let start = Location { source, span: Span::new(0, 0) };
                self.problems.push(
                    Diagnostic::new(Code::UnusedList, start, "no rule names this list")
                        .help(format!("write it into a rule: lists = [\"{path}\"]")),
                );
            }
        }
    }

    /// Reports each file without content, whether a rule names it or not: what was not read was not checked, and is
    /// not deployed.
    fn files_that_were_not_read(&mut self) {
        for (path, source) in self.sources.paths() {
            let start = Location { source, span: Span::new(0, 0) };
            let problem = match &self.sources.get(source).content {
                Ok(_) => continue,
                Err(ReadError::Unreadable(what)) => {
                    Diagnostic::new(Code::IoError, start, format!("`{path}` {what}"))
                }
                Err(ReadError::Unsupported { what, help }) => {
                    let message = format!("`{path}` {what}");
                    Diagnostic::new(Code::UnsupportedFile, start, message).help(*help)
                }
            };
            self.problems.push(problem);
        }
    }

    /// The content of a file; `None` if it was not read, which has been reported.
    fn bytes(&self, id: SourceId) -> Option<&'s [u8]> {
        self.sources.get(id).content.as_deref().ok()
    }

    /// The rule of a table, if nothing in the table is wrong; else all that is wrong is told.
    fn rule(&mut self, table: RuleTable) -> Option<Rule> {
        let before = self.problems.errors();
        let id = self.id(table.id.as_ref());
        let action = self.action(&table);
        let fields = self.fields(&table);
        let scope = self.scope(&table);
        let disguises = self.disguises(table.disguises.as_ref());
        let read: Vec<Option<ListId>> = table.lists.iter().map(|path| self.list(path)).collect();
        // A list that cannot be read is told for the first rule that names it, and no other.
        let unread = read.contains(&None);
        let mut lists: Vec<ListId> = read.into_iter().flatten().collect();
        lists.sort_unstable();
        lists.dedup();
        lists.extend(self.terms(&table.terms));
        let matchers = self.matchers(&table);
        let mut patterns = Vec::new();
        for pattern in table.patterns {
            match self.pattern(pattern, action.as_ref()) {
                Ok(pattern) => patterns.push(pattern),
                Err(problem) => self.problems.push(*problem),
            }
        }
        let catches = lists.iter().any(|&list| self.rules.list(list).has_entries());
        let told = table.broken || unread || self.problems.errors() > before;
        let validated = matchers.as_ref().is_none_or(|matchers| !matchers.is_empty());
        if patterns.is_empty() && !catches && !validated && !told {
            let (message, help) = if lists.is_empty() {
                (
                    "this rule looks for nothing",
                    "give it `lists`, `terms`, `patterns`, `links`, `limit` or `detect`",
                )
            } else {
                ("this rule looks for nothing: its lists have no entries", "add a word to one")
            };
            self.problems
                .push(Diagnostic::new(Code::EmptyRule, table.location, message).help(help));
            return None;
        }
        let (
            Some(id),
            Some(action),
            Some(fields),
            Some(scope),
            Some(disguises),
            Some(matchers),
            false,
        ) = (id, action, fields, scope, disguises, matchers, table.broken)
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
            disguises,
            samples: samples.collect(),
            location: id.location,
            text_location: table.reason.or(table.with).map_or(id.location, |text| text.location),
        })
    }

    fn id<'i>(&mut self, id: Option<&'i Located<String>>) -> Option<&'i Located<String>> {
        let id = id?;
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.value.is_empty() || id.value.len() > 64 || !id.value.chars().all(sound) {
            let message = "an id has 1 to 64 of the characters a-z, 0-9 and -";
            self.problems.push(Diagnostic::new(Code::InvalidValue, id.location, message));
            return None;
        }
        if let Some(&first) = self.ids.get(&id.value) {
            let message = format!("there is a rule `{}` already", id.value);
            self.problems.push(
                Diagnostic::new(Code::DuplicateRule, id.location, message)
                    .related(first, "the first one")
                    .help("give one of the two another id"),
            );
            return None;
        }
        self.ids.insert(id.value.clone(), id.location);
        Some(id)
    }

    /// The list at a path, read once however many rules name it.
    fn list(&mut self, path: &Located<String>) -> Option<ListId> {
        if let Some(&known) = self.lists.get(&path.value) {
            return known;
        }
        let id = self.read_list(path);
        self.lists.insert(path.value.clone(), id);
        id
    }

    fn read_list(&mut self, path: &Located<String>) -> Option<ListId> {
        let inside = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\\');
        if !path.value.split('/').all(inside) || !path.value.ends_with(".txt") {
            let message = "a list is a .txt file in the rule folder, named from there";
            self.problems.push(
                Diagnostic::new(Code::InvalidPath, path.location, message)
                    .help("write it as lists = [\"lists/insults.txt\"], without ./ or .."),
            );
            return None;
        }
        let Some(&source) = self.paths.get(path.value.as_str()) else {
            let message = format!("the rule folder has no list `{}`", shown(&path.value));
            let known = self.paths.keys().copied().filter(|path| path.ends_with(".txt"));
            // Guesses are for people, who do not write as many lists.
            let known = known.take(MAX_GUESSES);
            let problem = Diagnostic::new(Code::MissingList, path.location, message);
            self.problems.push(match suggest(&path.value, known, Nearness::Similar) {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem.help("make the file, or remove it from `lists`"),
            });
            return None;
        };
        let bytes = self.bytes(source)?;
        let lines = list::parse_file(source, bytes, &mut self.problems);
        Some(self.add_list(List {
            path: path.value.clone(),
            entries: lines.entries,
            samples: lines.samples,
        }))
    }

    /// The inline terms of a rule, which are a list of its own.
    fn terms(&mut self, terms: &[Located<String>]) -> Option<ListId> {
        let mut entries = Vec::new();
        for term in terms {
            match parse_term(&term.value, term.location) {
                Ok(entry) => entries.push(entry),
                Err(problem) => self.problems.push(*problem),
            }
        }
        (!entries.is_empty())
            .then(|| self.add_list(List { path: MANIFEST.into(), entries, samples: Vec::new() }))
    }

    fn add_list(&mut self, list: List) -> ListId {
        let id =
            u32::try_from(self.rules.lists.len()).expect("the size of a file bounds the lists");
        self.rules.lists.push(list);
        ListId(id)
    }

    /// A pattern, placed on its own characters where it is written without escapes.
    fn pattern(
        &self,
        pattern: Located<String>,
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

fn sample(expect: Expect, texts: Vec<Located<String>>) -> impl Iterator<Item = Sample> {
    texts.into_iter().map(move |Located { value, location }| Sample {
        expect,
        text: value,
        location,
    })
}
