//! The selection of rooms by a command: [`Selection`].

use super::arn::{FunctionArn, RoomArn};
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
}

impl Filter {
    /// Whether there are no conditions.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Whether the room satisfies all conditions.
    pub fn matches(&self, room: &Room) -> bool {
        self.name.as_ref().is_none_or(|name| *name == room.name)
            && self.tags.iter().all(|(key, value)| room.tags.get(key) == Some(value))
            && self
                .attached_to
                .as_ref()
                .is_none_or(|function| function.as_str() == room.handler.uri)
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
        let room = Room {
            arn: RoomArn::parse("arn:aws:ivschat:eu-west-1:123456789012:room/a")
                .expect("it is one"),
            name: "lobby".into(),
            handler: ReviewHandler { uri: arn("f"), ..ReviewHandler::default() },
            tags: [tag("stage", "prod"), tag("team", "")].into(),
        };
        let rows = [
            (Some("lobby"), vec![], None, true),
            (Some("lobby-2"), vec![], None, false),
            (Some("Lobby"), vec![], None, false),
            (None, vec![tag("stage", "prod"), tag("team", "")], None, true),
            (None, vec![tag("stage", "prod"), tag("team", "a")], None, false),
            (None, vec![tag("stage", "prod"), tag("tier", "")], None, false),
            (None, vec![], Some("f"), true),
            (None, vec![], Some("f:live"), false),
            (Some("lobby"), vec![tag("stage", "prod")], Some("g"), false),
        ];
        for (name, tags, attached_to, matches) in rows {
            let (name, attached_to) = (name.map(str::to_owned), attached_to.map(function));
            let filter = Filter { name, tags, attached_to };
            assert_eq!(filter.matches(&room), matches, "{filter:?}");
        }
    }
}
