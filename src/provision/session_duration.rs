//! How long the holder of a token stays: [`SessionMinutes`].

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// How long a connection that was made with a token lasts: 1 to 180 minutes, and 60 if nobody says
/// (Amazon IVS Chat API Reference, "CreateChatToken").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionMinutes(i32);

impl SessionMinutes {
    /// Reads a number as somebody wrote it.
    pub fn parse(text: &str) -> Result<SessionMinutes, InvalidArgument> {
        value_limits::number("the length of a session in minutes", text, 1..=180)
            .map(SessionMinutes)
    }

    /// The number.
    pub fn get(self) -> i32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_bounds() {
        for (number, fits) in [("0", false), ("1", true), ("180", true), ("181", false)] {
            assert_eq!(SessionMinutes::parse(number).is_ok(), fits, "{number}");
        }
    }
}
