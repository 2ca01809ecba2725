//! The output of `trial` as text, JSON and CSV.

use std::io::{self, Write};
use std::path::Path;

use ivs_chat_review::compiled::RulesHash;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::rules;
use ivs_chat_review::source::Sources;
use ivs_chat_review::trial::{PlaceCount, RuleCount, RuleKey, Trial};
use serde_json::{Value, json};

use super::line_of;
use crate::cli::{StatsFormat, TrialArgs};
use crate::commands::table::{self, cell};
use crate::ignore_broken_pipe;
use crate::terminal::{count, json_line, shortened, shown_path};

/// The rule files in which the entries are looked up.
pub(super) struct Entries(Sources);

impl Entries {
    /// Reads a rule folder. Prints a warning if the log is of other rules: their lines may be others.
    pub(super) fn load(folder: &Path, trial: &Trial) -> anyhow::Result<Entries> {
        let sources = rules::load(folder)?;
        let hash = RulesHash::of(&sources).to_string();
        if trial.hashes.iter().any(|it| *it != hash) || trial.hashes.is_empty() {
            let why = match trial.hashes.len() {
                0 => "the log does not contain the hash of its rules".to_owned(),
                1 => "the log was written with other rules".to_owned(),
                several => format!("the log was written with {several} rule sets"),
            };
            writeln!(
                anstream::stderr(),
                "warning: {why}, so the entries in {} may differ",
                shown_path(folder)
            )?;
        }
        Ok(Entries(sources))
    }

    fn text(&self, place: &str) -> Option<String> {
        line_of(&self.0, place).map(|line| shortened(&line))
    }
}

pub(super) fn write(
    args: &TrialArgs,
    trial: &Trial,
    entries: Option<&Entries>,
) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    match args.format {
        StatsFormat::Text => ignore_broken_pipe(text(args, trial, entries, &mut out))?,
        StatsFormat::Json => {
            let line = json_line(&json(trial, entries))?;
            ignore_broken_pipe(writeln!(out, "{line}"))?;
        }
        StatsFormat::Csv => csv(trial, entries, &mut out)?,
    }
    Ok(())
}

/// Returns the counts of a rule, the most frequent first.
fn sorted(count: &RuleCount) -> Vec<(&str, &PlaceCount)> {
    let mut places: Vec<(&str, &PlaceCount)> =
        count.places.iter().map(|(place, count)| (place.as_str(), count)).collect();
    places.sort_by(|a, b| b.1.messages.cmp(&a.1.messages).then(a.0.cmp(b.0)));
    places
}

fn mode(key: &RuleKey) -> &'static str {
    if key.shadow { "shadow" } else { "on" }
}

fn share(messages: u64, trial: &Trial) -> Option<f64> {
    (trial.reviewed > 0).then(|| messages as f64 / trial.reviewed as f64)
}

fn text(
    args: &TrialArgs,
    trial: &Trial,
    entries: Option<&Entries>,
    out: &mut impl Write,
) -> io::Result<()> {
    let reviewed = match trial.reviewed {
        0 => "The number of reviewed messages is unknown".to_owned(),
        reviewed => format!("{} reviewed", count(reviewed, "message", "messages")),
    };
    writeln!(out, "{reviewed}; something was found in {}.", trial.matched)?;
    for (key, of_rule) in &trial.rules {
        let share = share(of_rule.messages, trial);
        let share = share.map_or(String::new(), |share| format!(", {:.2} %", share * 100.0));
        let messages = count(of_rule.messages, "message", "messages");
        let mode = if key.shadow { "in shadow mode" } else { "on" };
        writeln!(out, "\n{} ({mode}): {messages}{share}", display_safe(&key.rule))?;
        let mut rows = Vec::new();
        for (place, of_place) in sorted(of_rule) {
            let entry = entries.and_then(|entries| entries.text(place));
            let place = if place.is_empty() { "not in the log" } else { place };
            let mut row = vec![format!("  {place}"), of_place.messages.to_string()];
            row.extend(entries.map(|_| entry.unwrap_or_default()));
            rows.push((row, &of_place.ids));
        }
        let head = ["  place", "messages", "entry"];
        let head = &head[..if entries.is_some() { 3 } else { 2 }];
        let cells: Vec<Vec<String>> = rows.iter().map(|(row, _)| row.clone()).collect();
        table::write(out, head, &cells)?;
        for (row, ids) in rows.iter().filter(|(_, ids)| !ids.is_empty()) {
            let ids: Vec<_> = ids.iter().map(|id| display_safe(id)).collect();
            writeln!(out, "{}: {}", display_safe(&row[0]), ids.join(" "))?;
        }
    }
    if trial.rules.is_empty() {
        let which = if args.all { "No rule" } else { "No rule in shadow mode" };
        let help = if args.all { "" } else { "; --all shows the other rules" };
        writeln!(out, "\n{which} matched{help}.")?;
    }
    let left_out = [(trial.unreadable, "unreadable"), (trial.duplicates, "duplicate")];
    let left_out = left_out.into_iter().filter(|(lines, _)| *lines > 0);
    let left_out: Vec<String> = left_out
        .map(|(lines, why)| count(lines, &format!("{why} line"), &format!("{why} lines")))
        .collect();
    if !left_out.is_empty() {
        writeln!(out, "\nSkipped: {}.", left_out.join(", "))?;
    }
    if trial.left_out > 0 {
        writeln!(
            out,
            "\nThere are too many places: {} are not shown.",
            count(trial.left_out, "match", "matches")
        )?;
    }
    Ok(())
}

fn json(trial: &Trial, entries: Option<&Entries>) -> Value {
    let place = |(place, count): (&str, &PlaceCount)| {
        let mut value = json!({ "place": place, "messages": count.messages });
        if !count.ids.is_empty() {
            value["message_ids"] = json!(count.ids);
        }
        if let Some(entry) = entries.and_then(|entries| entries.text(place)) {
            value["entry"] = entry.into();
        }
        value
    };
    let rules = trial.rules.iter().map(|(key, count)| {
        json!({
            "rule": key.rule, "mode": mode(key), "messages": count.messages,
            "share": share(count.messages, trial),
            "places": sorted(count).into_iter().map(place).collect::<Vec<_>>(),
        })
    });
    json!({
        "reviewed": (trial.reviewed > 0).then_some(trial.reviewed),
        "matched": trial.matched,
        "duplicates": trial.duplicates,
        "other_lines": trial.others,
        "unreadable": trial.unreadable,
        "rules_hashes": trial.hashes,
        "rules": rules.collect::<Vec<_>>(),
    })
}

/// One row for each rule, followed by those of its places.
fn csv(trial: &Trial, entries: Option<&Entries>, out: &mut impl Write) -> anyhow::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(["rule", "mode", "place", "entry", "messages", "share", "message_ids"])?;
    for (key, count) in &trial.rules {
        let mut row = |place: &str, messages: u64, ids: &[String]| {
            let entry = entries.and_then(|entries| entries.text(place)).unwrap_or_default();
            let share = share(messages, trial).map_or(String::new(), |share| share.to_string());
            let ids = ids.join(" ");
            rows.write_record([
                &cell(&key.rule),
                mode(key),
                &cell(place),
                &cell(&entry),
                &messages.to_string(),
                &share,
                &cell(&ids),
            ])
        };
        row("", count.messages, &[])?;
        for (place, count) in sorted(count) {
            let place = if place.is_empty() { "unknown" } else { place };
            row(place, count.messages, &count.ids)?;
        }
    }
    rows.flush()?;
    Ok(())
}
