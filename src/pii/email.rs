//! E-mail addresses: the subset of RFC 5321 and RFC 6531 in common use, with a known top-level
//! domain.
//!
//! Obfuscated ones are found as well, such as `robin [at] example (dot) com`. An address is found
//! whole or not at all.

use crate::links::is_tld;
use crate::normalize::is_dot;
use crate::normalize::is_nonspacing;
use crate::span::Span;

/// The longest part before the `@`, and the longest address, in bytes (RFC 5321, section 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_ADDRESS: usize = 254;

/// The longest label of a host, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL: usize = 63;

/// The most spaces on each side of a bracket.
const MAX_SPACES: usize = 2;

pub(super) fn find(text: &str, found: &mut dyn FnMut(Span)) {
    let (mut last, mut next) = (0, 0);
    while let Some(at) = text[next..].find(may_begin_at_sign).map(|at| next + at) {
        next = at + 1;
        let Some(at_sign) = at_sign(text, last, at) else { continue };
        let name = local(&text[last..at_sign.start]).len();
        let start = at_sign.start - name;
        let end = at_sign.end + host(&text[at_sign.end..]).len();
        let is_valid = (1..=MAX_LOCAL).contains(&name) && at_sign.end < end;
        if is_valid && end - start <= MAX_ADDRESS {
            found(Span::new(start, end));
            last = end;
        } else {
            last = at_sign.end;
        }
        next = last;
    }
}

/// An `@`, and the brackets that may contain one.
pub(super) const AT_SIGNS: &[u8] = b"@([{<";

fn may_begin_at_sign(c: char) -> bool {
    u8::try_from(c).is_ok_and(|byte| AT_SIGNS.contains(&byte))
}

/// Returns the `@` at a byte, or one in brackets with the spaces around it: ` (at) `.
fn at_sign(text: &str, last: usize, at: usize) -> Option<Span> {
    if text[at..].starts_with('@') {
        return Some(Span::new(at, at + 1));
    }
    let end = bracketed(text, at, &["at", "@"])?;
    let spaces = text.as_bytes()[last..at].iter().rev().take(MAX_SPACES);
    let start = at - spaces.take_while(|&&byte| byte == b' ').count();
    Some(Span::new(start, skip_spaces(text, end)))
}

/// Returns the end of a dot, plain or in brackets, at a byte.
fn dot(text: &str, at: usize) -> Option<usize> {
    if let Some(c) = text[at..].chars().next().filter(|&c| is_dot(c)) {
        return Some(at + c.len_utf8());
    }
    let end = bracketed(text, skip_spaces(text, at), &[".", "dot"])?;
    Some(skip_spaces(text, end))
}

/// Returns the end of a pair of brackets at a byte that contains one of `words`.
fn bracketed(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let is_open = text[at..].starts_with(|c| c != '@' && may_begin_at_sign(c));
    let inside = skip_spaces(text, at + usize::from(is_open));
    let rest = &text.as_bytes()[inside..];
    let is_there = |word: &&&str| {
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    let word = words.iter().find(is_there).filter(|_| is_open)?;
    let end = skip_spaces(text, inside + word.len());
    text[end..].starts_with([')', ']', '}', '>']).then_some(end + 1)
}

fn skip_spaces(text: &str, at: usize) -> usize {
    let spaces = text.as_bytes()[at..].iter().take(MAX_SPACES);
    at + spaces.take_while(|&&byte| byte == b' ').count()
}

/// Returns the local part at the end of a text: letters, digits and some punctuation, with single
/// dots.
fn local(text: &str) -> &str {
    let is_symbol = |c| matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '&') || is_inner(c);
    let is_local = |c: char| is_word(c) || is_symbol(c);
    let start = text.trim_end_matches(is_local).len();
    let run = &text[start..];
    let run = run.rfind("..").map_or(run, |dots| &run[dots + 2..]);
    if run.ends_with(['.', '\'']) {
        return "";
    }
    let run = without_sentence(run);
    // A quote or dash before it belongs to the sentence.
    run.trim_start_matches(|c: char| !is_word(c) && c != '_')
}

