//! Techniques of obfuscation: [`TECHNIQUES`].
//!
//! The tables are small and based on real chats, not on the engine. All techniques are within the scope that the README
//! documents.

use fastrand::Rng;
use unicode_normalization::UnicodeNormalization;

use super::typed::{Key, Typed, alike, choose, some};

/// Obfuscates a term; returns `false` if it does not apply.
pub(crate) type Step = fn(&mut Rng, &mut Typed) -> bool;

/// A technique of obfuscation, or a combination of several.
#[derive(Clone, Copy)]
pub(crate) struct Technique {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [Step],
    pub(crate) around: Around,
    /// Whether letters are repeated.
    pub(crate) lengthens: bool,
    /// Whether the result is one word with adjacent letters. Not so for symbols, which are also boundaries.
    pub(crate) joins: bool,
    /// Whether what it inserts may replace a letter, so that it makes the term of a near miss.
    pub(crate) replaces: bool,
    /// The minimum number of terms to which it applies.
    pub(crate) min_terms: usize,
}

/// What may be adjacent to the word, besides whitespace, brackets and quotes.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// Apostrophes, as in `l'` and `'s`.
    pub(crate) apostrophes: bool,
    /// Symbols that may be leet characters or Markdown.
    pub(crate) symbols: bool,
    /// Words in other scripts, anywhere in the message.
    pub(crate) scripts: bool,
    /// Whitespace, brackets and quotes.
    pub(crate) spaces: bool,
    /// Digits and pairs of x.
    pub(crate) decorations: bool,
    /// An override of the direction.
    pub(crate) overrides: bool,
    /// Only other words of a hashtag.
    pub(crate) hashtag: bool,
}

const ALL: Around = Around {
    apostrophes: true,
    symbols: true,
    scripts: true,
    spaces: true,
    decorations: false,
    overrides: false,
    hashtag: false,
};
const LATIN: Around = Around { scripts: false, ..ALL };
const SPACED: Around = Around { apostrophes: false, scripts: false, ..ALL };
const SPACES_ONLY: Around = Around { symbols: false, ..SPACED };
const DECORATIONS: Around = Around { spaces: false, decorations: true, ..SPACES_ONLY };
const OVERRIDES: Around = Around { spaces: false, overrides: true, ..SPACES_ONLY };
const HASHTAG: Around = Around { hashtag: true, ..SPACES_ONLY };
const NO_SYMBOLS: Around = Around { symbols: false, ..ALL };

const fn technique(name: &'static str, steps: &'static [Step], around: Around) -> Technique {
    Technique { name, steps, around, lengthens: false, joins: true, replaces: false, min_terms: 40 }
}

impl Technique {
    const fn lengthens(self) -> Technique {
        Technique { lengthens: true, ..self }
    }

    const fn separate(self) -> Technique {
        Technique { joins: false, ..self }
    }

    const fn replaces(self) -> Technique {
        Technique { replaces: true, joins: false, ..self }
    }

    const fn applies_to(self, min_terms: usize) -> Technique {
        Technique { min_terms, ..self }
    }
}

