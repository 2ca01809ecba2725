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

use crate::language::Language;
use crate::normalize::CharProps;

/// The marks that an entry requires, each with the offset of its letter, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<(usize, char)>);

impl Marks {
    /// Returns the marks that an entry requires of those that its fold dropped, each with the end of
    /// its letter; `None` if there are none.
    pub(super) fn required(entry: &str, dropped: &[(usize, char)]) -> Option<Box<Marks>> {
        let required = dropped.iter().filter_map(|&(end, mark)| {
            let letter = entry[..end].chars().next_back()?;
            let is_required = CharProps::of(mark).is_mark() && is_required(letter, mark);
            is_required.then_some((end - letter.len_utf8(), mark))
        });
        let marks: Vec<(usize, char)> = required.collect();
        (!marks.is_empty()).then(|| Box::new(Marks(marks)))
    }

    /// Returns the same marks in a text from which something was removed; `at` returns where a
    /// letter is now.
    pub(super) fn moved(&self, at: impl Fn(usize) -> usize) -> Marks {
        Marks(self.0.iter().map(|&(place, mark)| (at(place), mark)).collect())
    }

    /// Returns the marks of the letter at byte `at` of the entry.
    fn of(&self, at: usize) -> &[(usize, char)] {
        marks_of(&self.0, at)
    }
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
    pub(super) required: Option<&'n Marks>,
    pub(super) language: Language,
}

impl Accents<'_> {
    /// Whether a letter of a message may have any marks.
    pub(super) fn are_any(self) -> bool {
        self.required.is_none() && !self.language.has_own_letters()
    }

    /// Whether a letter of a message with the marks `there` is the letter at byte `at` of the entry.
    pub(super) fn agree(self, letter: char, at: usize, there: &[(usize, char)]) -> bool {
        let here = self.required.map_or(&[][..], |required| required.of(at));
        let has = |marks: &[(usize, char)], mark| marks.iter().any(|&(_, it)| it == mark);
        here.iter().all(|&(_, mark)| has(there, mark))
            && there.iter().all(|&(_, mark)| has(here, mark) || self.language.may_add(letter, mark))
    }
}
