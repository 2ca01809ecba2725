//! [`Sources`] to [`Rules`]: the rules that stand, and every problem of those that do not.

use std::collections::{BTreeMap, HashMap};

use super::list::{self, parse_term};
use super::manifest::{self, Located, RuleTable, shown};
use super::{
    Action, Expect, List, ListId, MANIFEST, MAX_MESSAGE_LENGTH, Mask, Pattern, Replacement, Rule,
    Rules, Sample,
};
use crate::diagnostic::{Code, Diagnostic, Location, did_you_mean};
use crate::normalize::{Disguises, is_invisible};
use crate::source::{SourceId, Sources};
use crate::span::Span;

/// The longest reason, in code points. At four bytes each it fits the 1,000 bytes that this crate
/// sends as attributes at the most.
const MAX_REASON: usize = 200;
/// Lists among which one with a similar name is looked for.
const MAX_GUESSES: usize = 100;
const ACTIONS: [&str; 3] = ["deny", "mask", "replace"];
const MASKS: [&str; 2] = ["stars", "fixed"];

/// What [`parse`] makes of a folder.
#[derive(Debug)]
pub struct Parsed {
    /// What stands, even beside what does not: one broken line must not leave a room unprotected.
    pub rules: Rules,
    /// Every problem, by file and place.
    pub problems: Vec<Diagnostic>,
}

/// Makes rules of a folder's files, and tells all problems at once.
///
/// Only what is sound gets into the rules: a line with a problem, a rule with an unknown key or a
/// list that cannot be read is left out, and told.
pub fn parse(sources: &Sources) -> Parsed {
    let mut parser = Parser {
        sources,
        rules: Rules::default(),
        problems: Vec::new(),
        paths: sources.paths().collect(),
        lists: HashMap::new(),
        ids: HashMap::new(),
    };
    parser.folder();
    let Parser { rules, mut problems, .. } = parser;
    problems.sort_by_key(|problem| problem.location);
    Parsed { rules, problems }
}

struct Parser<'s> {
    sources: &'s Sources,
    rules: Rules,
    problems: Vec<Diagnostic>,
    /// The files by path.
    paths: BTreeMap<&'s str, SourceId>,
    /// Lists by path; `None` for one that could not be read, which is told once.
    lists: HashMap<String, Option<ListId>>,
    ids: HashMap<String, Location>,
}

impl<'s> Parser<'s> {
    fn folder(&mut self) {
        let Some(id) = self.sources.find(MANIFEST) else {
            let message = format!("the folder has no {MANIFEST}");
            return self.problems.push(Diagnostic::of_folder(Code::Unreadable, message));
        };
        let Some(bytes) = self.bytes(id) else { return };
        let Some(manifest) = manifest::parse(id, bytes, &mut self.problems) else { return };
        if let Some(length) = manifest.max_message_length {
            self.rules.settings.max_message_length = length;
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
        }
        self.unused_lists();
    }

    fn unused_lists(&mut self) {
        for (&path, &source) in &self.paths {
            if path.ends_with(".txt") && !self.lists.contains_key(path) {
                let start = Location { source, span: Span::new(0, 0) };
                self.problems.push(
                    Diagnostic::new(Code::UnusedList, start, "no rule names this list")
                        .help(format!("write it into a rule: lists = [\"{path}\"]")),
                );
            }
        }
    }

