//! How often the letters of an entry must stand in a squeezed text: [`Needs`].

use crate::normalize::{Run, Squeezed};

/// The letters of an entry that it has more than once in a row. A message may repeat any letter
/// more often than the entry does, and none less often: `baaad` is `bad`, and `as` is not `ass`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs(Box<[Run]>);

impl Needs {
    pub(super) fn of_entry(entry: &Squeezed) -> Needs {
        Needs(entry.runs().into())
    }

    /// How often the character at byte `at` of the entry must stand there.
    pub(super) fn at(&self, at: usize) -> usize {
        self.0.iter().find(|run| run.at == at).map_or(1, |run| run.length)
    }

    /// The characters of the entry, as bytes of it, that it has more than once in a row, and how often.
    pub(super) fn doubles(&self) -> impl Iterator<Item = (usize, usize)> {
        self.0.iter().map(|run| (run.at, run.length))
    }

    /// Whether a text that has the entry's characters at byte `start` repeats them often enough.
    pub(super) fn are_met(&self, text: &Squeezed, start: usize) -> bool {
        self.0.iter().all(|run| text.run(start + run.at) >= run.length)
    }
}
