//! Messages as people write them in a chat: common words, emoji, other languages, links, and some
//! obfuscation.

use fastrand::Rng;

use crate::messages::{Messages, length, letters, wide};

/// Common words of English chats, the most frequent first.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "the", "i", "you", "to", "a", "it", "is", "and", "that", "this", "of", "in", "so", "what", "we", "he", "my", "for",
    "on", "not", "lol", "just", "like", "was", "no", "but", "do", "be", "me", "have", "are", "with", "at", "good",
    "they", "all", "how", "can", "if", "up", "get", "one", "yes", "now", "your", "there", "go", "out", "don't", "it's",
    "why", "im", "game", "time", "love", "know", "she", "when", "think", "stream", "chat", "play", "really", "from",
    "that's", "hi", "hey", "gg", "nice", "see", "who", "him", "need", "best", "man", "then", "want", "back", "more",
    "about", "would", "got", "here", "has", "still", "did", "first", "never", "too", "going", "haha", "right", "people",
    "great", "bro", "make", "guys", "well", "way", "over", "only", "please", "thanks", "much", "had", "or", "new",
    "watch", "his", "day", "today", "live", "song", "last", "wait", "next", "team", "round", "boss", "level", "run",
    "hello", "everyone", "because", "could", "anyone", "music", "always", "better", "after", "look", "music", "another",
    "happy", "weekend", "question", "minutes", "favourite", "tournament", "beautiful", "definitely", "controller",
    "keyboard", "yesterday", "commentary", "congratulations", "international",
];

const EMOJI: &[&str] = &["😂", "❤️", "👍🏽", "🔥", "😭", "🎉", "👨‍👩‍👧", "🇩🇪", "✨", "💀", "1️⃣", "…"];

const HOSTS: &[&str] = &[
    "https://www.example.com/watch?v=dQw4w9WgXcQ",
    "https://clips.example.tv/BraveSparklyOtter-x9",
    "example.org/schedule",
    "http://192.0.2.7:8080/map",
];

impl Messages {
    /// Returns 20,000 messages with half of them of about 41 code points or fewer: 58 % English, 10 %
    /// with emoji, 7 % Chinese, Japanese and Korean, 6 % shouted, 4 % each Cyrillic, accented and
    /// with a link, 3 % Arabic, 2 % each Zalgo and full-width.
    pub(crate) fn chat() -> Messages {
        let mut rng = Rng::with_seed(5);
        let texts = (0..20_000).map(|_| {
            let length = length(&mut rng);
            message(&mut rng, length)
        });
        Messages { texts: texts.collect() }
    }
}

fn message(rng: &mut Rng, length: usize) -> String {
    let text = match rng.u8(..100) {
        0..58 => words(rng, length, english),
        58..68 => words(rng, length, |rng| match rng.u8(..4) {
            0 => EMOJI[rng.usize(..EMOJI.len())].to_owned(),
            _ => english(rng),
        }),
        68..75 => words(rng, length, |rng| match rng.u8(..3) {
            0 => letters(rng, '一'..='鿿', 2..=9),
            1 => letters(rng, 'ぁ'..='ん', 3..=9),
            _ => letters(rng, '가'..='힣', 2..=4),
        }),
        75..81 => words(rng, length, english).to_uppercase() + "!!!",
        81..85 => words(rng, length, |rng| letters(rng, 'а'..='я', 2..=9)),
        85..89 => words(rng, length, |rng| english(rng).replace('e', "é").replace('o', "ö")),
        89..93 => words(rng, length, english) + " " + HOSTS[rng.usize(..HOSTS.len())],
        93..96 => words(rng, length, |rng| letters(rng, 'ا'..='ي', 2..=7)),
        96..98 => words(rng, length, english).chars().flat_map(zalgo).collect(),
        _ => words(rng, length, english)
            .chars()
            .map(|c| if c == ' ' { c } else { wide(c) })
            .collect(),
    };
    text.chars().take(length.max(5)).collect()
}

/// Returns words with punctuation between some.
fn words(rng: &mut Rng, length: usize, word: fn(&mut Rng) -> String) -> String {
    let mut text = word(rng);
    let mut count = text.chars().count();
    while count < length {
        let between = [" ", " ", " ", " ", " ", " ", " ", ", ", ". ", "? "][rng.usize(..10)];
        let next = word(rng);
        count += between.len() + next.chars().count();
        text.push_str(between);
        text.push_str(&next);
    }
    text
}

/// Returns a common word: the first ones are the most frequent (Zipf's law).
fn english(rng: &mut Rng) -> String {
    let rank = (WORDS.len() as f64).powf(rng.f64()) as usize;
    WORDS[rank.min(WORDS.len()) - 1].to_owned()
}

fn zalgo(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).chain("\u{335}\u{301}\u{323}\u{34C}".chars())
}
