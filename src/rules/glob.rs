//! Room patterns: [`Glob`].

use serde::{Deserialize, Serialize};

/// A room pattern: an ARN or room id in which `*` matches any sequence of characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glob(String);

impl Glob {
    /// Creates a pattern.
    pub(crate) fn new(text: String) -> Glob {
        Glob(text)
    }

    /// Returns the pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the pattern matches the room with this ARN.
    ///
    /// A pattern without `:` is compared with the last segment of the ARN, the room id.
    pub fn matches(&self, arn: &str) -> bool {
        let is_arn = self.0.contains(':');
        self.matches_whole(if is_arn { arn } else { arn.rsplit('/').next().unwrap_or(arn) })
    }

    /// Whether the pattern matches the whole text.
    ///
    /// Linear: taking the first occurrence of each part is always right, so there is no
    /// backtracking.
    fn matches_whole(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
            return false;
        };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_sequence_and_the_whole_text_must_match() {
        for (glob, text, expected) in [
            ("abc", "abc", true),
            ("abc", "Abc", false),
            ("abc", "abcd", false),
            ("abc", "", false),
            ("", "", true),
            ("*", "", true),
            ("*", "x", true),
            ("**", "x", true),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*a", "ba", true),
            ("*a", "ab", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*ab*ab*", "abab", true),
            ("*ab*ab*", "abb", false),
            ("é*ü", "é→ü", true),
        ] {
            assert_eq!(Glob::new(glob.into()).matches_whole(text), expected, "{glob} {text}");
        }
    }

    #[test]
    fn a_glob_without_a_colon_is_compared_with_the_last_segment() {
        let arn = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEf123456";
        for (glob, expected) in [
            ("AbCdEf123456", true),
            ("AbC*", true),
            ("abcdef123456", false),
            ("room/AbCdEf123456", false),
            (arn, true),
            ("arn:aws:ivschat:*:room/*", true),
            ("arn:aws:ivschat:eu-west-1:*", false),
            ("*:AbCdEf123456", false),
        ] {
            assert_eq!(Glob::new(glob.into()).matches(arn), expected, "{glob}");
        }
        assert!(Glob::new("AbC".into()).matches("AbC"), "a room id without an ARN also matches");
    }

    #[test]
    fn many_stars_do_not_backtrack() {
        let glob = Glob::new("*a".repeat(5_000) + "b");
        assert!(!glob.matches_whole(&"a".repeat(100_000)));
    }
}
