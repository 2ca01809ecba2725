//! The table lookup: what a character folds to ([`Folding`]), and the properties of a folded
//! character ([`CharProps`]).

use std::ops::BitOr;

use super::table;

/// What a character folds to by itself.
pub(super) enum Folding {
    /// Itself, with its properties.
    Itself(CharProps),
    /// One other character.
    One { to: char, is_symbol: bool },
    /// More than one character.
    Many { to: &'static str, is_symbol: bool },
    /// The empty string.
    Nothing,
}

impl Folding {
    #[inline(always)]
    pub(super) fn of(c: char) -> Folding {
        let entry = table::lookup(c);
        let is_symbol = entry & table::SYMBOL != 0;
        match entry & table::KIND_MASK {
            table::OWN => Folding::Itself(CharProps(entry)),
            table::ONE => {
                let to = entry >> table::TARGET_SHIFT & table::TARGET_MASK;
                let to = char::from_u32(to).expect("the table contains code points");
                Folding::One { to, is_symbol }
            }
            table::MANY => {
                let start = (entry >> table::OFFSET_SHIFT & table::OFFSET_MASK) as usize;
                let length = (entry >> table::LENGTH_SHIFT & table::LENGTH_MASK) as usize;
                Folding::Many { to: &table::EXPANSIONS[start..start + length], is_symbol }
            }
            _ => Folding::Nothing,
        }
    }
}

/// The properties of a character that folds to itself, as in the table.
#[derive(Clone, Copy)]
pub(crate) struct CharProps(u32);

impl CharProps {
    /// Returns the properties of a character of a folded text.
    #[inline]
    pub(crate) fn of(c: char) -> CharProps {
        debug_assert!(CharProps::is_folded(c), "{c:?} is not folded");
        CharProps(table::lookup(c))
    }

    /// Whether a folded text may contain a character.
    pub(crate) fn is_folded(c: char) -> bool {
        // Separators fold to control characters, which are dropped where a message has them.
        table::lookup(c) & table::KIND_MASK == table::OWN || c.is_control()
    }

    /// Returns the properties of a character if it folds to itself and is not a jamo.
    #[inline]
    pub(super) fn of_plain(c: char) -> Option<CharProps> {
        let entry = table::lookup(c);
        (entry & (table::KIND_MASK | table::JAMO) == table::OWN).then_some(CharProps(entry))
    }

    /// The properties of a character that is neither part of words nor a line break.
    pub(super) const SYMBOL: CharProps = CharProps(table::OTHER);

    fn class(self) -> u32 {
        self.0 & table::CLASS_MASK
    }

    /// A letter, digit or combining mark: a character of words.
    #[inline]
    pub(crate) fn is_word(self) -> bool {
        self.class() != table::OTHER
    }

    /// A letter.
    #[inline]
    pub(crate) fn is_letter(self) -> bool {
        self.class() == table::LETTER
    }

    /// A letter whose fold does not depend on its neighbors.
    #[inline]
    pub(super) fn is_plain_letter(self) -> bool {
        self.is_plain_unless_latin() && self.0 & table::CONFUSABLE == 0
    }

    /// A letter whose fold depends on its neighbors only if words of other scripts are read as Latin.
    #[inline]
    pub(super) fn is_plain_unless_latin(self) -> bool {
        const MASK: u32 =
            table::CLASS_MASK | table::TATWEEL | table::JAMO | table::SHAPE | table::RESPELLED;
        self.0 & MASK == table::LETTER
    }

    /// A combining mark, nonspacing or spacing.
    #[inline]
    pub(crate) fn is_mark(self) -> bool {
        self.is_nonspacing() || self.class() == table::SPACING
    }

    /// A nonspacing mark, of which Zalgo stacks consist.
    #[inline]
    pub(super) fn is_nonspacing(self) -> bool {
        self.class() == table::NONSPACING
    }

    /// A letter of Latin, Greek, Cyrillic, Arabic or Hebrew, whose combining marks are dropped.
    #[inline]
    pub(super) fn drops_marks(self) -> bool {
        self.0 & table::BARE != 0
    }

