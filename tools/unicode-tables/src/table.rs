//! The entry of every character, before it is packed into a trie.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use icu_properties::props::Script;

use crate::alphabets;
use crate::confusables;
use crate::emblems;
use crate::fold::fold;
use crate::layout::*;
use crate::spelling;
use crate::unicode::Unicode;

pub(crate) struct Table {
    /// One per code point, surrogates included.
    pub(crate) entries: Vec<u32>,
    /// The string that `MANY` entries are slices of.
    pub(crate) expansions: String,
    /// Confusables and their Latin letters.
    pub(crate) confusables: Vec<(char, char)>,
    /// Folded letters whose capital looks like another Latin letter, with that letter.
    pub(crate) other_cases: Vec<(char, char)>,
    /// The letters of the alphabets of text generators, each with one or two Latin letters.
    pub(crate) alphabets: BTreeMap<char, Vec<char>>,
}

impl Table {
    pub(crate) fn build() -> Self {
        let unicode = Unicode::new();
        let folds: Vec<(char, String)> =
            ('\0'..=char::MAX).map(|c| (c, fold(&unicode, c))).collect();
        let expansions = pool(folds.iter().map(|(_, to)| to.as_str()));

        let mut entries = vec![DEFAULT; 0x11_0000];
        let confusables = confusables::all(&unicode);
        for (c, to) in &folds {
            entries[*c as usize] = entry(&unicode, *c, to, &expansions);
        }
        for c in confusables::folded(&unicode, &confusables) {
            entries[c as usize] |= CONFUSABLE;
        }
        let other_cases = confusables::other_cases(&unicode, &confusables);
        let alphabets = alphabets::letters(&unicode);
        for c in alphabets.keys().filter(|&&c| alphabets::is_indicator(&unicode, c)) {
            // Of a letter with marks, such as ズ, the base need not be in an alphabet itself.
            for (index, c) in fold(&unicode, *c).chars().enumerate() {
                if alphabets.contains_key(&c) || (index == 0 && !c.is_ascii()) {
                    entries[c as usize] |= IMITATION;
                }
            }
        }
        let table = Self { entries, expansions, confusables, other_cases, alphabets };
        for c in folds.iter().flat_map(|(_, to)| to.chars()) {
            assert_eq!(table.kind(c), OWN, "U+{:04X} is folded to, but folds", u32::from(c));
        }
        table
    }

    /// Returns the number of characters that fold to something other than themselves.
    pub(crate) fn folded(&self) -> usize {
        self.entries.iter().filter(|&e| e & KIND_MASK != OWN).count()
    }

    /// Returns the size of the written confusables.
    pub(crate) fn confusable_bytes(&self) -> usize {
        (self.confusables.len() + self.other_cases.len()) * size_of::<u32>()
    }

    /// Returns the size of the written alphabets.
    pub(crate) fn alphabet_bytes(&self) -> usize {
        self.alphabets.len() * size_of::<u32>()
    }

    fn kind(&self, c: char) -> u32 {
        self.entries[c as usize] & KIND_MASK
    }
}

fn entry(unicode: &Unicode, c: char, to: &str, expansions: &str) -> u32 {
    let mut chars = to.chars();
    match (chars.next(), chars.next()) {
        (None, _) => DROP,
        (Some(only), None) if only == c => OWN | properties(unicode, c),
        (Some(only), None) => ONE | symbol(unicode, c, to) | u32::from(only) << TARGET_SHIFT,
        (Some(_), Some(_)) => {
            let offset = expansions.find(to).expect("every expansion is in the pool");
            let length = u32::try_from(to.len()).expect("an expansion is short");
            assert!(length <= LENGTH_MASK, "U+{:04X}: its expansion is too long", u32::from(c));
            let offset = u32::try_from(offset).expect("the expansions are short");
            assert!(offset <= OFFSET_MASK, "the expansions are too long");
            MANY | symbol(unicode, c, to) | length << LENGTH_SHIFT | offset << OFFSET_SHIFT
        }
    }
}