/// Whether a symbol is more often not part of an address, but is between two letters or digits.
fn is_inner(c: char) -> bool {
    matches!(c, '#' | '$' | '*' | '^' | '|' | '~')
}

/// Returns the part of a run that does not belong to the text before an address: after symbols
/// that are not inside a word, and after words without spaces (`傻瓜robin@example.com`). A single
/// character between two letters is part of the address: `m端ller`.
fn without_sentence(run: &str) -> &str {
    let mut start = 0;
    let mut before = None;
    let mut unspaced = 0;
    for (at, c) in run.char_indices() {
        if is_unspaced(c) {
            unspaced += 1;
        } else {
            if unspaced > 1 || (unspaced == 1 && before.is_none()) {
                start = at;
            }
            if unspaced > 0 {
                before = Some(c);
            }
            unspaced = 0;
        }
        if is_inner(c) {
            let after = run[at + 1..].chars().next();
            if !before.is_some_and(is_word) || !after.is_some_and(is_word) {
                start = at + 1;
            }
        }
        if unspaced == 0 {
            before = Some(c);
        }
    }
    &run[start..]
}

/// Returns the host at the start of a text; empty if it has fewer than two labels or no known
/// top-level domain.
fn host(text: &str) -> &str {
    let is_label = |c: char| is_word(c) || c == '-';
    let (mut end, mut at) = (0, 0);
    let mut last = "";
    for labels in 1.. {
        let run = &text[at..];
        let length = run.find(|c| !is_label(c)).unwrap_or(run.len());
        let label = run[..length].trim_end_matches('-');
        if label.is_empty() || label.starts_with('-') || label.len() > MAX_LABEL {
            break;
        }
        let top = if labels > 1 { top_level(label) } else { 0 };
        if top > 0 && !is_other(last, &label[..top], labels) {
            end = at + top;
        }
        // Labels beyond the longest address cannot end one.
        let more = label.len() == length && at + length < MAX_ADDRESS;
        let Some(next) = dot(text, at + length).filter(|_| more) else { break };
        (at, last) = (next, label);
    }
    &text[..end]
}

/// Top-level domains that are more often the extension of a file or the next word.
const FILES: [&str; 8] = ["cab", "java", "mov", "ps", "py", "sh", "so", "zip"];

/// Frequent slips of `com`, `net` and `org`.
const SLIPS: [&str; 14] = [
    "c0m", "cmo", "comm", "con", "conm", "coom", "cpm", "ner", "nett", "ney", "ocm", "ogr", "vom",
    "xom",
];

/// Mentions of everybody.
const MENTIONS: [&str; 5] = ["all", "channel", "everybody", "everyone", "here"];

/// Whether a top-level domain after a label is something else: a sentence that continues without a
/// space (`thanks@bob.So`, `hey@everyone.see`), a file (`logo@2x.ai`, `tool@home.zip`) or a version
/// (`lib@3.rs`).
fn is_other(before: &str, top: &str, labels: usize) -> bool {
    let is_capitalized = |label: &str| {
        let mut chars = label.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.any(char::is_lowercase)
    };
    if top.is_ascii() && is_capitalized(top) && !is_capitalized(before) {
        return true;
    }
    let is = |words: &[&str], text: &str| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let is_common = is(&["com", "net", "org"], top);
    let digits = before.trim_end_matches(['x', 'X']);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_size = is_number && digits.len() + 1 == before.len();
    let is_version = is_number && digits.len() < 3 && !is_common;
    labels == 2
        && (is_size || is_version || is(&FILES, top) || (is(&MENTIONS, before) && !is_common))
}

