//! Generated events, the same for the same seed.
//!
//! A message consists of words that no rule matches, words that a rule matches, both also obfuscated, and other Unicode.

use std::collections::HashSet;
use std::fmt::Write;

use fastrand::Rng;
use serde_json::{Map, Value, json};

const CLEAN: &[&str] = &[
    "good",
    "game",
    "what",
    "a",
    "save",
    "stream",
    "hello",
    "again",
    "gg",
    "lol",
    "wp",
    "nice",
    "one",
    "the",
    "plan",
    "went",
    "well",
    "muppets",
    "belongings",
    "hushed",
    "123",
    "4u",
    "ok?",
    "plonk wine",
    "very silly",
    "i will find out",
    "<b>",
    "\"quoted\"",
    "back\\slash",
    "tab\there",
    "line\nbreak",
    "...",
    "a_b",
    "don't",
];
const MASKED: &[&str] = &[
    "muppet",
    "Muppet!",
    "MUPPET",
    "numpties",
    "numpty,",
    "earwaffle",
    "waffle",
    "replonked",
    "very silly goose",
    "Very,  Silly goose",
    "wallying",
    "wally's",
    "hush",
    "hushhush",
];
const REPLACED: &[&str] =
    &["discord.gg/abcdef", "DISCORD.GG/xy", "free v-bucks", "free   vbucks!", "discord.gg/muppet"];
const DENIED: &[&str] = &[
    "begone",
    "Begone!",
    "i will find you",
    "gandalf dies",
    "I WILL FIND YOU",
    // By the rules in `rules/`.
    "buy followers",
    "i know where you live",
];
/// Strings with unusual scripts, sequences or directions.
const ODD: &[&str] = &[
    "😡",
    "😡😡",
    "👩‍👩‍👧‍👦",
    "🇩🇪🇫🇷",
    "👍🏽",
    "❤️",
    "笨蛋",
    "你是笨蛋吗",
    "泄密",
    "今天天气很好",
    "こんにちは",
    "안녕하세요",
    "สวัสดี",
    "नमस्ते",
    "שלום עולם",
    "مرحبا بالعالم",
    "\u{202e}muppet\u{202c}",
    "\u{2067}begone\u{2069}",
    "ﷺ",
    "ﬃ",
    "ß",
    "İstanbul",
    "Ⅷ",
    "\u{feff}",
    "\u{2028}",
    "\u{10ffff}",
    "\u{0}",
    "\u{301}",
    "e\u{301}",
    "𝓂𝓊𝓅𝓅𝑒𝓉",
    "мuppet",
    "\u{1f1e9}",
    "\u{200d}",
    "\u{fe0f}",
    "ｍｕ\u{200b}ｐｐｅｔ",
    "naïve",
    "…",
    "㎏",
    "½",
];

/// The intended verdict of a message. An unusual string may change it.
#[derive(Clone, Copy)]
enum Aim {
    Allow,
    Mask,
    Replace,
    Deny,
}

/// Returns events as JSON lines with different contents.
pub(crate) fn events(seed: u64, count: usize) -> Vec<String> {
    let rng = &mut Rng::with_seed(seed);
    let mut seen = HashSet::new();
    let mut events = Vec::new();
    while events.len() < count {
        let content = content(rng);
        if seen.insert(content.clone()) {
            events.push(event(rng, &content));
        }
    }
    events
}

fn content(rng: &mut Rng) -> String {
    let aim = *pick(rng, &[Aim::Allow, Aim::Allow, Aim::Mask, Aim::Replace, Aim::Deny]);
    let odd = rng.u8(..10) < 4;
    let mut pieces: Vec<String> =
        (0..rng.usize(1..8)).map(|_| pick(rng, CLEAN).to_string()).collect();
    let aimed = match aim {
        Aim::Allow => None,
        Aim::Mask => Some(MASKED),
        Aim::Replace => Some(REPLACED),
        Aim::Deny => Some(DENIED),
    };
    if let Some(words) = aimed {
        let word = pick(rng, words);
        let word = if odd && rng.bool() { obfuscate(rng, word) } else { word.to_string() };
        pieces.insert(rng.usize(..=pieces.len()), word);
    }
    if odd {
        let piece = pick(rng, ODD).to_string();
        pieces.insert(rng.usize(..=pieces.len()), piece);
        let clean = rng.usize(..pieces.len());
        pieces[clean] = obfuscate(rng, &pieces[clean]);
    }
    // Without whitespace, a piece joins its neighbor.
    let between = pick(rng, &[" ", " ", " ", " ", "  ", ", ", "\u{a0}", ""]);
    pieces.join(between)
}

/// Obfuscates a word.
fn obfuscate(rng: &mut Rng, word: &str) -> String {
    match rng.u8(..5) {
        0 => word.chars().map(full_width).collect(),
        1 => apart(word, "\u{200b}"),
        2 => apart(word, "\u{ad}"),
        3 => apart(word, "\u{301}"),
        _ => apart(word, "\u{336}\u{323}"),
    }
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).expect("all of ASCII has a wide form"),
        _ => c,
    }
}

fn apart(word: &str, between: &str) -> String {
    word.chars().flat_map(|c| [c.to_string(), between.to_owned()]).collect()
}

fn event(rng: &mut Rng, content: &str) -> String {
    let mut event = Map::new();
    event.insert("Content".into(), content.into());
    event.insert("MessageId".into(), id(rng).into());
    event.insert("RoomArn".into(), format!("arn:aws:ivschat:eu-west-1:1:room/{}", id(rng)).into());
    if let Some(attributes) = attributes(rng) {
        event.insert("Attributes".into(), attributes);
    }
    if rng.u8(..10) > 0 {
        let mut sender = json!({ "UserId": id(rng), "Ip": "203.0.113.9" });
        if let Some(attributes) = attributes(rng) {
            sender["Attributes"] = attributes;
        }
        event.insert("Sender".into(), sender);
    }
    if rng.u8(..10) == 0 {
        event.insert("Unknown".into(), json!([{ "of": [null, true, -1.5e3] }]));
    }
    let json = Value::Object(event).to_string();
    // Both are equivalent JSON.
    if rng.u8(..4) == 0 { in_ascii(&json) } else { json }
}

/// Returns attributes, which may be absent, `null`, empty or present.
fn attributes(rng: &mut Rng) -> Option<Value> {
    match rng.u8(..4) {
        0 => None,
        1 => Some(Value::Null),
        2 => Some(json!({})),
        _ => Some(json!({ "displayName": pick(rng, ODD), (*pick(rng, CLEAN)): pick(rng, MASKED) })),
    }
}

fn id(rng: &mut Rng) -> String {
    (0..12).map(|_| rng.alphanumeric()).collect()
}

/// Escapes all characters beyond ASCII with `\u`.
fn in_ascii(json: &str) -> String {
    let mut out = String::new();
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}").expect("a string takes everything");
        }
    }
    out
}

fn pick<'a, T>(rng: &mut Rng, all: &'a [T]) -> &'a T {
    &all[rng.usize(..all.len())]
}
