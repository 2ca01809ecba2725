//! How people disguise what they type: [`FAMILIES`].
//!
//! The tables are of what is seen in chats, and small; none is taken from the engine. Each stays
//! within what the README promises, or a miss would tell nothing.

use fastrand::Rng;
use unicode_normalization::UnicodeNormalization;

use super::typed::{Key, Typed, alike, choose, some};

/// Disguises a term further, or says that it cannot.
pub(crate) type Step = fn(&mut Rng, &mut Typed) -> bool;

/// A way to disguise, or several at once.
#[derive(Clone, Copy)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [Step],
    pub(crate) around: Around,
    /// Whether letters are typed more often than they are in the term.
    pub(crate) lengthens: bool,
    /// Whether a word so disguised inside another is one word with it; not so if symbols stand for letters,
    /// which are boundaries too.
    pub(crate) joins: bool,
}

/// What may stand directly beside such a word, besides blanks, brackets and quotes.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// Apostrophes, as in `l'` and `'s`.
    pub(crate) apostrophes: bool,
    /// Signs that may be letters or markdown.
    pub(crate) signs: bool,
    /// Words in other scripts, anywhere in the message.
    pub(crate) scripts: bool,
}

const ALL: Around = Around { apostrophes: true, signs: true, scripts: true };
const LATIN: Around = Around { scripts: false, ..ALL };
const SPACED: Around = Around { apostrophes: false, signs: true, scripts: false };
const BLANKS: Around = Around { apostrophes: false, signs: false, scripts: false };
const UNSIGNED: Around = Around { signs: false, ..ALL };

const fn family(name: &'static str, steps: &'static [Step], around: Around) -> Family {
    Family { name, steps, around, lengthens: false, joins: true }
}

impl Family {
    const fn lengthens(self) -> Family {
        Family { lengthens: true, ..self }
    }

    const fn parts(self) -> Family {
        Family { joins: false, ..self }
    }
}

#[rustfmt::skip]
pub(crate) const FAMILIES: &[Family] = &[
    family("case", &[case], ALL),
    family("full-width", &[full_width], ALL),
    family("mathematical and enclosed", &[styled], ALL).parts(),
    family("invisible", &[invisible], ALL),
    family("accents", &[accents], ALL),
    family("zalgo", &[zalgo], ALL),
    family("lines", &[lines], ALL),
    family("confusable-characters", &[look_alikes], LATIN),
    family("shapes", &[shapes], LATIN).parts(),
    family("leet digits", &[leet::<DIGITS>], ALL),
    family("leet signs", &[leet::<SIGNS>], ALL),
    family("leet", &[leet::<BOTH>], ALL),
    family("repeats", &[repeats], ALL).lengthens(),
    family("spacing", &[spacing], SPACED).parts(),
    family("hidden *", &[hidden::<'*'>], UNSIGNED).parts(),
    family("hidden #", &[hidden::<'#'>], UNSIGNED).parts(),
    family("hidden _", &[hidden::<'_'>], UNSIGNED).parts(),
    family("hidden %", &[hidden::<'%'>], UNSIGNED).parts(),
    family("hidden •", &[hidden::<'•'>], UNSIGNED).parts(),
    family("full-width, spacing", &[full_width, spacing], SPACED).parts(),
    family("look-alikes, invisible", &[look_alikes, invisible], LATIN),
    family("look-alikes, spacing", &[doubles, spacing], SPACED).parts(),
    family("look-alikes, leet", &[leet::<BOTH>, look_alikes], LATIN),
    family("shapes, accents", &[shapes, accents], LATIN).parts(),
    family("full-width, leet", &[leet::<BOTH>, full_width], ALL),
    family("leet, repeats", &[repeats, leet::<BOTH>], ALL).lengthens().parts(),
    family("leet, accents, case", &[leet::<BOTH>, case, accents], ALL),
    family("leet, lines", &[leet::<BOTH>, lines], ALL),
    family("leet, zalgo", &[leet::<BOTH>, zalgo], ALL),
    family("leet, spacing", &[leet::<BOTH>, spacing], BLANKS).parts(),
    family("leet, hidden", &[hidden_any, leet::<BOTH>], UNSIGNED).parts(),
    family("look-alikes, hidden", &[hidden_any, doubles], Around { scripts: false, ..UNSIGNED }).parts(),
    family("accents, hidden, case", &[hidden_any, case, accents], UNSIGNED).parts(),
    family("repeats, accents, invisible", &[repeats, accents, invisible], ALL).lengthens(),
    family("repeats, mathematical", &[repeats, styled], ALL).lengthens().parts(),
    family("spacing, invisible", &[spacing, invisible], SPACED).parts(),
];

