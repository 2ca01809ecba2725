//! The other texts as which a message may be read, in the same naive way.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::{
    CYRILLIC, DIGIT, GREEK, IGNORABLE, LATIN, LETTER, MARK, SHAPES, fold_char, looks_like_latin,
};
use regex::Regex;

/// A text with the bytes of the message that each character comes from.
pub(super) type Reading = Vec<(char, Range<usize>)>;

/// Returns all readings of a message, besides the message itself.
pub(super) fn of_message(message: &str) -> Vec<Reading> {
    let own: Reading = message.char_indices().map(|(at, c)| (c, at..at + c.len_utf8())).collect();
    let decoded = decoded(&own);
    // Encoded quotes and emoji alone do not matter.
    let is_written = |c: char| {
        c.is_alphanumeric() || c.is_whitespace() || "'!|€@$+£".contains(c) || super::hides(c)
    };
    let matters = decoded
        .iter()
        .filter(|(_, from)| message[from.clone()].starts_with(['&', '%', '\\']) && from.len() > 1);
    let matters = matters.map(|(c, _)| *c).any(|c| is_written(c) || IGNORABLE.has(c));
    let mut text = if matters { decoded } else { own };
    text = displayed(&text);
    let mut found = vec![text.clone()];
    text = joined(&text);
    found.extend([latin(&text, 0), latin(&text, 1)]);
    if let Some(turned) = turned(&text) {
        found.push(clusters(&turned).into_iter().rev().flatten().collect());
        found.push(turned);
    }
    let chars = |text: &Reading| text.iter().map(|(c, _)| *c).collect::<String>();
    found.retain(|reading| chars(reading) != message);
    found
}

/// Replaces each match of `find`, which returns the characters and the length of what they replace.
fn replaced(
    text: &Reading,
    find: impl Fn(&[(char, Range<usize>)], &Reading) -> Option<(String, usize)>,
) -> Reading {
    let mut out = Reading::new();
    let mut at = 0;
    while at < text.len() {
        match find(&text[at..], &out) {
            Some((chars, length)) => {
                let from = text[at].1.start..text[at + length - 1].1.end;
                out.extend(chars.chars().map(|c| (c, from.clone())));
                at += length;
            }
            None => {
                out.push(text[at].clone());
                at += 1;
            }
        }
    }
    out
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^&(?:amp;)*#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?").expect("a regex")
});
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^&(?:amp;)*([A-Za-z]+);").expect("a regex"));
static PERCENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^%((?:25)*?)([0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*)").expect("a regex")
});
static ESCAPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))").expect("a regex"));

/// Decodes entities, percent-encoding and escapes.
fn decoded(text: &Reading) -> Reading {
    replaced(text, |rest, _| {
        let first = rest[0].0;
        if !"&%\\".contains(first) {
            return None;
        }
        let ascii = rest[1..].iter().take(24).map(|(c, _)| *c).take_while(char::is_ascii);
        let window: String = std::iter::once(first).chain(ascii).collect();
        let code = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
        let is_plain =
            |c: &char| c.is_alphanumeric() || " '!|€@$+£".contains(*c) || super::hides(*c);
        if let Some(found) = NUMBER.captures(&window) {
            let c = match found.get(1) {
                Some(hex) => code(hex.as_str(), 16),
                None => code(&found[2], 10),
            };
            return c.filter(|c| !c.is_control()).map(|c| (c.to_string(), found[0].len()));
        }
        if let Some(found) = NAME.captures(&window) {
            return Some((named(&found[1])?, found[0].len()));
        }
        if first == '%' {
            // As many encoded percent signs as there are before another code.
            let mut skipped = 0;
            let is_hex = |at: usize| {
                window.get(at..at + 2).is_some_and(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))
            };
            while window[1 + skipped..].starts_with("25") && is_hex(3 + skipped) {
                skipped += 2;
            }
            let inner = format!("%{}", &window[1 + skipped..]);
            let found = PERCENT.captures(&inner)?;
            let bytes: Vec<u8> =
                found[2].split('%').filter_map(|it| u8::from_str_radix(it, 16).ok()).collect();
            let length = (1..=bytes.len().min(4))
                .find(|&length| std::str::from_utf8(&bytes[..length]).is_ok())?;
            let c = std::str::from_utf8(&bytes[..length]).ok()?.chars().next().filter(is_plain)?;
            return Some((c.to_string(), skipped + 3 * length));
        }
        let found = ESCAPE.captures(&window)?;
        let digits = found.get(1).or(found.get(2))?.as_str();
        Some((code(digits, 16).filter(is_plain)?.to_string(), found[0].len()))
    })
}

