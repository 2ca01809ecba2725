//! Common words and names, English and of other languages, which an entry rarely means to match. `tools/common-words`
//! generates the lists and documents their sources.

use ivs_chat_review::language::Language;

/// Bands of words, the most common band first, separated by empty lines. Words in a band are sorted
/// and front-coded: a line is the number of letters shared with the word before (a digit in base
/// 36) and the rest of the word.
const WORDS: &str = include_str!("common_words.txt");

/// The commonest words of other languages, front-coded, each language after a line with its code.
const FOREIGN_WORDS: &str = include_str!("foreign_words.txt");

/// Returns the words by band, the most common band first.
pub(in crate::commands) fn words() -> Vec<String> {
    let mut words = Vec::new();
    // An empty line is between two bands.
    decode(WORDS.lines(), |word| words.push(word.to_owned()));
    words
}

/// Returns the commonest words of other languages.
pub(super) fn foreign_words() -> Vec<(Language, String)> {
    let mut words = Vec::new();
    for part in FOREIGN_WORDS.split('=').skip(1) {
        let Some((code, coded)) = part.split_once('\n') else { continue };
        let Some(language) = Language::from_tag(code) else { continue };
        decode(coded.lines(), |word| words.push((language, word.to_owned())));
    }
    words
}

/// Decodes front-coded words.
fn decode<'l>(lines: impl Iterator<Item = &'l str>, mut add: impl FnMut(&str)) {
    let mut word = String::new();
    for line in lines {
        let mut rest = line.chars();
        let Some(shared) = rest.next().and_then(|digit| digit.to_digit(36)) else { continue };
        let shared = word.char_indices().nth(shared as usize).map_or(word.len(), |(at, _)| at);
        word.truncate(shared);
        word.push_str(rest.as_str());
        add(&word);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use ivs_chat_review::engine::Engine;
    use ivs_chat_review::ivs::ReviewRequest;
    use ivs_chat_review::policy::Verdict;
    use ivs_chat_review::review::Reviewer;
    use ivs_chat_review::rules;

    use super::*;

    #[test]
    fn short_words_of_the_engine_are_of_the_first_bands() {
        let words = words();
        // Bands have 1,000, 2,000, 4,000 and 8,000 words.
        for (length, count, expected) in [
            (3, 15_000, include_str!("../../../../engine/entries/short_words/3.txt")),
            (4, 7_000, include_str!("../../../../engine/entries/short_words/4.txt")),
        ] {
            let mut short: Vec<&str> = words[..count].iter().map(String::as_str).collect();
            short.retain(|word| word.len() == length);
            short.sort_unstable();
            assert_eq!(short.concat(), expected);
        }
    }

    #[test]
    fn words_are_unique_and_the_most_common_come_first() {
        let words = words();
        assert!((60_000..80_000).contains(&words.len()), "{}", words.len());
        assert!(words.iter().all(|it| it.len() > 2 && it.bytes().all(|b| b.is_ascii_lowercase())));
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
        let index = |word: &str| words.iter().position(|it| it == word).expect(word);
        assert!(index("the") < 1_000 && index("good") < 1_000 && index("james") < 1_000);
        assert!(index("good") < index("assassin") && index("assassin") < index("grottoes"));
        for word in ["classic", "analysis", "cockpit", "arsenal", "dickinson", "hancock", "spicy"] {
            index(word);
        }
        assert!(!words.iter().any(|it| it == "shit" || it == "cunt"));
    }

    #[test]
    fn foreign_words_are_the_commonest_of_each_language() {
        let words = foreign_words();
        let of = |code: &str| words.iter().filter(|(language, _)| language.code() == code).count();
        assert!(["de", "fr", "vi", "ru", "zh", "nl"].iter().all(|code| of(code) == 1_000));
        let has = |code, word| words.iter().any(|(it, that)| it.code() == code && that == word);
        assert!(has("nl", "gaat") && has("vi", "các") && has("da", "dig") && has("es", "años"));
    }

    /// No common word of another language is denied by the rules that ship.
    #[test]
    fn the_shipped_rules_deny_no_common_word_of_another_language() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let sources = rules::load(&path).expect("the rules can be read");
        let (engine, _) = Engine::compile(rules::parse(&sources).rules);
        let mut reviewer = Reviewer::new(&engine);
        let is_denied = |(_, word): &&(Language, String)| {
            let request = ReviewRequest::new(word.as_str());
            let review = reviewer.review(&request, jiff::civil::date(2026, 12, 31));
            matches!(review.verdict, Verdict::Deny(_))
        };
        let words = foreign_words();
        let denied: Vec<_> = words.iter().filter(is_denied).collect();
        assert!(denied.is_empty(), "{denied:?}");
    }
}
