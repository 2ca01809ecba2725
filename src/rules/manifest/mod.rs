//! `rules.toml` as written, with types checked and locations kept.
//!
//! [`parse`](super::parse) turns it into rules, and reads the lists that it names.

mod decode;
mod matchers;

use std::ops::Range;

use jiff::civil::Date;
use toml::de::DeTable;

pub(super) use self::decode::{ByName, Spanned, Strings};
use self::decode::{Decoder, Value, integer};
pub(super) use self::matchers::{LimitTable, LinksTable};
use super::VERSION;
use super::diagnostics::Diagnostics;
use crate::diagnostic::{Code, Location, invalid_utf8};
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::source::SourceId;

/// The content of `rules.toml`.
#[derive(Default)]
pub(super) struct Manifest {
    /// Whether the file has the supported version. If not, no rule is used.
    pub(super) usable: bool,
    pub(super) max_message_length: Option<usize>,
    pub(super) when_cut: Option<Spanned<String>>,
    /// Room patterns with the maximum length in these rooms, in file order.
    pub(super) rooms: Vec<(Spanned<String>, usize)>,
    pub(super) exceptions: Vec<Spanned<String>>,
    pub(super) exempt: Vec<ExemptTable>,
    pub(super) rules: Vec<RuleTable>,
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
    pub(super) from: Option<Spanned<Date>>,
    pub(super) until: Option<Spanned<Date>>,
    pub(super) caught: Vec<Spanned<String>>,
    pub(super) ok: Vec<Spanned<String>>,
}

/// Decodes the file and reports errors. `None` if it is not UTF-8 or has a newer version.
pub(super) fn parse(
    source: SourceId,
    bytes: &[u8],
    diagnostics: &mut Diagnostics,
) -> Option<Manifest> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            diagnostics.push(invalid_utf8(source, error.valid_up_to()));
            return None;
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut decoder = Decoder::new(source, text, diagnostics);
    let syntax_errors = decoder.syntax_errors(errors);
    let manifest = decoder.manifest(table.get_ref(), &syntax_errors);
    decoder.emit_suppressed();
    manifest
}

fn start_of(value: &Value<'_>) -> usize {
    value.span().start
}

impl Decoder<'_> {
    /// Decodes the file. `syntax_errors` are the offsets of syntax errors, ascending.
    fn manifest(&mut self, table: &DeTable<'_>, syntax_errors: &[usize]) -> Option<Manifest> {
        const KEYS: [&str; 4] = ["version", "settings", "exempt", "rule"];
        self.check_keys(table, &KEYS, "at the top level");
        let mut manifest = Manifest { usable: self.version(table)?, ..Manifest::default() };
        if let Some(settings) = table.get("settings").and_then(|value| self.table(value)) {
            self.settings(settings, &mut manifest);
        }
        let exempt = self.tables(table, "exempt");
        let rules = self.tables(table, "rule");
        // A syntax error may have removed any key of its table, so such a table is not checked.
        let is_complete = |table: &&Value<'_>| {
            let start = start_of(table);
            let next = |tables: &[Value<'_>]| {
                tables.get(tables.partition_point(|it| start_of(it) <= start)).map(start_of)
            };
            let until = next(exempt).into_iter().chain(next(rules)).min();
            let first = syntax_errors.get(syntax_errors.partition_point(|&at| at < start));
            first.is_none_or(|&at| until.is_some_and(|until| at >= until))
        };
        for value in exempt.iter().filter(is_complete) {
            if let Some(table) = self.table(value) {
                manifest.exempt.extend(self.exempt(value.span(), table));
            }
        }
        for value in rules.iter().filter(is_complete) {
            if let Some(table) = self.table(value) {
                manifest.rules.push(self.rule(value.span(), table));
            }
        }
        Some(manifest)
    }

    fn settings(&mut self, settings: &DeTable<'_>, manifest: &mut Manifest) {
        let keys = ["max_message_length", "rooms", "exceptions", "when_cut"];
        self.check_keys(settings, &keys, "in `[settings]`");
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

    /// Whether the file has the supported version. `None` if it has a newer one, whose keys are
    /// unknown.
    fn version(&mut self, table: &DeTable<'_>) -> Option<bool> {
        let help = Some(format!("write `version = {VERSION}` on the first line"));
        let Some(value) = table.get("version") else {
            self.emit(Code::MissingKey, 0..0, "missing key `version`".into(), help);
            return Some(false);
        };
        let Some(version) = integer(value) else {
            self.invalid_type(value, "an integer");
            return Some(false);
        };
        if version == VERSION {
            return Some(true);
        }
        let newer = version > VERSION;
        let message = format!("unsupported version {version}, expected {VERSION}");
        let newer_help = Some("use a newer release of ivs-chat-review".to_owned());
        self.emit(Code::InvalidValue, value.span(), message, if newer { newer_help } else { help });
        (!newer).then_some(false)
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
        let before = self.emitted();
        self.check_keys(table, &["sender", "user_ids"], "in `[[exempt]]`");
        let sender = self.string_array_map(table, "sender");
        let user_ids = self.strings(table, "user_ids");
        // Without its invalid keys, the table might exempt more than intended.
        let is_valid = self.emitted() == before;
        is_valid.then(|| ExemptTable { location: self.location(header), sender, user_ids })
    }

    fn rule(&mut self, header: Range<usize>, table: &DeTable<'_>) -> RuleTable {
        const KEYS: [&str; 23] = [
            "id",
            "category",
            "lists",
            "terms",
            "patterns",
            "links",
            "limit",
            "detect",
            "action",
            "reason",
            "mask",
            "with",
            "cover",
            "tag",
            "fields",
            "rooms",
            "unless",
            "disguises",
            "language",
            "mode",
            "from",
            "until",
            "samples",
        ];
        let before = self.emitted();
        self.check_keys(table, &KEYS, "in `[[rule]]`");
        let (mut caught, mut ok) = (Vec::new(), Vec::new());
        if let Some(samples) = table.get("samples").and_then(|value| self.table(value)) {
            self.check_keys(samples, &["caught", "ok"], "in `samples`");
            caught = self.strings(samples, "caught");
            ok = self.strings(samples, "ok");
        }
        RuleTable {
            id: self.required_string(&header, table, "id"),
            action: self.required_string(&header, table, "action"),
            category: self.string(table, "category").map(|category| category.value),
            lists: self.strings(table, "lists"),
            terms: self.strings(table, "terms"),
            patterns: self.strings(table, "patterns"),
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
            from: self.date(table, "from"),
            until: self.date(table, "until"),
            caught,
            ok,
            is_invalid: self.emitted() > before,
            location: self.location(header),
        }
    }
}
