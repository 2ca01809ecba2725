//! Messages that may be slow to review, and changes to them.

use fastrand::Rng;

/// The longest message of IVS Chat, in code points.
const LENGTH: usize = 500;

/// What is repeated from end to end at first.
const DEAR: [&str; 32] = [
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
    "a.",
    "'",
    "a'",
    "\u{FDFA}",
    "a\u{301}",
    "a\u{336}\u{336}\u{336}\u{336}",
    "аб",
    "аa",
    "а ",
    "한",
    "ㄱㅏ",
    "ⓐb",
    "🇦",
    "🇩🇪",
    "👩‍👩‍👧",
    "が",
    "\u{200B}a",
    "@1",
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

const HIDING: [char; 5] = ['*', '#', '_', '%', '•'];

/// Where a search begins.
pub(crate) fn seeds(rng: &mut Rng, words: &[String]) -> Vec<String> {
    let mut seeds: Vec<String> = DEAR.iter().map(|unit| unit.repeat(LENGTH)).collect();
    let mut row = |change: &dyn Fn(&mut Rng, &str) -> String, between: &str| {
        let parts = (0..LENGTH).map(|_| {
            let word = rng.usize(..words.len());
            change(rng, &words[word])
        });
        seeds.push(parts.collect::<Vec<_>>().join(between));
    };
    row(&|_, word| word.to_owned(), " ");
    row(&|_, word| word.to_owned(), "");
    row(&|_, word| word[..word.len() - 1].to_owned(), " ");
    row(&|_, word| word[..word.len() - 1].to_owned() + "0", " ");
    row(&|rng, word| leet(rng, word), " ");
    row(&|rng, word| hidden(rng, word), " ");
    row(&|rng, word| hidden(rng, word), "");
    row(&|_, word| word.chars().flat_map(|c| [c, ' ']).collect(), "");
    row(&|_, word| word.chars().flat_map(|c| [c, '.']).collect(), " ");
    row(&|_, word| word.chars().flat_map(|c| [c, c]).collect(), " ");
    seeds.into_iter().map(cut).collect()
}

/// A message with one change, or with the end of another one.
pub(crate) fn changed(rng: &mut Rng, message: &str, other: &str, words: &[String]) -> String {
    let mut chars: Vec<char> = message.chars().collect();
    let at = rng.usize(..chars.len());
    let end = (at + 1 + rng.usize(..40)).min(chars.len());
    let word = &words[rng.usize(..words.len())];
    let new: String = match rng.u8(..8) {
        0 => word.clone(),
        1 => leet(rng, word),
        2 => hidden(rng, word),
        3 => DEAR[rng.usize(..DEAR.len())].repeat(rng.usize(1..20)),
        4 => chars[at..end].iter().flat_map(|&c| [c, ' ']).collect(),
        5 => chars[at..end].iter().collect::<String>().repeat(LENGTH),
        6 => leet(rng, &chars[at..end].iter().collect::<String>()),
        _ => other.chars().skip(at).collect(),
    };
    chars.splice(at..end, new.chars());
    // What is cut off at the end stood at the beginning once.
    if rng.bool() {
        let surplus = chars.len().saturating_sub(LENGTH);
        chars.drain(..surplus);
    }
    cut(chars.into_iter().collect())
}

fn cut(message: String) -> String {
    message.chars().take(LENGTH).collect()
}

fn leet(rng: &mut Rng, word: &str) -> String {
    let sign = |c: char| LEET.iter().find(|(letter, _)| *letter == c).map_or(c, |&(_, sign)| sign);
    word.chars().map(|c| if rng.bool() { sign(c) } else { c }).collect()
}

fn hidden(rng: &mut Rng, word: &str) -> String {
    let hiding = HIDING[rng.usize(..HIDING.len())];
    let letters = word.chars().enumerate();
    letters.map(|(at, c)| if at > 0 && rng.bool() { hiding } else { c }).collect()
}
