//! JSON output: a diagnostic as one object on a line.

use ivs_chat_review::diagnostic::{Diagnostic, Location};
use ivs_chat_review::source::Sources;
use serde::Serialize;

use crate::terminal::json_line;

#[derive(Serialize)]
struct Object<'d> {
    severity: String,
    code: &'static str,
    #[serde(flatten)]
    location: Option<Range>,
    message: &'d str,
    help: Option<&'d str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    paste: &'d [String],
    related: Option<Related<'d>>,
}

#[derive(Serialize)]
struct Range {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Related<'d> {
    #[serde(flatten)]
    location: Range,
    message: &'d str,
}

/// Returns the object without a line break at the end.
pub(crate) fn line(sources: &Sources, diagnostic: &Diagnostic) -> serde_json::Result<String> {
    let range = |location: Location| {
        let start = sources.position(location.source, location.span.start);
        let end = sources.position(location.source, location.span.end);
        Range {
            file: sources.name(location.source),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    };
    json_line(&Object {
        severity: diagnostic.code.severity().to_string(),
        code: diagnostic.code.as_str(),
        location: diagnostic.location.map(range),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        paste: &diagnostic.paste,
        related: diagnostic
            .related
            .as_ref()
            .map(|(location, label)| Related { location: range(*location), message: label }),
    })
}
