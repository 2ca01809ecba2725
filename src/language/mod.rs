//! The language of a list: [`Language`].
//!
//! A list names its language in its head (`#! language: vi`), or a rule names it. It decides what
//! differs between languages and cannot be seen from the letters: which accents make other letters,
//! how words are respelled, and what may be attached to a word. What a script has in all its
//! languages is part of the [fold](crate::normalize).
//!
//! Example: Vietnamese `các` (a plural) is another word than `cac`, so an entry of a Vietnamese list
//! matches as it is written. In English an accent is decoration, so `bad` matches `bäd`.

mod harmless;
mod respelling;
mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::harmless::{LONGEST_HARMLESS, is_harmless_word};
use crate::suggest::{Nearness, suggest};

/// Returns where a word may begin after proclitics of some language, as offsets from the start of
/// `token`.
pub(crate) fn after_proclitics(token: &str) -> impl Iterator<Item = usize> {
    const LANGUAGES: [Language; 3] = [Language::ARABIC, Language::PERSIAN, Language::HEBREW];
    let letters = token.char_indices().take(table::LONGEST_PROCLITIC);
    // Few words begin with such a letter.
    let letters = letters.take_while(|&(_, c)| table::PROCLITIC_LETTERS.contains(c));
    let ends = letters.map(|(at, c)| at + c.len_utf8()).filter(|&end| end < token.len());
    ends.filter(|&end| {
        LANGUAGES.iter().any(|language| language.proclitics().any(|it| *it == token[..end]))
    })
}

/// A language that lists may have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Language(u8);

impl From<Language> for u8 {
    fn from(language: Language) -> u8 {
        language.0
    }
}

impl TryFrom<u8> for Language {
    type Error = &'static str;

    fn try_from(index: u8) -> Result<Language, &'static str> {
        Language::from_index(index).ok_or("unknown language")
    }
}

impl Language {
    /// English.
    pub const ENGLISH: Language = Language::known("en");
    const ARABIC: Language = Language::known("ar");
    const ESTONIAN: Language = Language::known("et");
    const FINNISH: Language = Language::known("fi");
    const HEBREW: Language = Language::known("he");
    const KOREAN: Language = Language::known("ko");
    const PERSIAN: Language = Language::known("fa");
    const RUSSIAN: Language = Language::known("ru");

    const fn known(code: &str) -> Language {
        Language(table::index_of(code.as_bytes(), 0) as u8)
    }

    /// Returns every language, by code.
    pub fn all() -> impl Iterator<Item = Language> {
        (0..table::COUNT as u8).map(Language)
    }

    /// Returns the index among all languages, by code.
    pub(crate) fn index(self) -> u8 {
        self.0
    }

    /// Returns the language with this index; `None` if there are not as many.
    pub(crate) fn from_index(index: u8) -> Option<Language> {
        (usize::from(index) < table::COUNT).then_some(Language(index))
    }

