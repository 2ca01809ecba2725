//! Parses a line of a list: an entry, an exception, a sample or nothing.
//!
//! ```text
//! line      = whitespace | "#" comment | ">" sample | ["!"] entry { flag } [ " #" comment ]
//! entry     = ["*"] word { word } ["*" | ["+"] ["~"]]
//! flag      = "@plain" | "@from" date | "@until" date
//! sample    = ("caught" | "ok") ":" text
//! ```
//!
//! A backslash makes the next character literal, except in a sample.

use jiff::civil::Date;

use super::chars::{Char, Word, Words};
use super::suspicious;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::language::Language;
use crate::normalize::leet::is_leet;
use crate::normalize::{CharProps, Disguises, Folded, Form, Layout, Normalized, SymbolMode};
use crate::rules::{End, Entry, Expect, Sample, Start};
use crate::source::SourceId;
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// The maximum length of a line, in bytes. No message can contain an entry of that length.
pub(crate) const MAX_LINE: usize = 16 << 10;

/// The maximum number of words of a phrase with symbols. A symbol in a message may be part of the
/// phrase or separate its words, so each additional word multiplies the possible readings.
const MAX_SYMBOL_WORDS: usize = 8;

/// The minimum number of letters of a word that matches with one slip. Many shorter words differ in
/// one letter only.
const MIN_SLIP_LETTERS: usize = 6;

/// The initial capacity of a word, enough for most words.
const USUAL_WORD: usize = 24;

const FLAGS: [&str; 3] = ["plain", "from", "until"];
const SAMPLES: [&str; 2] = ["caught", "ok"];

/// The content of a line.
pub(crate) enum ParsedLine {
    Nothing,
    Entry(Entry),
    Sample(Sample),
}

/// One line and its position.
pub(crate) struct Line<'l> {
    pub(crate) source: SourceId,
    pub(crate) text: &'l str,
    /// The offset of the line in the file.
    pub(crate) offset: usize,
    /// The language of the list.
    pub(crate) language: Option<Language>,
}

