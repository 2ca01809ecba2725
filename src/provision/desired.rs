//! The desired state of a room and what has to change: [`DesiredState::decide`].

use super::arn::FunctionArn;
use super::room::{Fallback, HandlerState, ReviewHandler};

/// The requested handler of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesiredState {
    /// A function is attached.
    Attached {
        /// The function.
        function: FunctionArn,
        /// The fallback; `None` keeps the fallback of the room.
        fallback: Option<Fallback>,
        /// Whether another function is replaced.
        replace: bool,
    },
    /// No function is attached.
    Detached {
        /// The only function that is removed; `None` removes any.
        function: Option<FunctionArn>,
    },
    /// The handler is that before an earlier change.
    Restored {
        /// The handler before the change.
        before: ReviewHandler,
        /// The handlers that the change may have left: the old one if it failed, else the new one.
        left_as: [ReviewHandler; 2],
        /// Whether the handler is restored even if someone else changed it since.
        replace: bool,
    },
}

/// What has to be done to bring a room to its desired state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set this handler.
    Update(ReviewHandler),
    /// Nothing: the room is up to date.
    UpToDate,
    /// Nothing: the room has another handler, which must not be replaced.
    SkipOtherHandler,
    /// Nothing: the room has a fallback that this version does not know, and so could not restore.
    UnknownFallback,
}

impl DesiredState {
    /// Returns the function that is attached or removed, if one is named.
    pub fn function(&self) -> Option<&FunctionArn> {
        match self {
            DesiredState::Attached { function, .. } => Some(function),
            DesiredState::Detached { function } => function.as_ref(),
            DesiredState::Restored { .. } => None,
        }
    }

    /// Returns the action for a room with the handler `now`. After the action has been carried out,
    /// the result is [`Action::UpToDate`].
    pub fn decide(&self, now: &ReviewHandler) -> Action {
        match self {
            DesiredState::Attached { function, fallback, replace } => {
                if now.state(Some(function)) == HandlerState::Other && !replace {
                    return Action::SkipOtherHandler;
                }
                let fallback = fallback.clone().unwrap_or_else(|| now.fallback.clone());
                Action::update_to(now, ReviewHandler { uri: function.to_string(), fallback })
            }
            DesiredState::Detached { function } => {
                if now.state(function.as_ref()) == HandlerState::Other {
                    return Action::SkipOtherHandler;
                }
                Action::update_to(
                    now,
                    ReviewHandler { uri: String::new(), fallback: now.fallback.clone() },
                )
            }
            DesiredState::Restored { before, left_as, replace } => {
                let known = |handler: &ReviewHandler| now.is_equivalent_to(handler);
                if !known(before) && !left_as.iter().any(known) && !replace {
                    return Action::SkipOtherHandler;
                }
                Action::update_to(now, before.clone())
            }
        }
    }
}

