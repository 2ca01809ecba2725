//! Searches for the messages of 500 code points on which a review takes longest, by kind of rules.
//!
//! Nobody guesses them: the search starts at what is known to be dear, and keeps whatever change makes a
//! review slower. `cargo bench --bench worst -- KIND` searches for the kinds whose names hold `KIND`;
//! `ROUNDS=N` says how many changes it tries for each.

#![expect(clippy::print_stdout, reason = "a table is what it makes")]

#[path = "../review/floor.rs"]
#[expect(dead_code, reason = "the other bench needs more of it")]
mod floor;
mod messages;
mod rules;
#[path = "../review/words.rs"]
#[expect(dead_code, reason = "the other bench needs more of it")]
mod words;

use std::hint::black_box;
use std::time::{Duration, Instant};

use fastrand::Rng;
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::event::ReviewRequest;
use ivs_chat_review::normalize::{Disguises, Folded, Form, Layout, Normalized, Reading};
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;

use crate::floor::Floor;
use crate::words::Kind;

const DAY: Date = Date::constant(2026, 6, 30);

const ENTRIES: usize = 10_000;
const PATTERNS: usize = 200;
const ROUNDS: usize = 3_000;

/// The messages that go on to be changed.
const KEPT: usize = 12;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test` only looks whether it runs.
    let is_bench = args.iter().any(|arg| arg == "--bench");
    let wanted = args.iter().find(|arg| !arg.starts_with('-')).map_or("", String::as_str);
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let (entries, rounds) = if is_bench { (ENTRIES, rounds.unwrap_or(ROUNDS)) } else { (100, 10) };
    println!("{:16} {:>10} {:>10} {:>12}  message", "rules", "µs", "once", "times floor");
    let words = Kind::Dictionary.words(entries);
    for (name, lines, patterns) in rules::kinds(&words, PATTERNS) {
        if !name.contains(wanted) {
            continue;
        }
        let engine = rules::engine(&lines, &patterns);
        let (message, time) = Search::new(&engine, &words).run(rounds);
        let floor = Floor::new(&words);
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::Standard, layout: Layout::Words };
        let folded = Normalized::new(&message, form, Reading::Letters, &mut buffer).text();
        let least = fastest(|| {
            black_box(floor.hits(folded));
        });
        let mut scratch = Scratch::default();
        let once = fastest(|| {
            black_box(engine.find(&message, Some(DAY), &mut scratch));
        });
        let ratio = time.as_secs_f64() / least.as_secs_f64();
        let start: String = message.escape_default().take(60).collect();
        let [time, once] = [time, once].map(|time| time.as_secs_f64() * 1e6);
        println!("{name:16} {time:10.1} {once:10.1} {ratio:12.1}  {start}");
    }
}

/// A search under way.
struct Search<'e> {
    reviewer: Reviewer<'e>,
    words: &'e [String],
    rng: Rng,
    /// The slowest messages, the slowest one first.
    kept: Vec<(String, Duration)>,
}

impl<'e> Search<'e> {
    fn new(engine: &'e Engine, words: &'e [String]) -> Search<'e> {
        let rng = Rng::with_seed(2026);
        Search { reviewer: Reviewer::new(engine), words, rng, kept: Vec::new() }
    }

    fn run(mut self, rounds: usize) -> (String, Duration) {
        for seed in messages::seeds(&mut self.rng, self.words) {
            self.add(seed);
        }
        for _ in 0..rounds {
            let base = self.rng.usize(..self.kept.len());
            let other = self.rng.usize(..self.kept.len());
            let (base, other) = (&self.kept[base].0, &self.kept[other].0);
            let changed = messages::changed(&mut self.rng, base, other, self.words);
            self.add(changed);
        }
        // What was slow once may have been so by chance.
        let again = |(message, _): &(String, Duration)| (message.clone(), Duration::ZERO);
        let finalists: Vec<_> = self.kept.iter().map(again).collect();
        self.kept.clear();
        finalists.into_iter().for_each(|(message, _)| self.add(message));
        self.kept.swap_remove(0)
    }

    /// Keeps a message if it is one of the slowest.
    fn add(&mut self, message: String) {
        if self.kept.iter().any(|(kept, _)| *kept == message) {
            return;
        }
        let request = ReviewRequest::new(message.as_str());
        let time = fastest(|| {
            black_box(self.reviewer.review(&request, DAY));
        });
        let place = self.kept.partition_point(|(_, slower)| *slower > time);
        if place < KEPT {
            self.kept.insert(place, (message, time));
            self.kept.truncate(KEPT);
        }
    }
}

/// What the work takes if nothing comes between.
fn fastest(mut work: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    times.min().unwrap_or_default()
}
