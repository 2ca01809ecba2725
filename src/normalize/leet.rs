//! Leet characters, written for letters, and hiding symbols, which replace a letter.
//!
//! A leet character is written for Latin, Cyrillic and Greek letters that it looks like or sounds
//! like: `6` is the Latin g and the Cyrillic б, `4` also the Cyrillic ч (четыре).

use super::props::CharProps;
use super::{Disguises, Form, Layout, SymbolMode};
use crate::span::Span;

/// The form in which symbols may be letters.
pub(super) const WORDS: Form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };

/// Whether a leet character often ends a word without being a letter of it: `Anna!`, `Disney+`,
/// `Anna1`.
#[inline]
pub(crate) const fn may_trail(c: char) -> bool {
    matches!(c, '!' | '|' | '+' | '1')
}

/// 🇦, the first of the 26 regional indicators.
const FIRST_REGIONAL: u32 = 0x1F1E6;

/// 🅐, the first of the letters in filled circles and squares.
const FIRST_ENCLOSED: u32 = 0x1F150;

/// Expands the tables below to lists and to `match` expressions.
macro_rules! leet {
    (
        digits { $($digit:literal => $as_digit:literal,)* }
        symbols { $($symbol:literal => $as_symbol:literal,)* }
        hiding { $($hiding:literal,)* }
    ) => {
        /// The leet characters, each with the letters that it is written for.
        pub(crate) const LEET: &[(char, &str)] =
            &[$(($digit, $as_digit),)* $(($symbol, $as_symbol),)*];

        /// The hiding symbols.
        pub(crate) const HIDING: &[char] = &[$($hiding,)*];

        /// Returns the letters that a leet character is written for; empty for other characters.
        pub(crate) fn letters_of(c: char) -> &'static str {
            match c {
                $($digit => $as_digit,)*
                $($symbol => $as_symbol,)*
                _ => "",
            }
        }

        /// Whether a character is a leet symbol, which may be punctuation as well.
        #[inline]
        pub(crate) const fn is_leet(c: char) -> bool {
            matches!(c, $($symbol)|*)
        }

        /// Whether a character is a hiding symbol.
        #[inline]
        pub(crate) const fn hides(c: char) -> bool {
            matches!(c, $($hiding)|*)
        }
    };
}

leet! {
    digits {
        '0' => "oоο",
        '1' => "ilі",
        '3' => "eезэε",
        '4' => "aачα",
        '5' => "sс",
        '6' => "gб",
        '7' => "tтτ",
        '8' => "bв",
        '9' => "gдя",
    }
    symbols {
        '!' => "ilі",
        '|' => "ilі",
        '€' => "eеε",
        '@' => "aаα",
        '$' => "sс",
        '+' => "t",
        '£' => "l",
    }
    hiding {
        '*', '#', '_', '%', '•',
        // Symbols that look like an asterisk.
        '×', '٭', '⁎', '⁕', '∗', '⋆', '✱', '✲', '✶', '✷', '✸', '✹', '✺', '✻', '✼', '✽', '❃', '❉', '❊', '❋', '꙳',
    }
}

/// Whether a character is a leet or hiding symbol. These are kept in a folded text, because they
/// may be part of a word.
#[inline]
pub(crate) const fn is_word_symbol(c: char) -> bool {
    is_leet(c) || hides(c)
}

/// The letters from `a` to `z`.
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";

/// Returns the letters that the symbol `c` at `at` shows: those of an emoji or symbol, or a regional
/// indicator. Two regional indicators in a row are a flag.
pub(super) fn symbol_letters(
    text: &str,
    at: Span,
    c: char,
    props: CharProps,
    form: Form,
    mode: SymbolMode,
) -> Option<&'static str> {
    if !(props.is_regional() || props.is_enclosed()) || form != WORDS || mode != SymbolMode::Letters
    {
        return None;
    }
    if props.is_enclosed() {
        return Some(match c {
            '©' => "c",
            '®' => "r",
            '✝' => "t",
            '✖' | '❌' => "x",
            '❕' | '❗' => "!",
            '➕' => "+",
            '⭕' => "o",
            '💲' => "$",
            '🔟' => "10",
            '🆎' => "ab",
            '🆑' => "cl",
            '🆒' => "cool",
            '🆓' => "free",
            '🆔' => "id",
            '🆕' => "new",
            '🆖' => "ng",
            '🆗' => "ok",
            '🆘' => "sos",
            '🆙' => "up",
            '🆚' => "vs",
            // 🅐 and 🅰 are 32 code points apart.
            _ => nth((u32::from(c) - FIRST_ENCLOSED) % 32),
        });
    }
    let is_regional = |&c: &char| (FIRST_REGIONAL..FIRST_REGIONAL + 26).contains(&u32::from(c));
    let before = text[..at.start].chars().rev().take(2).take_while(is_regional).count();
    let after = text[at.end..].chars().take(2).take_while(is_regional).count();
    (before + after != 1).then(|| nth(u32::from(c) - FIRST_REGIONAL))
}

/// Returns the letter of a number.
fn nth(number: u32) -> &'static str {
    let at = number as usize;
    &ALPHABET[at..=at]
}
