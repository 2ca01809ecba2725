//! A problem in a rule file as data: what, where, and how to mend it.
//!
//! How it is shown is the shell's business; nothing here prints.

use std::fmt;

use crate::source::{SourceId, Sources};
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look; the rules work as they are written.
    Warning,
    /// The line, list or rule at fault does nothing until it is mended.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)*) => {
        /// What kind of problem it is. The names never change their meaning, so
        /// that scripts may rely on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The stable name, in kebab case.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// The code of that name.
            pub fn from_name(name: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.as_str() == name)
            }

            /// The code whose name is nearest to that one, if any is near enough to be what was meant.
            pub fn nearest(name: &str) -> Option<Code> {
                let names = Code::ALL.iter().map(|code| code.as_str());
                suggest(name, names, Nearness::Similar).and_then(Code::from_name)
            }

            /// Whether a problem of this kind is an error or a warning.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// A file or the folder could not be read.
    IoError = "io-error", Error;
    /// A symbolic link, a named pipe, a device: anything but a regular file or a folder.
    UnsupportedFile = "unsupported-file", Error;
    /// A list that a rule names is not in the folder.
    MissingList = "missing-list", Error;
    /// A list path that is absolute or leaves the rule folder.
    InvalidPath = "invalid-path", Error;
    /// Bytes that are not UTF-8.
    InvalidUtf8 = "invalid-utf8", Error;
    /// A control character in a list.
    ControlCharacter = "control-character", Error;
    /// `rules.toml` is no TOML.
    TomlSyntax = "toml-syntax", Error;
    /// A key that the rule files do not have.
    UnknownKey = "unknown-key", Error;
    /// A key that must be there is not.
    MissingKey = "missing-key", Error;
    /// A value of the wrong type.
    InvalidType = "invalid-type", Error;
    /// A value that is not among the allowed ones.
    InvalidValue = "invalid-value", Error;
    /// Two things that do not go together.
    ConflictingKeys = "conflicting-keys", Error;
    /// A text that a rule is told to look at twice.
    DuplicateField = "duplicate-field", Warning;
    /// Two rules with one id.
    DuplicateRule = "duplicate-rule", Error;
    /// A rule that can never hit, because it has nothing to look for; or no rule at all.
    EmptyRule = "empty-rule", Error;
    /// A list that no rule names.
    UnusedList = "unused-list", Warning;
    /// A pattern that is no regular expression.
    InvalidPattern = "invalid-pattern", Error;
    /// A pattern that compiles to more than the size limit.
    PatternTooBig = "pattern-too-big", Error;
    /// A pattern that can match without matching any character.
    PatternMatchesEmpty = "pattern-matches-empty", Error;
    /// A pattern that is searched in every message, since nothing it needs is rare.
    SlowPattern = "slow-pattern", Warning;
    /// A replacement that names a group which does not exist.
    InvalidReplacement = "invalid-replacement", Error;
    /// A replacement that the rules themselves would catch.
    SelfMatchingReplacement = "self-matching-replacement", Error;
    /// An entry of which nothing is left after folding.
    EmptyEntry = "empty-entry", Error;
    /// A `*` by itself, which would catch every message.
    BareWildcard = "bare-wildcard", Error;
    /// A `*` or `+` where it has no meaning.
    MisplacedWildcard = "misplaced-wildcard", Error;
    /// A flag such as `@plain` twice, or before a word.
    MisplacedFlag = "misplaced-flag", Error;
    /// A `!` in a list that contains only exceptions.
    MisplacedExclamation = "misplaced-exclamation", Error;
    /// A single letter to be found anywhere.
    SingleLetterSubstring = "single-letter-substring", Error;
    /// An entry that no message could be long enough to hold.
    EntryTooLong = "entry-too-long", Error;
    /// An entry in quotes, which would be part of it.
    QuotedEntry = "quoted-entry", Error;
    /// Entries on one line, with commas between them.
    CommaList = "comma-list", Error;
    /// A regular expression where words belong.
    RegexEntry = "regex-entry", Error;
    /// An entry that stands in its list already.
    DuplicateEntry = "duplicate-entry", Warning;
    /// An exception that excepts nothing of its list.
    UnusedException = "unused-exception", Warning;
    /// An entry whose every hit is another one's as well.
    RedundantEntry = "redundant-entry", Warning;
    /// An entry that not even its own words are a hit of.
    UnreachableEntry = "unreachable-entry", Warning;
    /// An entry whose every hit an exception vetoes.
    ShadowedEntry = "shadowed-entry", Warning;
    /// An entry that hits words which nobody minds.
    CommonWordMatch = "common-word-match", Warning;
    /// A line that was given as innocent, and is hit.
    FalsePositive = "false-positive", Warning;
    /// Letters or quotes in an entry that only look like those of a keyboard.
    ConfusableCharacters = "confusable-characters", Warning;
    /// An entry or a rule whose last day has passed.
    Expired = "expired", Warning;
    /// A backslash at the end of a line.
    TrailingBackslash = "trailing-backslash", Error;
    /// A word with `@` in front that is no mark.
    UnknownFlag = "unknown-flag", Error;
    /// A day that does not exist or is written in another way than 2026-12-31.
    InvalidDate = "invalid-date", Error;
    /// A line with `>` in front that is no sample.
    InvalidSample = "invalid-sample", Error;
    /// A rule set that takes too large a share of the time that IVS Chat waits.
    OverBudget = "over-budget", Error;
    /// More problems than are told one by one.
    TooManyProblems = "too-many-problems", Error;
    /// A sample that should be caught and is not.
    SampleMissed = "sample-missed", Error;
    /// A sample that should be left alone and is caught.
    SampleCaught = "sample-caught", Error;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub source: SourceId,
    /// The bytes of the file.
    pub span: Span,
}

