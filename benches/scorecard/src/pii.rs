//! Recall and precision of the detectors of personal data.

use std::path::Path;

use anyhow::Result;
use ivs_chat_review::engine::{Cause, Scratch};
use ivs_chat_review::source::{Source, Sources};
use ivs_chat_review::span::Span;
use serde::{Deserialize, Serialize};

use crate::{data, engines};

/// Each detector with its label in the data.
const KINDS: [(&str, &str); 4] = [
    ("email", "EMAIL_ADDRESS"),
    ("phone", "PHONE_NUMBER"),
    ("card", "CREDIT_CARD"),
    ("ip", "IP_ADDRESS"),
];

#[derive(Deserialize)]
struct Sentence {
    full_text: String,
    spans: Vec<LabeledSpan>,
}

/// A labeled span, in characters.
#[derive(Deserialize)]
struct LabeledSpan {
    entity_type: String,
    start_position: usize,
    end_position: usize,
}

/// The figures of one detector.
#[derive(Serialize)]
pub(crate) struct Score {
    pub(crate) kind: &'static str,
    /// The number of spans in the data.
    pub(crate) there: usize,
    /// How many of these spans overlap a match.
    pub(crate) found: usize,
    /// How many of these spans are equal to a match.
    pub(crate) exact: usize,
    /// The number of matches.
    pub(crate) hits: usize,
    /// How many of these matches overlap a span of the data.
    pub(crate) right: usize,
    #[serde(skip)]
    pub(crate) missed: Vec<String>,
    #[serde(skip)]
    pub(crate) wrong: Vec<String>,
}

pub(crate) fn scores(path: &Path) -> Result<Vec<Score>> {
    let sentences: Vec<Sentence> = serde_json::from_str(&data::read(path)?)?;
    KINDS.iter().map(|&(kind, label)| score(&sentences, kind, label)).collect()
}

fn score(sentences: &[Sentence], kind: &'static str, label: &str) -> Result<Score> {
    let rule = format!("id = \"{kind}\"\ndetect = [\"{kind}\"]\naction = \"mask\"");
    let manifest = format!("version = 1\n[[rule]]\n{rule}\n");
    let mut sources = Sources::default();
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
    let engine = engines::engine(&sources)?;
    let mut score = Score {
        kind,
        there: 0,
        found: 0,
        exact: 0,
        hits: 0,
        right: 0,
        missed: Vec::new(),
        wrong: Vec::new(),
    };
    let mut scratch = Scratch::default();
    for Sentence { full_text, spans } in sentences {
        let there: Vec<Span> = spans
            .iter()
            .filter(|span| span.entity_type == label)
            .map(|span| bytes(full_text, span.start_position, span.end_position))
            .collect();
        let hits = engine.find(full_text, None, &mut scratch);
        let hits: Vec<Span> = hits
            .iter()
            .filter(|hit| matches!(hit.cause, Cause::Detected(_)))
            .map(|hit| hit.span)
            .collect();
        score.there += there.len();
        score.hits += hits.len();
        score.exact += there.iter().filter(|span| hits.contains(span)).count();
        for &span in &there {
            let is_found = hits.iter().any(|hit| hit.overlaps(span));
            score.found += usize::from(is_found);
            score.missed.extend((!is_found).then(|| full_text[span.range()].to_owned()));
        }
        for &hit in &hits {
            let is_right = there.iter().any(|span| span.overlaps(hit));
            score.right += usize::from(is_right);
            score.wrong.extend((!is_right).then(|| full_text[hit.range()].to_owned()));
        }
    }
    Ok(score)
}

/// Converts a range of characters to a range of bytes.
fn bytes(text: &str, start: usize, end: usize) -> Span {
    let byte = |number| text.char_indices().nth(number).map_or(text.len(), |(at, _)| at);
    Span::new(byte(start), byte(end))
}
