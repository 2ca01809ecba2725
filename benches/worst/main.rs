//! Searches for the events that are slowest to review, for each kind of rules.
//!
//! `cargo bench --no-default-features --bench worst -- KIND` searches for the kinds whose names contain `KIND`.
//! `ROUNDS=N` is the number of changes that are tried for each seed, `SEEDS=N` the number of seeds, and
//! `BY=time` climbs by processor time in place of steps, `FULL=1` prints events whole, and `RULES=DIR` is a rule folder
//! for the kind `shipped`.
//!
//! Each row has the worst event that was found: its steps of the search budget, its time, and its
//! time as a multiple of that of plain messages of 500 code points.

#![expect(clippy::print_stdout, reason = "it prints a table")]

#[path = "../../src/bin/ivs-review/commands/check/clock.rs"]
mod clock;
mod rules;
#[path = "../review/words.rs"]
#[expect(dead_code, reason = "the `review` benchmark uses the rest")]
mod words;

use std::hint::black_box;
use std::path::Path;

use ivs_chat_review::engine::{Engine, MAX_STEPS};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::lint::{Probe, WorstCaseSearch};
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;

use crate::words::Kind;

const DAY: Date = Date::constant(2026, 6, 30);

const ENTRIES: usize = 10_000;
const PATTERNS: usize = 200;
const ROUNDS: usize = 3_000;
const SEEDS: u64 = 2;

/// How often each event is timed. Interruptions only make a review slower, so the minimum is taken.
const TIMES: usize = 5;

/// English words that are in no list, repeated to the maximum length of a message.
const PLAIN: &str =
    "good evening from the studio, we are live again and the first match begins soon ";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test` only checks that it runs.
    let is_bench = args.iter().any(|arg| arg == "--bench");
    let wanted = args.iter().find(|arg| !arg.starts_with('-')).map_or("", String::as_str);
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let (entries, rounds, seeds) = match is_bench {
        true => (
            ENTRIES,
            number("ROUNDS").unwrap_or(ROUNDS),
            number("SEEDS").map_or(SEEDS, |seeds| seeds as u64),
        ),
        false => (100, 10, 1),
    };
    let by_time = std::env::var("BY").is_ok_and(|by| by == "time");
    let words = Kind::Dictionary.words(entries);
    println!(
        "{:16} {:>8} {:>5} {:>10} {:>10} {:>8}  event",
        "rules", "steps", "cut", "µs", "plain µs", "times"
    );
    let folder = std::env::var("RULES").unwrap_or_else(|_| "rules".to_owned());
    let shipped = ("shipped", rules::shipped(Path::new(&folder)));
    let made = rules::kinds(&words, PATTERNS).into_iter();
    let made = made.map(|(name, lines, patterns)| (name, rules::engine(&lines, &patterns)));
    for (name, engine) in [shipped].into_iter().chain(made) {
        if name.contains(wanted) {
            row(name, &engine, rounds, seeds, by_time);
        }
    }
}

fn row(name: &str, engine: &Engine, rounds: usize, seeds: u64, by_time: bool) {
    engine.compile_patterns();
    let mut reviewer = Reviewer::new(engine);
    let mut worst: Option<(u64, Probe)> = None;
    for seed in 0..seeds {
        let mut search = WorstCaseSearch::new(engine, seed);
        for _ in 0..search.seeds() + rounds {
            let probe = search.next_probe();
            let cost = match by_time {
                true => nanos(&mut reviewer, &probe.request()),
                false => u64::from(reviewer.review(&probe.request(), DAY).steps),
            };
            search.add(probe, cost);
        }
        // A single slow measurement may be noise.
        let timed = search
            .highest()
            .iter()
            .map(|(probe, _)| (nanos(&mut reviewer, &probe.request()), probe.clone()));
        worst = timed.chain(worst).max_by_key(|(time, _)| *time);
    }
    let Some((time, probe)) = worst else { return };
    let plain: String = PLAIN.chars().cycle().take(500).collect();
    let plain = nanos(&mut reviewer, &ReviewRequest::new(plain));
    let review = reviewer.review(&probe.request(), DAY);
    assert!(review.steps <= MAX_STEPS);
    let cut = if review.cut { "cut" } else { "" };
    let length = if std::env::var_os("FULL").is_some() { usize::MAX } else { 100 };
    let start: String = format!("{probe:?}").chars().take(length).collect();
    println!(
        "{name:16} {:8} {cut:>5} {:10.1} {:10.1} {:8.1}  {start}",
        review.steps,
        time as f64 / 1e3,
        plain as f64 / 1e3,
        time as f64 / plain as f64
    );
}

/// Returns the minimum processor time of a review, in nanoseconds.
fn nanos(reviewer: &mut Reviewer<'_>, request: &ReviewRequest<'_>) -> u64 {
    let times = (0..TIMES)
        .map(|_| clock::timed(|| black_box(reviewer.review(request, DAY))).1.as_nanos() as u64);
    times.min().unwrap_or_default()
}
