//! `rules.toml` as written, with types checked and locations kept.
//!
//! [`parse`](super::parse) turns it into rules, and reads the lists that it names.

mod decode;
pub(crate) mod keys;
mod matchers;
mod sections;

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;
use toml::de::DeTable;

pub(super) use self::decode::{ByName, Spanned, Strings};
use self::decode::{Decoder, Value, integer};
pub(super) use self::matchers::{LimitTable, LinksTable};
use self::sections::split;
use super::VERSION;
use super::diagnostics::Diagnostics;
use crate::diagnostic::{Code, Diagnostic, Location, foreign_file, invalid_utf8};
use crate::encoding::foreign_format;
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::source::SourceId;

/// The content of `rules.toml`.
#[derive(Default)]
pub(super) struct Manifest {
    pub(super) max_message_length: Option<usize>,
    pub(super) when_cut: Option<Spanned<String>>,
    /// Room patterns with the maximum length in these rooms, in file order.
    pub(super) rooms: Vec<(Spanned<String>, usize)>,
    pub(super) exceptions: Vec<Spanned<String>>,
    pub(super) exempt: Vec<ExemptTable>,
    /// Categories with their modes, in file order.
    pub(super) categories: Names,
    pub(super) room_tables: Vec<RoomTable>,
    pub(super) rules: Vec<RuleTable>,
}

/// Categories or rule IDs, with their modes.
pub(super) type Names = Vec<(Spanned<String>, Spanned<String>)>;

/// A `[[room]]`, with the keys that have the right type.
pub(super) struct RoomTable {
    pub(super) rooms: Option<Strings>,
    pub(super) categories: Names,
    pub(super) rules: Names,
}

/// Attribute names with their accepted values.
pub(super) type ValuesByName = ByName<Strings>;

/// An `[[exempt]]`, in which all keys have the right type.
pub(super) struct ExemptTable {
    /// The location of the header.
    pub(super) location: Location,
    pub(super) sender: Option<ValuesByName>,
    pub(super) user_ids: Vec<Spanned<String>>,
}

/// A `[[rule]]`, with the keys that have the right type.
pub(super) struct RuleTable {
    /// The location of the header.
    pub(super) location: Location,
    /// Whether an error in the table was reported, so the rule must not be used.
    pub(super) is_invalid: bool,
    pub(super) id: Option<Spanned<String>>,
    pub(super) category: Option<String>,
    pub(super) lists: Vec<Spanned<String>>,
    pub(super) terms: Vec<Spanned<String>>,
    pub(super) patterns: Vec<Spanned<String>>,
    pub(super) links: Option<LinksTable>,
    pub(super) limit: Option<LimitTable>,
    pub(super) detect: Option<Strings>,
    pub(super) action: Option<Spanned<String>>,
    pub(super) reason: Option<Spanned<String>>,
    pub(super) mask: Option<Spanned<String>>,
    pub(super) with: Option<Spanned<String>>,
    pub(super) cover: Option<Spanned<String>>,
    pub(super) tag: Option<ByName<Spanned<String>>>,
    pub(super) fields: Option<Strings>,
    pub(super) rooms: Option<Strings>,
    pub(super) unless: Option<ValuesByName>,
    pub(super) disguises: Option<Spanned<String>>,
    pub(super) language: Option<Spanned<String>>,
    pub(super) mode: Option<Spanned<String>>,
    pub(super) rollout: Option<Spanned<u8>>,
    pub(super) rollout_by: Option<Spanned<String>>,
    pub(super) from: Option<Spanned<Date>>,
    pub(super) until: Option<Spanned<Date>>,
    pub(super) caught: Vec<Spanned<String>>,
    pub(super) ok: Vec<Spanned<String>>,
}

/// The tables of which a file has one.
const SINGLE: [&str; 2] = ["settings", "categories"];

/// Decodes the file and reports errors. Each error costs as little as possible: a string that is
/// not UTF-8, or the section with an error of the syntax.
pub(super) fn parse(source: SourceId, bytes: &[u8], diagnostics: &mut Diagnostics) -> Manifest {
    let mut manifest = Manifest::default();
    if let Some(format) = foreign_format(bytes) {
        diagnostics.push(foreign_file(source, format));
        return manifest;
    }
    let (text, unreadable) = readable(bytes);
    if let Some(&first) = unreadable.first() {
        let lines = bytes.split(|&byte| byte == b'\n');
        let count = lines.filter(|line| std::str::from_utf8(line).is_err()).count();
        diagnostics.push(invalid_utf8(source, first, count));
    }
    let mut decoder = Decoder::new(source, &text, &unreadable, diagnostics);
    let (table, errors) = DeTable::parse_recoverable(&text);
    let has_version = match errors.is_empty() {
        true => decoder.document(table.get_ref(), &mut manifest),
        false => decoder.sections(&text, errors, &mut manifest),
    };
    if !has_version && !decoder.misplaced_version {
        let help = Some(format!("write `version = {VERSION}` on the first line"));
        decoder.set_base(0);
        decoder.emit(Code::MissingKey, 0..0, "missing key `version`".into(), help);
    }
    decoder.emit_suppressed();
    manifest
}

