//! The error for events that cannot be reviewed: [`EventError`].

use std::fmt;

/// Why an event cannot be reviewed. Contains the path and the kind of fault but no text of the
/// event, so it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventError {
    /// A path into the event: `$` for the event itself, else `$.Field`.
    path: &'static str,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NotJson,
    TrailingText,
    NotAnObject(&'static str),
    Missing,
    NotAString(&'static str),
    InvalidString,
    DuplicateContent,
}

impl EventError {
    pub(super) fn of_event(fault: Fault) -> EventError {
        EventError { path: "$", fault }
    }

    pub(super) fn of_content(fault: Fault) -> EventError {
        EventError { path: "$.Content", fault }
    }

    /// The path of the fault: `$` for the event itself, else `$.Field`.
    pub fn path(&self) -> &'static str {
        self.path
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        match self.fault {
            Fault::NotJson => f.write_str("invalid JSON or UTF-8"),
            Fault::TrailingText => f.write_str("text after the JSON value"),
            Fault::NotAnObject(found) => write!(f, "expected an object, found {found}"),
            Fault::Missing => f.write_str("missing"),
            Fault::NotAString(found) => write!(f, "expected a string, found {found}"),
            Fault::InvalidString => f.write_str("unpaired surrogate in string"),
            Fault::DuplicateContent => f.write_str("duplicate field"),
        }
    }
}

impl std::error::Error for EventError {}
