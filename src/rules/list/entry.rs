//! The grammar of a list line: an entry, an exception, a sample or nothing.
//!
//! ```text
//! line      = blank | "#" comment | ">" sample | ["!"] entry { mark } [ " #" comment ]
//! entry     = ["*"] word { word } ["*" | "+"]
//! mark      = "@plain" | "@from" date | "@until" date
//! sample    = ("caught" | "ok") ":" text
//! ```
//!
//! A backslash takes the next character literally, anywhere but in a sample.

use jiff::civil::Date;

use super::chars::{Char, Word};
use super::suspicious;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::shown;
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::normalize::{CharProps, Disguises, Folded, Form, Layout, Normalized, SymbolMode};
use crate::rules::{End, Entry, Expect, Sample, Start};
use crate::source::SourceId;
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// The longest line that is looked at, in bytes; no message could hold an entry of that length.
pub(super) const MAX_LINE: usize = 16 << 10;

/// The most words of a phrase that has signs in it. Signs may be part of the phrase or stand between
/// its words, so that each more word multiplies the ways to read a message.
const MAX_SYMBOL_WORDS: usize = 8;

/// Room for the letters of most words.
const USUAL_WORD: usize = 24;

const MARKS: [&str; 3] = ["plain", "from", "until"];
const SAMPLES: [&str; 2] = ["caught", "ok"];

/// What a line comes down to.
pub(super) enum Parsed {
    Nothing,
    Entry(Entry),
    Sample(Sample),
}

/// One line and where it stands.
pub(super) struct Line<'l> {
    pub(super) source: SourceId,
    pub(super) text: &'l str,
    /// Where the line begins in the file.
    pub(super) offset: usize,
}

