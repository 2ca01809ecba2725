//! What a character folds to, and what kind of character a folded character is.

use std::ops::BitOr;

use super::table;

/// What a character folds to by itself.
pub(super) enum Folding {
    /// To itself.
    Itself(CharProps),
    /// To one other character.
    One {
        to: char,
        is_symbol: bool,
    },
    /// To more than one.
    Many {
        to: &'static str,
        is_symbol: bool,
    },
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
                let to = char::from_u32(to).expect("the table holds code points");
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

/// The props of one character that folds to itself, as the table holds them.
#[derive(Clone, Copy)]
pub(crate) struct CharProps(u32);

impl CharProps {
    /// The props of a character of a folded text.
    #[inline]
    pub(crate) fn of(c: char) -> CharProps {
        let entry = table::lookup(c);
        debug_assert_eq!(entry & table::KIND_MASK, table::OWN, "{c:?} is not folded");
        CharProps(entry)
    }

    /// The props of a character if it folds to itself and is no jamo.
    #[inline]
    pub(super) fn of_plain(c: char) -> Option<CharProps> {
        let entry = table::lookup(c);
        (entry & (table::KIND_MASK | table::JAMO) == table::OWN).then_some(CharProps(entry))
    }

    /// The props of a character that no word has and that ends no line.
    pub(super) const SYMBOL: CharProps = CharProps(table::OTHER);

    fn class(self) -> u32 {
        self.0 & table::CLASS_MASK
    }

    /// A letter, digit or mark: what words are made of.
    #[inline]
    pub(crate) fn is_word(self) -> bool {
        self.class() != table::OTHER
    }

    /// A letter.
    #[inline]
    pub(crate) fn is_letter(self) -> bool {
        self.class() == table::LETTER
    }

    /// A decimal digit.
    #[inline]
    pub(super) fn is_digit(self) -> bool {
        self.class() == table::DIGIT
    }

    /// A letter, which nothing beside it changes.
    #[inline]
    pub(super) fn is_plain_letter(self) -> bool {
        const MASK: u32 = table::CLASS_MASK | table::TATWEEL | table::JAMO | table::CONFUSABLE;
        self.0 & MASK == table::LETTER
    }

    /// A mark of either kind.
    #[inline]
    pub(crate) fn is_mark(self) -> bool {
        self.is_nonspacing() || self.class() == table::SPACING
    }

    /// A mark that takes no room of its own, as Zalgo stacks are made of.
    #[inline]
    pub(super) fn is_nonspacing(self) -> bool {
        self.class() == table::NONSPACING
    }

    /// A letter of Latin, Greek, Cyrillic, Arabic or Hebrew, which loses its marks.
    #[inline]
    pub(super) fn is_bare(self) -> bool {
        self.0 & table::BARE != 0
    }

    /// Of a script that puts no spaces between its words.
    #[inline]
    pub(crate) fn is_unspaced(self) -> bool {
        self.0 & table::UNSPACED != 0
    }

    /// A letter of a script that puts spaces between words: an apostrophe beside it may be part of
    /// the word.
    #[inline]
    pub(crate) fn takes_apostrophe(self) -> bool {
        self.is_letter() && !self.is_unspaced()
    }

    /// Ends a line.
    #[inline]
    pub(crate) fn is_break(self) -> bool {
        self.0 & table::BREAK != 0
    }

    /// The apostrophe, to which its typographic forms fold.
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

    /// A regional indicator.
    #[inline]
    pub(super) fn is_regional(self) -> bool {
        self.0 & table::REGIONAL != 0
    }

    /// A letter in a filled square or circle.
    #[inline]
    pub(super) fn is_enclosed(self) -> bool {
        self.0 & table::ENCLOSED != 0
    }

    /// A letter that looks like a Latin one, or whose capital does.
    #[inline]
    pub(super) fn is_confusable(self) -> bool {
        self.0 & table::CONFUSABLE != 0
    }

    /// A look-alike that is a Latin letter in another shape.
    #[inline]
    pub(super) fn is_shape(self) -> bool {
        self.0 & table::SHAPE != 0
    }

    /// A look-alike of another script that cannot be told from the Latin letter.
    #[inline]
    pub(super) fn is_homoglyph(self) -> bool {
        self.0 & table::HOMOGLYPH != 0
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

/// Scripts of letters; those without look-alikes of their own count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scripts(pub(super) u8);

impl Scripts {
    pub(super) const NONE: Scripts = Scripts(0);

    pub(super) const LATIN: Scripts = Scripts(1 << table::LATIN);

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
