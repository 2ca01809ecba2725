//! Help for invalid regular expressions.

use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// Returns the patterns of all rules with their positions, in order.
pub(super) fn all<'t>(manifest: &'t DeTable<'_>) -> Vec<(Span, &'t str)> {
    let rules = manifest.get("rule").and_then(|rules| rules.get_ref().as_array());
    let patterns = rules.into_iter().flatten();
    let patterns = patterns.filter_map(|rule| rule.get_ref().as_table()?.get("patterns"));
    let strings = patterns.filter_map(|patterns| patterns.get_ref().as_array()).flatten();
    let strings = strings.filter_map(|it| match it.get_ref() {
        DeValue::String(text) => Some((Span::new(it.span().start, it.span().end), text.as_ref())),
        _ => None,
    });
    strings.collect()
}

/// Returns the pattern that contains a span.
pub(super) fn at<'t>(patterns: &[(Span, &'t str)], span: Span) -> Option<&'t str> {
    let next = patterns.partition_point(|(it, _)| it.start <= span.start);
    let (found, text) = patterns.get(next.checked_sub(1)?)?;
    (span.end <= found.end).then_some(text)
}

/// Explains an error of a regular expression.
pub(super) fn explain(pattern: &str, diagnostic: &mut Diagnostic) {
    let message = &diagnostic.message;
    let help = if message.contains("look-around") {
        "a pattern cannot look at the text before or after its match; write `\\b` for the start or end of \
         a word, and words that must not match as exceptions (`! word`) in a list"
            .to_owned()
    } else if message.contains("backreferences")
        || pattern.contains(r"\k<")
        || pattern.contains("(?P=")
    {
        "a group cannot be repeated by its number; to limit repeated characters, write \
         `limit = { repeats = 5 }`"
            .to_owned()
    } else if message.contains("repetition operator missing") {
        let plain = pattern.trim_matches(['*', '+', '?']);
        let is_word = plain.contains(char::is_alphabetic)
            && plain.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\''));
        if is_word {
            format!(
                "a pattern is found anywhere in a message without `*`: write '''{plain}''', or \
                 `terms = [\"*{plain}*\"]`"
            )
        } else {
            "`*`, `+` and `?` repeat what is before them; to match one of them, write a backslash \
             before it"
                .to_owned()
        }
    } else if message.contains("unclosed group") || message.contains("unopened group") {
        "each `(` needs a `)`; to match one of them, write a backslash before it".to_owned()
    } else if message.contains("unclosed character class") {
        "each `[` needs a `]`; to match `[`, write a backslash before it".to_owned()
    } else if message.contains("incomplete escape") {
        "the backslash at the end needs a symbol after it; write `\\\\` to match a backslash"
            .to_owned()
    } else if message.contains("unrecognized escape") {
        "this letter needs no backslash; write `\\\\` to match a backslash".to_owned()
    } else if message.contains("property not found") {
        "known properties are scripts and categories, such as `\\p{Greek}`, `\\p{L}` and `\\p{Emoji}`"
            .to_owned()
    } else if message.contains("count range") || message.contains("counted repetition") {
        "write the smaller number first, as in `{1,3}`; to match `{`, write a backslash before it"
            .to_owned()
    } else {
        return;
    };
    diagnostic.help = Some(help);
}
