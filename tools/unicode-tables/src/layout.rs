//! The bits of a table entry.
//!
//! Written once: the constants the generator packs with are the ones it emits.

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
            #[allow(dead_code, reason = "only those who read an entry need the masks")]
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

    /// `ONE` and `MANY`: it is no letter, digit or mark, but folds to some.
    SYMBOL = 1 << 31;
    /// `ONE`: where the code point begins.
    TARGET_SHIFT = 8;
    /// `ONE`: selects the code point, once shifted down.
    TARGET_MASK = 0x1f_ffff;
    /// `MANY`: where the length in bytes begins.
    LENGTH_SHIFT = 2;
    /// `MANY`: selects the length, once shifted down.
    LENGTH_MASK = 0x3f;
    /// `MANY`: where the byte offset into [`EXPANSIONS`] begins.
    OFFSET_SHIFT = 8;
    /// `MANY`: selects the byte offset, once shifted down.
    OFFSET_MASK = 0xffff;

    /// `OWN`: selects the class: [`OTHER`], [`LETTER`], [`DIGIT`], [`NONSPACING`] or [`SPACING`].
    CLASS_MASK = 0b111 << 2;
    /// Class: none of the others.
    OTHER = 0;
    /// Class: `General_Category` L* or Nl.
    LETTER = 1 << 2;
    /// Class: `General_Category` Nd.
    DIGIT = 2 << 2;
    /// Class: a mark that takes no room, `General_Category` Mn or Me.
    NONSPACING = 3 << 2;
    /// Class: a mark that takes room, `General_Category` Mc.
    SPACING = 4 << 2;
    /// `OWN`: a letter of Latin, Greek, Cyrillic, Arabic or Hebrew, to which marks do not belong.
    BARE = 1 << 5;
    /// `OWN`: a letter, digit or mark used only by scripts that put no spaces between words.
    UNSPACED = 1 << 6;
    /// `OWN`: ends a line.
    BREAK = 1 << 7;
    /// `OWN`: U+0027.
    APOSTROPHE = 1 << 8;
    /// `OWN`: U+0640, which stretches an Arabic word and means nothing.
    TATWEEL = 1 << 9;
    /// `OWN`: a conjoining vowel or trailing consonant, which may end a Hangul syllable.
    JAMO = 1 << 10;
    /// `OWN`: a regional indicator: a letter by itself, a flag in a pair.
    REGIONAL = 1 << 11;
    /// `OWN`: where the script of a letter begins: [`LATIN`] and so on.
    SCRIPT_SHIFT = 12;
    /// `OWN`: selects the script, once shifted down.
    SCRIPT_MASK = 0b111;
    /// Script: none of the others.
    OTHER_SCRIPT = 0;
    /// Script: that of a letter which goes with any script.
    COMMON = 1;
    /// Script: Latin.
    LATIN = 2;
    /// Script: Cyrillic.
    CYRILLIC = 3;
    /// Script: Greek.
    GREEK = 4;
    /// Script: Armenian.
    ARMENIAN = 5;
    /// `OWN`: a letter that looks like a Latin one, or whose capital does: see [`LOOK_ALIKES`].
    LOOK_ALIKE = 1 << 15;
    /// `OWN`: where a mark's canonical combining class begins.
    CCC_SHIFT = 16;
    /// `OWN`: selects the canonical combining class, once shifted down.
    CCC_MASK = 0xff;

    /// `OWN`: a letter of another script that cannot be told from the Latin one.
    DOUBLE = 1 << 24;
    /// `OWN`: a letter of the Latin script that is but another shape of one of the 26.
    SHAPE = 1 << 25;
    /// `OWN`: a letter in a filled square or circle, which is an emoji or a sign by itself.
    ENCLOSED = 1 << 26;

    /// What every other code point at or above [`LIMIT`] has.
    DEFAULT = OWN | OTHER;
}
