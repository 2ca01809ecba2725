//! The bits of a table entry.
//!
//! Defined once: the generator packs entries with the same constants that it emits.

/// A constant as the generated file declares it.
pub(crate) struct Constant {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    pub(crate) doc: &'static str,
}

macro_rules! layout {
    ($(#[doc = $doc:literal] $name:ident = $value:expr;)+) => {
        $(
            #[doc = $doc]
            #[allow(dead_code, reason = "the masks are only needed to read an entry")]
            pub(crate) const $name: u32 = $value;
        )+

        /// All constants above, in order.
        pub(crate) const LAYOUT: &[Constant] = &[
            $(Constant { name: stringify!($name), value: stringify!($value), doc: $doc },)+
        ];
    };
}

layout! {
    /// Selects the kind: [`OWN`], [`ONE`], [`MANY`] or [`DROP`].
    KIND_MASK = 0b11;
    /// Kind: folds to itself; the other bits are its properties.
    OWN = 0;
    /// Kind: folds to the one character at [`TARGET_SHIFT`].
    ONE = 1;
    /// Kind: folds to a slice of [`EXPANSIONS`].
    MANY = 2;
    /// Kind: folds to nothing.
    DROP = 3;

    /// `ONE` and `MANY`: not a letter, digit or combining mark, but folds to some.
    SYMBOL = 1 << 31;
    /// `ONE`: the lowest bit of the code point.
    TARGET_SHIFT = 8;
    /// `ONE`: selects the code point after the shift.
    TARGET_MASK = 0x1f_ffff;
    /// `MANY`: the lowest bit of the length in bytes.
    LENGTH_SHIFT = 2;
    /// `MANY`: selects the length after the shift.
    LENGTH_MASK = 0x3f;
    /// `MANY`: the lowest bit of the byte offset into [`EXPANSIONS`].
    OFFSET_SHIFT = 8;
    /// `MANY`: selects the byte offset after the shift.
    OFFSET_MASK = 0xffff;

    /// `OWN`: selects the class: [`OTHER`], [`LETTER`], [`DIGIT`], [`NONSPACING`] or [`SPACING`].
    CLASS_MASK = 0b111 << 2;
    /// Class: none of the others.
    OTHER = 0;
    /// Class: `General_Category` L* or Nl.
    LETTER = 1 << 2;
    /// Class: `General_Category` Nd.
    DIGIT = 2 << 2;
    /// Class: nonspacing or enclosing mark, `General_Category` Mn or Me.
    NONSPACING = 3 << 2;
    /// Class: spacing mark, `General_Category` Mc.
    SPACING = 4 << 2;
    /// `OWN`: a letter of Latin, Greek, Cyrillic, Arabic or Hebrew, whose combining marks are dropped.
    BARE = 1 << 5;
    /// `OWN`: a letter, digit or combining mark used only by scripts without spaces between words.
    UNSPACED = 1 << 6;
    /// `OWN`: ends a line.
    BREAK = 1 << 7;
    /// `OWN`: U+0027.
    APOSTROPHE = 1 << 8;
    /// `OWN`: U+0640, which stretches an Arabic word and has no meaning.
    TATWEEL = 1 << 9;
    /// `OWN`: a conjoining vowel or trailing consonant, which may end a Hangul syllable.
    JAMO = 1 << 10;
    /// `OWN`: a regional indicator: a letter by itself, a flag in a pair.
    REGIONAL = 1 << 11;
    /// `OWN`: the lowest bit of the script of a letter: [`LATIN`] and so on.
    SCRIPT_SHIFT = 12;
    /// `OWN`: selects the script after the shift.
    SCRIPT_MASK = 0b111;
    /// Script: none of the others.
    OTHER_SCRIPT = 0;
    /// Script: used with any script.
    COMMON = 1;
    /// Script: Latin.
    LATIN = 2;
    /// Script: Cyrillic.
    CYRILLIC = 3;
    /// Script: Greek.
    GREEK = 4;
    /// Script: Armenian.
    ARMENIAN = 5;
    /// `OWN`: a confusable of a Latin letter, or one whose capital is: see [`CONFUSABLES`].
    CONFUSABLE = 1 << 15;
    /// `OWN`: the lowest bit of a combining mark's canonical combining class.
    CCC_SHIFT = 16;
    /// `OWN`: selects the canonical combining class after the shift.
    CCC_MASK = 0xff;

    /// `OWN`: an exact homoglyph: a letter of another script, indistinguishable from a Latin letter.
    HOMOGLYPH = 1 << 24;
    /// `OWN`: a letter of the Latin script that is a variant shape of one of the 26.
    SHAPE = 1 << 25;
    /// `OWN`: an emoji or symbol that shows letters, such as one in a filled square.
    ENCLOSED = 1 << 26;
    /// `OWN`: a letter or combining mark that is folded to another spelling, or a nukta.
    RESPELLED = 1 << 28;

    /// `OWN`: a letter or symbol that may imitate a Latin letter: see [`ALPHABETS`].
    IMITATION = 1 << 27;
    /// The entry of every other code point at or above [`LIMIT`].
    DEFAULT = OWN | OTHER;
}
