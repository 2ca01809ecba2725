//! "Did you mean": finds the known name that a misspelled name was probably meant to be.

/// How similar a known name must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// Jaro-Winkler similarity, ignoring case. For words, such as the keys of a rule.
    Similar,
    /// At most this many edits (Damerau-Levenshtein distance). For valid names that are similar to
    /// each other, such as Regions.
    Edits(usize),
}

/// Returns the known name that is most similar to `name`, or `None` if no name is similar enough.
///
/// ```
/// use ivs_chat_review::suggest::{Nearness, suggest};
///
/// assert_eq!(suggest("raeson", ["action", "reason"], Nearness::Similar), Some("reason"));
/// assert_eq!(suggest("us-east-7", ["eu-west-1"], Nearness::Edits(1)), None);
/// ```
#[cold]
pub fn suggest<'k>(
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
    nearness: Nearness,
) -> Option<&'k str> {
    // For longer names, a comparison costs more than a suggestion is worth.
    const MAX_LENGTH: usize = 64;
    if name.len() > MAX_LENGTH {
        return None;
    }
    let lower = name.to_lowercase();
    let distance = |known: &str| match nearness {
        Nearness::Similar => {
            let similarity = strsim::jaro_winkler(&lower, known);
            (similarity > 0.8).then_some(-similarity)
        }
        Nearness::Edits(max) => {
            let edits = strsim::damerau_levenshtein(name, known);
            (edits <= max).then_some(edits as f64)
        }
    };
    known
        .into_iter()
        .filter_map(|known| Some((distance(known)?, known)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_word_is_suggested() {
        let suggest =
            |name: &str| super::suggest(name, ["action", "reason", "patterns"], Nearness::Similar);
        assert_eq!(suggest("pattern"), Some("patterns"));
        assert_eq!(suggest("Acton"), Some("action"));
        assert_eq!(suggest("volume"), None);
        assert_eq!(suggest(&"x".repeat(100_000)), None);
    }

    #[test]
    fn the_first_name_with_the_fewest_edits_is_suggested() {
        let names = ["ap-northeast-1", "ap-northeast-2", "eu-west-1"];
        let suggest = |name: &str, edits| super::suggest(name, names, Nearness::Edits(edits));
        assert_eq!(suggest("eu-wset-1", 1), Some("eu-west-1"));
        assert_eq!(suggest("ap-northeast-3", 1), Some("ap-northeast-1"));
        assert_eq!(suggest("ap-nrotheast-2", 2), Some("ap-northeast-2"));
        assert_eq!(suggest("sa-east-1", 1), None);
    }
}
