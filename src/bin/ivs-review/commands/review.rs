//! `review TEXT`: shows the verdict, the matches and the reply for a message.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use ivs_chat_review::diagnostic::format_location;
use ivs_chat_review::display::{display_safe, json_safe};
use ivs_chat_review::engine::Match;
use ivs_chat_review::ivs::{Field, ReviewRequest};
use ivs_chat_review::review::{Review, Reviewer};
use ivs_chat_review::span::Span;
use serde::Serialize;
use serde_json::value::RawValue;
use unicode_width::UnicodeWidthStr;

use crate::Outcome;
use crate::cli::ReviewArgs;
use crate::input::{attribute_name, field_name, read_message, request};
use crate::options::Format;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::{BOLD, json_line, underlined};

pub(crate) fn run(args: &ReviewArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_for_review(&args.folder.path)?;
    let mut reviewer = Reviewer::new(&folder.engine);
    let mut out = anstream::stdout();
    for (i, text) in args.texts.iter().enumerate() {
        let text = if text == "-" { read_message()? } else { text.clone() };
        let request = request(&args.message, &text);
        let review = reviewer.review(&request, args.on.unwrap_or_else(today));
        let reply = review.clone().into_response(&folder.engine, request.clone());
        let reply = String::from_utf8(reply.to_json())?;
        let report = Report::new(&folder, &request, &review, RawValue::from_string(reply)?);
        match args.format {
            // Not through anstream: on a pipe it would also strip escape sequences of the message.
            Format::Json => writeln!(io::stdout(), "{}", json_line(&report)?)?,
            Format::Text => {
                if i > 0 {
                    writeln!(out)?;
                }
                report.write(&mut out, &request)?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

/// The note for a review whose search was cut.
pub(crate) fn cut_note(verdict: &str) -> &'static str {
    match verdict {
        "deny" => {
            "search budget exhausted: not all readings of the message were tried; `when_cut` applies"
        }
        _ => "search budget exhausted: not all readings of the message were tried",
    }
}

/// The output for a message.
#[derive(Serialize)]
struct Report<'r> {
    verdict: &'static str,
    /// Not reviewed, because the sender is exempt.
    exempt: bool,
    /// Denied, because rewriting did not converge.
    did_not_converge: bool,
    /// Denied, because the rewritten attributes are too large for a reply.
    too_large: bool,
    /// Denied, because the attributes are too large to search.
    oversized: bool,
    /// Delivered without tags, because they did not fit.
    tags_omitted: bool,
    /// The search budget was exhausted before all readings were tried.
    cut: bool,
    matches: Vec<MatchObject<'r>>,
    reply: Box<RawValue>,
}

/// A match in the output.
#[derive(Serialize)]
struct MatchObject<'r> {
    #[serde(serialize_with = "field_name")]
    field: (Field, &'r str),
    rule: &'r str,
    action: &'static str,
    /// The rule is in shadow mode, so the match has no effect.
    shadow: bool,
    /// The matched text.
    text: &'r str,
    /// Byte offsets in the text of the field.
    start: usize,
    end: usize,
    /// Where the entry or pattern is in the rules.
    location: String,
}

impl<'r> Report<'r> {
    fn new(
        folder: &'r RuleFolder,
        request: &'r ReviewRequest<'_>,
        review: &Review,
        reply: Box<RawValue>,
    ) -> Report<'r> {
        let mut matches = Vec::new();
        for of_field in &review.found {
            let before = matches.len();
            for (shadow, found) in [(false, &of_field.matches), (true, &of_field.shadow)] {
                let object =
                    |found| MatchObject::new(folder, request, of_field.field, found, shadow);
                matches.extend(found.iter().map(object));
            }
            matches[before..].sort_by_key(|found| (found.start, found.end));
        }
        Report {
            verdict: review.verdict.as_str(),
            exempt: review.exempt,
            did_not_converge: review.did_not_converge,
            too_large: review.too_large,
            oversized: review.oversized,
            tags_omitted: review.tags_omitted,
            cut: review.cut,
            matches,
            reply,
        }
    }

    fn write(&self, out: &mut impl Write, request: &ReviewRequest<'_>) -> io::Result<()> {
        writeln!(out, "{BOLD}verdict{BOLD:#}  {}", self.verdict)?;
        let fields = self.matches.iter().map(|found| found.field.0).chain([Field::Content]);
        for field in fields.collect::<BTreeSet<_>>() {
            let matches: Vec<&MatchObject<'_>> =
                self.matches.iter().filter(|found| found.field.0 == field).collect();
            let spans: Vec<_> =
                matches.iter().map(|found| Span::new(found.start, found.end)).collect();
            let (text, underline) = underlined(request.text(field), &spans);
            let (label, before) = match field {
                Field::Content => ("message", Cow::default()),
                Field::Attribute(_) => ("attr", display_safe(attribute_name(request, field)) + "="),
                Field::Sender(_) => ("sender", display_safe(attribute_name(request, field)) + "="),
            };
            writeln!(out, "{BOLD}{label}{BOLD:#}{:1$}{before}{text}", "", 9 - label.len())?;
            if !underline.is_empty() {
                writeln!(out, "{:1$}{underline}", "", 9 + before.width())?;
            }
            for found in matches {
                let MatchObject { rule, action, text, location, shadow, .. } = found;
                let (text, rule, location) =
                    (display_safe(text), display_safe(rule), display_safe(location));
                let label = if *shadow { "shadow" } else { "match" };
                writeln!(
                    out,
                    "{BOLD}{label}{BOLD:#}{:1$}{text}  rule {rule} ({action}), {location}",
                    "",
                    9 - label.len()
                )?;
            }
        }
        for (applies, note) in [
            (self.exempt, "not reviewed: the sender is exempt"),
            (self.did_not_converge, "denied: rewriting did not converge"),
            (self.too_large, "denied: the rewritten attributes are too large for a reply"),
            (self.oversized, "denied: the attributes are too large to search"),
            (self.tags_omitted, "tags omitted: the attributes would be too large"),
            (self.cut, cut_note(self.verdict)),
        ] {
            if applies {
                writeln!(out, "{BOLD}note{BOLD:#}     {note}")?;
            }
        }
        writeln!(out, "{BOLD}reply{BOLD:#}    {}", json_safe(self.reply.get()))
    }
}

impl<'r> MatchObject<'r> {
    fn new(
        folder: &'r RuleFolder,
        request: &'r ReviewRequest<'_>,
        field: Field,
        found: &Match,
        shadow: bool,
    ) -> MatchObject<'r> {
        let rule = folder.engine.rules().rule(found.rule);
        MatchObject {
            field: (field, attribute_name(request, field)),
            rule: &rule.id,
            action: rule.action.as_str(),
            shadow,
            text: &request.text(field)[found.span.range()],
            start: found.span.start,
            end: found.span.end,
            location: format_location(&folder.sources, found.location(folder.engine.rules())),
        }
    }
}
