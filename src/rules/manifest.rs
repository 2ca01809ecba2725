//! `rules.toml` as it is written: every key with its type checked and its place kept.
//!
//! Nothing is looked up in other files here; that is [`parse`](super::parse)'s part.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::list::not_utf8;
use super::{MAX_MESSAGE_LENGTH, VERSION};
use crate::diagnostic::{Code, Diagnostic, Location, did_you_mean};
use crate::source::SourceId;
use crate::span::Span;

/// Problems told of the file; more would bury a reader, and memory with them.
const MAX_PROBLEMS: usize = 1_000;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) location: Location,
}

/// The file as a whole.
#[derive(Default)]
pub(super) struct Manifest {
    /// It says that it is of the version that this program reads.
    pub(super) usable: bool,
    pub(super) max_message_length: Option<usize>,
    pub(super) rules: Vec<RuleTable>,
}

/// A `[[rule]]`: of its keys those that have the right type.
pub(super) struct RuleTable {
    /// Where it begins.
    pub(super) location: Location,
    /// Something in it has been told as a problem, so that it must not be used.
    pub(super) broken: bool,
    pub(super) id: Option<Located<String>>,
    pub(super) category: Option<String>,
    pub(super) lists: Vec<Located<String>>,
    pub(super) terms: Vec<Located<String>>,
    pub(super) patterns: Vec<Located<String>>,
    pub(super) action: Option<Located<String>>,
    pub(super) reason: Option<Located<String>>,
    pub(super) mask: Option<Located<String>>,
    pub(super) with: Option<Located<String>>,
    pub(super) caught: Vec<Located<String>>,
    pub(super) ok: Vec<Located<String>>,
}

/// Reads the file and tells what is wrong with it. Nothing of it can be used without a `version`
/// that this program knows.
pub(super) fn parse(
    source: SourceId,
    bytes: &[u8],
    problems: &mut Vec<Diagnostic>,
) -> Option<Manifest> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            problems.push(not_utf8(source, error.valid_up_to()));
            return None;
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { source, text, problems, told: 0 };
    let broken = reader.syntax_errors(errors);
    let manifest = reader.manifest(table.get_ref(), &broken);
    reader.tell_untold();
    manifest
}

/// A message of the TOML parser in the form of ours: its lines joined.
fn sentence(message: &str) -> String {
    message.trim().lines().map(str::trim).collect::<Vec<_>>().join(", ")
}

struct Reader<'r> {
    source: SourceId,
    text: &'r str,
    problems: &'r mut Vec<Diagnostic>,
    /// How many problems there were, those beyond [`MAX_PROBLEMS`] included.
    told: usize,
}

type Value<'v> = Spanned<DeValue<'v>>;