#[rustfmt::skip]
pub(crate) const TECHNIQUES: &[Technique] = &[
    technique("case", &[case], ALL),
    technique("full-width", &[full_width], ALL),
    technique("mathematical and enclosed", &[styled], ALL).separate(),
    technique("invisible", &[invisible], ALL),
    technique("accents", &[accents], ALL),
    technique("zalgo", &[zalgo], ALL),
    technique("lines", &[lines], ALL),
    technique("confusables", &[confusables], LATIN),
    technique("shapes", &[shapes], LATIN).separate(),
    technique("leet digits", &[leet::<DIGITS>], ALL),
    technique("leet symbols", &[leet::<SYMBOLS>], ALL),
    technique("leet", &[leet::<BOTH>], ALL),
    technique("repeats", &[repeats], ALL).lengthens(),
    technique("spacing", &[spacing], SPACED).separate(),
    technique("hidden *", &[hidden::<'*'>], NO_SYMBOLS).separate(),
    technique("hidden #", &[hidden::<'#'>], NO_SYMBOLS).separate(),
    technique("hidden _", &[hidden::<'_'>], NO_SYMBOLS).separate(),
    technique("hidden %", &[hidden::<'%'>], NO_SYMBOLS).separate(),
    technique("hidden •", &[hidden::<'•'>], NO_SYMBOLS).separate(),
    technique("hidden by @ ! $ & ? ^ ~", &[hole::<SYMBOLS>], NO_SYMBOLS).replaces(),
    technique("hidden by emoji and shapes", &[hole::<EMOJI>], NO_SYMBOLS).replaces(),
    technique("hidden by a digit", &[hole::<DIGITS>], NO_SYMBOLS).replaces(),
    technique("a digit inside", &[digit_inside], NO_SYMBOLS).replaces(),
    technique("run together", &[run_together], ALL).applies_to(8),
    technique("run together, leet", &[run_together, leet::<BOTH>], ALL).applies_to(8),
    technique("repeated word", &[repeated_word], NO_SYMBOLS).separate().applies_to(36),
    technique("in a hashtag", &[capital, accents], HASHTAG).separate(),
    technique("swapped letters", &[swapped], NO_SYMBOLS).separate().applies_to(30),
    technique("one symbol inside", &[symbol_inside], SPACES_ONLY).replaces().applies_to(36),
    technique("an emoji inside", &[emoji_inside], SPACES_ONLY).replaces().applies_to(36),
    technique("a line break inside", &[line_break_inside], SPACES_ONLY).separate().applies_to(36),
    technique("Markdown inside", &[markdown_inside], SPACES_ONLY).replaces().applies_to(36),
    technique("first or last letter apart", &[letter_apart], SPACES_ONLY).separate().applies_to(36),
    technique("short pieces", &[short_pieces], SPACES_ONLY).separate().applies_to(30),
    technique("full-width, spacing", &[full_width, spacing], SPACED).separate(),
    technique("confusables, invisible", &[confusables, invisible], LATIN),
    technique("confusables, spacing", &[homoglyphs, spacing], SPACED).separate(),
    technique("confusables, leet", &[leet::<BOTH>, confusables], LATIN),
    technique("shapes, accents", &[shapes, accents], LATIN).separate(),
    technique("full-width, leet", &[leet::<BOTH>, full_width], ALL),
    technique("leet, repeats", &[repeats, leet::<BOTH>], ALL).lengthens().separate(),
    technique("leet, accents, case", &[leet::<BOTH>, case, accents], ALL),
    technique("leet, lines", &[leet::<BOTH>, lines], ALL),
    technique("leet, zalgo", &[leet::<BOTH>, zalgo], ALL),
    technique("leet, spacing", &[leet::<BOTH>, spacing], SPACES_ONLY).separate(),
    technique("leet, hidden", &[hidden_any, leet::<BOTH>], NO_SYMBOLS).separate(),
    technique("confusables, hidden", &[hidden_any, homoglyphs], Around { scripts: false, ..NO_SYMBOLS }).separate(),
    technique("accents, hidden, case", &[hidden_any, case, accents], NO_SYMBOLS).separate(),
    technique("repeats, accents, invisible", &[repeats, accents, invisible], ALL).lengthens(),
    technique("repeats, mathematical", &[repeats, styled], ALL).lengthens().separate(),
    technique("spacing, invisible", &[spacing, invisible], SPACED).separate(),
    technique("decorations", &[decorated, case], DECORATIONS).separate().applies_to(30),
    technique("control characters", &[control], ALL),
    technique("thin spaces", &[thin], ALL).separate(),
    technique("encoding", &[encoding], ALL).separate(),
    technique("override", &[repeats, case, reversed], OVERRIDES).lengthens().separate(),
    technique("upside down", &[repeats, turned, reversed], SPACES_ONLY).lengthens().separate(),
    technique("turned", &[repeats, turned], SPACES_ONLY).lengthens().separate(),
    technique("strokes", &[strokes], SPACES_ONLY),
    technique("fancy alphabets", &[fancy], SPACES_ONLY).replaces(),
    technique("fancy alphabets, invisible", &[fancy, zero_width], SPACES_ONLY).replaces(),
    technique("fancy alphabets, spacing", &[fancy_beyond_greek, spacing], SPACES_ONLY).replaces(),
    technique("keycaps", &[leet::<DIGITS>, keycaps], ALL).separate(),
    technique("digits of other scripts", &[leet::<DIGITS>, digits], ALL),
    technique("emoji letters", &[emoji_letters], ALL).separate(),
    technique("capital I and small l", &[bars], ALL),
    technique("letters of symbols", &[pairs], SPACES_ONLY).separate(),
    technique("spacing by whitespace", &[wide_spacing], SPACES_ONLY).separate(),
    technique("hidden by other stars", &[hidden_by_stars], NO_SYMBOLS).separate(),
];

fn case(rng: &mut Rng, typed: &mut Typed) -> bool {
    let plain = typed.plain();
    typed.replace(rng, plain, |_, letter| Some(letter.to_ascii_uppercase().to_string()))
}

/// Replaces characters with their full-width forms, which all printable ASCII characters have.
fn full_width(rng: &mut Rng, typed: &mut Typed) -> bool {
    let wide = |key: &Key| match key.text.as_bytes() {
        &[byte @ b'!'..=b'~'] => char::from_u32(0xFEE0 + u32::from(byte)),
        b" " => Some('\u{3000}'),
        _ => None,
    };
    let ascii: Vec<_> = typed.keys.iter().map(wide).enumerate().collect();
    let ascii = ascii.into_iter().filter_map(|(at, wide)| Some((at, wide?))).collect();
    let chosen = some(rng, ascii);
    let any = chosen.iter().any(|&(at, _)| !typed.keys[at].is_gap());
    chosen.into_iter().for_each(|(at, wide)| typed.keys[at].text = wide.into());
    any
}

/// First letters of the alphabets of "fancy text" generators, in lower case and, if it exists, in upper case.
const ALPHABETS: &[(char, Option<char>)] = &[
    ('𝐚', Some('𝐀')),
    ('𝒂', Some('𝑨')),
    ('𝓪', Some('𝓐')),
    ('𝖆', Some('𝕬')),
    ('𝖺', Some('𝖠')),
    ('𝗮', Some('𝗔')),
    ('𝘢', Some('𝘈')),
    ('𝙖', Some('𝘼')),
    ('𝚊', Some('𝙰')),
    ('𝕒', None),
    ('ⓐ', Some('Ⓐ')),
    ('🄰', None),
];

/// Replaces some letters with those of one alphabet.
fn styled(rng: &mut Rng, typed: &mut Typed) -> bool {
    let (small, large) = choose(rng, ALPHABETS);
    let start = large.filter(|_| rng.u8(..3) == 0).unwrap_or(small);
    let free = typed.plain().into_iter().filter(|&at| !typed.keys[at].fixed).collect();
    typed.replace(rng, free, |_, letter| Some(nth(start, letter).into()))
}

