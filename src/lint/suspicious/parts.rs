//! Several entries on one line, and entries with a note: `gloober / gloobet`, `gloober = rude`,
//! `gloober (slang)`, `gloober 5`.

use super::cells;
use super::finding::{Finding, Fix, Kind, is_escaped, is_words, letters, words};
use crate::language::Language;

/// Symbols between entries.
const SEPARATORS: [&str; 16] =
    ["/", "|", "||", "\\\\", ";", ",", "、", "，", "•", "·", "・", "and/or", "&&", "⁄", "／", "｜"];
/// Words for `or`.
const ORS: [&str; 18] = [
    "bzw.",
    "resp.",
    "or",
    "oder",
    "или",
    "ou",
    "oppure",
    "eller",
    "lub",
    "veya",
    "atau",
    "vagy",
    "nebo",
    "або",
    "또는",
    "または",
    "或",
    "hoặc",
];
/// Words and symbols before a note.
const NOTES: [&str; 31] = [
    "~=", ">>", "<=>", "<->", "↔", "⇔", "=~", "!=", "≠", "≈", "<>", "=", "==", "=>", "->", "→",
    "⇒", ":", "::", "-", "–", "—", "--", "//", "/*", "<-", "<--", "←", ":=", "aka", "~>",
];
/// Symbols of which several on a line separate entries.
const DASHES: [&str; 4] = ["-", "–", "—", "--"];
/// Names before an entry in tables and configuration files: `word = gloober`.
const KEYS: [&str; 27] = [
    "fragment",
    "trigger",
    "content",
    "label",
    "title",
    "badword",
    "bad_word",
    "bannedword",
    "banned_word",
    "blocked_term",
    "blockedterm",
    "word",
    "words",
    "term",
    "phrase",
    "text",
    "name",
    "pattern",
    "regex",
    "value",
    "match",
    "contains",
    "entry",
    "key",
    "string",
    "keyword",
    "item",
];
/// Words before or after an `or` inside a phrase.
const PHRASES_WITH_OR: [&str; 48] = [
    "vif",
    "rien",
    "jamais",
    "nada",
    "tudo",
    "morte",
    "nie",
    "either",
    "else",
    "not",
    "so",
    "what",
    "die",
    "alive",
    "dead",
    "dare",
    "treat",
    "trick",
    "truth",
    "never",
    "less",
    "more",
    "two",
    "later",
    "sooner",
    "bust",
    "nah",
    "no",
    "nothing",
    "something",
    "smth",
    "block",
    "ban",
    "gtfo",
    "stfu",
    "leave",
    "quit",
    "riot",
    "go",
    "get",
    "me",
    "you",
    "us",
    "flight",
    "swim",
    "lose",
    "flop",
    "wrong",
];

/// A note: `gloober (slang)`, `(slang) gloober`, `gloober /* rude */`.
pub(super) fn note(raw: &str) -> Option<Finding> {
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        if let Some(body) = raw.strip_suffix(close)
            && let Some(at) = body.rfind(open).filter(|&at| at > 0 && !is_escaped(raw, at))
            && (raw[..at].ends_with(char::is_whitespace) || is_footnote(open, &body[at + 1..]))
            && is_note(&body[at + 1..])
            && letters(&raw[..at]) > 2
        {
            let message = "the note in brackets would be part of the phrase";
            let word = raw[..at].trim_end_matches([' ', '=', '-', ':', '>', '–', '—', '→']);
            return Some(
                Finding::new(at..raw.len(), message)
                    .keep(&open.to_string())
                    .fix(Fix::entry(word).note(&body[at + 1..])),
            );
        }
        if let Some(body) = raw.strip_prefix(open)
            && let Some((inside, rest)) = body.split_once(close)
            && is_note(inside)
            && letters(inside) > 1
        {
            if rest.starts_with(char::is_whitespace) && letters(rest) > 1 {
                let message = "the note in brackets would be part of the phrase";
                return Some(
                    Finding::new(0..raw.len() - rest.len(), message)
                        .keep(&open.to_string())
                        .fix(Fix::entry(rest).note(inside)),
                );
            }
            if open == '(' && rest.is_empty() && !is_face(inside) {
                return Some(
                    Finding::new(0..raw.len(), "the brackets would be part of the entry")
                        .keep("(")
                        .entry(inside),
                );
            }
        }
    }
    None
}

