//! What a host ends with, and how far that tells that it is one: [`Ending`].

use std::cmp::Ordering;

use super::label::Label;
use super::punycode;
use super::tlds::{KNOWN, OTHERS};
use crate::normalize::for_each_latin_char;

/// A top-level domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// It is a word, a name or a file's ending as well: `so`, `live`, `rs`.
    Word,
    /// It is known as such wherever it is read: `de`, `app`.
    Known,
    /// It is even where blanks stand around the dot.
    Spoken,
}

/// Endings that are mostly written where others hide their dots.
const SPOKEN: [&str; 7] = ["biz", "com", "net", "org", "ru", "tv", "xyz"];

/// Endings that end a sentence by themselves where a host is meant: `example. com`.
const CLOSING: [&str; 3] = ["com", "net", "org"];

impl Ending {
    /// What a label is as the ending of a host in which Latin letters stand before it or do not.
    pub(super) fn of(text: &str, label: Label, latin_before: bool) -> Option<Ending> {
        let mut buffer = [0; 33];
        let name = lower(text, label, false, &mut buffer)?;
        if name.is_ascii() {
            return match name.starts_with("xn--") {
                true => Ending::named(&punycode::decode(name)?),
                false => Ending::named(name),
            };
        }
        Ending::named(name).or_else(|| {
            // `соm` and `c̶o̶m̶` are read as `com`, and lead nowhere but to people who type it
            // anew.
            let is_latin = latin_before || label.has_latin;
            let mut buffer = [0; 33];
            let read = lower(text, label, true, &mut buffer).filter(|_| is_latin);
            read.and_then(Ending::named)
        })
    }

    fn named(name: &str) -> Option<Ending> {
        if is_in(&KNOWN, name) {
            return Some(if SPOKEN.contains(&name) { Ending::Spoken } else { Ending::Known });
        }
        is_in(&OTHERS, name).then_some(Ending::Word)
    }

    /// Whether it may stand after a full stop and a blank.
    pub(super) fn closes(text: &str, label: Label) -> bool {
        CLOSING.iter().any(|ending| label.is(text, ending))
    }
}

/// The characters of a label in lower case, or as the Latin letters that they look like, if there
/// is room for them.
fn lower<'b>(
    text: &str,
    label: Label,
    as_latin: bool,
    buffer: &'b mut [u8; 33],
) -> Option<&'b str> {
    let mut length = Some(0);
    let mut add = |c: char| {
        length = length.and_then(|start: usize| {
            let end = start + c.len_utf8();
            c.encode_utf8(buffer.get_mut(start..end)?);
            Some(end)
        });
    };
    match as_latin {
        true => label.each_char(text, |c| for_each_latin_char(c, &mut add)),
        false => label.each_lower(text, add),
    }
    str::from_utf8(&buffer[..length?]).ok()
}

/// Whether a name is in one of the strings, which have a length each.
fn is_in(groups: &[&str], name: &str) -> bool {
    let Some(group) = name.len().checked_sub(1).and_then(|length| groups.get(length)) else {
        return false;
    };
    let names = group.as_bytes();
    let (mut low, mut high) = (0, names.len() / name.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let at = middle * name.len();
        match names[at..at + name.len()].cmp(name.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_found() {
        for (name, ending) in [
            ("com", Some(Ending::Spoken)),
            ("de", Some(Ending::Known)),
            ("so", Some(Ending::Word)),
            ("рф", Some(Ending::Known)),
            ("ファッション", Some(Ending::Word)),
            ("sandvikcoromant", Some(Ending::Word)),
            ("ok", None),
            ("", None),
            ("om", Some(Ending::Word)),
            ("omn", None),
        ] {
            assert_eq!(Ending::named(name), ending, "{name}");
        }
    }

    #[test]
    fn endings_are_in_order() {
        for groups in [&KNOWN[..], &OTHERS[..]] {
            for (length, group) in (1..).zip(groups) {
                assert_eq!(group.len() % length, 0);
                assert!(group.as_bytes().chunks(length).is_sorted_by(|a, b| a < b));
            }
        }
    }

    #[test]
    fn what_is_said_of_endings_is_said_of_some_that_there_are() {
        for name in SPOKEN.iter().chain(&CLOSING) {
            assert_eq!(Ending::named(name), Some(Ending::Spoken));
        }
    }
}
