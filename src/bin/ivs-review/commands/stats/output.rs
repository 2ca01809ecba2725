//! Prints statistics as text, JSON or CSV.

use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::stats::{Counts, RuleStats, Share, Stats};
use serde_json::{Value, json};

use super::super::selection::left_out;
use super::super::table::{self, cell};
use super::Run;
use crate::cli::{StatsArgs, StatsFormat};
use crate::terminal::{count, first_ten, json_line, shortened};

pub(super) fn print(args: &StatsArgs, run: &Run) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    match args.format {
        StatsFormat::Json => writeln!(out, "{}", json_line(&json(run)?)?)?,
        StatsFormat::Text => text(args, run, &mut out)?,
        StatsFormat::Csv => csv(&run.stats, &mut out)?,
    }
    out.flush()?;
    Ok(())
}

/// The quality of a rule, or of all, by messages with labels.
struct Quality {
    /// The share of harmful messages that are caught.
    recall: Option<Share>,
    /// The share of harmless messages that are caught.
    false_positive_rate: Option<Share>,
    /// The share of harmful messages among those that are caught.
    precision: Option<Share>,
}

impl Quality {
    fn of(caught: &Counts, labeled: &Counts) -> Quality {
        Quality {
            recall: Share::of(caught.harmful, labeled.harmful),
            false_positive_rate: Share::of(caught.harmless, labeled.harmless),
            precision: Share::of(caught.harmful, caught.harmful + caught.harmless),
        }
    }

