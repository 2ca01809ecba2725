//! The layout of a list: [`format_list`].
//!
//! Formatting changes whitespace only:
//!
//! - no whitespace before a line, nor after it, unless it belongs to a sample;
//! - one space between words, after `!`, after `>` and after the colon of a sample or of `#! language`;
//! - the comment of an entry in column 25, and after a longer entry two spaces or more after it, at the
//!   next column that is a multiple of 8, plus one;
//! - one empty line in place of several, and none at the start and the end of the file;
//! - a line break after the last line, and the same line breaks everywhere: those of most lines.
//!
//! Lines with errors stay as they are, as do those that were probably meant for another tool, such as
//! `word<tab>note`: `check` recognizes them by their whitespace. A byte order mark stays.
//!
//! **Example.** `·` is a space:
//!
//! ```text
//! ··muppet+·#·the puppet      muppet+·················#·the puppet
//! !the··muppets·              !·the·muppets
//! >ok:the·muppets             >·ok:·the·muppets
//! ```

use std::borrow::Cow;
use std::fmt;

use unicode_segmentation::UnicodeSegmentation;

use crate::diagnostic::Diagnostic;
use crate::encoding::{Encoding, SAVE_AS_UTF_8, foreign_format, to_utf8};
use crate::lint::is_suspicious;
use crate::rules::{Entry, Expect, Head, Line, Lines, MAX_LINE, ParsedLine, parse_list};
use crate::source::{BYTE_ORDER_MARK, SourceId};

/// Where the comment of an entry begins, in characters. One after a longer entry begins at a multiple
/// of [`COLUMN_STEP`].
const COMMENT_COLUMN: usize = 24;
const COLUMN_STEP: usize = 8;
/// The minimum number of spaces before a comment.
const COMMENT_GAP: usize = 2;

/// A list in its canonical layout.
#[derive(Clone, Debug)]
pub struct FormattedList<'t> {
    /// The byte order mark, or nothing.
    mark: &'t [u8],
    /// Every line of the list.
    pub lines: Vec<FormattedLine<'t>>,
}

/// A line of a list, with its line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormattedLine<'t> {
    /// The line as it is.
    pub before: &'t str,
    /// The line in the canonical layout; `None` if it is removed.
    pub after: Option<Cow<'t, str>>,
}

impl FormattedLine<'_> {
    /// Whether the line changes.
    pub fn is_changed(&self) -> bool {
        self.after.as_deref() != Some(self.before)
    }
}

impl FormattedList<'_> {
    /// Whether a line changes.
    pub fn is_changed(&self) -> bool {
        self.lines.iter().any(FormattedLine::is_changed)
    }

    /// Returns the content of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let lines = self.lines.iter().filter_map(|line| line.after.as_deref());
        [self.mark].into_iter().chain(lines.map(str::as_bytes)).collect::<Vec<_>>().concat()
    }
}

/// Why a list is not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// The line, from 1; `None` if it concerns the whole file.
    pub line: Option<usize>,
    /// What is wrong, and how to fix it.
    pub message: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FormatError {}

/// Returns a list in the canonical layout. Its entries, exceptions, samples and errors are those of
/// the list as it is, which is verified.
///
/// # Errors
/// If the file is not text in UTF-8, or the layout would change what a line means.
pub fn format_list(bytes: &[u8]) -> Result<FormattedList<'_>, FormatError> {
    let text = text(bytes)?;
    let (mark, text) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => (BYTE_ORDER_MARK, rest),
        None => (&b""[..], text),
    };
    let start = text.trim_start();
    let other = match start.starts_with('\u{FEFF}') {
        true => Some("a byte order mark"),
        false => foreign_format(start.as_bytes()).map(|format| format.what),
    };
    if let Some(other) = other.filter(|_| mark.is_empty()) {
        let message = format!(
            "without the empty lines before it, this line would be read as {other}; add a comment at the top of the list"
        );
        return Err(FormatError { line: Some(line_of(bytes, text.len() - start.len())), message });
    }
    let kept: Vec<(&str, Kept<'_>)> =
        text.split_inclusive('\n').map(|line| (line, Kept::of(line))).collect();
    let is_kept = without_superfluous_blanks(&kept);
    let line_break = usual_line_break(kept.iter().zip(&is_kept).filter(|it| *it.1).map(|it| it.0));
    let lines = kept.into_iter().zip(is_kept).map(|((before, kept), is_kept)| {
        let after = is_kept.then(|| kept.ended(before, line_break));
        FormattedLine { before, after }
    });
    let list = FormattedList { mark, lines: lines.collect() };
    match first_difference(bytes, &list.bytes()) {
        None => Ok(list),
        Some(offset) => {
            let message = "formatting would change what this line means; rewrite it by hand";
            Err(FormatError { line: Some(line_of(bytes, offset)), message: message.to_owned() })
        }
    }
}

