//! Reviews messages of Amazon IVS Chat with rules that moderators write.
//!
//! This library is used by two binaries: `handler`, the AWS Lambda function that is the message
//! review handler of a room, and `ivs-review`, the command line. It has no async code, opens no
//! connections and reads no clock. Only [`rules::load`] reads files.
//!
//! Data flows in one direction:
//!
//! ```text
//! once:      folder ──load──▶ Sources ──parse──▶ Rules ──compile──▶ Engine
//! a message: JSON ──▶ ReviewRequest ──fold──▶ Normalized ──find──▶ Matches ──decide──▶ Verdict
//!                 ──▶ ReviewResponse ──▶ JSON
//! ```
//!
//! [`explain`] records every step of a review, for debugging rules.
//!
//! # Example
//!
//! ```
//! use ivs_chat_review::engine::Engine;
//! use ivs_chat_review::ivs::ReviewRequest;
//! use ivs_chat_review::review::Reviewer;
//! use ivs_chat_review::rules;
//! use ivs_chat_review::source::{Source, Sources};
//!
//! let manifest = r#"
//!     version = 1
//!
//!     [[rule]]
//!     id = "insults"
//!     terms = ["muppet+"]
//!     action = "mask"
//! "#;
//! let mut sources = Sources::new("rules/");
//! sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
//!
//! let parsed = rules::parse(&sources);
//! assert!(parsed.diagnostics.is_empty());
//! let (engine, problems) = Engine::compile(parsed.rules);
//! assert!(problems.is_empty());
//!
//! let event = br#"{"Content": "You M\u00fcppets!"}"#;
//! let request = ReviewRequest::from_json(event)?;
//! let review = Reviewer::new(&engine).review(&request, jiff::civil::date(2026, 12, 31));
//! let response = review.into_response(&engine, request);
//! assert_eq!(response.to_json(), br#"{"ReviewResult":"ALLOW","Content":"You *******!"}"#);
//! # Ok::<(), ivs_chat_review::ivs::EventError>(())
//! ```
//!
//! # Guarantees
//!
//! For any bytes of an event or a rule file:
//!
//! - Nothing panics.
//! - Time and memory are linear in the size of an event, and bounded for a rule folder.
//! - A response is always valid by the contract of IVS Chat.
//! - A rewritten message is not changed when it is reviewed again. Tags apply to the original
//!   message.

// clippy.toml disallows the clock, the environment and printing. Unit tests may measure time.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod advice;
pub mod chat;
pub mod compare;
pub mod compiled;
pub mod diagnostic;
pub mod display;
pub mod encoding;
pub mod engine;
pub mod explain;
mod fnv;
pub mod format;
#[cfg(feature = "tables")]
pub mod handler_log;
#[cfg(feature = "tables")]
pub mod import;
pub mod ivs;
pub mod language;
pub mod limits;
pub mod links;
pub mod lint;
pub mod normalize;
pub mod pii;
pub mod policy;
pub mod provision;
pub mod recording;
pub mod review;
pub mod rules;
pub mod schema;
mod sorted_words;
pub mod source;
pub mod span;
pub mod stats;
pub mod suggest;
#[cfg(feature = "tables")]
pub mod table;
#[cfg(feature = "tables")]
pub mod trial;
