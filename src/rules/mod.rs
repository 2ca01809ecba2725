//! Rules as their author meant them: typed, checked, and still knowing where they stand.
//!
//! [`load`] reads a folder into [`Sources`](crate::source::Sources), [`parse`] makes [`Rules`] of
//! those and tells every problem it meets. Nothing here searches; that takes an
//! [`Engine`](crate::engine::Engine).

mod fields;
mod glob;
mod list;
mod load;
mod manifest;
mod parse;
mod pattern;
mod problems;
mod replacement;
mod scope;

pub use self::fields::{AttributeNames, FieldSelector};
pub use self::glob::Glob;
pub use self::load::{LoadError, load};
pub use self::parse::{Parsed, parse};
pub use self::pattern::Pattern;
pub use self::replacement::{Piece, Replacement};
pub use self::scope::{DateRange, Exempt, Mode, Scope, SenderMatch};

use jiff::civil::Date;

use crate::diagnostic::Location;
use crate::ivs::{Attributes, MAX_MESSAGE_LENGTH};
use crate::limits::Limit;
use crate::links::Links;
use crate::normalize::Disguises;
use crate::pii::Detect;

/// The file of a rule folder that names everything else in it.
pub const MANIFEST: &str = "rules.toml";

/// The version of the rule-file format that this crate reads.
pub const VERSION: i64 = 1;

/// A rule folder's worth of rules, free of what [`parse`] found wrong.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What holds for all rules.
    pub settings: Settings,
    /// Whose messages are not reviewed; one that holds is enough.
    pub exempt: Vec<Exempt>,
    /// The rules in the order of the file, which decides between equals.
    pub rules: Vec<Rule>,
    /// The lists that the rules name, each once, and the rules' inline `terms`.
    pub lists: Vec<List>,
}

/// `[settings]`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The code points that a rewrite which lengthens a text may reach.
    pub max_message_length: usize,
    /// The same for some rooms; the first that names a room counts.
    pub rooms: Vec<(Glob, usize)>,
    /// Lists whose entries are exceptions to all lists.
    pub exceptions: Vec<ListId>,
    /// The verdict on a message whose search was cut.
    pub when_cut: WhenCut,
}

/// The verdict on a message whose search was cut before all its readings were tried, unless a rule denies it
/// anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenCut {
    /// What was found decides: the message is delivered, rewritten where a rule asks for it.
    Allow,
    /// The message is denied, if a rule that denies or rewrites searched the text that was cut.
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
    /// The code points that a rewrite which lengthens a text may reach in the room of that ARN.
    pub(crate) fn max_length(&self, room: Option<&str>) -> usize {
        let named = |arn| self.rooms.iter().find(|(glob, _)| glob.matches(arn));
        room.and_then(named).map_or(self.max_message_length, |&(_, length)| length)
    }
}

/// The number of a [`Rule`] in [`Rules::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(crate) u32);

/// The number of a [`List`] in [`Rules::lists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub(crate) u32);

impl Rules {
    /// The rule of that number.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// The list of that number.
    pub fn list(&self, id: ListId) -> &List {
        &self.lists[id.0 as usize]
    }

    /// The entry of that number in a list.
    pub(crate) fn entry(&self, list: ListId, number: u32) -> &Entry {
        &self.list(list).entries[number as usize]
    }

    /// All rules with their numbers.
    pub fn enumerate_rules(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().enumerate().map(|(i, rule)| (RuleId(i as u32), rule))
    }

    /// All lists with their numbers.
    pub fn enumerate_lists(&self) -> impl Iterator<Item = (ListId, &List)> {
        self.lists.iter().enumerate().map(|(i, list)| (ListId(i as u32), list))
    }
}

