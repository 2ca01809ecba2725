//! Paths of links: [`Path`], and patterns of them: [`PathPattern`].

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

/// The path of a link. Few patterns have one, so it is resolved on first use.
#[derive(Clone, Default)]
pub(super) struct Path<'t> {
    text: Cow<'t, str>,
    resolved: OnceCell<String>,
}

impl fmt::Debug for Path<'_> {
    // It is text of a message, which `Debug` must not show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Path").finish_non_exhaustive()
    }
}

impl<'t> Path<'t> {
    /// The part of a link after its host and port. Slashes may be words.
    pub(super) fn new(text: impl Into<Cow<'t, str>>) -> Path<'t> {
        Path { text: text.into(), resolved: OnceCell::new() }
    }

    /// Returns the path as a server resolves it: decoded, in lower case, without the query and with
    /// single slashes.
    ///
    /// **Example.** `//Invite/./%61bc/?x=1#y` is `invite/abc`.
    pub(super) fn resolved(&self) -> &str {
        self.resolved.get_or_init(|| resolve(&self.text))
    }
}

fn resolve(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let mut path = String::new();
    if text.is_empty() {
        return path;
    }
    let is_slash = |c: char| c == '/' || c == '\\' || c.is_whitespace();
    let is_spelled_out = text.starts_with(char::is_whitespace);
    for segment in decode(text).split(is_slash) {
        match segment {
            "" | "." => {}
            ".." => path.truncate(path.rfind('/').unwrap_or(0)),
            _ if is_spelled_out && segment == "slash" => {}
            _ => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(segment);
            }
        }
    }
    path
}

/// Decodes percent-encoded characters, and writes all in lower case.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        match (*first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).to_lowercase()
}

/// A pattern of paths: segments, of which `*` is any one, and at the end one or more.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct PathPattern(String);

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PathPattern {
    /// Parses the part of a pattern after the slash that follows its host.
    ///
    /// # Errors
    /// Returns a line of help if it is not valid.
    pub(super) fn parse(text: &str) -> Result<PathPattern, &'static str> {
        if text.is_empty() {
            return Err(
                "write example.com for all its links, or example.com/* for those with a path",
            );
        }
        if text.split('/').any(|segment| segment.contains('*') && segment != "*") {
            return Err("`*` is a whole segment of a path, such as example.com/invite/*");
        }
        if text.contains(char::is_whitespace) {
            return Err("a path has no spaces");
        }
        Ok(PathPattern(resolve(text)))
    }

    /// Returns a path that it matches.
    pub(super) fn example(&self) -> Path<'static> {
        // A segment that hardly any other pattern names.
        Path::new(self.0.replace('*', "0-any-0"))
    }

    pub(super) fn matches(&self, path: &Path<'_>) -> bool {
        let mut segments = path.resolved().split('/').filter(|segment| !segment.is_empty());
        let mut patterns = self.0.split('/').peekable();
        while let Some(pattern) = patterns.next() {
            let Some(segment) = segments.next() else { return false };
            if pattern == "*" && patterns.peek().is_none() {
                return true;
            }
            if pattern != "*" && pattern != segment {
                return false;
            }
        }
        segments.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved() {
        for (text, read) in [
            ("", ""),
            ("/", ""),
            ("/abc", "abc"),
            ("//Invite/./%61bc/?x=1#y", "invite/abc"),
            ("\\invite\\abc", "invite/abc"),
            ("/a/b/../../c/../d", "d"),
            ("/%2e%2e/a%2fb", "a/b"),
            (" slash abc slash def", "abc/def"),
            ("/%", "%"),
            ("/%E4%BD%A0/%ff", "你/\u{FFFD}"),
            ("?a=/b", ""),
        ] {
            assert_eq!(Path::new(text).resolved(), read, "{text}");
        }
    }

    #[test]
    fn patterns_match_whole_paths() {
        for (pattern, path, matches) in [
            ("*", "/abc", true),
            ("*", "/abc/def", true),
            ("*", "/", false),
            ("*", "", false),
            ("invite/*", "/invite/abc", true),
            ("invite/*", "/INVITE//abc/def", true),
            ("invite/*", "/invite/", false),
            ("invite/*", "/blog", false),
            ("invite", "/invite/", true),
            ("invite", "/invite/abc", false),
            ("*/clip/*", "/robin/clip/abc", true),
            ("*/clip/*", "/clip/abc", false),
            ("ok/*", "/ok/../evil", false),
        ] {
            let pattern = PathPattern::parse(pattern).expect("a valid pattern");
            assert_eq!(pattern.matches(&Path::new(path)), matches, "{pattern} and {path}");
            assert!(pattern.matches(&pattern.example()));
        }
    }

    #[test]
    fn invalid_patterns_are_refused() {
        for text in ["", "a*", "*a/b", "a b"] {
            assert!(PathPattern::parse(text).is_err(), "{text}");
        }
    }
}
