//! Errors and warnings about rule files as data: [`Diagnostic`].
//!
//! A diagnostic says what is wrong, where, and how to fix it. The binaries print it.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::fmt;

use crate::encoding::{ForeignFormat, SAVE_AS_UTF_8};
use crate::rules::MANIFEST;
use crate::source::{SourceId, Sources};
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// How severe a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rules work as written, but perhaps not as intended.
    Warning,
    /// The affected line, list or rule is skipped until it is fixed.
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
        /// The kind of a diagnostic. Names never change their meaning, so scripts can rely on
        /// them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// Returns the stable name, in kebab case.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// Returns the code with this name.
            pub fn from_name(name: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.as_str() == name)
            }

            /// Returns the code with the most similar name, or `None` if no name is similar enough.
            pub fn nearest(name: &str) -> Option<Code> {
                let names = Code::ALL.iter().map(|code| code.as_str());
                suggest(name, names, Nearness::Edits(3)).and_then(Code::from_name)
            }

            /// Returns whether diagnostics of this kind are errors or warnings.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// A file or the folder cannot be read.
    IoError = "io-error", Error;
    /// Neither a regular file nor a folder: a symbolic link, a named pipe, a device.
    UnsupportedFile = "unsupported-file", Error;
    /// A rule names a list that is not in the folder.
    MissingList = "missing-list", Error;
    /// A list path is absolute, leaves the rule folder, or does not end in `.txt`.
    InvalidPath = "invalid-path", Error;
    /// A file contains bytes that are not UTF-8.
    InvalidUtf8 = "invalid-utf8", Error;
    /// A file was saved as UTF-16 and read as such, or contains text that was saved in another
    /// encoding.
    Encoding = "encoding", Warning;
    /// A list contains a control character.
    ControlCharacter = "control-character", Error;
    /// `rules.toml` is not valid TOML.
    TomlSyntax = "toml-syntax", Error;
    /// The key does not exist.
    UnknownKey = "unknown-key", Error;
    /// A required key is missing.
    MissingKey = "missing-key", Error;
    /// A value has the wrong type.
    InvalidType = "invalid-type", Error;
    /// A value is not one that the key accepts: it is unknown, out of range or empty.
    InvalidValue = "invalid-value", Error;
    /// Two settings conflict.
    ConflictingKeys = "conflicting-keys", Error;
    /// A rule lists the same field twice.
    DuplicateField = "duplicate-field", Warning;
    /// Two rules have the same id.
    DuplicateRule = "duplicate-rule", Error;
    /// A rule has nothing to search for, or the folder has no rule.
    EmptyRule = "empty-rule", Error;
    /// No rule uses this list.
    UnusedList = "unused-list", Warning;
    /// A pattern is not a valid regular expression.
    InvalidPattern = "invalid-pattern", Error;
    /// A pattern compiles to more than the size limit.
    PatternTooBig = "pattern-too-big", Error;
    /// A pattern can match the empty string.
    PatternMatchesEmpty = "pattern-matches-empty", Error;
    /// A pattern runs on every message because it requires no rare literal.
    SlowPattern = "slow-pattern", Warning;
    /// No message can match this pattern.
    UnreachablePattern = "unreachable-pattern", Error;
    /// A pattern was probably meant otherwise.
    SuspiciousPattern = "suspicious-pattern", Warning;
    /// No message exceeds this limit.
    UnreachableLimit = "unreachable-limit", Warning;
    /// A replacement names a group that does not exist, or has an invalid `$`.
    InvalidReplacement = "invalid-replacement", Error;
    /// The rules match their own replacement or reason.
    SelfMatchingReplacement = "self-matching-replacement", Error;
    /// An entry is empty after folding.
    EmptyEntry = "empty-entry", Error;
    /// A wildcard without a word, which would match every message.
    BareWildcard = "bare-wildcard", Error;
    /// A `*` or `+` is at a position where it has no meaning.
    MisplacedWildcard = "misplaced-wildcard", Error;
    /// A flag such as `@plain` occurs twice, or before a word.
    MisplacedFlag = "misplaced-flag", Error;
    /// A line begins with `!` in a list that contains only exceptions.
    MisplacedExclamation = "misplaced-exclamation", Error;
    /// A single letter is searched anywhere.
    SingleLetterSubstring = "single-letter-substring", Error;
    /// An entry is longer than any message, or has too many words with symbols in them.
    EntryTooLong = "entry-too-long", Error;
    /// An entry is in quotes, which would be part of it.
    QuotedEntry = "quoted-entry", Error;
    /// One line contains several entries separated by commas.
    CommaList = "comma-list", Error;
    /// A list contains a regular expression.
    RegexEntry = "regex-entry", Error;
    /// An entry was probably meant for another tool, and matches nothing or too much as written.
    SuspiciousEntry = "suspicious-entry", Warning;
    /// A list file is empty.
    EmptyList = "empty-list", Warning;
    /// `rooms` contains a pattern that matches no room.
    UnknownRoom = "unknown-room", Warning;
    /// A mode in `rules.toml` changes nothing.
    UnusedSwitch = "unused-switch", Warning;
    /// `deny` of a rule contains a host that `allow` contains too.
    UnreachableHost = "unreachable-host", Warning;
    /// `links` contains `*.example.com`, which does not include `example.com`.
    SubdomainsOnly = "subdomains-only", Warning;
    /// The name of an attribute has an unusual case.
    AttributeCase = "attribute-case", Warning;
    /// The list, array or rule already contains this.
    DuplicateEntry = "duplicate-entry", Warning;
    /// An exception has no effect on its list.
    UnusedException = "unused-exception", Warning;
    /// Another entry matches everything that this one matches.
    RedundantEntry = "redundant-entry", Warning;
    /// No message can match this entry.
    UnreachableEntry = "unreachable-entry", Warning;
    /// An exception suppresses every match of this entry.
    ShadowedEntry = "shadowed-entry", Warning;
    /// An entry matches common words that it probably should not match.
    CommonWordMatch = "common-word-match", Warning;
    /// A rule matches a line of the corpus of acceptable messages.
    FalsePositive = "false-positive", Warning;
    /// An entry contains letters or quotes that only look like those of a keyboard.
    ConfusableCharacters = "confusable-characters", Warning;
    /// The last day of an entry or a rule is in the past.
    Expired = "expired", Warning;
    /// A line ends with a backslash.
    TrailingBackslash = "trailing-backslash", Error;
    /// A word that begins with `@` is not a known flag.
    UnknownFlag = "unknown-flag", Error;
    /// A date does not exist or is not written as 2026-12-31.
    InvalidDate = "invalid-date", Error;
    /// A line that begins with `>` is not a valid sample.
    InvalidSample = "invalid-sample", Error;
    /// The rules may be too slow for the time that IVS Chat waits.
    OverBudget = "over-budget", Error;
    /// Without compiled rules, the rules may be too slow for the time that IVS Chat waits.
    SlowFallback = "slow-fallback", Warning;
    /// There are more problems than are reported individually.
    TooManyProblems = "too-many-problems", Error;
    /// A sample that should match does not.
    SampleMissed = "sample-missed", Error;
    /// A sample that should not match does.
    SampleCaught = "sample-caught", Error;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a diagnostic of one kind may be the cause of, or follow from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// A file that cannot be read or parsed: what it contains is missing elsewhere.
    File,
    Other,
    /// What the rules do with messages and with their own texts, which other errors change.
    Effect,
}

