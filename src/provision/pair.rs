//! `NAME=VALUE`, as tags and attributes are written on a command line.

use std::borrow::Cow;

/// Splits `NAME=VALUE` at the first `=`; `None` if there is none. In the name, `\=` is an equals
/// sign and `\\` a backslash, so that every name can be written.
///
/// ```
/// use ivs_chat_review::provision::pair;
///
/// assert_eq!(pair::split(r"a\=b=c=d"), Some(("a=b".to_owned(), "c=d".to_owned())));
/// ```
pub fn split(text: &str) -> Option<(String, String)> {
    let mut name = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '=' => return Some((name, rest.as_str().to_owned())),
            '\\' if rest.as_str().starts_with(['=', '\\']) => name.extend(rest.next()),
            c => name.push(c),
        }
    }
    None
}

/// Returns `NAME=VALUE`, which [`split`] splits into the same name and value.
pub fn join(name: &str, value: &str) -> String {
    let is_special = |c: char| c == '=' || c == '\\';
    let name = match name.contains(is_special) {
        true => Cow::Owned(name.replace('\\', r"\\").replace('=', r"\=")),
        false => Cow::Borrowed(name),
    };
    format!("{name}={value}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_may_contain_escaped_characters() {
        for (text, expected) in [
            ("stage=prod", Some(("stage", "prod"))),
            ("stage=", Some(("stage", ""))),
            ("=prod", Some(("", "prod"))),
            ("a=b=c", Some(("a", "b=c"))),
            (r"a\=b=c\=d", Some(("a=b", r"c\=d"))),
            (r"a\\=b", Some((r"a\", "b"))),
            (r"C:\dir=x", Some((r"C:\dir", "x"))),
            (r"a\=b", None),
            ("stage", None),
            ("", None),
        ] {
            let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(split(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn pairs_round_trip(name in r"[a\\=]{0,6}|.{0,4}", value in r"[a\\=]{0,6}|.{0,4}") {
            prop_assert_eq!(split(&join(&name, &value)), Some((name, value)));
        }
    }
}
