//! Common English words and names, which an entry rarely means to match. `tools/common-words`
//! generates the list and documents its sources.

/// Bands of words, the most common band first, separated by empty lines. Words in a band are sorted
/// and front-coded: a line is the number of letters shared with the word before (a digit in base
/// 36) and the rest of the word.
const WORDS: &str = include_str!("common_words.txt");

/// Returns the words by band, the most common band first.
pub(super) fn words() -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for line in WORDS.lines() {
        let mut rest = line.chars();
        let shared = rest.next().and_then(|digit| digit.to_digit(36));
        // An empty line between two bands.
        let Some(shared) = shared else { continue };
        word.truncate(shared as usize);
        word.push_str(rest.as_str());
        words.push(word.clone());
    }
    words
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

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
}
