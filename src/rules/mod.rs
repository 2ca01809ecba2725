//! Rules as typed, validated data with source locations.
//!
//! [`load`] reads a folder into [`Sources`](crate::source::Sources). [`parse`] turns those into
//! [`Rules`] and reports all errors and warnings. [`Engine`](crate::engine::Engine) compiles the
//! rules for searching.

mod diagnostics;
mod fields;
mod glob;
mod list;
mod load;
mod manifest;
mod parse;
mod pattern;
mod replacement;
mod rollout;
mod scope;
mod switches;

pub use self::fields::{AttributeNames, FieldSelector};
pub use self::glob::Glob;
pub(crate) use self::list::{Head, Line, Lines, MAX_LINE, ParsedLine, is_valid_line, parse_list};
pub use self::load::{
    FileStamp, LoadError, MAX_FILE, MAX_FILES, MAX_FOLDER, changed_file, is_rule_file, listing,
    load,
};
pub(crate) use self::manifest::{keys, readable};
pub use self::parse::{Parsed, parse};
pub use self::pattern::Pattern;
pub use self::replacement::{Piece, Replacement};
pub use self::rollout::{Rollout, RolloutBy, bucket};
pub use self::scope::{DateRange, Exempt, Mode, Scope, SenderMatch};

pub(crate) use self::switches::{ModeSet, find as find_switch};
pub use self::switches::{RoomSwitches, Switch, SwitchKind, Switches};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Location;
use crate::ivs::{Attributes, MAX_MESSAGE_LENGTH};
use crate::language::Language;
use crate::limits::Limit;
use crate::links::Links;
use crate::normalize::Disguises;
use crate::pii::Detect;

/// The main file of a rule folder, which names the lists.
pub const MANIFEST: &str = "rules.toml";

/// The supported version of the rule file format.
pub const VERSION: i64 = 1;

/// The valid rules of a folder, without what [`parse`] rejected.
///
/// In [compiled](crate::compiled) rules the lists have neither entries nor samples.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Settings for all rules.
    pub settings: Settings,
    /// Senders whose messages are not reviewed. A sender is exempt if any of these matches.
    pub exempt: Vec<Exempt>,
    /// The rules in file order. The order breaks ties.
    pub rules: Vec<Rule>,
    /// The lists that rules use, each once, and the inline `terms` of each rule.
    pub lists: Vec<List>,
    /// What `[categories]` and `[[room]]` set the mode of rules to.
    pub switches: Switches,
}

/// `[settings]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The maximum length, in code points, to which a rewrite may lengthen a message.
    pub max_message_length: usize,
    /// The maximum length for some rooms. The first pattern that matches applies.
    pub rooms: Vec<(Glob, usize)>,
    /// Lists whose entries are exceptions for all lists.
    pub exceptions: Vec<ListId>,
    /// The verdict when the search of a message was cut.
    pub when_cut: WhenCut,
}

/// The verdict when the search budget was exhausted before all readings of a message were tried.
///
/// It does not matter if a rule denies the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhenCut {
    /// The matches found so far decide. The message is delivered, rewritten if rules require it.
    Allow,
    /// The message is denied if a rule that denies or rewrites searched the text that was cut.
    #[default]
    Deny,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            max_message_length: MAX_MESSAGE_LENGTH,
            rooms: Vec::new(),
            exceptions: Vec::new(),
            when_cut: WhenCut::default(),
        }
    }
}

impl Settings {
    /// Returns the maximum length of a lengthened message in the room with this ARN, in code
    /// points.
    pub fn max_length(&self, room: Option<&str>) -> usize {
        let override_for = |arn| self.rooms.iter().find(|(glob, _)| glob.matches(arn));
        room.and_then(override_for).map_or(self.max_message_length, |&(_, length)| length)
    }
}

/// The index of a [`Rule`] in [`Rules::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleId(pub(crate) u32);

/// The index of a [`List`] in [`Rules::lists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ListId(pub(crate) u32);

impl Rules {
    /// Returns a rule.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// Returns a list.
    pub fn list(&self, id: ListId) -> &List {
        &self.lists[id.0 as usize]
    }

    /// Returns the `mode` of a rule.
    pub(crate) fn own_mode(&self, id: RuleId) -> Mode {
        self.switches.own_mode(id).unwrap_or(self.rule(id).scope.mode)
    }

    /// Returns the modes that a rule has in rooms of `[[room]]` tables that set one.
    pub(crate) fn in_rooms(&self, id: RuleId) -> ModeSet {
        self.switches.in_rooms(id)
    }

    /// Whether a rule is on in some room, for some sender.
    pub(crate) fn is_on_somewhere(&self, id: RuleId) -> bool {
        self.rule(id).scope.mode == Mode::On || self.switches.in_rooms(id).contains(Mode::On)
    }

    /// Whether a rule is on in all rooms and for all senders of its scope.
    pub(crate) fn is_on_everywhere(&self, id: RuleId) -> bool {
        let scope = &self.rule(id).scope;
        let in_rooms = self.switches.in_rooms(id);
        scope.mode == Mode::On && scope.rollout.is_none() && in_rooms.is_only(Mode::On)
    }

    /// Returns all rules with their ids, in file order.
    pub fn enumerate_rules(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().enumerate().map(|(i, rule)| (RuleId(i as u32), rule))
    }

    /// Returns all lists with their ids.
    pub fn enumerate_lists(&self) -> impl Iterator<Item = (ListId, &List)> {
        self.lists.iter().enumerate().map(|(i, list)| (ListId(i as u32), list))
    }
}

