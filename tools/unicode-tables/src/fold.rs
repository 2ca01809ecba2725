//! The fold of one character.

use std::ops::RangeInclusive;

use crate::extras;
use crate::unicode::Unicode;

/// Precomposed Hangul is kept: entries contain whole syllables, so the fold of a message composes
/// jamo, and three characters per syllable would only make each search longer.
const SYLLABLES: RangeInclusive<char> = '\u{ac00}'..='\u{d7a3}';

/// Folds `c`, repeatedly until nothing changes: an expansion is never looked up again.
pub(crate) fn fold(unicode: &Unicode, c: char) -> String {
    let mut folded = String::from(c);
    loop {
        let next = fold_once(unicode, &folded);
        if next == folded {
            return folded;
        }
        folded = next;
    }
}

fn fold_once(unicode: &Unicode, text: &str) -> String {
    let mut folded = String::new();
    for c in compose_hangul(unicode, &unicode.nfkd.normalize(text)).chars() {
        if let Some(to) = extras::find(c) {
            folded.push_str(to);
        } else if unicode.ignorable.contains(c) {
            continue;
        } else if unicode.is_mark(c) {
            // U+0345 would become a letter, and no longer be dropped with the other marks.
            folded.push(c);
        } else if let Some(digit) = unicode.digit(c) {
            folded.push(digit);
        } else {
            folded.push_str(&unicode.case.fold_string(c.encode_utf8(&mut [0; 4])));
        }
    }
    folded
}

/// Undoes the decomposition of syllables only.
fn compose_hangul(unicode: &Unicode, decomposed: &str) -> String {
    let mut composed = String::new();
    for c in decomposed.chars() {
        let syllable = composed.chars().next_back().and_then(|last| {
            unicode.composition.compose(last, c).filter(|both| SYLLABLES.contains(both))
        });
        if syllable.is_some() {
            composed.pop();
        }
        composed.push(syllable.unwrap_or(c));
    }
    composed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(c: char, expected: &str) {
        let folded = fold(&Unicode::new(), c);
        assert_eq!(folded, expected, "U+{:04X}: {}", u32::from(c), folded.escape_unicode());
    }

    #[test]
    fn case() {
        check('A', "a");
        check('ß', "ss");
        check('ẞ', "ss");
        check('ς', "σ");
        check('Σ', "σ");
        check('İ', "i\u{307}");
        check('ı', "ı");
        check('\u{13a0}', "\u{13a0}");
        check('\u{ab70}', "\u{13a0}");
    }

    #[test]
    fn compatibility() {
        check('é', "e\u{301}");
        check('ﬁ', "fi");
        check('Ａ', "a");
        check('ａ', "a");
        check('ℌ', "h");
        check('\u{212a}', "k");
        check('Ⅷ', "viii");
        check('②', "2");
        check('٣', "3");
        check('๙', "9");
        check('\u{1d7ff}', "9");
        check('㎒', "mhz");
        check('が', "か\u{3099}");
        check('ﾊ', "ハ");
        check('\u{fdfa}', "صلى الله عليه وسلم");
    }

    #[test]
    fn hangul() {
        check('한', "한");
        check('\u{1112}', "\u{1112}");
        check('\u{3131}', "\u{1100}");
        check('㈎', "(가)");
        check('㉻', "하");
        check('㉼', "참고");
        check('\u{3164}', "");
    }

    #[test]
    fn ignorables() {
        check('\u{ad}', "");
        check('\u{200b}', "");
        check('\u{200d}', "");
        check('\u{fe0f}', "");
        check('\u{e0061}', "");
        check('\u{7}', "");
        check('\u{fffa}', "");
        check('\n', "\n");
        check('\u{85}', "\u{85}");
    }

    #[test]
    fn marks_are_not_case_folded() {
        check('\u{345}', "\u{345}");
        check('ᾳ', "α\u{345}");
    }

    #[test]
    fn extras_join_the_closure() {
        check('’', "'");
        check('‘', "'");
        check('′', "'");
        check('″', "''");
        check('ʻ', "'");
        check('＇', "'");
        check('ŉ', "'n");
        check('\u{1f3fd}', "");
    }
}
