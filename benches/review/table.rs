//! A table of the results relative to their floors.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

/// The steps of a group, fastest first.
const STEPS: [&str; 6] = ["floor", "fold", "find", "review", "json", "build"];

/// Median times in nanoseconds, by group and step.
type Figures = BTreeMap<String, BTreeMap<String, f64>>;

/// Prints what Criterion measured in this run and earlier ones. Prints nothing without results.
pub(crate) fn print(folder: &Path) {
    let mut figures = Figures::new();
    collect(folder, &mut figures);
    let mut out = io::stdout().lock();
    let _ = write(&mut out, &figures);
}

fn write(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    let Some(width) = figures.keys().map(String::len).max() else { return Ok(()) };
    write!(out, "\n{:width$}", "times the floor")?;
    for step in &STEPS[1..] {
        write!(out, "  {step:>6}")?;
    }
    writeln!(out, "  {:>12}", "floor")?;
    for (group, steps) in figures {
        let Some(floor) = steps.get("floor") else { continue };
        write!(out, "{group:width$}")?;
        for step in &STEPS[1..] {
            match steps.get(*step) {
                Some(time) => write!(out, "  {:>6.2}", time / floor)?,
                None => write!(out, "  {:>6}", "")?,
            }
        }
        writeln!(out, "  {:>9.1} µs", floor / 1_000.0)?;
    }
    added(out, figures)
}

/// Writes the time that rules of each kind add to the search of a message.
fn added(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    const KINDS: [&str; 4] = ["links", "limits", "detect", "all"];
    let groups =
        || figures.iter().filter_map(|(name, it)| Some((name.strip_prefix("added/")?, it)));
    let Some(width) = groups().map(|(name, _)| name.len()).max() else { return Ok(()) };
    let title = "added, µs";
    let width = width.max(title.len());
    write!(out, "\n{title:width$}")?;
    for kind in KINDS {
        write!(out, "  {kind:>7}")?;
    }
    writeln!(out, "  {:>7}", "none")?;
    for (name, steps) in groups() {
        let Some(none) = steps.get("none") else { continue };
        write!(out, "{name:width$}")?;
        for kind in KINDS {
            match steps.get(kind) {
                Some(time) => write!(out, "  {:>7.2}", (time - none) / 1_000.0)?,
                None => write!(out, "  {:>7}", "")?,
            }
        }
        writeln!(out, "  {:>7.2}", none / 1_000.0)?;
    }
    Ok(())
}

/// Reads `benchmark.json` and `estimates.json` of each `FOLDER/GROUP…/STEP/new/`.
fn collect(folder: &Path, figures: &mut Figures) {
    let read = |name: &str| -> Option<Value> {
        serde_json::from_slice(&fs::read(folder.join("new").join(name)).ok()?).ok()
    };
    if let (Some(benchmark), Some(estimates)) = (read("benchmark.json"), read("estimates.json")) {
        let name = |key: &str| benchmark[key].as_str().map(str::to_owned);
        let median = estimates["median"]["point_estimate"].as_f64();
        if let (Some(group), Some(step), Some(median)) =
            (name("group_id"), name("function_id"), median)
        {
            figures.entry(group).or_default().insert(step, median);
        }
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), figures);
        }
    }
}
