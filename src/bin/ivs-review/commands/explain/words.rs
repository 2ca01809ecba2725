//! Descriptions of obfuscation, scopes and rewrites.

use ivs_chat_review::explain::{
    Edit, EditGroup, ExplainedMatch, InactiveReason, RewriteFallback, Transform,
};
use ivs_chat_review::limits::WHOLE;
use ivs_chat_review::rules::{DateRange, Exempt, Mask, SenderMatch, Switch, SwitchKind};
use jiff::civil::Date;

use super::ExplainView;
use crate::terminal::count;

/// The maximum number of different parts listed for each kind of obfuscation.
const MAX_LISTED: usize = 6;

/// Describes one kind of transform of a text, in one or more lines.
pub(super) fn obfuscation(text: &str, group: &EditGroup) -> Vec<String> {
    let part = |edit: &Edit| &text[edit.span.range()];
    let shown = |edit: &Edit| part(edit).to_owned();
    let named = |edit: &Edit| name_of(part(edit));
    let swapped = |edit: &Edit| format!("{} for {}", letter(part(edit)), edit.read);
    let all = || group.edits.iter();
    match group.transform {
        Transform::Form => {
            let kind = |edit: &&Edit| form(part(edit));
            let mut kinds: Vec<&str> = all().map(|edit| kind(&edit)).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let line = |what: &&str| list(what, all().filter(|it| kind(it) == *what).map(swapped));
            kinds.iter().map(line).collect()
        }
        Transform::Encoding => vec![list("encoded characters", all().map(swapped))],
        Transform::Direction => vec![list("text in another direction", all().map(swapped))],
        Transform::Invisible => vec![list("invisible characters", all().map(named))],
        Transform::Marks => {
            let (marks, accents): (Vec<&Edit>, Vec<&Edit>) =
                all().partition(|edit| edit.read.is_empty());
            let mut lines = Vec::new();
            if !accents.is_empty() {
                lines.push(list("accents", accents.into_iter().map(swapped)));
            }
            if !marks.is_empty() {
                lines.push(count(marks.len(), "combining mark", "combining marks"));
            }
            lines
        }
        Transform::Stretching => vec![list("elongation", all().map(named))],
        Transform::Case => vec![list("capitals", all().map(shown))],
        Transform::Symbols => vec![list("symbols as letters", all().map(swapped))],
        Transform::Confusables => vec![list("look-alike letters", all().map(swapped))],
        Transform::Leet => vec![list("leet characters", all().map(swapped))],
        Transform::Repeats => vec![list("repeated letters", all().map(shown))],
        Transform::Spacing => vec![list("spaced letters", all().map(swapped))],
        Transform::Hidden => vec![list("hidden letters", all().map(swapped))],
        Transform::RunTogether => vec![list("words run together", all().map(swapped))],
        Transform::RepeatedWord => vec![list("repeated word", all().map(swapped))],
        Transform::Split => vec![list("split word", all().map(swapped))],
        Transform::Swapped => vec![list("swapped letters", all().map(swapped))],
        Transform::Slip => vec![list("one slip", all().map(swapped))],
    }
}

/// Lists parts of a text, each once.
fn list(label: &str, names: impl Iterator<Item = String>) -> String {
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            if unique.len() == MAX_LISTED {
                unique.push("…".to_owned());
                break;
            }
            unique.push(name);
        }
    }
    format!("{label}: {}", unique.join(", "))
}

/// Returns a letter, with its alphabet if it can be confused with a Latin letter.
fn letter(part: &str) -> String {
    let shown = part.to_owned();
    match part.chars().next() {
        Some(c) if part.chars().count() == 1 && !c.is_ascii() => match alphabet(c) {
            Some(alphabet) => format!("{alphabet} {shown}"),
            None => shown,
        },
        _ => shown,
    }
}

