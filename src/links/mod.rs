//! Finds links in a text, however they are written: [`find`].
//!
//! A link has a scheme (`https://`, `hxxp[:]//`, any other), or it is a bare host, with what follows it:
//! port, path, query, fragment. Dots may be in brackets or in words, hosts percent-encoded, in punycode
//! or in another script.
//!
//! What only looks like a bare host is left alone: `gg.wp` has no ending that hosts have; `ok.so` has,
//! but `so` is a word as well, and more than the ending must tell that it is a host: `www.` in front, a
//! path behind, a dot that is hidden in brackets. An address of e-mail is no link, nor is a mention.

mod chain;
mod ending;
mod endings;
mod gate;
mod host;
mod label;
mod pattern;
mod punycode;
mod separator;
mod tail;

use self::chain::{Chain, is_addressed, is_local_part};
pub use self::gate::may_hold;
pub use self::host::Host;
use self::label::{Label, Place, char_at, is_in_label};
pub use self::pattern::HostPattern;
use crate::normalize::{Disguises, Folded, Form, Layout, Normalized, Reading};
use crate::span::Span;

/// A link in a text.
#[derive(Clone, Debug)]
pub struct Link {
    /// The bytes of the text that it is, from its scheme to the end of its path. Never empty.
    pub span: Span,
    /// Where it leads.
    pub host: Host,
}

impl Link {
    /// Whether it cannot well be anything else. Only a [`HostPattern`] that names its host takes another
    /// one for a link: `ok.so`, `hello.my`.
    pub fn is_sure(&self) -> bool {
        self.host.is_sure()
    }
}

/// All links of a text that is in NFKC and has no default-ignorable characters: in order, and none in
/// another one. A link that follows in the path of another one is one of its own.
///
/// Takes time and memory linear in the text.
pub fn find(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some((c, length)) = char_at(text, at) {
        if !is_in_label(c) {
            at += length;
            continue;
        }
        let Some(first) = Label::read(text, at, Place::First) else { break };
        let (link, next) = read(text, first);
        links.extend(link);
        at = next;
    }
    links
}

/// The link that begins with a label, if there is one, and where to go on.
fn read(text: &str, first: Label) -> (Option<Link>, usize) {
    let scheme = tail::scheme_start(&text[first.start..first.end]);
    let authority = scheme.and_then(|_| tail::scheme_end(text, first.end));
    if let (Some(start), Some(authority)) = (scheme, authority) {
        return read_authority(text, first.start + start, authority);
    }
    let chain = Chain::read(text, first);
    let Some(host) = chain.host else { return (None, chain.end) };
    let is_mention = text[..host.span.start].ends_with('@') && !host.has_path;
    if is_mention || is_addressed(text, host.span.start) || is_local_part(text, host.span.end) {
        return (None, chain.end);
    }
    let end = tail::end(text, host.span.start, host.span.end, host.is_spoken);
    let span = Span::new(host.span.start, end);
    (Some(Link { span, host: Host::read(text, host.span, host.is_sure) }), end)
}

/// The link with a scheme whose authority begins there.
fn read_authority(text: &str, start: usize, authority: usize) -> (Option<Link>, usize) {
    let (host, authority_end) = tail::authority(text, authority);
    let host_end = match Label::read(text, host, Place::Authority) {
        // The scheme of another one.
        Some(label) if tail::scheme_end(text, label.end).is_some() => return (None, host),
        Some(label) => Chain::read_authority(text, label),
        None => match tail::address_end(text, host) {
            Some(end) => end,
            // Hosts of emoji; but a scheme alone is none.
            None if text[host..authority_end].contains(is_in_label) => authority_end,
            None => return (None, authority),
        },
    };
    let span = Span::new(start, tail::end(text, start, host_end, true));
    (Some(Link { span, host: Host::read(text, Span::new(host, host_end), true) }), span.end)
}

/// What people take a text for: as entries are searched in it.
fn fold(text: &str) -> String {
    let form = Form { disguises: Disguises::Standard, layout: Layout::Full };
    let mut folded = Folded::default();
    Normalized::new(text, form, Reading::Letters, &mut folded).text().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::normalize::Composed;

    fn rows(file: &str) -> BTreeMap<String, toml::Value> {
        toml::from_str(file).expect("rows")
    }

    fn sure(message: &str) -> Vec<String> {
        let composed = Composed::new(message);
        let links = find(composed.text());
        assert!(links.is_empty() || may_hold(message), "{message:?} does not pass the gate");
        let sure = links.iter().filter(|link| link.is_sure());
        sure.map(|link| link.host.name().to_owned()).collect()
    }

    #[test]
    fn a_hundred() {
        let rows = rows(include_str!("../../tests/data/links/harmless.toml"));
        let mut wrong = Vec::new();
        for message in rows["messages"].as_array().expect("messages") {
            let message = message.as_str().expect("a message");
            let hosts = sure(message);
            if !hosts.is_empty() {
                wrong.push(format!("{message:?}: {hosts:?}"));
            }
        }
        let rows = self::rows(include_str!("../../tests/data/links/evasive.toml"));
        for row in rows["links"].as_array().expect("links") {
            let (message, host) =
                (row[0].as_str().expect("a message"), row[1].as_str().expect("a host"));
            let hosts = sure(message);
            if hosts != [host] {
                wrong.push(format!("{message:?}: {hosts:?} and not {host}"));
            }
        }
        panic!("{wrong:#?}");
    }
}
