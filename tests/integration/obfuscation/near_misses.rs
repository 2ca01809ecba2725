//! Words that are nearly terms, or hold them, and messages that only look like disguises.

use std::ops::Range;

use fastrand::Rng;

use super::techniques::Family;
use super::typed::{Typed, alike, choose};

/// Nothing that a list should hit, whatever its terms.
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

/// Words that are one letter off, with that letter fixed.
pub(crate) fn near_misses(rng: &mut Rng, term: &str, family: &Family) -> Vec<Typed> {
    let letters: Vec<char> = term.chars().collect();
    let mut all = vec![changed(rng, &letters, family), missing(rng, &letters, family)];
    all.push(added(rng, &letters, family));
    all.into_iter().flatten().collect()
}

/// Words that the term is inside of, with the other letters fixed.
pub(crate) fn longer(rng: &mut Rng, term: &str) -> Typed {
    const BEFORE: &[&str] = &["", "un", "mc", "sub", "x", "over", "2"];
    const AFTER: &[&str] = &["ness", "ful", "hood", "worthy", "x", "burger", "2"];
    let (before, after) = (choose(rng, BEFORE), choose(rng, AFTER));
    let after = if before.is_empty() || rng.bool() { after } else { "" };
    let mut typed = Typed::new(&format!("{before}{term}{after}"));
    let inside = before.len()..before.len() + term.len();
    let around = |at: usize| !inside.contains(&at);
    typed.keys.iter_mut().enumerate().for_each(|(at, key)| key.fixed = around(at));
    typed
}

fn changed(rng: &mut Rng, letters: &[char], family: &Family) -> Option<Typed> {
    // At the edge it would be outside of what is disguised, and that is the term then.
    let outside = usize::from(!family.joins);
    let at = rng.usize(outside..letters.len() - outside);
    let new = rng.char('a'..='z');
    let fits = !neighbours(letters, at..at + 1).chain([letters[at]]).any(|it| alike(it, new));
    let told = fits && !is_doubled(letters, at, family) && letters[at] != ' ';
    told.then(|| with(letters, at..at + 1, &[new]))
}

fn missing(rng: &mut Rng, letters: &[char], family: &Family) -> Option<Typed> {
    let at = rng.usize(..letters.len());
    let told = !is_doubled(letters, at, family) && letters[at] != ' ';
    told.then(|| with(letters, at..at + 1, &[]))
}

/// The letter is none that is a word by itself, or rows of letters would still be of whole words.
fn added(rng: &mut Rng, letters: &[char], family: &Family) -> Option<Typed> {
    let outside = usize::from(!family.joins);
    let at = rng.usize(outside..=letters.len() - outside);
    let new = choose(rng, &['b', 'c', 'd', 'f', 'k', 'l', 'm', 'n', 'p', 's', 't', 'w', 'x', 'z']);
    let fits = !neighbours(letters, at..at).any(|it| alike(it, new));
    // Between two of the same the first one can be as many, and a sign may follow.
    let doubled = at < letters.len() && at > 0 && alike(letters[at - 1], letters[at]);
    (fits && !(doubled && family.lengthens)).then(|| with(letters, at..at, &[new]))
}

/// Whether another letter can take its place, if it is repeated.
fn is_doubled(letters: &[char], at: usize, family: &Family) -> bool {
    family.lengthens && neighbours(letters, at..at + 1).any(|it| alike(it, letters[at]))
}

/// Other letters there, which are fixed.
fn with(letters: &[char], range: Range<usize>, new: &[char]) -> Typed {
    let (before, after) = (&letters[..range.start], &letters[range.end..]);
    let mut typed = Typed::new(&before.iter().chain(new).chain(after).collect::<String>());
    typed.keys[range.start..][..new.len()].iter_mut().for_each(|key| key.fixed = true);
    typed
}

/// The letters before and after, whatever is between words.
fn neighbours(letters: &[char], range: Range<usize>) -> impl Iterator<Item = char> {
    let before = letters[..range.start].iter().rev().find(|&&it| it != ' ');
    let after = letters[range.end..].iter().find(|&&it| it != ' ');
    before.into_iter().chain(after).copied()
}

/// Such as go a little further than a disguise may.
pub(crate) fn too_far(rng: &mut Rng, term: &str) -> Vec<String> {
    let letters: Vec<char> = term.chars().collect();
    let n = letters.len();
    let spelled = |separator: &str| -> String {
        let letters: Vec<String> = letters.iter().map(char::to_string).collect();
        letters.join(separator)
    };
    let mut all = vec![
        // Rows of letters: too far apart, over two lines, with one that is no word, in pairs.
        spelled("    "),
        spelled("\n"),
        format!("{} j", spelled(" ")),
        format!("j {}", spelled(" ")),
    ];
    if let Some((first, second)) = term.split_once(' ') {
        // Words that are one, too far apart, on two lines, the other way round.
        all.extend([
            format!("{first}{second}"),
            format!("{first}.........{second}"),
            format!("{first}\n{second}"),
            format!("{second} {first}"),
            format!("{first} or {second}"),
        ]);
        return all;
    }
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let (middle, sign) = (rng.usize(2..n - 1), choose(rng, &['*', '#', '_', '%', '•']));
    // Two words, pairs of letters.
    all.push(format!("{} {}", text(&letters[..middle]), text(&letters[middle..])));
    all.push(letters.chunks(2).map(text).collect::<Vec<_>>().join(" "));
    // More than half hidden, the first letter hidden, all.
    let more = n / 2 + 1;
    all.push(text(&letters[..n - more]) + &sign.to_string().repeat(more));
    all.push(letters[0].to_string() + &sign.to_string().repeat(more) + &text(&letters[more + 1..]));
    all.push(format!("{sign}{}", text(&letters[1..])));
    all.push(sign.to_string().repeat(n));
    // A sign too few, one too many; with a letter beside.
    let hole = rng.usize(1..n - 1);
    all.push(format!("{}{sign}{}", text(&letters[..hole]), text(&letters[hole + 2..])));
    all.push(format!("{}{sign}{sign}{}", text(&letters[..hole]), text(&letters[hole + 1..])));
    all.push(format!("{}{sign}{}x", text(&letters[..hole]), text(&letters[hole + 1..])));
    all.push(format!("x{}{sign}{}", text(&letters[..hole]), text(&letters[hole + 1..])));
    // In markdown.
    all.push(format!("*{}*", text(&letters[..n - 1])));
    all.push(format!("_{}_", text(&letters[..n - 1])));
    // Numbers and signs without any letter.
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

/// Words of letters that have exact doubles in Cyrillic, in a message that is honestly Cyrillic.
pub(crate) fn honest(term: &str) -> Option<String> {
    let double = |letter: char| {
        let at = "aceopxyisjh".find(letter)?;
        "асеорхуіѕјһ".chars().nth(at)
    };
    let word: Option<String> = term.chars().map(double).collect();
    Some(format!("это {} и ещё", word?))
}
