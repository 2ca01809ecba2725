//! Finds links in a text, including obfuscated ones: [`find`].
//!
//! A link has a scheme (`https://`, `hxxp[:]//`, any other) or is a bare host, and includes its
//! port, path, query and fragment. Dots may be in brackets or written as words; hosts may be
//! percent-encoded, in punycode or in another script.
//!
//! Text that only looks like a bare host is skipped. `gg.wp` does not end in a top-level domain.
//! `ok.so` does, but `so` is also a word, so one more indication is required: `www.` before it, a
//! path after it, or a dot in brackets. E-mail addresses and mentions are not links.

mod authority;
mod chain;
mod chars;
mod host;
mod label;
mod path;
mod pattern;
mod precheck;
mod punycode;
mod rule;
mod separator;
mod tld;
mod tlds;

use self::chain::{BareHost, Chain, follows_email_at, precedes_email_host};
use self::chars::{char_at, is_in_label};
pub use self::host::Host;
use self::label::{Label, LabelPosition};
use self::path::Path;
pub use self::pattern::LinkPattern;
pub use self::precheck::may_contain;
pub(crate) use self::precheck::may_contain_by_key;
pub use self::rule::Links;
use self::tld::Tld;
pub(crate) use self::tld::is_tld;
use crate::span::Span;

/// A link in a text.
#[derive(Clone, Debug)]
pub struct Link<'t> {
    /// Its bytes in the text, from the scheme to the end of the path. Never empty.
    pub span: Span,
    /// Its host.
    pub host: Host,
    path: Path<'t>,
}

impl Link<'_> {
    /// Whether it can hardly be anything else. An uncertain link, such as `ok.so` or `hello.my`,
    /// only counts for a [`LinkPattern`] that names its host.
    pub fn is_certain(&self) -> bool {
        self.host.is_certain()
    }
}

/// Returns all links of a text in NFKC without default-ignorable characters, in order and without
/// overlaps. A link in the path of another link is a separate link.
///
/// Takes time and memory linear in the text.
pub fn find(text: &str) -> Vec<Link<'_>> {
    find_in(text, &[])
}

/// Like [`find`]. `wide` has the positions of the punctuation that is full-width in the original,
/// in order: no path contains it.
pub(crate) fn find_in<'t>(text: &'t str, wide: &'t [usize]) -> Vec<Link<'t>> {
    let reader = Reader { text, wide };
    let mut links = Vec::new();
    let mut at = 0;
    let mut emoji = None;
    while let Some((c, length)) = char_at(text, at) {
        if !is_in_label(c) {
            let start = emoji.take().unwrap_or(at);
            at += length;
            if is_emoji(c) {
                match reader.read_emoji(start, at) {
                    Some(link) => {
                        at = link.span.end;
                        links.push(link);
                    }
                    None => emoji = Some(start),
                }
            }
            continue;
        }
        emoji = None;
        let Some(first) = Label::read(text, at, LabelPosition::First) else { break };
        let (link, next) = reader.read(first);
        links.extend(link);
        at = next;
    }
    links
}

/// Whether a character is part of a host of emoji, `😀.ws`.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Reads links of a text.
#[derive(Clone, Copy)]
struct Reader<'t> {
    text: &'t str,
    wide: &'t [usize],
}

impl<'t> Reader<'t> {
    /// Returns the link that begins with a label, if any, and the position at which to continue.
    fn read(self, first: Label) -> (Option<Link<'t>>, usize) {
        let text = self.text;
        let scheme = authority::scheme_start(&text[first.start..first.end]);
        let authority = scheme.and_then(|_| authority::scheme_end(text, first.end));
        if let (Some(start), Some(authority)) = (scheme, authority) {
            return self.read_authority(first.start + start, authority);
        }
        let chain = Chain::read(text, first);
        let Some(host) = chain.host.filter(|host| !is_of_email(text, *host)) else {
            return (None, chain.end);
        };
        let link = self.link(host.span.start, host.span, host.is_certain, host.is_spelled_out);
        let end = link.span.end;
        (Some(link), end)
    }

    /// Returns the link with a scheme whose authority begins at `authority`.
    fn read_authority(self, start: usize, authority: usize) -> (Option<Link<'t>>, usize) {
        let text = self.text;
        let (host, authority_end) = authority::authority(text, authority);
        let host_end = match Label::read(text, host, LabelPosition::Authority) {
            // The scheme of another link.
            Some(label) if authority::scheme_end(text, label.end).is_some() => return (None, host),
            Some(label) => Chain::read_authority(text, label),
            None => match authority::address_end(text, host) {
                Some(end) => end,
                // A host of emoji. A scheme alone is not a link.
                None if text[host..authority_end].contains(is_in_label) => authority_end,
                None => return (None, authority),
            },
        };
        let link = self.link(start, Span::new(host, host_end), true, true);
        let end = link.span.end;
        (Some(link), end)
    }

