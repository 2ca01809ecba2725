//! Generated messages: [`Messages`].

use fastrand::Rng;
use serde_json::json;

use crate::words::pseudo_word;

/// A group of messages that are reviewed one after another.
pub(crate) struct Messages {
    pub(crate) texts: Vec<String>,
}

impl Messages {
    /// Returns 4,000 messages with the lengths of a chat: 5 to 500 code points, half of them about
    /// 41 or fewer. Two thirds are ASCII.
    pub(crate) fn mixed() -> Messages {
        let mut rng = Rng::with_seed(1);
        let message = |_| {
            let length = length(&mut rng);
            let script = match rng.u8(..12) {
                0..8 => Script::Ascii,
                8..10 => Script::Accents,
                10 => Script::Mixed,
                _ => Script::Cjk,
            };
            script.message(&mut rng, length)
        };
        Messages { texts: (0..4_000).map(message).collect() }
    }

    /// Returns messages for each script and length, and messages that are slow to search.
    pub(crate) fn by_kind(words: &[String]) -> Vec<(String, Messages)> {
        let mut kinds = Vec::new();
        for length in [40, 500] {
            for script in [Script::Ascii, Script::Mixed, Script::Cjk] {
                let mut rng = Rng::with_seed(2);
                let texts = (0..200).map(|_| script.message(&mut rng, length)).collect();
                kinds.push((format!("{}/{length}", script.name()), Messages { texts }));
            }
            for (name, texts) in adversarial(words, length) {
                kinds.push((format!("{name}/{length}"), Messages { texts }));
            }
        }
        kinds
    }

    /// Returns messages without matches, by script.
    pub(crate) fn clean() -> Vec<(&'static str, Messages)> {
        let scripts = [Script::Ascii, Script::Mixed, Script::Cjk];
        let messages = |script: Script| {
            let mut rng = Rng::with_seed(3);
            let texts = (0..500).map(|_| script.message(&mut rng, 41)).collect();
            (script.name(), Messages { texts })
        };
        scripts.map(messages).into()
    }

    /// Returns messages of 500 code points that are slow to search for links, limits and personal
    /// data.
    pub(crate) fn hostile() -> Vec<(&'static str, Messages)> {
        let pieces = [
            ("digits", "1 "),
            ("groups of digits", "4111-"),
            ("plus signs", "+44 1"),
            ("areas", "202 "),
            ("colons", "1:"),
            ("at signs", "a@a."),
            ("dots", "a.b"),
            ("hosts", "a.com "),
            ("schemes", "http://"),
            ("words for dots", "a dot "),
            ("wide dots", "ａ．"),
            ("marks", "\u{301}\u{323}"),
            ("emoji", "👨‍👩‍👧"),
        ];
        let message = |piece: &str| piece.chars().cycle().take(500).collect();
        let all = pieces.into_iter();
        all.map(|(name, piece)| (name, Messages { texts: vec![message(piece)] })).collect()
    }

    /// Returns the messages as events of the service. Every second one has only ASCII, with escapes.
    pub(crate) fn events(&self) -> Vec<Vec<u8>> {
        let event = |(number, content): (usize, &String)| {
            let event = json!({
                "Content": content,
                "MessageId": "3BJjpW9G6MPV",
                "RoomArn": "arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEfGhIjKl",
                "Attributes": {"displayName": "Robin"},
                "Sender": {"Attributes": {"role": "viewer"}, "UserId": "user-1234", "Ip": "203.0.113.7"},
            })
            .to_string();
            if number % 2 == 0 { event } else { escaped(&event) }.into_bytes()
        };
        self.texts.iter().enumerate().map(event).collect()
    }
}

/// Returns JSON with an escape for each character beyond ASCII.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c.is_ascii() {
            true => text.push(c),
            false => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                text.extend(units.map(|unit| format!("\\u{unit:04x}")));
            }
        }
    }
    text
}

/// Draws a length from a log-normal distribution with median 41.
pub(crate) fn length(rng: &mut Rng) -> usize {
    let normal = (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0;
    (41.0 * (normal * 0.9).exp()).clamp(5.0, 500.0) as usize
}

#[derive(Clone, Copy)]
enum Script {
    Ascii,
    /// Latin with some accents, typographic punctuation and emoji.
    Accents,
    /// A mix of Latin, Cyrillic, Greek, Arabic, Devanagari and full-width words.
    Mixed,
    /// Han, kana and Hangul.
    Cjk,
}

impl Script {
    fn name(self) -> &'static str {
        match self {
            Script::Ascii => "ascii",
            Script::Accents => "accents",
            Script::Mixed => "mixed",
            Script::Cjk => "cjk",
        }
    }

    /// Generates a message of `length` code points.
    fn message(self, rng: &mut Rng, length: usize) -> String {
        let mut text = String::new();
        let mut count = 0;
        while count < length {
            let word = self.word(rng);
            count += word.chars().count() + 1;
            text.push_str(&word);
            text.push_str(separator(rng));
        }
        text.chars().take(length).collect()
    }

    fn word(self, rng: &mut Rng) -> String {
        let word = pseudo_word(rng, 1..=3);
        match self {
            Script::Ascii => word,
            Script::Accents => match rng.u8(..4) {
                0 => word.replace('e', "é").replace('a', "ä"),
                1 => word + "’s",
                2 => word + ["😂", "❤️", "👍🏽", "…"][rng.usize(..4)],
                _ => word,
            },
            Script::Mixed => match rng.u8(..6) {
                0 => letters(rng, 'а'..='я', 3..=9),
                1 => letters(rng, 'α'..='ω', 3..=9),
                2 => letters(rng, 'ا'..='ي', 2..=6),
                3 => letters(rng, 'क'..='ह', 2..=5),
                4 => word.chars().map(wide).collect(),
                _ => word,
            },
            Script::Cjk => match rng.u8(..3) {
                0 => letters(rng, '一'..='鿿', 1..=4),
                1 => letters(rng, 'ぁ'..='ん', 2..=5),
                _ => letters(rng, '가'..='힣', 2..=4),
            },
        }
    }
}

/// Returns random letters of a range.
pub(crate) fn letters(
    rng: &mut Rng,
    range: std::ops::RangeInclusive<char>,
    length: std::ops::RangeInclusive<usize>,
) -> String {
    (0..rng.usize(length)).map(|_| rng.char(range.clone())).collect()
}

/// Returns the full-width form of an ASCII letter.
pub(crate) fn wide(c: char) -> char {
    char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)
}

fn separator(rng: &mut Rng) -> &'static str {
    match rng.u8(..16) {
        0 => ", ",
        1 => "! ",
        2 => ". ",
        3 => "? ",
        _ => " ",
    }
}

/// Returns messages that would be slow to review without the bounds of the search.
fn adversarial(words: &[String], length: usize) -> Vec<(&'static str, Vec<String>)> {
    let cut = |text: String| vec![text.chars().take(length).collect::<String>(); 50];
    let near: String = words.iter().map(|word| word[..word.len() - 1].to_owned() + "0 ").collect();
    let spelled: String =
        words.iter().flat_map(|word| word.chars()).flat_map(|c| [c, ' ']).collect();
    vec![
        ("near-misses", cut(near)),
        ("hits", cut(words.join(" "))),
        ("spelled", cut(spelled)),
        ("expanding", cut("\u{FDFA}".repeat(length))),
        ("marks", cut("a".to_owned() + &"\u{301}\u{323}".repeat(length))),
        ("repeats", cut("a".repeat(length))),
    ]
}
