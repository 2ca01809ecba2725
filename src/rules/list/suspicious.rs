//! Detects list lines that were probably meant for another tool: quotes, comma lists, regexes. As
//! entries, no message would match them.
//!
//! Entries may contain any character, and many unusual ones are intended: emoticons, prices,
//! censored words. So only the few forms that are hardly ever intended are detected, and a
//! character with a backslash before it is never suspicious.

use super::chars::Char;
use crate::diagnostic::Code;
use crate::span::Span;

/// A suspicious part of an entry, and how to fix it.
pub(super) struct Finding {
    pub(super) code: Code,
    /// The span in the line.
    pub(super) span: Span,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

const QUOTES: [(char, char); 16] = [
    ('‚', '‘'),
    ('‚', '’'),
    ('„', '”'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('„', '“'),
    ('”', '”'),
    ('‘', '’'),
    ('«', '»'),
    ('»', '«'),
    ('‹', '›'),
];

/// Returns the first suspicious part of an entry with these words.
pub(super) fn find<'w>(words: impl Iterator<Item = &'w [Char]> + Clone) -> Option<Finding> {
    // Fast path: nearly all entries contain only these characters.
    let is_plain =
        |c: &Char| !c.escaped && (c.c.is_alphanumeric() || matches!(c.c, '-' | '*' | '+'));
    if words.clone().flatten().all(is_plain) {
        return None;
    }
    let space = Char { c: ' ', escaped: false, at: 0 };
    let mut entry = Vec::new();
    for word in words {
        entry.extend((!entry.is_empty()).then_some(space));
        entry.extend_from_slice(word);
    }
    let entry = entry.as_slice();
    let (code, (from, to), message, help) = if let Some(found) = regex(entry) {
        (
            Code::RegexEntry,
            found,
            "this looks like a regular expression, but lists contain plain words",
            "move it to `patterns` of a rule, or write `bad*`, `*bad` or `bad+`; \
             to match a symbol literally, put a backslash before it",
        )
    } else if let Some(at) = comma(entry) {
        (
            Code::CommaList,
            (at, at + 1),
            "this whole line would be one phrase, with this symbol in it",
            "write one entry per line; in a phrase, remove the character \
             or put a backslash before it",
        )
    } else if let Some(found) = quoted(entry) {
        (
            Code::QuotedEntry,
            found,
            "the quotes would be part of the word",
            "remove the quotes, or write `\\\"` to match a quote",
        )
    } else {
        return None;
    };
    let (first, last) = (entry.get(from)?, entry.get(to.checked_sub(1)?)?);
    let span = Span::new(first.at - usize::from(first.escaped), last.at + last.c.len_utf8());
    Some(Finding { code, span, message, help })
}

/// Returns the character at `at`, or a space if it is escaped or out of range.
fn unescaped(entry: &[Char], at: usize) -> char {
    entry.get(at).filter(|c| !c.escaped).map_or(' ', |c| c.c)
}

fn letters(entry: &[Char]) -> usize {
    entry.iter().filter(|c| c.c.is_alphanumeric()).count()
}

/// Finds a pair of quotes around the entry. At most one letter between them is accepted, because it
/// may be an emoticon.
fn quoted(entry: &[Char]) -> Option<(usize, usize)> {
    let is_wildcard = |c: &&Char| !c.escaped && matches!(c.c, '*' | '+');
    let from = entry.iter().take_while(is_wildcard).count();
    let to = entry.len() - entry.iter().rev().take_while(is_wildcard).count();
    let pair = (unescaped(entry, from), unescaped(entry, to.checked_sub(1)?));
    (to > from && QUOTES.contains(&pair) && letters(entry) > 1).then_some((from, to))
}

/// Finds the first comma or semicolon that ends an entry, as in `bad, worse` or `bad,`, but not in
/// `1,000`, `;_;` or `T,T`.
fn comma(entry: &[Char]) -> Option<usize> {
    let total = letters(entry);
    let mut before = 0;
    entry.iter().enumerate().find_map(|(at, c)| {
        before += usize::from(c.c.is_alphanumeric());
        let is_comma = matches!(c.c, ',' | '，' | '、' | '،' | '؛');
        if c.escaped || before < 2 || !(is_comma || matches!(c.c, ';' | '；')) {
            return None;
        }
        let last = entry[at - 1].c;
        let in_number = last.is_numeric() && unescaped(entry, at + 1).is_numeric();
        let ends_entry = !in_number && !matches!(last, ' ' | ',' | ';');
        let is_followed = total - before > 1 || (is_comma && at + 1 == entry.len());
        (ends_entry && is_followed).then_some(at)
    })
}

/// Finds the first part that is typical of a regular expression.
fn regex(entry: &[Char]) -> Option<(usize, usize)> {
    (0..entry.len()).find_map(|at| {
        let is_letter = |at: usize| entry.get(at).is_some_and(|c| c.c.is_alphanumeric());
        let before = |at: usize| at.checked_sub(1).map_or(' ', |at| unescaped(entry, at));
        let after_letter = at.checked_sub(1).is_some_and(is_letter);
        let repeats = |at| matches!(unescaped(entry, at), '*' | '+' | '?' | '{');
        if entry[at].escaped {
            let found = match entry[at].c {
                'w' | 'd' | 's' => true,
                'W' | 'D' | 'S' => repeats(at + 1),
                // At the start or end of a word.
                'b' | 'B' => (before(at) == ' ') != (unescaped(entry, at + 1) == ' '),
                _ => false,
            };
            return found.then_some((at, at + 1));
        }
        let end = match entry[at].c {
            // `bad.*`, `.+bad`, `b.?d`; not `...*`
            '.' if before(at) != '.' => match unescaped(entry, at + 1) {
                '*' | '+' if after_letter || is_letter(at + 2) => Some(at + 2),
                '?' if after_letter && is_letter(at + 2) => Some(at + 2),
                _ => None,
            },
            // `b[a4]d`, `[a-z]+`; not `[removed]`, `d[o_0]b`
            '[' => class(entry, at).filter(|&end| {
                let short = end - at > 3 && after_letter && is_letter(end);
                short || (end - at > 2 && repeats(end))
            }),
            // `(?i)`, `(?:bad)`; not `(?_?)`
            '(' if unescaped(entry, at + 1) == '?' => {
                let flags = entry[at + 2..].iter().take_while(|c| c.c.is_ascii_alphabetic());
                let flags = flags.count();
                let end = at + 2 + flags;
                let next = end + usize::from(unescaped(entry, end) == '<');
                let group = matches!(unescaped(entry, end), ':' | '=' | '!' | '<')
                    && (is_letter(next + 1) || (next > end && is_letter(next)));
                (group || (flags > 0 && unescaped(entry, end) == ')')).then_some(end + 1)
            }
            // `bad{2}`, `bad{2,}`
            '{' if after_letter || matches!(before(at), ')' | ']') => {
                let inside = entry[at + 1..].iter().take_while(|c| matches!(c.c, '0'..='9' | ','));
                let end = at + 1 + inside.count();
                (is_letter(at + 1) && unescaped(entry, end) == '}').then_some(end + 1)
            }
            // `bad|worse`, `b(a|4)d`; not `f|ck`, `(|_|)`
            '|' => alternation(entry, at).then_some(at + 1),
            // `^bad$`; not `^_^`, `a$$`
            '^' if before(at) == ' ' && is_letter(at + 1) => {
                let word = entry[at..].iter().take_while(|c| c.c != ' ').count();
                let end = at + word;
                (before(end) == '$' && is_letter(end - 2)).then_some(end)
            }
            _ => None,
        };
        end.map(|end| (at, end))
    })
}

/// Returns the end of a character class that begins at `at`: `[a4]`, `[a-z@$!]`.
fn class(entry: &[Char], at: usize) -> Option<usize> {
    let inside = |c: &&Char| c.c.is_alphanumeric() || matches!(c.c, '-' | '@' | '$' | '!' | '|');
    let end = at + 1 + entry[at + 1..].iter().take_while(inside).count();
    (unescaped(entry, end) == ']').then_some(end + 1)
}

/// Whether the `|` at `at` is between whole words, or in a group of letters inside a word.
fn alternation(entry: &[Char], at: usize) -> bool {
    let is_letter = |c: &&Char| c.c.is_alphanumeric();
    let before = entry[..at].iter().rev().take_while(is_letter).count();
    let after = entry[at + 1..].iter().take_while(is_letter).count();
    if before.min(after) > 2 {
        return true;
    }
    let Some(open) = at.checked_sub(before + 1).filter(|_| before.min(after) > 0) else {
        return false;
    };
    // At the first `|` of a group, so that each group is read once.
    if unescaped(entry, open) != '(' {
        return false;
    }
    let is_inside = |c: &&Char| c.c.is_alphanumeric() || (c.c == '|' && !c.escaped);
    let close = at + 1 + entry[at + 1..].iter().take_while(is_inside).count();
    let in_group = unescaped(entry, close) == ')';
    let outside = [open.checked_sub(1), Some(close + 1)].into_iter().flatten();
    in_group && outside.filter_map(|at| entry.get(at)).any(|c| is_letter(&c))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Code;
    use crate::rules::diagnostics::Diagnostics;
    use crate::rules::list::parse_file;
    use crate::source::SourceId;

    /// Returns the code and the text of each diagnostic of a line.
    fn found(line: &str) -> Vec<(Code, String)> {
        let mut diagnostics = Diagnostics::default();
        let lines = parse_file(SourceId(0), line.as_bytes(), None, &mut diagnostics);
        let diagnostics = diagnostics.into_sorted();
        let expected = usize::from(diagnostics.is_empty() && !line.is_empty());
        assert_eq!(lines.entries.len(), expected, "{line}");
        let code_and_text = |diagnostic: crate::diagnostic::Diagnostic| {
            let span = diagnostic.location.expect("it has a location").span;
            (diagnostic.code, line[span.range()].to_owned())
        };
        diagnostics.into_iter().map(code_and_text).collect()
    }

    #[test]
    fn lines_for_other_tools_are_reported() {
        for (code, lines) in [
            (
                Code::QuotedEntry,
                &[
                    ("\"badword\"", "\"badword\""),
                    ("'badword'", "'badword'"),
                    ("`badword`", "`badword`"),
                    ("“very bad phrase”", "“very bad phrase”"),
                    ("„badword“ @plain # why", "„badword“"),
                    ("‘badword’", "‘badword’"),
                    ("! «badword street»", "«badword street»"),
                    ("»badword«", "»badword«"),
                    ("‹badword›", "‹badword›"),
                    ("\"bad*\"", "\"bad*\""),
                    ("\"bad\"*", "\"bad\""),
                    ("\"b\\\"d\"", "\"b\\\"d\""),
                ][..],
            ),
            (
                Code::CommaList,
                &[
                    ("bad, worse, worst", ","),
                    ("bad,worse", ","),
                    ("bad; worse", ";"),
                    ("\"bad\", \"worse\"", ","),
                    ("\"bad\",", ","),
                    ("bad,", ","),
                    ("bad*, worse*", ","),
                    ("hell, no", ","),
                    ("! bad,worse", ","),
                    ("傻逼，笨蛋", "，"),
                    ("1,000, 2,000", ","),
                    ("a, b, bad", ","),
                ],
            ),
            (
                Code::RegexEntry,
                &[
                    (r"\bbad\w+", r"\b"),
                    (r"\bbad\b", r"\b"),
                    (r"bad\b", r"\b"),
                    (r"\b(bad)", r"\b"),
                    (r"free\s+money", r"\s"),
                    (r"bad\d", r"\d"),
                    (r"\D+", r"\D"),
                    ("bad.*", ".*"),
                    (".*bad", ".*"),
                    (".+bad", ".+"),
                    ("b.?d", ".?"),
                    ("b.*d", ".*"),
                    ("b[a4]d", "[a4]"),
                    ("b[a-z]+", "[a-z]"),
                    ("[a@$]+bad", "[a@$]"),
                    ("(bad|worse)", "|"),
                    ("bad|worse", "|"),
                    ("b(a|4)d", "|"),
                    ("bad(der|dy|s)", "|"),
                    ("(b|m|s)ad", "|"),
                    ("^bad$", "^bad$"),
                    ("bad{2}", "{2}"),
                    ("ba{1,3}d", "{1,3}"),
                    ("ba{2,}", "{2,}"),
                    ("(?i)bad", "(?i)"),
                    ("(?:bad)", "(?:"),
                    ("! ^bad$", "^bad$"),
                ],
            ),
        ] {
            for &(line, text) in lines {
                assert_eq!(found(line), [(code, text.to_owned())], "{line}");
            }
        }
    }

    #[test]
    fn unusual_entries_that_are_intended_are_accepted() {
        let lines = r#"
            a$$  $hit  [removed]  [l]ol  [GM]  [VIP]user  user[mod]  {bad}  x{y}z  a"b  5"  a;b  1;2
            :(  (:  :-)  ;)  lol ;)  ;D  ;_;  ;w;  :,(  \>,<  T,T  o,o  'n'  "-"  (?_?)  (?!)  d[o_0]b
            ^_^  ^^  ^w^  ^this  cash$  100$  $1,000  1,000  5|3  24/7  h8+  \#1  a#b  a@plain  &amp;
            f|ck  b|tch  k|ll  he||o  (|_|)  (o|o)  wh?t  what?  d.va  ...  wait...  discord.gg  AC/DC
            (╯°□°）╯︵ ┻━┻  ಠ_ಠ  (,,Ծ‸Ծ,,)  😡,😠  ¯\\\_(ツ)\_/¯  ¯\_(ツ)_/¯  \o/  *bad*  -bad-  bad_word
            don’t  don't  dogs'  '90s  rock'n'roll  f\*\*k  c\+\+  \#tag  \!important  \@all  a\\b
            bad\.*  bad\, worse  bad\|worse  b\[a4]d  bad\{2}  \"badword\"  \b
        "#;
        for line in lines.lines().flat_map(|line| line.trim().split("  ")) {
            assert_eq!(found(line), [], "{line}");
        }
    }

    #[test]
    fn a_long_line_of_symbols_is_parsed_in_linear_time() {
        for symbols in ["ab!,", "ab[", "ab(?a", "ab|", "ab{1", "^a$", "a.?", "\"'"] {
            let line = symbols.repeat((16 << 10) / symbols.len());
            let begun = std::time::Instant::now();
            for _ in 0..10 {
                found(&line);
            }
            assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{symbols}");
        }
    }
}
