//! String attributes by name, of a message, its sender and a response: [`Attributes`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::json::plain_len;

/// The maximum size of attributes in bytes of compact JSON: a limit for those of a response, and
/// for how much of those of a message or a sender is searched.
///
/// "Chat Message Review Handler" in the Amazon IVS Chat User Guide says 1 KB without saying of
/// what; this is the smallest size that can be meant.
pub const MAX_ATTRIBUTES: usize = 1_000;

/// Values by name. Names are unique and sorted by their bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// There were more, which were not read.
    cut: bool,
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({})", self.pairs.len())
    }
}

impl<'a> Attributes<'a> {
    /// Keeps the last value of each name. If that is `None`, the name is dropped.
    fn last_of_each(mut pairs: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>) -> Self {
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|later, earlier| later.0 == earlier.0);
        let pairs = pairs.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
        Attributes { pairs, cut: false }
    }

    /// Deserializes attributes of compiled rules.
    pub(crate) fn deserialize_sorted<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Attributes<'static>, D::Error> {
        let pairs = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(pairs.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }

    /// Whether there are no attributes.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The number of attributes.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.pairs.binary_search_by(|(known, _)| known.as_ref().cmp(name)).ok()?;
        Some(&self.pairs[at].1)
    }

    /// The name and value at an index.
    ///
    /// # Panics
    /// If the index is out of bounds.
    pub fn nth(&self, number: usize) -> (&str, &str) {
        let (name, text) = &self.pairs[number];
        (name, text)
    }

    /// All names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, text)| (name.as_ref(), text.as_ref()))
    }

    /// The exact size in bytes as compact JSON in a response.
    pub fn json_len(&self) -> usize {
        self.iter()
            .fold(EMPTY, |length, (name, text)| length + member_len(name, Some(text), length))
    }

    /// Whether they are larger than [`MAX_ATTRIBUTES`]. What exceeds that in an event was not read.
    pub fn is_too_large(&self) -> bool {
        let grow = |length, (name, text)| grown(length, name, Some(text));
        self.cut || self.iter().try_fold(EMPTY, grow).is_none()
    }

    /// Copies what is borrowed.
    pub fn into_owned(self) -> Attributes<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let pairs = self.pairs.into_iter().map(|(name, text)| (owned(name), owned(text)));
        Attributes { pairs: pairs.collect(), cut: self.cut }
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Cow<'a, str>)> for Attributes<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>>(pairs: I) -> Self {
        Attributes::last_of_each(pairs.into_iter().map(|(name, text)| (name, Some(text))).collect())
    }
}

/// The size of an object without members.
const EMPTY: usize = "{}".len();

/// The bytes that a member adds to an object of a size; a missing value is `null`.
fn member_len(name: &str, text: Option<&str>, object: usize) -> usize {
    let comma = usize::from(object > EMPTY);
    comma + string_len(name) + ":".len() + text.map_or("null".len(), string_len)
}

/// The size of an object with one more member; `None` if it exceeds [`MAX_ATTRIBUTES`]. Returns
/// early for long strings.
fn grown(object: usize, name: &str, text: Option<&str>) -> Option<usize> {
    if name.len() + text.map_or(0, str::len) > MAX_ATTRIBUTES {
        return None;
    }
    Some(object + member_len(name, text, object)).filter(|&length| length <= MAX_ATTRIBUTES)
}

/// The size of a string in JSON with as few escapes as possible.
fn string_len(text: &str) -> usize {
    let escaped = &text.as_bytes()[plain_len(text.as_bytes())..];
    let escapes = escaped.iter().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0C => 1,
        0..0x20 => r"\u0000".len() - 1,
        _ => 0,
    });
    "\"\"".len() + text.len() + escapes.sum::<usize>()
}

/// Collects attributes that are read from an event, up to [`MAX_ATTRIBUTES`].
///
/// Each pair of the event counts, so repeated names and values that are not strings leave no room
/// for more.
pub(crate) struct Collector<'a> {
    pairs: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
    /// The size of the pushed pairs as compact JSON.
    length: usize,
    cut: bool,
}

