//! Words that are similar to terms or contain them, and messages that only look obfuscated.

use std::ops::Range;

use fastrand::Rng;

use super::techniques::Technique;
use super::typed::{Typed, alike, choose};

/// Messages that must not match any term.
#[rustfmt::skip]
pub(crate) const MESSAGES: &[&str] = &[
    "gg wp everyone, see you tomorrow at 8:30!!!", "that's $5, or 3 for $12.50 (50% off #1 & #2)", "v1.0.3-rc.2+build.5 is out",
    "let x = a[i] + b[j] * 2; // TODO: fix", "git commit -m \"wip\" && git push", "https://example.com/a?b=1&c=%20d#top_of_page",
    "(╯°□°)╯︵ ┻━┻", "¯\\_(ツ)_/¯ ʕ•ᴥ•ʔ (づ｡◕‿‿◕｡)づ", "🇩🇪🇦🇹🇨🇭 vs 🇫🇷🇧🇪", "👨‍👩‍👧‍👦 👩🏽‍🚀 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "H E L L O  W O R L D",
    "a b c d e f g", "g o o d  g a m e", "w-w-what? n-no", "s l o w m o t i o n", "*emphasis* and **strong** and _this_ and ~~that~~",
    "f**k this s**t, a**hole", "what the #$%& is @!*%", "**** *** ** *", "p*ssw*rd: ********", "#hashtag @someone +1 :)",
    "100% 4 real, gr8 m8, l8r, b4 u go 2nite", "1337 h4x0r 5p34k", "ur 2 gud 4 me", "$$$ money $$$ €€€ £££",
    "call +1 (555) 010-9999 ext. 7", "10:45 - 11:30 @ room 5b", "0x1F4A9 = 128169, 0b1011, 1e-9", "l|l|l ||| !!! +++ @@@",
    "привет, как дела? всё хорошо", "Καλημέρα, τι κάνεις;", "今日はいい天気ですね", "你好世界，今天好吗", "안녕하세요 여러분", "مرحبا كيف حالك",
    "שלום לכולם", "नमस्ते दुनिया", "สวัสดีครับ ทุกคน", "Été, naïve, Straße, jalapeño, smørrebrød, İstanbul, Łódź", "x² + y² = z², ½ ⅓ ™ © ® ℃ №5",
    "Ａｅｓｔｈｅｔｉｃ ｖｉｂｅｓ", "𝓱𝓮𝓵𝓵𝓸 𝕨𝕠𝕣𝕝𝕕 ⓗⓘ", "ʜᴇʟʟᴏ ᴛʜᴇʀᴇ", "h̵e̵l̵l̵o̵ w̶o̶r̶l̶d̶", "h\u{200B}i\u{200B} th\u{AD}ere\u{FEFF}",
    "nooooo waaaaay yessss", "haha hahaha ahahah", "zzzzzz brrrrr aaaaa", "I. Can't. Even.", "r u ok? i a m",
    "e-mail, x-ray, t-shirt, u-turn", "Q&A, R&D, AT&T, C++, C#, F#", "1st 2nd 3rd 4th", "3D, 4K, 5G, 60fps, 1080p", "[x] done [ ] todo",
];

/// Returns words that differ in one letter, which is then fixed.
pub(crate) fn near_misses(rng: &mut Rng, term: &str, technique: &Technique) -> Vec<Typed> {
    let letters: Vec<char> = term.chars().collect();
    let mut all = vec![changed(rng, &letters, technique), missing(rng, &letters, technique)];
    all.push(added(rng, &letters, technique));
    all.into_iter().flatten().collect()
}

/// Returns a word that contains the term, with the other letters fixed.
pub(crate) fn longer(rng: &mut Rng, term: &str) -> Typed {
    const BEFORE: &[&str] = &["", "un", "mc", "sub", "x", "over", "b2"];
    const AFTER: &[&str] = &["ness", "ful", "hood", "worthy", "x", "burger", "2b"];
    let (before, after) = (choose(rng, BEFORE), choose(rng, AFTER));
    let after = if before.is_empty() || rng.bool() { after } else { "" };
    let mut typed = Typed::new(&format!("{before}{term}{after}"));
    let inside = before.len()..before.len() + term.len();
    let around = |at: usize| !inside.contains(&at);
    typed.keys.iter_mut().enumerate().for_each(|(at, key)| key.fixed = around(at));
    typed
}

fn changed(rng: &mut Rng, letters: &[char], technique: &Technique) -> Option<Typed> {
    // At the edge it would be outside of the obfuscated part, which is then the term.
    let outside = usize::from(!technique.joins);
    let at = rng.usize(outside..letters.len() - outside);
    let new = rng.char('a'..='z');
    let fits = !neighbors(letters, at..at + 1).chain([letters[at]]).any(|it| alike(it, new));
    let is_distinct = fits && !is_doubled(letters, at, technique) && letters[at] != ' ';
    is_distinct.then(|| with(letters, at..at + 1, &[new]))
}

fn missing(rng: &mut Rng, letters: &[char], technique: &Technique) -> Option<Typed> {
    let at = rng.usize(..letters.len());
    let is_distinct = !is_doubled(letters, at, technique) && letters[at] != ' ';
    is_distinct.then(|| with(letters, at..at + 1, &[]))
}

