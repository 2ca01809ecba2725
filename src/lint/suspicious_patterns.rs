//! Patterns that no message can match, and patterns that were probably meant otherwise.

use regex_syntax::hir::{Hir, HirKind, Look};

use super::Check;
use crate::diagnostic::{Code, Diagnostic};
use crate::links;
use crate::rules::{Action, Pattern, Piece, Rule};

/// What is wrong with a pattern.
struct Finding {
    code: Code,
    message: String,
    help: &'static str,
    /// The pattern as it should be.
    instead: Option<String>,
}

impl Finding {
    fn new(message: impl Into<String>, help: &'static str) -> Finding {
        let message = message.into();
        Finding { code: Code::SuspiciousPattern, message, help, instead: None }
    }

    fn instead(mut self, pattern: impl Into<String>) -> Finding {
        self.instead = Some(pattern.into());
        self
    }

    fn unreachable(mut self) -> Finding {
        self.code = Code::UnreachablePattern;
        self
    }
}

const WRITE: &str = "write this pattern instead";

impl Check<'_> {
    pub(super) fn suspicious_pattern(&self, rule: &Rule, pattern: &Pattern) -> Option<Diagnostic> {
        let found = control_character(&pattern.text)
            .or_else(|| double_backslash(&pattern.text))
            .or_else(|| never(pattern.hir()))
            .or_else(|| wrapped(&pattern.text))
            .or_else(|| host(&pattern.text))
            .or_else(|| words(&pattern.text))
            .or_else(|| anchored(&pattern.text))
            .or_else(|| capitals(&pattern.text))
            .or_else(|| whole_message(rule, &pattern.text))
            .or_else(|| unchanged(rule))?;
        let paste = found.instead.map(|text| format!("'''{text}''',"));
        Some(
            Diagnostic::new(found.code, pattern.location, found.message)
                .help(found.help)
                .paste(paste.into_iter().collect()),
        )
    }
}

/// `"\bword"`: in double quotes TOML reads `\b` as a backspace.
fn control_character(text: &str) -> Option<Finding> {
    const ESCAPES: [(char, &str, &str); 6] = [
        ('\u{8}', r"\b", "a backspace"),
        ('\u{C}', r"\f", "a form feed"),
        ('\u{1B}', r"\e", "an escape character"),
        ('\t', r"\t", "a tab"),
        ('\n', r"\n", "a line break"),
        ('\r', r"\r", "a carriage return"),
    ];
    let (c, escape, name) = ESCAPES.iter().find(|(c, ..)| text.contains(*c))?;
    let is_typed = matches!(c, '\t' | '\n' | '\r');
    if is_typed && (text.contains("(?x") || text.contains(' ')) {
        return None;
    }
    let message = format!("in double quotes `{escape}` is {name}, which messages do not contain");
    let finding = Finding::new(message, "write patterns in `'''...'''`, where a backslash is kept")
        .instead(text.replace(*c, escape));
    Some(if is_typed { finding } else { finding.unreachable() })
}

