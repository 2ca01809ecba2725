//! Help for errors in list lines, with the line as it should be.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{MERGE_CONFLICT, is_conflict_marker, is_header, is_key, meant, row};
use crate::rules::is_valid_line;

/// The maximum number of lines that are suggested.
const MAX_LINES: usize = 12;
/// What ends a key in quotes, in JSON and other formats.
const KEY_ENDS: [&str; 6] = ["\":", "':", "\" :", "' :", "\" =>", "' =>"];
const QUOTES: [char; 20] = [
    '"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›', '「', '」', '『', '』', '《',
    '》', ' ',
];

/// Explains an error in a line, or in a string of `terms`.
pub(super) fn explain(line: &str, diagnostic: &mut Diagnostic) {
    let line = line.trim();
    let (mark, body) = match line.strip_prefix('!') {
        Some(body) => ("! ", body.trim_start()),
        None => ("", line),
    };
    if diagnostic.code == Code::InvalidSample && is_conflict_marker(line) {
        diagnostic.message = "this line is a marker of a merge conflict, not an entry".to_owned();
        diagnostic.help = Some(MERGE_CONFLICT.to_owned());
        return;
    }
    let (entry, rest) = split(body);
    let help = |help: &str, lines: Vec<String>| {
        let lines: Vec<String> =
            lines.into_iter().map(|text| format!("{mark}{text}{rest}")).collect();
        (help.to_owned(), lines)
    };
    let advice = match diagnostic.code {
        Code::CommaList => several(entry).map(|lines| {
            help(
                "write one entry per line; to match the symbol itself, write a backslash before it",
                lines,
            )
        }),
        // `"gloober": "mask"`
        Code::QuotedEntry if KEY_ENDS.iter().any(|end| entry.contains(end)) => {
            several(entry).map(|lines| help("write it without the quotes", lines))
        }
        Code::QuotedEntry => {
            let plain = entry.trim_matches(|c| QUOTES.contains(&c) || matches!(c, '*' | '+'));
            let escaped = plain.replace("\\\"", "\"");
            let parts = plain.split(['"', '“', '”', '«', '»']).map(str::trim);
            let parts: Vec<String> = parts
                .filter(|part| part.contains(char::is_alphanumeric))
                .filter(|part| !matches!(*part, "OR" | "or" | "AND" | "and"))
                .map(str::to_owned)
                .collect();
            let is_one = parts.len() < 2 || plain.contains('\\');
            Some(help("write it without the quotes", if is_one { vec![escaped] } else { parts }))
        }
        Code::TrailingBackslash => {
            let plain = line.trim_end_matches('\\').trim_end().to_owned();
            Some((
                "write it without the backslash; to match a backslash, write two".to_owned(),
                vec![plain],
            ))
        }
        Code::MisplacedFlag if body.starts_with("@plain ") => {
            let word = body.trim_start_matches("@plain").trim();
            Some(("write this line instead".to_owned(), vec![format!("{mark}{word} @plain")]))
        }
        Code::UnknownFlag => match flag(body).filter(|_| !entry.is_empty()) {
            Some(line) => {
                Some(("write this line instead".to_owned(), vec![format!("{mark}{line}")]))
            }
            None => mention(mark, body),
        },
        Code::RegexEntry => Some(match plain_words(entry) {
            Some(lines) => help("write the words; every spelling of them is found", lines),
            None => (
                "lists contain words; move this to a rule in rules.toml, or write a backslash before \
                 symbols that are meant"
                    .to_owned(),
                vec![format!("patterns = ['''{}''']", without_key(entry))],
            ),
        }),
        Code::MisplacedWildcard => wildcard(entry).map(|(text, lines)| help(text, lines)),
        Code::InvalidSample => sample(line),
        _ => None,
    };
    let Some((text, lines)) = advice else { return };
    // What was found may be suspicious itself, as in `gloober, gloobet (rude)`.
    let mut lines: Vec<String> =
        lines.into_iter().flat_map(|line| cleaned(line, diagnostic.code)).collect();
    lines.dedup();
    lines.retain(|line| {
        line.starts_with("patterns") || line.starts_with(['>', '#']) || is_valid_line(line)
    });
    lines.truncate(MAX_LINES);
    if !lines.is_empty() || diagnostic.code == Code::InvalidSample {
        diagnostic.help = Some(text);
        diagnostic.paste = lines;
    }
}

