//! Embeds the engine in a program of your own: rules from memory, matches without a verdict.
//!
//! ```sh
//! cargo run --no-default-features --example custom_engine
//! ```
//!
//! Nothing here is about IVS Chat. [`Sources`] takes rule files from anywhere (a database, an object
//! store, `include_str!`), and [`Engine::find`] returns where the rules match; what to do with a match
//! is up to you. An [`Engine`] is immutable, so all threads can share one; each thread keeps a
//! [`Scratch`] of its own.

#![expect(clippy::print_stdout, reason = "an example prints its results")]

use std::error::Error;
use std::thread;

use ivs_chat_review::diagnostic;
use ivs_chat_review::engine::{Cause, Engine, Scratch};
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::date;

/// The file that names everything else; it is called `rules.toml` in every set of rules.
const MANIFEST: &str = r#"
version = 1

[[rule]]
id = "insults"
lists = ["insults.txt"]
action = "mask"

[[rule]]
id = "contact"
detect = ["email"]
patterns = ['(?i)\bcall me at\b']
action = "deny"
"#;

/// `+` also matches inflections, `!` is an exception.
const INSULTS: &str = "muppet+\n! the muppet show\n";

const MESSAGES: [&str; 4] = [
    "You m-ü-p-p-e-t, call me at home",
    "tonight: The Muppet Show",
    "mupp\u{435}ts write to anna@example.com",
    "good evening",
];

fn main() -> Result<(), Box<dyn Error>> {
    // The prefix of file names in diagnostics.
    let mut sources = Sources::new("memory:");
    for (path, content) in [("rules.toml", MANIFEST), ("insults.txt", INSULTS)] {
        sources.push(Source { path: path.to_owned(), content: Ok(content.into()) });
    }

    // Both steps report every problem and leave out what is invalid. This program accepts no errors.
    let parsed = rules::parse(&sources);
    let (engine, invalid) = Engine::compile(parsed.rules);
    let mut problems = parsed.diagnostics;
    problems.extend(invalid);
    // Patterns are otherwise compiled when a message first needs them.
    problems.extend(engine.compile_patterns());
    if let Some(error) = problems.iter().find(|problem| problem.is_error()) {
        return Err(format!("{}: {}", error.format_location(&sources), error.message).into());
    }

    let lines = thread::scope(|scope| {
        let halves = MESSAGES.chunks(2).map(|half| {
            let (engine, sources) = (&engine, &sources);
            scope.spawn(move || {
                // Its buffers are reused from message to message.
                let mut scratch = Scratch::default();
                half.iter()
                    .map(|message| describe(engine, sources, message, &mut scratch))
                    .collect::<String>()
            })
        });
        let started: Vec<_> = halves.collect();
        started.into_iter().map(|half| half.join().expect("no panic")).collect::<Vec<_>>()
    });
    print!("{}", lines.concat());
    Ok(())
}

/// The matches in a message, one per line.
fn describe(engine: &Engine, sources: &Sources, message: &str, scratch: &mut Scratch) -> String {
    let rules = engine.rules();
    let mut text = format!("{message}\n");
    for found in engine.find(message, Some(date(2026, 12, 31)), scratch) {
        // Spans are in bytes of the original message, on grapheme boundaries.
        let matched = &message[found.span.range()];
        let kind = match found.cause {
            Cause::Entry(..) => "list entry",
            Cause::Pattern(_) => "pattern",
            Cause::Link => "link",
            Cause::Limit(_) => "limit",
            Cause::Detected(_) => "personal data",
        };
        let place = diagnostic::format_location(sources, found.location(rules));
        let rule = &rules.rule(found.rule).id;
        text +=
            &format!("  {:?} `{matched}`: {kind} of rule {rule}, {place}\n", found.span.range());
    }
    // A search stops at its budget of steps. Decide what that means for you; here it is only reported.
    if scratch.is_cut() {
        text += "  search cut: not all readings of the message were tried\n";
    }
    text
}
