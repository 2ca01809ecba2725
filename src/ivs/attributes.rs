//! Texts by name, as a message, its sender and a reply have them: [`Attributes`].

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};

use super::json::plain_len;

/// The most that attributes may take, in bytes of compact JSON: those of a reply, which may not be larger,
/// and those of a message or a sender, of which no more is looked at.
///
/// "Chat Message Review Handler" in the Amazon IVS Chat User Guide says 1 KB and not of what; this
/// is the smallest that can be meant.
pub const MAX_ATTRIBUTES: usize = 1_000;

/// Texts by name, each name once, in the order of the names' bytes.
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
    /// Of a name that comes more than once the last text counts; if that is none, so does the name.
    fn last_of_each(mut pairs: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>) -> Self {
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|later, earlier| later.0 == earlier.0);
        let pairs = pairs.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
        Attributes { pairs, cut: false }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The text of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.pairs.binary_search_by(|(known, _)| known.as_ref().cmp(name)).ok()?;
        Some(&self.pairs[at].1)
    }

    /// The name and the text of that number.
    ///
    /// # Panics
    /// If there are not as many.
    pub fn nth(&self, number: usize) -> (&str, &str) {
        let (name, text) = &self.pairs[number];
        (name, text)
    }

    /// All names and texts, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, text)| (name.as_ref(), text.as_ref()))
    }

    /// The bytes that these take as compact JSON, exactly as a reply holds them.
    pub fn json_len(&self) -> usize {
        self.iter()
            .fold(EMPTY, |length, (name, text)| length + member_len(name, Some(text), length))
    }

    /// Whether they take more than [`MAX_ATTRIBUTES`] bytes as compact JSON. Of those that were read from
    /// an event, what is over that has not been read.
    pub fn is_too_large(&self) -> bool {
        let grow = |length, (name, text)| grown(length, name, Some(text));
        self.cut || self.iter().try_fold(EMPTY, grow).is_none()
    }

    /// The same, free of what they were read from.
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

/// The bytes of an object without members.
const EMPTY: usize = "{}".len();

/// The bytes that a member adds to an object of that length, as compact JSON; a missing text is `null`.
fn member_len(name: &str, text: Option<&str>, object: usize) -> usize {
    let comma = usize::from(object > EMPTY);
    comma + string_len(name) + ":".len() + text.map_or("null".len(), string_len)
}

/// The length of an object with one more member; `None` if it is over [`MAX_ATTRIBUTES`]. Long texts are
/// not read for that.
fn grown(object: usize, name: &str, text: Option<&str>) -> Option<usize> {
    if name.len() + text.map_or(0, str::len) > MAX_ATTRIBUTES {
        return None;
    }
    Some(object + member_len(name, text, object)).filter(|&length| length <= MAX_ATTRIBUTES)
}

/// The bytes of a text as a string in JSON, escaped as little as can be.
fn string_len(text: &str) -> usize {
    let escaped = &text.as_bytes()[plain_len(text.as_bytes())..];
    let escapes = escaped.iter().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0C => 1,
        0..0x20 => r"\u0000".len() - 1,
        _ => 0,
    });
    "\"\"".len() + text.len() + escapes.sum::<usize>()
}

/// Collects attributes as they are read from an event, up to [`MAX_ATTRIBUTES`].
///
/// Every pair counts that was sent, so that neither names that come again nor values that are no text make
/// room for more.
pub(crate) struct Collector<'a> {
    pairs: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
    /// The bytes of what was pushed, as compact JSON.
    length: usize,
    cut: bool,
}

impl<'a> Collector<'a> {
    pub(crate) fn new() -> Collector<'a> {
        Collector { pairs: Vec::new(), length: EMPTY, cut: false }
    }

    /// Adds a pair. Returns whether there is room for it; nothing more needs to be pushed if not.
    pub(crate) fn push(&mut self, name: Cow<'a, str>, text: Option<Cow<'a, str>>) -> bool {
        let Some(length) = grown(self.length, &name, text.as_deref()) else {
            self.cut();
            return false;
        };
        self.length = length;
        // A name in which something could not be read may be that of another one as well, whose text would
        // then be lost.
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

    /// Takes what was pushed before as all that is read.
    pub(crate) fn cut(&mut self) {
        self.cut = true;
    }

    /// The attributes. Of a name that comes more than once the last text counts; if that is none, so does
    /// the name.
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
    fn the_last_of_a_name_counts_and_names_are_in_order() {
        let some = attributes(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(some.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        assert_eq!((some.get("b"), some.get("c")), (Some("3"), None));
        let gone =
            Attributes::last_of_each(vec![("a".into(), Some("x".into())), ("a".into(), None)]);
        assert!(gone.is_empty());
    }

    #[test]
    fn length_is_that_of_the_json_as_it_is_sent() {
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
    fn too_large_is_more_than_a_reply_may_have() {
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
    fn no_more_is_collected_than_counts() {
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
        assert!(!collector.push("a".into(), Some((&*long).into())), "each that was sent counts");
        assert!(collector.finish().is_too_large());
    }

    #[test]
    fn texts_of_names_that_cannot_be_told_apart_are_all_kept() {
        let mut collector = Collector::new();
        for text in [Some("1"), None, Some("2")] {
            assert!(collector.push("\u{FFFD}".into(), text.map(Cow::from)));
        }
        assert_eq!(collector.finish().get("\u{FFFD}"), Some("1\n2"));
    }
}
