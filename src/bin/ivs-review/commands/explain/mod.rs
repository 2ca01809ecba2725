//! `explain`: shows each step of a review, as text or JSON.

mod excerpt;
mod json;
mod text;
mod words;

use std::io::{self, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use ivs_chat_review::diagnostic::{Location, format_location};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::engine::{Cause, Match};
use ivs_chat_review::explain::{Explanation, Suppression, explain};
use ivs_chat_review::ivs::{Field, ReviewRequest};
use ivs_chat_review::language::Language;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{Rule, RuleId};
use jiff::civil::Date;

use crate::Outcome;
use crate::cli::ExplainArgs;
use crate::commands::lines::Lines;
use crate::commands::outcome::outcome;
use crate::input::{attribute_name, event, read_event, read_message, request};
use crate::options::Format;
use crate::recordings;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::{BOLD, shown_path};

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    if let Some(file) = &args.event.events {
        return explain_events(&folder, args, file);
    }
    match (&args.event.event, args.text.as_deref()) {
        (Some(file), _) => {
            let json = read_event(file)?;
            let request =
                event(&json).with_context(|| format!("invalid event in `{}`", shown_path(file)))?;
            write(&folder, args, &request)?;
        }
        (None, text) => {
            let text = text.unwrap_or_default();
            let message = if text == "-" { read_message()? } else { text.to_owned() };
            write(&folder, args, &request(&args.message, &message))?;
        }
    }
    Ok(Outcome::Fine)
}

/// Explains each line of a file of events.
fn explain_events(folder: &RuleFolder, args: &ExplainArgs, file: &Path) -> anyhow::Result<Outcome> {
    let context = || format!("cannot read `{}`", shown_path(file));
    let input = recordings::open(file).with_context(context)?;
    let mut lines = Lines::new(BufReader::new(input));
    let mut outcome = Outcome::Fine;
    while let Some(line) = lines.next().with_context(context)? {
        let json = line.map(<[u8]>::to_vec);
        let number = lines.number();
        let parsed = json
            .as_deref()
            .map_err(Clone::clone)
            .and_then(|json| ReviewRequest::from_json(json).map_err(|error| error.to_string()));
        match (parsed, args.format) {
            (Ok(request), Format::Json) => write(folder, args, &request)?,
            (Ok(request), Format::Text) => {
                let mut out = anstream::stdout().lock();
                let space = if number > 1 { "\n" } else { "" };
                writeln!(out, "{space}{BOLD}event{BOLD:#}       line {number}")?;
                drop(out);
                write(folder, args, &request)?;
            }
            (Err(error), _) => {
                outcome = Outcome::Findings;
                let error = display_safe(&error).into_owned();
                writeln!(anstream::stderr(), "error: line {number}: {error}")?;
            }
        }
    }
    Ok(outcome)
}

/// Explains a message and writes the explanation.
fn write(
    folder: &RuleFolder,
    args: &ExplainArgs,
    request: &ReviewRequest<'_>,
) -> anyhow::Result<()> {
    let day = args.on.unwrap_or_else(today);
    let explanation = explain(&mut Reviewer::new(&folder.engine), request, day);
    let reply = explanation.review.clone().into_response(&folder.engine, request.clone());
    let view = ExplainView { folder, request, day, explanation: &explanation };
    match args.format {
        // Not through anstream: on a pipe it would also strip escape sequences of the message.
        Format::Json => {
            json::write(&mut io::stdout().lock(), &view, String::from_utf8(reply.to_json())?)?;
        }
        Format::Text => {
            let mut out = anstream::stdout().lock();
            let outcome = outcome(&explanation.review.verdict, request, &reply);
            text::write(&mut out, &view, &outcome, args.all)?;
            out.flush()?;
        }
    }
    Ok(())
}

/// Returns an explanation as one line of JSON.
#[cfg(feature = "chat")]
pub(crate) fn explanation_json(
    folder: &RuleFolder,
    request: &ReviewRequest<'_>,
    day: Date,
    explanation: &Explanation,
) -> anyhow::Result<String> {
    let reply = explanation.review.clone().into_response(&folder.engine, request.clone());
    let view = ExplainView { folder, request, day, explanation };
    let mut out = Vec::new();
    json::write(&mut out, &view, String::from_utf8(reply.to_json())?)?;
    Ok(String::from_utf8(out)?.trim_end().to_owned())
}

/// The kind of matcher that found a match.
pub(crate) fn match_kind(found: &Match) -> &'static str {
    match found.cause {
        Cause::Entry(..) => "entry",
        Cause::Pattern(_) => "pattern",
        Cause::Link => "links",
        Cause::Limit(_) => "limit",
        Cause::Detected(_) => "detect",
    }
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
