//! `review TEXT`: shows the verdict, the matches and the reply for a message.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use ivs_chat_review::diagnostic::format_location;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::engine::Match;
use ivs_chat_review::ivs::{Field, ReviewRequest};
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::review::{Review, Reviewer};
use ivs_chat_review::span::Span;
use serde::Serialize;
use serde_json::value::RawValue;
use unicode_width::UnicodeWidthStr;

use super::lines::Lines;
use super::outcome::outcome;
use crate::Outcome;
use crate::cli::ReviewArgs;
use crate::input::{attribute_name, event, field_name, read_event, read_message, request};
use crate::options::Format;
use crate::recordings;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::{BOLD, count, json_line, shown_path, underlined};

pub(crate) fn run(args: &ReviewArgs) -> anyhow::Result<Outcome> {
    let folder = match args.quiet {
        true => RuleFolder::open_quietly(&args.folder.path)?,
        false => RuleFolder::open_for_review(&args.folder.path)?,
    };
    let mut printer = Printer { args, folder: &folder, reviewer: Reviewer::new(&folder.engine) };
    let mut out = anstream::stdout();
    let mut outcome = Outcome::Fine;
    if let Some(file) = &args.lines {
        outcome = printer.lines(file, &mut out)?;
    } else if let Some(file) = &args.event.event {
        let json = read_event(file)?;
        let request =
            event(&json).with_context(|| format!("invalid event in `{}`", shown_path(file)))?;
        printer.print(&request, None, &mut out)?;
    }
    if let Some(note) = note_on_arguments(args) {
        writeln!(anstream::stderr(), "note: {note}")?;
    }
    for (i, text) in args.texts.iter().enumerate() {
        let text = if text == "-" { read_message()? } else { text.clone() };
        if i > 0 && !args.quiet && args.format == Format::Text {
            writeln!(out)?;
        }
        printer.print(&request(&args.message, &text), None, &mut out)?;
    }
    out.flush()?;
    Ok(outcome)
}

/// Returns what arguments probably mean that do not look like messages.
fn note_on_arguments(args: &ReviewArgs) -> Option<String> {
    if args.quiet || args.format != Format::Text {
        return None;
    }
    let is_word = |text: &String| !text.contains(char::is_whitespace) && text != "-";
    match args.texts.as_slice() {
        [only] if is_word(only) && Path::new(only).is_file() => {
            let file = display_safe(only);
            Some(format!("`{file}` is also a file; `--lines {file}` reviews its lines"))
        }
        [_, _, _, ..] if args.texts.iter().all(is_word) => Some(
            "each word is reviewed as a message; put quotes around a message with spaces"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Reviews messages and prints the reports.
struct Printer<'p> {
    args: &'p ReviewArgs,
    folder: &'p RuleFolder,
    reviewer: Reviewer<'p>,
}

impl Printer<'_> {
    fn print(
        &mut self,
        request: &ReviewRequest<'_>,
        line: Option<u64>,
        out: &mut impl Write,
    ) -> anyhow::Result<Review> {
        let review = self.reviewer.review(request, self.args.on.unwrap_or_else(today));
        // Of a file, only the lines are of interest with which the rules do something.
        let is_shown = line.is_none() || review.is_notable();
        match self.args.format {
            Format::Text if !is_shown => {}
            format => {
                let reply = review.clone().into_response(&self.folder.engine, request.clone());
                let outcome = outcome(&review.verdict, request, &reply);
                let reply = RawValue::from_string(String::from_utf8(reply.to_json())?)?;
                let report = Report::new(self.folder, request, &review, line, reply);
                match format {
                    // Not through anstream: on a pipe it would also strip escape sequences of the
                    // message.
                    Format::Json => writeln!(io::stdout(), "{}", json_line(&report)?)?,
                    Format::Text if self.args.quiet => {
                        let label = line.map_or(String::new(), |line| format!("{line}: "));
                        writeln!(out, "{label}{}", display_safe(&outcome.join("; ")))?;
                    }
                    Format::Text => report.write(out, request, &outcome)?,
                }
            }
        }
        Ok(review)
    }

    /// Reviews each line of a file that is not empty. Lines that are too long are reported and
    /// skipped.
    fn lines(&mut self, file: &Path, out: &mut impl Write) -> anyhow::Result<Outcome> {
        let context = || format!("cannot read `{}`", shown_path(file));
        let input = recordings::open(file).with_context(context)?;
        let mut lines = Lines::of_text(BufReader::new(input));
        let mut totals = Totals::default();
        let mut outcome = Outcome::Fine;
        while let Some(line) = lines.next().with_context(context)? {
            let line = line.map(|line| String::from_utf8_lossy(line).into_owned());
            let number = lines.number();
            let line = match line {
                Ok(line) => line,
                Err(error) => {
                    outcome = Outcome::Findings;
                    writeln!(anstream::stderr(), "error: line {number}: {error}")?;
                    continue;
                }
            };
            let text = line.trim_start_matches('\u{FEFF}').trim_end_matches('\r');
            if text.trim().is_empty() {
                continue;
            }
            let review = self.print(&request(&self.args.message, text), Some(number), out)?;
            totals.add(&review);
        }
        if self.args.format == Format::Text && !self.args.quiet {
            writeln!(out, "{totals}")?;
        }
        Ok(outcome)
    }
}

/// Counts the outcomes of the lines of a file.
#[derive(Default)]
struct Totals {
    messages: usize,
    changed: usize,
    blocked: usize,
}

impl Totals {
    fn add(&mut self, review: &Review) {
        self.messages += 1;
        self.changed += usize::from(matches!(review.verdict, Verdict::Rewrite(_)));
        self.blocked += usize::from(matches!(review.verdict, Verdict::Deny(_) | Verdict::DenyCut));
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { messages, changed, blocked } = *self;
        let messages_text = count(messages, "message", "messages");
        let unchanged = messages - changed - blocked;
        write!(
            f,
            "{messages_text}: {unchanged} delivered unchanged, {changed} changed, {blocked} blocked"
        )
    }
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
    /// The line of the file that contains the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
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
        line: Option<u64>,
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
            line,
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

    fn write(
        &self,
        out: &mut impl Write,
        request: &ReviewRequest<'_>,
        outcome: &[String],
    ) -> io::Result<()> {
        if let Some(line) = self.line {
            writeln!(out, "{BOLD}line{BOLD:#}     {line}")?;
        }
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
        let mut label = "result";
        for line in outcome {
            writeln!(out, "{BOLD}{label:6}{BOLD:#}   {}", display_safe(line))?;
            label = "";
        }
        if self.line.is_some() {
            writeln!(out)?;
        }
        Ok(())
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
