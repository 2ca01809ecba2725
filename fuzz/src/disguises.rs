//! Rules and messages that are generated from bytes: obfuscated words, separators, and every key of
//! a rule.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Unstructured};
use serde_json::json;

use super::reviews::reviews;

/// The length in bytes after which nothing more is added to a message.
const MAX_MESSAGE: usize = 64 << 10;

/// Letters for words that contain each other, share endings and repeat letters.
#[rustfmt::skip]
const LETTERS: &[&str] = &[
    "a", "b", "d", "s", "e", "i", "n", "g", "r", "y", "o", "l", "k", "f", "u", "1", "0", "ß", "ﬁ", "ﬀ", "é",
    "α", "ё", "傻", "か", "が", "ᄀ", "ᅡ", "ᆨ", "가", "क", "ी", "ก", "ี", "ש", "م",
    "а", "о", "ѕ", "т", "ν", "Ν", "ο", "օ", "ᴀ", "Ꭰ",
];

/// Words of many scripts, and words that are special for endings, apostrophes or spaced letters.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "bad", "add", "dad", "daddy", "as", "ass", "assess", "sass", "a", "i", "u", "r", "s", "b", "aa", "bb", "hell",
    "hello", "sing", "singing", "es", "ing", "in", "bee", "d", "ed", "x", "xx", "don't", "l'ami", "o'clock", "rock'n'roll",
    "asshole", "badword", "muppet", "f u ck", "wanker",
    "Straße", "strasse", "ﬁsh", "café", "naïve", "ΣΟΦΟΣ", "ёлка", "حمار", "כלב", "हिन्दी", "ควาย", "傻瓜", "がく", "ｶﾞｷ",
    "바보", "1", "88", "4ever", "b4d", "٣", "①", "ĳ", "ŧ", "ı", "tm", "vi", "de", "ad",
    "хуй", "рот", "сор", "а", "в", "ΝΑΙ", "þorn", "ʙᴀᴅ", "њ",
];

/// Separators between words, and characters that may be read as one.
#[rustfmt::skip]
const SEPARATORS: &[&str] = &[
    " ", "  ", "   ", "    ", "\t", "\n", "\r\n", "\u{2028}", "\u{85}", "\u{A0}", "\u{3000}", ", ", "-", ".", "...", "…",
    "_", "'", "’", "ʼ", "' ", "''", "........", ".........", "*", "**", "/", " * ", "´", "¯", "\u{200B}", "|", "",
];

/// Symbols, including those that are read as letters.
#[rustfmt::skip]
const SYMBOLS: &[&str] = &[
    "!", "*", "+", "#", "$", "@", "%", "•", "(", ")", "\"", "\\", "😡", "🖕🏽", "👨‍👩‍👧", "👩", "🏽", "❤️", "❤", "🇩🇪", "🇪🇩",
    "🇧", "🇦", "🇩", "1️⃣", "™", "℠", "²", "ª", "º", "°", "⑴", "ⓑ", "Ⓐ", "ⓓ", "🅱", "🄰", "🅰️", "℃", "№", "㎏", "㍐", "Ⅷ", "½",
    "\u{E000}", "\u{FFFD}", "ﷺ", "﷽", "\u{1F}", "\u{7F}",
];

/// Combining marks and characters that are ignored.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "\u{301}", "\u{308}", "\u{323}", "\u{336}", "\u{20DD}", "\u{20E3}", "\u{345}", "\u{64E}", "\u{5B8}", "\u{93C}",
    "\u{93E}", "\u{94D}", "\u{E31}", "\u{E49}", "\u{3099}", "\u{FE0F}", "\u{FE0E}", "\u{200B}", "\u{200C}", "\u{200D}",
    "\u{AD}", "\u{34F}", "\u{202E}", "\u{2066}", "\u{640}", "\u{1F3FD}", "\u{301}\u{301}\u{301}\u{301}", "\u{E0061}",
    "\u{E007F}", "\u{3164}", "\u{1D165}", "\u{135D}", "\u{17D2}",
];