/// Returns the letter of the alphabet that begins at `start`.
fn nth(start: char, letter: char) -> char {
    let number = u32::from(letter.to_ascii_lowercase()) - u32::from('a');
    char::from_u32(u32::from(start) + number).expect("a letter")
}

/// Invisible characters: zero-width characters, soft hyphens, bidirectional controls, tags, fillers.
#[rustfmt::skip]
const INVISIBLE: &[char] = &[
    '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{AD}', '\u{200E}', '\u{200F}', '\u{202A}',
    '\u{202D}', '\u{202E}', '\u{202C}', '\u{2066}', '\u{2069}', '\u{34F}', '\u{180E}', '\u{2063}', '\u{FE0E}',
    '\u{FE0F}', '\u{E0061}', '\u{3164}', '\u{115F}',
];

/// Inserts invisible characters between letters.
fn invisible(rng: &mut Rng, typed: &mut Typed) -> bool {
    let inside: Vec<usize> = (1..typed.keys.len()).collect();
    let chosen = some(rng, inside);
    let any = !chosen.is_empty();
    let kind = choose(rng, INVISIBLE);
    for at in chosen {
        for _ in 0..rng.usize(1..=3) {
            let c = if rng.bool() { kind } else { choose(rng, INVISIBLE) };
            typed.keys[at].text.insert(0, c);
        }
    }
    any
}

/// Acute, grave, circumflex, tilde, macron, breve, dot, diaeresis, ring, caron, cedilla, ogonek, dot below,
/// strokes through and below.
const MARKS: &[char] = &[
    '\u{301}', '\u{300}', '\u{302}', '\u{303}', '\u{304}', '\u{306}', '\u{307}', '\u{308}',
    '\u{30A}', '\u{30C}', '\u{327}', '\u{328}', '\u{323}', '\u{335}', '\u{336}', '\u{332}',
];

/// Adds one or two combining marks to letters, composed or not.
fn accents(rng: &mut Rng, typed: &mut Typed) -> bool {
    let letters = (0..typed.keys.len()).filter(|&at| typed.keys[at].is_letter()).collect();
    let chosen = some(rng, letters);
    let any = !chosen.is_empty();
    let composed = rng.bool();
    for at in chosen {
        let text = &mut typed.keys[at].text;
        text.push(choose(rng, MARKS));
        if rng.u8(..4) == 0 {
            text.push(choose(rng, MARKS));
        }
        if composed {
            *text = text.nfc().collect();
        }
    }
    any
}

/// Adds the same line through or below all letters.
fn lines(rng: &mut Rng, typed: &mut Typed) -> bool {
    let line = choose(rng, &['\u{335}', '\u{336}', '\u{332}', '\u{333}', '\u{337}', '\u{338}']);
    typed.visible().into_iter().for_each(|at| typed.keys[at].text.push(line));
    true
}

/// Adds stacks of combining marks to letters and leet characters.
fn zalgo(rng: &mut Rng, typed: &mut Typed) -> bool {
    let visible = typed.visible();
    let chosen = some(rng, visible);
    let any = !chosen.is_empty();
    for at in chosen {
        for _ in 0..rng.usize(4..=12) {
            // U+034F in this range is the invisible combining grapheme joiner.
            let mark = rng.char('\u{300}'..='\u{36F}');
            typed.keys[at].text.push(if mark == '\u{34F}' { '\u{336}' } else { mark });
        }
    }
    any
}

/// Exact homoglyphs: letters of other scripts that cannot be distinguished from Latin ones.
#[rustfmt::skip]
const HOMOGLYPHS: &[(char, char)] = &[
    ('a', 'а'), ('c', 'с'), ('e', 'е'), ('o', 'о'), ('p', 'р'), ('x', 'х'), ('y', 'у'), ('i', 'і'), ('s', 'ѕ'),
    ('j', 'ј'), ('h', 'һ'),
];

/// Confusables in Cyrillic, Greek and Armenian, in lower and upper case.
#[rustfmt::skip]
const CONFUSABLES: &[(char, &[char])] = &[
    ('a', &['а', 'А', 'α', 'Α']),
    ('b', &['В', 'в', 'Ь', 'Β', 'β']),
    ('c', &['с', 'С', 'ϲ']),
    ('d', &['ԁ']),
    ('e', &['е', 'Е', 'Ε']),
    ('g', &['ց', 'Ԍ']),
    ('h', &['һ', 'Н', 'Η', 'հ']),
    ('i', &['і', 'І', 'ι', 'Ι']),
    ('j', &['ј', 'Ј']),
    ('k', &['к', 'К', 'κ', 'Κ']),
    ('l', &['ӏ', 'Ӏ']),
    ('m', &['м', 'М', 'Μ']),
    ('n', &['п', 'η', 'Ν', 'ո']),
    ('o', &['о', 'О', 'ο', 'Ο', 'օ', 'Օ', 'σ']),
    ('p', &['р', 'Р', 'ρ', 'Ρ']),
    ('q', &['ԛ']),
    ('r', &['г']),
    ('s', &['ѕ', 'Ѕ']),
    ('t', &['т', 'Т', 'τ', 'Τ']),
    ('u', &['υ', 'ս']),
    ('v', &['ν', 'ѵ']),
    ('w', &['ԝ', 'ѡ']),
    ('x', &['х', 'Х', 'χ', 'Χ']),
    ('y', &['у', 'У', 'Υ', 'ү']),
    ('z', &['Ζ']),
];

fn homoglyph(letter: char) -> Option<char> {
    let letter = letter.to_ascii_lowercase();
    HOMOGLYPHS.iter().find(|&&(latin, _)| latin == letter).map(|&(_, homoglyph)| homoglyph)
}