/// Returns the alphabet of a letter, for alphabets with letters that look like Latin ones.
fn alphabet(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => "Greek",
        '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{A640}'..='\u{A69F}' => "Cyrillic",
        '\u{530}'..='\u{58F}' => "Armenian",
        '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}' => "Cherokee",
        '\u{250}'..='\u{2AF}' | '\u{1D00}'..='\u{1D7F}' | '\u{A730}'..='\u{A731}' => {
            "small capital"
        }
        _ => return None,
    })
}

/// Returns the kind of a compatibility character.
fn form(part: &str) -> &'static str {
    match part.chars().next().unwrap_or_default() {
        '\u{FF01}'..='\u{FF5E}' | '\u{FFE0}'..='\u{FFE6}' | '\u{3000}' => "full-width letters",
        '\u{FF61}'..='\u{FFDC}' => "half-width letters",
        '\u{1D400}'..='\u{1D7FF}' | '\u{2100}'..='\u{214F}' => "mathematical letters",
        '\u{FB00}'..='\u{FB4F}' => "ligatures",
        '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => "presentation forms",
        '\u{2070}'..='\u{209F}' | '\u{1D2C}'..='\u{1D6A}' | 'ª' | 'º' => {
            "superscripts and subscripts"
        }
        '\u{2018}' | '\u{2019}' | '\u{2BC}' => "typographic apostrophes",
        _ => "other compatibility characters",
    }
}

/// Returns the name and code point of an invisible or combining character.
fn name_of(part: &str) -> String {
    let Some(c) = part.chars().next() else { return String::new() };
    let name = match c {
        '\u{200B}' => "zero-width space",
        '\u{200C}' => "zero-width non-joiner",
        '\u{200D}' => "zero-width joiner",
        '\u{AD}' => "soft hyphen",
        '\u{2060}' => "word joiner",
        '\u{FEFF}' => "zero-width no-break space",
        '\u{34F}' => "combining grapheme joiner",
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}' => {
            "direction mark"
        }
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => "variation selector",
        '\u{E0000}'..='\u{E007F}' => "tag",
        '\u{640}' => "tatweel",
        _ => "",
    };
    let space = if name.is_empty() { "" } else { " " };
    format!("{name}{space}U+{:04X}", u32::from(c))
}