/// The new letter is not a word by itself, since spaced letters may also contain words.
fn added(rng: &mut Rng, letters: &[char], technique: &Technique) -> Option<Typed> {
    let outside = usize::from(!technique.joins);
    let at = rng.usize(outside..=letters.len() - outside);
    let new = choose(rng, &['b', 'c', 'd', 'f', 'k', 'l', 'm', 'n', 'p', 's', 't', 'w', 'x', 'z']);
    let fits = !neighbors(letters, at..at).any(|it| alike(it, new));
    // Between two equal letters, the first one could be repeated, and a symbol could follow.
    let doubled = at < letters.len() && at > 0 && alike(letters[at - 1], letters[at]);
    (fits && !(doubled && technique.lengthens)).then(|| with(letters, at..at, &[new]))
}

/// Whether a neighbor is the same letter and may be repeated.
fn is_doubled(letters: &[char], at: usize, technique: &Technique) -> bool {
    technique.lengthens && neighbors(letters, at..at + 1).any(|it| alike(it, letters[at]))
}

/// Replaces letters with others, which are fixed.
fn with(letters: &[char], range: Range<usize>, new: &[char]) -> Typed {
    let (before, after) = (&letters[..range.start], &letters[range.end..]);
    let mut typed = Typed::new(&before.iter().chain(new).chain(after).collect::<String>());
    typed.keys[range.start..][..new.len()].iter_mut().for_each(|key| key.fixed = true);
    typed
}

/// Returns the letters before and after a range, ignoring spaces.
fn neighbors(letters: &[char], range: Range<usize>) -> impl Iterator<Item = char> {
    let before = letters[..range.start].iter().rev().find(|&&it| it != ' ');
    let after = letters[range.end..].iter().find(|&&it| it != ' ');
    before.into_iter().chain(after).copied()
}

/// Returns obfuscations that slightly exceed what is supported.
pub(crate) fn too_far(rng: &mut Rng, term: &str) -> Vec<String> {
    let letters: Vec<char> = term.chars().collect();
    let n = letters.len();
    let spelled = |separator: &str| -> String {
        let letters: Vec<String> = letters.iter().map(char::to_string).collect();
        letters.join(separator)
    };
    let mut all = vec![
        // Spaced letters: too far apart, on separate lines with symbols, with a letter that is not a word.
        spelled("          "),
        spelled(",\n"),
        format!("{} j", spelled(" ")),
        format!("j {}", spelled(" ")),
    ];
    if let Some((first, second)) = term.split_once(' ') {
        // Phrases: too far apart, on two lines, in reverse order, with another word.
        all.extend([
            format!("{first}.........{second}"),
            format!("{first}\n{second}"),
            format!("{second} {first}"),
            format!("{first} or {second}"),
        ]);
        return all;
    }
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let (middle, symbol) = (rng.usize(2..n - 1), choose(rng, &['*', '#', '_', '%', '•']));
    // Split into two words, and into pairs of letters. A single letter at the end would be a split word.
    all.push(format!("{} {}", text(&letters[..middle]), text(&letters[middle..])));
    if n.is_multiple_of(2) {
        all.push(letters.chunks(2).map(text).collect::<Vec<_>>().join(" "));
    }
    // More than half of the letters hidden, the first one, and all.
    let more = n / 2 + 1;
    all.push(text(&letters[..n - more]) + &symbol.to_string().repeat(more));
    all.push(
        letters[0].to_string() + &symbol.to_string().repeat(more) + &text(&letters[more + 1..]),
    );
    all.push(format!("{symbol}{}", text(&letters[1..])));
    all.push(symbol.to_string().repeat(n));
    // One symbol too few, one too many, and an adjacent letter.
    let hole = rng.usize(1..n - 1);
    all.push(format!("{}{symbol}{}", text(&letters[..hole]), text(&letters[hole + 2..])));
    all.push(format!("{}{symbol}{symbol}{}", text(&letters[..hole]), text(&letters[hole + 1..])));
    all.push(format!("{}{symbol}{}x", text(&letters[..hole]), text(&letters[hole + 1..])));
    all.push(format!("x{}{symbol}{}", text(&letters[..hole]), text(&letters[hole + 1..])));
    // Markdown emphasis.
    all.push(format!("*{}*", text(&letters[..n - 1])));
    all.push(format!("_{}_", text(&letters[..n - 1])));
    // Digits and symbols without a letter.
    let coded = |table: &str| -> Option<String> {
        let code = |&letter: &char| {
            let at = "abegilost".find(letter)?;
            table.chars().nth(at).filter(|&c| c != ' ')
        };
        letters.iter().map(code).collect()
    };
    all.extend(coded("483611057"));
    all.extend(coded("@ € !| $+"));
    all
}

/// Returns the term in Cyrillic homoglyphs in a genuine Cyrillic message, if all letters have homoglyphs.
pub(crate) fn genuine_cyrillic(term: &str) -> Option<String> {
    let homoglyph = |letter: char| {
        let at = "aceopxyisjh".find(letter)?;
        "асеорхуіѕјһ".chars().nth(at)
    };
    let word: Option<String> = term.chars().map(homoglyph).collect();
    Some(format!("это {} и ещё", word?))
}
