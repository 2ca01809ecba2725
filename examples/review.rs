//! Reviews messages with the rules of a folder and prints the verdict, the matches and the reply.
//!
//! ```sh
//! cargo run --no-default-features --example review -- rules "You müppet!" "hello there"
//! ```
//!
//! This is the whole path of a message through the library: load, parse and compile the rules once;
//! then read an event, review it and write the reply. `ivs-review review` does the same with more
//! options.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints its results")]

use std::error::Error;
use std::path::Path;

use ivs_chat_review::diagnostic;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use jiff::{Timestamp, tz::TimeZone};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "rules".to_owned());
    let mut messages: Vec<String> = arguments.collect();
    if messages.is_empty() {
        messages.push("You müppet!".to_owned());
    }

    // Once, at startup. Invalid rules are left out and reported; valid ones are still applied.
    let sources = rules::load(Path::new(&folder))?;
    let parsed = rules::parse(&sources);
    let (engine, invalid) = Engine::compile(parsed.rules);
    for problem in parsed.diagnostics.iter().chain(&invalid) {
        eprintln!("{}: {}", problem.format_location(&sources), problem.message);
    }

    // The library has no clock. The day decides which entries and rules are active (`@from`, `until`).
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let mut reviewer = Reviewer::new(&engine);

    for message in &messages {
        // The same shape as the event that IVS Chat sends; only `Content` is required.
        let event = serde_json::to_vec(&serde_json::json!({ "Content": message }))?;
        let request = ReviewRequest::from_json(&event)?;
        let review = reviewer.review(&request, today);

        println!("message  {message}");
        println!("verdict  {}", review.verdict.as_str());
        for found in review.matches() {
            let rule = &engine.rules().rule(found.rule).id;
            let place = diagnostic::format_location(&sources, found.location(engine.rules()));
            println!("match    {}  rule {rule}, {place}", &message[found.span.range()]);
        }
        let reply = review.into_response(&engine, request);
        println!("reply    {}\n", String::from_utf8(reply.to_json())?);
    }
    Ok(())
}
