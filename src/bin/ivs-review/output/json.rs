//! A problem for machines: one JSON object on a line.

use ivs_chat_review::diagnostic::{Diagnostic, Location};
use ivs_chat_review::source::Sources;
use serde::Serialize;

use crate::terminal::json_line;

#[derive(Serialize)]
struct Problem<'p> {
    severity: String,
    code: &'static str,
    #[serde(flatten)]
    place: Option<Place>,
    message: &'p str,
    help: Option<&'p str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    paste: &'p [String],
    related: Option<Related<'p>>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Related<'p> {
    #[serde(flatten)]
    place: Place,
    message: &'p str,
}

/// The line, without its end.
pub(crate) fn line(sources: &Sources, problem: &Diagnostic) -> serde_json::Result<String> {
    let place = |location: Location| {
        let start = sources.position(location.source, location.span.start);
        let end = sources.position(location.source, location.span.end);
        Place {
            file: sources.name(location.source),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    };
    json_line(&Problem {
        severity: problem.code.severity().to_string(),
        code: problem.code.as_str(),
        place: problem.location.map(place),
        message: &problem.message,
        help: problem.help.as_deref(),
        paste: &problem.paste,
        related: problem
            .related
            .as_ref()
            .map(|(location, what)| Related { place: place(*location), message: what }),
    })
}