/// `[[rule]]`: what to search for, and what to do when it matches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// The id, unique in the folder: `[a-z0-9-]+`.
    pub id: String,
    /// A free-form category for grouping.
    pub category: Option<String>,
    /// The lists of entries to search for.
    pub lists: Vec<ListId>,
    /// The regular expressions to search for.
    pub patterns: Vec<Pattern>,
    /// The hosts to which messages must not link.
    pub links: Option<Links>,
    /// Limits. The rule matches if any of them is exceeded.
    pub limits: Vec<Limit>,
    /// The kinds of personal data to search for, each once.
    pub detect: Vec<Detect>,
    /// What to do when the rule matches.
    pub action: Action,
    /// The texts of a message that are searched.
    pub fields: FieldSelector,
    /// The rooms, days, senders and mode for which the rule applies.
    pub scope: Scope,
    /// How much of a word a rewrite covers.
    pub cover: Cover,
    /// The obfuscation of entries that the rule matches.
    pub disguises: Disguises,
    /// Messages that this rule must match or must not match.
    #[serde(skip)]
    pub samples: Vec<Sample>,
    /// The location of the id.
    pub location: Location,
    /// The location of the reason or replacement, or of the id if the rule has neither.
    pub text_location: Location,
}

/// What to do when a rule matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// The message is not delivered.
    Deny {
        /// The reason sent to the sender: 1 to 200 code points, no control characters.
        reason: Option<String>,
    },
    /// The match is masked.
    Mask(Mask),
    /// The match is replaced.
    Replace(Replacement),
    /// The message is delivered with additional attributes.
    Tag(#[serde(deserialize_with = "Attributes::deserialize_sorted")] Attributes<'static>),
}

impl Action {
    /// Returns the name of the action in rule files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Action::Deny { .. } => "deny",
            Action::Mask(_) => "mask",
            Action::Replace(_) => "replace",
            Action::Tag(_) => "tag",
        }
    }

    /// Whether the action changes the text that it matches.
    pub fn rewrites(&self) -> bool {
        matches!(self, Action::Mask(_) | Action::Replace(_))
    }
}

/// How a match is masked. Whitespace is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mask {
    /// `*******`: one `*` per grapheme.
    Stars,
    /// `b******`: keeps the first grapheme, unless it is the only one.
    FirstLetter,
    /// `b*****d`: keeps the first and the last grapheme, the latter only if others are in between.
    FirstLast,
    /// `███████`: one block per grapheme.
    Block,
    /// Always `***`, which does not reveal the length.
    Fixed,
}

/// How much a rewrite covers if an entry with a wildcard, such as `badword*`, matches a part of a
/// word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cover {
    /// The letters that the entry matches.
    Match,
    /// The whole word.
    #[default]
    Word,
}

/// A list file, or the inline `terms` of one rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct List {
    /// The path relative to the rule folder; `rules.toml` for inline terms.
    pub path: String,
    /// The language that its head or its rule names.
    pub language: Option<Language>,
    /// Whether its head names it.
    pub names_language: bool,
    /// The entries and exceptions.
    #[serde(skip)]
    pub entries: Vec<Entry>,
    /// Messages that this list must match or must not match.
    #[serde(skip)]
    pub samples: Vec<Sample>,
}

impl List {
    /// Whether the list contains an entry that is not an exception.
    pub fn has_entries(&self) -> bool {
        self.entries.iter().any(|entry| !entry.exception)
    }
}

/// One line of a list: an entry or an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The words, separated by single spaces, with escapes resolved and otherwise as written.
    pub text: String,
    /// What may precede a match.
    pub start: Start,
    /// What may follow a match.
    pub end: End,
    /// The language of the list or, if it names none, the one that the script suggests.
    pub language: Language,
    /// `!`: an exception, which suppresses matches inside its own span and is not a match itself.
    pub exception: bool,
    /// `@plain`: obfuscation is not matched.
    pub plain: bool,
    /// `~`: it also matches if one letter is missing, added or another one.
    pub slip: bool,
    /// `@from`: the first day on which the entry is active (UTC).
    pub from: Option<Date>,
    /// `@until`: the last day on which the entry is active (UTC).
    pub until: Option<Date>,
    /// The location of the entry.
    pub location: Location,
}

impl Entry {
    /// Returns the entry with its wildcards, as a list has it.
    pub(crate) fn written(&self) -> String {
        let start = if self.start == Start::Anywhere { "*" } else { "" };
        let end = match self.end {
            End::Word => "",
            End::Anywhere => "*",
            End::Ending => "+",
        };
        format!("{start}{}{end}", self.text)
    }

    /// Whether the entry is active on `day`. `None` ignores dates.
    pub fn is_active_on(&self, day: Option<Date>) -> bool {
        DateRange { from: self.from, until: self.until }.contains(day)
    }
}

/// What may precede an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// The entry begins at the start of a word.
    Word,
    /// `*word`: the entry may begin anywhere.
    Anywhere,
}

/// What may follow an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The entry ends at the end of a word.
    Word,
    /// `word*`: the entry may end anywhere.
    Anywhere,
    /// `word+`: the word ends after the entry, or after one of the
    /// [endings](Language::endings) of its language.
    Ending,
}

/// A test message in a rule file, with the expected result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Whether the message must match.
    pub expect: Expect,
    /// The message.
    pub text: String,
    /// The location of the sample.
    pub location: Location,
}

/// The expected result of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A match.
    Caught,
    /// No match.
    Ok,
}
