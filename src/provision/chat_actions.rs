//! What is sent to those in a room, and what is taken back: [`MessageId`], [`EventName`], [`Reason`].

use std::fmt;

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// The id of a message or an event, checked: 12 letters and digits (Amazon IVS Chat API Reference,
/// "DeleteMessage").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

/// The name of an event, checked: 1 to 100 characters (same place, "SendEvent").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName(String);

/// Why a message is deleted or a user disconnected, checked: 1 to 256 characters (same place,
/// "DeleteMessage" and "DisconnectUser"). It may quote somebody, so that nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

impl MessageId {
    /// Reads an id as somebody wrote it.
    pub fn parse(text: &str) -> Result<MessageId, InvalidArgument> {
        let word = |byte: u8| byte.is_ascii_alphanumeric();
        value_limits::only("a message's id", text, word, "letters and digits")?;
        value_limits::characters("a message's id", text, 12..=12)?;
        Ok(MessageId(text.to_owned()))
    }

    /// The id as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EventName {
    /// Reads a name as somebody wrote it.
    pub fn parse(text: &str) -> Result<EventName, InvalidArgument> {
        value_limits::characters("an event's name", text, 1..=100)?;
        Ok(EventName(text.to_owned()))
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Reason {
    /// Reads a reason as somebody wrote it.
    pub fn parse(text: &str) -> Result<Reason, InvalidArgument> {
        value_limits::characters("a reason", text, 1..=256)?;
        Ok(Reason(text.to_owned()))
    }

    /// The reason, to be sent.
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
    fn texts_have_bounds() {
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
        let told =
            |result: Result<(), InvalidArgument>| result.expect_err("it is wrong").to_string();
        for (result, part) in [
            (id("AbCdEf12345"), "exactly 12 characters, this one 11"),
            (id("AbCdEf1234567"), "exactly 12 characters, this one 13"),
            (id("AbCdEf-12345"), "letters and digits"),
            (id("ÄbCdEf12345"), "letters and digits"),
            (name(""), "1 to 100 characters, this one 0"),
            (name(&long(101)), "this one 101"),
            (reason(""), "1 to 256 characters, this one 0"),
            (reason(&long(257)), "this one 257"),
        ] {
            let told = told(result);
            assert!(told.contains(part), "{told}");
        }
        assert_eq!(format!("{:?}", Reason::parse("Secret").expect("one")), "Reason");
    }
}