fn named(name: &str) -> Option<String> {
    let known = match name.to_ascii_lowercase().as_str() {
        "aelig" => "æ",
        "alpha" => "α",
        "apos" => "'",
        "ast" => "*",
        "commat" => "@",
        "dollar" => "$",
        "excl" => "!",
        "imath" | "inodot" => "ı",
        "lowbar" => "_",
        "nbsp" => "\u{A0}",
        "num" => "#",
        "oelig" => "œ",
        "omicron" => "ο",
        "period" => ".",
        "plus" => "+",
        "shy" => "\u{AD}",
        "szlig" => "ß",
        "vert" => "|",
        "zwj" => "\u{200D}",
        "zwnj" => "\u{200C}",
        _ => "",
    };
    if !known.is_empty() {
        return Some(known.to_owned());
    }
    let mark = match &name[1..] {
        "acute" => '\u{301}',
        "breve" => '\u{306}',
        "caron" => '\u{30C}',
        "cedil" => '\u{327}',
        "circ" => '\u{302}',
        "dblac" => '\u{30B}',
        "dot" => '\u{307}',
        "grave" => '\u{300}',
        "macr" => '\u{304}',
        "ogon" => '\u{328}',
        "ring" => '\u{30A}',
        "slash" => '\u{338}',
        "strok" => '\u{335}',
        "tilde" => '\u{303}',
        "uml" => '\u{308}',
        _ => return None,
    };
    Some(format!("{}{mark}", &name[..1]))
}

