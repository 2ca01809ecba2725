//! Parses list files and the inline terms of `rules.toml`.

mod chars;
mod entry;
mod head;
mod suspicious;

pub(crate) use self::entry::{Line, MAX_LINE, ParsedLine};
pub(crate) use self::head::Head;
pub(super) use self::head::unknown_language;
use super::diagnostics::Diagnostics;
use super::{Entry, Sample};
use crate::diagnostic::{Code, Diagnostic, Location, foreign_file, invalid_utf8};
use crate::encoding::foreign_format;
use crate::language::Language;
use crate::source::{BYTE_ORDER_MARK, SourceId};
use crate::span::Span;

/// The maximum number of diagnostics per list. Bounds the output and the memory.
const MAX_DIAGNOSTICS: usize = 1_000;

/// Parses the lines of a file. Invalid lines are skipped and reported. `language` is that of the
/// rule, for a file that names none.
pub(super) fn parse_file(
    source: SourceId,
    bytes: &[u8],
    language: Option<Language>,
    diagnostics: &mut Diagnostics,
) -> Lines {
    let mut lines = Lines { language, ..Lines::default() };
    if let Some(format) = foreign_format(bytes) {
        diagnostics.push(foreign_file(source, format));
        return lines;
    }
    let mut found = Vec::new();
    // The first line that is not UTF-8, and how many there are.
    let mut unreadable: Option<(usize, usize)> = None;
    let mut start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut suppressed = 0;
    while start < bytes.len() {
        let rest = &bytes[start..];
        let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let parsed = match std::str::from_utf8(&rest[..length]) {
            // A part of the file was appended as UTF-16.
            Ok(text) if text.contains('\0') => {
                unreadable.get_or_insert((start, 0)).1 += 1;
                Ok(ParsedLine::Nothing)
            }
            Ok(text) => {
                let offset = start;
                let line = Line { source, text, offset, language: lines.language };
                match Head::of(text) {
                    Some(head) => line.head(&head, &lines).map(|language| {
                        lines.language = Some(language);
                        lines.named_at = Some(line.whole());
                        ParsedLine::Nothing
                    }),
                    None => line.parse(),
                }
            }
            Err(error) => {
                unreadable.get_or_insert((start + error.valid_up_to(), 0)).1 += 1;
                Ok(ParsedLine::Nothing)
            }
        };
        match parsed {
            Ok(ParsedLine::Nothing) => {}
            Ok(ParsedLine::Entry(entry)) => lines.entries.push(entry),
            Ok(ParsedLine::Sample(sample)) => lines.samples.push(sample),
            Err(error) if found.len() < MAX_DIAGNOSTICS => found.push(*error),
            Err(_) => suppressed += 1,
        }
        start += length + 1;
    }
    if let Some((offset, lines)) = unreadable {
        found.push(invalid_utf8(source, offset, lines));
    }
    if suppressed > 0 {
        let end = Location { source, span: Span::new(bytes.len(), bytes.len()) };
        let message = format!("{suppressed} more problems in this file not shown");
        found.push(
            Diagnostic::new(Code::TooManyProblems, end, message)
                .help("this may not be a word list; see the first problems"),
        );
    }
    diagnostics.extend(found);
    lines
}

/// Parses a list alone. Returns its diagnostics as well.
pub(crate) fn parse_list(bytes: &[u8]) -> (Lines, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let lines = parse_file(SourceId(0), bytes, None, &mut diagnostics);
    (lines, diagnostics.into_sorted())
}

/// Parses an entry of `terms` in `rules.toml`. All diagnostics get the location of the string.
///
/// # Errors
/// The first error in the entry.
pub(super) fn parse_inline_entry(
    text: &str,
    location: Location,
    language: Option<Language>,
) -> Result<Entry, Box<Diagnostic>> {
    let line = Line { source: location.source, text, offset: 0, language };
    let parsed = line.parse().map_err(|mut error| {
        error.location = Some(location);
        error
    })?;
    match parsed {
        ParsedLine::Entry(entry) => Ok(Entry { location, ..entry }),
        ParsedLine::Sample(_) => Err(Box::new(
            Diagnostic::new(Code::InvalidSample, location, "samples are not allowed in `terms`")
                .help("write `samples = { caught = [\"...\"], ok = [\"...\"] }`"),
        )),
        ParsedLine::Nothing => {
            let error = Diagnostic::new(Code::EmptyEntry, location, "empty entry in `terms`");
            Err(Box::new(match text.trim() {
                "" => error,
                _ => {
                    error.help("`#` begins a comment; to match the character itself, write `\\\\#`")
                }
            }))
        }
    }
}

