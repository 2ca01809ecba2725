//! Terms obfuscated as in chats, by tables that are independent of the engine, and words that only look like them.
//!
//! All random choices are derived from [`SEED`]. An obfuscated term is caught if the match is exactly the term.

mod context;
mod near_misses;
mod techniques;
mod typed;

use std::collections::BTreeSet;
use std::fmt::Write;

use fastrand::Rng;
use ivs_chat_review::engine::{Engine, Scratch};

use self::context::frame;
use self::techniques::{Around, TECHNIQUES, Technique};
use self::typed::Typed;
use crate::matching::engine;

const SEED: u64 = 0x1765_2c1e;

/// Messages per term and technique.
const VARIANTS: usize = 25;

/// The minimum percentage of caught terms per technique.
const MIN_CAUGHT: usize = 98;

/// Terms with double letters, with `i` next to `l`, of letters that all have homoglyphs in Cyrillic or leet characters,
/// and phrases. None contains another.
#[rustfmt::skip]
const TERMS: &[&str] = &[
    "bill", "ceiling", "kitten", "silly", "pixie", "hippo", "peachy", "chops", "spooky", "goblet", "bless", "toggle", "muppet",
    "noodle", "waffle", "pickle", "turnip", "wombat", "gibbon", "badger", "donkey", "weasel", "walrus", "lizard", "rascal",
    "scoundrel", "nitwit", "dimwit", "numpty", "muffin", "pillock", "villain", "scallywag", "bumpkin", "blockhead",
    "cabbage", "lollipop", "balloon", "committee", "mississippi", "zebra", "fizzy", "vexing", "quizzical", "crackpot",
    "soapy", "glass", "siesta", "daft goose", "mad hatter", "big cheese", "dull spoon", "sour lemon", "hot potato",
    "cold fish", "so posh",
];

