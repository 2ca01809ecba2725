//! The error of an invalid argument: [`InvalidArgument`].

use std::fmt;

/// What is wrong with an argument and what is accepted, in one sentence. It never contains values
/// that may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidArgument(String);

impl InvalidArgument {
    pub(super) fn new(message: impl Into<String>) -> InvalidArgument {
        InvalidArgument(message.into())
    }
}

impl fmt::Display for InvalidArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidArgument {}
