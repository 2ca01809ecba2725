//! Any bytes as a rule folder.

use ivs_chat_review::diagnostic::{Diagnostic, Location, format_location};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::lint::check;
use ivs_chat_review::rules;
use ivs_chat_review::source::Sources;

use super::case::Case;

/// Problems that one file may have before the rest of them is only counted, and that one.
const MOST_OF_A_FILE: usize = 1_001;

/// Reads, compiles and checks a rule folder. Every problem lies in a file and can be placed.
pub fn rule_files(bytes: &[u8]) {
    let sources = Case::new(bytes).sources();
    let problems = problems(&sources);
    for problem in &problems {
        is_sound(problem, &sources);
    }
    assert!(problems == self::problems(&sources), "other problems the second time");
}

/// All that parser, compiler and check tell.
fn problems(sources: &Sources) -> Vec<Diagnostic> {
    let parsed = rules::parse(sources);
    let mut problems = parsed.diagnostics;
    let files = sources.paths().count();
    assert!(problems.len() <= files * MOST_OF_A_FILE, "{} problems", problems.len());
    let (engine, found) = Engine::compile(parsed.rules);
    problems.extend(found);
    problems.extend(check(&engine, sources));
    problems
}

/// What holds of every problem.
fn is_sound(problem: &Diagnostic, sources: &Sources) {
    let Diagnostic { message, location, related, help, .. } = problem;
    let texts = [Some(message), help.as_ref(), related.as_ref().map(|(_, what)| what)];
    for text in texts.into_iter().flatten() {
        assert!(!text.is_empty() && !text.contains(char::is_control), "{problem:?}");
    }
    assert!(problem.format_location(sources).starts_with("rules"), "{problem:?}");
    for &location in location.iter().chain(related.iter().map(|(location, _)| location)) {
        lies_in_its_file(location, sources, problem);
    }
}

fn lies_in_its_file(location: Location, sources: &Sources, problem: &Diagnostic) {
    let Location { source, span } = location;
    assert!(format_location(sources, location).starts_with("rules/"), "{problem:?}");
    let Ok(bytes) = &sources.get(source).content else {
        // Of a file that could not be read there is only its beginning.
        return assert_eq!((span.start, span.end), (0, 0), "{problem:?}");
    };
    let length = bytes.len();
    assert!(
        span.start <= span.end && span.end <= length,
        "{problem:?} in a file of {length} bytes"
    );
    if let Ok(text) = std::str::from_utf8(bytes) {
        let on_characters = text.is_char_boundary(span.start) && text.is_char_boundary(span.end);
        assert!(on_characters, "{problem:?} cuts a character in half");
    }
    let position = sources.position(source, span.start);
    let before = &bytes[..span.start.min(length)];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    assert_eq!(position.line, line, "{problem:?}");
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    assert!((1..=before.len() - start + 1).contains(&position.column), "{problem:?}");
}
