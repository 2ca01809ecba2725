//! A term while it is obfuscated: [`Typed`].

use std::ops::Range;

use fastrand::Rng;

/// An obfuscated term, key by key.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) keys: Vec<Key>,
}

/// What is typed for one letter; a repeated letter has several keys.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The letter of the term, or the space between two words.
    pub(crate) letter: char,
    /// Its index in the term, in characters.
    pub(crate) place: usize,
    pub(crate) text: String,
    /// Whether it must stay a letter, since it makes the word a near miss.
    pub(crate) fixed: bool,
    pub(crate) hidden: bool,
}

impl Key {
    pub(crate) fn is_gap(&self) -> bool {
        self.letter == ' '
    }

    /// Returns the letter if it is still typed as itself, in either case.
    pub(crate) fn plain(&self) -> Option<char> {
        match self.text.as_bytes() {
            [byte] if byte.is_ascii_alphabetic() => Some(char::from(*byte)),
            _ => None,
        }
    }

    /// Whether it is typed as a letter of any script.
    pub(crate) fn is_letter(&self) -> bool {
        !self.is_gap() && self.text.starts_with(char::is_alphabetic)
    }
}

impl Typed {
    pub(crate) fn new(term: &str) -> Typed {
        let key = |(place, letter): (usize, char)| {
            let text = letter.to_string();
            Key { letter, place, text, fixed: false, hidden: false }
        };
        Typed { keys: term.chars().enumerate().map(key).collect() }
    }

    pub(crate) fn text(&self) -> String {
        self.keys.iter().map(|key| key.text.as_str()).collect()
    }

    /// Returns the ranges between keys that are separators.
    pub(crate) fn runs(&self, is_separator: impl Fn(&Key) -> bool) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut start = 0;
        for (at, key) in self.keys.iter().enumerate() {
            if is_separator(key) {
                runs.push(start..at);
                start = at + 1;
            }
        }
        runs.push(start..self.keys.len());
        runs.retain(|run| !run.is_empty());
        runs
    }

    pub(crate) fn words(&self) -> Vec<Range<usize>> {
        self.runs(Key::is_gap)
    }

    /// Returns the keys that are still plain letters.
    pub(crate) fn plain(&self) -> Vec<usize> {
        (0..self.keys.len()).filter(|&at| self.keys[at].plain().is_some()).collect()
    }

    /// Returns the keys that are neither spaces nor hidden.
    pub(crate) fn visible(&self) -> Vec<usize> {
        let is_visible = |key: &Key| !key.is_gap() && !key.hidden;
        (0..self.keys.len()).filter(|&at| is_visible(&self.keys[at])).collect()
    }

    /// Replaces the text of at least one of these keys; returns `false` if none can be replaced.
    pub(crate) fn replace(
        &mut self,
        rng: &mut Rng,
        keys: Vec<usize>,
        with: impl Fn(&mut Rng, char) -> Option<String>,
    ) -> bool {
        let mut other: Vec<(usize, String)> = Vec::new();
        for at in keys {
            let text = self.keys[at].plain().and_then(|letter| with(rng, letter));
            other.extend(text.map(|text| (at, text)));
        }
        let chosen = some(rng, other);
        let any = !chosen.is_empty();
        chosen.into_iter().for_each(|(at, text)| self.keys[at].text = text);
        any
    }
}

/// Returns few, many or all items, but at least one unless there are none.
pub(crate) fn some<T>(rng: &mut Rng, of: Vec<T>) -> Vec<T> {
    let share = [0, 30, 60, 100][rng.usize(..4)];
    let last = rng.usize(..of.len().max(1));
    let chosen: Vec<bool> =
        (0..of.len()).map(|at| rng.u8(..100) < share || share == 0 && at == last).collect();
    let any = chosen.contains(&true);
    let taken = of.into_iter().zip(chosen).enumerate();
    taken.filter(|&(at, (_, chosen))| chosen || !any && at == last).map(|(_, (it, _))| it).collect()
}

pub(crate) fn choose<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

/// Whether two letters may be confused: `i` and `l` are both written `1`.
pub(crate) fn alike(a: char, b: char) -> bool {
    a == b || "il".contains(a) && "il".contains(b)
}
