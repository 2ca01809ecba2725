//! The layout of a list elsewhere: bullets, numbers, titles, comments, columns, and quotes and
//! brackets of source code.

use super::cells;
use super::finding::{Finding, Fix, Kind, char_at, is_escaped, is_words, letters, words};
use super::parts::is_key;

/// Symbols before the items of a list.
const BULLETS: &str = "?・･※◎-–—―−•◦▪▫‣⁃∙·●○■□▸►▶➤➢➔➜➝➞➡⮕→⇒⟶»›✓✔✗✘✖☐☑☒★☆◆◇❖✦✧❥♦♥☛☞⚡§¶¤∗⦿⁌⁍†‡~=\
                       👉❌✅🔴🟠🟡🟢🔵🟣⚫⚪🔹🔸🔶🔷🔺🔻🚫⛔⚠📌📍❗❕➡⭐🌟";
/// Of these, those that are bullets without a space after them too.
const TIGHT_BULLETS: &str = "・･※◎–—―•◦▪▫‣⁃∙·●■□▸►▶➤➢➔➜➝➞⮕→⇒✓✔✗✘✖☐☑☒◆◇❖";
/// The emoji variation selector.
const EMOJI_STYLE: char = '\u{FE0F}';
/// Names in brackets that senders pretend to have.
pub(super) const ROLES: [&str; 12] = [
    "gm", "mod", "vip", "admin", "dev", "staff", "owner", "host", "bot", "official", "removed",
    "system",
];
/// Markers of comments in other formats, and how they end.
const COMMENTS: [(&str, &str); 8] = [
    ("//", ""),
    ("/*", "*/"),
    ("<!--", "-->"),
    ("--", ""),
    (";", ""),
    ("(*", "*)"),
    ("{#", "#}"),
    ("%%", "%%"),
];

/// A comment of another format: `// slurs`, `<!-- slurs -->`.
pub(super) fn comment(raw: &str) -> Option<Finding> {
    let (start, end) = COMMENTS.iter().find(|(start, _)| raw.starts_with(start))?;
    let text = raw[start.len()..].trim_end_matches(end);
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '*' | ';' | '-'));
    // `;w;` is an emoticon, `--` a dash.
    let is_comment =
        letters(text) > 1 && (*start != ";" || raw.starts_with("; ") || letters(text) > 3);
    is_comment.then(|| {
        let message = format!("`{start}` does not begin a comment, so this line is an entry");
        Finding::new(0..start.len(), message).keep(start).fix(Fix::comment(text))
    })
}

/// Brackets and punctuation of source code without a word, or a line of `-` or `=`.
pub(super) fn code(raw: &str) -> Option<Finding> {
    let is_bracket = |c: char| matches!(c, '{' | '}' | '[' | ']' | '(' | ')' | ',' | ';');
    if raw.chars().all(is_bracket) && raw.contains(['{', '}', '[', ']']) {
        return Some(Finding::new(0..raw.len(), "this line is a remainder of source code"));
    }
    let first = raw.chars().next()?;
    let is_rule = matches!(first, '-' | '=' | '_' | '~' | '|' | ':' | '–' | '—' | '─' | '═');
    let of_rule = |c: char| c == first || matches!(c, '|' | '-' | ':' | '=' | ' ');
    if is_rule && raw.chars().count() > 2 && raw.chars().all(of_rule) {
        let is_long = raw.chars().filter(|&c| c == first || c == '-').count() > 2;
        return is_long.then(|| {
            Finding::new(0..raw.len(), "this line of symbols would be an entry")
                .advice("remove the line, or begin it with `# `")
        });
    }
    // `"words": [`, `const words = [`, `words = {`
    let is_open =
        raw.ends_with(['{', '[', '(']) && letters(raw) > 1 && raw.contains([':', '=', ' ']);
    is_open.then(|| Finding::new(0..raw.len(), "this line is a remainder of source code"))
}

