//! Decodes TOML values: checks types, keeps locations, and reports all errors.

use std::ops::Range;

use jiff::civil::Date;

use toml::de::{DeString, DeTable, DeValue};

use super::keys::{self, Key, is_rule_key, names};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::rules::diagnostics::Diagnostics;
use crate::source::SourceId;
use crate::span::Span;
use crate::suggest::{Nearness, suggest};

/// The maximum number of diagnostics per manifest. Bounds the output and the memory.
const MAX_DIAGNOSTICS: usize = 1_000;

/// A value with its location.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Spanned<T> {
    pub(in crate::rules) value: T,
    pub(in crate::rules) location: Location,
}

/// An array of strings with locations.
pub(in crate::rules) type Strings = Spanned<Vec<Spanned<String>>>;

/// The keys of a table with their values.
pub(in crate::rules) type ByName<T> = Spanned<Vec<(Spanned<String>, T)>>;

/// Returns a message of the TOML parser on one line.
fn one_line(message: &str) -> String {
    message.trim().lines().map(str::trim).collect::<Vec<_>>().join(", ")
}

/// Decodes the values of one file and reports errors.
pub(super) struct Decoder<'r> {
    source: SourceId,
    text: &'r str,
    diagnostics: &'r mut Diagnostics,
    /// The number of errors so far, including those beyond [`MAX_DIAGNOSTICS`].
    emitted: usize,
    /// The offset in the file of the part that is being decoded.
    base: usize,
    /// The offsets of bytes that are not UTF-8, ascending.
    unreadable: &'r [usize],
    /// The number of values that were left out because of such a byte.
    pub(super) unread_values: usize,
    /// Whether a rule has the key `version`, which belongs to the file.
    pub(super) misplaced_version: bool,
}

pub(super) type Value<'v> = toml::Spanned<DeValue<'v>>;

