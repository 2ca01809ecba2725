//! Entries that are joined by middle dots or by `and`: `バカ・アホ・クズ`, `gloober and gloobet`.

use super::finding::{Finding, is_escaped, is_words, letters, words};

/// Words for `and` and `or` that are also part of many phrases.
const ANDS: [&str; 21] = [
    "vs", "vs.", "u.", "and", "&", "＆", "und", "et", "y", "e", "o", "i", "en", "och", "og", "ja",
    "ve", "и", "va", "dan", "και",
];

/// Articles and similar words, as dictionaries and texts have them before a word.
const BEFORE: [&str; 38] = [
    "the", "a", "an", "any", "and", "or", "also", "see", "der", "die", "das", "ein", "eine", "und",
    "oder", "auch", "siehe", "le", "la", "les", "un", "une", "et", "ou", "el", "los", "las", "una",
    "il", "lo", "gli", "het", "een", "de", "den", "det", "или", "и",
];

/// Middle dots between words: `gloober·gloobet`, `バカ・アホ・クズ`.
pub(super) fn dots(raw: &str) -> Option<Finding> {
    let (at, dot) = raw.char_indices().find(|(_, c)| matches!(c, '·' | '‧' | '・' | '･'))?;
    let parts: Vec<&str> = raw.split(dot).collect();
    let is_kana = |c: char| matches!(c, 'ァ'..='ヿ' | 'ｦ'..='ﾟ');
    let is_name = |part: &&str| match dot {
        // The words of a name, as in `ナチ・ドイツ`.
        '・' | '･' => part.chars().all(is_kana) && part.chars().count() > 2,
        // Names are written so in Chinese, and Catalan has it in a word, as in `col·lega`.
        _ => {
            part.chars().any(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'))
                || part.starts_with('l')
                || part.ends_with('l')
        }
    };
    let is_sound = is_escaped(raw, at)
        || parts.iter().any(|part| !is_words(part) || letters(part) < 2)
        || (parts.len() < 3 && parts.iter().any(is_name));
    (!is_sound).then(|| {
        let message = format!("`{dot}` does not separate entries, so this line is one phrase");
        let keep = dot.to_string();
        Finding::new(at..at + dot.len_utf8(), message).keep(&keep).entries(parts)
    })
}

/// A word that no dictionary has, after an article or another word of a list in prose:
/// `the gloober`, `und gloober`.
pub(super) fn article(raw: &str, is_known: impl Fn(&str) -> bool) -> Option<Finding> {
    let (first, word) = raw.split_once(' ')?;
    let is_unknown = word.chars().count() > 3
        && word.chars().all(char::is_alphabetic)
        && !is_known(&word.to_lowercase());
    (BEFORE.contains(&first) && is_unknown).then(|| {
        let message = format!("this entry only matches with `{first}` before it");
        Finding::new(0..first.len(), message).keep(first).entry(word)
    })
}

/// Words with `and` between them that no dictionary has, so they are hardly one phrase:
/// `gloober and gloobet`, `gloober&gloobet`.
pub(super) fn conjunction(raw: &str, is_known: impl Fn(&str) -> bool) -> Option<Finding> {
    let words = match raw.split_once('&') {
        Some((before, after)) if !raw.contains(' ') => {
            let at = before.len();
            vec![(0..at, before), (at..at + 1, "&"), (at + 1..raw.len(), after)]
        }
        _ => words(raw),
    };
    let separator = words.get(1)?.1;
    let (parts, between): (Vec<_>, Vec<_>) =
        words.iter().enumerate().partition(|(at, _)| at % 2 == 0);
    let is_row = ANDS.contains(&separator)
        && parts.len() > between.len()
        && between.iter().all(|(_, (_, word))| *word == separator);
    let is_unknown = |word: &str| {
        let word = word.trim_matches(['*', '+']);
        word.chars().count() > 3
            && word.chars().all(|c| c.is_alphabetic() && !c.is_uppercase())
            && !is_known(word)
    };
    let range = words[1].0.clone();
    (is_row && !is_escaped(raw, range.start) && parts.iter().all(|(_, (_, it))| is_unknown(it)))
        .then(|| {
            let message =
                format!("`{separator}` does not separate entries, so this line is one phrase");
            let parts = parts.into_iter().map(|(_, (_, word))| *word);
            Finding::new(range, message).keep(separator).entries(parts)
        })
}
