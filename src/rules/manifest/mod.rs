//! `rules.toml` as it is written: every key with its type checked and its place kept.
//!
//! Nothing is looked up in other files here; that is [`parse`](super::parse)'s part.

mod decode;
mod matchers;

use std::ops::Range;

use jiff::civil::Date;
use toml::de::DeTable;

pub(super) use self::decode::{ByName, Located, Strings};
use self::decode::{Reader, Value, integer};
pub(super) use self::matchers::{LimitTable, LinksTable};
use super::VERSION;
use super::problems::Problems;
use crate::diagnostic::{Code, Location, invalid_utf8};
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::source::SourceId;

/// The file as a whole.
#[derive(Default)]
pub(super) struct Manifest {
    /// It says that it is of the version that this program reads.
    pub(super) usable: bool,
    pub(super) max_message_length: Option<usize>,
    pub(super) when_cut: Option<Located<String>>,
    /// Globs with the length in their rooms, in the order of the file.
    pub(super) rooms: Vec<(Located<String>, usize)>,
    pub(super) exceptions: Vec<Located<String>>,
    pub(super) exempt: Vec<ExemptTable>,
    pub(super) rules: Vec<RuleTable>,
}

/// Names, each with the values that will do.
pub(super) type Wanted = ByName<Strings>;

/// An `[[exempt]]`, all of whose keys have the right type.
pub(super) struct ExemptTable {
    /// Where it begins.
    pub(super) location: Location,
    pub(super) sender: Option<Wanted>,
    pub(super) user_ids: Vec<Located<String>>,
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
    pub(super) links: Option<LinksTable>,
    pub(super) limit: Option<LimitTable>,
    pub(super) detect: Option<Strings>,
    pub(super) action: Option<Located<String>>,
    pub(super) reason: Option<Located<String>>,
    pub(super) mask: Option<Located<String>>,
    pub(super) with: Option<Located<String>>,
    pub(super) tag: Option<ByName<Located<String>>>,
    pub(super) fields: Option<Strings>,
    pub(super) rooms: Option<Strings>,
    pub(super) unless: Option<Wanted>,
    pub(super) disguises: Option<Located<String>>,
    pub(super) mode: Option<Located<String>>,
    pub(super) from: Option<Located<Date>>,
    pub(super) until: Option<Located<Date>>,
    pub(super) caught: Vec<Located<String>>,
    pub(super) ok: Vec<Located<String>>,
}

/// Reads the file and tells what is wrong with it. Nothing of it can be used without a `version`
/// that this program knows.
pub(super) fn parse(source: SourceId, bytes: &[u8], problems: &mut Problems) -> Option<Manifest> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            problems.push(invalid_utf8(source, error.valid_up_to()));
            return None;
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(source, text, problems);
    let broken = reader.syntax_errors(errors);
    let manifest = reader.manifest(table.get_ref(), &broken);
    reader.tell_untold();
    manifest
}

fn start_of(value: &Value<'_>) -> usize {
    value.span().start
}

