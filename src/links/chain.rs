//! Labels with dots between them, and whether they are a host: [`Chain`].

use super::authority;
use super::chars::is_in_label;
use super::label::{Label, Place};
use super::separator::{Separator, is_dot, skip_blanks};
use super::tld::Ending;
use crate::span::Span;

/// Labels in a row.
pub(super) struct Chain {
    /// The host among them, if there may be one.
    pub(super) host: Option<BareHost>,
    /// Where it ends.
    pub(super) end: usize,
}

/// A host without a scheme.
#[derive(Clone, Copy)]
pub(super) struct BareHost {
    pub(super) span: Span,
    /// Whether it cannot well be anything else.
    pub(super) is_certain: bool,
    /// Whether its dots are words, so that slashes may be.
    pub(super) is_spoken: bool,
    /// Whether a path follows.
    pub(super) has_path: bool,
}

/// Words before a spaced dot that speak of an ending and name no host: `the dot com bubble`, `play
/// .io games`.
const NOT_BEFORE: [&str; 52] = [
    "a",
    "about",
    "all",
    "an",
    "and",
    "any",
    "are",
    "as",
    "asp",
    "at",
    "buy",
    "by",
    "c",
    "domain",
    "every",
    "first",
    "for",
    "from",
    "get",
    "have",
    "her",
    "his",
    "in",
    "is",
    "its",
    "learn",
    "like",
    "love",
    "microsoft",
    "my",
    "new",
    "no",
    "not",
    "of",
    "old",
    "on",
    "only",
    "or",
    "our",
    "own",
    "play",
    "some",
    "that",
    "the",
    "their",
    "this",
    "to",
    "use",
    "using",
    "vb",
    "with",
    "your",
];

/// Words after it that do.
const NOT_AFTER: [&str; 7] = ["boom", "bubble", "bust", "company", "companies", "crash", "era"];

/// Names of software that end as hosts do: `asp.net`.
const SOFTWARE: [&str; 3] = ["ado", "asp", "vb"];

impl Chain {
    /// The labels from `first` on. Takes time linear in them.
    pub(super) fn read(text: &str, first: Label) -> Chain {
        let mut reading = Reading {
            text,
            start: first.start,
            run: first.start,
            run_length: 1,
            last: first,
            has_latin: first.has_latin,
            is_www: first.is(text, "www"),
            is_bracketed: false,
            host: None,
            sticks: false,
        };
        let mut before = None;
        while let Some((separator, next)) = Separator::at(text, reading.last.next) {
            // Other than the dots before them, those with blanks may have ended a sentence.
            let is_other = separator.is_loose() && before != Some(separator);
            if is_other && reading.host.is_some_and(|host| host.is_certain) {
                break;
            }
            let Some(label) = Label::read(text, next, Place::Later) else { break };
            if !reading.add(separator, label) {
                break;
            }
            before = Some(separator);
        }
        reading.finish()
    }

    /// The labels from `first` on, which are a host whatever it ends with. Its last byte.
    pub(super) fn read_authority(text: &str, first: Label) -> usize {
        let mut last = first;
        while let Some((separator, next)) = Separator::at(text, last.next) {
            let Some(label) = Label::read(text, next, Place::Authority) else { break };
            let is_ending = || Ending::of(text, label, last.has_latin) >= Some(Ending::Known);
            let is_joined = match separator {
                Separator::Dot | Separator::Bracketed => true,
                Separator::Right => Ending::closes(text, label),
                _ => is_ending() && !names_no_host(text, last),
            };
            if !is_joined {
                break;
            }
            last = label;
        }
        last.end
    }
}

struct Reading<'t> {
    text: &'t str,
    start: usize,
    /// Where the labels begin that have no blanks between them, and how many they are.
    run: usize,
    run_length: usize,
    last: Label,
    has_latin: bool,
    is_www: bool,
    is_bracketed: bool,
    host: Option<BareHost>,
    /// Whether the host stays one if another label follows that is no ending.
    sticks: bool,
}