    fn shares(&self) -> [(&'static str, Option<Share>); 3] {
        [
            ("recall", self.recall),
            ("false_positive_rate", self.false_positive_rate),
            ("precision", self.precision),
        ]
    }

    /// Adds the shares to a JSON object.
    fn add_to(&self, object: &mut Value) {
        for (name, share) in self.shares() {
            object[name] = json!(share);
        }
    }
}

fn has_labels(stats: &Stats) -> bool {
    stats.labels.labeled.harmful + stats.labels.labeled.harmless > 0
}

fn share_of(part: u64, all: u64) -> f64 {
    part as f64 / all.max(1) as f64
}

/// The counts as JSON, and what follows from them. `--merge` only reads the counts.
fn json(run: &Run) -> serde_json::Result<Value> {
    let Run { stats, counts, filtered, missed } = run;
    let all = stats.messages();
    let labeled = &stats.labels.labeled;
    let mut object = json!({
        "messages": all,
        "skipped": counts.events + counts.unreadable + filtered,
        "duplicates": counts.duplicates,
        "events": counts.events,
        "unreadable": counts.unreadable,
        "filtered": filtered,
    });
    let Value::Object(members) = serde_json::to_value(stats)? else { return Ok(object) };
    for (name, value) in members {
        object[name] = value;
    }
    let add = |objects: &mut Value, counts: &mut dyn Iterator<Item = &Counts>| {
        for (object, counts) in objects.as_array_mut().into_iter().flatten().zip(counts) {
            object["share"] = json!(share_of(counts.messages, all));
            if has_labels(stats) {
                Quality::of(counts, labeled).add_to(object);
            }
        }
    };
    add(&mut object["rules"], &mut stats.rules.iter().map(|it| &it.counts));
    add(&mut object["categories"], &mut stats.categories.iter().map(|it| &it.counts));
    if has_labels(stats) {
        Quality::of(&stats.labels.caught, labeled).add_to(&mut object["labels"]);
    }
    let subsets = stats.subsets().into_iter();
    object["subsets"] = subsets.map(|(rule, of)| json!({"rule": rule, "of": of})).collect();
    let deletions = &stats.deletions;
    object["deletions"]["recall"] = json!(Share::of(deletions.caught, deletions.found));
    if missed.is_enabled() {
        let texts = missed.texts().into_iter();
        object["deletions"]["missed"] =
            texts.map(|(text, count)| json!({"text": text, "messages": count})).collect();
        let words = missed.words().into_iter();
        object["deletions"]["words"] =
            words.map(|(word, count)| json!({"word": word, "messages": count})).collect();
    }
    Ok(object)
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// Returns a share with its interval: `61.2 % (54.5 to 67.5)`.
fn interval(share: Option<Share>) -> String {
    share.map_or("-".to_owned(), |Share { value, low, high }| {
        format!("{:.1} % ({:.1} to {:.1})", 100.0 * value, 100.0 * low, 100.0 * high)
    })
}

/// What was counted, in one sentence.
fn summary(run: &Run) -> String {
    let Run { stats, counts, filtered, .. } = run;
    let all = stats.messages();
    let caught = stats.verdicts.rewrite + stats.verdicts.deny;
    format!(
        "{}, {} matched, {caught} caught ({}): {} rewritten, {} denied{}",
        count(all, "message", "messages"),
        stats.matched,
        percent(share_of(caught, all)),
        stats.verdicts.rewrite,
        stats.verdicts.deny,
        left_out(counts, *filtered),
    )
}

fn text(args: &StatsArgs, run: &Run, out: &mut impl Write) -> anyhow::Result<()> {
    let stats = &run.stats;
    writeln!(out, "{}", summary(run))?;
    tables(stats, out)?;
    let (matching, others): (Vec<_>, Vec<_>) =
        stats.rules.iter().partition(|rule| rule.counts.messages > 0);
    for rule in matching {
        entries(args, rule, out)?;
    }
    if !others.is_empty() {
        let ids = others.iter().map(|rule| rule.head.id.as_str()).collect::<Vec<_>>().join(", ");
        writeln!(out, "\nrules without a match: {}", display_safe(&ids))?;
    }
    if !stats.overlap.is_empty() {
        writeln!(out, "\nmatched by two rules")?;
        for overlap in stats.overlap.iter().take(args.samples) {
            writeln!(out, "{:>7}  {}", overlap.messages, display_safe(&overlap.rules.join(", ")))?;
        }
        for (rule, other) in stats.subsets() {
            let (rule, other) = (display_safe(rule), display_safe(other));
            writeln!(out, "all messages that {rule} matches are matched by {other} too")?;
        }
    }
    if has_labels(stats) {
        labels(stats, out)?;
    }
    deletions(run, out)
}

/// The rules, and the categories if there are any.
fn tables(stats: &Stats, out: &mut impl Write) -> io::Result<()> {
    let all = stats.messages();
    let labeled = &stats.labels.labeled;
    let quality = |counts: &Counts| {
        let shares = Quality::of(counts, labeled).shares();
        let shares = shares.map(|(_, share)| share.map_or("-".to_owned(), |it| percent(it.value)));
        shares.into_iter().take(if has_labels(stats) { 3 } else { 0 })
    };
    let quality_head = ["recall", "false positives", "precision"];
    let quality_head = &quality_head[..if has_labels(stats) { 3 } else { 0 }];
    let shown =
        |counts: &Counts| [counts.messages.to_string(), percent(share_of(counts.messages, all))];
    let rows = stats.rules.iter().map(|RuleStats { head, counts, only, .. }| {
        let row = [head.id.clone(), head.action.clone(), head.mode.clone()].into_iter();
        row.chain(shown(counts)).chain([only.to_string()]).chain(quality(counts)).collect()
    });
    let head = ["rule", "action", "mode", "messages", "share", "only this rule"];
    writeln!(out)?;
    table::write(out, &[&head, quality_head].concat(), &rows.collect::<Vec<_>>())?;
    let rows = stats.categories.iter().map(|it| {
        let name = [display_safe(&it.category).into_owned()].into_iter();
        name.chain(shown(&it.counts)).chain(quality(&it.counts)).collect()
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        writeln!(out)?;
        let head = ["category", "messages", "share"];
        table::write(out, &[&head, quality_head].concat(), &rows)?;
    }
    Ok(())
}

/// The entries of a rule: those that match most messages, and those that match none.
fn entries(args: &StatsArgs, rule: &RuleStats, out: &mut impl Write) -> io::Result<()> {
    let RuleStats { head, entries, never_matched, .. } = rule;
    let (matched, all) = (entries.len(), entries.len() + never_matched.len());
    let all = count(all as u64, "entry", "entries");
    writeln!(out, "\n{}: {matched} of {all} matched", display_safe(&head.id))?;
    for it in entries.iter().take(args.samples) {
        let entry = shortened(&it.entry);
        let harmless = match it.counts.harmless {
            0 => String::new(),
            number => format!(", {number} of them harmless"),
        };
        writeln!(out, "{:>7}  {entry}{harmless}", it.counts.messages)?;
    }
    if matched > args.samples {
        writeln!(out, "         and {} more", matched - args.samples)?;
    }
    if !never_matched.is_empty() {
        writeln!(out, "  never  {}", first_ten(never_matched.iter().map(|it| shortened(it))))?;
    }
    Ok(())
}

fn labels(stats: &Stats, out: &mut impl Write) -> io::Result<()> {
    let Quality { recall, false_positive_rate, precision } =
        Quality::of(&stats.labels.caught, &stats.labels.labeled);
    let (caught, labeled) = (&stats.labels.caught, &stats.labels.labeled);
    writeln!(out, "\nlabeled messages, with 95 % confidence intervals")?;
    for (name, share, part, all) in [
        ("recall", recall, caught.harmful, labeled.harmful),
        ("false positives", false_positive_rate, caught.harmless, labeled.harmless),
        ("precision", precision, caught.harmful, caught.harmful + caught.harmless),
    ] {
        writeln!(out, "{name:<16} {} {part} of {all}", format_args!("{:<24}", interval(share)))?;
    }
    Ok(())
}

fn deletions(run: &Run, out: &mut impl Write) -> anyhow::Result<()> {
    let deletions = &run.stats.deletions;
    if deletions.deleted == 0 {
        return Ok(());
    }
    let deleted = count(deletions.deleted, "message", "messages");
    writeln!(
        out,
        "\nmoderators deleted {deleted}; {} are among the reviewed messages",
        deletions.found
    )?;
    let share = interval(Share::of(deletions.caught, deletions.found));
    writeln!(out, "the rules catch {} of these: {share}", deletions.caught)?;
    for (head, rows) in [("messages", run.missed.texts()), ("words", run.missed.words())] {
        if !rows.is_empty() {
            writeln!(out, "\n{head} that moderators deleted and the rules do not catch")?;
        }
        for (text, count) in rows {
            writeln!(out, "{count:>7}  {}", display_safe(text))?;
        }
    }
    Ok(())
}

/// One row for each rule, followed by those of its entries.
fn csv(stats: &Stats, out: &mut impl Write) -> anyhow::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    let mut head = vec![
        "rule", "entry", "action", "mode", "category", "messages", "share", "only", "harmful",
        "harmless",
    ];
    head.extend(["recall", "recall_low", "recall_high"]);
    head.extend(["false_positive_rate", "false_positive_rate_low", "false_positive_rate_high"]);
    head.extend(["precision", "precision_low", "precision_high"]);
    rows.write_record(head)?;
    for RuleStats { head, counts, only, entries, never_matched } in &stats.rules {
        let none = Counts::default();
        let never = never_matched.iter().map(|entry| (entry.as_str(), &none, None));
        let entries = entries.iter().map(|it| (it.entry.as_str(), &it.counts, None));
        for (entry, counts, only) in
            [("", counts, Some(only))].into_iter().chain(entries).chain(never)
        {
            let Counts { messages, harmful, harmless } = counts;
            let mut row = vec![
                cell(&head.id),
                cell(entry),
                cell(&head.action),
                cell(&head.mode),
                cell(head.category.as_deref().unwrap_or_default()),
                messages.to_string(),
                share_of(*messages, stats.messages()).to_string(),
                only.map_or(String::new(), u64::to_string),
                harmful.to_string(),
                harmless.to_string(),
            ];
            for (_, share) in Quality::of(counts, &stats.labels.labeled).shares() {
                let shown = |value: fn(Share) -> f64| {
                    share.map_or(String::new(), |it| value(it).to_string())
                };
                row.extend([shown(|it| it.value), shown(|it| it.low), shown(|it| it.high)]);
            }
            rows.write_record(row)?;
        }
    }
    rows.flush()?;
    Ok(())
}
