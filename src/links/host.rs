//! Where a link leads: [`Host`].

use std::fmt;

use super::label::{Label, LabelPosition};
use super::punycode;
use super::separator::Separator;
use crate::normalize::for_each_latin_char;
use crate::span::Span;

/// The host of a link.
#[derive(Clone)]
pub struct Host {
    /// In lower case and its own script, with ASCII dots.
    name: String,
    /// The Latin letters that its letters look like, if it is not ASCII.
    latin: Option<String>,
    is_certain: bool,
}

impl fmt::Debug for Host {
    // Its name is text of a message, which `Debug` must not show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// Reads the host at `span` of a text.
    pub(super) fn read(text: &str, span: Span, is_certain: bool) -> Host {
        let text = &text[..span.end];
        let mut name = String::with_capacity(span.end - span.start);
        let mut at = span.start;
        while let Some(label) = Label::read(text, at, LabelPosition::Authority) {
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
        // An IPv6 address in brackets, or symbols.
        name.extend(text[at..].chars().flat_map(char::to_lowercase));
        let latin = (!name.is_ascii()).then(|| {
            let mut latin = String::with_capacity(name.len());
            name.chars().for_each(|c| for_each_latin_char(c, |c| latin.push(c)));
            latin
        });
        Host { name, latin, is_certain }
    }

    /// The host in lower case and its own script, with ASCII dots.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it can hardly be anything else.
    pub(super) fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// The Latin letters that it looks like.
    pub(super) fn latin(&self) -> &str {
        self.latin.as_deref().unwrap_or(&self.name)
    }
}
