//! The accents of an entry and of a message: [`Accents`].
//!
//! The fold drops the combining marks of alphabets, so `göt` and `got` are the same folded text.
//! Here they are compared: a mark that an entry has is required, since without it the word is
//! usually another one (`göt`, `hård`, `año`). A mark that only the message has is decoration
//! (`bäd` for `bad`), unless it makes another letter in the language of the entry: then the two
//! words differ (Vietnamese `cac` and `các`).
//!
//! A digit or symbol in place of a letter shows no marks, so none are required of it: `g0t` is
//! `göt`. Which marks are never required: those of Greek, Arabic and Hebrew, and in Cyrillic the
//! dots of ё and the stress, because most texts are written without them.

use super::flat::Rows;
use crate::language::Language;
use crate::normalize::CharProps;

/// The marks that an entry requires, each with the offset of its letter, ascending.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks<'d>(pub(super) Rows<'d, 2>);

impl Marks<'_> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the marks of the letter at byte `at` of the entry.
    fn of(self, at: usize) -> Self {
        let is_before = |[position, _]: [u32; 2]| (position as usize) < at;
        let first = self.0.partition_point(is_before);
        let count = self.0.partition_point(|row| is_before(row) || row[0] as usize == at) - first;
        Marks(self.0.part(first as u32, count as u32))
    }

    fn has(self, mark: char) -> bool {
        self.0.iter().any(|[_, it]| it == u32::from(mark))
    }
}

/// Returns the marks that an entry requires of those that its fold dropped, each with the offset of
/// its letter.
pub(crate) fn required_marks(entry: &str, dropped: &[(usize, char)]) -> Vec<(usize, char)> {
    let required = dropped.iter().filter_map(|&(end, mark)| {
        let letter = entry[..end].chars().next_back()?;
        let is_required = CharProps::of(mark).is_mark() && is_required(letter, mark);
        is_required.then_some((end - letter.len_utf8(), mark))
    });
    required.collect()
}

/// Returns the marks with the position `at` in an ascending list.
pub(super) fn marks_of(marks: &[(usize, char)], at: usize) -> &[(usize, char)] {
    let first = marks.partition_point(|&(position, _)| position < at);
    let count = marks[first..].iter().take_while(|&&(position, _)| position == at).count();
    &marks[first..first + count]
}

/// Whether a mark is part of the spelling of its letter in all languages of the script.
fn is_required(letter: char, mark: char) -> bool {
    const DOTS: char = '\u{308}';
    const DOT: char = '\u{307}';
    match letter {
        // The capital İ of Turkish.
        'i' | 'j' => mark != DOT,
        'a'..='z' => true,
        // The dots of ё and the stress are written in few texts; ѓ and ќ have the same accent.
        'е' => false,
        'а' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' => {
            !matches!(mark, '\u{300}' | '\u{301}')
        }
        'і' => mark == DOTS,
        '\u{430}'..='\u{52F}' => true,
        _ => !letter.is_ascii() && CharProps::of(letter).is_latin(),
    }
}

/// The accents of an entry as the verifier needs them.
#[derive(Clone, Copy)]
pub(super) struct Accents<'n> {
    pub(super) required: Marks<'n>,
    pub(super) language: Language,
}

impl Accents<'_> {
    /// Whether a letter of a message may have any marks.
    pub(super) fn are_any(self) -> bool {
        self.required.0.is_empty() && !self.language.has_own_letters()
    }

    /// Whether a letter of a message with the marks `there` is the letter at byte `at` of the entry.
    pub(super) fn agree(self, letter: char, at: usize, there: &[(usize, char)]) -> bool {
        let here = self.required.of(at);
        let is_there = |mark: u32| there.iter().any(|&(_, it)| u32::from(it) == mark);
        here.0.iter().all(|[_, mark]| is_there(mark))
            && there.iter().all(|&(_, mark)| here.has(mark) || self.language.may_add(letter, mark))
    }
}
