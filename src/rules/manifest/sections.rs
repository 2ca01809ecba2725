//! Splits `rules.toml` at the headers of its tables, so that an error in the syntax only affects one
//! table: [`split`].
//!
//! A parser of TOML cannot know where an unclosed bracket or quote was meant to end, and reads the
//! rules after it as a part of the value. People write headers on lines of their own, so these lines
//! are the places where a section certainly begins. Only files that are not valid TOML are split: in
//! a string over several lines, such a line may be text.
//!
//! **Example.**
//!
//! ```toml
//! version = 1             # first section, without a name
//! [[rule]]                # `rule`
//! lists = ["lists/a.txt"
//! action = "mask"
//! [rule.samples]          # belongs to the rule
//! caught = ["a"]
//! [[rule]]                # `rule`: not affected by the missing bracket
//! ```

use std::ops::Range;

/// A part of the file that begins with the header of a table, or the part before the first header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section<'t> {
    /// The first part of the name in the header; empty before the first header.
    pub(super) name: &'t str,
    pub(super) range: Range<usize>,
    /// The length of the header in bytes.
    pub(super) header_length: usize,
}

/// Splits a text into sections, which together are the whole text.
pub(super) fn split(text: &str) -> Vec<Section<'_>> {
    let mut sections = vec![Section { name: "", range: 0..0, header_length: 0 }];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(header) = Header::parse(line) {
            let last = &mut sections[..];
            let continues = header.is_inner && last.last().is_some_and(|it| it.name == header.name);
            if !continues {
                let header_length = line.trim_end().len();
                let range = start..start;
                sections.push(Section { name: header.name, range, header_length });
            }
        }
        start += line.len();
        if let Some(last) = sections.last_mut() {
            last.range.end = start;
        }
    }
    sections
}

struct Header<'l> {
    name: &'l str,
    /// Whether the name has further parts, as in `[rule.samples]`.
    is_inner: bool,
}

impl Header<'_> {
    /// Parses a line that is a header, perhaps with missing or superfluous brackets.
    fn parse(line: &str) -> Option<Header<'_>> {
        let inside = line.trim_start().strip_prefix('[')?;
        let inside = inside.trim_start_matches(['[', ' ', '\t']);
        let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let length = inside.find(|c| !is_bare(c)).unwrap_or(inside.len());
        let (name, after) = inside.split_at(length);
        let after = after.trim();
        let is_header = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && (after.is_empty() || after.starts_with([']', '.', '#']));
        is_header.then_some(Header { name, is_inner: after.starts_with('.') })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_begin_at_headers() {
        let text = "version = 1\n[settings]\na = 1\n[settings.rooms]\n[[rule]\nterms = [\n  [\"a\"],\n\
                    [ rule ] # x\n[rule.samples]\n[[ exempt ]]\n";
        let sections = split(text);
        let names: Vec<&str> = sections.iter().map(|it| it.name).collect();
        assert_eq!(names, ["", "settings", "rule", "rule", "exempt"]);
        let whole: String = sections.iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(whole, text);
        let header = |it: &Section<'_>| text[it.range.clone()][..it.header_length].to_owned();
        assert_eq!(header(&sections[2]), "[[rule]");
        assert_eq!(header(&sections[3]), "[ rule ] # x");
    }

    #[test]
    fn values_are_not_headers() {
        for line in ["[\"a\"]", "[1, 2]", "['a']", "]", "", "[]", "[[1]]", "[a b]", "terms = [a]"] {
            assert!(Header::parse(line).is_none(), "{line}");
        }
    }
}
