//! Advice on mistakes in `rules.toml` in plain words: [`advise`].
//!
//! The parser of TOML reports what it expected at some position, which only helps those who know
//! TOML. The text around that position usually shows what its author meant. Advice takes the
//! diagnostics of a folder and replaces messages, positions and help where it knows better. It only
//! concerns what is shown: the rules are those without advice, and the handler does not link it.

mod actions;
mod format;
mod garbled;
mod statement;
mod syntax;
mod types;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::rules::{MANIFEST, readable};
use crate::source::Sources;
use crate::span::Span;

/// Explains errors in the syntax and in the values of `rules.toml`, and reports garbled text in all
/// files.
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
    let mut explained: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for mut diagnostic in diagnostics {
        if let Some(location) = diagnostic.location.filter(|at| at.source == source) {
            match diagnostic.code {
                Code::TomlSyntax => syntax::explain(&text, location, &mut diagnostic),
                Code::InvalidType if diagnostic.help.is_none() => {
                    diagnostic.help = types::help(&text, location.span, &diagnostic.message);
                }
                Code::InvalidValue if diagnostic.help.is_none() => {
                    diagnostic.help = actions::help(&text, location.span, &diagnostic.message);
                }
                _ => {}
            }
        }
        // Two errors of the parser may have the same cause.
        if !explained.iter().any(|it| it == &diagnostic) {
            explained.push(diagnostic);
        }
    }
    explained
}
