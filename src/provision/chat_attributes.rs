//! Attributes of tokens and events: [`Attributes`].

use std::collections::BTreeMap;
use std::fmt;

use super::invalid_argument::InvalidArgument;
use super::pair;

/// The maximum size of the attributes of a token, in bytes (Amazon IVS Chat API Reference,
/// "CreateChatToken": 1 KB).
const MAX_TOKEN: usize = 1_024;
/// The maximum size of the attributes of an event, in bytes ("SendEvent": 4 KB; the service's
/// model, from which the SDKs are generated, still says 1 KB).
const MAX_EVENT: usize = 4_096;
/// The lower of the two documented limits for events, in bytes.
const LOWER_MAX_EVENT: usize = 1_024;

/// The attributes of a token or an event, with their size checked. They may contain personal data,
/// so `Debug` hides them and errors do not contain them.
///
/// AWS does not document what is counted. Here it is names and values, in bytes of UTF-8:
/// attributes over the limit are over it by any count, and attributes just below it may be rejected
/// by the service.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(BTreeMap<String, String>);

/// The name and value of one attribute.
pub type Attribute = (String, String);

/// Parses `NAME=VALUE`, as [`pair::split`] does.
pub fn attribute(text: &str) -> Result<Attribute, InvalidArgument> {
    match pair::split(text) {
        None => Err(InvalidArgument::new("missing `=`, expected NAME=VALUE")),
        Some((name, _)) if name.is_empty() => {
            Err(InvalidArgument::new("empty name, expected NAME=VALUE"))
        }
        Some(attribute) => Ok(attribute),
    }
}

impl Attributes {
    /// Returns the attributes of a token, at most 1 KB.
    pub fn of_token(attributes: Vec<Attribute>) -> Result<Attributes, InvalidArgument> {
        Attributes::new(attributes, MAX_TOKEN)
    }

    /// Returns the attributes of an event, at most 4 KB.
    pub fn of_event(attributes: Vec<Attribute>) -> Result<Attributes, InvalidArgument> {
        Attributes::new(attributes, MAX_EVENT)
    }

    fn new(attributes: Vec<Attribute>, max: usize) -> Result<Attributes, InvalidArgument> {
        let mut all = BTreeMap::new();
        for (name, value) in attributes {
            if all.insert(name, value).is_some() {
                return Err(InvalidArgument::new("duplicate attribute name"));
            }
        }
        let all = Attributes(all);
        match all.bytes() {
            bytes if bytes <= max => Ok(all),
            bytes => Err(InvalidArgument::new(format!(
                "names and values together have {bytes} bytes, more than the maximum of {max}"
            ))),
        }
    }

    /// The size of all names and values.
    fn bytes(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// Whether the size is above the lower of the two documented limits for events.
    pub fn exceed_lower_event_limit(&self) -> bool {
        self.bytes() > LOWER_MAX_EVENT
    }

    /// Returns the values by name, to be sent.
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
    fn the_total_size_is_limited() {
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
            |bytes| Attributes::of_event(of(bytes)).expect("it fits").exceed_lower_event_limit();
        assert!(!long(1_024) && long(1_025));
    }

    #[test]
    fn attributes_are_hidden_in_debug_output_and_errors() {
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