/// `'''\\bword'''`: without escapes, two backslashes match one.
fn double_backslash(text: &str) -> Option<Finding> {
    const CLASSES: [char; 8] = ['b', 'B', 'w', 'W', 'd', 'D', 's', 'S'];
    let is_found = text.match_indices(r"\\").any(|(at, _)| text[at + 2..].starts_with(CLASSES));
    is_found.then(|| {
        let message = r"`\\` matches a backslash, and messages hardly ever have one";
        Finding::new(message, "in `'''...'''` write one backslash")
            .instead(text.replace(r"\\", r"\"))
    })
}

/// A pattern that no text matches.
fn never(hir: &Hir) -> Option<Finding> {
    let is_empty = hir.properties().minimum_len().is_none();
    (is_empty || contradicts(hir)).then(|| {
        let help = if is_empty {
            "a class such as `[^\\s\\S]` contains no character; correct it, or remove the pattern"
        } else {
            "`^` is only true at the start of a message and `$` at its end; \
             to match these characters put a backslash before them"
        };
        Finding::new("no message can match this pattern", help).unreachable()
    })
}

/// Whether characters are required before the start or after the end of the text.
fn contradicts(hir: &Hir) -> bool {
    let is_required = |hir: &Hir| hir.properties().minimum_len().is_some_and(|length| length > 0);
    match hir.kind() {
        HirKind::Concat(parts) => {
            let is = |look: Look| move |part: &Hir| matches!(part.kind(), HirKind::Look(it) if *it == look);
            let start = parts.iter().rposition(is(Look::Start));
            let end = parts.iter().position(is(Look::End));
            start.is_some_and(|at| parts[..at].iter().any(is_required))
                || end.is_some_and(|at| parts[at..].iter().any(is_required))
                || parts.iter().any(contradicts)
        }
        HirKind::Alternation(parts) => parts.iter().all(contradicts),
        HirKind::Capture(capture) => contradicts(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && contradicts(&repetition.sub),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// `/word/i`, `"word"`, ` word `
fn wrapped(text: &str) -> Option<Finding> {
    if let Some((inner, flags)) = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'))
        && !inner.is_empty()
        && flags.bytes().all(|byte| matches!(byte, b'g' | b'i' | b'm' | b's' | b'u' | b'y' | b'x'))
    {
        let message = "the slashes would be part of the pattern";
        return Some(
            Finding::new(message, "patterns have no slashes, and ignore case").instead(inner),
        );
    }
    // `word/gi`
    if let Some((inner, flags)) = text.rsplit_once('/')
        && matches!(flags, "i" | "g" | "gi" | "ig" | "gm" | "gim" | "im")
        && inner.contains(char::is_alphanumeric)
        && !inner.contains('/')
    {
        let message = "the flags after `/` would be part of the pattern";
        return Some(
            Finding::new(message, "patterns have no flags, and ignore case").instead(inner),
        );
    }
    // `one | two`
    if text.contains(" | ") && !text.contains("(?x") && !text.contains(['(', '[']) {
        let message =
            "the spaces around `|` are part of the pattern, so the words only match with them";
        return Some(Finding::new(message, WRITE).instead(text.replace(" | ", "|")));
    }
    // `word # comment`
    if let Some((inner, _)) = text.split_once(" # ")
        && !text.contains("(?x")
        && inner.contains(char::is_alphanumeric)
    {
        let message = "`#` does not begin a comment in a pattern, so messages must contain it";
        return Some(Finding::new(message, "write comments after the string").instead(inner));
    }
    for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('„', '“'), ('«', '»')]
    {
        if let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
            && !inner.is_empty()
            && !inner.contains([open, close])
        {
            return Some(
                Finding::new("the quotes would be part of the pattern", WRITE).instead(inner),
            );
        }
    }
    let trimmed = text.trim();
    let is_spaced = trimmed.len() < text.len() && !trimmed.is_empty() && !text.contains("(?x");
    is_spaced.then(|| {
        let message = "this pattern requires a space before or after the word, so it misses the \
                       start and the end of a message, and commas";
        let start = text.starts_with(' ') && !trimmed.starts_with(r"\b");
        let end = text.ends_with(' ') && !trimmed.ends_with(r"\b");
        let edge = |is_missing: bool| if is_missing { r"\b" } else { "" };
        let (start, end) = (edge(start), edge(end));
        Finding::new(message, r"`\b` is the edge of a word")
            .instead(format!("{start}{trimmed}{end}"))
    })
}

/// `example.com`, in which the dot matches any character.
fn host(text: &str) -> Option<Finding> {
    let is_in_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | ':');
    // `https?://example.com`
    let text = text.strip_prefix("https?://").unwrap_or(text).replace(r"\.", ".");
    let is_host = text.contains('.') && text.chars().all(is_in_host);
    let has_link = is_host && links::find(&text).iter().any(links::Link::is_certain);
    has_link.then(|| {
        let message =
            "a host as a pattern: `.` matches any character, and other spellings are missed";
        Finding::new(
            message,
            "write `links = { deny = [\"...\"] }` in the rule to deny links to a host",
        )
    })
}

/// `word, word`, `word*`, `%word%`: words for a list.
fn words(text: &str) -> Option<Finding> {
    let is_in_words = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'');
    let of_words = |text: &str| text.contains(char::is_alphabetic) && text.chars().all(is_in_words);
    let parts: Vec<&str> = text.split([',', ';']).map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|part| of_words(part)) {
        let message = "commas do not separate words in a pattern";
        return Some(
            Finding::new(message, "write the words into `terms`, or put `|` between them")
                .instead(format!(r"\b(?:{})\b", parts.join("|"))),
        );
    }
    let parts: Vec<&str> = text.split(" OR ").map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|part| of_words(part)) {
        let message = "`OR` does not separate words in a pattern";
        return Some(
            Finding::new(message, "write the words into `terms`, or put `|` between them")
                .instead(format!(r"\b(?:{})\b", parts.join("|"))),
        );
    }
    if let Some(word) = text.strip_suffix('*').filter(|word| of_words(word) && word.len() > 2) {
        let last = word.chars().next_back().unwrap_or_default();
        let message =
            format!("in a pattern `{last}*` is any number of `{last}`, not the rest of a word");
        return Some(
            Finding::new(message, r"`\w*` is the rest of a word").instead(format!(r"\b{word}\w*")),
        );
    }
    let percent = text.trim_matches('%');
    (percent.len() < text.len()
        && of_words(percent)
        && percent.contains(char::is_alphabetic)
        && !percent.starts_with(|c: char| c.is_ascii_digit()))
    .then(|| Finding::new("`%` is not a wildcard, and matches itself", WRITE).instead(percent))
}