/// Returns [`SYMBOL`] if `c` is not a word character, but folds to word characters.
fn symbol(unicode: &Unicode, c: char, to: &str) -> u32 {
    let is_word = |c| unicode.class(c) != OTHER;
    if !is_word(c) && to.chars().any(is_word) { SYMBOL } else { 0 }
}

fn properties(unicode: &Unicode, c: char) -> u32 {
    let class = unicode.class(c);
    let is_mark = matches!(class, NONSPACING | SPACING);
    let combining_class = u32::from(unicode.combining_class.get_u8(c));
    assert!(
        is_mark || combining_class == 0,
        "U+{:04X}: has a combining class, but is not a mark",
        u32::from(c)
    );

    let flags = [
        (BARE, class == LETTER && has_bare_script(unicode, c)),
        (UNSPACED, class != OTHER && has_unspaced_scripts(unicode, c)),
        (BREAK, matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')),
        (APOSTROPHE, c == '\''),
        (TATWEEL, c == '\u{640}'),
        (JAMO, matches!(c, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')),
        (REGIONAL, matches!(c, '\u{1f1e6}'..='\u{1f1ff}')),
        (ENCLOSED, matches!(c, '\u{1f150}'..='\u{1f169}' | '\u{1f170}'..='\u{1f189}')),
        (RESPELLED, spelling::respelled(c).is_some() || spelling::is_nukta(c)),
        (ENCLOSED, emblems::ALL.contains(c)),
        (HOMOGLYPH, confusables::HOMOGLYPHS.contains(c)),
        (SHAPE, confusables::SHAPES.letters.iter().any(|&(letter, _)| letter == c)),
    ];
    let flags = flags.iter().filter(|(_, is_set)| *is_set).fold(0, |bits, (bit, _)| bits | bit);
    class | flags | script(unicode, c, class) << SCRIPT_SHIFT | combining_class << CCC_SHIFT
}

/// The script of a letter.
fn script(unicode: &Unicode, c: char, class: u32) -> u32 {
    match unicode.script.get(c) {
        _ if class != LETTER => OTHER_SCRIPT,
        Script::Common | Script::Inherited => COMMON,
        Script::Latin => LATIN,
        Script::Cyrillic => CYRILLIC,
        Script::Greek => GREEK,
        Script::Armenian => ARMENIAN,
        _ => OTHER_SCRIPT,
    }
}

/// Whether words of the script of `c` can be read without their combining marks.
fn has_bare_script(unicode: &Unicode, c: char) -> bool {
    const BARE: [Script; 5] =
        [Script::Latin, Script::Greek, Script::Cyrillic, Script::Arabic, Script::Hebrew];
    BARE.contains(&unicode.script.get(c))
}

/// Whether every script that uses `c` leaves out the spaces between words.
fn has_unspaced_scripts(unicode: &Unicode, c: char) -> bool {
    const UNSPACED: [Script; 8] = [
        Script::Bopomofo,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Khmer,
        Script::Lao,
        Script::Myanmar,
        Script::Thai,
    ];
    let scripts = unicode.script_extensions.get_script_extensions_val(c);
    scripts.array_len() > 0 && scripts.iter().all(|script| UNSPACED.contains(&script))
}

/// Builds a string that contains every fold of two or more characters.
///
/// Longest first, because most of the shorter ones occur in longer ones.
fn pool<'a>(folds: impl Iterator<Item = &'a str>) -> String {
    let expansions: BTreeSet<_> =
        folds.filter(|to| to.chars().nth(1).is_some()).map(|to| (Reverse(to.len()), to)).collect();
    let mut pool = String::new();
    for (_, to) in expansions {
        if !pool.contains(to) {
            pool.push_str(to);
        }
    }
    pool
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::written;

    #[track_caller]
    fn check(c: char, expected: u32) {
        let properties = properties(&Unicode::new(), c);
        assert_eq!(properties, expected, "U+{:04X}: {properties:#b}", u32::from(c));
    }

    #[test]
    fn classes() {
        check('a', LETTER | BARE | LATIN << SCRIPT_SHIFT);
        check('я', LETTER | BARE | CYRILLIC << SCRIPT_SHIFT);
        check('ש', LETTER | BARE);
        check('ↀ', LETTER | BARE | LATIN << SCRIPT_SHIFT);
        check('한', LETTER);
        check('क', LETTER);
        check('7', DIGIT);
        check(' ', OTHER);
        check('\u{e000}', DEFAULT);
        check('\u{378}', DEFAULT);
        check('\u{301}', NONSPACING | 230 << CCC_SHIFT);
        check('\u{345}', NONSPACING | 240 << CCC_SHIFT);
        check('\u{20e3}', NONSPACING);
        check('\u{93e}', SPACING);
    }

    #[test]
    fn unspaced() {
        check('字', LETTER | UNSPACED);
        check('か', LETTER | UNSPACED);
        check('ー', LETTER | UNSPACED | COMMON << SCRIPT_SHIFT);
        check('々', LETTER | UNSPACED);
        check('ก', LETTER | UNSPACED);
        check('\u{e31}', NONSPACING | UNSPACED);
        check('\u{3099}', NONSPACING | UNSPACED | 8 << CCC_SHIFT);
        check('。', OTHER);
    }

    #[test]
    fn single_characters() {
        check('\n', BREAK);
        check('\u{2028}', BREAK);
        check('\t', OTHER);
        check('\'', APOSTROPHE);
        check('\u{640}', LETTER | TATWEEL | COMMON << SCRIPT_SHIFT);
        check('\u{1100}', LETTER);
        check('\u{1161}', LETTER | JAMO);
        check('\u{11c2}', LETTER | JAMO);
        check('\u{11c3}', LETTER);
        check('🇦', REGIONAL);
        check('🇿', REGIONAL);
        check('🅰', ENCLOSED);
        check('🅩', ENCLOSED);
        check('⭕', ENCLOSED);
        check('🆗', ENCLOSED);
    }

    #[test]
    fn confusables() {
        check('ʙ', LETTER | BARE | SHAPE | LATIN << SCRIPT_SHIFT);
        check('а', LETTER | BARE | HOMOGLYPH | CYRILLIC << SCRIPT_SHIFT);
        check('ο', LETTER | BARE | HOMOGLYPH | GREEK << SCRIPT_SHIFT);
        check('օ', LETTER | HOMOGLYPH | ARMENIAN << SCRIPT_SHIFT);
        let table = Table::build();
        for c in "ʙатομօıяΜ".to_lowercase().chars() {
            assert_eq!(table.entries[c as usize] & (CONFUSABLE | KIND_MASK), CONFUSABLE, "{c}");
        }
        for c in "ł₣ꀎᖴ千ス".chars() {
            assert_eq!(table.entries[c as usize] & (IMITATION | KIND_MASK), IMITATION, "{c}");
        }
        for c in "ałжω日".chars() {
            assert_eq!(table.entries[c as usize] & (CONFUSABLE | KIND_MASK), 0, "{c}");
        }
    }

    #[test]
    fn symbols() {
        let unicode = Unicode::new();
        for (c, to, expected) in [
            ('™', "tm", SYMBOL),
            ('²', "2", SYMBOL),
            ('ⓑ', "b", SYMBOL),
            ('⒜', "(a)", SYMBOL),
            ('ﬁ', "fi", 0),
            ('ª', "a", 0),
            ('Ⅷ', "viii", 0),
            ('…', "...", 0),
        ] {
            assert_eq!(symbol(&unicode, c, to), expected, "{c}");
        }
    }

    #[test]
    fn the_written_table_is_current() {
        let table = Table::build();
        for c in '\0'..=char::MAX {
            assert_eq!(written::lookup(c), table.entries[c as usize], "U+{:04X}", u32::from(c));
        }
        assert_eq!(written::EXPANSIONS, table.expansions);
        assert!(written::CONFUSABLES.is_sorted());
        assert!(written::OTHER_CASES.is_sorted());
        assert!(written::ALPHABETS.is_sorted());

        let trie = crate::trie::Trie::smallest(&table.entries);
        let source = include_str!("../../../src/normalize/table.rs");
        assert!(
            source == crate::emit::source(&table, &trie),
            "src/normalize/table.rs is out of date; run the generator"
        );
    }
}
