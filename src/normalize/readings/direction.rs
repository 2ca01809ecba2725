//! Text that is displayed in another order than it is written in: after U+202E, which makes it run
//! from right to left, and in turned letters, which are read upside down.
//!
//! Example: U+202E and `dab` are displayed as `bad`. `pɐq` is `bad` on a screen that is turned by
//! 180 degrees: `q` is a turned `b`, and the last letter is read first.

use super::Char;
use crate::normalize::fold::OVERRIDE;
use crate::normalize::props::{CharProps, Folding};

/// Whether a character ends an override: U+202C, another override, or the end of the line.
fn ends_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Puts the text of each override in the order in which it is displayed. Returns whether there are
/// any.
pub(super) fn undo_overrides(chars: &mut Vec<Char>) -> bool {
    let mut displayed = Vec::with_capacity(chars.len());
    let mut rest = chars.as_slice();
    while let Some(start) = rest.iter().position(|it| it.c == OVERRIDE) {
        displayed.extend_from_slice(&rest[..start]);
        rest = &rest[start + 1..];
        let end = rest.iter().position(|it| ends_override(it.c)).unwrap_or(rest.len());
        displayed.extend(reversed(&rest[..end]));
        rest = &rest[end..];
        if let [Char { c: '\u{202C}', .. }, after @ ..] = rest {
            rest = after;
        }
    }
    displayed.extend_from_slice(rest);
    let is_changed = displayed.len() < chars.len();
    *chars = displayed;
    is_changed
}

/// Reverses a text. Combining marks and invisible characters stay after their base.
fn reversed(chars: &[Char]) -> Vec<Char> {
    let clusters = chars.chunk_by(|_, next| match Folding::of(next.c) {
        Folding::Itself(props) => props.is_mark(),
        Folding::One { to, .. } => CharProps::of(to).is_mark(),
        Folding::Many { .. } => false,
        Folding::Nothing => true,
    });
    clusters.rev().flatten().copied().collect()
}

/// Returns the letter as which a character is read when the text is turned by 180 degrees.
fn turned_letter(c: char) -> Option<char> {
    Some(match c {
        'ɐ' | 'ɒ' | '∀' => 'a',
        'q' | 'ᗺ' => 'b',
        'ɔ' | 'Ɔ' | 'ↄ' => 'c',
        'p' | 'ᗡ' => 'd',
        'ǝ' | 'Ǝ' => 'e',
        'ɟ' | 'Ⅎ' => 'f',
        'ƃ' | 'ɓ' | '⅁' | 'פ' => 'g',
        'ɥ' => 'h',
        'ᴉ' | 'ı' => 'i',
        'ɾ' | 'ſ' | 'ɿ' => 'j',
        'ʞ' | '⋊' => 'k',
        'ꞁ' | 'ן' | 'ʃ' | '˥' | '⅂' => 'l',
        'ɯ' | 'W' => 'm',
        'u' => 'n',
        'd' | 'Ԁ' => 'p',
        'b' | 'Ό' => 'q',
        'ɹ' | 'ᴚ' => 'r',
        'ʇ' | '⊥' | '┴' => 't',
        'n' | '∩' => 'u',
        'ʌ' | 'Λ' => 'v',
        'ʍ' | 'M' => 'w',
        'ʎ' | '⅄' => 'y',
        _ => return None,
    })
}

/// Whether a character is only written as a turned letter.
fn is_turned(c: char) -> bool {
    !c.is_ascii() && !matches!(c, 'ı' | 'ɓ' | 'ʃ' | 'פ' | 'ן' | 'ſ') && turned_letter(c).is_some()
}

/// Returns the text with its turned letters read, with the last letter first and with the first letter
/// first. `None` if there are no turned letters.
pub(super) fn turned(chars: &[Char]) -> [Option<Vec<Char>>; 2] {
    if !chars.iter().any(|it| is_turned(it.c)) {
        return [None, None];
    }
    let read = |it: &Char| Char { c: turned_letter(it.c).unwrap_or(it.c), from: it.from };
    let letters: Vec<Char> = chars.iter().map(read).collect();
    [Some(reversed(&letters)), Some(letters)]
}
