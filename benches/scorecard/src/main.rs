//! What ivs-chat-review and other filters hit and leave alone, on data written elsewhere. See README.md.

mod data;
mod engines;
mod pii;
mod report;
mod score;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::score::Scorecard;

/// What ivs-chat-review and other filters hit and leave alone.
#[derive(Parser)]
struct Args {
    /// The words that every filter gets, one a line.
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
    /// hatecheck's test cases.
    #[arg(long, value_name = "FILE")]
    hatecheck: Option<PathBuf>,
    /// Tweets with the columns `class` (2: harmless) and `tweet`.
    #[arg(long, value_name = "FILE")]
    tweets: Option<PathBuf>,
    /// Lines that are all harmful.
    #[arg(long, value_name = "FILE")]
    harmful: Vec<PathBuf>,
    /// Lines that are all harmless.
    #[arg(long, value_name = "FILE")]
    harmless: Vec<PathBuf>,
    /// presidio-research's sentences with spans of personal data.
    #[arg(long, value_name = "FILE")]
    pii: Option<PathBuf>,
    /// The folder of the rules that ship.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    rules: PathBuf,
    /// The most lines of a set, taken all over it.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    most: usize,
    /// Shows as many lines of each kind that were judged wrongly. Many are offensive.
    #[arg(long, value_name = "N", default_value_t = 0)]
    examples: usize,
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let list = data::lines(&args.list)?;
    let mut sets = Vec::new();
    let mut pairs = Vec::new();
    if let Some(path) = &args.hatecheck {
        let (both, spelled) = data::hatecheck(path)?;
        sets.extend(both);
        pairs = spelled;
    }
    if let Some(path) = &args.tweets {
        sets.push(data::tweets(path, args.most)?);
    }
    for path in &args.harmful {
        sets.push(data::line_set(path, true, args.most)?);
    }
    for path in &args.harmless {
        sets.push(data::line_set(path, false, args.most)?);
    }
    let mut filters = engines::with_list(&list)?;
    filters.extend(engines::as_shipped(&args.rules)?);
    let scorecard = Scorecard {
        lines: score::lines(&filters, &sets, &list, args.examples),
        spelled: score::spelled(&filters, &pairs, args.examples),
        personal_data: args.pii.as_deref().map(pii::scores).transpose()?.unwrap_or_default(),
    };
    match args.format {
        Format::Table => print!("{}", report::table(&scorecard, args.examples)),
        Format::Json => println!("{}", serde_json::to_string_pretty(&scorecard)?),
    }
    Ok(())
}
