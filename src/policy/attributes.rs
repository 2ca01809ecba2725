//! Computes the attributes that a message is delivered with.

use std::borrow::Cow;

use crate::ivs::{Attributes, MAX_ATTRIBUTES};

/// How the attributes of a message change.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// They are delivered as they were sent.
    Unchanged,
    /// They are replaced by these.
    Changed(Attributes<'static>),
    /// The changes that are required make them larger than a response may contain.
    TooLarge,
}

/// Computes the attributes of a response, and whether tags were left out because they do not fit.
///
/// `reserved` returns whether rules set tags of a name, so that the client's own attribute is
/// removed; `rewritten` contains the indices and new values of those that were rewritten,
/// ascending. If several `tags` set a name, the first one wins.
pub(super) fn attributes(
    own: &Attributes<'_>,
    reserved: impl Fn(&str) -> bool,
    rewritten: &[(usize, String)],
    tags: &[&Attributes<'_>],
) -> (Outcome, bool) {
    let mut kept: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::with_capacity(own.len());
    let mut rewritten = rewritten.iter().peekable();
    for (number, (name, text)) in own.iter().enumerate() {
        let rewrite = rewritten.next_if(|(at, _)| *at == number);
        if !reserved(name) {
            let text = rewrite.map_or(text, |(_, text)| text.as_str());
            kept.push((name.into(), text.into()));
        }
    }
    let tagged = !tags.is_empty();
    if tagged {
        // Collecting keeps the last value of a name that occurs more than once.
        let tags = tags.iter().rev().flat_map(|tags| tags.iter());
        let all = kept.iter().cloned().chain(tags.map(|(name, text)| (name.into(), text.into())));
        let outcome = outcome(own, all.collect());
        if outcome != Outcome::TooLarge {
            return (outcome, false);
        }
    }
    (outcome(own, kept.into_iter().collect()), tagged)
}

fn outcome(own: &Attributes<'_>, new: Attributes<'_>) -> Outcome {
    if new == *own {
        Outcome::Unchanged
    } else if new.json_len() > MAX_ATTRIBUTES {
        Outcome::TooLarge
    } else {
        Outcome::Changed(new.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named<'a>(pairs: &[(&'a str, &'a str)]) -> Attributes<'a> {
        pairs.iter().map(|&(name, text)| (name.into(), text.into())).collect()
    }

    fn of(own: &[(&str, &str)], rewritten: &[(usize, &str)], tags: &[&[(&str, &str)]]) -> String {
        let rewritten: Vec<_> = rewritten.iter().map(|&(at, text)| (at, text.to_owned())).collect();
        let tags: Vec<Attributes<'_>> = tags.iter().map(|tags| named(tags)).collect();
        let tags: Vec<&Attributes<'_>> = tags.iter().collect();
        match attributes(&named(own), |name| name.starts_with('t'), &rewritten, &tags) {
            (Outcome::Changed(new), false) => serde_json::to_string(&new).expect("texts"),
            (outcome, left_out) => {
                let what = match outcome {
                    Outcome::Unchanged => "unchanged",
                    Outcome::Changed(_) => "changed",
                    Outcome::TooLarge => "too large",
                };
                format!("{what}{}", if left_out { ", tags left out" } else { "" })
            }
        }
    }

    #[test]
    fn tags_are_added_and_the_first_one_of_a_name_wins() {
        assert_eq!(of(&[], &[], &[]), "unchanged");
        assert_eq!(of(&[("a", "1")], &[], &[]), "unchanged");
        assert_eq!(of(&[("a", "1")], &[], &[&[("t", "x")]]), r#"{"a":"1","t":"x"}"#);
        assert_eq!(
            of(&[], &[], &[&[("t", "x")], &[("t", "y"), ("t2", "z")]]),
            r#"{"t":"x","t2":"z"}"#
        );
        assert_eq!(of(&[("a", "1"), ("b", "2")], &[(1, "*")], &[]), r#"{"a":"1","b":"*"}"#);
    }

    #[test]
    fn a_reserved_name_of_the_client_is_removed() {
        assert_eq!(of(&[("a", "1"), ("t", "forged")], &[], &[]), r#"{"a":"1"}"#);
        assert_eq!(of(&[("t", "forged")], &[], &[]), "{}");
        assert_eq!(of(&[("t", "forged"), ("u", "2")], &[(0, "no"), (1, "*")], &[]), r#"{"u":"*"}"#);
        assert_eq!(of(&[("t", "x")], &[], &[&[("t", "x")]]), "unchanged");
    }

    #[test]
    fn only_tags_are_left_out_if_they_do_not_fit() {
        // {"a":"…"} takes 8 bytes besides the text, and ,"t":"x" another 8.
        let fits = "x".repeat(MAX_ATTRIBUTES - 16);
        assert!(of(&[("a", &fits)], &[], &[&[("t", "x")]]).ends_with(r#","t":"x"}"#));
        let wider = format!("{fits}x");
        assert_eq!(of(&[("a", &wider)], &[], &[&[("t", "x")]]), "unchanged, tags left out");
        assert_eq!(of(&[("a", &fits)], &[], &[&[("t", "é")]]), "unchanged, tags left out");
        assert_eq!(
            of(&[("a", &wider), ("t", "forged")], &[], &[&[("t", "x")]]),
            "changed, tags left out"
        );
        assert_eq!(
            of(&[("a", "b"), ("c", "d")], &[(0, &wider)], &[&[("t", "x")]]),
            "too large, tags left out"
        );
        let huge = "x".repeat(MAX_ATTRIBUTES);
        assert_eq!(of(&[("a", &huge)], &[], &[]), "unchanged");
        assert_eq!(of(&[("a", &huge), ("t", "")], &[], &[]), "too large");
        assert_eq!(of(&[("a", &huge), ("t", "x")], &[], &[&[("t", "x")]]), "unchanged");
    }
}