impl<'a> Collector<'a> {
    pub(crate) fn new() -> Collector<'a> {
        Collector { pairs: Vec::new(), length: EMPTY, cut: false }
    }

    /// Adds a pair. Returns `false` if it does not fit; then nothing more needs to be pushed.
    pub(crate) fn push(&mut self, name: Cow<'a, str>, text: Option<Cow<'a, str>>) -> bool {
        let Some(length) = grown(self.length, &name, text.as_deref()) else {
            self.cut();
            return false;
        };
        self.length = length;
        // Names with replacement characters may have been different names, so the values of all of
        // them are kept.
        if name.contains(char::REPLACEMENT_CHARACTER)
            && let Some((_, Some(before))) = self.pairs.iter_mut().find(|(it, _)| *it == name)
        {
            if let Some(text) = text {
                before.to_mut().extend(["\n", &text]);
            }
            return true;
        }
        self.pairs.push((name, text));
        true
    }

    /// Records that there was more than what was pushed.
    pub(crate) fn cut(&mut self) {
        self.cut = true;
    }

    /// The attributes, with the last value of each name. If that is `None`, the name is dropped.
    pub(crate) fn finish(self) -> Attributes<'a> {
        Attributes { cut: self.cut, ..Attributes::last_of_each(self.pairs) }
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes<'a>(pairs: &[(&'a str, &'a str)]) -> Attributes<'a> {
        pairs.iter().map(|&(name, text)| (name.into(), text.into())).collect()
    }

    #[test]
    fn the_last_value_of_a_name_counts_and_names_are_sorted() {
        let some = attributes(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(some.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        assert_eq!((some.get("b"), some.get("c")), (Some("3"), None));
        let gone =
            Attributes::last_of_each(vec![("a".into(), Some("x".into())), ("a".into(), None)]);
        assert!(gone.is_empty());
    }

    #[test]
    fn json_len_is_the_length_of_the_serialized_json() {
        for (some, json) in [
            (attributes(&[]), "{}"),
            (attributes(&[("b", "\"\n"), ("a", "é🙂\u{1}")]), r#"{"a":"é🙂\u0001","b":"\"\n"}"#),
        ] {
            assert_eq!(serde_json::to_string(&some).expect("texts"), json);
            assert_eq!(some.json_len(), json.len());
        }
        let all: String = (0..0x250).filter_map(char::from_u32).collect();
        for text in all.char_indices().map(|(at, c)| &all[at..at + c.len_utf8()]).chain([&*all]) {
            let some = attributes(&[("a", text), (text, "\u{7F}")]);
            assert_eq!(
                some.json_len(),
                serde_json::to_vec(&some).expect("texts").len(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn too_large_is_more_than_a_response_may_contain() {
        // {"a":"…"} takes 8 bytes besides the text.
        for (text, too_large) in [
            ("x".repeat(MAX_ATTRIBUTES - 8), false),
            ("x".repeat(MAX_ATTRIBUTES - 7), true),
            ("\"".repeat(MAX_ATTRIBUTES / 2 - 4), false),
            ("\"".repeat(MAX_ATTRIBUTES / 2 - 3), true),
            ("x".repeat(MAX_ATTRIBUTES * 10), true),
        ] {
            let some = attributes(&[("a", &text)]);
            assert_eq!(
                (some.is_too_large(), some.json_len() > MAX_ATTRIBUTES),
                (too_large, too_large)
            );
        }
    }

    #[test]
    fn collecting_stops_at_the_limit() {
        let mut collector = Collector::new();
        let mut pushed = 0;
        while collector.push(format!("{pushed}").into(), Some("x".into())) {
            pushed += 1;
        }
        let some = collector.finish();
        assert!(some.is_too_large() && some.json_len() <= MAX_ATTRIBUTES);
        assert_eq!(some.len(), pushed);

        let mut collector = Collector::new();
        let long = "x".repeat(MAX_ATTRIBUTES / 2);
        assert!(collector.push("a".into(), Some((&*long).into())));
        assert!(!collector.push("a".into(), Some((&*long).into())), "repeated names count");
        assert!(collector.finish().is_too_large());
    }

    #[test]
    fn values_of_undecodable_names_are_all_kept() {
        let mut collector = Collector::new();
        for text in [Some("1"), None, Some("2")] {
            assert!(collector.push("\u{FFFD}".into(), text.map(Cow::from)));
        }
        assert_eq!(collector.finish().get("\u{FFFD}"), Some("1\n2"));
    }
}
