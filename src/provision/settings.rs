//! Settings of a room other than its handler: [`Settings`].

use serde::Serialize;

use super::invalid_argument::InvalidArgument;
use super::name::Name;
use super::value_limits;

/// The maximum number of messages per second in a room, from all clients together: 1 to 100, 10 by
/// default (Amazon IVS Chat API Reference, "CreateRoom"). CloudFormation documents a maximum of 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRate(i32);

/// The maximum length of a message: 1 to 500 code points, 500 by default (Amazon IVS Chat API
/// Reference, "CreateRoom").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLength(i32);

impl MessageRate {
    /// Parses and validates a number.
    pub fn parse(text: &str) -> Result<MessageRate, InvalidArgument> {
        value_limits::parse_number("messages per second", text, 1..=100).map(MessageRate)
    }

    /// Returns the number.
    pub fn get(self) -> i32 {
        self.0
    }
}

impl MessageLength {
    /// Parses and validates a number.
    pub fn parse(text: &str) -> Result<MessageLength, InvalidArgument> {
        value_limits::parse_number("message length in characters", text, 1..=500).map(MessageLength)
    }

    /// Returns the number.
    pub fn get(self) -> i32 {
        self.0
    }
}

/// The settings of a room, as the service reports them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Its name; empty if it has none.
    pub name: String,
    /// Maximum number of messages per second.
    #[serde(rename = "maximumMessageRatePerSecond")]
    pub rate: Option<i32>,
    /// Maximum length of a message, in code points.
    #[serde(rename = "maximumMessageLength")]
    pub length: Option<i32>,
}

/// Settings to change; `None` keeps a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSettings {
    /// The name.
    pub name: Option<Name>,
    /// Maximum number of messages per second.
    pub rate: Option<MessageRate>,
    /// Maximum length of a message, in code points.
    pub length: Option<MessageLength>,
}

impl NewSettings {
    /// Returns the settings that differ from `now`. If none do, nothing needs to be sent.
    pub fn changes_from(&self, now: &Settings) -> NewSettings {
        NewSettings {
            name: self.name.clone().filter(|name| name.as_str() != now.name),
            rate: self.rate.filter(|rate| now.rate != Some(rate.get())),
            length: self.length.filter(|length| now.length != Some(length.get())),
        }
    }

    /// Returns the settings of a room with `before` after the change.
    pub fn applied_to(&self, before: &Settings) -> Settings {
        let name = self.name.as_ref().map(|name| name.as_str().to_owned());
        Settings {
            name: name.unwrap_or_else(|| before.name.clone()),
            rate: self.rate.map(MessageRate::get).or(before.rate),
            length: self.length.map(MessageLength::get).or(before.length),
        }
    }

    /// Whether no setting is changed.
    pub fn is_empty(&self) -> bool {
        *self == NewSettings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_limited() {
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
        let error = MessageRate::parse("0").expect_err("too few").to_string();
        assert_eq!(error, "invalid messages per second: expected a whole number from 1 to 100");
    }

    #[test]
    fn only_differing_settings_are_changed() {
        let now = Settings { name: "lobby".into(), rate: Some(10), length: None };
        let new = |name: Option<&str>, rate: Option<i32>, length: Option<i32>| NewSettings {
            name: name.map(|name| Name::parse(name).expect("a name")),
            rate: rate.map(MessageRate),
            length: length.map(MessageLength),
        };
        for (desired, changes) in [
            (new(None, None, None), new(None, None, None)),
            (new(Some("lobby"), Some(10), None), new(None, None, None)),
            (new(Some(""), Some(11), Some(500)), new(Some(""), Some(11), Some(500))),
            (new(Some("hall"), Some(10), None), new(Some("hall"), None, None)),
        ] {
            assert_eq!(desired.changes_from(&now), changes);
            assert_eq!(changes.applied_to(&now), desired.applied_to(&now));
            assert!(desired.changes_from(&desired.applied_to(&now)).is_empty());
            assert_eq!(changes.is_empty(), desired.changes_from(&now).is_empty());
        }
        assert!(!new(None, None, Some(1)).is_empty());
    }
}
