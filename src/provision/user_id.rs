//! The ID of a chat user: [`UserId`].

use std::fmt;

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// A validated user ID: 1 to 128 characters of any kind (Amazon IVS Chat API Reference,
/// "CreateChatToken"). It may be personal data, so `Debug` hides it and errors do not contain it.
#[derive(Clone, PartialEq, Eq)]
pub struct UserId(String);

impl UserId {
    /// Validates an ID.
    pub fn parse(text: &str) -> Result<UserId, InvalidArgument> {
        value_limits::check_length("user ID", text, 1..=128)?;
        Ok(UserId(text.to_owned()))
    }

    /// Returns the ID, to be sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_any_text_and_hidden_in_debug_output() {
        for text in ["a", "Ada Secret@example.com", &"日".repeat(128)] {
            let id = UserId::parse(text).expect(text);
            assert_eq!((id.expose(), &*format!("{id:?}")), (text, "UserId"));
        }
        let error = UserId::parse(&"Secret".repeat(30)).expect_err("long").to_string();
        assert_eq!(error, "invalid user ID: expected 1 to 128 characters, found 180");
        assert!(UserId::parse("").is_err());
    }
}