/// A title: `[slurs]`, `=== slurs ===`, `Slurs:`.
pub(super) fn title(raw: &str) -> Option<Finding> {
    const OPEN: [char; 3] = ['[', '{', '<'];
    const CLOSE: [char; 3] = [']', '}', '>'];
    let strip = |text: &str| {
        let inner = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
        Some((text.len() - inner.len()) / 2)
    };
    // `[slurs]:`
    let framed = raw.strip_suffix(':').map_or(raw, str::trim_end);
    let mut inner = strip(framed).map(|width| &framed[width..framed.len() - width]);
    if let Some(width) = inner.and_then(strip) {
        inner = inner.map(|inner| &inner[width..inner.len() - width]);
    }
    if let Some(inner) = inner.filter(|inner| is_words(inner) && letters(inner) > 2) {
        let is_role = ROLES.contains(&inner.to_lowercase().as_str());
        return (!is_role).then(|| {
            Finding::new(0..raw.len(), "the brackets would be part of the entry")
                .advice(
                    "write the first line below for the word, the second one for a title; \
                     if the brackets are meant, write a backslash before the first one",
                )
                .entry(inner)
                .fix(Fix::comment(inner))
        });
    }
    // `=== slurs ===`, `***`
    let first = raw.chars().next()?;
    let count = raw.chars().take_while(|&c| c == first).count();
    let is_frame = matches!(first, '=' | '-' | '~' | '_' | '|' | '/' | '.' | '–' | '—' | '─' | '═');
    let inner = raw.trim_matches(|c: char| c == first || c.is_whitespace());
    let is_framed = is_frame
        && (count > 2 || (count > 1 && raw.ends_with(first)))
        && (first != '.' || raw.ends_with(first));
    if is_framed && is_words(inner) && letters(inner) > 1 {
        return Some(
            Finding::new(0..count * first.len_utf8(), "these symbols would be part of the entry")
                .advice("write the first line below for the word, the second one for a title")
                .entry(inner)
                .fix(Fix::comment(inner)),
        );
    }
    // `Slurs:`
    let name = raw.strip_suffix(':')?.trim_end();
    (is_words(name) && letters(name) > 2 && !name.starts_with('-')).then(|| {
        let at = raw.len() - 1;
        Finding::new(at..raw.len(), "with the `:` this would be part of the entry")
            .advice("write the first line below for a title, the second one for the word")
            .fix(Fix::comment(name))
            .entry(name)
    })
}

/// A bullet: `- word`, `•word`, `[ ] word`.
pub(super) fn bullet(raw: &str) -> Option<Finding> {
    for open in ["[*]", "[ ]", "[x]", "[X]", "[]"] {
        if let Some(rest) = raw.strip_prefix(open).filter(|rest| letters(rest) > 0) {
            return Some(bullet_before(raw, rest));
        }
    }
    let first = raw.chars().next()?;
    if !BULLETS.contains(first) {
        // Bullets of word processors, as text.
        let (mark, rest) = raw.split_once('\t')?;
        let is_mark = matches!(mark, "o" | "*" | "+" | "\u{F0B7}" | "\u{F0A7}");
        return (is_mark && letters(rest) > 1).then(|| bullet_before(raw, rest));
    }
    let rest = raw[first.len_utf8()..].trim_start_matches(EMOJI_STYLE);
    let is_spaced = rest.starts_with(char::is_whitespace);
    let word = rest.trim_start();
    // Two letters, so that `- _ -` and `~ w ~` are emoticons.
    let is_word = |word: &str| {
        let first = word.split_whitespace().next().unwrap_or_default();
        word.starts_with(|c: char| c.is_alphanumeric()) && letters(first) > 1
    };
    let opening = ['*', '"', '\'', '[', '(', '\\', '<', '$', '@'];
    let is_task = word.starts_with("[ ]") || word.starts_with("[x]") || word.starts_with("[X]");
    let is_item = is_task || is_word(word.trim_start_matches(opening));
    ((is_spaced || TIGHT_BULLETS.contains(first)) && is_item).then(|| bullet_before(raw, word))
}

fn bullet_before(raw: &str, rest: &str) -> Finding {
    let mark = raw[..raw.len() - rest.len()].trim_end();
    // `★ gloober ★`
    let rest = rest.strip_suffix(mark).unwrap_or(rest);
    Finding::new(0..mark.len(), format!("the bullet `{mark}` would be part of the entry"))
        .keep(mark)
        .entry(rest)
}

/// A number: `1. word`, `(2) word`, `a) word`, `③ word`, `4️⃣ word`.
pub(super) fn number(raw: &str) -> Option<Finding> {
    let rest = after_number(raw)?;
    let word = rest.trim_start();
    let is_item = word.starts_with(|c: char| {
        c.is_alphabetic() || matches!(c, '*' | '"' | '\'' | '[' | '-' | '$' | '@' | '<')
    });
    (is_item && letters(word) > 1).then(|| {
        let mark = raw[..raw.len() - rest.len()].trim_end();
        Finding::new(0..mark.len(), format!("the number `{mark}` would be part of the entry"))
            .keep(mark)
            .entries(items(mark, word))
    })
}

