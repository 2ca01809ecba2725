//! Values of a TOML file: each with its type checked and its place kept, or told as a problem.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::shown;
use crate::rules::problems::Problems;
use crate::source::SourceId;
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// Problems told of the file; more would bury a reader, and memory with them.
const MAX_PROBLEMS: usize = 1_000;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Located<T> {
    pub(in crate::rules) value: T,
    pub(in crate::rules) location: Location,
}

/// A list of texts, each with its place.
pub(in crate::rules) type Strings = Located<Vec<Located<String>>>;

/// The keys of a table, each with its value.
pub(in crate::rules) type ByName<T> = Located<Vec<(Located<String>, T)>>;

/// A message of the TOML parser in the form of ours: its lines joined.
fn sentence(message: &str) -> String {
    message.trim().lines().map(str::trim).collect::<Vec<_>>().join(", ")
}

/// Reads values of one file and tells what is wrong with them.
pub(super) struct Reader<'r> {
    source: SourceId,
    text: &'r str,
    problems: &'r mut Problems,
    /// How many problems there were, those beyond [`MAX_PROBLEMS`] included.
    told: usize,
}

pub(super) type Value<'v> = Spanned<DeValue<'v>>;

impl<'r> Reader<'r> {
    pub(super) fn new(source: SourceId, text: &'r str, problems: &'r mut Problems) -> Reader<'r> {
        Reader { source, text, problems, told: 0 }
    }

    /// How many problems there have been.
    pub(super) fn told(&self) -> usize {
        self.told
    }

    pub(super) fn location(&self, span: Range<usize>) -> Location {
        let end = span.end.min(self.text.len());
        Location { source: self.source, span: Span::new(span.start.min(end), end) }
    }

    /// Tells the errors of the parser but for their followers, and where all of them are, ascending.
    pub(super) fn syntax_errors(&mut self, mut errors: Vec<toml::de::Error>) -> Vec<usize> {
        let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        errors.sort_by_key(start);
        let mut broken = Vec::with_capacity(errors.len());
        let (mut line, mut counted, mut last_line) = (0, 0, None);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let at = span.start.min(self.text.len());
            line += self.text.as_bytes()[counted..at].iter().filter(|&&byte| byte == b'\n').count();
            counted = at;
            broken.push(at);
            // One missing bracket makes the parser stumble over each line behind it.
            let follows = match last_line.replace(line) {
                Some(last) if last == line => true,
                Some(last) => line == last + 1 && error.message().contains("missing comma"),
                None => false,
            };
            if !follows {
                let quotes = ['“', '”', '„', '‘', '’', '«', '»'];
                let smart = self.text.get(at..).is_some_and(|rest| rest.starts_with(quotes));
                let help = smart.then(|| "write straight quotes: \" or '".to_owned());
                self.tell(Code::TomlSyntax, span, sentence(error.message()), help);
            }
        }
        broken
    }

    pub(super) fn tell_untold(&mut self) {
        if let Some(untold) = self.told.checked_sub(MAX_PROBLEMS).filter(|&untold| untold > 0) {
            let end = self.text.len();
            let message = format!("{untold} more problems are in this file");
            self.problems.push(Diagnostic::new(
                Code::TooManyProblems,
                self.location(end..end),
                message,
            ));
        }
    }

    #[cold]
    pub(super) fn tell(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: String,
        help: Option<String>,
    ) {
        self.told += 1;
        if self.told > MAX_PROBLEMS {
            return;
        }
        let mut problem = Diagnostic::new(code, self.location(span), message);
        problem.help = help;
        self.problems.push(problem);
    }

    /// Tells the keys that are not among those known in that place.
    pub(super) fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str], place: &str) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let help = match suggest(name, known.iter().copied(), Nearness::Similar) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known {place}: {}", known.join(", ")),
            };
            let message = format!("there is no key `{}` {place}", shown(name));
            self.tell(Code::UnknownKey, key.span(), message, Some(help));
        }
    }

    pub(super) fn required(
        &mut self,
        header: &Range<usize>,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<Located<String>> {
        if !table.contains_key(key) {
            let message = format!("this rule has no `{key}`");
            self.tell(Code::MissingKey, header.clone(), message, None);
        }
        self.string(table, key)
    }

    pub(super) fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<Located<String>> {
        table.get(key).and_then(|value| self.text(value))
    }

    pub(super) fn strings(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Located<String>> {
        self.located_strings(table, key).map_or(Vec::new(), |strings| strings.value)
    }

    /// The same, for a key that means something else if it is left out.
    pub(super) fn located_strings(&mut self, table: &DeTable<'_>, key: &str) -> Option<Strings> {
        table.get(key).and_then(|value| self.texts(value))
    }

    fn texts(&mut self, value: &Value<'_>) -> Option<Strings> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "a list of texts in brackets, [\"...\", \"...\"]");
            return None;
        };
        let texts = array.iter().filter_map(|value| self.text(value)).collect();
        Some(Located { value: texts, location: self.location(value.span()) })
    }

    /// A table of texts; without those that are told, if any are.
    pub(super) fn texts_by_name(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<ByName<Located<String>>> {
        self.by_name(table, key, Self::text)
    }

    /// A table of lists of texts; without those that are told, if any are.
    pub(super) fn wanted(&mut self, table: &DeTable<'_>, key: &str) -> Option<ByName<Strings>> {
        self.by_name(table, key, Self::texts)
    }

    fn by_name<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        read: fn(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Option<ByName<T>> {
        let value = table.get(key)?;
        let mut pairs = Vec::new();
        for (name, value) in self.table(value).into_iter().flatten() {
            if let Some(value) = read(self, value) {
                pairs.push((self.name(name), value));
            }
        }
        Some(Located { value: pairs, location: self.location(value.span()) })
    }

    /// A day, which TOML writes without quotes.
    pub(super) fn day(&mut self, table: &DeTable<'_>, key: &str) -> Option<Located<Date>> {
        let value = table.get(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(day) if day.time.is_none() && day.offset.is_none() => day.date,
            DeValue::Datetime(_) | DeValue::String(_) => None,
            _ => {
                self.wrong_type(value, "a day without quotes, such as 2026-12-01");
                return None;
            }
        };
        let Some(date) = date else {
            let message = format!("`{key}` is a day (UTC), without quotes and without a time");
            let help = format!("write {key} = 2026-12-01");
            self.tell(Code::InvalidDate, value.span(), message, Some(help));
            return None;
        };
        let part = |n: u8| i8::try_from(n).unwrap_or(0);
        let year = i16::try_from(date.year).unwrap_or(0);
        let Ok(day) = Date::new(year, part(date.month), part(date.day)) else {
            self.tell(Code::InvalidDate, value.span(), "there is no such day".into(), None);
            return None;
        };
        Some(Located { value: day, location: self.location(value.span()) })
    }

    /// A key, as text.
    pub(super) fn name(&self, key: &Spanned<DeString<'_>>) -> Located<String> {
        Located { value: key.get_ref().to_string(), location: self.location(key.span()) }
    }

    /// The tables of a `[[key]]`.
    pub(super) fn tables<'t, 'v>(&mut self, table: &'t DeTable<'v>, key: &str) -> &'t [Value<'v>] {
        let Some(value) = table.get(key) else { return &[] };
        if let Some(tables) = value.get_ref().as_array() {
            return tables;
        }
        let help = Some(format!("write [[{key}]] in double brackets above each of them"));
        let message = format!("`{key}` is no list of tables");
        self.tell(Code::InvalidType, value.span(), message, help);
        &[]
    }

    fn text(&mut self, value: &Value<'_>) -> Option<Located<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, "a text in quotes");
            return None;
        };
        Some(Located { value: text.to_owned(), location: self.location(value.span()) })
    }

    pub(super) fn table<'t, 'v>(&mut self, value: &'t Value<'v>) -> Option<&'t DeTable<'v>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, "a table in braces, { key = value }");
        }
        table
    }

    #[cold]
    pub(super) fn wrong_type(&mut self, value: &Value<'_>, wanted: &str) {
        let found = value.get_ref().type_str();
        let message = format!("here belongs {wanted}, and there stands a value of type {found}");
        self.tell(Code::InvalidType, value.span(), message, None);
    }
}

pub(super) fn integer(value: &Value<'_>) -> Option<i64> {
    let integer = value.get_ref().as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
