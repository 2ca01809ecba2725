//! Which rooms are meant: [`Selection`].

use super::arn::{FunctionArn, RoomArn};
use super::room::Room;

/// Which rooms of an account and Region are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// These.
    Rooms(Vec<RoomArn>),
    /// Those for which all of it holds.
    Matching(Filter),
}

/// What holds of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// It has this name, to the letter.
    pub name: Option<String>,
    /// It has each of these tags, by key and value.
    pub tags: Vec<(String, String)>,
    /// It is wired to this function; one version or alias is not another.
    pub wired_to: Option<FunctionArn>,
}

impl Filter {
    /// Whether all of it holds of that room.
    pub fn holds(&self, room: &Room) -> bool {
        self.name.as_ref().is_none_or(|name| *name == room.name)
            && self.tags.iter().all(|(key, value)| room.tags.get(key) == Some(value))
            && self.wired_to.as_ref().is_none_or(|function| function.as_str() == room.wiring.uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::room::Wiring;

    #[test]
    fn all_of_a_filter_must_hold() {
        let arn = |id: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{id}");
        let function = |id: &str| FunctionArn::parse(&arn(id)).expect("it is one");
        let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let room = Room {
            arn: RoomArn::parse("arn:aws:ivschat:eu-west-1:123456789012:room/a")
                .expect("it is one"),
            name: "lobby".into(),
            wiring: Wiring { uri: arn("f"), ..Wiring::default() },
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
        for (name, tags, wired_to, holds) in rows {
            let (name, wired_to) = (name.map(str::to_owned), wired_to.map(function));
            let filter = Filter { name, tags, wired_to };
            assert_eq!(filter.holds(&room), holds, "{filter:?}");
        }
    }
}