/// `^word`, `word$`: the start and end of the message, not of a word.
fn anchored(text: &str) -> Option<Finding> {
    let body = text.strip_prefix("(?i)").unwrap_or(text);
    let start = body.strip_prefix('^').filter(|rest| rest.starts_with(char::is_alphabetic));
    let inner = start.unwrap_or(body);
    let end = inner.strip_suffix('$').filter(|rest| rest.ends_with(char::is_alphabetic));
    let word = end.unwrap_or(inner);
    let is_escape = word.len() > 1 && word.as_bytes()[word.len() - 2] == b'\\';
    if (start.is_none() && end.is_none()) || (end.is_some() && is_escape) {
        return None;
    }
    let what = match (start.is_some(), end.is_some()) {
        (true, true) => "`^` and `$` mean that the whole message is this",
        (true, false) => "`^` is the start of the message, not of a word",
        _ => "`$` is the end of the message, not of a word",
    };
    let edge = |is_anchored: bool| if is_anchored { r"\b" } else { "" };
    let instead = format!("{}{word}{}", edge(start.is_some()), edge(end.is_some()));
    Some(
        Finding::new(
            what,
            r"`\b` is the edge of a word; if the message is meant, write `\A` and `\z`",
        )
        .instead(instead),
    )
}

/// `[A-Z]{5,}`: patterns ignore case.
fn capitals(text: &str) -> Option<Finding> {
    let is_upper = |text: &str| {
        text.contains("A-Z") || text.contains(r"\p{Lu}") || text.contains(r"\p{Uppercase}")
    };
    let is_meant = text.contains("(?-i") || text.contains("a-z");
    (is_upper(text) && !is_meant).then(|| {
        let message = "patterns ignore case, so this also matches small letters";
        let help = "write `(?-i)` before it; to limit capitals, write `limit = { capitals = 0.7 }`; \
                    if both are meant, write `A-Za-z`";
        Finding::new(message, help).instead(format!("(?-i){text}"))
    })
}

/// `.*word.*`: the match is the whole message.
fn whole_message(rule: &Rule, text: &str) -> Option<Finding> {
    const ANY: [&str; 4] = [".*", ".+", ".*?", ".+?"];
    if !rule.action.rewrites() {
        return None;
    }
    let strip = |text: &str, strip: fn(&str, &'static str) -> Option<usize>| {
        ANY.into_iter().rev().find_map(|any| strip(text, any)).unwrap_or(0)
    };
    let from = strip(text, |text, any| text.starts_with(any).then_some(any.len()));
    let rest = &text[from..];
    let cut = strip(rest, |text, any| text.ends_with(any).then_some(any.len()));
    let inner = &rest[..rest.len() - cut];
    (inner.len() < text.len() && inner.contains(char::is_alphanumeric) && !inner.ends_with('\\'))
        .then(|| {
            let message = if from > 0 {
                let start = &text[..from];
                format!("`{start}` at the start makes everything before it part of the match")
            } else {
                let end = &text[text.len() - cut..];
                format!("`{end}` at the end makes the rest of the message part of the match")
            };
            Finding::new(message, "a pattern is found anywhere in a message without it")
                .instead(inner)
        })
}

/// `with = "$0"`: the replacement is the match.
fn unchanged(rule: &Rule) -> Option<Finding> {
    let Action::Replace(replacement) = &rule.action else { return None };
    // `\1` of other tools.
    let is_group = |text: &str| {
        text.match_indices('\\')
            .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
    };
    let is_text = |piece: &Piece| matches!(piece, Piece::Literal(text) if is_group(text));
    if replacement.pieces.iter().any(is_text) {
        let message = r"`\1` in `with` is text, not a group of this pattern";
        return Some(Finding::new(
            message,
            "write `$1` for the first group, `$0` for the whole match",
        ));
    }
    let [Piece::Group(0)] = &replacement.pieces[..] else { return None };
    let message = "`with` replaces each match of this pattern by itself, so nothing changes";
    Some(Finding::new(message, "write other text in `with`; `$0` is the whole match"))
}