fn text(bytes: &[u8]) -> Result<&str, FormatError> {
    let whole = |what: &str, help: &str| FormatError {
        line: None,
        message: format!("this is {what}; {help}"),
    };
    // The first four bytes decide.
    if to_utf8(&mut bytes[..bytes.len().min(4)].to_vec()) == Encoding::Utf16 {
        return Err(whole("UTF-16", SAVE_AS_UTF_8));
    }
    if let Some(format) = foreign_format(bytes) {
        return Err(whole(format.what, format.help));
    }
    let valid = match str::from_utf8(bytes) {
        Ok(text) => text.find('\0').map_or(Ok(text), Err),
        Err(error) => Err(error.valid_up_to()),
    };
    valid.map_err(|offset| FormatError {
        line: Some(line_of(bytes, offset)),
        message: format!("invalid UTF-8; {SAVE_AS_UTF_8}"),
    })
}

/// Returns the number of the line at an offset, from 1.
fn line_of(bytes: &[u8], offset: usize) -> usize {
    bytes[..offset].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// What stays of a line.
enum Kept<'t> {
    Blank,
    /// The line in the canonical layout, without a line break.
    Formatted(Cow<'t, str>),
    /// The line with its line break.
    AsIs,
}

impl<'t> Kept<'t> {
    fn of(line: &'t str) -> Kept<'t> {
        let text = line.strip_suffix('\n').unwrap_or(line);
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Kept::Blank;
        }
        if let Some(head) = Head::of(text) {
            return Kept::Formatted(Cow::Owned(formatted_head(&head)));
        }
        if trimmed.starts_with('#') {
            return Kept::Formatted(Cow::Borrowed(trimmed));
        }
        let line = Line { source: SourceId(0), text, offset: 0, language: None };
        let formatted = match line.parse() {
            Err(_) | Ok(ParsedLine::Nothing) => return Kept::AsIs,
            Ok(ParsedLine::Sample(sample)) => {
                let kind = match sample.expect {
                    Expect::Caught => "caught",
                    Expect::Ok => "ok",
                };
                format!("> {kind}: {}", sample.text)
            }
            Ok(ParsedLine::Entry(entry)) if is_suspicious(text, &entry) => return Kept::AsIs,
            Ok(ParsedLine::Entry(entry)) => formatted_entry(&line, &entry),
        };
        // The spaces before a long comment could make the line too long to be valid.
        match formatted.len() <= MAX_LINE.max(trimmed.len()) {
            true if formatted == text => Kept::Formatted(Cow::Borrowed(text)),
            true => Kept::Formatted(Cow::Owned(formatted)),
            false => Kept::AsIs,
        }
    }

    /// Returns the line with its line break.
    fn ended(self, before: &'t str, line_break: &str) -> Cow<'t, str> {
        let text = match self {
            Kept::Blank => Cow::Borrowed(""),
            Kept::Formatted(text) => text,
            Kept::AsIs if before.ends_with('\n') => return Cow::Borrowed(before),
            // With a carriage return, `\r\n` would be the line break.
            Kept::AsIs => return Cow::Owned(format!("{before}\n")),
        };
        let is_same = before.strip_prefix(&*text).is_some_and(|rest| rest == line_break);
        if is_same { Cow::Borrowed(before) } else { Cow::Owned(format!("{text}{line_break}")) }
    }
}

fn formatted_head(head: &Head<'_>) -> String {
    // After a space, `#` would begin a comment.
    let gap = if matches!(head.value.chars().next(), None | Some('#')) { "" } else { " " };
    let text = format!("#! {}:{gap}{}", head.key, head.value);
    match head.comment {
        Some(comment) => with_comment(text, comment),
        None => text,
    }
}

/// Returns the line of an entry: its words with one space between them, and its comment.
fn formatted_entry(line: &Line<'_>, entry: &Entry) -> String {
    let split = line.words().expect("the line is valid");
    let mut words: Vec<&str> = split.words.iter().map(|it| &line.text[it.span.range()]).collect();
    let mut text = String::with_capacity(line.text.len());
    if entry.exception {
        words[0] = &words[0][1..];
        // After a space, `#` would begin a comment.
        text += if words[0].starts_with('#') { "!" } else { "! " };
    }
    words.retain(|word| !word.is_empty());
    text += &words.join(" ");
    match split.comment {
        Some(start) => with_comment(text, line.text[start..].trim_end()),
        None => text,
    }
}

/// Appends a comment, which begins with `#`.
fn with_comment(mut text: String, comment: &str) -> String {
    let width = text.graphemes(true).count();
    let column = match width + COMMENT_GAP {
        least if least <= COMMENT_COLUMN => COMMENT_COLUMN,
        least => least.next_multiple_of(COLUMN_STEP),
    };
    text.extend(std::iter::repeat_n(' ', column - width));
    text += comment;
    text
}

/// Returns for each line whether it stays: empty lines only between others, and one at a time.
fn without_superfluous_blanks(lines: &[(&str, Kept<'_>)]) -> Vec<bool> {
    let mut is_kept = vec![true; lines.len()];
    // The first of the empty lines after the last line that is not empty.
    let mut blank = None;
    let mut is_start = true;
    for (index, (_, kept)) in lines.iter().enumerate() {
        match kept {
            Kept::Blank => {
                is_kept[index] = false;
                blank = blank.or(Some(index).filter(|_| !is_start));
            }
            _ => {
                if let Some(blank) = blank.take() {
                    is_kept[blank] = true;
                }
                is_start = false;
            }
        }
    }
    is_kept
}

/// Returns the line break of most lines, without those of lines that stay as they are.
fn usual_line_break<'k>(lines: impl Iterator<Item = &'k (&'k str, Kept<'k>)>) -> &'static str {
    let (mut short, mut long) = (0, 0);
    for (line, _) in lines.filter(|(_, kept)| !matches!(kept, Kept::AsIs)) {
        long += usize::from(line.ends_with("\r\n"));
        short += usize::from(line.ends_with('\n') && !line.ends_with("\r\n"));
    }
    if long > short { "\r\n" } else { "\n" }
}

/// Returns where the meaning of a list begins to differ from that of another one: its language, an
/// entry, an exception, a sample or an error.
fn first_difference(before: &[u8], after: &[u8]) -> Option<usize> {
    let ((old, old_errors), (new, new_errors)) = (parse_list(before), parse_list(after));
    let Lines { language, named_at, entries, samples } = &old;
    let is_same_entry = |a: &Entry, b: &Entry| *a == Entry { location: a.location, ..b.clone() };
    let is_same_error =
        |a: &Diagnostic, b: &Diagnostic| (a.code, &a.message) == (b.code, &b.message);
    let starts = [
        (*language != new.language || named_at.is_some() != new.named_at.is_some())
            .then(|| named_at.map_or(0, |at| at.span.start)),
        difference(entries, &new.entries, is_same_entry)
            .map(|entry| entry.map_or(before.len(), |it| it.location.span.start)),
        difference(samples, &new.samples, |a, b| (a.expect, &a.text) == (b.expect, &b.text))
            .map(|sample| sample.map_or(before.len(), |it| it.location.span.start)),
        difference(&old_errors, &new_errors, is_same_error)
            .map(|error| error.and_then(|it| it.location).map_or(before.len(), |at| at.span.start)),
    ];
    starts.into_iter().flatten().min()
}

/// Returns the first item that differs from that of `after`, or `Some(None)` if only `after` has more.
fn difference<'i, T>(
    before: &'i [T],
    after: &[T],
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<Option<&'i T>> {
    let same = before.iter().zip(after).take_while(|(a, b)| is_same(a, b)).count();
    (same < before.len().max(after.len())).then(|| before.get(same))
}
