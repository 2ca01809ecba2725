//! A search for the events that take a rule set the most time: [`WorstCaseSearch`].
//!
//! It is a hill climb. It begins with probes that are known to be expensive: repeated units, pairs
//! of symbols, and rows of entries in all obfuscations. Then it changes one of the best probes so
//! far and keeps what costs more. `check` runs a short search, `benches/worst` one of any length.
//! The same seed, rules and costs always give the same probes.

use crate::engine::Engine;
use crate::ivs::{MAX_ATTRIBUTES, MAX_MESSAGE_LENGTH, ReviewRequest};
use crate::normalize::leet::{HIDING, LEET};
use crate::rules::{AttributeNames, FieldSelector};

/// Units that are repeated from end to end.
const UNITS: [&str; 44] = [
    "a",
    "1",
    "!",
    "*",
    "i!",
    "il",
    "1l!",
    "$",
    "b*",
    "s*s",
    "b**d",
    "a ",
    "i ",
    "! ",
    "!i! ",
    "a.",
    "'",
    "a'",
    "\u{FDFA}",
    "\u{FDFA}😡",
    "a\u{301}",
    "a\u{336}\u{336}\u{336}\u{336}",
    "а ",
    "аб",
    "аa",
    "한",
    "ㄱㅏ",
    "ⓐb",
    "🇦",
    "🇩🇪",
    "👩‍👩‍👧",
    "が",
    "\u{200B}a",
    "@1",
    // The slowest units for links, limits and detectors.
    "．",
    "а.а",
    "a.b/",
    "(at)",
    ":",
    "a@",
    "4111 ",
    "1.",
    "+1 ",
    "é",
];

/// Symbols that may be letters, hide a letter or separate words; each pair of them is a unit.
const SYMBOLS: [char; 13] = ['!', '|', '@', '$', '+', '€', '£', '*', '#', '_', '•', '-', '1'];

/// The maximum number of entries that probes are made of; longer lists are sampled evenly.
const MAX_WORDS: usize = 4_096;

/// The number of best probes that are kept and changed.
const KEPT: usize = 12;

/// The maximum length of the value of an attribute in bytes; the rest is for its name and the JSON.
const MAX_ATTRIBUTE: usize = MAX_ATTRIBUTES - 64;

/// An event to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    content: String,
    /// The name and value of an attribute, if the rules search one.
    attribute: Option<(String, String)>,
}

impl Probe {
    /// The request of the event.
    pub fn request(&self) -> ReviewRequest<'_> {
        let mut request = ReviewRequest::new(self.content.as_str());
        let attribute = self.attribute.iter();
        let attribute = attribute.map(|(name, text)| (name.as_str().into(), text.as_str().into()));
        request.attributes = attribute.collect();
        request
    }
}

/// A search for the event with the highest cost.
#[derive(Debug)]
pub struct WorstCaseSearch {
    words: Vec<String>,
    /// The attribute that the rules search.
    attribute: Option<String>,
    seeds: std::vec::IntoIter<String>,
    /// The probes with the highest costs, in descending order.
    kept: Vec<(Probe, u64)>,
    random: Random,
}

impl WorstCaseSearch {
    /// Creates a search with the entries of an engine.
    pub fn new(engine: &Engine, seed: u64) -> WorstCaseSearch {
        let rules = engine.rules();
        let lists = rules.lists.iter();
        let all: Vec<&str> =
            lists.flat_map(|list| list.entries.iter().map(|it| it.text.as_str())).collect();
        let step = all.len().div_ceil(MAX_WORDS).max(1);
        let mut words: Vec<String> = all.iter().step_by(step).map(|&it| it.to_owned()).collect();
        words.retain(|word| !word.is_empty());
        if words.is_empty() {
            words.push("word".to_owned());
        }
        let attribute =
            match FieldSelector::union(rules.rules.iter().map(|rule| &rule.fields)).attributes {
                AttributeNames::All => Some("displayName".to_owned()),
                AttributeNames::Listed(names) => names.into_iter().next(),
            };
        // Xorshift never leaves zero.
        let mut random = Random(seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15) | 1);
        let seeds = seeds(&words, &mut random).into_iter();
        WorstCaseSearch { words, attribute, seeds, kept: Vec::new(), random }
    }

    /// The number of seeds that are left to try before probes are changed.
    pub fn seeds(&self) -> usize {
        self.seeds.len()
    }

    /// Returns the next probe; there always is one.
    pub fn next_probe(&mut self) -> Probe {
        if let Some(seed) = self.seeds.next() {
            let text: String = seed.chars().cycle().take(MAX_ATTRIBUTE).collect();
            let attribute = self.attribute.clone().map(|name| (name, fitting(&text)));
            return Probe { content: cut(&seed), attribute };
        }
        let mut probe = self.kept[self.random.below(self.kept.len())].0.clone();
        let other = self.kept[self.random.below(self.kept.len())].0.content.clone();
        match &mut probe.attribute {
            Some((_, text)) if self.random.below(3) == 0 => {
                *text = fitting(&changed(text, &other, &self.words, &mut self.random));
            }
            _ => {
                probe.content = cut(&changed(&probe.content, &other, &self.words, &mut self.random))
            }
        }
        probe
    }

    /// Records the cost of a probe, in any unit.
    pub fn add(&mut self, probe: Probe, cost: u64) {
        let index = self.kept.partition_point(|(_, higher)| *higher >= cost);
        if index < KEPT && self.kept.iter().all(|(kept, _)| *kept != probe) {
            self.kept.insert(index, (probe, cost));
            self.kept.truncate(KEPT);
        }
    }

    /// The probes with the highest costs, in descending order.
    pub fn highest(&self) -> &[(Probe, u64)] {
        &self.kept
    }
}

