//! Top-level domains, and how clearly each indicates a host: [`Tld`].

use super::label::Label;
use super::punycode;
use super::tlds::{AMBIGUOUS, UNAMBIGUOUS};
use crate::normalize::for_each_latin_char;
use crate::sorted_words::is_in;

/// A class of top-level domains, from the weakest to the strongest indication of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tld {
    /// Also a word, a name or a file extension: `so`, `live`, `rs`.
    Ambiguous,
    /// Rarely anything else: `de`, `app`.
    Unambiguous,
    /// Rarely anything else even with spaces around the dot: `com`.
    Common,
}

/// The top-level domains that most links with obfuscated dots have.
const COMMON: [&str; 7] = ["biz", "com", "net", "org", "ru", "tv", "xyz"];

impl Tld {
    /// Those that indicate a host even after a dot and a space: `example. com`.
    pub(super) const AFTER_FULL_STOP: [&str; 3] = ["com", "net", "org"];

    /// Returns the class of a label as the last label of a host. `latin_before` is whether Latin
    /// letters precede it in the host.
    pub(super) fn of(text: &str, label: Label, latin_before: bool) -> Option<Tld> {
        let mut buffer = [0; 33];
        let name = lower(text, label, false, &mut buffer)?;
        if name.is_ascii() {
            return match name.starts_with("xn--") {
                true => Tld::named(&punycode::decode(name)?),
                false => Tld::named(name),
            };
        }
        Tld::named(name).or_else(|| {
            // `соm` and `c̶o̶m̶` are read as `com`: they do not resolve, but readers retype them.
            let is_latin = latin_before || label.has_latin;
            let mut buffer = [0; 33];
            let read = lower(text, label, true, &mut buffer).filter(|_| is_latin);
            read.and_then(Tld::named)
        })
    }

    fn named(name: &str) -> Option<Tld> {
        if is_in(&UNAMBIGUOUS, name) {
            return Some(if COMMON.contains(&name) { Tld::Common } else { Tld::Unambiguous });
        }
        is_in(&AMBIGUOUS, name).then_some(Tld::Ambiguous)
    }

    /// Whether a label may be the top-level domain after a dot and a space.
    pub(super) fn may_follow_full_stop(text: &str, label: Label) -> bool {
        Tld::AFTER_FULL_STOP.iter().any(|tld| label.is(text, tld))
    }
}

/// Whether a name, in lower case and its own script or in punycode, is a top-level domain.
pub(crate) fn is_tld(name: &str) -> bool {
    match name.starts_with("xn--") {
        true => punycode::decode(name).is_some_and(|name| Tld::named(&name).is_some()),
        false => Tld::named(name).is_some(),
    }
}

/// Writes the characters of a label to `buffer`, in lower case or as the Latin letters that they
/// look like. `None` if they do not fit.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tlds_are_found() {
        for (name, tld) in [
            ("com", Some(Tld::Common)),
            ("de", Some(Tld::Unambiguous)),
            ("so", Some(Tld::Ambiguous)),
            ("рф", Some(Tld::Unambiguous)),
            ("ファッション", Some(Tld::Ambiguous)),
            ("sandvikcoromant", Some(Tld::Ambiguous)),
            ("ok", None),
            ("", None),
            ("om", Some(Tld::Ambiguous)),
            ("omn", None),
        ] {
            assert_eq!(Tld::named(name), tld, "{name}");
        }
    }

    #[test]
    fn tlds_are_in_order() {
        for groups in [&UNAMBIGUOUS[..], &AMBIGUOUS[..]] {
            for (length, group) in (1..).zip(groups) {
                assert_eq!(group.len() % length, 0);
                assert!(group.as_bytes().chunks(length).is_sorted_by(|a, b| a < b));
            }
        }
    }

    #[test]
    fn hand_kept_lists_contain_only_existing_tlds() {
        for name in COMMON.iter().chain(&Tld::AFTER_FULL_STOP) {
            assert_eq!(Tld::named(name), Some(Tld::Common));
        }
    }
}