impl Reader<'_> {
    fn location(&self, span: Range<usize>) -> Location {
        let end = span.end.min(self.text.len());
        Location { source: self.source, span: Span::new(span.start.min(end), end) }
    }

    /// Tells the errors of the parser but for their followers, and where all of them are, ascending.
    fn syntax_errors(&mut self, mut errors: Vec<toml::de::Error>) -> Vec<usize> {
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
                let smart = self.text[at..].starts_with(['“', '”', '„', '‘', '’', '«', '»']);
                let help = smart.then(|| "write straight quotes: \" or '".to_owned());
                self.tell(Code::TomlSyntax, span, sentence(error.message()), help);
            }
        }
        broken
    }

    fn tell_untold(&mut self) {
        if let Some(untold) = self.told.checked_sub(MAX_PROBLEMS).filter(|&untold| untold > 0) {
            let end = self.text.len();
            let message = format!("{untold} more problems are in this file");
            self.problems.push(Diagnostic::new(Code::Untold, self.location(end..end), message));
        }
    }

    fn tell(&mut self, code: Code, span: Range<usize>, message: String, help: Option<String>) {
        self.told += 1;
        if self.told > MAX_PROBLEMS {
            return;
        }
        let mut problem = Diagnostic::new(code, self.location(span), message);
        problem.help = help;
        self.problems.push(problem);
    }

    fn manifest(&mut self, table: &DeTable<'_>, broken: &[usize]) -> Option<Manifest> {
        self.known_keys(table, &["version", "settings", "rule"], "at the top of the file");
        let mut manifest = Manifest { usable: self.version(table)?, ..Manifest::default() };
        if let Some(settings) = table.get("settings").and_then(|value| self.table(value)) {
            self.known_keys(settings, &["max_message_length"], "in [settings]");
            manifest.max_message_length =
                settings.get("max_message_length").and_then(|value| self.length(value));
        }
        let Some(rules) = table.get("rule") else { return Some(manifest) };
        let Some(rules) = rules.get_ref().as_array() else {
            let help = Some("write [[rule]] in double brackets above each rule".to_owned());
            self.tell(Code::WrongType, rules.span(), "`rule` is no list of rules".into(), help);
            return Some(manifest);
        };
        let starts: Vec<usize> = rules.iter().map(|rule| rule.span().start).collect();
        for (i, rule) in rules.iter().enumerate() {
            let until = starts.get(i + 1).copied().unwrap_or(usize::MAX);
            let first = broken.partition_point(|&at| at < starts[i]);
            let whole = broken.get(first).is_none_or(|&at| at >= until);
            // A rule with a syntax error in it may have lost any of its keys, so that nothing true
            // can be said of it.
            if whole && let Some(table) = self.table(rule) {
                let rule = self.rule(rule.span(), table);
                manifest.rules.push(rule);
            }
        }
        Some(manifest)
    }

    /// Whether the file has the version that this program reads; nothing if it has a newer one, of
    /// whose keys nothing can be said.
    fn version(&mut self, table: &DeTable<'_>) -> Option<bool> {
        let help = Some(format!("write version = {VERSION} on the first line"));
        let Some(value) = table.get("version") else {
            self.tell(Code::MissingKey, 0..0, "the key `version` is missing".into(), help);
            return Some(false);
        };
        let Some(version) = integer(value) else {
            self.wrong_type(value, "a whole number");
            return Some(false);
        };
        if version == VERSION {
            return Some(true);
        }
        let newer = version > VERSION;
        let message = format!(
            "these rules are of version {version}, and this program reads version {VERSION}"
        );
        let newer_help = Some("take a newer release of ivs-chat-review".to_owned());
        self.tell(Code::BadValue, value.span(), message, if newer { newer_help } else { help });
        (!newer).then_some(false)
    }

    fn length(&mut self, value: &Value<'_>) -> Option<usize> {
        let Some(number) = integer(value) else {
            self.wrong_type(value, "a whole number");
            return None;
        };
        let length = usize::try_from(number).ok().filter(|n| (1..=MAX_MESSAGE_LENGTH).contains(n));
        if length.is_none() {
            let message = format!("a message has 1 to {MAX_MESSAGE_LENGTH} characters");
            self.tell(Code::BadValue, value.span(), message, None);
        }
        length
    }

    fn rule(&mut self, header: Range<usize>, table: &DeTable<'_>) -> RuleTable {
        const KEYS: [&str; 10] = [
            "id", "category", "lists", "terms", "patterns", "action", "reason", "mask", "with",
            "samples",
        ];
        let before = self.told;
        self.known_keys(table, &KEYS, "in a rule");
        let (mut caught, mut ok) = (Vec::new(), Vec::new());
        if let Some(samples) = table.get("samples").and_then(|value| self.table(value)) {
            self.known_keys(samples, &["caught", "ok"], "in samples");
            caught = self.strings(samples, "caught");
            ok = self.strings(samples, "ok");
        }
        let id = self.required(&header, table, "id");
        let action = self.required(&header, table, "action");
        let category = self.string(table, "category").map(|category| category.value);
        let lists = self.strings(table, "lists");
        let terms = self.strings(table, "terms");
        let patterns = self.strings(table, "patterns");
        let reason = self.string(table, "reason");
        let mask = self.string(table, "mask");
        let with = self.string(table, "with");
        RuleTable {
            location: self.location(header),
            broken: self.told > before,
            id,
            category,
            lists,
            terms,
            patterns,
            action,
            reason,
            mask,
            with,
            caught,
            ok,
        }
    }

    fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str], place: &str) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let help = match did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known {place}: {}", known.join(", ")),
            };
            let message = format!("there is no key `{}` {place}", shown(name));
            self.tell(Code::UnknownKey, key.span(), message, Some(help));
        }
    }

    fn required(
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

    fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<Located<String>> {
        table.get(key).and_then(|value| self.text(value))
    }

    fn strings(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Located<String>> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "a list of texts in brackets, [\"...\", \"...\"]");
            return Vec::new();
        };
        array.iter().filter_map(|value| self.text(value)).collect()
    }

    fn text(&mut self, value: &Value<'_>) -> Option<Located<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, "a text in quotes");
            return None;
        };
        Some(Located { value: text.to_owned(), location: self.location(value.span()) })
    }

    fn table<'t, 'v>(&mut self, value: &'t Value<'v>) -> Option<&'t DeTable<'v>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, "a table");
        }
        table
    }

    fn wrong_type(&mut self, value: &Value<'_>, wanted: &str) {
        let found = value.get_ref().type_str();
        let message = format!("here belongs {wanted}, and there stands a value of type {found}");
        self.tell(Code::WrongType, value.span(), message, None);
    }
}

fn integer(value: &Value<'_>) -> Option<i64> {
    let integer = value.get_ref().as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A word of the user's, short enough to be told in a message.
pub(super) fn shown(word: &str) -> String {
    const LONGEST: usize = 40;
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}
