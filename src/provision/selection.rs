//! The selection of rooms by a command: [`Selection`].

use super::arn::{FunctionArn, LoggingArn, RoomArn};
use super::room::Room;

/// The rooms of an account and Region that a command selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All rooms.
    All,
    /// The rooms with these ARNs.
    Rooms(Vec<RoomArn>),
    /// The rooms that match a filter.
    Matching(Filter),
    /// The rooms of channels that are live, as far as they match a filter.
    Live(Filter),
}

/// Conditions that must all be satisfied; by default, none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The room has exactly this name.
    pub name: Option<String>,
    /// The room has all of these tags (key and value).
    pub tags: Vec<(String, String)>,
    /// This function is attached. Versions and aliases are different functions.
    pub attached_to: Option<FunctionArn>,
    /// The room is logged by this configuration, and perhaps by others.
    pub logging: Option<LoggingArn>,
}

impl Filter {
    /// Whether there are no conditions.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Whether the room satisfies all conditions.
    pub fn matches<A>(&self, room: &Room<A>) -> bool {
        self.name.as_ref().is_none_or(|name| *name == room.name)
            && self.tags.iter().all(|(key, value)| room.tags.get(key) == Some(value))
            && self
                .attached_to
                .as_ref()
                .is_none_or(|function| function.as_str() == room.handler.uri)
            && self
                .logging
                .as_ref()
                .is_none_or(|logging| room.logging.iter().any(|arn| arn == logging.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::room::ReviewHandler;

    #[test]
    fn all_conditions_must_be_satisfied() {
        let arn = |id: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{id}");
        let function = |id: &str| FunctionArn::parse(&arn(id)).expect("it is one");
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let logging = |id: &str| {
            let arn = format!("arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/{id}");
            LoggingArn::parse(&arn).expect("it is one")
        };
        let room = Room {
            arn: (),
            name: "lobby".into(),
            handler: ReviewHandler { uri: arn("f"), ..ReviewHandler::default() },
            tags: [tag("stage", "prod"), tag("team", "")].into(),
            logging: [logging("a"), logging("b")].map(|arn| arn.to_string()).into(),
            ..Room::default()
        };
        let rows = [
            (Some("lobby"), vec![], None, None, true),
            (Some("lobby-2"), vec![], None, None, false),
            (Some("Lobby"), vec![], None, None, false),
            (None, vec![tag("stage", "prod"), tag("team", "")], None, None, true),
            (None, vec![tag("stage", "prod"), tag("team", "a")], None, None, false),
            (None, vec![tag("stage", "prod"), tag("tier", "")], None, None, false),
            (None, vec![], Some("f"), None, true),
            (None, vec![], Some("f:live"), None, false),
            (None, vec![], None, Some("b"), true),
            (None, vec![], None, Some("c"), false),
            (Some("lobby"), vec![tag("stage", "prod")], Some("f"), Some("a"), true),
            (Some("lobby"), vec![tag("stage", "prod")], Some("g"), Some("a"), false),
        ];
        for (name, tags, attached_to, logged_by, matches) in rows {
            let (name, attached_to) = (name.map(str::to_owned), attached_to.map(function));
            let filter = Filter { name, tags, attached_to, logging: logged_by.map(logging) };
            assert_eq!(filter.matches(&room), matches, "{filter:?}");
        }
    }
}