/// Replaces letters with confusables: either all letters of a word with exact homoglyphs, or all but at least one, so
/// that the word mixes scripts. A symbol ends a word, even if it is a leet character.
fn confusables(rng: &mut Rng, typed: &mut Typed) -> bool {
    let mut any = false;
    let words = typed.runs(|key| key.text.starts_with(|c: char| !c.is_alphanumeric()));
    for word in some(rng, words) {
        let all = |at: usize| typed.keys[at].plain().and_then(homoglyph);
        let homoglyphs: Option<Vec<char>> = word.clone().map(all).collect();
        if let Some(homoglyphs) = homoglyphs.filter(|_| rng.u8(..3) == 0) {
            word.zip(homoglyphs).for_each(|(at, homoglyph)| typed.keys[at].text = homoglyph.into());
            any = true;
            continue;
        }
        let mut plain: Vec<usize> = word.filter(|&at| typed.keys[at].plain().is_some()).collect();
        if plain.is_empty() {
            continue;
        }
        plain.remove(rng.usize(..plain.len()));
        any |= typed.replace(rng, plain, |rng, letter| {
            let letter = letter.to_ascii_lowercase();
            let (_, others) = CONFUSABLES.iter().find(|&&(latin, _)| latin == letter)?;
            Some(choose(rng, others).into())
        });
    }
    any
}

/// Replaces letters with exact homoglyphs anywhere.
fn homoglyphs(rng: &mut Rng, typed: &mut Typed) -> bool {
    let plain = typed.plain();
    typed.replace(rng, plain, |_, letter| Some(homoglyph(letter)?.into()))
}

/// Small capitals of Unicode, which has no `x`.
const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ ʏᴢ";

/// Replaces letters with small capitals, letters in filled circles or squares, or regional indicators. Two of the latter
/// are a flag, so only a single letter or whole words are replaced.
fn shapes(rng: &mut Rng, typed: &mut Typed) -> bool {
    let free: Vec<usize> = typed.plain().into_iter().filter(|&at| !typed.keys[at].fixed).collect();
    match rng.u8(..5) {
        0 | 1 => typed.replace(rng, free, |_, letter| {
            let number = usize::from(letter.to_ascii_lowercase() as u8 - b'a');
            SMALL_CAPITALS.chars().nth(number).filter(|&c| c != ' ').map(String::from)
        }),
        2 => typed.replace(rng, free, |_, letter| Some(nth('🅐', letter).into())),
        3 => typed.replace(rng, free, |_, letter| Some(nth('🅰', letter).into())),
        _ if rng.bool() => {
            let one = choose(rng, &free);
            typed.replace(rng, vec![one], |_, letter| Some(nth('🇦', letter).into()))
        }
        _ if typed.words().iter().all(|word| word.len() > 2)
            && !typed.keys.iter().any(|key| key.fixed) =>
        {
            for at in free {
                typed.keys[at].text = nth('🇦', typed.keys[at].letter).into();
            }
            true
        }
        _ => false,
    }
}

const DIGITS: u8 = 0;
const SYMBOLS: u8 = 1;
const BOTH: u8 = 2;
const EMOJI: u8 = 3;

/// Digits and symbols for letters.
#[rustfmt::skip]
const LEET: &[(char, &[char], &[char])] = &[
    ('a', &['4'], &['@']),
    ('b', &['8'], &[]),
    ('e', &['3'], &['€']),
    ('g', &['6', '9'], &[]),
    ('i', &['1'], &['!', '|']),
    ('l', &['1'], &['!', '|', '£']),
    ('o', &['0'], &[]),
    ('s', &['5'], &['$']),
    ('t', &['7'], &['+']),
];

/// Replaces letters with leet characters, except one letter of each token.
fn leet<const KIND: u8>(rng: &mut Rng, typed: &mut Typed) -> bool {
    let edges = lengthened_edges(typed);
    let mut other: Vec<(usize, char)> = Vec::new();
    for token in typed.runs(|key| key.is_gap() || key.hidden) {
        let last = token.end - 1;
        let mut letters: Vec<usize> = token.filter(|&at| typed.keys[at].is_letter()).collect();
        if letters.is_empty() {
            continue;
        }
        // Digits before a unit are a number.
        let is_kept = |&at: &usize| !"hkmpsx".contains(typed.keys[letters[at]].letter);
        let kept: Vec<usize> = (0..letters.len()).filter(is_kept).collect();
        if kept.is_empty() {
            continue;
        }
        letters.remove(choose(rng, &kept));
        for at in letters.into_iter().filter(|&at| !typed.keys[at].fixed) {
            let Some(letter) = typed.keys[at].plain() else { continue };
            let row = LEET.iter().find(|&&(it, ..)| it == letter.to_ascii_lowercase());
            let Some(&(_, digits, symbols)) = row else { continue };
            // Repeated symbols at the edge of a word are punctuation.
            let symbols = if edges.contains(&at) { &[] } else { symbols };
            let of = match KIND {
                DIGITS => digits,
                SYMBOLS => symbols,
                _ if rng.bool() && !symbols.is_empty() => symbols,
                _ => digits,
            };
            // At the end of a word these are not letters.
            let is_letter = |c: &&char| at != last || !"1!|+".contains(**c);
            let of: Vec<char> = of.iter().filter(is_letter).copied().collect();
            if !of.is_empty() {
                other.push((at, choose(rng, &of)));
            }
        }
    }
    let chosen = some(rng, other);
    let any = !chosen.is_empty();
    chosen.into_iter().for_each(|(at, leet)| typed.keys[at].text = leet.into());
    any
}

