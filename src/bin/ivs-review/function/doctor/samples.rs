//! The messages with which a function is compared with the rules.

use std::collections::BTreeSet;

use ivs_chat_review::rules::{Expect, Rules};

/// The maximum number of samples of the rules.
const MAX_SAMPLES: usize = 24;

/// Messages that are always sent.
const PLAIN: [&str; 2] = ["hello", "Grüße an 我们的朋友 🙂, see you at 8!"];

/// Returns some samples of the rules, evenly chosen, after plain messages.
pub(super) fn messages(rules: &Rules) -> Vec<String> {
    let of_lists = rules.lists.iter().flat_map(|list| &list.samples);
    let of_rules = rules.rules.iter().flat_map(|rule| &rule.samples);
    let all: BTreeSet<_> =
        of_rules.chain(of_lists).map(|it| (it.expect == Expect::Ok, &it.text)).collect();
    let step = all.len().div_ceil(MAX_SAMPLES).max(1);
    let some = all.into_iter().step_by(step).map(|(_, text)| text.clone());
    PLAIN.iter().map(|&text| text.to_owned()).chain(some).collect()
}