fn case(rng: &mut Rng, typed: &mut Typed) -> bool {
    let plain = typed.plain();
    typed.replace(rng, plain, |_, letter| Some(letter.to_ascii_uppercase().to_string()))
}

/// All that is ASCII has a wide form, digits and signs too.
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

/// Where the alphabets begin that sites for fancy letters offer; most with capitals before the small letters.
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

/// Letters of one such alphabet, in some places or all.
fn styled(rng: &mut Rng, typed: &mut Typed) -> bool {
    let (small, large) = choose(rng, ALPHABETS);
    let start = large.filter(|_| rng.u8(..3) == 0).unwrap_or(small);
    let free = typed.plain().into_iter().filter(|&at| !typed.keys[at].fixed).collect();
    typed.replace(rng, free, |_, letter| Some(nth(start, letter).into()))
}

/// The letter of an alphabet that begins there.
fn nth(start: char, letter: char) -> char {
    let number = u32::from(letter.to_ascii_lowercase()) - u32::from('a');
    char::from_u32(u32::from(start) + number).expect("a letter")
}

/// What shows nothing: zero-width characters, soft hyphens, marks of direction, tags, fillers.
#[rustfmt::skip]
const INVISIBLE: &[char] = &[
    '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}', '\u{AD}', '\u{200E}', '\u{200F}', '\u{202A}',
    '\u{202D}', '\u{202E}', '\u{202C}', '\u{2066}', '\u{2069}', '\u{34F}', '\u{180E}', '\u{2063}', '\u{FE0E}',
    '\u{FE0F}', '\u{E0061}', '\u{3164}', '\u{115F}',
];

/// Between keys, not around them.
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

/// A mark or two on letters, composed as a keyboard has them or not.
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

/// The same line through or below all, as sites for fancy text draw it.
fn lines(rng: &mut Rng, typed: &mut Typed) -> bool {
    let line = choose(rng, &['\u{335}', '\u{336}', '\u{332}', '\u{333}', '\u{337}', '\u{338}']);
    typed.solid().into_iter().for_each(|at| typed.keys[at].text.push(line));
    true
}

/// Stacks of marks, on leet too.
fn zalgo(rng: &mut Rng, typed: &mut Typed) -> bool {
    let solid = typed.solid();
    let chosen = some(rng, solid);
    let any = !chosen.is_empty();
    for at in chosen {
        for _ in 0..rng.usize(4..=12) {
            // The one in between joins, and shows nothing.
            let mark = rng.char('\u{300}'..='\u{36F}');
            typed.keys[at].text.push(if mark == '\u{34F}' { '\u{336}' } else { mark });
        }
    }
    any
}

/// Letters of other scripts that nobody can tell from the Latin one.
#[rustfmt::skip]
const DOUBLES: &[(char, char)] = &[
    ('a', 'а'), ('c', 'с'), ('e', 'е'), ('o', 'о'), ('p', 'р'), ('x', 'х'), ('y', 'у'), ('i', 'і'), ('s', 'ѕ'),
    ('j', 'ј'), ('h', 'һ'),
];

/// Cyrillic, Greek and a few Armenian letters, small or capital, that pass for Latin ones in a word.
#[rustfmt::skip]
const LOOK_ALIKES: &[(char, &[char])] = &[
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

fn double(letter: char) -> Option<char> {
    let letter = letter.to_ascii_lowercase();
    DOUBLES.iter().find(|&&(latin, _)| latin == letter).map(|&(_, double)| double)
}

/// Words of doubles alone, and words that mix scripts: they keep a Latin letter. A sign ends a word, even one
/// that stands for a letter.
fn look_alikes(rng: &mut Rng, typed: &mut Typed) -> bool {
    let mut any = false;
    let words = typed.runs(|key| key.text.starts_with(|c: char| !c.is_alphanumeric()));
    for word in some(rng, words) {
        let all = |at: usize| typed.keys[at].plain().and_then(double);
        let doubles: Option<Vec<char>> = word.clone().map(all).collect();
        if let Some(doubles) = doubles.filter(|_| rng.u8(..3) == 0) {
            word.zip(doubles).for_each(|(at, double)| typed.keys[at].text = double.into());
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
            let (_, others) = LOOK_ALIKES.iter().find(|&&(latin, _)| latin == letter)?;
            Some(choose(rng, others).into())
        });
    }
    any
}