    /// Of a script without spaces between words.
    #[inline]
    pub(crate) fn is_unspaced(self) -> bool {
        self.0 & table::UNSPACED != 0
    }

    /// A letter of a script with spaces between words: an adjacent apostrophe may be part of the
    /// word.
    #[inline]
    pub(crate) fn takes_apostrophe(self) -> bool {
        self.is_letter() && !self.is_unspaced()
    }

    /// A line break.
    #[inline]
    pub(crate) fn is_break(self) -> bool {
        self.0 & table::BREAK != 0
    }

    /// The ASCII apostrophe, to which its typographic forms fold.
    #[inline]
    pub(crate) fn is_apostrophe(self) -> bool {
        self.0 & table::APOSTROPHE != 0
    }

    /// The Arabic tatweel.
    #[inline]
    pub(super) fn is_tatweel(self) -> bool {
        self.0 & table::TATWEEL != 0
    }

    /// A conjoining vowel or trailing consonant of Hangul.
    #[inline]
    pub(super) fn is_jamo(self) -> bool {
        self.0 & table::JAMO != 0
    }

    /// A letter or combining mark that is folded to another spelling.
    #[inline]
    pub(super) fn is_respelled(self) -> bool {
        self.0 & table::RESPELLED != 0
    }

    /// A regional indicator.
    #[inline]
    pub(super) fn is_regional(self) -> bool {
        self.0 & table::REGIONAL != 0
    }

    /// An emoji or symbol that shows letters.
    #[inline]
    pub(super) fn is_enclosed(self) -> bool {
        self.0 & table::ENCLOSED != 0
    }

    /// A letter or symbol that may imitate a Latin letter.
    #[inline]
    pub(super) fn may_imitate(self) -> bool {
        self.0 & table::IMITATION != 0
    }

    /// A confusable of a Latin letter, or a letter whose capital is.
    #[inline]
    pub(super) fn is_confusable(self) -> bool {
        self.0 & table::CONFUSABLE != 0
    }

    /// A confusable that is a variant shape of a Latin letter.
    #[inline]
    pub(super) fn is_shape(self) -> bool {
        self.0 & table::SHAPE != 0
    }

    /// An exact homoglyph: a confusable of another script that cannot be distinguished from the
    /// Latin letter.
    #[inline]
    pub(super) fn is_homoglyph(self) -> bool {
        self.0 & table::HOMOGLYPH != 0
    }

    /// A Latin letter.
    pub(crate) fn is_latin(self) -> bool {
        self.is_letter() && self.script() == Scripts::LATIN
    }

    /// The script of a letter.
    #[inline]
    pub(super) fn script(self) -> Scripts {
        match self.0 >> table::SCRIPT_SHIFT & table::SCRIPT_MASK {
            table::COMMON => Scripts::NONE,
            script => Scripts(1 << script),
        }
    }

    /// The canonical combining class.
    #[inline]
    pub(super) fn ccc(self) -> u32 {
        self.0 >> table::CCC_SHIFT & table::CCC_MASK
    }
}

/// A set of scripts. Scripts without confusables count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scripts(pub(super) u8);

impl Scripts {
    pub(super) const NONE: Scripts = Scripts(0);

    pub(super) const LATIN: Scripts = Scripts(1 << table::LATIN);

    pub(super) const GREEK: Scripts = Scripts(1 << table::GREEK);

    pub(super) const CYRILLIC: Scripts = Scripts(1 << table::CYRILLIC);

    /// The scripts of which letters may be read as Latin.
    pub(super) const WITH_LATIN: Scripts =
        Scripts(Self::LATIN.0 | Self::GREEK.0 | Self::CYRILLIC.0);

    pub(super) fn is_mixed(self) -> bool {
        self.0.count_ones() > 1
    }

    pub(super) fn shares(self, other: Scripts) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Scripts {
    type Output = Scripts;

    fn bitor(self, other: Scripts) -> Scripts {
        Scripts(self.0 | other.0)
    }
}
