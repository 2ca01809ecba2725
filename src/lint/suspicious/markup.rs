//! Markup and encodings: merge conflicts, HTML, BBCode, Markdown, escapes, links.

use super::finding::{Finding, Fix, is_escaped, letters};
use crate::links;
use crate::normalize::Nfkc;

/// Named character references of HTML in word lists.
const ENTITIES: [(&str, &str); 8] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&nbsp;", " "),
];
/// Inline markup of Markdown.
const EMPHASIS: [&str; 3] = ["~~", "__", "_"];

/// What to do with a marker of a merge conflict.
pub(crate) const MERGE_CONFLICT: &str =
    "keep the lines that you want of the two versions, and remove the markers";

/// Whether a line is a marker of a merge conflict: `<<<<<<< HEAD`, `=======`, `>>>>>>> main`.
pub(crate) fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", "|||||||", ">>>>>>>"].iter().any(|marker| {
        line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// A marker of a merge conflict, or a header of a difference.
pub(super) fn conflict(raw: &str) -> Option<Finding> {
    let is_header =
        raw.starts_with("@@ -") || raw.starts_with("--- a/") || raw.starts_with("diff --git ");
    (is_conflict_marker(raw) || is_header).then(|| {
        Finding::new(0..raw.len(), "this line is a marker of a merge conflict, not an entry")
            .advice(MERGE_CONFLICT)
    })
}

/// Tags and references of HTML, tags of BBCode, emphasis and links of Markdown.
pub(super) fn tags(raw: &str) -> Option<Finding> {
    let mut plain = raw.to_owned();
    let mut span = None;
    while let Some((from, to)) = tag(&plain) {
        span.get_or_insert(from..to);
        plain.replace_range(from..to, " ");
    }
    if let Some(span) = span {
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let finding = Finding::new(span, "the tags would be part of the entry").keep("<");
        return Some(if letters(&plain) > 0 { finding.entry(&plain) } else { finding });
    }
    if let Some((name, text)) = ENTITIES.iter().find(|(name, _)| raw.contains(name)) {
        let at = raw.find(name)?;
        let shown = if text.trim().is_empty() { "a space".to_owned() } else { format!("`{text}`") };
        let message = format!("`{name}` is HTML; messages have {shown} instead");
        let finding = Finding::new(at..at + name.len(), message);
        return Some(finding.entry(&raw.replace(name, text)));
    }
    // `[word](https://example.com)`
    if let Some((text, _)) = raw.strip_prefix('[').and_then(|rest| rest.split_once("](")) {
        return Some(Finding::new(0..raw.len(), "this is a link of Markdown").entry(text));
    }
    // `word [page](https://example.com)`
    if let Some((word, link)) = raw.split_once(" [")
        && let Some((text, _)) = link.split_once("](")
    {
        let span = word.len() + 1..raw.len();
        return Some(
            Finding::new(span, "this is a link of Markdown").fix(Fix::entry(word).note(text)),
        );
    }
    // `||word||`, `|word|`
    let bars = raw.bytes().take_while(|&byte| byte == b'|').count();
    if bars > 0 && letters(raw) > 2 {
        let inner = raw.trim_matches(|c: char| c == '|' || c.is_whitespace());
        let message = "the bars would be part of the entry";
        return Some(match inner.split_once('|') {
            None => Finding::new(0..bars, message).keep("|").entry(inner),
            Some(_) => {
                // The first cell with a word; numbers before it are those of the rows.
                let mut cells = inner.split('|').map(str::trim);
                let first = cells.find(|cell| cell.contains(char::is_alphabetic))?;
                let note = cells.collect::<Vec<_>>().join(" ");
                Finding::new(0..bars, message).fix(Fix::entry(first).note(&note))
            }
        });
    }
    EMPHASIS.iter().find_map(|mark| {
        let inner = raw.strip_prefix(mark)?.strip_suffix(mark)?;
        let is_word =
            inner.starts_with(char::is_alphanumeric) && inner.ends_with(char::is_alphanumeric);
        // `_w_` is an emoticon.
        (is_word && letters(inner) > 2).then(|| {
            let message = format!("`{mark}` would be part of the entry");
            Finding::new(0..mark.len(), message).keep(mark).entry(inner)
        })
    })
}

/// The range of the first tag: `<b>`, `</b>`, `<br/>`, `[b]`, `[/url]`, `[color=red]`.
fn tag(raw: &str) -> Option<(usize, usize)> {
    const BBCODE: [&str; 12] =
        ["b", "i", "u", "s", "url", "img", "quote", "code", "list", "color", "size", "spoiler"];
    raw.match_indices(['<', '[']).find_map(|(at, open)| {
        if is_escaped(raw, at) {
            return None;
        }
        let close = if open == "<" { '>' } else { ']' };
        let length = raw[at..].find(close)?;
        let inside = &raw[at + 1..at + length];
        let name = inside.strip_prefix('/').unwrap_or(inside);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let (name, rest) = name.split_at(end);
        let is_tag = match open {
            // `<3`, `<word` and `< a >` are not tags. `<word>` alone is a title.
            "<" => {
                name.starts_with(|c: char| c.is_ascii_alphabetic())
                    && (rest.is_empty() || rest.starts_with([' ', '/']))
                    && (letters(raw) > name.len() || inside.starts_with('/') || name.len() < 3)
            }
            _ => {
                BBCODE.contains(&name.to_lowercase().as_str())
                    && (rest.is_empty() || rest.starts_with('='))
                    && (raw.contains("[/") || rest.starts_with('='))
            }
        };
        is_tag.then_some((at, at + length + 1))
    })
}

