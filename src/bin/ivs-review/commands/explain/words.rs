//! Disguises, scopes and rewrites in plain words.

use ivs_chat_review::explain::{
    Edit, EditGroup, ExplainedMatch, InactiveReason, RewriteFallback, Transform,
};
use ivs_chat_review::limits::WHOLE;
use ivs_chat_review::rules::{DateRange, Exempt, Mask, SenderMatch};
use jiff::civil::Date;

use super::ExplainView;
use crate::terminal::count;

/// The different parts of a text that are named of each disguise at the most.
const MAX_NAMED: usize = 6;

/// The disguise of some parts of a text, in a line for each kind.
pub(super) fn disguise(text: &str, change: &EditGroup) -> Vec<String> {
    let part = |swap: &Edit| &text[swap.span.range()];
    let shown = |swap: &Edit| part(swap).to_owned();
    let named = |swap: &Edit| name_of(part(swap));
    let swapped = |swap: &Edit| format!("{} for {}", letter(part(swap)), swap.read);
    let all = || change.edits.iter();
    match change.transform {
        Transform::Form => {
            let kind = |swap: &&Edit| form(part(swap));
            let mut kinds: Vec<&str> = all().map(|swap| kind(&swap)).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let line = |what: &&str| told(what, all().filter(|it| kind(it) == *what).map(swapped));
            kinds.iter().map(line).collect()
        }
        Transform::Invisible => vec![told("invisible characters", all().map(named))],
        Transform::Marks => {
            let (marks, accents): (Vec<&Edit>, Vec<&Edit>) =
                all().partition(|swap| swap.read.is_empty());
            let mut lines = Vec::new();
            if !accents.is_empty() {
                lines.push(told("accents", accents.into_iter().map(swapped)));
            }
            if !marks.is_empty() {
                lines.push(count(marks.len(), "mark on a letter", "marks on letters"));
            }
            lines
        }
        Transform::Stretching => vec![told("stretched", all().map(named))],
        Transform::Case => vec![told("capitals", all().map(shown))],
        Transform::Symbols => vec![told("symbols for letters", all().map(swapped))],
        Transform::LookAlikes => vec![told("look-alike letters", all().map(swapped))],
        Transform::Leet => vec![told("leet", all().map(swapped))],
        Transform::Repeats => vec![told("repeated letters", all().map(shown))],
        Transform::Spacing => vec![told("letters one by one", all().map(swapped))],
        Transform::Hidden => vec![told("hidden letters", all().map(swapped))],
    }
}

/// Some parts of a text, each named once.
fn told(what: &str, names: impl Iterator<Item = String>) -> String {
    let mut told: Vec<String> = Vec::new();
    for name in names {
        if !told.contains(&name) {
            if told.len() == MAX_NAMED {
                told.push("…".to_owned());
                break;
            }
            told.push(name);
        }
    }
    format!("{what}: {}", told.join(", "))
}

/// A letter, with its alphabet or code point where it could be taken for another one.
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

/// The alphabets with letters that pass for Latin ones.
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

/// The kind of characters whose form is not the plain one.
fn form(part: &str) -> &'static str {
    match part.chars().next().unwrap_or_default() {
        '\u{FF01}'..='\u{FF5E}' | '\u{FFE0}'..='\u{FFE6}' | '\u{3000}' => "full-width letters",
        '\u{FF61}'..='\u{FFDC}' => "half-width letters",
        '\u{1D400}'..='\u{1D7FF}' | '\u{2100}'..='\u{214F}' => "mathematical letters",
        '\u{FB00}'..='\u{FB4F}' => "ligatures",
        '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => "presentation forms",
        '\u{2070}'..='\u{209F}' | '\u{1D2C}'..='\u{1D6A}' | 'ª' | 'º' => {
            "raised or lowered letters"
        }
        '\u{2018}' | '\u{2019}' | '\u{2BC}' => "typographic apostrophes",
        _ => "other forms of letters",
    }
}

/// A character that cannot be seen, or only on others, by its name and code point.
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
    let blank = if name.is_empty() { "" } else { " " };
    format!("{name}{blank}U+{:04X}", u32::from(c))
}

