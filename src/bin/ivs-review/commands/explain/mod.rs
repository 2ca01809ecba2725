//! `explain`: each step from a message to the reply.

mod excerpt;
mod json;
mod text;
mod words;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use ivs_chat_review::diagnostic::{Location, place};
use ivs_chat_review::display::json_safe;
use ivs_chat_review::engine::{Cause, Match};
use ivs_chat_review::explain::{Explanation, Suppression, explain};
use ivs_chat_review::ivs::{Field, ReviewRequest};
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{Rule, RuleId};
use jiff::civil::Date;
use serde::de::IgnoredAny;

use crate::Outcome;
use crate::cli::ExplainArgs;
use crate::input::{MAX_EVENT, name, read_message, request};
use crate::options::Format;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::shown_path;

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_sound(&args.folder.path)?;
    let day = args.on.unwrap_or_else(today);
    let (json, typed);
    let request = match (&args.event, args.text.as_deref()) {
        (Some(file), _) => {
            json = read_event(file)?;
            event(&json).with_context(|| format!("`{}` is no event", shown_path(file)))?
        }
        (None, text) => {
            let text = text.unwrap_or_default();
            typed = if text == "-" { read_message()? } else { text.to_owned() };
            request(&args.stage, &typed)
        }
    };
    let explanation = explain(&mut Reviewer::new(&folder.engine), &request, day);
    let reply = explanation.review.clone().into_response(&folder.engine, request.clone());
    let view = ExplainView { folder: &folder, request: &request, day, explanation: &explanation };
    let reply = String::from_utf8(reply.to_json())?;
    match args.format {
        // Not through what takes colours out for pipes: it would take signs of the message along.
        Format::Json => json::write(&mut io::stdout().lock(), &view, reply)?,
        Format::Text => {
            let mut out = anstream::stdout().lock();
            text::write(&mut out, &view, &json_safe(&reply))?;
            out.flush()?;
        }
    }
    Ok(Outcome::Fine)
}

/// The bytes of a file, or of standard input.
fn read_event(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MAX_EVENT as u64 + 1;
    if file == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes).context("standard input")?;
    } else {
        File::open(file)
            .and_then(|it| it.take(most).read_to_end(&mut bytes))
            .with_context(|| format!("cannot read `{}`", shown_path(file)))?;
    }
    if bytes.len() > MAX_EVENT {
        bail!("the event is larger than {} MiB", MAX_EVENT >> 20);
    }
    Ok(bytes)
}

fn event(json: &[u8]) -> anyhow::Result<ReviewRequest<'_>> {
    let request = ReviewRequest::from_json(json)?;
    // The handler ignores what follows the first one; here it is more likely a file of events.
    let mut values = serde_json::Deserializer::from_slice(json).into_iter::<IgnoredAny>();
    if values.next().is_some() && values.next().is_some() {
        bail!("it has more than one, which `ivs-review review --events` answers");
    }
    Ok(request)
}

/// What is to be view, and of what.
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
        place(&self.folder.sources, location)
    }

    /// What stands there, as it is written.
    fn written(&self, location: Location) -> String {
        let source = self.folder.sources.get(location.source);
        let bytes = source.content.as_deref().unwrap_or_default();
        let part = bytes.get(location.span.range()).unwrap_or_default();
        String::from_utf8_lossy(part).into_owned()
    }

    /// What of a rule a match was made of.
    fn kind(&self, found: &Match) -> &'static str {
        match found.cause {
            Cause::Entry(..) => "entry",
            Cause::Pattern(_) => "pattern",
            Cause::Link => "links",
            Cause::Limit(_) => "limit",
            Cause::Detected(_) => "detect",
        }
    }

    /// Whether an exception is one by its `!`, and not for its list.
    fn is_marked(&self, veto: &Suppression) -> bool {
        self.folder.engine.rules().list(veto.list).entries[veto.entry].exception
    }

    fn location(&self, found: &Match) -> Location {
        found.location(self.folder.engine.rules())
    }

    /// The name of a field as rules write it.
    fn field(&self, field: Field) -> String {
        match field {
            Field::Content => "content".to_owned(),
            Field::Attribute(_) => format!("attributes.{}", name(self.request, field)),
            Field::Sender(_) => format!("sender.{}", name(self.request, field)),
        }
    }
}
