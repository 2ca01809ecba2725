//! Where the entries and patterns of rules are in their files: [`Places`].
//!
//! A log names what matched by file and line, so that it contains neither entries nor messages. The
//! text of rules is not kept, and that of compiled rules is not even read, so the lines are stored:
//! for each entry four bytes of the body, which are read when the entry has matched, and for each
//! part of a rule a pair of numbers.
//!
//! **Example.** Two lists have entries in lines 3 and 5, and 2. The lines are `3 5 2`, and the lists
//! begin at 0 and 2. The second entry of the first list is in line `lines[0 + 1]`, 5.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Cause, Match};
use crate::diagnostic::Location;
use crate::rules::{MANIFEST, Rule, Rules};
use crate::source::Sources;

/// The bytes of a line number.
const LINE: usize = size_of::<u32>();

/// The file and line of a part of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'r> {
    /// The path relative to the rule folder, with `/` as separator.
    pub path: &'r str,
    /// The line, starting at 1.
    pub line: u32,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path)?;
        f.write_str(":")?;
        self.line.fmt(f)
    }
}

/// The lines of all entries, and of the parts of all rules.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Places {
    /// The parts of rules in `rules.toml`: the first byte and the line of each, in order.
    manifest: Vec<(u32, u32)>,
    /// For each list, the number of entries in the lists before it.
    lists: Vec<u32>,
    /// The lines of the entries.
    lines: Lines,
}

/// Line numbers in four bytes each.
#[derive(Debug, Serialize, Deserialize)]
enum Lines {
    /// In the body from this byte on.
    Stored(u64),
    #[serde(skip)]
    Owned(Vec<u8>),
}

impl Default for Lines {
    fn default() -> Lines {
        Lines::Owned(Vec::new())
    }
}

impl Places {
    /// Finds the lines of rules in the files from which they were parsed.
    pub(super) fn of(rules: &Rules, sources: &Sources) -> Places {
        let parts = rules.rules.iter().flat_map(parts);
        let parts: BTreeMap<usize, Location> = parts.map(|it| (it.span.start, it)).collect();
        let mut counter = LineCounter::new(sources);
        let manifest = parts.values().map(|it| (it.span.start as u32, counter.line(*it))).collect();
        let mut lists = Vec::with_capacity(rules.lists.len());
        let mut lines = Vec::new();
        for list in &rules.lists {
            lists.push((lines.len() / LINE) as u32);
            let mut counter = LineCounter::new(sources);
            let entries = list.entries.iter().map(|entry| counter.line(entry.location));
            lines.extend(entries.flat_map(u32::to_le_bytes));
        }
        Places { manifest, lists, lines: Lines::Owned(lines) }
    }

    /// Returns the places with their lines at the end of `body`, where they are added.
    pub(super) fn stored(self, body: &mut Vec<u8>) -> Places {
        let start = body.len() as u64;
        if let Lines::Owned(lines) = &self.lines {
            body.extend_from_slice(lines);
        }
        Places { lines: Lines::Stored(start), ..self }
    }

    /// Returns the place of what matched; `None` if it is not known. `body` is that of the rules.
    pub(super) fn of_match<'r>(
        &self,
        rules: &'r Rules,
        found: &Match,
        body: &[u8],
    ) -> Option<Place<'r>> {
        let Cause::Entry(list, entry) = found.cause else {
            let start = found.location(rules).span.start;
            let at = self.manifest.binary_search_by_key(&start, |&(start, _)| start as usize);
            return Some(Place { path: MANIFEST, line: self.manifest[at.ok()?].1 });
        };
        let first = *self.lists.get(list.0 as usize)? as usize;
        let (lines, start) = match &self.lines {
            Lines::Stored(start) => (body, usize::try_from(*start).ok()?),
            Lines::Owned(lines) => (&lines[..], 0),
        };
        let at = first.checked_add(entry)?.checked_mul(LINE)?.checked_add(start)?;
        let line = u32::from_le_bytes(*lines.get(at..)?.first_chunk()?);
        Some(Place { path: &rules.list(list).path, line })
    }
}

/// The parts of a rule that a match may have as its location.
fn parts(rule: &Rule) -> impl Iterator<Item = Location> {
    let patterns = rule.patterns.iter().map(|pattern| pattern.location);
    let limits = rule.limits.iter().map(|limit| limit.location);
    let detect = rule.detect.iter().map(|detect| detect.location);
    let links = rule.links.iter().map(|links| links.location);
    [rule.location].into_iter().chain(patterns).chain(limits).chain(detect).chain(links)
}

