//! `review TEXT`: what becomes of a message, and by which rules.

use std::io::{self, Read, Write};

use anyhow::{Context, bail};
use ivs_chat_review::diagnostic::place;
use ivs_chat_review::engine::Match;
use ivs_chat_review::event::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::Action;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::Outcome;
use crate::args::{Format, ReviewArgs};
use crate::folder::{RuleFolder, today};
use crate::show::{BOLD, underlined, visible};

/// The longest message that is read from standard input, in bytes: what Lambda takes as an event
/// (AWS Lambda Developer Guide, "Lambda quotas").
const MAX_INPUT: u64 = 6 << 20;

pub(crate) fn run(args: &ReviewArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_sound(&args.folder.path)?;
    let mut reviewer = Reviewer::new(&folder.engine);
    let mut out = anstream::stdout().lock();
    for (i, text) in args.texts.iter().enumerate() {
        let text = if text == "-" { read_message()? } else { text.clone() };
        let request = ReviewRequest::new(text.as_str());
        let review = reviewer.review(&request, args.on.unwrap_or_else(today));
        let hits = review.matches.iter().map(|found| Hit::new(&folder, &text, found)).collect();
        let (verdict, unsettled) = (review.verdict.as_str(), review.unsettled);
        let matches = review.matches.clone();
        let reply = review.into_response(&folder.engine, request);
        let reply = String::from_utf8(reply.to_json())?;
        let report = Report { verdict, unsettled, hits, reply: RawValue::from_string(reply)? };
        match args.format {
            Format::Json => writeln!(out, "{}", serde_json::to_string(&report)?)?,
            Format::Text => {
                if i > 0 {
                    writeln!(out)?;
                }
                report.write(&mut out, &text, &matches)?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

/// A message from standard input, without the line break that ends its last line.
fn read_message() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes).context("standard input")?;
    if bytes.len() as u64 > MAX_INPUT {
        bail!("the message is larger than {} MiB", MAX_INPUT >> 20);
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|error| error.utf8_error())
        .context("the message is not UTF-8")?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// A review as it is told.
#[derive(Serialize)]
struct Report<'r> {
    verdict: &'static str,
    /// Denied because its rewrite was caught again and again.
    unsettled: bool,
    hits: Vec<Hit<'r>>,
    reply: Box<RawValue>,
}

/// A hit as it is told.
#[derive(Serialize)]
struct Hit<'r> {
    rule: &'r str,
    action: &'static str,
    /// What was hit.
    text: &'r str,
    /// Bytes of the message.
    start: usize,
    end: usize,
    /// The line that hit.
    place: String,
}

impl<'r> Hit<'r> {
    fn new(folder: &'r RuleFolder, text: &'r str, found: &Match) -> Hit<'r> {
        let rule = folder.engine.rules().rule(found.rule);
        Hit {
            rule: &rule.id,
            action: match rule.action {
                Action::Deny { .. } => "deny",
                Action::Mask(_) => "mask",
                Action::Replace(_) => "replace",
            },
            text: &text[found.span.range()],
            start: found.span.start,
            end: found.span.end,
            place: place(&folder.sources, found.location(folder.engine.rules())),
        }
    }
}

impl Report<'_> {
    fn write(&self, out: &mut impl Write, text: &str, matches: &[Match]) -> io::Result<()> {
        let spans: Vec<_> = matches.iter().map(|found| found.span).collect();
        let (message, marks) = underlined(text, &spans);
        writeln!(out, "{BOLD}verdict{BOLD:#}  {}", self.verdict)?;
        writeln!(out, "{BOLD}message{BOLD:#}  {message}")?;
        if !marks.is_empty() {
            writeln!(out, "         {marks}")?;
        }
        for hit in &self.hits {
            let Hit { rule, action, text, place, .. } = hit;
            let text = visible(text);
            writeln!(out, "{BOLD}hit{BOLD:#}      {text}  rule {rule} ({action}), {place}")?;
        }
        if self.unsettled {
            writeln!(
                out,
                "{BOLD}note{BOLD:#}     denied, since the rules catch its rewrite again without end"
            )?;
        }
        writeln!(out, "{BOLD}reply{BOLD:#}    {}", self.reply.get())
    }
}
