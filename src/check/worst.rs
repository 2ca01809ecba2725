//! Messages that may be slow to review: [`Worst`].
//!
//! Nobody guesses the slowest one. What is known to be dear comes first, alone and made of the entries; then
//! changes to whatever took longest so far. Which messages those are depends on nothing but the rules and
//! the times that are told.

use std::time::Duration;

use crate::engine::Engine;
use crate::rules::MAX_MESSAGE_LENGTH;

/// What is repeated from end to end at first.
const DEAR: [&str; 26] = [
    "a",
    "!",
    "*",
    "i!",
    "1l!",
    "$",
    "b*",
    "s*s",
    "b**d",
    "a ",
    "i ",
    "! ",
    "a'",
    "a\u{301}",
    "а ",
    "аa",
    "ⓐb",
    "🇦",
    "👩‍👩‍👧",
    "@1",
    // What links, limits and detectors work hard on.
    "．",
    "а.а",
    "1",
    "(at)",
    ":",
    "a@",
];

const LEET: [(char, char); 8] = [
    ('o', '0'),
    ('i', '1'),
    ('l', '!'),
    ('e', '3'),
    ('a', '@'),
    ('s', '$'),
    ('t', '+'),
    ('b', '8'),
];

/// Entries that messages are made of; of more some are taken, evenly.
const MAX_WORDS: usize = 4_096;

/// The messages that go on to be changed.
const KEPT: usize = 6;

/// A search for the slowest message of a rule set.
#[derive(Debug)]
pub struct Worst {
    words: Vec<String>,
    seeds: std::vec::IntoIter<String>,
    /// The slowest messages, the slowest one first.
    kept: Vec<(String, Duration)>,
    random: Random,
}

impl Worst {
    /// A search among messages that are made of the rules' own entries.
    pub fn new(engine: &Engine) -> Worst {
        let all: Vec<&str> = engine
            .rules()
            .lists
            .iter()
            .flat_map(|list| list.entries.iter().map(|entry| entry.text.as_str()))
            .collect();
        let step = all.len().div_ceil(MAX_WORDS).max(1);
        let mut words: Vec<String> = all.iter().step_by(step).map(|&it| it.to_owned()).collect();
        if words.is_empty() {
            words.push("word".to_owned());
        }
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let seeds = seeds(&words, &mut random).into_iter();
        Worst { words, seeds, kept: Vec::new(), random }
    }

    /// A message to try next; there always is one.
    pub fn next_message(&mut self) -> String {
        if let Some(seed) = self.seeds.next() {
            return seed;
        }
        let base = self.random.below(self.kept.len());
        let base = self.kept.get(base).map_or("", |(message, _)| message.as_str());
        let mut chars: Vec<char> = base.chars().collect();
        let at = self.random.below(chars.len());
        let end = (at + 1 + self.random.below(40)).min(chars.len());
        let word = self.words[self.random.below(self.words.len())].as_str();
        let part: String = chars[at..end].iter().collect();
        let new = match self.random.below(6) {
            0 => word.to_owned(),
            1 => leet(word),
            2 => hidden(word),
            3 => DEAR[self.random.below(DEAR.len())].repeat(1 + self.random.below(20)),
            4 => spelled(&part),
            _ => part.repeat(1 + self.random.below(MAX_MESSAGE_LENGTH)),
        };
        chars.splice(at..end, new.chars());
        cut(chars.into_iter().collect())
    }

    /// Says how long a message took.
    pub fn took(&mut self, message: String, time: Duration) {
        let place = self.kept.partition_point(|(_, slower)| *slower >= time);
        if place < KEPT && self.kept.iter().all(|(kept, _)| *kept != message) {
            self.kept.insert(place, (message, time));
            self.kept.truncate(KEPT);
        }
    }

    /// The slowest message, and how long it took.
    pub fn slowest(&self) -> Option<(&str, Duration)> {
        self.kept.first().map(|(message, time)| (message.as_str(), *time))
    }
}

fn seeds(words: &[String], random: &mut Random) -> Vec<String> {
    let mut seeds: Vec<String> = DEAR.iter().map(|unit| unit.repeat(MAX_MESSAGE_LENGTH)).collect();
    let mut row = |change: &dyn Fn(&str) -> String, between: &str| {
        let mut message = String::new();
        while message.chars().count() < MAX_MESSAGE_LENGTH {
            message += &change(&words[random.below(words.len())]);
            message += between;
        }
        seeds.push(message);
    };
    row(&str::to_owned, " ");
    row(&|word| format!("{word}x"), " ");
    row(&|word| word.chars().take(word.chars().count().max(2) - 1).chain(['0']).collect(), " ");
    row(&leet, " ");
    row(&hidden, " ");
    row(&hidden, "!");
    row(&spelled, "");
    row(&|word| word.chars().flat_map(|c| [c, c]).collect(), " ");
    // One word that fills the message.
    for _ in 0..4 {
        let word = &words[random.below(words.len())];
        seeds.push(format!("{word} ").repeat(MAX_MESSAGE_LENGTH));
    }
    seeds.into_iter().map(cut).collect()
}

fn cut(message: String) -> String {
    message.chars().take(MAX_MESSAGE_LENGTH).collect()
}

fn leet(word: &str) -> String {
    let sign = |c: char| LEET.iter().find(|(letter, _)| *letter == c).map_or(c, |&(_, sign)| sign);
    word.chars().map(sign).collect()
}

fn hidden(word: &str) -> String {
    word.chars().enumerate().map(|(at, c)| if at % 2 == 1 { '*' } else { c }).collect()
}

fn spelled(word: &str) -> String {
    word.chars().flat_map(|c| [c, ' ']).collect()
}

/// Numbers that are the same each time (xorshift64).
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// A number below `end`; 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}
