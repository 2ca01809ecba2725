//! Help for errors in list lines, with the line as it should be.

use crate::diagnostic::{Code, Diagnostic};
use crate::rules::is_valid_line;

/// The maximum number of lines that are suggested.
const MAX_LINES: usize = 12;
const QUOTES: [char; 13] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»', '‹', '›', ' '];

/// Explains an error in a line, or in a string of `terms`.
pub(super) fn explain(line: &str, diagnostic: &mut Diagnostic) {
    let line = line.trim();
    let (mark, body) = match line.strip_prefix('!') {
        Some(body) => ("! ", body.trim_start()),
        None => ("", line),
    };
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
        Code::QuotedEntry => {
            let plain = entry.trim_matches(|c| QUOTES.contains(&c) || matches!(c, '*' | '+'));
            Some(help("write it without the quotes", vec![plain.replace("\\\"", "\"")]))
        }
        Code::RegexEntry => Some(match plain_words(entry) {
            Some(lines) => help("write the words; every spelling of them is found", lines),
            None => (
                "lists hold words; move this to a rule in rules.toml, or write a backslash before \
                 symbols that are meant"
                    .to_owned(),
                vec![format!("patterns = ['''{entry}''']")],
            ),
        }),
        Code::MisplacedWildcard => wildcard(entry).map(|(text, lines)| help(text, lines)),
        Code::InvalidSample => sample(line),
        Code::UnknownFlag if body.starts_with('@') => {
            let word = body.trim_start_matches('@');
            Some((
                "to match the mention write the first line below, for the word the second one"
                    .to_owned(),
                vec![format!(r"{mark}\{body}"), format!("{mark}{word}")],
            ))
        }
        _ => None,
    };
    let Some((text, mut lines)) = advice else { return };
    lines.retain(|line| {
        line.starts_with("patterns") || line.starts_with('>') || is_valid_line(line)
    });
    lines.truncate(MAX_LINES);
    if !lines.is_empty() || diagnostic.code == Code::InvalidSample {
        diagnostic.help = Some(text);
        diagnostic.paste = lines;
    }
}

/// Splits off the flags and the comment.
fn split(body: &str) -> (&str, &str) {
    let flags = [" @plain", " @from ", " @until ", " #"];
    let at = flags.iter().filter_map(|flag| body.find(flag)).min().unwrap_or(body.len());
    (body[..at].trim_end(), &body[at..])
}

/// The entries of a line with commas; a part in brackets is a comment.
fn several(entry: &str) -> Option<Vec<String>> {
    if let Some((word, note)) =
        entry.split_once(" (").filter(|(word, _)| !word.contains([',', ';']))
    {
        return Some(vec![format!("{word} # {}", note.trim_end_matches(')'))]);
    }
    let is_separator = |c: char| matches!(c, ',' | ';' | '，' | '、' | '；' | '،');
    let around =
        |c: char| QUOTES.contains(&c) || matches!(c, '[' | ']' | '{' | '}' | '(' | ')' | '\t');
    let parts = entry.split(is_separator).map(|part| part.trim_matches(around));
    // `"word": 1,` of JSON
    let parts = parts.map(|part| part.split_once("\":").map_or(part, |(word, _)| word));
    let parts: Vec<String> =
        parts.filter(|part| part.contains(char::is_alphanumeric)).map(str::to_owned).collect();
    (!parts.is_empty()).then_some(parts)
}

/// The words that a simple regular expression means.
fn plain_words(entry: &str) -> Option<Vec<String>> {
    let text = entry.trim_start_matches("(?i)").trim_start_matches("(?:");
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
    let is_word = |part: &str| {
        part.contains(char::is_alphabetic)
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '-'))
    };
    let text = text.replace(r"\s+", " ").replace(r"\s", " ");
    let parts: Vec<&str> = text.split('|').collect();
    parts.iter().all(|part| is_word(part)).then(|| {
        let lines = parts.iter().map(|part| match part.contains(' ') {
            true => (*part).to_owned(),
            false => format!("{start}{part}{end}"),
        });
        lines.collect()
    })
}

/// The entry with its wildcards where they have a meaning.
fn wildcard(entry: &str) -> Option<(&'static str, Vec<String>)> {
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
    if let Some(word) = entry.strip_prefix("* ").filter(|word| is_word(word)) {
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
    if let Some(phrase) = entry.strip_prefix('*').filter(|rest| rest.contains(' ')) {
        let phrase = phrase.trim_end_matches('*');
        return is_word(phrase)
            .then(|| ("write a phrase with whole words", vec![phrase.to_owned()]));
    }
    let words: Vec<&str> = entry.split(' ').collect();
    let plain: Vec<&str> = words.iter().map(|word| word.trim_matches(['*', '+'])).collect();
    let plain = plain.join(" ");
    (words.len() > 1 && is_word(&plain)).then(|| ("write a phrase with whole words", vec![plain]))
}

/// Help for a line that begins with `>`.
fn sample(line: &str) -> Option<(String, Vec<String>)> {
    if line.starts_with(">>>>>>>") {
        let text = "this is a marker of a merge conflict: keep the lines that you want of the two \
                    versions, and remove the markers";
        return Some((text.to_owned(), Vec::new()));
    }
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
            (Code::RegexEntry, "gl[o0]{2,}b", &["patterns = ['''gl[o0]{2,}b''']"]),
            (Code::MisplacedWildcard, "gloob +", &["gloob+"]),
            (Code::MisplacedWildcard, "two words *", &["two words*"]),
            (Code::MisplacedWildcard, "* gloober", &["gloober", "*gloober"]),
            (Code::MisplacedWildcard, "* two words", &["two words"]),
            (Code::MisplacedWildcard, "+gloober", &["gloober", "gloober+"]),
            (Code::MisplacedWildcard, "**gloober**", &["gloober"]),
            (Code::MisplacedWildcard, "*two words*", &["two words"]),
            (Code::MisplacedWildcard, "two* words", &["two words"]),
            (Code::MisplacedWildcard, "gl*b", &[]),
            (Code::InvalidSample, ">>>>>>> main", &[]),
            (Code::InvalidSample, "> gloober", &["gloober", "> caught: gloober"]),
            (Code::InvalidSample, ">:(", &[r"\>:("]),
            (Code::InvalidSample, "> caugth: x", &[]),
            (Code::UnknownFlag, "@everyone", &[r"\@everyone", "everyone"]),
        ] {
            let location = Location { source: SourceId(0), span: Span::new(0, 0) };
            let mut diagnostic = Diagnostic::new(code, location, "");
            explain(line, &mut diagnostic);
            assert_eq!(diagnostic.paste, lines, "{line}");
        }
    }
}
