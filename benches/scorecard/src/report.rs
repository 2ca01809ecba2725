//! The scorecard as tables in Markdown.

use std::fmt::{self, Write};

use crate::score::{Scorecard, Share};

pub(crate) fn table(scorecard: &Scorecard, examples: usize) -> String {
    let mut out = String::new();
    write_tables(&mut out, scorecard, examples).expect("a string can be written to");
    out
}

fn write_tables(out: &mut String, scorecard: &Scorecard, examples: usize) -> fmt::Result {
    writeln!(out, "| set | filter | harmful lines hit | harmless lines hit |\n|---|---|---|---|")?;
    for score in &scorecard.lines {
        let (harmful, harmless) = (share(score.harmful), share(score.harmless));
        writeln!(out, "| {} | {} | {harmful} | {harmless} |", score.set, score.filter)?;
    }
    if !scorecard.spelled.is_empty() {
        writeln!(out, "\n| disguise | filter | of what it hits plain |\n|---|---|---|")?;
    }
    for score in &scorecard.spelled {
        writeln!(out, "| {} | {} | {} |", score.family, score.filter, share(score.disguised))?;
    }
    if !scorecard.personal_data.is_empty() {
        let head = "spans | found | exactly | hits | precision";
        writeln!(out, "\n| personal data | {head} |\n|---|---|---|---|---|---|")?;
    }
    for score in &scorecard.personal_data {
        let found = share(Share { hit: score.found, of: score.there });
        let exact = share(Share { hit: score.exact, of: score.there });
        let right = share(Share { hit: score.right, of: score.hits });
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
        show(format!("{}: {} misses", score.set, score.filter), &score.missed)?;
        show(format!("{}: {} hits, and should not", score.set, score.filter), &score.hit)?;
    }
    for score in &scorecard.spelled {
        show(format!("{}: {} misses", score.family, score.filter), &score.missed)?;
    }
    for score in &scorecard.personal_data {
        show(format!("{}: missed", score.kind), &score.missed)?;
        show(format!("{}: hit, and is none", score.kind), &score.wrong)?;
    }
    Ok(())
}

fn share(share: Share) -> String {
    match share.of {
        0 => "–".to_owned(),
        of => format!("{:.2} %", 100.0 * share.hit as f64 / of as f64),
    }
}
