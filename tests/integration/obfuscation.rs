//! Terms disguised as people type them, by tables that are none of the engine's, and what looks like them.
//!
//! All is drawn from [`SEED`]. A term is caught if its whole disguise is hit, and nothing besides.

mod context;
mod near_misses;
mod techniques;
mod typed;

use std::collections::BTreeSet;
use std::fmt::Write;

use fastrand::Rng;
use ivs_chat_review::engine::{Engine, Scratch};

use self::context::frame;
use self::techniques::{Around, FAMILIES, Family};
use self::typed::Typed;
use crate::matching::engine;

const SEED: u64 = 0x1765_2c1e;

/// How many messages are drawn for each term and family.
const VARIANTS: usize = 25;

/// Out of a hundred of a family.
const CAUGHT: usize = 98;

/// With doubled letters, `i` beside `l`, nothing but letters that have doubles in Cyrillic or are leet, and
/// phrases. None is inside another.
#[rustfmt::skip]
const TERMS: &[&str] = &[
    "bill", "ceiling", "kitten", "silly", "pixie", "hippo", "peachy", "chops", "spooky", "goblet", "bless", "toggle", "muppet",
    "noodle", "waffle", "pickle", "turnip", "wombat", "gibbon", "badger", "donkey", "weasel", "walrus", "lizard", "rascal",
    "scoundrel", "nitwit", "dimwit", "numpty", "muffin", "pillock", "villain", "scallywag", "bumpkin", "blockhead",
    "cabbage", "lollipop", "balloon", "committee", "mississippi", "zebra", "fizzy", "vexing", "quizzical", "crackpot",
    "soapy", "glass", "siesta", "daft goose", "mad hatter", "big cheese", "dull spoon", "sour lemon", "hot potato",
    "cold fish", "so posh",
];

/// How many terms a family must be able to disguise.
const MIN_TERMS: usize = 40;