/// The items of `1. gloober 2. gloobet`, without the first number.
fn items<'t>(mark: &str, mut rest: &'t str) -> Vec<&'t str> {
    let digits = mark.trim_start_matches(['(', '[']);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, end) = digits.split_at(length);
    let mut items = Vec::new();
    if let Ok(first) = digits.parse::<u16>() {
        for number in (1..).map_while(|step: u16| first.checked_add(step)) {
            let open = &mark[..mark.len() - digits.len() - end.len()];
            let next = format!(" {open}{number}{end}");
            let Some((item, after)) = rest.split_once(&next) else { break };
            items.push(item);
            rest = after;
        }
    }
    items.push(rest);
    items
}

/// What follows the number of an item.
fn after_number(raw: &str) -> Option<&str> {
    const ROMAN: [&str; 8] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii"];
    let first = raw.chars().next()?;
    let is_enclosed = matches!(first, '①'..='⒛' | '⓪'..='⓿' | '❶'..='➓');
    if is_enclosed {
        return Some(&raw[first.len_utf8()..]);
    }
    // `No. 5: gloober`, `№7 gloober`
    let names = ["N°", "Nº", "№", "No.", "Nr."];
    if let Some((name, rest)) = names.iter().find_map(|it| Some((it, raw.strip_prefix(it)?))) {
        let rest = rest.trim_start();
        let word = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let after = word.trim_start_matches(['.', ':', ')', '-']);
        // `Nr. 1 fan` is a phrase.
        let is_number = after.len() < word.len() || !name.ends_with('.');
        return (word.len() < rest.len() && is_number).then_some(after);
    }
    let open = raw.strip_prefix(['(', '[']);
    let body = open.unwrap_or(raw);
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && open.is_none() {
        let after = &body[digits..];
        if let Some(rest) =
            after.strip_prefix("\u{FE0F}\u{20E3}").or(after.strip_prefix('\u{20E3}'))
        {
            return Some(rest);
        }
        // A column of numbers.
        if let Some(rest) = after.strip_prefix('\t') {
            return Some(rest);
        }
        if let Some(rest) = after.strip_prefix([',', ';', '|']).filter(|_| digits < 5) {
            return (!rest.starts_with(' ')).then_some(rest);
        }
        let dash = after.strip_prefix(" - ").or(after.strip_prefix(" – "));
        if let Some(rest) = dash.or(after.strip_prefix(" . ")) {
            return Some(rest);
        }
    }
    let name = match digits {
        0 => body.bytes().take_while(u8::is_ascii_alphabetic).count(),
        1..=4 => digits,
        _ => return None,
    };
    let label = body[..name].to_lowercase();
    let is_letter = matches!(label.as_bytes(), [b'a'..=b'h']) || ROMAN.contains(&label.as_str());
    if digits == 0 && !is_letter {
        return None;
    }
    let after = &body[name..];
    let rest = match open {
        Some(_) => {
            after.strip_prefix([')', ']']).map(|rest| rest.strip_prefix('.').unwrap_or(rest))
        }
        None => after
            .strip_prefix(".)")
            .or(after.strip_prefix(".-"))
            .or(after.strip_prefix([')', '.', ':', ']', '、', '．', '）']))
            .or(after.strip_prefix(['º', '°', 'ª'])),
    }?;
    // `a.word` and `(a)word` are words, `1.word` is an item.
    (digits > 0 || rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// Columns: words with a tab or many spaces between them.
pub(super) fn columns(raw: &str) -> Option<Finding> {
    let gap = raw.find('\t').or_else(|| raw.find("    "))?;
    let first = raw[..gap].trim();
    let rest = raw[gap..].trim_start();
    let to = raw.len() - rest.len();
    let finding = Finding::new(gap..to, "all columns of this line would be one phrase").advice(
        "write one entry per line; only the first column is kept below, the others are a comment",
    );
    if cells::is_header(&[first, rest.split(['\t', ' ']).next().unwrap_or_default()]) {
        let message = "this line has the names of columns";
        let names = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        return Some(Finding::new(0..raw.len(), message).fix(Fix::comment(&names)));
    }
    let note = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    if letters(first) < 2 && letters(rest) > 1 {
        return Some(finding.entry(rest));
    }
    (letters(first) > 1).then(|| finding.fix(Fix::entry(first).note(&note)))
}

/// Quotes inside an entry, as in source code: `'gloober' => 1`, `("gloober")`; or on one side only.
pub(super) fn quotes(raw: &str) -> Option<Finding> {
    let quoted = quoted(raw);
    if let Some((range, _)) = quoted.first() {
        let span = range.clone();
        let finding = Finding::new(span, "the quotes would be part of the entry").keep("\"");
        let mut outside = raw.to_owned();
        for (range, _) in quoted.iter().rev() {
            outside.replace_range(range.clone(), "");
        }
        let is_code = outside
            .contains([':', '=', '(', ')', '[', ']', '{', '}', '<', '>', ';', ',', '|'])
            || quoted.len() > 1
            || !outside.contains(char::is_alphabetic);
        if is_code {
            return Some(finding.entries(values(raw, &quoted)));
        }
        let mut plain = raw.to_owned();
        for (range, text) in quoted.iter().rev() {
            plain.replace_range(range.clone(), text);
        }
        return Some(finding.entry(&plain));
    }
    // On one side.
    let count = raw.chars().filter(|c| matches!(c, '"' | '“' | '”' | '„' | '«' | '»')).count();
    let start = raw.strip_prefix(['"', '“', '”', '„', '«', '»']);
    let end = raw.strip_suffix(['"', '“', '”', '„', '«', '»']);
    let rest = start.or(end).filter(|rest| count == 1 && letters(rest) > 1)?;
    let is_word = match start {
        Some(rest) => rest.starts_with(char::is_alphabetic),
        None => rest.ends_with(char::is_alphabetic),
    };
    let span = if start.is_some() { 0..raw.len() - rest.len() } else { rest.len()..raw.len() };
    is_word
        .then(|| Finding::new(span, "the quote would be part of the entry").keep("\"").entry(rest))
}

/// The words among quoted strings: of `{"word": "gloober"}` the value, of `{"gloober": "deny"}` the
/// key.
fn values<'t>(raw: &str, quoted: &[(std::ops::Range<usize>, &'t str)]) -> Vec<&'t str> {
    let after = |range: &std::ops::Range<usize>| raw[range.end..].trim_start();
    let is_name = |range| [":", "=>"].iter().any(|end| after(range).starts_with(end));
    let of_list = |range| after(range).trim_start_matches([':', '=', '>', ' ']).starts_with('[');
    let names: Vec<bool> = quoted.iter().map(|(range, _)| is_name(range)).collect();
    let is_word_key = |at: usize| names[at] && (is_key(quoted[at].1) || of_list(&quoted[at].0));
    let has_key = (0..quoted.len()).any(is_word_key);
    let mut words = Vec::new();
    for (at, (_, text)) in quoted.iter().enumerate() {
        let is_value = at > 0 && names[at - 1];
        let is_word = match has_key {
            // Also the other strings of a list.
            true => !names[at] && (!is_value || is_word_key(at - 1)),
            false => !is_value,
        };
        if is_word {
            words.push(*text);
        }
    }
    words
}

