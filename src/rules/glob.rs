//! Rooms by pattern: [`Glob`].

/// A room or many: an ARN, or its last segment, with `*` for any run of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// The glob of that text.
    pub(super) fn new(text: String) -> Glob {
        Glob(text)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names the room of that ARN. Without a `:` it is compared with the ARN's last
    /// segment, the room's id.
    pub fn matches(&self, arn: &str) -> bool {
        let whole = self.0.contains(':');
        self.matches_whole(if whole { arn } else { arn.rsplit('/').next().unwrap_or(arn) })
    }

    /// Whether it matches the whole of a text. The first place for each part is as good as any
    /// other, so that nothing is tried twice.
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
    fn stars_are_any_run_and_the_whole_text_counts() {
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
        assert!(Glob::new("AbC".into()).matches("AbC"), "an id by itself is a room too");
    }

    #[test]
    fn many_stars_take_no_longer_than_few() {
        let glob = Glob::new("*a".repeat(5_000) + "b");
        assert!(!glob.matches_whole(&"a".repeat(100_000)));
    }
}