/// A problem in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong, as a sentence without its full stop.
    pub message: String,
    /// Where; nowhere if it is about the folder itself.
    pub location: Option<Location>,
    /// A second place that belongs to the problem, and what stands there.
    pub related: Option<(Location, String)>,
    /// How to mend it, in one line.
    pub help: Option<String>,
    /// Lines that may be what the help asks for, ready to be pasted.
    pub paste: Vec<String>,
}

impl Diagnostic {
    /// A problem at a place.
    #[cold]
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic { location: Some(location), ..Diagnostic::for_folder(code, message) }
    }

    /// A problem of the folder as a whole.
    #[cold]
    pub fn for_folder(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            location: None,
            related: None,
            help: None,
            paste: Vec::new(),
        }
    }

    /// Adds how to mend it.
    #[cold]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds lines to paste.
    pub fn paste(mut self, lines: Vec<String>) -> Diagnostic {
        self.paste = lines;
        self
    }

    /// Adds a second place.
    #[cold]
    pub fn related(mut self, location: Location, what: impl Into<String>) -> Diagnostic {
        self.related = Some((location, what.into()));
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }

    /// Where it is, as `rules/lists/insults.txt:12:5`, or the folder's name.
    pub fn place(&self, sources: &Sources) -> String {
        self.location.map_or_else(
            || sources.prefix.trim_end_matches('/').to_owned(),
            |location| place(sources, location),
        )
    }
}

/// `rules/lists/insults.txt:12:5`.
pub fn place(sources: &Sources, location: Location) -> String {
    let position = sources.position(location.source, location.span.start);
    format!("{}:{}:{}", sources.name(location.source), position.line, position.column)
}

/// The problem of a file that is not UTF-8 from `offset` on.
pub(crate) fn invalid_utf8(source: SourceId, offset: usize) -> Diagnostic {
    let location = Location { source, span: Span::new(offset, offset + 1) };
    Diagnostic::new(Code::InvalidUtf8, location, "here stand bytes that are not UTF-8")
        .help("save the file with the encoding UTF-8 (Latin-1 and UTF-16 cannot be read)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_names_are_unique_and_kebab_case() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(
            names.iter().all(|n| n.chars().all(|c| c.is_ascii_lowercase() || c == '8' || c == '-'))
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
