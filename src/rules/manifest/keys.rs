//! The keys of `rules.toml` and the shapes of their values: what the decoder accepts, and of what the
//! [schema](crate::schema) for editors is made.

use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::limits::{MAX_LIMIT, Measure};
use crate::rules::VERSION;

/// A key of a table.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
}

/// The shape of a value.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Text,
    /// The ID of a rule.
    Id,
    Texts,
    /// At least one text.
    SomeTexts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// At least one of these words.
    SomeWords(&'static [&'static str]),
    Boolean,
    /// An integer of this range, including both ends.
    Integer(i64, i64),
    /// A number from 0 to below 1.
    Fraction,
    /// A day without quotes.
    Day,
    /// A table with these keys.
    Table(&'static [Key]),
    /// Any number of tables with these keys.
    Tables(&'static [Key]),
    /// A table with any keys, whose values have this shape.
    Map(&'static Shape),
}

pub(in crate::rules) const ACTIONS: [&str; 4] = ["deny", "mask", "replace", "tag"];
pub(in crate::rules) const COVERS: [&str; 2] = ["word", "match"];
pub(in crate::rules) const DETECTORS: [&str; 4] = ["email", "phone", "card", "ip"];
pub(in crate::rules) const DISGUISES: [&str; 2] = ["standard", "none"];
pub(in crate::rules) const MASKS: [&str; 5] =
    ["stars", "first-letter", "first-last", "block", "fixed"];
pub(in crate::rules) const MODES: [&str; 3] = ["on", "shadow", "off"];
pub(in crate::rules) const ROLLOUT_BY: [&str; 2] = ["sender", "room"];
pub(in crate::rules) const WHEN_CUT: [&str; 2] = ["allow", "deny"];

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: false }
}

const fn required(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: true }
}

const LENGTH: Shape = Shape::Integer(1, MAX_MESSAGE_LENGTH as i64);
const MODE: Shape = Shape::Word(&MODES);

/// The keys of the file.
pub(crate) const FILE: &[Key] = &[
    required("version", Shape::Integer(VERSION, VERSION)),
    key("settings", Shape::Table(SETTINGS)),
    key("categories", Shape::Map(&MODE)),
    key("room", Shape::Tables(ROOM)),
    key("exempt", Shape::Tables(EXEMPT)),
    key("rule", Shape::Tables(RULE)),
];

pub(super) const SETTINGS: &[Key] = &[
    key("max_message_length", LENGTH),
    key("rooms", Shape::Map(&LENGTH)),
    key("exceptions", Shape::Texts),
    key("when_cut", Shape::Word(&WHEN_CUT)),
];

pub(super) const ROOM: &[Key] = &[
    required("rooms", Shape::SomeTexts),
    key("categories", Shape::Map(&MODE)),
    key("rules", Shape::Map(&MODE)),
];

pub(super) const EXEMPT: &[Key] =
    &[key("sender", Shape::Map(&Shape::SomeTexts)), key("user_ids", Shape::Texts)];

/// The keys of a rule.
pub(crate) const RULE: &[Key] = &[
    required("id", Shape::Id),
    key("category", Shape::Text),
    key("lists", Shape::Texts),
    key("terms", Shape::Texts),
    key("patterns", Shape::Texts),
    key("links", Shape::Table(LINKS)),
    key("limit", Shape::Table(&LIMIT)),
    key("detect", Shape::SomeWords(&DETECTORS)),
    required("action", Shape::Word(&ACTIONS)),
    key("reason", Shape::Text),
    key("mask", Shape::Word(&MASKS)),
    key("with", Shape::Text),
    key("cover", Shape::Word(&COVERS)),
    key("tag", Shape::Map(&Shape::Text)),
    key("fields", Shape::SomeTexts),
    key("rooms", Shape::SomeTexts),
    key("unless", Shape::Map(&Shape::SomeTexts)),
    key("disguises", Shape::Word(&DISGUISES)),
    key("language", Shape::Text),
    key("mode", MODE),
    key("rollout", Shape::Integer(1, 99)),
    key("rollout_by", Shape::Word(&ROLLOUT_BY)),
    key("from", Shape::Day),
    key("until", Shape::Day),
    key("samples", Shape::Table(SAMPLES)),
];

pub(super) const LINKS: &[Key] = &[
    key("deny", Shape::SomeTexts),
    key("allow", Shape::SomeTexts),
    key("ignore_words", Shape::Boolean),
];

pub(super) const MIN_LETTERS: &str = "min_letters";

/// A key for each measure, and the fewest letters for the share of capitals.
pub(super) const LIMIT: [Key; Measure::ALL.len() + 1] = {
    let mut keys = [key(MIN_LETTERS, Shape::Integer(1, MAX_LIMIT as i64)); Measure::ALL.len() + 1];
    let mut at = 0;
    while at < Measure::ALL.len() {
        let measure = Measure::ALL[at];
        let shape = match measure {
            Measure::Capitals => Shape::Fraction,
            _ => Shape::Integer(measure.least() as i64, MAX_LIMIT as i64),
        };
        keys[at] = key(measure.as_str(), shape);
        at += 1;
    }
    keys
};

pub(super) const SAMPLES: &[Key] = &[key("caught", Shape::Texts), key("ok", Shape::Texts)];

/// Returns the names of keys.
pub(crate) fn names(keys: &[Key]) -> impl Iterator<Item = &'static str> + Clone {
    keys.iter().map(|key| key.name)
}

/// Whether a rule has a key with this name.
pub(crate) fn is_rule_key(name: &str) -> bool {
    names(RULE).any(|key| key == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::Detector;
    use crate::rules::{Mode, RolloutBy};

    #[test]
    fn words_are_those_of_their_types() {
        assert_eq!(MODES, Mode::ALL.map(Mode::as_str));
        assert_eq!(ROLLOUT_BY, [RolloutBy::Sender, RolloutBy::Room].map(RolloutBy::as_str));
        assert!(DETECTORS.iter().copied().eq(Detector::ALL.iter().map(|it| it.as_str())));
    }
}
