//! Generated words, the same on every machine.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use fastrand::Rng;

/// The lengths of words, in letters.
const LENGTHS: RangeInclusive<usize> = 4..=14;

/// How the words of a list are generated.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// 4 to 14 random letters: few words of a message start like an entry.
    Synthetic,
    /// Two to four English syllables, or the words of the file `$WORDS`: many words of a message
    /// start like an entry.
    Dictionary,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Synthetic => "synthetic",
            Kind::Dictionary => "dictionary",
        }
    }

    /// Returns `count` different words. Longer lists begin with the shorter ones.
    pub(crate) fn words(self, count: usize) -> Vec<String> {
        let mut rng = Rng::with_seed(7);
        let mut known = HashSet::new();
        let mut words = Vec::with_capacity(count);
        let mut add = |word: String| {
            if words.len() < count && known.insert(word.clone()) {
                words.push(word);
            }
            words.len() < count
        };
        match (self, words_from_file()) {
            (Kind::Dictionary, Some(mut listed)) => {
                rng.shuffle(&mut listed);
                let _ = listed.into_iter().all(&mut add);
                assert_eq!(words.len(), count, "the file $WORDS has too few words");
            }
            (Kind::Dictionary, None) => while add(dictionary_word(&mut rng)) {},
            (Kind::Synthetic, _) => while add(random_letters(&mut rng)) {},
        }
        words
    }
}

fn words_from_file() -> Option<Vec<String>> {
    let path = std::env::var_os("WORDS")?;
    let text = std::fs::read_to_string(path).expect("$WORDS is a text file");
    let fits =
        |word: &&str| LENGTHS.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
    Some(text.lines().map(str::trim).filter(fits).map(str::to_owned).collect())
}

fn dictionary_word(rng: &mut Rng) -> String {
    let mut words = std::iter::repeat_with(|| pseudo_word(rng, 2..=4));
    words.find(|word| LENGTHS.contains(&word.len())).expect("most are neither short nor long")
}

fn random_letters(rng: &mut Rng) -> String {
    (0..rng.usize(LENGTHS)).map(|_| rng.lowercase()).collect()
}

#[rustfmt::skip]
const ONSETS: &[&str] = &[
    "", "", "b", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p",
    "ph", "pl", "pr", "qu", "r", "s", "sc", "sh", "sl", "sp", "st", "str", "t", "th", "tr", "v", "w", "wh", "y",
];
const VOWELS: &[&str] =
    &["a", "a", "ai", "e", "e", "ea", "ee", "i", "i", "o", "oo", "ou", "u", "y"];
#[rustfmt::skip]
const CODAS: &[&str] = &[
    "", "", "", "b", "ck", "ct", "d", "ff", "g", "k", "l", "ll", "m", "n", "nd", "ng", "nt", "p", "r", "rd", "rt",
    "s", "ss", "st", "t", "x",
];

/// Generates a pronounceable word with a number of syllables in the range.
pub(crate) fn pseudo_word(rng: &mut Rng, syllables: RangeInclusive<usize>) -> String {
    let mut word = String::new();
    for _ in 0..rng.usize(syllables) {
        for parts in [ONSETS, VOWELS, CODAS] {
            word.push_str(parts[rng.usize(..parts.len())]);
        }
    }
    word
}
