//! What can only be seen from outside: one binary, a module for each side of it.

mod cli; // commands and their transcripts, those of the documentation among them
mod dependencies; // what the deployed binary links
mod diagnostics; // what is told of rule folders with mistakes
mod docs; // the examples and the links of the documentation
mod events; // events of any shape, beside a naive reader
mod explain; // each step from a message to its reply, and that it is the review's
mod folder; // what is read of a rule folder, and what is packaged
mod fuzz; // what the fuzz targets ask of any bytes
mod github; // workflows and issue forms, and whether what they name exists
mod links; // what is a link, however it is written, and what only looks so
mod matching; // what entries and patterns hit, row by row
mod obfuscation; // what people type to get past a word list, and what only looks so
mod policy; // what holds of replies for any rules with rooms, senders, fields and modes
mod properties; // what holds for any rules, messages and bytes
mod reference; // what the engine must find, worked out in the simplest way
mod review; // whole events and their replies
#[cfg(feature = "rooms")]
mod rooms; // the rooms commands against a double of the service
mod search_budget; // what is reported of a message whose search was cut
mod slow_events;
#[cfg(all(unix, feature = "lambda"))]
mod start; // the handler and a Runtime API that does not answer
#[path = "../storms/mod.rs"]
mod storms; // events that a review takes long for
mod stream; // the command line as a partner over pipes
mod template; // what the linters of template.yaml do not see
mod untrusted_text; // text from elsewhere, which no terminal and no workflow acts on // the verdicts on events that a review takes long for