fn seeds(words: &[String], random: &mut Random) -> Vec<String> {
    let mut seeds: Vec<String> = UNITS.iter().map(|unit| unit.repeat(MAX_MESSAGE_LENGTH)).collect();
    for first in SYMBOLS {
        for second in SYMBOLS.into_iter().filter(|&second| second != first) {
            seeds.push(format!("{first}{second}").repeat(MAX_MESSAGE_LENGTH / 2));
        }
    }
    let mut row = |change: &mut dyn FnMut(&str, &mut Random) -> String, between: &str| {
        let mut message = String::new();
        let mut length = 0;
        while length < MAX_MESSAGE_LENGTH {
            let word = &words[random.below(words.len())];
            let part = change(word, random) + between;
            length += part.chars().count().max(1);
            message += &part;
        }
        seeds.push(message);
    };
    row(&mut |word, _| word.to_owned(), " ");
    row(&mut |word, _| word.to_owned(), "");
    row(&mut |word, _| format!("{word}x"), " ");
    row(&mut |word, _| without_last(word), " ");
    row(&mut |word, _| without_last(word) + "0", " ");
    row(&mut leet, " ");
    row(&mut leet, "!");
    row(&mut hidden, " ");
    row(&mut hidden, "");
    row(&mut |word, _| between_letters(word, ' '), "");
    row(&mut |word, _| between_letters(word, '.'), " ");
    row(&mut |word, _| word.chars().flat_map(|c| [c, c]).collect(), " ");
    // One word that fills the message.
    for _ in 0..4 {
        let word = &words[random.below(words.len())];
        seeds.push(format!("{word} ").repeat(MAX_MESSAGE_LENGTH));
    }
    seeds
}

/// A text with one change, or with the end of another text.
fn changed(text: &str, other: &str, words: &[String], random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len());
    let end = (at + 1 + random.below(40)).min(chars.len());
    let part: String = chars[at..end].iter().collect();
    let word = words[random.below(words.len())].as_str();
    let symbol = |random: &mut Random| SYMBOLS[random.below(SYMBOLS.len())];
    let new = match random.below(10) {
        0 => word.to_owned(),
        1 => leet(word, random),
        2 => hidden(word, random),
        3 => UNITS[random.below(UNITS.len())].repeat(1 + random.below(20)),
        4 => between_letters(&part, ' '),
        5 => part.repeat(1 + random.below(MAX_MESSAGE_LENGTH)),
        6 => leet(&part, random),
        7 => {
            let pair: String = [symbol(random), symbol(random)].iter().collect();
            pair.repeat(1 + random.below(MAX_MESSAGE_LENGTH / 2))
        }
        8 => symbol(random).to_string(),
        _ => other.chars().skip(at).collect(),
    };
    chars.splice(at..end, new.chars());
    // Otherwise the surplus is cut off at the end.
    if random.below(2) == 0 {
        let surplus = chars.len().saturating_sub(MAX_MESSAGE_LENGTH);
        chars.drain(..surplus);
    }
    chars.into_iter().collect()
}

/// The first [`MAX_MESSAGE_LENGTH`] code points.
fn cut(text: &str) -> String {
    text.chars().take(MAX_MESSAGE_LENGTH).collect()
}

/// The longest prefix that fits into an attribute, where some characters are escaped in JSON.
fn fitting(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => 2,
        c if c.is_ascii_control() => 6,
        c => c.len_utf8(),
    };
    let mut left = MAX_ATTRIBUTE;
    let fits = |c: &char| {
        let fits = left >= escaped(*c);
        left = left.saturating_sub(escaped(*c));
        fits
    };
    text.chars().take_while(fits).collect()
}

fn without_last(word: &str) -> String {
    word.chars().take(word.chars().count().max(2) - 1).collect()
}

fn leet(word: &str, random: &mut Random) -> String {
    let mut leet = |c: char| {
        let symbols =
            || LEET.iter().filter(|(_, letters)| letters.contains(c)).map(|&(symbol, _)| symbol);
        match symbols().count() {
            0 => c,
            count if random.below(2) == 0 => symbols().nth(random.below(count)).unwrap_or(c),
            _ => c,
        }
    };
    word.chars().map(&mut leet).collect()
}

fn hidden(word: &str, random: &mut Random) -> String {
    let hiding = HIDING[random.below(HIDING.len())];
    let letters = word.chars().enumerate();
    letters.map(|(at, c)| if at > 0 && random.below(2) == 0 { hiding } else { c }).collect()
}

fn between_letters(word: &str, between: char) -> String {
    word.chars().flat_map(|c| [c, between]).collect()
}

/// A deterministic pseudorandom generator (xorshift64).
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// A number below `end`; 0 if `end` is 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}
