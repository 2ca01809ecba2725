//! What else of a room can be set than who reviews it: [`Settings`].

use serde::Serialize;

use super::invalid_argument::InvalidArgument;
use super::name::Name;
use super::value_limits;

/// How many messages a second a room takes from all its clients together, 1 to 100; without one a room
/// takes 10 (Amazon IVS Chat API Reference, "CreateRoom"). CloudFormation knows no more than 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRate(i32);

/// How long a message may be, 1 to 500 code points; without one, 500 (Amazon IVS Chat API Reference,
/// "CreateRoom").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLength(i32);

impl MessageRate {
    /// Reads a number as somebody wrote it.
    pub fn parse(text: &str) -> Result<MessageRate, InvalidArgument> {
        value_limits::number("the rate of messages a second", text, 1..=100).map(MessageRate)
    }

    /// The number.
    pub fn get(self) -> i32 {
        self.0
    }
}

impl MessageLength {
    /// Reads a number as somebody wrote it.
    pub fn parse(text: &str) -> Result<MessageLength, InvalidArgument> {
        value_limits::number("the length of a message in characters", text, 1..=500)
            .map(MessageLength)
    }

    /// The number.
    pub fn get(self) -> i32 {
        self.0
    }
}

/// How a room is set, as the service tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Its name; empty if it has none.
    pub name: String,
    /// Messages a second.
    #[serde(rename = "maximumMessageRatePerSecond")]
    pub rate: Option<i32>,
    /// Of a message, in code points.
    #[serde(rename = "maximumMessageLength")]
    pub length: Option<i32>,
}

/// What is to be set of a room. What is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSettings {
    /// Its name.
    pub name: Option<Name>,
    /// Messages a second.
    pub rate: Option<MessageRate>,
    /// Of a message, in code points.
    pub length: Option<MessageLength>,
}

impl NewSettings {
    /// What of it is not so yet; of nothing, nothing needs to be sent.
    pub fn not_yet(&self, now: &Settings) -> NewSettings {
        NewSettings {
            name: self.name.clone().filter(|name| name.as_str() != now.name),
            rate: self.rate.filter(|rate| now.rate != Some(rate.get())),
            length: self.length.filter(|length| now.length != Some(length.get())),
        }
    }

    /// Whether nothing is to be set.
    pub fn is_empty(&self) -> bool {
        *self == NewSettings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_bounds() {
        for (number, rate, length) in [
            ("-1", false, false),
            ("0", false, false),
            ("1", true, true),
            ("100", true, true),
            ("101", false, true),
            ("500", false, true),
            ("501", false, false),
            ("99999999999999999999", false, false),
            ("", false, false),
            ("10.5", false, false),
            ("ten", false, false),
        ] {
            assert_eq!(MessageRate::parse(number).is_ok(), rate, "{number}");
            assert_eq!(MessageLength::parse(number).is_ok(), length, "{number}");
        }
        let told = MessageRate::parse("0").expect_err("too few").to_string();
        assert_eq!(told, "the rate of messages a second is a whole number from 1 to 100");
    }

    #[test]
    fn what_is_so_already_is_not_set_again() {
        let now = Settings { name: "lobby".into(), rate: Some(10), length: None };
        let wished = |name: Option<&str>, rate: Option<i32>, length: Option<i32>| NewSettings {
            name: name.map(|name| Name::parse(name).expect("a name")),
            rate: rate.map(MessageRate),
            length: length.map(MessageLength),
        };
        for (wish, left) in [
            (wished(None, None, None), wished(None, None, None)),
            (wished(Some("lobby"), Some(10), None), wished(None, None, None)),
            (wished(Some(""), Some(11), Some(500)), wished(Some(""), Some(11), Some(500))),
            (wished(Some("hall"), Some(10), None), wished(Some("hall"), None, None)),
        ] {
            assert_eq!(wish.not_yet(&now), left);
            assert_eq!(left.is_empty(), wish.not_yet(&now).is_empty());
        }
        assert!(!wished(None, None, Some(1)).is_empty());
    }
}
