//! Where a link leads: [`Host`].

use std::fmt;

use super::label::{Label, Place};
use super::punycode;
use super::separator::Separator;
use crate::normalize::for_each_latin_char;
use crate::span::Span;

/// The host of a link.
#[derive(Clone)]
pub struct Host {
    /// In lower case and its own script, with plain dots.
    name: String,
    /// In the Latin letters that its letters look like, if it is not in ASCII.
    latin: Option<String>,
    is_certain: bool,
}

impl fmt::Debug for Host {
    // It is text of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// The host at those bytes of a text.
    pub(super) fn read(text: &str, span: Span, is_certain: bool) -> Host {
        let text = &text[..span.end];
        let mut name = String::with_capacity(span.end - span.start);
        let mut at = span.start;
        while let Some(label) = Label::read(text, at, Place::Authority) {
            let start = name.len();
            label.each_lower(text, |c| name.push(c));
            if let Some(decoded) = punycode::decode(&name[start..]) {
                name.truncate(start);
                name.push_str(&decoded);
            }
            let Some((_, next)) = Separator::at(text, label.next) else {
                at = label.next;
                break;
            };
            name.push('.');
            at = next;
        }
        // An address in brackets, or symbols.
        name.extend(text[at..].chars().flat_map(char::to_lowercase));
        let latin = (!name.is_ascii()).then(|| {
            let mut latin = String::with_capacity(name.len());
            name.chars().for_each(|c| for_each_latin_char(c, |c| latin.push(c)));
            latin
        });
        Host { name, latin, is_certain }
    }

    /// The host in lower case and its own script, with plain dots.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it cannot well be anything else.
    pub(super) fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// What it looks like to people.
    pub(super) fn latin(&self) -> &str {
        self.latin.as_deref().unwrap_or(&self.name)
    }
}
