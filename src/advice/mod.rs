//! Advice on mistakes in rule files in plain words: [`advise`].
//!
//! The parser of TOML reports what it expected at some position, which only helps those who know
//! TOML. The text around that position usually shows what its author meant. Advice takes the
//! diagnostics of a folder and replaces messages, positions and help where it knows better. It only
//! concerns what is shown: the rules are those without advice, and the handler does not link it.

mod format;
mod garbled;
mod keys;
mod lines;
mod paths;
mod patterns;
mod statement;
mod syntax;
mod types;
mod values;

use std::cell::LazyCell;

use toml::de::DeTable;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::rules::{MANIFEST, readable};
use crate::source::{BYTE_ORDER_MARK, SourceId, Sources};
use crate::span::Span;

/// Explains errors in list lines, and in the syntax and the values of `rules.toml`, and reports
/// garbled text in all files.
pub fn advise(sources: &Sources, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.extend(garbled::find(sources));
    let Some(source) = sources.find(MANIFEST) else { return diagnostics };
    let Ok(bytes) = &sources.get(source).content else { return diagnostics };
    let (text, _) = readable(bytes);
    let is_here = |it: &Diagnostic| it.location.is_some_and(|at| at.source == source);
    let has_syntax_errors = diagnostics.iter().any(|it| it.code == Code::TomlSyntax && is_here(it));
    if has_syntax_errors && let Some(format) = format::recognize(&text) {
        // All others follow from this one.
        diagnostics.retain(|it| {
            it.code == Code::InvalidUtf8 || !is_here(it) && it.code != Code::UnusedList
        });
        let start = Location { source, span: Span::new(0, 0) };
        diagnostics.push(
            Diagnostic::new(Code::TomlSyntax, start, format.message)
                .help(format.help)
                .paste(format.paste),
        );
        return diagnostics;
    }
    // Read once for all diagnostics, and only if one needs them.
    let table = LazyCell::new(|| DeTable::parse_recoverable(&text).0);
    let named = LazyCell::new(|| paths::NamedLists::read(table.get_ref()));
    let patterns = LazyCell::new(|| patterns::all(table.get_ref()));
    let mut explained: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for mut diagnostic in diagnostics {
        if let Some(location) = diagnostic.location {
            line(sources, location, source, &mut diagnostic);
            if diagnostic.code == Code::UnusedList {
                paths::unused(sources, location.source, &mut diagnostic);
            }
        }
        if let Some(location) = diagnostic.location.filter(|at| at.source == source) {
            match diagnostic.code {
                Code::TomlSyntax => syntax::explain(&text, location, &mut diagnostic),
                Code::InvalidType if diagnostic.help.is_none() => {
                    diagnostic.help = types::help(&text, location.span, &diagnostic.message);
                }
                Code::InvalidDate => types::explain_date(&text, location.span, &mut diagnostic),
                Code::MissingList => {
                    paths::missing(sources, &text, &named, location.span, &mut diagnostic);
                }
                Code::InvalidPath => paths::invalid(sources, &text, location.span, &mut diagnostic),
                Code::InvalidPattern => {
                    let pattern = patterns::at(&patterns, location.span).unwrap_or_default();
                    patterns::explain(pattern, &mut diagnostic);
                }
                Code::UnknownKey => {
                    let key = text.get(location.span.range()).unwrap_or_default();
                    keys::explain(key, &mut diagnostic);
                }
                Code::InvalidValue => {
                    let value = text.get(location.span.range()).unwrap_or_default();
                    values::explain(value, &mut diagnostic);
                }
                _ => {}
            }
        }
        // Two errors of the parser may have the same cause.
        if diagnostic.code != Code::TomlSyntax || !explained.contains(&diagnostic) {
            explained.push(diagnostic);
        }
    }
    explained
}

/// Explains an error of a list line, or of a string of `terms`.
fn line(sources: &Sources, location: Location, manifest: SourceId, diagnostic: &mut Diagnostic) {
    let Ok(bytes) = &sources.get(location.source).content else { return };
    let (start, end) = (location.span.start, location.span.end);
    if location.source == manifest {
        let raw = bytes.get(start..end).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let Some(term) = raw.and_then(toml_string) else { return };
        if diagnostic.code == Code::ControlCharacter && diagnostic.message.contains("U+000A") {
            diagnostic.help =
                Some("an entry has one line; write each word as a string of its own".to_owned());
            return;
        }
        if diagnostic.code == Code::ControlCharacter {
            diagnostic.help = Some(
                "in double quotes a backslash begins an escape such as `\\b`; \
                 write the word in single quotes"
                    .to_owned(),
            );
            return;
        }
        lines::explain(&term, diagnostic);
        for line in diagnostic.paste.iter_mut().filter(|line| !line.starts_with("patterns")) {
            *line = format!("'{line}',");
        }
        return;
    }
    let Some(before) = bytes.get(..start) else { return };
    let from = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let length = bytes[from..].iter().position(|&byte| byte == b'\n');
    let line = &bytes[from..length.map_or(bytes.len(), |length| from + length)];
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    if let Ok(line) = std::str::from_utf8(line) {
        lines::explain(line, diagnostic);
    }
}

/// The value of a TOML string.
fn toml_string(raw: &str) -> Option<String> {
    let toml = format!("value = {raw}");
    let table = DeTable::parse(&toml).ok()?;
    table.get_ref().get("value")?.get_ref().as_str().map(str::to_owned)
}
