//! Attributes of tokens and events: [`Attributes`].

use std::collections::BTreeMap;
use std::fmt;

use super::invalid_argument::InvalidArgument;

/// The most that the attributes of a token may take, in bytes (Amazon IVS Chat API Reference,
/// "CreateChatToken": 1 KB).
const MAX_TOKEN: usize = 1_024;
/// The most that those of an event may take ("SendEvent": 4 KB; the service's model, from which the
/// SDKs are made, still says 1 KB).
const MAX_EVENT: usize = 4_096;
/// What of an event both of these take.
const SURE_EVENT: usize = 1_024;

/// Texts by name that go with a token or an event, whose size was checked. They may tell of users, so
/// that nothing shows them.
///
/// AWS does not say what is counted. Here names and values are, in bytes of UTF-8: what is over that is
/// over it however it is counted, and what is just under it the service may refuse.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(BTreeMap<String, String>);

/// An attribute by itself.
pub type Attribute = (String, String);

/// Reads `NAME=VALUE`, split at the first `=`.
pub fn attribute(text: &str) -> Result<Attribute, InvalidArgument> {
    match text.split_once('=') {
        None => Err(InvalidArgument::new("write NAME=VALUE; there is no `=`")),
        Some(("", _)) => Err(InvalidArgument::new("write NAME=VALUE; there is no name")),
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
    }
}

impl Attributes {
    /// Those of a token.
    pub fn of_token(attributes: Vec<Attribute>) -> Result<Attributes, InvalidArgument> {
        Attributes::new(attributes, MAX_TOKEN)
    }

    /// Those of an event.
    pub fn of_event(attributes: Vec<Attribute>) -> Result<Attributes, InvalidArgument> {
        Attributes::new(attributes, MAX_EVENT)
    }

    fn new(attributes: Vec<Attribute>, most: usize) -> Result<Attributes, InvalidArgument> {
        let mut all = BTreeMap::new();
        for (name, value) in attributes {
            if all.insert(name, value).is_some() {
                return Err(InvalidArgument::new("one name is given twice"));
            }
        }
        let all = Attributes(all);
        match all.bytes() {
            bytes if bytes <= most => Ok(all),
            bytes => Err(InvalidArgument::new(format!(
                "all names and values together have at most {most} bytes, these {bytes}"
            ))),
        }
    }

    /// Names and values together.
    fn bytes(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// Whether only the newer of two limits for events takes them.
    pub fn are_long_for_an_event(&self) -> bool {
        self.bytes() > SURE_EVENT
    }

    /// The texts by name, to be sent.
    pub fn expose(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_together_are_counted() {
        let of =
            |bytes: usize| vec![attribute(&format!("ä={}", "x".repeat(bytes - 2))).expect("one")];
        for (bytes, token, event) in [
            (2, true, true),
            (1_024, true, true),
            (1_025, false, true),
            (4_096, false, true),
            (4_097, false, false),
        ] {
            assert_eq!(Attributes::of_token(of(bytes)).is_ok(), token, "{bytes}");
            assert_eq!(Attributes::of_event(of(bytes)).is_ok(), event, "{bytes}");
        }
        let long =
            |bytes| Attributes::of_event(of(bytes)).expect("it fits").are_long_for_an_event();
        assert!(!long(1_024) && long(1_025));
    }

    #[test]
    fn nothing_shows_them() {
        let secret = || attribute("name=Ada Secret").expect("one");
        let attributes = Attributes::of_token(vec![secret()]).expect("it fits");
        assert_eq!(format!("{attributes:?}"), "Attributes(1)");
        assert_eq!(attributes.expose()["name"], "Ada Secret");
        for error in [
            attribute("Secret").expect_err("no ="),
            attribute("=Secret").expect_err("no name"),
            Attributes::of_token(vec![secret(), secret()]).expect_err("twice"),
            Attributes::of_token(vec![("Secret".repeat(200), String::new())]).expect_err("long"),
        ] {
            assert!(!format!("{error} {error:?}").contains("Secret"), "{error}");
        }
    }
}
