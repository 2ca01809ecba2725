//! Texts by name, as a message, its sender and a reply have them: [`Attributes`].

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};

/// The most that a reply's attributes may take, in bytes of compact JSON.
///
/// "Chat Message Review Handler" in the Amazon IVS Chat User Guide says 1 KB and not of what; this
/// is the smallest that can be meant.
pub const MAX_ATTRIBUTES: usize = 1_000;

/// Texts by name, each name once, in the order of the names' bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({})", self.0.len())
    }
}

impl<'a> Attributes<'a> {
    /// Of a name that comes more than once the last text counts; if that is none, so does the name.
    pub(crate) fn last_of_each(mut pairs: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>) -> Self {
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|later, earlier| later.0 == earlier.0);
        Attributes(pairs.into_iter().filter_map(|(name, text)| Some((name, text?))).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(known, _)| known.as_ref().cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    /// The name and the text of that number.
    ///
    /// # Panics
    /// If there are not as many.
    pub fn nth(&self, number: usize) -> (&str, &str) {
        let (name, text) = &self.0[number];
        (name, text)
    }

    /// All names and texts, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_ref(), text.as_ref()))
    }

    /// The bytes that these take as compact JSON, exactly as a reply holds them.
    pub fn json_len(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }

    /// The same, free of what they were read from.
    pub fn into_owned(self) -> Attributes<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Attributes(self.0.into_iter().map(|(name, text)| (owned(name), owned(text))).collect())
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Cow<'a, str>)> for Attributes<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>>(pairs: I) -> Self {
        Attributes::last_of_each(pairs.into_iter().map(|(name, text)| (name, Some(text))).collect())
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
    }
}
