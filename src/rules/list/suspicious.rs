//! Habits from elsewhere that turn a line into an entry which no message can hit: quotes around a
//! word, commas between words, regular expressions.
//!
//! Entries may hold any sign, and many that look odd are meant: emoticons, prices, censored words. So
//! these look for the few shapes that are hardly anything else; and a backslash before a sign always
//! says that it is meant.

use super::chars::Char;
use crate::diagnostic::Code;
use crate::span::Span;

/// A mistake in an entry, and how to mend it.
pub(super) struct Mistake {
    pub(super) code: Code,
    /// In the line.
    pub(super) span: Span,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

const QUOTES: [(char, char); 10] = [
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

/// The mistake in an entry of these words.
pub(super) fn find<'w>(words: impl Iterator<Item = &'w [Char]> + Clone) -> Option<Mistake> {
    // Nearly all entries have none of the signs that take a closer look.
    let plain = |c: &Char| !c.escaped && (c.c.is_alphanumeric() || matches!(c.c, '-' | '*' | '+'));
    if words.clone().flatten().all(plain) {
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
            "this is a regular expression, and entries are words",
            "put it into `patterns` of a rule, or write bad*, *bad or bad+; \
             a sign that is meant takes a backslash",
        )
    } else if let Some(at) = comma(entry) {
        (
            Code::CommaList,
            (at, at + 1),
            "all of this line would be one phrase, with this sign in it",
            "write one entry a line; in a phrase leave the sign out, or put a backslash before it",
        )
    } else if let Some(found) = quoted(entry) {
        (
            Code::QuotedEntry,
            found,
            "these quotes would be part of the entry",
            "write the entry without them, or \\\" to look for one",
        )
    } else {
        return None;
    };
    let (first, last) = (entry.get(from)?, entry.get(to.checked_sub(1)?)?);
    let span = Span::new(first.at - usize::from(first.escaped), last.at + last.c.len_utf8());
    Some(Mistake { code, span, message, help })
}

/// An unescaped character; a space beyond the ends.
fn sign(entry: &[Char], at: usize) -> char {
    entry.get(at).filter(|c| !c.escaped).map_or(' ', |c| c.c)
}

fn letters(entry: &[Char]) -> usize {
    entry.iter().filter(|c| c.c.is_alphanumeric()).count()
}

/// A pair of quotes around the entry. What is no word between them may be a face.
fn quoted(entry: &[Char]) -> Option<(usize, usize)> {
    let mark = |c: &&Char| !c.escaped && matches!(c.c, '*' | '+');
    let from = entry.iter().take_while(mark).count();
    let to = entry.len() - entry.iter().rev().take_while(mark).count();
    let pair = (sign(entry, from), sign(entry, to.checked_sub(1)?));
    (to > from && QUOTES.contains(&pair) && letters(entry) > 1).then_some((from, to))
}

/// The first sign that ends an entry, as in `bad, worse` or `bad,`; not as in `1,000`, `;_;` or `T,T`.
fn comma(entry: &[Char]) -> Option<usize> {
    let all = letters(entry);
    let mut before = 0;
    entry.iter().enumerate().find_map(|(at, c)| {
        before += usize::from(c.c.is_alphanumeric());
        let comma = matches!(c.c, ',' | '，' | '、' | '،');
        if c.escaped || before < 2 || !(comma || matches!(c.c, ';' | '；')) {
            return None;
        }
        let last = entry[at - 1].c;
        let number = last.is_numeric() && sign(entry, at + 1).is_numeric();
        let ends = !number && !matches!(last, ' ' | ',' | ';');
        let more = all - before > 1 || (comma && at + 1 == entry.len());
        (ends && more).then_some(at)
    })
}

