//! The commonest words of other languages.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use super::front_coded;
use super::offensive::is_offensive;

/// The files of the package, each with the code of its language and whether its words are in the
/// Latin alphabet.
const FILES: [(&str, &str, bool); 29] = [
    ("arabic", "ar", false),
    ("bulgarian", "bg", false),
    ("czech", "cs", true),
    ("danish", "da", true),
    ("german", "de", true),
    ("greek", "el", false),
    ("spanish", "es", true),
    ("estonian", "et", true),
    ("farsi", "fa", false),
    ("finnish", "fi", true),
    ("french", "fr", true),
    ("hebrew", "he", false),
    ("hindi", "hi", false),
    ("hungarian", "hu", true),
    ("indonesian", "id", true),
    ("italian", "it", true),
    ("japanese", "ja", false),
    ("korean", "ko", false),
    ("dutch", "nl", true),
    ("norwegian", "no", true),
    ("polish", "pl", true),
    ("portuguese", "pt", true),
    ("romanian", "ro", true),
    ("russian", "ru", false),
    ("swedish", "sv", true),
    ("turkish", "tr", true),
    ("ukrainian", "uk", false),
    ("vietnamese", "vi", true),
    ("chinese", "zh", false),
];

/// The number of words of each language.
const COUNT: usize = 1_000;

/// Returns the words of all languages: for each a line with its code after `=`, and its words,
/// sorted and front-coded.
pub(crate) fn words(package: &Path) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for (file, code, is_latin) in FILES {
        let path = package.join("build/resources").join(format!("{file}.txt"));
        let mut words = BTreeSet::new();
        for word in fs::read_to_string(path)?.lines() {
            let word = word.trim().to_lowercase();
            let is_word = word.chars().count() > 1
                && word.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase())
                && (is_latin || !word.is_ascii());
            if is_word && !is_offensive(&word) {
                words.insert(word);
            }
            if words.len() == COUNT {
                break;
            }
        }
        text.push_str(&format!("={code}\n"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        front_coded(&mut text, &words);
    }
    Ok(text)
}