impl Line<'_> {
    pub(super) fn location(&self, span: Span) -> Location {
        Location {
            source: self.source,
            span: Span::new(self.offset + span.start, self.offset + span.end),
        }
    }

    fn error(&self, code: Code, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(code, self.location(span), message))
    }

    /// Parses the line.
    ///
    /// # Errors
    /// The first error in the line.
    pub(crate) fn parse(&self) -> Result<ParsedLine, Box<Diagnostic>> {
        let trimmed = self.text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Ok(ParsedLine::Nothing);
        }
        if trimmed.len() > MAX_LINE {
            let message = format!("line is longer than {} KiB", MAX_LINE >> 10);
            return Err(self.error(Code::EntryTooLong, Span::new(0, self.text.len()), message));
        }
        let line = self.text.strip_suffix('\r').unwrap_or(self.text);
        let control = |&(_, c): &(usize, char)| c.is_control() && c != '\t';
        if let Some((at, c)) = line.char_indices().find(control) {
            let message = format!("unexpected control character U+{:04X}", u32::from(c));
            return Err(self
                .error(Code::ControlCharacter, Span::new(at, at + c.len_utf8()), message)
                .with_help(
                    "remove it; if the line has many of them, save the file again as UTF-8",
                ));
        }
        if let Some(at) = line.find(char::REPLACEMENT_CHARACTER) {
            let span = Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8());
            let message = "`\u{FFFD}` replaces a character that an editor could not read";
            return Err(self
                .error(Code::InvalidUtf8, span, message)
                .with_help("write the character that was meant, and save the file as UTF-8"));
        }
        if let Some(sample) = trimmed.strip_prefix('>') {
            return self.sample(sample).map(ParsedLine::Sample);
        }
        let mut words = self.words()?.words;
        let Some(first) = words.first_mut() else { return Ok(ParsedLine::Nothing) };
        let exception = first.first_unescaped() == Some('!');
        if exception {
            first.chars.remove(0);
            first.span.start += 1;
            if first.chars.is_empty() {
                words.remove(0);
            }
        }
        self.entry(words, exception).map(ParsedLine::Entry)
    }

    /// Splits the line into words and a trailing comment.
    pub(crate) fn words(&self) -> Result<Words, Box<Diagnostic>> {
        let mut words: Vec<Word> = Vec::new();
        let mut comment = None;
        let mut inside = false;
        let mut chars = self.text.char_indices();
        while let Some((at, c)) = chars.next() {
            if c.is_whitespace() {
                inside = false;
                continue;
            }
            if c == '#' && !inside {
                comment = Some(at);
                break;
            }
            let char = if c == '\\' {
                let Some((at, c)) = chars.next().filter(|&(_, c)| c != '\r') else {
                    let span = Span::new(at, at + 1);
                    return Err(self
                        .error(Code::TrailingBackslash, span, "trailing backslash")
                        .with_help("to match a backslash itself, write `\\\\`"));
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
        Ok(Words { words, comment })
    }

    fn entry(&self, mut words: Vec<Word>, exception: bool) -> Result<Entry, Box<Diagnostic>> {
        let first_flag = words
            .iter()
            .position(|word| word.first_unescaped() == Some('@'))
            .unwrap_or(words.len());
        let flags = self.flags(&words.split_off(first_flag))?;

        let whole = match (words.first(), words.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => {
                let start = self.text.len() - self.text.trim_start().len();
                let span = Span::new(start, self.text.trim_end().len());
                return Err(self.error(Code::EmptyEntry, span, "empty entry"));
            }
        };
        if let Some(finding) = suspicious::find(words.iter().map(|word| word.chars.as_slice())) {
            return Err(self
                .error(finding.code, finding.span, finding.message)
                .with_help(finding.help));
        }
        let mut chars = words.iter().flat_map(|word| &word.chars);
        if chars.all(|c| !c.escaped && matches!(c.c, '*' | '+')) {
            let message = "wildcard without a word would match every message";
            let help = "attach it to a word, such as `badword*`; \
                        to match the character itself, write `\\*`";
            return Err(self.error(Code::BareWildcard, whole, message).with_help(help));
        }

        // `*_*` and `:-*` are emoticons: they have nothing to extend. `*$*` has a leet letter.
        let is_wildcard = |c: char| matches!(c, '*' | '+');
        let is_symbol = |c: &Char| c.c.is_ascii_punctuation();
        let is_part = |c: &Char| is_symbol(c) && !is_wildcard(c.c) && !is_leet(c.c);
        let mut chars = words.iter().flat_map(|word| &word.chars);
        let is_emoticon = chars.clone().all(is_symbol) && chars.any(is_part);
        if is_emoticon {
            words.iter_mut().flat_map(|word| &mut word.chars).for_each(|c| c.escaped = true);
        }

        let start = match words[0].chars[0] {
            Char { c: '*', escaped: false, .. } if words.len() == 1 => {
                words[0].chars.remove(0);
                Start::Anywhere
            }
            _ => Start::Word,
        };
        let slip = self.slip(&mut words, exception, &flags)?;
        let last = words.last_mut().expect("there is a word");
        let end = match last.chars.last() {
            Some(Char { c: '*', escaped: false, .. }) => End::Anywhere,
            Some(Char { c: '+', escaped: false, .. }) => End::Ending,
            _ => End::Word,
        };
        if end != End::Word {
            last.chars.pop();
            if last.chars.is_empty() {
                let message = "a wildcard must touch the word";
                return Err(self
                    .error(Code::MisplacedWildcard, last.span, message)
                    .with_help("remove the space: `badword*`"));
            }
        }
        if words.len() > 1 && words[0].chars.len() == 1 && words[0].first_unescaped() == Some('*') {
            let message = "a wildcard must touch the word";
            return Err(self
                .error(Code::MisplacedWildcard, words[0].span, message)
                .with_help("remove the space: `*badword`"));
        }
        if let Some(wildcard) = words
            .iter()
            .flat_map(|word| &word.chars)
            .find(|c| !c.escaped && matches!(c.c, '*' | '+'))
        {
            let span = Span::new(wildcard.at, wildcard.at + 1);
            let message = match wildcard.c {
                '+' => "`+` is only allowed at the end of an entry",
                _ if words.len() > 1 => {
                    "in a phrase, `*` is only allowed at the end of the last word"
                }
                _ => "`*` is only allowed once at the start and once at the end of an entry",
            };
            return Err(self
                .error(Code::MisplacedWildcard, span, message)
                .with_help(format!("to match the character itself, write `\\{}`", wildcard.c)));
        }

        let texts: Vec<String> = words.iter().map(Word::text).collect();
        let text = texts.join(" ");
        let entry = Entry {
            language: Language::of_entry(self.language, &text),
            text,
            start,
            end,
            exception,
            plain: flags.plain,
            slip,
            from: flags.from.map(|(day, _)| day),
            until: flags.until.map(|(day, _)| day),
            location: self.location(whole),
        };
        self.check_folded(&entry, whole)?;
        Ok(entry)
    }

    /// Removes the `~` after the last word. Returns whether there is one.
    fn slip(
        &self,
        words: &mut [Word],
        exception: bool,
        flags: &Flags,
    ) -> Result<bool, Box<Diagnostic>> {
        let last = words.last_mut().expect("there is a word");
        let is = |wildcard: char| move |it: &Char| it.c == wildcard && !it.escaped;
        // Before or after `+`.
        let after = usize::from(last.chars.last().is_some_and(is('+')));
        let Some(place) = last.chars.len().checked_sub(1 + after).filter(|&place| place > 0) else {
            return Ok(false);
        };
        if !is('~')(&last.chars[place]) {
            return Ok(false);
        }
        let tilde = last.chars.remove(place);
        let span = Span::new(tilde.at, tilde.at + 1);
        let is_wildcard = |c: &&Char| is('*')(c) || is('+')(c);
        let word: String = last.chars.iter().filter(|c| !is_wildcard(c)).map(|c| c.c).collect();
        let mut folded = Folded::default();
        let form = Form { disguises: Disguises::Standard, layout: Layout::Verbatim };
        let text = Normalized::new(&word, form, SymbolMode::Entry, &mut folded).text();
        let letters = text.chars().filter(|&c| CharProps::of(c).is_letter()).count();
        let is_word = text.chars().map(CharProps::of).all(|it| it.is_letter() || it.is_mark());
        let message = if exception {
            "an exception cannot have `~`"
        } else if flags.plain {
            "`~` and `@plain` cannot be used together"
        } else if words.len() > 1 {
            "`~` is only allowed after a single word"
        } else if words[0].chars.iter().any(is('*')) {
            "`~` and `*` cannot be used together"
        } else if !is_word || letters < MIN_SLIP_LETTERS {
            "`~` needs a word of six letters or more, without digits and symbols"
        } else {
            return Ok(true);
        };
        Err(self
            .error(Code::MisplacedWildcard, span, message)
            .with_help("remove it; to match the character itself, write `\\~`"))
    }

    /// Checks the entry in the folded form in which messages are searched.
    fn check_folded(&self, entry: &Entry, whole: Span) -> Result<(), Box<Diagnostic>> {
        let disguises = if entry.plain { Disguises::None } else { Disguises::Standard };
        let mut buffer = Folded::default();
        let form = Form { disguises, layout: Layout::Verbatim };
        let folded = Normalized::new(&entry.text, form, SymbolMode::Entry, &mut buffer);
        let mut chars = folded.text().chars().filter(|c| !c.is_whitespace());
        let Some(first) = chars.next() else {
            let message = "entry contains only invisible characters, which are ignored in messages";
            return Err(self.error(Code::EmptyEntry, whole, message));
        };
        let props = CharProps::of(first);
        let length = folded.text().chars().count();
        let one_letter = length == 1 && props.is_word() && !props.is_unspaced();
        if one_letter && entry.start == Start::Anywhere && entry.end == End::Anywhere {
            let message = "single letter as a substring would match nearly every message";
            return Err(self
                .error(Code::SingleLetterSubstring, whole, message)
                .with_help(format!("write `{first}` to match it only as a whole word")));
        }
        let is_symbol = |c: char| !c.is_whitespace() && c != '\'' && !CharProps::of(c).is_word();
        let words = entry.text.split_whitespace().count();
        if words > MAX_SYMBOL_WORDS && folded.text().contains(is_symbol) {
            let message = format!("phrase with symbols has more than {MAX_SYMBOL_WORDS} words");
            return Err(self
                .error(Code::EntryTooLong, whole, message)
                .with_help("remove the symbols between the words; any symbols may occur there"));
        }
        if length > MAX_MESSAGE_LENGTH {
            let message =
                format!("entry is longer than any message ({MAX_MESSAGE_LENGTH} characters)");
            return Err(self.error(Code::EntryTooLong, whole, message));
        }
        Ok(())
    }

    fn flags(&self, words: &[Word]) -> Result<Flags, Box<Diagnostic>> {
        let mut flags = Flags::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let name = word.text();
            let Some(name) = name.strip_prefix('@').filter(|_| word.first_unescaped() == Some('@'))
            else {
                return Err(self
                    .error(Code::MisplacedFlag, word.span, "flags must be at the end of the line")
                    .with_help("move this word before the first `@`"));
            };
            let twice = match name {
                "plain" => std::mem::replace(&mut flags.plain, true),
                "from" => flags.from.replace(self.date(word, words.next())?).is_some(),
                "until" => flags.until.replace(self.date(word, words.next())?).is_some(),
                _ => return Err(self.unknown_flag(name, word.span)),
            };
            if twice {
                let message = format!("duplicate flag `@{name}`");
                return Err(self.error(Code::MisplacedFlag, word.span, message));
            }
        }
        if let (Some((from, _)), Some((until, span))) = (flags.from, flags.until)
            && until < from
        {
            return Err(self
                .error(Code::ConflictingKeys, span, "`@until` is before `@from`")
                .with_help("swap the dates"));
        }
        Ok(flags)
    }

    fn unknown_flag(&self, name: &str, span: Span) -> Box<Diagnostic> {
        let help = match suggest(name, FLAGS, Nearness::Similar) {
            Some(flag) => format!("did you mean `@{flag}`?"),
            None => "known flags: `@plain`, `@from 2026-12-31`, `@until 2026-12-31`; \
                     to match the character itself, write `\\@`"
                .to_owned(),
        };
        let message = format!("unknown flag `@{}`", display_short(name));
        self.error(Code::UnknownFlag, span, message).with_help(help)
    }

    fn date(&self, flag: &Word, word: Option<&Word>) -> Result<(Date, Span), Box<Diagnostic>> {
        let span = word.map_or(flag.span, |word| word.span);
        let day = word.and_then(|word| parse_date(&word.text()));
        day.map(|day| (day, span)).ok_or_else(|| {
            let message = match word {
                Some(word) => {
                    format!("invalid date `{}`, expected YYYY-MM-DD", display_short(&word.text()))
                }
                None => "missing date".to_owned(),
            };
            self.error(Code::InvalidDate, span, message)
                .with_help("write the date as year, month and day, such as 2026-12-31")
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
                let error = self.error(
                    Code::InvalidSample,
                    whole,
                    "a line that begins with `>` is a test: write `> caught: ...` or `> ok: ...`",
                );
                return Err(match suggest(other, SAMPLES, Nearness::Similar) {
                    Some(kind) => error.with_help(format!("did you mean `> {kind}: ...`?")),
                    None => error.with_help("to match the character itself, write `\\>`"),
                });
            }
        };
        // Not from the trimmed line: whitespace at the end belongs to the sample.
        let line = self.text.strip_suffix('\r').unwrap_or(self.text);
        let text = line.split_once(':').map_or("", |(_, text)| text);
        let text = text.strip_prefix(' ').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(self
                .error(Code::InvalidSample, whole, "sample has no message")
                .with_help(format!("write it after the colon: `> {}: a message`", kind.trim())));
        }
        Ok(Sample { expect, text: text.to_owned(), location: self.location(whole) })
    }
}

#[derive(Default)]
struct Flags {
    plain: bool,
    from: Option<(Date, Span)>,
    until: Option<(Date, Span)>,
}

/// Parses a date in the form 2026-12-31.
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

trait WithHelp {
    fn with_help(self, help: impl Into<String>) -> Self;
}

impl WithHelp for Box<Diagnostic> {
    fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