/// Returns the text with each byte that is not UTF-8 replaced by `?`, and the offsets of these.
pub(crate) fn readable(bytes: &[u8]) -> (Cow<'_, str>, Vec<usize>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.into(), Vec::new());
    }
    let (mut text, mut unreadable) = (String::with_capacity(bytes.len()), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            unreadable.push(text.len());
            text.push('?');
        }
    }
    (text.into(), unreadable)
}

impl Decoder<'_> {
    /// Decodes a file with errors in its syntax, one section at a time. Returns whether the version
    /// is there.
    fn sections(
        &mut self,
        text: &str,
        errors: Vec<toml::de::Error>,
        manifest: &mut Manifest,
    ) -> bool {
        let before = self.emitted();
        let mut has_version = false;
        let mut first: [Option<Location>; 2] = [None; 2];
        for section in split(text) {
            self.set_base(section.range.start);
            let (table, errors) = DeTable::parse_recoverable(&text[section.range.clone()]);
            let header = self.location(0..section.header_length);
            let is_first = section.name.is_empty();
            if !errors.is_empty() {
                self.syntax_errors(errors);
                // The error may have removed the line.
                has_version |= is_first;
            } else if let Some(at) = SINGLE.iter().position(|&name| name == section.name)
                && let Some(first) = first[at].replace(header)
            {
                self.emit_duplicate(section.name, header, first);
            } else {
                has_version |= self.document(table.get_ref(), manifest);
            }
        }
        // The error was in how the sections are combined.
        if self.emitted() == before {
            self.set_base(0);
            self.syntax_errors(errors);
        }
        has_version
    }

    fn emit_duplicate(&mut self, name: &str, header: Location, first: Location) {
        let message = format!("duplicate table `[{name}]`");
        let diagnostic = Diagnostic::new(Code::TomlSyntax, header, message)
            .related(first, "first one")
            .help("move the keys of both into one of them");
        self.emit_diagnostic(diagnostic);
    }

    /// Decodes the tables of a file or section. Returns whether the version is there.
    fn document(&mut self, table: &DeTable<'_>, manifest: &mut Manifest) -> bool {
        self.check_keys(table, keys::FILE, "at the top level");
        let version = table.get("version");
        if let Some(value) = version {
            self.version(value);
        }
        if let Some(settings) = table.get("settings").and_then(|value| self.table(value)) {
            self.settings(settings, manifest);
        }
        manifest.categories.extend(self.modes(table, "categories"));
        for value in self.tables(table, "room") {
            if let Some(table) = self.table(value) {
                manifest.room_tables.push(self.room(value.span(), table));
            }
        }
        let is_array = table.get("exempt").is_some_and(|value| value.get_ref().is_array());
        for value in self.tables(table, "exempt") {
            // A single table may be meant otherwise, and must not exempt anyone.
            if let Some(table) = self.table(value) {
                let exempt = self.exempt(value.span(), table);
                manifest.exempt.extend(exempt.filter(|_| is_array));
            }
        }
        for value in self.tables(table, "rule") {
            if let Some(table) = self.table(value) {
                manifest.rules.push(self.rule(value.span(), table));
            }
        }
        version.is_some()
    }

    fn settings(&mut self, settings: &DeTable<'_>, manifest: &mut Manifest) {
        self.check_keys(settings, keys::SETTINGS, "in `[settings]`");
        manifest.max_message_length =
            settings.get("max_message_length").and_then(|value| self.length(value));
        manifest.exceptions = self.strings(settings, "exceptions");
        manifest.when_cut = self.string(settings, "when_cut");
        let Some(rooms) = settings.get("rooms").and_then(|value| self.table(value)) else { return };
        let mut rooms: Vec<_> = rooms.iter().collect();
        rooms.sort_unstable_by_key(|(room, _)| room.span().start);
        for (room, length) in rooms {
            if let Some(length) = self.length(length) {
                manifest.rooms.push((self.key(room), length));
            }
        }
    }

    /// Reports a version that is not supported. The rules are decoded anyway: what only another
    /// version has is an unknown key, and leaves out its rule.
    fn version(&mut self, value: &Value<'_>) {
        let Some(version) = integer(value) else {
            return self.invalid_type(value, "an integer");
        };
        if version == VERSION {
            return;
        }
        let message = format!("unsupported version {version}, expected {VERSION}");
        let help = match version > VERSION {
            true => "use a newer release of ivs-chat-review".to_owned(),
            false => format!("write `version = {VERSION}`"),
        };
        self.emit(Code::InvalidValue, value.span(), message, Some(help));
    }

    fn length(&mut self, value: &Value<'_>) -> Option<usize> {
        let Some(number) = integer(value) else {
            self.invalid_type(value, "an integer");
            return None;
        };
        let length = usize::try_from(number).ok().filter(|n| (1..=MAX_MESSAGE_LENGTH).contains(n));
        if length.is_none() {
            let message = format!("invalid message length, expected 1 to {MAX_MESSAGE_LENGTH}");
            self.emit(Code::InvalidValue, value.span(), message, None);
        }
        length
    }

    fn exempt(&mut self, header: Range<usize>, table: &DeTable<'_>) -> Option<ExemptTable> {
        let (before, unread) = (self.emitted(), self.unread_values);
        self.check_keys(table, keys::EXEMPT, "in `[[exempt]]`");
        let sender = self.string_array_map(table, "sender");
        let user_ids = self.strings(table, "user_ids");
        // Without its invalid keys, the table might exempt more than intended.
        let is_valid = self.emitted() == before && self.unread_values == unread;
        is_valid.then(|| ExemptTable { location: self.location(header), sender, user_ids })
    }

    fn room(&mut self, header: Range<usize>, table: &DeTable<'_>) -> RoomTable {
        let before = self.emitted();
        self.check_keys(table, keys::ROOM, "in `[[room]]`");
        let rooms = self.spanned_strings(table, "rooms");
        let (categories, rules) = (self.modes(table, "categories"), self.modes(table, "rules"));
        // What is missing may be what was reported.
        let is_valid = self.emitted() == before;
        if is_valid && rooms.is_none() {
            let message = "missing key `rooms` in `[[room]]`".to_owned();
            let help = "write `rooms = [\"AbCdEf123456\"]`, the ID or the ARN of a room".to_owned();
            self.emit(Code::MissingKey, header.clone(), message, Some(help));
        }
        if is_valid && !table.contains_key("categories") && !table.contains_key("rules") {
            let message = "missing key `categories` or `rules` in `[[room]]`".to_owned();
            let help =
                "write `categories = { insults = \"off\" }` for rules with this category, or \
                        `rules = { emoji-spam = \"off\" }` for single ones"
                    .to_owned();
            self.emit(Code::MissingKey, header, message, Some(help));
        }
        RoomTable { rooms, categories, rules }
    }

    /// Decodes a table of modes in file order. Invalid values are reported and skipped.
    fn modes(&mut self, table: &DeTable<'_>, key: &str) -> Names {
        let modes = self.by_name(table, key, Self::mode_value);
        let mut modes = modes.map_or(Vec::new(), |modes| modes.value);
        modes.sort_unstable_by_key(|(name, _)| name.location);
        modes
    }

    fn rule(&mut self, header: Range<usize>, table: &DeTable<'_>) -> RuleTable {
        let (before, unread) = (self.emitted(), self.unread_values);
        self.check_keys(table, keys::RULE, "in `[[rule]]`");
        self.misplaced_version |= table.contains_key("version");
        let (mut caught, mut ok) = (Vec::new(), Vec::new());
        if let Some(samples) = table.get("samples").and_then(|value| self.table(value)) {
            self.check_keys(samples, keys::SAMPLES, "in `samples`");
            caught = self.separate_strings(samples, "caught");
            ok = self.separate_strings(samples, "ok");
        }
        RuleTable {
            id: self.required_string(&header, table, "id"),
            action: self.required_string(&header, table, "action"),
            category: self.string(table, "category").map(|category| category.value),
            lists: self.separate_strings(table, "lists"),
            terms: self.separate_strings(table, "terms"),
            patterns: self.separate_strings(table, "patterns"),
            links: table.get("links").and_then(|value| self.links(value)),
            limit: table.get("limit").and_then(|value| self.limit(value)),
            detect: self.spanned_strings(table, "detect"),
            reason: self.string(table, "reason"),
            mask: self.string(table, "mask"),
            with: self.string(table, "with"),
            cover: self.string(table, "cover"),
            tag: self.string_map(table, "tag"),
            fields: self.spanned_strings(table, "fields"),
            rooms: self.spanned_strings(table, "rooms"),
            unless: self.string_array_map(table, "unless"),
            disguises: self.string(table, "disguises"),
            language: self.string(table, "language"),
            mode: self.string(table, "mode"),
            rollout: table.get("rollout").and_then(|value| self.percent(value)),
            rollout_by: self.string(table, "rollout_by"),
            from: self.date(table, "from"),
            until: self.date(table, "until"),
            caught,
            ok,
            is_invalid: self.emitted() > before || self.unread_values > unread,
            location: self.location(header),
        }
    }
}
