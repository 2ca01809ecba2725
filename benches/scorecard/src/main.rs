//! Recall and false positives of ivs-chat-review and other filters on third-party data. See
//! README.md.

mod data;
mod engines;
mod peers;
mod pii;
mod report;
mod score;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::score::Scorecard;

/// Measure recall and false positives of ivs-chat-review and other filters
#[derive(Parser)]
struct Args {
    /// Words for every filter, one per line
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
    /// Test cases of hatecheck
    #[arg(long, value_name = "FILE")]
    hatecheck: Option<PathBuf>,
    /// Tweets with the columns `class` (2: harmless) and `tweet`
    #[arg(long, value_name = "FILE")]
    tweets: Option<PathBuf>,
    /// File of harmful lines (repeatable)
    #[arg(long, value_name = "FILE")]
    harmful: Vec<PathBuf>,
    /// File of harmless lines (repeatable)
    #[arg(long, value_name = "FILE")]
    harmless: Vec<PathBuf>,
    /// Sentences of presidio-research, with spans of personal data
    #[arg(long, value_name = "FILE")]
    pii: Option<PathBuf>,
    /// Folder of the shipped rules
    #[arg(long, value_name = "DIR", default_value = "rules")]
    rules: PathBuf,
    /// Maximum number of lines per set, spread over the set
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    most: usize,
    /// Number of wrong results of each kind to show; many are offensive
    #[arg(long, value_name = "N", default_value_t = 0)]
    examples: usize,
    /// Output format
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
    filters.extend(peers::with_list(&list)?);
    let same_list = filters.len();
    filters.extend(engines::as_shipped(&args.rules)?);
    let scorecard = Scorecard {
        same_list,
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