    fn bytes(&mut self, id: SourceId) -> Option<&'s [u8]> {
        let source = self.sources.get(id);
        match &source.content {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                let message = format!("`{}` {why}", source.path);
                let start = Location { source: id, span: Span::new(0, 0) };
                self.problems.push(Diagnostic::new(Code::Unreadable, start, message));
                None
            }
        }
    }

    /// The rule of a table, if nothing in the table is wrong; else all that is wrong is told.
    fn rule(&mut self, table: RuleTable) -> Option<Rule> {
        let before = self.problems.len();
        let id = self.id(table.id.as_ref());
        let action = self.action(&table);
        let read: Vec<Option<ListId>> = table.lists.iter().map(|path| self.list(path)).collect();
        // A list that cannot be read is told for the first rule that names it, and no other.
        let unread = read.contains(&None);
        let mut lists: Vec<ListId> = read.into_iter().flatten().collect();
        lists.sort_unstable();
        lists.dedup();
        lists.extend(self.terms(&table.terms));
        let patterns: Vec<Pattern> =
            table.patterns.into_iter().map(|pattern| self.pattern(pattern)).collect();
        let catches = lists.iter().any(|&list| self.rules.list(list).catches());
        let told = table.broken || unread || self.problems.len() > before;
        if patterns.is_empty() && !catches && !told {
            let (message, help) = if lists.is_empty() {
                ("this rule looks for nothing", "give it `lists`, `terms` or `patterns`")
            } else {
                ("this rule looks for nothing: its lists have no entries", "add a word to one")
            };
            self.problems
                .push(Diagnostic::new(Code::EmptyRule, table.location, message).help(help));
            return None;
        }
        let (Some(id), Some(action), false) = (id, action, table.broken) else {
            // The engine, which would tell the faults of its patterns, never sees this rule.
            let faults = patterns.iter().filter_map(|pattern| pattern.parse().err());
            self.problems.extend(faults.map(|fault| *fault));
            return None;
        };
        let samples = sample(Expect::Caught, table.caught).chain(sample(Expect::Ok, table.ok));
        Some(Rule {
            id: id.value.clone(),
            category: table.category,
            lists,
            patterns,
            action,
            disguises: Disguises::Standard,
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
            self.problems.push(Diagnostic::new(Code::BadValue, id.location, message));
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

    /// The action with the keys that belong to it; those of other actions are contradictions.
    fn action(&mut self, table: &RuleTable) -> Option<Action> {
        let before = self.problems.len();
        let action = table.action.as_ref()?;
        let name = action.value.as_str();
        for (key, value, belongs) in [
            ("reason", &table.reason, "deny"),
            ("mask", &table.mask, "mask"),
            ("with", &table.with, "replace"),
        ] {
            if let Some(value) = value
                && ACTIONS.contains(&name)
                && name != belongs
            {
                let message = format!("`{key}` belongs to the action `{belongs}`, not to `{name}`");
                self.problems.push(
                    Diagnostic::new(Code::Contradiction, value.location, message)
                        .related(action.location, "the action")
                        .help(format!("remove `{key}`, or write action = \"{belongs}\"")),
                );
            }
        }
        let made = match name {
            "deny" => Action::Deny { reason: self.reason(&table.reason) },
            "mask" => Action::Mask(self.mask(&table.mask)),
            "replace" => Action::Replace(self.replacement(table, action.location)?),
            _ => {
                self.unknown("action", action, &ACTIONS);
                return None;
            }
        };
        (self.problems.len() == before).then_some(made)
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
            self.problems.push(Diagnostic::new(Code::BadValue, reason.location, message));
        }
        Some(reason.value.clone())
    }

    fn mask(&mut self, mask: &Option<Located<String>>) -> Mask {
        match mask.as_ref().map(|mask| mask.value.as_str()) {
            None | Some("stars") => Mask::Stars,
            Some("fixed") => Mask::Fixed,
            Some(_) => {
                self.unknown("mask", mask.as_ref().expect("it is there"), &MASKS);
                Mask::Stars
            }
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
            self.problems.push(Diagnostic::new(Code::BadValue, with.location, message));
        }
        // Only patterns have groups; for a rule without any a dollar is a dollar.
        if table.patterns.is_empty() {
            return Some(Replacement::literal(&with.value));
        }
        let Ok(replacement) = Replacement::parse(&with.value) else {
            self.problems.push(
                Diagnostic::new(
                    Code::BadReplacement,
                    with.location,
                    "a `$` in a replacement names a group of the pattern, as $1 or ${name}",
                )
                .help("write $$ for a dollar as such"),
            );
            return None;
        };
        if replacement.has_groups() && !(table.lists.is_empty() && table.terms.is_empty()) {
            self.problems.push(
                Diagnostic::new(
                    Code::Contradiction,
                    with.location,
                    "only patterns have groups, and this rule has entries too",
                )
                .help("put the patterns and this `with` into a rule of their own"),
            );
        }
        Some(replacement)
    }

    fn unknown(&mut self, what: &str, value: &Located<String>, known: &[&str]) {
        let message = format!("there is no {what} `{}`", shown(&value.value));
        let help = match did_you_mean(&value.value, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("choose one of: {}", known.join(", ")),
        };
        self.problems.push(Diagnostic::new(Code::BadValue, value.location, message).help(help));
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
                Diagnostic::new(Code::BadPath, path.location, message)
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
            self.problems.push(match did_you_mean(&path.value, known) {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem.help("make the file, or remove it from `lists`"),
            });
            return None;
        };
        let bytes = self.sources.get(source).content.as_ref();
        let Ok(bytes) = bytes else {
            self.bytes(source);
            return None;
        };
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
    fn pattern(&self, pattern: Located<String>) -> Pattern {
        let Location { source, span } = pattern.location;
        let raw = self.sources.get(source).content.as_ref().ok();
        let raw = raw.and_then(|bytes| std::str::from_utf8(&bytes[span.range()]).ok());
        let inner = raw
            .and_then(|raw| raw.find(&pattern.value))
            .map(|at| Span::new(span.start + at, span.start + at + pattern.value.len()));
        Pattern { text: pattern.value, location: Location { source, span: inner.unwrap_or(span) } }
    }
}

fn sample(expect: Expect, texts: Vec<Located<String>>) -> impl Iterator<Item = Sample> {
    texts.into_iter().map(move |Located { value, location }| Sample {
        expect,
        text: value,
        location,
    })
}