impl<'r> Decoder<'r> {
    pub(super) fn new(
        source: SourceId,
        text: &'r str,
        unreadable: &'r [usize],
        diagnostics: &'r mut Diagnostics,
    ) -> Decoder<'r> {
        Decoder {
            source,
            text,
            diagnostics,
            emitted: 0,
            base: 0,
            unreadable,
            unread_values: 0,
            misplaced_version: false,
        }
    }

    /// Returns the number of errors so far.
    pub(super) fn emitted(&self) -> usize {
        self.emitted
    }

    /// Continues with the part of the file at this offset.
    pub(super) fn set_base(&mut self, base: usize) {
        self.base = base;
    }

    /// Returns the location of a span of the part that is being decoded.
    pub(super) fn location(&self, span: Range<usize>) -> Location {
        let end = (self.base + span.end).min(self.text.len());
        Location { source: self.source, span: Span::new((self.base + span.start).min(end), end) }
    }

    /// Reports the errors of the parser except consequential ones.
    pub(super) fn syntax_errors(&mut self, mut errors: Vec<toml::de::Error>) {
        let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        errors.sort_by_key(start);
        let (mut line, mut counted, mut last_line) = (0, self.base, None);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let at = (self.base + span.start).min(self.text.len());
            line += self.text.as_bytes()[counted..at].iter().filter(|&&byte| byte == b'\n').count();
            counted = at;
            // After a missing bracket, the parser reports an error for each following line.
            let is_consequence = match last_line.replace(line) {
                Some(last) if last == line => true,
                Some(last) => line == last + 1 && error.message().contains("missing comma"),
                None => self.has_unreadable_line(at),
            };
            if !is_consequence {
                self.emit(Code::TomlSyntax, span, one_line(error.message()), None);
            }
        }
    }

    /// Whether the line at an offset of the file has a byte that is not UTF-8, which was reported.
    fn has_unreadable_line(&self, at: usize) -> bool {
        let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        self.has_unreadable(start..end)
    }

    fn has_unreadable(&self, range: Range<usize>) -> bool {
        let next = self.unreadable.partition_point(|&at| at < range.start);
        self.unreadable.get(next).is_some_and(|&at| at < range.end)
    }

    /// Whether a value or key has a byte that is not UTF-8, which was reported.
    fn is_unreadable(&self, span: Range<usize>) -> bool {
        self.has_unreadable(self.base + span.start..self.base + span.end)
    }

    pub(super) fn emit_suppressed(&mut self) {
        let suppressed = self.emitted.saturating_sub(MAX_DIAGNOSTICS);
        if suppressed > 0 {
            self.base = 0;
            let end = self.text.len();
            let message = format!("{suppressed} more problems in this file not shown");
            self.diagnostics.push(Diagnostic::new(
                Code::TooManyProblems,
                self.location(end..end),
                message,
            ));
        }
    }

    #[cold]
    pub(super) fn emit(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: String,
        help: Option<String>,
    ) {
        let mut diagnostic = Diagnostic::new(code, self.location(span), message);
        diagnostic.help = help;
        self.emit_diagnostic(diagnostic);
    }

    pub(super) fn emit_diagnostic(&mut self, diagnostic: Diagnostic) {
        self.emitted += 1;
        if self.emitted <= MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports the keys of `table` that are not in `known`.
    pub(super) fn check_keys(&mut self, table: &DeTable<'_>, known: &[Key], context: &str) {
        let known = names(known);
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if known.clone().any(|it| it == name) {
                continue;
            }
            let is_top_level = known.clone().any(|it| it == "version");
            let help = match suggest(name, known.clone(), Nearness::Similar) {
                _ if name == "version" => "move it to the first line of the file".to_owned(),
                _ if is_top_level && is_table_like(table.get(name), "rooms", name) => {
                    "did you mean `[[room]]`?".to_owned()
                }
                _ if is_top_level && is_table_like(table.get(name), "category", name) => {
                    "did you mean `[categories]`?".to_owned()
                }
                _ if is_top_level && is_rule_key(name) => match table.get(name) {
                    Some(value) if value.get_ref().is_table() => {
                        format!("write `[rule.{name}]`, below the keys of its rule")
                    }
                    _ => "write `[[rule]]` on a line before it".to_owned(),
                },
                _ if is_top_level && is_like_rule(table.get(name)) => {
                    format!("write `[[rule]]`, and below it `id = \"{}\"`", display_short(name))
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let known: Vec<&str> = known.clone().collect();
                    format!("known keys: {}", known.join(", "))
                }
            };
            let message = format!("unknown key `{}` {context}", display_short(name));
            self.emit(Code::UnknownKey, key.span(), message, Some(help));
        }
    }

    pub(super) fn required_string(
        &mut self,
        header: &Range<usize>,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<Spanned<String>> {
        // A misspelled key was reported already.
        let mut written = table.keys().map(|name| name.get_ref().as_ref());
        let is_misspelled = |name| suggest(name, names(keys::RULE), Nearness::Similar) == Some(key);
        if !table.contains_key(key) && !written.any(is_misspelled) {
            let message = format!("missing key `{key}` in `[[rule]]`");
            self.emit(Code::MissingKey, header.clone(), message, None);
        }
        self.string(table, key)
    }

    pub(super) fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<Spanned<String>> {
        table.get(key).and_then(|value| self.string_value(value))
    }

    pub(super) fn strings(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Spanned<String>> {
        self.spanned_strings(table, key).map_or(Vec::new(), |strings| strings.value)
    }

    /// Like [`strings`](Decoder::strings), for values of which each is of use without the others.
    pub(super) fn separate_strings(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Vec<Spanned<String>> {
        let before = self.unread_values;
        let strings = self.strings(table, key);
        self.unread_values = before;
        strings
    }

    /// Like [`strings`](Decoder::strings), but returns `None` if the key is missing or invalid.
    pub(super) fn spanned_strings(&mut self, table: &DeTable<'_>, key: &str) -> Option<Strings> {
        table.get(key).and_then(|value| self.string_array(value))
    }

    pub(super) fn boolean(&mut self, table: &DeTable<'_>, key: &str) -> Option<Spanned<bool>> {
        let value = table.get(key)?;
        let Some(boolean) = value.get_ref().as_bool() else {
            self.invalid_type(value, "`true` or `false`");
            return None;
        };
        Some(Spanned { value: boolean, location: self.location(value.span()) })
    }

    fn string_array(&mut self, value: &Value<'_>) -> Option<Strings> {
        let Some(array) = value.get_ref().as_array() else {
            self.invalid_type(value, "an array of strings, `[\"...\", \"...\"]`");
            return None;
        };
        let strings = array.iter().filter_map(|value| self.string_value(value)).collect();
        Some(Spanned { value: strings, location: self.location(value.span()) })
    }

    /// Decodes a table of strings. Invalid values are reported and skipped.
    pub(super) fn string_map(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<ByName<Spanned<String>>> {
        self.by_name(table, key, Self::string_value)
    }

    /// Decodes a table of arrays of strings. Invalid values are reported and skipped.
    pub(super) fn string_array_map(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<ByName<Strings>> {
        self.by_name(table, key, Self::string_array)
    }

    pub(super) fn by_name<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        decode: fn(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Option<ByName<T>> {
        let value = table.get(key)?;
        let mut pairs = Vec::new();
        for (name, value) in self.table(value).into_iter().flatten() {
            self.unread_values += usize::from(self.is_unreadable(name.span()));
            if let Some(value) = decode(self, value) {
                pairs.push((self.key(name), value));
            }
        }
        Some(Spanned { value: pairs, location: self.location(value.span()) })
    }

    /// Decodes a mode, for which `true` and `false` are often written.
    pub(super) fn mode_value(&mut self, value: &Value<'_>) -> Option<Spanned<String>> {
        let help = match value.get_ref() {
            DeValue::String(_) => return self.string_value(value),
            DeValue::Boolean(true) => "write `\"on\"`",
            DeValue::Boolean(false) => "write `\"off\"`",
            _ => "write `\"on\"`, `\"shadow\"` or `\"off\"`",
        };
        let found = value.get_ref().type_str();
        let message = format!("invalid type: expected a mode in quotes, found {found}");
        self.emit(Code::InvalidType, value.span(), message, Some(help.to_owned()));
        None
    }

    /// Decodes a percentage from 1 to 99.
    pub(super) fn percent(&mut self, value: &Value<'_>) -> Option<Spanned<u8>> {
        let Some(number) = integer(value) else {
            let found = value.get_ref().type_str();
            let message = format!("invalid type: expected a percentage, found {found}");
            let help = "write `rollout = 10` for 10 % of the senders".to_owned();
            self.emit(Code::InvalidType, value.span(), message, Some(help));
            return None;
        };
        let Some(percent) = u8::try_from(number).ok().filter(|it| (1..=99).contains(it)) else {
            let help = match number {
                0 => "write `mode = \"shadow\"` instead",
                100 => "remove it: without `rollout` the rule acts for all senders",
                _ => "write `rollout = 10` for 10 % of the senders",
            };
            let message = "invalid percentage, expected 1 to 99".to_owned();
            self.emit(Code::InvalidValue, value.span(), message, Some(help.to_owned()));
            return None;
        };
        Some(Spanned { value: percent, location: self.location(value.span()) })
    }

    /// Decodes a date, which has no quotes in TOML.
    pub(super) fn date(&mut self, table: &DeTable<'_>, key: &str) -> Option<Spanned<Date>> {
        let value = table.get(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(it) if it.time.is_none() && it.offset.is_none() => it.date,
            DeValue::Datetime(_) | DeValue::String(_) => None,
            _ => {
                self.invalid_type(value, "a date without quotes, such as 2026-12-01");
                return None;
            }
        };
        let Some(date) = date else {
            let message = "invalid date, expected YYYY-MM-DD without quotes and time".to_owned();
            let help = format!("write `{key} = 2026-12-01`");
            self.emit(Code::InvalidDate, value.span(), message, Some(help));
            return None;
        };
        let part = |n: u8| i8::try_from(n).unwrap_or(0);
        let year = i16::try_from(date.year).unwrap_or(0);
        let Ok(day) = Date::new(year, part(date.month), part(date.day)) else {
            self.emit(
                Code::InvalidDate,
                value.span(),
                "invalid date, no such day in this month".into(),
                None,
            );
            return None;
        };
        Some(Spanned { value: day, location: self.location(value.span()) })
    }

    /// Returns a key as a string.
    pub(super) fn key(&self, key: &toml::Spanned<DeString<'_>>) -> Spanned<String> {
        Spanned { value: key.get_ref().to_string(), location: self.location(key.span()) }
    }

    /// Returns the tables of a `[[key]]`. A `[key]` is an error, but its table is returned as well.
    pub(super) fn tables<'t, 'v>(&mut self, table: &'t DeTable<'v>, key: &str) -> &'t [Value<'v>] {
        let Some(value) = table.get(key) else { return &[] };
        if let Some(tables) = value.get_ref().as_array() {
            return tables;
        }
        let help = Some(format!("write `[[{key}]]` in double brackets above each one"));
        let found = value.get_ref().type_str();
        let message = format!("invalid type: expected an array of tables, found {found}");
        self.emit(Code::InvalidType, value.span(), message, help);
        if value.get_ref().is_table() { std::slice::from_ref(value) } else { &[] }
    }

    fn string_value(&mut self, value: &Value<'_>) -> Option<Spanned<String>> {
        if self.is_unreadable(value.span()) {
            self.unread_values += 1;
            return None;
        }
        let Some(text) = value.get_ref().as_str() else {
            self.invalid_type(value, "a string in quotes");
            return None;
        };
        Some(Spanned { value: text.to_owned(), location: self.location(value.span()) })
    }

    pub(super) fn table<'t, 'v>(&mut self, value: &'t Value<'v>) -> Option<&'t DeTable<'v>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.invalid_type(value, "a table, `{ key = value }`");
        }
        table
    }

    #[cold]
    pub(super) fn invalid_type(&mut self, value: &Value<'_>, expected: &str) {
        let found = value.get_ref().type_str();
        let message = format!("invalid type: expected {expected}, found {found}");
        self.emit(Code::InvalidType, value.span(), message, None);
    }
}

/// Whether a key with this name has a table or an array of tables as its value.
fn is_table_like(value: Option<&Value<'_>>, name: &str, key: &str) -> bool {
    let is_table = |value: &Value<'_>| match value.get_ref() {
        DeValue::Array(values) => values.iter().all(|value| value.get_ref().is_table()),
        value => value.is_table(),
    };
    name == key && value.is_some_and(is_table)
}

/// Whether a value is a table with keys of a rule.
fn is_like_rule(value: Option<&Value<'_>>) -> bool {
    let table = value.and_then(|value| value.get_ref().as_table());
    table.is_some_and(|table| names(keys::RULE).any(|key| table.contains_key(key)))
}

pub(super) fn integer(value: &Value<'_>) -> Option<i64> {
    let integer = value.get_ref().as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
