//! What the holder of a token may do: [`Capability`].

use serde::Serialize;

use super::invalid_argument::InvalidArgument;

/// What a token allows besides reading, which every token does (Amazon IVS Chat API Reference,
/// "CreateChatToken").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Capability {
    /// To send messages.
    SendMessage,
    /// To have clients delete a message.
    DeleteMessage,
    /// To disconnect a user.
    DisconnectUser,
}

impl Capability {
    /// All there are.
    pub const ALL: [Capability; 3] =
        [Capability::SendMessage, Capability::DeleteMessage, Capability::DisconnectUser];

    /// As the service writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::SendMessage => "SEND_MESSAGE",
            Capability::DeleteMessage => "DELETE_MESSAGE",
            Capability::DisconnectUser => "DISCONNECT_USER",
        }
    }

    /// Reads one as the service writes it, or as options are written: `send-message`.
    pub fn parse(text: &str) -> Result<Capability, InvalidArgument> {
        let written = text.to_ascii_uppercase().replace('-', "_");
        let is_it = |capability: &Capability| capability.as_str() == written;
        Capability::ALL.into_iter().find(is_it).ok_or_else(|| {
            let all = Capability::ALL.map(Capability::as_str).join(", ");
            InvalidArgument::new(format!("a capability is one of {all}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_in_both_spellings() {
        for capability in Capability::ALL {
            let name = capability.as_str();
            let spelled =
                [name.to_owned(), name.to_lowercase(), name.to_lowercase().replace('_', "-")];
            for text in spelled {
                assert_eq!(Capability::parse(&text), Ok(capability));
            }
        }
        for text in ["", "SEND", "VIEW_MESSAGE", "SEND_MESSAGE "] {
            let told = Capability::parse(text).expect_err(text).to_string();
            assert_eq!(
                told,
                "a capability is one of SEND_MESSAGE, DELETE_MESSAGE, DISCONNECT_USER"
            );
        }
    }
}
