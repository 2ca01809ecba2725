//! Other texts as which a message may be read: [`Reading`].
//!
//! The fold reads a text character by character, from left to right. A reading is a text in which
//! this is not enough, rewritten so that it is:
//!
//! - characters that are written as several others: `&#97;`, `%61`, `|<`, `vv` ([`encoded`], [`pairs`])
//! - text that is displayed in another order: U+202E and turned letters ([`direction`])
//! - words in the alphabets of fancy-text generators, such as `₣ł₴Ⱨ` ([`alphabets`])
//!
//! The message itself is searched first, and then each reading in the same way. Few messages have
//! one: whether it may have is found by the fold ([`Hints`]).
//!
//! Example: `&#98;₳d` has the reading `bad`. Its `b` comes from the first five bytes of the message,
//! its `a` from the three bytes of `₳`.

mod alphabets;
mod direction;
mod encoded;
mod pairs;

pub(crate) use self::alphabets::with_plain_letters;
use super::charset::CharSet;
use crate::span::Span;

/// The symbols with which a character in another notation begins.
const ENCODING: CharSet = CharSet::of_ascii("&%\\");

/// Every letter of [`pairs`] that is drawn with symbols contains all symbols of one of these sets.
const PAIRS: [CharSet; 5] = [
    CharSet::of_ascii("|"),
    CharSet::of_ascii("\\"),
    CharSet::of_ascii("()"),
    CharSet::of_ascii("[]"),
    CharSet::of_ascii("<>"),
];

/// What the fold found out about a message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints {
    /// It has a letter or symbol that may imitate a Latin letter, or a word that mixes scripts.
    pub(super) imitations: bool,
    /// It has U+202E.
    pub(super) overrides: bool,
    /// It has `vv`.
    pub(super) double_v: bool,
}

/// A text as which a message may be read.
pub(crate) struct Reading {
    text: String,
    /// The end of each character in the text, and the bytes of the message that it comes from.
    origins: Vec<(usize, Span)>,
}

impl Reading {
    fn new(chars: &[Char]) -> Reading {
        let mut text = String::with_capacity(chars.len());
        let origins = chars.iter().map(|&Char { c, from }| {
            text.push(c);
            (text.len(), from)
        });
        let origins = origins.collect();
        Reading { text, origins }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the bytes of the message that a part of the text comes from.
    pub(super) fn origin(&self, part: Span) -> Span {
        let first = self.origins.partition_point(|&(end, _)| end <= part.start);
        let after = self.origins.partition_point(|&(end, _)| end < part.end) + 1;
        let inside = self.origins[first..].iter().take(after.saturating_sub(first).max(1));
        inside.map(|&(_, from)| from).reduce(Span::union).unwrap_or(part)
    }
}

/// A character of a reading, and the bytes of the message that it comes from.
#[derive(Clone, Copy)]
struct Char {
    c: char,
    from: Span,
}

/// Returns the readings of a message, at most five. Takes time linear in the message.
pub(super) fn readings(message: &str, hints: Hints, symbols: CharSet) -> Vec<Reading> {
    let is_encoded = symbols.may_intersect(ENCODING) && encoded::may_be_in(message);
    // What is decoded may be part of a pair.
    let may_have_pairs = hints.double_v || PAIRS.iter().any(|&pair| symbols.may_contain_all(pair));
    let has_pairs = is_encoded || (may_have_pairs && pairs::may_be_in(message));
    if !(is_encoded || has_pairs || hints.overrides || hints.imitations) {
        return Vec::new();
    }
    let char = |(start, c): (usize, char)| Char { c, from: Span::new(start, start + c.len_utf8()) };
    let mut chars: Vec<Char> = message.char_indices().map(char).collect();
    if is_encoded {
        encoded::decode(&mut chars);
    }
    let mut is_changed = is_encoded;
    is_changed |= hints.overrides && direction::undo_overrides(&mut chars);
    let mut found = Vec::new();
    let rewritten = Some(&chars).filter(|_| is_changed && has_pairs).cloned();
    if has_pairs && pairs::join(&mut chars) {
        is_changed = true;
        // What looks like a pair may be a symbol beside a decoded letter, or a letter twice.
        found.extend(rewritten);
    }
    if hints.imitations || is_changed {
        found.extend(direction::turned(&chars).into_iter().flatten());
        let [first, second] = alphabets::read(&chars);
        found.extend(second);
        if let Some(first) = first {
            (chars, is_changed) = (first, true);
        }
    }
    if is_changed {
        found.insert(0, chars);
    }
    found.iter().map(|chars| Reading::new(chars)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};

    #[track_caller]
    fn check(message: &str, expected: &[&str]) {
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        let normalized = Normalized::new(message, form, SymbolMode::Letters, &mut buffer);
        let readings = readings(message, normalized.folded().hints, normalized.folded().symbols());
        let texts: Vec<&str> = readings.iter().map(Reading::text).collect();
        assert_eq!(texts, expected, "{message}");
        for reading in &readings {
            for (at, c) in reading.text().char_indices() {
                let from = reading.origin(Span::new(at, at + c.len_utf8()));
                assert!(message.get(from.range()).is_some_and(|it| !it.is_empty()), "{message}");
            }
        }
    }

    #[test]
    fn encoded_characters_are_decoded() {
        check("b&#97;d &#x62;ad b&#97d", &["bad bad bad"]);
        check(
            "b&auml;d &szlig; &bogus; a&b &#0; &#xD800;",
            &["ba\u{308}d ß &bogus; a&b &#0; &#xD800;"],
        );
        check("b&amp;#97;d b&shy;ad kill&nbsp;me", &["bad b\u{AD}ad kill\u{A0}me"]);
        check("b%61d %C3%A4 b%2561d 100%ad 50%", &["bad ä bad 100%ad 50%"]);
        check(r"b\u0061d \x62ad C:\users", &[r"bad bad C:\users"]);
        check("AT&T 100% a&b", &[]);
    }

    #[test]
    fn pairs_of_symbols_are_letters_beside_letters() {
        check("|<ill f()() c()ck vvhat /\\nna", &["kill f()() cock what anna"]);
        check("a || b, f(x) [] (a|b) savvy", &["a || b, f(x) [] (a|b) sawy"]);
    }

    #[test]
    fn text_in_another_order_is_displayed() {
        check("x \u{202E}dab\u{202C} y", &["x bad y"]);
        check("\u{202E}nevvo", &["owen", "ovven"]);
        check("\u{202E}d\u{301}ab\ndab", &["bad\u{301}\ndab"]);
        check("b\u{202E}ad", &["bda"]);
        check("ok ɟnq", &["ok fnq", "buf ko", "ok fub"]);
    }

    #[test]
    fn words_in_fancy_alphabets_are_read_as_latin() {
        check("₣ł₴Ⱨ", &["flsh", "fish"]);
        check("卂几卂ㄥ", &["anal"]);
        check("fυςк", &["fusk", "fuck"]);
        check("вα∂ вαд вад", &["bad вαд вад"]);
        check("千山万水 のんびり ₹500 5 €", &[]);
        check("привет ғылым", &[]);
    }

    #[test]
    fn letters_are_not_read_in_their_languages() {
        check("fłag ıdıot", &["flag idiot", "fiag idiot"]);
        check("çok sık", &[]);
        check("mała żaba", &[]);
        check("đi các bạn", &[]);
        check("bøg på dansk", &[]);
    }
}