impl Code {
    fn role(self) -> Role {
        match self {
            Code::IoError | Code::UnsupportedFile | Code::InvalidUtf8 | Code::TomlSyntax => {
                Role::File
            }
            Code::SampleMissed
            | Code::SampleCaught
            | Code::SelfMatchingReplacement
            | Code::FalsePositive
            | Code::UnusedList
            | Code::OverBudget
            | Code::SlowFallback
            | Code::TooManyProblems => Role::Effect,
            _ => Role::Other,
        }
    }
}

/// Sorts diagnostics in the order in which they are best fixed: errors before warnings, causes
/// before what follows from them, `rules.toml` before the lists that it names, and the rest by
/// location.
pub fn sort(sources: &Sources, diagnostics: &mut [Diagnostic]) {
    let manifest = sources.find(MANIFEST);
    diagnostics.sort_by_key(|it| {
        let is_list = it.location.is_some_and(|at| Some(at.source) != manifest);
        (Reverse(it.code.severity()), it.code.role(), is_list, it.location)
    });
}

/// A range of bytes in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file.
    pub source: SourceId,
    /// The byte range in the file.
    pub span: Span,
}

/// An error or warning about a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of the diagnostic.
    pub code: Code,
    /// What is wrong, as a lower-case fragment without a full stop.
    pub message: String,
    /// Where the problem is; `None` if it concerns the folder as a whole.
    pub location: Option<Location>,
    /// A related location, and a label for it.
    pub related: Option<(Location, String)>,
    /// How to fix it, in one line.
    pub help: Option<String>,
    /// Suggested lines for the list, ready to be pasted.
    pub paste: Vec<String>,
}

impl Diagnostic {
    /// Creates a diagnostic at a location.
    #[cold]
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic { location: Some(location), ..Diagnostic::for_folder(code, message) }
    }

    /// Creates a diagnostic about the folder as a whole.
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

    /// Sets the help text.
    #[cold]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Sets the lines to paste.
    pub fn paste(mut self, lines: Vec<String>) -> Diagnostic {
        self.paste = lines;
        self
    }

    /// Sets the related location and its label.
    #[cold]
    pub fn related(mut self, location: Location, label: impl Into<String>) -> Diagnostic {
        self.related = Some((location, label.into()));
        self
    }

    /// Whether the diagnostic is an error.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }

    /// Returns the location as `rules/lists/insults.txt:12:5`, or the name of the folder.
    pub fn format_location(&self, sources: &Sources) -> String {
        self.location.map_or_else(
            || sources.prefix.trim_end_matches('/').to_owned(),
            |location| format_location(sources, location),
        )
    }
}

/// Returns a location as `rules/lists/insults.txt:12:5`.
pub fn format_location(sources: &Sources, location: Location) -> String {
    let position = sources.position(location.source, location.span.start);
    format!("{}:{}:{}", sources.name(location.source), position.line, position.column)
}

/// Returns the diagnostic for a file that is not UTF-8 in some lines, of which the first has an
/// invalid byte at `offset`.
pub(crate) fn invalid_utf8(source: SourceId, offset: usize, lines: usize) -> Diagnostic {
    let location = Location { source, span: Span::new(offset, offset + 1) };
    let message = match lines {
        1 => "not saved as UTF-8: this line cannot be read".to_owned(),
        lines => {
            format!("not saved as UTF-8: {lines} lines cannot be read, beginning with this one")
        }
    };
    Diagnostic::new(Code::InvalidUtf8, location, message).help(SAVE_AS_UTF_8)
}

/// Returns the diagnostic for a file of another format.
pub(crate) fn foreign_file(source: SourceId, format: ForeignFormat) -> Diagnostic {
    let location = Location { source, span: Span::new(0, 0) };
    let message = format!("this file is {}, not text in UTF-8", format.what);
    Diagnostic::new(Code::InvalidUtf8, location, message).help(format.help)
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