/// The quoted words of an entry, with the range of each including its quotes.
fn quoted(raw: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('«', '»')];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = char_at(raw, at) {
        let start = at + c.len_utf8();
        at = start;
        let Some((_, close)) = PAIRS.iter().find(|(open, _)| *open == c) else { continue };
        let open = start - c.len_utf8();
        let before = raw[..open].chars().next_back();
        if before.is_some_and(char::is_alphanumeric) || is_escaped(raw, open) {
            continue;
        }
        let Some(length) = raw[start..].find(*close) else { continue };
        let end = start + length + close.len_utf8();
        let after = raw[end..].chars().next();
        let text = &raw[start..start + length];
        if letters(text) > 1 && !after.is_some_and(char::is_alphanumeric) && !text.ends_with(' ') {
            found.push((open..end, text));
            at = end;
        }
    }
    found
}

/// The words of a line of which one is an operator in capitals: `NOT gloober`, `gloob AND gloobet`.
pub(super) fn operator(raw: &str) -> Option<Finding> {
    if !raw.chars().any(char::is_lowercase) {
        return None;
    }
    if let Some(word) = raw.strip_prefix("NOT(").and_then(|rest| rest.strip_suffix(')')) {
        let message = "`NOT` is not an operator, so this is one entry";
        return Some(Finding::new(0..3, message).fix(Fix::new(Kind::Exception, word)));
    }
    let words = words(raw);
    let (range, word) =
        words.iter().find(|(_, word)| matches!(*word, "NOT" | "AND" | "OR" | "NEAR"))?;
    let (before, after) = (raw[..range.start].trim(), raw[range.end..].trim());
    let message = format!("`{word}` is not an operator, so this line is one phrase");
    let finding = Finding::new(range.clone(), message).keep(word);
    Some(match *word {
        "NOT" if before.is_empty() => finding.fix(Fix::new(Kind::Exception, after)),
        "NOT" => finding.entry(before).fix(Fix::new(Kind::Exception, &format!("{before} {after}"))),
        "OR" => finding.entries([before, after]),
        _ => finding.advice("entries are words and phrases; use `patterns` for more"),
    })
}