/// The lines that a suggested line means.
fn cleaned(line: String, code: Code) -> Vec<String> {
    let is_entry = !line.starts_with(['!', '>', '\\', '#']) && !line.starts_with("patterns");
    if !is_entry || code == Code::InvalidSample {
        return vec![line];
    }
    let (entry, rest) = split(&line);
    match meant(entry) {
        Some(lines) if !lines.is_empty() => {
            lines.into_iter().map(|line| format!("{line}{rest}")).collect()
        }
        _ => vec![line.clone()],
    }
}

/// Help for a line that begins with `@`: a mention such as `@everyone`, or symbols.
fn mention(mark: &str, body: &str) -> Option<(String, Vec<String>)> {
    let word = body.strip_prefix('@')?.trim_start_matches('@');
    let (help, lines) = if word.contains(char::is_alphanumeric) {
        (
            "to match the mention write the first line below, for the word the second one",
            vec![format!(r"{mark}\{body}"), format!("{mark}{}", word.trim_end_matches('@'))],
        )
    } else {
        ("to match the symbol, write a backslash before it", vec![format!(r"{mark}\{body}")])
    };
    Some((help.to_owned(), lines))
}

/// The line with its flags as they should be: `word @until: 2026-12-31`, `word @exact`.
fn flag(body: &str) -> Option<String> {
    let at = body.find(" @")?;
    let (word, flags) = body.split_at(at);
    let mut flags = flags.trim_start().splitn(2, [' ', ':', '=']);
    let name = flags.next()?.trim_matches(['@', ':', ',', ';', '=']).to_lowercase();
    let date = flags.next().unwrap_or_default().trim_start_matches([':', '=', ' ']);
    let line = match name.as_str() {
        "plain" | "exact" | "literal" | "whole" => format!("{word} @plain"),
        "until" | "till" | "untill" | "expires" | "expire" | "to" | "end" => {
            format!("{word} @until {date}")
        }
        "from" | "since" | "start" => format!("{word} @from {date}"),
        _ => return None,
    };
    let line = line.trim_end().to_owned();
    is_valid_line(&line).then_some(line)
}

/// Splits off the flags and the comment.
fn split(body: &str) -> (&str, &str) {
    let flags = [" @", " #"];
    let at = flags.iter().filter_map(|flag| body.find(flag)).min().unwrap_or(body.len());
    (body[..at].trim_end(), &body[at..])
}

/// The entries of a line with commas; a part in brackets is a comment.
pub(super) fn several(entry: &str) -> Option<Vec<String>> {
    if let Some((word, note)) =
        entry.split_once(" (").filter(|(word, _)| !word.contains([',', ';']))
    {
        return Some(vec![format!("{word} # {}", note.trim_end_matches(')'))]);
    }
    // `&nbsp;word`
    let decoded = entry.replace("&nbsp;", " ").replace("&amp;", "&").replace("&quot;", "\"");
    let decoded = KEY_ENDS.iter().fold(decoded, |text, end| text.replace(end, "\":"));
    let entry = decoded.as_str();
    let is_separator = |c: char| matches!(c, ',' | ';' | '，' | '、' | '；' | '،' | '؛');
    let around =
        |c: char| QUOTES.contains(&c) || matches!(c, '[' | ']' | '{' | '}' | '(' | ')' | '\t');
    // Of `{"word": "gloober", "level": 3}` the value of `word`, of `{"gloober": "deny"}` the key.
    let is_object = entry.trim_start_matches(['-', ' ']).starts_with('{');
    let is_word = |part: &&str| {
        let pair = part.split_once("\":").or_else(|| part.split_once(':').filter(|_| is_object));
        pair.is_some_and(|(key, _)| is_key(key.trim_start_matches(['-', ' ']).trim_matches(around)))
    };
    let has_values = entry.split(is_separator).any(|part| is_word(&part));
    let parts = entry.split(is_separator).filter(|part| !has_values || is_word(part));
    let parts = parts.map(|part| match part.split_once("\":").or(part.split_once(':')) {
        Some((_, value)) if has_values => value,
        Some((key, _)) if part.contains("\":") && !part.contains("[\"") => key,
        // `words = ["gloober"`
        _ => match part.rfind(['[', '{', '(']) {
            Some(at) if part[..at].trim_end().ends_with(['=', ':', '>', '(']) => &part[at + 1..],
            _ => part,
        },
    });
    // Not the end of `gloober (rude)`.
    let parts = parts.map(|part| match part.trim_start_matches(around) {
        part if part.contains('(') => part.trim_end(),
        part => part.trim_end_matches(around),
    });
    let parts =
        parts.map(|part| part.strip_prefix("or ").or(part.strip_prefix("and ")).unwrap_or(part));
    let parts: Vec<&str> = parts.filter(|part| part.contains(char::is_alphanumeric)).collect();
    if is_header(&parts) {
        return Some(vec![format!("# {}", parts.join(" "))]);
    }
    if let Some((word, note)) = row(&parts) {
        return Some(vec![format!("{word} # {note}")]);
    }
    let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    (!parts.is_empty()).then_some(parts)
}

