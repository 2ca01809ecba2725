//! Scores of each filter on each set.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use crate::data::{Pair, Set};
use crate::engines::Filter;
use crate::pii;

#[derive(Serialize)]
pub(crate) struct Scorecard {
    /// The number of filters with the same list; the others use what they ship with.
    #[serde(skip)]
    pub(crate) same_list: usize,
    pub(crate) lines: Vec<LineScore>,
    pub(crate) spelled: Vec<SpelledScore>,
    pub(crate) personal_data: Vec<pii::Score>,
}

/// The score of one filter on one set.
#[derive(Serialize)]
pub(crate) struct LineScore {
    pub(crate) set: String,
    pub(crate) filter: &'static str,
    pub(crate) harmful: Share,
    pub(crate) harmless: Share,
    /// Examples of harmful lines that it missed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) missed: Vec<String>,
    /// Examples of harmless lines that it hit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hit: Vec<String>,
}

/// The score of one filter on one family of spelling attacks: of the pairs whose original it hits,
/// those whose obfuscated sentence it hits as well.
#[derive(Serialize)]
pub(crate) struct SpelledScore {
    pub(crate) family: String,
    pub(crate) filter: &'static str,
    pub(crate) disguised: Share,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) missed: Vec<String>,
}

/// `hit` lines out of `of`.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Share {
    pub(crate) hit: usize,
    pub(crate) of: usize,
}

/// Scores each filter on each set. Harmless lines that are entries of the list are not counted.
pub(crate) fn lines(
    filters: &[Filter],
    sets: &[Set],
    list: &[String],
    examples: usize,
) -> Vec<LineScore> {
    let listed: HashSet<String> = list.iter().map(|entry| entry.to_lowercase()).collect();
    let mut scores = Vec::new();
    for set in sets {
        let harmless: Vec<&String> =
            set.harmless.iter().filter(|line| !listed.contains(&line.to_lowercase())).collect();
        for filter in filters {
            let (hit, missed): (Vec<&String>, Vec<&String>) =
                set.harmful.iter().partition(|line| filter.hits(line));
            let (wrong, right): (Vec<&String>, Vec<&String>) =
                harmless.iter().partition(|line| filter.hits(line));
            scores.push(LineScore {
                set: set.name.clone(),
                filter: filter.name,
                harmful: Share { hit: hit.len(), of: hit.len() + missed.len() },
                harmless: Share { hit: wrong.len(), of: wrong.len() + right.len() },
                missed: some(&missed, examples),
                hit: some(&wrong, examples),
            });
        }
    }
    scores
}

/// Scores each filter on each family of spelling attacks.
pub(crate) fn spelled(filters: &[Filter], pairs: &[Pair], examples: usize) -> Vec<SpelledScore> {
    let families: BTreeSet<&String> = pairs.iter().map(|pair| &pair.family).collect();
    let mut scores = Vec::new();
    for family in families {
        for filter in filters {
            let pairs = pairs.iter().filter(|pair| pair.family == *family);
            let (hit, missed): (Vec<&Pair>, Vec<&Pair>) = pairs
                .filter(|pair| filter.hits(&pair.plain))
                .partition(|pair| filter.hits(&pair.disguised));
            let missed_lines: Vec<&String> = missed.iter().map(|pair| &pair.disguised).collect();
            scores.push(SpelledScore {
                family: family.clone(),
                filter: filter.name,
                disguised: Share { hit: hit.len(), of: hit.len() + missed.len() },
                missed: some(&missed_lines, examples),
            });
        }
    }
    scores
}

/// Returns at most `most` lines, evenly spread over all of them.
fn some(lines: &[&String], most: usize) -> Vec<String> {
    let step = lines.len().div_ceil(most.max(1)).max(1);
    lines.iter().step_by(step).take(most).map(|line| (*line).clone()).collect()
}
