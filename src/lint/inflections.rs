//! English inflections. The author of `muppet*` means `muppets`, but the author of `ass*` does not
//! mean `assume`.

use std::collections::HashMap;

/// Suffixes that derive a word of a related meaning.
const DERIVED: [&str; 34] = [
    "able", "age", "al", "dom", "ery", "ess", "esque", "ful", "head", "hood", "ian", "ic", "ical",
    "ically", "ify", "ion", "ise", "ised", "ish", "ishly", "ism", "ist", "ists", "ity", "ize",
    "ized", "less", "like", "ly", "ness", "ous", "ry", "ship", "some",
];

/// The minimum length of a word whose derivations are assumed to have a related meaning.
const MIN_DERIVED: usize = 4;

/// Words with their frequency ranks.
pub(super) struct Words<'w> {
    ranks: HashMap<&'w str, usize>,
}

impl<'w> Words<'w> {
    /// Creates the table from words, the most common first.
    pub(super) fn new(words: &[&'w str]) -> Words<'w> {
        Words { ranks: words.iter().enumerate().map(|(rank, &word)| (word, rank)).collect() }
    }

    /// Whether an author who lists `entry` also means `word`: it is the same or a form of it, and
    /// is not better known as another word (`butter`) or as a form of one (`spicy`).
    pub(super) fn means(&self, entry: &str, word: &str) -> bool {
        if entry == word {
            return true;
        }
        let form = is_form(entry, word);
        if !form && !is_derived(entry, word) {
            return false;
        }
        let rank = |word: &str| self.ranks.get(word).copied();
        let is_agent = ["er", "ers", "y"].iter().any(|it| word.strip_suffix(it) == Some(entry));
        let better_known = is_agent
            && rank(entry)
                .zip(rank(word))
                .is_some_and(|(entry, word)| word.saturating_mul(2) < entry);
        let of_another = form
            && bases(word).any(|base| {
                base != entry
                    && is_form(&base, word)
                    && !is_form(entry, &base)
                    && rank(&base).is_some_and(|other| rank(entry).is_none_or(|it| other < it))
            });
        !better_known && !of_another
    }
}

/// The words that a word may be a form of.
fn bases(word: &str) -> impl Iterator<Item = String> {
    const ENDINGS: [&str; 12] =
        ["s", "es", "d", "ed", "r", "er", "rs", "ers", "est", "ing", "in", "y"];
    let cut = ENDINGS.iter().filter_map(move |ending| word.strip_suffix(ending));
    cut.filter(|base| base.len() > 1).flat_map(|base| {
        let once = base[..base.len() - last(base)].to_owned();
        let with_y = base.strip_suffix('i').map(|base| format!("{base}y"));
        [Some(base.to_owned()), Some(format!("{base}e")), Some(once), with_y].into_iter().flatten()
    })
}

/// The length of the last letter in bytes.
fn last(word: &str) -> usize {
    word.chars().next_back().map_or(0, char::len_utf8)
}

/// Whether `word` is a plural, a verb form or the like of `base`, by the rules of spelling.
fn is_form(base: &str, word: &str) -> bool {
    let is_vowel = |c: char| "aeiou".contains(c);
    let mut letters = base.chars().rev();
    let (Some(end), Some(before)) = (letters.next(), letters.next()) else { return false };
    let plural = match end {
        's' | 'x' | 'z' => &["es"][..],
        'h' if matches!(before, 'c' | 's') => &["es"],
        'o' => &["s", "es"],
        _ => &["s"],
    };
    let ends = |stem: &str, endings: &[&str]| {
        word.strip_prefix(stem).is_some_and(|rest| endings.contains(&rest))
    };
    let stem = &base[..base.len() - end.len_utf8()];
    let of_verbs = ["ed", "er", "ers", "est", "ing", "in", "y", "ier", "iest", "iness"];
    if end == 'e' {
        return ends(base, &["s", "d", "r", "rs", "st"]) || ends(stem, &["ing", "in", "y"]);
    }
    if end == 'y' && !is_vowel(before) {
        return ends(stem, &["ies", "ied", "ier", "iers", "iest", "ily", "iness"])
            || ends(base, &["s", "ing", "in"]);
    }
    let short = is_vowel(before)
        && !is_vowel(end)
        && !matches!(end, 'w' | 'x' | 'y')
        && !letters.next().is_some_and(is_vowel);
    if short {
        let doubled = format!("{base}{end}");
        let one_syllable = base.chars().filter(|&c| is_vowel(c)).count() == 1;
        return ends(base, plural)
            || ends(&doubled, &of_verbs)
            || (!one_syllable && ends(base, &of_verbs));
    }
    ends(base, plural) || ends(base, &of_verbs)
}

fn is_derived(base: &str, word: &str) -> bool {
    let stem = base.strip_suffix('e').unwrap_or(base);
    base.len() >= MIN_DERIVED
        && [base, stem].iter().any(|stem| {
            word.strip_prefix(stem).is_some_and(|rest| {
                DERIVED.contains(&rest)
                    || rest.strip_suffix('s').is_some_and(|rest| DERIVED.contains(&rest))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_meant_and_other_words_are_not() {
        let common = [
            "number", "corner", "butter", "lady", "spice", "spicy", "star", "stare", "stared",
            "corn", "player", "play", "hate", "hated", "hat", "lad", "butt", "numb", "idiot",
            "starred",
        ];
        let words = Words::new(&common);
        for (entry, others) in [
            ("muppet", "muppet muppets muppety"),
            ("shag", "shags shagged shagging shaggy"),
            ("idiot", "idiots idiotic idiotically"),
            ("stupid", "stupider stupidest stupidly stupidity stupidness"),
            ("nasty", "nastier nastiest nastiness"),
            ("bitch", "bitches bitching bitchy bitchiness"),
            ("hate", "hates hated hater hating hateful"),
            ("star", "stars starred starring"),
            ("play", "player players playing played"),
        ] {
            for word in others.split(' ') {
                assert!(words.means(entry, word), "{entry} {word}");
            }
        }
        for (entry, others) in [
            ("ass", "assume assist assistant assure glass"),
            ("spic", "spicy spices spiced spicing"),
            ("star", "stared staring start"),
            ("numb", "number"),
            ("butt", "butter"),
            ("lad", "lady"),
            ("corn", "corner"),
            ("hat", "hated hates"),
            ("god", "good"),
            ("cum", "cumin cumulative"),
            ("cock", "cockpit cocktail"),
            ("pedo", "pedometer"),
        ] {
            for word in others.split(' ') {
                assert!(!words.means(entry, word), "{entry} {word}");
            }
        }
    }
}
