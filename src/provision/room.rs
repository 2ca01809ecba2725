//! A room and its message review handler: [`Room`], [`ReviewHandler`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::arn::{FunctionArn, RoomArn};

/// A room. `A` is its ARN: validated, or for [`ListedRoom`] as the service returned it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room<A = RoomArn> {
    /// Its ARN.
    pub arn: A,
    /// The part of the ARN after `room/`, as the service returned it.
    pub id: Option<String>,
    /// Its name, which need not be unique; empty if it has none.
    pub name: String,
    /// Its message review handler.
    pub handler: ReviewHandler,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The ARNs of its logging configurations.
    pub logging: Vec<String>,
    /// When it was created, in ISO 8601.
    pub created: Option<String>,
    /// When it was last updated, in ISO 8601.
    pub updated: Option<String>,
}

/// A room as the service lists it. Its ARN may be missing, or have a form that this version does
/// not know: such a room can be shown but not processed.
pub type ListedRoom = Room<Option<String>>;

impl<A> Room<A> {
    /// Returns the room with another ARN.
    pub fn with_arn<B>(self, arn: B) -> Room<B> {
        let Room { arn: _, id, name, handler, tags, logging, created, updated } = self;
        Room { arn, id, name, handler, tags, logging, created, updated }
    }
}

/// The `messageReviewHandler` of a room: the function that reviews its messages, and the fallback.
/// Both members are always sent together.
///
/// A room without a handler has an empty `uri`, whichever way the service reports that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewHandler {
    /// The ARN of the function; empty if there is none.
    pub uri: String,
    /// What happens to a message that could not be reviewed.
    #[serde(rename = "fallbackResult")]
    pub fallback: Fallback,
}

/// What happens to a message that could not be reviewed. ALLOW is the service's default (Amazon IVS
/// Chat API Reference, "MessageReviewHandler").
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Fallback {
    /// It is delivered unreviewed.
    #[default]
    Allow,
    /// It is blocked.
    Deny,
    /// A value of the service that this version does not know. It is shown and never sent.
    #[serde(skip_deserializing)]
    Other(String),
}

/// The handler of a room compared with the requested function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HandlerState {
    /// The requested function is attached, or any function if none was requested.
    Attached,
    /// Another function is attached.
    Other,
    /// No function is attached.
    None,
}

impl ReviewHandler {
    /// Compares the handler with the requested function. Versions and aliases are different
    /// functions.
    pub fn state(&self, function: Option<&FunctionArn>) -> HandlerState {
        match function {
            _ if self.uri.is_empty() => HandlerState::None,
            Some(function) if function.as_str() != self.uri => HandlerState::Other,
            _ => HandlerState::Attached,
        }
    }

    /// Whether both handlers have the same effect: without a function the fallback has none, and
    /// the service may not return it.
    pub fn is_equivalent_to(&self, other: &ReviewHandler) -> bool {
        self.uri == other.uri && (self.uri.is_empty() || self.fallback == other.fallback)
    }

    /// Whether messages are delivered unreviewed when the function fails.
    pub fn fails_open(&self) -> bool {
        !self.uri.is_empty() && self.fallback == Fallback::Allow
    }
}

impl HandlerState {
    /// Returns the name in text output and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            HandlerState::Attached => "attached",
            HandlerState::Other => "other",
            HandlerState::None => "none",
        }
    }
}

impl Fallback {
    /// Returns the value as the service writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Fallback::Allow => "ALLOW",
            Fallback::Deny => "DENY",
            Fallback::Other(value) => value,
        }
    }
}

impl Serialize for Fallback {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

    fn handler(uri: &str, fallback: Fallback) -> ReviewHandler {
        ReviewHandler { uri: uri.to_owned(), fallback }
    }

    #[test]
    fn states_compare_with_one_function_or_with_any() {
        let function = FunctionArn::parse(FUNCTION).expect("an ARN");
        for (uri, of_function, of_any, word) in [
            ("", HandlerState::None, HandlerState::None, "none"),
            (FUNCTION, HandlerState::Attached, HandlerState::Attached, "attached"),
            ("arn:of:another", HandlerState::Other, HandlerState::Attached, "other"),
        ] {
            let handler = handler(uri, Fallback::Allow);
            assert_eq!(handler.state(Some(&function)), of_function, "{uri}");
            assert_eq!(handler.state(None), of_any, "{uri}");
            assert_eq!(of_function.as_str(), word);
        }
    }

    #[test]
    fn a_fallback_matters_only_with_a_function() {
        for (uri, fallback, fails_open) in [
            ("", Fallback::Allow, false),
            ("", Fallback::Deny, false),
            (FUNCTION, Fallback::Allow, true),
            (FUNCTION, Fallback::Deny, false),
        ] {
            let it = handler(uri, fallback.clone());
            assert_eq!(it.fails_open(), fails_open, "{uri} {}", fallback.as_str());
            let other = match fallback {
                Fallback::Allow => Fallback::Deny,
                _ => Fallback::Allow,
            };
            assert!(it.is_equivalent_to(&it));
            assert_eq!(it.is_equivalent_to(&handler(uri, other)), uri.is_empty());
            assert!(!it.is_equivalent_to(&handler("arn:of:another", fallback)));
        }
        assert_eq!((Fallback::Allow.as_str(), Fallback::Deny.as_str()), ("ALLOW", "DENY"));
    }
}
