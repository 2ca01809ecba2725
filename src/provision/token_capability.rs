//! What a chat token permits: [`Capability`].

use serde::Serialize;

use super::invalid_argument::InvalidArgument;

/// A capability of a token. Every token also permits reading (Amazon IVS Chat API Reference,
/// "CreateChatToken").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Capability {
    /// Send messages.
    SendMessage,
    /// Make clients delete a message.
    DeleteMessage,
    /// Disconnect a user.
    DisconnectUser,
}

impl Capability {
    /// All capabilities.
    pub const ALL: [Capability; 3] =
        [Capability::SendMessage, Capability::DeleteMessage, Capability::DisconnectUser];

    /// Returns the value as the service writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::SendMessage => "SEND_MESSAGE",
            Capability::DeleteMessage => "DELETE_MESSAGE",
            Capability::DisconnectUser => "DISCONNECT_USER",
        }
    }

    /// Returns the value in the form of options.
    fn option(self) -> String {
        self.as_str().to_ascii_lowercase().replace('_', "-")
    }

    /// Parses a capability as the service writes it, or in the form of options: `send-message`.
    pub fn parse(text: &str) -> Result<Capability, InvalidArgument> {
        let written = text.to_ascii_uppercase().replace('-', "_");
        let is_it = |capability: &Capability| capability.as_str() == written;
        Capability::ALL.into_iter().find(is_it).ok_or_else(|| {
            let options = Capability::ALL.map(Capability::option).join(", ");
            InvalidArgument::new(format!("unknown capability, expected one of {options}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_parsed_in_both_forms() {
        for capability in Capability::ALL {
            let name = capability.as_str();
            let forms =
                [name.to_owned(), name.to_lowercase(), name.to_lowercase().replace('_', "-")];
            for text in forms {
                assert_eq!(Capability::parse(&text), Ok(capability));
            }
        }
        for text in ["", "SEND", "VIEW_MESSAGE", "SEND_MESSAGE "] {
            let error = Capability::parse(text).expect_err(text).to_string();
            assert_eq!(
                error,
                "unknown capability, expected one of send-message, delete-message, disconnect-user"
            );
        }
    }
}