/// Returns the keys of the first and last letter if they are repeated.
fn lengthened_edges(typed: &Typed) -> Vec<usize> {
    let edge = |keys: Vec<usize>| -> Vec<usize> {
        let key = |at: usize| &typed.keys[at];
        let first = key(keys[0]).letter;
        let same = |&at: &usize| alike(key(at).letter, first);
        let run: Vec<usize> = keys.into_iter().take_while(same).collect();
        let more = run.windows(2).any(|pair| key(pair[0]).place == key(pair[1]).place);
        if more { run } else { Vec::new() }
    };
    let keys = 0..typed.keys.len();
    [edge(keys.clone().collect()), edge(keys.rev().collect())].concat()
}

/// Symbols and digits that hide one letter but are not written for it.
fn hole<const KIND: u8>(rng: &mut Rng, typed: &mut Typed) -> bool {
    let symbols: &[&str] = match KIND {
        SYMBOLS => &["@", "!", "$", "&", "?", "^", "~"],
        DIGITS => &["2", "3", "4", "5", "7", "9"],
        _ => &["■", "●", "🔥", "💀", "❤\u{FE0F}", "🌟"],
    };
    let letters = typed.keys.iter().filter(|key| !key.is_gap()).count();
    let least = if KIND == DIGITS { 5 } else { 4 };
    let inner = inner(typed, 1, 1);
    if letters < least || inner.is_empty() {
        return false;
    }
    let at = choose(rng, &inner);
    let symbol = choose(rng, symbols);
    let is_leet = LEET.iter().any(|(letter, digits, symbols)| {
        let mut written = digits.iter().chain(*symbols);
        *letter == typed.keys[at].letter && written.any(|c| symbol.starts_with(*c))
    });
    typed.keys[at].text = symbol.into();
    typed.keys[at].hidden = true;
    !is_leet
}

/// Inserts a digit that is written for no letter of the term.
fn digit_inside(rng: &mut Rng, typed: &mut Typed) -> bool {
    let letters = typed.keys.iter().filter(|key| !key.is_gap()).count();
    let inner = inner(typed, 1, 0);
    if letters < 5 || inner.is_empty() {
        return false;
    }
    let at = choose(rng, &inner);
    typed.keys[at].text.insert(0, '2');
    true
}

/// Returns the letters of each word without the first and the last ones, unless they are fixed.
fn inner(typed: &Typed, first: usize, last: usize) -> Vec<usize> {
    let words = typed.words().into_iter().filter(|word| word.len() > first + last);
    let inner = words.flat_map(|word| word.start + first..word.end - last);
    inner.filter(|&at| !typed.keys[at].fixed).collect()
}

/// Writes a phrase without spaces.
fn run_together(_: &mut Rng, typed: &mut Typed) -> bool {
    let before = typed.keys.len();
    typed.keys.retain(|key| !key.is_gap());
    typed.keys.len() < before
}

fn is_phrase(typed: &Typed) -> bool {
    typed.keys.iter().any(Key::is_gap)
}

/// Writes a word two to four times.
fn repeated_word(rng: &mut Rng, typed: &mut Typed) -> bool {
    let once = typed.keys.clone();
    for _ in 0..rng.usize(1..4) {
        typed.keys.extend(once.iter().cloned());
    }
    !is_phrase(typed)
}

fn capital(rng: &mut Rng, typed: &mut Typed) -> bool {
    run_together(rng, typed);
    typed.keys[0].text = typed.keys[0].letter.to_ascii_uppercase().to_string();
    true
}

/// Swaps two letters after the first one of a word of six letters or more.
fn swapped(rng: &mut Rng, typed: &mut Typed) -> bool {
    let is_swap = |&at: &usize| typed.keys[at].letter != typed.keys[at + 1].letter;
    let at: Vec<usize> = inner(typed, 1, 1).into_iter().filter(is_swap).collect();
    if is_phrase(typed) || typed.keys.len() < 6 || at.is_empty() {
        return false;
    }
    let at = choose(rng, &at);
    typed.keys.swap(at, at + 1);
    true
}

/// Inserts a separator at one place, if the parts are not both common words.
fn insert(rng: &mut Rng, typed: &mut Typed, separator: &str) -> bool {
    let inner = inner(typed, 1, 0);
    if is_phrase(typed) || inner.is_empty() {
        return false;
    }
    let at = choose(rng, &inner);
    let are_words = are_words(typed, at);
    typed.keys[at].text.insert_str(0, separator);
    !are_words
}

/// Whether the keys before and after a place are common words. Beside a word, a single letter counts as one.
fn are_words(typed: &Typed, at: usize) -> bool {
    let (before, after) = typed.keys.split_at(at);
    let is_word = |keys: &[Key]| {
        let word: String = keys.iter().map(|key| key.letter).collect();
        keys.len() == 1 || WORDS_INSIDE.contains(&word.as_str())
    };
    is_word(before) && is_word(after)
}

/// The common words in the terms.
const WORDS_INSIDE: &[&str] = &["kit", "ten", "don", "key", "ill", "chop", "less", "soap"];

fn symbol_inside(rng: &mut Rng, typed: &mut Typed) -> bool {
    let symbol = choose(rng, &[".", "-", "_", "/", "|", ",", ":", "\"", "^", "=", "(", "…"]);
    insert(rng, typed, symbol)
}

