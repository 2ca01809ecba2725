//! Parses and checks any bytes as a rule folder.

use ivs_chat_review::diagnostic::{Diagnostic, Location, format_location};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::lint::check;
use ivs_chat_review::rules;
use ivs_chat_review::source::Sources;

use super::case::Case;

/// The maximum number of diagnostics per file, with the one that counts those not shown.
const MAX_PER_FILE: usize = 1_001;

/// Parses, compiles and checks a rule folder. Checks that each diagnostic has a valid location, and
/// that the diagnostics are deterministic.
pub fn rule_files(bytes: &[u8]) {
    let sources = Case::new(bytes).sources();
    let diagnostics = diagnostics(&sources);
    for diagnostic in &diagnostics {
        check_diagnostic(diagnostic, &sources);
    }
    assert!(diagnostics == self::diagnostics(&sources), "the second diagnostics differ");
}

/// Returns the diagnostics of the parser, the compiler and the lints.
fn diagnostics(sources: &Sources) -> Vec<Diagnostic> {
    let parsed = rules::parse(sources);
    let mut diagnostics = parsed.diagnostics;
    let files = sources.paths().count();
    assert!(diagnostics.len() <= files * MAX_PER_FILE, "{} diagnostics", diagnostics.len());
    let (engine, found) = Engine::compile(parsed.rules);
    diagnostics.extend(found);
    diagnostics.extend(check(&engine, sources));
    diagnostics
}

/// Checks the texts and locations of a diagnostic.
fn check_diagnostic(diagnostic: &Diagnostic, sources: &Sources) {
    let Diagnostic { message, location, related, help, .. } = diagnostic;
    let texts = [Some(message), help.as_ref(), related.as_ref().map(|(_, what)| what)];
    for text in texts.into_iter().flatten() {
        assert!(!text.is_empty() && !text.contains(char::is_control), "{diagnostic:?}");
    }
    assert!(diagnostic.format_location(sources).starts_with("rules"), "{diagnostic:?}");
    for &location in location.iter().chain(related.iter().map(|(location, _)| location)) {
        check_location(location, sources, diagnostic);
    }
}

fn check_location(location: Location, sources: &Sources, diagnostic: &Diagnostic) {
    let Location { source, span } = location;
    assert!(format_location(sources, location).starts_with("rules/"), "{diagnostic:?}");
    let Ok(bytes) = &sources.get(source).content else {
        // Diagnostics of an unreadable file are at its start.
        return assert_eq!((span.start, span.end), (0, 0), "{diagnostic:?}");
    };
    let length = bytes.len();
    assert!(
        span.start <= span.end && span.end <= length,
        "{diagnostic:?} in a file of {length} bytes"
    );
    if let Ok(text) = std::str::from_utf8(bytes) {
        let on_characters = text.is_char_boundary(span.start) && text.is_char_boundary(span.end);
        assert!(on_characters, "{diagnostic:?} is not at a character boundary");
    }
    let position = sources.position(source, span.start);
    let before = &bytes[..span.start.min(length)];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    assert_eq!(position.line, line, "{diagnostic:?}");
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    assert!((1..=before.len() - start + 1).contains(&position.column), "{diagnostic:?}");
}