/// `[[rule]]`: what to look for, and what to do about it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The name, unique in the folder: `[a-z0-9-]+`.
    pub id: String,
    /// A free word for grouping.
    pub category: Option<String>,
    /// Where the entries to look for stand.
    pub lists: Vec<ListId>,
    /// The regular expressions to look for.
    pub patterns: Vec<Pattern>,
    /// The hosts that must not be linked to.
    pub links: Option<Links>,
    /// What there must not be too much of; one that is exceeded is enough.
    pub limits: Vec<Limit>,
    /// The personal data to look for, each kind once.
    pub detect: Vec<Detect>,
    /// What a hit leads to.
    pub action: Action,
    /// Which texts of a message it looks at.
    pub fields: FieldSelector,
    /// When, where and for whom it works.
    pub scope: Scope,
    /// Which disguises of its entries it sees through.
    pub disguises: Disguises,
    /// What this rule must catch and must leave alone.
    pub samples: Vec<Sample>,
    /// Where the id stands.
    pub location: Location,
    /// Where the reason or the replacement stands; the id if the rule has neither.
    pub text_location: Location,
}

/// What a hit leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nobody gets the message.
    Deny {
        /// What the sender is told: 1 to 200 code points, no control characters.
        reason: Option<String>,
    },
    /// The hit is covered.
    Mask(Mask),
    /// The hit gives way to another text.
    Replace(Replacement),
    /// The message is delivered with these attributes added.
    Tag(Attributes<'static>),
}

impl Action {
    /// The name by which rules call it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Action::Deny { .. } => "deny",
            Action::Mask(_) => "mask",
            Action::Replace(_) => "replace",
            Action::Tag(_) => "tag",
        }
    }

    /// Whether it changes the text in which it hits.
    pub(crate) fn rewrites(&self) -> bool {
        matches!(self, Action::Mask(_) | Action::Replace(_))
    }
}

/// What covers a hit. White space in it stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// `*******`: a `*` for each grapheme.
    Stars,
    /// `b******`: the first grapheme stays, if there are others.
    FirstLetter,
    /// `b*****d`: the same, and the last grapheme stays as well, if there are others between.
    FirstLast,
    /// `███████`: a block for each grapheme.
    Block,
    /// Always `***`, so that not even the length shows.
    Fixed,
}

/// A list file, or the inline `terms` of one rule.
#[derive(Clone, Debug)]
pub struct List {
    /// The path inside the rule folder; `rules.toml` for inline terms.
    pub path: String,
    /// The entries and exceptions.
    pub entries: Vec<Entry>,
    /// What this list must catch and must leave alone.
    pub samples: Vec<Sample>,
}

impl List {
    /// Whether there is an entry in it that is no exception.
    pub fn has_entries(&self) -> bool {
        self.entries.iter().any(|entry| !entry.exception)
    }
}

/// One line of a list: what it looks for and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The words to look for, a space between them, escapes resolved, as written otherwise.
    pub text: String,
    /// What may stand in front.
    pub start: Start,
    /// What may follow.
    pub end: End,
    /// `!`: vetoes the hits inside the span that it covers, and is no hit itself.
    pub exception: bool,
    /// `@plain`: no disguise is seen through.
    pub plain: bool,
    /// `@from`: the first day on which it works (UTC).
    pub from: Option<Date>,
    /// `@until`: the last day on which it works (UTC).
    pub until: Option<Date>,
    /// Where it stands.
    pub location: Location,
}

impl Entry {
    /// Whether the two work on the same days.
    pub(crate) fn has_same_days(&self, other: &Entry) -> bool {
        (self.from, self.until) == (other.from, other.until)
    }

    /// Whether it works on that day; on every day if none is given.
    pub fn is_active_on(&self, day: Option<Date>) -> bool {
        DateRange { from: self.from, until: self.until }.contains(day)
    }
}

/// What may stand before an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// A word begins here.
    Word,
    /// `*word`: anything.
    Anywhere,
}

/// What may stand after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The word ends here.
    Word,
    /// `word*`: anything.
    Anywhere,
    /// `word+`: the word ends here or after one of [`ENDINGS`].
    Ending,
}

/// The English endings that `word+` takes.
pub const ENDINGS: [&str; 9] = ["s", "es", "d", "ed", "er", "ers", "in", "ing", "y"];

/// A message in a rule file that says what the rules are to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Whether it is to be caught or to be left alone.
    pub expect: Expect,
    /// The message.
    pub text: String,
    /// Where it stands.
    pub location: Location,
}

/// What a sample expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A hit.
    Caught,
    /// No hit.
    Ok,
}
