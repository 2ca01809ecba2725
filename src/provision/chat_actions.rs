//! Arguments of events, message deletions and disconnections: [`MessageId`], [`EventName`],
//! [`Reason`].

use std::fmt;

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// A validated ID of a message or an event: 12 letters and digits (Amazon IVS Chat API Reference,
/// "DeleteMessage").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

/// A validated name of an event: 1 to 100 characters (Amazon IVS Chat API Reference, "SendEvent").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName(String);

/// A validated reason for the deletion of a message or a disconnection: 1 to 256 characters (Amazon
/// IVS Chat API Reference, "DeleteMessage" and "DisconnectUser"). It may quote a user, so `Debug`
/// hides it and errors do not contain it.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

impl MessageId {
    /// Parses and validates an ID.
    pub fn parse(text: &str) -> Result<MessageId, InvalidArgument> {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric();
        value_limits::check_characters("message ID", text, is_valid, "letters and digits")?;
        value_limits::check_length("message ID", text, 12..=12)?;
        Ok(MessageId(text.to_owned()))
    }

    /// Returns the ID.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EventName {
    /// Validates a name.
    pub fn parse(text: &str) -> Result<EventName, InvalidArgument> {
        value_limits::check_length("event name", text, 1..=100)?;
        Ok(EventName(text.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Reason {
    /// Validates a reason.
    pub fn parse(text: &str) -> Result<Reason, InvalidArgument> {
        value_limits::check_length("reason", text, 1..=256)?;
        Ok(Reason(text.to_owned()))
    }

    /// Returns the reason, to be sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_limited() {
        let long = |length| "ü".repeat(length);
        let id = |text: &str| MessageId::parse(text).map(drop);
        let name = |text: &str| EventName::parse(text).map(drop);
        let reason = |text: &str| Reason::parse(text).map(drop);
        let fits = [
            id("AbCdEf123456"),
            name("x"),
            name(&long(100)),
            name("aws:anything goes"),
            reason("x"),
            reason(&long(256)),
        ];
        assert!(fits.iter().all(Result::is_ok), "{fits:?}");
        let message =
            |result: Result<(), InvalidArgument>| result.expect_err("it is invalid").to_string();
        for (result, part) in [
            (id("AbCdEf12345"), "expected exactly 12 characters, found 11"),
            (id("AbCdEf1234567"), "expected exactly 12 characters, found 13"),
            (id("AbCdEf-12345"), "letters and digits"),
            (id("ÄbCdEf12345"), "letters and digits"),
            (name(""), "expected 1 to 100 characters, found 0"),
            (name(&long(101)), "found 101"),
            (reason(""), "expected 1 to 256 characters, found 0"),
            (reason(&long(257)), "found 257"),
        ] {
            let message = message(result);
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(format!("{:?}", Reason::parse("Secret").expect("one")), "Reason");
    }
}
