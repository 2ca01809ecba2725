//! Which version of a layer with rules a function should have: [`Plan`].
//!
//! The description of each version that was published says which rules it has, and which version
//! was in use before: `ivs-review: rules 9c1f0b6c1de0a2f4, code 01d2…, after 7`. So versions are in
//! the order in which they were in use, the same rules are published once, and a rollback needs no
//! memory of its own.
//!
//! **Example.** Version 2 was rolled back to version 1, then version 3 was published, after 1. A
//! rollback from 3 leads to 1 and not to 2.

use std::collections::BTreeSet;
use std::fmt;

/// The prefix of the descriptions of published versions.
const PREFIX: &str = "ivs-review: ";

/// What the description of a version says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The [hash](crate::compiled::RulesHash) of the rules.
    pub rules: String,
    /// The [code](crate::compiled::CODE) that compiled them.
    pub code: u64,
    /// The version that was in use before.
    pub after: Option<u64>,
}

impl Mark {
    /// Returns what a description says; `None` for that of a version that was published by other
    /// tools.
    pub fn parse(description: &str) -> Option<Mark> {
        let mut parts = description.strip_prefix(PREFIX)?.split(", ");
        let rules = parts.next()?.strip_prefix("rules ")?;
        let code = parts.next()?.strip_prefix("code ")?;
        let after = match parts.next() {
            Some(part) => Some(part.strip_prefix("after ")?.parse().ok()?),
            None => None,
        };
        let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hash(rules) || !is_hash(code) || parts.next().is_some() {
            return None;
        }
        Some(Mark { rules: rules.to_owned(), code: u64::from_str_radix(code, 16).ok()?, after })
    }

    /// Whether both have the same compiled rules.
    fn has_same_rules(&self, other: &Mark) -> bool {
        (&self.rules, self.code) == (&other.rules, other.code)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}rules {}, code {:016x}", self.rules, self.code)?;
        self.after.map_or(Ok(()), |after| write!(f, ", after {after}"))
    }
}

/// Splits the ARN of a layer version into the ARN of the layer and the version:
/// `arn:aws:lambda:eu-west-1:123456789012:layer:chat-rules:7`.
pub fn split_arn(arn: &str) -> Option<(&str, u64)> {
    let (layer, version) = arn.rsplit_once(':')?;
    Some((layer, version.parse().ok()?))
}

/// Whether a layer has this name or ARN.
pub fn is_layer(arn: &str, layer: &str) -> bool {
    arn == layer || arn.rsplit_once(":layer:").is_some_and(|(_, name)| name == layer)
}

/// What exists before a change.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// The version that the function has; `None` if it does not have the layer.
    pub current: Option<u64>,
    /// All versions of the layer, with what their descriptions say.
    pub versions: Vec<(u64, Option<Mark>)>,
    /// The versions that any function uses; `None` if that is unknown.
    pub used: Option<BTreeSet<u64>>,
}

/// The version that a function should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One that has to be published, with this description.
    New(Mark),
    /// One that exists and is not in use yet.
    Existing(u64),
    /// The one that the function has.
    Current(u64),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The version that the function should have.
    pub target: Target,
    /// The versions that are deleted afterwards, in ascending order.
    pub delete: Vec<u64>,
}

impl Existing {
    fn mark(&self, version: u64) -> Option<&Mark> {
        self.versions.iter().find(|(it, _)| *it == version)?.1.as_ref()
    }

    /// Returns what to do so that a function has these rules, and at most `keep` published versions
    /// stay. More do if they are needed: for a rollback, or by another function.
    pub fn plan(&self, rules: &str, code: u64, keep: usize) -> Plan {
        let wanted = Mark { rules: rules.to_owned(), code, after: self.current };
        let has_rules =
            |version: u64| self.mark(version).is_some_and(|mark| mark.has_same_rules(&wanted));
        let target = match self.current {
            Some(current) if has_rules(current) => Target::Current(current),
            // Left by a run that failed: published after the same version. A rollback from any other
            // would not lead back to the current one.
            _ => {
                let left = self.versions.iter().filter(|(_, mark)| mark.as_ref() == Some(&wanted));
                match left.map(|(version, _)| *version).max() {
                    Some(version) => Target::Existing(version),
                    None => Target::New(wanted),
                }
            }
        };
        let delete = self.superfluous(&target, keep);
        Plan { target, delete }
    }

    /// Returns the versions that are not needed any more.
    fn superfluous(&self, target: &Target, keep: usize) -> Vec<u64> {
        let Some(used) = &self.used else { return Vec::new() };
        let (version, is_new) = match target {
            Target::New(_) => (None, true),
            Target::Existing(version) | Target::Current(version) => (Some(*version), false),
        };
        let before = version.and_then(|version| self.mark(version)).and_then(|mark| mark.after);
        // Other functions may be rolled back as well.
        let others = used.iter().filter(|&&version| Some(version) != self.current);
        let before_used = others.filter_map(|&version| self.mark(version)?.after);
        let mut needed: Vec<u64> = before_used.collect();
        needed.extend([version, before, self.current].into_iter().flatten());
        let published = self.versions.iter().filter(|(_, mark)| mark.is_some());
        let mut published: Vec<u64> = published.map(|(version, _)| *version).collect();
        published.sort_unstable();
        let stay = keep.saturating_sub(is_new.into());
        published.truncate(published.len().saturating_sub(stay));
        published.retain(|it| !needed.contains(it) && !used.contains(it));
        published
    }

