//! What letters of an entry ask of those in a message besides being the same: [`Needs`].

use crate::normalize::{Facts, Folded, Run, Squeezed};

/// What must hold for the letters of an entry where they were found. Most entries need nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(Option<Box<Inner>>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    /// The letters of an entry that it has more than once in a row. A message may repeat any letter
    /// more often than the entry does, and none less often: `baaad` is `bad`, and `as` is not `ass`.
    runs: Box<[Run]>,
    /// A letter of each word of an entry in another script that was read as a Latin one. In a message
    /// it must be no Latin word either: `pot` is not `рот`.
    look_alikes: Box<[usize]>,
}

impl Needs {
    pub(super) fn of_entry(entry: &Folded) -> Needs {
        Needs::new(
            entry.squeezed().runs(),
            one_a_word(entry.squeezed().text(), entry.look_alikes()),
        )
    }

    /// Those of the letters of a phrase, without what stands between them.
    pub(super) fn of_letters(letters: &Squeezed, phrase: &Folded) -> Needs {
        let first = phrase.look_alikes().first().map(|_| 0);
        Needs::new(letters.runs(), first.into_iter().collect())
    }

    fn new(runs: &[Run], look_alikes: Vec<usize>) -> Needs {
        let any = !runs.is_empty() || !look_alikes.is_empty();
        Needs(any.then(|| Box::new(Inner { runs: runs.into(), look_alikes: look_alikes.into() })))
    }

    fn runs(&self) -> &[Run] {
        self.0.as_ref().map_or(&[], |inner| &inner.runs)
    }

    fn look_alikes(&self) -> &[usize] {
        self.0.as_ref().map_or(&[], |inner| &inner.look_alikes)
    }

    /// How often the character at byte `at` of the entry must stand there.
    pub(super) fn at(&self, at: usize) -> usize {
        self.runs().iter().find(|run| run.at == at).map_or(1, |run| run.length)
    }

    /// The characters of the entry, as bytes of it, that it has more than once in a row, and how often.
    pub(super) fn doubles(&self) -> impl Iterator<Item = (usize, usize)> {
        self.runs().iter().map(|run| (run.at, run.length))
    }

    /// Whether the letters must not all be Latin ones.
    pub(super) fn look_alike(&self) -> bool {
        !self.look_alikes().is_empty()
    }

    /// Whether a text that has the entry's characters at byte `start` has all that they need.
    pub(super) fn are_met(&self, text: &Folded, start: usize) -> bool {
        self.repeats_are_met(text.squeezed(), start)
            && self.look_alikes().iter().all(|at| text.is_disguised(start + at))
    }

    /// Whether a text that has the entry's characters at byte `start` repeats them often enough.
    pub(super) fn repeats_are_met(&self, text: &Squeezed, start: usize) -> bool {
        self.runs().iter().all(|run| text.run(start + run.at) >= run.length)
    }

    /// The heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        let lists = size_of_val(self.runs()) + size_of_val(self.look_alikes());
        self.0.as_ref().map_or(0, |_| size_of::<Inner>() + lists)
    }
}

/// The first of those letters in each word.
fn one_a_word(text: &str, letters: &[usize]) -> Vec<usize> {
    let is_one = |part: &str| {
        part.chars().map(Facts::of).all(|it| it.is_word() && (it.is_mark() || !it.is_unspaced()))
    };
    let mut found = Vec::new();
    let mut last = None;
    for &at in letters {
        if !last.is_some_and(|last: usize| is_one(&text[last..at])) {
            found.push(at);
        }
        last = Some(at);
    }
    found
}
