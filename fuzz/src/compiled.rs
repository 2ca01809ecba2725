//! Writes rules in compiled form, opens them again, and damages them.

use std::hash::{DefaultHasher, Hash, Hasher};

use ivs_chat_review::compiled::{self, Compiled};
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use ivs_chat_review::source::Sources;

use super::case::Case;
use super::reviews::DAY;

/// The number of damaged copies of a file in each case.
pub const DAMAGED: u64 = 16;

/// The message for rules without messages.
const MESSAGE: &str = "What a b4dword, m u p p e t! Göt ρот fu*k https://example.com 🙂";

/// Damages compiled rules. Checks that damage is detected by a checksum, and that with right
/// checksums it leads to no panic.
pub fn compiled(bytes: &[u8]) {
    let case = Case::new(bytes);
    let sources = case.sources();
    let engine = Engine::compile(rules::parse(&sources).rules).0;
    let file = compiled::write(&engine, &sources);
    let events = case.events.iter().filter_map(|event| ReviewRequest::from_json(event).ok());
    let messages = events.map(|event| event.content.into_owned());
    let mut messages: Vec<String> = messages.chain(case.messages).take(4).collect();
    messages.push(MESSAGE.to_owned());
    for number in 0..DAMAGED {
        let mut damaged = file.clone();
        damage(&mut damaged, &mut Random(random(bytes, number)));
        if damaged == file {
            continue;
        }
        if let Ok(opened) = Compiled::open(damaged.clone()) {
            let check = opened.check.expect("a small body is checked when it is opened");
            assert!(!check.passes(&damaged[..]).expect("bytes can be read"), "undetected damage");
        }
        compiled::seal(&mut damaged);
        let Ok(opened) = Compiled::open(damaged) else { continue };
        for message in &messages {
            let message: String = message.chars().take(200).collect();
            let mut reviewer = Reviewer::new(&opened.engine);
            let review = reviewer.review(&ReviewRequest::new(&message), DAY);
            review.matches().for_each(|found| {
                let _ = opened.engine.place(found);
            });
            review.into_response(&opened.engine, ReviewRequest::new(&message)).to_json();
        }
    }
}

/// Returns the engine after it was written and opened.
pub(super) fn reopened(engine: &Engine, sources: &Sources) -> Engine {
    let opened = Compiled::open(compiled::write(engine, sources)).expect("it was just written");
    assert_eq!(opened.engine.entries(), engine.entries());
    assert_eq!(opened.engine.is_empty(), engine.is_empty());
    opened.engine
}

/// Checks that both engines find the same in the same steps.
pub(super) fn check_same(engine: &Engine, opened: &Engine, message: &str) {
    let (mut scratch, mut other) = (Scratch::default(), Scratch::default());
    let found = engine.find(message, Some(DAY), &mut scratch);
    assert_eq!(opened.find(message, Some(DAY), &mut other), found, "{message:?}");
    assert_eq!(other.steps(), scratch.steps(), "{message:?}");
}

fn damage(file: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(6) {
        let at = random.below(file.len());
        match random.below(8) {
            0 => file.truncate(at.max(1)),
            1 => drop(file.splice(at..at, [random.below(256) as u8])),
            2 => {
                let end = file.len().min(at + random.below(64));
                file[at..end].fill(if random.below(2) == 0 { 0 } else { 0xFF });
            }
            3 => {
                // Half of the damage is to the tables.
                let at = file.len() - 1 - random.below(file.len() / 2 + 1).min(file.len() - 1);
                file[at] ^= 1 << random.below(8);
            }
            _ => file[at] = random.below(256) as u8,
        }
    }
}

struct Random(u64);

impl Random {
    /// Returns a number below `limit`, which must not be 0 (SplitMix64).
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ mixed >> 27) % limit as u64) as usize
    }
}

fn random(bytes: &[u8], number: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (bytes, number).hash(&mut hasher);
    hasher.finish()
}