    /// Returns the link whose host begins with the emoji from `start` to `end`. `ws` is the
    /// top-level domain that most of these hosts have; other ones need a path.
    fn read_emoji(self, start: usize, end: usize) -> Option<Link<'t>> {
        let label = self.text[end..].strip_prefix('.')?;
        let label = self.text.len() - label.len();
        let tld = Label::read(self.text, label, LabelPosition::Later)?;
        let is_certain = tld.is(self.text, "ws") || authority::is_path(self.text, tld.end);
        let is_host = is_certain && Tld::of(self.text, tld, true).is_some();
        is_host.then(|| self.link(start, Span::new(start, tld.end), true, false))
    }

    /// Returns the link with a host, which includes its path.
    fn link(self, start: usize, host: Span, is_certain: bool, is_spelled_out: bool) -> Link<'t> {
        let text = self.text;
        let ends_at = |at| self.wide.binary_search(&at).is_ok() || self.starts_host_after(at);
        let (path, end) = authority::path(text, start, host.end, is_spelled_out, &ends_at);
        Link {
            span: Span::new(start, end),
            host: Host::read(text, host, is_certain),
            path: Path::new(text.get(path..end).unwrap_or_default()),
        }
    }

    /// Whether a punctuation character and a host begin at a byte: another link, as in
    /// `https://example.com/a(example.org/b)`.
    fn starts_host_after(self, at: usize) -> bool {
        let text = self.text;
        if !matches!(text.as_bytes()[at], b'(' | b'[' | b'{' | b',' | b';' | b'!' | b'*') {
            return false;
        }
        let starts = char_at(text, at + 1).is_some_and(|(c, _)| is_in_label(c));
        // Each of many punctuation characters would read the rest of the text otherwise.
        let text = &text[..text.floor_char_boundary(at + 1 + MAX_HOST)];
        let label = || Label::read(text, at + 1, LabelPosition::First);
        let host = || Chain::read(text, label()?).host;
        starts && host().is_some_and(|host| host.is_certain && !is_of_email(text, host))
    }
}

/// The maximum length of a host after punctuation in a path, in bytes. A name has at most 253
/// (RFC 1035, 2.3.4), and obfuscation makes it longer.
const MAX_HOST: usize = 512;

/// Whether a host is that of an e-mail address or a mention.
fn is_of_email(text: &str, host: BareHost) -> bool {
    let is_mention = text[..host.span.start].ends_with('@') && !host.has_path;
    is_mention
        || follows_email_at(text, host.span.start)
        || precedes_email_host(text, host.span.end)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::normalize::Nfkc;

    /// Parts of links, and what obfuscates them.
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "example",
        "twitch",
        "a",
        "b",
        "7",
        "www",
        "com",
        "so",
        "io",
        "gg",
        "рф",
        "соm",
        ".",
        ".",
        ".",
        "..",
        "。",
        "．",
        "•",
        "[.]",
        "(dot)",
        " dot ",
        " . ",
        " .",
        ". ",
        "-dot-",
        "%2e",
        "%",
        "%D1%96",
        "://",
        "[:]//",
        "http",
        "https://",
        "hxxp",
        "/",
        "\\",
        "?",
        "#",
        "@",
        ":",
        ":80",
        "[::1]",
        "(",
        ")",
        "xn--e1afmkfd",
        " ",
        "\u{200B}",
        "\u{AD}",
        "\u{301}",
        "é",
        "看",
        "公司",
        "punto",
        " point ",
        "точка",
        "DOT",
        "d0t",
        "\".\"",
        "**.**",
        "-.-",
        "[,]",
        "【,】",
        "«,»",
        "&#99;",
        "●",
        "٠",
        "&#46;",
        "&#x2e;",
        "&period;",
        "\n",
        "，",
        "（",
        "ｄ",
        "Ⅾ",
        "😀",
        " slash ",
        "_",
        "-",
    ];

    #[test]
    fn hosts_that_may_be_sentences_are_not_certain() {
        let certain = |text| find(text).iter().map(Link::is_certain).collect::<Vec<_>>();
        assert_eq!(certain("example.com, ok.so and http://ok.so"), [true, false, true]);
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof![4 => prop::sample::select(PARTS).prop_map(str::to_owned), 1 => "\\PC"]
    }

    proptest! {
        #[test]
        fn links_are_ordered_and_pass_the_precheck(
            parts in prop::collection::vec(part(), 0..16),
        ) {
            let message = parts.concat();
            let composed = Nfkc::new(&message);
            let mut end = 0;
            for link in find(composed.text()) {
                prop_assert!(end <= link.span.start && link.span.start < link.span.end);
                prop_assert!(composed.text().get(link.span.range()).is_some());
                prop_assert!(!link.host.name().is_empty());
                end = link.span.end;
            }
            prop_assert!(end == 0 || may_contain(&message), "{:?}", composed.text());
        }
    }

    #[test]
    fn hostile_texts_take_time_linear_in_them() {
        for part in [
            "a.",
            "a.com.",
            "a.com",
            "((((",
            " dot",
            "a dot ",
            "com dot ",
            "%2e",
            "http://",
            "http://a.b/",
            "a@",
            "a.io+",
            "://",
            "[.]",
            "a[.]",
            "a . ",
            "a .com",
            "é.",
            "看.",
            "看a.",
            "http://a.b)",
            "x://@",
            "a-",
            "a.so/http://",
            "[::",
            "a:80",
            "а.соm.",
            "a. com ",
            "slash ",
            "com slash com ",
            "a.com/(",
            "a.com/,",
            "a.com/a字",
            "aDOT",
            "a DOTb",
            "a punto ",
            "a punkt de ",
            "&#46;a",
            "a**.**",
            "😀",
            "😀.ws",
            "a[,]",
            "公司.",
            "a.com/é字a",
            "-dot-",
            "*b*.",
            "*b**.*",
        ] {
            let time = |length: usize| {
                // The second half is in the path of a link.
                let repeated = part.repeat(length / 2 / part.len());
                let text = [&repeated, " a.com/", &repeated].concat();
                let start = Instant::now();
                find(&text);
                start.elapsed()
            };
            // Quadratic time would be minutes.
            let taken = time(1 << 16);
            assert!(taken < Duration::from_secs(8), "{part:?}: {taken:?}");
        }
    }
}