/// The expression of `regex: gl[o0]+b`.
fn without_key(entry: &str) -> &str {
    match entry.split_once([':', '=']) {
        Some((key, rest)) if is_key(key) => rest.trim_start(),
        _ => entry,
    }
}

/// The words that a simple regular expression means.
fn plain_words(entry: &str) -> Option<Vec<String>> {
    let entry = without_key(entry);
    let text = entry.trim_start_matches("(?i)").trim_start_matches("(?:");
    // `{{gloober|slur}}`
    let text = text.strip_prefix("{{").and_then(|it| it.strip_suffix("}}")).unwrap_or(text);
    let text = text.strip_prefix("[[").and_then(|it| it.strip_suffix("]]")).unwrap_or(text);
    let mut text = text.trim_start_matches('^').trim_end_matches('$');
    let (mut start, mut end) = ("", "");
    for any in [".*", ".+", r"\w*", r"\w+"] {
        if let Some(rest) = text.strip_prefix(any) {
            (text, start) = (rest, "*");
        }
        if let Some(rest) = text.strip_suffix(any) {
            (text, end) = (rest, "*");
        }
    }
    let text = text.trim_start_matches(r"\b").trim_end_matches(r"\b");
    let text = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    let text = text.strip_suffix(')').filter(|_| !text.contains('(')).unwrap_or(text);
    // `gloob(er|ers)`
    let (before, text, after) = match text.split_once('(').zip(text.rsplit_once(')')) {
        Some(((before, _), (_, after))) if before.len() + after.len() + 2 < text.len() => {
            (before, &text[before.len() + 1..text.len() - after.len() - 1], after)
        }
        _ => ("", text, ""),
    };
    let is_word = |part: &str| {
        part.contains(char::is_alphabetic)
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '-'))
    };
    let text = text.replace(r"\s+", " ").replace(r"\s", " ");
    let parts = text.split('|').map(|part| format!("{before}{part}{after}"));
    let parts: Vec<String> = parts.collect();
    parts.iter().all(|part| is_word(part)).then(|| {
        let lines = parts.iter().map(|part| match part.contains(' ') {
            true => part.clone(),
            false => format!("{start}{part}{end}"),
        });
        lines.collect()
    })
}