impl Reader<'_> {
    fn manifest(&mut self, table: &DeTable<'_>, broken: &[usize]) -> Option<Manifest> {
        const KEYS: [&str; 4] = ["version", "settings", "exempt", "rule"];
        self.known_keys(table, &KEYS, "at the top of the file");
        let mut manifest = Manifest { usable: self.version(table)?, ..Manifest::default() };
        if let Some(settings) = table.get("settings").and_then(|value| self.table(value)) {
            self.settings(settings, &mut manifest);
        }
        let exempt = self.tables(table, "exempt");
        let rules = self.tables(table, "rule");
        // A table with a syntax error in it may have lost any of its keys, so that nothing true can
        // be said of it.
        let whole = |table: &&Value<'_>| {
            let start = start_of(table);
            let next = |tables: &[Value<'_>]| {
                tables.get(tables.partition_point(|it| start_of(it) <= start)).map(start_of)
            };
            let until = next(exempt).into_iter().chain(next(rules)).min();
            let first = broken.get(broken.partition_point(|&at| at < start));
            first.is_none_or(|&at| until.is_some_and(|until| at >= until))
        };
        for value in exempt.iter().filter(whole) {
            if let Some(table) = self.table(value) {
                manifest.exempt.extend(self.exempt(value.span(), table));
            }
        }
        for value in rules.iter().filter(whole) {
            if let Some(table) = self.table(value) {
                manifest.rules.push(self.rule(value.span(), table));
            }
        }
        Some(manifest)
    }

    fn settings(&mut self, settings: &DeTable<'_>, manifest: &mut Manifest) {
        let keys = ["max_message_length", "rooms", "exceptions", "when_cut"];
        self.known_keys(settings, &keys, "in [settings]");
        manifest.max_message_length =
            settings.get("max_message_length").and_then(|value| self.length(value));
        manifest.exceptions = self.strings(settings, "exceptions");
        manifest.when_cut = self.string(settings, "when_cut");
        let Some(rooms) = settings.get("rooms").and_then(|value| self.table(value)) else { return };
        let mut rooms: Vec<_> = rooms.iter().collect();
        rooms.sort_unstable_by_key(|(room, _)| room.span().start);
        for (room, length) in rooms {
            if let Some(length) = self.length(length) {
                manifest.rooms.push((self.name(room), length));
            }
        }
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
        self.tell(Code::InvalidValue, value.span(), message, if newer { newer_help } else { help });
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
            self.tell(Code::InvalidValue, value.span(), message, None);
        }
        length
    }

    fn exempt(&mut self, header: Range<usize>, table: &DeTable<'_>) -> Option<ExemptTable> {
        let before = self.told();
        self.known_keys(table, &["sender", "user_ids"], "in [[exempt]]");
        let sender = self.wanted(table, "sender");
        let user_ids = self.strings(table, "user_ids");
        // What is left of a broken one might exempt more than was meant.
        let whole = self.told() == before;
        whole.then(|| ExemptTable { location: self.location(header), sender, user_ids })
    }

    fn rule(&mut self, header: Range<usize>, table: &DeTable<'_>) -> RuleTable {
        const KEYS: [&str; 21] = [
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
            "tag",
            "fields",
            "rooms",
            "unless",
            "disguises",
            "mode",
            "from",
            "until",
            "samples",
        ];
        let before = self.told();
        self.known_keys(table, &KEYS, "in a rule");
        let (mut caught, mut ok) = (Vec::new(), Vec::new());
        if let Some(samples) = table.get("samples").and_then(|value| self.table(value)) {
            self.known_keys(samples, &["caught", "ok"], "in samples");
            caught = self.strings(samples, "caught");
            ok = self.strings(samples, "ok");
        }
        RuleTable {
            id: self.required(&header, table, "id"),
            action: self.required(&header, table, "action"),
            category: self.string(table, "category").map(|category| category.value),
            lists: self.strings(table, "lists"),
            terms: self.strings(table, "terms"),
            patterns: self.strings(table, "patterns"),
            links: table.get("links").and_then(|value| self.links(value)),
            limit: table.get("limit").and_then(|value| self.limit(value)),
            detect: self.located_strings(table, "detect"),
            reason: self.string(table, "reason"),
            mask: self.string(table, "mask"),
            with: self.string(table, "with"),
            tag: self.texts_by_name(table, "tag"),
            fields: self.located_strings(table, "fields"),
            rooms: self.located_strings(table, "rooms"),
            unless: self.wanted(table, "unless"),
            disguises: self.string(table, "disguises"),
            mode: self.string(table, "mode"),
            from: self.day(table, "from"),
            until: self.day(table, "until"),
            caught,
            ok,
            broken: self.told() > before,
            location: self.location(header),
        }
    }
}