/// Escapes of other formats: `caf\u00e9`, `bad\nworse`, `bad%20word`, `\par`.
pub(super) fn escapes(raw: &str) -> Option<Finding> {
    for (at, _) in raw.match_indices('\\').filter(|(at, _)| !is_escaped(raw, *at)) {
        let rest = &raw[at + 1..];
        let hex = |from: usize, digits: usize| {
            let text = rest.get(from..from + digits)?;
            text.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
            char::from_u32(u32::from_str_radix(text, 16).ok()?)
        };
        let found = match rest.chars().next()? {
            'u' => hex(1, 4).map(|c| (c, 6)),
            'x' => hex(1, 2).map(|c| (c, 4)),
            _ => None,
        };
        if let Some((c, length)) = found {
            let part = &raw[at..at + length];
            let message = format!("lists have no escape `{part}`: a backslash only keeps a symbol");
            let plain = raw.replacen(part, c.encode_utf8(&mut [0; 4]), 1);
            let finding = Finding::new(at..at + length, message);
            return Some(if c.is_control() { finding } else { finding.entry(&plain) });
        }
        let word = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        let is_rich_text =
            matches!(&rest[..word], "par" | "pard" | "rtf" | "plain" | "line" | "tab")
                || (matches!(&rest[..word], "f" | "fs" | "cf" | "lang" | "ansicpg")
                    && rest[word..].starts_with(|c: char| c.is_ascii_digit()));
        if is_rich_text {
            let message = format!("`\\{}` is Rich Text, not plain text", &rest[..word]);
            return Some(
                Finding::new(at..at + 1 + word, message)
                    .advice("save the file as plain text in UTF-8"),
            );
        }
        let before = raw[..at].chars().next_back();
        let is_line_break = matches!(&rest[..word], "n" | "r" | "t")
            || (rest.starts_with(['n', 'r', 't']) && before.is_some_and(char::is_alphanumeric));
        if is_line_break {
            let message = format!("`\\{}` is read as the letter `{}`", &rest[..1], &rest[..1]);
            let parts = [&raw[..at], &rest[1..]].into_iter().filter(|part| letters(part) > 0);
            return Some(Finding::new(at..at + 2, message).entries(parts));
        }
        let is_inside = before.is_some_and(char::is_alphanumeric)
            && rest.starts_with(char::is_alphanumeric)
            && letters(&raw[..at]) > 2
            && letters(rest) > 2;
        if is_inside {
            let message = "a backslash does not separate entries, and is not searched";
            return Some(Finding::new(at..at + 1, message).entries([&raw[..at], rest]));
        }
        if rest.starts_with("o/") {
            let message = "a backslash makes the next character literal, so this is `o/`";
            let plain = format!("{}\\{}", &raw[..at], &raw[at..]);
            return Some(Finding::new(at..at + 1, message).entry(&plain));
        }
    }
    // `bad%20word`
    let (at, _) = raw.match_indices('%').find(|&(at, _)| {
        let is_hex = |byte: &u8| byte.is_ascii_hexdigit();
        raw.as_bytes().get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(is_hex))
            && letters(&raw[..at]) > 1
            && letters(&raw[at + 3..]) > 1
            && !raw[..at].ends_with(|c: char| c.is_ascii_digit())
    })?;
    let mut bytes = raw.as_bytes()[..at].to_vec();
    let mut left = &raw.as_bytes()[at..];
    while let Some((&byte, rest)) = left.split_first() {
        let hex = (byte == b'%').then(|| rest.get(..2)).flatten();
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                left = &rest[2..];
            }
            None => {
                bytes.push(byte);
                left = rest;
            }
        }
    }
    let plain = String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))?;
    let message = format!("`{}` is an escape of URLs", &raw[at..at + 3]);
    Some(Finding::new(at..at + 3, message).entry(&plain))
}

/// The name of another list.
pub(super) fn file(raw: &str) -> Option<Finding> {
    const ENDINGS: [&str; 4] = [".txt", ".csv", ".toml", ".json"];
    let path = raw.trim_start_matches("include").trim_start_matches([':', ' ', '"', '<']);
    let is_file = ENDINGS.iter().any(|ending| path.trim_end_matches(['"', '>']).ends_with(ending));
    (is_file && !path.contains(' ')).then(|| {
        Finding::new(0..raw.len(), "a list cannot include another file").advice(
            "add the file to `lists` of a rule in rules.toml: lists = [\"lists/a.txt\", \"lists/b.txt\"]",
        )
    })
}

/// A link or a host.
pub(super) fn link(raw: &str) -> Option<Finding> {
    let text = raw.replace('\\', "");
    let text = text.trim_matches('*');
    if text.contains(['@', ' ']) {
        return None;
    }
    let composed = Nfkc::new(text);
    let link = links::find(composed.text()).into_iter().find(links::Link::is_certain)?;
    let host = link.host.name();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let message = "an entry only matches this spelling of a link";
    Some(Finding::new(0..raw.len(), message).advice(format!(
        "to deny links to the host in every spelling, write in a rule of rules.toml: \
         links = {{ deny = [\"{host}\", \"*.{host}\"] }}"
    )))
}
