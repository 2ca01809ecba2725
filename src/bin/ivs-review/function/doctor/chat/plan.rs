//! Which messages are sent to a room: [`Plan`].

use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{Action, Rules};
use jiff::civil::Date;

use crate::function::doctor::samples;

/// The maximum number of entries that are tried as messages, if no sample has the wanted effect.
const MAX_ENTRIES: usize = 5_000;

/// What the rules do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// It is delivered as it was sent.
    Allowed,
    /// It is delivered as this.
    Rewritten(String),
    /// It is not delivered, for this reason.
    Denied(Option<String>),
}

/// A message and what should happen to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TestMessage {
    pub(super) content: String,
    pub(super) expected: Expected,
}

/// The messages for a room, the most harmless first.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) messages: Vec<TestMessage>,
    /// The outcomes that rules of the folder have, and none of their samples or entries in this room.
    pub(super) missing: Vec<Expected>,
}

impl Plan {
    /// Chooses a message for each outcome of a review in a room, for a sender without attributes: a
    /// plain one that is allowed, and the shortest samples that are rewritten and denied. Without a
    /// fitting sample, an entry may be one.
    pub(super) fn new(
        engine: &Engine,
        room: &str,
        user: &str,
        max_length: usize,
        day: Date,
    ) -> Plan {
        let rules = engine.rules();
        let mut reviewer = Reviewer::new(engine);
        let mut review = |content: &str| expected(&mut reviewer, content, room, user, day);
        let fits =
            |content: &str| !content.trim().is_empty() && content.chars().count() <= max_length;
        let mut found: [Option<TestMessage>; 3] = Default::default();
        for content in samples::all(rules).into_iter().filter(|it| fits(it)) {
            let expected = review(content);
            let place = &mut found[expected.rank()];
            // Plain messages come first.
            let is_better = |before: &TestMessage| {
                expected != Expected::Allowed
                    && content.chars().count() < before.content.chars().count()
            };
            if place.as_ref().is_none_or(is_better) {
                *place = Some(TestMessage { content: content.to_owned(), expected });
            }
        }
        let wanted = [true, rewrites(rules), denies(rules)];
        let is_complete = |found: &[Option<TestMessage>; 3]| {
            found.iter().zip(wanted).all(|(found, wanted)| found.is_some() || !wanted)
        };
        let lists = rules.lists.iter();
        let mut entries = lists.flat_map(|list| &list.entries).filter(|entry| !entry.exception);
        let mut entries = entries.by_ref().take(MAX_ENTRIES).map(|entry| entry.text.as_str());
        while !is_complete(&found)
            && let Some(content) = entries.next()
        {
            if fits(content) {
                let expected = review(content);
                let place = &mut found[expected.rank()];
                place.get_or_insert_with(|| TestMessage { content: content.to_owned(), expected });
            }
        }
        let outcomes =
            [Expected::Allowed, Expected::Rewritten(String::new()), Expected::Denied(None)];
        let missing = outcomes.into_iter().zip(&found).zip(wanted);
        let missing = missing.filter(|((_, found), wanted)| found.is_none() && *wanted);
        let missing = missing.map(|((outcome, _), _)| outcome).collect();
        Plan { messages: found.into_iter().flatten().collect(), missing }
    }
}

impl Expected {
    fn rank(&self) -> usize {
        match self {
            Expected::Allowed => 0,
            Expected::Rewritten(_) => 1,
            Expected::Denied(_) => 2,
        }
    }
}

fn expected(
    reviewer: &mut Reviewer<'_>,
    content: &str,
    room: &str,
    user: &str,
    day: Date,
) -> Expected {
    let mut request = ReviewRequest::new(content);
    request.room_arn = Some(room.into());
    request.sender.user_id = Some(user.into());
    let review = reviewer.review(&request, day);
    let is_denied = matches!(review.verdict, Verdict::Deny(_) | Verdict::DenyCut);
    let response = review.into_response(reviewer.engine(), request);
    match response.content() {
        _ if is_denied => Expected::Denied(response.reason().map(str::to_owned)),
        delivered if delivered == content => Expected::Allowed,
        delivered => Expected::Rewritten(delivered.to_owned()),
    }
}

