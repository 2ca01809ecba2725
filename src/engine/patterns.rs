//! Regular expressions, compiled under a size limit and searched in linear time.

use regex::{Regex, RegexBuilder};

use crate::diagnostic::{Code, Diagnostic};
use crate::normalize::{Composed, Graphemes};
use crate::rules::{Action, Pattern, Piece, Rule, RuleId, Rules};
use crate::span::Span;

/// The longest expression, in bytes.
const MAX_TEXT: usize = 8 << 10;

/// The largest compiled expression, in bytes as the `regex` crate counts them.
const SIZE_LIMIT: usize = 2 << 20;

/// Hits of one pattern in one content, after which the rest of the content counts as one hit.
///
/// Searching on after each hit may take time quadratic in the content (documentation of the
/// `regex` crate, "Untrusted input"). No message of IVS Chat reaches this; only an event that is
/// not from there does.
const MAX_HITS: usize = 1_000;

/// All patterns of a rule set.
pub(super) struct Patterns {
    patterns: Vec<Compiled>,
}

struct Compiled {
    rule: RuleId,
    /// The number of the pattern in its rule.
    number: usize,
    regex: Regex,
    /// The numbers of the groups that the replacement inserts, one for each of its parts.
    groups: Vec<Option<usize>>,
}

/// A hit of a pattern.
pub(super) struct PatternHit {
    pub(super) rule: RuleId,
    pub(super) number: usize,
    /// In the original, on graphemes.
    pub(super) span: Span,
    /// For each part of the rule's replacement what it inserts of the original.
    pub(super) groups: Vec<Option<Span>>,
}

impl Patterns {
    /// Compiles the patterns of all rules. One that does not compile is left out, and told.
    pub(super) fn compile(rules: &Rules, problems: &mut Vec<Diagnostic>) -> Patterns {
        let mut patterns = Vec::new();
        for (rule, it) in rules.numbered() {
            for (number, pattern) in it.patterns.iter().enumerate() {
                let compiled =
                    compile(pattern).and_then(|regex| Ok((groups(it, pattern, &regex)?, regex)));
                match compiled {
                    Ok((groups, regex)) => {
                        patterns.push(Compiled { rule, number, regex, groups });
                    }
                    Err(problem) => problems.push(*problem),
                }
            }
        }
        Patterns { patterns }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Adds every place where a pattern matches at least one character.
    pub(super) fn find(&self, content: &str, hits: &mut Vec<PatternHit>) {
        if self.patterns.is_empty() {
            return;
        }
        let composed = Composed::new(content);
        let mut graphemes = None;
        for pattern in &self.patterns {
            let mut add = |part: Span, groups| {
                let graphemes = graphemes.get_or_insert_with(|| Graphemes::new(content));
                let span = graphemes.widen(composed.origin(part));
                hits.push(PatternHit { rule: pattern.rule, number: pattern.number, span, groups });
            };
            let mut last = None;
            for (count, groups) in pattern.matches(composed.text()).enumerate() {
                let part = groups.whole;
                if count == MAX_HITS {
                    last = Some(part.start);
                    break;
                }
                let origin = |part: Option<Span>| part.map(|part| composed.origin(part));
                add(part, groups.inserted.into_iter().map(origin).collect());
            }
            if let Some(start) = last {
                add(Span::new(start, composed.text().len()), Vec::new());
            }
        }
    }
}

/// One match in the composed text.
struct Groups {
    whole: Span,
    inserted: Vec<Option<Span>>,
}

impl Compiled {
    /// All matches that are not empty. Groups are only worked out where the replacement has some.
    fn matches<'t>(&'t self, text: &'t str) -> Box<dyn Iterator<Item = Groups> + 't> {
        if self.groups.is_empty() {
            let found = self.regex.find_iter(text).filter(|found| !found.is_empty());
            return Box::new(
                found.map(|found| Groups { whole: found.range().into(), inserted: Vec::new() }),
            );
        }
        Box::new(self.regex.captures_iter(text).filter_map(|captures| {
            let whole: Span = captures.get_match().range().into();
            let group = |number: &Option<usize>| {
                number.and_then(|number| captures.get(number)).map(|group| group.range().into())
            };
            let inserted = self.groups.iter().map(group).collect();
            (whole.start < whole.end).then_some(Groups { whole, inserted })
        }))
    }
}

fn compile(pattern: &Pattern) -> Result<Regex, Box<Diagnostic>> {
    if pattern.text.len() > MAX_TEXT {
        let message = format!("this pattern is longer than {MAX_TEXT} bytes");
        return Err(Box::new(too_big(pattern, message)));
    }
    RegexBuilder::new(&pattern.text)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| Box::new(explain(pattern, &error)))
}

fn too_big(pattern: &Pattern, message: String) -> Diagnostic {
    Diagnostic::new(Code::PatternTooBig, pattern.location, message)
        .help("use smaller repetitions ({1,20} and not {1,1000}), or list the words as entries")
}

fn explain(pattern: &Pattern, error: &regex::Error) -> Diagnostic {
    if let regex::Error::CompiledTooBig(limit) = error {
        let message = format!("this pattern needs more than {} MiB", limit >> 20);
        return too_big(pattern, message);
    }
    pattern.syntax_problem().unwrap_or_else(|| {
        Diagnostic::new(Code::BadPattern, pattern.location, "this pattern cannot be compiled")
    })
}

/// The group for each part of the replacement; none if it has no groups.
fn groups(
    rule: &Rule,
    pattern: &Pattern,
    regex: &Regex,
) -> Result<Vec<Option<usize>>, Box<Diagnostic>> {
    let Action::Replace(replacement) = &rule.action else { return Ok(Vec::new()) };
    if !replacement.has_groups() {
        return Ok(Vec::new());
    }
    let missing = |group: String| {
        let message = format!("the rule inserts the group {group}, which this pattern has not");
        Box::new(
            Diagnostic::new(Code::BadReplacement, pattern.location, message)
                .help("a group is what stands in ( ), or (?<name> ) for one with a name"),
        )
    };
    let group = |piece: &Piece| match piece {
        Piece::Literal(_) => Ok(None),
        Piece::Group(number) if *number < regex.captures_len() => Ok(Some(*number)),
        Piece::Group(number) => Err(missing(format!("${number}"))),
        Piece::Named(name) => regex
            .capture_names()
            .position(|known| known == Some(name))
            .map(Some)
            .ok_or_else(|| missing(format!("${{{name}}}"))),
    };
    replacement.pieces.iter().map(group).collect()
}
