//! Short English words that are more likely themselves than parts of a split word.

use crate::sorted_words::is_in;

/// The common words of one to four letters. Those of three and four letters are the words of that
/// length in the first four and three bands of the list on which `check` tests entries (see
/// `tools/common-words`); shorter ones are chosen by hand, in English and in chat.
const SHORT_WORDS: [&str; 4] = [
    "airu",
    include_str!("short_words/2.txt"),
    include_str!("short_words/3.txt"),
    include_str!("short_words/4.txt"),
];

/// Grammatical words: articles, pronouns, prepositions, conjunctions, auxiliary verbs and the like.
/// Sorted.
const GRAMMATICAL: [&str; 119] = [
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
    "be", "been", "before", "being", "both", "but", "by", "can", "could", "did", "do", "does",
    "doing", "done", "down", "each", "ever", "every", "few", "for", "from", "had", "has", "have",
    "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "im", "in", "into",
    "is", "it", "its", "just", "may", "me", "might", "mine", "more", "most", "much", "must", "my",
    "no", "nor", "not", "now", "of", "off", "on", "only", "or", "other", "our", "ours", "out",
    "over", "shall", "she", "should", "since", "so", "some", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "u", "under",
    "until", "up", "us", "very", "was", "we", "were", "what", "when", "where", "which", "while",
    "who", "whose", "why", "will", "with", "would", "you", "your",
];

/// Whether a word of at most four letters is a common one, or such a word with `s`.
pub(super) fn is_common(word: &str) -> bool {
    let stem = word.strip_suffix('s').filter(|stem| stem.len() > 1);
    is_in(&SHORT_WORDS, word) || stem.is_some_and(|stem| is_in(&SHORT_WORDS, stem))
}

/// Whether a word is a grammatical one.
pub(super) fn is_grammatical(word: &str) -> bool {
    GRAMMATICAL.binary_search(&word).is_ok()
}

/// Whether a grammatical word has these letters before and after a single other one.
pub(super) fn fits_grammatical(before: &str, after: &str) -> bool {
    let length = before.len() + 1 + after.len();
    let fits =
        |word: &str| word.len() == length && word.starts_with(before) && word.ends_with(after);
    GRAMMATICAL.iter().any(|word| fits(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_are_sorted_and_found() {
        for (line, length) in SHORT_WORDS.into_iter().zip(1..) {
            let words: Vec<&str> =
                (0..line.len() / length).map(|at| &line[at * length..][..length]).collect();
            assert!(words.is_sorted() && line.len().is_multiple_of(length), "{length}");
            assert!(words.into_iter().all(is_common), "{length}");
        }
        for word in ["a", "as", "to", "pen", "desk", "set", "sets", "pens"] {
            assert!(is_common(word), "{word}");
        }
        for word in ["", "k", "ck", "ger", "uck", "tard", "adword", "é", "s", "as5"] {
            assert!(!is_common(word), "{word}");
        }
    }

    #[test]
    fn a_grammatical_word_may_fit_a_hole() {
        assert!(GRAMMATICAL.is_sorted() && is_grammatical("is") && !is_grammatical("pen"));
        assert!(fits_grammatical("wh", "re") && !fits_grammatical("f", "ck"));
        assert!(!fits_grammatical("th", "ere"));
    }
}
