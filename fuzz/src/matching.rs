//! Compares the engine with a reference matcher on obfuscated words.

use std::collections::BTreeSet;

use ivs_chat_review::engine::{Cause, Engine, Scratch};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::rules::{self, ListId, RuleId, Rules};
use ivs_chat_review::span::Span;
use jiff::civil::Date;

use super::case::Case;
use super::compiled::{check_same, reopened};
use super::reviews::DAY;

/// The longest message that is compared, in code points: the reference is slow.
const MAX_MESSAGE: usize = 200;

/// An independent implementation of the search for entries.
pub struct Reference {
    /// Returns all matches on a day.
    pub find: Find,
    /// Returns whether its Unicode data for the character agrees with that of the engine.
    pub knows: fn(char) -> bool,
}

type Find = fn(&Rules, &str, Option<Date>) -> Vec<(Span, RuleId, Cause)>;

/// Searches messages for entries. Checks that the engine finds what the reference finds.
pub fn matching(bytes: &[u8], reference: &Reference) {
    let case = Case::new(bytes);
    let sources = case.sources();
    let rules = rules::parse(&sources).rules;
    let mut entries = rules.lists.iter().flat_map(|list| &list.entries);
    if !entries.all(|entry| entry.text.chars().all(reference.knows)) {
        return;
    }
    let engine = Engine::compile(rules).0;
    let opened = reopened(&engine, &sources);
    let events = case.events.iter().filter_map(|event| ReviewRequest::from_json(event).ok());
    let messages = events.map(|event| event.content.into_owned()).chain(case.messages);
    for message in messages {
        if message.chars().count() > MAX_MESSAGE || !message.chars().all(reference.knows) {
            continue;
        }
        check_same(&engine, &opened, &message);
        let found = engine.find(&message, Some(DAY), &mut Scratch::default());
        let found = by_list(found.iter().map(|hit| (hit.span, hit.rule, hit.cause)));
        let expected = by_list((reference.find)(engine.rules(), &message, Some(DAY)).into_iter());
        let missing: Vec<_> = expected.difference(&found).collect();
        let extra: Vec<_> = found.difference(&expected).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "missing {missing:?}, unexpected {extra:?} in {message:?} ({})",
            message.escape_unicode()
        );
    }
}

/// Returns the matches of entries by list: of equivalent lines in a list only one is searched.
fn by_list(hits: impl Iterator<Item = (Span, RuleId, Cause)>) -> BTreeSet<(Span, RuleId, ListId)> {
    let list = |(span, rule, cause)| match cause {
        Cause::Entry(list, _) => Some((span, rule, list)),
        _ => None,
    };
    hits.filter_map(list).collect()
}