#[test]
fn disguised_terms_are_caught_whole() {
    for term in TERMS {
        let inside = TERMS.iter().any(|other| other != term && other.contains(term));
        assert!(!inside && (4..=12).contains(&term.len()), "{term}");
    }
    let engine = engine_of(TERMS);
    let mut failures = String::new();
    for family in FAMILIES {
        let (mut terms, mut told, mut hit, mut caught) = (0, 0, 0, 0);
        let mut missed = Vec::new();
        for term in TERMS {
            let messages = messages(family, term);
            terms += usize::from(messages.len() == VARIANTS);
            for (before, typed, after) in messages {
                let message = format!("{before}{typed}{after}");
                let spans = hits(&engine, &message);
                let whole = (before.len(), before.len() + typed.len());
                told += 1;
                hit += usize::from(!spans.is_empty());
                if spans == [whole] {
                    caught += 1;
                } else {
                    missed.push((message, spans));
                }
            }
        }
        assert!(terms >= MIN_TERMS, "{}: only {terms} terms", family.name);
        if caught * 100 < told * CAUGHT {
            let share = |count: usize| 100.0 * count as f64 / told as f64;
            let (hit, caught) = (share(hit), share(caught));
            writeln!(failures, "{}: {hit:.1} % hit, {caught:.1} % whole", family.name)
                .expect("to a string");
            // From all of the terms.
            for (message, spans) in missed.iter().step_by(missed.len().div_ceil(5)) {
                let escaped = message.escape_unicode();
                writeln!(failures, "    {message:?} {spans:?}, {escaped}").expect("to a string");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// The symbols of a keyboard and those that people use for letters.
const SYMBOLS: &str = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~£€•";

/// Those that may be no part of the word beside them: they hide no letter and join no words.
const APART: &str = "!\"$&()+,./:;<=>?@[]^{|}~£€";

/// How many pairs of rows of symbols are drawn for each family; `PAIRS=N` draws others.
const PAIRS: usize = 1_400;

/// Rows of symbols before and after a disguise, up to the length of a message, do not keep it from being found:
/// in a third of the families each, so that the three run side by side.
#[test]
fn symbols_around_a_disguised_term_hide_nothing_1() {
    symbols_hide_nothing(FAMILIES.iter().step_by(3));
}

#[test]
fn symbols_around_a_disguised_term_hide_nothing_2() {
    symbols_hide_nothing(FAMILIES.iter().skip(1).step_by(3));
}

#[test]
fn symbols_around_a_disguised_term_hide_nothing_3() {
    symbols_hide_nothing(FAMILIES.iter().skip(2).step_by(3));
}

fn symbols_hide_nothing<'f>(families: impl Iterator<Item = &'f Family>) {
    let engine = engine_of(TERMS);
    let pairs = std::env::var("PAIRS").ok().and_then(|it| it.parse().ok()).unwrap_or(PAIRS);
    let mut scratch = Scratch::default();
    let (mut failures, mut told, mut wanted, mut cut) = (String::new(), 0, 0, 0);
    for family in families {
        let mut rng = rng(family, "symbols");
        wanted += pairs;
        for _ in 0..pairs {
            let term = TERMS[rng.usize(..TERMS.len())];
            let Some(typed) = disguised(&mut rng, family, &Typed::new(term)) else { continue };
            let typed = typed.text();
            if hits(&engine, &typed).is_empty() {
                continue;
            }
            let is_beside = family.around.signs && rng.bool();
            let (symbols, space) = if is_beside { (APART, "") } else { (SYMBOLS, " ") };
            let symbols: Vec<char> = symbols.chars().collect();
            // Of all symbols, of a few, or of one.
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
            told += 1;
            cut += usize::from(scratch.is_cut());
            if !found.iter().any(|it| it.span.start < end && start < it.span.end) {
                writeln!(failures, "{}: {message:?}", family.name).expect("to a string");
            }
        }
    }
    assert!(told >= wanted * 9 / 10, "only {told} of {wanted} pairs");
    assert!(failures.is_empty(), "of {told}, {cut} of them cut:\n{failures}");
}

#[test]
fn what_only_looks_like_a_term_is_left_alone() {
    let mut failures = String::new();
    let mut told = 0;
    let mut tell = |engine: &Engine, messages: BTreeSet<String>| {
        told += messages.len();
        for message in messages {
            let spans = hits(engine, &message);
            if !spans.is_empty() {
                let escaped = message.escape_unicode();
                writeln!(failures, "{message:?} {spans:?}, {escaped}").expect("to a string");
            }
        }
    };
    tell(&engine_of(TERMS), near_misses::MESSAGES.iter().map(|&it| it.to_owned()).collect());
    for term in TERMS {
        // Alone, for what is nearly one term may be another one in disguise.
        tell(&engine_of(&[term]), nearly(term));
    }
    assert!(told >= 10_000, "only {told} messages");
    assert!(failures.is_empty(), "\n{failures}");
}

/// Messages that have nearly the term in them.
fn nearly(term: &str) -> BTreeSet<String> {
    let mut messages = BTreeSet::new();
    for family in FAMILIES {
        let mut rng = rng(family, term);
        let mut words = Vec::new();
        for _ in 0..3 {
            words.extend(near_misses::near_misses(&mut rng, term, family));
            words.extend(family.joins.then(|| near_misses::longer(&mut rng, term)));
        }
        for word in words {
            let Some(typed) = disguised(&mut rng, family, &word) else { continue };
            let typed = typed.text();
            // A sign beside it may be the letter that is missing, and so may one between spaced letters.
            if !family.around.apostrophes && typed.contains('|') {
                continue;
            }
            let (before, after) = frame(&mut rng, Around { signs: false, ..family.around });
            messages.insert(format!("{before}{typed}{after}"));
        }
    }
    let mut rng = Rng::with_seed(SEED);
    messages.extend(near_misses::honest(term));
    messages
        .extend(near_misses::too_far(&mut rng, term).iter().map(|it| format!("well, {it}, then")));
    messages
}

fn engine_of(terms: &[&str]) -> Engine {
    let (engine, problems) = engine(terms, &[]);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

/// Different messages with that term in them: what stands before, its disguise, and what stands after.
fn messages(family: &Family, term: &str) -> BTreeSet<(&'static str, String, &'static str)> {
    let mut rng = rng(family, term);
    let mut messages = BTreeSet::new();
    for _ in 0..VARIANTS * 20 {
        if messages.len() == VARIANTS {
            break;
        }
        if let Some(typed) = disguised(&mut rng, family, &Typed::new(term)) {
            let (before, after) = frame(&mut rng, family.around);
            messages.insert((before, typed.text(), after));
        }
    }
    messages
}

/// Through all steps, if each finds something to do.
fn disguised(rng: &mut Rng, family: &Family, word: &Typed) -> Option<Typed> {
    let mut typed = word.clone();
    family.steps.iter().all(|step| step(rng, &mut typed)).then_some(typed)
}

/// The spans that are hit, those that overlap as one.
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

/// Of its own for each family and word, so that a new one changes no other.
fn rng(family: &Family, word: &str) -> Rng {
    let add = |seed: u64, byte: u8| seed.wrapping_mul(31).wrapping_add(byte.into());
    Rng::with_seed(family.name.bytes().chain(word.bytes()).fold(SEED, add))
}
