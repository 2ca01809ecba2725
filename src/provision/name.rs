//! Names of rooms and logging configurations: [`Name`].

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// The longest name, in characters (Amazon IVS Chat API Reference, "CreateRoom" and
/// "CreateLoggingConfiguration").
const MAX_NAME: usize = 128;

/// A name, checked. It may be empty, and others may have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Reads a name as somebody wrote it.
    pub fn parse(text: &str) -> Result<Name, InvalidArgument> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        value_limits::only("a name", text, fits, "letters, digits, `-` and `_`")?;
        value_limits::characters("a name", text, 0..=MAX_NAME)?;
        Ok(Name(text.to_owned()))
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        let long = "x".repeat(MAX_NAME);
        for name in ["", "Main-hall_2", &long] {
            assert_eq!(Name::parse(name).expect(name).as_str(), name);
        }
        let rows = [
            (format!("{long}x"), "a name has at most 128 characters, this one 129"),
            ("main hall".into(), "a name has letters, digits, `-` and `_`, nothing else"),
            ("Saal·1".into(), "a name has letters, digits, `-` and `_`, nothing else"),
        ];
        for (name, told) in rows {
            assert_eq!(Name::parse(&name).expect_err(&name).to_string(), told);
        }
    }
}
