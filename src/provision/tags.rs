//! Tags of rooms and logging configurations: [`Tags`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use super::invalid_argument::InvalidArgument;
use super::pair;
use super::value_limits;

/// The maximum number of tags of a resource (Amazon IVS Chat API Reference, "TagResource"), not
/// counting system tags.
const MAX_TAGS: usize = 50;
/// The prefix of keys of system tags (Tagging AWS Resources User Guide).
const AWS_PREFIX: &str = "aws:";
/// The maximum length of keys and values, in characters (Amazon IVS Chat API Reference,
/// "TagResource"). Values may be empty, but not in CloudFormation.
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Validated tags, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

/// The validated key and value of one tag.
pub type Tag = (String, String);

/// Parses `KEY=VALUE`, as [`pair::split`] does.
pub fn tag(text: &str) -> Result<Tag, InvalidArgument> {
    let (key, value) =
        pair::split(text).ok_or_else(|| InvalidArgument::new("missing `=`, expected KEY=VALUE"))?;
    value_limits::check_length("tag value", &value, 0..=MAX_VALUE)?;
    Ok((self::key(&key)?, value))
}

/// Validates the key of a tag that users can set or remove.
pub fn key(text: &str) -> Result<String, InvalidArgument> {
    value_limits::check_length("tag key", text, 1..=MAX_KEY)?;
    if text.starts_with(AWS_PREFIX) {
        return Err(InvalidArgument::new(format!(
            "reserved tag key: only AWS can set or remove keys that start with `{AWS_PREFIX}`"
        )));
    }
    Ok(text.to_owned())
}

impl Tags {
    /// Collects tags.
    ///
    /// # Errors
    ///
    /// If a key occurs twice or there are too many tags.
    pub fn new(tags: Vec<Tag>) -> Result<Tags, InvalidArgument> {
        let mut all = BTreeMap::new();
        for (key, value) in tags {
            if all.insert(key, value).is_some() {
                return Err(InvalidArgument::new("duplicate tag key"));
            }
        }
        check_count(all.len())?;
        Ok(Tags(all))
    }

    /// Returns the tags that a resource with the tags `now` does not have.
    ///
    /// # Errors
    ///
    /// If it would have too many tags with these added.
    pub fn missing_from(&self, now: &BTreeMap<String, String>) -> Result<Tags, InvalidArgument> {
        let is_missing = |(key, value): &(&String, &String)| now.get(*key) != Some(*value);
        let missing = self.0.iter().filter(is_missing);
        let missing = missing.map(|(key, value)| (key.clone(), value.clone())).collect();
        let existing = now.keys().filter(|key| !key.starts_with(AWS_PREFIX));
        check_count(self.0.keys().chain(existing).collect::<BTreeSet<_>>().len())?;
        Ok(Tags(missing))
    }
}

impl Deref for Tags {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

fn check_count(count: usize) -> Result<(), InvalidArgument> {
    if count <= MAX_TAGS {
        return Ok(());
    }
    Err(InvalidArgument::new(format!(
        "the resource would have {count} tags, more than the maximum of {MAX_TAGS}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_limited() {
        let long = |length| "ä".repeat(length);
        for (text, fits) in [
            ("stage=prod".to_owned(), true),
            ("a==".to_owned(), true),
            (format!("{}={}", long(128), long(256)), true),
            ("team=".to_owned(), true),
            ("stage".to_owned(), false),
            ("=prod".to_owned(), false),
            (format!("{}=", long(129)), false),
            (format!("a={}", long(257)), false),
        ] {
            assert_eq!(tag(&text).is_ok(), fits, "{text}");
        }
        assert_eq!(tag("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(tag(r"a\=b=c"), Ok(("a=b".into(), "c".into())));
    }

    fn numbered(range: std::ops::Range<usize>) -> Vec<Tag> {
        range.map(|n| (format!("k{n}"), "v".to_owned())).collect()
    }

    #[test]
    fn the_number_of_tags_is_limited_and_keys_are_unique() {
        assert!(Tags::new(numbered(0..50)).is_ok());
        let error = Tags::new(numbered(0..51)).expect_err("too many").to_string();
        assert_eq!(error, "the resource would have 51 tags, more than the maximum of 50");
        assert!(Tags::new([numbered(0..1), numbered(0..1)].concat()).is_err());

        let mut now: BTreeMap<_, _> = numbered(0..49).into_iter().collect();
        now.insert("aws:cloudformation:stack-name".into(), "chat".into());
        let missing = |tags| Tags::new(tags).expect("tags").missing_from(&now);
        assert_eq!(missing(numbered(40..50)), Tags::new(numbered(49..50)));
        assert_eq!(missing(numbered(0..49)), Ok(Tags::default()));
        assert!(missing(numbered(48..51)).is_err());
        let other = missing(vec![("k1".into(), "other".into())]).expect("the same number");
        assert_eq!(other["k1"], "other");
    }
}