impl ExplainView<'_> {
    /// Why a match has no effect.
    pub(super) fn reason(&self, matched: &ExplainedMatch, reason: InactiveReason) -> String {
        let rule = self.rule(matched.found.rule);
        let scope = &rule.scope;
        match reason {
            InactiveReason::Exempt => "the sender is exempt".to_owned(),
            InactiveReason::Oversized => {
                "the attributes are too large, so the message is denied without a search".to_owned()
            }
            InactiveReason::Off => format!("the rule is off: {}", self.mode_cause(matched, "off")),
            InactiveReason::Day => {
                format!("the rule is active {}, and the day is {}", days(scope.days), self.day)
            }
            InactiveReason::EntryDay => {
                let entry = matched.found.entry(self.folder.engine.rules());
                let days = entry.map(|it| days(DateRange { from: it.from, until: it.until }));
                let days = days.unwrap_or_default();
                format!("the entry is active {days}, and the day is {}", self.day)
            }
            InactiveReason::Room => {
                let rooms: Vec<&str> = scope.rooms.iter().map(|room| room.as_str()).collect();
                let room = self.request.room_arn.as_deref().unwrap_or_default();
                format!(
                    "the rule is active in the rooms {}, and the room is {}",
                    rooms.join(", "),
                    room
                )
            }
            InactiveReason::Sender => {
                let unless = scope.unless.as_ref().map(|unless| self.sender_values(unless));
                format!("the rule does not apply to this sender: {}", unless.unwrap_or_default())
            }
            InactiveReason::Field => {
                "the rule does not search this field: see its `fields`".to_owned()
            }
            InactiveReason::ReservedTag(tagging) => format!(
                "the attribute is a tag of rule {}, so the client's value is removed without a search",
                self.rule(tagging).id
            ),
            InactiveReason::AllowedLink(allowing) => format!(
                "it is in a link that rule {} allows, with `ignore_words = true`",
                self.rule(allowing).id
            ),
        }
    }

    /// Why a rule has a mode that is not `on`.
    pub(super) fn mode_cause(&self, matched: &ExplainedMatch, mode: &str) -> String {
        let rollout = self.rule(matched.found.rule).scope.rollout;
        if let Some(rollout) = rollout.filter(|_| matched.is_outside_rollout) {
            let by = rollout.by.as_str();
            let why = match rollout.by.id(self.request) {
                None => format!("needs a {by}, which the message does not have"),
                Some(_) => format!("does not include this {by}"),
            };
            return format!(
                "rollout = {} {why}  {}",
                rollout.percent,
                self.place(rollout.location)
            );
        }
        match &matched.switch {
            Some(switch) => self.switch(switch),
            None => format!("mode = \"{mode}\""),
        }
    }

    /// A switch as it is written, and where: `insults = "off" in [categories]  rules.toml:3:1`.
    pub(super) fn switch(&self, switch: &Switch) -> String {
        let (key, mode) = (self.source_text(switch.location), switch.mode.as_str());
        let table = match switch.kind {
            SwitchKind::Category => "[categories]",
            SwitchKind::RoomCategory => "categories of a [[room]]",
            SwitchKind::RoomRule => "rules of a [[room]]",
        };
        format!("{key} = \"{mode}\" in {table}  {}", self.place(switch.location))
    }

    /// Why the sender is exempt.
    pub(super) fn exemption(&self, exempt: &Exempt) -> String {
        let mut what = Vec::new();
        what.extend(exempt.sender.as_ref().map(|condition| self.sender_values(condition)));
        if !exempt.user_ids.is_empty() {
            let id = self.request.sender.user_id.as_deref().unwrap_or_default();
            what.push(format!("user ID \"{id}\""));
        }
        what.join(", ")
    }

    /// The sender's values of the attributes in a condition.
    fn sender_values(&self, condition: &SenderMatch) -> String {
        let of = |name: &str| self.request.sender.attributes.get(name).unwrap_or_default();
        let values = condition.iter().map(|(name, _)| (name, of(name)));
        values.map(|(name, value)| format!("{name} = \"{value}\"")).collect::<Vec<_>>().join(", ")
    }
}

fn days(DateRange { from, until }: DateRange) -> String {
    let day = |word: &str, day: Option<Date>| day.map(|day| format!("{word} {day}"));
    let days = [day("from", from), day("until", until)];
    days.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Formats the count of a limit.
pub(super) fn counted(count: u32, letters: Option<u32>) -> String {
    match letters {
        Some(letters) => {
            let share = share(count);
            format!("{share:.2} of {}", self::count(letters as usize, "letter", "letters"))
        }
        None => count.to_string(),
    }
}

/// Returns a part of [`WHOLE`] as a fraction, rounded down to hundredths.
pub(super) fn share(part: u32) -> f64 {
    f64::from(part * 100 / WHOLE) / 100.0
}

/// Describes a mask.
pub(super) fn mask(mask: Mask) -> &'static str {
    match mask {
        Mask::Stars => "stars",
        Mask::FirstLetter => "stars except the first letter",
        Mask::FirstLast => "stars except the first and the last letter",
        Mask::Block => "blocks",
        Mask::Fixed => "***",
    }
}

/// Describes why all matches became stars.
pub(super) fn fallback(why: RewriteFallback, longest: usize) -> String {
    match why {
        RewriteFallback::TooLong => {
            format!(
                "all matches become stars: the rewrite would be longer than {longest} code points"
            )
        }
        RewriteFallback::Empty => {
            "all matches become stars: the rewrite would have no visible text".to_owned()
        }
    }
}
