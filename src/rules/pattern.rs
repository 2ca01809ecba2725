//! Regular expressions of rules: [`Pattern`].

use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

use regex_syntax::Error;
use regex_syntax::hir::{Hir, HirKind};

use super::{Action, Piece};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::span::Span;

/// The maximum length of an expression, in bytes.
const MAX_PATTERN_LENGTH: usize = 8 << 10;

/// A regular expression in the syntax of the `regex` crate, case-insensitive unless it contains
/// `(?-i)`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pattern {
    /// The expression as written.
    pub text: String,
    /// The location of the string, or of the expression alone if the string has no escapes.
    pub location: Location,
    /// Compiled rules parse the expression when it is first used.
    #[serde(skip)]
    hir: OnceLock<Hir>,
    groups: Vec<Option<usize>>,
}

impl Pattern {
    /// Parses a pattern of a rule with this action.
    ///
    /// # Errors
    /// If the pattern is too long or invalid, or the replacement refers to a group that it does not
    /// have. Syntax errors have their location inside the expression.
    pub(super) fn parse(
        text: String,
        location: Location,
        action: Option<&Action>,
    ) -> Result<Pattern, Box<Diagnostic>> {
        if text.len() > MAX_PATTERN_LENGTH {
            let message = format!("pattern is longer than {MAX_PATTERN_LENGTH} bytes");
            return Err(Box::new(too_big(location, message)));
        }
        let parsed = regex_syntax::Parser::new().parse(&text);
        let hir = parsed.map_err(|error| Box::new(invalid(&error, &text, location)))?;
        let groups = action.map_or(Ok(Vec::new()), |action| groups(action, &hir, location))?;
        Ok(Pattern { text, location, hir: hir.into(), groups })
    }

    /// Returns the parsed expression, as case-sensitive because this keeps its literals.
    pub(crate) fn hir(&self) -> &Hir {
        let parse =
            || regex_syntax::Parser::new().parse(&self.text).unwrap_or_else(|_| Hir::fail());
        self.hir.get_or_init(parse)
    }

    /// Returns the capture group that each piece of the replacement inserts. Empty if the
    /// replacement has no groups.
    pub(crate) fn groups(&self) -> &[Option<usize>] {
        &self.groups
    }

    /// Returns the diagnostic for a pattern that is too big.
    pub(crate) fn too_big(&self, message: String) -> Diagnostic {
        too_big(self.location, message)
    }

    /// Whether the pattern can match the empty string, and so would match everywhere.
    pub fn matches_empty(&self) -> bool {
        self.hir().properties().minimum_len() == Some(0)
    }
}

fn too_big(location: Location, message: String) -> Diagnostic {
    Diagnostic::new(Code::PatternTooBig, location, message)
        .help("use smaller repetitions (`{1,20}`, not `{1,1000}`), or list the words as entries")
}

fn invalid(error: &Error, text: &str, location: Location) -> Diagnostic {
    let (what, position) = match error {
        Error::Parse(error) => (error.kind().to_string(), Some(error.span())),
        Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
        _ => ("cannot be parsed".to_owned(), None),
    };
    let Location { source, span: whole } = location;
    let has_no_escapes = whole.end - whole.start == text.len();
    let span = position.filter(|_| has_no_escapes).map_or(whole, |position| {
        Span::new(whole.start + position.start.offset, whole.start + position.end.offset)
    });
    let message = format!("invalid regular expression: {what}");
    let help =
        "to match a symbol literally, put a backslash before it; write patterns in `'''...'''`";
    Diagnostic::new(Code::InvalidPattern, Location { source, span }, message).help(help)
}

/// Returns the capture group for each piece of the replacement. Empty if it has no groups.
fn groups(
    action: &Action,
    hir: &Hir,
    location: Location,
) -> Result<Vec<Option<usize>>, Box<Diagnostic>> {
    let Action::Replace(replacement) = action else { return Ok(Vec::new()) };
    if !replacement.has_groups() {
        return Ok(Vec::new());
    }
    let missing = |group: String| {
        let message =
            format!("replacement refers to group {group}, which does not exist in this pattern");
        Box::new(
            Diagnostic::new(Code::InvalidReplacement, location, message)
                .help("write a group as `(...)`, or as `(?<name>...)` with a name"),
        )
    };
    let mut names = Vec::new();
    group_names(hir, &mut names);
    let group = |piece: &Piece| match piece {
        Piece::Literal(_) => Ok(None),
        // Group 0 is the whole match.
        Piece::Group(number) if *number <= hir.properties().explicit_captures_len() => {
            Ok(Some(*number))
        }
        Piece::Group(number) => Err(missing(format!("${number}"))),
        Piece::Named(name) => names
            .iter()
            .find(|(known, _)| known == name)
            .map(|&(_, number)| Some(number))
            .ok_or_else(|| missing(format!("${{{name}}}"))),
    };
    replacement.pieces.iter().map(group).collect()
}

/// Collects the names of the capture groups in a pattern, with their indices.
fn group_names<'h>(hir: &'h Hir, names: &mut Vec<(&'h str, usize)>) {
    match hir.kind() {
        HirKind::Capture(group) => {
            names.extend(group.name.as_deref().map(|name| (name, group.index as usize)));
            group_names(&group.sub, names);
        }
        HirKind::Repetition(repetition) => group_names(&repetition.sub, names),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => {
            subs.iter().for_each(|sub| group_names(sub, names));
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Parsed, parse};
    use crate::source::{Source, Sources};

    fn parsed(rule: &str) -> Parsed {
        let manifest = format!("version = 1\n[[rule]]\nid = \"a\"\n{rule}\n");
        let mut sources = Sources::default();
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into_bytes()) });
        parse(&sources)
    }

    #[test]
    fn patterns_have_a_maximum_length() {
        for (length, problems) in
            [(MAX_PATTERN_LENGTH, vec![]), (MAX_PATTERN_LENGTH + 1, vec![Code::PatternTooBig])]
        {
            let pattern = "a".repeat(length);
            let parsed = parsed(&format!("action = \"mask\"\npatterns = ['{pattern}']"));
            let found: Vec<Code> = parsed.diagnostics.iter().map(|problem| problem.code).collect();
            assert_eq!(found, problems, "{length}");
        }
    }

    #[test]
    fn a_replacement_refers_to_groups_of_its_pattern() {
        for (with, problem) in [
            ("$0-$1", None),
            ("${name}", None),
            ("$2", None),
            ("$3", Some("$3")),
            ("${other}", Some("${other}")),
        ] {
            let Parsed { rules, diagnostics: problems, .. } = parsed(&format!(
                "action = \"replace\"\nwith = '{with}'\npatterns = ['(a)(?<name>b)']"
            ));
            assert_eq!(rules.rules[0].patterns.len(), usize::from(problem.is_none()), "{with}");
            let messages: Vec<&str> = problems.iter().map(|it| it.message.as_str()).collect();
            match problem {
                None => assert_eq!(messages, [""; 0], "{with}"),
                Some(group) => {
                    assert!(messages[0].contains(&format!("group {group},")), "{messages:?}")
                }
            }
        }
    }

    #[test]
    fn an_invalid_pattern_is_left_out_and_reported() {
        let Parsed { rules, diagnostics: problems, .. } =
            parsed("action = \"mask\"\npatterns = ['ab', '(', 'cd']");
        let texts: Vec<&str> = rules.rules[0].patterns.iter().map(|it| it.text.as_str()).collect();
        let codes: Vec<Code> = problems.iter().map(|it| it.code).collect();
        assert_eq!((texts, codes), (vec!["ab", "cd"], vec![Code::InvalidPattern]));
    }
}
