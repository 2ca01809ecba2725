//! Several forms of one word: `gloober/s`, `Glooberer:innen`, `gloobero/a`, and signs that there are
//! others: `gloober etc.`.

use super::finding::{Finding, Fix, is_escaped, is_words, letters, words};
use crate::language::Language;

/// Endings of a second form in German, French, Spanish, Portuguese and Italian.
const ENDINGS: [&str; 20] = [
    "in", "innen", "r", "e", "es", "ne", "nes", "se", "ses", "rice", "a", "as", "o", "os", "i",
    "x", "xs", "euse", "trice", "n",
];
/// What says that there are more words.
const MORE: [&str; 19] = [
    "etc",
    "etc.",
    "usw",
    "usw.",
    "usf.",
    "u.s.w.",
    "ecc.",
    "itd.",
    "itp.",
    "stb.",
    "enz.",
    "osv.",
    "vb.",
    "и т.д.",
    "и т. д.",
    "и др.",
    "и т.п.",
    "など",
    "等等",
];
/// What says that a word is an example.
const EXAMPLES: [&str; 27] = [
    "cf.",
    "vgl.",
    "see also",
    "any form of",
    "all forms of",
    "variants of",
    "variations of",
    "anything with",
    "words like",
    "e.g.",
    "eg.",
    "i.e.",
    "ex.",
    "ex:",
    "z.b.",
    "z. b.",
    "bspw.",
    "incl.",
    "inkl.",
    "p. ex.",
    "p.ex.",
    "par ex.",
    "p. ej.",
    "np.",
    "bijv.",
    "напр.",
    "например",
];

/// What dictionaries have after a word.
const KINDS: [&str; 12] =
    ["n.", "v.", "adj.", "adv.", "pl.", "sg.", "interj.", "vulg.", "subst.", "f.", "m.", "fig."];

pub(super) fn find(raw: &str) -> Option<Finding> {
    plural(raw).or_else(|| second(raw)).or_else(|| both(raw)).or_else(|| more(raw))
}

/// `gloober/s`
fn plural(raw: &str) -> Option<Finding> {
    let (word, ending) =
        raw.split_once('/').filter(|(word, _)| is_words(word) && letters(word) > 2)?;
    let is_ending = Language::of_entry(None, word).endings().any(|it| it == ending);
    is_ending.then(|| {
        Finding::new(word.len()..raw.len(), "`+` includes the endings of a word")
            .keep("/")
            .entry(&format!("{word}+"))
    })
}

/// `Glooberer:innen`, `Glooberer/-in`, `gloober·e`, `gloobero/a`
fn second(raw: &str) -> Option<Finding> {
    let at = raw.find([':', '_', '/', '·', '•', '∙'])?;
    let separator = raw[at..].chars().next()?;
    let word = &raw[..at];
    let ending = raw[at + separator.len_utf8()..].trim_start_matches('-');
    let is_word = word.chars().all(char::is_alphabetic) && letters(word) > 3;
    let is_known = ENDINGS.contains(&ending) && (separator != ':' || ending.starts_with("in"));
    if !is_word || !is_known || is_escaped(raw, at) {
        return None;
    }
    let message = format!(
        "`{}` and what follows would be part of the entry",
        &raw[at..raw.len() - ending.len()]
    );
    let finding = Finding::new(at..raw.len(), message).keep(&separator.to_string());
    Some(finding.entry(word).entry(&with_ending(word, ending)))
}

/// `gloober(o/a)`
fn both(raw: &str) -> Option<Finding> {
    let (word, endings) = raw.strip_suffix(')')?.split_once('(')?;
    let (first, second) = endings.split_once(['/', '|'])?;
    let is_word = |text: &str| text.chars().all(char::is_alphabetic);
    let is_known = ENDINGS.contains(&first) && ENDINGS.contains(&second);
    (is_known && is_word(word) && letters(word) > 2).then(|| {
        Finding::new(word.len()..raw.len(), "the brackets would be part of the entry")
            .keep("(")
            .entry(&format!("{word}{first}"))
            .entry(&format!("{word}{second}"))
    })
}

/// The word with another ending: the `a` of `gloobero/a` replaces the `o`.
fn with_ending(word: &str, ending: &str) -> String {
    let is_vowel =
        |text: &str| matches!(text, "a" | "o" | "e" | "as" | "os" | "es" | "i" | "x" | "xs");
    let stem = word.strip_suffix('s').filter(|_| ending.len() > 1).unwrap_or(word);
    match stem.strip_suffix(['o', 'a']).filter(|_| is_vowel(ending)) {
        Some(stem) => format!("{stem}{ending}"),
        None => format!("{word}{ending}"),
    }
}

/// `gloober etc.`, `e.g. gloober`
fn more(raw: &str) -> Option<Finding> {
    let lower = raw.to_lowercase();
    // Letters whose lower case has another length would move the offsets.
    if lower.len() != raw.len() {
        return None;
    }
    // `TODO gloober`, `gloober NEW`
    let words = words(raw);
    let marker = words.iter().find(|(_, it)| matches!(*it, "TODO" | "FIXME" | "XXX" | "NEW"));
    if let Some((range, word)) = marker.filter(|_| raw.chars().any(char::is_lowercase)) {
        let entry = format!("{} {}", raw[..range.start].trim(), raw[range.end..].trim());
        let message = format!("`{word}` would be part of the phrase");
        return Some(Finding::new(range.clone(), message).fix(Fix::entry(&entry).note(word)));
    }
    // `gloober /ɡluːb/`
    if let Some((word, sound)) = raw.strip_suffix('/').and_then(|rest| rest.split_once(" /"))
        && !sound.is_ascii()
        && !sound.contains(['/', ' '])
        && letters(word) > 2
    {
        let message = "the pronunciation would be part of the phrase";
        return Some(Finding::new(word.len() + 1..raw.len(), message).entry(word));
    }
    // `gloober n.`
    if let Some((word, kind)) = raw.rsplit_once(' ').filter(|(_, it)| KINDS.contains(it))
        && letters(word) > 2
        && is_words(word)
    {
        let message = format!("`{kind}` would be part of the phrase");
        return Some(
            Finding::new(word.len() + 1..raw.len(), message).fix(Fix::entry(word).note(kind)),
        );
    }
    let (span, entry) = MORE
        .iter()
        .find_map(|more| {
            let at = lower.strip_suffix(more)?.len();
            let is_apart = raw[..at].ends_with([' ', ',', ';']) || !more.is_ascii();
            is_apart.then_some((at..raw.len(), &raw[..at]))
        })
        .or_else(|| {
            EXAMPLES.iter().find_map(|start| {
                let rest = lower.strip_prefix(start)?;
                rest.starts_with(' ').then_some((0..start.len(), &raw[start.len()..]))
            })
        })?;
    let entry = entry.trim_matches([' ', ',', ';', ':']);
    (letters(entry) > 2).then(|| {
        let message = format!("`{}` would be part of the phrase", &raw[span.clone()]);
        Finding::new(span, message).entry(entry)
    })
}
