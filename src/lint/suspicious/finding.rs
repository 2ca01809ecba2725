//! A suspicious part of an entry, and how to write it: [`Finding`].

use std::ops::Range;

/// A suspicious part of an entry.
#[derive(Debug)]
pub(super) struct Finding {
    /// The range in the entry as written.
    pub(super) span: Range<usize>,
    pub(super) message: String,
    /// The help instead of "write this line instead".
    pub(super) advice: Option<String>,
    /// How to keep the part, at the end of the help.
    pub(super) keep: String,
    /// What to write instead.
    pub(super) fixes: Vec<Fix>,
}

impl Finding {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Finding {
        Finding {
            span,
            message: message.into(),
            advice: None,
            keep: String::new(),
            fixes: Vec::new(),
        }
    }

    /// Says that a backslash before `part` keeps it.
    pub(super) fn keep(mut self, part: &str) -> Finding {
        self.keep = format!("; if `{part}` is meant, write a backslash before it");
        self
    }

    pub(super) fn advice(mut self, advice: impl Into<String>) -> Finding {
        self.advice = Some(advice.into());
        self
    }

    pub(super) fn fix(mut self, fix: Fix) -> Finding {
        self.fixes.push(fix);
        self
    }

    /// Adds an entry to write instead.
    pub(super) fn entry(self, text: &str) -> Finding {
        self.fix(Fix::entry(text))
    }

    /// Adds entries to write instead.
    pub(super) fn entries<'t>(mut self, texts: impl IntoIterator<Item = &'t str>) -> Finding {
        self.fixes.extend(texts.into_iter().map(Fix::entry));
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Entry,
    Exception,
    Comment,
}

/// A line to write instead of a suspicious one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fix {
    pub(super) kind: Kind,
    /// The entry without flags, or the text of the comment.
    pub(super) text: String,
    /// Additional flags.
    pub(super) flags: String,
    /// An additional comment.
    pub(super) note: String,
}

impl Fix {
    pub(super) fn new(kind: Kind, text: &str) -> Fix {
        let text = text.trim().to_owned();
        Fix { kind, text, flags: String::new(), note: String::new() }
    }

    pub(super) fn entry(text: &str) -> Fix {
        Fix::new(Kind::Entry, text)
    }

    pub(super) fn comment(text: &str) -> Fix {
        Fix::new(Kind::Comment, text)
    }

    pub(super) fn note(mut self, note: &str) -> Fix {
        self.note = note.trim().to_owned();
        self
    }

    pub(super) fn flags(mut self, flags: &str) -> Fix {
        self.flags = flags.trim().to_owned();
        self
    }

    /// The fix of a part of `outer`, with what was already found in it.
    pub(super) fn within(mut self, outer: &Fix) -> Fix {
        if outer.kind == Kind::Exception && self.kind == Kind::Entry {
            self.kind = Kind::Exception;
        }
        self.flags = joined([&self.flags, &outer.flags]);
        self.note = joined([&self.note, &outer.note]);
        self
    }

    /// The line, with the flags and the comment of the original one.
    pub(super) fn line(&self, is_exception: bool, flags: &str, note: &str) -> String {
        if self.kind == Kind::Comment {
            return format!("# {}", joined([&self.text, note]));
        }
        let is_exception = is_exception || self.kind == Kind::Exception;
        let mark = if is_exception { "!" } else { "" };
        let entry = joined([mark, &self.text, &self.flags, flags]);
        match joined([&self.note, note]) {
            note if note.is_empty() => entry,
            note => format!("{entry} # {note}"),
        }
    }
}

fn joined<const N: usize>(parts: [&str; N]) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The number of letters and digits.
pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Whether a text consists of words: letters, digits, spaces, and what is inside words.
pub(super) fn is_words(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == ' ' || matches!(c, '\'' | '’' | '-' | '*');
    letters(text) > 0 && text.chars().all(inside)
}

/// Whether the character at a byte offset has a backslash before it.
pub(super) fn is_escaped(raw: &str, at: usize) -> bool {
    raw[..at].bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
}

/// The first character after a byte offset.
pub(super) fn char_at(raw: &str, at: usize) -> Option<char> {
    raw[at..].chars().next()
}

/// The words with their byte ranges.
pub(super) fn words(raw: &str) -> Vec<(Range<usize>, &str)> {
    let at = |word: &str| word.as_ptr() as usize - raw.as_ptr() as usize;
    raw.split_whitespace().map(|word| (at(word)..at(word) + word.len(), word)).collect()
}