impl Reading<'_> {
    /// Adds a label. False if it is none of the host's.
    fn add(&mut self, separator: Separator, label: Label) -> bool {
        let (text, before) = (self.text, self.last);
        if separator == Separator::Dot
            && before.has_unspaced
            && !self.text[before.end..].starts_with('.')
        {
            // The full stop of a sentence in Chinese or Japanese.
            return false;
        }
        if matches!(separator, Separator::Word | Separator::Spaced | Separator::Left)
            && names_no_host(text, before)
        {
            return false;
        }
        let ending = Ending::of(text, label, self.has_latin);
        let has_path = authority::is_path(text, label.end)
            || (separator == Separator::Word && authority::is_spoken_path(text, label.end));
        let is_ending = |least| ending >= Some(least) || (ending.is_some() && has_path);
        let is_certain = match separator {
            Separator::Dot => {
                self.is_www || self.is_bracketed || has_path || self.is_plain(ending, before, label)
            }
            Separator::Bracketed => ending.is_some(),
            Separator::Word => is_ending(Ending::Known) && !names_ending(text, label),
            Separator::Spaced => is_ending(Ending::Spoken),
            Separator::Left if is_ending(Ending::Spoken) => true,
            Separator::Right
                if Ending::closes(text, label) && (has_path || closes(text, label)) =>
            {
                true
            }
            Separator::Left | Separator::Right => return false,
        };
        self.is_bracketed |= separator == Separator::Bracketed;
        self.has_latin |= label.has_latin;
        self.last = label;
        if separator.is_loose() {
            (self.run, self.run_length) = (label.start, 1);
        } else {
            self.run_length += 1;
        }
        let is_host = ending.is_some() && (is_certain || separator == Separator::Dot);
        if is_host {
            let start = if separator.is_loose() { self.start } else { self.run };
            let was_certain = self.host.is_some_and(|host| host.is_certain);
            self.host = Some(BareHost {
                span: Span::new(start, label.end),
                is_certain: is_certain || was_certain,
                is_spoken: separator == Separator::Word,
                has_path,
            });
            let spoken = ending == Some(Ending::Spoken) && !label.is_capitalized(text);
            self.sticks |=
                self.is_www || self.is_bracketed || separator != Separator::Dot || spoken;
        }
        true
    }

    /// Whether a host that has nothing to show for itself but its ending is one.
    fn is_plain(&self, ending: Option<Ending>, before: Label, label: Label) -> bool {
        let is_named = before.is_long && before.has_letter;
        match ending {
            _ if before.has_unspaced => false,
            Some(Ending::Spoken) => {
                let is_software = SOFTWARE.iter().any(|name| before.is(self.text, name));
                !(is_software && label.is(self.text, "net"))
            }
            Some(Ending::Known) => is_named && !label.is_capitalized(self.text),
            _ => false,
        }
    }

    fn finish(self) -> Chain {
        let end = self.last.next;
        let host = self.host.map(|host| {
            // `java.io.File` and `System.Net.Http` are none.
            let is_whole = host.span.end == self.last.end;
            BareHost { is_certain: host.is_certain && (is_whole || self.sticks), ..host }
        });
        Chain { host, end }
    }
}

/// Whether a label is a word that no host is named, where blanks follow.
fn names_no_host(text: &str, label: Label) -> bool {
    NOT_BEFORE.iter().any(|word| label.is(text, word))
}

/// Whether what follows a spoken ending tells that it is about endings.
fn names_ending(text: &str, label: Label) -> bool {
    let behind = skip_blanks(text, label.end);
    Label::read(text, behind, Place::Later)
        .is_some_and(|next| NOT_AFTER.iter().any(|word| next.is(text, word)))
}

/// Whether nothing follows a label in its sentence.
fn closes(text: &str, label: Label) -> bool {
    let behind = skip_blanks(text, label.end);
    let next = text[behind..].chars().next();
    behind == text.len() || next.is_some_and(|c| !is_in_label(c) && !c.is_whitespace() && c != '@')
}

/// Whether an address of e-mail ends before a byte, but for its host.
pub(super) fn is_addressed(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let Some(local) = before.strip_suffix('@') else {
        let start = before.floor_char_boundary(before.len().saturating_sub(6));
        let before = before[start..].trim_end();
        return ["(at)", "[at]", "{at}"].iter().any(|word| {
            before
                .len()
                .checked_sub(word.len())
                .and_then(|at| before.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(word))
        });
    };
    local.chars().next_back().is_some_and(|c| is_in_label(c) || is_local(c) || c == '"')
}

/// Whether an address of e-mail goes on behind a byte: `first.last+chat@example.com`.
pub(super) fn is_local_part(text: &str, at: usize) -> bool {
    /// In bytes (RFC 5321).
    const MAX_LOCAL: usize = 64;
    let mut rest = text[at..].char_indices();
    let end = rest.find(|&(at, c)| at >= MAX_LOCAL || !(is_in_label(c) || is_local(c)));
    end.is_some_and(|(end, c)| {
        c == '@' && text[at + end + 1..].chars().next().is_some_and(is_in_label)
    })
}

fn is_local(c: char) -> bool {
    is_dot(c) || matches!(c, '+' | '-' | '_' | '%')
}