    /// Returns the version that was in use before the current one: the one that its description
    /// names, or the next lower one. `None` if there is none.
    pub fn before(&self) -> Option<u64> {
        let current = self.current?;
        let all = || self.versions.iter().map(|(version, _)| *version);
        let named = self.mark(current).and_then(|mark| mark.after);
        let named = named.filter(|named| all().any(|version| version == *named));
        named.or_else(|| all().filter(|&version| version < current).max())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbb";

    fn mark(rules: &str, after: Option<u64>) -> Option<Mark> {
        Some(Mark { rules: rules.to_owned(), code: 1, after })
    }

    fn existing(current: Option<u64>, versions: &[(u64, Option<Mark>)]) -> Existing {
        let used = Some(current.into_iter().collect());
        Existing { current, versions: versions.to_vec(), used }
    }

    #[test]
    fn descriptions_are_read_as_they_were_written() {
        for (rules, code, after) in [(A, 0, None), (B, u64::MAX, Some(7))] {
            let mark = Mark { rules: rules.to_owned(), code, after };
            assert_eq!(Mark::parse(&mark.to_string()), Some(mark));
        }
        let valid = mark(A, Some(7)).expect("a mark").to_string();
        assert!(Mark::parse(&valid).is_some());
        for text in [
            String::new(),
            "Rules of the IVS Chat review function".to_owned(),
            valid[1..].to_owned(),
            valid.replace("aaaa", "aaa"),
            valid.replace("after 7", "after seven"),
            valid.replace("code", "version"),
            valid.clone() + ", more",
            format!("{PREFIX}rules {A}"),
        ] {
            assert_eq!(Mark::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn arns_are_split() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:layer:chat-rules:7";
        let (layer, version) = split_arn(arn).expect("an ARN");
        assert_eq!(version, 7);
        assert!(is_layer(layer, "chat-rules") && is_layer(layer, layer));
        assert!(!is_layer(layer, "rules") && !is_layer(layer, "layer:chat-rules"));
        assert_eq!(split_arn("arn:aws:lambda:eu-west-1:123456789012:layer:chat-rules"), None);
    }

    #[test]
    fn rules_are_published_unless_a_newer_version_has_them() {
        let old = [(1, None), (2, mark(A, Some(1)))];
        for (current, versions, rules, expected) in [
            (None, &[][..], A, Target::New(Mark { rules: A.into(), code: 1, after: None })),
            (Some(1), &old[..1], A, Target::New(mark(A, Some(1)).expect("a mark"))),
            (Some(2), &old, A, Target::Current(2)),
            // A run that failed before the function was updated.
            (Some(1), &old, A, Target::Existing(2)),
            // Versions of another function.
            (None, &old, A, Target::New(mark(A, None).expect("a mark"))),
            (
                Some(3),
                &[(3, None), (5, mark(A, Some(4)))],
                A,
                Target::New(mark(A, Some(3)).expect("a mark")),
            ),
            (Some(2), &old, B, Target::New(mark(B, Some(2)).expect("a mark"))),
            // Rules that were in use before: a new version, so that a rollback leads to B.
            (
                Some(3),
                &[(2, mark(A, None)), (3, mark(B, Some(2)))],
                A,
                Target::New(mark(A, Some(3)).expect("a mark")),
            ),
        ] {
            let plan = existing(current, versions).plan(rules, 1, 5);
            assert_eq!(plan.target, expected, "{current:?} {versions:?}");
        }
        let other_code = existing(Some(2), &old).plan(A, 2, 5).target;
        assert!(matches!(other_code, Target::New(_)), "{other_code:?}");
    }

    #[test]
    fn old_versions_are_deleted_unless_they_are_needed() {
        let versions: Vec<_> =
            (1..=6).map(|n| (n, mark(A, (n > 1).then(|| n - 1)).filter(|_| n != 3))).collect();
        let mut known = existing(Some(6), &versions);
        for (keep, expected) in [
            (1, &[1, 2, 4, 5][..]),
            (2, &[1, 2, 4, 5]),
            (3, &[1, 2, 4]),
            (5, &[1]),
            (6, &[]),
            (100, &[]),
        ] {
            assert_eq!(known.plan(B, 1, keep).delete, expected, "keep {keep}");
        }
        // Version 5 is the one before, and 2 is in use elsewhere, after 1. Version 3 is not ours.
        known.used = Some([2, 6].into());
        assert_eq!(known.plan(A, 1, 1).delete, [4]);
        known.used = None;
        assert_eq!(known.plan(B, 1, 1).delete, [0; 0], "unknown what is in use");
    }

    #[test]
    fn a_rollback_leads_to_the_version_that_was_in_use() {
        let versions =
            [(1, None), (2, mark(A, Some(1))), (3, mark(B, Some(1))), (4, mark(A, Some(9)))];
        for (current, expected) in [
            (None, None),
            (Some(1), None),
            (Some(2), Some(1)),
            (Some(3), Some(1)),
            (Some(4), Some(3)),
        ] {
            assert_eq!(existing(current, &versions).before(), expected, "{current:?}");
        }
    }
}