/// Whether this is a footnote of a web page: `gloober[1]`, `gloober[citation needed]`.
fn is_footnote(open: char, text: &str) -> bool {
    open == '[' && (text.contains(' ') || text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_note(text: &str) -> bool {
    const INSIDE: &str = " ,./-'?!:&%";
    let inside = |c: char| c.is_alphanumeric() || INSIDE.contains(c);
    text.starts_with(char::is_alphanumeric) && text.chars().all(inside)
}

/// Whether a short text is the same backwards, as in the emoticons `(uwu)` and `(ToT)`.
fn is_face(text: &str) -> bool {
    let letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    letters.len() < 4 && letters.iter().eq(letters.iter().rev())
}

/// Separators between entries, or before a note.
pub(super) fn separator(raw: &str) -> Option<Finding> {
    spaced(raw).or_else(|| tight(raw)).or_else(|| excluded(raw)).or_else(|| weight(raw))
}

/// A separator with spaces around it.
fn spaced(raw: &str) -> Option<Finding> {
    let words = words(raw);
    let inner = 1..words.len().saturating_sub(1);
    let found = inner.clone().find_map(|at| {
        let word = words[at].1;
        let lower = word.to_lowercase();
        let is_separator = SEPARATORS.contains(&lower.as_str())
            || (ORS.contains(&lower.as_str()) && is_alternative(&words, at));
        (is_separator || NOTES.contains(&word)).then_some((at, is_separator))
    });
    let Some((at, is_separator)) = found else { return labeled(raw, &words) };
    let (range, word) = &words[at];
    let (before, after) = (&raw[..range.start], &raw[range.end..]);
    // In emoticons too, as in `o - o`.
    let least = if DASHES.contains(word) { 2 } else { 1 };
    let is_number = after.trim().bytes().all(|byte| byte.is_ascii_digit());
    // `gloober → ***`
    let is_mask = letters(before) > 2 && after.trim().bytes().all(|byte| byte == b'*');
    if letters(before) < 2 || (letters(after) < least && !is_number && !is_mask) {
        return None;
    }
    let is_row = DASHES.contains(word) && words.iter().filter(|(_, it)| it == word).count() > 1;
    if is_separator || is_row {
        let message = format!("`{word}` does not separate entries, so this line is one phrase");
        let mut parts = vec![0];
        for (range, _) in words.iter().filter(|(_, it)| it == word) {
            parts.extend([range.start, range.end]);
        }
        parts.push(raw.len());
        let parts = parts.chunks(2).map(|part| raw[part[0]..part[1]].trim());
        let parts: Vec<&str> = parts.filter(|part| letters(part) > 0).collect();
        if cells::is_header(&parts) {
            let message = "this line has the names of columns";
            return Some(Finding::new(0..raw.len(), message).fix(Fix::comment(raw)));
        }
        if let Some((entry, note)) = cells::row(&parts) {
            let message = "all cells of this row would be one phrase";
            let finding = Finding::new(range.clone(), message).keep(word);
            return Some(finding.fix(Fix::entry(entry).note(&note)));
        }
        return Some(Finding::new(range.clone(), message).keep(word).entries(parts));
    }
    if is_key(before) {
        return Some(keyed(before, after));
    }
    let message = format!("what follows `{word}` would be part of the phrase");
    let note = after.trim().trim_end_matches("*/");
    Some(Finding::new(range.clone(), message).keep(word).fix(Fix::entry(before.trim()).note(note)))
}

/// Whether the `or` at an index is between entries, and not part of a phrase.
fn is_alternative(words: &[(std::ops::Range<usize>, &str)], at: usize) -> bool {
    let is_in_phrase = |word: &str| PHRASES_WITH_OR.contains(&word.to_lowercase().as_str());
    // Only single words, as in `gloober or gloobet or gloobq`.
    let is_row =
        words.len() % 2 == 1 && words.iter().skip(1).step_by(2).all(|(_, it)| *it == words[at].1);
    is_row && !words.iter().any(|(_, word)| is_in_phrase(word))
}

/// `gloober: rude`, `gloober; gloobet`
fn labeled(raw: &str, words: &[(std::ops::Range<usize>, &str)]) -> Option<Finding> {
    let (range, word) =
        words.iter().take(words.len().saturating_sub(1)).find(|(range, word)| {
            word.ends_with([':', ';', ',']) && letters(word) > 1 && !is_escaped(raw, range.end - 1)
        })?;
    let at = range.end - 1;
    let (before, after) = (&raw[..at], raw[range.end..].trim());
    let is_code = after.starts_with(['[', '{', '"', '\'']);
    if letters(after) == 0 || !is_words(before) || is_code {
        return None;
    }
    if word.ends_with(',') {
        let message = "what follows `,` would be part of the phrase";
        let finding = Finding::new(at..range.end, message).keep(",");
        return Some(finding.fix(Fix::entry(before).note(after)));
    }
    if word.ends_with(';') {
        let message = "`;` does not separate entries, so this line is one phrase";
        return Some(Finding::new(at..range.end, message).keep(";").entries([before, after]));
    }
    if is_key(before) || is_language(before) {
        return Some(keyed(before, after));
    }
    if is_label(before) {
        let message = format!("`{before}:` would be part of the phrase");
        return Some(Finding::new(0..range.end, message).fix(Fix::entry(after).note(before)));
    }
    let message = "what follows `:` would be part of the phrase";
    Some(Finding::new(at..range.end, message).keep(":").fix(Fix::entry(before).note(after)))
}

/// A separator without spaces: `gloober/gloobet`, `gloober=rude`, `gloober,5`.
fn tight(raw: &str) -> Option<Finding> {
    const LONG: usize = 4;
    let plain = |text: &str| text.replace(['(', ')'], "");
    let is_word = |text: &str| is_words(&plain(text)) && letters(text) >= LONG;
    if raw.contains(['/', '|']) && !raw.contains(' ') {
        let separator = if raw.contains('/') { '/' } else { '|' };
        let parts: Vec<&str> = raw.split(separator).collect();
        let at = raw.find(separator)?;
        if !is_escaped(raw, at) && parts.iter().all(|part| is_word(part)) {
            let message = format!("`{separator}` does not separate entries, so this is one entry");
            let keep = separator.to_string();
            return Some(Finding::new(at..at + 1, message).keep(&keep).entries(parts));
        }
    }
    for symbol in ["=>", "->", "==", "→", "⇒", "::", "||", "=", ":", "|", ";", ",", "\t"] {
        let Some((word, note)) = raw.split_once(symbol) else { continue };
        let at = word.len();
        let is_number =
            !note.is_empty() && note.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        // `re:zero` and `12:30` are not notes.
        // `gloober:deny:3`
        let is_row = symbol == ":"
            && note.rsplit_once(':').is_some_and(|(words, number)| {
                is_words(words) && letters(words) > 2 && number.parse::<u32>().is_ok()
            });
        let is_note = is_number
            || is_row
            || (is_words(note) && letters(note) > 2 && symbol != "," && symbol != ";");
        let names = is_key(word) || (symbol == "=" && is_language(word));
        if names && letters(note) > 1 && !note.contains(['"', '\'']) {
            return Some(keyed(word, note));
        }
        if is_words(word)
            && word.ends_with(|c: char| c.is_alphabetic() || matches!(c, '*' | '+'))
            && letters(word) > 2
            && is_note
            && !note.starts_with('\'')
            && !is_escaped(raw, at)
        {
            let message = format!("`{symbol}` and what follows would be part of the entry");
            let finding = Finding::new(at..raw.len(), message).keep(symbol);
            return Some(finding.fix(Fix::entry(word).note(note)));
        }
    }
    None
}

/// Whether a text is the name of a word in tables and configuration files.
pub(crate) fn is_key(text: &str) -> bool {
    KEYS.contains(&text.trim().to_lowercase().as_str())
}

/// Whether a text says something of the word after it: `TODO: gloober`, `German: gloober`.
fn is_label(text: &str) -> bool {
    const LABELS: [&str; 16] = [
        "todo", "fixme", "xxx", "new", "neu", "nuevo", "note", "nb", "added", "removed", "draft",
        "pending", "maybe", "slur", "slurs", "insult",
    ];
    let lower = text.trim().to_lowercase();
    LABELS.contains(&lower.as_str())
        || cells::is_value(&lower)
        || Language::all().any(|it| it.name().to_lowercase() == lower)
}

/// Whether a text is the code of a language, as in `en: gloober`.
fn is_language(text: &str) -> bool {
    text.len() == 2 && Language::from_tag(text).is_some()
}

/// `word: gloober`
fn keyed(key: &str, entry: &str) -> Finding {
    let key = key.trim();
    Finding::new(0..key.len(), format!("`{key}` would be part of the entry")).entry(entry)
}

/// `gloober -gloobet`, as in a web search.
fn excluded(raw: &str) -> Option<Finding> {
    let words = words(raw);
    let (range, word) = words.iter().skip(1).find(|(_, word)| {
        word.strip_prefix(['-', '!']).is_some_and(|rest| {
            rest.starts_with(char::is_alphabetic)
                && letters(rest) > 1
                && !rest.ends_with(['-', '!'])
        })
    })?;
    let before = raw[..range.start].trim();
    (letters(before) > 1).then(|| {
        Finding::new(
            range.clone(),
            format!("`{word}` does not exclude a word, and would be part of the phrase"),
        )
        .keep(&word[..1])
        .entry(before)
        .fix(Fix::new(Kind::Exception, &format!("{before} {}", &word[1..])))
    })
}

/// A weight or a count after a word: `gloober 5`, `gloober 0.9`, `gloober x3`.
fn weight(raw: &str) -> Option<Finding> {
    const MAX_WEIGHT: f32 = 10.0;
    let words = words(raw);
    let [(_, word), (range, number)] = &words[..] else { return None };
    let digits = number.trim_start_matches(['x', '×']);
    let is_weight = digits.parse::<f32>().is_ok_and(|weight| weight <= MAX_WEIGHT)
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_word = is_words(word) && letters(word) > 3 && word.chars().all(|c| !c.is_numeric());
    (is_weight && is_word).then(|| {
        Finding::new(range.clone(), format!("`{number}` would be part of the phrase"))
            .keep(number)
            .fix(Fix::entry(word).note(number))
    })
}
