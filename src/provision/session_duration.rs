//! The duration of a chat session: [`SessionMinutes`].

use super::invalid_argument::InvalidArgument;
use super::value_limits;

/// The maximum duration of a connection made with a token: 1 to 180 minutes, 60 by default (Amazon
/// IVS Chat API Reference, "CreateChatToken").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionMinutes(i32);

impl SessionMinutes {
    /// Parses and validates a number of minutes.
    pub fn parse(text: &str) -> Result<SessionMinutes, InvalidArgument> {
        value_limits::parse_number("session duration in minutes", text, 1..=180).map(SessionMinutes)
    }

    /// Returns the number of minutes.
    pub fn get(self) -> i32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_duration_is_limited() {
        for (number, fits) in [("0", false), ("1", true), ("180", true), ("181", false)] {
            assert_eq!(SessionMinutes::parse(number).is_ok(), fits, "{number}");
        }
    }
}
