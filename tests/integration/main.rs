//! Integration tests: one binary with one module per subject.

#[cfg(feature = "chat")]
mod chat; // the local IVS Chat
mod chat_page; // the files of the page of `chat`
mod cli; // transcripts of commands, including those of the documentation
mod compare; // comparisons of rule sets agree with their replies
mod compiled; // compiled rules, and changes of their text
mod dependencies; // crates that a binary must not link
mod diagnostics; // rules and diagnostics of invalid rule folders
mod docs; // examples and links of the documentation
mod events; // decoding of arbitrary events, compared with a naive decoder
mod explain; // explanations agree with reviews
mod fix; // `check --fix` and `check --watch`
mod fmt; // the layout of lists, and `fmt`
mod folder; // loading and packaging of rule folders
#[cfg(feature = "rooms")]
mod function; // `publish` and `doctor` with a fake of Lambda
mod fuzz; // bodies of the fuzz targets
mod github; // workflows and issue forms
mod import; // word lists of other systems
mod init; // `init` and its presets
#[cfg(unix)]
mod large_recordings; // the example for large recordings, with local folders
mod links; // detection of links, row by row
mod matching; // matches of entries and patterns, row by row
mod obfuscation; // obfuscated terms, and words that only look like them
mod policy; // properties of replies for generated rules with scopes
mod properties; // properties for generated rules, messages and bytes
mod recording; // recorded chat in every form
mod reference; // a naive reference matcher
mod review; // events and their replies
#[cfg(feature = "rooms")]
mod rooms; // the `rooms` commands with a fake of the service
mod schema; // the JSON Schema of rules.toml
mod search_budget; // output for messages whose search was cut
mod slow_events; // verdicts and search steps of slow events
#[cfg(all(unix, feature = "lambda"))]
mod start; // the handler with a fake Runtime API
mod stats; // statistics agree with an independent count
mod steps; // the search steps of messages
#[path = "../storms/mod.rs"]
mod storms; // events whose review is slow
mod stream; // `review --events` over pipes
mod style; // words that this project does not use
mod switches; // modes by category and room, and rollouts
mod template; // `template.yaml` beyond what linters check
mod untrusted_text; // untrusted text cannot control a terminal or a workflow