#[rustfmt::skip]
const PATTERNS: &[&str] = &[
    r"b(a)d", r"(\w+) (\w+)", r"(\s)", r"(\s+)$", r"^(.)", r"(👩)", r"(.)x", r"(b?)ad?", r"(é|e)", r"(x)|y", r"(\W)\W",
    r"(\pM)", r"(?-i)(B)", r"([^a]+)", r"(?s)(.+)", r"(\*)", r"(a)(?<n>b)?", r"\b(\d{3})\b", r"(.)\b.", r"(ſ|k)", r"(\S)\s*$",
];

#[rustfmt::skip]
const SETTINGS: &[&str] = &[
    "", "max_message_length = 500\n", "max_message_length = 1\n", "max_message_length = 10\n",
    "max_message_length = 40\n[settings.rooms]\n\"AbC\" = 5\n\"arn:*:room/*\" = 100\n",
    "exceptions = [\"lists/b.txt\"]\n",
    "[[exempt]]\nsender = { role = [\"vip\"] }\n[[exempt]]\nuser_ids = [\"bot\"]\n",
];

#[rustfmt::skip]
const ACTIONS: &[&str] = &[
    "action = \"mask\"\n", "action = \"mask\"\n", "action = \"mask\"\nmask = \"fixed\"\n",
    "action = \"mask\"\nmask = \"first-letter\"\n", "action = \"mask\"\nmask = \"first-last\"\n",
    "action = \"mask\"\nmask = \"block\"\n", "action = \"deny\"\n",
    "action = \"deny\"\nreason = \"Be \\\"kind\\\" 😡\"\n",
    "action = \"tag\"\ntag = { tag = \"one\" }\n", "action = \"tag\"\ntag = { tag = \"two\", t = \"😡\" }\n",
    "action = \"replace\"\n", "action = \"replace\"\n", "action = \"replace\"\n",
];

#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "", "", "", "", "fields = [\"content\", \"attributes.*\"]\n", "fields = [\"attributes.name\"]\n",
    "fields = [\"content\", \"sender.*\"]\n", "fields = [\"sender.name\", \"attributes.tag\"]\n",
];

#[rustfmt::skip]
const SCOPES: &[&str] = &[
    "", "", "", "", "disguises = \"none\"\n", "mode = \"shadow\"\n", "mode = \"off\"\n", "rooms = [\"A*\"]\n",
    "rooms = [\"arn:*:room/Other\", \"\"]\n", "unless = { role = [\"vip\"] }\n", "until = 2026-06-30\n",
    "from = 2026-07-01\n", "rollout = 50\n", "category = \"c\"\nrollout = 1\nrollout_by = \"room\"\n", "category = \"c\"\n",
    "disguises = \"none\"\nmode = \"shadow\"\n",
];

/// Modes of categories and rooms.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "", "", "[categories]\nc = \"off\"\n", "[[room]]\nrooms = [\"*\"]\nrules = { r0 = \"off\", r1 = \"shadow\" }\n",
    "[categories]\nc = \"shadow\"\n[[room]]\nrooms = [\"A*\", \"Other\"]\ncategories = { c = \"on\" }\n",
];

#[rustfmt::skip]
const REPLACEMENTS: &[&str] = &[
    "", " ", "\u{200B}", "\u{301}", "\u{200D}", "[removed]", "bad", "ba", "d", "s", "$1", "$1$1", "$1 $1", "$0", "x$0",
    "😡", "🇩", "***", "*", "é$$", "\u{FE0F}", "a replacement that is longer than most messages are",
];

/// How often a part of a message is repeated.
const REPEATS: &[usize] = &[1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 9, 31];

/// Repetitions that are rarely used, to find superlinear time.
const MANY_REPEATS: &[usize] = &[300, 3_000, 20_000];