impl ExplainView<'_> {
    /// Why nothing comes of a hit of a rule.
    pub(super) fn reason(&self, hit: &ExplainedMatch, reason: InactiveReason) -> String {
        let rule = self.rule(hit.found.rule);
        let scope = &rule.scope;
        match reason {
            InactiveReason::Exempt => "the sender is exempt".to_owned(),
            InactiveReason::Oversized => {
                "the attributes are too large, so the message is denied unread".to_owned()
            }
            InactiveReason::Off => "the rule is off: mode = \"off\"".to_owned(),
            InactiveReason::Day => {
                format!("the rule works {}, and this is {}", days(scope.days), self.day)
            }
            InactiveReason::EntryDay => {
                let entry = hit.found.entry(self.folder.engine.rules());
                let days = entry.map(|it| days(DateRange { from: it.from, until: it.until }));
                let days = days.unwrap_or_default();
                format!("the entry works {days}, and this is {}", self.day)
            }
            InactiveReason::Room => {
                let rooms: Vec<&str> = scope.rooms.iter().map(|room| room.as_str()).collect();
                let room = self.request.room_arn.as_deref().unwrap_or_default();
                format!("the rule works in the rooms {}, and this is {}", rooms.join(", "), room)
            }
            InactiveReason::Sender => {
                let unless = scope.unless.as_ref().map(|unless| self.held(unless));
                format!("the rule does not apply to this sender: {}", unless.unwrap_or_default())
            }
            InactiveReason::Field => {
                "the rule does not look at this text; its `fields` say at which".to_owned()
            }
            InactiveReason::ReservedTag(tagging) => format!(
                "the attribute is a tag of the rule {}, so a sender's own is removed and not looked at",
                self.rule(tagging).id
            ),
        }
    }

    /// Why a message is not reviewed.
    pub(super) fn exemption(&self, exempt: &Exempt) -> String {
        let mut what = Vec::new();
        what.extend(exempt.sender.as_ref().map(|condition| self.held(condition)));
        if !exempt.user_ids.is_empty() {
            let id = self.request.sender.user_id.as_deref().unwrap_or_default();
            what.push(format!("user id \"{id}\""));
        }
        what.join(", ")
    }

    /// The attributes of the sender that a condition asks for.
    fn held(&self, condition: &SenderMatch) -> String {
        let of = |name: &str| self.request.sender.attributes.get(name).unwrap_or_default();
        let held = condition.iter().map(|(name, _)| (name, of(name)));
        held.map(|(name, value)| format!("{name} = \"{value}\"")).collect::<Vec<_>>().join(", ")
    }
}

fn days(DateRange { from, until }: DateRange) -> String {
    let day = |word: &str, day: Option<Date>| day.map(|day| format!("{word} {day}"));
    let days = [day("from", from), day("until", until)];
    days.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How much there is of what a limit counts.
pub(super) fn counted(count: u32, letters: Option<u32>) -> String {
    match letters {
        Some(letters) => {
            let share = share(count);
            format!("{share:.2} of {}", self::count(letters as usize, "letter", "letters"))
        }
        None => count.to_string(),
    }
}

/// A part of [`WHOLE`] as a number, in hundredths and never rounded up.
pub(super) fn share(part: u32) -> f64 {
    f64::from(part * 100 / WHOLE) / 100.0
}

/// What covers a hit.
pub(super) fn mask(mask: Mask) -> &'static str {
    match mask {
        Mask::Stars => "stars",
        Mask::FirstLetter => "stars but for the first letter",
        Mask::FirstLast => "stars but for the first and the last letter",
        Mask::Block => "blocks",
        Mask::Fixed => "***",
    }
}

/// Why a text was covered with stars.
pub(super) fn unfit(why: RewriteFallback, longest: usize) -> String {
    match why {
        RewriteFallback::TooLong => {
            format!(
                "as its rules ask it would be longer than {longest} code points, so stars cover all"
            )
        }
        RewriteFallback::Empty => {
            "as its rules ask nothing would be left of it, so stars cover all".to_owned()
        }
    }
}