/// The entry with its wildcards where they have a meaning.
fn wildcard(entry: &str) -> Option<(&'static str, Vec<String>)> {
    if entry.contains("++") {
        return Some(("write a backslash before each `+`", vec![entry.replace('+', r"\+")]));
    }
    let is_word = |text: &str| text.contains(char::is_alphanumeric) && !text.contains(['*', '+']);
    if let Some(word) = entry.strip_prefix("**").and_then(|rest| rest.strip_suffix("**")) {
        return is_word(word).then(|| ("write it without the `**`", vec![word.to_owned()]));
    }
    for symbol in ["*", "+"] {
        if let Some(word) = entry.strip_suffix(symbol).filter(|word| word.ends_with(' ')) {
            let word = word.trim_end();
            return is_word(word)
                .then(|| ("write it without the space", vec![format!("{word}{symbol}")]));
        }
    }
    if let Some(word) = entry.strip_prefix("* ").map(str::trim).filter(|word| is_word(word)) {
        let mut lines = vec![word.to_owned()];
        if !word.contains(' ') {
            lines.push(format!("*{word}"));
        }
        let text = "write the first line below for a bullet; \
                    the second one also matches words that end with it";
        return Some((if lines.len() == 1 { "write it without the bullet" } else { text }, lines));
    }
    if let Some(word) = entry.strip_prefix('+').map(str::trim_start).filter(|word| is_word(word)) {
        let text = "write the first line below for the word, the second one for its endings too";
        return Some((text, vec![word.to_owned(), format!("{word}+")]));
    }
    if let Some(lines) = meant(entry).filter(|lines| !lines.is_empty()) {
        return Some(("write this line instead", lines));
    }
    if let Some(phrase) = entry.strip_prefix('*').filter(|rest| rest.contains(' ')) {
        let phrase = phrase.trim_end_matches('*');
        return is_word(phrase)
            .then(|| ("write a phrase with whole words", vec![phrase.to_owned()]));
    }
    if entry.contains(" + ") {
        let parts: Vec<String> = entry.split(" + ").map(|part| part.trim().to_owned()).collect();
        return Some(("write one entry per line", parts));
    }
    // `gloober+gloobet`
    let parts: Vec<&str> = entry.split('+').collect();
    let is_long = |part: &&str| is_word(part) && part.chars().count() > 2;
    if parts.len() > 1 && parts.iter().all(is_long) {
        let lines = parts.into_iter().map(str::to_owned).collect();
        return Some((r"write one entry per line; to match the `+` itself, write `\+`", lines));
    }
    if let Some(word) = entry
        .strip_suffix("**")
        .map(|word| word.trim_start_matches('*'))
        .filter(|word| is_word(word))
    {
        return Some(("write one `*`", vec![format!("{word}*")]));
    }
    // `Glooberer*innen`
    if let Some((word, ending @ ("in" | "innen"))) = entry.split_once('*')
        && is_word(word)
    {
        return Some((
            "write each form on its own line",
            vec![word.to_owned(), format!("{word}{ending}")],
        ));
    }
    // `f*ck`
    let inner = entry.trim_matches('*');
    if inner.contains('*')
        && !inner.contains(['+', '\\', '/'])
        && is_word(&inner.replace('*', ""))
        && !inner.contains("* ")
    {
        let text = "write the word in full, which also finds hidden letters; \
                    to match only this spelling, write the line below";
        return Some((text, vec![entry.replace('*', r"\*")]));
    }
    let words: Vec<&str> = entry.split(' ').collect();
    let has_rows = words.iter().any(|word| word.contains("**"));
    let plain: Vec<&str> = words.iter().map(|word| word.trim_matches(['*', '+'])).collect();
    let plain = plain.join(" ");
    (words.len() > 1 && !has_rows && is_word(&plain))
        .then(|| ("write a phrase with whole words", vec![plain]))
}