/// Reviews messages with rules, both generated from the bytes.
pub fn disguises(bytes: &[u8]) {
    reviews(case_of(bytes).as_bytes());
}

/// Returns the case that [`disguises`] generates from the bytes, in the format of [`reviews`].
pub fn case_of(bytes: &[u8]) -> String {
    let mut generator = Generator { bytes: Unstructured::new(bytes), words: Vec::new() };
    let mut lists = String::new();
    for name in ["a", "b"].into_iter().take(generator.up_to(2)) {
        lists += &format!("\n=== lists/{name}.txt\n");
        for _ in 0..=generator.up_to(5) {
            lists += &generator.line();
            lists += generator.choose(&["\n", "\r\n"]);
        }
    }
    let mut case = "version = 1\n[settings]\n".to_owned();
    case += generator.choose(SETTINGS);
    case += generator.choose(SWITCHES);
    for number in 0..=generator.up_to(4) {
        case += &generator.rule(number);
    }
    case += &lists;
    for _ in 0..=generator.up_to(3) {
        case += &generator.message();
    }
    case
}

struct Generator<'b> {
    bytes: Unstructured<'b>,
    /// The words of the entries generated so far.
    words: Vec<String>,
}

impl Generator<'_> {
    /// Returns a number from 0 to `most`; 0 when the bytes are used up.
    fn up_to(&mut self, most: usize) -> usize {
        self.bytes.int_in_range(0..=most).unwrap_or(0)
    }

    /// Returns one of the values; the first when the bytes are used up.
    fn choose<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.up_to(from.len() - 1)]
    }

    /// Generates a word for an entry, sometimes with a symbol or combining mark.
    fn word(&mut self) -> String {
        let mut word = match self.up_to(5) {
            0..=2 => self.choose(WORDS).to_owned(),
            3 => (0..=self.up_to(6)).map(|_| self.choose(LETTERS)).collect(),
            4 => self.choose(SYMBOLS).to_owned(),
            _ => self.known_word(),
        };
        match self.up_to(15) {
            0 => word += self.choose(MARKS),
            1 => word += self.choose(SYMBOLS),
            2 => word.insert_str(0, self.choose(SYMBOLS)),
            3 => word += self.choose(WORDS),
            _ => {}
        }
        word
    }

    /// Returns a word of an earlier entry.
    fn known_word(&mut self) -> String {
        match self.words.len() {
            0 => "bad".to_owned(),
            count => self.words[self.bytes.int_in_range(0..=count - 1).unwrap_or(0)].clone(),
        }
    }

    /// Generates a line of a list, which may be invalid.
    fn line(&mut self) -> String {
        let mut line = self.choose(&["", "", "", "", "*", "! ", "! *"]).to_owned();
        let words: Vec<String> = (0..=self.choose(&[0, 0, 0, 1, 2])).map(|_| self.word()).collect();
        let escaped: Vec<String> = words.iter().map(|word| escape(word)).collect();
        line += &escaped.join(" ");
        line += self.choose(&["", "", "", "+", "*", "~", "+~"]);
        line += self.choose(&[
            "",
            "",
            "",
            "",
            "",
            " @plain",
            " @until 2026-06-30",
            " @until 2026-06-29",
            " @from 2026-07-01",
            " # why",
        ]);
        self.words.extend(words);
        line
    }

    /// Generates a `[[rule]]`, which may be invalid.
    fn rule(&mut self, number: usize) -> String {
        let mut rule = format!("[[rule]]\nid = \"r{number}\"\n");
        let looks = self.up_to(7);
        if matches!(looks, 0..=3) {
            let lists = self.choose(&[
                r#""lists/a.txt""#,
                r#""lists/b.txt""#,
                r#""lists/a.txt", "lists/b.txt""#,
            ]);
            rule += &format!("lists = [{lists}]\n");
        }
        if matches!(looks, 3..=5) {
            let terms: Vec<String> = (0..=self.up_to(3)).map(|_| quoted(&self.line())).collect();
            rule += &format!("terms = [{}]\n", terms.join(", "));
        }
        let patterns = matches!(looks, 5..);
        if patterns {
            let patterns: Vec<String> =
                (0..=self.up_to(2)).map(|_| format!("'{}'", self.choose(PATTERNS))).collect();
            rule += &format!("patterns = [{}]\n", patterns.join(", "));
        }
        let action = self.choose(ACTIONS);
        rule += action;
        if action.contains("replace") {
            rule += &format!("with = {}\n", quoted(self.choose(REPLACEMENTS)));
        }
        rule += self.choose(FIELDS);
        rule += self.choose(SCOPES);
        rule
    }

    /// Generates a message, sometimes as an event with attributes, sender and room.
    fn message(&mut self) -> String {
        let text = self.text();
        if self.up_to(3) > 0 {
            return format!("\n=== message\n{text}");
        }
        let attributes = self.attributes(&["name", "color", "tag", "t"]);
        let sender = self.attributes(&["role", "name"]);
        let room = self.choose(&["room/AbC", "room/Other", "AbC", ""]);
        let user = self.choose(&["viewer", "bot"]);
        let event = json!({
            "Content": text,
            "RoomArn": format!("arn:aws:ivschat:us-west-2:123456789012:{room}"),
            "Attributes": attributes,
            "Sender": { "UserId": user, "Attributes": sender },
        });
        format!("\n=== event\n{event}")
    }

    fn attributes(&mut self, names: &[&'static str]) -> BTreeMap<&'static str, String> {
        (0..self.up_to(3)).map(|_| (self.choose(names), self.value())).collect()
    }

    fn value(&mut self) -> String {
        match self.up_to(4) {
            0 => "vip".to_owned(),
            // Close to the maximum size in a reply.
            1 => "x".repeat(960 + self.up_to(40)),
            _ => self.piece(),
        }
    }

    fn text(&mut self) -> String {
        let mut message = String::new();
        while message.len() < MAX_MESSAGE && !self.bytes.is_empty() {
            let piece = self.piece();
            let times = if self.up_to(255) == 255 {
                self.choose(MANY_REPEATS)
            } else {
                self.choose(REPEATS)
            };
            message += &piece.repeat(times.min(1 + MAX_MESSAGE / piece.len().max(1)));
            message += match self.up_to(3) {
                0 => "",
                1 => " ",
                _ => self.choose(SEPARATORS),
            };
            if self.up_to(15) == 15 {
                break;
            }
        }
        message
    }

    /// Generates a part of a message.
    fn piece(&mut self) -> String {
        match self.up_to(9) {
            0..=4 => {
                let word = self.known_word();
                self.obfuscated(&word)
            }
            5 => self.choose(WORDS).to_owned(),
            6 => self.choose(SYMBOLS).to_owned(),
            7 => self.choose(MARKS).to_owned(),
            8 => self.choose(LETTERS).to_owned(),
            _ => char::arbitrary(&mut self.bytes).map(String::from).unwrap_or_default(),
        }
    }

    /// Returns a letter that looks like `c`, or `c`.
    fn confusable(&mut self, c: char) -> char {
        let letters = CONFUSABLES.iter().find(|letters| letters.contains(&c)).copied();
        letters.map_or(c, |letters| self.choose(letters))
    }

    /// Obfuscates a word. The result may differ too much to match.
    fn obfuscated(&mut self, word: &str) -> String {
        let letters: Vec<char> = word.chars().collect();
        let between = |separator: &str| -> String {
            let letters: Vec<String> = letters.iter().map(char::to_string).collect();
            letters.join(separator)
        };
        match self.up_to(18) {
            0 => word.to_owned(),
            1 => word.to_uppercase(),
            2 => between(self.choose(SEPARATORS)),
            3 => between(self.choose(MARKS)),
            4 => {
                let first = self.choose(&['Ａ', 'Ⓐ', '🇦', '🅐', '🅰', '𝐀', '⒜']);
                letters.iter().map(|&c| in_alphabet(c, first)).collect()
            }
            5 => {
                word.to_owned()
                    + self.choose(&["s", "es", "d", "ed", "er", "ers", "ing", "in", "y", "'s"])
            }
            6 => self.choose(&["l'", "qu’", "x", "1", "_", "'"]).to_owned() + word,
            7 => letters.iter().map(|&c| self.confusable(c)).collect(),
            13 => word.repeat(self.choose(&[2, 3])),
            14 => self.choose(&["#", "#so", "#So_"]).to_owned() + &capitalized(word) + "Now",
            15 => word.replace(' ', ""),
            16 if letters.len() > 2 => {
                let mut letters = letters;
                let at = self.up_to(letters.len() - 2);
                letters.swap(at, at + 1);
                letters.into_iter().collect()
            }
            17 if letters.len() > 1 => {
                let mut letters = letters;
                letters.remove(self.up_to(letters.len() - 1));
                letters.into_iter().collect()
            }
            // One letter hidden.
            18 if letters.len() > 2 => {
                let at = 1 + self.up_to(letters.len() - 3);
                let hole = self.choose(&["@", "!", "?", "&", "2", "7", "😡", "■", "*"]);
                let text = |letters: &[char]| letters.iter().collect::<String>();
                text(&letters[..at]) + hole + &text(&letters[at + 1..])
            }
            kind => {
                let at = self.up_to(letters.len().saturating_sub(1));
                let times = self.choose(&[1, 2, 3, 4]);
                let inserted = match kind {
                    8 => letters.get(at).map(char::to_string).unwrap_or_default(),
                    9 => self.choose(MARKS).to_owned(),
                    10 => self.choose(SYMBOLS).to_owned(),
                    11 => self.choose(LETTERS).to_owned(),
                    _ => self.choose(SEPARATORS).to_owned(),
                };
                let (before, after) = letters.split_at(at);
                let (before, after): (String, String) =
                    (before.iter().collect(), after.iter().collect());
                format!("{before}{}{after}", inserted.repeat(times))
            }
        }
    }
}

/// Returns a word with a capital at its start and after each space, without the spaces.
fn capitalized(word: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
        first + chars.as_str()
    };
    word.split(' ').map(capital).collect()
}