fn emoji_inside(rng: &mut Rng, typed: &mut Typed) -> bool {
    let emoji = choose(rng, &["🔥", "❤\u{FE0F}", "💩", "👨\u{200D}👩\u{200D}👧", "■"]);
    insert(rng, typed, emoji)
}

fn line_break_inside(rng: &mut Rng, typed: &mut Typed) -> bool {
    let line_break = choose(rng, &["\n", "\r\n"]);
    insert(rng, typed, line_break)
}

/// Makes an inner part bold or struck through.
fn markdown_inside(rng: &mut Rng, typed: &mut Typed) -> bool {
    let mark = choose(rng, &["**", "*", "__", "~~", "||"]);
    let inner = inner(typed, 1, 0);
    if is_phrase(typed) || inner.len() < 2 {
        return false;
    }
    let first = rng.usize(..inner.len() - 1);
    let last = rng.usize(first + 1..inner.len());
    typed.keys[inner[first]].text.insert_str(0, mark);
    typed.keys[inner[last]].text.insert_str(0, mark);
    true
}

/// Separates the first or the last letter with a space.
fn letter_apart(rng: &mut Rng, typed: &mut Typed) -> bool {
    let at = if rng.bool() { 1 } else { typed.keys.len() - 1 };
    let are_words = are_words(typed, at);
    typed.keys[at].text.insert(0, ' ');
    !are_words && !is_phrase(typed) && typed.keys.iter().all(|key| !key.fixed)
}

/// Separates a word into pieces of one to three letters, at least one of which is a single letter and one is longer.
fn short_pieces(rng: &mut Rng, typed: &mut Typed) -> bool {
    let (mut at, mut sizes) = (0, Vec::new());
    while at < typed.keys.len() {
        let size = rng.usize(1..=3).min(typed.keys.len() - at);
        if at > 0 {
            typed.keys[at].text.insert(0, ' ');
        }
        sizes.push(size);
        at += size;
    }
    !is_phrase(typed) && sizes.contains(&1) && sizes.iter().any(|&size| size > 1)
}

/// Repeats letters.
fn repeats(rng: &mut Rng, typed: &mut Typed) -> bool {
    let keys = typed.plain();
    let mut chosen = some(rng, keys);
    chosen.sort_unstable();
    let any = !chosen.is_empty();
    // In words of less than five letters, two of a letter make another word.
    let least = usize::from(typed.keys.len() < 5);
    for at in chosen.into_iter().rev() {
        for _ in 0..least + [1, 1, 2, 3, 7][rng.usize(..5)] {
            typed.keys.insert(at, typed.keys[at].clone());
        }
    }
    any
}

#[rustfmt::skip]
const SEPARATORS: &[&str] = &[
    " ", " ", " ", "  ", "   ", ".", "-", "_", "*", "~", "/", ",", "·", "|", "...", " . ", " - ", ", ", "👏", "❤\u{FE0F}",
    "\u{3000}", "\u{A0}",
];

/// Separates all letters, usually by the same separator.
fn spacing(rng: &mut Rng, typed: &mut Typed) -> bool {
    // A leet symbol next to another one is not a separator.
    let has_symbols =
        typed.keys.iter().any(|key| key.text.starts_with(['@', '$', '!', '|', '+', '€', '£']));
    let separators: Vec<&str> =
        SEPARATORS.iter().copied().filter(|&it| !has_symbols || it != "|").collect();
    let kind = choose(rng, &separators);
    let mixed = rng.u8(..4) == 0;
    for at in 1..typed.keys.len() {
        if typed.keys[at].is_gap() {
            // The separator of words must not be shorter than that of letters; three characters at most.
            typed.keys[at].text = choose(rng, &[kind, "  ", "   ", " / "]).into();
        } else if !typed.keys[at - 1].is_gap() {
            let separator = if mixed { choose(rng, &separators) } else { kind };
            typed.keys[at].text.insert_str(0, separator);
        }
    }
    true
}

fn hidden<const SYMBOL: char>(rng: &mut Rng, typed: &mut Typed) -> bool {
    hide(rng, typed, &[SYMBOL])
}

fn hidden_any(rng: &mut Rng, typed: &mut Typed) -> bool {
    hide(rng, typed, &['*', '#', '_', '%', '•'])
}

/// Replaces at most half of the letters of each word, except the first one, with hiding symbols.
fn hide(rng: &mut Rng, typed: &mut Typed, symbols: &[char]) -> bool {
    let mut free: Vec<usize> = Vec::new();
    for word in typed.words() {
        let half = word.len() / 2;
        let mut rest: Vec<usize> = word.skip(1).filter(|&at| !typed.keys[at].fixed).collect();
        rng.shuffle(&mut rest);
        rest.truncate(half);
        free.extend(rest);
    }
    rng.shuffle(&mut free);
    if free.is_empty() {
        return false;
    }
    free.truncate(rng.usize(1..=free.len()));
    let kind = choose(rng, symbols);
    let mixed = rng.u8(..3) == 0;
    for at in free {
        let symbol = if mixed { choose(rng, symbols) } else { kind };
        typed.keys[at].text = symbol.into();
        typed.keys[at].hidden = true;
    }
    true
}

/// Inserts characters from a list between letters.
fn insert_some(rng: &mut Rng, typed: &mut Typed, from: &[char]) -> bool {
    let chosen = some(rng, (1..typed.keys.len()).collect());
    let any = !chosen.is_empty();
    chosen.into_iter().for_each(|at| typed.keys[at].text.insert(0, choose(rng, from)));
    any
}

