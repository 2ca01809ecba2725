//! Symbols at the start or end of an entry where no word has one.

use super::finding::{Finding, Fix, Kind, is_escaped, is_words, letters};

/// Symbols before a word.
const START: &str = "-‐‑–—−=~.,:;|&!?¡¿…/";
/// Symbols after a word.
const END: &str = "¹²³†‡?!.:;-=|/_^&…。！？،؛؟–—%";
/// The maximum length of a file extension or a top-level domain, as in `.exe`.
const MAX_EXTENSION: usize = 4;

pub(super) fn find(raw: &str) -> Option<Finding> {
    start(raw).or_else(|| end(raw)).or_else(|| bracket(raw)).or_else(|| dollar(raw))
}

/// A bracket of which the other one is missing: `(gloober`, `gloober]`.
fn bracket(raw: &str) -> Option<Finding> {
    let (at, word) = match raw.strip_prefix(['(', '[', '{']) {
        Some(word) => (0, word),
        None => (raw.len() - 1, raw.strip_suffix([')', ']', '}'])?),
    };
    // Not emoticons such as `(x`, and not `привет))`, which has smiles at its end.
    let is_word = is_words(word)
        && letters(word) > 2
        && word.starts_with(char::is_alphanumeric)
        && word.ends_with(|c: char| c.is_alphanumeric() || c == '*')
        && !is_escaped(raw, at);
    is_word.then(|| {
        let mark = &raw[at..=at];
        let message = format!("the `{mark}` has no other bracket, and would be part of the entry");
        Finding::new(at..at + 1, message).keep(mark).entry(word)
    })
}

/// `gloober$`, the end of a word in regular expressions. Here it is the letter `s`.
fn dollar(raw: &str) -> Option<Finding> {
    let word = raw.strip_suffix('$')?;
    let is_word =
        word.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'')) && letters(word) > 3;
    is_word.then(|| {
        let message = "an entry matches whole words without `$`, which is read as the letter `s`";
        Finding::new(raw.len() - 1..raw.len(), message)
            .advice(
                "write the first line below for the word, the second one with an `s` at its end",
            )
            .entry(word)
            .entry(&format!("{word}s"))
    })
}

fn start(raw: &str) -> Option<Finding> {
    let first = raw.chars().next().filter(|&c| START.contains(c))?;
    let rest = raw.trim_start_matches(first);
    let is_word = rest.starts_with(char::is_alphabetic) && letters(rest) > 2;
    let is_sound = match first {
        // `:poop:` is an emote.
        ':' => raw.ends_with(':') || letters(rest) < 4,
        '.' => rest.len() <= MAX_EXTENSION || raw.starts_with(".."),
        // `/ban` is a command.
        '/' => !rest.ends_with('/') || !rest.starts_with('/'),
        _ => false,
    };
    (is_word && !is_sound).then(|| {
        let mark = &raw[..raw.len() - rest.len()];
        let message = format!("no word begins with `{mark}`, which would be part of the entry");
        let finding = Finding::new(0..mark.len(), message).keep(mark);
        match first {
            '!' => {
                finding.advice("one `!` makes an exception").fix(Fix::new(Kind::Exception, rest))
            }
            '-' => finding
                .advice(format!(
                    "write the first line below for the word, the second one for an exception; \
                     if `{mark}` is meant, write a backslash before it"
                ))
                .entry(rest.trim_end_matches('-'))
                .fix(Fix::new(Kind::Exception, rest.trim_end_matches('-'))),
            _ => finding.entry(rest),
        }
    })
}

fn end(raw: &str) -> Option<Finding> {
    let last = raw.chars().next_back().filter(|&c| END.contains(c))?;
    let word = raw.trim_end_matches(last);
    let at = word.len();
    let word = word.trim_end();
    let ends_word = match last {
        '%' => word.ends_with(char::is_alphabetic),
        _ => word.ends_with(char::is_alphanumeric) && word.contains(char::is_alphabetic),
    };
    let is_word = ends_word && letters(word) > 2 && !is_escaped(raw, at);
    let is_sound = match last {
        // `wait...` and `h.o.e.`
        '.' => raw.ends_with("..") || word.contains('.'),
        ':' => raw.starts_with(':'),
        '_' => raw.starts_with('_'),
        '^' => raw.starts_with('^'),
        _ => false,
    };
    (is_word && !is_sound).then(|| {
        let mark = &raw[at..];
        let message = format!(
            "with the `{mark}` at its end, this entry only matches messages that have it too"
        );
        let finding = Finding::new(at..raw.len(), message).keep(mark);
        // `gloob-` is the beginning of a word, `gloob -` is followed by an empty note.
        if last == '-' && word.len() == at && !word.contains(' ') {
            finding.entry(&format!("{word}*"))
        } else {
            finding.entry(word)
        }
    })
}
