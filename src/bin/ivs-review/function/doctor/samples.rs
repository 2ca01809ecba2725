//! The messages with which a function and a room are compared with the rules.

use std::collections::BTreeSet;

use ivs_chat_review::rules::{Expect, Rules};

/// The maximum number of samples of the rules.
const MAX_SAMPLES: usize = 24;

/// Messages that are always sent.
const PLAIN: [&str; 2] = ["hello", "Grüße an 我们的朋友 🙂, see you at 8!"];

/// Returns some samples of the rules, evenly chosen, after plain messages.
pub(super) fn some(rules: &Rules) -> Vec<String> {
    let all = of(rules);
    let step = all.len().div_ceil(MAX_SAMPLES).max(1);
    PLAIN.into_iter().chain(all.into_iter().step_by(step)).map(str::to_owned).collect()
}

/// Returns plain messages, then all samples of the rules.
pub(super) fn all(rules: &Rules) -> Vec<&str> {
    PLAIN.into_iter().chain(of(rules)).collect()
}

/// Returns the samples of the rules, each once, those that are caught first.
fn of(rules: &Rules) -> Vec<&str> {
    let of_lists = rules.lists.iter().flat_map(|list| &list.samples);
    let of_rules = rules.rules.iter().flat_map(|rule| &rule.samples);
    let samples = of_rules.chain(of_lists);
    let sorted: BTreeSet<_> =
        samples.map(|it| (it.expect == Expect::Ok, it.text.as_str())).collect();
    sorted.into_iter().map(|(_, text)| text).collect()
}
