//! The `with` of a `replace` rule: literal text and, for patterns, groups such as `$1` and
//! `${name}`.

use serde::{Deserialize, Serialize};

/// The text that replaces a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a replacement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// Literal text.
    Literal(String),
    /// The match of the group with this index; 0 is the whole match.
    Group(usize),
    /// The match of the group with this name.
    Named(String),
}

impl Replacement {
    /// Creates a replacement without groups, in which `$` has no special meaning.
    pub fn literal(text: &str) -> Replacement {
        Replacement { pieces: vec![Piece::Literal(text.to_owned())] }
    }

    /// Parses a replacement with groups: `$1`, `${1}`, `${name}`, and `$$` for a dollar sign.
    ///
    /// # Errors
    /// The byte offset of the first invalid `$`.
    pub fn parse(text: &str) -> Result<Replacement, usize> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            literal.push_str(&rest[..at]);
            let dollar = text.len() - rest.len() + at;
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                literal.push('$');
                rest = after;
                continue;
            }
            let (name, after) = match rest.strip_prefix('{') {
                Some(braced) => braced.split_once('}').ok_or(dollar)?,
                None => {
                    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                    rest.split_at(digits)
                }
            };
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(group(name).ok_or(dollar)?);
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Replacement { pieces })
    }

    /// Whether any piece is a group.
    pub fn has_groups(&self) -> bool {
        self.pieces.iter().any(|piece| !matches!(piece, Piece::Literal(_)))
    }

    /// Returns the literal pieces.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(text) => Some(text.as_str()),
            Piece::Group(_) | Piece::Named(_) => None,
        })
    }
}

fn group(name: &str) -> Option<Piece> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        return name.parse().ok().map(Piece::Group);
    }
    let word = |c: char| c.is_alphanumeric() || c == '_';
    name.chars().all(word).then(|| Piece::Named(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_name_groups_or_are_doubled() {
        let pieces = |text| Replacement::parse(text).map(|replacement| replacement.pieces);
        let literal = |text: &str| Piece::Literal(text.to_owned());
        assert_eq!(pieces("plain"), Ok(vec![literal("plain")]));
        assert_eq!(pieces(""), Ok(vec![literal("")]));
        assert_eq!(pieces("a$$b"), Ok(vec![literal("a$b")]));
        assert_eq!(pieces("<$1>"), Ok(vec![literal("<"), Piece::Group(1), literal(">")]));
        assert_eq!(pieces("${12}${né}"), Ok(vec![Piece::Group(12), Piece::Named("né".into())]));
        for (bad, at) in [("x $", 2), ("$x", 0), ("${", 0), ("${}", 0), ("${a b}", 0)] {
            assert_eq!(pieces(bad), Err(at), "{bad}");
        }
        assert_eq!(pieces("$99999999999999999999"), Err(0));
    }
}