/// Doubles anywhere, of which even a word in pieces may be.
fn doubles(rng: &mut Rng, typed: &mut Typed) -> bool {
    let plain = typed.plain();
    typed.replace(rng, plain, |_, letter| Some(double(letter)?.into()))
}

/// Small capitals as Unicode has them; there is no x.
const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ ʏᴢ";

/// Small capitals, letters in filled circles and squares, regional indicators; of these, two in a row are a
/// flag, and so they stand alone or in whole words.
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
const SIGNS: u8 = 1;
const BOTH: u8 = 2;

/// Digits, and signs.
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

/// Digits or signs for letters, of which one stays in each token.
fn leet<const KIND: u8>(rng: &mut Rng, typed: &mut Typed) -> bool {
    let edges = lengthened_edges(typed);
    let mut other: Vec<(usize, char)> = Vec::new();
    for token in typed.runs(|key| key.is_gap() || key.hidden) {
        let mut letters: Vec<usize> = token.filter(|&at| typed.keys[at].is_letter()).collect();
        if letters.is_empty() {
            continue;
        }
        letters.remove(rng.usize(..letters.len()));
        for at in letters.into_iter().filter(|&at| !typed.keys[at].fixed) {
            let Some(letter) = typed.keys[at].plain() else { continue };
            let row = LEET.iter().find(|&&(it, ..)| it == letter.to_ascii_lowercase());
            let Some(&(_, digits, signs)) = row else { continue };
            // Further repetitions beside the word are punctuation if they are signs.
            let signs = if edges.contains(&at) { &[] } else { signs };
            let of = match KIND {
                DIGITS => digits,
                SIGNS => signs,
                _ if rng.bool() && !signs.is_empty() => signs,
                _ => digits,
            };
            if !of.is_empty() {
                other.push((at, choose(rng, of)));
            }
        }
    }
    let chosen = some(rng, other);
    let any = !chosen.is_empty();
    chosen.into_iter().for_each(|(at, leet)| typed.keys[at].text = leet.into());
    any
}

/// The keys of the first and of the last letter, if one of these is typed more often than the term has it.
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

/// Letters typed more often.
fn repeats(rng: &mut Rng, typed: &mut Typed) -> bool {
    let keys = typed.plain();
    let mut chosen = some(rng, keys);
    chosen.sort_unstable();
    let any = !chosen.is_empty();
    for at in chosen.into_iter().rev() {
        for _ in 0..[1, 1, 2, 3, 7][rng.usize(..5)] {
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

/// All letters apart, as a rule by one kind of separator.
fn spacing(rng: &mut Rng, typed: &mut Typed) -> bool {
    // Beside another sign one that may be a letter is none.
    let signs =
        typed.keys.iter().any(|key| key.text.starts_with(['@', '$', '!', '|', '+', '€', '£']));
    let separators: Vec<&str> =
        SEPARATORS.iter().copied().filter(|&it| !signs || it != "|").collect();
    let kind = choose(rng, &separators);
    let mixed = rng.u8(..4) == 0;
    for at in 1..typed.keys.len() {
        if typed.keys[at].is_gap() {
            // Beside letters that are apart a space must not be missed; three characters at most.
            typed.keys[at].text = choose(rng, &[kind, "  ", "   ", " / "]).into();
        } else if !typed.keys[at - 1].is_gap() {
            let separator = if mixed { choose(rng, &separators) } else { kind };
            typed.keys[at].text.insert_str(0, separator);
        }
    }
    true
}

fn hidden<const SIGN: char>(rng: &mut Rng, typed: &mut Typed) -> bool {
    hide(rng, typed, &[SIGN])
}

fn hidden_any(rng: &mut Rng, typed: &mut Typed) -> bool {
    hide(rng, typed, &['*', '#', '_', '%', '•'])
}

/// Signs for at most half of the letters of each word, of which the first stands.
fn hide(rng: &mut Rng, typed: &mut Typed, signs: &[char]) -> bool {
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
    let kind = choose(rng, signs);
    let mixed = rng.u8(..3) == 0;
    for at in free {
        let sign = if mixed { choose(rng, signs) } else { kind };
        typed.keys[at].text = sign.into();
        typed.keys[at].hidden = true;
    }
    true
}