/// Help for a line that begins with `>`.
fn sample(line: &str) -> Option<(String, Vec<String>)> {
    let text = line.trim_start_matches('>').trim();
    if text
        .split_once(':')
        .is_some_and(|(kind, _)| kind.chars().all(char::is_alphabetic) && !kind.is_empty())
    {
        return None;
    }
    if text.contains(char::is_alphanumeric)
        && !line.starts_with(|c: char| c == '>' && text.len() < 3)
    {
        // `> caught gloober`
        if let Some((kind, message)) = text.split_once(' ')
            && matches!(kind, "caught" | "ok")
        {
            let lines = vec![format!("> {kind}: {}", message.trim_start())];
            return Some(("write this line instead".to_owned(), lines));
        }
        let lines = vec![text.to_owned(), format!("> caught: {text}")];
        let text = "write the first line below for an entry, the second one for a test";
        return Some((text.to_owned(), lines));
    }
    (!text.is_empty()).then(|| {
        (
            "to match the symbols, write a backslash before the first one".to_owned(),
            vec![format!(r"\{line}")],
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Location;
    use crate::source::SourceId;
    use crate::span::Span;

    #[test]
    fn the_line_is_written_as_it_should_be() {
        for (code, line, lines) in [
            (Code::CommaList, "gloober, gloobet; gloobq", &["gloober", "gloobet", "gloobq"][..]),
            (Code::CommaList, r#""gloober", "gloobet","#, &["gloober", "gloobet"]),
            (Code::CommaList, r#"["gloober", 'gloobet']"#, &["gloober", "gloobet"]),
            (Code::CommaList, r#""gloober": 5,"#, &["gloober"]),
            (Code::CommaList, "gloober (slang, rude)", &["gloober # slang, rude"]),
            (
                Code::CommaList,
                "! gloober, gloobet @plain # x",
                &["! gloober @plain # x", "! gloobet @plain # x"],
            ),
            (Code::QuotedEntry, "“gloober” # x", &["gloober # x"]),
            (Code::QuotedEntry, "! 'gloober'", &["! gloober"]),
            (Code::RegexEntry, r"\bgloob\b", &["gloob"]),
            (Code::RegexEntry, "gloob.*", &["gloob*"]),
            (Code::RegexEntry, r".*gloob\w+", &["*gloob*"]),
            (Code::RegexEntry, "(gloober|gloobet)", &["gloober", "gloobet"]),
            (Code::RegexEntry, r"free\s+gloob", &["free gloob"]),
            (Code::RegexEntry, "gloob(er|et|ers)", &["gloober", "gloobet", "gloobers"]),
            (Code::RegexEntry, "(gl|bl)oob", &["gloob", "bloob"]),
            (Code::RegexEntry, "gl(oo|[0o]+)b", &["patterns = ['''gl(oo|[0o]+)b''']"]),
            (Code::RegexEntry, "gl[o0]{2,}b", &["patterns = ['''gl[o0]{2,}b''']"]),
            (Code::MisplacedWildcard, "gloob +", &["gloob+"]),
            (Code::MisplacedWildcard, "two words *", &["two words*"]),
            (Code::MisplacedWildcard, "* gloober", &["gloober", "*gloober"]),
            (Code::MisplacedWildcard, "* two words", &["two words"]),
            (Code::MisplacedWildcard, "+gloober", &["gloober", "gloober+"]),
            (Code::MisplacedWildcard, "**gloober**", &["gloober"]),
            (Code::MisplacedWildcard, "*two words*", &["two words"]),
            (Code::MisplacedWildcard, "two* words", &["two words"]),
            (Code::MisplacedWildcard, "gl*b", &[r"gl\*b"]),
            (Code::InvalidSample, ">>>>>>> main", &[]),
            (Code::InvalidSample, "> gloober", &["gloober", "> caught: gloober"]),
            (Code::InvalidSample, ">:(", &[r"\>:("]),
            (Code::InvalidSample, "> caugth: x", &[]),
            (Code::InvalidSample, "> caught gloober", &["> caught: gloober"]),
            (Code::InvalidSample, "> ok a nice day", &["> ok: a nice day"]),
            (Code::CommaList, "'gloober': 'deny',", &["gloober"]),
            (Code::CommaList, r#""gloober": "deny","#, &["gloober"]),
            (Code::CommaList, r#"{"text": "gloober", "level": "high"}"#, &["gloober"]),
            (Code::CommaList, "gloober, (gloobers)", &["gloober", "gloobers"]),
            (Code::QuotedEntry, "\"gloober\" | \"gloobet\"", &["gloober", "gloobet"]),
            (Code::QuotedEntry, "\"gloober\": \"mask\"", &["gloober"]),
            (Code::QuotedEntry, "'gloober' => 'mask'", &["gloober"]),
            (Code::QuotedEntry, "\"word\" : \"gloober\"", &["gloober"]),
            (Code::MisplacedWildcard, "gloober+gloobet", &["gloober", "gloobet"]),
            (Code::MisplacedWildcard, "a+b", &[]),
            (Code::CommaList, "gloober, gloobet (rude)", &["gloober", "gloobet # rude"]),
            (Code::CommaList, r#"{"word": "gloober", "level": 3}"#, &["gloober"]),
            (Code::CommaList, r#"{"gloober": 3, "gloobet": 2}"#, &["gloober", "gloobet"]),
            (Code::CommaList, "gloober, or gloobet", &["gloober", "gloobet"]),
            (Code::CommaList, "&nbsp;gloober", &["gloober"]),
            (Code::MisplacedWildcard, "gloober + gloobet", &["gloober", "gloobet"]),
            (Code::MisplacedWildcard, "gloober → gl***er", &["gloober # gl***er"]),
            (Code::MisplacedWildcard, "*gloober* - rude", &["*gloober* # rude"]),
            (Code::MisplacedWildcard, "gloober**", &["gloober*"]),
            (Code::TrailingBackslash, "gloober\\", &["gloober"]),
            (Code::UnknownFlag, "gloober @until: 2026-12-31", &["gloober @until 2026-12-31"]),
            (Code::UnknownFlag, "! gloober @exact", &["! gloober @plain"]),
            (Code::UnknownFlag, "gloober @plain,", &["gloober @plain"]),
            (Code::UnknownFlag, "gloober @foo", &[]),
            (Code::UnknownFlag, "gloober @from:2026-12-31", &["gloober @from 2026-12-31"]),
            (Code::MisplacedFlag, "@plain gloober", &["gloober @plain"]),
            (Code::QuotedEntry, "\"gloober\" OR \"gloobet\"", &["gloober", "gloobet"]),
            (Code::MisplacedWildcard, "*   gloober", &["gloober", "*gloober"]),
            (Code::MisplacedWildcard, "c++", &[r"c\+\+"]),
            (Code::MisplacedWildcard, "gloob c++", &[r"gloob c\+\+"]),
            (Code::MisplacedWildcard, "gl**b", &[r"gl\*\*b"]),
            (Code::MisplacedWildcard, "a** gloob", &[]),
            (Code::MisplacedWildcard, "Gloober*innen", &["Gloober", "Glooberinnen"]),
            (Code::CommaList, "words = [\"gloober\", \"gloobet\"]", &["gloober", "gloobet"]),
            (Code::CommaList, "const bad = ['gloober', 'gloobet'];", &["gloober", "gloobet"]),
            (Code::CommaList, "\"keywords\": [\"gloober\", \"gloobet\"],", &["gloober", "gloobet"]),
            (Code::CommaList, "- {word: gloober, level: 2}", &["gloober"]),
            (Code::CommaList, "gloober, noun", &["gloober # noun"]),
            (Code::CommaList, "gloober,deny,3", &["gloober # deny 3"]),
            (Code::CommaList, "\"gloober\";\"High\"", &["gloober # High"]),
            (Code::CommaList, "Blocked term,Action,Level", &["# Blocked term Action Level"]),
            (Code::CommaList, "gloober؛ gloobet", &["gloober", "gloobet"]),
            (Code::CommaList, "{\"fragment\":\"gloober\",\"automod\":true}", &["gloober"]),
            (Code::RegexEntry, "regex: gl[o0]{2}b", &["patterns = ['''gl[o0]{2}b''']"]),
            (Code::RegexEntry, "{{gloober|slur}}", &["gloober", "slur"]),
            (Code::QuotedEntry, "「gloober」", &["gloober"]),
            (Code::QuotedEntry, "‚gloober‘", &["gloober"]),
            (Code::UnknownFlag, "@everyone", &[r"\@everyone", "everyone"]),
            (Code::UnknownFlag, "@", &[r"\@"]),
            (Code::UnknownFlag, "@@", &[r"\@@"]),
        ] {
            let location = Location { source: SourceId(0), span: Span::new(0, 0) };
            let mut diagnostic = Diagnostic::new(code, location, "");
            explain(line, &mut diagnostic);
            assert_eq!(diagnostic.paste, lines, "{line}");
        }
    }
}
