//! The cost of a review, relative to the floor: a bare Aho-Corasick scan of the folded text.
//!
//! `cargo bench` measures everything and ends with the table of ratios that `benches/README.md`
//! explains; `cargo bench -- FILTER` measures the groups whose names contain FILTER, and
//! `cargo bench -- --test` only checks that everything runs.

mod chat;
mod floor;
mod messages;
mod setup;
mod table;
mod words;

use std::hint::black_box;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::normalize::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;
use peak_alloc::PeakAlloc;

use crate::floor::Floor;
use crate::messages::Messages;
use crate::setup::{Setup, kinds};
use crate::words::Kind;

/// Measures the peak memory of building an engine.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const DAY: Date = Date::constant(2026, 6, 30);

const FORM: Form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };

fn main() {
    let folder = results_folder();
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .without_plots()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .sample_size(20)
        .configure_from_args();
    let mixed = Messages::mixed();
    for entries in [500, 10_000, 100_000] {
        for kind in [Kind::Synthetic, Kind::Dictionary] {
            let setup = Setup::new(entries, kind, 0);
            measure(&mut criterion, &format!("mixed/{}/{entries}", kind.name()), &setup, &mixed);
            build(&mut criterion, &format!("build/{}/{entries}", kind.name()), &setup);
        }
    }
    let chat = Messages::chat();
    for entries in [10_000, 100_000] {
        let setup = Setup::new(entries, Kind::Dictionary, 0);
        measure(&mut criterion, &format!("chat/dictionary/{entries}"), &setup, &chat);
    }
    let shipped = Setup::shipped();
    measure(&mut criterion, "chat/shipped", &shipped, &chat);
    measure(&mut criterion, "mixed/shipped", &shipped, &mixed);
    build(&mut criterion, "build/shipped", &shipped);
    let ascii: Vec<String> = shipped.words.iter().filter(|it| it.is_ascii()).cloned().collect();
    for (name, messages) in Messages::by_kind(&ascii) {
        measure(&mut criterion, &format!("shipped/{name}"), &shipped, &messages);
    }
    let setup = Setup::new(10_000, Kind::Dictionary, 0);
    for (name, messages) in Messages::by_kind(&setup.words) {
        measure(&mut criterion, &format!("kinds/{name}"), &setup, &messages);
    }
    for patterns in [0, 50, 200] {
        let setup = Setup::new(500, Kind::Dictionary, patterns);
        for (name, messages) in Messages::clean() {
            measure(&mut criterion, &format!("patterns/{name}/{patterns}"), &setup, &messages);
        }
    }
    for (kind, rules) in kinds() {
        let setup = Setup::with(500, Kind::Dictionary, &rules);
        let sets = Messages::clean().into_iter().chain(Messages::hostile());
        for (name, messages) in sets {
            find(&mut criterion, &format!("added/{name}"), kind, &setup, &messages);
        }
    }
    criterion.final_summary();
    table::print(&folder);
}

/// Returns the folder for Criterion's results, in the target directory of cargo.
fn results_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"));
    target.join("criterion")
}

/// Measures each step of a review and the floor; a pass covers all messages.
fn measure(criterion: &mut Criterion, name: &str, setup: &Setup, messages: &Messages) {
    let mut group = criterion.benchmark_group(name);
    let floor = Floor::new(&setup.words);
    let mut buffer = Folded::default();
    let folded: Vec<String> = messages.texts.iter().map(|text| fold(text, &mut buffer)).collect();
    let texts = &messages.texts;
    group.bench_function("floor", |bencher| {
        bencher.iter(|| folded.iter().map(|text| floor.hits(text)).sum::<usize>());
    });
    group.bench_function("fold", |bencher| {
        bencher.iter(|| {
            for text in texts {
                black_box(Normalized::new(text, FORM, SymbolMode::Letters, &mut buffer).text());
            }
        });
    });
    let mut scratch = Scratch::default();
    group.bench_function("find", |bencher| {
        let mut find = |text: &String| setup.engine.find(text, Some(DAY), &mut scratch).len();
        bencher.iter(|| texts.iter().map(&mut find).sum::<usize>());
    });
    let mut reviewer = Reviewer::new(&setup.engine);
    group.bench_function("review", |bencher| {
        bencher.iter(|| {
            for text in texts {
                let request = ReviewRequest::new(text.as_str());
                let review = reviewer.review(&request, DAY);
                black_box(review.into_response(&setup.engine, request));
            }
        });
    });
    json(&mut group, setup, messages);
    group.finish();
}

/// Measures the search alone; each iteration takes the next message.
fn find(criterion: &mut Criterion, group: &str, name: &str, setup: &Setup, messages: &Messages) {
    let mut group = criterion.benchmark_group(group);
    let mut scratch = Scratch::default();
    let mut next = messages.texts.iter().cycle();
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let text = next.next().map_or("", String::as_str);
            setup.engine.find(text, Some(DAY), &mut scratch).len()
        });
    });
    group.finish();
}

/// Measures from the bytes of an event to those of the reply.
fn json(group: &mut BenchmarkGroup<'_, WallTime>, setup: &Setup, messages: &Messages) {
    let events: Vec<Vec<u8>> = messages.events();
    let mut reviewer = Reviewer::new(&setup.engine);
    group.bench_function("json", |bencher| {
        bencher.iter(|| {
            for event in &events {
                let request = ReviewRequest::from_json(event).expect("an event");
                let review = reviewer.review(&request, DAY);
                black_box(review.into_response(&setup.engine, request).to_json());
            }
        });
    });
}

/// Measures parsing and compiling rule files, and building the automaton of the floor.
fn build(criterion: &mut Criterion, name: &str, setup: &Setup) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    group.bench_function("floor", |bencher| {
        bencher.iter_with_large_drop(|| Floor::new(&setup.words));
    });
    group.bench_function("build", |bencher| {
        bencher.iter_with_large_drop(|| setup.compile());
    });
    group.finish();
    let floor = Memory::of(|| Floor::new(&setup.words), Floor::memory);
    let engine = Memory::of(|| setup.compile(), Engine::entries_memory);
    let _ = writeln!(
        io::stdout(),
        "{name}: the engine keeps {} KiB, {:.2} times the floor, and takes {} KiB to build, {:.2} times",
        engine.kept / 1024,
        engine.kept as f64 / floor.kept as f64,
        engine.peak / 1024,
        engine.peak as f64 / floor.peak as f64,
    );
}

/// Memory in bytes.
struct Memory {
    /// What the built value reports as its size.
    kept: usize,
    /// The most that was allocated during the build.
    peak: usize,
}

impl Memory {
    fn of<T>(build: impl FnOnce() -> T, kept: impl FnOnce(&T) -> usize) -> Memory {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let built = build();
        Memory { kept: kept(&built), peak: MEMORY.peak_usage().saturating_sub(before) }
    }
}

fn fold(text: &str, buffer: &mut Folded) -> String {
    Normalized::new(text, FORM, SymbolMode::Letters, buffer).text().to_owned()
}
