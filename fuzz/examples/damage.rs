//! Runs the target `compiled` for some seconds without libFuzzer, on stable Rust: compiled rules of
//! the seeds of `reviews`, each time with other damage. A property that is violated is a panic.
//!
//! ```sh
//! cargo run --release --manifest-path fuzz/Cargo.toml --no-default-features --example damage 1800
//! ```

use std::io::{Error, Write};
use std::time::{Duration, Instant};

use ivs_chat_review_fuzz::{Seed, compiled, seeds};

fn main() -> std::io::Result<()> {
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok());
    let limit = Duration::from_secs(seconds.ok_or_else(|| Error::other("usage: damage SECONDS"))?);
    let seeds: Vec<Seed> = seeds().into_iter().filter(|seed| seed.target == "reviews").collect();
    let start = Instant::now();
    let (mut cases, mut slowest) = (0_u64, (Duration::ZERO, String::new()));
    // The damage depends on all bytes; a part with an unknown name is not read.
    let salt = std::process::id();
    while start.elapsed() < limit {
        for seed in &seeds {
            let bytes = [&seed.bytes[..], format!("\n=== {salt} {cases}\n").as_bytes()].concat();
            let begun = Instant::now();
            compiled(&bytes);
            cases += 1;
            slowest = slowest.max((begun.elapsed(), format!("{} ({salt} {cases})", seed.name)));
        }
    }
    let (time, name) = slowest;
    writeln!(
        std::io::stdout(),
        "{cases} cases of {} seeds, each damaged in {} ways; the slowest took {time:?}: {name}",
        seeds.len(),
        ivs_chat_review_fuzz::DAMAGED
    )
}
