//! Which graphemes are emoji (UTS #51).

/// The first and last characters of the ranges of `Emoji_Presentation` in Unicode 16.0: characters
/// that are displayed as emoji by default.
#[rustfmt::skip]
static EMOJI: [(char, char); 80] = [
    ('\u{231A}', '\u{231B}'), ('\u{23E9}', '\u{23EC}'), ('\u{23F0}', '\u{23F0}'), ('\u{23F3}', '\u{23F3}'),
    ('\u{25FD}', '\u{25FE}'), ('\u{2614}', '\u{2615}'), ('\u{2648}', '\u{2653}'), ('\u{267F}', '\u{267F}'),
    ('\u{2693}', '\u{2693}'), ('\u{26A1}', '\u{26A1}'), ('\u{26AA}', '\u{26AB}'), ('\u{26BD}', '\u{26BE}'),
    ('\u{26C4}', '\u{26C5}'), ('\u{26CE}', '\u{26CE}'), ('\u{26D4}', '\u{26D4}'), ('\u{26EA}', '\u{26EA}'),
    ('\u{26F2}', '\u{26F3}'), ('\u{26F5}', '\u{26F5}'), ('\u{26FA}', '\u{26FA}'), ('\u{26FD}', '\u{26FD}'),
    ('\u{2705}', '\u{2705}'), ('\u{270A}', '\u{270B}'), ('\u{2728}', '\u{2728}'), ('\u{274C}', '\u{274C}'),
    ('\u{274E}', '\u{274E}'), ('\u{2753}', '\u{2755}'), ('\u{2757}', '\u{2757}'), ('\u{2795}', '\u{2797}'),
    ('\u{27B0}', '\u{27B0}'), ('\u{27BF}', '\u{27BF}'), ('\u{2B1B}', '\u{2B1C}'), ('\u{2B50}', '\u{2B50}'),
    ('\u{2B55}', '\u{2B55}'), ('\u{1F004}', '\u{1F004}'), ('\u{1F0CF}', '\u{1F0CF}'), ('\u{1F18E}', '\u{1F18E}'),
    ('\u{1F191}', '\u{1F19A}'), ('\u{1F1E6}', '\u{1F1FF}'), ('\u{1F201}', '\u{1F201}'), ('\u{1F21A}', '\u{1F21A}'),
    ('\u{1F22F}', '\u{1F22F}'), ('\u{1F232}', '\u{1F236}'), ('\u{1F238}', '\u{1F23A}'), ('\u{1F250}', '\u{1F251}'),
    ('\u{1F300}', '\u{1F320}'), ('\u{1F32D}', '\u{1F335}'), ('\u{1F337}', '\u{1F37C}'), ('\u{1F37E}', '\u{1F393}'),
    ('\u{1F3A0}', '\u{1F3CA}'), ('\u{1F3CF}', '\u{1F3D3}'), ('\u{1F3E0}', '\u{1F3F0}'), ('\u{1F3F4}', '\u{1F3F4}'),
    ('\u{1F3F8}', '\u{1F43E}'), ('\u{1F440}', '\u{1F440}'), ('\u{1F442}', '\u{1F4FC}'), ('\u{1F4FF}', '\u{1F53D}'),
    ('\u{1F54B}', '\u{1F54E}'), ('\u{1F550}', '\u{1F567}'), ('\u{1F57A}', '\u{1F57A}'), ('\u{1F595}', '\u{1F596}'),
    ('\u{1F5A4}', '\u{1F5A4}'), ('\u{1F5FB}', '\u{1F64F}'), ('\u{1F680}', '\u{1F6C5}'), ('\u{1F6CC}', '\u{1F6CC}'),
    ('\u{1F6D0}', '\u{1F6D2}'), ('\u{1F6D5}', '\u{1F6D7}'), ('\u{1F6DC}', '\u{1F6DF}'), ('\u{1F6EB}', '\u{1F6EC}'),
    ('\u{1F6F4}', '\u{1F6FC}'), ('\u{1F7E0}', '\u{1F7EB}'), ('\u{1F7F0}', '\u{1F7F0}'), ('\u{1F90C}', '\u{1F93A}'),
    ('\u{1F93C}', '\u{1F945}'), ('\u{1F947}', '\u{1F9FF}'), ('\u{1FA70}', '\u{1FA7C}'), ('\u{1FA80}', '\u{1FA89}'),
    ('\u{1FA8F}', '\u{1FAC6}'), ('\u{1FACE}', '\u{1FADC}'), ('\u{1FADF}', '\u{1FAE9}'), ('\u{1FAF0}', '\u{1FAF8}'),
];

/// Variation selectors: display the preceding character as text, or as an emoji.
const TEXT_STYLE: char = '\u{FE0E}';
const EMOJI_STYLE: char = '\u{FE0F}';

/// The enclosing keycap, which makes an emoji of a digit or symbol.
const KEYCAP: char = '\u{20E3}';

/// Whether a grapheme is displayed as an emoji: an emoji character with its skin tones and joined
/// characters, a character with [`EMOJI_STYLE`], a flag, or a keycap.
pub(super) fn is_emoji(grapheme: &str) -> bool {
    let is_text = |c: char| c.is_ascii() || c == TEXT_STYLE;
    let Some(first) = grapheme.chars().next() else { return false };
    if first.is_ascii() {
        return grapheme.ends_with(KEYCAP);
    }
    let mut rest = grapheme.chars();
    !rest.clone().any(is_text) && rest.any(|c| c == EMOJI_STYLE || has_emoji_presentation(c))
}

fn has_emoji_presentation(c: char) -> bool {
    let after = EMOJI.partition_point(|&(first, _)| first <= c);
    after.checked_sub(1).is_some_and(|at| c <= EMOJI[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_unicode() {
        let property = regex::Regex::new(r"^\p{Emoji_Presentation}$").expect("a pattern");
        for c in '\0'..='\u{1FFFF}' {
            let mut bytes = [0; 4];
            assert_eq!(
                property.is_match(c.encode_utf8(&mut bytes)),
                has_emoji_presentation(c),
                "{c:?}"
            );
        }
    }

    #[test]
    fn graphemes_are_emoji_by_their_presentation() {
        for (grapheme, expected) in [
            ("😂", true),
            ("👍🏽", true),
            ("👨‍👩‍👧", true),
            ("❤\u{FE0F}", true),
            ("❤", false),
            ("✌🏽", true),
            ("☕\u{FE0E}", false),
            ("🇩🇪", true),
            ("1\u{FE0F}\u{20E3}", true),
            ("1", false),
            ("™", false),
            ("e\u{301}", false),
            ("傻", false),
            ("", false),
        ] {
            assert_eq!(is_emoji(grapheme), expected, "{grapheme}");
        }
    }
}