fn control(rng: &mut Rng, typed: &mut Typed) -> bool {
    #[rustfmt::skip]
    let controls = ['\0', '\u{1}', '\u{3}', '\u{7}', '\u{8}', '\u{E}', '\u{1B}', '\u{1F}', '\u{7F}', '\u{80}', '\u{9F}', '\u{FFF9}', '\u{FFFB}'];
    insert_some(rng, typed, &controls)
}

/// Inserts thin spaces, but not beside the space between two words.
fn thin(rng: &mut Rng, typed: &mut Typed) -> bool {
    let is_inside = |&at: &usize| !typed.keys[at].is_gap() && !typed.keys[at - 1].is_gap();
    let chosen = some(rng, (1..typed.keys.len()).filter(is_inside).collect());
    let any = !chosen.is_empty();
    let thin = ['\u{2009}', '\u{200A}', '\u{202F}', '\u{2800}'];
    chosen.into_iter().for_each(|at| typed.keys[at].text.insert(0, choose(rng, &thin)));
    any
}

/// Writes letters as entities, percent-encoded or escaped.
fn encoding(rng: &mut Rng, typed: &mut Typed) -> bool {
    let kind = rng.u8(..5);
    let plain = typed.plain();
    typed.replace(rng, plain, |_, letter| {
        let code = u32::from(letter);
        Some(match kind {
            0 => format!("&#{code};"),
            1 => format!("&#x{code:X};"),
            2 => format!("%{code:02x}"),
            3 => format!("%25{code:02X}"),
            _ => format!("\\u{code:04x}"),
        })
    })
}

/// Accepts words alone.
fn decorated(_: &mut Rng, typed: &mut Typed) -> bool {
    !is_phrase(typed)
}

/// Inserts characters without a width between letters.
fn zero_width(rng: &mut Rng, typed: &mut Typed) -> bool {
    insert_some(rng, typed, &['\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{AD}'])
}

/// Reverses the letters.
fn reversed(_: &mut Rng, typed: &mut Typed) -> bool {
    typed.keys.reverse();
    true
}

/// Turns all letters by 180 degrees, of which one must look different from all others.
fn turned(_: &mut Rng, typed: &mut Typed) -> bool {
    const TURNED: &str = "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz";
    for key in &mut typed.keys {
        let Some(letter) = key.plain() else { continue };
        let number = usize::from(letter.to_ascii_lowercase() as u8 - b'a');
        key.text = TURNED.chars().nth(number).expect("a letter").into();
    }
    typed.keys.iter().any(|key| !key.text.is_ascii())
}

/// Latin letters with strokes and the like.
#[rustfmt::skip]
const STROKES: &[(char, &[char])] = &[
    ('b', &['ƀ', 'ɓ', 'Ƀ']), ('d', &['đ', 'ɗ', 'Đ']), ('e', &['ɛ', 'ə', 'ɇ']), ('f', &['ƒ']), ('h', &['ħ', 'ɦ', 'Ħ']), ('i', &['ı', 'ɨ']),
    ('k', &['ƙ']), ('l', &['ł', 'Ł', 'ƚ']), ('n', &['ŋ', 'ƞ']), ('o', &['ø', 'Ø', 'ɵ']), ('r', &['ɾ']), ('t', &['ŧ', 'Ŧ']), ('z', &['ƶ']),
];

fn strokes(rng: &mut Rng, typed: &mut Typed) -> bool {
    let plain: Vec<usize> = typed.plain().into_iter().filter(|&at| !typed.keys[at].fixed).collect();
    typed.replace(rng, plain, |rng, letter| {
        let letter = letter.to_ascii_lowercase();
        let (_, others) = STROKES.iter().find(|&&(latin, _)| latin == letter)?;
        Some(choose(rng, others).into())
    })
}

/// Alphabets of text generators that consist of letters and symbols of other scripts.
#[rustfmt::skip]
const FANCY: &[&str] = &[
    "₳฿₵ĐɆ₣₲ⱧłJ₭Ⱡ₥₦Ø₱QⱤ₴₮ɄV₩ӾɎⱫ", "卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙", "ᗩᗷᑕᗪEᖴGᕼIᒍKᒪᗰᑎOᑭᑫᖇᔕTᑌᐯᗯ᙭YᘔZ",
    "αв¢∂єƒgнιנкℓмησρqяѕтυνωχуz", "ค๒ς๔єŦﻮђเןкɭ๓ภ๏קợгรՇยשฬאץչ", "ልጌርዕቿቻኗዘጎጋጕረጠክዐየዒዪነፕሁሀሠሸሃጊ", "ᏗᏰፈᎴᏋᎦᎶᏂᎥᏠᏦᏝᎷᏁᎧᎮᎤᏒᏕᏖᏬᏉᏇጀᎩፚ",
    "ǟɮƈɖɛʄɢɦɨʝӄʟʍռօքզʀֆȶʊʋաӼʏʐ", "ąɓƈđεʄɠɧįʝƙƖɱŋơ℘զཞʂɬų۷ῳҳყʑ", "ⲁⲃⲥⲇⲉϥⲅⲏⲓⳗⲕⳑⲙⲛⲟⲣⳋꞅⲋⲧⳙⳳⲱⲭⲩⲍ", "ᥲᑲᥴძᥱfgһіȷkᥣm𝗇᥆⍴qrs𝗍ᥙ᥎ᥕ᥊ᥡz", "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑQꓣꓢꓔꓴꓦꓪꓫꓬꓜ",
    "ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꀘ꒒ꂵꈤꂦꉣꆰꋪꌗ꓄ꀎꃴꅏꊼꌩꁴ",
];

