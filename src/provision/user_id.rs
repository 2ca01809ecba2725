//! Who is in a room: [`UserId`].

use std::fmt;

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// The id of a user, checked: 1 to 128 characters of any kind (Amazon IVS Chat API Reference,
/// "CreateChatToken"). It may tell who somebody is, so that nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct UserId(String);

impl UserId {
    /// Reads an id as somebody wrote it.
    pub fn parse(text: &str) -> Result<UserId, InvalidArgument> {
        value_limits::characters("a user's id", text, 1..=128)?;
        Ok(UserId(text.to_owned()))
    }

    /// The id, to be sent.
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
    fn an_id_is_any_text_that_nothing_shows() {
        for text in ["a", "Ada Secret@example.com", &"日".repeat(128)] {
            let id = UserId::parse(text).expect(text);
            assert_eq!((id.expose(), &*format!("{id:?}")), (text, "UserId"));
        }
        let told = UserId::parse(&"Secret".repeat(30)).expect_err("long").to_string();
        assert_eq!(told, "a user's id has 1 to 128 characters, this one 180");
        assert!(UserId::parse("").is_err());
    }
}
