//! The scorecard as Markdown tables.

use std::fmt::{self, Write};

use crate::score::{Scorecard, Share};

pub(crate) fn table(scorecard: &Scorecard, examples: usize) -> String {
    let mut out = String::new();
    write_tables(&mut out, scorecard, examples).expect("a string can be written to");
    out
}

fn write_tables(out: &mut String, scorecard: &Scorecard, examples: usize) -> fmt::Result {
    let mut filters: Vec<&str> = Vec::new();
    for score in &scorecard.lines {
        if !filters.contains(&score.filter) {
            filters.push(score.filter);
        }
    }
    let (same_list, own_lists) = filters.split_at(scorecard.same_list.min(filters.len()));
    for filters in [same_list, own_lists] {
        write_head(out, "lines hit", filters)?;
        for (kind, of) in [("harmful", true), ("harmless", false)] {
            let lines = scorecard.lines.iter().map(|score| {
                let share = if of { score.harmful } else { score.harmless };
                (format!("{kind}: {}", score.set), score.filter, share)
            });
            write_rows(out, filters, lines.filter(|(.., share)| share.of > 0), |share| {
                percent(*share)
            })?;
        }
        let spelled = scorecard.spelled.iter();
        let spelled = spelled.map(|score| (score.family.clone(), score.filter, score.disguised));
        if !scorecard.spelled.is_empty() {
            out.push('\n');
            write_head(out, "original hit, and obfuscated as well", filters)?;
        }
        write_rows(out, filters, spelled, |share| format!("{} of {}", share.hit, share.of))?;
        out.push('\n');
    }
    if !scorecard.personal_data.is_empty() {
        let head = "spans | found | exactly | hits | precision";
        writeln!(out, "| personal data | {head} |\n|---|---|---|---|---|---|")?;
    }
    for score in &scorecard.personal_data {
        let found = percent(Share { hit: score.found, of: score.there });
        let exact = percent(Share { hit: score.exact, of: score.there });
        let right = percent(Share { hit: score.right, of: score.hits });
        let (kind, there, hits) = (score.kind, score.there, score.hits);
        writeln!(out, "| {kind} | {there} | {found} | {exact} | {hits} | {right} |")?;
    }
    let mut show = |title: String, lines: &[String]| {
        if lines.is_empty() || examples == 0 {
            return Ok(());
        }
        writeln!(out, "\n{title}")?;
        lines.iter().take(examples).try_for_each(|line| writeln!(out, "    {line:?}"))
    };
    for score in &scorecard.lines {
        show(format!("{}: missed by {}", score.set, score.filter), &score.missed)?;
        show(format!("{}: false positives of {}", score.set, score.filter), &score.hit)?;
    }
    for score in &scorecard.spelled {
        show(format!("{}: missed by {}", score.family, score.filter), &score.missed)?;
    }
    for score in &scorecard.personal_data {
        show(format!("{}: missed", score.kind), &score.missed)?;
        show(format!("{}: false positives", score.kind), &score.wrong)?;
    }
    Ok(())
}

fn write_head(out: &mut String, title: &str, filters: &[&str]) -> fmt::Result {
    writeln!(out, "| {title} | {} |\n|{}", filters.join(" | "), "---|".repeat(filters.len() + 1))
}

/// Writes a row for each title, with a column for each filter.
fn write_rows(
    out: &mut String,
    filters: &[&str],
    shares: impl Iterator<Item = (String, &'static str, Share)>,
    show: impl Fn(&Share) -> String,
) -> fmt::Result {
    let shares: Vec<_> = shares.filter(|(_, filter, _)| filters.contains(filter)).collect();
    for row in shares.chunk_by(|a, b| a.0 == b.0) {
        let cells: Vec<String> = row.iter().map(|(.., share)| show(share)).collect();
        writeln!(out, "| {} | {} |", row[0].0, cells.join(" | "))?;
    }
    Ok(())
}

fn percent(share: Share) -> String {
    match share.of {
        0 => "–".to_owned(),
        of => format!("{:.1} %", 100.0 * share.hit as f64 / of as f64),
    }
}
