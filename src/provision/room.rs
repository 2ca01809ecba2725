//! A room, as far as its handler goes: [`Room`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::arn::{FunctionArn, RoomArn};

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its ARN.
    pub arn: RoomArn,
    /// Its name, which other rooms may have as well; empty if it has none.
    pub name: String,
    /// Who reviews its messages.
    pub wiring: Wiring,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Who reviews the messages of a room, and what becomes of those that nobody could review: its
/// `messageReviewHandler`, whose members are always sent together.
///
/// A room without a handler has an empty `uri`, however the service says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wiring {
    /// The ARN of the function, or nothing.
    pub uri: String,
    /// What becomes of a message that could not be reviewed.
    #[serde(rename = "fallbackResult")]
    pub fallback: Fallback,
}

/// What becomes of a message that could not be reviewed. ALLOW is the service's own default (Amazon
/// IVS Chat API Reference, "MessageReviewHandler").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Fallback {
    /// It is delivered.
    #[default]
    Allow,
    /// It is held back.
    Deny,
}

/// How a room stands to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// That function reviews it; if none was named, any does.
    Wired,
    /// Another one does.
    Foreign,
    /// None does.
    Bare,
}

impl Wiring {
    /// How it stands to that function; one version or alias is not another.
    pub fn state(&self, function: Option<&FunctionArn>) -> State {
        match function {
            _ if self.uri.is_empty() => State::Bare,
            Some(function) if function.as_str() != self.uri => State::Foreign,
            _ => State::Wired,
        }
    }

    /// Whether both mean the same: without a handler the fallback decides nothing, and the service may
    /// not tell it.
    pub fn amounts_to(&self, other: &Wiring) -> bool {
        self.uri == other.uri && (self.uri.is_empty() || self.fallback == other.fallback)
    }

    /// Whether messages go out unreviewed when the handler fails.
    pub fn fails_open(&self) -> bool {
        !self.uri.is_empty() && self.fallback == Fallback::Allow
    }
}

impl State {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Wired => "wired",
            State::Foreign => "foreign",
            State::Bare => "bare",
        }
    }
}

impl Fallback {
    /// As the service writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Fallback::Allow => "ALLOW",
            Fallback::Deny => "DENY",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

    fn wiring(uri: &str, fallback: Fallback) -> Wiring {
        Wiring { uri: uri.to_owned(), fallback }
    }

    #[test]
    fn a_room_is_wired_to_one_function_or_to_any() {
        let function = FunctionArn::parse(FUNCTION).expect("an ARN");
        for (uri, of_function, of_any, word) in [
            ("", State::Bare, State::Bare, "bare"),
            (FUNCTION, State::Wired, State::Wired, "wired"),
            ("arn:of:another", State::Foreign, State::Wired, "foreign"),
        ] {
            let wiring = wiring(uri, Fallback::Allow);
            assert_eq!(wiring.state(Some(&function)), of_function, "{uri}");
            assert_eq!(wiring.state(None), of_any, "{uri}");
            assert_eq!(of_function.as_str(), word);
        }
    }

    #[test]
    fn a_fallback_counts_only_with_a_handler() {
        for (uri, fallback, fails_open) in [
            ("", Fallback::Allow, false),
            ("", Fallback::Deny, false),
            (FUNCTION, Fallback::Allow, true),
            (FUNCTION, Fallback::Deny, false),
        ] {
            let it = wiring(uri, fallback);
            assert_eq!(it.fails_open(), fails_open, "{uri} {}", fallback.as_str());
            let other = match fallback {
                Fallback::Allow => Fallback::Deny,
                Fallback::Deny => Fallback::Allow,
            };
            assert!(it.amounts_to(&it));
            assert_eq!(it.amounts_to(&wiring(uri, other)), uri.is_empty());
            assert!(!it.amounts_to(&wiring("arn:of:another", fallback)));
        }
        assert_eq!((Fallback::Allow.as_str(), Fallback::Deny.as_str()), ("ALLOW", "DENY"));
    }
}
