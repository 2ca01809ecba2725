//! The Unicode data of ICU4X.

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::properties::{
    CanonicalCombiningClassMap, CanonicalCombiningClassMapBorrowed, CanonicalComposition,
    CanonicalCompositionBorrowed,
};
use icu_normalizer::{DecomposingNormalizer, DecomposingNormalizerBorrowed};
use icu_properties::props::{
    DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, Script,
};
use icu_properties::script::{ScriptWithExtensions, ScriptWithExtensionsBorrowed};
use icu_properties::{
    CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed,
};

use crate::layout::{DIGIT, LETTER, NONSPACING, OTHER, SPACING};

/// The crates whose code or data determines the table.
const SOURCES: [&str; 7] = [
    "icu_casemap",
    "icu_casemap_data",
    "icu_normalizer",
    "icu_normalizer_data",
    "icu_properties",
    "icu_properties_data",
    "unicode-security",
];

/// Lookups into the data compiled into the ICU4X crates.
pub(crate) struct Unicode {
    pub(crate) case: CaseMapperBorrowed<'static>,
    pub(crate) nfkd: DecomposingNormalizerBorrowed<'static>,
    pub(crate) composition: CanonicalCompositionBorrowed<'static>,
    pub(crate) category: CodePointMapDataBorrowed<'static, GeneralCategory>,
    pub(crate) combining_class: CanonicalCombiningClassMapBorrowed<'static>,
    pub(crate) script: CodePointMapDataBorrowed<'static, Script>,
    pub(crate) script_extensions: ScriptWithExtensionsBorrowed<'static>,
    pub(crate) ignorable: CodePointSetDataBorrowed<'static>,
}

impl Unicode {
    pub(crate) fn new() -> Self {
        Self {
            case: CaseMapper::new(),
            nfkd: DecomposingNormalizer::new_nfkd(),
            composition: CanonicalComposition::new(),
            category: CodePointMapData::new(),
            combining_class: CanonicalCombiningClassMap::new(),
            script: CodePointMapData::new(),
            script_extensions: ScriptWithExtensions::new(),
            ignorable: CodePointSetData::new::<DefaultIgnorableCodePoint>(),
        }
    }

    /// Returns the class of a character that folds to itself, as in a table entry.
    pub(crate) fn class(&self, c: char) -> u32 {
        match self.category.get(c) {
            GeneralCategory::LetterNumber => LETTER,
            GeneralCategory::DecimalNumber => DIGIT,
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => NONSPACING,
            GeneralCategory::SpacingMark => SPACING,
            category if GeneralCategoryGroup::Letter.contains(category) => LETTER,
            _ => OTHER,
        }
    }

    /// Returns the ASCII digit with the value of a decimal digit. The digits of a script follow each
    /// other from 0 to 9.
    pub(crate) fn digit(&self, c: char) -> Option<char> {
        let is_digit = |&c: &char| self.category.get(c) == GeneralCategory::DecimalNumber;
        let before = || ('\0'..c).rev().take_while(is_digit).count();
        is_digit(&c).then(|| char::from(b'0' + (before() % 10) as u8))
    }

    pub(crate) fn is_mark(&self, c: char) -> bool {
        use GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
        matches!(self.category.get(c), NonspacingMark | EnclosingMark | SpacingMark)
    }
}

/// The Unicode version of all the data, such as `18.0.0`.
pub(crate) fn version() -> &'static str {
    let version = icu_properties_data::unicode_tag!();
    assert_eq!(version, icu_normalizer_data::unicode_tag!(), "mixed Unicode versions");
    assert_eq!(version, icu_casemap_data::unicode_tag!(), "mixed Unicode versions");
    let (major, minor, update) = unicode_security::UNICODE_VERSION;
    assert_eq!(version, format!("{major}.{minor}.{update}"), "mixed Unicode versions");
    version
}

/// The crates in [`SOURCES`] with their versions, from this package's lock file.
pub(crate) fn sources() -> Vec<String> {
    let lock = include_str!("../Cargo.lock");
    let version_of = |name: &str| {
        let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        package.split_once('"').map(|(version, _)| version)
    };
    SOURCES
        .iter()
        .map(|name| format!("{name} {}", version_of(name).expect("a dependency is in the lock")))
        .collect()
}
