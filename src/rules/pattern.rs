//! A regular expression as it is written in a rule.

use regex_syntax::Error;
use regex_syntax::hir::Hir;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::span::Span;

/// A regular expression in the syntax of the `regex` crate, case-insensitive unless it says
/// `(?-i)`.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The expression as written.
    pub text: String,
    /// Where it stands; if it is written without escapes, exactly the expression.
    pub location: Location,
}

impl Pattern {
    /// Its structure, read as case-sensitive.
    ///
    /// # Errors
    /// What is wrong with its syntax, at the place inside the expression.
    pub fn parse(&self) -> Result<Hir, Box<Diagnostic>> {
        let error = match regex_syntax::Parser::new().parse(&self.text) {
            Ok(hir) => return Ok(hir),
            Err(error) => error,
        };
        let (what, fault) = match &error {
            Error::Parse(error) => (error.kind().to_string(), Some(error.span())),
            Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
            _ => ("it cannot be read".to_owned(), None),
        };
        let Location { source, span: whole } = self.location;
        let exact = whole.end - whole.start == self.text.len();
        let span = fault.filter(|_| exact).map_or(whole, |fault| {
            Span::new(whole.start + fault.start.offset, whole.start + fault.end.offset)
        });
        let message = format!("this is no regular expression: {what}");
        let help = "to match a sign as such put a backslash before it; write patterns in '''...'''";
        let place = Location { source, span };
        Err(Box::new(Diagnostic::new(Code::BadPattern, place, message).help(help)))
    }

    /// Whether it can match without any character, and so would hit between all of them.
    pub fn matches_empty(&self) -> bool {
        self.parse().is_ok_and(|hir| hir.properties().minimum_len() == Some(0))
    }
}
