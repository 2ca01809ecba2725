//! Makes text from messages, rule files, paths and services safe to display.
//!
//! A terminal acts on control characters: they move the cursor, change colors, set the window
//! title. Bidirectional controls change the order in which text appears, and invisible characters
//! make two different texts look alike. [`display_safe`] replaces all of them with escapes.
//! [`json_safe`] does the same for JSON without changing its value.
//!
//! The following are escaped:
//!
//! - control characters: C0, DEL and C1 (general category `Cc`);
//! - line and paragraph separators (`Zl`, `Zp`);
//! - bidirectional controls and all other format characters (`Cf`), except those below;
//! - letters and combining marks without a visible form (`Default_Ignorable_Code_Point`), such as
//!   the Hangul fillers.
//!
//! Characters that shape visible text are not escaped: the joiners U+200C and U+200D and variation
//! selectors, which emoji and many scripts need, and the format characters that are visible
//! themselves, such as the Arabic number sign. Tags (U+E0020 to U+E007F) are always escaped, even
//! in the flags of England, Scotland and Wales: after any other character they contain text that
//! cannot be seen.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns the text on one line, with an escape such as `\u{202e}` or `\n` for each unsafe
/// character.
///
/// A backslash in the text is not escaped, so the text cannot be recovered from the result.
///
/// ```
/// use ivs_chat_review::display::display_safe;
///
/// assert_eq!(display_safe("👩🏽‍🚀 a\u{1B}[31m\nb\u{202E}"), r"👩🏽‍🚀 a\u{1b}[31m\nb\u{202e}");
/// ```
pub fn display_safe(text: &str) -> Cow<'_, str> {
    escaped(text, is_unsafe, push_escape)
}

/// Like [`display_safe`], but keeps line feeds.
///
/// For output of several lines in which untrusted parts were already passed through
/// [`display_safe`]: a line feed in one of those would begin a line that looks like output of the
/// program itself.
pub fn display_safe_block(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_unsafe(c), push_escape)
}

/// Returns at most `max_chars` characters of the text like [`display_safe`], then `…` if there
/// are more.
#[cold]
pub fn abridged(text: &str, max_chars: usize) -> String {
    let end = text.char_indices().nth(max_chars).map_or(text.len(), |(at, _)| at);
    let mut out = display_safe(&text[..end]).into_owned();
    if end < text.len() {
        out.push('…');
    }
    out
}

/// Returns the first 40 characters of a word like [`display_safe`], for use in a diagnostic.
#[cold]
pub(crate) fn display_short(word: &str) -> String {
    abridged(word, 40)
}

/// Returns the same JSON value with `\u` escapes for the unsafe characters in its strings.
///
/// Whitespace between tokens stays. JSON itself requires C0 controls in strings to be escaped.
///
/// ```
/// use ivs_chat_review::display::json_safe;
///
/// assert_eq!(json_safe("\"a\u{7F}\u{202E}\u{E0041}\""), r#""a\u007f\u202e\udb40\udc41""#);
/// ```
pub fn json_safe(json: &str) -> Cow<'_, str> {
    // Most JSON is ASCII without U+007F, which is faster to find out.
    if json.is_ascii() && !json.as_bytes().contains(&0x7F) {
        return Cow::Borrowed(json);
    }
    // Outside of strings, JSON is ASCII, and whitespace is its only control characters.
    escaped(
        json,
        |c| c >= '\u{7F}' && is_unsafe(c),
        |out, c| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}

/// Whether a terminal acts on the character, or it has no visible form.
pub fn is_unsafe(c: char) -> bool {
    match c {
        // Most characters of most texts.
        ' '..='~' => false,
        c if c.is_control() => true,
        // Default_Ignorable_Code_Point, except joiners and variation selectors.
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' => {
            true
        }
        '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' => true,
        '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' => true,
        // Unassigned ignorables and interlinear annotations.
        '\u{FFF0}'..='\u{FFFB}' => true,
        // Controls of shorthand and of musical notation.
        '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' => true,
        // Tags and the unassigned rest of their plane, around the variation selectors U+E0100 to
        // U+E01EF.
        '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}' => true,
        _ => false,
    }
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '\t' | '\n' | '\r' => out.extend(c.escape_default()),
        c => out.extend(c.escape_unicode()),
    }
}

fn escaped(
    text: &str,
    is_special: impl Fn(char) -> bool,
    push: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    let Some((first, _)) = text.char_indices().find(|&(_, c)| is_special(c)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_special(c) { push(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{Class, HirKind};

    use super::*;

    /// Whether a character is in a class such as `\p{Cf}`.
    fn members(class: &str) -> impl Fn(char) -> bool {
        let hir = regex_syntax::parse(class).expect("it is a class");
        let HirKind::Class(Class::Unicode(class)) = hir.into_kind() else { panic!("not a class") };
        move |c| class.iter().any(|range| (range.start()..=range.end()).contains(&c))
    }

    #[test]
    fn escaped_characters_are_defined_by_unicode_properties() {
        let special = members(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]");
        // Joiners, variation selectors, format characters with a visible form.
        let kept = members(
            r"[\u{200C}\u{200D}\p{Variation_Selector}\p{Prepended_Concatenation_Mark}\u{13430}-\u{1343F}]",
        );
        for c in '\0'..=char::MAX {
            assert_eq!(is_unsafe(c), special(c) && !kept(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn safe_text_is_borrowed() {
        for text in
            ["", "a b", "múppet 日本", "👩🏽‍🚀 ❤️ 🇩🇪 1️⃣", "नमस्ते ن\u{200C}ه", "\u{301}", "a\\u{202e}"]
        {
            assert!(matches!(display_safe(text), Cow::Borrowed(_)), "{text:?}");
            assert!(matches!(json_safe(text), Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn unsafe_characters_become_escapes() {
        assert_eq!(display_safe("a\0\t\r\n\u{7F}\u{9B}31m"), r"a\u{0}\t\r\n\u{7f}\u{9b}31m");
        assert_eq!(
            display_safe("\u{61C}\u{2066}b\u{2029}\u{200B}"),
            r"\u{61c}\u{2066}b\u{2029}\u{200b}"
        );
        assert_eq!(display_safe_block("a\nb\r\u{1B}"), "a\nb\\r\\u{1b}");
        assert_eq!(display_safe(&display_safe("\u{202E}")), r"\u{202e}");
    }

    #[test]
    fn long_text_is_truncated_before_it_is_escaped() {
        assert_eq!(abridged("abc", 3), "abc");
        assert_eq!(abridged("ab\u{1B}d", 3), r"ab\u{1b}…");
        assert_eq!(abridged("äöü", 2), "äö…");
    }

    #[test]
    fn json_keeps_its_value() {
        let text: String = ('\0'..=char::MAX).filter(|&c| is_unsafe(c)).collect();
        let json = serde_json::to_string_pretty(&[&text]).expect("it is text");
        let safe = json_safe(&json);
        assert!(!safe.chars().any(|c| c != '\n' && is_unsafe(c)));
        assert_eq!(serde_json::from_str::<[String; 1]>(&safe).expect("JSON"), [text]);
    }
}
