//! Flags and comments that are attached to a word, or written without `@`.

use super::finding::{Finding, Fix, is_escaped, letters, words};

/// Words before a date, and the flag that they mean.
const PREPOSITIONS: [(&str, &str); 8] = [
    ("until", "until"),
    ("till", "until"),
    ("til", "until"),
    ("to", "until"),
    ("expires", "until"),
    ("from", "from"),
    ("since", "from"),
    ("after", "from"),
];

/// `word@until 2026-12-31`, `word until 2026-12-31`, `word#comment`.
pub(super) fn unmarked(raw: &str) -> Option<Finding> {
    attached_flag(raw).or_else(|| date(raw)).or_else(|| attached_comment(raw))
}

fn attached_flag(raw: &str) -> Option<Finding> {
    const NAMES: [&str; 8] =
        ["plain", "from", "until", "till", "untill", "exact", "since", "expires"];
    raw.match_indices('@').find_map(|(at, _)| {
        let (word, flag) = (&raw[..at], &raw[at + 1..]);
        let length = flag.bytes().take_while(u8::is_ascii_alphabetic).count();
        let lower = flag[..length].to_lowercase();
        let name = lower.as_str();
        let is_flag = NAMES.contains(&name) && !is_escaped(raw, at) && letters(word) > 1;
        let rest = flag[length..].trim_start_matches([':', '=']).trim();
        let is_end = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit());
        (is_flag && is_end && !word.ends_with(' ')).then(|| {
            let message = format!("a flag needs a space before it: ` @{name}`");
            let finding = Finding::new(at..at + 1 + length, message).keep("@");
            let known = match name {
                "exact" => "plain",
                "till" | "untill" | "expires" => "until",
                "since" => "from",
                _ => name,
            };
            match day(rest) {
                _ if known == "plain" => finding.fix(Fix::entry(word).flags("@plain")),
                Some(day) => finding.fix(Fix::entry(word).flags(&format!("@{known} {day}"))),
                None => finding.advice(format!("write ` @{known} 2026-12-31` after the word")),
            }
        })
    })
}

/// A date at the end.
fn date(raw: &str) -> Option<Finding> {
    // The cells of a table.
    if raw.contains(['|', ';', '\t']) {
        return None;
    }
    let bare = raw.trim_end_matches([')', ']', '.']);
    let words = words(bare);
    let (last, text) = words.last()?;
    let day = day(text)?;
    let before = bare[..last.start].trim_end().trim_end_matches(['(', '[']).trim_end();
    let previous = words.get(words.len().checked_sub(2)?)?;
    let name =
        previous.1.trim_start_matches(['(', '[', '@', '-']).trim_end_matches(':').to_lowercase();
    let preposition = PREPOSITIONS.iter().find(|(word, _)| *word == name);
    let (entry, flag) = match preposition {
        Some((_, flag)) => (&bare[..previous.0.start], *flag),
        None => (before, "until"),
    };
    let entry = entry.trim_end().trim_end_matches(['(', '[', '-', ':', '=']).trim_end();
    (letters(entry) > 1).then(|| {
        let span = if preposition.is_some() { previous.0.start } else { last.start }..last.end;
        Finding::new(span, "the date would be part of the phrase")
            .fix(Fix::entry(entry).flags(&format!("@{flag} {day}")))
    })
}

/// A day as lists and TOML write it; `None` if the text is not a date, or may be one of two.
pub(crate) fn day(text: &str) -> Option<String> {
    let separator = text.find(|c: char| !c.is_ascii_digit())?;
    let separator = text[separator..].chars().next().filter(|c| matches!(c, '-' | '.' | '/'))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts[..] else { return None };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if ![first, second, third].into_iter().all(is_number) {
        return None;
    }
    let number = |part: &str| part.parse::<i16>().ok();
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1..=2) => (number(first)?, number(second)?, number(third)?),
        (1..=2, 4) if separator == '.' || number(first)? > 12 => {
            (number(third)?, number(second)?, number(first)?)
        }
        (1..=2, 4) if number(second)? > 12 => (number(third)?, number(first)?, number(second)?),
        _ => return None,
    };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().map(|date| date.to_string())
}

/// `word#comment`: a comment begins with a space and `#`.
fn attached_comment(raw: &str) -> Option<Finding> {
    let (at, _) = raw.match_indices('#').find(|&(at, _)| at > 0 && !is_escaped(raw, at))?;
    let (word, comment) = (&raw[..at], &raw[at + 1..]);
    let is_word = word.ends_with(char::is_alphanumeric) || word.ends_with(['*', '+']);
    (is_word && letters(word) > 2 && letters(comment) > 2 && !comment.contains('#')).then(|| {
        Finding::new(at..raw.len(), "a comment needs a space before its `#`")
            .keep("#")
            .fix(Fix::entry(word).note(comment))
    })
}
