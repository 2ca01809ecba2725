//! `explain`: shows each step of a review, as text or JSON.

mod excerpt;
mod json;
mod text;
mod words;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use ivs_chat_review::diagnostic::{Location, format_location};
use ivs_chat_review::display::json_safe;
use ivs_chat_review::engine::{Cause, Match};
use ivs_chat_review::explain::{Explanation, Suppression, explain};
use ivs_chat_review::ivs::{Field, ReviewRequest};
use ivs_chat_review::language::Language;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{Rule, RuleId};
use jiff::civil::Date;
use serde::de::IgnoredAny;

use crate::Outcome;
use crate::cli::ExplainArgs;
use crate::input::{MAX_EVENT, attribute_name, read_message, request};
use crate::options::Format;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::shown_path;

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    let day = args.on.unwrap_or_else(today);
    let (json, message);
    let request = match (&args.event, args.text.as_deref()) {
        (Some(file), _) => {
            json = read_event(file)?;
            event(&json).with_context(|| format!("invalid event in `{}`", shown_path(file)))?
        }
        (None, text) => {
            let text = text.unwrap_or_default();
            message = if text == "-" { read_message()? } else { text.to_owned() };
            request(&args.message, &message)
        }
    };
    let explanation = explain(&mut Reviewer::new(&folder.engine), &request, day);
    let reply = explanation.review.clone().into_response(&folder.engine, request.clone());
    let view = ExplainView { folder: &folder, request: &request, day, explanation: &explanation };
    let reply = String::from_utf8(reply.to_json())?;
    match args.format {
        // Not through anstream: on a pipe it would also strip escape sequences of the message.
        Format::Json => json::write(&mut io::stdout().lock(), &view, reply)?,
        Format::Text => {
            let mut out = anstream::stdout().lock();
            text::write(&mut out, &view, &json_safe(&reply))?;
            out.flush()?;
        }
    }
    Ok(Outcome::Fine)
}

/// Reads a file, or standard input for `-`.
fn read_event(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = MAX_EVENT as u64 + 1;
    if file == Path::new("-") {
        io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
    } else {
        File::open(file)
            .and_then(|it| it.take(limit).read_to_end(&mut bytes))
            .with_context(|| format!("cannot read `{}`", shown_path(file)))?;
    }
    if bytes.len() > MAX_EVENT {
        bail!("the event is larger than {} MiB", MAX_EVENT >> 20);
    }
    Ok(bytes)
}

fn event(json: &[u8]) -> anyhow::Result<ReviewRequest<'_>> {
    let request = ReviewRequest::from_json(json)?;
    // The handler ignores data after the first event. Here it is more likely a file with several
    // events.
    let mut values = serde_json::Deserializer::from_slice(json).into_iter::<IgnoredAny>();
    if values.next().is_some() && values.next().is_some() {
        bail!("more than one event; use `ivs-review review --events`");
    }
    Ok(request)
}

/// An explanation with the rules and the request that it refers to.
struct ExplainView<'t> {
    folder: &'t RuleFolder,
    request: &'t ReviewRequest<'t>,
    day: Date,
    explanation: &'t Explanation,
}

impl<'t> ExplainView<'t> {
    fn rule(&self, id: RuleId) -> &'t Rule {
        self.folder.engine.rules().rule(id)
    }

    /// `rules/lists/insults.txt:12:1`
    fn place(&self, location: Location) -> String {
        format_location(&self.folder.sources, location)
    }

    /// The text of the rules at a location.
    fn source_text(&self, location: Location) -> String {
        let source = self.folder.sources.get(location.source);
        let bytes = source.content.as_deref().unwrap_or_default();
        let part = bytes.get(location.span.range()).unwrap_or_default();
        String::from_utf8_lossy(part).into_owned()
    }

    /// The kind of matcher that found a match.
    fn kind(&self, found: &Match) -> &'static str {
        match found.cause {
            Cause::Entry(..) => "entry",
            Cause::Pattern(_) => "pattern",
            Cause::Link => "links",
            Cause::Limit(_) => "limit",
            Cause::Detected(_) => "detect",
        }
    }

    /// The language of the list of an entry, if the list or its rule names one.
    fn language(&self, found: &Match) -> Option<Language> {
        match found.cause {
            Cause::Entry(list, _) => self.folder.engine.rules().list(list).language,
            _ => None,
        }
    }

    /// Whether an exception is written with `!`, and not in a list of exceptions.
    fn has_exclamation_mark(&self, suppression: &Suppression) -> bool {
        self.folder.engine.rules().list(suppression.list).entries[suppression.entry].exception
    }

    fn location(&self, found: &Match) -> Location {
        found.location(self.folder.engine.rules())
    }

    /// The name of a field as in `fields` of a rule.
    fn field(&self, field: Field) -> String {
        match field {
            Field::Content => "content".to_owned(),
            Field::Attribute(_) => format!("attributes.{}", attribute_name(self.request, field)),
            Field::Sender(_) => format!("sender.{}", attribute_name(self.request, field)),
        }
    }
}
