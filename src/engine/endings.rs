//! Where a word ends that may have one of the English endings.

use super::needs::Needs;
use crate::normalize::Squeezed;
use crate::rules::ENDINGS;

/// The end of an entry in a squeezed text.
#[derive(Clone, Copy)]
pub(super) struct EntryEnd {
    /// The byte behind its last character.
    pub(super) end: usize,
    /// Where the last character stands.
    pub(super) last: usize,
    /// How often the last character must stand there.
    pub(super) needed: usize,
    /// How often the last character of the entry without an ending must stand there.
    pub(super) own_needed: usize,
}

impl EntryEnd {
    /// The end of an entry whose characters stand at bytes `start..end` of the text.
    pub(super) fn of(text: &Squeezed, start: usize, end: usize, needs: &Needs) -> EntryEnd {
        let last = end - text.text()[..end].chars().next_back().map_or(0, char::len_utf8);
        let needed = needs.at(last - start);
        EntryEnd { end, last, needed, own_needed: needed }
    }

    /// The ends of the endings that stand behind it.
    pub(super) fn endings(self, text: &Squeezed) -> impl Iterator<Item = EntryEnd> {
        ENDINGS.iter().filter_map(move |ending| self.ending(text, ending))
    }

    /// The end of an ending that stands behind it. The first letter of the ending may be the last
    /// one of the entry over again: `hateed`.
    fn ending(mut self, text: &Squeezed, ending: &str) -> Option<EntryEnd> {
        let own = self.last;
        for letter in ending.chars() {
            if text.text()[self.end..].starts_with(letter) {
                let end = self.end + letter.len_utf8();
                self = EntryEnd { end, last: self.end, needed: 1, ..self };
            } else if text.text()[self.last..self.end].starts_with(letter)
                && text.run(self.last) > self.needed
            {
                self.needed += 1;
                self.own_needed += usize::from(self.last == own);
            } else {
                return None;
            }
        }
        Some(self)
    }
}
