//! Why an argument is refused: [`InvalidArgument`].

use std::fmt;

/// What is wrong with an argument, and what is taken instead, as a sentence. A value that may be a
/// user's is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidArgument(String);

impl InvalidArgument {
    pub(super) fn new(problem: impl Into<String>) -> InvalidArgument {
        InvalidArgument(problem.into())
    }
}

impl fmt::Display for InvalidArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidArgument {}
