//! Names of rooms and logging configurations: [`Name`].

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// The maximum length of a name, in characters (Amazon IVS Chat API Reference, "CreateRoom" and
/// "CreateLoggingConfiguration").
const MAX_NAME: usize = 128;

/// A validated name. It may be empty and need not be unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Validates a name.
    pub fn parse(text: &str) -> Result<Name, InvalidArgument> {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        value_limits::check_characters("name", text, is_valid, "letters, digits, `-` and `_`")?;
        value_limits::check_length("name", text, 0..=MAX_NAME)?;
        Ok(Name(text.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_characters_are_limited() {
        let long = "x".repeat(MAX_NAME);
        for name in ["", "Main-hall_2", &long] {
            assert_eq!(Name::parse(name).expect(name).as_str(), name);
        }
        let rows = [
            (format!("{long}x"), "invalid name: expected at most 128 characters, found 129"),
            ("main hall".into(), "invalid name: only letters, digits, `-` and `_` are allowed"),
            ("Saal·1".into(), "invalid name: only letters, digits, `-` and `_` are allowed"),
        ];
        for (name, error) in rows {
            assert_eq!(Name::parse(&name).expect_err(&name).to_string(), error);
        }
    }
}
