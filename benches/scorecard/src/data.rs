//! Readers for the data sets, in the formats that their authors publish.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Lines that are labeled as harmful or harmless.
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) harmful: Vec<String>,
    pub(crate) harmless: Vec<String>,
}

/// A sentence with obfuscated spelling, and the original.
pub(crate) struct Pair {
    pub(crate) family: String,
    pub(crate) plain: String,
    pub(crate) disguised: String,
}

/// Returns the lines of a file, without empty ones.
pub(crate) fn lines(path: &Path) -> Result<Vec<String>> {
    let text = read(path)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// Reads a file whose lines are all harmful, or all harmless.
pub(crate) fn line_set(path: &Path, is_harmful: bool, most: usize) -> Result<Set> {
    let lines = sample(lines(path)?, most);
    let (harmful, harmless) = if is_harmful { (lines, Vec::new()) } else { (Vec::new(), lines) };
    Ok(Set { name: stem(path), harmful, harmless })
}

#[derive(Deserialize)]
struct Case {
    functionality: String,
    case_id: String,
    test_case: String,
    label_gold: String,
    ref_case_id: String,
}

/// The prefix of hatecheck's functionalities for neutral and friendly sentences about people.
const NEUTRAL: &str = "ident_";

/// Reads hatecheck's functional tests: all but the neutral ones, the neutral ones, and the spelling
/// attacks with their originals.
pub(crate) fn hatecheck(path: &Path) -> Result<([Set; 2], Vec<Pair>)> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let cases: Vec<Case> = reader.deserialize().collect::<Result<_, _>>()?;
    let plain: HashMap<&str, &str> =
        cases.iter().map(|case| (number(&case.case_id), case.test_case.as_str())).collect();
    let pairs = cases.iter().filter(|case| case.functionality.starts_with("spell_"));
    let pairs = pairs.filter_map(|case| {
        let plain = plain.get(number(&case.ref_case_id))?;
        Some(Pair {
            family: case.functionality.clone(),
            plain: (*plain).to_owned(),
            disguised: case.test_case.clone(),
        })
    });
    let pairs = pairs.collect();
    let (harmful, harmless): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.label_gold == "hateful");
    let (neutral, harmless): (Vec<_>, Vec<_>) =
        harmless.into_iter().partition(|case| case.functionality.starts_with(NEUTRAL));
    let texts = |cases: Vec<Case>| cases.into_iter().map(|case| case.test_case).collect();
    let name = stem(path);
    let neutral = Set {
        name: format!("{name}, about people"),
        harmful: Vec::new(),
        harmless: texts(neutral),
    };
    Ok(([Set { name, harmful: texts(harmful), harmless: texts(harmless) }, neutral], pairs))
}

/// Removes the `.0` that some tools add to whole numbers.
fn number(id: &str) -> &str {
    id.strip_suffix(".0").unwrap_or(id)
}

#[derive(Deserialize)]
struct Tweet {
    class: u8,
    tweet: String,
}

/// Reads tweets of the classes 0 (hateful), 1 (offensive) and 2 (neither).
pub(crate) fn tweets(path: &Path, most: usize) -> Result<Set> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let tweets: Vec<Tweet> = reader.deserialize().collect::<Result<_, _>>()?;
    let (harmless, harmful): (Vec<_>, Vec<_>) =
        tweets.into_iter().partition(|tweet| tweet.class == 2);
    let texts =
        |tweets: Vec<Tweet>| sample(tweets.into_iter().map(|tweet| tweet.tweet).collect(), most);
    Ok(Set { name: stem(path), harmful: texts(harmful), harmless: texts(harmless) })
}

/// Returns at most `most` lines, evenly spread over the set.
fn sample(lines: Vec<String>, most: usize) -> Vec<String> {
    let step = lines.len().div_ceil(most.max(1)).max(1);
    lines.into_iter().step_by(step).collect()
}

pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