/// Groups of letters that look alike.
#[rustfmt::skip]
const CONFUSABLES: &[&[char]] = &[
    &['a', 'а', 'α', 'ɑ', 'ᴀ', '🅰'], &['b', 'ь', 'β', 'ʙ'], &['d', 'ԁ', 'Ꭰ'], &['e', 'е', 'ε'], &['i', 'і', 'ι', 'ı'],
    &['n', 'п', 'η', 'Ν'], &['o', 'о', 'ο', 'օ', 'ס'], &['p', 'р', 'ρ', 'þ'], &['s', 'ѕ', 'ട'], &['u', 'υ', 'ս'],
    &['x', 'х', 'χ'], &['y', 'у', 'γ'], &['k', 'к', 'κ'], &['r', 'г', 'я'], &['l', 'ӏ', 'ו'],
];

/// Returns the letter in the alphabet that begins with `first`.
fn in_alphabet(c: char, first: char) -> char {
    match c.to_ascii_uppercase() {
        c @ 'A'..='Z' => {
            char::from_u32(u32::from(first) + u32::from(c) - u32::from('A')).unwrap_or(c)
        }
        c => c,
    }
}

/// Escapes a word for a list, with a backslash before each punctuation character.
fn escape(word: &str) -> String {
    let escaped = |c: char| {
        ["", "\\"][usize::from(c.is_ascii_punctuation())].to_owned() + c.encode_utf8(&mut [0; 4])
    };
    word.chars().map(escaped).collect()
}

/// Quotes a string for TOML. JSON differs only in U+007F, which TOML must escape.
fn quoted(text: &str) -> String {
    json!(text).to_string().replace('\u{7F}', "\\u007F")
}