#[test]
fn obfuscated_terms_are_caught() {
    for term in TERMS {
        let inside = TERMS.iter().any(|other| other != term && other.contains(term));
        assert!(!inside && (4..=12).contains(&term.len()), "{term}");
    }
    let engine = engine_of(TERMS);
    let mut failures = String::new();
    for technique in TECHNIQUES {
        let (mut terms, mut total, mut hit, mut caught) = (0, 0, 0, 0);
        let mut missed = Vec::new();
        for term in TERMS {
            let messages = messages(technique, term);
            terms += usize::from(messages.len() == VARIANTS);
            for (before, typed, after) in messages {
                let message = format!("{before}{typed}{after}");
                let spans = hits(&engine, &message);
                let whole = (before.len(), before.len() + typed.len());
                total += 1;
                hit += usize::from(!spans.is_empty());
                if spans == [whole] {
                    caught += 1;
                } else {
                    missed.push((message, spans));
                }
            }
        }
        assert!(terms >= technique.min_terms, "{}: only {terms} terms", technique.name);
        if caught * 100 < total * MIN_CAUGHT {
            let share = |count: usize| 100.0 * count as f64 / total as f64;
            let (hit, caught) = (share(hit), share(caught));
            writeln!(failures, "{}: {hit:.1} % hit, {caught:.1} % whole", technique.name)
                .expect("to a string");
            // Examples from all terms.
            for (message, spans) in missed.iter().step_by(missed.len().div_ceil(5)) {
                let escaped = message.escape_unicode();
                writeln!(failures, "    {message:?} {spans:?}, {escaped}").expect("to a string");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// ASCII punctuation and other leet characters and hiding symbols.
const SYMBOLS: &str = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~£€•";

/// Symbols that cannot be part of an adjacent word: they hide no letter and join no words.
const APART: &str = "!\"$&()+,./:;<=>?@[]^{|}~£€";

/// Pairs of symbol runs per technique; the environment variable `PAIRS` overrides it.
const PAIRS: usize = 1_400;

/// Symbols before and after an obfuscated term, up to the length of a message, do not hide it. A few messages may exhaust
/// the search budget and so be denied by default. Each test has a third of the techniques, so that they run in parallel.
#[test]
fn surrounding_symbols_do_not_hide_terms_1() {
    assert_symbols_hide_nothing(TECHNIQUES.iter().step_by(3));
}

#[test]
fn surrounding_symbols_do_not_hide_terms_2() {
    assert_symbols_hide_nothing(TECHNIQUES.iter().skip(1).step_by(3));
}

#[test]
fn surrounding_symbols_do_not_hide_terms_3() {
    assert_symbols_hide_nothing(TECHNIQUES.iter().skip(2).step_by(3));
}

fn assert_symbols_hide_nothing<'f>(techniques: impl Iterator<Item = &'f Technique>) {
    let engine = engine_of(TERMS);
    let pairs = std::env::var("PAIRS").ok().and_then(|it| it.parse().ok()).unwrap_or(PAIRS);
    let mut scratch = Scratch::default();
    let (mut failures, mut total, mut wanted, mut cut) = (String::new(), 0, 0, 0);
    for technique in techniques {
        let mut rng = rng(technique, "symbols");
        for _ in 0..pairs {
            let term = TERMS[rng.usize(..TERMS.len())];
            let Some(typed) = obfuscate(&mut rng, technique, &Typed::new(term)) else { continue };
            wanted += 1;
            let typed = typed.text();
            if hits(&engine, &typed).is_empty() {
                continue;
            }
            let is_beside = technique.around.symbols && rng.bool();
            let (symbols, space) = if is_beside { (APART, "") } else { (SYMBOLS, " ") };
            let symbols: Vec<char> = symbols.chars().collect();
            // Runs of all symbols, of a few or of one.
            let kinds = [symbols.len(), 3, 2, 1][rng.usize(..4)];
            let kinds: Vec<char> =
                (0..kinds).map(|_| symbols[rng.usize(..symbols.len())]).collect();
            let mut row = |most: usize| -> String {
                let length = rng.usize(1..=most);
                (0..length).map(|_| kinds[rng.usize(..kinds.len())]).collect()
            };
            let most = 498 - typed.chars().count().min(400);
            let before = row(most.min(400) - 1);
            let after = row((most - before.chars().count()).min(400));
            let message = format!("{before}{space}{typed}{space}{after}");
            let found = engine.find(&message, None, &mut scratch);
            let start = before.len() + space.len();
            let end = start + typed.len();
            total += 1;
            if found.iter().any(|it| it.span.start < end && start < it.span.end) {
                continue;
            }
            cut += usize::from(scratch.is_cut());
            if !scratch.is_cut() {
                writeln!(failures, "{}: {message:?}", technique.name).expect("to a string");
            }
        }
    }
    assert!(total >= wanted * 9 / 10, "only {total} of {wanted} pairs");
    assert!(failures.is_empty(), "of {total}:\n{failures}");
    assert!(cut * 1_000 <= total, "{cut} of {total} searches were cut");
}

#[test]
fn near_misses_do_not_match() {
    let mut failures = String::new();
    let mut total = 0;
    let mut review = |engine: &Engine, messages: BTreeSet<String>| {
        total += messages.len();
        for message in messages {
            let spans = hits(engine, &message);
            if !spans.is_empty() {
                let escaped = message.escape_unicode();
                writeln!(failures, "{message:?} {spans:?}, {escaped}").expect("to a string");
            }
        }
    };
    review(&engine_of(TERMS), near_misses::MESSAGES.iter().map(|&it| it.to_owned()).collect());
    for term in TERMS {
        // With one term, since a near miss of one may be another one, obfuscated.
        review(&engine_of(&[term]), near_misses_of(term));
    }
    assert!(total >= 10_000, "only {total} messages");
    assert!(failures.is_empty(), "\n{failures}");
}

/// Returns messages with near misses of the term.
fn near_misses_of(term: &str) -> BTreeSet<String> {
    let mut messages = BTreeSet::new();
    for technique in TECHNIQUES.iter().filter(|technique| !technique.replaces) {
        let mut rng = rng(technique, term);
        let mut words = Vec::new();
        for _ in 0..3 {
            words.extend(near_misses::near_misses(&mut rng, term, technique));
            words.extend(technique.joins.then(|| near_misses::longer(&mut rng, term)));
        }
        for word in words {
            let Some(typed) = obfuscate(&mut rng, technique, &word) else { continue };
            let typed = typed.text();
            // It may be the term with two letters swapped, next to a symbol.
            let letters = |text: &str| -> Vec<char> {
                let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
                letters.sort_unstable();
                letters
            };
            if letters(&typed) == letters(term) {
                continue;
            }
            // A symbol next to the word or between spaced letters may be the missing letter.
            if !technique.around.apostrophes && typed.contains('|') {
                continue;
            }
            let (before, after) = frame(&mut rng, Around { symbols: false, ..technique.around });
            messages.insert(format!("{before}{typed}{after}"));
        }
    }
    let mut rng = Rng::with_seed(SEED);
    messages.extend(near_misses::genuine_cyrillic(term));
    messages
        .extend(near_misses::too_far(&mut rng, term).iter().map(|it| format!("well, {it}, then")));
    messages
}

fn engine_of(terms: &[&str]) -> Engine {
    let (engine, problems) = engine(terms, &[]);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

/// Returns different messages with a term: the text before, the obfuscated term, and the text after.
fn messages(technique: &Technique, term: &str) -> BTreeSet<(&'static str, String, &'static str)> {
    let mut rng = rng(technique, term);
    let mut messages = BTreeSet::new();
    for _ in 0..VARIANTS * 20 {
        if messages.len() == VARIANTS {
            break;
        }
        if let Some(typed) = obfuscate(&mut rng, technique, &Typed::new(term)) {
            let (before, after) = frame(&mut rng, technique.around);
            messages.insert((before, typed.text(), after));
        }
    }
    messages
}

/// Applies all steps of a technique; `None` if one does not apply.
fn obfuscate(rng: &mut Rng, technique: &Technique, word: &Typed) -> Option<Typed> {
    let mut typed = word.clone();
    technique.steps.iter().all(|step| step(rng, &mut typed)).then_some(typed)
}

/// Returns the spans of all matches, with overlapping ones merged.
fn hits(engine: &Engine, message: &str) -> Vec<(usize, usize)> {
    let mut hits: Vec<(usize, usize)> = Vec::new();
    let found = engine.find(message, None, &mut Scratch::default());
    for span in found.iter().map(|found| found.span) {
        match hits.last_mut() {
            Some((_, end)) if span.start < *end => *end = span.end.max(*end),
            _ => hits.push((span.start, span.end)),
        }
    }
    hits
}

/// Returns a generator for a technique and a word, so that additions do not change the other cases.
fn rng(technique: &Technique, word: &str) -> Rng {
    let add = |seed: u64, byte: u8| seed.wrapping_mul(31).wrapping_add(byte.into());
    Rng::with_seed(technique.name.bytes().chain(word.bytes()).fold(SEED, add))
}
