//! What kind of character a folded character is.

use super::table;

/// The facts of one character that folds to itself, as the table holds them.
#[derive(Clone, Copy)]
pub(crate) struct Facts(u32);

impl Facts {
    /// The facts of a character of a folded text.
    #[inline]
    pub(crate) fn of(c: char) -> Facts {
        let entry = table::lookup(c);
        debug_assert_eq!(entry & table::KIND_MASK, table::OWN, "{c:?} is not folded");
        Facts(entry)
    }

    /// The facts of a character that no word has and that ends no line.
    pub(super) const SYMBOL: Facts = Facts(table::OTHER);

    /// An entry of the table that is known to be of the kind `OWN`.
    #[inline]
    pub(super) fn from_entry(entry: u32) -> Facts {
        debug_assert_eq!(entry & table::KIND_MASK, table::OWN);
        Facts(entry)
    }

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

    /// The canonical combining class.
    #[inline]
    pub(super) fn ccc(self) -> u32 {
        self.0 >> table::CCC_SHIFT & table::CCC_MASK
    }
}
