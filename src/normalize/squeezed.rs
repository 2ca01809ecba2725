//! A text in which a repeated letter stands once: [`Squeezed`].

use super::facts::Facts;

/// A text and, where a letter was repeated, how often it stood there.
///
/// Digits and signs are never squeezed: 100 is not 10.
// It may hold the text of a message, so that only tests may show it.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Squeezed {
    text: String,
    /// Of letters that were repeated alone, ascending.
    runs: Vec<Run>,
    /// Repeated letters stay as they are.
    verbatim: bool,
}

/// A letter that was repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Run {
    /// Where it stands, in bytes.
    pub(crate) at: usize,
    /// How often it stood there, at least twice.
    pub(crate) length: usize,
}

impl Squeezed {
    /// Makes it empty. `verbatim` says that repeated letters are to stay as they are.
    pub(super) fn clear(&mut self, verbatim: bool) {
        self.text.clear();
        self.runs.clear();
        self.verbatim = verbatim;
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text alone.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// The letters that were repeated, ascending.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How often the character at byte `at` stood there.
    pub(crate) fn run(&self, at: usize) -> usize {
        match self.runs.binary_search_by_key(&at, |run| run.at) {
            Ok(found) => self.runs[found].length,
            Err(_) => 1,
        }
    }

    /// How many characters there were before they were squeezed.
    pub(crate) fn chars_count(&self) -> usize {
        self.text.chars().count() + self.runs.iter().map(|run| run.length - 1).sum::<usize>()
    }

    /// The same text without some of its characters, so that others may meet and be squeezed.
    pub(crate) fn without(&self, dropped: impl Fn(char) -> bool) -> Squeezed {
        let mut rest = Squeezed { verbatim: self.verbatim, ..Squeezed::default() };
        let mut chars = self.text.char_indices().filter(|&(_, c)| !dropped(c)).peekable();
        while let Some((at, c)) = chars.next() {
            // With a mark it is another letter.
            let marked = chars.peek().is_some_and(|&(_, next)| Facts::of(next).is_mark());
            if Facts::of(c).is_letter() && !marked {
                (0..self.run(at)).for_each(|_| rest.push_letter(c));
            } else {
                rest.push(c);
            }
        }
        rest
    }

    /// Appends any character but a letter.
    #[inline]
    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    /// Appends a letter.
    #[inline]
    pub(super) fn push_letter(&mut self, c: char) {
        if self.verbatim || !self.ends_with(c) {
            return self.text.push(c);
        }
        let at = self.text.len() - c.len_utf8();
        match self.runs.last_mut() {
            Some(run) if run.at == at => run.length += 1,
            _ => self.runs.push(Run { at, length: 2 }),
        }
    }

    #[inline]
    fn ends_with(&self, c: char) -> bool {
        match u8::try_from(c) {
            // Most letters differ from the one before them, which a byte tells.
            Ok(byte) if byte.is_ascii() => self.text.as_bytes().last() == Some(&byte),
            _ => self.text.ends_with(c),
        }
    }

    /// Takes the last character back.
    pub(super) fn pop(&mut self) {
        let last = self.text.chars().next_back().map_or(0, char::len_utf8);
        let at = self.text.len() - last;
        match self.runs.last_mut() {
            Some(run) if run.at == at && run.length > 2 => run.length -= 1,
            Some(run) if run.at == at => {
                self.runs.pop();
            }
            _ => {
                self.text.pop();
            }
        }
    }

    /// Puts a mark at byte `at`.
    pub(super) fn insert(&mut self, at: usize, mark: char) {
        self.text.insert(at, mark);
    }

    /// Removes the characters at or after byte `at` that are not to be kept. All of them are marks.
    pub(super) fn retain_marks(&mut self, at: usize, keep: impl Fn(char) -> bool) {
        let kept: String = self.text[at..].chars().filter(|&c| keep(c)).collect();
        self.text.truncate(at);
        self.text.push_str(&kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(letters: &str) -> Squeezed {
        let mut text = Squeezed::default();
        letters.chars().for_each(|c| if c == ' ' { text.push(c) } else { text.push_letter(c) });
        text
    }

    #[test]
    fn a_repeated_letter_stands_once() {
        let text = squeezed("baaad  ddd");
        assert_eq!(text.text(), "bad  d");
        assert_eq!(text.runs(), [Run { at: 1, length: 3 }, Run { at: 5, length: 3 }]);
        assert_eq!((text.run(0), text.run(1), text.run(5)), (1, 3, 3));
        assert_eq!(text.chars_count(), 10);
    }

    #[test]
    fn letters_are_taken_back_one_by_one() {
        let mut text = squeezed("add");
        text.pop();
        assert_eq!(text, squeezed("ad"));
        text.pop();
        text.pop();
        text.pop();
        assert_eq!(text, squeezed(""));
    }

    #[test]
    fn letters_meet_where_what_stood_between_is_dropped() {
        assert_eq!(squeezed("kill less sss").without(|c| c == ' '), squeezed("killlesssss"));
        assert_eq!(squeezed("as sad").without(|c| c == ' '), squeezed("assad"));
    }
}