fn rewrites(rules: &Rules) -> bool {
    let rewrites = |action: &Action| matches!(action, Action::Mask(_) | Action::Replace(_));
    rules.rules.iter().any(|rule| rewrites(&rule.action))
}

fn denies(rules: &Rules) -> bool {
    rules.rules.iter().any(|rule| matches!(rule.action, Action::Deny { .. }))
}

#[cfg(test)]
mod tests {
    use ivs_chat_review::rules;
    use ivs_chat_review::source::{Source, Sources};

    use super::*;

    const ROOM: &str = "arn:aws:ivschat:eu-west-1:111122223333:room/Lobby0000001";

    /// Returns the messages with their outcomes, then the missing outcomes.
    fn plan(manifest: &str, max_length: usize) -> (Vec<(String, Expected)>, Vec<Expected>) {
        let manifest = format!("version = 1\n{manifest}");
        let mut sources = Sources::new("rules/");
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
        let parsed = rules::parse(&sources);
        assert!(parsed.diagnostics.iter().all(|it| !it.is_error()), "{:?}", parsed.diagnostics);
        let (engine, _) = Engine::compile(parsed.rules);
        let day = "2026-12-01".parse().expect("a day");
        let Plan { messages, missing } = Plan::new(&engine, ROOM, "doctor", max_length, day);
        (messages.into_iter().map(|it| (it.content, it.expected)).collect(), missing)
    }

    fn allowed(content: &str) -> (String, Expected) {
        (content.to_owned(), Expected::Allowed)
    }

    fn rewritten(content: &str, as_this: &str) -> (String, Expected) {
        (content.to_owned(), Expected::Rewritten(as_this.to_owned()))
    }

    fn denied(content: &str, reason: &str) -> (String, Expected) {
        (content.to_owned(), Expected::Denied(Some(reason.to_owned())))
    }

    const MASK: &str = "[[rule]]\nid = \"m\"\naction = \"mask\"\nterms = [\"muppet\"]\n";
    const DENY: &str = "[[rule]]\nid = \"d\"\naction = \"deny\"\nreason = \"No.\"\nterms = [\"begone\"]\nsamples = { caught = [\"begone right now!\", \"begone now!\"], ok = [\"gone\"] }\n";

    #[test]
    fn each_outcome_has_the_shortest_sample_or_an_entry() {
        let hello = || allowed("hello");
        assert_eq!(
            plan(&format!("{MASK}{DENY}"), 500),
            (vec![hello(), rewritten("muppet", "******"), denied("begone now!", "No.")], vec![])
        );
        assert_eq!(plan(MASK, 500), (vec![hello(), rewritten("muppet", "******")], vec![]));
        // Too short for the room: the entry is shorter than the sample.
        assert_eq!(plan(DENY, 8), (vec![hello(), denied("begone", "No.")], vec![]));
        assert_eq!(plan(DENY, 5), (vec![hello()], vec![Expected::Denied(None)]));
    }

    #[test]
    fn rules_count_only_where_and_for_whom_they_act() {
        let scoped = |more: &str| format!("{MASK}{more}\n{DENY}");
        let missing = [Expected::Rewritten(String::new())];
        for more in [
            "mode = \"shadow\"",
            "rooms = [\"Other0000001\"]",
            "until = 2026-11-30",
            "from = 2027-01-01",
        ] {
            let (messages, left) = plan(&scoped(more), 500);
            assert_eq!(messages.len(), 2, "{more}");
            assert_eq!(left, missing, "{more}");
        }
        assert_eq!(plan(&scoped("rooms = [\"Lobby0000001\"]"), 500).0.len(), 3);
    }

    #[test]
    fn a_plain_message_may_be_denied() {
        let manifest = "[[rule]]\nid = \"d\"\naction = \"deny\"\npatterns = [\"^[^ü]*$\"]\n";
        let (messages, missing) = plan(manifest, 500);
        assert_eq!(messages[1], ("hello".to_owned(), Expected::Denied(None)));
        assert_eq!(messages[0].1, Expected::Allowed);
        assert_eq!(missing, []);
    }
}