/// Writes all letters in one of these alphabets.
fn fancy(rng: &mut Rng, typed: &mut Typed) -> bool {
    let alphabet = choose(rng, FANCY);
    in_alphabet(typed, alphabet)
}

/// The same without the alphabet of Greek and Cyrillic letters, which by themselves are not read.
fn fancy_beyond_greek(rng: &mut Rng, typed: &mut Typed) -> bool {
    let alphabets: Vec<&str> = FANCY.iter().copied().filter(|it| !it.starts_with('α')).collect();
    in_alphabet(typed, choose(rng, &alphabets))
}

fn in_alphabet(typed: &mut Typed, alphabet: &str) -> bool {
    let alphabet: Vec<char> = alphabet.chars().collect();
    for key in &mut typed.keys {
        let Some(letter) = key.plain() else { continue };
        key.text = alphabet[usize::from(letter.to_ascii_lowercase() as u8 - b'a')].into();
    }
    true
}

/// Replaces all digits.
fn replace_digits(typed: &mut Typed, with: impl Fn(u8) -> String) -> bool {
    for key in &mut typed.keys {
        if let [digit @ b'0'..=b'9'] = *key.text.as_bytes() {
            key.text = with(digit - b'0');
        }
    }
    true
}

fn keycaps(_: &mut Rng, typed: &mut Typed) -> bool {
    replace_digits(typed, |digit| format!("{digit}\u{FE0F}\u{20E3}"))
}

fn digits(rng: &mut Rng, typed: &mut Typed) -> bool {
    let zero = choose(rng, &['٠', '۰', '०', '০', '๐', '០', '𑁦', '０']);
    let of = |digit: u8| char::from_u32(u32::from(zero) + u32::from(digit)).map(String::from);
    replace_digits(typed, |digit| of(digit).expect("a digit"))
}

fn emoji_letters(rng: &mut Rng, typed: &mut Typed) -> bool {
    let free: Vec<usize> = typed.plain().into_iter().filter(|&at| !typed.keys[at].fixed).collect();
    typed.replace(rng, free, |_, letter| {
        Some(match letter.to_ascii_lowercase() {
            'o' => "⭕".to_owned(),
            't' => "✝\u{FE0F}".to_owned(),
            'c' => "©".to_owned(),
            'r' => "®".to_owned(),
            'x' => "❌".to_owned(),
            'a' => "🅰\u{FE0F}".to_owned(),
            'b' => "🅱\u{FE0F}".to_owned(),
            'm' => "Ⓜ\u{FE0F}".to_owned(),
            'p' => "🅿\u{FE0F}".to_owned(),
            _ => return None,
        })
    })
}

/// Writes capital I for l, or small l for I among capitals.
fn bars(rng: &mut Rng, typed: &mut Typed) -> bool {
    let capitals = rng.bool();
    if capitals {
        let plain = typed.plain();
        plain.into_iter().for_each(|at| typed.keys[at].text.make_ascii_uppercase());
    }
    let (from, to) = if capitals { ('I', 'l') } else { ('l', 'I') };
    let mut any = false;
    for word in typed.words() {
        let is_other = |at: usize| typed.keys[at].plain().is_some_and(|it| !"iIlL".contains(it));
        if !word.clone().any(is_other) {
            continue;
        }
        for at in word {
            if typed.keys[at].plain() == Some(from) && !typed.keys[at].fixed {
                typed.keys[at].text = to.into();
                any = true;
            }
        }
    }
    any
}

/// Draws a letter with several symbols. Its neighbors stay letters.
fn pairs(rng: &mut Rng, typed: &mut Typed) -> bool {
    let drawn = |letter: char| {
        Some(match letter {
            'k' => "|<",
            'a' => "/\\",
            'v' => "\\/",
            'h' => "|-|",
            'u' => "|_|",
            'd' => "|)",
            'o' => "()",
            'n' => "|\\|",
            'm' => "|\\/|",
            'w' => "vv",
            'b' => "|3",
            _ => return None,
        })
    };
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| typed.keys.get(at)).is_some_and(|key| key.plain().is_some())
    };
    let fits = |&at: &usize| {
        let key = &typed.keys[at];
        let around = is_letter(at.checked_sub(1)) && is_letter(Some(at + 1));
        let beside = is_letter(at.checked_sub(1)) || is_letter(Some(at + 1));
        !key.fixed && drawn(key.letter).is_some() && if key.letter == 'o' { around } else { beside }
    };
    let all: Vec<usize> = (0..typed.keys.len()).filter(fits).collect();
    if all.is_empty() {
        return false;
    }
    let at = choose(rng, &all);
    typed.keys[at].text = drawn(typed.keys[at].letter).unwrap_or_default().to_owned();
    true
}

/// Separates all letters by line breaks or by four to nine spaces.
fn wide_spacing(rng: &mut Rng, typed: &mut Typed) -> bool {
    let separator =
        [" ".repeat(rng.usize(4..=9)), "\n".to_owned(), "\r\n".to_owned(), "\n\n".to_owned()];
    let separator = &separator[rng.usize(..4)];
    for at in 1..typed.keys.len() {
        if typed.keys[at].is_gap() {
            typed.keys[at].text = separator.clone();
        } else if !typed.keys[at - 1].is_gap() {
            typed.keys[at].text.insert_str(0, separator);
        }
    }
    true
}

fn hidden_by_stars(rng: &mut Rng, typed: &mut Typed) -> bool {
    hide(rng, typed, &['×', '⁎', '∗', '✱', '＊', '⋆', '✻', '٭'])
}
