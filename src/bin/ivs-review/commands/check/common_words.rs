//! Common English words and names, which no entry should hit that does not mean them. In the command line
//! alone: the handler has no use for them. `tools/common-words` makes them, and says of what.

/// In bands, the most common first; by the alphabet in each, and without what a word shares with the one
/// before, but for how many letters that are.
const WORDS: &str = include_str!("common_words.txt");

/// The words, the most common first, as far as bands tell.
pub(super) fn words() -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for line in WORDS.lines() {
        let mut rest = line.chars();
        let shared = rest.next().and_then(|digit| digit.to_digit(36));
        // Between two bands.
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
    fn words_are_common_first_and_none_stands_twice() {
        let words = words();
        assert!((60_000..80_000).contains(&words.len()), "{}", words.len());
        assert!(words.iter().all(|it| it.len() > 2 && it.bytes().all(|b| b.is_ascii_lowercase())));
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
        let place = |word: &str| words.iter().position(|it| it == word).expect(word);
        assert!(place("the") < 1_000 && place("good") < 1_000 && place("james") < 1_000);
        assert!(place("good") < place("assassin") && place("assassin") < place("grottoes"));
        for word in ["classic", "analysis", "cockpit", "arsenal", "dickinson", "hancock", "spicy"] {
            place(word);
        }
        assert!(!words.iter().any(|it| it == "shit" || it == "cunt"));
    }
}