/// Counts lines from one location of a file to the next, which is fast if they are in order. The
/// handler does this at its start, where the index of [`Sources::position`] would take longer.
struct LineCounter<'s> {
    sources: &'s Sources,
    at: usize,
    line: u32,
}

impl<'s> LineCounter<'s> {
    fn new(sources: &'s Sources) -> LineCounter<'s> {
        LineCounter { sources, at: 0, line: 1 }
    }

    /// Returns the line of a location. All have to be in the same file.
    fn line(&mut self, location: Location) -> u32 {
        let Ok(bytes) = &self.sources.get(location.source).content else { return 1 };
        let start = location.span.start.min(bytes.len());
        if start < self.at {
            (self.at, self.line) = (0, 1);
        }
        self.line += bytes[self.at..start].iter().filter(|&&byte| byte == b'\n').count() as u32;
        self.at = start;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compiled::{self, Compiled};
    use crate::engine::{Engine, Scratch};
    use crate::rules;
    use crate::source::Source;

    const MANIFEST_TEXT: &str = "\u{FEFF}version = 1\r
[[rule]]\r
id = \"a\"\r
action = \"mask\"\r
terms = [\"inline\", \"also\",\r
  \"third\"]\r
lists = [\"lists/b.txt\", \"a.txt\"]\r
patterns = [\r
  'ab+c\\d',\r
  'x{3}y',\r
]\r
links = { deny = [\"*\"] }\r
[[rule]]\r
id = \"b\"\r
action = \"deny\"\r
lists = [\"a.txt\"]\r
limit = { length = 60 }\r
detect = [\r
  \"email\"]\r
";

    /// Each text with the places of its matches.
    const CASES: &[(&str, &[&str])] = &[
        ("inline", &["rules.toml:5"]),
        ("third also", &["rules.toml:6", "rules.toml:5"]),
        ("göt", &["lists/b.txt:4"]),
        ("muppet", &["a.txt:1", "a.txt:1"]),
        ("pillock", &["a.txt:6", "a.txt:6"]),
        ("abbc1", &["rules.toml:9"]),
        ("xxxy", &["rules.toml:10"]),
        ("https://example.com", &["rules.toml:12"]),
        ("a long text of more than sixty letters, which is the limit here", &["rules.toml:17"]),
        ("ann@example.com", &["rules.toml:19"]),
    ];

    #[test]
    fn what_matched_is_found_in_its_file_from_text_and_from_compiled_rules() {
        let mut sources = Sources::default();
        for (path, text) in [
            ("rules.toml", MANIFEST_TEXT),
            ("lists/b.txt", "# a comment\n\n! hölle\ngöt\n"),
            ("a.txt", "muppet\n# sample\n> ok: hello\n\n\npillock"),
        ] {
            sources.push(Source { path: path.into(), content: Ok(text.into()) });
        }
        let parsed = rules::parse(&sources);
        assert_eq!(parsed.diagnostics, []);
        let mut engine = Engine::compile(parsed.rules).0;
        let found = engine.find("muppet", None, &mut Scratch::default());
        assert_eq!(engine.place(&found[0]), None, "no files were given");
        engine.locate(&sources);
        let opened =
            Compiled::open(compiled::write(&engine, &sources)).expect("it is valid").engine;
        for engine in [&engine, &opened] {
            for &(text, places) in CASES {
                let found = engine.find(text, None, &mut Scratch::default());
                let found = found.iter().map(|it| engine.place(it).expect("known").to_string());
                assert_eq!(found.collect::<Vec<_>>(), places, "{text}");
            }
        }
    }

    /// A damaged file may have any numbers.
    #[test]
    fn lines_outside_of_the_body_are_unknown() {
        let mut rules = Rules::default();
        rules.lists.push(crate::rules::List {
            path: "a.txt".into(),
            language: None,
            names_language: false,
            entries: Vec::new(),
            samples: Vec::new(),
        });
        let cause = Cause::Entry(crate::rules::ListId(0), usize::MAX);
        let found = Match::new(crate::rules::RuleId(0), cause, crate::span::Span::new(0, 1));
        for (lists, start) in [(vec![], 0), (vec![u32::MAX], u64::MAX), (vec![0], 8)] {
            let places = Places { manifest: Vec::new(), lists, lines: Lines::Stored(start) };
            assert_eq!(places.of_match(&rules, &found, &[0; 8]), None);
        }
    }
}