/// Puts text after U+202E in the order in which it is displayed.
fn displayed(text: &Reading) -> Reading {
    let mut out = Reading::new();
    let mut rest = text.as_slice();
    while let Some(at) = rest.iter().position(|(c, _)| *c == '\u{202E}') {
        out.extend_from_slice(&rest[..at]);
        let ends = |c: char| {
            ('\u{202A}'..='\u{202E}').contains(&c) || "\n\r\u{85}\u{2028}\u{2029}".contains(c)
        };
        let inside: Reading =
            rest[at + 1..].iter().take_while(|(c, _)| !ends(*c)).cloned().collect();
        rest = &rest[at + 1 + inside.len()..];
        out.extend(clusters(&inside).into_iter().rev().flatten());
        if rest.first().is_some_and(|(c, _)| *c == '\u{202C}') {
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Splits a text before each character that is neither a combining mark nor invisible.
fn clusters(text: &Reading) -> Vec<Reading> {
    let mut clusters: Vec<Reading> = Vec::new();
    for it in text {
        let folded = fold_char(it.0);
        let joins = folded.is_empty() || matches!(folded[..], [c] if MARK.has(c));
        match clusters.last_mut().filter(|_| joins) {
            Some(last) => last.push(it.clone()),
            None => clusters.push(vec![it.clone()]),
        }
    }
    clusters
}

/// Replaces symbols that show a letter beside ASCII letters.
fn joined(text: &Reading) -> Reading {
    #[rustfmt::skip]
    const PAIRS: &[(&str, &str)] = &[
        ("|\\/|", "m"), ("\\/\\/", "w"), ("|\\|", "n"), ("|-|", "h"), ("|_|", "u"), ("(_)", "u"), ("/-\\", "a"),
        ("/\\", "a"), ("\\/", "v"), ("|<", "k"), ("|)", "d"), ("|3", "b"), ("|=", "f"), ("()", "o"), ("[]", "o"),
        ("<>", "o"), ("><", "x"), ("vv", "w"),
    ];
    let is_letter =
        |it: Option<&(char, Range<usize>)>| it.is_some_and(|it| it.0.is_ascii_alphabetic());
    replaced(text, |rest, before| {
        let word: String = rest.iter().take(4).map(|(c, _)| c.to_ascii_lowercase()).collect();
        let found = PAIRS.iter().find(|(symbols, _)| {
            let (before, after) = (is_letter(before.last()), is_letter(rest.get(symbols.len())));
            let both = ["()", "[]", "<>", "><"].contains(symbols);
            word.starts_with(symbols) && if both { before && after } else { before || after }
        });
        found.map(|(symbols, letter)| ((*letter).to_owned(), symbols.len()))
    })
}

/// The letters that each letter of an alphabet may imitate.
static ALPHABETS: LazyLock<BTreeMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut all: BTreeMap<char, Vec<char>> = BTreeMap::new();
    let lines = include_str!("../../../tools/unicode-tables/alphabets.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let (_, letters) = line.split_once(": ").expect("a name");
        for (c, latin) in letters.chars().zip('a'..='z') {
            let known = all.entry(c).or_default();
            let is_other = !c.is_ascii() && !fold_char(c)[0].is_ascii_alphabetic();
            if is_other && !known.contains(&latin) {
                known.push(latin);
            }
        }
    }
    for (c, latin) in all.clone() {
        if let [folded] = fold_char(c)[..]
            && !folded.is_ascii()
            && !GREEK.has(c)
            && !CYRILLIC.has(c)
        {
            all.entry(folded).or_insert(latin);
        }
    }
    all.retain(|_, latin| !latin.is_empty());
    all
});

/// Returns the Latin letter that a letter of an alphabet imitates.
pub(super) fn imitated(c: char, choice: usize) -> Option<char> {
    let known = ALPHABETS.get(&c).or_else(|| match fold_char(c)[..] {
        [folded] if folded != c && !GREEK.has(folded) && !CYRILLIC.has(folded) => {
            ALPHABETS.get(&folded)
        }
        _ => None,
    });
    known.map(|latin| latin[choice.min(latin.len() - 1)])
}

/// Reads the words in which each letter is or imitates a Latin letter.
fn latin(text: &Reading, choice: usize) -> Reading {
    let mut out = text.clone();
    let has = |letters: &str| text.iter().any(|(c, _)| letters.contains(*c));
    let vietnamese = |c: char| ('\u{1EA0}'..='\u{1EF9}').contains(&c);
    let chars: Vec<char> = text.iter().map(|(c, _)| *c).collect();
    let is_shared_nearby = |at: usize, words: usize| {
        let text = &chars;
        let near = |side: &mut dyn Iterator<Item = &char>| {
            let side: String = side.take(32).collect();
            let words: Vec<&str> =
                side.splitn(words + 2, char::is_whitespace).take(words + 1).collect();
            words.concat().contains(['ç', 'Ç', 'ö', 'Ö', 'ü', 'Ü'])
        };
        near(&mut text[..at].iter().rev()) || near(&mut text[at..].iter())
    };
    let is_of_language = |c: char, at: usize| match c {
        'ı' => has("ğĞşŞİ") || (fits_turkish(&chars, at) && is_shared_nearby(at, 2)),
        'ə' => has("ğĞşŞİ") || is_shared_nearby(at, 0),
        'ł' => has("ąĄęĘśŚźŹńŃżŻćĆċĊġĠ"),
        'ø' => has("åÅæÆ"),
        'đ' => has("čČšŠžŽćĆ") || text.iter().any(|(c, _)| vietnamese(*c)),
        'ħ' => has("żŻċĊġĠ"),
        'ŋ' | 'ŧ' => has("čČšŠžŽćĆ"),
        _ => false,
    };
    let folds = |c: char| fold_char(c).first().copied();
    let is_common = |c: char| GREEK.has(c) || CYRILLIC.has(c);
    let is_symbol = |c: char| !super::is_word(c) && fold_char(c).iter().any(|&c| super::is_word(c));
    let in_word = |c: char| {
        let folded = folds(c);
        match folded {
            None => true,
            _ if c.is_ascii() => c.is_ascii_alphanumeric(),
            Some(folded) => {
                MARK.has(folded)
                    || LETTER.has(folded)
                    || DIGIT.has(folded)
                    || imitated(c, 0).is_some()
                    || is_symbol(c)
            }
        }
    };
    let (mut pairs, mut singles, mut single_words) = (Vec::new(), Vec::new(), 0);
    let (mut has_long, mut has_mixed_single) = (false, false);
    let mut start = 0;
    while start < text.len() {
        let length = text[start..].iter().take_while(|(c, _)| in_word(*c)).count();
        let word: Vec<(usize, char)> = (start..start + length)
            .map(|at| (at, text[at].0))
            .filter(|&(_, c)| folds(c).is_some_and(|c| !MARK.has(c)) && !IGNORABLE.has(c))
            .collect();
        start += length.max(1);
        let imitates = |c: char| !c.is_ascii() && imitated(c, 0).is_some();
        let is_digit = |c: char| !imitates(c) && folds(c).is_some_and(|c| c.is_ascii_digit());
        let is_latin = |c: char| {
            let folded = folds(c).unwrap_or(c);
            c.is_ascii()
                || is_symbol(c)
                || folded.is_ascii_alphanumeric()
                || (LATIN.has(folded) && SHAPES.iter().any(|&(shape, _)| shape == folded))
        };
        let is_own = |at: usize, c: char| is_of_language(folds(c).unwrap_or(c), at);
        let has_foreign = word.iter().any(|&(at, c)| imitates(c) && !is_own(at, c));
        let is_read = |at: usize, c: char| match imitates(c) {
            true => has_foreign || !is_own(at, c),
            false => is_latin(c) || (is_common(folds(c).unwrap_or(c)) && looks_like_latin(c)),
        };
        let letters = || word.iter().map(|&(_, c)| folds(c).unwrap_or(c));
        let is_mixed = (letters().any(|c| GREEK.has(c)) && letters().any(|c| CYRILLIC.has(c)))
            || word.iter().any(|&(_, c)| match imitates(c) {
                true => !is_common(folds(c).unwrap_or(c)),
                false => is_latin(c) && !is_digit(c),
            });
        let has_latin = word.iter().any(|&(_, c)| !imitates(c) && is_latin(c) && !is_digit(c));
        let letters = word.iter().filter(|&&(_, c)| !is_digit(c)).count();
        single_words += usize::from(letters == 1);
        if !word.iter().all(|&(at, c)| is_read(at, c)) {
            continue;
        }
        has_mixed_single |= letters == 1 && is_mixed && !has_latin;
        let imitations = word.into_iter().filter(|&(_, c)| imitates(c));
        if letters == 1 {
            singles.extend(imitations);
        } else if is_mixed && letters == 2 && !has_latin {
            pairs.extend(imitations);
        } else if is_mixed {
            for (at, c) in imitations {
                out[at].0 = imitated(c, choice).unwrap_or(c);
                has_long = true;
            }
        }
    }
    let of_pairs = pairs.into_iter().filter(|_| has_long);
    let of_singles = singles.into_iter().filter(|_| single_words >= 3 && has_mixed_single);
    of_pairs.chain(of_singles).for_each(|(at, c)| out[at].0 = imitated(c, choice).unwrap_or(c));
    out
}

/// Whether an ı may be in a Turkish word.
fn fits_turkish(text: &[char], at: usize) -> bool {
    let is_vowel = |c: char| "aeiouöüıəAEIOUÖÜIİƏ".contains(c);
    let before: Vec<char> =
        text[..at].iter().rev().take(32).copied().take_while(|c| c.is_alphabetic()).collect();
    let vowel = before.iter().position(|&c| is_vowel(c));
    let fits_before = match vowel {
        Some(number) => number > 0 && "aouıAOUI".contains(before[number]),
        None => before.len() < 2,
    };
    fits_before && !text.get(at + 1).is_some_and(|&c| is_vowel(c))
}

/// Returns the text with its turned letters read, if it has any.
fn turned(text: &Reading) -> Option<Reading> {
    #[rustfmt::skip]
    const TURNED: &[(&str, char)] = &[
        ("ɐɒ∀", 'a'), ("ᗺ", 'b'), ("ɔƆↄ", 'c'), ("ᗡ", 'd'), ("ǝƎ", 'e'), ("ɟℲ", 'f'), ("ƃ⅁", 'g'), ("ɥ", 'h'), ("ᴉ", 'i'),
        ("ɾɿ", 'j'), ("ʞ⋊", 'k'), ("ꞁ˥⅂", 'l'), ("ɯ", 'm'), ("Ԁ", 'p'), ("Ό", 'q'), ("ɹᴚ", 'r'), ("ʇ⊥┴", 't'), ("∩", 'u'),
        ("ʌΛ", 'v'), ("ʍ", 'w'), ("ʎ⅄", 'y'),
    ];
    const OTHERS: &[(&str, char)] = &[
        ("q", 'b'),
        ("p", 'd'),
        ("ɓפ", 'g'),
        ("ı", 'i'),
        ("ſ", 'j'),
        ("ןʃ", 'l'),
        ("W", 'm'),
        ("u", 'n'),
        ("d", 'p'),
        ("b", 'q'),
        ("n", 'u'),
        ("M", 'w'),
    ];
    let find = |all: &[(&str, char)], c: char| {
        all.iter().find(|(them, _)| them.contains(c)).map(|&(_, to)| to)
    };
    let is_turned = |it: &(char, Range<usize>)| find(TURNED, it.0).is_some();
    let read = |(c, from): &(char, Range<usize>)| {
        (find(TURNED, *c).or_else(|| find(OTHERS, *c)).unwrap_or(*c), from.clone())
    };
    text.iter().any(is_turned).then(|| text.iter().map(read).collect())
}
