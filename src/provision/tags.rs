//! Tags of rooms and logging configurations: [`Tags`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// How many tags one resource may have (Amazon IVS Chat API Reference, "TagResource"), not counting
/// those of AWS itself.
const MAX_TAGS: usize = 50;
/// What keys of AWS itself begin with (Tagging AWS Resources User Guide).
const OF_AWS: &str = "aws:";
/// The longest key and the longest value, in characters; a value may be empty (same place). In
/// CloudFormation it may not.
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// What a resource is to be tagged with, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

/// A tag by itself, checked.
pub type Tag = (String, String);

/// Reads `KEY=VALUE`, split at the first `=`.
pub fn tag(text: &str) -> Result<Tag, InvalidArgument> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| InvalidArgument::new("write KEY=VALUE; there is no `=`"))?;
    value_limits::characters("the value of a tag", value, 0..=MAX_VALUE)?;
    Ok((self::key(key)?, value.to_owned()))
}

/// Reads the key of a tag that people may set or take away.
pub fn key(text: &str) -> Result<String, InvalidArgument> {
    value_limits::characters("the key of a tag", text, 1..=MAX_KEY)?;
    if text.starts_with(OF_AWS) {
        return Err(InvalidArgument::new(format!(
            "a key that begins with `{OF_AWS}` is of AWS itself, and nobody else sets or takes it away"
        )));
    }
    Ok(text.to_owned())
}

impl Tags {
    /// All of them, each key once.
    pub fn new(tags: Vec<Tag>) -> Result<Tags, InvalidArgument> {
        let mut all = BTreeMap::new();
        for (key, value) in tags {
            if all.insert(key, value).is_some() {
                return Err(InvalidArgument::new("one key is given twice"));
            }
        }
        at_most(all.len())?;
        Ok(Tags(all))
    }

    /// What of them a resource with these tags lacks. With all of them it may not have too many.
    pub fn lacking(&self, now: &BTreeMap<String, String>) -> Result<Tags, InvalidArgument> {
        let lacks = |(key, value): &(&String, &String)| now.get(*key) != Some(*value);
        let lacking = self.0.iter().filter(lacks);
        let lacking = lacking.map(|(key, value)| (key.clone(), value.clone())).collect();
        let theirs = now.keys().filter(|key| !key.starts_with(OF_AWS));
        at_most(self.0.keys().chain(theirs).collect::<BTreeSet<_>>().len())?;
        Ok(Tags(lacking))
    }
}

impl Deref for Tags {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

fn at_most(tags: usize) -> Result<(), InvalidArgument> {
    if tags <= MAX_TAGS {
        return Ok(());
    }
    Err(InvalidArgument::new(format!(
        "a resource has at most {MAX_TAGS} tags, this one would have {tags}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_bounds() {
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
    }

    fn enumerate_rules(range: std::ops::Range<usize>) -> Vec<Tag> {
        range.map(|n| (format!("k{n}"), "v".to_owned())).collect()
    }

    #[test]
    fn a_resource_has_fifty_and_each_once() {
        assert!(Tags::new(enumerate_rules(0..50)).is_ok());
        let told = Tags::new(enumerate_rules(0..51)).expect_err("too many").to_string();
        assert!(told.ends_with("at most 50 tags, this one would have 51"), "{told}");
        assert!(Tags::new([enumerate_rules(0..1), enumerate_rules(0..1)].concat()).is_err());

        let mut now: BTreeMap<_, _> = enumerate_rules(0..49).into_iter().collect();
        now.insert("aws:cloudformation:stack-name".into(), "chat".into());
        let lacking = |tags| Tags::new(tags).expect("tags").lacking(&now);
        assert_eq!(lacking(enumerate_rules(40..50)), Tags::new(enumerate_rules(49..50)));
        assert_eq!(lacking(enumerate_rules(0..49)), Ok(Tags::default()));
        assert!(lacking(enumerate_rules(48..51)).is_err());
        let other = lacking(vec![("k1".into(), "other".into())]).expect("it is no more");
        assert_eq!(other["k1"], "other");
    }
}