/// Returns the length of the top-level domain at the start of a label: a known one, a slip of one,
/// or `example`, which is reserved for documentation (RFC 2606).
fn top_level(label: &str) -> usize {
    /// In characters.
    const MAX: usize = 24;
    let is_known = |name: &str| {
        let name = name.to_lowercase();
        name == "example" || SLIPS.contains(&&*name) || is_tld(&name)
    };
    // Text of a script without spaces may follow a domain of any script, and text of any other
    // script one in ASCII.
    let is_ascii = label.starts_with(|c: char| c.is_ascii());
    let is_end = |c: char| is_unspaced(c) || is_ascii && !c.is_ascii();
    if is_ascii {
        let length = label.find(is_end).unwrap_or(label.len());
        return if is_known(&label[..length]) { length } else { 0 };
    }
    let ends = label.char_indices().skip(1).take(MAX);
    let ends = ends.filter(|&(_, c)| is_end(c)).map(|(at, _)| at);
    let is_short = label.chars().nth(MAX).is_none();
    let ends = ends.chain(is_short.then_some(label.len()));
    ends.filter(|&end| is_known(&label[..end])).last().unwrap_or(0)
}

/// Whether a character is part of words: a letter, digit or combining mark.
fn is_word(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric(),
        false => c.is_alphanumeric() || is_nonspacing(c),
    }
}

/// Whether a letter is of a script that is not separated from Latin words by spaces, such as
/// Chinese, Thai and Korean: all after those of India except additions to Latin and Greek.
fn is_unspaced(c: char) -> bool {
    c >= '\u{E00}' && !('\u{1E00}'..='\u{1FFF}').contains(&c) && is_word(c)
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::super::tests::with_matches;

    #[test]
    fn addresses_have_a_local_part_and_a_host_with_a_tld() {
        for text in [
            "write to «robin@example.com».",
            "(«Robin.Doe+chat@mail.example.co.uk»), «o'neil_x%y@ex-ample.org»!",
            "mailto:«a@b.io»?subject=hi, <«a@b.io»>",
            "'«robin@example.com»' or ..«robin@example.com»..",
            "a..«b@example.com»",
            "«jürgen@müller.de» «иван@почта.рф» «a@example.xn--p1ai»",
            "«robin@example.com»에 傻瓜«robin@example.com»好 메일은«robin@example.com»이에요",
            "«hans.m端ller@test.com» «test|123@m端ller.com» «nguyễn@example.vn» **«robin@example.com»**",
            "我的QQ邮箱«robin@qq.com»。«联系用户@例子.公司»的 «user@xn--fiqs8s.xn--fiqs8s»",
            "«robin@gmail.con», «robin@gmail.c0m» «robin@example。com»",
            // Files, mentions, versions, sentences without a space.
            "AWS-Cloud-logo@5x.png icon@2x.ai nice@try.bro haha@him.he react@next.js tool@home.zip",
            "cheers@everyone.thanks hey@everyone.love you, thanks@bob.So what, react@18.rs, lib@1.2.3",
            "«Robin@Example.Com» «a@163.com» «robin@firma.rs» «robin@mail.company.sh»",
            "@robin nice one, gg@everyone, meet me @ example.com",
            "3@2.50 each, a@b, a@b.c, @b.com, a.@b.com, a@-b.com, a@b..com",
            "«a@b.com»-, «a@b.com».5 a@b.c5m a@b.comx",
            "«a@b.com»@c.org",
            "a@a@«a@a.com»",
            "«git@host.example»:x/y",
            "«robin (at) example.com», «robin[AT]example[dot]com», «robin@example[.]com»",
            "«robin [ at ] mail ( dot ) example (.) com»",
            "meet (at) noon, list[at].length, (at) example.com, robin (at example.com",
        ] {
            assert_eq!(with_matches(Detector::Email, &text.replace(['«', '»'], "")), text);
        }
    }

    #[test]
    fn lengths_are_those_of_the_standard() {
        let name = "a".repeat(64);
        let label = "b".repeat(63);
        for valid in [
            format!("«{name}@{label}.{label}.example»"),
            format!("{} «{name}@{label}.{label}.example»", "c".repeat(300)),
        ] {
            assert_eq!(with_matches(Detector::Email, &valid.replace(['«', '»'], "")), valid);
        }
        for text in [
            format!("a{name}@example.com"),
            format!("a@b{label}.com"),
            format!("{name}@{label}.{label}.{label}.com"),
        ] {
            assert_eq!(with_matches(Detector::Email, &text), text);
        }
    }
}