impl Line<'_> {
    fn location(&self, span: Span) -> Location {
        Location {
            source: self.source,
            span: Span::new(self.offset + span.start, self.offset + span.end),
        }
    }

    fn problem(&self, code: Code, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(code, self.location(span), message))
    }

    /// Reads the line.
    ///
    /// # Errors
    /// What is wrong with it; the first thing, if there are more.
    pub(super) fn parse(&self) -> Result<Parsed, Box<Diagnostic>> {
        let trimmed = self.text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Ok(Parsed::Nothing);
        }
        if trimmed.len() > MAX_LINE {
            let message = format!("this line is longer than {} KiB", MAX_LINE >> 10);
            return Err(self.problem(Code::EntryTooLong, Span::new(0, self.text.len()), message));
        }
        let line = self.text.strip_suffix('\r').unwrap_or(self.text);
        let control = |&(_, c): &(usize, char)| c.is_control() && c != '\t';
        if let Some((at, c)) = line.char_indices().find(control) {
            let message = "a control character stands here, such as no word list has";
            return Err(self
                .problem(Code::ControlCharacter, Span::new(at, at + c.len_utf8()), message)
                .map_help(
                    "save the file as UTF-8 with ordinary line ends; UTF-16 cannot be read",
                ));
        }
        if let Some(sample) = trimmed.strip_prefix('>') {
            return self.sample(sample).map(Parsed::Sample);
        }
        let mut words = self.words()?;
        let Some(first) = words.first_mut() else { return Ok(Parsed::Nothing) };
        let exception = first.sign() == Some('!');
        if exception {
            first.chars.remove(0);
            first.span.start += 1;
            if first.chars.is_empty() {
                words.remove(0);
            }
        }
        self.entry(words, exception).map(Parsed::Entry)
    }

    /// Splits the line into words, without a comment at its end.
    fn words(&self) -> Result<Vec<Word>, Box<Diagnostic>> {
        let mut words: Vec<Word> = Vec::new();
        let mut inside = false;
        let mut chars = self.text.char_indices();
        while let Some((at, c)) = chars.next() {
            if c.is_whitespace() {
                inside = false;
                continue;
            }
            if c == '#' && !inside {
                break;
            }
            let char = if c == '\\' {
                let Some((at, c)) = chars.next().filter(|&(_, c)| c != '\r') else {
                    let span = Span::new(at, at + 1);
                    return Err(self
                        .problem(Code::TrailingBackslash, span, "nothing follows this backslash")
                        .map_help("to match a backslash itself write two: \\\\"));
                };
                Char { c, escaped: true, at }
            } else {
                Char { c, escaped: false, at }
            };
            let end = char.at + char.c.len_utf8();
            match words.last_mut().filter(|_| inside) {
                Some(word) => {
                    word.chars.push(char);
                    word.span.end = end;
                }
                None => {
                    let mut chars = Vec::with_capacity((self.text.len() - at).min(USUAL_WORD));
                    chars.push(char);
                    words.push(Word { chars, span: Span::new(at, end) });
                }
            }
            inside = true;
        }
        Ok(words)
    }

    fn entry(&self, mut words: Vec<Word>, exception: bool) -> Result<Entry, Box<Diagnostic>> {
        let marks = words.iter().position(|word| word.sign() == Some('@')).unwrap_or(words.len());
        let marks = self.marks(&words.split_off(marks))?;

        let whole = match (words.first(), words.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => {
                let start = self.text.len() - self.text.trim_start().len();
                let span = Span::new(start, self.text.trim_end().len());
                return Err(self.problem(Code::EmptyEntry, span, "there is no word on this line"));
            }
        };
        if let Some(mistake) = suspicious::find(words.iter().map(|word| word.chars.as_slice())) {
            return Err(self
                .problem(mistake.code, mistake.span, mistake.message)
                .map_help(mistake.help));
        }
        let signs = words.iter().flat_map(|word| &word.chars);
        if signs.clone().all(|c| !c.escaped && matches!(c.c, '*' | '+')) {
            return Err(self
                .problem(Code::BareWildcard, whole, "a `*` by itself would catch every message")
                .map_help("write the word it belongs to (badword*), or \\* for a star as such"));
        }

        let start = match words[0].chars[0] {
            Char { c: '*', escaped: false, .. } if words.len() == 1 => {
                words[0].chars.remove(0);
                Start::Anywhere
            }
            _ => Start::Word,
        };
        let last = words.last_mut().expect("there is a word");
        let end = match last.chars.last() {
            Some(Char { c: '*', escaped: false, .. }) => End::Anywhere,
            Some(Char { c: '+', escaped: false, .. }) => End::Ending,
            _ => End::Word,
        };
        if end != End::Word {
            last.chars.pop();
            if last.chars.is_empty() {
                let message = "this sign stands alone, and belongs right behind a word";
                return Err(self
                    .problem(Code::MisplacedWildcard, last.span, message)
                    .map_help("write it without the space: badword*"));
            }
        }
        if words.len() > 1 && words[0].chars.len() == 1 && words[0].sign() == Some('*') {
            let message = "this sign stands alone, and belongs right before a word";
            return Err(self
                .problem(Code::MisplacedWildcard, words[0].span, message)
                .map_help("write it without the space: *badword"));
        }
        if let Some(sign) = words
            .iter()
            .flat_map(|word| &word.chars)
            .find(|c| !c.escaped && matches!(c.c, '*' | '+'))
        {
            let span = Span::new(sign.at, sign.at + 1);
            let place = match sign.c {
                '+' => "`+` may only stand at the end of an entry",
                _ if words.len() > 1 => {
                    "in a phrase `*` may only stand at the end of the last word"
                }
                _ => "`*` may only stand once at the beginning and once at the end of an entry",
            };
            return Err(self
                .problem(Code::MisplacedWildcard, span, place)
                .map_help(format!("to match the sign itself write \\{}", sign.c)));
        }

        let texts: Vec<String> = words.iter().map(Word::text).collect();
        let entry = Entry {
            text: texts.join(" "),
            start,
            end,
            exception,
            plain: marks.plain,
            from: marks.from.map(|(day, _)| day),
            until: marks.until.map(|(day, _)| day),
            location: self.location(whole),
        };
        self.check_folded(&entry, whole)?;
        Ok(entry)
    }

    /// What only shows once the entry is folded as messages are.
    fn check_folded(&self, entry: &Entry, whole: Span) -> Result<(), Box<Diagnostic>> {
        let disguises = if entry.plain { Disguises::None } else { Disguises::Standard };
        let mut buffer = Folded::default();
        let form = Form { disguises, layout: Layout::Verbatim };
        let folded = Normalized::new(&entry.text, form, SymbolMode::Entry, &mut buffer);
        let mut chars = folded.text().chars().filter(|c| !c.is_whitespace());
        let Some(first) = chars.next() else {
            let message = "only invisible characters stand here, which are ignored in messages";
            return Err(self.problem(Code::EmptyEntry, whole, message));
        };
        let props = CharProps::of(first);
        let length = folded.text().chars().count();
        let one_letter = length == 1 && props.is_word() && !props.is_unspaced();
        if one_letter && entry.start == Start::Anywhere && entry.end == End::Anywhere {
            let message = "a single letter, looked for anywhere, would catch nearly every message";
            return Err(self
                .problem(Code::SingleLetterSubstring, whole, message)
                .map_help(format!("to match it as a word of its own write {first}")));
        }
        let is_symbol = |c: char| !c.is_whitespace() && c != '\'' && !CharProps::of(c).is_word();
        let words = entry.text.split_whitespace().count();
        if words > MAX_SYMBOL_WORDS && folded.text().contains(is_symbol) {
            let message = format!("a phrase with signs in it has at most {MAX_SYMBOL_WORDS} words");
            return Err(self
                .problem(Code::EntryTooLong, whole, message)
                .map_help("leave the signs between the words out: any signs may stand there"));
        }
        if length > MAX_MESSAGE_LENGTH {
            let message = format!(
                "this entry is longer than any message can be ({MAX_MESSAGE_LENGTH} characters)"
            );
            return Err(self.problem(Code::EntryTooLong, whole, message));
        }
        Ok(())
    }

    fn marks(&self, words: &[Word]) -> Result<Marks, Box<Diagnostic>> {
        let mut marks = Marks::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let name = word.text();
            let Some(name) = name.strip_prefix('@').filter(|_| word.sign() == Some('@')) else {
                return Err(self
                    .problem(Code::MisplacedFlag, word.span, "marks stand at the end of the line")
                    .map_help("move this word in front of the first @"));
            };
            let twice = match name {
                "plain" => std::mem::replace(&mut marks.plain, true),
                "from" => marks.from.replace(self.date(word, words.next())?).is_some(),
                "until" => marks.until.replace(self.date(word, words.next())?).is_some(),
                _ => return Err(self.unknown_mark(name, word.span)),
            };
            if twice {
                let message = format!("`@{name}` stands here twice");
                return Err(self.problem(Code::MisplacedFlag, word.span, message));
            }
        }
        if let (Some((from, _)), Some((until, span))) = (marks.from, marks.until)
            && until < from
        {
            return Err(self
                .problem(Code::ConflictingKeys, span, "this entry ends before it begins")
                .map_help("exchange the two days"));
        }
        Ok(marks)
    }

    fn unknown_mark(&self, name: &str, span: Span) -> Box<Diagnostic> {
        let help = match suggest(name, MARKS, Nearness::Similar) {
            Some(mark) => format!("did you mean @{mark}?"),
            None => "the marks are @plain, @from 2026-12-31 and @until 2026-12-31; \
                     to match the sign itself write \\@"
                .to_owned(),
        };
        self.problem(Code::UnknownFlag, span, "there is no such mark").map_help(help)
    }

    fn date(&self, mark: &Word, word: Option<&Word>) -> Result<(Date, Span), Box<Diagnostic>> {
        let span = word.map_or(mark.span, |word| word.span);
        let day = word.and_then(|word| parse_date(&word.text()));
        day.map(|day| (day, span)).ok_or_else(|| {
            let message = match word {
                Some(word) => format!("`{}` is no day", shown(&word.text())),
                None => "here a day is missing".to_owned(),
            };
            self.problem(Code::InvalidDate, span, message)
                .map_help("write the day as 2026-12-31, year, month and day")
        })
    }

    fn sample(&self, text: &str) -> Result<Sample, Box<Diagnostic>> {
        let start = self.text.len() - self.text.trim_start().len();
        let whole = Span::new(start, self.text.trim_end().len());
        let (kind, _) = text.split_once(':').unwrap_or((text, ""));
        let expect = match kind.trim() {
            "caught" => Expect::Caught,
            "ok" => Expect::Ok,
            other => {
                let problem = self.problem(
                    Code::InvalidSample,
                    whole,
                    "a line with `>` in front is a sample, `> caught: ...` or `> ok: ...`",
                );
                return Err(match suggest(other, SAMPLES, Nearness::Similar) {
                    Some(kind) => problem.map_help(format!("did you mean > {kind}: ...?")),
                    None => problem.map_help(
                        "write > caught: a message, or > ok: a message; \
                         to match the sign itself write \\>",
                    ),
                });
            }
        };
        // From the line and not from its trimmed form: a sample goes to the end of its line.
        let line = self.text.strip_suffix('\r').unwrap_or(self.text);
        let text = line.split_once(':').map_or("", |(_, text)| text);
        let text = text.strip_prefix(' ').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(self
                .problem(Code::InvalidSample, whole, "this sample has no message")
                .map_help(format!("write one behind the colon: > {}: a message", kind.trim())));
        }
        Ok(Sample { expect, text: text.to_owned(), location: self.location(whole) })
    }
}

#[derive(Default)]
struct Marks {
    plain: bool,
    from: Option<(Date, Span)>,
    until: Option<(Date, Span)>,
}

/// A day as 2026-12-31, and in no other way.
fn parse_date(text: &str) -> Option<Date> {
    let digits = |part: &str, length| {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<i16>().ok())
            .flatten()
    };
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    Date::new(year, month as i8, day as i8).ok()
}

trait MapHelp {
    fn map_help(self, help: impl Into<String>) -> Self;
}

impl MapHelp for Box<Diagnostic> {
    fn map_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