/// The first part that belongs into a regular expression.
fn regex(entry: &[Char]) -> Option<(usize, usize)> {
    (0..entry.len()).find_map(|at| {
        let is_letter = |at: usize| entry.get(at).is_some_and(|c| c.c.is_alphanumeric());
        let before = |at: usize| at.checked_sub(1).map_or(' ', |at| sign(entry, at));
        let after_letter = at.checked_sub(1).is_some_and(is_letter);
        let repeats = |at| matches!(sign(entry, at), '*' | '+' | '?' | '{');
        if entry[at].escaped {
            let found = match entry[at].c {
                'w' | 'd' | 's' => true,
                'W' | 'D' | 'S' => repeats(at + 1),
                // Where a word begins or ends.
                'b' | 'B' => (before(at) == ' ') != (sign(entry, at + 1) == ' '),
                _ => false,
            };
            return found.then_some((at, at + 1));
        }
        let end = match entry[at].c {
            // `bad.*`, `.+bad`, `b.?d`; not `...*`
            '.' if before(at) != '.' => match sign(entry, at + 1) {
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
            '(' if sign(entry, at + 1) == '?' => {
                let flags = entry[at + 2..].iter().take_while(|c| c.c.is_ascii_alphabetic());
                let flags = flags.count();
                let end = at + 2 + flags;
                let group = matches!(sign(entry, end), ':' | '=' | '!' | '<') && is_letter(end + 1);
                (group || (flags > 0 && sign(entry, end) == ')')).then_some(end + 1)
            }
            // `bad{2}`, `bad{2,}`
            '{' if after_letter || matches!(before(at), ')' | ']') => {
                let inside = entry[at + 1..].iter().take_while(|c| matches!(c.c, '0'..='9' | ','));
                let end = at + 1 + inside.count();
                (is_letter(at + 1) && sign(entry, end) == '}').then_some(end + 1)
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

/// Where a class that begins at `at` ends: `[a4]`, `[a-z@$!]`.
fn class(entry: &[Char], at: usize) -> Option<usize> {
    let inside = |c: &&Char| c.c.is_alphanumeric() || matches!(c.c, '-' | '@' | '$' | '!' | '|');
    let end = at + 1 + entry[at + 1..].iter().take_while(inside).count();
    (sign(entry, end) == ']').then_some(end + 1)
}

/// Whether whole words stand on both sides of the `|` at `at`, or a group of letters in a word.
fn alternation(entry: &[Char], at: usize) -> bool {
    let is_letter = |c: &&Char| c.c.is_alphanumeric();
    let before = entry[..at].iter().rev().take_while(is_letter).count();
    let after = entry[at + 1..].iter().take_while(is_letter).count();
    if before.min(after) > 2 {
        return true;
    }
    let (open, close) = (at.checked_sub(before + 1), at + after + 1);
    let Some(open) = open.filter(|_| before.min(after) > 0) else { return false };
    let in_group = sign(entry, open) == '(' && sign(entry, close) == ')';
    let outside = [open.checked_sub(1), Some(close + 1)].into_iter().flatten();
    in_group && outside.filter_map(|at| entry.get(at)).any(|c| is_letter(&c))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Code;
    use crate::rules::list::parse_file;
    use crate::rules::problems::Problems;
    use crate::source::SourceId;

    /// The code and the place of what is told of a line.
    fn told(line: &str) -> Vec<(Code, String)> {
        let mut problems = Problems::default();
        let lines = parse_file(SourceId(0), line.as_bytes(), &mut problems);
        let problems = problems.into_sorted();
        let expected = usize::from(problems.is_empty() && !line.is_empty());
        assert_eq!(lines.entries.len(), expected, "{line}");
        let place = |problem: crate::diagnostic::Diagnostic| {
            let span = problem.location.expect("a place").span;
            (problem.code, line[span.range()].to_owned())
        };
        problems.into_iter().map(place).collect()
    }

    #[test]
    fn habits_from_elsewhere_are_told() {
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
            for &(line, place) in lines {
                assert_eq!(told(line), [(code, place.to_owned())], "{line}");
            }
        }
    }

    #[test]
    fn odd_entries_that_are_meant_are_fine() {
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
            assert_eq!(told(line), [], "{line}");
        }
    }

    #[test]
    fn a_long_line_of_signs_takes_no_time_to_speak_of() {
        for sign in ["ab!,", "ab[", "ab(?a", "ab|", "ab{1", "^a$", "a.?", "\"'"] {
            let line = sign.repeat((16 << 10) / sign.len());
            let begun = std::time::Instant::now();
            for _ in 0..10 {
                told(&line);
            }
            assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{sign}");
        }
    }
}
