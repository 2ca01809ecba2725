//! What is to become of a room: [`Wish::decide`].

use super::arn::FunctionArn;
use super::room::{Fallback, State, Wiring};

/// What somebody wants of rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// That a function reviews them.
    Wire {
        /// The function.
        function: FunctionArn,
        /// What becomes of messages that it could not review. If not said, each room keeps its own.
        fallback: Option<Fallback>,
        /// Whether it takes the place of other functions.
        replace: bool,
    },
    /// That nothing reviews them, or no longer that function.
    Detach {
        /// The function; if not named, any.
        function: Option<FunctionArn>,
    },
    /// That one room is as it was before a change.
    Restore {
        /// How it was.
        before: Wiring,
        /// How the change left it, whether it came about or failed.
        left: [Wiring; 2],
        /// Whether it is put back even if somebody has wired it anew since.
        replace: bool,
    },
}

/// What is to be done about a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is to be wired so.
    Change(Wiring),
    /// Nothing: it is as wished.
    AsWished,
    /// Nothing: it is wired to what was not to be touched.
    Foreign,
}

impl Wish {
    /// The function that is meant, if it is about one.
    pub fn function(&self) -> Option<&FunctionArn> {
        match self {
            Wish::Wire { function, .. } => Some(function),
            Wish::Detach { function } => function.as_ref(),
            Wish::Restore { .. } => None,
        }
    }

    /// What is to be done about a room that is wired so. To decide again once that is done gives
    /// [`Decision::AsWished`].
    pub fn decide(&self, now: &Wiring) -> Decision {
        match self {
            Wish::Wire { function, fallback, replace } => {
                if now.state(Some(function)) == State::Foreign && !replace {
                    return Decision::Foreign;
                }
                let fallback = fallback.unwrap_or(now.fallback);
                Decision::reach(now, Wiring { uri: function.to_string(), fallback })
            }
            Wish::Detach { function } => {
                if now.state(function.as_ref()) == State::Foreign {
                    return Decision::Foreign;
                }
                Decision::reach(now, Wiring { uri: String::new(), fallback: now.fallback })
            }
            Wish::Restore { before, left, replace } => {
                let known = |wiring: &Wiring| now.amounts_to(wiring);
                if !known(before) && !left.iter().any(known) && !replace {
                    return Decision::Foreign;
                }
                Decision::reach(now, before.clone())
            }
        }
    }
}

impl Decision {
    fn reach(now: &Wiring, wished: Wiring) -> Decision {
        if now.amounts_to(&wished) { Decision::AsWished } else { Decision::Change(wished) }
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

    /// `-` for no handler, or the name of the function, and the fallback.
    fn wiring(name: &str, fallback: Fallback) -> Wiring {
        let uri = if name == "-" { String::new() } else { arn(name) };
        Wiring { uri, fallback }
    }

    use Decision::{AsWished, Foreign};
    use Fallback::{Allow, Deny};

    fn change(name: &str, fallback: Fallback) -> Decision {
        Decision::Change(wiring(name, fallback))
    }

    #[test]
    fn wiring_touches_no_other_functions_rooms() {
        let rows = [
            ("-", Allow, None, false, change("f", Allow)),
            ("-", Deny, None, false, change("f", Deny)),
            ("-", Allow, Some(Deny), false, change("f", Deny)),
            ("f", Allow, None, false, AsWished),
            ("f", Deny, None, true, AsWished),
            ("f", Deny, Some(Allow), false, change("f", Allow)),
            ("g", Deny, None, false, Foreign),
            ("g", Deny, Some(Allow), false, Foreign),
            ("g", Deny, None, true, change("f", Deny)),
            ("f:live", Allow, None, false, Foreign),
        ];
        for (name, now, fallback, replace, expected) in rows {
            let wish = Wish::Wire { function: function("f"), fallback, replace };
            assert_eq!(wish.decide(&wiring(name, now)), expected, "{name} {now:?} {wish:?}");
        }
    }

    #[test]
    fn detaching_takes_what_was_named() {
        let rows = [
            ("-", None, AsWished),
            ("-", Some("f"), AsWished),
            ("f", None, change("-", Deny)),
            ("f", Some("f"), change("-", Deny)),
            ("g", None, change("-", Deny)),
            ("g", Some("f"), Foreign),
        ];
        for (name, from, expected) in rows {
            let wish = Wish::Detach { function: from.map(function) };
            assert_eq!(wish.decide(&wiring(name, Deny)), expected, "{name} {from:?}");
        }
    }

    #[test]
    fn restoring_leaves_alone_what_was_wired_anew() {
        let (before, after) = (wiring("g", Deny), wiring("f", Allow));
        let rows = [
            ("f", Allow, false, Decision::Change(before.clone())),
            ("g", Deny, false, AsWished),
            ("f", Deny, false, Foreign),
            ("h", Allow, false, Foreign),
            ("-", Allow, false, Foreign),
            ("h", Allow, true, Decision::Change(before.clone())),
        ];
        for (name, fallback, replace, expected) in rows {
            let left = [before.clone(), after.clone()];
            let wish = Wish::Restore { before: before.clone(), left, replace };
            assert_eq!(
                wish.decide(&wiring(name, fallback)),
                expected,
                "{name} {fallback:?} {replace}"
            );
        }
    }

    #[test]
    fn what_was_decided_is_decided_once() {
        let fallbacks = [Allow, Deny];
        let wirings = ["-", "f", "g"].map(|name| fallbacks.map(|it| wiring(name, it))).concat();
        let mut wishes =
            vec![Wish::Detach { function: None }, Wish::Detach { function: Some(function("f")) }];
        for replace in [false, true] {
            for fallback in [None, Some(Allow), Some(Deny)] {
                wishes.push(Wish::Wire { function: function("f"), fallback, replace });
            }
            for before in &wirings {
                for after in &wirings {
                    let left = [before.clone(), after.clone()];
                    wishes.push(Wish::Restore { before: before.clone(), left, replace });
                }
            }
        }
        for wish in &wishes {
            for now in &wirings {
                if let Decision::Change(wired) = wish.decide(now) {
                    assert!(!now.amounts_to(&wired));
                    assert_eq!(wish.decide(&wired), AsWished, "{wish:?} {now:?}");
                }
            }
        }
    }
}