impl Action {
    fn update_to(now: &ReviewHandler, desired: ReviewHandler) -> Action {
        match now.fallback {
            _ if now.is_equivalent_to(&desired) => Action::UpToDate,
            Fallback::Other(_) => Action::UnknownFallback,
            Fallback::Allow | Fallback::Deny => Action::Update(desired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(name: &str) -> String {
        format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}")
    }

    fn function(name: &str) -> FunctionArn {
        FunctionArn::parse(&arn(name)).expect("it is one")
    }

    /// A handler from the name of its function, or `-` for none.
    fn handler(name: &str, fallback: Fallback) -> ReviewHandler {
        let uri = if name == "-" { String::new() } else { arn(name) };
        ReviewHandler { uri, fallback }
    }

    use Action::{SkipOtherHandler, UpToDate};
    use Fallback::{Allow, Deny};

    fn update(name: &str, fallback: Fallback) -> Action {
        Action::Update(handler(name, fallback))
    }

    #[test]
    fn attaching_replaces_other_functions_only_if_requested() {
        let rows = [
            ("-", Allow, None, false, update("f", Allow)),
            ("-", Deny, None, false, update("f", Deny)),
            ("-", Allow, Some(Deny), false, update("f", Deny)),
            ("f", Allow, None, false, UpToDate),
            ("f", Deny, None, true, UpToDate),
            ("f", Deny, Some(Allow), false, update("f", Allow)),
            ("g", Deny, None, false, SkipOtherHandler),
            ("g", Deny, Some(Allow), false, SkipOtherHandler),
            ("g", Deny, None, true, update("f", Deny)),
            ("f:live", Allow, None, false, SkipOtherHandler),
        ];
        for (name, now, fallback, replace, expected) in rows {
            let desired = DesiredState::Attached { function: function("f"), fallback, replace };
            let now = handler(name, now);
            assert_eq!(desired.decide(&now), expected, "{now:?} {desired:?}");
        }
    }

    #[test]
    fn unknown_fallbacks_are_never_set_or_replaced() {
        let hold = || Fallback::Other("HOLD".to_owned());
        let attached = |fallback, replace| DesiredState::Attached {
            function: function("f"),
            fallback,
            replace,
        };
        let restored = |replace| DesiredState::Restored {
            before: handler("g", Deny),
            left_as: [handler("g", Deny), handler("f", Deny)],
            replace,
        };
        for (name, desired, expected) in [
            ("-", attached(None, false), Action::UnknownFallback),
            ("-", attached(Some(Deny), false), Action::UnknownFallback),
            ("f", attached(None, false), UpToDate),
            ("f", attached(Some(Deny), false), Action::UnknownFallback),
            ("g", attached(Some(Deny), false), SkipOtherHandler),
            ("g", attached(Some(Deny), true), Action::UnknownFallback),
            ("-", DesiredState::Detached { function: None }, UpToDate),
            ("f", DesiredState::Detached { function: None }, Action::UnknownFallback),
            ("g", restored(false), SkipOtherHandler),
            ("g", restored(true), Action::UnknownFallback),
        ] {
            assert_eq!(desired.decide(&handler(name, hold())), expected, "{name} {desired:?}");
        }
    }

    #[test]
    fn detaching_removes_only_the_named_function() {
        let rows = [
            ("-", None, UpToDate),
            ("-", Some("f"), UpToDate),
            ("f", None, update("-", Deny)),
            ("f", Some("f"), update("-", Deny)),
            ("g", None, update("-", Deny)),
            ("g", Some("f"), SkipOtherHandler),
        ];
        for (name, from, expected) in rows {
            let desired = DesiredState::Detached { function: from.map(function) };
            assert_eq!(desired.decide(&handler(name, Deny)), expected, "{name} {from:?}");
        }
    }

    #[test]
    fn restoring_skips_rooms_that_were_changed_since() {
        let (before, after) = (handler("g", Deny), handler("f", Allow));
        let rows = [
            ("f", Allow, false, Action::Update(before.clone())),
            ("g", Deny, false, UpToDate),
            ("f", Deny, false, SkipOtherHandler),
            ("h", Allow, false, SkipOtherHandler),
            ("-", Allow, false, SkipOtherHandler),
            ("h", Allow, true, Action::Update(before.clone())),
        ];
        for (name, fallback, replace, expected) in rows {
            let left_as = [before.clone(), after.clone()];
            let desired = DesiredState::Restored { before: before.clone(), left_as, replace };
            let now = handler(name, fallback);
            assert_eq!(desired.decide(&now), expected, "{now:?} {replace}");
        }
    }

    #[test]
    fn an_updated_room_is_up_to_date() {
        let handlers = ["-", "f", "g"].map(|name| [Allow, Deny].map(|it| handler(name, it)));
        let handlers = handlers.concat();
        let mut states = vec![
            DesiredState::Detached { function: None },
            DesiredState::Detached { function: Some(function("f")) },
        ];
        for replace in [false, true] {
            for fallback in [None, Some(Allow), Some(Deny)] {
                states.push(DesiredState::Attached { function: function("f"), fallback, replace });
            }
            for before in &handlers {
                for after in &handlers {
                    let left_as = [before.clone(), after.clone()];
                    states.push(DesiredState::Restored {
                        before: before.clone(),
                        left_as,
                        replace,
                    });
                }
            }
        }
        for desired in &states {
            for now in &handlers {
                if let Action::Update(after) = desired.decide(now) {
                    assert!(!now.is_equivalent_to(&after));
                    assert_eq!(desired.decide(&after), UpToDate, "{desired:?} {now:?}");
                }
            }
        }
    }
}