    /// Returns the language of a tag such as `de` or `pt-BR`, of which only the language counts.
    /// `None` if it is unknown.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let code = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let code = match code.as_str() {
            "nb" | "nn" => "no",
            "fil" => "tl",
            code => code,
        };
        Language::all().find(|language| language.code() == code)
    }

    /// Returns the language that an unknown tag was probably meant to be: the one with this name or
    /// the most similar one.
    pub fn nearest(name: &str) -> Option<Language> {
        let names: Vec<String> = Language::all().map(|it| it.name().to_lowercase()).collect();
        let near = suggest(name, names.iter().map(String::as_str), Nearness::Similar)?;
        let index = names.iter().position(|it| it == near)?;
        Some(Language(index as u8))
    }

    /// Returns the language of an entry: that of its list or, if the list names none, English, or
    /// for letters of another script the language that most texts in it have.
    pub(crate) fn of_entry(of_list: Option<Language>, entry: &str) -> Language {
        let by_script = || match entry.chars().find(|c| c.is_alphabetic()) {
            Some('\u{400}'..='\u{52F}') => Language::RUSSIAN,
            Some('\u{5D0}'..='\u{5EA}') => Language::HEBREW,
            Some('\u{620}'..='\u{6FF}') => Language::ARABIC,
            Some('\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7A3}') => {
                Language::KOREAN
            }
            _ => Language::ENGLISH,
        };
        of_list.unwrap_or_else(by_script)
    }

    /// The code of ISO 639-1, such as `de`.
    pub fn code(self) -> &'static str {
        let at = usize::from(self.0) * 3;
        &table::CODES[at..at + 2]
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        table::NAMES.split(' ').nth(usize::from(self.0)).unwrap_or_default()
    }

    /// Returns the endings that `word+` matches, folded.
    pub fn endings(self) -> impl Iterator<Item = &'static str> {
        table::ENDINGS.of(self.0)
    }

    /// Whether a message may add a combining mark to a letter of an entry, so that it is decoration
    /// and not another letter of the language.
    pub(crate) fn may_add(self, base: char, mark: char) -> bool {
        let mut letters = table::LETTERS.of(self.0).map(str::chars);
        !letters.any(|mut letters| letters.next() == Some(mark) && letters.any(|it| it == base))
    }

    /// Returns what may follow a whole word and belongs to it, such as Korean particles.
    pub fn particles(self) -> impl Iterator<Item = &'static str> {
        table::PARTICLES.of(self.0)
    }

    /// Returns what may precede a whole word and belongs to it, such as the Arabic article.
    pub fn proclitics(self) -> impl Iterator<Item = &'static str> {
        table::PROCLITICS.of(self.0)
    }

    /// Whether words of the language have proclitics.
    pub(crate) fn has_proclitics(self) -> bool {
        !table::PROCLITICS.is_empty(self.0)
    }

    /// Returns the other spellings in which an entry is searched, such as `arschloecher` for German
    /// `arschlöcher`.
    pub fn respellings(self, entry: &str) -> Vec<String> {
        respelling::respellings(self, entry)
    }

    /// Whether the length of a sound decides between words, and a letter is written twice for a long
    /// one, in words of any length: Finnish *tapan* (I kill) and *tapaan* (I meet).
    pub(crate) fn has_long_letters(self) -> bool {
        self == Language::ESTONIAN || self == Language::FINNISH
    }

    /// Whether the language has one of the letters in `text` that look like others, such as `ł`.
    pub(crate) fn has_lookalike_in(self, text: &str) -> bool {
        table::LOOKALIKES.of(self.0).any(|letters| text.contains(|c| letters.contains(c)))
    }

    /// Whether some marks make other letters of the language.
    pub(crate) fn has_own_letters(self) -> bool {
        !table::LETTERS.is_empty(self.0)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};

    #[test]
    fn each_language_has_a_code_and_a_name() {
        let codes: Vec<&str> = Language::all().map(Language::code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(Language::all().all(|language| !language.name().is_empty()));
        assert_eq!(table::NAMES.split(' ').count(), codes.len());
        assert_eq!(Language::ENGLISH.name(), "English");
        assert_eq!(Language::RUSSIAN.name(), "Russian");
    }

    #[test]
    fn tags_and_names_are_found() {
        let code = |tag| Language::from_tag(tag).map(Language::code);
        assert_eq!(code("vi"), Some("vi"));
        assert_eq!(code("pt-BR"), Some("pt"));
        assert_eq!(code("zh_Hant"), Some("zh"));
        assert_eq!(code("NB"), Some("no"));
        assert_eq!(code("xx"), None);
        assert_eq!(code(""), None);
        let near = |name| Language::nearest(name).map(Language::code);
        assert_eq!(near("German"), Some("de"));
        assert_eq!(near("vietnamise"), Some("vi"));
        assert_eq!(near("qqq"), None);
    }

    #[test]
    fn the_script_of_an_entry_names_the_language_of_a_list_without_one() {
        let of = |entry| Language::of_entry(None, entry).code();
        assert_eq!(of("badword"), "en");
        assert_eq!(of("göt"), "en");
        assert_eq!(of("씨발"), "ko");
        assert_eq!(of("1 сука"), "ru");
        assert_eq!(of("זונה"), "he");
        assert_eq!(of("حمار"), "ar");
        assert_eq!(of("☆"), "en");
        assert_eq!(Language::of_entry(Some(Language::ENGLISH), "씨발").code(), "en");
    }

    #[test]
    fn proclitics_are_of_known_languages_and_short() {
        for language in Language::all() {
            let known = [Language::ARABIC, Language::HEBREW, Language::PERSIAN];
            assert_eq!(language.has_proclitics(), known.contains(&language), "{language}");
            let lengths = language.proclitics().map(|it| it.chars().count());
            assert!(lengths.max().unwrap_or(0) <= table::LONGEST_PROCLITIC, "{language}");
            let mut letters = language.proclitics().flat_map(str::chars);
            assert!(letters.all(|c| table::PROCLITIC_LETTERS.contains(c)), "{language}");
        }
        assert_eq!(after_proclitics("والكلب").collect::<Vec<_>>(), [2, 6]);
    }

    #[test]
    fn endings_are_folded() {
        let form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
        let mut buffer = Folded::default();
        for language in Language::all() {
            for ending in
                language.endings().chain(language.particles()).chain(language.proclitics())
            {
                let folded = Normalized::new(ending, form, SymbolMode::Entry, &mut buffer);
                assert_eq!(folded.text(), ending, "{language}");
            }
        }
    }
}