/// Whether a line is a valid entry.
pub(crate) fn is_valid_line(text: &str) -> bool {
    let line = Line { source: SourceId(0), text, offset: 0, language: None };
    matches!(line.parse(), Ok(ParsedLine::Entry(_)))
}

/// The entries and samples of a list file.
#[derive(Default)]
pub(crate) struct Lines {
    /// The language that the file or its rule names.
    pub(crate) language: Option<Language>,
    /// Where the file names it.
    pub(crate) named_at: Option<Location>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) samples: Vec<Sample>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{End, Expect, Start};

    fn parse(text: &str) -> (Lines, Vec<Diagnostic>) {
        parse_list(text.as_bytes())
    }

    fn one(text: &str) -> Entry {
        let (lines, diagnostics) = parse(text);
        assert_eq!(diagnostics, [], "{text}");
        let [entry] = lines.entries.try_into().expect("one entry");
        entry
    }

    fn code(text: &str) -> Code {
        let (lines, diagnostics) = parse(text);
        assert!(lines.entries.is_empty() && lines.samples.is_empty(), "{text}");
        assert_eq!(diagnostics.len(), 1, "{text}");
        diagnostics[0].code
    }

    #[test]
    fn wildcards_define_what_may_surround_an_entry() {
        for (line, text, start, end) in [
            ("badword", "badword", Start::Word, End::Word),
            ("  badword \t\r", "badword", Start::Word, End::Word),
            ("badword*", "badword", Start::Word, End::Anywhere),
            ("*badword", "badword", Start::Anywhere, End::Word),
            ("*badword*", "badword", Start::Anywhere, End::Anywhere),
            ("badword+", "badword", Start::Word, End::Ending),
            ("very  bad phrase", "very bad phrase", Start::Word, End::Word),
            ("very bad phras*", "very bad phras", Start::Word, End::Anywhere),
            (r"c\+\+", "c++", Start::Word, End::Word),
            (r"f\*\*k", "f**k", Start::Word, End::Word),
            (r"\#hash", "#hash", Start::Word, End::Word),
            (r"\!bang", "!bang", Start::Word, End::Word),
            (r"\@at", "@at", Start::Word, End::Word),
            (r"a\\b", r"a\b", Start::Word, End::Word),
            ("a#b # comment", "a#b", Start::Word, End::Word),
            ("😡", "😡", Start::Word, End::Word),
        ] {
            let entry = one(line);
            assert_eq!((entry.text.as_str(), entry.start, entry.end), (text, start, end), "{line}");
            assert!(!entry.exception);
        }
    }

    #[test]
    fn exceptions_comments_flags_and_samples_are_distinguished() {
        assert!(one("! badwordsworth").exception);
        assert!(one("!badwordsworth").exception);
        let entry = one("bad @until 2026-12-31 @plain @from 2026-01-01 # why");
        assert!(entry.plain);
        assert_eq!(entry.from.map(|day| day.to_string()).as_deref(), Some("2026-01-01"));
        assert_eq!(entry.until.map(|day| day.to_string()).as_deref(), Some("2026-12-31"));

        let (lines, diagnostics) =
            parse("\u{FEFF}# a comment\r\n\r\n> caught:  a # \\b\r\n  > ok : x: y \n#\n");
        assert_eq!(diagnostics, []);
        assert!(lines.entries.is_empty());
        let samples: Vec<_> = lines.samples.iter().map(|s| (s.expect, s.text.as_str())).collect();
        assert_eq!(samples, [(Expect::Caught, " a # \\b"), (Expect::Ok, "x: y ")]);
    }

    #[test]
    fn each_error_has_its_code() {
        for (line, expected) in [
            ("*", Code::BareWildcard),
            ("** *", Code::BareWildcard),
            ("! +", Code::BareWildcard),
            ("!", Code::EmptyEntry),
            ("@plain", Code::EmptyEntry),
            ("\u{200B}", Code::EmptyEntry),
            ("bad *", Code::MisplacedWildcard),
            ("* bad", Code::MisplacedWildcard),
            ("bad +", Code::MisplacedWildcard),
            ("! bad *", Code::MisplacedWildcard),
            ("*bad**", Code::MisplacedWildcard),
            ("b\u{7}ad", Code::ControlCharacter),
            ("bad\rworse", Code::ControlCharacter),
            ("☆ a b c d e f g h", Code::EntryTooLong),
            ("b*d", Code::MisplacedWildcard),
            ("a+b", Code::MisplacedWildcard),
            ("+bad", Code::MisplacedWildcard),
            ("*bad phrase", Code::MisplacedWildcard),
            ("bad* phrase", Code::MisplacedWildcard),
            ("bad @plain word", Code::MisplacedFlag),
            ("bad @plain @plain", Code::MisplacedFlag),
            ("bad @untill 2026-12-31", Code::UnknownFlag),
            ("bad @until", Code::InvalidDate),
            ("bad @until 2026-02-30", Code::InvalidDate),
            ("bad @until 31.12.2026", Code::InvalidDate),
            ("bad @until 2026-01-01 @from 2026-01-02", Code::ConflictingKeys),
            ("*a*", Code::SingleLetterSubstring),
            ("*Ａ\u{301}*", Code::SingleLetterSubstring),
            ("bad\\", Code::TrailingBackslash),
            ("bad\\\r", Code::TrailingBackslash),
            ("> catch: x", Code::InvalidSample),
            ("> ok:  ", Code::InvalidSample),
            ("> ok", Code::InvalidSample),
            ("#! language: xx", Code::InvalidValue),
            ("#!language:", Code::InvalidValue),
            ("#! langauge: vi", Code::UnknownKey),
        ] {
            assert_eq!(code(line), expected, "{line}");
        }
        assert_eq!(code(&"x".repeat(501)), Code::EntryTooLong);
        assert_eq!(code(&"x ".repeat(MAX_LINE)), Code::EntryTooLong);
        assert_eq!(one(&"x".repeat(500)).text.len(), 500);
        assert_eq!(one("*傻*").text, "傻");
    }

    #[test]
    fn the_head_of_a_list_names_its_language() {
        let (lines, diagnostics) =
            parse("\u{FEFF}# words\n #!Language:pt-BR # of Brazil\r\nbad\n#!/bin/sh\n#! a b\n");
        assert_eq!(diagnostics, []);
        assert_eq!(lines.language.map(Language::code), Some("pt"));
        assert_eq!(lines.entries[0].language.code(), "pt");
        for text in ["bad\n#! language: de", "#! language: de\n#! language: de"] {
            let (_, diagnostics) = parse(text);
            assert_eq!(diagnostics[0].code, Code::ConflictingKeys, "{text}");
        }
        let (_, diagnostics) = parse("#! language: german");
        let help = diagnostics[0].help.as_deref().unwrap_or_default();
        assert!(help.starts_with("did you mean `de` (German)?"), "{help}");
    }

    #[test]
    fn an_invalid_line_does_not_affect_the_others() {
        let mut diagnostics = Diagnostics::default();
        let lines = parse_file(SourceId(0), b"one\nb\xE4d\n*\ntwo", None, &mut diagnostics);
        let texts: Vec<_> = lines.entries.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["one", "two"]);
        let diagnostics = diagnostics.into_sorted();
        let codes: Vec<_> = diagnostics.iter().map(|it| it.code).collect();
        assert_eq!(codes, [Code::InvalidUtf8, Code::BareWildcard]);
        assert_eq!(diagnostics[0].location.map(|l| l.span.start), Some(5));
    }

    #[test]
    fn diagnostics_are_bounded() {
        let (_, diagnostics) = parse(&"*\n".repeat(5_000));
        assert_eq!(diagnostics.len(), MAX_DIAGNOSTICS + 1);
    }
}
